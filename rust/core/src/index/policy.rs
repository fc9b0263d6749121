//! Which segments to merge. Only neighbours are, so that the documents of an index stay in the order of adding.

use std::ops::Range;

/// So many segments of one tier become one, and a tier is so many times the one below it.
const FACTOR: u64 = 8;

/// Segments of up to so many documents are all of the lowest tier.
const SMALLEST: u64 = 512;

/// So many neighbours are merged whatever their tiers: small segments between large ones must not pile up.
const LONG: usize = 3 * FACTOR as usize;

/// The size of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// All its documents.
    pub documents: u32,
    /// Those that live.
    pub live: u32,
}

fn tier(size: Size) -> u32 {
    (u64::from(size.live) / SMALLEST).max(1).ilog(FACTOR)
}

/// The next segments to make one of: a run of neighbours, or one that is mostly deleted; none when all is well.
pub fn pick(sizes: &[Size]) -> Option<Range<usize>> {
    let mut tiers: Vec<u32> = sizes.iter().map(|&size| tier(size)).collect();
    let run = |of: u32| {
        let low = |at: &usize| tier(sizes[*at]) <= of;
        let mut at = 0;
        while let Some(start) = (at..sizes.len()).find(low) {
            let end = (start..sizes.len()).find(|at| !low(at)).unwrap_or(sizes.len());
            let peers = (start..end).filter(|&at| tier(sizes[at]) == of).count();
            if peers >= FACTOR as usize || end - start >= LONG {
                return Some(start..end);
            }
            at = end;
        }
        None
    };
    tiers.sort_unstable();
    tiers.dedup();
    let mostly_deleted = |size: &Size| u64::from(size.live) * 2 < u64::from(size.documents);
    tiers.into_iter().find_map(run).or_else(|| sizes.iter().position(mostly_deleted).map(|at| at..at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(documents: u32) -> Size {
        Size { documents, live: documents }
    }

    #[test]
    fn equals_are_merged_and_the_large_one_left() {
        assert_eq!(pick(&[]), None);
        assert_eq!(pick(&[whole(10); 7]), None);
        let mut sizes = vec![whole(1_000_000)];
        sizes.extend(vec![whole(10); 8]);
        assert_eq!(pick(&sizes), Some(1..9));
        assert_eq!(pick(&[whole(10), Size { documents: 9, live: 4 }, whole(10)]), Some(1..2));
    }

    proptest! {
        #[test]
        fn many_commits_leave_few_segments_and_write_little(commits in prop::collection::vec(1..2000u32, 0..400)) {
            let (mut sizes, mut written, mut total) = (Vec::new(), 0u64, 0u64);
            for documents in commits {
                total += u64::from(documents);
                sizes.push(whole(documents));
                while let Some(range) = pick(&sizes) {
                    prop_assert!(range.len() > 1);
                    let merged = sizes[range.clone()].iter().map(|size| size.documents).sum();
                    written += u64::from(merged);
                    sizes.splice(range, [whole(merged)]);
                }
            }
            prop_assert!(sizes.len() < 4 * LONG);
            prop_assert!(written <= 8 * total, "{written} documents written for {total}");
        }
    }
}
