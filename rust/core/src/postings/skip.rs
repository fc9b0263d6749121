//! What is known of the blocks of a list without decoding them: the arrays before the blocks.

use super::block::BLOCK;
use super::bytes::{take, u16_at, u32_at, u64_at};
use super::impacts::{Impact, Impacts};
use super::maxima::Maxima;

/// Blocks in a group.
pub(super) const GROUP: usize = 32;

/// Bit of the flags: every frequency of the tail is 1.
pub(super) const TAIL_ONES: u8 = 1;

/// Bit of the flags of a list of several blocks: it has maxima.
pub(super) const WITH_MAXIMA: u8 = 2;

/// The parts of a list, see the grammar in `postings`. A list of one block has no arrays.
#[derive(Clone, Copy, Default)]
pub(super) struct Skips<'a> {
    pub(super) blocks: usize,
    pub(super) tail_ones: bool,
    /// The impacts of a list of one block.
    pub(super) whole: Impacts,
    pub(super) maxima: Option<Maxima<'a>>,
    last: &'a [u8],
    offset: &'a [u8],
    ends: &'a [u8],
    base: &'a [u8],
    group_last: &'a [u8],
    group_offset: &'a [u8],
    group_ends: &'a [u8],
    impacts: &'a [u8],
    data: &'a [u8],
}

impl<'a> Skips<'a> {
    /// Finds the parts of a list of `count` of so many documents that starts with these bytes.
    pub(super) fn read(mut bytes: &'a [u8], count: u32, with_positions: bool, documents: u32) -> Option<Self> {
        let bytes = &mut bytes;
        let flags = take(bytes, 1)?[0];
        let blocks = (count as usize).div_ceil(BLOCK);
        let mut skips = Self { blocks, tail_ones: flags & TAIL_ONES != 0, ..Self::default() };
        if blocks == 1 {
            skips.whole = Impacts::take(bytes, usize::from(flags >> 1))?;
            skips.data = bytes;
            return Some(skips);
        }
        if flags & WITH_MAXIMA != 0 {
            skips.maxima = Some(Maxima::read(bytes, documents)?);
        }
        let groups = blocks.div_ceil(GROUP);
        skips.last = take(bytes, blocks * 4)?;
        skips.offset = take(bytes, blocks * 2)?;
        skips.ends = take(bytes, blocks * 2)?;
        skips.base = take(bytes, if with_positions { blocks * 8 } else { 0 })?;
        skips.group_last = take(bytes, groups * 4)?;
        skips.group_offset = take(bytes, groups * 8)?;
        skips.group_ends = take(bytes, groups * 4)?;
        skips.impacts = take(bytes, u32_at(skips.group_ends, groups - 1)? as usize)?;
        skips.data = bytes;
        Some(skips)
    }

    /// The last document of a block; only of a list of several.
    #[inline]
    pub(super) fn last(&self, block: usize) -> Option<u32> {
        u32_at(self.last, block)
    }

    /// The last document of a group; only of a list of several blocks.
    #[inline]
    pub(super) fn group_last(&self, group: usize) -> Option<u32> {
        u32_at(self.group_last, group)
    }

    /// The bytes from the start of a block on.
    pub(super) fn data(&self, block: usize) -> Option<&'a [u8]> {
        if self.blocks == 1 {
            return Some(self.data);
        }
        let start = u64_at(self.group_offset, block / GROUP)?.checked_add(u64::from(u16_at(self.offset, block)?))?;
        self.data.get(usize::try_from(start).ok()?..)
    }

    /// The number of positions before a block.
    pub(super) fn base(&self, block: usize) -> Option<u64> {
        if self.blocks == 1 { Some(0) } else { u64_at(self.base, block) }
    }

    pub(super) fn block_impacts(&self, block: usize) -> Option<Impacts> {
        if self.blocks == 1 {
            return Some(self.whole);
        }
        let start = if block.is_multiple_of(GROUP) { 0 } else { u16_at(self.ends, block - 1)? };
        let of_group = self.impacts_of(block / GROUP)?;
        Impacts::read(of_group.get(usize::from(start)..usize::from(u16_at(self.ends, block)?))?)
    }

    /// Calls `visit` with the impacts of each block of a group.
    #[inline(always)]
    pub(super) fn for_each_impact(&self, group: usize, mut visit: impl FnMut(usize, Impact)) -> Option<()> {
        if self.blocks == 1 {
            self.whole.as_slice().iter().for_each(|&impact| visit(0, impact));
            return Some(());
        }
        let (of_group, mut start) = (self.impacts_of(group)?, 0);
        for block in group * GROUP..self.blocks.min((group + 1) * GROUP) {
            let end = usize::from(u16_at(self.ends, block)?);
            let mut rest = of_group.get(start..end).filter(|rest| !rest.is_empty())?;
            while !rest.is_empty() {
                visit(block, Impact::take(&mut rest)?);
            }
            start = end;
        }
        Some(())
    }

    pub(super) fn group_impacts(&self, group: usize) -> Option<Impacts> {
        if self.blocks == 1 {
            return Some(self.whole);
        }
        let last = self.blocks.min((group + 1) * GROUP) - 1;
        Impacts::read(self.impacts_of(group)?.get(usize::from(u16_at(self.ends, last)?)..)?)
    }

    /// The impacts of the blocks of a group, and of itself.
    fn impacts_of(&self, group: usize) -> Option<&'a [u8]> {
        let start = if group == 0 { 0 } else { u32_at(self.group_ends, group - 1)? };
        self.impacts.get(start as usize..u32_at(self.group_ends, group)? as usize)
    }

    /// The first block from `from` on whose last document is `target` or above: `Some(blocks)` when there is none,
    /// `None` when groups and blocks do not agree. Only of a list of several blocks.
    pub(super) fn find(&self, from: usize, target: u32) -> Option<usize> {
        if from >= self.blocks {
            return Some(self.blocks);
        }
        if self.last(from)? >= target {
            return Some(from);
        }
        let groups = self.blocks.div_ceil(GROUP);
        let mut group = from / GROUP;
        if self.group_last(group)? < target {
            // Gallop: the group sought is often near.
            let mut step = 1;
            while group + step < groups && self.group_last(group + step)? < target {
                group += step;
                step *= 2;
            }
            let (mut low, mut high) = (group + 1, (group + step).min(groups));
            while low < high {
                let middle = (low + high) / 2;
                if self.group_last(middle)? < target { low = middle + 1 } else { high = middle }
            }
            if low == groups {
                return Some(self.blocks);
            }
            group = low;
        }
        let end = ((group + 1) * GROUP).min(self.blocks);
        let (mut low, mut high) = ((group * GROUP).max(from), end);
        while low < high {
            let middle = (low + high) / 2;
            if self.last(middle)? < target { low = middle + 1 } else { high = middle }
        }
        (low < end).then_some(low)
    }
}
