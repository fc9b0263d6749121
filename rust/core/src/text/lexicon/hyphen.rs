//! Unknown words with hyphens: a particle at the end, an adverb with по-, two words in one.

use super::Unit;
use super::analogy::has_known_prefix;
use super::analysis::Analysis;
use super::drafts::{Draft, Drafts, Span};
use super::grammemes::{Grammeme, Grammemes};

const PARTICLES: [&str; 8] = ["-то", "-ка", "-таки", "-де", "-тко", "-тка", "-с", "-ста"];
const PARTICLE: f64 = 0.9;
const ADVERB: f64 = 0.7;
const WORDS: f64 = 0.75;
/// Letters that an adverb with по- must have.
const LEAST_ADVERB: usize = 5;

impl Analysis<'_> {
    /// Adds the parses of what stands before a particle, with it: смотри + -ка.
    pub(super) fn particle(&mut self, word: &Span) {
        let (lower, tags) = (&self.lower[word.clone()], &self.lexicon.dictionary.tags);
        let Some(hyphen) = lower.rfind('-').filter(|&at| at > 0 && PARTICLES.contains(&&lower[at..])) else { return };
        let end = word.start + hyphen;
        let from = self.space.drafts.list.len();
        self.within(word.start..end);
        let drafts = &mut self.space.drafts;
        for at in from..drafts.list.len() {
            let (word_start, lemma_start) = (drafts.list[at].word.clone(), drafts.list[at].lemma.clone());
            let (whole, lemma) = (drafts.join(word_start, end..word.end), drafts.join(lemma_start, end..word.end));
            let draft = &mut drafts.list[at];
            (draft.word, draft.lemma) = (whole, lemma);
            draft.score *= PARTICLE;
            draft.without(Unit::HyphenParticle, word.end - end);
        }
        drafts.keep(from, from, tags, |_| true);
    }

    /// Adds the adverb if the word is по- and an adjective in the dative: по-западному.
    pub(super) fn adverb(&mut self, word: &Span) {
        const DATIVE: Grammemes = Grammemes::of(&[Grammeme::Adjf, Grammeme::Sing, Grammeme::Datv]);
        let (lower, tags) = (&self.lower[word.clone()], &self.lexicon.dictionary.tags);
        let Some(adjective) = lower.strip_prefix("по-") else { return };
        if lower.chars().nth(LEAST_ADVERB - 1).is_none() {
            return;
        }
        let from = self.space.drafts.list.len();
        self.within(word.end - adjective.len()..word.end);
        let list = &mut self.space.drafts.list;
        let is_adverb = list[from..].iter().any(|draft| tags.set(draft.tag).has_all(DATIVE));
        list.truncate(from);
        if is_adverb {
            list.push(Draft::itself(word, tags.adverb, ADVERB, Unit::HyphenAdverb));
        }
    }

    /// Adds the parses of two words with a hyphen between them. First both inflected alike: человек-гора, человека-горы;
    /// then only the second: интернет-магазин.
    pub(super) fn hyphenated(&mut self, word: &Span) {
        let (lower, tags) = (&self.lower[word.clone()], &self.lexicon.dictionary.tags);
        let Some((left, right)) = lower.split_once('-') else { return };
        if left.is_empty() || right.is_empty() || right.contains('-') || has_known_prefix(lower) {
            return;
        }
        let end_of_left = word.start + left.len();
        let start_of_right = end_of_left + 1;
        let lefts = self.space.drafts.list.len();
        self.within(word.start..end_of_left);
        let rights = self.space.drafts.list.len();
        self.within(start_of_right..word.end);
        let drafts = &mut self.space.drafts;
        let end = drafts.list.len();

        let hyphen = end_of_left..start_of_right;
        let whole = |drafts: &mut Drafts, left: Span, right: Span| {
            let left = drafts.join(left, hyphen.clone());
            drafts.join(left, right)
        };
        let alike: Vec<Grammemes> = drafts.list[rights..end].iter().map(|draft| tags.inflection(draft.tag)).collect();
        for at in lefts..rights {
            let left = drafts.list[at].clone();
            if !tags.is_of_a_word(left.tag) {
                continue;
            }
            let inflection = tags.inflection(left.tag);
            for (right, _) in (rights..end).zip(&alike).filter(|(_, other)| **other == inflection) {
                let right = drafts.list[right].clone();
                let origin = right.as_right(&drafts.text);
                let word = whole(drafts, left.word.clone(), right.word);
                let lemma = whole(drafts, left.lemma.clone(), right.lemma);
                let draft = Draft::itself(&word, left.tag, left.score * WORDS, Unit::HyphenatedWords);
                drafts.add(Draft { lemma, origin, ..draft });
            }
        }
        for right in rights..end {
            let right = drafts.list[right].clone();
            if !tags.is_of_a_word(right.tag) {
                continue;
            }
            let origin = right.as_right(&drafts.text);
            let whole = drafts.join(word.start..start_of_right, right.word);
            let lemma = drafts.join(word.start..start_of_right, right.lemma);
            let draft = Draft::itself(&whole, right.tag, right.score * WORDS, Unit::HyphenatedWords);
            drafts.add(Draft { lemma, origin, ..draft });
        }
        drafts.list.drain(lefts..end);
    }
}
