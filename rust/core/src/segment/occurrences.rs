//! The terms of one field in memory: which stand in which document, and where. A token costs one look-up by the number of
//! its form and eight bytes for each of its keys; terms are hashed once a form and sorted once, when they are written.

use std::io;
use std::sync::{Arc, Weak};

use rustc_hash::FxHashMap;

use super::term_sections::TermSections;
use crate::postings::PostingsWriter;
use crate::schema::FieldId;
use crate::terms;
use crate::text::forms::Forms;
use crate::text::token::{Analyzed, Key, KeyKind};

/// About how many bytes a term takes beside its own: its place in a table that is half empty, and what the allocator adds.
const TERM: usize = 64;

/// So many occurrences at least are sorted by term at a time, or one of so many parts of all: what that takes besides those
/// held is 8 bytes for each.
const PART: usize = 1 << 20;
const PARTS: usize = 8;

/// A form that was not met yet.
const UNKNOWN: (u32, u32) = (u32::MAX, 0);

/// The terms of the forms of one generation.
struct FormTable {
    /// Weak, so that a field that is rarely there does not keep forms in memory that are no more in use.
    generation: Weak<Forms>,
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
        self.term_memory += self.term.len() + TERM;
        self.numbers.insert(self.term[..].into(), number);
        number
    }

    /// Adds the next document as a text.
    pub fn push_text(&mut self, analyzed: &Analyzed, forms: &Arc<Forms>) {
        let mut table = match self.table.take() {
            Some(table) if std::ptr::eq(table.generation.as_ptr(), Arc::as_ptr(forms)) => table,
            _ => FormTable { generation: Arc::downgrade(forms), spans: Vec::new(), ids: Vec::new() },
        };
        self.resolve(analyzed, forms, &mut table);
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
    fn resolve(&mut self, analyzed: &Analyzed, forms: &Forms, table: &mut FormTable) {
        let largest = analyzed.tokens.iter().map(|token| token.form as usize + 1).max().unwrap_or(0);
        if table.spans.len() < largest {
            table.spans.resize(largest, UNKNOWN);
        }
        let mut view = None;
        for token in &analyzed.tokens {
            if table.spans[token.form as usize] == UNKNOWN {
                let keys = view.get_or_insert_with(|| forms.view()).keys(token.form);
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
    pub fn write(&self, norms: &[u8], into: &mut TermSections<'_, '_>) -> io::Result<()> {
        let mut sorted: Vec<(&[u8], u32)> = self.numbers.iter().map(|(term, &number)| (&**term, number)).collect();
        sorted.sort_unstable();
        let mut counts = vec![0usize; sorted.len()];
        self.ids.iter().for_each(|&id| counts[id as usize] += 1);
        let (mut inverted, mut lists) = (Inverted::new(sorted.len()), Lists::default());
        let most = PART.max(self.ids.len() / PARTS);
        let mut terms = &sorted[..];
        while !terms.is_empty() {
            let mut size = 0;
            let past = terms.iter().position(|&(_, number)| {
                size += counts[number as usize];
                size > most
            });
            let (part, rest) = terms.split_at(past.unwrap_or(terms.len()).max(1));
            terms = rest;
            inverted.fill(part, &counts, self);
            let mut start = 0;
            for &(term, number) in part {
                let end = start + counts[number as usize];
                lists.fill(&inverted, start..end);
                into.push(term, &lists, norms)?;
                start = end;
            }
        }
        Ok(())
    }
}

/// Not a term of the part that is being sorted.
const ELSEWHERE: usize = usize::MAX;

/// Occurrences of some terms sorted by term, those of a term in the order of documents and positions.
struct Inverted {
    /// Where the next occurrence of each term goes, by its number.
    places: Vec<usize>,
    documents: Vec<u32>,
    positions: Vec<u32>,
}

impl Inverted {
    fn new(terms: usize) -> Self {
        Self { places: vec![ELSEWHERE; terms], documents: Vec::new(), positions: Vec::new() }
    }

    /// A counting sort: terms were numbered in order of arrival, `part` has some in the order of their bytes.
    fn fill(&mut self, part: &[(&[u8], u32)], counts: &[usize], all: &Occurrences) {
        let mut total = 0;
        for &(_, number) in part {
            self.places[number as usize] = total;
            total += counts[number as usize];
        }
        self.documents.resize(total, 0);
        self.positions.resize(if all.positions.is_empty() { 0 } else { total }, 0);
        let mut from = 0;
        for (document, &to) in (0u32..).zip(&all.ends) {
            for at in from..to as usize {
                let place = &mut self.places[all.ids[at] as usize];
                if *place == ELSEWHERE {
                    continue;
                }
                self.documents[*place] = document;
                if let Some(position) = self.positions.get_mut(*place) {
                    *position = all.positions[at];
                }
                *place += 1;
            }
            from = to as usize;
        }
        part.iter().for_each(|&(_, number)| self.places[number as usize] = ELSEWHERE);
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
    pub fn write(&self, norms: &[u8], writer: &mut PostingsWriter) -> crate::postings::TermInfo {
        writer.write(&self.documents, &self.frequencies, &self.positions, norms)
    }
}
