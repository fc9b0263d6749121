//! From a term to its ordinal and its `TermInfo`: an FST beside infos bit-packed by ordinal (`info`).
//!
//! The `fst` crate checks the frame of its bytes, not every node. Checksums catch a file that broke by itself; for one
//! that was made to break the walk, every call into the crate stands behind a guard that turns a panic into
//! `Error::Corrupt`, and a walk gives no more terms than there are infos.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use fst::automaton::AlwaysMatch;
use fst::map::{Stream, StreamBuilder};
use fst::{Automaton, IntoStreamer, Map, MapBuilder, Streamer};

use super::info::{self, InfoWriter};
use crate::postings::TermInfo;
use crate::schema::FieldId;
use crate::{Error, Result};

/// Collects terms in ascending order of their bytes.
pub struct TermDictionaryWriter {
    fst: MapBuilder<Vec<u8>>,
    infos: InfoWriter,
    terms: u64,
}

impl Default for TermDictionaryWriter {
    fn default() -> Self {
        Self { fst: MapBuilder::memory(), infos: InfoWriter::default(), terms: 0 }
    }
}

impl TermDictionaryWriter {
    /// An empty dictionary.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next term. Terms come in strictly ascending order and stand in at least one document: anything else is a
    /// bug of the caller.
    pub fn push(&mut self, term: &[u8], info: TermInfo) {
        assert!(info.document_frequency > 0, "a term stands in at least one document");
        self.fst.insert(term, self.terms).expect("terms come in strictly ascending order");
        self.infos.push(info);
        self.terms += 1;
    }

    /// The two finished sections: the FST, the bit-packed infos.
    pub fn finish(self) -> (Vec<u8>, Vec<u8>) {
        (self.fst.into_inner().expect("memory takes every byte"), self.infos.finish())
    }
}

/// The bytes of a section that outlive whoever reads them: a memory map and a range of it.
#[derive(Clone)]
pub struct SectionBytes {
    map: std::sync::Arc<memmap2::Mmap>,
    range: Range<usize>,
}

impl SectionBytes {
    /// A range of a map; `None` when it does not lie within.
    pub fn new(map: std::sync::Arc<memmap2::Mmap>, range: Range<usize>) -> Option<Self> {
        (range.start <= range.end && range.end <= map.len()).then_some(Self { map, range })
    }
}

impl AsRef<[u8]> for SectionBytes {
    fn as_ref(&self) -> &[u8] {
        &self.map[self.range.clone()]
    }
}

/// The terms of a segment, read from a memory map.
pub struct TermDictionary {
    fst: Map<SectionBytes>,
    infos: SectionBytes,
    terms: u64,
    path: PathBuf,
}

/// Runs a call into the `fst` crate; a panic there is a broken file.
fn guarded<T>(path: &Path, call: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|_| Error::corrupt(path, "the term dictionary cannot be walked"))
}

impl TermDictionary {
    /// Opens the two sections after checking their checksums' callers and lengths; `path` is for messages.
    pub fn open(fst: SectionBytes, infos: SectionBytes, path: &Path) -> Result<Self> {
        let fst = guarded(path, || Map::new(fst))?
            .map_err(|error| Error::corrupt(path, format!("the term dictionary is no FST: {error}")))?;
        let terms = info::count(infos.as_ref())
            .ok_or_else(|| Error::corrupt(path, "the infos of the terms are shorter than their offsets"))?;
        if fst.len() as u64 != terms {
            return Err(Error::corrupt(path, format!("{} terms with infos of {terms}", fst.len())));
        }
        Ok(Self { fst, infos, terms, path: path.to_owned() })
    }

    /// How many terms there are.
    pub fn len(&self) -> u64 {
        self.terms
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many terms a field has.
    pub fn count_of_field(&self, field: FieldId) -> Result<u64> {
        let until = match field.checked_add(1) {
            Some(next) => self.rank(&next.to_be_bytes())?,
            None => self.terms,
        };
        Ok(until.saturating_sub(self.rank(&field.to_be_bytes())?))
    }

    /// How many terms lie below `low`: the ordinal of the first that does not.
    fn rank(&self, low: &[u8]) -> Result<u64> {
        let first = guarded(&self.path, || self.fst.range().ge(low).into_stream().next().map(|(_, ordinal)| ordinal))?;
        Ok(first.unwrap_or(self.terms).min(self.terms))
    }

    /// The information of a term, if the segment has it.
    pub fn get(&self, term: &[u8]) -> Result<Option<TermInfo>> {
        guarded(&self.path, || self.fst.get(term))?.map(|ordinal| self.info(ordinal)).transpose()
    }

    /// Calls `visit` with every term that starts with `prefix`, in order, until it returns false.
    pub fn for_each(&self, prefix: &[u8], mut visit: impl FnMut(&[u8], TermInfo) -> bool) -> Result<()> {
        self.visit(self.fst.range().ge(prefix), |term, info| term.starts_with(prefix) && visit(term, info))
    }

    /// Calls `visit` with every term from `low` (included) to below `high` (None: to the end), in order, until it returns false.
    pub fn for_each_between(
        &self,
        low: &[u8],
        high: Option<&[u8]>,
        visit: impl FnMut(&[u8], TermInfo) -> bool,
    ) -> Result<()> {
        let range = self.fst.range().ge(low);
        self.visit(if let Some(high) = high { range.lt(high) } else { range }, visit)
    }

    /// Calls `visit` with every term that the automaton takes, in order, until it returns false.
    pub fn for_each_match<A: Automaton>(&self, automaton: A, visit: impl FnMut(&[u8], TermInfo) -> bool) -> Result<()> {
        self.visit(self.fst.search(automaton), visit)
    }

    /// A stream over all terms for merging: `next` gives term and information in ascending order, `None` at the end.
    pub fn stream(&self) -> TermStream<'_> {
        TermStream { dictionary: self, stream: guarded(&self.path, || self.fst.stream()), left: self.terms }
    }

    fn visit<A: Automaton>(
        &self,
        range: StreamBuilder<'_, A>,
        mut visit: impl FnMut(&[u8], TermInfo) -> bool,
    ) -> Result<()> {
        let mut stream = guarded(&self.path, || range.into_stream())?;
        for _ in 0..self.terms {
            let Some((term, ordinal)) = guarded(&self.path, || stream.next())? else { break };
            if !visit(term, self.info(ordinal)?) {
                break;
            }
        }
        Ok(())
    }

    fn info(&self, ordinal: u64) -> Result<TermInfo> {
        info::get(self.infos.as_ref(), ordinal)
            .ok_or_else(|| Error::corrupt(&self.path, format!("the info of term {ordinal} cannot be read")))
    }

    /// The file it came from, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// All terms of a dictionary in ascending order.
pub struct TermStream<'a> {
    dictionary: &'a TermDictionary,
    stream: Result<Stream<'a, AlwaysMatch>>,
    left: u64,
}

impl TermStream<'_> {
    /// The next term, valid until the next call.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<(&[u8], TermInfo)>> {
        let path = &self.dictionary.path;
        let Ok(stream) = &mut self.stream else {
            return Err(Error::corrupt(path, "the term dictionary cannot be walked"));
        };
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let Some((term, ordinal)) = guarded(path, || stream.next())? else { return Ok(None) };
        Ok(Some((term, self.dictionary.info(ordinal)?)))
    }
}
