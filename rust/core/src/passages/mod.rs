//! Which passages of a text show best why it was found.
//!
//! Works on marks and sentence starts alone: it knows no index, no query and no analysis. All places are code points.
//! `borders` knows where a text may be cut, `blocks` which sentences belong together, `atoms` what may not be broken;
//! `choose` takes the best windows of atoms, greedily.

mod atoms;
mod blocks;
mod borders;
mod choose;
mod sum;

use std::ops::Range;

pub use choose::choose;

/// A place in a text that a query matches. A phrase is one mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The first code point.
    pub start: u32,
    /// The code point after the last: for a phrase, of its last word.
    pub end: u32,
    /// Which clause of the plan it belongs to: words, phrases, nearnesses and patterns are numbered in order of the plan,
    /// those of `must_not` and `filter` left out.
    pub clause: u32,
    /// The weight of the clause: its idf times its boost (1 for what has no idf).
    pub weight: f64,
    /// The best weight of the keys that matched, as in the score: 1 for a phrase.
    pub share: f64,
}

/// All marks of a text and the sentences to cut it at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    /// The marks by start; marks of one clause do not overlap. A phrase is one mark and its words alone are none; words
    /// near each other are a mark each.
    pub marks: Vec<Mark>,
    /// The first code point of each sentence and whether a paragraph starts there.
    pub sentences: Vec<(u32, bool)>,
    /// How many clauses the plan has, whatever fields they are searched in.
    pub clauses: u32,
}

/// A piece of a text to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its first code point.
    pub start: u32,
    /// The code point after its last.
    pub end: u32,
    /// The ranges to mark in it, as places of the text.
    pub ranges: Vec<(u32, u32)>,
    /// Whether it begins inside a sentence.
    pub cut_start: bool,
    /// Whether it ends inside one.
    pub cut_end: bool,
}

/// The ranges of marks, overlapping ones as one.
pub fn ranges(marks: &[Mark]) -> Vec<(u32, u32)> {
    merged(&sorted(marks)).iter().map(|range| (range.start as u32, range.end as u32)).collect()
}

/// Marks by start, of one start the longest first.
fn sorted(marks: &[Mark]) -> Vec<Mark> {
    let mut marks = marks.to_vec();
    marks.sort_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end)));
    marks
}

/// The ranges of sorted marks, overlapping ones as one. Those that only touch stay two.
fn merged(marks: &[Mark]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::with_capacity(marks.len());
    for mark in marks {
        let (start, end) = (mark.start as usize, mark.end as usize);
        match ranges.last_mut() {
            Some(last) if start < last.end => last.end = last.end.max(end),
            _ => ranges.push(start..end),
        }
    }
    ranges
}
