//! Lays posting lists down, one term after another. The format is in the documentation of `postings`.

use std::io::{self, Write};

use bitpacking::{BitPacker, BitPacker4x};

use super::block::{self, BLOCK};
use super::impacts::{Front, Impacts};
use super::maxima::{self, Lengths};
use super::positions;
use super::skip::{GROUP, TAIL_ONES, WITH_MAXIMA};

/// [`TermInfo::positions`] of a term that has none.
pub const NO_POSITIONS: u64 = u64::MAX;

/// Where the postings of a term are and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TermInfo {
    /// The number of documents that hold the term.
    pub document_frequency: u32,
    /// The number of times it stands in them altogether.
    pub occurrences: u64,
    /// The offset of its list in the postings section; the document itself when there is only one.
    pub postings: u64,
    /// The offset of its positions in the positions section; [`NO_POSITIONS`] for a field without.
    pub positions: u64,
}

/// Writes the postings and the positions sections of a segment.
pub struct PostingsWriter {
    postings: Vec<u8>,
    positions: Vec<u8>,
    /// How much of the two sections was handed on before.
    postings_before: u64,
    positions_before: u64,
    packer: BitPacker4x,
    /// The blocks and the impacts of the list in the making.
    blocks: Vec<u8>,
    impacts: Vec<u8>,
    front: Front,
    group_front: Front,
}

impl Default for PostingsWriter {
    fn default() -> Self {
        Self {
            postings: Vec::new(),
            positions: Vec::new(),
            postings_before: 0,
            positions_before: 0,
            packer: BitPacker4x::new(),
            blocks: Vec::new(),
            impacts: Vec::new(),
            front: Front::default(),
            group_front: Front::default(),
        }
    }
}

/// A place among the blocks or the impacts of a group: 32 blocks take at most 32 · 1,026 bytes, their impacts 32 · 4 · 6.
fn within_group(place: usize) -> [u8; 2] {
    u16::try_from(place).expect("a group is no longer than its blocks").to_le_bytes()
}

impl PostingsWriter {
    /// Empty sections.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes the list of one term. `documents` go up, `frequencies` are as many and at least 1; `positions` are the
    /// ascending positions of each document one after another (their number is the sum of the frequencies), or empty
    /// for a field that has none (keywords).
    pub fn write(
        &mut self,
        documents: &[u32],
        frequencies: &[u32],
        positions: &[u32],
        lengths: &Lengths<'_>,
    ) -> TermInfo {
        debug_assert_eq!(documents.len(), frequencies.len());
        let occurrences = frequencies.iter().map(|&frequency| u64::from(frequency)).sum();
        debug_assert!(positions.is_empty() || positions.len() as u64 == occurrences);
        let mut info = TermInfo {
            document_frequency: documents.len() as u32,
            occurrences,
            postings: self.postings_before + self.postings.len() as u64,
            positions: NO_POSITIONS,
        };
        if !positions.is_empty() {
            info.positions = self.positions_before + self.positions.len() as u64;
            positions::write(&self.packer, frequencies, positions, &mut self.positions);
        }
        match documents {
            [] => {}
            [document] => info.postings = u64::from(*document),
            _ if documents.len() <= BLOCK => self.write_short(documents, frequencies, lengths),
            _ => self.write_long(documents, frequencies, !positions.is_empty(), lengths),
        }
        info
    }

    /// Fills `front` with the postings of a block and gives their bounds.
    fn bounds(&mut self, documents: &[u32], frequencies: &[u32], lengths: &Lengths<'_>) -> Impacts {
        self.front.clear();
        for (&document, &frequency) in documents.iter().zip(frequencies) {
            self.front.add(frequency, lengths.norm(document));
        }
        self.front.bounds()
    }

    fn write_short(&mut self, documents: &[u32], frequencies: &[u32], lengths: &Lengths<'_>) {
        let impacts = self.bounds(documents, frequencies, lengths);
        let ones = frequencies.iter().all(|&frequency| frequency == 1);
        self.postings.push((impacts.as_slice().len() as u8) << 1 | if ones { TAIL_ONES } else { 0 });
        impacts.write(&mut self.postings);
        if documents.len() == BLOCK {
            block::write_full(&self.packer, None, documents, frequencies, &mut self.postings);
        } else {
            block::write_tail(None, documents, frequencies, !ones, &mut self.postings);
        }
    }

    fn write_long(&mut self, documents: &[u32], frequencies: &[u32], with_positions: bool, lengths: &Lengths<'_>) {
        let blocks = documents.len().div_ceil(BLOCK);
        let (mut last, mut offset, mut ends) =
            (Vec::with_capacity(blocks * 4), Vec::with_capacity(blocks * 2), Vec::with_capacity(blocks * 2));
        let (mut base, mut group_last, mut group_offset, mut group_ends) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        self.blocks.clear();
        self.impacts.clear();
        let (mut previous, mut before, mut flags) = (None, 0u64, 0);
        let (mut group_start, mut impacts_start) = (0, 0);
        for (at, (documents, frequencies)) in documents.chunks(BLOCK).zip(frequencies.chunks(BLOCK)).enumerate() {
            if at % GROUP == 0 {
                (group_start, impacts_start) = (self.blocks.len(), self.impacts.len());
                group_offset.extend((group_start as u64).to_le_bytes());
                self.group_front.clear();
            }
            let end = documents[documents.len() - 1];
            last.extend(end.to_le_bytes());
            offset.extend(within_group(self.blocks.len() - group_start));
            if with_positions {
                base.extend(before.to_le_bytes());
                before += frequencies.iter().map(|&frequency| u64::from(frequency)).sum::<u64>();
            }
            self.bounds(documents, frequencies, lengths).write(&mut self.impacts);
            ends.extend(within_group(self.impacts.len() - impacts_start));
            self.group_front.add_all(&self.front);
            if at % GROUP == GROUP - 1 || at == blocks - 1 {
                group_last.extend(end.to_le_bytes());
                self.group_front.bounds().write(&mut self.impacts);
                group_ends.extend((self.impacts.len() as u32).to_le_bytes());
            }
            if documents.len() == BLOCK {
                block::write_full(&self.packer, previous, documents, frequencies, &mut self.blocks);
            } else {
                let ones = frequencies.iter().all(|&frequency| frequency == 1);
                flags = if ones { TAIL_ONES } else { 0 };
                block::write_tail(previous, documents, frequencies, !ones, &mut self.blocks);
            }
            previous = Some(end);
        }
        let with_maxima = maxima::are_kept(documents.len(), lengths);
        self.postings.push(flags | if with_maxima { WITH_MAXIMA } else { 0 });
        if with_maxima {
            maxima::write(documents, frequencies, lengths, &mut self.postings);
        }
        let parts =
            [&last, &offset, &ends, &base, &group_last, &group_offset, &group_ends, &self.impacts, &self.blocks];
        parts.iter().for_each(|part| self.postings.extend_from_slice(part));
    }

    /// Adds what another writer made of some terms, and moves their infos along.
    pub fn append(&mut self, other: &Self, infos: &mut [TermInfo]) {
        let postings = self.postings_before + self.postings.len() as u64;
        let positions = self.positions_before + self.positions.len() as u64;
        for info in infos {
            // A single document stands in place of an offset.
            info.postings += if info.document_frequency > 1 { postings } else { 0 };
            info.positions += if info.positions == NO_POSITIONS { 0 } else { positions };
        }
        self.postings.extend_from_slice(&other.postings);
        self.positions.extend_from_slice(&other.positions);
    }

    /// How many bytes wait to be handed on.
    pub fn memory(&self) -> usize {
        self.postings.len() + self.positions.len()
    }

    /// Hands on what there is of the two sections.
    pub fn hand_on(&mut self, postings: &mut impl Write, positions: &mut impl Write) -> io::Result<()> {
        postings.write_all(&self.postings)?;
        positions.write_all(&self.positions)?;
        self.postings_before += self.postings.len() as u64;
        self.positions_before += self.positions.len() as u64;
        self.postings.clear();
        self.positions.clear();
        Ok(())
    }

    /// The two finished sections, where nothing was handed on: postings, positions.
    pub fn finish(self) -> (Vec<u8>, Vec<u8>) {
        (self.postings, self.positions)
    }
}
