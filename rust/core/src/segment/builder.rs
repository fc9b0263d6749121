//! Collects analysed documents in memory and writes them as a segment file.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::check;
use super::format::SegmentFileWriter;
use super::occurrences::Occurrences;
use super::parts::{DocumentParts, FieldParts, section};
use super::term_sections::write_terms;
use crate::documents::packing::push_value;
use crate::documents::stored::{MAX_DOCUMENT, StoredWriter};
use crate::documents::value::float_to_ordered;
use crate::documents::{Document, Value};
use crate::postings::{Lengths, NO_MORE};
use crate::schema::{Field, FieldId, FieldKind, Schema};
use crate::text::forms::Forms;
use crate::text::token::Analyzed;
use crate::{Error, Result};

/// The text fields of one document, analysed: by field number, `None` where the document has no such text.
pub struct AnalyzedFields<'a> {
    /// For every field of the schema: its analysis and the generation of forms that its tokens number.
    pub fields: Vec<Option<(&'a Analyzed, &'a Arc<Forms>)>>,
}

/// A segment in the making.
pub struct SegmentBuilder {
    schema: Arc<Schema>,
    documents: u32,
    stored: StoredWriter<Vec<u8>>,
    parts: DocumentParts,
    /// The occurrences of texts and keywords, by field number.
    occurrences: Vec<Option<Occurrences>>,
    packed: Vec<u8>,
}

impl SegmentBuilder {
    /// An empty segment for documents of this schema.
    pub fn new(schema: Arc<Schema>) -> Self {
        let occurrences = |(id, field): (FieldId, &Field)| {
            let searched = matches!(field.kind, FieldKind::Text | FieldKind::Keyword);
            searched.then(|| Occurrences::new(id, field.exact, field.kind == FieldKind::Text))
        };
        Self {
            documents: 0,
            stored: StoredWriter::new(Vec::new()),
            parts: DocumentParts::new(&schema),
            occurrences: schema.iter().map(occurrences).collect(),
            packed: Vec::new(),
            schema,
        }
    }

    /// Adds a document; its number is the count of those before it. `Error::Document` for one that does not fit the schema:
    /// nothing of it is kept.
    pub fn add(&mut self, document: &Document, analyzed: &AnalyzedFields<'_>, sequence: u64) -> Result<u32> {
        let schema = self.schema.clone();
        check::check_document(&schema, document)?;
        for (field, analyzed) in schema.fields.iter().zip(&analyzed.fields) {
            analyzed.map_or(Ok(()), |(analyzed, _)| check::check_analysis(field, analyzed))?;
        }
        if self.documents >= NO_MORE - 1 {
            return Err(Error::Schema(format!("a segment holds at most {} documents", NO_MORE - 1)));
        }
        self.pack(document)?;
        self.stored.push(&self.packed).map_err(Error::io(Path::new("memory")))?;
        self.parts.sequence.push(Some(sequence as i64));
        for (id, field) in schema.iter() {
            let at = usize::from(id);
            let value = &document.values[at];
            let text = analyzed.fields.get(at).copied().flatten();
            let order = document.sort_keys.iter().filter(|(of, _)| *of == id).map(|(_, key)| &key[..]);
            self.parts.fields[at].push(value, order, text.map(|(analyzed, _)| analyzed));
            match (&mut self.occurrences[at], field.kind, text) {
                (Some(occurrences), FieldKind::Keyword, _) => occurrences.push_values(value.texts()),
                (Some(occurrences), _, Some((analyzed, forms))) => occurrences.push_text(analyzed, forms),
                (Some(occurrences), _, None) => occurrences.end_document(),
                (None, ..) => {}
            }
        }
        self.documents += 1;
        Ok(self.documents - 1)
    }

    fn pack(&mut self, document: &Document) -> Result<()> {
        self.packed.clear();
        for (field, value) in self.schema.fields.iter().zip(&document.values) {
            push_value(if field.stored { value } else { &Value::Null }, &mut self.packed);
            if self.packed.len() > MAX_DOCUMENT {
                let what = format!("the stored values up to here are over {MAX_DOCUMENT} bytes");
                return Err(Error::Document { field: field.name.clone(), what });
            }
        }
        Ok(())
    }

    /// Documents so far.
    pub fn document_count(&self) -> u32 {
        self.documents
    }

    /// About how many bytes of memory it holds.
    pub fn memory(&self) -> usize {
        let occurrences: usize = self.occurrences.iter().flatten().map(Occurrences::memory).sum();
        self.stored.memory() + self.parts.memory() + occurrences + self.packed.capacity()
    }

    /// Whether it takes no more documents, whatever memory there is.
    pub fn is_full(&self) -> bool {
        self.documents >= NO_MORE - 1 || self.occurrences.iter().flatten().any(Occurrences::is_full)
    }

    /// Writes the segment file at `path`, where none must be, by so many threads; it is not yet synced to the disk. The
    /// builder stays as it is, so that nothing is lost when the disk is full.
    pub fn write(&self, path: &Path, threads: usize) -> Result<File> {
        let mut file = SegmentFileWriter::create(path)?;
        let index = file.section_by(section::STORED, |into| self.stored.write_to(into))?;
        file.section(section::STORED_INDEX, &index)?;
        self.parts.write(self.documents, &mut file)?;
        write_terms(&mut file, |sections| {
            for (id, occurrences) in (0..).zip(&self.occurrences) {
                if let Some(occurrences) = occurrences {
                    occurrences.write(&Lengths::new(self.parts.norms(id)), threads, sections)?;
                }
            }
            Ok(Ok(()))
        })?;
        file.finish()
    }
}

/// A value as its column keeps it.
fn number(value: &Value) -> Option<i64> {
    match *value {
        Value::Integer(number) | Value::Date(number) => Some(number),
        Value::Float(number) => Some(float_to_ordered(number)),
        Value::Boolean(truth) => Some(i64::from(truth)),
        Value::DateTime { micros, .. } => Some(micros),
        _ => None,
    }
}

impl FieldParts {
    /// Adds the next document: its value, its collation key and its analysis.
    fn push<'v>(&mut self, value: &'v Value, order: impl Iterator<Item = &'v [u8]>, analyzed: Option<&Analyzed>) {
        if let Some(numbers) = &mut self.numbers {
            numbers.push(number(value));
        }
        if let Some(keywords) = &mut self.keywords {
            keywords.push(value.texts().map(str::as_bytes));
        }
        if let Some(keys) = &mut self.order {
            keys.push(order);
        }
        if let Some(text) = &mut self.text {
            let starts = analyzed.into_iter().flat_map(|analyzed| &analyzed.sentences);
            text.push(analyzed.map_or(0, |one| one.length), starts.map(|start| (start.position, start.paragraph)));
        }
    }
}
