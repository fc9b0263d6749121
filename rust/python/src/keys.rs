//! `Keys`: what a word of a query can be found by, from its analysis to its plan without a detour through Python.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use searchlib_core::search::Alternative;
use searchlib_core::text::token::{KeyKind, KeyRef};

/// A key as Python has it: kind, text, weight.
pub type KeyTuple = (String, String, f32);

/// The keys of a word, best first.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Keys {
    pub inner: Arc<[Alternative]>,
}

/// A kind of key by its name.
pub fn kind(name: &str) -> PyResult<KeyKind> {
    KeyKind::from_name(name).ok_or_else(|| PyValueError::new_err(format!("{name:?} is no kind of key")))
}

impl Keys {
    /// The keys of an analysed word.
    pub fn of<'a>(keys: impl Iterator<Item = KeyRef<'a>>) -> Self {
        let alternative =
            |key: KeyRef<'_>| Alternative { kind: key.kind, text: key.text.to_owned(), weight: key.weight };
        Self { inner: keys.map(alternative).collect() }
    }
}

#[pymethods]
impl Keys {
    #[new]
    fn new(keys: Vec<KeyTuple>) -> PyResult<Self> {
        let alternative = |(name, text, weight): KeyTuple| Ok(Alternative { kind: kind(&name)?, text, weight });
        Ok(Self { inner: keys.into_iter().map(alternative).collect::<PyResult<_>>()? })
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    /// Kind, text and weight of each.
    fn tuples(&self) -> Vec<(&'static str, &str, f32)> {
        self.inner.iter().map(|key| (key.kind.name(), key.text.as_str(), key.weight)).collect()
    }
}
