//! The keys of a Russian form in its context: the lexicon and the tables put together, rule by rule.
//!
//! The rules are numbered as in `docs/analysis.md`. A rule adds keys to a [`Draft`]; which rules a form goes through is
//! decided here and nowhere else.

use std::sync::Arc;

use super::capitals::acronym;
use super::context::{Context, Facts};
use super::derivation::{self, Class};
use super::folding::{fold, is_cyrillic, is_russian, lower};
use super::forms::Morphology;
use super::hyphens::{self, Hyphenated};
use super::lexicon::{Grammeme, Lexicon, Parse, TagId};
use super::overrides::Overrides;
use super::token::{Key, KeyKind, Rule};
use super::{abbreviations, case_stem, dates, homoglyphs, latin, numbers, sequences};
use crate::Result;

/// A lemma with less of a form's probability is no key: at .025 «стали» would lose «сталь».
const LEAST_SHARE: f64 = 0.02;

/// Makes keys from the dictionary and the tables.
pub struct RussianKeys {
    lexicon: Arc<Lexicon>,
    overrides: Overrides,
    derivation: bool,
}

/// The keys of a form so far: no two of one kind and text.
#[derive(Default)]
struct Draft {
    keys: Vec<Key>,
}

impl Draft {
    fn add(&mut self, kind: KeyKind, text: &str, weight: f32, rule: Rule) {
        if text.is_empty() {
            return;
        }
        match self.keys.iter_mut().find(|key| key.kind == kind && *key.text == *text) {
            Some(known) => known.weight = known.weight.max(weight),
            None => self.keys.push(Key::new(kind, text, weight, rule)),
        }
    }
}

/// A lemma that a form may belong to.
struct Reading {
    lemma: String,
    share: f64,
    /// Whether its likeliest parse is a function word: a preposition, a conjunction, a particle, a pronoun.
    function: bool,
    /// What its likeliest parse is for derivation.
    class: Option<Class>,
    /// Whether any of its parses is an abbreviation or an organisation.
    institution: bool,
}

/// What the dictionary knows of a form.
struct Known {
    readings: Vec<Reading>,
    /// Whether every parse is an abbreviation.
    abbreviation: bool,
    /// Whether any parse is a name of a person, place or organisation.
    name: bool,
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

    fn word(&self, form: &str, context: Context, draft: &mut Draft) {
        let folded = fold(form);
        if is_russian(&folded) {
            if !self.overridden(form, &folded, draft) && !self.abbreviation(form, &folded, context, draft) {
                self.cyrillic(form, &folded, context, draft);
            }
            return;
        }
        let repaired = homoglyphs::repair(form);
        let form = repaired.as_deref().unwrap_or(form);
        let folded = fold(form);
        if self.overridden(form, &folded, draft) || self.abbreviation(form, &folded, context, draft) {
            return;
        }
        if folded.contains(|character: char| character.is_numeric() || matches!(character, '+' | '#')) {
            self.with_digits(form, &folded, draft);
        } else if folded.contains(is_cyrillic) {
            self.cyrillic(form, &folded, context, draft);
        } else {
            self.foreign(&folded, draft);
        }
    }

    /// Adds what the user's dictionary says of a form; whether nothing else counts.
    fn overridden(&self, form: &str, folded: &str, draft: &mut Draft) -> bool {
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
    fn synonyms(&self, draft: &mut Draft) {
        let known: Vec<Box<str>> = draft.keys.iter().map(|key| key.text.clone()).collect();
        for synonym in known.iter().flat_map(|text| self.overrides.synonyms(text)) {
            let readings = self.known(synonym).map_or(Vec::new(), |known| known.readings);
            for reading in &readings {
                let weight = SYNONYM_WEIGHT * reading.share as f32;
                draft.add(KeyKind::Lemma, &reading.lemma, weight, Rule::Override);
            }
            draft.add(KeyKind::Surface, &fold(synonym), SYNONYM_WEIGHT, Rule::Override);
        }
    }

    /// Adds the words that an abbreviation stands for; whether it has no other sense.
    fn abbreviation(&self, form: &str, folded: &str, context: Context, draft: &mut Draft) -> bool {
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
    fn part(&self, name: &str, draft: &mut Draft) {
        if let Some(part) = sequences::part(name) {
            for lemma in &part.lemmas {
                draft.add(KeyKind::Lemma, lemma, ABBREVIATION_WEIGHT, Rule::Abbreviation);
            }
            draft.add(KeyKind::Surface, &part.surface, 1.0, Rule::Form);
        }
    }

    // Known and unknown words

    fn cyrillic(&self, form: &str, folded: &str, context: Context, draft: &mut Draft) {
        let lower = lower(form);
        let known = self.known(&lower);
        if let Some(head) = acronym(form)
            && (context.has(Context::ACRONYM) || context.has(Context::SHOUTED))
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
            None => self.unknown(&lower, folded, context, draft),
        }
        add_form(&lower, folded, draft);
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
            draft.keys.iter_mut().for_each(|key| key.weight *= FUNCTION_WEIGHT);
        }
    }

    /// The predicted lemmas that are no words of the dictionary (an unknown form is no form of a known word), the case
    /// stem. A name inside a sentence is no form of a verb; in a query a capital letter says less.
    fn unknown(&self, lower: &str, folded: &str, context: Context, draft: &mut Draft) {
        let mut parses = self.lexicon.parse(lower);
        parses.retain(|parse| !self.lexicon.is_known(&parse.lemma));
        if context.has(Context::NAME) && !context.has(Context::QUERY) {
            let has = |parse: &Parse, grammeme| self.lexicon.has(parse.tag, grammeme);
            parses.retain(|parse| has(parse, Grammeme::Noun) || has(parse, Grammeme::Adjf));
        }
        add_lemmas(&self.readings(&parses), Rule::Prediction, draft);
        add_case_stem(folded, draft);
    }

    /// A word of capitals. In a document it keeps its other senses; in a query it stands for itself, so that ВОЗ finds no
    /// «воз»; but five capitals and more that spell a common word may just be loud, and an unknown word has no other sense.
    fn acronym(&self, head: &str, folded: &str, known: Option<Known>, context: Context, draft: &mut Draft) {
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

    fn known(&self, lower: &str) -> Option<Known> {
        let parses = self.lexicon.known(lower);
        if parses.is_empty() {
            return None;
        }
        let has = |parse: &Parse, grammeme| self.lexicon.has(parse.tag, grammeme);
        let names = [Grammeme::Name, Grammeme::Surn, Grammeme::Patr, Grammeme::Geox, Grammeme::Orgn];
        Some(Known {
            readings: self.readings(&parses),
            abbreviation: parses.iter().all(|parse| has(parse, Grammeme::Abbr)),
            name: parses.iter().any(|parse| names.iter().any(|&name| has(parse, name))),
        })
    }

    /// The lemmas of parses with their shares, best first.
    fn readings(&self, parses: &[Parse]) -> Vec<Reading> {
        let has = |parse: &Parse, grammeme| self.lexicon.has(parse.tag, grammeme);
        let mut readings: Vec<Reading> = Vec::new();
        for parse in parses {
            let feminine = has(parse, Grammeme::Patr) && has(parse, Grammeme::Femn);
            let lemma = fold(&if feminine { feminine_patronymic(parse) } else { parse.lemma.clone() });
            let institution = has(parse, Grammeme::Abbr) || has(parse, Grammeme::Orgn);
            match readings.iter_mut().find(|reading| reading.lemma == lemma) {
                Some(known) => {
                    known.share += parse.score;
                    known.institution |= institution;
                }
                None => {
                    let function = FUNCTION_WORDS.iter().any(|&class| has(parse, class));
                    let class = self.class(parse.tag);
                    readings.push(Reading { lemma, share: parse.score, function, class, institution });
                }
            }
        }
        let total: f64 = readings.iter().map(|reading| reading.share).sum();
        readings.iter_mut().for_each(|reading| reading.share /= total);
        readings.retain(|reading| reading.share >= LEAST_SHARE);
        readings.sort_by(|one, other| other.share.total_cmp(&one.share).then_with(|| one.lemma.cmp(&other.lemma)));
        readings
    }

    /// The words derived from those that a form may belong to, or that they are derived from.
    fn derived(&self, readings: &[Reading], draft: &mut Draft) {
        for reading in readings {
            let relatives = reading.class.map(|class| derivation::relatives(&reading.lemma, class, self));
            for (lemma, weight) in relatives.unwrap_or_default() {
                let weight = DERIVED_WEIGHT * weight * reading.share as f32;
                draft.add(KeyKind::Lemma, &lemma, weight, Rule::Derivation);
            }
        }
    }

    /// What a tag is for derivation.
    fn class(&self, tag: TagId) -> Option<Class> {
        let has = |grammeme| self.lexicon.has(tag, grammeme);
        Some(match () {
            () if has(Grammeme::Noun) && has(Grammeme::Geox) => Class::Place,
            () if has(Grammeme::Noun) && has(Grammeme::Anim) => Class::Person,
            () if has(Grammeme::Noun) => Class::Thing,
            () if has(Grammeme::Adjf) && !has(Grammeme::Apro) && !has(Grammeme::Anum) => Class::Adjective,
            () if has(Grammeme::Infn) || has(Grammeme::Verb) => Class::Verb,
            () => return None,
        })
    }

    /// Whether a tag is a name or of words that derivation leaves aside.
    fn is_marked(&self, tag: TagId) -> bool {
        use Grammeme::{Abbr, Arch, Dist, Erro, Infr, Name, Patr, Slng, Surn};
        [Name, Surn, Patr, Abbr, Arch, Dist, Erro, Infr, Slng].into_iter().any(|one| self.lexicon.has(tag, one))
    }

    // Hyphenated words

    /// The whole of a hyphenated word: its lemma without hyphens, which the word has where it is written together.
    fn whole(&self, form: &str, context: Context, draft: &mut Draft) {
        let repaired: Vec<String> =
            form.split('-').map(|part| homoglyphs::repair(part).unwrap_or_else(|| part.to_owned())).collect();
        let form = repaired.join("-");
        let form = homoglyphs::designation(&form).unwrap_or(form);
        let folded = fold(&form);
        if self.overridden(&form, &folded, draft) || self.abbreviation(&form, &folded, context, draft) {
            return;
        }
        if let Some(number) = ordinal(&folded) {
            draft.add(KeyKind::Surface, number, 1.0, Rule::Number);
            draft.add(KeyKind::Surface, &folded, 1.0, Rule::Form);
            return;
        }
        let parts: Vec<&str> = form.split('-').collect();
        let whole = hyphens::whole(&parts, self);
        for (lemma, share) in whole.lemmas.iter().filter(|(_, share)| *share >= LEAST_SHARE as f32) {
            draft.add(KeyKind::Lemma, lemma, LEMMA_WEIGHT * share, Rule::Hyphens);
        }
        if let Some(joined) = &whole.joined {
            let stem = if joined.contains(is_cyrillic) { joined.clone() } else { latin::stem(joined) };
            draft.add(KeyKind::Lemma, &stem, LEMMA_WEIGHT, Rule::Hyphens);
        }
        add_form(&lower(&form), &whole.surface, draft);
    }

    /// Whether the parts of a hyphenated whole in small letters are no words: кто-то, по-русски, р-н, 5-й.
    fn is_one_word(&self, whole: &str) -> bool {
        if ordinal(whole).is_some() || abbreviations::look_up(whole, Context::NONE).is_some_and(|found| found.only) {
            return true;
        }
        let parts: Vec<&str> = whole.split('-').collect();
        hyphens::whole(&parts, self).parts == Hyphenated::Whole
    }

    // What is not made of Cyrillic letters alone

    fn with_digits(&self, form: &str, folded: &str, draft: &mut Draft) {
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
    fn glued(&self, number: &str, unit: &str, draft: &mut Draft) {
        let number = numbers::canonical(number).unwrap_or_else(|| number.to_owned());
        draft.add(KeyKind::Surface, &number, 1.0, Rule::Number);
        if let Some(found) = abbreviations::look_up(unit, Context::NUMBER_BEFORE) {
            for lemma in &found.lemmas {
                draft.add(KeyKind::Lemma, lemma, ABBREVIATION_WEIGHT, Rule::Abbreviation);
            }
        }
        draft.add(KeyKind::Surface, &fold(unit), 1.0, Rule::Abbreviation);
    }

    fn foreign(&self, folded: &str, draft: &mut Draft) {
        if folded.is_ascii() && folded.contains(|letter: char| letter.is_ascii_alphabetic()) {
            draft.add(KeyKind::Lemma, &latin::stem(folded), 1.0, Rule::LatinStem);
        }
        draft.add(KeyKind::Surface, folded, 1.0, Rule::Form);
    }
}

impl hyphens::Words for RussianKeys {
    fn is_function_word(&self, lower: &str) -> bool {
        let parses = self.lexicon.known(lower);
        let function = |parse: &Parse| {
            let classes = FUNCTION_WORDS.iter().chain(&[Grammeme::Advb]);
            classes.into_iter().any(|&class| self.lexicon.has(parse.tag, class))
        };
        !parses.is_empty() && parses.iter().all(function)
    }

    fn known(&self, lower: &str) -> Vec<(String, f32)> {
        shares(self.readings(&self.lexicon.known(lower)))
    }

    fn predicted(&self, lower: &str) -> Vec<(String, f32)> {
        shares(self.readings(&self.lexicon.predicted(lower)))
    }
}

impl derivation::Words for RussianKeys {
    fn is(&self, lemma: &str, class: Class) -> bool {
        let parses = self.lexicon.known(lemma);
        parses.iter().any(|parse| {
            fold(&parse.lemma) == lemma && self.class(parse.tag) == Some(class) && !self.is_marked(parse.tag)
        })
    }
}

fn shares(readings: Vec<Reading>) -> Vec<(String, f32)> {
    readings.into_iter().map(|reading| (reading.lemma, reading.share as f32)).collect()
}

impl Morphology for RussianKeys {
    fn facts(&self, form: &str, context: Context) -> Facts {
        let sensitive = abbreviations::sensitivity(form);
        Facts { sensitive, indivisible: context.has(Context::WHOLE) && self.is_one_word(&lower(form)) }
    }

    fn keys(&self, form: &str, context: Context) -> Result<Vec<Key>> {
        let mut draft = Draft::default();
        if context.has(Context::PART) {
            self.part(form, &mut draft);
        } else if context.has(Context::DATE) {
            draft.add(KeyKind::Lemma, form, 1.0, Rule::Date);
        } else if context.has(Context::NUMBER) {
            draft.add(KeyKind::Surface, form, 1.0, Rule::Number);
        } else if context.has(Context::WHOLE) {
            self.whole(form, context, &mut draft);
        } else {
            self.word(form, context, &mut draft);
        }
        if context.has(Context::QUERY) && !self.overrides.is_empty() {
            self.synonyms(&mut draft);
        }
        Ok(draft.keys)
    }
}

/// The classes of function words.
const FUNCTION_WORDS: [Grammeme; 7] =
    [Grammeme::Prep, Grammeme::Conj, Grammeme::Prcl, Grammeme::Npro, Grammeme::Intj, Grammeme::Pred, Grammeme::Apro];
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

fn add_lemmas(readings: &[Reading], rule: Rule, draft: &mut Draft) {
    for reading in readings {
        draft.add(KeyKind::Lemma, &reading.lemma, LEMMA_WEIGHT * reading.share as f32, rule);
    }
}

/// The form itself; with ё it is found as both, first as it was typed.
fn add_form(lower: &str, folded: &str, draft: &mut Draft) {
    if lower.contains('ё') {
        draft.add(KeyKind::Surface, lower, 1.0, Rule::Form);
        draft.add(KeyKind::Surface, folded, LEMMA_WEIGHT, Rule::Form);
    } else {
        draft.add(KeyKind::Surface, folded, 1.0, Rule::Form);
    }
}

fn add_case_stem(folded: &str, draft: &mut Draft) {
    for stem in case_stem::case_stems(folded) {
        draft.add(KeyKind::CaseStem, &stem, 1.0, Rule::CaseStem);
    }
}

/// The number of an ordinal in digits: 5-й.
fn ordinal(whole: &str) -> Option<&str> {
    let (number, ending) = whole.split_once('-')?;
    (numbers::is_digits(number) && numbers::is_ordinal_ending(ending)).then_some(number)
}

/// The nominative of a feminine patronymic: the dictionary has all forms of a father's name under the masculine one, «Сергеевне»
/// under «сергеевич». By the lemma, so that «Юльевна» and «Сергевна» are also the other spellings; after it -ович, -евич
/// have one feminine, the few others (Ильич, Лукич) are told by their form.
fn feminine_patronymic(parse: &Parse) -> String {
    if let Some(stem) = parse.lemma.strip_suffix("вич") {
        return format!("{stem}вна");
    }
    let word = parse.word.as_str();
    if let Some(stem) = word.strip_suffix("ен") {
        return format!("{stem}на");
    }
    let endings = ["ами", "ах", "ам", "ою", "ой", "а", "ы", "е", "у"];
    let stem = endings.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    format!("{stem}а")
}
