//! What the dictionary says of a form, put together by lemma: how likely each is, and what matters of its tags.

use std::borrow::Cow;

use super::derivation::{self, Class};
use super::folding::{fold, is_russian};
use super::hyphens;
use super::lexicon::{Grammeme, Lexicon, Parse, ParseRef, TagId};

/// A lemma with less of a form's probability is no key: at .025 «стали» would lose «сталь».
const LEAST_SHARE: f64 = 0.02;

/// The classes of function words.
const FUNCTION_WORDS: [Grammeme; 7] =
    [Grammeme::Prep, Grammeme::Conj, Grammeme::Prcl, Grammeme::Npro, Grammeme::Intj, Grammeme::Pred, Grammeme::Apro];

/// A lemma that a form may belong to.
pub(super) struct Reading {
    pub lemma: String,
    pub share: f64,
    /// Whether its likeliest parse is a function word: a preposition, a conjunction, a particle, a pronoun.
    pub function: bool,
    /// Whether it is a feminine patronymic, which the dictionary has under the masculine one.
    pub feminine: bool,
    /// What its likeliest parse is for derivation.
    pub class: Option<Class>,
    /// Whether any of its parses is an abbreviation or an organisation.
    pub institution: bool,
}

/// What the tag of the likeliest parse says of a reading.
#[derive(PartialEq, Eq)]
struct Sense {
    function: bool,
    feminine: bool,
    class: Option<Class>,
}

impl Sense {
    fn of(lexicon: &Lexicon, tag: TagId) -> Self {
        let has = |grammeme| lexicon.has(tag, grammeme);
        let function = FUNCTION_WORDS.iter().any(|&class| has(class));
        Self { function, feminine: has(Grammeme::Patr) && has(Grammeme::Femn), class: class_of(lexicon, tag) }
    }
}

/// What the dictionary knows of a form.
pub(super) struct Known {
    pub readings: Vec<Reading>,
    /// Whether every parse is an abbreviation.
    pub abbreviation: bool,
    /// Whether any parse is a name of a person, place or organisation.
    pub name: bool,
}

/// What the dictionary knows of a form in small letters, if it is in there.
pub(super) fn known(lexicon: &Lexicon, lower: &str) -> Option<Known> {
    const NAMES: [Grammeme; 5] = [Grammeme::Name, Grammeme::Surn, Grammeme::Patr, Grammeme::Geox, Grammeme::Orgn];
    let (mut any, mut abbreviation, mut name) = (false, true, false);
    let readings = with_known(lexicon, lower, |parses| {
        let seen = |parse: &ParseRef<'_>| {
            any = true;
            abbreviation &= lexicon.has(parse.tag, Grammeme::Abbr);
            name |= NAMES.iter().any(|&one| lexicon.has(parse.tag, one));
        };
        of(lexicon, parses.inspect(seen))
    });
    any.then_some(Known { readings, abbreviation, name })
}

/// What the dictionary says of a form in small letters, for [`of`]: where there is one reading, it has all of the form's
/// probability, however that is divided among its parses.
fn with_known<T>(
    lexicon: &Lexicon,
    lower: &str,
    answer: impl FnOnce(&mut dyn Iterator<Item = ParseRef<'_>>) -> T,
) -> T {
    let alike = |one: ParseRef<'_>, other: ParseRef<'_>| {
        let sense = |parse: ParseRef<'_>| Sense::of(lexicon, parse.tag);
        one.lemma == other.lemma && one.word == other.word && sense(one) == sense(other)
    };
    lexicon.with_known(lower, alike, answer)
}

/// The lemmas of parses with their shares, best first.
pub(super) fn of<'p>(lexicon: &Lexicon, parses: impl Iterator<Item = ParseRef<'p>>) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for parse in parses {
        let has = |grammeme| lexicon.has(parse.tag, grammeme);
        let institution = has(Grammeme::Abbr) || has(Grammeme::Orgn);
        let Sense { function, feminine, class } = Sense::of(lexicon, parse.tag);
        let lemma = if feminine { fold(&feminine_patronymic(&parse)).into() } else { folded(parse.lemma) };
        match readings.iter_mut().find(|reading| reading.lemma == lemma) {
            Some(known) => {
                known.share += parse.score;
                known.institution |= institution;
            }
            None => {
                let lemma = lemma.into_owned();
                readings.push(Reading { lemma, share: parse.score, function, feminine, class, institution });
            }
        }
    }
    let total: f64 = readings.iter().map(|reading| reading.share).sum();
    readings.iter_mut().for_each(|reading| reading.share /= total);
    readings.retain(|reading| reading.share >= LEAST_SHARE);
    readings.sort_by(|one, other| other.share.total_cmp(&one.share).then_with(|| one.lemma.cmp(&other.lemma)));
    readings
}

/// A lemma as keys are folded; most need no string of their own for that.
fn folded(lemma: &str) -> Cow<'_, str> {
    if is_russian(lemma) { lemma.into() } else { fold(lemma).into() }
}

/// What a tag is for derivation.
fn class_of(lexicon: &Lexicon, tag: TagId) -> Option<Class> {
    let has = |grammeme| lexicon.has(tag, grammeme);
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
fn is_marked(lexicon: &Lexicon, tag: TagId) -> bool {
    use Grammeme::{Abbr, Arch, Dist, Erro, Infr, Name, Patr, Slng, Surn};
    [Name, Surn, Patr, Abbr, Arch, Dist, Erro, Infr, Slng].into_iter().any(|one| lexicon.has(tag, one))
}

impl hyphens::Words for Lexicon {
    fn is_function_word(&self, lower: &str) -> bool {
        let parses = self.known(lower);
        let function = |parse: &Parse| {
            let classes = FUNCTION_WORDS.iter().chain(&[Grammeme::Advb]);
            classes.into_iter().any(|&class| self.has(parse.tag, class))
        };
        !parses.is_empty() && parses.iter().all(function)
    }

    fn known(&self, lower: &str) -> Vec<(String, f32)> {
        shares(with_known(self, lower, |parses| of(self, parses)))
    }

    fn predicted(&self, lower: &str) -> Vec<(String, f32)> {
        shares(of(self, self.predicted(lower).iter().map(Parse::lent)))
    }
}

impl derivation::Words for Lexicon {
    fn is(&self, lemma: &str, class: Class) -> bool {
        let parses = self.known(lemma);
        parses.iter().any(|parse| {
            fold(&parse.lemma) == lemma && class_of(self, parse.tag) == Some(class) && !is_marked(self, parse.tag)
        })
    }
}

fn shares(readings: Vec<Reading>) -> Vec<(String, f32)> {
    readings.into_iter().map(|reading| (reading.lemma, reading.share as f32)).collect()
}

/// The nominative of a feminine patronymic: the dictionary has all forms of a father's name under the masculine one, «Сергеевне»
/// under «сергеевич». By the lemma, so that «Юльевна» and «Сергевна» are also the other spellings; after it -ович, -евич
/// have one feminine, the few others (Ильич, Лукич) are told by their form.
fn feminine_patronymic(parse: &ParseRef<'_>) -> String {
    if let Some(stem) = parse.lemma.strip_suffix("вич") {
        return format!("{stem}вна");
    }
    let word = parse.word;
    if let Some(stem) = word.strip_suffix("ен") {
        return format!("{stem}на");
    }
    let endings = ["ами", "ах", "ам", "ою", "ой", "а", "ы", "е", "у"];
    let stem = endings.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    format!("{stem}а")
}
