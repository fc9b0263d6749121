//! What a reader sees: the segments of one commit and their deletions, for ever the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::documents::Document;
use crate::postings::NO_MORE;
use crate::schema::{FieldId, FieldKind, Schema};
use crate::segment::{Bitset, FieldStatistics, Segment, StoredDocument};
use crate::terms::{MAX_KEY_BYTES, decode, encode};
use crate::text::token::KeyKind;
use crate::{Error, Result};

use super::Analyzers;

/// Where a document is: the segment's place in the snapshot and the document's number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The place of the segment in [`Snapshot::segments`].
    pub segment: u32,
    /// The number of the document in the segment.
    pub document: u32,
}

/// A segment and which of its documents were deleted when the snapshot was taken.
#[derive(Clone)]
pub struct SegmentView {
    /// The segment.
    pub segment: Arc<Segment>,
    /// Its deleted documents; `None` when all live.
    pub deleted: Option<Arc<Bitset>>,
}

impl SegmentView {
    /// Whether a document is not deleted.
    #[inline]
    pub fn is_live(&self, document: u32) -> bool {
        self.deleted.as_ref().is_none_or(|deleted| !deleted.contains(document))
    }

    /// How many of its documents live.
    pub fn live_count(&self) -> u32 {
        self.segment.document_count() - self.deleted.as_ref().map_or(0, |deleted| deleted.count())
    }

    /// The live documents that hold a term.
    pub(super) fn live_documents(&self, term: &[u8]) -> Result<impl Iterator<Item = u32>> {
        let mut cursor = self.segment.terms().get(term)?.map(|info| self.segment.postings(&info));
        let documents = std::iter::from_fn(move || {
            let cursor = cursor.as_mut()?;
            let document = cursor.doc();
            cursor.next();
            (document != NO_MORE).then_some(document)
        });
        Ok(documents.filter(|&document| self.is_live(document)))
    }
}

/// One committed state.
pub struct Snapshot {
    /// The schema of the index.
    pub schema: Arc<Schema>,
    /// The analyzer of each text field.
    pub analyzers: Analyzers,
    /// The segments, in the order of the manifest: that of their documents' sequence numbers.
    pub segments: Vec<SegmentView>,
}

impl Snapshot {
    /// Documents that live.
    pub fn document_count(&self) -> u64 {
        self.segments.iter().map(|view| u64::from(view.live_count())).sum()
    }

    /// Documents including those deleted and not yet merged away: the N of BM25.
    pub fn max_document_count(&self) -> u64 {
        self.segments.iter().map(|view| u64::from(view.segment.document_count())).sum()
    }

    /// Statistics of a text field over all segments, deleted documents included.
    pub fn statistics(&self, field: FieldId) -> FieldStatistics {
        self.segments.iter().map(|view| view.segment.statistics(field)).fold(FieldStatistics::default(), |sum, one| {
            FieldStatistics { documents: sum.documents + one.documents, length: sum.length.saturating_add(one.length) }
        })
    }

    /// The stored values of a document, each read when it is looked at.
    pub fn stored_document(&self, address: Address) -> Result<StoredDocument> {
        self.segments[address.segment as usize].segment.stored_document(address.document)
    }

    /// The stored values of a document.
    pub fn document(&self, address: Address) -> Result<Document> {
        self.segments[address.segment as usize].segment.document(address.document)
    }

    /// The first `limit` words of a text field or values of a keyword that start with `prefix`, in order of their bytes,
    /// and in how many documents each stands, deleted ones included. Lemmas where a text field keeps no surface forms;
    /// nothing for a field of another kind.
    pub fn terms(&self, field: FieldId, prefix: &str, limit: usize) -> Result<Vec<(String, u64)>> {
        let described = self.schema.field(field);
        let kind = match described.kind {
            FieldKind::Keyword => KeyKind::Value,
            FieldKind::Text if described.exact => KeyKind::Surface,
            FieldKind::Text => KeyKind::Lemma,
            _ => return Ok(Vec::new()),
        };
        let mut start = Vec::new();
        encode(field, kind, prefix, &mut start);
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for view in &self.segments {
            let mut left = limit;
            view.segment.terms().for_each(&start, |term, info| {
                if left > 0
                    && let Some((_, _, text)) = decode(term)
                {
                    *counts.entry(text.to_owned()).or_default() += u64::from(info.document_frequency);
                    left -= 1;
                }
                left > 0
            })?;
        }
        Ok(counts.into_iter().take(limit).collect())
    }

    /// The live document with this value of the unique field; `Error::Schema` when there is no unique field.
    pub fn find(&self, key: &str) -> Result<Option<Address>> {
        find(self.segments.iter(), unique_field(&self.schema)?, key)
    }
}

/// The unique field; `Error::Schema` when there is none.
pub(super) fn unique_field(schema: &Schema) -> Result<FieldId> {
    let none = || Error::Schema("the schema has no unique field, so documents have no keys".to_owned());
    schema.unique().ok_or_else(none)
}

/// The live document with this value of a keyword field, the last added one first.
pub(super) fn find<'s>(
    segments: impl DoubleEndedIterator<Item = &'s SegmentView> + ExactSizeIterator,
    field: FieldId,
    key: &str,
) -> Result<Option<Address>> {
    // Terms are cut at this length, so a longer value would find another's.
    if key.len() > MAX_KEY_BYTES {
        return Ok(None);
    }
    let mut term = Vec::new();
    encode(field, KeyKind::Value, key, &mut term);
    for (segment, view) in segments.enumerate().rev() {
        if let Some(document) = view.live_documents(&term)?.next() {
            return Ok(Some(Address { segment: segment as u32, document }));
        }
    }
    Ok(None)
}
