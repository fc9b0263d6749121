//! Which segments to merge. Only neighbours are, so that the documents of an index stay in the order of adding.

use std::ops::Range;

/// So many segments of one tier become one, and a tier is so many times the one below it.
const FACTOR: u64 = 4;

/// Segments of up to so many documents are all of the lowest tier: to write them anew costs no more than to sync a file.
const SMALLEST: u64 = 256;

/// More segments than these are never left: the cheapest neighbours are merged whatever their tiers.
pub const MOST: usize = 20;

/// The size of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// All its documents.
    pub documents: u32,
    /// Those that live.
    pub live: u32,
}

impl Size {
    /// What it costs to write it anew.
    fn cost(self) -> u64 {
        u64::from(self.live).max(SMALLEST)
    }

    fn tier(self) -> u32 {
        ((self.cost() - 1) / SMALLEST).checked_ilog(FACTOR).map_or(0, |tier| tier + 1)
    }

    fn is_mostly_deleted(self) -> bool {
        u64::from(self.live) * 2 < u64::from(self.documents)
    }
}

/// The next segments to make one of: a run of neighbours, or one that is mostly deleted; none when all is well. `None` among
/// the sizes is a segment that is being merged already; `merges` says into how many all of those are.
pub fn pick(sizes: &[Option<Size>], merges: usize) -> Option<Range<usize>> {
    let runs = free_runs(sizes);
    let mut tiers: Vec<u32> = sizes.iter().flatten().map(|size| size.tier()).collect();
    tiers.sort_unstable();
    tiers.dedup();
    let full = |tier: u32| runs.iter().find_map(|(start, run)| peers(run, tier).map(|range| shifted(range, *start)));
    let free: usize = runs.iter().map(|(_, run)| run.len()).sum();
    tiers
        .into_iter()
        .find_map(full)
        .or_else(|| if free + merges > MOST { cheapest(&runs) } else { None })
        .or_else(|| sizes.iter().position(|size| size.is_some_and(Size::is_mostly_deleted)).map(|at| at..at + 1))
}

fn shifted(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// The runs of segments that nobody merges, and where each starts.
fn free_runs(sizes: &[Option<Size>]) -> Vec<(usize, Vec<Size>)> {
    let mut runs: Vec<(usize, Vec<Size>)> = Vec::new();
    for (at, size) in sizes.iter().enumerate() {
        match (size, runs.last_mut()) {
            (Some(size), Some((start, run))) if *start + run.len() == at => run.push(*size),
            (Some(size), _) => runs.push((at, vec![*size])),
            (None, _) => {}
        }
    }
    runs
}

/// Neighbours of this tier and lower ones among which this tier is full.
fn peers(run: &[Size], tier: u32) -> Option<Range<usize>> {
    let mut at = 0;
    while let Some(start) = (at..run.len()).find(|&at| run[at].tier() <= tier) {
        let end = (start..run.len()).find(|&at| run[at].tier() > tier).unwrap_or(run.len());
        if run[start..end].iter().filter(|size| size.tier() == tier).count() >= FACTOR as usize {
            return Some(start..end);
        }
        at = end;
    }
    None
}

/// The neighbours that cost the least to write for each segment that there is less then.
fn cheapest(runs: &[(usize, Vec<Size>)]) -> Option<Range<usize>> {
    let mut best: Option<(u64, u64, Range<usize>)> = None;
    for (offset, run) in runs {
        for start in 0..run.len() {
            let mut cost = run[start].cost();
            for (fewer, size) in (1..).zip(run[start + 1..].iter().take(MOST)) {
                cost += size.cost();
                if best.as_ref().is_none_or(|(least, of, _)| cost * of < least * fewer) {
                    let first = offset + start;
                    best = Some((cost, fewer, first..first + fewer as usize + 1));
                }
            }
        }
    }
    best.map(|(_, _, range)| range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(documents: u32) -> Size {
        Size { documents, live: documents }
    }

    /// All merges that the policy wants after each commit, at once; gives the sizes then, the most there ever were, and the
    /// documents written by merges.
    fn simulate(commits: impl Iterator<Item = u32>) -> (Vec<u32>, usize, u64) {
        let (mut sizes, mut most, mut written) = (Vec::new(), 0, 0u64);
        for documents in commits {
            sizes.push(Some(whole(documents)));
            while let Some(range) = pick(&sizes, 0) {
                assert!(range.len() > 1);
                let merged = sizes[range.clone()].iter().flatten().map(|size| size.documents).sum();
                written += u64::from(merged);
                sizes.splice(range, [Some(whole(merged))]);
            }
            most = most.max(sizes.len());
        }
        (sizes.into_iter().flatten().map(|size| size.documents).collect(), most, written)
    }

    #[test]
    fn equals_are_merged_and_the_large_one_left() {
        assert_eq!(pick(&[], 0), None);
        assert_eq!(pick(&[Some(whole(10)); 3], 0), None);
        let mut sizes = vec![Some(whole(1_000_000))];
        sizes.extend([Some(whole(10)); 4]);
        assert_eq!(pick(&sizes, 0), Some(1..5));
        let half = Size { documents: 9, live: 4 };
        assert_eq!(pick(&[Some(whole(10)), Some(half), Some(whole(10))], 0), Some(1..2));
    }

    #[test]
    fn what_is_being_merged_is_left_alone() {
        let small = Some(whole(10));
        let sizes = [small, small, None, None, small, small];
        assert_eq!(pick(&sizes, 1), None);
        let sizes = [small, None, None, small, small, small, small];
        assert_eq!(pick(&sizes, 1), Some(3..7));
    }

    #[test]
    fn a_million_commits_of_one_document_leave_few_segments_and_write_little() {
        let (sizes, most, written) = simulate(std::iter::repeat_n(1, 1_000_000));
        assert_eq!(sizes.iter().sum::<u32>(), 1_000_000);
        assert!(most <= MOST, "{most} segments");
        // Six tiers above the lowest, where a document is written some forty times in segments that cost nothing.
        assert!(written <= 60 * 1_000_000, "{written} documents written");
    }

    #[test]
    fn equal_segments_are_written_once_a_tier() {
        for count in [4, 64, 1000, 5000u32] {
            let (sizes, _, written) = simulate(std::iter::repeat_n(4096, count as usize));
            let tiers = u64::from(count.ilog(4));
            assert!(written <= tiers * u64::from(count) * 4096, "{count} segments: {written} documents written");
            assert!(sizes.len() <= 3 * (tiers as usize + 1));
        }
    }

    proptest! {
        #[test]
        fn any_commits_leave_few_segments_and_write_little(
            commits in prop::collection::vec(prop_oneof![Just(1), 1..2000u32, 10_000..300_000u32], 0..400)
        ) {
            let total: u64 = commits.iter().map(|&documents| u64::from(documents)).sum();
            let floor = commits.len() as u64 * SMALLEST;
            let (_, most, written) = simulate(commits.into_iter());
            prop_assert!(most <= MOST);
            prop_assert!(written <= 10 * (total + floor), "{written} documents written for {total}");
        }

        #[test]
        fn whatever_is_picked_is_free_and_a_run(
            sizes in prop::collection::vec(prop::option::weighted(0.8, (1..9000u32, 0..9000u32)), 0..60), merges in 0..3usize
        ) {
            let size = |(documents, dead): (u32, u32)| Size { documents, live: documents.saturating_sub(dead) };
            let sizes: Vec<Option<Size>> = sizes.into_iter().map(|one| one.map(size)).collect();
            if let Some(range) = pick(&sizes, merges) {
                prop_assert!(!range.is_empty() && sizes[range].iter().all(Option::is_some));
            }
        }
    }
}
