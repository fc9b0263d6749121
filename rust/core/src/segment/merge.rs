//! Makes one segment of several, leaving deleted documents out.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::deletions::Bitset;
use super::format::SegmentFileWriter;
use super::occurrences::Lists;
use super::parts::{FieldParts, section, write_meta};
use super::reader::Segment;
use super::term_sections::{TermSections, write_terms};
use crate::documents::column_writer::NumberColumnWriter;
use crate::documents::packing::Fault;
use crate::documents::stored::StoredWriter;
use crate::postings::{NO_MORE, TermInfo};
use crate::schema::{FieldId, Schema};
use crate::terms::decode;
use crate::terms::dictionary::TermStream;
use crate::{Error, Result};

/// Old document to new, per merged segment: `NO_MORE` for one that was deleted.
pub type DocumentMap = Vec<u32>;

/// A segment and its deleted documents.
type Source = (Arc<Segment>, Option<Arc<Bitset>>);

/// After so many blocks of stored documents the memory that they fill is given back: a few megabytes.
const BLOCKS_AT_A_TIME: u32 = 256;

/// Writes the live documents of `segments` in order as one segment file, which is not yet synced to the disk; gives it and the
/// map of each segment, or nothing when it is told to stop.
pub fn merge(
    segments: &[Source],
    schema: &Arc<Schema>,
    path: &Path,
    stop: &AtomicBool,
) -> Result<Option<(File, Vec<DocumentMap>)>> {
    let (maps, documents) = maps_of(segments);
    if documents >= u64::from(NO_MORE) {
        return Err(Error::Schema(format!("{documents} documents are too many for one segment")));
    }
    let mut file = SegmentFileWriter::create(path)?;
    let stopped = || stop.load(Ordering::Relaxed);
    let index = file.section_by(section::STORED, |into| {
        let mut stored = StoredWriter::new(into);
        for ((segment, _), map) in segments.iter().zip(&maps) {
            let copied = Cell::new(0u32);
            let stopped_or_lets_go = || {
                copied.set(copied.get() + 1);
                if copied.get().is_multiple_of(BLOCKS_AT_A_TIME) {
                    segment.file().let_go();
                }
                stopped()
            };
            match segment.stored().copy(|document| map[document as usize] != NO_MORE, stopped_or_lets_go, &mut stored) {
                Ok(written) => written?,
                Err(fault) => return Ok(Err(Error::corrupt(segment.path(), format!("stored documents: {fault}")))),
            }
            segment.file().let_go();
        }
        Ok(Ok(stored.finish()?.1))
    })??;
    file.section(section::STORED_INDEX, &index)?;
    drop(index);

    // Field by field, so that the parts of one are in memory at a time; of texts the norms stay for the postings.
    let mut sequence = NumberColumnWriter::default();
    for ((segment, _), map) in segments.iter().zip(&maps) {
        let column = segment.sequences();
        live(map).for_each(|document| sequence.push(column.get(document)));
    }
    file.section(section::SEQUENCE, &sequence.finish())?;
    drop(sequence);
    let (mut norms, mut statistics) = (Vec::new(), Vec::new());
    for (id, field) in schema.iter() {
        let mut parts = FieldParts::new(field);
        for ((segment, _), map) in segments.iter().zip(&maps) {
            if stopped() {
                return Ok(None);
            }
            merge_field(segment, id, map, &mut parts)
                .map_err(|fault| Error::corrupt(segment.path(), format!("sentences: {fault}")))?;
        }
        parts.write(id, &mut file)?;
        statistics.push(parts.statistics());
        norms.push(parts.text.map(|text| text.norms).unwrap_or_default());
    }
    write_meta(documents as u32, statistics, &mut file)?;

    write_terms(&mut file, |sections| merge_terms(segments, &maps, &norms, sections, stopped))?;
    // Whatever was told to stop is cut short somewhere.
    if stopped() { Ok(None) } else { Ok(Some((file.finish()?, maps))) }
}

fn maps_of(segments: &[Source]) -> (Vec<DocumentMap>, u64) {
    let mut next = 0u64;
    let maps = segments.iter().map(|(segment, deleted)| {
        let number = |document| {
            if deleted.as_ref().is_some_and(|deleted| deleted.contains(document)) {
                return NO_MORE;
            }
            next += 1;
            u32::try_from(next - 1).unwrap_or(NO_MORE)
        };
        (0..segment.document_count()).map(number).collect()
    });
    (maps.collect(), next)
}

/// The documents that live, going up.
fn live(map: &DocumentMap) -> impl Iterator<Item = u32> + '_ {
    (0u32..).zip(map).filter(|(_, new)| **new != NO_MORE).map(|(document, _)| document)
}

/// Appends the live documents of one segment to the parts of a field.
fn merge_field(
    segment: &Segment,
    id: FieldId,
    map: &DocumentMap,
    field: &mut FieldParts,
) -> std::result::Result<(), Fault> {
    if let (Some(into), Some(column)) = (&mut field.numbers, segment.numbers(id)) {
        live(map).for_each(|document| into.push(column.get(document)));
    }
    if let (Some(into), Some(column)) = (&mut field.keywords, segment.keywords(id)) {
        live(map).for_each(|document| into.push(column.values_of(document)));
    }
    if let (Some(into), Some(column)) = (&mut field.order, segment.order(id)) {
        live(map).for_each(|document| into.push(column.values_of(document)));
    }
    if let Some(into) = &mut field.text {
        segment.for_each_sentences(id, |document, sentences| {
            if map[document as usize] != NO_MORE {
                into.push(sentences.length, sentences.starts.iter().copied());
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The terms of all segments in order, each with the segments that have it.
fn merge_terms(
    segments: &[Source],
    maps: &[DocumentMap],
    norms: &[Vec<u8>],
    into: &mut TermSections<'_, '_>,
    stopped: impl Fn() -> bool,
) -> std::io::Result<Result<()>> {
    let mut streams: Vec<TermStream<'_>> = segments.iter().map(|(segment, _)| segment.terms().stream()).collect();
    let (mut lists, mut term, mut positions) = (Lists::default(), Vec::new(), Vec::new());
    // The next term of each stream; of equal ones the first segment's comes first.
    let mut heap = BinaryHeap::new();
    let mut next =
        |heap: &mut BinaryHeap<Reverse<Head>>, at: usize, memory| advance(&mut streams[at], at, memory, heap);
    for at in 0..segments.len() {
        if let Err(error) = next(&mut heap, at, Vec::new()) {
            return Ok(Err(error));
        }
    }
    while let Some(Reverse(Head { term: first, .. })) = heap.peek() {
        if stopped() {
            break;
        }
        term.clear();
        term.extend_from_slice(first);
        lists.clear();
        while heap.peek().is_some_and(|Reverse(head)| head.term == term) {
            let Some(Reverse(head)) = heap.pop() else { break };
            let at = head.segment;
            let appended = append(&segments[at].0, &maps[at], &head.info, &mut lists, &mut positions);
            if let Err(error) = appended.and_then(|()| next(&mut heap, at, head.term)) {
                return Ok(Err(error));
            }
        }
        if !lists.documents.is_empty() {
            let field = decode(&term).and_then(|(field, ..)| norms.get(usize::from(field)));
            if into.push(&term, &lists, field.map_or(&[], |norms| &norms[..]))? {
                segments.iter().for_each(|(segment, _)| segment.file().let_go());
            }
        }
    }
    Ok(Ok(()))
}

/// The term that a stream stands on. Ordered by term, then by segment: the information is of one pair only.
struct Head {
    term: Vec<u8>,
    segment: usize,
    info: TermInfo,
}

impl Head {
    fn key(&self) -> (&[u8], usize) {
        (&self.term, self.segment)
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

fn advance(
    stream: &mut TermStream<'_>,
    segment: usize,
    mut memory: Vec<u8>,
    heap: &mut BinaryHeap<Reverse<Head>>,
) -> Result<()> {
    if let Some((term, info)) = stream.next()? {
        memory.clear();
        memory.extend_from_slice(term);
        heap.push(Reverse(Head { term: memory, segment, info }));
    }
    Ok(())
}

/// Appends the live postings of a term of one segment.
fn append(
    segment: &Segment,
    map: &DocumentMap,
    info: &TermInfo,
    lists: &mut Lists,
    positions: &mut Vec<u32>,
) -> Result<()> {
    let mut cursor = segment.postings(info);
    while cursor.doc() != NO_MORE {
        let document = map[cursor.doc() as usize];
        if document != NO_MORE {
            lists.documents.push(document);
            let frequency = cursor.frequency();
            lists.frequencies.push(frequency);
            cursor.positions(positions);
            if !positions.is_empty() && positions.len() != frequency as usize {
                return Err(Error::corrupt(segment.path(), "a posting has not as many positions as it says"));
            }
            lists.positions.extend_from_slice(positions);
        }
        cursor.next();
    }
    if cursor.is_broken() {
        return Err(Error::corrupt(segment.path(), "a posting list is broken"));
    }
    Ok(())
}
