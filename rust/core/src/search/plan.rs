//! A query as the engine takes it: every word analysed, every field a number. It knows no query language.

use crate::schema::FieldId;
use crate::terms::Pattern;
use crate::text::token::KeyKind;

/// One of the keys that a query word may be found by.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The kind of the key.
    pub kind: KeyKind,
    /// Its folded text.
    pub text: String,
    /// What a posting of it counts for: tf is multiplied by it. Above 0 and at most 1.
    pub weight: f32,
}

/// A word in one of the fields it is searched in.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldClause {
    /// A text field.
    pub field: FieldId,
    /// Its weight in BM25F, above 0.
    pub weight: f32,
    /// The keys of the word by the analyzer of this field; at least one.
    pub alternatives: Vec<Alternative>,
}

/// A place in a phrase: at which position, counted from the first, which keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// The position, rising strictly from slot to slot, 0 for the first.
    pub offset: u32,
    /// The keys that may stand there; at least one.
    pub alternatives: Vec<Alternative>,
}

/// A phrase in one of the fields it is searched in.
#[derive(Debug, Clone, PartialEq)]
pub struct PhraseField {
    /// A text field.
    pub field: FieldId,
    /// Its weight in BM25F, above 0.
    pub weight: f32,
    /// At least two slots.
    pub slots: Vec<Slot>,
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Every document, unscored.
    Everything,
    /// No document.
    Nothing,
    /// A word: one clause of the score, by BM25F over its fields.
    Word(Vec<FieldClause>),
    /// The slots in order, with at most `slop` extra positions in all between the first and the last. A phrase is as
    /// frequent as it has inclusion-minimal intervals of positions that hold its slots (see `intervals`).
    Phrase {
        /// The fields, with the slots by each field's analyzer.
        fields: Vec<PhraseField>,
        /// Extra positions allowed.
        slop: u32,
    },
    /// All words in any order, each at a position of its own, with `last - first <= distance`, of one field.
    Near {
        /// The fields; the offsets of the slots are not looked at.
        fields: Vec<PhraseField>,
        /// The largest distance between the first and the last word, in positions.
        distance: u32,
    },
    /// Words by a pattern over keys of some kinds, or by keys of their own.
    Pattern {
        /// The fields, each with its weight and the keys that also count (what the pattern's own text is analysed to).
        fields: Vec<FieldClause>,
        /// Which kinds of keys the pattern runs over.
        kinds: Vec<KeyKind>,
        /// The pattern, folded.
        pattern: Pattern,
    },
    /// A whole value of a keyword field; constant score 1.
    Value {
        /// A keyword field.
        field: FieldId,
        /// The value.
        text: String,
    },
    /// Keyword values that match a pattern; constant score 1.
    ValuePattern {
        /// A keyword field.
        field: FieldId,
        /// The pattern over whole values.
        pattern: Pattern,
    },
    /// Keyword values between bounds, by their bytes; constant score 1.
    ValueRange {
        /// A keyword field.
        field: FieldId,
        /// The lowest value and whether it is included.
        low: Option<(String, bool)>,
        /// The highest value and whether it is included.
        high: Option<(String, bool)>,
    },
    /// Documents whose column value lies between two numbers, both included; constant score 1.
    NumberRange {
        /// A number, boolean, date or moment.
        field: FieldId,
        /// The lowest value, as in the column (floats ordered).
        low: i64,
        /// The highest value.
        high: i64,
    },
    /// Documents that have all of `must` and `filter`, none of `must_not`, and at least `minimum` of `should` (at least
    /// one when `must` and `filter` are empty). Only `must_not`: everything else, with score 0. All empty: nothing. The
    /// score is the sum of `must` and of the `should` that match, each summed in order.
    Boolean {
        /// All of them, scored.
        must: Vec<Plan>,
        /// Any of them, scored.
        should: Vec<Plan>,
        /// None of them.
        must_not: Vec<Plan>,
        /// All of them, unscored.
        filter: Vec<Plan>,
        /// How many of `should` must match; 0 with a `must` or a `filter` makes `should` optional. Not looked at when
        /// there is no `should`.
        minimum: u32,
    },
    /// The score of a plan, multiplied.
    Boost(Box<Plan>, f32),
}

/// The deepest nesting of plans that is searched: every level is a level of the stack.
pub(super) const MAX_DEPTH: u32 = 500;

impl Plan {
    /// Whether the plan ranks documents at all. One that does not only chooses them: it is made of everything, values
    /// and ranges alone, and its hits come in the order of adding with score 0.
    pub fn is_scored(&self) -> bool {
        match self {
            Self::Word(_) | Self::Phrase { .. } | Self::Near { .. } | Self::Pattern { .. } => true,
            Self::Everything
            | Self::Nothing
            | Self::Value { .. }
            | Self::ValuePattern { .. }
            | Self::ValueRange { .. }
            | Self::NumberRange { .. } => false,
            Self::Boolean { must, should, .. } => must.iter().chain(should).any(Self::is_scored),
            Self::Boost(plan, _) => plan.is_scored(),
        }
    }
}
