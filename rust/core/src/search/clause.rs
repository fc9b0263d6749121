//! A word over its fields and keys: one clause of the score, however many posting lists it has.

use std::sync::Arc;

use super::bm25::{FieldTable, saturate};
use super::bounded::{self, BoundedList};
use super::candidates::Candidates;
use super::ceilings;
use super::compile::Execution;
use super::cursor::{Cursor, Goal, Scratch, Sums, Window};
use super::plan::Alternative;
use super::slots::Slots;
use crate::postings::{BLOCK, NO_MORE, TermInfo};
use crate::schema::FieldId;

/// A word with everything that is the same in all segments.
pub(super) struct Word {
    pub(super) fields: Vec<WordField>,
    /// The largest document frequency of its keys over all fields.
    pub(super) document_frequency: u64,
    pub(super) idf: f32,
    /// What the score is multiplied by.
    pub(super) boost: f32,
    /// The posting lists there are, by segment, in order of field and alternative.
    pub(super) lists: Vec<Vec<WordList>>,
}

/// One field that the word is searched in.
pub(super) struct WordField {
    pub(super) field: FieldId,
    pub(super) weight: f32,
    pub(super) alternatives: Vec<Alternative>,
    pub(super) table: Arc<FieldTable>,
}

/// One key that a segment has.
pub(super) struct WordList {
    /// The place of its field in [`Word::fields`].
    pub(super) field: usize,
    /// The place of its key in the field's alternatives.
    pub(super) alternative: usize,
    pub(super) info: TermInfo,
}

impl Word {
    /// Its cursor in a segment; `None` when the segment has none of its keys.
    pub(super) fn open<'a>(&'a self, execution: Execution<'a>, segment: usize) -> Option<WordCursor<'a>> {
        let reader = &execution.snapshot.segments[segment].segment;
        let mut fields: Vec<OpenField<'a>> = Vec::new();
        let mut last = usize::MAX;
        for list in &self.lists[segment] {
            let field = &self.fields[list.field];
            if list.field != last {
                last = list.field;
                fields.push(OpenField { lists: Vec::new(), norms: reader.norms(field.field), table: &field.table });
            }
            let weight = field.alternatives[list.alternative].weight;
            let cursor = reader.postings(&list.info);
            fields.last_mut()?.lists.push(BoundedList::new(cursor, weight, &field.table));
        }
        let (idf, boost, scratch) = (self.idf, self.boost, execution.scratch);
        (!fields.is_empty()).then(|| WordCursor { fields, idf, boost, doc: 0, scratch, found: Found::default() })
    }
}

/// Memory for what the lists of a word say about candidates.
#[derive(Default)]
struct Found {
    /// For each candidate the largest weight · frequency in a field.
    best: Vec<f32>,
    /// For each candidate the sum over the fields, [`ABSENT`] when the word is not there.
    sums: Vec<f32>,
}

/// Stands for the sum of a word that is not in a document.
const ABSENT: f32 = -1.0;

struct OpenField<'a> {
    lists: Vec<BoundedList<'a>>,
    norms: &'a [u8],
    table: &'a FieldTable,
}

impl OpenField<'_> {
    /// The norm of a document of a list, and what tf is multiplied by for it.
    #[inline(always)]
    fn inverse(&self, doc: u32) -> f32 {
        self.table.inverse(self.norms.get(doc as usize).copied().unwrap_or(0))
    }
}

/// The posting lists of a word in one segment.
pub(super) struct WordCursor<'a> {
    fields: Vec<OpenField<'a>>,
    idf: f32,
    boost: f32,
    doc: u32,
    scratch: &'a Scratch,
    found: Found,
}

impl WordCursor<'_> {
    #[inline(always)]
    fn value(&self, sum: f32) -> f32 {
        self.boost * saturate(self.idf, sum)
    }

    /// The documents of its list when there is only one.
    pub(super) fn only_list(&self) -> Option<u32> {
        match self.fields.as_slice() {
            [OpenField { lists, .. }] if lists.len() == 1 => Some(lists[0].cursor.document_frequency()),
            _ => None,
        }
    }

    /// No document from `target` to the first number (included) scores above the second. `wide` looks at groups of blocks.
    pub(super) fn block_or_group_bound(&mut self, target: u32, wide: bool) -> (u32, f32) {
        let (mut last, mut sum) = (NO_MORE, 0.0);
        for field in &mut self.fields {
            let mut best = 0.0f32;
            for list in &mut field.lists {
                let (end, impacts) =
                    if wide { list.cursor.group_bound(target) } else { list.cursor.block_bound(target) };
                last = last.min(end);
                for impact in impacts {
                    best = best.max(list.weight * impact.frequency as f32 * field.table.inverse(impact.norm));
                }
            }
            sum += best;
        }
        (last, self.value(sum))
    }

    /// Calls `visit` with the documents from `target` to `last` (both included) and their scores, at most a block of them at a
    /// time. The cursor is walked only so, or by its trait, never both.
    #[inline(always)]
    pub(super) fn score_runs(&mut self, target: u32, last: u32, mut visit: impl FnMut(&[u32], &[f32])) {
        if self.only_list().is_none() {
            let mut doc = self.seek(target);
            while doc <= last && doc != NO_MORE {
                visit(&[doc], &[self.score()]);
                doc = self.next();
            }
            return;
        }
        let (idf, boost) = (self.idf, self.boost);
        let OpenField { lists, norms, table } = &mut self.fields[0];
        let BoundedList { cursor, weight, .. } = &mut lists[0];
        cursor.seek(target);
        loop {
            let (docs, frequencies) = cursor.run(last);
            if docs.is_empty() {
                return;
            }
            let mut scores = [0.0f32; BLOCK];
            for ((sum, &doc), &frequency) in scores.iter_mut().zip(docs).zip(frequencies) {
                let norm = norms.get(doc as usize).copied().unwrap_or(0);
                *sum = *weight * frequency as f32 * table.inverse(norm);
            }
            // Apart from the look-ups, so that several scores are worked out at once.
            for sum in &mut scores[..docs.len()] {
                *sum = boost * saturate(idf, *sum);
            }
            visit(docs, &scores[..docs.len()]);
            let count = docs.len();
            cursor.pass(count);
        }
    }

    /// The first document that one of its lists stands on.
    fn next_of_lists(&self) -> u32 {
        let lists = self.fields.iter().flat_map(|field| &field.lists);
        lists.map(|list| list.cursor.doc()).min().unwrap_or(NO_MORE)
    }

    /// Looks the candidates up in all lists: `found.sums` then has what is saturated, for each.
    fn look_up(&mut self, docs: &[u32]) {
        let Self { fields, found, .. } = self;
        let Found { best, sums } = found;
        sums.clear();
        sums.resize(docs.len(), ABSENT);
        if let [field] = fields.as_mut_slice()
            && let [list] = field.lists.as_mut_slice()
        {
            list.cursor.intersect(docs, |place, frequency| {
                let norm = field.norms.get(docs[place] as usize).copied().unwrap_or(0);
                sums[place] = list.weight * frequency as f32 * field.table.inverse(norm);
            });
            return;
        }
        for field in fields {
            best.clear();
            best.resize(docs.len(), 0.0);
            for list in &mut field.lists {
                let weight = list.weight;
                list.cursor
                    .intersect(docs, |place, frequency| best[place] = best[place].max(weight * frequency as f32));
            }
            for ((&best, sum), &doc) in best.iter().zip(&mut *sums).zip(docs) {
                if best > 0.0 {
                    *sum =
                        sum.max(0.0) + best * field.table.inverse(field.norms.get(doc as usize).copied().unwrap_or(0));
                }
            }
        }
    }

    fn fill_bits(&mut self, window: &mut Window) {
        for list in self.fields.iter_mut().flat_map(|field| &mut field.lists) {
            let mut doc = list.cursor.seek(window.base());
            while doc < window.end() {
                window.add(doc, 0.0);
                doc = list.cursor.next();
            }
        }
    }

    /// List after list into sums by document, so that no heap of lists is needed.
    fn fill_sums(&mut self, base: u32, end: u32, sums: &mut Sums, mut visit: impl FnMut(u32, f32)) {
        for field in &mut self.fields {
            for list in &mut field.lists {
                let mut doc = list.cursor.seek(base);
                while doc < end {
                    let slot = (doc - base) as usize;
                    let frequency = list.weight * list.cursor.frequency() as f32;
                    let best = &mut sums.frequencies[slot];
                    *best = best.max(frequency);
                    sums.field[slot / 64] |= 1 << (slot % 64);
                    doc = list.cursor.next();
                }
            }
            for at in 0..sums.field.len() {
                let mut rest = std::mem::take(&mut sums.field[at]);
                sums.any[at] |= rest;
                while rest != 0 {
                    let slot = at * 64 + rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    let frequency = std::mem::take(&mut sums.frequencies[slot]);
                    if frequency > 0.0 {
                        sums.sums[slot] += frequency * field.inverse(base + slot as u32);
                    }
                }
            }
        }
        for at in 0..sums.any.len() {
            let mut rest = std::mem::take(&mut sums.any[at]);
            while rest != 0 {
                let slot = at * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                visit(base + slot as u32, self.value(std::mem::take(&mut sums.sums[slot])));
            }
        }
    }
}

impl Cursor for WordCursor<'_> {
    fn doc(&self) -> u32 {
        self.doc
    }

    fn seek(&mut self, target: u32) -> u32 {
        let mut first = NO_MORE;
        for list in self.fields.iter_mut().flat_map(|field| &mut field.lists) {
            let doc = if list.cursor.doc() < target { list.cursor.seek(target) } else { list.cursor.doc() };
            first = first.min(doc);
        }
        self.doc = first;
        first
    }

    fn next(&mut self) -> u32 {
        let mut first = NO_MORE;
        for list in self.fields.iter_mut().flat_map(|field| &mut field.lists) {
            let doc = if list.cursor.doc() == self.doc { list.cursor.next() } else { list.cursor.doc() };
            first = first.min(doc);
        }
        self.doc = first;
        first
    }

    fn score(&mut self) -> f32 {
        let (doc, mut sum) = (self.doc, 0.0);
        for field in &mut self.fields {
            let mut frequency = 0.0f32;
            for list in &mut field.lists {
                if list.cursor.doc() == doc {
                    frequency = frequency.max(list.weight * list.cursor.frequency() as f32);
                }
            }
            if frequency > 0.0 {
                sum += frequency * field.inverse(doc);
            }
        }
        self.value(sum)
    }

    fn cost(&self) -> u64 {
        self.fields.iter().flat_map(|field| &field.lists).map(|list| u64::from(list.cursor.document_frequency())).sum()
    }

    fn surely(&self) -> u32 {
        let lists = self.fields.iter().flat_map(|field| &field.lists);
        lists.map(|list| list.cursor.document_frequency()).max().unwrap_or(0)
    }

    fn is_broken(&self) -> bool {
        self.fields.iter().flat_map(|field| &field.lists).any(|list| list.cursor.is_broken())
    }

    fn is_leaf(&self) -> bool {
        true
    }

    fn bound(&mut self, from: u32, last: u32) -> f32 {
        let mut sum = 0.0;
        for field in &mut self.fields {
            sum += field.lists.iter_mut().map(|list| list.bound(from, last)).fold(0.0, f32::max);
        }
        self.value(sum)
    }

    fn asked_for_ceilings(&self) -> Option<u64> {
        bounded::asked_for_ceilings(self.fields.iter().flat_map(|field| &field.lists))
    }

    fn ceilings(&mut self, into: &mut [f32]) {
        if let [OpenField { lists, .. }] = self.fields.as_slice()
            && let [list] = lists.as_slice()
            && let Some((levels, limits)) = list.maxima()
        {
            let mut scores = limits.map(|limit| self.value(limit));
            scores[0] = ceilings::ABSENT;
            into.iter_mut().zip(levels).for_each(|(ceiling, &level)| *ceiling = scores[usize::from(level)]);
            return;
        }
        let Found { mut best, sums } = std::mem::take(&mut self.found);
        into.fill(0.0);
        for OpenField { lists, norms, .. } in &mut self.fields {
            best.clear();
            best.resize(into.len(), 0.0);
            for list in lists {
                list.for_each_range(norms, |range, most| best[range] = best[range].max(most));
            }
            into.iter_mut().zip(&best).for_each(|(sum, best)| *sum += best);
        }
        self.found = Found { best, sums };
        for sum in into {
            *sum = if *sum > 0.0 { self.value(*sum) } else { ceilings::ABSENT };
        }
    }

    fn bound_end(&mut self, from: u32) -> u32 {
        let lists = self.fields.iter_mut().flat_map(|field| &mut field.lists);
        lists.map(|list| list.cursor.block_end(from)).min().unwrap_or(NO_MORE)
    }

    fn collect(&mut self, from: u32, last: u32, scored: bool, _goal: Goal, into: &mut Candidates) {
        if scored {
            self.score_runs(from, last, |docs, scores| into.extend(docs, scores));
        } else {
            self.score_runs(from, last, |docs, _| docs.iter().for_each(|&doc| into.push(doc, 0.0)));
        }
    }

    fn retain(&mut self, candidates: &mut Candidates, scored: bool, _goal: Goal) {
        self.look_up(candidates.docs());
        let (idf, boost) = (self.idf, if scored { self.boost } else { 0.0 });
        let mut sums = self.found.sums.iter();
        candidates.retain_adding(|_| {
            let sum = *sums.next()?;
            (sum >= 0.0).then(|| boost * saturate(idf, sum))
        });
    }

    fn add(&mut self, candidates: &mut Candidates) {
        self.look_up(candidates.docs());
        for (at, &sum) in self.found.sums.iter().enumerate() {
            if sum >= 0.0 {
                candidates.add(at, self.boost * saturate(self.idf, sum));
            }
        }
    }

    fn exclude(&mut self, candidates: &mut Candidates) {
        self.look_up(candidates.docs());
        let mut sums = self.found.sums.iter();
        candidates.retain(|_| sums.next().is_some_and(|&sum| sum < 0.0));
    }

    fn add_up(&mut self, slots: &mut Slots) -> u32 {
        let (base, last) = (slots.base(), slots.end() - 1);
        if self.only_list().is_some() {
            self.score_runs(base, last, |docs, scores| slots.add_all(docs, scores));
        } else {
            let scratch = self.scratch;
            self.fill_sums(base, slots.end(), &mut scratch.sums.borrow_mut(), |doc, score| slots.add(doc, score));
        }
        self.next_of_lists()
    }

    fn fill(&mut self, window: &mut Window) -> u32 {
        if !window.is_scored() {
            self.fill_bits(window);
        } else if self.only_list().is_some() {
            let (base, last) = (window.base(), window.end() - 1);
            self.score_runs(base, last, |docs, scores| {
                docs.iter().zip(scores).for_each(|(&doc, &score)| window.add(doc, score));
            });
        } else {
            let scratch = self.scratch;
            let (base, end) = (window.base(), window.end());
            self.fill_sums(base, end, &mut scratch.sums.borrow_mut(), |doc, score| window.add(doc, score));
        }
        self.next_of_lists()
    }
}
