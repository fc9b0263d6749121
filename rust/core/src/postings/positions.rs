//! The positions of a term: deltas in packed blocks, with random access by the count of positions before.

use bitpacking::{BitPacker, BitPacker4x};

use super::block::{BLOCK, BYTES_PER_BIT, pack, unpack, unpack_one};
use super::bytes::{put_vint, take, take_vint, u64_at};
use super::skip::GROUP;

/// Up to so many deltas of a block that is not decoded are taken out of it one by one.
const FEW: usize = 8;

/// Appends the positions of one term: those of each document one after another, as many as its frequency.
pub(super) fn write(packer: &BitPacker4x, frequencies: &[u32], positions: &[u32], into: &mut Vec<u8>) {
    let full = positions.len() / BLOCK;
    let groups = if full == 0 { 0 } else { full / GROUP + 1 };
    let widths = into.len() + groups * 8;
    let data = widths + full;
    into.resize(data, 0);
    let mut start = into.len() - full - groups * 8;
    let mut buffer = [0u32; BLOCK];
    let (mut filled, mut block) = (0, 0);
    let mut documents = frequencies.iter();
    let (mut left, mut previous) = (0, 0);
    for &position in positions {
        if left == 0 {
            left = documents.next().copied().unwrap_or(u32::MAX);
            previous = 0;
        }
        buffer[filled] = position - previous;
        previous = position;
        left -= 1;
        filled += 1;
        if filled == BLOCK {
            if block % GROUP == 0 {
                let offset = (into.len() - data) as u64;
                into[start..start + 8].copy_from_slice(&offset.to_le_bytes());
                start += 8;
            }
            let width = packer.num_bits(&buffer).max(1);
            into[widths + block] = width;
            pack(packer, &buffer, width, into);
            (filled, block) = (0, block + 1);
        }
    }
    if full > 0 && full.is_multiple_of(GROUP) {
        let offset = (into.len() - data) as u64;
        into[start..start + 8].copy_from_slice(&offset.to_le_bytes());
    }
    buffer[..filled].iter().for_each(|&delta| put_vint(delta, into));
}

/// Reads positions of one term by their number.
pub(super) struct PositionReader<'a> {
    starts: &'a [u8],
    widths: &'a [u8],
    data: &'a [u8],
    count: u64,
    /// A block and where it begins, as found last.
    found: (usize, usize),
    /// The number of the block in `buffer`; `u64::MAX` for none yet.
    block: u64,
    buffer: [u32; BLOCK],
}

impl<'a> PositionReader<'a> {
    /// For the `count` positions that start with these bytes.
    pub(super) fn new(mut bytes: &'a [u8], count: u64) -> Option<Self> {
        let full = usize::try_from(count).ok()? / BLOCK;
        let groups = if full == 0 { 0 } else { full / GROUP + 1 };
        let starts = take(&mut bytes, groups * 8)?;
        let widths = take(&mut bytes, full)?;
        Some(Self { starts, widths, data: bytes, count, found: (usize::MAX, 0), block: u64::MAX, buffer: [0; BLOCK] })
    }

    /// Appends the `count` positions of one document, before which there are `start` positions of the term.
    #[inline]
    pub(super) fn read(&mut self, packer: &BitPacker4x, mut start: u64, count: u32, into: &mut Vec<u32>) -> Option<()> {
        let end = start.checked_add(u64::from(count)).filter(|&end| end <= self.count)?;
        let mut position = 0u32;
        while start < end {
            let block = start / BLOCK as u64;
            let from = (start % BLOCK as u64) as usize;
            let to = (BLOCK as u64).min(end - block * BLOCK as u64) as usize;
            if block != self.block {
                // A block that is come back to is worth decoding.
                if to - from <= FEW
                    && self.found.0 as u64 != block
                    && let Some(&width) = self.widths.get(usize::try_from(block).ok()?)
                {
                    let block_start = self.offset(block as usize)?;
                    let bytes = self.data.get(block_start..)?;
                    for at in from..to {
                        position = position.checked_add(unpack_one(bytes, width, at)?)?;
                        into.push(position);
                    }
                    start += (to - from) as u64;
                    continue;
                }
                self.load(packer, block)?;
            }
            for &delta in &self.buffer[from..to] {
                position = position.checked_add(delta)?;
                into.push(position);
            }
            start += (to - from) as u64;
        }
        Some(())
    }

    /// Where a block begins.
    fn offset(&mut self, block: usize) -> Option<usize> {
        if self.widths.is_empty() {
            return Some(0);
        }
        let group = block / GROUP;
        let (from, start) = match self.found {
            (known, start) if known <= block && known / GROUP == group => (known, start),
            _ => (group * GROUP, usize::try_from(u64_at(self.starts, group)?).ok()?),
        };
        let before: usize = self.widths.get(from..block)?.iter().map(|&width| usize::from(width)).sum();
        let start = start.checked_add(before * BYTES_PER_BIT)?;
        self.found = (block, start);
        Some(start)
    }

    fn load(&mut self, packer: &BitPacker4x, block: u64) -> Option<()> {
        self.block = u64::MAX;
        let at = block as usize;
        let start = self.offset(at)?;
        let mut bytes = self.data.get(start..)?;
        match self.widths.get(at) {
            Some(0) => return None,
            Some(&width) => unpack(packer, bytes, width, &mut self.buffer)?,
            None => {
                for delta in self.buffer.iter_mut().take((self.count % BLOCK as u64) as usize) {
                    *delta = take_vint(&mut bytes)?;
                }
            }
        }
        self.block = block;
        Some(())
    }
}
