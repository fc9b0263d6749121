//! What analysis makes of a text: tokens, their keys, and the marks of sentences and paragraphs.

/// What a key is; part of the term, so that a lemma never meets a surface form of the same letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum KeyKind {
    /// A dictionary or predicted lemma.
    Lemma = 0,
    /// The form as it stands in the text, case and ё folded.
    Surface = 1,
    /// A word of capitals.
    Acronym = 2,
    /// An unknown name without its case ending.
    CaseStem = 3,
    /// A stem, which only ever adds to a score.
    Stem = 4,
    /// A whole value of a keyword field.
    Value = 5,
}

impl KeyKind {
    /// The kind written as this byte in a term.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Lemma,
            1 => Self::Surface,
            2 => Self::Acronym,
            3 => Self::CaseStem,
            4 => Self::Stem,
            5 => Self::Value,
            _ => return None,
        })
    }

    /// The name that the Python face uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lemma => "lemma",
            Self::Surface => "surface",
            Self::Acronym => "acronym",
            Self::CaseStem => "case_stem",
            Self::Stem => "stem",
            Self::Value => "value",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        (0..=5).filter_map(Self::from_byte).find(|kind| kind.name() == name)
    }
}

/// Which rule made a key: what `explain` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Rule {
    /// The form itself, folded.
    Form,
    /// A lemma of the dictionary.
    Dictionary,
    /// A lemma predicted for a word the dictionary does not know.
    Prediction,
    /// A feminine patronymic, which the dictionary puts under the masculine one.
    Patronymic,
    /// Capitals, with or without a small ending.
    Acronym,
    /// An unknown word or a name without its case ending.
    CaseStem,
    /// The word of an abbreviation, a unit or a sign.
    Abbreviation,
    /// A number in one spelling for all.
    Number,
    /// A day in one spelling for all.
    Date,
    /// The whole of a hyphenated word, without its hyphens.
    Hyphens,
    /// A designation of letters and digits, in Cyrillic.
    Designation,
    /// The English stem of a Latin word.
    LatinStem,
    /// The user's dictionary.
    Override,
    /// A derived word, in a query.
    Derivation,
    /// An analyzer of the caller's own.
    Given,
}

impl Rule {
    /// The name that the Python face uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Dictionary => "dictionary",
            Self::Prediction => "prediction",
            Self::Patronymic => "patronymic",
            Self::Acronym => "acronym",
            Self::CaseStem => "case stem",
            Self::Abbreviation => "abbreviation",
            Self::Number => "number",
            Self::Date => "date",
            Self::Hyphens => "hyphens",
            Self::Designation => "designation",
            Self::LatinStem => "Latin stem",
            Self::Override => "override",
            Self::Derivation => "derivation",
            Self::Given => "given",
        }
    }
}

/// One key of a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// What the key is.
    pub kind: KeyKind,
    /// The folded text of the key.
    pub text: Box<str>,
    /// Its weight as an alternative of a query word, above 0 and at most 1; postings have none.
    pub weight: f32,
    /// Where it comes from.
    pub rule: Rule,
}

impl Key {
    /// A key made by a rule.
    pub fn new(kind: KeyKind, text: impl Into<Box<str>>, weight: f32, rule: Rule) -> Self {
        Self { kind, text: text.into(), weight, rule }
    }
}

/// The number of a key in a [`super::forms::Forms`]: of a kind and a text.
pub type KeyId = u32;

/// A key as a [`super::forms::Forms`] holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeyRef<'a> {
    /// Its number.
    pub id: KeyId,
    /// As in [`Key`].
    pub kind: KeyKind,
    /// As in [`Key`].
    pub text: &'a str,
    /// As in [`Key`].
    pub weight: f32,
    /// As in [`Key`].
    pub rule: Rule,
}

/// The number of a form in a [`super::forms::Forms`].
pub type FormId = u32;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its position; positions never go down, and several tokens may share one.
    pub position: u32,
    /// How many positions it spans: 1 but for wholes of several parts.
    pub position_length: u16,
    /// The first code point in the original text.
    pub start: u32,
    /// The code point after the last.
    pub end: u32,
    /// The form, whose keys the analyzer's `Forms` holds.
    pub form: FormId,
}

/// Where a sentence begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentenceStart {
    /// The position of its first token.
    pub position: u32,
    /// The code point of its first character.
    pub start: u32,
    /// Whether a paragraph begins here as well.
    pub paragraph: bool,
}

/// A whole text, analysed. Reused from text to text: `clear` keeps the memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analyzed {
    /// The tokens in order of position.
    pub tokens: Vec<Token>,
    /// The sentence starts in order; the first is at the first token.
    pub sentences: Vec<SentenceStart>,
    /// The position after the last token. Equals `length` but for the gaps between several values.
    pub end_position: u32,
    /// The length of the text in positions, gaps not counted.
    pub length: u32,
}

impl Analyzed {
    /// Makes it empty, keeping its memory.
    pub fn clear(&mut self) {
        self.tokens.clear();
        self.sentences.clear();
        self.end_position = 0;
        self.length = 0;
    }

    /// Appends the tokens of another value of the same field, `gap` positions after the last one.
    /// Offsets of the appended tokens stay those within their own value.
    pub fn append(&mut self, other: &Self, gap: u32) {
        let base = if self.tokens.is_empty() { self.end_position } else { self.end_position + gap };
        self.tokens.extend(other.tokens.iter().map(|token| Token { position: token.position + base, ..*token }));
        self.sentences
            .extend(other.sentences.iter().map(|start| SentenceStart { position: start.position + base, ..*start }));
        self.end_position = base + other.end_position;
        self.length += other.length;
    }
}
