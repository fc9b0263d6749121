//! What walks the matching documents of a plan in one segment, and the window of documents in which scores are summed.
//! It knows nothing of any kind of plan.
//!
//! A cursor moves over candidates; [`Cursor::matches`] says whether one is a match. So a phrase is checked, and
//! positions are decoded, only in documents that all other clauses of a conjunction hold already.

use std::cell::{LazyCell, RefCell};

use super::candidates::Candidates;
use super::slots::Slots;
use super::sum::Grain;
use crate::postings::NO_MORE;

/// The end of a bound that holds for all documents there are.
pub(super) const FAR: u32 = NO_MORE - 1;

/// What a candidate must reach to be worth a look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goal {
    /// Its sum must come above this.
    pub(super) worst: f64,
    /// So much the clauses that are still to be asked can add at most.
    pub(super) rest: f64,
}

/// How many documents a window spans at most; a multiple of 64.
pub(super) const WINDOW: u32 = 4096;

/// Walks the documents of one plan in one segment, going up. It is either walked (`seek` first, then anything but `fill`)
/// or filled (`fill` alone, window after window), never both, unless [`Cursor::is_leaf`]. `collect`, `retain`, `add`,
/// `exclude` and `add_up` walk it.
pub(super) trait Cursor {
    /// The candidate it stands on, or [`NO_MORE`].
    fn doc(&self) -> u32;

    /// Moves to the first candidate at or after `target`, never back, and returns it.
    fn seek(&mut self, target: u32) -> u32;

    /// Moves to the next candidate. Not called on [`NO_MORE`].
    fn next(&mut self) -> u32 {
        self.seek(self.doc() + 1)
    }

    /// Whether the candidate is a match.
    fn matches(&mut self) -> bool {
        true
    }

    /// Whether `matches` is dear, so that other clauses should be asked first.
    fn is_dear(&self) -> bool {
        false
    }

    /// The score of the candidate, after `matches` said yes to it. Without meaning on a cursor made unscored.
    fn score(&mut self) -> f32;

    /// About how many candidates there are, to let the rarest lead.
    fn cost(&self) -> u64;

    /// At least so many documents match, deleted ones included, as far as that is written in the index.
    fn surely(&self) -> u32 {
        0
    }

    /// Whether a posting list was found broken on the way.
    fn is_broken(&self) -> bool;

    /// No candidate from one document to another (both included, at or after all documents asked for before) scores above
    /// this.
    fn bound(&mut self, from: u32, last: u32) -> f32;

    /// The last document up to which `bound` is likely the same as at `from`: [`FAR`] when it is for all there are,
    /// [`NO_MORE`] when there is no candidate left.
    fn bound_end(&mut self, from: u32) -> u32;

    /// At how many postings `ceilings` looks: those of the lists without maxima. `None` when ceilings would tell no more than
    /// the bound.
    fn asked_for_ceilings(&self) -> Option<u64> {
        None
    }

    /// Fills in for each range of the documents what no candidate there scores above, [`ABSENT`](super::ceilings::ABSENT) for
    /// a range without any. Asked before anything moves it.
    fn ceilings(&mut self, into: &mut [f32]) {
        into.fill(self.bound(0, FAR));
    }

    /// Whether it may be filled and walked by turns: it keeps no state but the places of its lists.
    fn is_leaf(&self) -> bool {
        false
    }

    /// Appends the matches from one document to another, both included. Those that cannot come above the goal may be left
    /// out.
    fn collect(&mut self, from: u32, last: u32, scored: bool, _goal: Goal, into: &mut Candidates) {
        let mut doc = self.seek(from);
        while doc <= last && doc != NO_MORE {
            if self.matches() {
                let score = if scored { self.score() } else { 0.0 };
                into.push(doc, score);
            }
            doc = self.next();
        }
    }

    /// Drops the candidates that do not match and, when `scored`, adds the score of the others. Those that cannot come
    /// above the goal may be dropped.
    fn retain(&mut self, candidates: &mut Candidates, scored: bool, _goal: Goal) {
        candidates.retain_adding(|doc| {
            let found = self.seek(doc) == doc && self.matches();
            found.then(|| if scored { self.score() } else { 0.0 })
        });
    }

    /// Adds its score to the candidates that match.
    fn add(&mut self, candidates: &mut Candidates) {
        for at in 0..candidates.docs().len() {
            let doc = candidates.docs()[at];
            if self.seek(doc) == doc && self.matches() {
                let score = self.score();
                candidates.add(at, score);
            }
        }
    }

    /// Drops the candidates that match.
    fn exclude(&mut self, candidates: &mut Candidates) {
        candidates.retain(|doc| !(self.seek(doc) == doc && self.matches()));
    }

    /// Adds the scores of its matches among the documents of the slots, and returns a document at or after their end before
    /// which there is no further candidate.
    fn add_up(&mut self, slots: &mut Slots) -> u32 {
        let mut doc = self.seek(slots.base());
        while doc < slots.end() {
            if self.matches() {
                let score = self.score();
                slots.add(doc, score);
            }
            doc = self.next();
        }
        doc
    }

    /// Adds every match of the window, which lies after all windows filled before, and returns a document at or after the
    /// window's end before which there is no further candidate.
    fn fill(&mut self, window: &mut Window) -> u32 {
        let mut doc = self.seek(window.base());
        while doc < window.end() {
            if self.matches() {
                let score = if window.is_scored() { self.score() } else { 0.0 };
                window.add(doc, score);
            }
            doc = self.next();
        }
        doc
    }
}

impl Extent {
    /// Whether scores are wanted.
    pub(super) fn is_scored(self) -> bool {
        self.scored
    }

    /// The same span without scores.
    pub(super) fn unscored(self) -> Self {
        Self { scored: false, ..self }
    }
}

/// From which document to below which one a window spans, and whether scores are wanted.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    base: u32,
    end: u32,
    scored: bool,
}

/// A span of documents: which of them match, and the sum of their scores so far.
#[derive(Default)]
pub(super) struct Window {
    base: u32,
    end: u32,
    bits: Vec<u64>,
    sums: Vec<f64>,
    scored: bool,
    grain: Grain,
}

impl Window {
    /// Makes it span the documents from `base` (a multiple of 64) to below `end` (another, or the number of documents of
    /// the segment), none of them matching.
    pub(super) fn reset(&mut self, base: u32, end: u32, scored: bool) {
        debug_assert!(base.is_multiple_of(64) && end - base <= WINDOW);
        (self.base, self.end, self.scored, self.grain) = (base, end, scored, Grain::default());
        let words = ((end - base) as usize).div_ceil(64);
        self.bits.clear();
        self.bits.resize(words, 0);
        if scored {
            self.sums.clear();
            self.sums.resize(words * 64, 0.0);
        }
    }

    /// What is added from now on is rounded to this grain.
    pub(super) fn set_grain(&mut self, grain: Grain) {
        self.grain = grain;
    }

    /// Makes scores of the sums, so that they can be a part of another sum.
    pub(super) fn settle(&mut self) {
        if self.scored {
            for at in 0..self.bits.len() {
                let mut rest = self.bits[at];
                while rest != 0 {
                    let slot = at * 64 + rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    self.sums[slot] = f64::from(self.sums[slot] as f32);
                }
            }
        }
    }

    /// What another window must be like to be added to this one.
    pub(super) fn extent(&self) -> Extent {
        Extent { base: self.base, end: self.end, scored: self.scored }
    }

    /// Its first document.
    pub(super) fn base(&self) -> u32 {
        self.base
    }

    /// The document after its last.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    /// Whether scores are wanted at all.
    pub(super) fn is_scored(&self) -> bool {
        self.scored
    }

    /// A document of the window matches; adds to its score.
    #[inline(always)]
    pub(super) fn add(&mut self, doc: u32, score: f32) {
        let slot = (doc - self.base) as usize;
        self.bits[slot / 64] |= 1 << (slot % 64);
        if self.scored {
            self.sums[slot] += self.grain.round(score);
        }
    }

    /// Calls `visit` with every match in order and its sum.
    #[inline(always)]
    pub(super) fn for_each_sum(&self, mut visit: impl FnMut(u32, f64)) {
        self.for_each(|doc| visit(doc, self.sums[(doc - self.base) as usize]));
    }

    /// Whether no document of it matches so far.
    pub(super) fn is_fresh(&self) -> bool {
        self.bits.iter().all(|&word| word == 0)
    }

    /// Which documents match, the first in the lowest bit of the first word.
    pub(super) fn bits(&self) -> &[u64] {
        &self.bits
    }

    /// The same, to be written.
    pub(super) fn bits_mut(&mut self) -> &mut [u64] {
        &mut self.bits
    }

    /// How many documents match.
    pub(super) fn count(&self) -> u64 {
        self.bits.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The score of a document of the window; 0 when scores are not wanted.
    #[inline]
    pub(super) fn score(&self, doc: u32) -> f32 {
        if self.scored { self.sums[(doc - self.base) as usize] as f32 } else { 0.0 }
    }

    /// The first match at or after `target`, or [`NO_MORE`] when there is none in the window.
    pub(super) fn first_from(&self, target: u32) -> u32 {
        let from = target.max(self.base) - self.base;
        let mut at = (from / 64) as usize;
        let Some(&word) = self.bits.get(at) else { return NO_MORE };
        let mut word = word & (u64::MAX << (from % 64));
        while word == 0 {
            at += 1;
            match self.bits.get(at) {
                Some(&next) => word = next,
                None => return NO_MORE,
            }
        }
        self.base + at as u32 * 64 + word.trailing_zeros()
    }

    /// Adds to the score of every match what `more` gives for it.
    #[inline]
    pub(super) fn for_each_add(&mut self, more: impl Fn(u32) -> f32) {
        for at in 0..self.bits.len() {
            let mut rest = self.bits[at];
            while rest != 0 {
                let slot = at * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                self.sums[slot] += self.grain.round(more(self.base + slot as u32));
            }
        }
    }

    /// Leaves only the matches that are matches of another window of the same extent too.
    pub(super) fn retain(&mut self, other: &Window) {
        for (word, kept) in self.bits.iter_mut().zip(&other.bits) {
            *word &= kept;
        }
    }

    /// Leaves out the matches of another window of the same extent.
    pub(super) fn exclude(&mut self, other: &Window) {
        for (word, gone) in self.bits.iter_mut().zip(&other.bits) {
            *word &= !gone;
        }
    }

    /// Calls `visit` with every match in order.
    #[inline]
    pub(super) fn for_each(&self, mut visit: impl FnMut(u32)) {
        for (at, &word) in self.bits.iter().enumerate() {
            let mut rest = word;
            while rest != 0 {
                visit(self.base + at as u32 * 64 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }
}

/// Frequencies and partial sums by document of a window, for words that stand in several lists. All zero between uses.
pub(super) struct Sums {
    pub(super) frequencies: Vec<f32>,
    pub(super) sums: Vec<f32>,
    pub(super) field: Vec<u64>,
    pub(super) any: Vec<u64>,
}

/// Memory that the cursors of one search lend each other, so that ten thousand clauses need no ten thousand windows.
pub(super) struct Scratch {
    windows: RefCell<Vec<Window>>,
    /// Made when first used: many a search needs none.
    pub(super) sums: LazyCell<RefCell<Sums>>,
}

impl Scratch {
    pub(super) fn new() -> Self {
        let sums = || {
            let (slots, words) = (WINDOW as usize, WINDOW as usize / 64);
            RefCell::new(Sums {
                frequencies: vec![0.0; slots],
                sums: vec![0.0; slots],
                field: vec![0; words],
                any: vec![0; words],
            })
        };
        Self { windows: RefCell::default(), sums: LazyCell::new(sums) }
    }

    /// Lends an empty window of this extent to `user`.
    pub(super) fn with_window<T>(&self, extent: Extent, user: impl FnOnce(&mut Window) -> T) -> T {
        let mut window = self.windows.borrow_mut().pop().unwrap_or_default();
        window.reset(extent.base, extent.end, extent.scored);
        let result = user(&mut window);
        self.windows.borrow_mut().push(window);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_finds_its_matches_in_order() {
        let mut window = Window::default();
        window.reset(128, 128 + 200, true);
        for doc in [128, 191, 192, 300, 327] {
            window.add(doc, 1.5);
        }
        window.add(192, 1.0);
        let mut found = Vec::new();
        window.for_each(|doc| found.push((doc, window.score(doc))));
        assert_eq!(found, [(128, 1.5), (191, 1.5), (192, 2.5), (300, 1.5), (327, 1.5)]);
        assert_eq!(window.first_from(0), 128);
        assert_eq!(window.first_from(129), 191);
        assert_eq!(window.first_from(193), 300);
        assert_eq!(window.first_from(328), NO_MORE);
        assert_eq!(window.first_from(100_000), NO_MORE);
    }

    #[test]
    fn a_reset_window_is_empty() {
        let mut window = Window::default();
        window.reset(0, WINDOW, true);
        window.add(5, 2.0);
        window.reset(64, 128, true);
        assert_eq!(window.first_from(0), NO_MORE);
        assert_eq!(window.score(69), 0.0);
    }
}
