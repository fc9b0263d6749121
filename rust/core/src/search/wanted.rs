//! What a plan looks for in the texts of one field.
//!
//! It is read off the compiled plan once; then each different form of a text is looked up once.

use rustc_hash::FxHashMap;

use super::compile::Node;
use super::intervals::{self, Near};
use super::pattern::{Found, PatternNode};
use super::phrase::{Phrase, Shape};
use super::plan::Alternative;
use crate::passages::Mark;
use crate::postings::NO_POSITIONS;
use crate::schema::FieldId;
use crate::segment::Segment;
use crate::terms;
use crate::text::token::{KeyKind, KeyRef, Token};
use crate::{Error, Result};

/// Something that a token may be.
pub(super) enum Part {
    Word { clause: u32, weight: f32 },
    Slot { phrase: usize, slot: usize },
}

/// Where the words of one slot stand in the text.
#[derive(Default)]
pub(super) struct Places {
    positions: Vec<u32>,
    /// The first and last code point of the first token at each position.
    extents: Vec<(u32, u32)>,
}

impl Places {
    pub(super) fn push(&mut self, token: &Token) {
        // Tokens come by position, several may share one.
        if self.positions.last() != Some(&token.position) {
            self.positions.push(token.position);
            self.extents.push((token.start, token.end));
        }
    }

    fn extent(&self, position: u32) -> (u32, u32) {
        self.positions.binary_search(&position).map_or((0, 0), |at| self.extents[at])
    }
}

pub(super) struct PhraseParts<'a> {
    clause: u32,
    weight: f32,
    shape: Shape,
    offsets: &'a [u32],
    pub(super) slots: Vec<Places>,
}

impl PhraseParts<'_> {
    /// Forgets what was put into the slots.
    pub(super) fn clear(&mut self) {
        self.slots.fill_with(Places::default);
    }

    /// Adds the marks of what was put into the slots.
    pub(super) fn mark(&self, found: &mut Vec<Mark>) {
        let Self { clause, weight, .. } = *self;
        let positions: Vec<Vec<u32>> = self.slots.iter().map(|slot| slot.positions.clone()).collect();
        let mut mark = |start, end| found.push(Mark { start, end, clause, weight: f64::from(weight), share: 1.0 });
        match self.shape {
            Shape::Phrase { slop } => {
                let (first, last) = (&self.slots[0], &self.slots[self.slots.len() - 1]);
                intervals::phrase(&positions, self.offsets, slop, &mut Vec::new(), |start, end| {
                    mark(first.extent(start).0, last.extent(end).1);
                });
            }
            Shape::Near { distance } => Near::default().windows(&positions, distance, |chosen| {
                for (slot, &position) in self.slots.iter().zip(chosen) {
                    let (start, end) = slot.extent(position);
                    mark(start, end);
                }
            }),
        }
    }
}

/// Everything to look for in the text of a field.
pub(super) struct Wanted<'a> {
    field: FieldId,
    pub(super) clauses: u32,
    pub(super) parts: Vec<Part>,
    /// The parts that are also found by a pattern.
    patterns: Vec<(usize, &'a PatternNode)>,
    /// By key: which parts it is and with which share.
    keys: FxHashMap<(KeyKind, &'a str), Vec<(usize, f32)>>,
    pub(super) phrases: Vec<PhraseParts<'a>>,
}

impl<'a> Wanted<'a> {
    /// What the plan of a node looks for in the field.
    pub(super) fn new(node: &'a Node, field: FieldId) -> Self {
        let (parts, patterns, phrases) = (Vec::new(), Vec::new(), Vec::new());
        let mut wanted = Self { field, clauses: 0, parts, patterns, keys: FxHashMap::default(), phrases };
        wanted.gather(node, 1.0);
        wanted
    }

    fn gather(&mut self, node: &'a Node, boost: f32) {
        let wanted = self.field;
        match node {
            Node::Word(word) => {
                let clause = self.number();
                let weight = boost * word.boost * word.idf;
                for field in word.fields.iter().filter(|field| field.field == wanted) {
                    self.add_keys(Part::Word { clause, weight }, &field.alternatives);
                }
            }
            Node::Phrase(phrase) => self.gather_phrase(phrase, boost),
            Node::Pattern(node) => {
                let clause = self.number();
                let weight = match &node.found {
                    Found::Few(word) => boost * word.boost * word.idf,
                    Found::Many(_) => boost,
                };
                for field in node.fields.iter().filter(|field| field.field == wanted) {
                    self.patterns.push((self.parts.len(), node));
                    self.add_keys(Part::Word { clause, weight }, &field.alternatives);
                }
            }
            Node::Boolean(boolean) => {
                for node in boolean.must.iter().chain(&boolean.should) {
                    self.gather(node, boost);
                }
            }
            Node::Boost(node, factor) => self.gather(node, boost * factor),
            Node::Everything | Node::Nothing | Node::Values(_) | Node::NumberRange { .. } => {}
        }
    }

    fn gather_phrase(&mut self, phrase: &'a Phrase, boost: f32) {
        let wanted = self.field;
        let clause = self.number();
        let weight = boost * phrase.boost * phrase.idf;
        for field in phrase.fields.iter().filter(|field| field.field == wanted) {
            let number = self.phrases.len();
            for (slot, keys) in field.slots.iter().enumerate() {
                self.add_keys(Part::Slot { phrase: number, slot }, &keys.alternatives);
            }
            let slots = field.slots.iter().map(|_| Places::default()).collect();
            self.phrases.push(PhraseParts { clause, weight, shape: phrase.shape, offsets: &field.offsets, slots });
        }
    }

    fn number(&mut self) -> u32 {
        self.clauses += 1;
        self.clauses - 1
    }

    fn add_keys(&mut self, part: Part, keys: &'a [Alternative]) {
        let number = self.parts.len();
        self.parts.push(part);
        for key in keys {
            self.keys.entry((key.kind, terms::cut(&key.text))).or_default().push((number, key.weight));
        }
    }

    /// The parts that a form with these keys is, each with its best share.
    pub(super) fn look_up<'k>(&self, keys: impl Iterator<Item = KeyRef<'k>>) -> Box<[(usize, f32)]> {
        let mut hits: Vec<(usize, f32)> = Vec::new();
        for key in keys {
            if let Some(parts) = self.keys.get(&(key.kind, terms::cut(key.text))) {
                hits.extend(parts);
            }
            for &(number, node) in &self.patterns {
                if node.kinds.contains(&key.kind) && node.matcher.matches(terms::cut(key.text)) {
                    hits.push((number, 1.0));
                }
            }
        }
        hits.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(other.1.total_cmp(&one.1)));
        hits.dedup_by_key(|hit| hit.0);
        hits.into_boxed_slice()
    }

    /// The positions of a document at which anything wanted can stand, ascending, read off the index; `None` when the
    /// index cannot tell them.
    pub(super) fn positions(&self, segment: &Segment, document: u32) -> Result<Option<Vec<u32>>> {
        let mut keys: Vec<(KeyKind, &str)> = self.keys.keys().copied().collect();
        for &(_, node) in &self.patterns {
            // A pattern of many keys has kept none of them.
            let Found::Few(word) = &node.found else { return Ok(None) };
            let here = word.fields.iter().filter(|field| field.field == self.field);
            keys.extend(here.flat_map(|field| &field.alternatives).map(|key| (key.kind, key.text.as_str())));
        }
        let (mut term, mut some, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for (kind, text) in keys {
            terms::encode(self.field, kind, text, &mut term);
            let Some(info) = segment.terms().get(&term)? else { continue };
            if info.positions == NO_POSITIONS {
                return Ok(None);
            }
            let mut cursor = segment.postings(&info);
            if cursor.seek(document) == document {
                cursor.positions(&mut some);
                all.append(&mut some);
            }
            if cursor.is_broken() {
                return Err(Error::corrupt(segment.path(), format!("the postings of {text:?} are broken")));
            }
        }
        all.sort_unstable();
        all.dedup();
        Ok(Some(all))
    }
}
