//! A posting list with the bounds of what it can add to a score: those of its blocks, and of the maxima that a frequent term
//! has.

use super::bm25::FieldTable;
use super::ceilings::MOST_SUMMED;
use crate::postings::{Bounds, Impact, NO_MORE, PostingCursor, RANGE};

/// Over so few documents maxima tell more than the bounds of blocks.
const FEW: u32 = 16 * RANGE;

/// At how many postings the ceilings of these lists look; `None` when they are too many lists.
pub(super) fn asked_for_ceilings<'l, 'a: 'l>(lists: impl Iterator<Item = &'l BoundedList<'a>> + Clone) -> Option<u64> {
    let looked_at = |list: &&BoundedList<'a>| list.limits.is_none();
    let frequency = |list: &BoundedList<'a>| u64::from(list.cursor.document_frequency());
    (lists.clone().count() <= MOST_SUMMED).then(|| lists.filter(looked_at).map(frequency).sum())
}

/// A posting list of a key of some weight, in the field of a table. What a posting adds is weight · frequency · inverse.
pub(super) struct BoundedList<'a> {
    pub(super) cursor: PostingCursor<'a>,
    pub(super) weight: f32,
    table: &'a FieldTable,
    known: Bounds,
    /// Of a list with maxima: by level, what no document of a range exceeds.
    limits: Option<Box<[f32; 256]>>,
}

impl<'a> BoundedList<'a> {
    pub(super) fn new(cursor: PostingCursor<'a>, weight: f32, table: &'a FieldTable) -> Self {
        let inverse = |norm| weight * table.inverse(norm);
        let limits = cursor.maxima().map(|maxima| Box::new(maxima.limits(inverse)));
        Self { cursor, weight, table, known: Bounds::default(), limits }
    }

    #[inline(always)]
    fn value(weight: f32, table: &FieldTable) -> impl Fn(&Impact) -> f32 {
        move |impact| weight * impact.frequency as f32 * table.inverse(impact.norm)
    }

    /// No posting from one document to another, both included, adds more.
    pub(super) fn bound(&mut self, from: u32, last: u32) -> f32 {
        if last - from < FEW
            && let (Some(limits), Some(maxima)) = (&self.limits, self.cursor.maxima())
        {
            return maxima.most_between(from, last, limits);
        }
        self.cursor.bound_between(from, last, &mut self.known, Self::value(self.weight, self.table))
    }

    /// The level of each range and, by level, what no document of the range exceeds; of a list with maxima.
    pub(super) fn maxima(&self) -> Option<(&'a [u8], &[f32; 256])> {
        Some((self.cursor.maxima()?.levels(), self.limits.as_ref()?))
    }

    /// Calls `visit` for the number of each range that has documents of the list, and perhaps of others, with what none of
    /// them exceeds, which is above 0. A range may come several times: the largest counts. Asked before anything moves the cursor.
    pub(super) fn for_each_range(&mut self, norms: &[u8], mut visit: impl FnMut(usize, f32)) {
        // However little a posting adds, it is there.
        let mut visit = |range, most: f32| visit(range, most.max(f32::MIN_POSITIVE));
        if let Some((levels, limits)) = self.maxima() {
            let held = levels.iter().enumerate().filter(|&(_, &level)| level > 0);
            held.for_each(|(range, &level)| visit(range, limits[usize::from(level)]));
            return;
        }
        let value = Self::value(self.weight, self.table);
        loop {
            let (docs, frequencies) = self.cursor.run(NO_MORE - 1);
            if docs.is_empty() {
                self.cursor.rewind();
                return;
            }
            for (&doc, &frequency) in docs.iter().zip(frequencies) {
                let norm = norms.get(doc as usize).copied().unwrap_or(0);
                visit((doc / RANGE) as usize, value(&Impact { frequency, norm }));
            }
            let count = docs.len();
            self.cursor.pass(count);
        }
    }
}
