//! Which documents of a segment are deleted: a bitset in an immutable file per commit.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use super::format::FORMAT_VERSION;
use crate::documents::packing::Unpacker;
use crate::{Error, Result};

const MAGIC: [u8; 8] = *b"sldel\r\n\x1a";

/// Magic, version, how many documents, how many of them deleted.
const HEADER: usize = 20;

/// A set of document numbers below a fixed length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitset {
    words: Vec<u64>,
    length: u32,
}

impl Bitset {
    /// An empty set over `length` documents.
    pub fn new(length: u32) -> Self {
        Self { words: vec![0; (length as usize).div_ceil(64)], length }
    }

    /// Over how many documents it is.
    pub fn len(&self) -> u32 {
        self.length
    }

    /// Whether it is over no documents at all.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether the document is in the set.
    #[inline]
    pub fn contains(&self, document: u32) -> bool {
        self.words[document as usize / 64] >> (document % 64) & 1 == 1
    }

    /// Puts the document in; true when it was not there.
    pub fn insert(&mut self, document: u32) -> bool {
        let word = &mut self.words[document as usize / 64];
        let fresh = *word >> (document % 64) & 1 == 0;
        *word |= 1 << (document % 64);
        fresh
    }

    /// Takes the document out.
    pub fn remove(&mut self, document: u32) {
        self.words[document as usize / 64] &= !(1 << (document % 64));
    }

    /// How many documents are in it.
    pub fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// Its 64-bit words, document 0 in the lowest bit of the first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The same, to be written; bits at or above `len` must stay 0.
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// The documents in it, going up.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            std::iter::successors((word != 0).then_some(word), |rest| {
                let rest = rest & (rest - 1);
                (rest != 0).then_some(rest)
            })
            .map(move |rest| at as u32 * 64 + rest.trailing_zeros())
        })
    }
}

/// Writes the deleted documents of a segment to a new file, which is not yet synced to the disk.
pub fn write(path: &Path, deleted: &Bitset) -> Result<File> {
    let mut bytes = Vec::with_capacity(file_size(deleted) as usize);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes.extend_from_slice(&deleted.length.to_le_bytes());
    bytes.extend_from_slice(&deleted.count().to_le_bytes());
    deleted.words.iter().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    let mut file = File::create_new(path).map_err(Error::io(path))?;
    file.write_all(&bytes).map_err(Error::io(path))?;
    Ok(file)
}

/// How many bytes [`write`] makes of it.
pub fn file_size(deleted: &Bitset) -> u64 {
    (HEADER + deleted.words.len() * 8 + 4) as u64
}

/// Reads the deleted documents of a segment of so many documents.
pub fn read(path: &Path, documents: u32) -> Result<Bitset> {
    let bytes = std::fs::read(path).map_err(Error::io(path))?;
    let Some((content, sum)) = bytes.split_last_chunk() else {
        return Err(Error::corrupt(path, format!("a file of deletions of only {} bytes", bytes.len())));
    };
    if !content.starts_with(&MAGIC) || crc32fast::hash(content) != u32::from_le_bytes(*sum) {
        return Err(Error::corrupt(path, "the checksum of the deletions is wrong"));
    }
    let mut unpacker = Unpacker::new(&content[MAGIC.len()..]);
    let short = |fault| Error::corrupt(path, format!("deletions: {fault}"));
    let (version, length, count) =
        (unpacker.u32().map_err(short)?, unpacker.u32().map_err(short)?, unpacker.u32().map_err(short)?);
    if version != FORMAT_VERSION {
        return Err(Error::Version { path: path.to_owned(), found: version, expected: FORMAT_VERSION });
    }
    let words = content.get(HEADER..).unwrap_or_default();
    if length != documents || words.len() != (documents as usize).div_ceil(64) * 8 {
        return Err(Error::corrupt(path, format!("deletions of {documents} documents expected, of {length} found")));
    }
    let words = words.as_chunks().0.iter().map(|&word| u64::from_le_bytes(word)).collect();
    let deleted = Bitset { words, length };
    let beyond = deleted.words.last().is_some_and(|&last| length % 64 != 0 && last >> (length % 64) != 0);
    if beyond || deleted.count() != count {
        return Err(Error::corrupt(path, format!("{count} deletions expected, {} found", deleted.count())));
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn deletions_come_back(length in 0..300u32, documents in prop::collection::vec(0..300u32, 0..40)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a");
            let mut deleted = Bitset::new(length);
            documents.iter().filter(|&&document| document < length).for_each(|&document| { deleted.insert(document); });
            write(&path, &deleted).unwrap();
            prop_assert_eq!(read(&path, length).unwrap(), deleted);
            let is_corrupt = matches!(read(&path, length + 1), Err(Error::Corrupt { .. }));
            prop_assert!(is_corrupt);
        }
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut deleted = Bitset::new(100);
        deleted.insert(3);
        write(&path, &deleted).unwrap();
        let good = std::fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            std::fs::write(&path, bad).unwrap();
            assert!(matches!(read(&path, 100), Err(Error::Corrupt { .. })), "byte {at}");
            std::fs::write(&path, &good[..at]).unwrap();
            assert!(matches!(read(&path, 100), Err(Error::Corrupt { .. })), "cut at {at}");
        }
    }

    #[test]
    fn iteration_goes_up() {
        let mut set = Bitset::new(200);
        for document in [199, 0, 64, 63, 5] {
            assert!(set.insert(document));
        }
        assert!(!set.insert(5));
        set.remove(64);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 5, 63, 199]);
        assert_eq!(set.count(), 4);
    }
}
