//! A document as the engine takes and gives it: one value for each field of the schema.

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// The document has no such field.
    #[default]
    Null,
    /// A text or a keyword.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number, never NaN.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i64),
    /// A moment.
    DateTime {
        /// Microseconds since 1970-01-01T00:00 UTC.
        micros: i64,
        /// Whether the value had a time zone: it is given back in UTC then, without one otherwise.
        aware: bool,
    },
    /// JSON text of a `Stored` field.
    Json(String),
    /// Several values of a multiple field.
    List(Vec<Value>),
}

impl Value {
    /// The texts of a text or keyword value: one, several or none.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let values = if let Self::List(values) = self { values } else { std::slice::from_ref(self) };
        values.iter().filter_map(|value| if let Self::Text(text) = value { Some(text.as_str()) } else { None })
    }
}

/// The values of a document, by field number.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// One value for every field of the schema.
    pub values: Vec<Value>,
    /// For sortable keywords: the field and its collation key, in any order of fields.
    pub sort_keys: Vec<(crate::schema::FieldId, Vec<u8>)>,
}

/// A float as an integer of the same order, so that one kind of column serves both. Its inverse is [`float_from_ordered`].
pub fn float_to_ordered(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The float of an integer made by [`float_to_ordered`].
pub fn float_from_ordered(ordered: i64) -> f64 {
    f64::from_bits((ordered ^ (((ordered >> 63) as u64) >> 1) as i64) as u64)
}
