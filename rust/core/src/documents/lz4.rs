//! An LZ4 block decompressed only as far as somebody reads: the titles of ten hits need little of their documents.
//!
//! Whole blocks are `lz4_flex`'s; this knows the same format (lz4_Block_format.md of LZ4) and trusts nothing either.

use super::packing::Fault;

/// The shortest match.
const SHORTEST: usize = 4;
/// A length of four bits that goes on in the next byte.
const GOES_ON: usize = 15;

/// The beginning of a block, longer the more is asked for.
pub(super) struct Head<'a> {
    rest: &'a [u8],
    bytes: Vec<u8>,
    /// How long the whole is said to be: it gets no longer.
    uncompressed: usize,
}

impl<'a> Head<'a> {
    /// Nothing of a block yet.
    pub(super) fn new(compressed: &'a [u8], uncompressed: usize) -> Self {
        Self { rest: compressed, bytes: Vec::new(), uncompressed }
    }

    /// At least the first `length` bytes, or all that there are.
    pub(super) fn at_least(&mut self, length: usize) -> Result<&[u8], Fault> {
        while self.bytes.len() < length && !self.rest.is_empty() {
            self.read_sequence().ok_or("a compressed block breaks off or copies what is not there")?;
        }
        Ok(&self.bytes)
    }

    /// Reads literals and the match after them, which the last sequence has not.
    fn read_sequence(&mut self) -> Option<()> {
        let token = usize::from(self.byte()?);
        let literals = self.length(token >> 4)?;
        let (literals, rest) = self.rest.split_at_checked(literals)?;
        self.rest = rest;
        self.has_room(literals.len())?;
        self.bytes.extend_from_slice(literals);
        if self.rest.is_empty() {
            return Some(());
        }
        let offset = usize::from(u16::from_le_bytes([self.byte()?, self.byte()?]));
        let length = self.length(token & GOES_ON)?.checked_add(SHORTEST)?;
        self.has_room(length)?;
        let from = self.bytes.len().checked_sub(offset).filter(|_| offset > 0)?;
        let end = self.bytes.len() + length;
        // A match may overlap what it makes: then it repeats.
        while self.bytes.len() < end {
            let some = (end - self.bytes.len()).min(self.bytes.len() - from);
            self.bytes.extend_from_within(from..from + some);
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

    fn has_room(&self, length: usize) -> Option<()> {
        (length <= self.uncompressed - self.bytes.len()).then_some(())
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
