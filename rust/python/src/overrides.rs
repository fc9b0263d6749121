//! `overrides_version`: the user's dictionary, read and checked.

use pyo3::prelude::*;
use searchlib_core::text::overrides::Overrides;

use crate::errors;

/// The version of a dictionary's text; `name` is what messages call it.
#[pyfunction]
pub fn overrides_version(py: Python<'_>, name: &str, text: &str) -> PyResult<u32> {
    errors::detached(py, || Ok(Overrides::read(name, text)?.version()))
}
