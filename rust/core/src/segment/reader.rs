//! Opens a segment file and gives its parts.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::document::StoredDocument;
use super::format::SegmentFile;
use super::parts::{Meta, has_keywords, has_numbers, has_order, section};
use super::sentences;
use crate::documents::Document;
use crate::documents::columns::{KeywordColumn, NumberColumn};
use crate::documents::extremes::Extremes;
use crate::documents::packing::{Fault, Unpacker};
use crate::documents::stored::StoredReader;
use crate::postings::{NO_MORE, PostingCursor, TermInfo};
use crate::schema::{Field, FieldId, FieldKind, Schema};
use crate::terms::TermDictionary;
use crate::{Error, Result};

pub use super::parts::FieldStatistics;
pub use super::sentences::Sentences;

/// Where the parts of one field are in the file.
#[derive(Default)]
struct FieldSections {
    norms: Option<Range<usize>>,
    sentences: Option<(Range<usize>, Range<usize>)>,
    numbers: Option<Range<usize>>,
    keywords: Option<Range<usize>>,
    order: Option<Range<usize>>,
    extremes: OnceLock<Extremes>,
}

/// An open segment. Cheap to share; safe on a file from a stranger: table of contents, lengths and the checksums of the
/// small sections are checked at opening, those of the rest by [`Segment::verify`].
pub struct Segment {
    file: SegmentFile,
    meta: Meta,
    terms: TermDictionary,
    postings: Range<usize>,
    positions: Range<usize>,
    stored: Range<usize>,
    stored_index: Range<usize>,
    sequence: Range<usize>,
    sequence_extremes: OnceLock<Extremes>,
    fields: Vec<FieldSections>,
}

impl Segment {
    /// Opens a segment file of an index with this schema.
    pub fn open(path: &Path, schema: &Schema) -> Result<Self> {
        let file = SegmentFile::open(path)?;
        let meta: Meta = serde_json::from_slice(file.slice(&file.checked_section(section::META)?))
            .map_err(|error| Error::corrupt(path, format!("section \"meta\": {error}")))?;
        if meta.documents == NO_MORE || meta.fields.len() != schema.fields.len() {
            let (documents, fields, expected) = (meta.documents, meta.fields.len(), schema.fields.len());
            let what = format!("{documents} documents of {fields} fields; the schema has {expected} fields");
            return Err(Error::corrupt(path, what));
        }
        if let Some(field) = meta.fields.iter().find(|field| field.documents > u64::from(meta.documents)) {
            let what = format!("{} of {} documents have a text", field.documents, meta.documents);
            return Err(Error::corrupt(path, what));
        }
        let terms = file.shared(&file.checked_section(section::TERMS)?);
        let infos = file.shared(&file.checked_section(section::TERM_INFO)?);
        let segment = Self {
            terms: TermDictionary::open(terms, infos, path)?,
            postings: file.section(section::POSTINGS)?,
            positions: file.section(section::POSITIONS)?,
            stored: file.section(section::STORED)?,
            stored_index: file.checked_section(section::STORED_INDEX)?,
            sequence: file.checked_section(section::SEQUENCE)?,
            sequence_extremes: OnceLock::new(),
            fields: schema.iter().map(|(id, field)| sections_of(&file, id, field)).collect::<Result<_>>()?,
            meta,
            file,
        };
        segment.check_parts()?;
        Ok(segment)
    }

    /// Checks the lengths and headers of all parts, so that later look-ups need not.
    fn check_parts(&self) -> Result<()> {
        let documents = self.document_count();
        let in_section =
            |name: String| move |fault: Fault| Error::corrupt(self.path(), format!("section {name:?}: {fault}"));
        self.stored().check_index(documents).map_err(in_section(section::STORED_INDEX.to_owned()))?;
        let sequence = NumberColumn::open(self.file.slice(&self.sequence), documents);
        sequence.map_err(in_section(section::SEQUENCE.to_owned()))?;
        for (id, field) in (0..).zip(&self.fields) {
            if let Some(range) = &field.norms
                && range.len() != documents as usize
            {
                let fault = format!("{documents} bytes expected, {} found", range.len());
                return Err(in_section(section::norms(id))(fault));
            }
            if let Some((_, index)) = &field.sentences {
                let checked = sentences::check_index(self.file.slice(index), documents);
                checked.map_err(in_section(section::sentences_index(id)))?;
            }
            if let Some(range) = &field.numbers {
                NumberColumn::open(self.file.slice(range), documents).map_err(in_section(section::column(id)))?;
            }
            if let Some(range) = &field.keywords {
                KeywordColumn::open(self.file.slice(range), documents).map_err(in_section(section::column(id)))?;
            }
            if let Some(range) = &field.order {
                KeywordColumn::open(self.file.slice(range), documents).map_err(in_section(section::order(id)))?;
            }
        }
        Ok(())
    }

    /// The file it came from, for messages.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// The file, for copying and checking.
    pub fn file(&self) -> &SegmentFile {
        &self.file
    }

    /// The number of documents, deleted ones included.
    pub fn document_count(&self) -> u32 {
        self.meta.documents
    }

    /// Its terms.
    pub fn terms(&self) -> &TermDictionary {
        &self.terms
    }

    /// A cursor on the first posting of a term.
    pub fn postings(&self, info: &TermInfo) -> PostingCursor<'_> {
        let (postings, positions) = self.postings_sections();
        PostingCursor::new(postings, positions, info, self.document_count())
    }

    /// The sections of postings and positions.
    pub(super) fn postings_sections(&self) -> (&[u8], &[u8]) {
        (self.file.slice(&self.postings), self.file.slice(&self.positions))
    }

    fn field(&self, field: FieldId) -> Option<&FieldSections> {
        self.fields.get(usize::from(field))
    }

    /// The norm byte of every document for a text field (0: no such field in the document); empty for other fields.
    pub fn norms(&self, field: FieldId) -> &[u8] {
        let range = self.field(field).and_then(|field| field.norms.as_ref());
        range.map_or(&[], |range| self.file.slice(range))
    }

    /// Statistics of a text field; zeros for other fields.
    pub fn statistics(&self, field: FieldId) -> FieldStatistics {
        self.meta.fields.get(usize::from(field)).copied().unwrap_or_default()
    }

    /// The stored documents, packed.
    pub(super) fn stored(&self) -> StoredReader<'_> {
        StoredReader::new(self.file.slice(&self.stored), self.file.slice(&self.stored_index))
    }

    /// What is stored of a document.
    pub fn document(self: &Arc<Self>, document: u32) -> Result<StoredDocument> {
        let documents = self.document_count();
        if document >= documents {
            return Err(Error::corrupt(self.path(), format!("document {document} was asked for, of {documents}")));
        }
        StoredDocument::new(self.clone(), document)
    }

    /// The values of a packed document: `Value::Null` where a field is not stored. `sort_keys` stay empty.
    pub(super) fn unpack(&self, packed: &[u8]) -> std::result::Result<Document, Fault> {
        let mut unpacker = Unpacker::new(packed);
        let values = self.fields.iter().map(|_| unpacker.value()).collect::<std::result::Result<_, _>>()?;
        if unpacker.is_at_end() {
            Ok(Document { values, sort_keys: Vec::new() })
        } else {
            Err("bytes after the last value".to_owned())
        }
    }

    /// The column of a number, boolean, date or moment.
    pub fn numbers(&self, field: FieldId) -> Option<NumberColumn<'_>> {
        let range = self.field(field)?.numbers.as_ref()?;
        NumberColumn::open(self.file.slice(range), self.document_count()).ok()
    }

    /// The column of a keyword's values, for facet or sortable keywords.
    pub fn keywords(&self, field: FieldId) -> Option<KeywordColumn<'_>> {
        let range = self.field(field)?.keywords.as_ref()?;
        KeywordColumn::open(self.file.slice(range), self.document_count()).ok()
    }

    /// The column of a sortable keyword's collation keys.
    pub fn order(&self, field: FieldId) -> Option<KeywordColumn<'_>> {
        let range = self.field(field)?.order.as_ref()?;
        KeywordColumn::open(self.file.slice(range), self.document_count()).ok()
    }

    /// The column of sequence numbers; every document has one.
    pub fn sequences(&self) -> NumberColumn<'_> {
        NumberColumn::open(self.file.slice(&self.sequence), self.document_count()).expect("checked at opening")
    }

    /// The extremes of a column of numbers or, of a sortable keyword, of the ordinals in its [`Self::order`]. The first call
    /// works them out, which takes about as long as to sort that many documents.
    pub fn extremes(&self, field: FieldId) -> Option<&Extremes> {
        let documents = self.document_count();
        Some(self.field(field)?.extremes.get_or_init(|| match (self.numbers(field), self.order(field)) {
            (Some(numbers), _) => Extremes::new(documents, |document| numbers.get(document)),
            (None, Some(order)) => Extremes::new(documents, |document| order.first(document).map(i64::from)),
            (None, None) => Extremes::new(documents, |_| None),
        }))
    }

    /// The extremes of the sequence numbers.
    pub fn sequence_extremes(&self) -> &Extremes {
        let sequences = self.sequences();
        let extremes = || Extremes::new(self.document_count(), |document| sequences.get(document));
        self.sequence_extremes.get_or_init(extremes)
    }

    /// Whether the merge that made it looked for an order of its documents that makes searches fast.
    pub fn is_reordered(&self) -> bool {
        self.meta.reordered
    }

    /// The sequence number of a document: its place in the order of adding over the whole index. Numbers rise over the
    /// segments of a snapshot, but not within one that was reordered or made of such.
    #[inline]
    pub fn sequence(&self, document: u32) -> u64 {
        self.sequences().get(document).unwrap_or(0) as u64
    }

    /// The sentence starts of a text field of a document.
    pub fn sentences(&self, field: FieldId, document: u32) -> Result<Sentences> {
        let Some((data, index)) = self.field(field).and_then(|field| field.sentences.as_ref()) else {
            return Ok(Sentences::default());
        };
        let read = sentences::get(self.file.slice(data), self.file.slice(index), document);
        read.map_err(|fault| Error::corrupt(self.path(), format!("sentences of document {document}: {fault}")))
    }

    /// Calls `visit` with the sentences of every document.
    pub(super) fn for_each_sentences(
        &self,
        field: FieldId,
        visit: impl FnMut(u32, Sentences) -> std::result::Result<(), Fault>,
    ) -> std::result::Result<(), Fault> {
        let Some((data, index)) = self.field(field).and_then(|field| field.sentences.as_ref()) else {
            return Ok(());
        };
        sentences::for_each(self.file.slice(data), self.file.slice(index), self.document_count(), visit)
    }

    /// Reads everything and checks it: checksums, postings against skip data and impacts, counts, statistics, columns,
    /// stored documents. Returns what is wrong, in words; empty when all is well.
    pub fn verify(&self, schema: &Schema) -> Vec<String> {
        super::verify::verify(self, schema)
    }
}

fn sections_of(file: &SegmentFile, id: FieldId, field: &Field) -> Result<FieldSections> {
    let mut sections = FieldSections::default();
    if field.kind == FieldKind::Text {
        sections.norms = Some(file.checked_section(&section::norms(id))?);
        let index = file.checked_section(&section::sentences_index(id))?;
        sections.sentences = Some((file.section(&section::sentences(id))?, index));
    }
    if has_numbers(field) {
        sections.numbers = Some(file.section(&section::column(id))?);
    }
    if has_keywords(field) {
        sections.keywords = Some(file.section(&section::column(id))?);
    }
    if has_order(field) {
        sections.order = Some(file.section(&section::order(id))?);
    }
    Ok(sections)
}
