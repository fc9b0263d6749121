//! Cursors whose matches all have the score 1: everything, one list, a set of documents, a range of a column.

use super::clock::Clock;
use super::cursor::{Cursor, FAR, Window};
use crate::Result;
use crate::documents::columns::NumberColumn;
use crate::postings::{NO_MORE, PostingCursor, TermInfo};
use crate::segment::{Bitset, Segment};

/// Every document of the segment.
pub(super) struct All {
    doc: u32,
    documents: u32,
    score: f32,
}

impl All {
    /// All of so many documents, each with this score.
    pub(super) fn new(documents: u32, score: f32) -> Self {
        Self { doc: if documents == 0 { NO_MORE } else { 0 }, documents, score }
    }
}

impl Cursor for All {
    fn doc(&self) -> u32 {
        self.doc
    }

    fn seek(&mut self, target: u32) -> u32 {
        if target > self.doc {
            self.doc = if target < self.documents { target } else { NO_MORE };
        }
        self.doc
    }

    fn score(&mut self) -> f32 {
        self.score
    }

    fn bound(&mut self, _from: u32, _last: u32) -> f32 {
        self.score
    }

    fn bound_end(&mut self, _from: u32) -> u32 {
        if self.doc == NO_MORE { NO_MORE } else { FAR }
    }

    fn cost(&self) -> u64 {
        u64::from(self.documents)
    }

    fn is_broken(&self) -> bool {
        false
    }
}

/// The documents of one posting list.
pub(super) struct List<'a> {
    cursor: PostingCursor<'a>,
}

impl<'a> List<'a> {
    pub(super) fn new(cursor: PostingCursor<'a>) -> Self {
        Self { cursor }
    }
}

impl Cursor for List<'_> {
    fn doc(&self) -> u32 {
        self.cursor.doc()
    }

    fn seek(&mut self, target: u32) -> u32 {
        self.cursor.seek(target)
    }

    fn next(&mut self) -> u32 {
        self.cursor.next()
    }

    fn score(&mut self) -> f32 {
        1.0
    }

    fn bound(&mut self, _from: u32, _last: u32) -> f32 {
        1.0
    }

    fn bound_end(&mut self, _from: u32) -> u32 {
        if self.cursor.doc() == NO_MORE { NO_MORE } else { FAR }
    }

    fn cost(&self) -> u64 {
        u64::from(self.cursor.document_frequency())
    }

    fn surely(&self) -> u32 {
        self.cursor.document_frequency()
    }

    fn is_broken(&self) -> bool {
        self.cursor.is_broken()
    }
}

/// The documents of any of some lists. Those among the first of the segment are gathered at the start, all the others when
/// one is asked for: a search for the best may be over before.
pub(super) struct Union<'a> {
    segment: &'a Segment,
    lists: &'a [TermInfo],
    clock: &'a Clock,
    /// The documents below its length that are in a list.
    set: Bitset,
    doc: u32,
    broken: bool,
}

/// How many documents are the first.
const FIRST: u32 = 4096;

/// How many postings are gathered between two looks at the clock.
const BETWEEN_LOOKS: u32 = 4096;

impl<'a> Union<'a> {
    /// `Error::Timeout`, `Error::Interrupted`.
    pub(super) fn new(segment: &'a Segment, lists: &'a [TermInfo], clock: &'a Clock) -> Result<Self> {
        let mut union = Self { segment, lists, clock, set: Bitset::new(0), doc: NO_MORE, broken: false };
        union.gather(segment.document_count().min(FIRST))?;
        union.doc = union.first_from(0);
        Ok(union)
    }

    /// Makes the set that of the documents below `end`.
    fn gather(&mut self, end: u32) -> Result<()> {
        self.set = Bitset::new(end);
        let mut since = 0;
        for info in self.lists {
            let mut cursor = self.segment.postings(info);
            let mut doc = cursor.doc();
            while doc < end {
                self.set.insert(doc);
                since += 1;
                doc = cursor.next();
            }
            self.broken |= cursor.is_broken();
            if since >= BETWEEN_LOOKS {
                since = 0;
                self.clock.check()?;
            }
        }
        Ok(())
    }

    /// Gathers all documents unless those below `end` are gathered.
    fn reach(&mut self, end: u32) {
        if end > self.set.len() {
            // Whoever walks looks at the clock, which says so again, before it believes what it found.
            let _ = self.gather(self.segment.document_count());
        }
    }

    fn first_from(&mut self, target: u32) -> u32 {
        let documents = self.segment.document_count();
        if target >= documents {
            return NO_MORE;
        }
        self.reach(target + 1);
        let found = first_from(&self.set, target);
        if found != NO_MORE || self.set.len() == documents {
            return found;
        }
        self.reach(documents);
        first_from(&self.set, target)
    }
}

fn first_from(set: &Bitset, target: u32) -> u32 {
    if target >= set.len() {
        return NO_MORE;
    }
    let words = set.words();
    let mut at = target as usize / 64;
    let mut word = words[at] & (u64::MAX << (target % 64));
    while word == 0 {
        at += 1;
        match words.get(at) {
            Some(&next) => word = next,
            None => return NO_MORE,
        }
    }
    at as u32 * 64 + word.trailing_zeros()
}

impl Cursor for Union<'_> {
    fn doc(&self) -> u32 {
        self.doc
    }

    fn seek(&mut self, target: u32) -> u32 {
        if target > self.doc {
            self.doc = self.first_from(target);
        }
        self.doc
    }

    fn score(&mut self) -> f32 {
        1.0
    }

    fn bound(&mut self, _from: u32, _last: u32) -> f32 {
        1.0
    }

    fn bound_end(&mut self, _from: u32) -> u32 {
        if self.doc == NO_MORE { NO_MORE } else { FAR }
    }

    fn cost(&self) -> u64 {
        let postings: u64 = self.lists.iter().map(|info| u64::from(info.document_frequency)).sum();
        postings.min(u64::from(self.segment.document_count()))
    }

    fn surely(&self) -> u32 {
        self.lists.iter().map(|info| info.document_frequency).max().unwrap_or(0)
    }

    fn is_broken(&self) -> bool {
        self.broken
    }

    fn fill(&mut self, window: &mut Window) -> u32 {
        if window.is_scored() {
            let mut doc = self.seek(window.base());
            while doc < window.end() {
                window.add(doc, 1.0);
                doc = self.next();
            }
            return doc;
        }
        self.reach(window.end());
        let first = window.base() as usize / 64;
        for (into, word) in window.bits_mut().iter_mut().zip(&self.set.words()[first..]) {
            *into |= word;
        }
        self.seek(window.end())
    }
}

/// The documents whose column value lies between two numbers: every document is a candidate.
pub(super) struct ColumnRange<'a> {
    column: NumberColumn<'a>,
    low: i64,
    high: i64,
    all: All,
}

impl<'a> ColumnRange<'a> {
    /// The values from `low` to `high`, both included, in a segment of so many documents.
    pub(super) fn new(column: NumberColumn<'a>, low: i64, high: i64, documents: u32) -> Self {
        Self { column, low, high, all: All::new(documents, 1.0) }
    }
}

impl Cursor for ColumnRange<'_> {
    fn doc(&self) -> u32 {
        self.all.doc()
    }

    fn seek(&mut self, target: u32) -> u32 {
        self.all.seek(target)
    }

    fn matches(&mut self) -> bool {
        self.column.get(self.all.doc()).is_some_and(|value| self.low <= value && value <= self.high)
    }

    fn score(&mut self) -> f32 {
        1.0
    }

    fn bound(&mut self, _from: u32, _last: u32) -> f32 {
        1.0
    }

    fn bound_end(&mut self, _from: u32) -> u32 {
        if self.all.doc() == NO_MORE { NO_MORE } else { FAR }
    }

    fn cost(&self) -> u64 {
        self.all.cost()
    }

    fn is_broken(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::super::tests::{Indexed, Source, TAGS};
    use super::*;
    use crate::terms;
    use crate::text::token::KeyKind;

    fn walk(cursor: &mut dyn Cursor) -> Vec<u32> {
        let mut found = Vec::new();
        while cursor.doc() != NO_MORE {
            found.push(cursor.doc());
            cursor.next();
        }
        found
    }

    #[test]
    fn everything_is_walked_and_sought() {
        assert_eq!(walk(&mut All::new(4, 1.0)), [0, 1, 2, 3]);
        assert!(walk(&mut All::new(0, 1.0)).is_empty());
        let mut all = All::new(4, 1.0);
        assert_eq!((all.seek(2), all.seek(1), all.seek(4), all.seek(0)), (2, 2, NO_MORE, NO_MORE));
    }

    /// 9,000 documents with the tags т0 to т9, which stand the rarer the higher they are, the last one not among the first.
    fn tagged() -> &'static (Indexed, Vec<Vec<u32>>) {
        static TAGGED: LazyLock<(Indexed, Vec<Vec<u32>>)> = LazyLock::new(|| {
            let has = |document: u32, tag: u32| {
                document.wrapping_mul(2_654_435_761).rotate_left(tag * 3).is_multiple_of(1 << (tag + 1))
                    && (tag < 9 || document > 5000)
            };
            let source = |document: u32| Source {
                tags: (0..10).filter(|&tag| has(document, tag)).map(|tag| format!("т{tag}")).collect(),
                ..Source::default()
            };
            let documents = (0..10).map(|tag| (0..9000).filter(|&document| has(document, tag)).collect()).collect();
            (Indexed::new(&[(0..9000).map(source).collect()], &[]), documents)
        });
        &TAGGED
    }

    proptest! {
        #[test]
        fn a_union_is_walked_and_sought_and_filled(
            tags in proptest::sample::subsequence((0..10usize).collect::<Vec<_>>(), 1..6), target in 0u32..9100, base in 0u32..140,
        ) {
            let (indexed, documents) = tagged();
            let segment = &indexed.snapshot.segments[0].segment;
            let mut term = Vec::new();
            let lists: Vec<TermInfo> = tags.iter().map(|tag| {
                terms::encode(TAGS, KeyKind::Value, &format!("т{tag}"), &mut term);
                segment.terms().get(&term).unwrap().unwrap()
            }).collect();
            let documents: BTreeSet<u32> = tags.iter().flat_map(|&tag| documents[tag].iter().copied()).collect();
            let clock = Clock::endless();
            let union = || Union::new(segment, &lists, &clock).unwrap();
            prop_assert_eq!(walk(&mut union()), documents.iter().copied().collect::<Vec<_>>());
            let expected = documents.range(target..).next().copied().unwrap_or(NO_MORE);
            prop_assert_eq!(union().seek(target), expected);
            prop_assert!(u64::from(union().surely()) <= documents.len() as u64 && documents.len() as u64 <= union().cost());
            let (base, end) = (base * 64, (base * 64 + 1024).min(9000));
            for scored in [false, true] {
                let mut window = Window::default();
                window.reset(base, end, scored);
                let after = union().fill(&mut window);
                let mut found = Vec::new();
                window.for_each(|doc| found.push(doc));
                prop_assert_eq!(found, documents.range(base..end).copied().collect::<Vec<_>>());
                prop_assert_eq!(after, documents.range(end..).next().copied().unwrap_or(NO_MORE));
            }
        }
    }
}
