//! Hits in the order of a column or of adding.
//!
//! Documents are compared by their place in the order, one number that is smaller where a document comes earlier, and
//! only what is not behind the worst kept is looked at closely. Where nothing is counted, stretches of documents whose
//! best place is behind it are left out before a posting of theirs is read. Only the hits are scored, at the end.

use std::cell::Cell;

use super::collect::Windows;
use super::compile::{Execution, Node};
use super::cursor::Window;
use super::facets::Facets;
use super::request::{Hit, Outcome, Request};
use super::topk::{ByValue, TopK, hit};
use super::values::broken;
use crate::Result;
use crate::documents::columns::{KeywordColumn, NumberColumn};
use crate::documents::extremes::{Extremes, STRETCH};
use crate::index::SegmentView;
use crate::schema::FieldId;

/// Extremes are used where at least one document in so many may match: they cost a look at all documents, once.
const WORTH: u64 = 16;

/// What hits are ordered by.
pub(super) trait Order<'a> {
    /// What is compared between segments.
    type Value: Ord + Copy;

    /// What it is in a segment.
    type Column: Ranks<Self::Value>;

    fn column(&self, view: &'a SegmentView) -> Self::Column;

    /// The extremes of the ranks of a segment.
    fn extremes(&self, view: &'a SegmentView) -> Option<&'a Extremes>;
}

/// The ranks that documents of one segment have by their values: one rises with the other.
pub(super) trait Ranks<Value> {
    fn rank(&self, doc: u32) -> Option<i64>;

    /// The value of a rank that a document has.
    fn value(&self, rank: i64) -> Value;

    /// The smallest rank whose value is not below this one, and the largest whose is not above.
    fn around(&self, value: Value) -> (i64, i64);
}

/// By the order of adding.
pub(super) struct Added;

/// By a column of numbers.
pub(super) struct Numbers(pub(super) FieldId);

/// By the collation keys of a keyword.
pub(super) struct Keywords(pub(super) FieldId);

impl<'a> Order<'a> for Added {
    type Value = i64;
    type Column = Option<NumberColumn<'a>>;

    fn column(&self, view: &'a SegmentView) -> Self::Column {
        Some(view.segment.sequences())
    }

    fn extremes(&self, view: &'a SegmentView) -> Option<&'a Extremes> {
        Some(view.segment.sequence_extremes())
    }
}

impl<'a> Order<'a> for Numbers {
    type Value = i64;
    type Column = Option<NumberColumn<'a>>;

    fn column(&self, view: &'a SegmentView) -> Self::Column {
        view.segment.numbers(self.0)
    }

    fn extremes(&self, view: &'a SegmentView) -> Option<&'a Extremes> {
        view.segment.extremes(self.0)
    }
}

impl<'a> Order<'a> for Keywords {
    type Value = &'a [u8];
    type Column = Option<KeywordColumn<'a>>;

    fn column(&self, view: &'a SegmentView) -> Self::Column {
        view.segment.order(self.0)
    }

    fn extremes(&self, view: &'a SegmentView) -> Option<&'a Extremes> {
        view.segment.extremes(self.0)
    }
}

impl Ranks<i64> for Option<NumberColumn<'_>> {
    #[inline(always)]
    fn rank(&self, doc: u32) -> Option<i64> {
        self.as_ref()?.get(doc)
    }

    fn value(&self, rank: i64) -> i64 {
        rank
    }

    fn around(&self, value: i64) -> (i64, i64) {
        (value, value)
    }
}

impl<'a> Ranks<&'a [u8]> for Option<KeywordColumn<'a>> {
    #[inline(always)]
    fn rank(&self, doc: u32) -> Option<i64> {
        self.as_ref()?.first(doc).map(i64::from)
    }

    fn value(&self, rank: i64) -> &'a [u8] {
        self.map_or(&[], |column| column.value(rank as u32))
    }

    fn around(&self, value: &'a [u8]) -> (i64, i64) {
        let Some(column) = self else { return (0, 0) };
        let first = column.first_at_least(value);
        let equal = first < column.len() && column.value(first) == value;
        (i64::from(first), i64::from(first) - i64::from(!equal))
    }
}

/// The place of a rank: places rise from the first to the last hit. No rank comes last, perhaps beside one that is as large
/// as can be.
#[inline(always)]
fn place(rank: Option<i64>, descending: bool) -> i64 {
    match rank {
        None => i64::MAX,
        Some(rank) if descending => !rank,
        Some(rank) => rank,
    }
}

/// The best so far: by value, equal ones in the order of adding.
struct Best<Value> {
    top: TopK<(ByValue<Value>, u64)>,
    descending: bool,
}

impl<Value: Ord + Copy> Best<Value> {
    /// The last place of a segment that is not behind the worst hit kept.
    fn last_place(&self, column: &impl Ranks<Value>) -> i64 {
        match self.top.threshold() {
            None | Some((ByValue::Missing, _)) => i64::MAX,
            Some((ByValue::Rising(value), _)) => place(Some(column.around(*value).1), false),
            Some((ByValue::Falling(value), _)) => place(Some(column.around(value.0).0), true),
        }
    }

    /// Takes the matches of a window that are not behind the last place, which it moves.
    fn take(
        &mut self,
        segment: usize,
        view: &SegmentView,
        column: &impl Ranks<Value>,
        window: &Window,
        last: &mut i64,
    ) {
        window.for_each(|doc| {
            let rank = column.rank(doc);
            if place(rank, self.descending) <= *last {
                let value = ByValue::new(rank.map(|rank| column.value(rank)), self.descending);
                if self.top.push((value, view.segment.sequence(doc)), hit(segment, doc, 0.0)) {
                    *last = self.last_place(column);
                }
            }
        });
    }
}

/// The stretches of a segment that have the best places, `true` for each; `None` where half of all would be among them.
fn foremost(extremes: &Extremes, documents: u32, descending: bool, count: usize) -> Option<Vec<bool>> {
    let best = |first: u32| best_place(extremes, first, descending);
    let mut places: Vec<(i64, u32)> =
        (0..documents).step_by(STRETCH as usize).map(|first| (best(first), first)).collect();
    let mut found = vec![false; places.len()];
    if count >= places.len() / 2 {
        return None;
    }
    places.select_nth_unstable(count);
    places[..count].iter().for_each(|&(_, first)| found[(first / STRETCH) as usize] = true);
    Some(found)
}

/// The best place that a document of a stretch has.
fn best_place(extremes: &Extremes, doc: u32, descending: bool) -> i64 {
    place(extremes.around(doc).map(|(low, high)| if descending { high } else { low }), descending)
}

/// Everything of a request whose hits come in an order.
pub(super) fn search<'a>(
    node: &'a Node,
    execution: Execution<'a>,
    request: &Request,
    scored: bool,
    order: &impl Order<'a>,
    descending: bool,
) -> Result<Outcome> {
    let wanted = request.limit.saturating_add(request.offset);
    let mut best = Best { top: TopK::new(wanted), descending };
    let mut facets = Facets::new(execution.snapshot, &request.facets)?;
    let all = request.count || !request.facets.is_empty();
    let (mut total, mut total_is_exact) = (0, true);
    let mut window = Window::default();
    // What was added later often has the larger values too.
    let last_first = |at: usize| if descending { execution.snapshot.segments.len() - 1 - at } else { at };
    for segment in (0..execution.snapshot.segments.len()).map(last_first) {
        let view = &execution.snapshot.segments[segment];
        let documents = view.segment.document_count();
        let Some(mut windows) = Windows::open(node, execution, segment, false)? else { continue };
        let column = order.column(view);
        let is_worth = !all && windows.cost() * WORTH >= u64::from(documents);
        let extremes = if is_worth { order.extremes(view) } else { None };
        // The stretches with the best places come first, and what they have leaves out most of the others.
        let foremost =
            extremes.and_then(|extremes| foremost(extremes, documents, descending, wanted.saturating_mul(4)));
        let mut last = best.last_place(&column);
        let (mut seen, left_out) = (0, Cell::new(false));
        for turn in 0..=usize::from(foremost.is_some()) {
            if turn > 0 {
                windows.begin_again(node)?;
            }
            loop {
                let is_unwanted = |doc: u32| {
                    if foremost.as_ref().is_some_and(|first| first[(doc / STRETCH) as usize] == (turn > 0)) {
                        return true;
                    }
                    let is_behind = extremes.is_some_and(|extremes| best_place(extremes, doc, descending) > last);
                    // A place that is behind stays so.
                    left_out.set(left_out.get() || is_behind);
                    is_behind
                };
                if !windows.next(&mut window, STRETCH, is_unwanted)? {
                    break;
                }
                seen += window.count();
                facets.count(segment, view, &window);
                best.take(segment, view, &column, &window, &mut last);
            }
        }
        let known = if left_out.get() { node.known(segment, view) } else { Some(seen) };
        total += known.unwrap_or_else(|| seen.max(windows.surely()));
        total_is_exact &= known.is_some();
    }
    let mut hits = best.top.into_hits(request.offset);
    if scored {
        score(node, execution, &mut hits)?;
    }
    Ok(Outcome { hits, total, total_is_exact, facets: facets.finish()? })
}

/// Gives hits the scores of the documents.
fn score(node: &Node, execution: Execution<'_>, hits: &mut [Hit]) -> Result<()> {
    let mut by_address: Vec<&mut Hit> = hits.iter_mut().collect();
    by_address.sort_unstable_by_key(|hit| hit.address);
    for of_segment in by_address.chunk_by_mut(|one, other| one.address.segment == other.address.segment) {
        let segment = of_segment[0].address.segment as usize;
        let Some(mut cursor) = node.open(execution, segment, true)? else { continue };
        for hit in of_segment {
            if cursor.seek(hit.address.document) == hit.address.document && cursor.matches() {
                hit.score = cursor.score();
            }
        }
        execution.clock.check()?;
        if cursor.is_broken() {
            return Err(broken(execution.snapshot, segment));
        }
    }
    Ok(())
}
