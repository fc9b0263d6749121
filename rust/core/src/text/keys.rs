//! The keys of a Russian form in its context: the lexicon and the tables put together, rule by rule.
//!
//! The rules are numbered as in `docs/analysis.md`. A rule adds keys to a draft; which rules a form goes through is
//! decided here and nowhere else.

use std::sync::Arc;

use super::capitals::acronym;
use super::context::{Context, Facts};
use super::derivation;
use super::folding::{fold, has_yo, is_cyrillic, is_russian, lower, without_yo};
use super::forms::Morphology;
use super::hyphens::{self, Hyphenated};
use super::key_lists::KeyLists;
use super::lexicon::{Grammeme, Lexicon, Parse};
use super::overrides::Overrides;
use super::readings::{self, Known, Reading};
use super::token::{KeyKind, Rule};
use super::{abbreviations, case_stem, dates, homoglyphs, latin, numbers, sequences, surroundings};
use crate::Result;

/// Makes keys from the dictionary and the tables.
pub struct RussianKeys {
    lexicon: Arc<Lexicon>,
    overrides: Overrides,
    derivation: bool,
}

impl RussianKeys {
    /// Keys by this lexicon.
    pub fn new(lexicon: Arc<Lexicon>) -> Self {
        Self { lexicon, overrides: Overrides::default(), derivation: false }
    }

    /// Keys that obey a user's dictionary too.
    #[must_use]
    pub fn with_overrides(self, overrides: Overrides) -> Self {
        Self { overrides, ..self }
    }

    /// Keys that in a query have the derived words of a word as well: нефтяной for нефть.
    #[must_use]
    pub fn with_derivation(self) -> Self {
        Self { derivation: true, ..self }
    }

    /// The lexicon that these keys come from.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// What the lexicon says of a form, if its keys come from there: for showing an analysis.
    pub fn parses(&self, form: &str, context: Context) -> Vec<Parse> {
        let made = [Context::PART, Context::DATE, Context::NUMBER].into_iter().any(|one| context.has(one));
        let spelled = |character| is_cyrillic(character) || character == '-';
        if made || !form.chars().all(spelled) {
            return Vec::new();
        }
        if context.has(Context::WHOLE) { self.lexicon.known(&lower(form)) } else { self.lexicon.parse(form) }
    }

    fn word(&self, form: &str, context: Context, draft: &mut KeyLists) {
        let small = lower(form);
        let folded = without_yo(&small);
        if is_russian(&folded) {
            if !self.overridden(form, &folded, draft) && !self.abbreviation(form, &folded, context, draft) {
                self.cyrillic(form, &small, &folded, context, draft);
            }
            return;
        }
        let repaired = homoglyphs::repair(form);
        let form = repaired.as_deref().unwrap_or(form);
        let small = lower(form);
        let folded = without_yo(&small);
        if self.overridden(form, &folded, draft) || self.abbreviation(form, &folded, context, draft) {
            return;
        }
        if folded.contains(|character: char| character.is_numeric() || matches!(character, '+' | '#')) {
            self.with_digits(form, &folded, draft);
        } else if folded.contains(is_cyrillic) {
            self.cyrillic(form, &small, &folded, context, draft);
        } else {
            self.foreign(&folded, draft);
        }
    }

    /// Adds what the user's dictionary says of a form; whether nothing else counts.
    fn overridden(&self, form: &str, folded: &str, draft: &mut KeyLists) -> bool {
        if self.overrides.is_empty() {
            return false;
        }
        let lower = lower(form);
        let Some(found) = self.overrides.get(&lower) else { return false };
        for lemma in &found.lemmas {
            draft.add(KeyKind::Lemma, lemma, LEMMA_WEIGHT, Rule::Override);
        }
        if found.replaces {
            add_form(&lower, folded, draft);
        }
        found.replaces
    }

    /// Adds the synonyms that the user's dictionary has for the keys of a query word.
    fn synonyms(&self, draft: &mut KeyLists) {
        let words = draft.of_making().filter(|key| matches!(key.kind, KeyKind::Lemma | KeyKind::Surface));
        let known: Vec<Box<str>> = words.map(|key| key.text.into()).collect();
        for synonym in known.iter().flat_map(|text| self.overrides.synonyms(text)) {
            for reading in readings::known(&self.lexicon, synonym).iter().flat_map(|known| &known.readings) {
                let weight = SYNONYM_WEIGHT * reading.share as f32;
                draft.add(KeyKind::Lemma, &reading.lemma, weight, Rule::Override);
            }
            draft.add(KeyKind::Surface, &fold(synonym), SYNONYM_WEIGHT, Rule::Override);
        }
    }

    /// Adds the words that an abbreviation stands for; whether it has no other sense.
    fn abbreviation(&self, form: &str, folded: &str, context: Context, draft: &mut KeyLists) -> bool {
        let Some(found) = abbreviations::look_up(form, context) else { return false };
        for lemma in &found.lemmas {
            draft.add(KeyKind::Lemma, lemma, ABBREVIATION_WEIGHT, Rule::Abbreviation);
        }
        if found.only {
            add_form(&lower(form), folded, draft);
        }
        found.only
    }

    /// A word of an abbreviation of several: it stands for its own word only.
    fn part(&self, name: &str, draft: &mut KeyLists) {
        if let Some(part) = sequences::part(name) {
            for lemma in &part.lemmas {
                draft.add(KeyKind::Lemma, lemma, ABBREVIATION_WEIGHT, Rule::Abbreviation);
            }
            draft.add(KeyKind::Surface, &part.surface, 1.0, Rule::Form);
        }
    }

    // Known and unknown words

    fn cyrillic(&self, form: &str, lower: &str, folded: &str, context: Context, draft: &mut KeyLists) {
        let known = readings::known(&self.lexicon, lower);
        if (context.has(Context::ACRONYM) || context.has(Context::SHOUTED))
            && let Some(head) = acronym(form)
        {
            self.acronym(head, folded, known, context, draft);
            return;
        }
        match &known {
            Some(known) => {
                add_lemmas(&known.readings, Rule::Dictionary, draft);
                if context.has(Context::NAME) && !known.name {
                    add_case_stem(folded, draft);
                }
                if known.abbreviation {
                    for reading in &known.readings {
                        draft.add(KeyKind::Acronym, &reading.lemma, 1.0, Rule::Acronym);
                    }
                }
            }
            None => self.unknown(lower, folded, context, draft),
        }
        add_form(lower, folded, draft);
        // A small word of a query that may be declined as an acronym in a document: бам finds БАМе.
        let readings = known.as_ref().map_or(&[][..], |known| &known.readings);
        let institution = known.is_none() || readings.iter().any(|reading| reading.institution);
        if context.has(Context::QUERY) && institution && acronym(&folded.to_uppercase()).is_some() {
            draft.add(KeyKind::Acronym, folded, 1.0, Rule::Acronym);
        }
        if context.has(Context::QUERY) && self.derivation {
            self.derived(readings, draft);
        }
        if context.has(Context::QUERY) && readings.first().is_some_and(|reading| reading.function) {
            draft.weigh(FUNCTION_WEIGHT);
        }
    }

    /// The predicted lemmas that are no words of the dictionary (an unknown form is no form of a known word), the case
    /// stem. A name inside a sentence is no form of a verb; in a query a capital letter says less.
    fn unknown(&self, lower: &str, folded: &str, context: Context, draft: &mut KeyLists) {
        let mut parses = self.lexicon.parse(lower);
        parses.retain(|parse| !self.lexicon.is_known(&parse.lemma));
        if context.has(Context::NAME) && !context.has(Context::QUERY) {
            let has = |parse: &Parse, grammeme| self.lexicon.has(parse.tag, grammeme);
            parses.retain(|parse| has(parse, Grammeme::Noun) || has(parse, Grammeme::Adjf));
        }
        add_lemmas(&readings::of(&self.lexicon, parses.iter().map(Parse::lent)), Rule::Prediction, draft);
        add_case_stem(folded, draft);
    }

    /// A word of capitals. In a document it keeps its other senses; in a query it stands for itself, so that ВОЗ finds no
    /// «воз»; but five capitals and more that spell a common word may just be loud, and an unknown word has no other sense.
    fn acronym(&self, head: &str, folded: &str, known: Option<Known>, context: Context, draft: &mut KeyLists) {
        draft.add(KeyKind::Acronym, &fold(head), 1.0, Rule::Acronym);
        let letters = folded.chars().count();
        match known {
            Some(mut known) => {
                let institution = known.readings.iter().any(|reading| reading.institution);
                if context.has(Context::QUERY) && !context.has(Context::SHOUTED) && (institution || letters < LOUD) {
                    return;
                }
                if institution && !context.has(Context::SHOUTED) {
                    known.readings.retain(|reading| reading.institution);
                }
                add_lemmas(&known.readings, Rule::Dictionary, draft);
            }
            // It has no other sense, but it may be a loud name.
            None if letters >= NAME_LETTERS && !context.has(Context::QUERY) => add_case_stem(folded, draft),
            None => {}
        }
        draft.add(KeyKind::Surface, folded, 1.0, Rule::Form);
    }

    /// The words derived from those that a form may belong to, or that they are derived from.
    fn derived(&self, readings: &[Reading], draft: &mut KeyLists) {
        for reading in readings {
            let relatives = reading.class.map(|class| derivation::relatives(&reading.lemma, class, &*self.lexicon));
            for (lemma, weight) in relatives.unwrap_or_default() {
                let weight = DERIVED_WEIGHT * weight * reading.share as f32;
                draft.add(KeyKind::Lemma, &lemma, weight, Rule::Derivation);
            }
        }
    }

    // Hyphenated words

    /// The whole of a hyphenated word: its lemma without hyphens, which the word has where it is written together.
    fn whole(&self, form: &str, context: Context, draft: &mut KeyLists) {
        let repaired: Vec<String> =
            form.split('-').map(|part| homoglyphs::repair(part).unwrap_or_else(|| part.to_owned())).collect();
        let form = repaired.join("-");
        let form = homoglyphs::designation(&form).unwrap_or(form);
        let folded = fold(&form);
        if self.overridden(&form, &folded, draft) || self.abbreviation(&form, &folded, context, draft) {
            return;
        }
        if let Some(numbers) = ordinal(&folded) {
            numbers.for_each(|number| draft.add(KeyKind::Surface, number, 1.0, Rule::Number));
            draft.add(KeyKind::Surface, &folded, 1.0, Rule::Form);
            return;
        }
        let parts: Vec<&str> = form.split('-').collect();
        let whole = hyphens::whole(&parts, &*self.lexicon);
        for (lemma, share) in whole.lemmas.iter() {
            draft.add(KeyKind::Lemma, lemma, LEMMA_WEIGHT * share, Rule::Hyphens);
        }
        if let Some(joined) = &whole.joined {
            let key = latin::key(joined).unwrap_or_else(|| joined.clone());
            draft.add(KeyKind::Lemma, &key, LEMMA_WEIGHT, Rule::Hyphens);
        }
        add_form(&lower(&form), &whole.surface, draft);
    }

    /// Whether the parts of a hyphenated whole in small letters are no words: кто-то, по-русски, р-н, 5-й.
    fn is_one_word(&self, whole: &str) -> bool {
        if ordinal(whole).is_some() || abbreviations::look_up(whole, Context::NONE).is_some_and(|found| found.only) {
            return true;
        }
        hyphens::kind(whole, &*self.lexicon) == Hyphenated::Whole
    }

    // What is not made of Cyrillic letters alone

    fn with_digits(&self, form: &str, folded: &str, draft: &mut KeyLists) {
        if let Some((number, unit)) = abbreviations::number_and_unit(form) {
            self.glued(number, unit, draft);
        }
        if let Some(day) = dates::day(form) {
            draft.add(KeyKind::Lemma, &day, 1.0, Rule::Date);
        }
        if let Some(number) = numbers::canonical(folded) {
            draft.add(KeyKind::Surface, &number, 1.0, Rule::Number);
        } else if folded.contains(char::is_alphabetic) {
            let designation = homoglyphs::designation(form).map(|text| fold(&text));
            draft.add(KeyKind::Lemma, designation.as_deref().unwrap_or(folded), 1.0, Rule::Designation);
        }
        draft.add(KeyKind::Surface, folded, 1.0, Rule::Form);
    }

    /// A number and a unit without a space between, as if there were one: 15см.
    fn glued(&self, number: &str, unit: &str, draft: &mut KeyLists) {
        let around = surroundings::before(number, " ");
        let number = numbers::canonical(number).unwrap_or_else(|| number.to_owned());
        draft.add(KeyKind::Surface, &number, 1.0, Rule::Number);
        if let Some(found) = abbreviations::look_up(unit, around) {
            for lemma in &found.lemmas {
                draft.add(KeyKind::Lemma, lemma, ABBREVIATION_WEIGHT, Rule::Abbreviation);
            }
        }
        draft.add(KeyKind::Surface, &fold(unit), 1.0, Rule::Abbreviation);
    }

    fn foreign(&self, folded: &str, draft: &mut KeyLists) {
        if let Some(key) = latin::key(folded) {
            draft.add(KeyKind::Lemma, &key, 1.0, Rule::LatinStem);
        }
        draft.add(KeyKind::Surface, folded, 1.0, Rule::Form);
    }
}

impl Morphology for RussianKeys {
    fn facts(&self, form: &str, context: Context) -> Facts {
        let sensitive = abbreviations::sensitivity(form);
        Facts { sensitive, indivisible: context.has(Context::WHOLE) && self.is_one_word(&lower(form)) }
    }

    fn keys(&self, form: &str, context: Context, draft: &mut KeyLists) -> Result<()> {
        if context.has(Context::PART) {
            self.part(form, draft);
        } else if context.has(Context::DATE) {
            draft.add(KeyKind::Lemma, form, 1.0, Rule::Date);
        } else if context.has(Context::NUMBER) {
            draft.add(KeyKind::Surface, form, 1.0, Rule::Number);
        } else if context.has(Context::WHOLE) {
            self.whole(form, context, draft);
        } else {
            self.word(form, context, draft);
        }
        if context.has(Context::QUERY) && !self.overrides.is_empty() {
            self.synonyms(draft);
        }
        Ok(())
    }
}

/// What a function word of a query weighs: it is found, but says little of what a document is about (docs/relevance.md).
const FUNCTION_WEIGHT: f32 = 0.25;
/// A lemma weighs a little less than the form itself, so that what was typed comes before its other forms.
const LEMMA_WEIGHT: f32 = 0.85;
/// What a derived word weighs beside the word that was asked for, at most.
const DERIVED_WEIGHT: f32 = 0.3;
/// What a synonym of the user's weighs beside the word that was asked for.
const SYNONYM_WEIGHT: f32 = 0.7;
/// An abbreviation is found by its word, and finds it with less weight than the word itself.
const ABBREVIATION_WEIGHT: f32 = 0.5;
/// A known word of so many capitals in a query may be a common one.
const LOUD: usize = 5;
/// An unknown word of so many capitals may be a name.
const NAME_LETTERS: usize = 4;

fn add_lemmas(readings: &[Reading], rule: Rule, draft: &mut KeyLists) {
    for reading in readings {
        let rule = if reading.feminine { Rule::Patronymic } else { rule };
        draft.add(KeyKind::Lemma, &reading.lemma, LEMMA_WEIGHT * reading.share as f32, rule);
    }
}

/// The form itself; with ё it is found as both, first as it was typed.
fn add_form(lower: &str, folded: &str, draft: &mut KeyLists) {
    if has_yo(lower) {
        draft.add(KeyKind::Surface, lower, 1.0, Rule::Form);
        draft.add(KeyKind::Surface, folded, LEMMA_WEIGHT, Rule::Form);
    } else {
        draft.add(KeyKind::Surface, folded, 1.0, Rule::Form);
    }
}

fn add_case_stem(folded: &str, draft: &mut KeyLists) {
    for stem in case_stem::case_stems(folded) {
        draft.add(KeyKind::CaseStem, &stem, 1.0, Rule::CaseStem);
    }
}

/// The numbers of an ordinal in digits: 5-й, 1990-2000-х.
fn ordinal(whole: &str) -> Option<std::str::Split<'_, char>> {
    let (numbers, ending) = whole.rsplit_once('-')?;
    (numbers.split('-').all(numbers::is_digits) && numbers::is_ordinal_ending(ending)).then(|| numbers.split('-'))
}
