//! What the best postings of a block can be: the Pareto front of (frequency, norm) pairs.

use super::bytes::{put_vint, take_vint};

/// A frequency and a length norm that together bound some postings of a block: no score by BM25
/// can rise above that of one of a block's impacts, whatever k1 and b.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Impact {
    /// The frequency.
    pub frequency: u32,
    /// The length norm; a smaller one is a shorter field.
    pub norm: u8,
}

impl Impact {
    /// Takes a pair off; `None` for a broken one.
    #[inline(always)]
    pub(super) fn take(bytes: &mut &[u8]) -> Option<Self> {
        let frequency = take_vint(bytes)?;
        let (&norm, rest) = bytes.split_first()?;
        *bytes = rest;
        Some(Self { frequency, norm })
    }
}

/// At most this many pairs are kept of a block; more are merged into (largest frequency, smallest norm).
pub const MAX_IMPACTS: usize = 4;

/// The pairs kept of a block, frequencies and norms going up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Impacts {
    pairs: [Impact; MAX_IMPACTS],
    length: usize,
}

impl Impacts {
    pub(super) fn one(impact: Impact) -> Self {
        let mut impacts = Self { length: 1, ..Self::default() };
        impacts.pairs[0] = impact;
        impacts
    }

    pub(super) fn as_slice(&self) -> &[Impact] {
        &self.pairs[..self.length]
    }

    pub(super) fn write(&self, into: &mut Vec<u8>) {
        for impact in self.as_slice() {
            put_vint(impact.frequency, into);
            into.push(impact.norm);
        }
    }

    /// Takes `count` pairs off; `None` for none, too many or broken ones.
    pub(super) fn take(bytes: &mut &[u8], count: usize) -> Option<Self> {
        let mut impacts = Self { length: count, ..Self::default() };
        for pair in impacts.pairs.get_mut(..count)? {
            *pair = Impact::take(bytes)?;
        }
        (count > 0).then_some(impacts)
    }

    /// All the pairs in these bytes.
    pub(super) fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut impacts = Self::default();
        while !bytes.is_empty() {
            *impacts.pairs.get_mut(impacts.length)? = Impact::take(&mut bytes)?;
            impacts.length += 1;
        }
        (impacts.length > 0).then_some(impacts)
    }
}

/// The Pareto front in the making: no pair has both a frequency no larger and a norm no smaller than another's.
#[derive(Default)]
pub(super) struct Front {
    pairs: Vec<Impact>,
}

impl Front {
    pub(super) fn clear(&mut self) {
        self.pairs.clear();
    }

    pub(super) fn add(&mut self, frequency: u32, norm: u8) {
        if self.pairs.iter().any(|pair| pair.frequency >= frequency && pair.norm <= norm) {
            return;
        }
        self.pairs.retain(|pair| pair.frequency > frequency || pair.norm < norm);
        self.pairs.push(Impact { frequency, norm });
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        other.pairs.iter().for_each(|pair| self.add(pair.frequency, pair.norm));
    }

    /// At most [`MAX_IMPACTS`] pairs that bound the front: while there are more, the two neighbours that differ least,
    /// by relative frequency times norm, become one that bounds both.
    pub(super) fn bounds(&self) -> Impacts {
        let mut pairs = self.pairs.clone();
        pairs.sort_unstable_by_key(|pair| pair.frequency);
        while pairs.len() > MAX_IMPACTS {
            let loss = |at: usize| {
                let (low, high) = (pairs[at], pairs[at + 1]);
                let rise = (u64::from(high.frequency - low.frequency) << 16) / u64::from(high.frequency.max(1));
                rise * u64::from(high.norm - low.norm)
            };
            let at = (0..pairs.len() - 1).min_by_key(|&at| loss(at)).unwrap_or(0);
            let low = pairs.remove(at);
            pairs[at].norm = low.norm;
        }
        let mut impacts = Impacts { length: pairs.len(), ..Impacts::default() };
        impacts.pairs[..pairs.len()].copy_from_slice(&pairs);
        impacts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::norm;
    use super::*;

    proptest! {
        #[test]
        fn bounds_hold_for_any_parameters(
            postings in prop::collection::vec((1u32..400, 1u8..), 1..300),
            k1 in 0.01f64..5.0, b in 0.0f64..=1.0, average in 1.0f64..300.0,
        ) {
            let mut front = Front::default();
            postings.iter().for_each(|&(frequency, norm)| front.add(frequency, norm));
            let score = |frequency: u32, byte: u8| {
                let (tf, length) = (f64::from(frequency), f64::from(norm::decode(byte)));
                1.0 - 1.0 / (1.0 + tf / (k1 * (1.0 - b + b * length / average)))
            };
            let bounds = front.bounds();
            let best = bounds.as_slice().iter().map(|impact| score(impact.frequency, impact.norm)).fold(0.0, f64::max);
            prop_assert!(bounds.as_slice().is_sorted_by(|a, b| a.frequency < b.frequency && a.norm < b.norm));
            prop_assert!(postings.iter().all(|&(frequency, byte)| score(frequency, byte) <= best));
        }

        #[test]
        fn four_or_fewer_are_exact(postings in prop::collection::vec((1u32..9, 1u8..5), 1..50)) {
            let mut front = Front::default();
            postings.iter().for_each(|&(frequency, norm)| front.add(frequency, norm));
            let mut naive: Vec<_> = postings.iter().copied().filter(|&(f, n)| {
                !postings.iter().any(|&(g, m)| (g, m) != (f, n) && g >= f && m <= n)
            }).collect();
            naive.sort_unstable();
            naive.dedup();
            let got: Vec<_> = front.bounds().as_slice().iter().map(|i| (i.frequency, i.norm)).collect();
            prop_assert_eq!(got, naive);
        }
    }
}
