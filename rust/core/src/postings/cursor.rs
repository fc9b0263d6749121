//! Walks a posting list: next, seek, frequency, positions, and the bounds of blocks not yet decoded.
//!
//! The bytes may be broken in any way. Every read is checked, a block can only come after the one before, and its
//! documents go up to what the skip data promises: so a walk ends, and what does not fit ends it at once.

use bitpacking::{BitPacker, BitPacker4x};

use super::block::{self, BLOCK, Frequencies};
use super::impacts::{Impact, Impacts};
use super::maxima::Maxima;
use super::positions::PositionReader;
use super::skip::{GROUP, Skips};
use super::writer::{NO_POSITIONS, TermInfo};

pub use super::verify::verify;

/// The document after the last one of every list.
pub const NO_MORE: u32 = u32::MAX;

/// No block: what a bound that was not asked for yet stands on.
const NONE: usize = usize::MAX;

/// What is known of the bounds of a list: the largest value of the impacts of each block of one group.
pub struct Bounds {
    group: usize,
    blocks: [f32; GROUP],
}

impl Default for Bounds {
    /// Nothing is known.
    fn default() -> Self {
        Self { group: NONE, blocks: [0.0; GROUP] }
    }
}

/// Stands on one document of a list. A fresh cursor stands on the first. Never panics and never runs on for ever on
/// broken bytes: it then stands on [`NO_MORE`] and `is_broken` is true.
pub struct PostingCursor<'a> {
    doc: u32,
    /// The place of `doc` in the decoded block, and how many documents that has.
    at: usize,
    length: usize,
    /// The documents of the block, then [`NO_MORE`]s.
    documents: [u32; BLOCK],
    frequencies: [u32; BLOCK],
    decoded_frequencies: bool,
    packed_frequencies: Frequencies<'a>,
    block: usize,
    skips: Skips<'a>,
    packer: BitPacker4x,
    info: TermInfo,
    limit: u32,
    broken: bool,
    /// The sum of the first so many frequencies of the block.
    counted: (usize, u64),
    positions: Option<PositionReader<'a>>,
    /// The positions section, until `positions` is first asked for.
    positions_section: &'a [u8],
    /// The block that a bound was last asked for.
    asked: usize,
    bound: (usize, Impacts),
    group_bound: (usize, Impacts),
}

impl<'a> PostingCursor<'a> {
    /// A cursor over the list of `info`. `postings` and `positions` are the whole sections;
    /// `documents` is the number of documents of the segment: one at or above it is broken.
    pub fn new(postings: &'a [u8], positions: &'a [u8], info: &TermInfo, documents: u32) -> Self {
        let mut cursor = Self {
            doc: NO_MORE,
            at: 0,
            length: 0,
            documents: [NO_MORE; BLOCK],
            frequencies: [0; BLOCK],
            decoded_frequencies: false,
            packed_frequencies: Frequencies::Ones,
            block: 0,
            skips: Skips::default(),
            packer: BitPacker4x::new(),
            info: *info,
            limit: documents,
            broken: false,
            counted: (0, 0),
            positions: None,
            positions_section: positions,
            asked: 0,
            bound: (NONE, Impacts::default()),
            group_bound: (NONE, Impacts::default()),
        };
        if info.document_frequency > 0 && cursor.start(postings).is_none() {
            cursor.break_off();
        }
        cursor
    }

    fn start(&mut self, postings: &'a [u8]) -> Option<()> {
        let info = &self.info;
        if info.document_frequency > self.limit || info.occurrences < u64::from(info.document_frequency) {
            return None;
        }
        if info.document_frequency > 1 {
            let list = postings.get(usize::try_from(info.postings).ok()?..)?;
            self.skips = Skips::read(list, info.document_frequency, info.positions != NO_POSITIONS, self.limit)?;
            return self.load(0);
        }
        let document = u32::try_from(info.postings).ok().filter(|&document| document < self.limit)?;
        let frequency = u32::try_from(info.occurrences).ok()?;
        // The norm is not known here: no field with a term in it is shorter than one position.
        (self.skips.blocks, self.skips.whole) = (1, Impacts::one(Impact { frequency, norm: 1 }));
        self.frequencies[0] = frequency;
        self.decoded_frequencies = true;
        (self.documents[0], self.length, self.doc) = (document, 1, document);
        Some(())
    }

    /// The number of documents in the list.
    pub fn document_frequency(&self) -> u32 {
        self.info.document_frequency
    }

    /// The document it stands on, or [`NO_MORE`].
    #[inline]
    pub fn doc(&self) -> u32 {
        self.doc
    }

    /// Moves to the next document and returns it.
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u32 {
        self.at += 1;
        if self.at < self.length && self.at < BLOCK {
            self.doc = self.documents[self.at];
            return self.doc;
        }
        self.next_block()
    }

    #[inline(never)]
    fn next_block(&mut self) -> u32 {
        if self.length > 0 {
            self.enter(self.block + 1);
        }
        self.at = 0;
        self.doc
    }

    /// Moves to the first document at or after `target` (never back) and returns it.
    pub fn seek(&mut self, target: u32) -> u32 {
        if target <= self.doc {
            return self.doc;
        }
        if self.block_last() < target {
            let Some(block) = self.skips_find(self.block + 1, target) else { return self.break_off() };
            self.enter(block);
            if target <= self.doc {
                return self.doc;
            }
        }
        self.at = self.below(target);
        self.doc = self.documents[self.at];
        self.doc
    }

    /// How often the term stands in the document; decoded only when asked for. 0 at [`NO_MORE`].
    #[inline]
    pub fn frequency(&mut self) -> u32 {
        if self.doc == NO_MORE || (!self.decoded_frequencies && self.decode_frequencies().is_none()) {
            return 0;
        }
        self.frequencies[self.at & (BLOCK - 1)]
    }

    #[inline(never)]
    fn decode_frequencies(&mut self) -> Option<()> {
        let decoded = self.packed_frequencies.decode(&self.packer, &mut self.frequencies);
        if decoded.is_none() {
            self.break_off();
        }
        self.decoded_frequencies = decoded.is_some();
        decoded
    }

    /// The documents of the decoded block from where it stands to `last`, and how often the term stands in each. None at
    /// the end.
    #[inline]
    pub fn run(&mut self, last: u32) -> (&[u32], &[u32]) {
        let end = if self.doc > last {
            self.at
        } else if self.block_last() <= last {
            self.length
        } else {
            self.below(last + 1)
        };
        if end > self.at && !self.decoded_frequencies && self.decode_frequencies().is_none() {
            return (&[], &[]);
        }
        (&self.documents[self.at..end], &self.frequencies[self.at..end])
    }

    /// Moves past the first `count` (at least 1) documents of a run and returns the document it then stands on.
    #[inline]
    pub fn pass(&mut self, count: usize) -> u32 {
        self.at += count - 1;
        self.next()
    }

    /// Goes back to the first document, unless the list was found broken.
    pub fn rewind(&mut self) {
        self.asked = 0;
        if self.info.document_frequency == 1 && !self.broken {
            let document = self.info.postings as u32;
            (self.documents[0], self.length, self.at, self.doc) = (document, 1, 0, document);
        } else if self.info.document_frequency > 1 && !self.broken {
            self.doc = 0;
            self.enter(0);
        }
    }

    /// The last document of the decoded block; [`NO_MORE`] at the end.
    pub fn run_end(&self) -> u32 {
        if self.doc == NO_MORE { NO_MORE } else { self.block_last() }
    }

    /// Leaves those of the ascending documents, none above the [`run_end`](Self::run_end), that the decoded block holds, and
    /// makes `least` of each at most the frequency of the term in it.
    pub fn cut(&mut self, docs: &mut Vec<u32>, least: &mut Vec<u32>) {
        let mut kept = 0;
        if self.doc != NO_MORE && (self.decoded_frequencies || self.decode_frequencies().is_some()) {
            for at in 0..docs.len().min(least.len()) {
                let (doc, place) = (docs[at], self.below(docs[at]));
                docs[kept] = doc;
                least[kept] = least[at].min(self.frequencies[place]);
                kept += usize::from(self.documents[place] == doc);
            }
        }
        docs.truncate(kept);
        least.truncate(kept);
    }

    /// Moves, forth or back, to a document of the decoded block; `false` when the block does not hold it.
    #[inline]
    pub fn stand_on(&mut self, doc: u32) -> bool {
        let at = self.below(doc);
        let held = self.doc != NO_MORE && self.documents[at] == doc;
        if held {
            (self.at, self.doc) = (at, doc);
        }
        held
    }

    /// Calls `visit` with the place of each of these ascending documents, none before where it stands, that is in the list,
    /// and how often the term stands in it. It then stands at or after the last of them.
    #[inline(always)]
    pub fn intersect(&mut self, docs: &[u32], mut visit: impl FnMut(usize, u32)) {
        let mut from = 0;
        while from < docs.len() {
            if self.seek(docs[from]) == NO_MORE {
                return;
            }
            let last = self.block_last();
            let some = &docs[from..docs.len().min(from + BLOCK)];
            let count =
                if some[some.len() - 1] <= last { some.len() } else { some.partition_point(|&doc| doc <= last) };
            // First which, without a branch for each, then how often.
            let (mut found, mut hits) = (0, [(0u8, 0u8); BLOCK]);
            for (place, &doc) in some[..count].iter().enumerate() {
                let at = self.below(doc);
                hits[found & (BLOCK - 1)] = (place as u8, at as u8);
                found += usize::from(self.documents[at] == doc);
            }
            if found > 0 && !self.decoded_frequencies && self.decode_frequencies().is_none() {
                return;
            }
            for &(place, at) in &hits[..found] {
                visit(from + usize::from(place), self.frequencies[usize::from(at) & (BLOCK - 1)]);
            }
            self.at = self.below(some[count - 1]);
            self.doc = self.documents[self.at];
            from += count;
        }
    }

    /// How many documents of the decoded block are below a target that is not above the last of them. Branchless.
    #[inline(always)]
    fn below(&self, target: u32) -> usize {
        let mut below = 0;
        for step in [64, 32, 16, 8, 4, 2, 1] {
            below += if self.documents[(below + step - 1) & (BLOCK - 1)] < target { step } else { 0 };
        }
        below & (BLOCK - 1)
    }

    /// The ascending positions in the document, into `into` (cleared first). Empty for a field without positions.
    pub fn positions(&mut self, into: &mut Vec<u32>) {
        into.clear();
        let frequency = self.frequency();
        if frequency == 0 || self.info.positions == NO_POSITIONS {
            return;
        }
        if self.read_positions(frequency, into).is_none() {
            into.clear();
            self.break_off();
        }
    }

    fn read_positions(&mut self, frequency: u32, into: &mut Vec<u32>) -> Option<()> {
        let (mut from, mut sum) = self.counted;
        if from > self.at {
            (from, sum) = (0, 0);
        }
        sum += self.frequencies[from..self.at].iter().map(|&frequency| u64::from(frequency)).sum::<u64>();
        self.counted = (self.at, sum);
        let start = self.skips.base(self.block)?.checked_add(sum)?;
        if self.positions.is_none() {
            let list = self.positions_section.get(usize::try_from(self.info.positions).ok()?..)?;
            self.positions = Some(PositionReader::new(list, self.info.occurrences)?);
        }
        self.positions.as_mut()?.read(&self.packer, start, frequency, into)
    }

    /// What it adds at most to a document of each range, if the list says.
    pub fn maxima(&self) -> Option<Maxima<'a>> {
        self.skips.maxima
    }

    /// Without decoding or moving: the last document of the block that holds the first document at or after `target`
    /// and after where the cursor stands, and the impacts that bound the whole block. (NO_MORE, empty) after the end.
    pub fn block_bound(&mut self, target: u32) -> (u32, &[Impact]) {
        let Some((block, last)) = self.block_around(target) else { return (NO_MORE, &[]) };
        if self.bound.0 != block {
            let Some(impacts) = self.skips.block_impacts(block) else { return (self.break_off(), &[]) };
            self.bound = (block, impacts);
        }
        (last, self.bound.1.as_slice())
    }

    /// The same for the group of 32 blocks around `target`: bounds that reach further.
    pub fn group_bound(&mut self, target: u32) -> (u32, &[Impact]) {
        let Some((block, last)) = self.block_around(target) else { return (NO_MORE, &[]) };
        let group = block / GROUP;
        if self.group_bound.0 != group {
            let Some(impacts) = self.skips.group_impacts(group) else { return (self.break_off(), &[]) };
            self.group_bound = (group, impacts);
        }
        let last = if self.skips.blocks == 1 { last } else { self.skips.group_last(group).unwrap_or(NO_MORE) };
        (last, self.group_bound.1.as_slice())
    }

    /// The last document of the block that holds the first document at or after `target` and after where the cursor
    /// stands; [`NO_MORE`] after the end.
    pub fn block_end(&mut self, target: u32) -> u32 {
        self.block_around(target).map_or(NO_MORE, |(_, last)| last)
    }

    /// The largest value of the impacts of all blocks that can have documents from `from` to `last`; 0 when there are none.
    /// `value` is the same for all calls with the same `known`, and a larger frequency or a smaller norm never lowers it.
    pub fn bound_between(&mut self, from: u32, last: u32, known: &mut Bounds, value: impl Fn(&Impact) -> f32) -> f32 {
        let Some((mut block, mut end)) = self.block_around(from) else { return 0.0 };
        let mut best = 0.0f32;
        loop {
            let group = block / GROUP;
            if known.group != group && self.know(group, known, &value).is_none() {
                self.break_off();
                return 0.0;
            }
            best = best.max(known.blocks[block % GROUP]);
            block += 1;
            if end >= last || block >= self.skips.blocks {
                return best;
            }
            let Some(next) = self.skips.last(block) else {
                self.break_off();
                return 0.0;
            };
            end = next;
        }
    }

    #[inline(never)]
    fn know(&self, group: usize, known: &mut Bounds, value: &impl Fn(&Impact) -> f32) -> Option<()> {
        known.blocks = [0.0; GROUP];
        self.skips.for_each_impact(group, |block, impact| {
            let known = &mut known.blocks[block % GROUP];
            *known = known.max(value(&impact));
        })?;
        known.group = group;
        Some(())
    }

    /// The block of the first document at or after `target`, not before the cursor's, and its last document.
    fn block_around(&mut self, target: u32) -> Option<(usize, u32)> {
        if self.doc == NO_MORE {
            return None;
        }
        let last = self.block_last();
        if target <= last {
            return Some((self.block, last));
        }
        // The block of the question before is a good place to start, if that was not beyond.
        let mut from = self.block + 1;
        let hint = self.asked;
        if hint > from && self.skips.last(hint - 1).is_some_and(|last| last < target) {
            from = hint;
        }
        let Some(block) = self.skips_find(from, target) else {
            self.break_off();
            return None;
        };
        self.asked = block;
        Some((block, self.skips.last(block)?))
    }

    /// Whether the bytes broke the promises of the format on the way here.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// The skip data, for `verify`.
    pub(super) fn skips(&self) -> &Skips<'a> {
        &self.skips
    }

    /// The number of the block that is decoded and the place in it, for `verify`.
    pub(super) fn place(&self) -> (usize, usize) {
        (self.block, self.at)
    }

    fn skips_find(&self, from: usize, target: u32) -> Option<usize> {
        if self.skips.blocks == 1 { Some(1) } else { self.skips.find(from, target) }
    }

    fn block_last(&self) -> u32 {
        self.documents[self.length.wrapping_sub(1) & (BLOCK - 1)]
    }

    /// Decodes a block and stands on its first document; past the last block is the end.
    fn enter(&mut self, block: usize) {
        if block >= self.skips.blocks {
            self.end();
        } else if self.load(block).is_none() {
            self.break_off();
        }
    }

    fn load(&mut self, block: usize) -> Option<()> {
        let skips = &self.skips;
        let previous = if block == 0 { None } else { Some(skips.last(block - 1)?) };
        if let Some(previous) = previous {
            // Blocks that went back would let a walk go round.
            if previous >= self.limit || previous < self.doc {
                return None;
            }
        }
        let tail = self.info.document_frequency as usize % BLOCK;
        let bytes = skips.data(block)?;
        if block + 1 < skips.blocks || tail == 0 {
            self.length = BLOCK;
            self.packed_frequencies = block::read_full(&self.packer, previous, self.limit, bytes, &mut self.documents)?;
        } else {
            self.length = tail;
            self.packed_frequencies =
                block::read_tail(previous, self.limit, tail, skips.tail_ones, bytes, &mut self.documents)?;
            self.documents[tail..].fill(NO_MORE);
        }
        if skips.blocks > 1 && skips.last(block)? != self.block_last() {
            return None;
        }
        self.block = block;
        self.decoded_frequencies = false;
        self.counted = (0, 0);
        (self.at, self.doc) = (0, self.documents[0]);
        Some(())
    }

    fn end(&mut self) {
        self.documents[0] = NO_MORE;
        (self.doc, self.at, self.length) = (NO_MORE, 0, 0);
    }

    #[cold]
    fn break_off(&mut self) -> u32 {
        self.end();
        self.broken = true;
        NO_MORE
    }
}
