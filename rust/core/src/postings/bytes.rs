//! Numbers in bytes that may be broken: every read is bounds-checked and says `None` past the end.

/// The little-endian number at place `at` of an array of them.
#[inline]
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let start = at.checked_mul(4)?;
    Some(u32::from_le_bytes(bytes.get(start..start.checked_add(4)?)?.try_into().ok()?))
}

/// The same for 16 bits.
#[inline]
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let start = at.checked_mul(2)?;
    Some(u16::from_le_bytes(bytes.get(start..start.checked_add(2)?)?.try_into().ok()?))
}

/// The same for 64 bits.
#[inline]
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let start = at.checked_mul(8)?;
    Some(u64::from_le_bytes(bytes.get(start..start.checked_add(8)?)?.try_into().ok()?))
}

/// Takes the first `length` bytes off.
pub(super) fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(head)
}

/// Takes a vint off; `None` too for one that does not fit.
#[inline]
pub(super) fn take_vint(bytes: &mut &[u8]) -> Option<u32> {
    if let Some((&byte, rest)) = bytes.split_first()
        && byte < 0x80
    {
        *bytes = rest;
        return Some(u32::from(byte));
    }
    let mut value = 0u32;
    for (at, &byte) in bytes.iter().enumerate().take(5) {
        let part = u32::from(byte & 0x7f);
        if at == 4 && part > 0x0f {
            return None;
        }
        value |= part << (7 * at);
        if byte < 0x80 {
            *bytes = &bytes[at + 1..];
            return Some(value);
        }
    }
    None
}

/// Appends a vint.
pub(super) fn put_vint(mut value: u32, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

/// Appends numbers of `width` bits, the first in the lowest bits of the first byte.
pub(super) fn put_bits(numbers: impl Iterator<Item = u32>, width: u8, into: &mut Vec<u8>) {
    let (mut waiting, mut count) = (0u64, 0);
    for number in numbers {
        waiting |= u64::from(number) << count;
        count += u32::from(width);
        while count >= 8 {
            into.push(waiting as u8);
            waiting >>= 8;
            count -= 8;
        }
    }
    if count > 0 {
        into.push(waiting as u8);
    }
}

/// Reads as many numbers of `width` bits as there is room for.
#[inline]
pub(super) fn read_bits(bytes: &[u8], width: u8, into: &mut [u32]) -> Option<()> {
    if !(1..=32).contains(&width) {
        return None;
    }
    let (mut rest, mut waiting, mut count) = (bytes.iter(), 0u64, 0u32);
    let mask = u64::MAX >> (64 - u32::from(width));
    for to in into {
        while count < u32::from(width) {
            waiting |= u64::from(*rest.next()?) << count;
            count += 8;
        }
        *to = (waiting & mask) as u32;
        waiting >>= width;
        count -= u32::from(width);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bits_come_back_and_no_byte_fewer_is_enough(
            numbers in prop::collection::vec(any::<u32>(), 1..130), drop in 0u32..32,
        ) {
            let numbers: Vec<u32> = numbers.iter().map(|number| number >> drop).collect();
            let width = (32 - numbers.iter().max().map_or(32, |most| most.leading_zeros())).max(1) as u8;
            let mut bytes = Vec::new();
            put_bits(numbers.iter().copied(), width, &mut bytes);
            prop_assert_eq!(bytes.len(), (numbers.len() * usize::from(width)).div_ceil(8));
            let mut found = vec![0; numbers.len()];
            prop_assert_eq!(read_bits(&bytes, width, &mut found), Some(()));
            prop_assert_eq!(&found, &numbers);
            prop_assert_eq!(read_bits(&bytes[..bytes.len() - 1], width, &mut found), None);
        }
    }

    #[test]
    fn numbers_of_no_or_too_many_bits_are_refused() {
        assert_eq!(read_bits(&[0; 64], 0, &mut [0; 2]), None);
        assert_eq!(read_bits(&[0; 64], 33, &mut [0; 2]), None);
    }

    #[test]
    fn vints_come_back_and_broken_ones_do_not() {
        let values = [0, 1, 127, 128, 16_383, 16_384, u32::MAX - 1, u32::MAX];
        let mut bytes = Vec::new();
        values.iter().for_each(|&value| put_vint(value, &mut bytes));
        let mut rest = bytes.as_slice();
        assert!(values.iter().all(|&value| take_vint(&mut rest) == Some(value)));
        assert_eq!(take_vint(&mut rest), None);
        assert_eq!(take_vint(&mut &[0xff, 0xff, 0xff, 0xff, 0x1f][..]), None);
        assert_eq!(take_vint(&mut &[0x80, 0x80, 0x80, 0x80, 0x80, 0x00][..]), None);
    }
}
