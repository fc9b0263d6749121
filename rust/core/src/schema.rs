//! The fields of an index as the engine sees them: a number, a kind, and what is kept of a value.
//!
//! The Python face checks and converts documents by its own `Schema`; this one travels in the
//! manifest, so that an index knows its fields without any Python.

use serde::{Deserialize, Serialize};

/// The number of a field: its place in [`Schema::fields`].
pub type FieldId = u16;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Running text, analysed into keys with positions.
    Text,
    /// Whole values, matched exactly.
    Keyword,
    /// A signed 64-bit number.
    Integer,
    /// A 64-bit floating-point number, never NaN.
    Float,
    /// True or false.
    Boolean,
    /// A day: days since 1970-01-01.
    Date,
    /// A moment: microseconds since 1970-01-01T00:00 UTC.
    DateTime,
    /// Kept for showing, never searched.
    Stored,
}

/// One field of the schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The name that documents and queries use.
    pub name: String,
    /// What the field holds.
    pub kind: FieldKind,
    /// Text only: the name and the options of the analyzer, as its fingerprint (see `text::analyzer`).
    #[serde(default)]
    pub analyzer: Option<String>,
    /// Text only: the weight of the field in BM25F when a query names none.
    #[serde(default = "one")]
    pub weight: f32,
    /// Whether the value is kept for showing.
    #[serde(default)]
    pub stored: bool,
    /// Text only: whether surface forms are keys of their own, for exact search and patterns.
    #[serde(default)]
    pub exact: bool,
    /// Keyword only: the field whose value names a document.
    #[serde(default)]
    pub unique: bool,
    /// Whether a document may hold a list of values.
    #[serde(default)]
    pub multiple: bool,
    /// Keyword only: whether values can be counted.
    #[serde(default)]
    pub facet: bool,
    /// Whether results can be sorted by the field. Numbers, dates and booleans always can.
    #[serde(default)]
    pub sortable: bool,
}

fn one() -> f32 {
    1.0
}

/// The fields of an index, in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Schema {
    /// The fields; a [`FieldId`] is an index into them.
    pub fields: Vec<Field>,
}

impl Schema {
    /// The field with this number. Numbers come from this schema, so a wrong one is a bug here.
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[usize::from(id)]
    }

    /// The number of the field with this name.
    pub fn id(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|field| field.name == name).map(|at| at as FieldId)
    }

    /// The number of the unique field, if the schema has one.
    pub fn unique(&self) -> Option<FieldId> {
        self.fields.iter().position(|field| field.unique).map(|at| at as FieldId)
    }

    /// Numbers and kinds of all fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &Field)> {
        self.fields.iter().enumerate().map(|(at, field)| (at as FieldId, field))
    }
}
