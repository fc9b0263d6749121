//! Sums that do not depend on the order of what is added.

/// The float nearest to the exact sum of some numbers, none of them infinite (Shewchuk 1997).
pub(super) fn exact(numbers: impl IntoIterator<Item = f64>) -> f64 {
    // Numbers whose exact sum is that of all so far, from the smallest, none overlapping the next.
    let mut parts: Vec<f64> = Vec::new();
    for mut number in numbers {
        let mut kept = 0;
        for at in 0..parts.len() {
            let mut part = parts[at];
            if number.abs() < part.abs() {
                std::mem::swap(&mut number, &mut part);
            }
            let sum = number + part;
            let rest = part - (sum - number);
            if rest != 0.0 {
                parts[kept] = rest;
                kept += 1;
            }
            number = sum;
        }
        parts.truncate(kept);
        parts.push(number);
    }
    let Some(mut sum) = parts.pop() else { return 0.0 };
    let mut rest = 0.0;
    while let Some(part) = parts.pop() {
        let larger = sum;
        sum = larger + part;
        rest = part - (sum - larger);
        if rest != 0.0 {
            break;
        }
    }
    // Halfway between two floats the parts not yet added decide.
    if let Some(&next) = parts.last()
        && ((rest < 0.0 && next < 0.0) || (rest > 0.0 && next > 0.0))
    {
        let twice = rest * 2.0;
        let moved = sum + twice;
        if twice == moved - sum {
            sum = moved;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::exact;
    use proptest::prelude::*;

    #[test]
    fn what_is_lost_in_a_plain_sum_is_kept() {
        assert_eq!(exact([0.1; 10]), 1.0);
        assert_eq!(exact([1e16, 1.0, 1e-16]), 1e16 + 2.0);
        assert_eq!(exact([]), 0.0);
    }

    proptest! {
        #[test]
        fn no_order_changes_it(numbers in prop::collection::vec(0.0..9.0f64, 0..12)) {
            let mut turned = numbers.clone();
            turned.reverse();
            prop_assert_eq!(exact(numbers.iter().copied()), exact(turned.iter().copied()));
            turned.sort_by(f64::total_cmp);
            prop_assert_eq!(exact(numbers), exact(turned));
        }
    }
}
