//! Where the words of a plan stand in a text, for snippets: the text is analysed again.
//!
//! Of a document of the index, the index knows at which positions the words of the plan stand; the text is cut into words
//! and sentences as far as positions need it, and forms are looked up at those positions only. So a snippet costs little
//! more than reading the text, however many forms it has and whether they were met before or not.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::clock::{Clock, Stop};
use super::compile::Node;
use super::wanted::{Part, Wanted};
use crate::documents::Value;
use crate::index::{GAP, Snapshot};
use crate::passages::{self, Mark, Marks, Passage};
use crate::schema::FieldId;
use crate::segment::StoredDocument;
use crate::text::analyzer::Analyzer;
use crate::text::token::{Analyzed, FormId};
use crate::{Error, Result};

/// What stands between the values of a field in the text of all of them.
const VALUE_BREAK: &str = "\n\n";

/// What a plan looks for in texts: see [`super::Prepared::marker`].
pub struct Marker {
    snapshot: Arc<Snapshot>,
    node: Arc<Node>,
}

impl Marker {
    /// What the plan of a node looks for. Its k1 and b change nothing, and what must match unscored is marked nowhere.
    pub(super) fn new(snapshot: Arc<Snapshot>, node: Arc<Node>) -> Self {
        Self { snapshot, node }
    }

    /// The text of a field of a document, several values as paragraphs of it, and the best passages: up to `fragments` of
    /// at most `length` code points. No text and no passages for a field without a value. `Error::UnsupportedQuery` for a
    /// field that is not analysed, `Error::Corrupt`, `Error::Interrupted` by `stop`, errors of the analyzer.
    pub fn passages(
        &self,
        document: &StoredDocument,
        field: FieldId,
        fragments: usize,
        length: usize,
        stop: Option<Stop>,
    ) -> Result<(String, Vec<Passage>)> {
        let clock = Clock::new(None, stop);
        let (text, marks) = self.marked(document, field, &clock)?;
        let passages = passages::choose(&text, &marks, fragments, length, &|| clock.check())?;
        Ok((text, passages))
    }

    /// The text of a field of a document as [`Self::passages`] gives it, and the ranges of all matches in it.
    pub fn ranges(
        &self,
        document: &StoredDocument,
        field: FieldId,
        stop: Option<Stop>,
    ) -> Result<(String, Vec<(u32, u32)>)> {
        let (text, marks) = self.marked(document, field, &Clock::new(None, stop))?;
        Ok((text, passages::ranges(&marks.marks)))
    }

    /// The marks of a text (one value) that need not be in the index.
    pub fn marks(&self, field: FieldId, text: &str) -> Result<Marks> {
        let (analyzer, clock) = (self.analyzer(field)?, Clock::endless());
        let mut wanted = Wanted::new(&self.node, field);
        let mut analyzed = Analyzed::default();
        mark(&mut wanted, &**analyzer, text, None, &clock, &mut analyzed)
    }

    fn analyzer(&self, field: FieldId) -> Result<&Arc<dyn Analyzer>> {
        match self.snapshot.analyzers.get(usize::from(field)) {
            Some(Some(analyzer)) => Ok(analyzer),
            _ => Err(Error::UnsupportedQuery(format!("field number {field} is no text, it has nothing to mark"))),
        }
    }

    fn marked(&self, document: &StoredDocument, field: FieldId, clock: &Clock) -> Result<(String, Marks)> {
        let analyzer = self.analyzer(field)?;
        let value = document.value(field)?;
        clock.check()?;
        let mut wanted = Wanted::new(&self.node, field);
        let positions = wanted.positions(document.segment(), document.number())?;
        let mut all = Marks { clauses: wanted.clauses, ..Marks::default() };
        let mut analyzed = Analyzed::default();
        // Where the next value begins: code points, and positions as they were given when the document was added.
        let (mut points, mut position) = (0, 0);
        let texts: Vec<&str> = value.texts().collect();
        for (at, text) in texts.iter().enumerate() {
            let here = positions.as_deref().map(|positions| since(positions, position));
            let found = mark(&mut wanted, &**analyzer, text, here.as_deref(), clock, &mut analyzed)?;
            let moved = |mark: Mark| Mark { start: mark.start + points, end: mark.end + points, ..mark };
            all.marks.extend(found.marks.into_iter().map(moved));
            all.sentences.extend(found.sentences.into_iter().map(|(start, paragraph)| (start + points, paragraph)));
            if at + 1 < texts.len() {
                points += (text.chars().count() + VALUE_BREAK.len()) as u32;
                position += analyzed.end_position;
                position += if position > 0 { GAP } else { 0 };
            }
        }
        let text = match value {
            Value::Text(text) => text,
            _ => texts.join(VALUE_BREAK),
        };
        Ok((text, all))
    }
}

/// The positions from one on, counted from there.
fn since(positions: &[u32], first: u32) -> Cow<'_, [u32]> {
    if first == 0 {
        return positions.into();
    }
    let from = positions.partition_point(|&position| position < first);
    positions[from..].iter().map(|position| position - first).collect()
}

/// Marks a text whose tokens are wanted at some positions, at all when `None`.
fn mark(
    wanted: &mut Wanted<'_>,
    analyzer: &dyn Analyzer,
    text: &str,
    positions: Option<&[u32]>,
    clock: &Clock,
    analyzed: &mut Analyzed,
) -> Result<Marks> {
    let forms = analyzer.analyze_at(text, positions, &|| clock.check(), analyzed)?;
    let view = forms.view();
    let mut known: FxHashMap<FormId, Box<[(usize, f32)]>> = FxHashMap::default();
    let mut found = Vec::new();
    for token in &analyzed.tokens {
        let hits = known.entry(token.form).or_insert_with(|| wanted.look_up(view.keys(token.form)));
        for &(part, share) in hits.iter() {
            match wanted.parts[part] {
                Part::Word { clause, weight } => {
                    let (weight, share) = (f64::from(weight), f64::from(share));
                    found.push(Mark { start: token.start, end: token.end, clause, weight, share });
                }
                Part::Slot { phrase, slot } => wanted.phrases[phrase].slots[slot].push(token),
            }
        }
    }
    for phrase in &mut wanted.phrases {
        clock.check()?;
        phrase.mark(&mut found);
        phrase.clear();
    }
    Ok(Marks {
        marks: without_overlaps(found),
        sentences: analyzed.sentences.iter().map(|sentence| (sentence.start, sentence.paragraph)).collect(),
        clauses: wanted.clauses,
    })
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
