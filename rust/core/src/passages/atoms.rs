//! What a passage may not break: a block with marks that fits, or, in a block that does not fit, a mark with the words it
//! stands in.

use std::ops::Range;

use super::blocks::Blocks;
use super::{Mark, borders};

/// A span that no passage breaks.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The block that it is cut from; `None` for a whole block. Only atoms of one group share a window.
    pub(super) group: Option<usize>,
    /// The places of its marks.
    pub(super) marks: Range<usize>,
}

/// What atoms are made of.
pub(super) struct Source<'t> {
    pub(super) text: &'t [char],
    pub(super) length: usize,
    /// By start, of one start the longest first.
    pub(super) marks: &'t [Mark],
    /// The ranges of the marks.
    pub(super) ranges: &'t [Range<usize>],
    pub(super) blocks: &'t Blocks<'t>,
}

impl Source<'_> {
    /// All atoms in order of the text.
    pub(super) fn atoms(&self) -> Vec<Atom> {
        let mut atoms = Vec::new();
        let (mut at, mut mark) = (0, 0);
        while let Some(range) = self.ranges.get(at) {
            let block = self.blocks.at(range.start);
            let border = self.blocks.border(block);
            let span = self.blocks.span(block);
            let past = at + self.ranges[at..].partition_point(|range| range.start < border);
            let last = self.marks_before(mark, border);
            if span.end.saturating_sub(span.start) <= self.length {
                atoms.push(Atom { start: span.start, end: span.end, group: None, marks: mark..last });
            } else {
                self.cut(block, span, at..past, mark, &mut atoms);
            }
            (at, mark) = (past, last);
        }
        atoms
    }

    /// The place of the first mark, from one on, that does not begin before a place of the text.
    fn marks_before(&self, from: usize, place: usize) -> usize {
        from + self.marks[from..].partition_point(|mark| (mark.start as usize) < place)
    }

    /// Adds the ranges of a block that does not fit, each with its first and last word.
    fn cut(&self, block: usize, span: Range<usize>, ranges: Range<usize>, first: usize, atoms: &mut Vec<Atom>) {
        let own = atoms.len();
        let mut mark = first;
        // The last word looked at. Scans never pass it backwards, so together they read a text once.
        let (mut word_start, mut word_end) = (span.start, span.start);
        for number in ranges.clone() {
            let Range { start: mut low, end: mut high } = self.ranges[number];
            if low >= word_end {
                word_start = borders::word_start(self.text, word_end, low);
            }
            let wide_start = word_start;
            if high > word_end {
                let last_start = borders::word_start(self.text, low, high);
                word_start = if last_start == low { wide_start } else { last_start };
                word_end = borders::word_end(self.text, high, span.end);
            }
            if word_end - wide_start <= self.length {
                (low, high) = (wide_start, word_end);
            }
            let next = number + 1;
            let border = if next < ranges.end { self.ranges[next].start } else { self.blocks.border(block) };
            let past = self.marks_before(mark, border);
            let has_own = atoms.len() > own;
            match atoms.last_mut().filter(|_| has_own) {
                Some(before) if before.end > low && high - before.start <= self.length => {
                    before.end = before.end.max(high);
                    before.marks.end = past;
                }
                Some(before) if before.end > low => {
                    // Both want the word between them, which no passage can then show whole.
                    before.end = before.end.min(self.ranges[number].start);
                    let start = before.end;
                    atoms.push(Atom { start, end: high, group: Some(block), marks: mark..past });
                }
                _ => atoms.push(Atom { start: low, end: high, group: Some(block), marks: mark..past }),
            }
            mark = past;
        }
    }
}
