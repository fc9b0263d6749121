//! `Matcher`: a pattern over the texts of keys, for engines that keep their terms elsewhere.

use pyo3::prelude::*;
use searchlib_core::terms::pattern::Matcher as CoreMatcher;

use crate::errors;
use crate::plan::pattern;

/// A pattern made ready for any number of texts.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Matcher {
    inner: CoreMatcher,
}

#[pymethods]
impl Matcher {
    #[new]
    fn new(py: Python<'_>, form: &str, text: String, distance: u8) -> PyResult<Self> {
        let pattern = pattern(form, text, distance)?;
        let inner = errors::detached(py, || CoreMatcher::new(&pattern))?;
        Ok(Self { inner })
    }

    /// Which of the folded texts match.
    fn matching(&self, py: Python<'_>, texts: Vec<String>) -> Vec<bool> {
        py.detach(|| texts.iter().map(|text| self.inner.matches(text)).collect())
    }
}
