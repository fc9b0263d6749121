//! One block of a list: up to 128 documents and their frequencies, packed apart. Knows nothing of other blocks.

use bitpacking::{BitPacker, BitPacker4x};

use super::bytes::{put_bits, put_vint, read_bits, take, take_vint, u32_at};

/// Numbers in a full block.
pub(crate) const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// A packed block of 128 numbers has 16 bytes for every bit of width.
pub(super) const BYTES_PER_BIT: usize = BLOCK / 8;

/// Gaps no wider than this, from a document below 2^31, cannot overflow 32 bits within a block.
const SAFE_WIDTH: u8 = 23;

/// Appends 128 numbers, packed.
pub(super) fn pack(packer: &BitPacker4x, numbers: &[u32], width: u8, into: &mut Vec<u8>) {
    let start = into.len();
    into.resize(start + usize::from(width) * BYTES_PER_BIT, 0);
    packer.compress(numbers, &mut into[start..], width);
}

/// Decodes 128 numbers.
pub(super) fn unpack(packer: &BitPacker4x, bytes: &[u8], width: u8, into: &mut [u32; BLOCK]) -> Option<()> {
    if width > 32 {
        return None;
    }
    packer.decompress(bytes.get(..usize::from(width) * BYTES_PER_BIT)?, into, width);
    Some(())
}

/// Decodes one of 128 numbers: in four lanes, of each 32 numbers one after another from the lowest bit on.
#[inline]
pub(super) fn unpack_one(bytes: &[u8], width: u8, at: usize) -> Option<u32> {
    let word = |number: usize| u32_at(bytes, number * 4 + at % 4);
    let bit = at / 4 * usize::from(width);
    let (first, shift) = (bit / 32, bit % 32);
    let mut number = u64::from(word(first)?);
    if shift + usize::from(width) > 32 {
        number |= u64::from(word(first + 1)?) << 32;
    }
    (1..=32).contains(&width).then(|| ((number >> shift) & ((1 << width) - 1)) as u32)
}

/// Appends a full block.
pub(super) fn write_full(
    packer: &BitPacker4x,
    previous: Option<u32>,
    documents: &[u32],
    frequencies: &[u32],
    into: &mut Vec<u8>,
) {
    let mut less_one = [0u32; BLOCK];
    less_one.iter_mut().zip(frequencies).for_each(|(to, from)| *to = from - 1);
    let (wide, wide_frequencies) =
        (packer.num_bits_strictly_sorted(previous, documents), packer.num_bits(less_one.as_slice()));
    into.extend([wide, wide_frequencies]);
    let start = into.len();
    into.resize(start + usize::from(wide) * BYTES_PER_BIT, 0);
    packer.compress_strictly_sorted(previous, documents, &mut into[start..], wide);
    pack(packer, &less_one, wide_frequencies, into);
}

/// Appends a tail, its frequencies only when `with_frequencies`.
pub(super) fn write_tail(
    previous: Option<u32>,
    documents: &[u32],
    frequencies: &[u32],
    with_frequencies: bool,
    into: &mut Vec<u8>,
) {
    let mut next = previous.map_or(0, |document| document + 1);
    for &document in documents {
        put_vint(document - next, into);
        next = document + 1;
    }
    if with_frequencies {
        let less_one = || frequencies.iter().map(|frequency| frequency - 1);
        let width = 32 - less_one().fold(1, |all, number| all | number).leading_zeros();
        into.push(width as u8);
        put_bits(less_one(), width as u8, into);
    }
}

/// The frequencies of a decoded block, still packed.
#[derive(Clone, Copy)]
pub(super) enum Frequencies<'a> {
    /// Every one is 1.
    Ones,
    /// A full block of this width.
    Packed(u8, &'a [u8]),
    /// A tail of so many.
    Tail(usize, &'a [u8]),
}

impl Frequencies<'_> {
    pub(super) fn decode(self, packer: &BitPacker4x, into: &mut [u32; BLOCK]) -> Option<()> {
        match self {
            Self::Ones => into.fill(1),
            Self::Packed(width, bytes) => {
                unpack(packer, bytes, width, into)?;
                for frequency in into.iter_mut() {
                    *frequency = frequency.wrapping_add(1);
                }
                if width == 32 && into.contains(&0) {
                    return None;
                }
            }
            Self::Tail(count, bytes) => {
                let (&width, bytes) = bytes.split_first()?;
                let into = into.get_mut(..count)?;
                read_bits(bytes, width, into)?;
                for frequency in into {
                    *frequency = frequency.checked_add(1)?;
                }
            }
        }
        Some(())
    }
}

/// Decodes the documents of a full block: strictly going up from `previous`, below `limit`.
pub(super) fn read_full<'a>(
    packer: &BitPacker4x,
    previous: Option<u32>,
    limit: u32,
    mut bytes: &'a [u8],
    into: &mut [u32; BLOCK],
) -> Option<Frequencies<'a>> {
    let &[wide, wide_frequencies] = take(&mut bytes, 2)? else { return None };
    if wide > 32 || wide_frequencies > 32 {
        return None;
    }
    let packed = take(&mut bytes, usize::from(wide) * BYTES_PER_BIT)?;
    let frequencies = take(&mut bytes, usize::from(wide_frequencies) * BYTES_PER_BIT)?;
    packer.decompress_strictly_sorted(previous, packed, into, wide);
    if wide > SAFE_WIDTH || limit > 1 << 31 {
        let above = previous.is_none_or(|previous| previous < into[0]);
        if !above || !into.is_sorted_by(|a, b| a < b) {
            return None;
        }
    }
    if into[BLOCK - 1] >= limit {
        return None;
    }
    Some(match wide_frequencies {
        0 => Frequencies::Ones,
        width => Frequencies::Packed(width, frequencies),
    })
}

/// Decodes the `count` documents of a tail, as [`read_full`] does.
pub(super) fn read_tail<'a>(
    previous: Option<u32>,
    limit: u32,
    count: usize,
    ones: bool,
    mut bytes: &'a [u8],
    into: &mut [u32; BLOCK],
) -> Option<Frequencies<'a>> {
    let mut next = previous.map_or(0, |document| document + 1);
    for to in into.iter_mut().take(count) {
        let document = next.checked_add(take_vint(&mut bytes)?).filter(|&document| document < limit)?;
        *to = document;
        next = document + 1;
    }
    Some(if ones { Frequencies::Ones } else { Frequencies::Tail(count, bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_number_is_what_all_of_them_have_there(numbers in prop::collection::vec(any::<u32>(), BLOCK), drop in 0u32..32) {
            let numbers: Vec<u32> = numbers.iter().map(|number| number >> drop).collect();
            let packer = BitPacker4x::new();
            let width = packer.num_bits(&numbers).max(1);
            let mut bytes = Vec::new();
            pack(&packer, &numbers, width, &mut bytes);
            for (at, &number) in numbers.iter().enumerate() {
                prop_assert_eq!(unpack_one(&bytes, width, at), Some(number));
            }
            prop_assert_eq!(unpack_one(&bytes[..bytes.len() - 1], width, BLOCK - 1), None);
            prop_assert_eq!(unpack_one(&bytes, 0, 0), None);
        }
    }
}
