//! The best documents of a word with several keys in one field, one posting list after another.
//!
//! What a document scores is the most that one of the lists gives it, so the best are among the best of each list, and no
//! two need to be walked side by side: each leaves out its own blocks by its own bounds, however many others there are.
//! Documents do not come in order then, so one that equals the worst kept is taken where its address is lower.

use super::best::Looking;
use super::bm25::{FieldTable, saturate};
use super::clause::{Word, WordList};
use super::clock::Clock;
use crate::Result;
use crate::index::SegmentView;
use crate::postings::{BLOCK, Impact, NO_MORE, PostingCursor};

/// Blocks that are scored between two looks at the clock.
const BETWEEN_LOOKS: u32 = 64;

/// So many documents are gathered at least before the best of them are chosen.
const GATHERED: usize = 256;

/// Whether all lists that the segment has of the word are of one field.
pub(super) fn is_possible(word: &Word, segment: usize) -> bool {
    let lists = &word.lists[segment];
    lists.iter().all(|list| list.field == lists[0].field)
}

/// Takes the best of a segment for which it is possible; whether all lists were whole.
pub(super) fn search(word: &Word, looking: &mut Looking<'_>) -> Result<bool> {
    let reader = &looking.view.segment;
    let mut lists: Vec<&WordList> = word.lists[looking.segment].iter().collect();
    let Some(first) = lists.first() else { return Ok(true) };
    let field = &word.fields[first.field];
    let scorer = |weight| Scorer { weight, norms: reader.norms(field.field), table: &field.table, word };
    // Of short lists all is looked at, and what they have leaves out blocks of the long ones.
    lists.sort_by_key(|list| list.info.document_frequency);
    let mut best = BestOfLists::new(looking);
    for list in lists {
        let mut cursor = reader.postings(&list.info);
        best.take_list(&mut cursor, &scorer(field.alternatives[list.alternative].weight), looking.clock)?;
        if cursor.is_broken() {
            return Ok(false);
        }
    }
    best.give(looking);
    Ok(true)
}

/// What makes scores of the postings of a list.
struct Scorer<'a> {
    weight: f32,
    norms: &'a [u8],
    table: &'a FieldTable,
    word: &'a Word,
}

impl Scorer<'_> {
    /// No posting that these impacts stand for scores more.
    fn bound(&self, impacts: &[Impact]) -> f32 {
        let value = |impact: &Impact| self.weight * impact.frequency as f32 * self.table.inverse(impact.norm);
        self.word.boost * saturate(self.word.idf, impacts.iter().map(value).fold(0.0, f32::max))
    }

    /// The scores of at most a block of documents.
    fn scores<'b>(&self, docs: &[u32], frequencies: &[u32], into: &'b mut [f32; BLOCK]) -> &'b [f32] {
        for ((score, &doc), &frequency) in into.iter_mut().zip(docs).zip(frequencies) {
            let norm = self.norms.get(doc as usize).copied().unwrap_or(0);
            *score = self.weight * frequency as f32 * self.table.inverse(norm);
        }
        let scores = &mut into[..docs.len()];
        // Apart from the look-ups, so that several scores are worked out at once.
        for score in &mut *scores {
            *score = self.word.boost * saturate(self.word.idf, *score);
        }
        scores
    }
}

/// The best of the lists so far, and some that are not.
struct BestOfLists<'a> {
    view: &'a SegmentView,
    found: Vec<(f32, u32)>,
    wanted: usize,
    /// What a score and a document must be better than: the worst kept once there are enough.
    worst: (f32, u32),
    blocks: u32,
}

impl<'a> BestOfLists<'a> {
    fn new(looking: &Looking<'a>) -> Self {
        // The documents of earlier segments come before all of this one.
        let worst = (looking.worst().unwrap_or(f32::NEG_INFINITY), 0);
        Self { view: looking.view, found: Vec::new(), wanted: looking.capacity(), worst, blocks: 0 }
    }

    /// Whether documents are left out already.
    fn leaves_out(&self) -> bool {
        self.worst.0 > f32::NEG_INFINITY
    }

    /// Whether a document, or one of those from it on, may be kept if none scores more.
    #[inline(always)]
    fn wants(&self, score: f32, doc: u32) -> bool {
        score > self.worst.0 || (score == self.worst.0 && doc < self.worst.1)
    }

    fn take_list(&mut self, cursor: &mut PostingCursor<'_>, scorer: &Scorer<'_>, clock: &Clock) -> Result<()> {
        let (mut target, mut group_end) = (0, None);
        loop {
            if self.leaves_out() && group_end.is_none_or(|end| target > end) {
                let (end, impacts) = cursor.group_bound(target);
                if end != NO_MORE && !self.wants(scorer.bound(impacts), target) {
                    target = end + 1;
                    continue;
                }
                group_end = Some(end);
            }
            let (end, impacts) = cursor.block_bound(target);
            if end == NO_MORE {
                return Ok(());
            }
            if self.wants(scorer.bound(impacts), target) {
                cursor.seek(target);
                self.take_block(cursor, scorer, clock)?;
            }
            target = end + 1;
        }
    }

    fn take_block(&mut self, cursor: &mut PostingCursor<'_>, scorer: &Scorer<'_>, clock: &Clock) -> Result<()> {
        self.blocks += 1;
        if self.blocks.is_multiple_of(BETWEEN_LOOKS) {
            clock.check()?;
        }
        let mut scores = [0.0; BLOCK];
        let (docs, frequencies) = cursor.run(NO_MORE - 1);
        let scores = scorer.scores(docs, frequencies, &mut scores);
        if scores.iter().fold(true, |none, &score| none & (score < self.worst.0)) {
            return Ok(());
        }
        for (&doc, &score) in docs.iter().zip(scores) {
            if self.wants(score, doc) && self.view.is_live(doc) {
                self.found.push((score, doc));
            }
        }
        if self.found.len() >= self.wanted.saturating_mul(4).max(GATHERED) {
            self.choose();
        }
        Ok(())
    }

    /// Leaves the best, each once.
    fn choose(&mut self) {
        let better = |one: &(f32, u32), other: &(f32, u32)| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1));
        let all = self.found.len();
        // Few of the first are of the same document, so not all need be sorted to see which.
        let mut first = self.wanted;
        loop {
            first = first.saturating_mul(2).min(all);
            if first < all {
                self.found.select_nth_unstable_by(first, better);
            }
            let mut different = self.found[..first].to_vec();
            different.sort_unstable_by(|one, other| one.1.cmp(&other.1).then(other.0.total_cmp(&one.0)));
            different.dedup_by_key(|found| found.1);
            if first == all || different.len() >= self.wanted {
                self.found = different;
                break;
            }
        }
        if first < all || self.found.len() > self.wanted {
            self.worst = *self.found.select_nth_unstable_by(self.wanted - 1, better).1;
            self.found.truncate(self.wanted);
        }
    }

    fn give(mut self, looking: &mut Looking<'_>) {
        self.choose();
        if self.leaves_out() {
            looking.leave_out();
        }
        self.found.sort_unstable_by_key(|found| found.1);
        for (score, doc) in self.found {
            looking.take(doc, score);
        }
    }
}
