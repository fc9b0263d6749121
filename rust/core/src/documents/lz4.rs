//! An LZ4 block decompressed only as far as somebody reads: the titles of ten hits need little of their documents.
//!
//! Whole blocks are `lz4_flex`'s; this knows the same format (lz4_Block_format.md of LZ4) and trusts nothing either.

use super::packing::Fault;

/// The shortest match.
const SHORTEST: usize = 4;
/// A length of four bits that goes on in the next byte.
const GOES_ON: usize = 15;

/// So many bytes are copied at once where there is room: most copies are shorter, and the next overwrites what is too much.
const CHUNK: usize = 16;

/// How much room there is at first: half an ordinary block.
const ROOM: usize = 8 << 10;

/// The beginning of a block, longer the more is asked for.
pub(super) struct Head<'a> {
    rest: &'a [u8],
    /// What is read, and then room.
    bytes: Vec<u8>,
    read: usize,
    /// How long the whole is said to be: it gets no longer.
    uncompressed: usize,
}

impl<'a> Head<'a> {
    /// Nothing of a block yet.
    pub(super) fn new(compressed: &'a [u8], uncompressed: usize) -> Self {
        Self { rest: compressed, bytes: Vec::new(), read: 0, uncompressed }
    }

    /// At least the first `length` bytes, or all that there are.
    pub(super) fn at_least(&mut self, length: usize) -> Result<&[u8], Fault> {
        while self.read < length && !self.rest.is_empty() {
            self.read_sequence().ok_or("a compressed block breaks off or copies what is not there")?;
        }
        Ok(&self.bytes[..self.read])
    }

    /// Reads literals and the match after them, which the last sequence has not.
    #[inline]
    fn read_sequence(&mut self) -> Option<()> {
        let token = usize::from(self.byte()?);
        let literals = self.length(token >> 4)?;
        self.make_room(literals)?;
        match (self.rest.first_chunk::<CHUNK>(), self.bytes[self.read..].first_chunk_mut::<CHUNK>()) {
            (Some(from), Some(to)) if literals <= CHUNK => *to = *from,
            _ => self.bytes[self.read..self.read + literals].copy_from_slice(self.rest.get(..literals)?),
        }
        self.read += literals;
        self.rest = &self.rest[literals..];
        if self.rest.is_empty() {
            return Some(());
        }
        let offset = usize::from(u16::from_le_bytes([self.byte()?, self.byte()?]));
        let length = self.length(token & GOES_ON)?.checked_add(SHORTEST)?;
        self.make_room(length)?;
        let mut from = self.read.checked_sub(offset).filter(|_| offset > 0)?;
        let end = self.read + length;
        if length <= 2 * CHUNK && offset >= CHUNK && end + CHUNK <= self.bytes.len() {
            for to in (self.read..end).step_by(CHUNK) {
                self.bytes.copy_within(from..from + CHUNK, to);
                from += CHUNK;
            }
        } else {
            // A match may overlap what it makes: then it repeats.
            let mut to = self.read;
            while to < end {
                let some = (end - to).min(to - from);
                self.bytes.copy_within(from..from + some, to);
                to += some;
            }
        }
        self.read = end;
        Some(())
    }

    /// Has room for so many bytes more, if there may be so many.
    #[inline]
    fn make_room(&mut self, length: usize) -> Option<()> {
        if length > self.uncompressed - self.read {
            return None;
        }
        if self.read + length > self.bytes.len() {
            let enough = (self.read + length + CHUNK).max(self.bytes.len() * 2).max(ROOM);
            self.bytes.resize(enough.min(self.uncompressed + CHUNK), 0);
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn length(&mut self, short: usize) -> Option<usize> {
        let mut length = short;
        if short == GOES_ON {
            loop {
                let more = self.byte()?;
                length = length.checked_add(usize::from(more))?;
                if more < u8::MAX {
                    break;
                }
            }
        }
        Some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            (any::<u8>(), 0..600usize).prop_map(|(byte, times)| vec![byte; times]),
            (0..200usize).prop_map(|times| "нефть ".repeat(times).into_bytes()),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_head_is_the_beginning_of_the_whole(text in texts(), asked in prop::collection::vec(0..5000usize, 0..4)) {
            let compressed = lz4_flex::block::compress(&text);
            let mut head = Head::new(&compressed, text.len());
            for length in asked {
                let found = head.at_least(length).unwrap();
                prop_assert!(found.len() >= length.min(text.len()));
                prop_assert_eq!(found, &text[..found.len()]);
            }
            prop_assert_eq!(head.at_least(usize::MAX).unwrap(), &text[..]);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), length in 0..5000usize) {
            let mut head = Head::new(&bytes, length);
            if let Ok(found) = head.at_least(usize::MAX) {
                prop_assert!(found.len() <= length);
            }
        }
    }
}
