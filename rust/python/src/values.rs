//! Documents between Python and the engine: a tuple with one plain value for each field of the schema.
//!
//! `searchlib.schema` has checked and converted them: a day is its number, a moment the pair of microseconds and
//! whether it had a time zone, anything `Stored` is JSON text.

use std::borrow::Cow;

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use searchlib_core::documents::{Document, Value};
use searchlib_core::schema::{FieldKind, Schema};

/// A document from its values and the collation keys of its sortable keywords.
pub fn document(schema: &Schema, row: &Bound<'_, PyAny>) -> PyResult<Document> {
    let (values, sort_keys): (Bound<'_, PyTuple>, Vec<(u16, Vec<u8>)>) = row.extract()?;
    if values.len() != schema.fields.len() {
        return Err(PyTypeError::new_err("a document needs one value for each field of the schema"));
    }
    let values = schema
        .iter()
        .zip(values.iter())
        .map(|((_, field), object)| value(field.kind, &object))
        .collect::<PyResult<Vec<Value>>>()?;
    Ok(Document { values, sort_keys })
}

fn value(kind: FieldKind, object: &Bound<'_, PyAny>) -> PyResult<Value> {
    if object.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(Value::List(list.iter().map(|item| value(kind, &item)).collect::<PyResult<_>>()?));
    }
    Ok(match kind {
        FieldKind::Text | FieldKind::Keyword => Value::Text(object.extract()?),
        FieldKind::Integer => Value::Integer(object.extract()?),
        FieldKind::Float => Value::Float(object.extract()?),
        FieldKind::Boolean => Value::Boolean(object.extract()?),
        FieldKind::Date => Value::Date(object.extract()?),
        FieldKind::DateTime => {
            let (micros, aware) = object.extract()?;
            Value::DateTime { micros, aware }
        }
        FieldKind::Stored => Value::Json(object.extract()?),
    })
}

/// A stored value as Python takes it.
pub fn object(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Text(text) | Value::Json(text) => text.into_bound_py_any(py),
        Value::Integer(number) | Value::Date(number) => number.into_bound_py_any(py),
        Value::Float(number) => number.into_bound_py_any(py),
        Value::Boolean(truth) => truth.into_bound_py_any(py),
        Value::DateTime { micros, aware } => (micros, aware).into_bound_py_any(py),
        Value::List(values) => {
            let values = values.into_iter().map(|value| object(py, value)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, values)?.into_bound_py_any(py)
        }
    }
}

/// A float as the integer of the same order that stands in a column.
#[pyfunction]
pub fn float_to_ordered(value: f64) -> i64 {
    searchlib_core::documents::value::float_to_ordered(value)
}

/// A text with case and ё folded, as surface keys are.
#[pyfunction]
pub fn fold(text: &str) -> String {
    searchlib_core::text::folding::fold(text)
}

/// The case stems of a folded word.
#[pyfunction]
pub fn case_stems(folded: &str) -> Vec<Cow<'_, str>> {
    searchlib_core::text::case_stem::case_stems(folded).collect()
}
