//! Sums of scores that come out the same to the last bit in whatever order they are added up.
//!
//! Searching by bounds adds the clauses of a query in another order for every stretch of documents, and floats added in
//! another order give another sum. So a sum is kept in 64 bits, and before it is added every score is rounded to a
//! multiple of a *grain* that is the same for all clauses of the sum: 2⁻⁵² of a power of two above the largest sum there
//! can be. Multiples of the grain below 2⁵³ of it add without any rounding, in any order. A score above 2⁻²⁸ of the
//! largest sum is such a multiple already (a float has 24 bits), so the rounding touches only scores that the final sum,
//! given as a 32-bit float, is too coarse to show. Rounding keeps order, so bounds rounded the same way stay bounds.

/// To what the scores of one sum are rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Grain {
    /// Added to a score and taken away again, it leaves the nearest multiple of the grain; 0 leaves the score itself.
    coarse: f64,
}

impl Grain {
    /// For sums that are never above `most`.
    pub(super) fn new(most: f64) -> Self {
        // Scores are 32-bit floats: infinite ones stay so, whatever the grain.
        let most = most.clamp(0.0, 2.0f64.powi(200));
        let above = 2.0 * f64::from_bits(most.to_bits() & f64::INFINITY.to_bits());
        // With up to `above` added it stays between two powers of two, so every rounding is to one and the same grain.
        Self { coarse: 3.0 * above }
    }

    /// A score as a part of the sum.
    #[inline(always)]
    pub(super) fn round(self, score: f32) -> f64 {
        (f64::from(score) + self.coarse) - self.coarse
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_score_that_shows_in_the_sum_is_left_as_it_is() {
        let grain = Grain::new(100.0);
        for score in [0.0, 1e-5, 0.1, 1.0 / 3.0, 99.9, f32::INFINITY] {
            assert_eq!(grain.round(score), f64::from(score));
        }
        assert_eq!(Grain::default().round(1e-30), f64::from(1e-30f32));
        assert_eq!(Grain::new(0.0).round(0.0), 0.0);
    }

    proptest! {
        #[test]
        fn every_order_gives_the_same_sum(
            scores in prop::collection::vec((0.0f32..1.0, -40i32..10), 1..40), seed in any::<u64>(),
        ) {
            let scores: Vec<f32> = scores.iter().map(|&(score, power)| score * 2.0f32.powi(power)).collect();
            let grain = Grain::new(scores.iter().map(|&score| f64::from(score)).sum());
            let sum = |scores: &[f32]| scores.iter().map(|&score| grain.round(score)).sum::<f64>();
            let mut shuffled = scores.clone();
            let mut state = seed;
            for at in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                shuffled.swap(at, (state >> 33) as usize % (at + 1));
            }
            prop_assert_eq!(sum(&scores), sum(&shuffled));
            let exact: f64 = scores.iter().map(|&score| f64::from(score)).sum();
            prop_assert!((sum(&scores) - exact).abs() <= exact * 2.0f64.powi(-40));
        }

        #[test]
        fn rounding_keeps_order(most in 0.001f64..1e6, low in 0.0f32..1e3, high in 0.0f32..1e3) {
            let (low, high) = if low <= high { (low, high) } else { (high, low) };
            let grain = Grain::new(most.max(f64::from(high)));
            prop_assert!(grain.round(low) <= grain.round(high));
        }
    }
}
