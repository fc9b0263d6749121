//! The best documents of a plan, without looking at all that match.
//!
//! While there is room among the best, every match counts; then only a document that scores above the worst of them does,
//! and a bound, which no score of a stretch of documents exceeds, tells which stretches to leave out. Where documents are looked
//! at in order, one that only equals the worst comes later and is left out too; where the best ranges come first (`ceilings`),
//! the address decides. Every score and every bound is a sum
//! without rounding (`sum`), so what comes out is what scoring everything would give, to the last bit.

use super::all_of::AllOf;
use super::any_of::AnyOf;
use super::boolean::Clauses;
use super::candidates::Candidates;
use super::ceilings::{self, Ceilings, Way};
use super::clause::{Word, WordCursor};
use super::clock::Clock;
use super::compile::{Execution, Node};
use super::cursor::Cursor;
use super::list_by_list;
use super::one_word;
use super::pattern::{Found, PatternNode};
use super::request::{Outcome, Request};
use super::sum::Grain;
use super::topk::{ByScore, TopK, hit};
use super::values::broken;
use crate::Result;
use crate::index::SegmentView;

/// So many ranges are looked at first; more when more documents are wanted.
const FIRST: usize = 16;

/// Then so many times as many.
const MORE: usize = 4;

/// So many of the documents wanted are hoped for in each of those ranges.
const FOUND: usize = 4;

/// The best of a search while its segments are looked at one after another.
pub(super) struct Best {
    top: TopK<ByScore>,
    /// Documents seen to match.
    seen: u64,
    /// Whether there may be others.
    left_out: bool,
    /// Whether documents of the segment may still come that lie before some of those kept: of equal ones, they are better.
    out_of_order: bool,
}

impl Best {
    fn new(capacity: usize) -> Self {
        Self { top: TopK::new(capacity), seen: 0, left_out: false, out_of_order: false }
    }

    /// The score that a document must exceed to be kept; `None` while there is room.
    #[inline(always)]
    fn worst(&self) -> Option<f32> {
        let worst = self.top.threshold().map(|&ByScore(worst)| worst);
        if self.out_of_order { worst.map(f32::next_down) } else { worst }
    }
}

/// The best documents and what is looked at for them.
pub(super) struct Looking<'a> {
    pub(super) best: &'a mut Best,
    pub(super) clock: &'a Clock,
    pub(super) view: &'a SegmentView,
    /// The place of the segment.
    pub(super) segment: usize,
}

impl Looking<'_> {
    /// As of [`Best`].
    #[inline(always)]
    pub(super) fn worst(&self) -> Option<f32> {
        self.best.worst()
    }

    /// How many are kept at most.
    pub(super) fn capacity(&self) -> usize {
        self.best.top.capacity()
    }

    /// From now on documents that match may be left out.
    pub(super) fn leave_out(&mut self) {
        self.best.left_out = true;
    }

    /// Drops deleted documents.
    pub(super) fn drop_deleted(&self, candidates: &mut Candidates) {
        if self.view.deleted.is_some() {
            candidates.retain(|doc| self.view.is_live(doc));
        }
    }

    /// Takes a live match.
    #[inline(always)]
    pub(super) fn take(&mut self, doc: u32, score: f32) {
        self.best.seen += 1;
        if self.worst().is_none_or(|worst| score > worst) {
            self.best.top.push(ByScore(score), hit(self.segment, doc, score));
        }
    }

    /// Takes the live ones of some matches.
    pub(super) fn take_run(&mut self, docs: &[u32], scores: &[f32]) {
        let none_above = |worst| scores.iter().fold(true, |none, &score| none & (score <= worst));
        if self.view.deleted.is_none() && self.worst().is_some_and(none_above) {
            self.best.seen += docs.len() as u64;
            return;
        }
        for (&doc, &score) in docs.iter().zip(scores) {
            if self.view.is_live(doc) {
                self.take(doc, score);
            }
        }
    }

    /// Takes live matches whose sums are whole.
    pub(super) fn take_all(&mut self, candidates: &Candidates) {
        for (&doc, &sum) in candidates.docs().iter().zip(candidates.sums()) {
            self.take(doc, sum as f32);
        }
    }
}

/// Finds the best documents for a request that has no order, facets or exact count and asks for at least one hit.
pub(super) fn search(node: &Node, execution: Execution<'_>, request: &Request) -> Result<Outcome> {
    let capacity = request.limit.saturating_add(request.offset);
    let mut best = Best::new(capacity);
    // How many documents match, where that is written in the index.
    let mut known = Some(0);
    for (segment, view) in execution.snapshot.segments.iter().enumerate() {
        execution.clock.check()?;
        let before = best.seen;
        // Matches of one score are not even gathered in a segment after enough of them.
        let is_leaf = !matches!(node, Node::Word(_) | Node::Boolean(_));
        if is_leaf && best.worst().is_some_and(|worst| node.most() <= f64::from(worst)) {
            best.left_out = true;
            continue;
        }
        let Some(mut searcher) = Searcher::open(node, execution, segment)? else { continue };
        let count = searcher.count().filter(|_| view.deleted.is_none());
        known = known.zip(count).map(|(known, count)| known + u64::from(count));
        let surely = searcher.surely();
        let documents = view.segment.document_count();
        let ceilings = searcher.ceilings(documents, node.most());
        let mut looking = Looking { best: &mut best, clock: execution.clock, view, segment };
        let whole = match ceilings {
            None => searcher.search(&mut Way::Whole(documents), &mut looking)?,
            Some(ceilings) => {
                let open = || Searcher::open(node, execution, segment);
                best_first(searcher, open, ceilings, capacity, &mut looking)?
            }
        };
        // What a cursor gathers on the way ends with the time allowed.
        execution.clock.check()?;
        if !whole {
            return Err(broken(execution.snapshot, segment));
        }
        let deleted = view.deleted.as_ref().map_or(0, |deleted| deleted.count());
        best.seen = best.seen.max(before + u64::from(surely.saturating_sub(deleted)));
    }
    let (total, total_is_exact) = match (node, known) {
        (Node::Word(_), Some(known)) => (known, true),
        _ => (best.seen, !best.left_out),
    };
    Ok(Outcome { hits: best.top.into_hits(request.offset), total, total_is_exact, facets: Vec::new() })
}

/// Searches the most promising ranges first: the worst score kept then soon rules most others out.
fn best_first<'a>(
    searcher: Searcher<'a>,
    open: impl Fn() -> Result<Option<Searcher<'a>>>,
    mut ceilings: Ceilings,
    capacity: usize,
    looking: &mut Looking<'_>,
) -> Result<bool> {
    let mut count = FIRST.max(capacity / FOUND);
    looking.best.out_of_order = true;
    while looking.worst().is_none_or(|worst| ceilings.count_above(worst) > count) {
        // Cursors only go forward, so each turn has its own.
        let Some(some) = open()? else { break };
        let limit = ceilings.limit_of_highest(count);
        if !some.search(&mut Way::ByRanges(&mut ceilings, limit), looking)? {
            return Ok(false);
        }
        if limit == ceilings::ABSENT {
            break;
        }
        count *= MORE;
    }
    let whole = searcher.search(&mut Way::ByRanges(&mut ceilings, ceilings::ABSENT), looking)?;
    looking.best.out_of_order = false;
    Ok(whole)
}

/// At least so many documents have one of the clauses; 0 where more is asked of them.
fn surely_any(clauses: &Clauses<'_>) -> u32 {
    if !(clauses.is_any_of() && clauses.filter.is_empty() && clauses.excluded.is_empty()) {
        return 0;
    }
    clauses.should.iter().map(|clause| clause.surely()).max().unwrap_or(0)
}

/// What searches one segment for a plan, and how many documents surely match where that is known of it.
enum Searcher<'a> {
    OneWord(WordCursor<'a>),
    AnyOf(Box<AnyOf<'a>>, u32),
    AllOf(AllOf<'a>, u32),
    ListByList(&'a Word, u32),
}

impl<'a> Searcher<'a> {
    /// `None` when nothing matches in the segment for sure.
    fn open(node: &'a Node, execution: Execution<'a>, segment: usize) -> Result<Option<Self>> {
        Ok(match node {
            Node::Word(word) => word.open(execution, segment).map(Self::OneWord),
            Node::Boolean(boolean) => boolean.clauses(execution, segment, true)?.map(|clauses| {
                let surely = surely_any(&clauses);
                if clauses.is_any_of() {
                    Self::AnyOf(Box::new(AnyOf::new(clauses)), surely)
                } else {
                    Self::AllOf(AllOf::new(clauses.fold_required()), surely)
                }
            }),
            Node::Pattern(PatternNode { found: Found::Few(word), .. }) if list_by_list::is_possible(word, segment) => {
                let frequencies = word.lists[segment].iter().map(|list| list.info.document_frequency);
                frequencies.max().map(|surely| Self::ListByList(word, surely))
            }
            node => node.open(execution, segment, true)?.map(|cursor| {
                let surely = cursor.surely();
                Self::AllOf(AllOf::of_one(cursor, Grain::new(node.most())), surely)
            }),
        })
    }

    /// How many documents match, where that is written in the index; deleted ones count.
    fn count(&self) -> Option<u32> {
        if let Self::OneWord(cursor) = self { cursor.only_list() } else { None }
    }

    /// At least so many match; deleted ones count.
    fn surely(&self) -> u32 {
        match self {
            Self::OneWord(cursor) => cursor.surely(),
            Self::AnyOf(_, surely) | Self::AllOf(_, surely) | Self::ListByList(_, surely) => *surely,
        }
    }

    /// What documents of each range score at most, where that is worth while; none scores above `most`.
    fn ceilings(&mut self, documents: u32, most: f64) -> Option<Ceilings> {
        match self {
            Self::OneWord(cursor) => {
                let asked = std::iter::once(cursor.asked_for_ceilings());
                ceilings::pay(documents, cursor.cost(), asked).then(|| {
                    Ceilings::new(documents, most, |into| {
                        cursor.ceilings(into);
                        Some(())
                    })
                })?
            }
            Self::AnyOf(any, _) => any.ceilings(most),
            Self::AllOf(all, _) => all.ceilings(documents, most),
            Self::ListByList(..) => None,
        }
    }

    /// Takes the best of the segment that lie on the way; whether all lists were whole.
    fn search(self, way: &mut Way<'_>, looking: &mut Looking<'_>) -> Result<bool> {
        match self {
            Self::OneWord(cursor) => one_word::search(cursor, way, looking),
            Self::AnyOf(any, _) => any.search(way, looking),
            Self::AllOf(all, _) => all.search(way, looking),
            Self::ListByList(word, _) => list_by_list::search(word, looking),
        }
    }
}

/// Whether none of the clauses found a broken list.
pub(super) fn are_whole<'a>(mut clauses: impl Iterator<Item = &'a Box<dyn Cursor + 'a>>) -> bool {
    !clauses.any(|clause| clause.is_broken())
}
