//! Initials: a capital letter is a first name or a patronymic of either gender in any case, whatever else it may be.

use super::Unit;
use super::analysis::Analysis;
use super::drafts::{Draft, Span};
use super::tags::{INITIALS, TagId};

const SCORE: f64 = 0.1;

impl Analysis<'_> {
    /// Adds the tags of initials for a capital letter other than Ъ, Ы and Ь.
    pub(super) fn initial(&mut self, word: &str, lower: &Span) {
        let mut letters = word.chars();
        let is_initial = matches!(letters.next(), Some('А'..='Щ' | 'Э'..='Я' | 'Ё'));
        if !is_initial || letters.next().is_some() {
            return;
        }
        let tags = &self.lexicon.dictionary.tags;
        for first in [tags.first_name, tags.patronymic] {
            let all = (0..INITIALS as u16).map(|number| TagId(first.0 + number));
            self.space.drafts.list.extend(all.map(|tag| Draft::itself(lower, tag, SCORE, Unit::Initials)));
        }
    }
}
