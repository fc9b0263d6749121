//! Parses in the making: their strings lie one after the other in one buffer, and buffers are used again for every word.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::FxHasher;

use super::dawg::Spellings;
use super::dictionary::{Dictionary, Form};
use super::tags::{TagId, Tags};
use super::{ParseRef, Unit};

/// A part of the text of [`Drafts`].
pub(super) type Span = Range<usize>;

/// A parse whose strings are spans.
#[derive(Clone)]
pub(super) struct Draft {
    pub word: Span,
    pub lemma: Span,
    pub score: f64,
    pub tag: TagId,
    pub unit: Unit,
    pub origin: Origin,
    /// Which form of its paradigm, if it has one.
    pub number: u16,
    /// A digest of the prefixes and suffixes that were taken off on the way to the origin.
    pub trail: u64,
}

/// What tells parses of one word and tag apart: both are kept only if this differs.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Origin {
    /// Nothing does.
    None,
    /// The paradigm.
    Paradigm(u16),
    /// For a hyphenated word the parse of its right part, as a digest.
    Right(u64),
}

impl Draft {
    /// A word that is its own lemma and has no paradigm.
    pub fn itself(word: &Span, tag: TagId, score: f64, unit: Unit) -> Self {
        let (word, lemma) = (word.clone(), word.clone());
        Self { word, lemma, score, tag, unit, origin: Origin::None, number: 0, trail: 0 }
    }

    /// Notes that a unit took an affix of this length off.
    pub fn without(&mut self, unit: Unit, length: usize) {
        self.trail = digest(&(self.trail, unit as u8, length));
        self.unit = unit;
    }

    /// The origin of a hyphenated word of which this is the right part.
    pub fn as_right(&self, text: &str) -> Origin {
        Origin::Right(digest(&(&text[self.word.clone()], self.unit as u8, self.origin, self.number, self.trail)))
    }
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Drafts of one word, more than which there can be only by a broken file.
const MOST: usize = 1 << 14;

/// The drafts of a word and of the words within it. The text begins with the word itself, in small letters.
#[derive(Default)]
pub(super) struct Drafts {
    pub text: String,
    pub list: Vec<Draft>,
}

impl Drafts {
    /// What they say.
    pub fn parses(&self) -> impl Iterator<Item = ParseRef<'_>> {
        self.list.iter().map(|it| ParseRef {
            word: &self.text[it.word.clone()],
            lemma: &self.text[it.lemma.clone()],
            tag: it.tag,
            score: it.score,
        })
    }

    /// Adds a draft.
    #[inline]
    pub fn add(&mut self, draft: Draft) {
        if self.list.len() < MOST {
            self.list.push(draft);
        }
    }

    /// Adds two parts of the text, joined, unless they are neighbours already.
    pub fn join(&mut self, left: Span, right: Span) -> Span {
        if left.end == right.start {
            return left.start..right.end;
        }
        let start = self.text.len();
        self.text.extend_from_within(left);
        self.text.extend_from_within(right);
        start..self.text.len()
    }

    /// The part of the text, with «ё» in place of the «е» at these places of `spelled`, which ends it.
    pub fn spell(&mut self, part: Span, spelled: usize, replaced: &[usize]) -> Span {
        if replaced.is_empty() {
            return part;
        }
        let start = self.text.len();
        let mut from = part.start;
        for place in replaced {
            let to = spelled + place;
            self.text.extend_from_within(from..to);
            self.text.push('ё');
            from = to + 'ё'.len_utf8();
        }
        self.text.extend_from_within(from..part.end);
        start..self.text.len()
    }

    /// Adds the lemma of a word of which the part from `start` on is a form of the dictionary.
    #[inline]
    pub fn lemma(&mut self, word: &Span, start: usize, dictionary: &Dictionary, form: Form) -> Span {
        if form.number == 0 {
            return word.clone();
        }
        let (before, stem, after) = dictionary.lemma(&self.text[start..word.end], form);
        let lemma = self.text.len();
        self.text.extend_from_within(word.start..start);
        self.text.push_str(before);
        self.text.extend_from_within(start + stem.start..start + stem.end);
        self.text.push_str(after);
        lemma..self.text.len()
    }

    /// Whether one with this word, tag and origin is among the drafts from `first` to `end`.
    pub fn have(&self, first: usize, end: usize, tags: &Tags, (word, tag, origin): (&Span, TagId, Origin)) -> bool {
        self.list[first..end].iter().any(|other| {
            other.origin == origin
                && tags.are_same(other.tag, tag)
                && (other.word == *word || self.text[other.word.clone()] == self.text[word.clone()])
        })
    }

    /// Of the drafts from `from` on keeps those that pass the test and are like none before them down to `first`.
    pub fn keep(&mut self, first: usize, from: usize, tags: &Tags, passes: impl Fn(&Draft) -> bool) {
        let mut end = from;
        for at in from..self.list.len() {
            let draft = &self.list[at];
            if passes(draft) && !self.have(first, end, tags, (&draft.word, draft.tag, draft.origin)) {
                self.list.swap(end, at);
                end += 1;
            }
        }
        self.list.truncate(end);
    }
}

/// All that is used again from word to word.
#[derive(Default)]
pub(super) struct Workspace {
    pub drafts: Drafts,
    pub spellings: Spellings,
    pub probabilities: Vec<f64>,
    /// What deeply nested words were found to be, so that a word of many prefixes is not parsed in every way.
    pub nested: Vec<(Span, Vec<Draft>)>,
    /// The word in small letters, if it was not given so.
    pub lowered: String,
}

thread_local! {
    static SPARE: Cell<Option<Box<Workspace>>> = const { Cell::new(None) };
}

/// A buffer of more bytes is not kept for the next word.
const KEPT: usize = 1 << 20;

impl Workspace {
    /// Lends the workspace of this thread.
    #[inline]
    pub fn with<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        let mut space = SPARE.take().unwrap_or_default();
        let result = work(&mut space);
        let Drafts { text, list } = &space.drafts;
        if text.capacity() <= KEPT && list.capacity() <= KEPT / size_of::<Draft>() {
            SPARE.set(Some(space));
        }
        result
    }
}
