//! What a frequent term adds at most to a document of each range of 64: finer than the bounds of its blocks.
//!
//! The best of 128 postings of a frequent term are near the best of all of them, so the bounds of its blocks leave out
//! little. A term that is in at least one of [`FREQUENT`] documents has therefore one byte more for each range of
//! documents. All terms have the same ranges, so that the bytes of several add up to what no document of a range exceeds.
//!
//! A byte is no score, so that k1, b and weights stay free. What a posting adds is a function of
//!
//! ```text
//! x     = weight · tf / (k1 · (1 − b + b · length / average))
//! share = tf · pivot / (length + pivot)
//! ```
//!
//! and with `pivot = average · (1 − b) / b` the one is the other times a constant. The pivot written is that of the usual
//! b = ¾, a third of the average. For any other parameters x is at most the share times the largest quotient of the two over
//! the lengths there are, and since that quotient goes one way with the length, it is the larger of those at both ends.
//! A byte stands for a *level*, the smallest that is not below the share; levels lie evenly in the score by usual parameters.

use super::bytes::{take, u32_at};
use super::norm;

/// Documents in a range.
pub const RANGE: u32 = 64;

/// A term has maxima when at least one of so many documents holds it.
const FREQUENT: u64 = 16;

/// Bytes before the maxima: pivot, smallest norm, largest norm.
const HEAD: usize = 6;

/// Everything computed here rounds by less than this share.
const ROUNDING: f32 = 1.0 + 1e-5;

/// x / (1 + x) is evenly spaced for x = level / 0.3, which is k1 · (1 − b) by usual parameters.
const LEVELS: [f32; 256] = {
    let mut levels = [0.0; 256];
    let mut at = 0;
    while at < 255 {
        levels[at] = 0.3 * at as f32 / (256 - at) as f32;
        at += 1;
    }
    levels[255] = f32::INFINITY;
    levels
};

/// The smallest byte whose level is not below a share.
fn level_of(share: f32) -> u8 {
    let near = (256.0 * share / (share + 0.3)) as usize;
    let from = near.saturating_sub(1).min(255);
    (from..255).find(|&at| LEVELS[at] >= share).unwrap_or(255) as u8
}

/// The length bytes of a field by document, and what the maxima of its terms are measured by.
pub struct Lengths<'a> {
    norms: &'a [u8],
    pivot: u32,
    /// By norm, pivot / (length + pivot).
    shares: [f32; 256],
}

impl<'a> Lengths<'a> {
    /// Of a field with these norms; none for a field without lengths, whose terms all count as of one position.
    pub fn new(norms: &'a [u8]) -> Self {
        let mut counts = [0u64; 256];
        norms.iter().for_each(|&norm| counts[usize::from(norm)] += 1);
        let documents: u64 = counts[1..].iter().sum();
        let length: u64 = (0..=255).zip(counts).map(|(byte, count)| u64::from(norm::decode(byte)) * count).sum();
        let pivot = (length / (3 * documents).max(1)).clamp(1, u64::from(u32::MAX)) as u32;
        let share = |byte| f64::from(pivot) / (f64::from(norm::decode(byte)) + f64::from(pivot));
        let mut shares = [0.0; 256];
        (0..=255u8).for_each(|byte| shares[usize::from(byte)] = share(byte) as f32);
        Self { norms, pivot, shares }
    }

    /// The norm of a document, 1 for a field that has none.
    pub fn norm(&self, document: u32) -> u8 {
        self.norms.get(document as usize).copied().unwrap_or(1)
    }

    /// The number of documents there are norms for.
    pub(super) fn count(&self) -> usize {
        self.norms.len()
    }
}

/// Whether a term in so many documents of a field has maxima.
pub(super) fn are_kept(document_frequency: usize, lengths: &Lengths<'_>) -> bool {
    lengths.count() > 0 && document_frequency as u64 * FREQUENT >= lengths.count() as u64
}

/// Writes the maxima of a list.
pub(super) fn write(documents: &[u32], frequencies: &[u32], lengths: &Lengths<'_>, into: &mut Vec<u8>) {
    let (mut shortest, mut longest) = (u8::MAX, 0);
    let start = into.len() + HEAD;
    into.extend(lengths.pivot.to_le_bytes());
    into.resize(start + lengths.count().div_ceil(RANGE as usize), 0);
    let (mut at, mut most) = (0, 0.0f32);
    for (&document, &frequency) in documents.iter().zip(frequencies) {
        let range = (document / RANGE) as usize;
        if range != at {
            into[start + at] = level_of(most);
            (at, most) = (range, 0.0);
        }
        let norm = lengths.norm(document);
        (shortest, longest) = (norm.min(shortest), norm.max(longest));
        most = most.max(frequency as f32 * lengths.shares[usize::from(norm)]);
    }
    into[start + at] = level_of(most);
    into[start - 2..start].copy_from_slice(&[shortest, longest]);
}

/// The maxima of a list in its bytes.
#[derive(Clone, Copy)]
pub struct Maxima<'a> {
    head: &'a [u8],
    levels: &'a [u8],
}

impl<'a> Maxima<'a> {
    /// Takes those of a list of a segment with so many documents off its bytes.
    pub(super) fn read(bytes: &mut &'a [u8], documents: u32) -> Option<Self> {
        let head = take(bytes, HEAD)?;
        let levels = take(bytes, documents.div_ceil(RANGE) as usize)?;
        Some(Self { head, levels })
    }

    /// All their bytes, for `verify`.
    pub(super) fn bytes(&self) -> [&'a [u8]; 2] {
        [self.head, self.levels]
    }

    /// The level of each range, 0 where no document of it holds the term.
    pub fn levels(&self) -> &'a [u8] {
        self.levels
    }

    /// For each level what no `inverse(norm) · frequency` of a range of that level exceeds. `inverse` of a norm is
    /// weight / (k1 · (1 − b + b · length / average)) for some weight, k1, b and average.
    pub fn limits(&self, inverse: impl Fn(u8) -> f32) -> [f32; 256] {
        let pivot = u32_at(self.head, 0).unwrap_or(1) as f32;
        let quotient = |norm: u8| inverse(norm) * ((norm::decode(norm) as f32 + pivot) / pivot);
        let most = quotient(self.head[4]).max(quotient(self.head[5])) * ROUNDING;
        // The larger of no number and 0 is 0: so it is without any weight.
        let mut limits = LEVELS.map(|level| (level * most).max(0.0));
        // No posting, whatever it would be worth.
        limits[0] = 0.0;
        limits
    }

    /// The largest of the limits of the ranges that hold documents from `from` to `last`.
    pub fn most_between(&self, from: u32, last: u32, limits: &[f32; 256]) -> f32 {
        let (first, end) = ((from / RANGE) as usize, (last / RANGE) as usize + 1);
        let levels = self.levels.get(first..end.min(self.levels.len())).unwrap_or_default();
        limits[usize::from(levels.iter().copied().max().unwrap_or(0))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_level_is_the_smallest_that_is_not_below() {
        for share in [0.0, 1e-9, 0.001, 0.3, 1.0, 20.0, 76.0, 77.0, 1e9] {
            let byte = usize::from(level_of(share));
            assert!(LEVELS[byte] >= share && (byte == 0 || LEVELS[byte - 1] < share), "{share}");
        }
        assert!(LEVELS.is_sorted_by(|one, next| one < next));
    }

    proptest! {
        #[test]
        fn no_posting_of_a_range_exceeds_its_limit(
            postings in prop::collection::vec((0u32..1000, 1u32..300, 1u8..), 1..100),
            k1 in 0.0f32..5.0, b in 0.0f32..=1.0, average in 1.0f32..3000.0, weight in 0.01f32..20.0,
        ) {
            let mut norms = vec![0u8; 1000];
            let mut by_document = std::collections::BTreeMap::new();
            for &(document, frequency, norm) in &postings {
                norms[document as usize] = norm;
                by_document.insert(document, frequency);
            }
            let (documents, frequencies): (Vec<u32>, Vec<u32>) = by_document.into_iter().unzip();
            let mut bytes = Vec::new();
            write(&documents, &frequencies, &Lengths::new(&norms), &mut bytes);
            let maxima = Maxima::read(&mut &bytes[..], 1000).unwrap();
            let inverse = |norm: u8| weight / (k1 * (1.0 - b + b * (norm::decode(norm) as f32 / average)));
            let limits = maxima.limits(inverse);
            for (&document, &frequency) in documents.iter().zip(&frequencies) {
                let x = frequency as f32 * inverse(norms[document as usize]);
                prop_assert!(maxima.most_between(document, document, &limits) >= x);
                prop_assert!(maxima.most_between(0, 999, &limits) >= x);
            }
            let held = |range: u32| documents.iter().any(|document| document / RANGE == range);
            for (range, &level) in (0..).zip(maxima.levels()) {
                prop_assert_eq!(level > 0, held(range));
            }
        }

        #[test]
        fn by_usual_parameters_a_limit_is_near_what_is_there(frequency in 1u32..20, length in 1u32..2000) {
            let norms = vec![norm::encode(300); 640].into_iter().chain([norm::encode(length)]).collect::<Vec<_>>();
            let mut bytes = Vec::new();
            write(&[640], &[frequency], &Lengths::new(&norms), &mut bytes);
            let maxima = Maxima::read(&mut &bytes[..], 641).unwrap();
            let inverse = |norm: u8| 1.0 / (0.3 + 0.9 * norm::decode(norm) as f32 / norm::decode(norms[0]) as f32);
            let score = |x: f32| x / (1.0 + x);
            let limit = score(maxima.most_between(640, 640, &maxima.limits(inverse)));
            prop_assert!(limit - score(frequency as f32 * inverse(norms[640])) < 0.01);
        }
    }
}
