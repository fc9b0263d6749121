//! What the documents of each range score at most: where in a segment the best of a search can be.
//!
//! Where a plan has frequent words, whose lists have maxima, this is worked out before any posting is looked at, and costs
//! as little as adding up one byte a range and word (after Mallia, Suel and Tonellotto, *Faster Learned Sparse Retrieval
//! with Block-Max Pruning*, 2024). The ranges with the highest ceilings are searched first, then more of the next, and so
//! on; what is left is searched in order, wherever a ceiling is above the worst score kept. No range is looked at twice.

use crate::postings::RANGE;

/// The ceiling of a range without candidates, or one that was looked at.
pub(super) const ABSENT: f32 = -1.0;

/// Ranges are looked at by so many: mostly none of a chunk counts.
const CHUNK: usize = 8;

/// The ranges of one run at most.
const LONGEST: usize = 64;

/// Sums of 32-bit floats are off by less than this share for as many parts as [`MOST_SUMMED`].
const ROUNDING: f64 = 1e-5;

/// More clauses, or lists of one, are not added up range by range.
pub(super) const MOST_SUMMED: usize = 64;

/// In a segment of fewer ranges there is little to leave out.
const FEWEST: usize = 64;

/// A clause is frequent when at least one of so many documents has it.
const FREQUENT: u64 = 16;

/// Whether ceilings of clauses pay in a segment of so many documents, of which `most` have the most frequent clause that counts:
/// when they look at so few postings that it costs no more than to add up ranges. `asked` as
/// [`asked_for_ceilings`](super::cursor::Cursor::asked_for_ceilings).
pub(super) fn pay(documents: u32, most: u64, asked: impl Iterator<Item = Option<u64>> + Clone) -> bool {
    most * FREQUENT >= u64::from(documents)
        && asked.clone().count() <= MOST_SUMMED
        && asked.sum::<Option<u64>>().is_some_and(|asked| asked <= u64::from(documents / RANGE))
}

/// For each range of documents of a segment what none of them scores above.
pub(super) struct Ceilings {
    documents: u32,
    by_range: Vec<f32>,
    /// The largest of each chunk of ranges as it was at first.
    by_chunk: Vec<f32>,
    /// What the rounding of scores to the grain of their sum may add to it.
    grain: f64,
}

impl Ceilings {
    /// Those that `fill` fills in (a number below 0 stands for no candidates) for a segment of so many documents, or none where
    /// that would not pay. No score of the
    /// plan is above `most`.
    pub(super) fn new(documents: u32, most: f64, fill: impl FnOnce(&mut [f32]) -> Option<()>) -> Option<Self> {
        let count = documents.div_ceil(RANGE) as usize;
        if count < FEWEST {
            return None;
        }
        let mut by_range = vec![ABSENT; count];
        fill(&mut by_range)?;
        let by_chunk = by_range.chunks(CHUNK).map(largest).collect();
        Some(Self { documents, by_range, by_chunk, grain: most * 1e-13 })
    }

    /// A range may hold a document that scores above `worst` only if its ceiling is above this, which is not below that of a
    /// range without candidates.
    fn limit(&self, worst: Option<f32>) -> f32 {
        let Some(worst) = worst else { return ABSENT };
        (((f64::from(worst) - self.grain) / (1.0 + ROUNDING)) as f32).next_down().max(ABSENT)
    }

    /// How many ranges may hold a document that scores above `worst`.
    pub(super) fn count_above(&self, worst: f32) -> usize {
        let limit = self.limit(Some(worst));
        let chunks = self.by_range.chunks(CHUNK).zip(&self.by_chunk).filter(|&(_, &most)| most > limit);
        chunks.map(|(some, _)| some.iter().map(|&most| usize::from(most > limit)).sum::<usize>()).sum()
    }

    /// A limit that at least so many ranges had ceilings not below at first, and likely not many more.
    pub(super) fn limit_of_highest(&self, count: usize) -> f32 {
        let mut highest = self.by_chunk.clone();
        match highest.len().checked_sub(count) {
            None | Some(0) => ABSENT,
            Some(place) => highest.select_nth_unstable_by(place, f32::total_cmp).1.next_down().max(ABSENT),
        }
    }

    /// The first range from `from` on with a ceiling above a limit.
    fn first_above(&self, from: usize, limit: f32) -> Option<usize> {
        let of_chunk = |chunk: usize, from: usize| {
            let end = ((chunk + 1) * CHUNK).min(self.by_range.len());
            self.by_range[from..end].iter().position(|&most| most > limit).map(|at| from + at)
        };
        let mut chunk = from / CHUNK;
        if *self.by_chunk.get(chunk)? > limit
            && let Some(found) = of_chunk(chunk, from)
        {
            return Some(found);
        }
        loop {
            chunk += 1;
            while let Some(some) = self.by_chunk[chunk..].first_chunk::<8>()
                && largest(some) <= limit
            {
                chunk += 8;
            }
            if *self.by_chunk.get(chunk)? > limit
                && let Some(found) = of_chunk(chunk, chunk * CHUNK)
            {
                return Some(found);
            }
        }
    }

    /// Takes the next run of documents from `from` on, which is a multiple of [`RANGE`], whose ranges all have ceilings
    /// above a limit.
    fn take_next(&mut self, from: u32, limit: f32) -> Option<(u32, u32)> {
        let first = self.first_above((from / RANGE) as usize, limit)?;
        let run = self.by_range[first..].iter_mut().take(LONGEST).take_while(|most| **most > limit);
        let count = run.map(|most| *most = ABSENT).count() as u32;
        let first = first as u32 * RANGE;
        Some((first, (first + count * RANGE).min(self.documents) - 1))
    }
}

fn largest(some: &[f32]) -> f32 {
    some.iter().fold(ABSENT, |largest, &one| if one > largest { one } else { largest })
}

/// The way of a search through the documents of a segment.
pub(super) enum Way<'c> {
    /// Through all of so many.
    Whole(u32),
    /// Through ranges with ceilings above a limit and above the worst score kept.
    ByRanges(&'c mut Ceilings, f32),
}

impl Way<'_> {
    /// The next first and last document to be looked at from `from` on, when only what scores above `worst` counts. Runs of
    /// ranges begin with a range and end with one.
    pub(super) fn next(&mut self, from: u32, worst: Option<f32>) -> Option<(u32, u32)> {
        match self {
            Self::Whole(documents) => (from < *documents).then(|| (from, *documents - 1)),
            Self::ByRanges(ceilings, limit) => {
                let limit = ceilings.limit(worst).max(*limit);
                ceilings.take_next(from, limit)
            }
        }
    }

    /// Whether it goes by ranges, so that runs are short and leave others out.
    pub(super) fn is_by_ranges(&self) -> bool {
        matches!(self, Self::ByRanges(..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ceilings(by_range: &[f32]) -> Ceilings {
        let documents = by_range.len() as u32 * RANGE - 5;
        Ceilings::new(documents, 10.0, |into| {
            into.copy_from_slice(by_range);
            Some(())
        })
        .unwrap()
    }

    /// The ranges that a way leads through when the worst score kept is always this.
    fn taken(way: &mut Way<'_>, worst: Option<f32>) -> Vec<usize> {
        let (mut ranges, mut from) = (Vec::new(), 0);
        while let Some((first, last)) = way.next(from, worst) {
            assert!(first >= from && first.is_multiple_of(RANGE) && last >= first);
            ranges.extend(first / RANGE..=last / RANGE);
            from = last + 1;
        }
        ranges.into_iter().map(|range| range as usize).collect()
    }

    #[test]
    fn in_a_small_segment_there_are_none() {
        assert!(Ceilings::new(63 * RANGE, 1.0, |_| Some(())).is_none());
        assert!(Ceilings::new(63 * RANGE + 1, 1.0, |_| Some(())).is_some());
        assert!(Ceilings::new(100 * RANGE, 1.0, |_| None).is_none());
    }

    #[test]
    fn they_pay_for_frequent_words_and_few_rare_ones() {
        let documents = 64_000;
        let pays = |most, asked: &[Option<u64>]| pay(documents, most, asked.iter().copied());
        assert!(pays(4000, &[Some(0), Some(1000)]));
        assert!(!pays(3999, &[Some(0)]));
        assert!(!pays(4000, &[Some(500), Some(501)]));
        assert!(!pays(4000, &[Some(0), None]));
        assert!(!pays(4000, &vec![Some(0); MOST_SUMMED + 1]));
    }

    proptest! {
        #[test]
        fn every_range_that_may_count_is_taken_once(
            by_range in prop::collection::vec(prop_oneof![Just(ABSENT), Just(0.0), 0.0f32..10.0], 64..400),
            worst in prop::option::of(0.0f32..10.0), counts in prop::collection::vec(1usize..100, 0..4),
        ) {
            let mut ceilings = ceilings(&by_range);
            let above = |most: f32| worst.is_none_or(|worst| most > worst);
            let expected: Vec<usize> = (0..by_range.len()).filter(|&at| by_range[at] >= 0.0 && above(by_range[at])).collect();
            let mut all = Vec::new();
            for count in counts {
                let limit = ceilings.limit_of_highest(count);
                let some = taken(&mut Way::ByRanges(&mut ceilings, limit), worst);
                let best = by_range.iter().filter(|&&most| most > limit).count();
                prop_assert!(best >= count || limit == ABSENT);
                all.extend(some);
            }
            if let Some(worst) = worst {
                prop_assert!(ceilings.count_above(worst) + all.len() >= expected.len());
            }
            all.extend(taken(&mut Way::ByRanges(&mut ceilings, ABSENT), worst));
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len(), count);
            prop_assert!(expected.iter().all(|range| all.binary_search(range).is_ok()));
            prop_assert!(all.iter().all(|&range| worst.is_none_or(|worst| by_range[range] * 1.001 >= worst * 0.999)));
        }
    }
}
