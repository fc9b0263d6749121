//! Writes the stored documents of several segments as those of one.

use std::cell::Cell;
use std::io;
use std::ops::Range;

use super::format::SegmentFileWriter;
use super::merge::{DocumentMap, Source};
use super::order::Order;
use super::parts::section;
use crate::documents::stored::StoredWriter;
use crate::postings::NO_MORE;
use crate::{Error, Result};

/// After so many blocks of stored documents the memory that they fill is given back: a few megabytes.
const BLOCKS_AT_A_TIME: u32 = 256;

/// Documents in a new order are collected until they have about so many bytes, and read in the order in which they lie.
const BATCH: u64 = 32 << 20;

/// Writes both sections of stored documents. It ends early when `stopped` says so.
pub fn write_stored(
    segments: &[Source],
    order: &Order<'_>,
    file: &mut SegmentFileWriter,
    stopped: impl Fn() -> bool,
) -> Result<()> {
    let index = file.section_by(section::STORED, |into| {
        let mut stored = StoredWriter::new(into);
        let written = match order {
            Order::AsAdded(maps) => copy(segments, maps, &mut stored, stopped)?,
            Order::New(order) => gather(segments, order, &mut stored, stopped)?,
        };
        Ok(written.and(Ok(stored.finish()?.1)))
    })??;
    file.section(section::STORED_INDEX, &index)
}

fn corrupt(source: &Source, fault: &str) -> Error {
    Error::corrupt(source.0.path(), format!("stored documents: {fault}"))
}

/// Copies whole blocks where nothing in them was deleted.
fn copy<W: io::Write>(
    segments: &[Source],
    maps: &[DocumentMap],
    into: &mut StoredWriter<W>,
    stopped: impl Fn() -> bool,
) -> io::Result<Result<()>> {
    for (source, map) in segments.iter().zip(maps) {
        let copied = Cell::new(0u32);
        let stopped_or_lets_go = || {
            copied.set(copied.get() + 1);
            if copied.get().is_multiple_of(BLOCKS_AT_A_TIME) {
                source.0.file().let_go();
            }
            stopped()
        };
        match source.0.stored().copy(|document| map[document as usize] != NO_MORE, stopped_or_lets_go, into) {
            Ok(written) => written?,
            Err(fault) => return Ok(Err(corrupt(source, &fault))),
        }
        source.0.file().let_go();
    }
    Ok(Ok(()))
}

/// Packs documents anew, batch by batch; the blocks of a batch are each read once.
fn gather<W: io::Write>(
    segments: &[Source],
    mut order: &[(u32, u32)],
    into: &mut StoredWriter<W>,
    stopped: impl Fn() -> bool,
) -> io::Result<Result<()>> {
    while !order.is_empty() && !stopped() {
        let mut size = 0;
        let mut fits = |&(segment, document): &(u32, u32)| {
            size += segments[segment as usize].0.stored().about(document);
            size <= BATCH
        };
        let mut count = order.iter().take_while(|one| fits(one)).count().max(1);
        let Held { bytes, spans } = loop {
            match read(segments, &order[..count]) {
                Ok(Some(read)) => break read,
                // The estimate goes by the average of a block: rarely far from what there is.
                Ok(None) => count /= 2,
                Err(error) => return Ok(Err(error)),
            }
        };
        spans.into_iter().try_for_each(|span| into.push(&bytes[span]))?;
        order = &order[count..];
        segments.iter().for_each(|(segment, _)| segment.file().let_go());
    }
    Ok(Ok(()))
}

/// Packed documents and where each has its bytes.
struct Held {
    bytes: Vec<u8>,
    spans: Vec<Range<usize>>,
}

/// Reads documents in the order in which they lie; none when several have more than twice a batch.
fn read(segments: &[Source], documents: &[(u32, u32)]) -> Result<Option<Held>> {
    let mut sorted: Vec<u32> = (0..documents.len() as u32).collect();
    sorted.sort_unstable_by_key(|&at| documents[at as usize]);
    let mut held = Held { bytes: Vec::new(), spans: vec![0..0; documents.len()] };
    for of_one in sorted.chunk_by(|&one, &other| documents[one as usize].0 == documents[other as usize].0) {
        let source = &segments[documents[of_one[0] as usize].0 as usize];
        let mut places = of_one.iter();
        let wanted = of_one.iter().map(|&at| documents[at as usize].1);
        let read = source.0.stored().for_each_among(wanted, |packed| {
            if let Some(&at) = places.next() {
                held.spans[at as usize] = held.bytes.len()..held.bytes.len() + packed.len();
                held.bytes.extend_from_slice(packed);
            }
            documents.len() == 1 || held.bytes.len() as u64 <= 2 * BATCH
        });
        if !read.map_err(|fault| corrupt(source, &fault))? {
            return Ok(None);
        }
    }
    Ok(Some(held))
}
