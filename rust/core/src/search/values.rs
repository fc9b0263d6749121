//! Whole values of keyword fields, and unions of posting lists that only choose documents.

use super::clock::Clock;
use super::compile::{Compiler, Execution, checked_field};
use super::constant::{List, Union};
use super::cursor::Cursor;
use crate::index::Snapshot;
use crate::postings::TermInfo;
use crate::schema::{FieldId, FieldKind};
use crate::terms::pattern::Matcher;
use crate::terms::{self, Pattern};
use crate::text::token::KeyKind;
use crate::{Error, Result};

/// How many terms are passed between two looks at the clock.
const BETWEEN_LOOKS: u32 = 4096;

/// Some values of a keyword field.
pub(super) struct Values {
    pub(super) field: FieldId,
    /// What was asked, for explanations.
    pub(super) description: String,
    /// The lists of each segment.
    lists: Vec<Vec<TermInfo>>,
}

/// Looks at the clock while terms are gathered by a callback that can only say "stop".
pub(super) struct Gathered<'a> {
    clock: &'a Clock,
    count: u32,
    result: Result<()>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(clock: &'a Clock) -> Self {
        Self { clock, count: 0, result: Ok(()) }
    }

    /// Counts one more; false when the time is over.
    pub(super) fn goes_on(&mut self) -> bool {
        self.count += 1;
        if self.count == BETWEEN_LOOKS {
            self.count = 0;
            self.result = self.clock.check();
        }
        self.result.is_ok()
    }

    pub(super) fn finish(self) -> Result<()> {
        self.result
    }
}

impl Values {
    /// One value.
    pub(super) fn one(snapshot: &Snapshot, field: FieldId, text: &str) -> Result<Self> {
        checked_field(snapshot, field, &[FieldKind::Keyword], "a whole value")?;
        let mut term = Vec::new();
        terms::encode(field, KeyKind::Value, text, &mut term);
        let list = |view: &crate::index::SegmentView| Ok(view.segment.terms().get(&term)?.into_iter().collect());
        let lists = snapshot.segments.iter().map(list).collect::<Result<_>>()?;
        Ok(Self { field, description: format!("the value {text:?}"), lists })
    }

    /// The values that match a pattern.
    pub(super) fn matching(compiler: &Compiler<'_>, field: FieldId, pattern: &Pattern) -> Result<Self> {
        checked_field(compiler.snapshot, field, &[FieldKind::Keyword], "a pattern of values")?;
        let matcher = Matcher::new(pattern)?;
        let mut lists = vec![Vec::new(); compiler.snapshot.segments.len()];
        for (segment, into) in lists.iter_mut().enumerate() {
            compiler.matching_terms(&matcher, segment, field, KeyKind::Value, |_, info| into.push(info))?;
        }
        Ok(Self { field, description: format!("a value by {pattern:?}"), lists })
    }

    /// The values between two bounds, each included or not, by their bytes.
    pub(super) fn between(
        compiler: &Compiler<'_>,
        field: FieldId,
        low: Option<&(String, bool)>,
        high: Option<&(String, bool)>,
    ) -> Result<Self> {
        checked_field(compiler.snapshot, field, &[FieldKind::Keyword], "a range of values")?;
        let (mut from, mut to) = (Vec::new(), Vec::new());
        terms::encode(field, KeyKind::Value, low.map_or("", |(text, _)| text), &mut from);
        match high {
            Some((text, included)) => {
                terms::encode(field, KeyKind::Value, text, &mut to);
                if *included {
                    to.push(0);
                }
            }
            None => {
                terms::encode(field, KeyKind::Value, "", &mut to);
                to[2] += 1;
            }
        }
        if low.is_some_and(|(_, included)| !included) {
            from.push(0);
        }
        let mut lists = vec![Vec::new(); compiler.snapshot.segments.len()];
        if from < to {
            for (view, into) in compiler.snapshot.segments.iter().zip(&mut lists) {
                let mut gathered = Gathered::new(compiler.clock);
                view.segment.terms().for_each_between(&from, Some(&to), |_, info| {
                    into.push(info);
                    gathered.goes_on()
                })?;
                gathered.finish()?;
            }
        }
        let bound = |bound: Option<&(String, bool)>| match bound {
            Some((text, true)) => format!("{text:?} (included)"),
            Some((text, false)) => format!("{text:?} (not included)"),
            None => "any".to_owned(),
        };
        let description = format!("a value from {} to {}", bound(low), bound(high));
        Ok(Self { field, description, lists })
    }

    /// The one list that a segment has of it.
    pub(super) fn only_list(&self, segment: usize) -> Option<&TermInfo> {
        match &self.lists[segment][..] {
            [list] => Some(list),
            _ => None,
        }
    }

    /// Its cursor in a segment; `None` when the segment has no such value.
    pub(super) fn open<'a>(&'a self, execution: Execution<'a>, segment: usize) -> Result<Option<Box<dyn Cursor + 'a>>> {
        open_lists(&self.lists[segment], execution, segment)
    }
}

/// A cursor over the documents of any of the lists.
pub(super) fn open_lists<'a>(
    lists: &'a [TermInfo],
    execution: Execution<'a>,
    segment: usize,
) -> Result<Option<Box<dyn Cursor + 'a>>> {
    let reader = &execution.snapshot.segments[segment].segment;
    match lists {
        [] => Ok(None),
        [info] => Ok(Some(Box::new(List::new(reader.postings(info))))),
        _ => {
            let union = Union::new(reader, lists, execution.clock)?;
            if union.is_broken() { Err(broken(execution.snapshot, segment)) } else { Ok(Some(Box::new(union))) }
        }
    }
}

/// What a search says when a list of a segment broke its promises.
pub(super) fn broken(snapshot: &Snapshot, segment: usize) -> Error {
    Error::corrupt(
        snapshot.segments[segment].segment.path(),
        "a posting list was expected to be whole, found a broken one",
    )
}
