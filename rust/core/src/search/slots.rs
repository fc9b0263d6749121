//! Sums of scores by document of a stretch, for a search that wants only those above a limit: no note is kept of which
//! documents match, since one that does not has the sum 0.

use super::cursor::WINDOW;
use super::sum::Grain;

/// How many slots are looked at together; a divisor of [`WINDOW`].
const TOGETHER: usize = 16;

/// Sums for up to [`WINDOW`] documents, all 0 between uses.
pub(super) struct Slots {
    base: u32,
    end: u32,
    grain: Grain,
    sums: Vec<f64>,
}

impl Slots {
    /// For sums of this grain.
    pub(super) fn new(grain: Grain) -> Self {
        Self { base: 0, end: 0, grain, sums: Vec::new() }
    }

    /// Makes them stand for the documents from `base` to below `end`.
    pub(super) fn stand_for(&mut self, base: u32, end: u32) {
        debug_assert!(end - base <= WINDOW);
        (self.base, self.end) = (base, end);
        let count = ((end - base) as usize).next_power_of_two().max(TOGETHER);
        if self.sums.len() < count {
            self.sums.resize(count, 0.0);
        }
    }

    /// The first document.
    pub(super) fn base(&self) -> u32 {
        self.base
    }

    /// The document after the last.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    /// Adds to the sum of a document.
    #[inline(always)]
    pub(super) fn add(&mut self, doc: u32, score: f32) {
        self.sums[(doc - self.base) as usize] += self.grain.round(score);
    }

    /// Adds to the sums of documents.
    #[inline(always)]
    pub(super) fn add_all(&mut self, docs: &[u32], scores: &[f32]) {
        docs.iter().zip(scores).for_each(|(&doc, &score)| self.add(doc, score));
    }

    /// Calls `visit` with every document whose sum is above `limit` (at least 0) and its sum, in order, and makes all 0.
    #[inline(always)]
    pub(super) fn drain_above(&mut self, limit: f64, mut visit: impl FnMut(u32, f64)) {
        let count = (self.end - self.base) as usize;
        let chunks = self.sums[..count.next_multiple_of(TOGETHER)].as_chunks_mut::<TOGETHER>().0;
        for (turn, sums) in chunks.iter_mut().enumerate() {
            // One look at all of them: mostly none is above.
            if sums.iter().fold(false, |any, &sum| any | (sum > limit)) {
                // Then which, without a branch for each.
                let one = |at: usize| u32::from(sums[at] > limit) << at;
                let mut rest = (0..TOGETHER).fold(0, |found, at| found | one(at));
                while rest != 0 {
                    let at = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    visit(self.base + (turn * TOGETHER + at) as u32, sums[at]);
                }
            }
            sums.fill(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_the_limit_comes_out_once_and_in_order() {
        let mut slots = Slots::new(Grain::new(10.0));
        slots.stand_for(128, 328);
        for (doc, score) in [(128, 1.5), (200, 0.25), (192, 1.0), (327, 2.0), (192, 1.0)] {
            slots.add(doc, score);
        }
        let mut found = Vec::new();
        slots.drain_above(0.5, |doc, sum| found.push((doc, sum)));
        assert_eq!(found, [(128, 1.5), (192, 2.0), (327, 2.0)]);
        slots.stand_for(0, WINDOW);
        slots.drain_above(0.0, |_, _| panic!("all are 0 again"));
    }
}
