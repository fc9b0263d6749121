//! The best documents of a single word, without looking at blocks of postings that cannot have any.
//!
//! The bound of a block is the score of its impacts by the very formula of scores, so it is never below the score of a
//! posting of the block, and blocks whose bound does not exceed the worst score kept can be left out: their documents
//! come later than those kept and lose ties.

use super::best::Looking;
use super::ceilings::Way;
use super::clause::WordCursor;
use super::cursor::Cursor;
use crate::Result;
use crate::postings::NO_MORE;

/// How many documents are scored between two looks at the clock.
const BETWEEN_LOOKS: usize = 8192;

/// Takes the best of a segment that lie on the way; whether all lists were whole.
pub(super) fn search(mut cursor: WordCursor<'_>, way: &mut Way<'_>, looking: &mut Looking<'_>) -> Result<bool> {
    let mut target = 0;
    let mut group_end = None;
    let mut since_look = 0;
    let mut skipped = false;
    let mut next = |cursor: &mut WordCursor<'_>, target: u32, worst, skipped: &mut bool| match way {
        Way::Whole(_) => next_window(cursor, target, &mut group_end, worst, skipped),
        Way::ByRanges(..) => way.next(target, worst),
    };
    while let Some(window) = next(&mut cursor, target, looking.worst(), &mut skipped) {
        cursor.score_runs(window.0, window.1, |docs, scores| {
            since_look += docs.len();
            looking.take_run(docs, scores);
        });
        if since_look >= BETWEEN_LOOKS {
            since_look = 0;
            looking.clock.check()?;
        }
        let Some(next) = window.1.checked_add(1) else { break };
        target = next;
    }
    if skipped || (way.is_by_ranges() && looking.worst().is_some()) {
        looking.leave_out();
    }
    Ok(!cursor.is_broken())
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
            let (end, bound) = cursor.block_or_group_bound(target, true);
            if bound <= worst {
                *skipped |= end != NO_MORE;
                target = end.checked_add(1)?;
                continue;
            }
            *group_end = Some(end);
        }
        let (end, bound) = cursor.block_or_group_bound(target, false);
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
