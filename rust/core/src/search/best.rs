//! The best documents of a plan, without looking at all that match.
//!
//! While there is room among the best, every match counts; then only a document that scores above the worst of them does,
//! and a bound, which no score of a stretch of documents exceeds, tells which stretches to leave out. Documents are looked
//! at in order, so one that only equals the worst comes later and is left out too. Every score and every bound is a sum
//! without rounding (`sum`), so what comes out is what scoring everything would give, to the last bit.

use super::all_of::AllOf;
use super::any_of::AnyOf;
use super::boolean::Clauses;
use super::candidates::Candidates;
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

/// The best of a search while its segments are looked at one after another.
pub(super) struct Best {
    top: TopK<ByScore>,
    /// Documents seen to match.
    seen: u64,
    /// Whether there may be others.
    left_out: bool,
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
    /// The score that a document must exceed to be kept; `None` while there is room.
    #[inline(always)]
    pub(super) fn worst(&self) -> Option<f32> {
        self.best.top.threshold().map(|&ByScore(score)| score)
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
    let mut best = Best { top: TopK::new(capacity), seen: 0, left_out: false };
    // How many documents match, where that is written in the index.
    let mut known = Some(0);
    for (segment, view) in execution.snapshot.segments.iter().enumerate() {
        execution.clock.check()?;
        let before = best.seen;
        let mut surely = 0;
        let mut looking = Looking { best: &mut best, clock: execution.clock, view, segment };
        let whole = match node {
            Node::Word(word) => match word.open(execution, segment) {
                Some(cursor) => {
                    let count = cursor.only_list().filter(|_| view.deleted.is_none());
                    known = known.zip(count).map(|(known, count)| known + u64::from(count));
                    surely = cursor.surely();
                    one_word::search(cursor, &mut looking)?
                }
                None => true,
            },
            Node::Boolean(boolean) => match boolean.clauses(execution, segment, true)? {
                Some(clauses) => {
                    let clauses = clauses.fold_required();
                    surely = surely_any(&clauses);
                    of_clauses(clauses, &mut looking)?
                }
                None => true,
            },
            Node::Pattern(PatternNode { found: Found::Few(word), .. }) if list_by_list::is_possible(word, segment) => {
                let frequencies = word.lists[segment].iter().map(|list| list.info.document_frequency);
                surely = frequencies.max().unwrap_or(0);
                list_by_list::search(word, &mut looking)?
            }
            // Matches of one score are not even gathered in a segment after enough of them.
            node if looking.worst().is_some_and(|worst| node.most() <= f64::from(worst)) => {
                looking.leave_out();
                true
            }
            node => match node.open(execution, segment, true)? {
                Some(cursor) => {
                    surely = cursor.surely();
                    AllOf::of_one(cursor, Grain::new(node.most())).search(&mut looking)?
                }
                None => true,
            },
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

/// At least so many documents have one of the clauses; 0 where more is asked of them.
fn surely_any(clauses: &Clauses<'_>) -> u32 {
    if clauses.minimum == 0 || !clauses.excluded.is_empty() {
        return 0;
    }
    clauses.should.iter().map(|clause| clause.surely()).max().unwrap_or(0)
}

/// Whether all lists were whole.
fn of_clauses(clauses: Clauses<'_>, looking: &mut Looking<'_>) -> Result<bool> {
    if clauses.minimum > 0 { AnyOf::new(clauses).search(looking) } else { AllOf::new(clauses).search(looking) }
}

/// Whether none of the clauses found a broken list.
pub(super) fn are_whole<'a>(mut clauses: impl Iterator<Item = &'a Box<dyn Cursor + 'a>>) -> bool {
    !clauses.any(|clause| clause.is_broken())
}
