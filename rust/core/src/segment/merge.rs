//! Makes one segment of several, leaving deleted documents out.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::deletions::Bitset;
use super::format::SegmentFileWriter;
use super::occurrences::Lists;
use super::order::Order;
use super::parts::{FieldParts, Meta, section, write_meta};
use super::reader::Segment;
use super::reorder::{self, Effort};
use super::stored_merge::write_stored;
use super::term_sections::{TermSections, write_terms};
use super::united::UnitedTerms;
use crate::documents::column_writer::{KeywordColumnWriter, NumberColumnWriter};
use crate::documents::columns::KeywordColumn;
use crate::postings::{Lengths, NO_MORE, TermInfo};
use crate::schema::{FieldId, Schema};
use crate::terms::decode;
use crate::{Error, Result};

/// Old document to new, per merged segment: `NO_MORE` for one that was deleted.
pub type DocumentMap = Vec<u32>;

/// A segment and its deleted documents.
pub type Source = (Arc<Segment>, Option<Arc<Bitset>>);

/// Writes the live documents of `segments` as one segment file, which is not yet synced to the disk: in order, or where
/// `effort` says that it pays, in that which makes searches fast. Gives the file and the map of each segment, or nothing when
/// it is told to stop.
pub fn merge(
    segments: &[Source],
    schema: &Arc<Schema>,
    path: &Path,
    effort: Effort,
    stop: &AtomicBool,
) -> Result<Option<(File, Vec<DocumentMap>)>> {
    let (mut maps, documents) = maps_of(segments);
    if documents >= u64::from(NO_MORE) {
        return Err(Error::Schema(format!("{documents} documents are too many for one segment")));
    }
    let places = reorder::places(segments, &maps, documents as u32, effort, stop)?;
    if stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let order = match places {
        Some(places) => Order::by_places(&mut maps, &places),
        None => Order::as_added(&maps),
    };
    let meta = Meta { documents: documents as u32, fields: Vec::new(), reordered: effort.reorders(documents as u32) };
    let file = write(segments, schema, path, (&maps, &order), meta, stop)?;
    Ok(file.map(|file| (file, maps)))
}

/// Writes the live documents in this order; `meta` is still without statistics.
pub(super) fn write(
    segments: &[Source],
    schema: &Schema,
    path: &Path,
    (maps, order): (&[DocumentMap], &Order<'_>),
    meta: Meta,
    stop: &AtomicBool,
) -> Result<Option<File>> {
    let stopped = || stop.load(Ordering::Relaxed);
    let mut file = SegmentFileWriter::create(path)?;
    write_stored(segments, order, &mut file, stopped)?;

    // Field by field, so that the parts of one are in memory at a time; of texts the norms stay for the postings.
    let columns: Vec<_> = segments.iter().map(|(segment, _)| segment.sequences()).collect();
    let mut sequence = NumberColumnWriter::default();
    order.documents().for_each(|(at, document)| sequence.push(columns[at].get(document)));
    file.section(section::SEQUENCE, &sequence.finish())?;
    drop(sequence);
    let (mut norms, mut statistics) = (Vec::new(), Vec::new());
    for (id, field) in schema.iter() {
        let mut parts = FieldParts::new(field);
        if stopped() {
            return Ok(None);
        }
        merge_field(segments, id, order, &mut parts)?;
        parts.write(id, &mut file)?;
        statistics.push(parts.statistics());
        norms.push(parts.text.map(|text| text.norms).unwrap_or_default());
    }
    write_meta(&Meta { fields: statistics, ..meta }, &mut file)?;
    let lengths: Vec<Lengths<'_>> = norms.iter().map(|norms| Lengths::new(norms)).collect();
    write_terms(&mut file, |sections| merge_terms(segments, maps, order, &lengths, sections, stopped))?;
    // Whatever was told to stop is cut short somewhere.
    if stopped() { Ok(None) } else { Ok(Some(file.finish()?)) }
}

/// The number of each live document, segment by segment, and how many there are.
pub(super) fn maps_of(segments: &[Source]) -> (Vec<DocumentMap>, u64) {
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

/// Appends the live documents of all segments to the parts of a field.
fn merge_field(segments: &[Source], id: FieldId, order: &Order<'_>, field: &mut FieldParts) -> Result<()> {
    if let Some(into) = &mut field.numbers {
        let columns: Vec<_> = segments.iter().map(|(segment, _)| segment.numbers(id)).collect();
        order.documents().for_each(|(at, document)| into.push(columns[at].and_then(|column| column.get(document))));
    }
    if let Some(into) = &mut field.keywords {
        merge_keywords(segments.iter().map(|(segment, _)| segment.keywords(id)).collect(), order, into);
    }
    if let Some(into) = &mut field.order {
        merge_keywords(segments.iter().map(|(segment, _)| segment.order(id)).collect(), order, into);
    }
    if let Some(into) = &mut field.text {
        for (at, document) in order.documents() {
            let sentences = segments[at].0.sentences(id, document)?;
            into.push(sentences.length, sentences.starts.iter().copied());
        }
    }
    Ok(())
}

fn merge_keywords(columns: Vec<Option<KeywordColumn<'_>>>, order: &Order<'_>, into: &mut KeywordColumnWriter) {
    for (at, document) in order.documents() {
        into.push(columns[at].into_iter().flat_map(|column| column.values_of(document)));
    }
}

/// The terms of all segments in order, each with its postings in all of them.
fn merge_terms(
    segments: &[Source],
    maps: &[DocumentMap],
    order: &Order<'_>,
    lengths: &[Lengths<'_>],
    into: &mut TermSections<'_, '_>,
    stopped: impl Fn() -> bool,
) -> std::io::Result<Result<()>> {
    let mut terms = match UnitedTerms::new(segments.iter().map(|(segment, _)| &**segment)) {
        Ok(terms) => terms,
        Err(error) => return Ok(Err(error)),
    };
    let (mut lists, mut sorted, mut positions) = (Lists::default(), Lists::default(), Vec::new());
    while !stopped() {
        let (term, holders) = match terms.next() {
            Ok(Some(next)) => next,
            Ok(None) => break,
            Err(error) => return Ok(Err(error)),
        };
        lists.clear();
        for (at, info) in holders {
            if let Err(error) = append(&segments[*at].0, &maps[*at], info, &mut lists, &mut positions) {
                return Ok(Err(error));
            }
        }
        if lists.documents.is_empty() {
            continue;
        }
        if order.is_new() {
            lists.sort_into(&mut sorted);
            std::mem::swap(&mut lists, &mut sorted);
        }
        let Some(lengths) = decode(term).and_then(|(field, ..)| lengths.get(usize::from(field))) else {
            return Ok(Err(Error::corrupt(segments[holders[0].0].0.path(), "a term is of no field of the schema")));
        };
        if into.push(term, &lists, lengths)? {
            segments.iter().for_each(|(segment, _)| segment.file().let_go());
        }
    }
    Ok(Ok(()))
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
