//! The terms of one field in memory: which stand in which document, and where. A token costs one look-up by the number of
//! its form and a byte or two for each of its keys; a term is hashed once for each generation of forms and sorted when it is
//! written.

use std::io;
use std::sync::{Arc, Weak};

use super::chains::Chains;
use super::term_sections::{TermSections, WrittenTerms};
use crate::parallel;
use crate::postings::{Lengths, PostingsWriter};
use crate::schema::FieldId;
use crate::terms;
use crate::text::forms::{Forms, FormsView};
use crate::text::interner::{Interner, prefetch};
use crate::text::token::{Analyzed, FormId, KeyKind};

/// A form or a key that was not met yet.
const UNKNOWN: u32 = u32::MAX;

/// So many occurrences ahead of the one that is added, its chain and its end are asked for.
const CHAIN_AHEAD: usize = 16;
const TAIL_AHEAD: usize = 8;

/// Terms are written together until their chains have so many bytes.
const PART: usize = 1 << 19;

/// The terms of the forms of one generation.
struct FormTable {
    /// Weak, so that a field that is rarely there does not keep forms in memory that are no more in use.
    generation: Weak<Forms>,
    /// For each form: the place of its terms in `ids` and how many there are.
    spans: Vec<(u32, u32)>,
    ids: Vec<u32>,
    /// For each key its term.
    terms: Vec<u32>,
}

/// The occurrences of the terms of one field, document by document.
pub struct Occurrences {
    field: FieldId,
    /// Whether surface forms are keys even where a form has others.
    exact: bool,
    documents: u32,
    /// Texts of terms under their kinds.
    terms: Interner,
    chains: Chains,
    table: Option<FormTable>,
    /// The terms and positions of the document in the making.
    found: Vec<(u32, u32)>,
}

impl Occurrences {
    /// No occurrences yet. Texts have positions, keywords have none.
    pub fn new(field: FieldId, exact: bool, with_positions: bool) -> Self {
        Self {
            field,
            exact,
            documents: 0,
            terms: Interner::default(),
            chains: Chains::new(with_positions),
            table: None,
            found: Vec::new(),
        }
    }

    fn term(&mut self, kind: KeyKind, text: &str) -> u32 {
        let number = self.terms.number(terms::cut(text).as_bytes(), u16::from(kind as u8));
        if number as usize == self.chains.len() {
            self.chains.begin();
        }
        number
    }

    /// Adds the next document as a text.
    pub fn push_text(&mut self, analyzed: &Analyzed, forms: &Arc<Forms>) {
        let mut table = match self.table.take() {
            Some(table) if std::ptr::eq(table.generation.as_ptr(), Arc::as_ptr(forms)) => table,
            _ => FormTable::new(forms),
        };
        self.resolve(analyzed, forms, &mut table);
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        for (at, token) in analyzed.tokens.iter().enumerate() {
            if let Some(later) = analyzed.tokens.get(at + CHAIN_AHEAD) {
                prefetch(&table.spans, later.form as usize);
            }
            let (start, count) = table.spans[token.form as usize];
            let ids = &table.ids[start as usize..start as usize + count as usize];
            found.extend(ids.iter().map(|&id| (id, token.position)));
        }
        self.push_found(&found);
        self.found = found;
        self.table = Some(table);
        self.end_document();
    }

    fn push_found(&mut self, found: &[(u32, u32)]) {
        for (at, &(term, position)) in found.iter().enumerate() {
            if let Some(&(later, _)) = found.get(at + CHAIN_AHEAD) {
                self.chains.prefetch(later);
            }
            if let Some(&(later, _)) = found.get(at + TAIL_AHEAD) {
                self.chains.prefetch_tail(later);
            }
            self.chains.push(term, self.documents, position);
        }
    }

    /// Fills the table for every form of the text.
    fn resolve(&mut self, analyzed: &Analyzed, forms: &Forms, table: &mut FormTable) {
        let largest = analyzed.tokens.iter().map(|token| token.form as usize + 1).max().unwrap_or(0);
        grow(&mut table.spans, largest, (UNKNOWN, 0));
        let mut view = None;
        for token in &analyzed.tokens {
            if table.spans[token.form as usize].0 == UNKNOWN {
                let view = view.get_or_insert_with(|| forms.view());
                table.spans[token.form as usize] = self.terms_of(token.form, view, table);
            }
        }
    }

    fn terms_of(&mut self, form: FormId, view: &FormsView<'_>, table: &mut FormTable) -> (u32, u32) {
        let is_surface = |id| view.kind(id) == KeyKind::Surface;
        let all = self.exact || view.key_ids(form).all(is_surface);
        let start = table.ids.len();
        for id in view.key_ids(form).filter(|&id| all || !is_surface(id) || is_number(view.key(id).1)) {
            grow(&mut table.terms, id as usize + 1, UNKNOWN);
            let known = &mut table.terms[id as usize];
            if *known == UNKNOWN {
                let (kind, text) = view.key(id);
                *known = self.term(kind, text);
            }
            // Two keys may be one term when they are cut.
            if !table.ids[start..].contains(known) {
                table.ids.push(*known);
            }
        }
        (start as u32, (table.ids.len() - start) as u32)
    }

    /// Adds the next document as whole values.
    pub fn push_values<'v>(&mut self, values: impl Iterator<Item = &'v str>) {
        for value in values {
            let term = self.term(KeyKind::Value, value);
            self.chains.push(term, self.documents, 0);
        }
        self.end_document();
    }

    /// Adds the next document as one that has no such field.
    pub fn end_document(&mut self) {
        self.documents += 1;
    }

    /// About how many bytes of memory they hold.
    pub fn memory(&self) -> usize {
        let table = self.table.as_ref().map_or(0, FormTable::memory);
        self.terms.memory() + self.chains.memory() + table + self.found.capacity() * size_of::<(u32, u32)>()
    }

    /// Whether there is no room for many more, whatever memory there is.
    pub fn is_full(&self) -> bool {
        self.chains.is_full()
    }

    /// Writes the terms in order and their postings, by so many threads; `lengths` are those of the field.
    pub fn write(&self, lengths: &Lengths<'_>, threads: usize, into: &mut TermSections<'_, '_>) -> io::Result<()> {
        let sorted = self.sorted();
        let mut size = 0;
        let parts: Vec<&[(u128, u32)]> = sorted
            .chunk_by(|&(_, term), _| {
                size += self.chains.length(term);
                let goes_on = size < PART;
                size = if goes_on { size } else { 0 };
                goes_on
            })
            .collect();
        let work = |part: &&[(u128, u32)]| self.written(part, lengths);
        parallel::in_order(threads, &parts, work, |_, written| into.push_written(written))
    }

    /// All terms in the order of their bytes.
    fn sorted(&self) -> Vec<(u128, u32)> {
        let mut sorted: Vec<(u128, u32)> =
            (0..self.terms.len() as u32).map(|term| (first_bytes(&self.terms, term), term)).collect();
        sorted.sort_unstable_by(|one, other| {
            let texts = || self.terms.text(one.1).cmp(self.terms.text(other.1));
            one.0.cmp(&other.0).then_with(texts)
        });
        sorted
    }

    fn written(&self, part: &[(u128, u32)], lengths: &Lengths<'_>) -> WrittenTerms {
        let mut written = WrittenTerms::default();
        let (mut lists, mut bytes, mut encoded) = (Lists::default(), Vec::new(), Vec::new());
        for (at, &(_, term)) in part.iter().enumerate() {
            if let Some(&(_, later)) = part.get(at + TAIL_AHEAD) {
                self.chains.prefetch_head(later);
                self.terms.prefetch_text(later);
            }
            self.chains.read(term, &mut bytes, &mut lists);
            let (kind, text) = self.terms.labelled(term);
            let kind = KeyKind::from_byte(kind as u8).expect("terms have the labels of kinds");
            terms::encode_bytes(self.field, kind, text, &mut encoded);
            written.push(&encoded, &lists, lengths);
        }
        written
    }
}

impl FormTable {
    fn new(forms: &Arc<Forms>) -> Self {
        Self { generation: Arc::downgrade(forms), spans: Vec::new(), ids: Vec::new(), terms: Vec::new() }
    }

    fn memory(&self) -> usize {
        self.spans.capacity() * size_of::<(u32, u32)>() + (self.ids.capacity() + self.terms.capacity()) * 4
    }
}

/// Whether a surface form is a number, which no lemma stands for: 2024 of «2024г».
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Kind and first letters of a term, as a number that sorts as the term does: nearly all of sorting is done by them.
fn first_bytes(terms: &Interner, term: u32) -> u128 {
    let (mut bytes, (kind, text)) = ([0; 16], terms.labelled(term));
    let length = text.len().min(bytes.len() - 1);
    bytes[0] = kind as u8;
    bytes[1..=length].copy_from_slice(&text[..length]);
    u128::from_be_bytes(bytes)
}

/// Makes a list at least so long, an eighth longer at a time.
fn grow<T: Copy>(list: &mut Vec<T>, length: usize, with: T) {
    if list.len() < length {
        if list.capacity() < length {
            list.reserve_exact(length + length / 8 - list.len());
        }
        list.resize(length, with);
    }
}

/// The posting list of one term, as `PostingsWriter` takes it; its memory is used again for the next.
#[derive(Default)]
pub struct Lists {
    /// The documents, going up.
    pub documents: Vec<u32>,
    /// How often the term stands in each.
    pub frequencies: Vec<u32>,
    /// Where, one document after another; empty for keywords.
    pub positions: Vec<u32>,
}

impl Lists {
    /// Makes it empty, keeping its memory.
    pub fn clear(&mut self) {
        self.documents.clear();
        self.frequencies.clear();
        self.positions.clear();
    }

    /// Makes `into` the same list in the order of its documents, each of which is there once.
    pub fn sort_into(&self, into: &mut Self) {
        into.clear();
        let mut order: Vec<u64> =
            (0u64..).zip(&self.documents).map(|(at, &document)| u64::from(document) << 32 | at).collect();
        order.sort_unstable();
        let starts: Vec<usize> = if self.positions.is_empty() {
            Vec::new()
        } else {
            let sums = self.frequencies.iter().scan(0, |start, &frequency| {
                *start += frequency as usize;
                Some(*start - frequency as usize)
            });
            sums.collect()
        };
        for posting in order {
            let at = (posting & u64::from(u32::MAX)) as usize;
            into.documents.push((posting >> 32) as u32);
            into.frequencies.push(self.frequencies[at]);
            if let Some(&start) = starts.get(at) {
                into.positions.extend_from_slice(&self.positions[start..start + self.frequencies[at] as usize]);
            }
        }
    }

    /// Writes the list.
    pub fn write(&self, lengths: &Lengths<'_>, writer: &mut PostingsWriter) -> crate::postings::TermInfo {
        writer.write(&self.documents, &self.frequencies, &self.positions, lengths)
    }
}
