//! The best hits seen so far, by any order. It knows nothing of how hits are found.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::request::Hit;
use crate::index::Address;

/// A hit and its key: a smaller key is better, then a smaller address.
struct Kept<K> {
    key: K,
    hit: Hit,
}

impl<K: Ord> Ord for Kept<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key).then_with(|| self.hit.address.cmp(&other.hit.address))
    }
}

impl<K: Ord> PartialOrd for Kept<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord> PartialEq for Kept<K> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<K: Ord> Eq for Kept<K> {}

/// Keeps the best hits; the memory is that of the hits kept, however many are allowed.
pub(super) struct TopK<K> {
    heap: BinaryHeap<Kept<K>>,
    capacity: usize,
}

impl<K: Ord> TopK<K> {
    /// Keeps at most `capacity` hits.
    pub(super) fn new(capacity: usize) -> Self {
        Self { heap: BinaryHeap::new(), capacity }
    }

    /// How many it keeps at most.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The key of the worst hit kept, once there is no room for more: what comes later with this key or a larger one is
    /// not kept. `None` while there is room.
    #[inline]
    pub(super) fn threshold(&self) -> Option<&K> {
        if self.heap.len() < self.capacity { None } else { self.heap.peek().map(|kept| &kept.key) }
    }

    /// Takes a hit if it is good enough; whether it was.
    #[inline]
    pub(super) fn push(&mut self, key: K, hit: Hit) -> bool {
        let kept = Kept { key, hit };
        if self.heap.len() < self.capacity {
            self.heap.push(kept);
            return true;
        }
        match self.heap.peek_mut() {
            Some(mut worst) if kept < *worst => {
                *worst = kept;
                true
            }
            _ => false,
        }
    }

    /// The hits, best first, without the first `offset`.
    pub(super) fn into_hits(self, offset: usize) -> Vec<Hit> {
        self.heap.into_sorted_vec().into_iter().skip(offset).map(|kept| kept.hit).collect()
    }
}

/// A score as a key: the largest is best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ByScore(pub(super) f32);

impl Eq for ByScore {}

impl Ord for ByScore {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.0.total_cmp(&self.0)
    }
}

impl PartialOrd for ByScore {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A value to sort by: smallest or largest first, none last either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ByValue<T> {
    Rising(T),
    Falling(Reverse<T>),
    Missing,
}

impl<T> ByValue<T> {
    /// The key of a value.
    pub(super) fn new(value: Option<T>, descending: bool) -> Self {
        match value {
            None => Self::Missing,
            Some(value) if descending => Self::Falling(Reverse(value)),
            Some(value) => Self::Rising(value),
        }
    }
}

/// Where a hit is and its score.
pub(super) fn hit(segment: usize, document: u32, score: f32) -> Hit {
    Hit { address: Address { segment: segment as u32, document }, score }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_keeps_what_sorting_keeps(
            scores in proptest::collection::vec(0u8..6, 0..60), limit in 0usize..20, offset in 0usize..10,
        ) {
            let mut top = TopK::new(limit.saturating_add(offset));
            let mut all: Vec<Hit> = Vec::new();
            for (document, &score) in scores.iter().enumerate() {
                let found = hit(document / 7, (document % 7) as u32, f32::from(score));
                top.push(ByScore(found.score), found);
                all.push(found);
            }
            all.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.address.cmp(&other.address)));
            let expected: Vec<Hit> = all.into_iter().skip(offset).take(limit).collect();
            prop_assert_eq!(top.into_hits(offset), expected);
        }
    }

    #[test]
    fn missing_values_come_last_either_way() {
        for descending in [false, true] {
            let key = |value| ByValue::new(value, descending);
            assert!(key(Some(i64::MIN)) < key(None) && key(Some(i64::MAX)) < key(None));
            assert_eq!(key(Some(1)) < key(Some(2)), !descending);
        }
    }

    #[test]
    fn an_endless_limit_takes_no_memory() {
        let mut top = TopK::new(usize::MAX);
        top.push(ByScore(1.0), hit(0, 0, 1.0));
        assert_eq!(top.threshold(), None);
        assert_eq!(top.into_hits(0).len(), 1);
    }
}
