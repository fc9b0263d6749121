//! Cursors whose matches all have the score 1: everything, one list, a set of documents, a range of a column.

use super::cursor::{Cursor, FAR, Window};
use crate::documents::columns::NumberColumn;
use crate::postings::{NO_MORE, PostingCursor};
use crate::segment::Bitset;

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

    fn is_broken(&self) -> bool {
        self.cursor.is_broken()
    }
}

/// A set of documents, made before the walk.
pub(super) struct Set {
    set: Bitset,
    count: u32,
    doc: u32,
}

impl Set {
    pub(super) fn new(set: Bitset) -> Self {
        let count = set.count();
        let doc = first_from(&set, 0);
        Self { set, count, doc }
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

impl Cursor for Set {
    fn doc(&self) -> u32 {
        self.doc
    }

    fn seek(&mut self, target: u32) -> u32 {
        if target > self.doc {
            self.doc = first_from(&self.set, target);
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
        u64::from(self.count)
    }

    fn is_broken(&self) -> bool {
        false
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
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn a_set_is_walked_and_sought_and_filled(
            documents in proptest::collection::btree_set(0u32..9000, 0..60), target in 0u32..9100, base in 0u32..140,
        ) {
            let mut set = Bitset::new(9000);
            for &document in &documents {
                set.insert(document);
            }
            prop_assert_eq!(walk(&mut Set::new(set.clone())), documents.iter().copied().collect::<Vec<_>>());
            let expected = documents.range(target..).next().copied().unwrap_or(NO_MORE);
            prop_assert_eq!(Set::new(set.clone()).seek(target), expected);
            let (base, end) = (base * 64, (base * 64 + 1024).min(9000));
            for scored in [false, true] {
                let mut window = Window::default();
                window.reset(base, end, scored);
                let after = Set::new(set.clone()).fill(&mut window);
                let mut found = Vec::new();
                window.for_each(|doc| found.push(doc));
                prop_assert_eq!(found, documents.range(base..end).copied().collect::<Vec<_>>());
                prop_assert_eq!(after, documents.range(end..).next().copied().unwrap_or(NO_MORE));
            }
        }
    }
}
