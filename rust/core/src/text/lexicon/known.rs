//! Words of the dictionary.

use super::Unit;
use super::analysis::Analysis;
use super::dictionary::Form;
use super::drafts::{Draft, Origin, Span};

impl Analysis<'_> {
    /// Adds what the dictionary has for the part of a word from `start` on; the drafts are of the whole word, with what stands
    /// before that part in word and lemma.
    #[inline]
    pub(super) fn look_up(&mut self, word: &Span, start: usize) {
        let (lower, dictionary, words) = (self.lower, &self.lexicon.dictionary, &self.lexicon.words);
        let drafts = &mut self.space.drafts;
        words.similar(&lower[start..word.end], &mut self.space.spellings, |replaced, node| {
            let spelled = drafts.spell(word.clone(), start, replaced);
            let part = spelled.start + (start - word.start);
            words.payloads(node, |[paradigm_high, paradigm_low, number_high, number_low]| {
                let paradigm = u16::from_be_bytes([paradigm_high, paradigm_low]);
                let form = Form { paradigm, number: u16::from_be_bytes([number_high, number_low]) };
                let Some(tag) = dictionary.tag(form) else { return };
                let lemma = drafts.lemma(&spelled, part, dictionary, form);
                drafts.add(Draft {
                    word: spelled.clone(),
                    lemma,
                    score: 1.0,
                    tag,
                    unit: Unit::Dictionary,
                    origin: Origin::Paradigm(form.paradigm),
                    number: form.number,
                    trail: 0,
                });
            });
        });
    }
}
