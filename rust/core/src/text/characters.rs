//! What a character is to the rules of words: one table, of one version of Unicode.
//!
//! An entry is a class, which decides about borders, and marks, which are gathered over a word. The table is written by
//! `scripts/unicode_tables.py`, which has the same numbers.

mod tables;

pub use tables::UNICODE_VERSION;

/// How a character takes part in words; the names are those of Unicode's Word_Break where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    /// White space, most punctuation, emoji: nothing that words are made of.
    Other = 0,
    /// Extend, Format and ZWJ: belongs to what stands before it.
    Extend = 1,
    /// A digit raised or lowered.
    Raised = 2,
    /// A sign that is a word of its own: %, №, §, ‰ and the currencies.
    Sign = 3,
    /// `+` and `#`, which may end a word.
    Suffix = 4,
    /// ALetter and Numeric, told apart by the mark of digits: two of them never part. Its number has a bit of its own, so
    /// that it is seen at once.
    Plain = 32,
    /// Hebrew_Letter.
    Hebrew = 6,
    /// A Hangul syllable.
    Hangul = 7,
    /// A letter of a script that is written without spaces: Thai, Lao, Khmer, Myanmar.
    Complex = 8,
    /// A character of Han or Hiragana.
    Han = 9,
    /// Katakana.
    Katakana = 10,
    /// An ideograph of another script than Han.
    Ideograph = 11,
    /// ExtendNumLet: the underscore and its like.
    Underscore = 12,
    /// MidLetter without the colon.
    MidLetter = 13,
    /// MidNum.
    MidNum = 14,
    /// MidNumLet.
    MidNumLet = 15,
    /// The apostrophe.
    SingleQuote = 16,
    /// The straight double quote.
    DoubleQuote = 17,
    /// The colon, which stands in times and in no other words.
    Colon = 18,
}

const CLASSES: [Class; 64] = {
    let mut classes = [Class::Other; 64];
    let all = [
        Class::Other,
        Class::Extend,
        Class::Raised,
        Class::Sign,
        Class::Suffix,
        Class::Plain,
        Class::Hebrew,
        Class::Hangul,
        Class::Complex,
        Class::Han,
        Class::Katakana,
        Class::Ideograph,
        Class::Underscore,
        Class::MidLetter,
        Class::MidNum,
        Class::MidNumLet,
        Class::SingleQuote,
        Class::DoubleQuote,
        Class::Colon,
    ];
    let mut number = 0;
    while number < all.len() {
        classes[all[number] as usize] = all[number];
        number += 1;
    }
    classes
};

/// What the table says of a character, or the marks of several together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entry(u16);

impl Entry {
    const CLASS: u16 = 63;
    /// A capital.
    pub const UPPER: Self = Self(1 << 6);
    /// A small letter.
    pub const LOWER: Self = Self(1 << 7);
    /// A digit of any script, raised and lowered ones too.
    pub const DIGIT: Self = Self(1 << 8);
    /// A letter of any script.
    pub const LETTER: Self = Self(1 << 9);
    /// A Latin letter.
    pub const LATIN: Self = Self(1 << 10);
    /// A Cyrillic letter.
    pub const CYRILLIC: Self = Self(1 << 11);
    /// [`super::folding::form`] may change a word that has it.
    pub const FOLDS: Self = Self(1 << 12);
    /// Stands in words and means nothing: soft hyphens, joiners, marks of direction, enclosing marks.
    pub const IGNORABLE: Self = Self(1 << 13);
    /// Makes a word: everything words are made of but what only joins or extends.
    pub const COUNTS: Self = Self(1 << 14);

    /// The entry of a character.
    #[inline]
    pub fn of(character: char) -> Self {
        match tables::LOW.get(character as usize) {
            Some(&entry) => Self(entry),
            None => Self::high(character as u32),
        }
    }

    /// The entry of an ASCII character or of one that UTF-8 writes with two bytes.
    #[inline(always)]
    pub(super) fn low(code: usize) -> Self {
        Self(tables::LOW[code & 0x7ff])
    }

    fn high(code: u32) -> Self {
        let next = tables::HIGH.partition_point(|&(first, _, _)| first <= code);
        match next.checked_sub(1).map(|at| tables::HIGH[at]) {
            Some((_, last, entry)) if code <= last => Self(entry),
            _ => Self::default(),
        }
    }

    /// The class; of an entry of one character only.
    #[inline(always)]
    pub fn class(self) -> Class {
        CLASSES[(self.0 & Self::CLASS) as usize]
    }

    /// Whether the class is [`Class::Plain`].
    #[inline(always)]
    pub fn is_plain(self) -> bool {
        // The one class whose number has this bit.
        self.0 & Class::Plain as u16 != 0
    }

    /// Whether it has one of these marks.
    #[inline(always)]
    pub fn has(self, marks: Self) -> bool {
        self.0 & marks.0 & !Self::CLASS != 0
    }

    /// The marks of both; the class means nothing any more.
    #[inline(always)]
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The marks alone.
    #[inline(always)]
    #[must_use]
    pub fn marks(self) -> Self {
        Self(self.0 & !Self::CLASS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_are_sorted_and_apart() {
        assert!(tables::HIGH.iter().all(|&(first, last, entry)| first <= last && entry != 0));
        assert!(tables::HIGH.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert!(tables::HIGH[0].0 as usize >= tables::LOW.len());
    }

    #[test]
    fn characters_have_their_classes_and_marks() {
        for (character, class) in [
            ('я', Class::Plain),
            ('7', Class::Plain),
            ('٧', Class::Plain),
            ('²', Class::Raised),
            ('\u{301}', Class::Extend),
            ('\u{ad}', Class::Extend),
            ('\u{200b}', Class::Other),
            ('\u{2011}', Class::Other),
            ('\u{202f}', Class::Other),
            ('№', Class::Sign),
            ('₽', Class::Sign),
            ('א', Class::Hebrew),
            ('한', Class::Hangul),
            ('ก', Class::Complex),
            ('の', Class::Han),
            ('東', Class::Han),
            ('カ', Class::Katakana),
            ('\u{17000}', Class::Ideograph),
            ('_', Class::Underscore),
            (':', Class::Colon),
            ('’', Class::MidNumLet),
            ('½', Class::Other),
            ('\u{10ffff}', Class::Other),
        ] {
            assert_eq!(Entry::of(character).class(), class, "{character:?}");
        }
        let marks = Entry::of('Ё').with(Entry::of('x')).with(Entry::of('1'));
        for mark in [Entry::UPPER, Entry::LOWER, Entry::CYRILLIC, Entry::LATIN, Entry::DIGIT, Entry::COUNTS] {
            assert!(marks.has(mark));
        }
        assert!(!marks.has(Entry::FOLDS) && !marks.has(Entry::IGNORABLE));
    }

    #[test]
    fn letters_and_cases_are_those_of_the_standard_library() {
        // Of what both know: Rust's tables may be of a newer version.
        for character in ('\0'..='\u{24f}').chain('\u{370}'..='\u{52f}') {
            let entry = Entry::of(character);
            if entry.is_plain() && !entry.has(Entry::DIGIT) {
                assert_eq!(entry.has(Entry::UPPER), character.is_uppercase(), "{character:?}");
                assert_eq!(entry.has(Entry::LOWER), character.is_lowercase(), "{character:?}");
            }
        }
    }
}
