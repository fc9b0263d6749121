//! What stands around a word, as far as its keys depend on it.
//!
//! The keys of a form are computed once for each context it is met in, so a context is a few bits, and a bit is set only
//! where it can matter: the walker asks for a form without context first, and its [`Facts`] say what else to look at.

use std::ops::{BitAnd, BitOr};

/// A set of facts about the surroundings of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context(u16);

impl Context {
    /// Nothing that matters.
    pub const NONE: Self = Self(0);
    /// The text is a query: keys that only a query needs are given, weights count.
    pub const QUERY: Self = Self(1);
    /// A capital letter where an ordinary word would have none: inside a sentence, or anywhere in a query.
    pub const NAME: Self = Self(1 << 1);
    /// Capitals in a line that also has small letters; in a query, capitals in a query that has them, or alone.
    pub const ACRONYM: Self = Self(1 << 2);
    /// Capitals in a query of several words and no small letter, which say nothing.
    pub const SHOUTED: Self = Self(1 << 3);
    /// A number stands directly before.
    pub const NUMBER_BEFORE: Self = Self(1 << 4);
    /// A full stop follows at once.
    pub const STOP_AFTER: Self = Self(1 << 5);
    /// The next word, perhaps after a full stop, begins with a capital letter.
    pub const CAPITAL_AFTER: Self = Self(1 << 6);
    /// The form is the whole of several parts with hyphens between.
    pub const WHOLE: Self = Self(1 << 7);
    /// The form is the canonical spelling of a number of several groups.
    pub const NUMBER: Self = Self(1 << 8);
    /// The form is the canonical spelling of a day.
    pub const DATE: Self = Self(1 << 9);
    /// A year or a day stands directly before.
    pub const YEAR_BEFORE: Self = Self(1 << 10);
    /// The sign of degrees stands directly before.
    pub const DEGREE_BEFORE: Self = Self(1 << 11);
    /// A number follows, perhaps after a full stop.
    pub const NUMBER_AFTER: Self = Self(1 << 12);
    /// The next word, perhaps after a full stop, begins with a small letter.
    pub const SMALL_AFTER: Self = Self(1 << 13);
    /// Among what a form is sensitive to: nothing else matters unless a full stop follows at once.
    pub const ONLY_WITH_STOP: Self = Self(1 << 14);
    /// The form is a part of an abbreviation of several words; see [`super::sequences`].
    pub const PART: Self = Self(1 << 15);

    /// The set as bits.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set of these bits.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Whether all of `other` are in the set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of what is in the set, as `explain` shows them.
    pub fn names(self) -> Vec<&'static str> {
        let names = [
            (Self::QUERY, "query"),
            (Self::NAME, "name"),
            (Self::ACRONYM, "acronym"),
            (Self::SHOUTED, "shouted"),
            (Self::NUMBER_BEFORE, "number before"),
            (Self::STOP_AFTER, "full stop after"),
            (Self::CAPITAL_AFTER, "capital after"),
            (Self::WHOLE, "whole"),
            (Self::NUMBER, "number"),
            (Self::DATE, "date"),
            (Self::YEAR_BEFORE, "year before"),
            (Self::DEGREE_BEFORE, "degree before"),
            (Self::NUMBER_AFTER, "number after"),
            (Self::SMALL_AFTER, "small letter after"),
            (Self::PART, "part of an abbreviation"),
        ];
        names.into_iter().filter(|(one, _)| self.has(*one)).map(|(_, name)| name).collect()
    }

    /// The set with `other` where `condition` holds.
    #[must_use]
    pub const fn with(self, other: Self, condition: bool) -> Self {
        if condition { Self(self.0 | other.0) } else { self }
    }
}

impl BitOr for Context {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Context {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What the walker must know of a form besides its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// The parts of the context that its keys depend on.
    pub sensitive: Context,
    /// For a whole of several parts: it is one word, and its parts are none (кто-то, по-русски).
    pub indivisible: bool,
}

impl Facts {
    /// Keys that depend on nothing around.
    pub const NONE: Self = Self { sensitive: Context::NONE, indivisible: false };

    /// Stands for `indivisible` among the bits: nothing is sensitive to being a part, which the walker itself says.
    const INDIVISIBLE: Context = Context::PART;

    /// The facts as bits.
    pub const fn bits(self) -> u16 {
        self.sensitive.with(Self::INDIVISIBLE, self.indivisible).bits()
    }

    /// The facts of these bits.
    pub const fn from_bits(bits: u16) -> Self {
        let all = Context::from_bits(bits);
        Self {
            sensitive: Context::from_bits(bits & !Self::INDIVISIBLE.bits()),
            indivisible: all.has(Self::INDIVISIBLE),
        }
    }
}
