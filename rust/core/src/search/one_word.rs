//! The best documents of a single word, without looking at blocks of postings that cannot have any.
//!
//! The bound of a block is the score of its impacts by the very formula of scores, so it is never below the score of a
//! posting of the block, and blocks whose bound does not exceed the worst score kept can be left out: their documents
//! come later than those kept and lose ties.

use super::clause::{Word, WordCursor};
use super::compile::Execution;
use super::cursor::Cursor;
use super::request::{Outcome, Request};
use super::topk::{ByScore, TopK, hit};
use super::values::broken;
use crate::Result;
use crate::postings::NO_MORE;

/// How many documents are scored between two looks at the clock.
const BETWEEN_LOOKS: u32 = 8192;

/// Finds the best documents of a word for a request that has no filter, order, facets or exact count.
pub(super) fn search(word: &Word, execution: Execution<'_>, request: &Request) -> Result<Outcome> {
    let mut top = TopK::new(request.limit.saturating_add(request.offset));
    let (mut total, mut exact) = (0, true);
    for (at, view) in execution.snapshot.segments.iter().enumerate() {
        execution.clock.check()?;
        let Some(mut cursor) = word.open(execution, at) else { continue };
        // One list and no deletions: how many documents match is written in the dictionary.
        let known = if view.deleted.is_none() { cursor.only_list() } else { None };
        let (mut seen, mut skipped) = (0u64, false);
        let mut target = 0;
        let mut group_end = None;
        let mut since_look = 0;
        while let Some(window) = next_window(&mut cursor, target, &mut group_end, worst(&top), &mut skipped) {
            cursor.score_range(window.0, window.1, |doc, score| {
                since_look += 1;
                if view.is_live(doc) {
                    seen += 1;
                    if worst(&top).is_none_or(|worst| score > worst) {
                        top.push(ByScore(score), hit(at, doc, score));
                    }
                }
            });
            if since_look >= BETWEEN_LOOKS {
                since_look = 0;
                execution.clock.check()?;
            }
            let Some(next) = window.1.checked_add(1) else { break };
            target = next;
        }
        if cursor.is_broken() {
            return Err(broken(execution.snapshot, at));
        }
        match known {
            Some(documents) => total += u64::from(documents),
            None => {
                total += seen;
                exact &= !skipped;
            }
        }
    }
    Ok(Outcome { hits: top.into_hits(request.offset), total, total_is_exact: exact, facets: Vec::new() })
}

/// The score that a document must exceed to be kept; `None` while there is room.
fn worst(top: &TopK<ByScore>) -> Option<f32> {
    top.threshold().map(|&ByScore(score)| score)
}

/// The next first and last document between which there may be one that scores above `worst`, from `target` on.
fn next_window(
    cursor: &mut WordCursor<'_>,
    mut target: u32,
    group_end: &mut Option<u32>,
    worst: Option<f32>,
    skipped: &mut bool,
) -> Option<(u32, u32)> {
    loop {
        if target == NO_MORE {
            return None;
        }
        if let Some(worst) = worst
            && group_end.is_none_or(|end| target > end)
        {
            let (end, bound) = cursor.bound(target, true);
            if bound <= worst {
                *skipped |= end != NO_MORE;
                target = end.checked_add(1)?;
                continue;
            }
            *group_end = Some(end);
        }
        let (end, bound) = cursor.bound(target, false);
        if end == NO_MORE {
            return None;
        }
        if worst.is_none_or(|worst| bound > worst) {
            return Some((target, end));
        }
        *skipped = true;
        target = end.checked_add(1)?;
    }
}
