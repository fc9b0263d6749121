//! The formula of the score, BM25F saturated once (Robertson and Zaragoza 2009), in the one form that searching,
//! bounding and explaining share. It knows nothing of plans and posting lists.
//!
//! For a word: x = Σ over fields of weight · tf / (1 − b + b · length / average), score = idf · x / (x + k1), computed
//! as `idf − idf / (1 + Σ tf · inverse[norm])` with `inverse[norm] = weight / (k1 · (1 − b + b · length / average))`.
//! Every step of that is monotone in floats (rounding keeps order), so the score of an impact bounds the scores of the
//! postings it stands for without any margin.

use super::cursor::Goal;
use super::sum::Grain;
use crate::postings::norm;
use crate::segment::FieldStatistics;
use crate::{Error, Result};

/// The two parameters of BM25, checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parameters {
    pub(super) k1: f32,
    pub(super) b: f32,
}

impl Parameters {
    /// `Error::UnsupportedQuery` when k1 is no finite number from 0 or b none from 0 to 1.
    pub(super) fn new(k1: f32, b: f32) -> Result<Self> {
        if !(k1.is_finite() && k1 >= 0.0) {
            return Err(Error::UnsupportedQuery(format!("k1 must be a number from 0, found {k1}; 1.2 is usual")));
        }
        if !(0.0..=1.0).contains(&b) {
            return Err(Error::UnsupportedQuery(format!("b must be a number from 0 to 1, found {b}; 0.75 is usual")));
        }
        Ok(Self { k1, b })
    }
}

/// ln(1 + (N − df + ½) / (df + ½)): what one more matching word is worth, above 0.
pub(super) fn idf(documents: u64, document_frequency: u64) -> f32 {
    let (n, df) = (documents as f64, document_frequency.min(documents) as f64);
    (1.0 + (n - df + 0.5) / (df + 0.5)).ln() as f32
}

/// The score of one clause from its idf and Σ tf · inverse.
#[inline(always)]
pub(super) fn saturate(idf: f32, sum: f32) -> f32 {
    idf - idf / (1.0 + sum)
}

/// A sum such that no smaller one, nor itself, makes a clause of this idf and boost come above the goal; -1 when there is none
/// to be told. So most documents are left out before anything is divided.
pub(super) fn too_small(idf: f32, boost: f32, goal: Goal, grain: Grain) -> f32 {
    let missing = (goal.worst - goal.rest) / f64::from(boost);
    if !(missing > 0.0 && boost > 0.0) {
        return -1.0;
    }
    let idf_exactly = f64::from(idf);
    let sum = if missing < idf_exactly { missing / (idf_exactly - missing) } else { f64::INFINITY };
    // Scores never fall as sums rise, so what holds for one holds below it: it is worked out roughly and tried.
    let tried = [1.0 - 1e-6, 1.0 - 1e-4].map(|share| (sum * share) as f32);
    let stays_below = |sum: &f32| grain.round(boost * saturate(idf, *sum)) + goal.rest <= goal.worst;
    tried.into_iter().find(stays_below).unwrap_or(-1.0)
}

/// What a field with a weight contributes, by length norm.
pub(super) struct FieldTable {
    inverse: [f32; 256],
    average: f32,
}

impl FieldTable {
    /// The table of a field with these statistics (over the whole snapshot) and this weight.
    pub(super) fn new(statistics: FieldStatistics, weight: f32, parameters: Parameters) -> Self {
        let average = match statistics.documents {
            0 => 1.0,
            documents => (statistics.length as f64 / documents as f64) as f32,
        };
        let mut inverse = [0.0; 256];
        for (byte, slot) in inverse.iter_mut().enumerate() {
            *slot = weight / (parameters.k1 * length_factor(byte as u8, average, parameters.b));
        }
        Self { inverse, average }
    }

    /// weight / (k1 · (1 − b + b · length / average)); infinite for k1 = 0.
    #[inline(always)]
    pub(super) fn inverse(&self, norm: u8) -> f32 {
        self.inverse[usize::from(norm)]
    }

    /// The average length over the documents that have the field; 1 when none has.
    pub(super) fn average(&self) -> f32 {
        self.average
    }
}

/// 1 − b + b · length / average: how much longer than usual the field is.
pub(super) fn length_factor(norm: u8, average: f32, b: f32) -> f32 {
    1.0 - b + b * (norm::decode(norm) as f32 / average)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(weight: f32, k1: f32, b: f32) -> FieldTable {
        FieldTable::new(FieldStatistics { documents: 7, length: 91 }, weight, Parameters { k1, b })
    }

    #[test]
    fn it_is_the_formula() {
        let (k1, b, weight, tf, df, n) = (1.2, 0.75, 2.0, 3.0, 5, 100);
        let table = table(weight, k1, b);
        let x = weight * tf / (1.0 - b + b * 20.0 / 13.0);
        let expected = (1.0f32 + (100.0 - 5.0 + 0.5) / 5.5).ln() * x / (x + k1);
        let got = saturate(idf(n, df), tf * table.inverse(norm::encode(20)));
        assert!((got - expected).abs() < 1e-5, "{got} {expected}");
    }

    #[test]
    fn without_saturation_a_match_is_worth_its_idf() {
        let table = table(1.0, 0.0, 0.75);
        assert_eq!(saturate(2.5, 1.0 * table.inverse(13)), 2.5);
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        for (k1, b) in [(f32::NAN, 0.5), (-1.0, 0.5), (f32::INFINITY, 0.5), (1.0, f32::NAN), (1.0, -0.1), (1.0, 1.1)] {
            assert!(matches!(Parameters::new(k1, b), Err(Error::UnsupportedQuery(_))), "{k1} {b}");
        }
    }

    proptest! {
        #[test]
        fn what_is_too_small_stays_below_the_goal_and_little_else_does(
            idf in 0.001f32..20.0, boost in 0.01f32..10.0, share in -0.1f64..1.2, rest in 0.0f64..50.0, x in 0.0f32..100.0,
        ) {
            let grain = Grain::new(f64::from(idf * boost) + rest);
            let goal = Goal { worst: rest + f64::from(idf * boost) * share, rest };
            let score = |sum: f32| grain.round(boost * saturate(idf, sum)) + rest;
            let sum = too_small(idf, boost, goal, grain);
            prop_assert!(sum < 0.0 || score(sum) <= goal.worst);
            prop_assert!(x > sum || score(x) <= goal.worst);
            // It is no idle guess: a hundredth more is too much, but where scores are too coarse to tell.
            if share > 0.01 && share < 0.99 {
                prop_assert!(score(sum * 1.01 + 0.001) > goal.worst);
            }
        }

        #[test]
        fn higher_frequency_and_shorter_length_never_score_less(
            weight in 0.01f32..10.0, share in 0.01f32..=1.0, k1 in 0.0f32..3.0, b in 0.0f32..=1.0,
            frequency in 1u32..1000, more in 0u32..1000, norm in 1u8..=255, less in 0u8..=254, idf in 0.001f32..20.0,
        ) {
            let table = table(weight, k1, b);
            let shorter = norm.saturating_sub(less).max(1);
            let low = saturate(idf, share * frequency as f32 * table.inverse(norm));
            let high = saturate(idf, share * (frequency + more) as f32 * table.inverse(shorter));
            prop_assert!(low <= high);
        }
    }
}
