//! `Plan`: one constructor for each kind of plan that the engine takes.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use searchlib_core::search::{Alternative, FieldClause, PhraseField, Plan as CorePlan, Slot};
use searchlib_core::terms::Pattern;
use searchlib_core::text::token::KeyKind;

use crate::analyzer::KeyTuple;

/// A query as the engine takes it.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Plan {
    pub inner: CorePlan,
}

/// Field number, weight, keys.
type ClauseTuple = (u16, f32, Vec<KeyTuple>);
/// Field number, weight, slots of (offset, keys).
type PhraseTuple = (u16, f32, Vec<(u32, Vec<KeyTuple>)>);

fn kind(name: &str) -> PyResult<KeyKind> {
    KeyKind::from_name(name).ok_or_else(|| PyValueError::new_err(format!("{name:?} is no kind of key")))
}

fn alternatives(keys: Vec<KeyTuple>) -> PyResult<Vec<Alternative>> {
    keys.into_iter().map(|(name, text, weight)| Ok(Alternative { kind: kind(&name)?, text, weight })).collect()
}

fn clauses(fields: Vec<ClauseTuple>) -> PyResult<Vec<FieldClause>> {
    fields
        .into_iter()
        .map(|(field, weight, keys)| Ok(FieldClause { field, weight, alternatives: alternatives(keys)? }))
        .collect()
}

fn phrases(fields: Vec<PhraseTuple>) -> PyResult<Vec<PhraseField>> {
    fields
        .into_iter()
        .map(|(field, weight, slots)| {
            let slots = slots
                .into_iter()
                .map(|(offset, keys)| Ok(Slot { offset, alternatives: alternatives(keys)? }))
                .collect::<PyResult<_>>()?;
            Ok(PhraseField { field, weight, slots })
        })
        .collect()
}

/// A pattern by the name of its form.
pub fn pattern(form: &str, text: String, distance: u8) -> PyResult<Pattern> {
    Ok(match form {
        "prefix" => Pattern::Prefix(text),
        "wildcard" => Pattern::Wildcard(text),
        "regex" => Pattern::Regex(text),
        "fuzzy" => Pattern::Fuzzy { text, distance },
        _ => return Err(PyValueError::new_err("a pattern is a prefix, a wildcard, a regex or fuzzy")),
    })
}

fn plans(plans: Vec<PyRef<'_, Plan>>) -> Vec<CorePlan> {
    plans.into_iter().map(|plan| plan.inner.clone()).collect()
}

#[pymethods]
impl Plan {
    #[staticmethod]
    fn everything() -> Self {
        Self { inner: CorePlan::Everything }
    }

    #[staticmethod]
    fn nothing() -> Self {
        Self { inner: CorePlan::Nothing }
    }

    #[staticmethod]
    fn word(fields: Vec<ClauseTuple>) -> PyResult<Self> {
        Ok(Self { inner: CorePlan::Word(clauses(fields)?) })
    }

    #[staticmethod]
    fn phrase(fields: Vec<PhraseTuple>, slop: u32) -> PyResult<Self> {
        Ok(Self { inner: CorePlan::Phrase { fields: phrases(fields)?, slop } })
    }

    #[staticmethod]
    fn near(fields: Vec<PhraseTuple>, distance: u32) -> PyResult<Self> {
        Ok(Self { inner: CorePlan::Near { fields: phrases(fields)?, distance } })
    }

    #[staticmethod]
    fn pattern(fields: Vec<ClauseTuple>, kinds: Vec<String>, form: &str, text: String, distance: u8) -> PyResult<Self> {
        let kinds = kinds.iter().map(|name| kind(name)).collect::<PyResult<_>>()?;
        Ok(Self {
            inner: CorePlan::Pattern { fields: clauses(fields)?, kinds, pattern: pattern(form, text, distance)? },
        })
    }

    #[staticmethod]
    fn value(field: u16, text: String) -> Self {
        Self { inner: CorePlan::Value { field, text } }
    }

    #[staticmethod]
    fn value_pattern(field: u16, form: &str, text: String, distance: u8) -> PyResult<Self> {
        Ok(Self { inner: CorePlan::ValuePattern { field, pattern: pattern(form, text, distance)? } })
    }

    #[staticmethod]
    fn value_range(field: u16, low: Option<(String, bool)>, high: Option<(String, bool)>) -> Self {
        Self { inner: CorePlan::ValueRange { field, low, high } }
    }

    #[staticmethod]
    fn number_range(field: u16, low: i64, high: i64) -> Self {
        Self { inner: CorePlan::NumberRange { field, low, high } }
    }

    #[staticmethod]
    fn boolean(
        must: Vec<PyRef<'_, Plan>>,
        should: Vec<PyRef<'_, Plan>>,
        must_not: Vec<PyRef<'_, Plan>>,
        filter: Vec<PyRef<'_, Plan>>,
        minimum: u32,
    ) -> Self {
        Self {
            inner: CorePlan::Boolean {
                must: plans(must),
                should: plans(should),
                must_not: plans(must_not),
                filter: plans(filter),
                minimum,
            },
        }
    }

    #[staticmethod]
    fn boost(plan: PyRef<'_, Plan>, factor: f32) -> Self {
        Self { inner: CorePlan::Boost(Box::new(plan.inner.clone()), factor) }
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }
}
