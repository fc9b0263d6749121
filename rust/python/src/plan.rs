//! `Plan`: one constructor for each kind of plan that the engine takes.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use searchlib_core::search::{FieldClause, PhraseField, Plan as CorePlan, Slot};
use searchlib_core::terms::Pattern;

use crate::keys::{Keys, kind};

/// A query as the engine takes it.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Plan {
    pub inner: Arc<CorePlan>,
}

/// Field number, weight, keys.
type ClauseTuple<'py> = (u16, f32, PyRef<'py, Keys>);
/// Field number, weight, slots of (offset, keys).
type PhraseTuple<'py> = (u16, f32, Vec<(u32, PyRef<'py, Keys>)>);

fn clauses(fields: Vec<ClauseTuple<'_>>) -> Vec<FieldClause> {
    let clause =
        |(field, weight, keys): ClauseTuple<'_>| FieldClause { field, weight, alternatives: keys.inner.to_vec() };
    fields.into_iter().map(clause).collect()
}

fn phrases(fields: Vec<PhraseTuple<'_>>) -> Vec<PhraseField> {
    let slot = |(offset, keys): (u32, PyRef<'_, Keys>)| Slot { offset, alternatives: keys.inner.to_vec() };
    fields
        .into_iter()
        .map(|(field, weight, slots)| PhraseField { field, weight, slots: slots.into_iter().map(slot).collect() })
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
    plans.into_iter().map(|plan| CorePlan::clone(&plan.inner)).collect()
}

impl Plan {
    fn of(plan: CorePlan) -> Self {
        Self { inner: Arc::new(plan) }
    }
}

#[pymethods]
impl Plan {
    #[staticmethod]
    fn everything() -> Self {
        Self::of(CorePlan::Everything)
    }

    #[staticmethod]
    fn nothing() -> Self {
        Self::of(CorePlan::Nothing)
    }

    #[staticmethod]
    fn word(fields: Vec<ClauseTuple<'_>>) -> Self {
        Self::of(CorePlan::Word(clauses(fields)))
    }

    /// Words that any or all must match, from field number, weight and the keys of each word.
    #[staticmethod]
    fn words(fields: Vec<(u16, f32, Vec<PyRef<'_, Keys>>)>, every: bool) -> Self {
        let count = fields.iter().map(|(_, _, keys)| keys.len()).min().unwrap_or(0);
        let word = |at: usize| {
            let clause = |(field, weight, keys): &(u16, f32, Vec<PyRef<'_, Keys>>)| FieldClause {
                field: *field,
                weight: *weight,
                alternatives: keys[at].inner.to_vec(),
            };
            CorePlan::Word(fields.iter().map(clause).collect())
        };
        let words = (0..count).map(word).collect();
        let (must, should, minimum) = if every { (words, Vec::new(), 0) } else { (Vec::new(), words, 1) };
        Self::of(CorePlan::Boolean { must, should, must_not: Vec::new(), filter: Vec::new(), minimum })
    }

    #[staticmethod]
    fn phrase(fields: Vec<PhraseTuple<'_>>, slop: u32) -> Self {
        Self::of(CorePlan::Phrase { fields: phrases(fields), slop })
    }

    #[staticmethod]
    fn near(fields: Vec<PhraseTuple<'_>>, distance: u32) -> Self {
        Self::of(CorePlan::Near { fields: phrases(fields), distance })
    }

    #[staticmethod]
    fn pattern(
        fields: Vec<ClauseTuple<'_>>,
        kinds: Vec<String>,
        form: &str,
        text: String,
        distance: u8,
    ) -> PyResult<Self> {
        let kinds = kinds.iter().map(|name| kind(name)).collect::<PyResult<_>>()?;
        Ok(Self::of(CorePlan::Pattern { fields: clauses(fields), kinds, pattern: pattern(form, text, distance)? }))
    }

    #[staticmethod]
    fn value(field: u16, text: String) -> Self {
        Self::of(CorePlan::Value { field, text })
    }

    #[staticmethod]
    fn value_pattern(field: u16, form: &str, text: String, distance: u8) -> PyResult<Self> {
        Ok(Self::of(CorePlan::ValuePattern { field, pattern: pattern(form, text, distance)? }))
    }

    #[staticmethod]
    fn value_range(field: u16, low: Option<(String, bool)>, high: Option<(String, bool)>) -> Self {
        Self::of(CorePlan::ValueRange { field, low, high })
    }

    #[staticmethod]
    fn number_range(field: u16, low: i64, high: i64) -> Self {
        Self::of(CorePlan::NumberRange { field, low, high })
    }

    #[staticmethod]
    fn boolean(
        must: Vec<PyRef<'_, Plan>>,
        should: Vec<PyRef<'_, Plan>>,
        must_not: Vec<PyRef<'_, Plan>>,
        filter: Vec<PyRef<'_, Plan>>,
        minimum: u32,
    ) -> Self {
        Self::of(CorePlan::Boolean {
            must: plans(must),
            should: plans(should),
            must_not: plans(must_not),
            filter: plans(filter),
            minimum,
        })
    }

    #[staticmethod]
    fn boost(plan: PyRef<'_, Plan>, factor: f32) -> Self {
        Self::of(CorePlan::Boost(Box::new(CorePlan::clone(&plan.inner)), factor))
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.inner)
    }
}
