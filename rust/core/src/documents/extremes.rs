//! The smallest and the largest number of every stretch of documents: what tells which stretches cannot have one that is
//! wanted.

/// How many documents are a stretch; the last may be shorter. A multiple of 64.
pub const STRETCH: u32 = 1024;

/// The extremes of the numbers of all documents of a segment.
pub struct Extremes {
    stretches: Vec<Option<(i64, i64)>>,
}

impl Extremes {
    /// Of so many documents, some of which may have no number.
    pub fn new(documents: u32, number: impl Fn(u32) -> Option<i64>) -> Self {
        let extremes = |first: u32| {
            let numbers = (first..documents.min(first + STRETCH)).filter_map(&number);
            numbers.fold(None, |extremes, number| {
                let (low, high) = extremes.unwrap_or((number, number));
                Some((number.min(low), number.max(high)))
            })
        };
        Self { stretches: (0..documents).step_by(STRETCH as usize).map(extremes).collect() }
    }

    /// The smallest and the largest number of the stretch that a document is in; `None` when none of it has a number.
    pub fn around(&self, document: u32) -> Option<(i64, i64)> {
        self.stretches.get((document / STRETCH) as usize).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_those_of_the_stretch(
            some in proptest::collection::btree_map(0u32..4000, any::<i64>(), 0..9), documents in 0u32..4000,
        ) {
            let extremes = Extremes::new(documents, |document| some.get(&document).copied());
            for document in (0..documents).step_by(97) {
                let first = document / STRETCH * STRETCH;
                let stretch = || some.range(first..documents.min(first + STRETCH)).map(|(_, &number)| number);
                let expected = stretch().min().zip(stretch().max());
                prop_assert_eq!(extremes.around(document), expected);
            }
        }
    }
}
