//! The best windows of a text, as passages.
//!
//! A window is a run of atoms that fits. Windows are taken greedily from a heap; their scores only fall (clauses get
//! shown, passages take atoms away), so a stale one is scored anew only when it comes up.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::atoms::{Atom, Source};
use super::blocks::Blocks;
use super::{Mark, Marks, Passage, borders, merged, sorted, sum};
use crate::Result;

/// What a clause gains by standing in a passage again and again: half the second time, and so on.
const REPETITION: f64 = 0.1;
/// Beyond so many times nothing is gained.
const MOST_TIMES: u32 = 49;
/// What a mark gains by standing right beside a mark of another clause.
const CLOSENESS: f64 = 0.2;
/// The code points between two marks, about three words, that halve that gain.
const GAP: f64 = 20.0;
/// What a clause still counts for when an earlier passage shows it.
const SHOWN: f64 = 0.1;
/// Up to so many marks every atom begins a window; above, one in each eighth of `length` does. That bounds the work by a
/// multiple of the marks, however many of them fit into one window.
const EVERY_START: usize = 2000;
/// How many windows are scored between two questions whether to go on.
const BETWEEN_QUESTIONS: usize = 1 << 10;

/// Up to `fragments` passages of at most `length` code points each, in order of the text.
///
/// The best is the one with the most weight of different clauses; the next ones prefer clauses not shown yet. Without any
/// mark it is the beginning of the text. Only a grapheme cluster longer than `length` makes a longer passage. Marks lie in
/// the text and are not empty. `goes_on` is asked now and then; its error ends the search.
pub fn choose(
    text: &str,
    marks: &Marks,
    fragments: usize,
    length: usize,
    goes_on: &dyn Fn() -> Result<()>,
) -> Result<Vec<Passage>> {
    // Room for as many as there can be, so that none is moved.
    let mut letters = Vec::with_capacity(text.len());
    letters.extend(text.chars());
    let text: Vec<char> = letters;
    goes_on()?;
    let found = sorted(&marks.marks);
    let ranges = merged(&found);
    let blocks = Blocks::new(&text, &marks.sentences, &ranges);
    let source = Source { text: &text, length, marks: &found, ranges: &ranges, blocks: &blocks };
    goes_on()?;
    let atoms = source.atoms();
    goes_on()?;
    let worths = Worths::new(&found);
    let shown = vec![false; worths.clauses];
    let mut chooser = Chooser { source, atoms, worths, shown, count_shown: 0, chosen: Vec::new() };
    chooser.run(fragments, goes_on)?;
    if chooser.chosen.is_empty() {
        chooser.lead();
    }
    Ok(chooser.chosen)
}

/// What each mark counts for.
struct Worths {
    /// The clause of each mark, numbered anew from 0, and its worth.
    marks: Vec<(u32, f64)>,
    clauses: usize,
    /// For every clause the window it was last seen in, its best mark there and how often it came again.
    seen: Vec<(u32, f64, u32)>,
    /// The clauses of the window.
    window: Vec<u32>,
    windows: u32,
}

impl Worths {
    fn new(marks: &[Mark]) -> Self {
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let mut number = |clause| {
            let next = numbers.len() as u32;
            *numbers.entry(clause).or_insert(next)
        };
        let near = closeness(marks).into_iter().zip(marks);
        let worth = |(near, mark): (f64, &Mark)| mark.weight * mark.share * (1.0 + CLOSENESS * near);
        let worths: Vec<(u32, f64)> = near.map(|(near, mark)| (number(mark.clause), worth((near, mark)))).collect();
        let clauses = numbers.len();
        Self { marks: worths, clauses, seen: vec![(0, 0.0, 0); clauses], window: Vec::new(), windows: 0 }
    }

    /// What some marks are worth together: each clause as much as its best mark, a little more for the others.
    fn of(&mut self, marks: Range<usize>, shown: &[bool]) -> f64 {
        self.windows += 1;
        self.window.clear();
        for &(clause, worth) in &self.marks[marks] {
            let (window, best, again) = &mut self.seen[clause as usize];
            if *window == self.windows {
                *again += 1;
                *best = best.max(worth);
            } else {
                (*window, *best, *again) = (self.windows, worth, 0);
                self.window.push(clause);
            }
        }
        // An exact sum, so that the order of the clauses cannot make equal windows differ.
        sum::exact(self.window.iter().map(|&clause| {
            let (_, best, again) = self.seen[clause as usize];
            let times = 1.0 + REPETITION * (1.0 - 0.5f64.powi(again.min(MOST_TIMES) as i32));
            best * times * if shown[clause as usize] { SHOWN } else { 1.0 }
        }))
    }
}

/// For each mark how near the nearest mark of another clause stands: 1 beside it, 0 when there is none.
fn closeness(marks: &[Mark]) -> Vec<f64> {
    let mut near = vec![0.0f64; marks.len()];
    let mut other: Option<usize> = None;
    for (number, mark) in marks.iter().enumerate() {
        if number > 0 && marks[number - 1].clause != mark.clause {
            other = Some(number - 1);
        }
        if let Some(other) = other {
            let gap = f64::from(mark.start.saturating_sub(marks[other].end));
            let closeness = 1.0 / (1.0 + gap / GAP);
            near[number] = near[number].max(closeness);
            near[other] = near[other].max(closeness);
        }
    }
    near
}

/// A run of atoms with the score it had when so many clauses were shown.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Window {
    score: f64,
    start: usize,
    first: usize,
    past: usize,
    shown: usize,
}

impl Eq for Window {}

impl Ord for Window {
    /// The best score is greatest, of equals the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |window: &Self| (window.start, window.first, window.past, window.shown);
        self.score.total_cmp(&other.score).then_with(|| place(other).cmp(&place(self)))
    }
}

impl PartialOrd for Window {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Chooser<'t> {
    source: Source<'t>,
    atoms: Vec<Atom>,
    worths: Worths,
    /// Which clauses the passages chosen so far show.
    shown: Vec<bool>,
    count_shown: usize,
    /// In order of the text.
    chosen: Vec<Passage>,
}

impl Chooser<'_> {
    fn run(&mut self, count: usize, goes_on: &dyn Fn() -> Result<()>) -> Result<()> {
        let mut windows = Vec::new();
        for (at, (first, past)) in self.windows().into_iter().enumerate() {
            if at % BETWEEN_QUESTIONS == 0 {
                goes_on()?;
            }
            windows.push(self.window(first, past));
        }
        let mut heap = BinaryHeap::from(windows);
        let mut popped = 0usize;
        while self.chosen.len() < count
            && let Some(Window { first, past, shown, .. }) = heap.pop()
        {
            popped += 1;
            if popped.is_multiple_of(BETWEEN_QUESTIONS) {
                goes_on()?;
            }
            if let Some(span) = self.overlapped(first, past) {
                for (first, past) in self.beside(first, past, span).into_iter().flatten() {
                    heap.push(self.window(first, past));
                }
            } else if shown != self.count_shown {
                heap.push(self.window(first, past));
            } else {
                self.take(first, past);
            }
        }
        Ok(())
    }

    /// The windows to begin with, as runs of atoms.
    fn windows(&self) -> Vec<(usize, usize)> {
        let length = self.source.length;
        let step = if self.source.marks.len() <= EVERY_START { 1 } else { (length / 8).max(1) };
        let mut windows = Vec::new();
        let (mut past, mut before) = (0, None);
        for (first, atom) in self.atoms.iter().enumerate() {
            past = past.max(first + 1);
            while let Some(next) = self.atoms.get(past)
                && next.group == atom.group
                && next.end - atom.start <= length
            {
                past += 1;
            }
            let stripe = Some((atom.group, atom.start / step));
            if stripe != before {
                windows.push((first, past));
            }
            before = stripe;
        }
        windows
    }

    fn window(&mut self, first: usize, past: usize) -> Window {
        let marks = self.atoms[first].marks.start..self.atoms[past - 1].marks.end;
        let score = self.worths.of(marks, &self.shown);
        Window { score, start: self.atoms[first].start, first, past, shown: self.count_shown }
    }

    /// Where a passage that begins at `start` stands among those chosen.
    fn place(&self, start: usize) -> usize {
        self.chosen.partition_point(|passage| (passage.start as usize) < start)
    }

    /// The span of the last chosen passage that a window overlaps.
    fn overlapped(&self, first: usize, past: usize) -> Option<Range<usize>> {
        let at = self.place(self.atoms[past - 1].end).checked_sub(1)?;
        let (start, end) = (self.chosen[at].start as usize, self.chosen[at].end as usize);
        (end > self.atoms[first].start).then_some(start..end)
    }

    /// What a passage leaves of a window: the atoms before and those after it.
    fn beside(&self, first: usize, past: usize, passage: Range<usize>) -> [Option<(usize, usize)>; 2] {
        let before = |place: usize| first + self.atoms[first..past].partition_point(|atom| atom.start < place);
        let mut left = before(passage.start);
        if left > first && self.atoms[left - 1].end > passage.start {
            left -= 1;
        }
        let right = before(passage.end);
        [(first < left).then_some((first, left)), (right < past).then_some((right, past))]
    }

    /// Makes a passage of a window and what stands around it, up to the passages beside it.
    fn take(&mut self, first: usize, past: usize) {
        let text = self.source.text;
        let atom = &self.atoms[first];
        let at = self.place(atom.start);
        let low = at.checked_sub(1).map_or(0, |before| self.chosen[before].end as usize);
        let high = self.chosen.get(at).map_or(text.len(), |next| next.start as usize);
        let span = if atom.group.is_none() {
            self.with_neighbours(atom.start, self.atoms[past - 1].end, low, high)
        } else if atom.end - atom.start > self.source.length {
            atom.start..self.clipped(atom.start).min(high)
        } else {
            self.around(first, past, low, high)
        };
        let span = borders::strip(text, span.start, span.end);
        if span.is_empty() {
            return;
        }
        let marks = self.source.marks;
        let place_of = |place: usize| marks.partition_point(|mark| (mark.start as usize) < place);
        for &(clause, _) in &self.worths.marks[place_of(span.start)..place_of(span.end)] {
            let shown = &mut self.shown[clause as usize];
            self.count_shown += usize::from(!*shown);
            *shown = true;
        }
        self.chosen.insert(at, self.passage(span));
    }

    fn passage(&self, span: Range<usize>) -> Passage {
        let Range { start, end } = span;
        let ranges = self.source.ranges;
        let first = ranges.partition_point(|range| range.end <= start);
        let inside = ranges[first..].iter().take_while(|range| range.start < end);
        let ranges = inside.map(|range| (range.start.max(start) as u32, range.end.min(end) as u32)).collect();
        let (cut_start, cut_end) = self.source.blocks.cuts(start, end);
        Passage { start: start as u32, end: end as u32, ranges, cut_start, cut_end }
    }

    /// Adds sentences without marks to a short passage: the next ones, else those before it.
    ///
    /// A passage of half the length or more says enough by itself. What stands before it is of value only in its own
    /// paragraph.
    fn with_neighbours(&self, mut start: usize, mut end: usize, low: usize, high: usize) -> Range<usize> {
        let Source { length, blocks, .. } = self.source;
        let (mut top, mut bottom) = (blocks.at(start), blocks.at(end - 1));
        while end - start < length / 2 {
            if bottom + 1 < blocks.len() {
                let further = blocks.span(bottom + 1).end;
                if further <= start + length && further <= high {
                    (bottom, end) = (bottom + 1, end.max(further));
                    continue;
                }
            }
            if top > 0 && !blocks.is_paragraph(top) {
                let earlier = blocks.span(top - 1).start;
                if end <= earlier + length && earlier >= low {
                    (top, start) = (top - 1, start.min(earlier));
                    continue;
                }
            }
            break;
        }
        start..end
    }

    /// Adds the words around a window in a sentence too long, as many on both sides.
    fn around(&self, mut first: usize, mut past: usize, low: usize, high: usize) -> Range<usize> {
        let Source { text, length, blocks, .. } = self.source;
        let group = self.atoms[first].group;
        let (start, end) = (self.atoms[first].start, self.atoms[past - 1].end);
        let span = group.map_or(0..text.len(), |block| blocks.span(block));
        let (begins, ends) = (span.start.max(low), span.end.min(high));
        // A mark may end in the white space that the sentence is shown without, and so beyond its end.
        let before = start.saturating_sub(begins);
        let room = length.saturating_sub(end - start);
        let after = (room - (room / 2).min(before)).min(ends.saturating_sub(end));
        let past_end = end.saturating_sub(ends);
        let mut left = begins.max(start.saturating_sub(room - after + past_end));
        while first > 0 && self.atoms[first - 1].group == group {
            let before = &self.atoms[first - 1];
            if before.start < left {
                left = left.max(before.end);
                break;
            }
            first -= 1;
        }
        if left > begins {
            left = borders::cut_start(text, left, self.atoms[first].start);
        }
        let mut right = ends.min(left + length);
        while let Some(next) = self.atoms.get(past)
            && next.group == group
        {
            if next.end > right {
                right = right.min(next.start);
                break;
            }
            past += 1;
        }
        if right < ends {
            right = borders::cut_end(text, self.atoms[past - 1].end, right);
        }
        left..right
    }

    /// Where to end a piece that begins at `start` and does not fit.
    fn clipped(&self, start: usize) -> usize {
        let floor = borders::cluster_end(self.source.text, start);
        let limit = start + self.source.length;
        if floor >= limit { floor } else { borders::cut_end(self.source.text, floor, limit) }
    }

    /// The beginning of the text, when nothing is marked.
    fn lead(&mut self) {
        let Source { text, length, blocks, .. } = self.source;
        let Range { start, end: past } = borders::strip(text, 0, text.len());
        if start == past {
            return;
        }
        let block = blocks.at(start);
        let mut end = blocks.span(block).end;
        if end <= start || end > start + length {
            end = self.clipped(start);
        }
        for block in block + 1..blocks.len() {
            let further = blocks.span(block).end;
            if further > start + length {
                break;
            }
            end = end.max(further);
        }
        self.chosen.push(self.passage(borders::strip(text, start, end)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn a_search_for_passages_ends_when_it_is_told_to() {
        let mark = Mark { start: 0, end: 5, clause: 0, weight: 1.0, share: 1.0 };
        let marks = Marks { marks: vec![mark], ..Marks::default() };
        assert_eq!(choose("нефть", &marks, 1, 9, &|| Ok(())).unwrap()[0].ranges, [(0, 5)]);
        assert!(matches!(choose("нефть", &marks, 1, 9, &|| Err(Error::Interrupted)), Err(Error::Interrupted)));
        let asked = std::cell::Cell::new(0);
        let text = "нефть и газ. ".repeat(5000);
        let mark = |at: u32| Mark { start: 13 * at, end: 13 * at + 5, clause: at % 3, weight: 1.0, share: 1.0 };
        let marks = Marks { marks: (0..5000).map(mark).collect(), ..Marks::default() };
        let count = || {
            asked.set(asked.get() + 1);
            Ok(())
        };
        choose(&text, &marks, 1, 9, &count).unwrap();
        assert!(asked.get() > 5000 / BETWEEN_QUESTIONS);
    }
}
