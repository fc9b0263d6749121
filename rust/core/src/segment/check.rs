//! Which schemas an index can have, and which documents a schema takes.

use crate::documents::packing::MAX_DEPTH;
use crate::documents::{Document, Value};
use crate::schema::{Field, FieldKind, Schema};
use crate::terms::MAX_KEY_BYTES;
use crate::text::token::Analyzed;
use crate::{Error, Result};

/// Refuses a schema that contradicts itself: `Error::Schema` says which field and why.
pub fn check_schema(schema: &Schema) -> Result<()> {
    if schema.fields.len() > usize::from(u16::MAX) {
        return Err(Error::Schema(format!("{} fields are more than {}", schema.fields.len(), u16::MAX)));
    }
    let mut names = std::collections::HashSet::new();
    let mut unique = None;
    for field in &schema.fields {
        let refuse = |what: &str| Err(Error::Schema(format!("field {:?}: {what}", field.name)));
        let (text, keyword) = (field.kind == FieldKind::Text, field.kind == FieldKind::Keyword);
        if !names.insert(&field.name) {
            return refuse("the name stands in the schema twice");
        }
        if field.multiple && !text && !keyword {
            return refuse("only texts and keywords can be multiple");
        }
        if field.facet && !keyword {
            return refuse("only keywords can be facets");
        }
        if field.sortable && matches!(field.kind, FieldKind::Text | FieldKind::Stored) {
            return refuse("texts and stored values cannot be sorted by; add a keyword of the same value");
        }
        if text && !(field.weight.is_finite() && field.weight > 0.0) {
            return refuse("a weight must be a number above 0");
        }
        if field.unique {
            if !keyword || field.multiple {
                return refuse("only a keyword of one value can be unique");
            }
            if let Some(other) = unique.replace(&field.name) {
                return refuse(&format!("only one field can be unique, and {other:?} is"));
            }
        }
    }
    Ok(())
}

/// Refuses a document that does not fit the schema: `Error::Document` names the field and the fault.
pub fn check_document(schema: &Schema, document: &Document) -> Result<()> {
    let (expected, found) = (schema.fields.len(), document.values.len());
    if expected != found {
        return Err(Error::Schema(format!("a document of {found} values for a schema of {expected} fields")));
    }
    for (field, value) in schema.fields.iter().zip(&document.values) {
        let fault = match value {
            Value::Null if field.unique => Some("the unique field needs a value".to_owned()),
            Value::Null => None,
            _ if field.kind == FieldKind::Stored => too_deep(value, 0).then(|| format!("lists nest over {MAX_DEPTH}")),
            Value::List(_) if !field.multiple => Some("a list of values in a field of one value".to_owned()),
            Value::List(values) => values.iter().find_map(|value| fault_of(field, value)),
            value => fault_of(field, value),
        };
        if let Some(what) = fault {
            return Err(Error::Document { field: field.name.clone(), what });
        }
    }
    for (at, (id, _)) in document.sort_keys.iter().enumerate() {
        let sortable = schema.fields.get(usize::from(*id)).is_some_and(super::parts::has_order);
        if !sortable || document.sort_keys[..at].iter().any(|(other, _)| other == id) {
            return Err(Error::Schema(format!("a sort key for field {id}, which takes none or has one already")));
        }
    }
    Ok(())
}

fn too_deep(value: &Value, depth: usize) -> bool {
    match value {
        Value::List(values) => depth == MAX_DEPTH || values.iter().any(|value| too_deep(value, depth + 1)),
        _ => false,
    }
}

/// What is wrong with one value of a field.
fn fault_of(field: &Field, value: &Value) -> Option<String> {
    match (field.kind, value) {
        (FieldKind::Keyword, Value::Text(text)) if text.len() > MAX_KEY_BYTES => Some(format!(
            "a keyword of {} bytes is longer than {MAX_KEY_BYTES}; use a text or a stored field",
            text.len()
        )),
        (FieldKind::Float, Value::Float(number)) if number.is_nan() => Some("NaN is no number to index".to_owned()),
        (FieldKind::Text | FieldKind::Keyword, Value::Text(_))
        | (FieldKind::Integer, Value::Integer(_))
        | (FieldKind::Float, Value::Float(_))
        | (FieldKind::Boolean, Value::Boolean(_))
        | (FieldKind::Date, Value::Date(_))
        | (FieldKind::DateTime, Value::DateTime { .. }) => None,
        (kind, value) => Some(format!("a value of kind {kind:?} expected, {} found", name_of(value))),
    }
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Text(_) => "text",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a float",
        Value::Boolean(_) => "a boolean",
        Value::Date(_) => "a date",
        Value::DateTime { .. } => "a moment",
        Value::Json(_) => "JSON",
        Value::List(_) => "a list",
    }
}

/// Refuses an analysis that postings cannot hold; `field` is for the message.
pub fn check_analysis(field: &Field, analyzed: &Analyzed) -> Result<()> {
    let fault = if analyzed.end_position == u32::MAX {
        format!("the text has more than {} positions", u32::MAX - 1)
    } else if !analyzed.tokens.is_sorted_by_key(|token| token.position)
        || !analyzed.sentences.is_sorted_by_key(|start| start.position)
        || analyzed.tokens.last().is_some_and(|token| token.position >= analyzed.end_position)
    {
        "the analyzer gave positions that go down or past the end".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::Document { field: field.name.clone(), what: fault })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> Field {
        serde_json::from_value(serde_json::json!({"name": "поле", "kind": kind})).unwrap()
    }

    fn refusal(field: Field, value: Value) -> String {
        let document = Document { values: vec![value], sort_keys: Vec::new() };
        check_document(&Schema { fields: vec![field] }, &document).unwrap_err().to_string()
    }

    #[test]
    fn contradictions_of_a_schema_are_named() {
        let refused = |change: fn(&mut Field), kind| {
            let mut field = field(kind);
            change(&mut field);
            check_schema(&Schema { fields: vec![field] }).unwrap_err().to_string()
        };
        assert!(refused(|field| field.multiple = true, FieldKind::Date).contains("multiple"));
        assert!(refused(|field| field.facet = true, FieldKind::Text).contains("facets"));
        assert!(refused(|field| field.sortable = true, FieldKind::Text).contains("sorted"));
        assert!(refused(|field| field.unique = true, FieldKind::Integer).contains("unique"));
        assert!(refused(|field| field.weight = f32::NAN, FieldKind::Text).contains("weight"));
        let twice = Schema { fields: vec![field(FieldKind::Date), field(FieldKind::Text)] };
        assert!(check_schema(&twice).unwrap_err().to_string().contains("twice"));
        assert!(check_schema(&Schema { fields: vec![field(FieldKind::Keyword)] }).is_ok());
    }

    #[test]
    fn bad_values_are_named() {
        assert!(refusal(field(FieldKind::Date), Value::Integer(1)).contains("an integer found"));
        assert!(refusal(field(FieldKind::Float), Value::Float(f64::NAN)).contains("NaN"));
        assert!(refusal(field(FieldKind::Keyword), Value::List(Vec::new())).contains("one value"));
        let long = Value::Text("ы".repeat(MAX_KEY_BYTES / 2 + 1));
        assert!(refusal(field(FieldKind::Keyword), long).contains("1026 bytes is longer than 1024"));
        let unique = Field { unique: true, ..field(FieldKind::Keyword) };
        assert!(refusal(unique, Value::Null).contains("needs a value"));
        let multiple = Field { multiple: true, ..field(FieldKind::Text) };
        assert!(refusal(multiple, Value::List(vec![Value::Null])).contains("null found"));
        let deep = (0..=MAX_DEPTH).fold(Value::Null, |inner, _| Value::List(vec![inner]));
        assert!(refusal(field(FieldKind::Stored), deep).contains("nest"));
    }
}
