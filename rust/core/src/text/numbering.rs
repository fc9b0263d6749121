//! From forms to numbers while a text is walked: known forms at once, new ones after the walk, all together.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::context::{Context, Facts};
use super::forms::{Forms, FormsView, Morphology, text_of};
use super::interner::{self, Interner};
use super::key_lists::KeyLists;
use super::segmentation::Word;
use super::token::{Analyzed, FormId};
use crate::Result;

/// A generation of forms is left for a new one when it takes so many bytes: some 400,000 forms. To learn the commonest forms
/// anew takes a second or two.
const MEMORY: usize = 64 << 20;

/// The forms of an analyzer: the generation in use.
pub struct Generation {
    forms: Mutex<Arc<Forms>>,
    most: AtomicUsize,
}

impl Default for Generation {
    fn default() -> Self {
        Self { forms: Mutex::default(), most: AtomicUsize::new(MEMORY) }
    }
}

impl Generation {
    /// Lets forms take so many bytes.
    pub fn allow(&self, bytes: usize) {
        self.most.store(bytes, Ordering::Relaxed);
    }

    /// The generation to use, a new one when the last is full.
    pub fn current(&self) -> Arc<Forms> {
        let most = self.most.load(Ordering::Relaxed);
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        let full = forms.view().memory() >= most;
        if full {
            *forms = Arc::default();
        }
        forms.clone()
    }
}

/// A form that has no number yet is numbered from here until its keys are known.
const UNKNOWN: FormId = 1 << 31;

/// Forms without keys, met in the texts of one call.
#[derive(Default)]
pub struct Unknown {
    pub(super) forms: Interner,
}

impl Unknown {
    /// Gives the forms of this call their keys and the tokens their numbers. No lock is held while `keys_of` is asked.
    pub fn settle(
        self,
        forms: &Forms,
        texts: &mut [Analyzed],
        keys_of: impl Fn(FormId, &str, Context, &mut KeyLists) -> Result<()>,
    ) -> Result<()> {
        if self.forms.is_empty() {
            return Ok(());
        }
        let order = self.alphabetically();
        let mut keys = KeyLists::default();
        for (at, &number) in order.iter().enumerate() {
            if let Some(&later) = order.get(at + TEXT_AHEAD) {
                self.forms.prefetch_text(later);
            }
            let (form, context) = (text_of(&self.forms, number), Context::from_bits(self.forms.label(number)));
            keys_of(number, form, context, &mut keys)?;
            keys.end();
        }
        let numbers = forms.add(&self.forms, &order, &keys)?;
        for token in texts.iter_mut().flat_map(|text| &mut text.tokens) {
            if token.form >= UNKNOWN {
                token.form = numbers[(token.form - UNKNOWN) as usize];
            }
        }
        Ok(())
    }

    /// The numbers of the forms, those that begin alike beside each other: so a dictionary is read where it was read just
    /// now, and neighbours have keys in common.
    fn alphabetically(&self) -> Vec<FormId> {
        let numbers = 0..self.forms.len() as FormId;
        let mut forms: Vec<(u64, FormId)> =
            numbers.map(|number| (beginning(self.forms.text(number)), number)).collect();
        forms.sort_unstable();
        forms.into_iter().map(|(_, number)| number).collect()
    }
}

/// What tells forms that begin alike: of each of the first letters the byte that differs, Cyrillic ones without their case.
fn beginning(form: &[u8]) -> u64 {
    let mut letters = [0; 8];
    let mut bytes = form.iter();
    for letter in &mut letters {
        *letter = match bytes.next() {
            Some(0xd0) => match bytes.next() {
                // А-Я as а-я, Ё as ё
                Some(&last @ 0x90..=0xaf) => last + 0x20,
                Some(0x81) => 0xd1,
                last => last.copied().unwrap_or_default(),
            },
            Some(0xd1) => bytes.next().map_or(0, |last| last + 0x40),
            byte => byte.copied().unwrap_or_default(),
        };
    }
    u64::from_be_bytes(letters)
}

/// Numbers the forms of one text.
pub struct Numbering<'a> {
    view: FormsView<'a>,
    unknown: &'a mut Unknown,
    morphology: &'a dyn Morphology,
}

/// So many words ahead of the one that is numbered its slot and its entry are asked for: as long as a cache line takes to come.
const SLOT_AHEAD: usize = 12;
const ENTRY_AHEAD: usize = 6;
/// So many new forms ahead of the one that is analysed, its letters are asked for.
const TEXT_AHEAD: usize = 4;

impl<'a> Numbering<'a> {
    /// Looks in `forms` first and collects what is not there.
    pub fn new(forms: &'a Forms, unknown: &'a mut Unknown, morphology: &'a dyn Morphology) -> Self {
        Self { view: forms.view(), unknown, morphology }
    }

    /// The number of a form in a context, and what its keys depend on besides.
    #[inline]
    pub fn number(&mut self, form: &str, context: Context) -> (FormId, Facts) {
        self.number_hashed(form, interner::hash(form.as_bytes()), context)
    }

    /// [`Self::number`] for a form whose hash is known.
    #[inline]
    pub fn number_hashed(&mut self, form: &str, hash: u64, context: Context) -> (FormId, Facts) {
        self.view.find(form, hash, context).unwrap_or_else(|| self.new_form(form, hash, context))
    }

    /// Says that the word at this place is next, so that those after it are brought near.
    #[inline]
    pub fn approach(&self, hashes: &[u64], at: usize) {
        let forms = self.view.interner();
        if let Some(&hash) = hashes.get(at + SLOT_AHEAD) {
            forms.prefetch_slot(hash);
        }
        if let Some(&hash) = hashes.get(at + ENTRY_AHEAD) {
            forms.prefetch_entry(hash);
        }
    }

    #[cold]
    fn new_form(&mut self, form: &str, hash: u64, context: Context) -> (FormId, Facts) {
        if let Some(found) = self.unknown.forms.find(form.as_bytes(), hash, context.bits()) {
            return (UNKNOWN + found.number, Facts::from_bits(found.note));
        }
        let facts = self.morphology.facts(form, context);
        (UNKNOWN + self.unknown.forms.add(form.as_bytes(), hash, context.bits(), facts.bits()), facts)
    }
}

/// The hashes of the words of a text, each as it is written.
pub fn hash_words(text: &str, words: &[Word], hashes: &mut Vec<u64>) {
    hashes.clear();
    hashes.extend(words.iter().map(|word| interner::hash(&text.as_bytes()[word.from..word.to])));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_begin_alike_stand_beside_each_other() {
        let mut unknown = Unknown::default();
        for form in ["стола", "Ёлка", "дом", "ЁЖ", "Стол", "x", "ёж", "", "СТОЛАМ"] {
            unknown.forms.number(form.as_bytes(), 0);
        }
        let order = unknown.alphabetically();
        let ordered: Vec<&[u8]> = order.iter().map(|&number| unknown.forms.text(number)).collect();
        let expected = ["", "x", "дом", "Стол", "стола", "СТОЛАМ", "ЁЖ", "ёж", "Ёлка"];
        assert_eq!(ordered, expected.map(str::as_bytes));
    }
}
