//! What is known of each term, bit-packed by ordinal. Knows nothing of the terms themselves.
//!
//! ```text
//! infos   = terms:u64 offset:u64[b] block[b]             -- b = ⌈terms / 128⌉; offsets count from the start of the infos
//! block   = singles:u128 postings:u64 positions:u64 width:u8[6] column[6]
//! columns = of terms in one document: the document, occurrences less 1;
//!           of the others: documents less 2, occurrences less documents, offset of the list less `postings`;
//!           of all: 0 without positions, else offset of the positions less `positions` plus 1
//! ```
//!
//! Bit i of `singles` says that the i-th term of the block stands in one document. The columns follow one another bit by
//! bit, each number as wide as its column's `width`.

use crate::postings::{NO_POSITIONS, TermInfo};

/// Terms in a block: the bits of `singles`.
const BLOCK: usize = 128;

const COLUMNS: usize = 6;

const HEADER: usize = 16 + 8 + 8 + COLUMNS;

/// Lays infos down in the order of ordinals.
#[derive(Default)]
pub(super) struct InfoWriter {
    terms: u64,
    pending: Vec<TermInfo>,
    offsets: Vec<u64>,
    blocks: Vec<u8>,
}

impl InfoWriter {
    pub(super) fn push(&mut self, info: TermInfo) {
        self.terms += 1;
        self.pending.push(info);
        if self.pending.len() == BLOCK {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let single = |info: &&TermInfo| info.document_frequency == 1;
        let (mut singles, mut columns) = (0u128, <[Vec<u64>; COLUMNS]>::default());
        let postings = self.pending.iter().filter(|info| !single(info)).map(|info| info.postings).min().unwrap_or(0);
        let positions = self.pending.iter().map(|info| info.positions).min().unwrap_or(0);
        for (at, info) in self.pending.iter().enumerate() {
            let documents = u64::from(info.document_frequency);
            if single(&info) {
                singles |= 1 << at;
                columns[0].push(info.postings);
                columns[1].push(info.occurrences - 1);
            } else {
                columns[2].push(documents - 2);
                columns[3].push(info.occurrences - documents);
                columns[4].push(info.postings - postings);
            }
            columns[5].push(if info.positions == NO_POSITIONS { 0 } else { info.positions - positions + 1 });
        }
        self.offsets.push(self.blocks.len() as u64);
        self.blocks.extend(singles.to_le_bytes());
        self.blocks.extend(postings.to_le_bytes());
        self.blocks.extend(positions.to_le_bytes());
        let widths = columns.each_ref().map(|column| column.iter().map(|&number| width(number)).max().unwrap_or(0));
        self.blocks.extend(widths);
        let (mut buffer, mut filled) = (0u128, 0);
        for (column, width) in columns.iter().zip(widths) {
            for &number in column {
                buffer |= u128::from(number) << filled;
                filled += u32::from(width);
                while filled >= 8 {
                    self.blocks.push(buffer as u8);
                    (buffer, filled) = (buffer >> 8, filled - 8);
                }
            }
        }
        if filled > 0 {
            self.blocks.push(buffer as u8);
        }
        self.pending.clear();
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        if !self.pending.is_empty() {
            self.flush();
        }
        let start = 8 + self.offsets.len() as u64 * 8;
        let mut bytes = self.terms.to_le_bytes().to_vec();
        self.offsets.iter().for_each(|offset| bytes.extend((start + offset).to_le_bytes()));
        bytes.extend(self.blocks);
        bytes
    }
}

fn width(number: u64) -> u8 {
    (u64::BITS - number.leading_zeros()) as u8
}

/// The number of terms that the section claims, if it has at least their offsets.
pub(super) fn count(infos: &[u8]) -> Option<u64> {
    let terms = u64::from_le_bytes(infos.get(..8)?.try_into().ok()?);
    let blocks = terms.div_ceil(BLOCK as u64);
    (infos.len() as u64 / 8 > blocks).then_some(terms)
}

/// The info of an ordinal below the count; `None` when the bytes are broken.
pub(super) fn get(infos: &[u8], ordinal: u64) -> Option<TermInfo> {
    let (block, at) = (usize::try_from(ordinal).ok()? / BLOCK, ordinal as usize % BLOCK);
    let terms = u64::from_le_bytes(infos.get(..8)?.try_into().ok()?);
    let in_block = terms.checked_sub((block * BLOCK) as u64).filter(|&rest| rest > at as u64)?.min(BLOCK as u64);
    let place = (block + 1).checked_mul(8)?;
    let offset = u64::from_le_bytes(infos.get(place..place.checked_add(8)?)?.try_into().ok()?);
    let bytes = infos.get(usize::try_from(offset).ok()?..)?;
    let (header, columns) = bytes.split_at_checked(HEADER)?;
    let singles = u128::from_le_bytes(header[..16].try_into().ok()?);
    let postings = u64::from_le_bytes(header[16..24].try_into().ok()?);
    let positions = u64::from_le_bytes(header[24..32].try_into().ok()?);
    let widths = &header[32..];
    if widths.iter().any(|&width| width > 64) {
        return None;
    }
    let before = (singles & ((1u128 << at) - 1)).count_ones() as usize;
    let single_count = u64::from(singles.count_ones());
    let counts = [
        single_count,
        single_count,
        in_block.checked_sub(single_count)?,
        in_block - single_count,
        in_block - single_count,
    ];
    let mut start = 0;
    let mut starts = [0; COLUMNS];
    for column in 0..COLUMNS {
        starts[column] = start;
        start += counts.get(column).map_or(0, |&count| count as usize * usize::from(widths[column]));
    }
    let read =
        |column: usize, at: usize| bits(columns, starts[column] + at * usize::from(widths[column]), widths[column]);
    let mut info = if singles >> at & 1 == 1 {
        TermInfo {
            document_frequency: 1,
            occurrences: read(1, before)?.checked_add(1)?,
            postings: read(0, before)?,
            positions: NO_POSITIONS,
        }
    } else {
        let documents = read(2, at - before)?.checked_add(2)?;
        TermInfo {
            document_frequency: u32::try_from(documents).ok()?,
            occurrences: read(3, at - before)?.checked_add(documents)?,
            postings: read(4, at - before)?.checked_add(postings)?,
            positions: NO_POSITIONS,
        }
    };
    let position = read(5, at)?;
    if position > 0 {
        info.positions = positions.checked_add(position - 1)?;
    }
    Some(info)
}

/// The number of `width` bits that starts at bit `at`.
fn bits(bytes: &[u8], at: usize, width: u8) -> Option<u64> {
    if width == 0 {
        return Some(0);
    }
    let (first, shift) = (at / 8, at % 8);
    let length = (shift + usize::from(width)).div_ceil(8);
    let window = match bytes.get(first..first + 16) {
        Some(window) => u128::from_le_bytes(window.try_into().ok()?),
        None => {
            let mut window = [0; 16];
            window[..length].copy_from_slice(bytes.get(first..first + length)?);
            u128::from_le_bytes(window)
        }
    };
    Some((window >> shift) as u64 & (u64::MAX >> (64 - width)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn infos() -> impl Strategy<Value = Vec<TermInfo>> {
        let shifted = (any::<u64>(), 0..64u32).prop_map(|(number, shift)| (number >> 2) >> shift);
        let one = (0u8..3, shifted.clone(), shifted.clone(), shifted, any::<bool>()).prop_map(
            |(kind, count, postings, positions, none)| {
                let document_frequency = if kind == 0 { 1 } else { (count >> 20) as u32 | 2 };
                let more = count >> 40;
                TermInfo {
                    document_frequency,
                    occurrences: u64::from(document_frequency) + more,
                    postings: if kind == 0 { postings >> 31 } else { postings },
                    positions: if none { NO_POSITIONS } else { positions },
                }
            },
        );
        prop::collection::vec(one, 0..400)
    }

    proptest! {
        #[test]
        fn infos_come_back(infos in infos()) {
            let mut writer = InfoWriter::default();
            infos.iter().for_each(|&info| writer.push(info));
            let bytes = writer.finish();
            prop_assert_eq!(count(&bytes), Some(infos.len() as u64));
            for (ordinal, info) in infos.iter().enumerate() {
                prop_assert_eq!(get(&bytes, ordinal as u64), Some(*info));
            }
            prop_assert_eq!(get(&bytes, infos.len() as u64), None);
        }

        #[test]
        fn broken_bytes_never_panic(
            infos in infos(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut writer = InfoWriter::default();
            infos.iter().for_each(|&info| writer.push(info));
            let mut bytes = writer.finish();
            for (at, value) in flips {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            let cut = cut.index(bytes.len() + 1);
            for bytes in [&bytes[..], &bytes[..cut]] {
                count(bytes);
                (0..infos.len() as u64 + 2).chain([u64::MAX]).for_each(|ordinal| { get(bytes, ordinal); });
            }
        }
    }
}
