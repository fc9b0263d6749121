//! Words in order, or near each other: a conjunction of slots whose positions are looked at only when all slots are there.

use std::sync::Arc;

use super::bm25::{FieldTable, saturate};
use super::compile::Execution;
use super::cursor::Cursor;
use super::intervals::{self, Near};
use super::plan::Slot;
use crate::postings::{NO_MORE, PostingCursor, TermInfo};
use crate::schema::FieldId;

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
            let open = |infos: &Vec<TermInfo>| Union::new(infos.iter().map(|info| reader.postings(info)).collect());
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
    lists: Vec<PostingCursor<'a>>,
    doc: u32,
}

impl<'a> Union<'a> {
    /// A union on its first document.
    pub(super) fn new(lists: Vec<PostingCursor<'a>>) -> Self {
        let doc = lists.iter().map(PostingCursor::doc).min().unwrap_or(NO_MORE);
        Self { lists, doc }
    }

    /// Moves to the first document at or after `target`, never back.
    pub(super) fn seek(&mut self, target: u32) -> u32 {
        if self.doc < target {
            let mut first = NO_MORE;
            for list in &mut self.lists {
                first = first.min(if list.doc() < target { list.seek(target) } else { list.doc() });
            }
            self.doc = first;
        }
        self.doc
    }

    fn cost(&self) -> u64 {
        self.lists.iter().map(|list| u64::from(list.document_frequency())).sum()
    }

    /// Whether one of its lists was found broken.
    pub(super) fn is_broken(&self) -> bool {
        self.lists.iter().any(PostingCursor::is_broken)
    }

    /// The ascending positions of all its lists in the document.
    fn positions(&mut self, doc: u32, one: &mut Vec<u32>, into: &mut Vec<u32>) {
        into.clear();
        if let [list] = self.lists.as_mut_slice() {
            list.positions(into);
        } else {
            for list in self.lists.iter_mut().filter(|list| list.doc() == doc) {
                list.positions(one);
                into.extend_from_slice(one);
            }
            into.sort_unstable();
        }
        into.dedup();
    }
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
                self.places.load(&mut field.slots, self.doc);
                field.frequency = self.places.count(self.phrase.shape, field.offsets);
                found |= field.frequency > 0;
            }
        }
        self.checked = Some((self.doc, found));
        found
    }

    fn is_dear(&self) -> bool {
        true
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
