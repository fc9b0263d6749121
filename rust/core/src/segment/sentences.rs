//! Where sentences and paragraphs start, for every document of one text field, and the exact lengths.
//!
//! An entry is its length in bytes, then, unless the document has no positions: the length in positions and, for each
//! sentence, twice the distance from the one before, plus one where a paragraph starts. The index has the offset of
//! every [`STEP`]th entry (8 bytes): whoever looks one up skips at most `STEP - 1` others.

use crate::documents::packing::{Fault, Unpacker, push_varint};

/// One offset in the index for so many documents.
const STEP: usize = 32;

/// Where the sentences of one field of one document start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentences {
    /// The exact length in positions.
    pub length: u32,
    /// The position of the first token of each sentence, going up, and whether a paragraph starts there too.
    pub starts: Vec<(u32, bool)>,
}

/// The sentences of a field in the making.
#[derive(Default)]
pub struct SentencesWriter {
    data: Vec<u8>,
    index: Vec<u8>,
    entry: Vec<u8>,
    documents: usize,
}

impl SentencesWriter {
    /// Adds the next document: its exact length and its sentence starts, going up.
    pub fn push(&mut self, length: u32, starts: impl Iterator<Item = (u32, bool)>) {
        if self.documents.is_multiple_of(STEP) {
            self.index.extend_from_slice(&(self.data.len() as u64).to_le_bytes());
        }
        self.documents += 1;
        self.entry.clear();
        if length > 0 {
            push_varint(u64::from(length), &mut self.entry);
            let mut last = 0;
            for (position, paragraph) in starts {
                push_varint(u64::from(position - last) << 1 | u64::from(paragraph), &mut self.entry);
                last = position;
            }
        }
        push_varint(self.entry.len() as u64, &mut self.data);
        self.data.extend_from_slice(&self.entry);
    }

    /// About how many bytes of memory it holds.
    pub fn memory(&self) -> usize {
        self.data.capacity() + self.index.capacity() + self.entry.capacity()
    }

    /// The two sections so far: entries, index.
    pub fn sections(&self) -> (&[u8], &[u8]) {
        (&self.data, &self.index)
    }
}

fn unpack(entry: &[u8]) -> Result<Sentences, Fault> {
    if entry.is_empty() {
        return Ok(Sentences::default());
    }
    let mut entry = Unpacker::new(entry);
    let narrow = |number: u64| u32::try_from(number).map_err(|_| format!("a position of {number}"));
    let mut sentences = Sentences { length: narrow(entry.varint()?)?, starts: Vec::new() };
    let mut last = 0u64;
    while !entry.is_at_end() {
        let packed = entry.varint()?;
        last += packed >> 1;
        sentences.starts.push((narrow(last)?, packed & 1 == 1));
    }
    Ok(sentences)
}

/// Checks that the index is as long as so many documents need.
pub fn check_index(index: &[u8], documents: u32) -> Result<(), Fault> {
    let (expected, found) = ((documents as usize).div_ceil(STEP) * 8, index.len());
    if found == expected { Ok(()) } else { Err(format!("an index of {expected} bytes expected, {found} found")) }
}

/// The sentences of a document.
pub fn get(data: &[u8], index: &[u8], document: u32) -> Result<Sentences, Fault> {
    let at = document as usize / STEP * 8;
    let start = Unpacker::new(index.get(at..).unwrap_or_default()).u64()?;
    let data = usize::try_from(start).ok().and_then(|start| data.get(start..));
    let mut data = Unpacker::new(data.ok_or("an entry past the end of its section")?);
    for _ in 0..document as usize % STEP {
        let length = data.varint()?;
        data.bytes(length)?;
    }
    let length = data.varint()?;
    unpack(data.bytes(length)?)
}

/// Calls `visit` with the sentences of every document in order, and checks the index on the way.
pub fn for_each(
    data: &[u8],
    index: &[u8],
    documents: u32,
    mut visit: impl FnMut(u32, Sentences) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let (mut unpacker, mut index) = (Unpacker::new(data), Unpacker::new(index));
    for document in 0..documents {
        if (document as usize).is_multiple_of(STEP) && index.u64()? != (data.len() - unpacker.left()) as u64 {
            return Err(format!("the entry of document {document} is not where the index says"));
        }
        let length = unpacker.varint()?;
        visit(document, unpack(unpacker.bytes(length)?)?)?;
    }
    if unpacker.is_at_end() { Ok(()) } else { Err("bytes after the last entry".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sentences_come_back(
            documents in prop::collection::vec((0..5000u32, prop::collection::vec((0..5000u32, any::<bool>()), 0..8)), 0..100),
            at in any::<prop::sample::Index>(), bit in 0..8u32
        ) {
            let mut writer = SentencesWriter::default();
            let documents: Vec<Sentences> = documents.into_iter().map(|(length, mut starts)| {
                starts.sort_unstable();
                if length == 0 { Sentences::default() } else { Sentences { length, starts } }
            }).collect();
            documents.iter().for_each(|one| writer.push(one.length, one.starts.iter().copied()));
            let (data, index) = writer.sections();
            prop_assert_eq!(check_index(index, documents.len() as u32), Ok(()));
            for (document, expected) in (0u32..).zip(&documents) {
                prop_assert_eq!(&get(data, index, document).unwrap(), expected);
            }
            let mut all = Vec::new();
            let outcome = for_each(data, index, documents.len() as u32, |_, one| { all.push(one); Ok(()) });
            prop_assert_eq!((outcome, &all), (Ok(()), &documents));
            let mut broken = data.to_vec();
            if !broken.is_empty() {
                let at = at.index(broken.len());
                broken[at] ^= 1u8 << bit;
                let _ = for_each(&broken, index, documents.len() as u32, |_, _| Ok(()));
                let _ = get(&broken, index, documents.len() as u32 - 1);
                prop_assert!(get(&broken, &index[..index.len() - 1], documents.len() as u32 - 1).is_err());
            }
        }
    }
}
