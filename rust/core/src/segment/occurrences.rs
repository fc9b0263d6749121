//! The terms of one field in memory: which stand in which document, and where. A token costs one look-up by the number of
//! its form and eight bytes for each of its keys; terms are hashed once a form and sorted once, when they are written.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::postings::PostingsWriter;
use crate::schema::FieldId;
use crate::terms::{self, TermDictionaryWriter};
use crate::text::forms::Forms;
use crate::text::token::{Analyzed, Key, KeyKind};

/// A form that was not met yet.
const UNKNOWN: (u32, u32) = (u32::MAX, 0);

/// The terms of the forms of one generation.
struct FormTable {
    generation: Arc<Forms>,
    /// For each form: the place of its terms in `ids` and how many there are.
    spans: Vec<(u32, u32)>,
    ids: Vec<u32>,
}

/// The occurrences of the terms of one field, document by document.
pub struct Occurrences {
    field: FieldId,
    /// Whether surface forms are keys even where a form has others.
    exact: bool,
    numbers: FxHashMap<Box<[u8]>, u32>,
    table: Option<FormTable>,
    /// The terms of all occurrences, one document after another, and their positions (none for keywords).
    ids: Vec<u32>,
    positions: Vec<u32>,
    /// Where the occurrences of each document end.
    ends: Vec<u64>,
    term: Vec<u8>,
    term_memory: usize,
}

impl Occurrences {
    /// No occurrences yet.
    pub fn new(field: FieldId, exact: bool) -> Self {
        Self {
            field,
            exact,
            numbers: FxHashMap::default(),
            table: None,
            ids: Vec::new(),
            positions: Vec::new(),
            ends: Vec::new(),
            term: Vec::new(),
            term_memory: 0,
        }
    }

    fn number(&mut self, kind: KeyKind, text: &str) -> u32 {
        terms::encode(self.field, kind, text, &mut self.term);
        if let Some(&number) = self.numbers.get(&self.term[..]) {
            return number;
        }
        let number = self.numbers.len() as u32;
        self.term_memory += self.term.len() + 48;
        self.numbers.insert(self.term[..].into(), number);
        number
    }

    /// Adds the next document as a text.
    pub fn push_text(&mut self, analyzed: &Analyzed, forms: &Arc<Forms>) {
        let mut table = match self.table.take() {
            Some(table) if Arc::ptr_eq(&table.generation, forms) => table,
            _ => FormTable { generation: forms.clone(), spans: Vec::new(), ids: Vec::new() },
        };
        self.resolve(analyzed, &mut table);
        for token in &analyzed.tokens {
            let (start, count) = table.spans[token.form as usize];
            for &id in &table.ids[start as usize..start as usize + count as usize] {
                self.ids.push(id);
                self.positions.push(token.position);
            }
        }
        self.table = Some(table);
        self.end_document();
    }

    /// Fills the table for every form of the text.
    fn resolve(&mut self, analyzed: &Analyzed, table: &mut FormTable) {
        let largest = analyzed.tokens.iter().map(|token| token.form as usize + 1).max().unwrap_or(0);
        if table.spans.len() < largest {
            table.spans.resize(largest, UNKNOWN);
        }
        let generation = table.generation.clone();
        let mut view = None;
        for token in &analyzed.tokens {
            if table.spans[token.form as usize] == UNKNOWN {
                let keys = view.get_or_insert_with(|| generation.view()).keys(token.form);
                table.spans[token.form as usize] = self.terms_of(keys, &mut table.ids);
            }
        }
    }

    fn terms_of(&mut self, keys: &[Key], ids: &mut Vec<u32>) -> (u32, u32) {
        let others = keys.iter().any(|key| key.kind != KeyKind::Surface);
        let start = ids.len();
        for key in keys {
            if self.exact || !others || key.kind != KeyKind::Surface {
                let id = self.number(key.kind, &key.text);
                if !ids[start..].contains(&id) {
                    ids.push(id);
                }
            }
        }
        (start as u32, (ids.len() - start) as u32)
    }

    /// Adds the next document as whole values.
    pub fn push_values<'v>(&mut self, values: impl Iterator<Item = &'v str>) {
        for value in values {
            let id = self.number(KeyKind::Value, value);
            self.ids.push(id);
        }
        self.end_document();
    }

    /// Adds the next document as one that has no such field.
    pub fn end_document(&mut self) {
        self.ends.push(self.ids.len() as u64);
    }

    /// About how many bytes of memory they hold.
    pub fn memory(&self) -> usize {
        let table = self.table.as_ref().map_or(0, |table| table.spans.capacity() * 8 + table.ids.capacity() * 4);
        (self.ids.capacity() + self.positions.capacity()) * 4 + self.ends.capacity() * 8 + self.term_memory + table
    }

    /// Writes the terms in order and their postings; `norms` are those of the field, empty for keywords.
    pub fn write(&self, norms: &[u8], dictionary: &mut TermDictionaryWriter, writer: &mut PostingsWriter) {
        let mut sorted: Vec<(&[u8], u32)> = self.numbers.iter().map(|(term, &number)| (&**term, number)).collect();
        sorted.sort_unstable();
        let inverted = Inverted::new(&sorted, &self.ids, &self.positions, &self.ends);
        let mut lists = Lists::default();
        let mut start = 0;
        for (term, number) in sorted {
            let end = inverted.ends[number as usize];
            lists.fill(&inverted, start..end);
            dictionary.push(term, lists.write(norms, writer));
            start = end;
        }
    }
}

/// Occurrences sorted by term, those of a term in the order of documents and positions.
struct Inverted {
    /// Where the occurrences of each term, by its number, end.
    ends: Vec<usize>,
    documents: Vec<u32>,
    positions: Vec<u32>,
}

impl Inverted {
    /// A counting sort: terms were numbered in order of arrival, `sorted` has them in the order of their bytes.
    fn new(sorted: &[(&[u8], u32)], ids: &[u32], positions: &[u32], document_ends: &[u64]) -> Self {
        let mut ends = vec![0usize; sorted.len()];
        ids.iter().for_each(|&id| ends[id as usize] += 1);
        let mut start = 0;
        for &(_, number) in sorted {
            let count = ends[number as usize];
            ends[number as usize] = start;
            start += count;
        }
        // Each place moves from the start of its term to the end as the occurrences go in.
        let mut inverted = Self { ends, documents: vec![0; ids.len()], positions: vec![0; positions.len()] };
        let mut from = 0;
        for (document, &to) in (0u32..).zip(document_ends) {
            for at in from..to as usize {
                let place = &mut inverted.ends[ids[at] as usize];
                inverted.documents[*place] = document;
                if let Some(position) = inverted.positions.get_mut(*place) {
                    *position = positions[at];
                }
                *place += 1;
            }
            from = to as usize;
        }
        inverted
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

    /// Takes the occurrences of one term; equal ones count once.
    fn fill(&mut self, inverted: &Inverted, range: std::ops::Range<usize>) {
        self.clear();
        for at in range {
            let document = inverted.documents[at];
            let position = inverted.positions.get(at).copied();
            if self.documents.last() != Some(&document) {
                self.documents.push(document);
                self.frequencies.push(1);
            } else if position.is_none() || self.positions.last() == position.as_ref() {
                continue;
            } else if let Some(frequency) = self.frequencies.last_mut() {
                *frequency += 1;
            }
            self.positions.extend(position);
        }
    }

    /// Writes the list.
    pub fn write(&self, norms: &[u8], writer: &mut PostingsWriter) -> crate::postings::TermInfo {
        writer.write(&self.documents, &self.frequencies, &self.positions, norms)
    }
}
