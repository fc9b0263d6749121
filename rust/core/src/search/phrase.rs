//! Words in order, or near each other: a conjunction of slots whose positions are looked at only when all slots are there.

use std::sync::Arc;

use super::bm25::{FieldTable, saturate, too_small};
use super::bounded::BoundedList;
use super::candidates::Candidates;
use super::compile::Execution;
use super::cursor::{Cursor, Goal};
use super::intervals::{self, Near};
use super::plan::Slot;
use crate::postings::{NO_MORE, TermInfo};
use crate::schema::FieldId;
use crate::segment::Segment;

/// How the slots must stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// In order, with so many extra positions in all.
    Phrase { slop: u32 },
    /// In any order, the last at most so far from the first.
    Near { distance: u32 },
}

/// A phrase or a nearness with everything that is the same in all segments.
pub(super) struct Phrase {
    pub(super) shape: Shape,
    pub(super) fields: Vec<PhraseField>,
    /// For every slot the largest document frequency of its keys over all fields.
    pub(super) document_frequencies: Vec<u64>,
    /// The idf of every slot.
    pub(super) slot_idfs: Vec<f32>,
    /// Their sum, in order of the slots.
    pub(super) idf: f32,
    /// What the score is multiplied by.
    pub(super) boost: f32,
    /// By segment and field, the posting lists of every slot; `None` where some slot has none.
    pub(super) lists: Vec<Vec<Option<Vec<Vec<TermInfo>>>>>,
}

/// One field that the phrase is searched in.
pub(super) struct PhraseField {
    pub(super) field: FieldId,
    pub(super) weight: f32,
    pub(super) slots: Vec<Slot>,
    pub(super) offsets: Vec<u32>,
    pub(super) table: Arc<FieldTable>,
}

impl Phrase {
    /// Its cursor in a segment; `None` when no field of the segment has keys of all slots.
    pub(super) fn open<'a>(&'a self, execution: Execution<'a>, segment: usize) -> Option<PhraseCursor<'a>> {
        let reader = &execution.snapshot.segments[segment].segment;
        let mut fields = Vec::new();
        for (field, lists) in self.fields.iter().zip(&self.lists[segment]) {
            let Some(lists) = lists else { continue };
            let open = |infos: &Vec<TermInfo>| Union::open(infos, reader, &field.table);
            let slots: Vec<Union<'a>> = lists.iter().map(open).collect();
            let mut order: Vec<usize> = (0..slots.len()).collect();
            order.sort_by_key(|&slot| slots[slot].cost());
            fields.push(OpenField {
                slots,
                order,
                offsets: &field.offsets,
                norms: reader.norms(field.field),
                table: &field.table,
                doc: 0,
                frequency: 0,
            });
        }
        (!fields.is_empty()).then(|| PhraseCursor {
            phrase: self,
            fields,
            doc: 0,
            checked: None,
            places: Places::default(),
            frequencies: Vec::new(),
            found: Vec::new(),
            docs: Vec::new(),
        })
    }
}

/// Memory for positions, kept from document to document.
#[derive(Default)]
pub(super) struct Places {
    slots: Vec<Vec<u32>>,
    one: Vec<u32>,
    at: Vec<usize>,
    near: Near,
}

impl Places {
    /// In how many intervals the slots, whose ascending positions are given, meet.
    pub(super) fn count(&mut self, shape: Shape, offsets: &[u32]) -> u32 {
        let mut count = 0u32;
        match shape {
            Shape::Phrase { slop } => {
                intervals::phrase(&self.slots, offsets, slop, &mut self.at, |_, _| count = count.saturating_add(1));
            }
            Shape::Near { distance } => {
                self.near.windows(&self.slots, distance, |_| count = count.saturating_add(1));
            }
        }
        count
    }

    /// In how many places the slots, all on the document, stand as they do in the query: the rarest first, and no position
    /// of the others is read when the first two never meet.
    fn count_exact(&mut self, field: &mut OpenField<'_>, doc: u32) -> u32 {
        self.slots.resize_with(2, Vec::new);
        let [starts, positions] = self.slots.as_mut_slice() else { return 0 };
        starts.clear();
        for (turn, &slot) in field.order.iter().enumerate() {
            let offset = field.offsets[slot];
            field.slots[slot].positions(doc, &mut self.one, positions);
            if turn == 0 {
                starts.extend(positions.iter().filter_map(|position| position.checked_sub(offset)));
            } else {
                let (mut at, mut other, mut kept) = (0, 0, 0);
                // Both go up, and which of two is larger cannot be foreseen: so no branch.
                while let (Some(&start), Some(&found)) = (starts.get(at), positions.get(other)) {
                    // A start is a position less an offset, and the sum may be one that no text has.
                    let wanted = start.saturating_add(offset);
                    starts[kept] = start;
                    kept += usize::from(found == wanted);
                    at += usize::from(wanted <= found);
                    other += usize::from(found <= wanted);
                }
                starts.truncate(kept);
            }
            if starts.is_empty() {
                return 0;
            }
        }
        u32::try_from(starts.len()).unwrap_or(u32::MAX)
    }

    /// Takes the positions in which each slot stands in a document that all stand on.
    pub(super) fn load(&mut self, slots: &mut [Union<'_>], doc: u32) {
        self.slots.resize_with(slots.len(), Vec::new);
        for (slot, into) in slots.iter_mut().zip(&mut self.slots) {
            slot.positions(doc, &mut self.one, into);
        }
    }
}

/// The lists of one slot, as one list.
pub(super) struct Union<'a> {
    lists: Vec<BoundedList<'a>>,
    doc: u32,
}

impl<'a> Union<'a> {
    /// The union of these lists of a segment, on its first document; in the field of the table.
    pub(super) fn open(infos: &[TermInfo], segment: &'a Segment, table: &'a FieldTable) -> Self {
        let open = |info| BoundedList::new(segment.postings(info), 1.0, table);
        let lists: Vec<_> = infos.iter().map(open).collect();
        let doc = lists.iter().map(|list| list.cursor.doc()).min().unwrap_or(NO_MORE);
        Self { lists, doc }
    }

    /// No document from `from` to `last` has a larger tf / length factor than this.
    fn bound(&mut self, from: u32, last: u32) -> f32 {
        above(self.lists.iter_mut().map(|list| list.bound(from, last)))
    }

    fn bound_end(&mut self, from: u32) -> u32 {
        self.lists.iter_mut().map(|list| list.cursor.block_end(from)).min().unwrap_or(NO_MORE)
    }

    /// How often its lists stand in the document that it stands on, at most.
    fn frequency(&mut self) -> u32 {
        let doc = self.doc;
        let here = self.lists.iter_mut().map(|list| &mut list.cursor).filter(|list| list.doc() == doc);
        here.fold(0, |sum, list| sum.saturating_add(list.frequency()))
    }

    /// Moves to the first document at or after `target`, never back.
    pub(super) fn seek(&mut self, target: u32) -> u32 {
        if self.doc < target {
            let mut first = NO_MORE;
            for BoundedList { cursor, .. } in &mut self.lists {
                first = first.min(if cursor.doc() < target { cursor.seek(target) } else { cursor.doc() });
            }
            self.doc = first;
        }
        self.doc
    }

    fn cost(&self) -> u64 {
        self.lists.iter().map(|list| u64::from(list.cursor.document_frequency())).sum()
    }

    /// Whether one of its lists was found broken.
    pub(super) fn is_broken(&self) -> bool {
        self.lists.iter().any(|list| list.cursor.is_broken())
    }

    /// The ascending positions of all its lists in the document.
    fn positions(&mut self, doc: u32, one: &mut Vec<u32>, into: &mut Vec<u32>) {
        into.clear();
        let mut several = false;
        for list in self.lists.iter_mut().map(|list| &mut list.cursor).filter(|list| list.doc() == doc) {
            if into.is_empty() {
                list.positions(into);
            } else {
                list.positions(one);
                into.extend_from_slice(one);
                several = true;
            }
        }
        if several {
            into.sort_unstable();
            into.dedup();
        }
    }

    /// Up to which document every list has its documents decoded; [`NO_MORE`] at the end of all.
    fn run_end(&self) -> u32 {
        self.lists.iter().map(|list| list.cursor.run_end()).min().unwrap_or(NO_MORE)
    }

    /// Makes `docs` its documents from where it stands to `end`, not above the [`run_end`](Self::run_end), and `least` the
    /// number of its positions in each; it does not move for good.
    fn run(&mut self, end: u32, docs: &mut Vec<u32>, least: &mut Vec<u32>) {
        docs.clear();
        least.clear();
        if let [list] = self.lists.as_mut_slice() {
            let (documents, frequencies) = list.cursor.run(end);
            docs.extend_from_slice(documents);
            return least.extend_from_slice(frequencies);
        }
        for list in &mut self.lists {
            docs.extend_from_slice(list.cursor.run(end).0);
        }
        docs.sort_unstable();
        docs.dedup();
        least.resize(docs.len(), u32::MAX);
        self.cut(docs, least);
    }

    /// Leaves those of the documents, none above the [`run_end`](Self::run_end), that it has, and makes `least` of each at
    /// most the number of its positions there.
    fn cut(&mut self, docs: &mut Vec<u32>, least: &mut Vec<u32>) {
        if let [list] = self.lists.as_mut_slice() {
            return list.cursor.cut(docs, least);
        }
        let mut kept = 0;
        for at in 0..docs.len() {
            let doc = docs[at];
            let mut frequency = 0u32;
            for BoundedList { cursor, .. } in &mut self.lists {
                if cursor.stand_on(doc) {
                    frequency = frequency.saturating_add(cursor.frequency());
                }
            }
            docs[kept] = doc;
            least[kept] = least[at].min(frequency);
            kept += usize::from(frequency > 0);
        }
        docs.truncate(kept);
        least.truncate(kept);
    }

    /// Moves, forth or back, to a document that it has, not above the [`run_end`](Self::run_end).
    fn stand_on(&mut self, doc: u32) {
        for list in &mut self.lists {
            list.cursor.stand_on(doc);
        }
        self.doc = doc;
    }
}

/// A sum that is not below the product of summed factors, although each addition rounds.
fn above(bounds: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = bounds.fold((0.0, 0u32), |(sum, count), bound| (sum + bound, count + 1));
    if count == 1 { sum } else { sum * (1.0 + 2.0 * count as f32 * f32::EPSILON) }
}

struct OpenField<'a> {
    slots: Vec<Union<'a>>,
    /// The slots, rarest first.
    order: Vec<usize>,
    offsets: &'a [u32],
    norms: &'a [u8],
    table: &'a FieldTable,
    doc: u32,
    frequency: u32,
}

impl OpenField<'_> {
    /// The first document at or after `target` in which all slots are.
    fn seek(&mut self, target: u32) -> u32 {
        let lead = self.order[0];
        let mut doc = self.slots[lead].seek(target);
        'candidates: while doc != NO_MORE {
            for &slot in &self.order[1..] {
                let found = self.slots[slot].seek(doc);
                if found > doc {
                    doc = self.slots[lead].seek(found);
                    continue 'candidates;
                }
            }
            break;
        }
        self.doc = doc;
        doc
    }
}

/// A phrase in one segment. Its candidates are the documents in which some field has all slots.
pub(super) struct PhraseCursor<'a> {
    phrase: &'a Phrase,
    fields: Vec<OpenField<'a>>,
    doc: u32,
    checked: Option<(u32, bool)>,
    places: Places,
    /// Memory for the frequencies of slots in a document.
    frequencies: Vec<u32>,
    /// Memory for documents that all slots have.
    docs: Vec<u32>,
    /// Memory for the scores of candidates.
    found: Vec<Option<f32>>,
}

impl PhraseCursor<'_> {
    /// How many intervals there are at most for slots of these frequencies. The minimal intervals of a phrase share no
    /// position of a slot: of two that did, the later start and the earlier end would hold a chain too. Those of a
    /// nearness may, but each starts elsewhere, and those with one position in common start within the distance of it.
    fn most_intervals(&self, frequencies: impl Iterator<Item = u32> + Clone) -> u32 {
        let least = frequencies.clone().min().unwrap_or(0);
        match self.phrase.shape {
            Shape::Phrase { .. } => least,
            Shape::Near { distance } => {
                let all = frequencies.fold(0u32, u32::saturating_add);
                all.min(least.saturating_mul(distance.saturating_add(1)))
            }
        }
    }

    /// The candidate scores at most this; no position is read for it.
    fn bound_here(&mut self) -> f32 {
        let mut sum = 0.0;
        for at in 0..self.fields.len() {
            let field = &mut self.fields[at];
            if field.doc != self.doc {
                continue;
            }
            self.frequencies.clear();
            self.frequencies.extend(field.slots.iter_mut().map(Union::frequency));
            let inverse = field.table.inverse(field.norms.get(self.doc as usize).copied().unwrap_or(0));
            sum += self.most_intervals(self.frequencies.iter().copied()) as f32 * inverse;
        }
        self.phrase.boost * saturate(self.phrase.idf, sum)
    }

    /// Appends the matches of a phrase in one field, as [`Cursor::collect`]: up to where all slots have a decoded block, the
    /// rarest slot's documents are cut with those of the others, and of what is left, positions are read only where the
    /// rarest word there could bring the document above the goal.
    fn collect_in_one_field(&mut self, from: u32, last: u32, goal: Goal, into: &mut Candidates) {
        let (mut docs, mut least) = (std::mem::take(&mut self.docs), std::mem::take(&mut self.frequencies));
        let too_small = too_small(self.phrase.idf, self.phrase.boost, goal, into.grain());
        let mut doc = self.seek(from);
        while doc <= last && doc != NO_MORE {
            let OpenField { slots, order, norms, table, .. } = &mut self.fields[0];
            let end = slots.iter().map(Union::run_end).min().unwrap_or(NO_MORE).min(last);
            slots[order[0]].run(end, &mut docs, &mut least);
            let leave_large = |docs: &mut Vec<u32>, least: &mut Vec<u32>| {
                let mut kept = 0;
                for at in 0..docs.len().min(least.len()) {
                    let (doc, frequency) = (docs[at], least[at]);
                    let inverse = table.inverse(norms.get(doc as usize).copied().unwrap_or(0));
                    (docs[kept], least[kept]) = (doc, frequency);
                    kept += usize::from(frequency as f32 * inverse > too_small);
                }
                docs.truncate(kept);
                least.truncate(kept);
            };
            // To look the documents up in other blocks costs more than to see that one slot has too little in them.
            leave_large(&mut docs, &mut least);
            for &slot in &order[1..] {
                slots[slot].cut(&mut docs, &mut least);
            }
            leave_large(&mut docs, &mut least);
            for &doc in &docs {
                let field = &mut self.fields[0];
                field.slots.iter_mut().for_each(|slot| slot.stand_on(doc));
                (field.doc, self.doc) = (doc, doc);
                if self.matches() {
                    let score = self.score();
                    into.push(doc, score);
                }
            }
            let Some(next) = end.checked_add(1) else { break };
            let field = &mut self.fields[0];
            // A slot that was moved back to a document of this stretch goes on first.
            field.slots.iter_mut().for_each(|slot| {
                slot.seek(next);
            });
            doc = field.seek(next);
            self.doc = doc;
        }
        (self.docs, self.frequencies) = (docs, least);
    }

    /// The score of the document if the phrase is there and may bring it, whose sum so far is given, above the goal.
    fn score_towards(&mut self, goal: Goal, candidates: &Candidates, sum: f64) -> Option<f32> {
        let may = sum + candidates.grain().round(self.bound_here()) + goal.rest > goal.worst;
        (may && self.matches()).then(|| self.score())
    }
}

impl Cursor for PhraseCursor<'_> {
    fn doc(&self) -> u32 {
        self.doc
    }

    fn seek(&mut self, target: u32) -> u32 {
        let mut first = NO_MORE;
        for field in &mut self.fields {
            // A fresh field stands on no candidate yet.
            let fresh = field.doc == 0;
            first = first.min(if fresh || field.doc < target { field.seek(target) } else { field.doc });
        }
        self.doc = first;
        first
    }

    fn matches(&mut self) -> bool {
        if let Some((doc, found)) = self.checked
            && doc == self.doc
        {
            return found;
        }
        let mut found = false;
        for field in &mut self.fields {
            field.frequency = 0;
            if field.doc == self.doc {
                field.frequency = if self.phrase.shape == (Shape::Phrase { slop: 0 }) {
                    self.places.count_exact(field, self.doc)
                } else {
                    self.places.load(&mut field.slots, self.doc);
                    self.places.count(self.phrase.shape, field.offsets)
                };
                found |= field.frequency > 0;
            }
        }
        self.checked = Some((self.doc, found));
        found
    }

    fn is_dear(&self) -> bool {
        true
    }

    fn is_leaf(&self) -> bool {
        true
    }

    fn bound(&mut self, from: u32, last: u32) -> f32 {
        let mut sum = 0.0;
        for field in &mut self.fields {
            let bounds = field.slots.iter_mut().map(|slot| slot.bound(from, last));
            sum += match self.phrase.shape {
                Shape::Phrase { .. } => bounds.fold(f32::INFINITY, f32::min),
                Shape::Near { .. } => above(bounds),
            };
        }
        self.phrase.boost * saturate(self.phrase.idf, sum)
    }

    fn bound_end(&mut self, from: u32) -> u32 {
        let fields = self.fields.iter_mut();
        fields.map(|field| field.slots[field.order[0]].bound_end(from)).min().unwrap_or(NO_MORE)
    }

    fn collect(&mut self, from: u32, last: u32, scored: bool, goal: Goal, into: &mut Candidates) {
        if scored && self.fields.len() == 1 && matches!(self.phrase.shape, Shape::Phrase { .. }) {
            return self.collect_in_one_field(from, last, goal, into);
        }
        let mut doc = self.seek(from);
        while doc <= last && doc != NO_MORE {
            if !scored {
                if self.matches() {
                    into.push(doc, 0.0);
                }
            } else if let Some(score) = self.score_towards(goal, into, 0.0) {
                into.push(doc, score);
            }
            doc = self.next();
        }
    }

    fn retain(&mut self, candidates: &mut Candidates, scored: bool, goal: Goal) {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        for (&doc, &sum) in candidates.docs().iter().zip(candidates.sums()) {
            found.push(if self.seek(doc) != doc {
                None
            } else if scored {
                self.score_towards(goal, candidates, sum)
            } else {
                self.matches().then_some(0.0)
            });
        }
        let mut each = found.iter();
        candidates.retain_adding(|_| each.next().copied().flatten());
        self.found = found;
    }

    fn score(&mut self) -> f32 {
        let mut sum = 0.0;
        for field in &self.fields {
            if field.frequency > 0 {
                let norm = field.norms.get(self.doc as usize).copied().unwrap_or(0);
                sum += field.frequency as f32 * field.table.inverse(norm);
            }
        }
        self.phrase.boost * saturate(self.phrase.idf, sum)
    }

    fn cost(&self) -> u64 {
        self.fields.iter().map(|field| field.slots[field.order[0]].cost()).sum()
    }

    fn is_broken(&self) -> bool {
        self.fields.iter().flat_map(|field| &field.slots).any(Union::is_broken)
    }
}
