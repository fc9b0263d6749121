//! Walks all matches of a plan, segment by segment and window by window, and hands them to whoever collects them.

use super::compile::{Execution, Node};
use super::cursor::{Cursor, WINDOW, Window};
use super::facets::Facets;
use super::ordered::{self, Added, Keywords, Numbers};
use super::request::{Outcome, Request, Sort};
use super::topk::{ByScore, TopK, hit};
use super::values::broken;
use crate::index::{SegmentView, Snapshot};
use crate::schema::{FieldId, FieldKind};
use crate::segment::Bitset;
use crate::{Error, Result};

/// The live matches of a plan in one segment, window after window.
pub(super) struct Windows<'a> {
    cursor: Box<dyn Cursor + 'a>,
    execution: Execution<'a>,
    segment: usize,
    scored: bool,
    base: u32,
}

impl<'a> Windows<'a> {
    /// `None` when nothing matches for sure.
    pub(super) fn open(node: &'a Node, execution: Execution<'a>, segment: usize, scored: bool) -> Result<Option<Self>> {
        execution.clock.check()?;
        let cursor = node.open(execution, segment, scored)?;
        Ok(cursor.map(|cursor| Self { cursor, execution, segment, scored, base: 0 }))
    }

    fn view(&self) -> &'a SegmentView {
        &self.execution.snapshot.segments[self.segment]
    }

    /// About how many documents are looked at.
    pub(super) fn cost(&self) -> u64 {
        self.cursor.cost()
    }

    /// At least so many live documents match.
    pub(super) fn surely(&self) -> u64 {
        let deleted = self.view().deleted.as_ref().map_or(0, |deleted| deleted.count());
        u64::from(self.cursor.surely().saturating_sub(deleted))
    }

    /// Begins with the first documents again.
    pub(super) fn begin_again(&mut self, node: &'a Node) -> Result<()> {
        if let Some(cursor) = node.open(self.execution, self.segment, self.scored)? {
            (self.cursor, self.base) = (cursor, 0);
        }
        Ok(())
    }

    /// Fills a window with the next matches that are in no stretch (a multiple of 64 documents) that is not wanted; false
    /// when there are no more. Looks at the clock.
    pub(super) fn next(
        &mut self,
        window: &mut Window,
        stretch: u32,
        is_unwanted: impl Fn(u32) -> bool,
    ) -> Result<bool> {
        let view = self.view();
        let documents = view.segment.document_count();
        while self.base < documents && is_unwanted(self.base) {
            self.base = (self.base / stretch + 1) * stretch;
        }
        let base = self.base;
        if base >= documents {
            return if self.cursor.is_broken() {
                Err(broken(self.execution.snapshot, self.segment))
            } else {
                Ok(false)
            };
        }
        let most = base.saturating_add(WINDOW).min(documents);
        let mut later = (base / stretch + 1..).map(|number| number * stretch).take_while(|&first| first < most);
        window.reset(base, later.find(|&first| is_unwanted(first)).unwrap_or(most), self.scored);
        let next = self.cursor.fill(window).max(window.end());
        if let Some(deleted) = &view.deleted {
            for (word, gone) in window.bits_mut().iter_mut().zip(&deleted.words()[base as usize / 64..]) {
                *word &= !gone;
            }
        }
        // The window ends at a multiple of 64 or with the segment.
        self.base = (next & !63).max(window.end());
        self.execution.clock.check()?;
        Ok(true)
    }
}

/// Calls `visit` with the place of the segment and every window of live matches, in order.
fn windows<'a>(
    node: &'a Node,
    execution: Execution<'a>,
    scored: bool,
    mut visit: impl FnMut(usize, &'a SegmentView, &Window),
) -> Result<()> {
    let mut window = Window::default();
    for (segment, view) in execution.snapshot.segments.iter().enumerate() {
        let Some(mut windows) = Windows::open(node, execution, segment, scored)? else { continue };
        while windows.next(&mut window, WINDOW, |_| false)? {
            visit(segment, view, &window);
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

/// Everything of a request that bounds of scores do not answer: hits in an order, exact total, facets.
pub(super) fn search(node: &Node, execution: Execution<'_>, request: &Request, scored: bool) -> Result<Outcome> {
    match request.sort {
        None if scored => ranked(node, execution, request),
        None => ordered::search(node, execution, request, scored, &Added, false),
        Some(Sort::Added { descending }) => ordered::search(node, execution, request, scored, &Added, descending),
        Some(Sort::Column { field, descending }) if is_keyword(execution.snapshot, field)? => {
            ordered::search(node, execution, request, scored, &Keywords(field), descending)
        }
        Some(Sort::Column { field, descending }) => {
            ordered::search(node, execution, request, scored, &Numbers(field), descending)
        }
    }
}

/// The best by score, with all matches counted.
fn ranked(node: &Node, execution: Execution<'_>, request: &Request) -> Result<Outcome> {
    let mut top = TopK::new(request.limit.saturating_add(request.offset));
    let mut facets = Facets::new(execution.snapshot, &request.facets)?;
    let mut total = 0;
    windows(node, execution, true, |segment, view, window| {
        total += window.count();
        facets.count(segment, view, window);
        window.for_each(|doc| {
            let score = window.score(doc);
            if top.threshold().is_none_or(|&ByScore(worst)| score > worst) {
                top.push(ByScore(score), hit(segment, doc, score));
            }
        });
    })?;
    Ok(Outcome { hits: top.into_hits(request.offset), total, total_is_exact: true, facets: facets.finish()? })
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
