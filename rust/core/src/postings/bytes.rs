//! Numbers in bytes that may be broken: every read is bounds-checked and says `None` past the end.

/// The little-endian number at place `at` of an array of them.
#[inline]
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let start = at.checked_mul(4)?;
    Some(u32::from_le_bytes(bytes.get(start..start.checked_add(4)?)?.try_into().ok()?))
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

#[cfg(test)]
mod tests {
    use super::*;

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
