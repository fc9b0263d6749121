//! The length of a field in one byte: exact up to 40 positions, then within an eighth (Lucene's
//! SmallFloat `intToByte4`), so that equal keys score equally here, in Lucene and in tantivy.
//!
//! Bytes below 24 are the length itself. The others hold the length less 24 as a float with four significant bits, of
//! which the first is implied: three bits of mantissa below a shift plus one; a shift field of 0 marks numbers below 8.

/// Lengths below this are their own byte: what is left of 256 bytes when the float of `i32::MAX` takes byte 255.
const FREE: u32 = 24;

/// The byte of a length in positions. Monotone; 0 only for length 0. Lengths above `i32::MAX` count as that.
pub fn encode(length: u32) -> u8 {
    let length = length.min(i32::MAX as u32);
    if length < FREE {
        return length as u8;
    }
    let rest = length - FREE;
    let bits = u32::BITS - rest.leading_zeros();
    let float = if bits < 4 {
        rest
    } else {
        let shift = bits - 4;
        (rest >> shift) & 7 | (shift + 1) << 3
    };
    (FREE + float) as u8
}

/// The length that a byte stands for: the smallest that `encode` gives this byte.
pub fn decode(norm: u8) -> u32 {
    let norm = u32::from(norm);
    if norm < FREE {
        return norm;
    }
    let float = norm - FREE;
    FREE + if float < 8 { float } else { (float & 7 | 8) << ((float >> 3) - 1) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values() {
        for length in 0..=40 {
            assert_eq!(decode(encode(length)), length);
        }
        // From Lucene's table of the decoded lengths.
        for (length, decoded) in [(41, 40), (42, 42), (55, 54), (56, 56), (59, 56), (60, 60), (100, 96), (1000, 984)] {
            assert_eq!(decode(encode(length)), decoded, "{length}");
        }
        assert_eq!((encode(0), encode(i32::MAX as u32), encode(u32::MAX)), (0, 255, 255));
        assert_eq!(decode(255), 2_013_265_944);
    }

    #[test]
    fn every_byte_is_the_smallest_of_its_lengths() {
        for norm in 0..=255u8 {
            assert_eq!(encode(decode(norm)), norm);
            if norm > 0 {
                assert_eq!(encode(decode(norm) - 1), norm - 1);
            }
        }
    }

    proptest! {
        #[test]
        fn decoding_rounds_down_by_less_than_an_eighth(length in any::<u32>()) {
            let length = length >> (length % 32);
            let decoded = decode(encode(length));
            prop_assert!(decoded <= length);
            if length <= i32::MAX as u32 {
                prop_assert!(u64::from(length - decoded) * 8 <= u64::from(length));
            }
        }
    }
}
