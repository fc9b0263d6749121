//! Walks all matches of a plan, segment by segment and window by window, and hands them to whoever collects them.

use super::compile::{Execution, Node};
use super::cursor::{WINDOW, Window};
use super::facets::Facets;
use super::request::{Hit, Outcome, Request, Sort};
use super::topk::{ByScore, ByValue, TopK, hit};
use super::values::broken;
use crate::documents::columns::{KeywordColumn, NumberColumn};
use crate::index::{SegmentView, Snapshot};
use crate::schema::{FieldId, FieldKind};
use crate::segment::Bitset;
use crate::{Error, Result};

/// Calls `visit` with the place of the segment and every window of live matches, in order. Looks at the clock at every
/// window.
pub(super) fn windows<'a>(
    node: &Node,
    execution: Execution<'a>,
    scored: bool,
    mut visit: impl FnMut(usize, &'a SegmentView, &Window),
) -> Result<()> {
    let snapshot = execution.snapshot;
    let mut window = Window::default();
    for (at, view) in snapshot.segments.iter().enumerate() {
        execution.clock.check()?;
        let Some(mut cursor) = node.open(execution, at, scored)? else { continue };
        let documents = view.segment.document_count();
        let mut base = 0;
        while base < documents {
            window.reset(base, base.saturating_add(WINDOW).min(documents), scored);
            let next = cursor.fill(&mut window).max(window.end());
            if let Some(deleted) = &view.deleted {
                let first = base as usize / 64;
                for (word, gone) in window.bits_mut().iter_mut().zip(&deleted.words()[first..]) {
                    *word &= !gone;
                }
            }
            visit(at, view, &window);
            execution.clock.check()?;
            // The window ends at a multiple of 64 or with the segment.
            base = (next & !63).max(window.end());
        }
        if cursor.is_broken() {
            return Err(broken(snapshot, at));
        }
    }
    Ok(())
}

/// The live matches, by segment.
pub(super) fn bitsets(node: &Node, execution: Execution<'_>) -> Result<Vec<Bitset>> {
    let segments = &execution.snapshot.segments;
    let mut sets: Vec<Bitset> = segments.iter().map(|view| Bitset::new(view.segment.document_count())).collect();
    windows(node, execution, false, |at, _, window| {
        let first = window.base() as usize / 64;
        for (into, word) in sets[at].words_mut()[first..].iter_mut().zip(window.bits()) {
            *into |= word;
        }
    })?;
    Ok(sets)
}

/// Everything of a request that needs all matches: hits in any order, exact total, facets.
pub(super) fn search(node: &Node, execution: Execution<'_>, request: &Request, scored: bool) -> Result<Outcome> {
    match request.sort {
        None if scored => ranked(node, execution, request, true, Ranking::Score),
        None => ranked(node, execution, request, false, Ranking::Added { descending: false }),
        Some(Sort::Added { descending }) => ranked(node, execution, request, scored, Ranking::Added { descending }),
        Some(Sort::Column { field, descending }) => {
            let ranking = if is_keyword(execution.snapshot, field)? {
                Ranking::Keyword { field, descending }
            } else {
                Ranking::Number { field, descending }
            };
            ranked(node, execution, request, scored, ranking)
        }
    }
}

fn ranked(node: &Node, execution: Execution<'_>, request: &Request, scored: bool, ranking: Ranking) -> Result<Outcome> {
    let capacity = request.limit.saturating_add(request.offset);
    let collected = Collected { node, execution, request, scored };
    match ranking {
        Ranking::Score => {
            let mut top = TopK::new(capacity);
            let total = collected.run(|at, _, doc, score| {
                if top.threshold().is_none_or(|&ByScore(worst)| score > worst) {
                    top.push(ByScore(score), hit(at, doc, score));
                }
            })?;
            Ok(total.with(top.into_hits(request.offset)))
        }
        Ranking::Added { descending } => {
            let mut top = TopK::new(capacity);
            let total = collected.run(|at, view, doc, score| {
                let sequence = view.segment.sequence(doc);
                top.push(ByValue::new(Some(sequence), descending), hit(at, doc, score));
            })?;
            Ok(total.with(top.into_hits(request.offset)))
        }
        Ranking::Number { field, descending } => {
            let mut top = TopK::new(capacity);
            let mut column: (usize, Option<NumberColumn<'_>>) = (usize::MAX, None);
            let total = collected.run(|at, view, doc, score| {
                if column.0 != at {
                    column = (at, view.segment.numbers(field));
                }
                let value = column.1.and_then(|column| column.get(doc));
                top.push((ByValue::new(value, descending), view.segment.sequence(doc)), hit(at, doc, score));
            })?;
            Ok(total.with(top.into_hits(request.offset)))
        }
        Ranking::Keyword { field, descending } => {
            let mut top = TopK::new(capacity);
            let mut column: (usize, Option<KeywordColumn<'_>>) = (usize::MAX, None);
            let total = collected.run(|at, view, doc, score| {
                if column.0 != at {
                    column = (at, view.segment.order(field));
                }
                let value = column.1.and_then(|column| Some(column.value(column.ordinals(doc).next()?)));
                top.push((ByValue::new(value, descending), view.segment.sequence(doc)), hit(at, doc, score));
            })?;
            Ok(total.with(top.into_hits(request.offset)))
        }
    }
}

/// What hits are ordered by.
enum Ranking {
    Score,
    Added { descending: bool },
    Number { field: FieldId, descending: bool },
    Keyword { field: FieldId, descending: bool },
}

/// What is counted besides the hits.
struct Counted {
    total: u64,
    facets: Vec<Vec<(String, u64)>>,
}

impl Counted {
    fn with(self, hits: Vec<Hit>) -> Outcome {
        Outcome { hits, total: self.total, total_is_exact: true, facets: self.facets }
    }
}

struct Collected<'a> {
    node: &'a Node,
    execution: Execution<'a>,
    request: &'a Request,
    scored: bool,
}

impl<'a> Collected<'a> {
    /// Counts all matches and calls `each` with the segment, document and score of every one.
    fn run(&self, mut each: impl FnMut(usize, &'a SegmentView, u32, f32)) -> Result<Counted> {
        let mut total = 0;
        let mut facets = Facets::new(self.execution.snapshot, &self.request.facets)?;
        windows(self.node, self.execution, self.scored, |at, view, window| {
            total += window.bits().iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
            facets.count(at, view, window);
            window.for_each(|doc| each(at, view, doc, window.score(doc)));
        })?;
        Ok(Counted { total, facets: facets.finish()? })
    }
}

/// Whether a field is sorted by collation keys rather than by numbers; refuses a field that cannot be sorted by.
fn is_keyword(snapshot: &Snapshot, field: FieldId) -> Result<bool> {
    let Some(found) = snapshot.schema.fields.get(usize::from(field)) else {
        return Err(Error::UnsupportedQuery(format!("there is no field number {field} to sort by")));
    };
    match found.kind {
        FieldKind::Integer | FieldKind::Float | FieldKind::Boolean | FieldKind::Date | FieldKind::DateTime => Ok(false),
        FieldKind::Keyword if found.sortable => Ok(true),
        FieldKind::Keyword => Err(Error::UnsupportedQuery(format!(
            "field {:?} cannot be sorted by; declare it as Keyword(sortable=True) and build the index anew",
            found.name
        ))),
        FieldKind::Text | FieldKind::Stored => Err(Error::UnsupportedQuery(format!(
            "field {:?} cannot be sorted by; sort by a number, a date or a Keyword(sortable=True)",
            found.name
        ))),
    }
}
