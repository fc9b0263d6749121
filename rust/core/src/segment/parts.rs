//! Everything of a segment that is kept document by document, but for stored values: sequence numbers, columns, norms,
//! sentences, statistics. Builder and merge fill it the same way.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::format::SegmentFileWriter;
use super::sentences::SentencesWriter;
use crate::documents::column_writer::{KeywordColumnWriter, NumberColumnWriter};
use crate::postings::norm;
use crate::schema::{Field, FieldId, FieldKind, Schema};
use crate::{Error, Result};

/// What BM25 needs to know of a text field of a segment, deleted documents included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FieldStatistics {
    /// Documents in which the field has at least one position.
    pub documents: u64,
    /// The sum of the exact lengths, in positions.
    pub length: u64,
}

/// The `meta` section.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The number of documents.
    pub documents: u32,
    /// The statistics of every field of the schema; zeros but for texts.
    pub fields: Vec<FieldStatistics>,
    /// Whether the merge that made it looked for a better order of its documents than that of adding.
    #[serde(default)]
    pub reordered: bool,
}

/// The names of sections.
pub mod section {
    use crate::schema::FieldId;

    /// The FST of the terms.
    pub const TERMS: &str = "terms";
    /// The information of each term.
    pub const TERM_INFO: &str = "term-info";
    /// Posting lists.
    pub const POSTINGS: &str = "postings";
    /// Positions of postings.
    pub const POSITIONS: &str = "positions";
    /// Blocks of stored documents.
    pub const STORED: &str = "stored";
    /// Where each block is.
    pub const STORED_INDEX: &str = "stored-index";
    /// Sequence numbers, as a number column.
    pub const SEQUENCE: &str = "sequence";
    /// Counts and statistics, as JSON.
    pub const META: &str = "meta";

    /// The length bytes of a text field.
    pub fn norms(field: FieldId) -> String {
        format!("norms.{field}")
    }

    /// The values of a field.
    pub fn column(field: FieldId) -> String {
        format!("column.{field}")
    }

    /// The collation keys of a field.
    pub fn order(field: FieldId) -> String {
        format!("order.{field}")
    }

    /// The sentence starts of a text field.
    pub fn sentences(field: FieldId) -> String {
        format!("sentences.{field}")
    }

    /// Where the sentence starts of each document are.
    pub fn sentences_index(field: FieldId) -> String {
        format!("sentences-index.{field}")
    }
}

/// Whether a field has a column of numbers.
pub fn has_numbers(field: &Field) -> bool {
    use FieldKind::{Boolean, Date, DateTime, Float, Integer};
    matches!(field.kind, Integer | Float | Boolean | Date | DateTime)
}

/// Whether a field has a column of keywords.
pub fn has_keywords(field: &Field) -> bool {
    field.kind == FieldKind::Keyword && (field.facet || field.sortable)
}

/// Whether a field has a column of collation keys.
pub fn has_order(field: &Field) -> bool {
    field.kind == FieldKind::Keyword && field.sortable
}

/// What is kept of a text field besides its postings.
#[derive(Default)]
pub struct TextParts {
    /// The norm byte of each document.
    pub norms: Vec<u8>,
    sentences: SentencesWriter,
    statistics: FieldStatistics,
}

impl TextParts {
    /// Adds the next document: its exact length and its sentence starts.
    pub fn push(&mut self, length: u32, starts: impl Iterator<Item = (u32, bool)>) {
        self.norms.push(norm::encode(length));
        self.sentences.push(length, starts);
        self.statistics.documents += u64::from(length > 0);
        self.statistics.length += u64::from(length);
    }
}

/// The parts of one field.
#[derive(Default)]
pub struct FieldParts {
    /// The column of numbers.
    pub numbers: Option<NumberColumnWriter>,
    /// The column of keywords.
    pub keywords: Option<KeywordColumnWriter>,
    /// The column of collation keys.
    pub order: Option<KeywordColumnWriter>,
    /// What only texts have.
    pub text: Option<TextParts>,
}

impl FieldParts {
    /// Empty parts for this field.
    pub fn new(field: &Field) -> Self {
        Self {
            numbers: has_numbers(field).then(NumberColumnWriter::default),
            keywords: has_keywords(field).then(KeywordColumnWriter::default),
            order: has_order(field).then(KeywordColumnWriter::default),
            text: (field.kind == FieldKind::Text).then(TextParts::default),
        }
    }

    /// Writes their sections.
    pub fn write(&self, id: FieldId, file: &mut SegmentFileWriter) -> Result<()> {
        if let Some(numbers) = &self.numbers {
            file.section(&section::column(id), &numbers.finish())?;
        }
        if let Some(keywords) = &self.keywords {
            file.section(&section::column(id), &keywords.finish())?;
        }
        if let Some(order) = &self.order {
            file.section(&section::order(id), &order.finish())?;
        }
        if let Some(text) = &self.text {
            let (sentences, index) = text.sentences.sections();
            file.section(&section::norms(id), &text.norms)?;
            file.section(&section::sentences(id), sentences)?;
            file.section(&section::sentences_index(id), index)?;
        }
        Ok(())
    }

    /// The statistics of a text; zeros for others.
    pub fn statistics(&self) -> FieldStatistics {
        self.text.as_ref().map(|text| text.statistics).unwrap_or_default()
    }
}

/// The parts of a segment in the making. Whoever fills it pushes every document to every part.
pub struct DocumentParts {
    /// The sequence numbers.
    pub sequence: NumberColumnWriter,
    /// The parts of each field of the schema.
    pub fields: Vec<FieldParts>,
}

impl DocumentParts {
    /// Empty parts for this schema.
    pub fn new(schema: &Arc<Schema>) -> Self {
        Self { sequence: NumberColumnWriter::default(), fields: schema.fields.iter().map(FieldParts::new).collect() }
    }

    /// About how many bytes of memory they hold.
    pub fn memory(&self) -> usize {
        let of = |field: &FieldParts| {
            field.numbers.as_ref().map_or(0, NumberColumnWriter::memory)
                + field.keywords.as_ref().map_or(0, KeywordColumnWriter::memory)
                + field.order.as_ref().map_or(0, KeywordColumnWriter::memory)
                + field.text.as_ref().map_or(0, |text| text.norms.capacity() + text.sentences.memory())
        };
        self.sequence.memory() + self.fields.iter().map(of).sum::<usize>()
    }

    /// The norms of a field; empty for one that is no text.
    pub fn norms(&self, field: FieldId) -> &[u8] {
        self.fields[usize::from(field)].text.as_ref().map_or(&[], |text| &text.norms)
    }

    /// Writes the sections of all parts.
    pub fn write(&self, documents: u32, file: &mut SegmentFileWriter) -> Result<()> {
        file.section(section::SEQUENCE, &self.sequence.finish())?;
        (0..).zip(&self.fields).try_for_each(|(id, field)| field.write(id, file))?;
        let fields = self.fields.iter().map(FieldParts::statistics).collect();
        write_meta(&Meta { documents, fields, reordered: false }, file)
    }
}

/// Writes the `meta` section.
pub fn write_meta(meta: &Meta, file: &mut SegmentFileWriter) -> Result<()> {
    let meta = serde_json::to_vec(meta).map_err(|error| Error::Schema(error.to_string()))?;
    file.section(section::META, &meta)
}
