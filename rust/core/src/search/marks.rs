//! Where the words of a plan stand in a text, for snippets: the text is analysed again.
//!
//! What to look for is read off the compiled plan once; then each different form of the text is looked up once, and a
//! token costs one look into a table of forms. So the time goes with the length of the text, however long it is.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::bm25::Parameters;
use super::clock::Clock;
use super::compile::{Compiler, Node};
use super::intervals::{self, Near};
use super::pattern::{Found, PatternNode};
use super::phrase::{Phrase, Shape};
use super::plan::{Alternative, Plan};
use super::request::Request;
use crate::index::Snapshot;
use crate::schema::FieldId;
use crate::terms::MAX_KEY_BYTES;
use crate::text::token::{FormId, KeyKind, KeyRef, Token};
use crate::{Error, Result};

/// A place in the text that the plan matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The first code point.
    pub start: u32,
    /// The code point after the last: for a phrase, of its last word.
    pub end: u32,
    /// Which clause of the plan it belongs to: words, phrases, nearnesses and patterns are numbered in order of the plan,
    /// those of `must_not` and `filter` left out.
    pub clause: u32,
    /// The weight of the clause: its idf times its boost (1 for what has no idf).
    pub weight: f32,
    /// The best weight of the keys that matched, as in the score: 1 for a phrase.
    pub share: f32,
}

/// All marks of a text and the sentences to cut it at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    /// The marks by start; marks of one clause do not overlap. A phrase is one mark and its words alone are none; words
    /// near each other are a mark each.
    pub marks: Vec<Mark>,
    /// The first code point of each sentence and whether a paragraph starts there.
    pub sentences: Vec<(u32, bool)>,
    /// How many clauses the plan has, whatever fields they are searched in.
    pub clauses: u32,
}

/// Marks the words of a plan in the text (one value) of a field. `Error::UnsupportedQuery` for a plan that cannot be
/// searched and for a field that is not analysed; errors of the analyzer.
pub fn marks(snapshot: &Arc<Snapshot>, plan: &Plan, field: FieldId, text: &str) -> Result<Marks> {
    let Request { k1, b, .. } = Request::default();
    let node = Compiler::new(snapshot, Parameters::new(k1, b)?, &Clock::endless()).compile(plan)?;
    of_node(snapshot, &node, field, text)
}

/// The same of a plan that was made ready: k1 and b change nothing.
pub(super) fn of_node(snapshot: &Snapshot, node: &Node, field: FieldId, text: &str) -> Result<Marks> {
    let analyzer = match snapshot.analyzers.get(usize::from(field)) {
        Some(Some(analyzer)) => analyzer,
        _ => return Err(Error::UnsupportedQuery(format!("field number {field} is no text, it has nothing to mark"))),
    };
    let mut wanted = Wanted::new(field);
    wanted.gather(node, 1.0);

    let mut analyzed = Vec::new();
    let forms = analyzer.analyze_many(&[text], &mut analyzed)?;
    let Some(analyzed) = analyzed.first() else { return Ok(Marks::default()) };
    let view = forms.view();
    let mut known: FxHashMap<FormId, Box<[(usize, f32)]>> = FxHashMap::default();
    let mut found = Vec::new();
    for token in &analyzed.tokens {
        let hits = known.entry(token.form).or_insert_with(|| wanted.look_up(view.keys(token.form)));
        for &(part, share) in hits.iter() {
            match wanted.parts[part] {
                Part::Word { clause, weight } => {
                    found.push(Mark { start: token.start, end: token.end, clause, weight, share });
                }
                Part::Slot { phrase, slot } => wanted.phrases[phrase].slots[slot].push(token),
            }
        }
    }
    for phrase in &wanted.phrases {
        phrase.mark(&mut found);
    }
    Ok(Marks {
        marks: without_overlaps(found),
        sentences: analyzed.sentences.iter().map(|sentence| (sentence.start, sentence.paragraph)).collect(),
        clauses: wanted.clauses,
    })
}

/// Something that a token may be.
enum Part {
    Word { clause: u32, weight: f32 },
    Slot { phrase: usize, slot: usize },
}

/// Where the words of one slot stand in the text.
#[derive(Default)]
struct Places {
    positions: Vec<u32>,
    /// The first and last code point of the first token at each position.
    extents: Vec<(u32, u32)>,
}

impl Places {
    fn push(&mut self, token: &Token) {
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

struct PhraseParts<'a> {
    clause: u32,
    weight: f32,
    shape: Shape,
    offsets: &'a [u32],
    slots: Vec<Places>,
}

impl PhraseParts<'_> {
    fn mark(&self, found: &mut Vec<Mark>) {
        let Self { clause, weight, .. } = *self;
        let positions: Vec<Vec<u32>> = self.slots.iter().map(|slot| slot.positions.clone()).collect();
        let mut mark = |start, end| found.push(Mark { start, end, clause, weight, share: 1.0 });
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
struct Wanted<'a> {
    field: FieldId,
    clauses: u32,
    parts: Vec<Part>,
    /// The parts that are also found by a pattern.
    patterns: Vec<(usize, &'a PatternNode)>,
    /// By key: which parts it is and with which share.
    keys: FxHashMap<(KeyKind, &'a str), Vec<(usize, f32)>>,
    phrases: Vec<PhraseParts<'a>>,
}

impl<'a> Wanted<'a> {
    fn new(field: FieldId) -> Self {
        Self {
            field,
            clauses: 0,
            parts: Vec::new(),
            patterns: Vec::new(),
            keys: FxHashMap::default(),
            phrases: Vec::new(),
        }
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
            self.keys.entry((key.kind, cut(&key.text))).or_default().push((number, key.weight));
        }
    }

    /// The parts that a form with these keys is, each with its best share.
    fn look_up<'k>(&self, keys: impl Iterator<Item = KeyRef<'k>>) -> Box<[(usize, f32)]> {
        let mut hits: Vec<(usize, f32)> = Vec::new();
        for key in keys {
            if let Some(parts) = self.keys.get(&(key.kind, cut(key.text))) {
                hits.extend(parts);
            }
            for &(number, node) in &self.patterns {
                if node.kinds.contains(&key.kind) && node.matcher.matches(cut(key.text)) {
                    hits.push((number, 1.0));
                }
            }
        }
        hits.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(other.1.total_cmp(&one.1)));
        hits.dedup_by_key(|hit| hit.0);
        hits.into_boxed_slice()
    }
}

/// The text of a key as the index has it: as much as a term may be long.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_KEY_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Of marks of one clause that overlap the first stays, of those with one start the longest; by start, then by clause.
fn without_overlaps(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.sort_by_key(|mark| (mark.clause, mark.start, std::cmp::Reverse(mark.end)));
    let mut last: Option<(u32, u32)> = None;
    marks.retain(|mark| {
        let overlaps = last.is_some_and(|(clause, end)| clause == mark.clause && mark.start < end);
        if !overlaps {
            last = Some((mark.clause, mark.end));
        }
        !overlaps
    });
    marks.sort_by_key(|mark| (mark.start, mark.clause));
    marks
}
