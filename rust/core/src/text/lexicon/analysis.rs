//! The units in their order: which of them says something about a word, and how likely each parse is.

use super::drafts::{Draft, Span, Workspace};
use super::shape::may_have_shape;
use super::{Lexicon, ParseRef, Unit};

/// The analysis of one word and of the words within it.
pub(super) struct Analysis<'a> {
    pub lexicon: &'a Lexicon,
    /// The word in small letters; words within it are spans of it.
    pub lower: &'a str,
    pub space: &'a mut Workspace,
    depth: usize,
}

/// What a word is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// All that there is to say.
    Everything,
    /// What the dictionary says.
    Known,
    /// What the other units say.
    Predicted,
}

/// A word nested deeper is kept with what it was found to be. A word of five prefixes has few ways to be cut into them; one
/// of fifty has more than can be tried.
const KEPT_FROM: usize = 3;
/// A word nested deeper is not taken apart any more; pymorphy3 would soon stop with a `RecursionError`.
const DEEPEST: usize = 128;
/// A word of more bytes is not analysed.
const LONGEST: usize = 1 << 12;

impl<'a> Analysis<'a> {
    /// Fills the drafts of a workspace with the parses of a word, in their order.
    #[inline]
    pub fn run(lexicon: &'a Lexicon, space: &'a mut Workspace, word: &str, lower: &'a str, ask: Ask) {
        let mut analysis = Self::begin(lexicon, space, lower);
        let whole = 0..lower.len();
        if lower.len() > LONGEST {
            if ask != Ask::Known {
                analysis.unknown(&whole);
            }
            return;
        }
        if ask != Ask::Predicted {
            analysis.look_up(&whole, 0);
        }
        if ask != Ask::Known {
            analysis.units(word, &whole, 0);
        }
        analysis.score(&whole, 0, ask != Ask::Predicted);
    }

    /// Fills the drafts with what the dictionary says of a word; they are scored only if some are not `alike`.
    #[inline]
    pub fn known(
        lexicon: &'a Lexicon,
        space: &'a mut Workspace,
        lower: &'a str,
        alike: impl Fn(ParseRef<'_>, ParseRef<'_>) -> bool,
    ) {
        let mut analysis = Self::begin(lexicon, space, lower);
        if lower.len() > LONGEST {
            return;
        }
        let whole = 0..lower.len();
        analysis.look_up(&whole, 0);
        let mut parses = analysis.space.drafts.parses();
        let first = parses.next();
        let one = first.is_none_or(|first| parses.all(|other| alike(first, other)));
        drop(parses);
        if !one {
            analysis.score(&whole, 0, true);
        }
    }

    #[inline]
    fn begin(lexicon: &'a Lexicon, space: &'a mut Workspace, lower: &'a str) -> Self {
        space.drafts.list.clear();
        space.drafts.text.clear();
        space.drafts.text.push_str(lower);
        space.nested.clear();
        Self { lexicon, lower, space, depth: 0 }
    }

    /// Adds the parses of a word within the word, with what its tags are worth.
    pub fn within(&mut self, word: Span) {
        let lower = self.lower;
        let first = self.space.drafts.list.len();
        let keep = self.depth >= KEPT_FROM;
        if keep && let Some((_, drafts)) = self.space.nested.iter().find(|(kept, _)| *kept == word) {
            self.space.drafts.list.extend_from_slice(drafts);
            return;
        }
        self.depth += 1;
        self.look_up(&word, word.start);
        self.units(&lower[word.clone()], &word, first);
        self.depth -= 1;
        self.score(&word, first, true);
        if keep {
            let drafts = self.space.drafts.list[first..].to_vec();
            self.space.nested.push((word, drafts));
        }
    }

    /// Asks the units one after the other until one has an answer; `first` is where the drafts of this word begin.
    fn units(&mut self, word: &str, lower: &Span, first: usize) {
        self.initial(word, lower);
        if self.has_drafts(first) {
            return;
        }
        if may_have_shape(word) {
            for unit in [Self::number, Self::punctuation, Self::roman_or_latin] {
                unit(self, word, lower);
                if self.has_drafts(first) {
                    return;
                }
            }
        }
        if self.depth < DEEPEST {
            for unit in [Self::particle, Self::adverb, Self::hyphenated, Self::known_prefix] {
                unit(self, lower);
                if self.has_drafts(first) {
                    return;
                }
            }
        }
        self.unknown_prefix(lower);
        self.known_suffix(word.chars().count(), lower, first);
        if !self.has_drafts(first) {
            self.unknown(lower);
        }
    }

    fn has_drafts(&self, first: usize) -> bool {
        self.space.drafts.list.len() > first
    }

    fn unknown(&mut self, word: &Span) {
        let tag = self.lexicon.dictionary.tags.unknown;
        self.space.drafts.list.push(Draft::itself(word, tag, 1.0, Unit::Unknown));
    }

    /// Scores the drafts of a word by the probability of their tags, likeliest first; if none is known, by their share of
    /// the sum of all scores.
    #[inline]
    fn score(&mut self, word: &Span, first: usize, by_probability: bool) {
        let Some(probability) = &self.lexicon.probability else { return };
        let drafts = &mut self.space.drafts.list[first..];
        let of_word = if by_probability { probability.of_word(&self.lower[word.clone()]) } else { None };
        if let Some(of_word) = of_word {
            let tags = &self.lexicon.dictionary.tags;
            let probabilities = &mut self.space.probabilities;
            probabilities.clear();
            probabilities.extend(drafts.iter().map(|draft| of_word.of_tag(tags.name(draft.tag))));
            if probabilities.iter().any(|&probability| probability > 0.0) {
                drafts.iter_mut().zip(probabilities).for_each(|(draft, probability)| draft.score = *probability);
                drafts.sort_by(|one, other| other.score.total_cmp(&one.score));
                return;
            }
        }
        let sum: f64 = drafts.iter().map(|draft| draft.score).sum();
        // Where pymorphy3 would divide by zero, the scores stay zero.
        if sum > 0.0 {
            let share = 1.0 / sum;
            drafts.iter_mut().for_each(|draft| draft.score *= share);
        }
    }
}
