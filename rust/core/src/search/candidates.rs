//! Documents that may be among the best, with the sum of their scores so far: what one clause after another is asked
//! about when a search goes by bounds.

use super::cursor::Goal;
use super::sum::Grain;

/// Documents, going up, and for each the sum of the clauses looked at.
#[derive(Default)]
pub(super) struct Candidates {
    docs: Vec<u32>,
    sums: Vec<f64>,
    grain: Grain,
}

impl Candidates {
    /// None yet, for sums of this grain.
    pub(super) fn new(grain: Grain) -> Self {
        Self { docs: Vec::new(), sums: Vec::new(), grain }
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.docs.clear();
        self.sums.clear();
    }

    /// The documents.
    pub(super) fn docs(&self) -> &[u32] {
        &self.docs
    }

    /// The sums so far.
    pub(super) fn sums(&self) -> &[f64] {
        &self.sums
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.docs.is_empty()
    }

    /// Adds a document, above those there are, with the score of a first clause.
    #[inline(always)]
    pub(super) fn push(&mut self, doc: u32, score: f32) {
        self.push_sum(doc, self.grain.round(score));
    }

    /// Adds documents, above those there are, with the scores of a first clause.
    #[inline(always)]
    pub(super) fn extend(&mut self, docs: &[u32], scores: &[f32]) {
        let grain = self.grain;
        self.docs.extend_from_slice(docs);
        self.sums.extend(scores.iter().map(|&score| grain.round(score)));
    }

    /// Adds a document, above those there are, with a sum.
    #[inline(always)]
    pub(super) fn push_sum(&mut self, doc: u32, sum: f64) {
        self.docs.push(doc);
        self.sums.push(sum);
    }

    /// Adds to the sum of every candidate what `more` gives for it; one for which that is `None` is dropped.
    #[inline(always)]
    pub(super) fn retain_adding(&mut self, mut more: impl FnMut(u32) -> Option<f32>) {
        let mut kept = 0;
        for at in 0..self.docs.len() {
            let doc = self.docs[at];
            let found = more(doc);
            self.docs[kept] = doc;
            self.sums[kept] = self.sums[at] + self.grain.round(found.unwrap_or(0.0));
            kept += usize::from(found.is_some());
        }
        self.docs.truncate(kept);
        self.sums.truncate(kept);
    }

    /// Adds to the sum of the candidate at a place.
    #[inline(always)]
    pub(super) fn add(&mut self, at: usize, score: f32) {
        self.sums[at] += self.grain.round(score);
    }

    /// Keeps the documents that `keep` says yes to.
    #[inline(always)]
    pub(super) fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        let mut kept = 0;
        for at in 0..self.docs.len() {
            let doc = self.docs[at];
            self.docs[kept] = doc;
            self.sums[kept] = self.sums[at];
            kept += usize::from(keep(doc));
        }
        self.docs.truncate(kept);
        self.sums.truncate(kept);
    }

    /// To what scores are rounded before they are added.
    pub(super) fn grain(&self) -> Grain {
        self.grain
    }

    /// Keeps those that can still come above the goal.
    #[inline(never)]
    pub(super) fn retain_above(&mut self, goal: Goal) {
        let Goal { worst, rest } = goal;
        let mut kept = 0;
        for at in 0..self.docs.len() {
            let sum = self.sums[at];
            self.docs[kept] = self.docs[at];
            self.sums[kept] = sum;
            kept += usize::from(sum + rest > worst);
        }
        self.docs.truncate(kept);
        self.sums.truncate(kept);
    }
}
