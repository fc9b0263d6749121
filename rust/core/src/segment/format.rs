//! The segment file: sections by name, a table of contents, checksums. It does not know what a section holds.
//!
//! Every byte of a file is vouched for: the header and the footer by checksums of their own, the sections by the table
//! of contents, the table by the footer; sections follow each other without gaps. `docs/file-format.md` is the whole story.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;

use crate::documents::packing::{Fault, Unpacker};
use crate::terms::dictionary::SectionBytes;
use crate::{Error, Result};

/// The version of every file of an index. Before 1.0 any change of format raises it.
pub const FORMAT_VERSION: u32 = 3;

const MAGIC: [u8; 8] = *b"slseg\r\n\x1a";
const END: [u8; 8] = *b"slsegend";

/// Magic, version, checksum of both.
const HEADER: usize = 16;

/// Offset and length of the table of contents, its checksum, the checksum of the footer so far, magic.
const FOOTER: usize = 32;

/// Writes a segment file, section after section.
pub struct SegmentFileWriter {
    path: PathBuf,
    file: BufWriter<File>,
    at: u64,
    table: Vec<u8>,
    sections: u32,
}

/// A section being written: counts and sums what goes through.
pub struct SectionWriter<'a> {
    file: &'a mut BufWriter<File>,
    length: u64,
    sum: crc32fast::Hasher,
}

impl Write for SectionWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl SegmentFileWriter {
    /// Begins a new file; there must be none at `path` yet.
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::create_new(path).map_err(Error::io(path))?;
        let mut header = MAGIC.to_vec();
        header.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        header.extend_from_slice(&crc32fast::hash(&header).to_le_bytes());
        let mut file = BufWriter::with_capacity(1 << 18, file);
        file.write_all(&header).map_err(Error::io(path))?;
        Ok(Self { path: path.to_owned(), file, at: HEADER as u64, table: Vec::new(), sections: 0 })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a section of these bytes.
    pub fn section(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.section_by(name, |into| into.write_all(bytes))
    }

    /// Writes a section by what `write` writes.
    pub fn section_by<T>(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut SectionWriter<'_>) -> std::io::Result<T>,
    ) -> Result<T> {
        let mut section = SectionWriter { file: &mut self.file, length: 0, sum: crc32fast::Hasher::new() };
        let result = write(&mut section).map_err(Error::io(&self.path))?;
        let (length, sum) = (section.length, section.sum.finalize());
        self.table.extend_from_slice(&(name.len() as u16).to_le_bytes());
        self.table.extend_from_slice(name.as_bytes());
        self.table.extend_from_slice(&self.at.to_le_bytes());
        self.table.extend_from_slice(&length.to_le_bytes());
        self.table.extend_from_slice(&sum.to_le_bytes());
        self.at += length;
        self.sections += 1;
        Ok(result)
    }

    /// Writes the table of contents and the footer. The file is not yet synced to the disk.
    pub fn finish(mut self) -> Result<File> {
        let mut table = self.sections.to_le_bytes().to_vec();
        table.extend_from_slice(&self.table);
        let mut footer = self.at.to_le_bytes().to_vec();
        footer.extend_from_slice(&(table.len() as u64).to_le_bytes());
        footer.extend_from_slice(&crc32fast::hash(&table).to_le_bytes());
        footer.extend_from_slice(&crc32fast::hash(&footer).to_le_bytes());
        footer.extend_from_slice(&END);
        let written = self.file.write_all(&table).and_then(|()| self.file.write_all(&footer));
        let file = written.and_then(|()| self.file.into_inner().map_err(std::io::IntoInnerError::into_error));
        file.map_err(Error::io(&self.path))
    }
}

/// A section of an open file.
struct Section {
    name: String,
    range: Range<usize>,
    sum: u32,
}

/// An open segment file: where its sections are.
pub struct SegmentFile {
    path: PathBuf,
    map: Arc<Mmap>,
    sections: Vec<Section>,
}

impl SegmentFile {
    /// Maps a file and reads its table of contents.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io(path))?;
        let length = file.metadata().map_err(Error::io(path))?.len();
        if length < (HEADER + FOOTER) as u64 {
            return Err(Error::corrupt(path, format!("a segment file of only {length} bytes")));
        }
        // SAFETY: the bytes of a mapped file must not change. A segment file is written once under a name that is never
        // used again and then only read or unlinked, which leaves the mapping whole (test: `two_readers_keep…` of
        // `index`). A stranger who truncates it meanwhile can stop the process by SIGBUS, as with any memory map.
        let map = unsafe { Mmap::map(&file) }.map_err(Error::io(path))?;
        let table = Self::table_of(&map, path)?;
        let sections = Self::sections_of(&map[table.clone()], table.start);
        let sections = sections.map_err(|fault| Error::corrupt(path, format!("table of contents: {fault}")))?;
        Ok(Self { path: path.to_owned(), map: Arc::new(map), sections })
    }

    fn table_of(map: &[u8], path: &Path) -> Result<Range<usize>> {
        let corrupt = |what: &str| Err(Error::corrupt(path, what));
        let (Some(head), Some(footer_at)) = (map.get(..HEADER), map.len().checked_sub(FOOTER)) else {
            return corrupt("the file is too short");
        };
        let mut header = Unpacker::new(head);
        let fields = (header.array::<8>(), header.u32(), header.u32());
        let (Ok(magic), Ok(version), Ok(sum)) = fields else { return corrupt("the header is too short") };
        if magic != MAGIC || sum != crc32fast::hash(&map[..HEADER - 4]) {
            return corrupt("this is not the header of a segment file");
        }
        if version != FORMAT_VERSION {
            return Err(Error::Version { path: path.to_owned(), found: version, expected: FORMAT_VERSION });
        }
        let mut footer = Unpacker::new(&map[footer_at..]);
        let fields = (footer.u64(), footer.u64(), footer.u32(), footer.u32(), footer.array::<8>());
        let (Ok(offset), Ok(length), Ok(table_sum), Ok(sum), Ok(end)) = fields else {
            return corrupt("the footer is too short");
        };
        if end != END || sum != crc32fast::hash(&map[footer_at..footer_at + 20]) {
            return corrupt("the file does not end in the footer of a segment file: it may be cut short");
        }
        if offset < HEADER as u64 || offset.checked_add(length) != Some(footer_at as u64) {
            return corrupt("the table of contents is not where the footer says");
        }
        let table = offset as usize..footer_at;
        if crc32fast::hash(&map[table.clone()]) != table_sum {
            return corrupt("the checksum of the table of contents is wrong");
        }
        Ok(table)
    }

    fn sections_of(table: &[u8], end: usize) -> std::result::Result<Vec<Section>, Fault> {
        let mut table = Unpacker::new(table);
        let count = table.u32()?;
        let (mut sections, mut at) = (Vec::<Section>::new(), HEADER);
        for _ in 0..count {
            let name_length = u16::from_le_bytes(table.array()?);
            let name = std::str::from_utf8(table.bytes(u64::from(name_length))?).map_err(|error| error.to_string())?;
            let (offset, length, sum) = (table.u64()?, table.u64()?, table.u32()?);
            let next = usize::try_from(length).ok().and_then(|length| at.checked_add(length));
            match next {
                Some(next) if offset == at as u64 && next <= end => {
                    if sections.iter().any(|section| section.name == name) {
                        return Err(format!("section {name:?} stands there twice"));
                    }
                    sections.push(Section { name: name.to_owned(), range: at..next, sum });
                    at = next;
                }
                _ => return Err(format!("section {name:?} is not where it can be")),
            }
        }
        if table.is_at_end() && at == end { Ok(sections) } else { Err("sections do not fill the file".to_owned()) }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// Lets the system take back the memory that what was read of the file fills. Reading it again costs a page fault.
    pub fn let_go(&self) {
        #[cfg(unix)]
        // SAFETY: the pages of a read-only map of a file hold what the file holds; those given back are read again.
        let _ = unsafe { self.map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
    }

    /// The bytes of a range that [`Self::section`] gave.
    pub fn slice(&self, range: &Range<usize>) -> &[u8] {
        &self.map[range.clone()]
    }

    /// The same, for whoever keeps them.
    pub fn shared(&self, range: &Range<usize>) -> SectionBytes {
        SectionBytes::new(self.map.clone(), range.clone()).expect("a section lies within its file")
    }

    /// The name and the bytes of each section.
    pub fn section_sizes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.sections.iter().map(|section| (section.name.as_str(), section.range.len() as u64))
    }

    /// Where a section is, if the file has it.
    pub fn find(&self, name: &str) -> Option<Range<usize>> {
        self.sections.iter().find(|section| section.name == name).map(|section| section.range.clone())
    }

    /// Where a section that must be there is.
    pub fn section(&self, name: &str) -> Result<Range<usize>> {
        self.find(name).ok_or_else(|| Error::corrupt(&self.path, format!("section {name:?} is missing")))
    }

    /// Where a section that must be there is, after checking its checksum.
    pub fn checked_section(&self, name: &str) -> Result<Range<usize>> {
        let range = self.section(name)?;
        let section = self.sections.iter().find(|section| section.name == name);
        if section.is_some_and(|section| crc32fast::hash(&self.map[range.clone()]) != section.sum) {
            return Err(Error::corrupt(&self.path, format!("the checksum of section {name:?} is wrong")));
        }
        Ok(range)
    }

    /// The names of all sections whose checksum is wrong.
    pub fn broken_sections(&self) -> Vec<&str> {
        let broken = |section: &&Section| crc32fast::hash(&self.map[section.range.clone()]) != section.sum;
        self.sections.iter().filter(broken).map(|section| section.name.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &Path) -> Vec<u8> {
        let mut writer = SegmentFileWriter::create(path).unwrap();
        writer.section("one", b"first").unwrap();
        writer.section("empty", b"").unwrap();
        writer.section("two", &[7; 1000]).unwrap();
        writer.finish().unwrap();
        std::fs::read(path).unwrap()
    }

    #[test]
    fn sections_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        written(&path);
        let file = SegmentFile::open(&path).unwrap();
        assert_eq!(file.slice(&file.checked_section("one").unwrap()), b"first");
        assert_eq!(file.slice(&file.checked_section("empty").unwrap()), b"");
        assert_eq!(file.slice(&file.section("two").unwrap()), [7; 1000]);
        assert!(file.find("three").is_none());
        assert!(matches!(file.section("three"), Err(Error::Corrupt { .. })));
        assert!(file.broken_sections().is_empty());
        assert!(SegmentFileWriter::create(&path).is_err(), "a segment file is never overwritten");
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let good = written(&folder.path().join("a"));
        let path = folder.path().join("b");
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            std::fs::write(&path, &bad).unwrap();
            match SegmentFile::open(&path) {
                Err(Error::Corrupt { .. }) => {}
                Ok(file) => assert_eq!(file.broken_sections().len(), 1, "byte {at}"),
                Err(other) => panic!("byte {at}: {other}"),
            }
            std::fs::write(&path, &good[..at]).unwrap();
            assert!(matches!(SegmentFile::open(&path), Err(Error::Corrupt { .. })), "cut at {at}");
        }
    }

    #[test]
    fn another_version_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut bytes = written(&path);
        bytes[8..12].copy_from_slice(&(FORMAT_VERSION + 1).to_le_bytes());
        let sum = crc32fast::hash(&bytes[..12]);
        bytes[12..16].copy_from_slice(&sum.to_le_bytes());
        std::fs::write(&path, bytes).unwrap();
        let error = SegmentFile::open(&path).err().unwrap();
        assert!(matches!(error, Error::Version { found, .. } if found == FORMAT_VERSION + 1));
    }
}
