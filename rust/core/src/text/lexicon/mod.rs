//! The lexicon: what a form of Russian can be, from the dictionary of `pymorphy3-dicts-ru`, read where it lies.
//!
//! It says what pymorphy3's `MorphAnalyzer` says: the same parses in the same order with the same scores, for words of the
//! dictionary and for others. `files` opens the files, `dawg` reads a word graph, `dictionary` the paradigms, `tags` and
//! `grammemes` what their forms are, `probability` how likely a tag is for a word; `drafts` holds parses in the making,
//! `analysis` asks the units one after the other: `known`, `initials`, `shape`, `hyphen`, `analogy`, by `characters`
//! where a shape is asked for.

mod analogy;
mod analysis;
mod characters;
mod dawg;
mod dictionary;
mod drafts;
mod files;
mod grammemes;
mod hyphen;
mod initials;
mod known;
mod probability;
mod shape;
mod tags;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use grammemes::Grammeme;
pub use tags::TagId;

use super::folding::is_lower;
use crate::Result;
use analysis::{Analysis, Ask};
use dawg::{Dawg, Spellings};
use dictionary::Dictionary;
use drafts::{Draft, Drafts, Workspace};
use probability::Probability;

/// The unit of analysis that made a parse, as pymorphy3 divides them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Unit {
    /// The word is in the dictionary.
    Dictionary,
    /// A capital letter, the initial of a name.
    Initials,
    /// A number in digits.
    Number,
    /// A Roman number.
    Roman,
    /// A word of Latin letters.
    Latin,
    /// Punctuation.
    Punctuation,
    /// по- and an adjective: по-западному.
    HyphenAdverb,
    /// A word and a particle: смотри-ка.
    HyphenParticle,
    /// Two words with a hyphen between them: интернет-магазин.
    HyphenatedWords,
    /// A prefix of the list and a word: псевдокошка.
    KnownPrefix,
    /// Any few letters and a word of the dictionary: байткод.
    UnknownPrefix,
    /// An ending as other words have it: бутявка.
    KnownSuffix,
    /// Nothing is known.
    Unknown,
}

impl Unit {
    /// Its name in messages and in Python: `known_suffix`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dictionary => "dictionary",
            Self::Initials => "initials",
            Self::Number => "number",
            Self::Roman => "roman",
            Self::Latin => "latin",
            Self::Punctuation => "punctuation",
            Self::HyphenAdverb => "hyphen_adverb",
            Self::HyphenParticle => "hyphen_particle",
            Self::HyphenatedWords => "hyphenated_words",
            Self::KnownPrefix => "known_prefix",
            Self::UnknownPrefix => "unknown_prefix",
            Self::KnownSuffix => "known_suffix",
            Self::Unknown => "unknown",
        }
    }
}

/// One thing that a form can be.
#[derive(Clone, PartialEq, Debug)]
pub struct Parse {
    /// The form in small letters, with «ё» where the dictionary has it.
    pub word: String,
    /// The form that stands for the lexeme.
    pub lemma: String,
    /// Its grammatical tag; [`Lexicon::tag`] tells it.
    pub tag: TagId,
    /// How likely this parse is beside the others of the form.
    pub score: f64,
    /// Who says so.
    pub unit: Unit,
}

/// A parse lent for a call.
#[derive(Clone, Copy)]
pub struct ParseRef<'a> {
    /// As in [`Parse`].
    pub word: &'a str,
    /// As in [`Parse`].
    pub lemma: &'a str,
    /// As in [`Parse`].
    pub tag: TagId,
    /// As in [`Parse`].
    pub score: f64,
}

impl Parse {
    /// The parse, lent.
    pub fn lent(&self) -> ParseRef<'_> {
        ParseRef { word: &self.word, lemma: &self.lemma, tag: self.tag, score: self.score }
    }
}

/// The open dictionary. It is the same for all threads and needs none of them to wait.
pub struct Lexicon {
    dictionary: Dictionary,
    words: Dawg,
    /// Endings by which words are predicted: one graph for each prefix of paradigms.
    suffixes: Vec<Dawg>,
    probability: Option<Probability>,
}

impl Lexicon {
    /// Opens the folder of a dictionary, as `pymorphy3_dicts_ru.get_path()` gives it. [`crate::Error::Dictionary`] if a file
    /// is missing, ends too soon or is of another format.
    pub fn open(folder: &Path) -> Result<Self> {
        let dictionary = Dictionary::open(folder)?;
        let words = Dawg::open(&folder.join("words.dawg"))?;
        let graphs = 0..dictionary.meta.prefixes.len();
        let suffixes = graphs.map(|number| Dawg::open(&folder.join(format!("prediction-suffixes-{number}.dawg"))));
        let suffixes = suffixes.collect::<Result<_>>()?;
        let probability = dictionary.meta.has_probabilities.then(|| Probability::open(folder)).transpose()?;
        Ok(Self { dictionary, words, suffixes, probability })
    }

    /// What a form can be, likeliest first; capitals are as small letters, but to initials. Never empty.
    pub fn parse(&self, word: &str) -> Vec<Parse> {
        self.ask(word, Ask::Everything, Self::parses)
    }

    /// What a form in small letters can be by the dictionary alone, likeliest first; empty if it is not in there. «е» may
    /// stand for «ё».
    pub fn known(&self, lower: &str) -> Vec<Parse> {
        self.ask(lower, Ask::Known, Self::parses)
    }

    /// [`Self::known`] without a string of its own for any parse: they are lent to `answer`. Where all parses are alike, it is
    /// not asked how likely each is: they come in the order of the dictionary, with one score.
    pub fn with_known<T>(
        &self,
        lower: &str,
        alike: impl Fn(ParseRef<'_>, ParseRef<'_>) -> bool,
        answer: impl FnOnce(&mut dyn Iterator<Item = ParseRef<'_>>) -> T,
    ) -> T {
        Workspace::with(|space| {
            Analysis::known(self, space, lower, alike);
            answer(&mut space.drafts.parses())
        })
    }

    /// What a form could be if it were not in the dictionary: the parses of all other units, with their own scores.
    pub fn predicted(&self, word: &str) -> Vec<Parse> {
        self.ask(word, Ask::Predicted, Self::parses)
    }

    /// Calls `each` with the lemma, the tag and the score of every parse of a form, in the order of [`Self::parse`], and gives
    /// whether they are those of the dictionary. Makes no strings but the lemma lent for the call.
    pub fn lemmas(&self, word: &str, mut each: impl FnMut(&str, TagId, f64)) -> bool {
        self.ask(word, Ask::Everything, |space| {
            let Drafts { text, list } = &space.drafts;
            list.iter().for_each(|it| each(&text[it.lemma.clone()], it.tag, it.score));
            list.first().is_some_and(|it| it.unit == Unit::Dictionary)
        })
    }

    /// Whether a form in small letters is in the dictionary; «е» may stand for «ё».
    pub fn is_known(&self, lower: &str) -> bool {
        let mut found = false;
        self.words.similar(lower, &mut Spellings::default(), |_, _| found = true);
        found
    }

    /// The tag as OpenCorpora writes it: `NOUN,inan,masc sing,nomn`.
    pub fn tag(&self, id: TagId) -> &str {
        self.dictionary.tags.name(id)
    }

    /// Whether a tag has a grammeme.
    #[inline]
    pub fn has(&self, id: TagId, grammeme: Grammeme) -> bool {
        self.dictionary.tags.set(id).has(grammeme)
    }

    /// The revisions of OpenCorpora's dictionary and corpus that this one was made of: `417150.4580142`.
    pub fn version(&self) -> &str {
        &self.dictionary.meta.version
    }

    fn parses(space: &Workspace) -> Vec<Parse> {
        let Drafts { text, list } = &space.drafts;
        let parse = |it: &Draft| Parse {
            word: text[it.word.clone()].to_owned(),
            lemma: text[it.lemma.clone()].to_owned(),
            tag: it.tag,
            score: it.score,
            unit: it.unit,
        };
        list.iter().map(parse).collect()
    }

    #[inline]
    fn ask<T>(&self, word: &str, ask: Ask, answer: impl FnOnce(&Workspace) -> T) -> T {
        Workspace::with(|space| {
            if ask == Ask::Known || is_lower(word) {
                Analysis::run(self, space, word, word, ask);
            } else {
                let mut lower = std::mem::take(&mut space.lowered);
                lower.clear();
                lower.push_str(&word.to_lowercase());
                Analysis::run(self, space, word, &lower, ask);
                space.lowered = lower;
            }
            answer(space)
        })
    }
}
