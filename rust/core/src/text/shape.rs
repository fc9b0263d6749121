//! What is seen of a word while it is cut, so that nobody need look at its letters again.

use super::characters::Entry;

/// The kinds of characters in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shape {
    marks: Entry,
    flags: u8,
}

const STARTS_UPPER: u8 = 1;
const JOINED: u8 = 2;
const SIGN: u8 = 4;
const DICTIONARY: u8 = 8;

impl Shape {
    /// The shape of a word with these marks, whose first character has that entry.
    #[inline(always)]
    pub(super) fn new(first: Entry, marks: Entry) -> Self {
        Self { marks: marks.marks(), flags: if first.has(Entry::UPPER) { STARTS_UPPER } else { 0 } }
    }

    /// The shape of a sign.
    pub(super) fn sign() -> Self {
        Self { marks: Entry::COUNTS, flags: SIGN }
    }

    /// Whether it is a word at all: underscores alone are none.
    pub(super) fn counts(self) -> bool {
        self.marks.has(Entry::COUNTS)
    }

    pub(super) fn joined(self) -> Self {
        Self { flags: self.flags | JOINED, ..self }
    }

    pub(super) fn dictionary(self) -> Self {
        Self { flags: self.flags | DICTIONARY, ..self }
    }

    /// Whether its first character is a capital.
    pub fn starts_upper(self) -> bool {
        self.flags & STARTS_UPPER != 0
    }

    /// Whether it has a capital.
    pub fn has_upper(self) -> bool {
        self.marks.has(Entry::UPPER)
    }

    /// Whether it has a small letter.
    pub fn has_lower(self) -> bool {
        self.marks.has(Entry::LOWER)
    }

    /// Whether all of its letters that have a case are capitals, and one has («МГУ», «Т34»).
    pub fn all_upper(self) -> bool {
        self.has_upper() && !self.has_lower()
    }

    /// Whether it has a digit, of any script, raised and lowered ones too.
    pub fn has_digit(self) -> bool {
        self.marks.has(Entry::DIGIT)
    }

    /// Whether it has a letter of any script.
    pub fn has_letter(self) -> bool {
        self.marks.has(Entry::LETTER)
    }

    /// Whether it has a Latin letter.
    pub fn has_latin(self) -> bool {
        self.marks.has(Entry::LATIN)
    }

    /// Whether it has a Cyrillic letter.
    pub fn has_cyrillic(self) -> bool {
        self.marks.has(Entry::CYRILLIC)
    }

    /// Whether it has digits and no letters («2025», «3,5», «15:30»).
    pub fn is_number(self) -> bool {
        self.has_digit() && !self.has_letter()
    }

    /// Whether something else than letters, digits and their marks stands in it: the full stop of a host name, the
    /// apostrophe of «д'Артаньян», the comma of «3,5», the pluses of `C++`, an underscore.
    pub fn is_joined(self) -> bool {
        self.flags & JOINED != 0
    }

    /// Whether it is a sign such as % or №.
    pub fn is_sign(self) -> bool {
        self.flags & SIGN != 0
    }

    /// Whether it is a stretch of a script that only a dictionary cuts into words; see [`super::scripts`].
    pub fn needs_dictionary(self) -> bool {
        self.flags & DICTIONARY != 0
    }
}
