//! Stored documents in compressed blocks, decoded only for the hits that are shown.
//!
//! A block holds packed documents, each after its length, until they pass [`BLOCK`] bytes; it is compressed by LZ4. The
//! index has 16 bytes a block: its first document (u32), its length before compression (u32), its offset in the
//! section (u64); a last entry names the number of documents and the end of the section. What a packed document
//! holds is not known here.

use std::io::{self, Write};
use std::ops::Range;

use super::packing::{Fault, Unpacker, push_varint};

/// A block is closed when it has so many bytes; one large document is a block of its own.
const BLOCK: usize = 16 << 10;

/// The longest packed document, in bytes.
pub const MAX_DOCUMENT: usize = 1 << 30;

/// LZ4 never makes one byte into more than 255, so a block that promises more is broken.
const MAX_RATIO: u64 = 255;

const ENTRY: usize = 16;

/// Packs documents into blocks as they come.
pub struct StoredWriter<W> {
    into: W,
    written: u64,
    index: Vec<u8>,
    block: Vec<u8>,
    first: u32,
    documents: u32,
}

impl<W: Write> StoredWriter<W> {
    /// Blocks go to `into`.
    pub fn new(into: W) -> Self {
        Self { into, written: 0, index: Vec::new(), block: Vec::new(), first: 0, documents: 0 }
    }

    /// Adds the next document, packed; at most [`MAX_DOCUMENT`] bytes.
    pub fn push(&mut self, packed: &[u8]) -> io::Result<()> {
        // A document that would not fit begins a new block, so that small ones never wait for a large one.
        if self.block.len() + packed.len() > BLOCK {
            self.close_block()?;
        }
        push_varint(packed.len() as u64, &mut self.block);
        self.block.extend_from_slice(packed);
        self.documents += 1;
        if self.block.len() >= BLOCK { self.close_block() } else { Ok(()) }
    }

    /// Adds a whole block as it stands in another segment.
    fn push_block(&mut self, block: &Block<'_>) -> io::Result<()> {
        self.close_block()?;
        self.enter(block.uncompressed);
        self.into.write_all(block.compressed)?;
        self.written += block.compressed.len() as u64;
        self.documents += block.documents.len() as u32;
        self.first = self.documents;
        Ok(())
    }

    fn enter(&mut self, uncompressed: u32) {
        self.index.extend_from_slice(&self.first.to_le_bytes());
        self.index.extend_from_slice(&uncompressed.to_le_bytes());
        self.index.extend_from_slice(&self.written.to_le_bytes());
    }

    fn close_block(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let compressed = lz4_flex::block::compress(&self.block);
        self.enter(self.block.len() as u32);
        self.into.write_all(&compressed)?;
        self.written += compressed.len() as u64;
        self.first = self.documents;
        self.block.clear();
        Ok(())
    }

    /// Closes the last block; gives where the blocks went and the index.
    pub fn finish(mut self) -> io::Result<(W, Vec<u8>)> {
        self.close_block()?;
        self.enter(0);
        Ok((self.into, self.index))
    }
}

impl StoredWriter<Vec<u8>> {
    /// About how many bytes of memory it holds.
    pub fn memory(&self) -> usize {
        self.into.capacity() + self.index.capacity() + self.block.capacity()
    }

    /// Writes all blocks, the open one included, and gives the index; the writer stays as it is.
    pub fn write_to(&self, into: &mut impl Write) -> io::Result<Vec<u8>> {
        into.write_all(&self.into)?;
        let last = StoredWriter {
            into,
            written: self.written,
            index: self.index.clone(),
            block: self.block.clone(),
            first: self.first,
            documents: self.documents,
        };
        Ok(last.finish()?.1)
    }
}

/// A block that was looked up but not yet decompressed.
struct Block<'a> {
    documents: Range<u32>,
    uncompressed: u32,
    compressed: &'a [u8],
}

impl Block<'_> {
    fn decompress(&self) -> Result<Vec<u8>, Fault> {
        let bytes = lz4_flex::block::decompress(self.compressed, self.uncompressed as usize)
            .map_err(|error| format!("the stored block of document {}: {error}", self.documents.start))?;
        if bytes.len() != self.uncompressed as usize {
            let (is, first) = (bytes.len(), self.documents.start);
            return Err(format!(
                "the stored block of document {first}: {} bytes expected, {is} found",
                self.uncompressed
            ));
        }
        Ok(bytes)
    }
}

/// A packed document in its decompressed block.
pub struct Packed {
    block: Vec<u8>,
    range: Range<usize>,
}

impl Packed {
    /// What was packed.
    pub fn bytes(&self) -> &[u8] {
        &self.block[self.range.clone()]
    }
}

/// Reads stored documents of a segment.
#[derive(Clone, Copy)]
pub struct StoredReader<'a> {
    data: &'a [u8],
    index: &'a [u8],
}

impl<'a> StoredReader<'a> {
    /// Puts together two sections that [`Self::check_index`] has let pass.
    pub fn new(data: &'a [u8], index: &'a [u8]) -> Self {
        Self { data, index }
    }

    /// Checks the index against the length of the section and the number of documents.
    pub fn check_index(&self, documents: u32) -> Result<(), Fault> {
        let length = self.index.len();
        if length == 0 || !length.is_multiple_of(ENTRY) {
            return Err(format!("the index of stored documents has {length} bytes"));
        }
        if self.entry(0).0 != 0 || self.entry(self.blocks()) != (documents, 0, self.data.len() as u64) {
            return Err("the index of stored documents does not span all documents".to_owned());
        }
        for at in 0..self.blocks() {
            let ((first, uncompressed, offset), (next, _, end)) = (self.entry(at), self.entry(at + 1));
            let possible =
                end.checked_sub(offset).is_some_and(|size| u64::from(uncompressed) <= size.saturating_mul(MAX_RATIO));
            if next <= first || !possible {
                return Err(format!("block {at} of stored documents is impossible"));
            }
        }
        Ok(())
    }

    fn blocks(&self) -> usize {
        (self.index.len() / ENTRY).saturating_sub(1)
    }

    fn entry(&self, at: usize) -> (u32, u32, u64) {
        let mut entry = Unpacker::new(self.index.get(at * ENTRY..).unwrap_or_default());
        (entry.u32().unwrap_or(0), entry.u32().unwrap_or(0), entry.u64().unwrap_or(0))
    }

    fn block(&self, at: usize) -> Result<Block<'a>, Fault> {
        let ((first, uncompressed, start), (next, _, end)) = (self.entry(at), self.entry(at + 1));
        let compressed = self.data.get(start as usize..end as usize);
        let compressed = compressed.ok_or_else(|| format!("block {at} of stored documents is not there"))?;
        Ok(Block { documents: first..next, uncompressed, compressed })
    }

    /// The place of the block that holds a document.
    fn place(&self, document: u32) -> Result<usize, Fault> {
        let (mut low, mut high) = (0, self.blocks());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.entry(middle).0 <= document { low = middle + 1 } else { high = middle }
        }
        Ok(low.checked_sub(1).ok_or("there are no stored documents")?)
    }

    /// A packed document.
    pub fn get(&self, document: u32) -> Result<Packed, Fault> {
        let block = self.block(self.place(document)?)?;
        let bytes = block.decompress()?;
        let mut unpacker = Unpacker::new(&bytes);
        for _ in block.documents.start..document {
            let length = unpacker.varint()?;
            unpacker.bytes(length)?;
        }
        let length = unpacker.varint()?;
        let start = bytes.len() - unpacker.left();
        unpacker.bytes(length)?;
        let end = bytes.len() - unpacker.left();
        Ok(Packed { block: bytes, range: start..end })
    }

    /// About how many bytes a document has: the average of its block.
    pub fn about(&self, document: u32) -> u64 {
        let block = self.place(document).and_then(|at| self.block(at));
        block.map_or(0, |block| u64::from(block.uncompressed) / (block.documents.len() as u64).max(1))
    }

    /// Calls `visit` with the packed bytes of each of these documents, which go up, until it says no more; false then.
    pub fn for_each_among(
        &self,
        documents: impl Iterator<Item = u32>,
        mut visit: impl FnMut(&[u8]) -> bool,
    ) -> Result<bool, Fault> {
        let mut documents = documents.peekable();
        while let Some(&document) = documents.peek() {
            let (block, mut go_on) = (self.block(self.place(document)?)?, true);
            let end = block.documents.end;
            Self::for_each_of(&block, |document, packed| {
                if go_on && documents.next_if_eq(&document).is_some() {
                    go_on = visit(packed);
                }
                Ok(())
            })?;
            if !go_on {
                return Ok(false);
            }
            if documents.peek().is_some_and(|&next| next < end) {
                return Err(format!("document {document} is not in its block"));
            }
        }
        Ok(true)
    }

    /// Calls `visit` with every document and its packed bytes, in order.
    pub fn for_each(&self, mut visit: impl FnMut(u32, &[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
        (0..self.blocks()).try_for_each(|at| Self::for_each_of(&self.block(at)?, &mut visit))
    }

    fn for_each_of(block: &Block<'_>, mut visit: impl FnMut(u32, &[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
        let bytes = block.decompress()?;
        let mut unpacker = Unpacker::new(&bytes);
        for document in block.documents.clone() {
            let length = unpacker.varint()?;
            visit(document, unpacker.bytes(length)?)?;
        }
        if unpacker.is_at_end() { Ok(()) } else { Err("bytes after the last document of a stored block".to_owned()) }
    }

    /// Copies the documents that `keeps` to a writer: well-filled blocks that are kept whole as they stand, the rest
    /// packed anew. It ends early when `stopped` says so.
    pub fn copy<W: Write>(
        &self,
        keeps: impl Fn(u32) -> bool,
        stopped: impl Fn() -> bool,
        into: &mut StoredWriter<W>,
    ) -> Result<io::Result<()>, Fault> {
        for at in (0..self.blocks()).take_while(|_| !stopped()) {
            let block = self.block(at)?;
            if block.uncompressed as usize >= BLOCK / 2 && block.documents.clone().all(&keeps) {
                if let Err(error) = into.push_block(&block) {
                    return Ok(Err(error));
                }
                continue;
            }
            let mut outcome = Ok(());
            Self::for_each_of(&block, |document, packed| {
                if outcome.is_ok() && keeps(document) {
                    outcome = into.push(packed);
                }
                Ok(())
            })?;
            if outcome.is_err() {
                return Ok(outcome);
            }
        }
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(documents: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
        let mut writer = StoredWriter::new(Vec::new());
        documents.iter().for_each(|document| writer.push(document).unwrap());
        let mut data = Vec::new();
        let index = writer.write_to(&mut data).unwrap();
        let finished = writer.finish().unwrap();
        assert_eq!((&data, &index), (&finished.0, &finished.1));
        finished
    }

    fn read(data: &[u8], index: &[u8], documents: usize) -> Result<Vec<Vec<u8>>, Fault> {
        let reader = StoredReader::new(data, index);
        reader.check_index(documents as u32)?;
        (0..documents as u32).map(|document| Ok(reader.get(document)?.bytes().to_vec())).collect()
    }

    fn any_documents() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let size = prop_oneof![0..40usize, 0..3000usize, 10_000..40_000usize];
        let document = (size, any::<u8>()).prop_map(|(size, seed)| {
            (0..size).map(|at| (at as u32).wrapping_mul(2_654_435_761).to_be_bytes()[usize::from(seed % 3)]).collect()
        });
        prop::collection::vec(document, 0..24)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn documents_come_back(documents in any_documents()) {
            let (data, index) = written(&documents);
            prop_assert_eq!(read(&data, &index, documents.len()).unwrap(), documents);
        }

        #[test]
        fn copies_keep_what_they_should(documents in any_documents(), seed in any::<u32>()) {
            let keeps = |document: u32| seed == 0 || (document.wrapping_mul(seed) >> 3) % 3 != 0;
            let (data, index) = written(&documents);
            let mut writer = StoredWriter::new(Vec::new());
            writer.push("раньше".as_bytes()).unwrap();
            StoredReader::new(&data, &index).copy(keeps, || false, &mut writer).unwrap().unwrap();
            StoredReader::new(&data, &index).copy(|_| true, || false, &mut writer).unwrap().unwrap();
            let (data, index) = writer.finish().unwrap();
            let mut expected = vec!["раньше".as_bytes().to_vec()];
            expected.extend((0u32..).zip(&documents).filter(|(at, _)| keeps(*at)).map(|(_, bytes)| bytes.clone()));
            expected.extend_from_slice(&documents);
            prop_assert_eq!(read(&data, &index, expected.len()).unwrap(), expected);
        }

        #[test]
        fn broken_bytes_never_panic(
            documents in any_documents(), at in any::<prop::sample::Index>(), bit in 0..8u32, cut in any::<bool>()
        ) {
            let (mut data, mut index) = written(&documents);
            let broken = if cut || data.is_empty() { &mut index } else { &mut data };
            let at = at.index(broken.len());
            broken[at] ^= 1u8 << bit;
            if read(&data, &index, documents.len()).is_ok() {
                let _ = StoredReader::new(&data, &index).for_each(|_, _| Ok(()));
            }
        }
    }

    #[test]
    fn a_large_document_is_a_block_of_its_own() {
        let large: Vec<u8> = (0..50u32 << 20).map(|at| (at >> 4) as u8).collect();
        let (data, index) = written(&[b"a".to_vec(), large.clone(), b"b".to_vec()]);
        assert_eq!(index.len(), 4 * ENTRY);
        assert_eq!(read(&data, &index, 3).unwrap(), [b"a".to_vec(), large, b"b".to_vec()]);
    }

    #[test]
    fn an_absurd_length_is_refused_before_memory_is_taken() {
        let (data, mut index) = written(&[vec![7; 100]]);
        index[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(read(&data, &index, 1).unwrap_err().contains("impossible"));
    }
}
