//! Writes the sections of terms and postings term by term, in memory that does not grow with them: postings go straight to
//! the file, positions to a file beside it until it is their turn.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::format::{SectionWriter, SegmentFileWriter};
use super::occurrences::Lists;
use super::parts::section;
use crate::Result;
use crate::postings::{Lengths, PostingsWriter, TermInfo};
use crate::terms::TermDictionaryWriter;

/// So many bytes are held before they are handed on.
const BUFFER: usize = 4 << 20;

/// What the name of the file of positions ends in, after that of the segment.
pub const SPOOL: &str = "spool";

/// Bytes on their way to a section: in memory, or when there are many in a file that goes with this value.
struct Spool {
    path: PathBuf,
    held: Vec<u8>,
    file: Option<File>,
}

impl Spool {
    fn new(path: PathBuf) -> Self {
        Self { path, held: Vec::new(), file: None }
    }

    fn copy_to(&mut self, into: &mut impl Write) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(0))?;
            let mut buffer = vec![0; BUFFER];
            loop {
                match file.read(&mut buffer)? {
                    0 => break,
                    count => into.write_all(&buffer[..count])?,
                }
            }
        }
        into.write_all(&self.held)
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= BUFFER {
            let file = match &mut self.file {
                Some(file) => file,
                none => none.insert(File::options().read(true).write(true).create_new(true).open(&self.path)?),
            };
            file.write_all(&self.held)?;
            self.held.clear();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Some terms in the order of their bytes, and their postings: made apart from the sections they go to.
#[derive(Default)]
pub struct WrittenTerms {
    terms: Vec<u8>,
    ends: Vec<usize>,
    infos: Vec<TermInfo>,
    writer: PostingsWriter,
}

impl WrittenTerms {
    /// Adds the next term and its postings; `lengths` are those of its field.
    pub fn push(&mut self, term: &[u8], lists: &Lists, lengths: &Lengths<'_>) {
        self.terms.extend_from_slice(term);
        self.ends.push(self.terms.len());
        self.infos.push(lists.write(lengths, &mut self.writer));
    }
}

/// The sections of terms and postings in the making.
pub struct TermSections<'a, 'f> {
    dictionary: TermDictionaryWriter,
    writer: PostingsWriter,
    postings: &'a mut SectionWriter<'f>,
    positions: &'a mut Spool,
}

impl TermSections<'_, '_> {
    /// Adds the next term, in the order of their bytes, and its postings; `lengths` are those of its field. True when
    /// memory was given back.
    pub fn push(&mut self, term: &[u8], lists: &Lists, lengths: &Lengths<'_>) -> io::Result<bool> {
        self.dictionary.push(term, lists.write(lengths, &mut self.writer));
        self.hand_on()
    }

    /// Adds the next terms with postings that are written already.
    pub fn push_written(&mut self, mut written: WrittenTerms) -> io::Result<()> {
        self.writer.append(&written.writer, &mut written.infos);
        let mut start = 0;
        for (&end, &info) in written.ends.iter().zip(&written.infos) {
            self.dictionary.push(&written.terms[start..end], info);
            start = end;
        }
        self.hand_on().map(|_| ())
    }

    /// Hands postings on when there are many; true when memory was given back.
    fn hand_on(&mut self) -> io::Result<bool> {
        let full = self.writer.memory() >= BUFFER;
        if full {
            self.writer.hand_on(self.postings, self.positions)?;
        }
        Ok(full)
    }
}

/// Writes the sections of the terms that `fill` pushes.
pub fn write_terms(
    file: &mut SegmentFileWriter,
    fill: impl FnOnce(&mut TermSections<'_, '_>) -> io::Result<Result<()>>,
) -> Result<()> {
    let mut spool = Spool::new(file.path().with_extension(SPOOL));
    let dictionary = file.section_by(section::POSTINGS, |postings| {
        let (dictionary, writer) = (TermDictionaryWriter::new(), PostingsWriter::new());
        let mut sections = TermSections { dictionary, writer, postings, positions: &mut spool };
        let outcome = fill(&mut sections)?;
        sections.writer.hand_on(sections.postings, sections.positions)?;
        Ok(outcome.map(|()| sections.dictionary))
    })??;
    file.section_by(section::POSITIONS, |into| spool.copy_to(into))?;
    let (terms, infos) = dictionary.finish();
    file.section(section::TERMS, &terms)?;
    file.section(section::TERM_INFO, &infos)
}
