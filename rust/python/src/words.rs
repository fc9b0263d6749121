//! `words`: the borders of words, as every analyzer that knows Unicode's rules has them.

use pyo3::prelude::*;
use searchlib_core::text::{scripts, segmentation};

use crate::errors;

/// Asks a Python callable `(list[str]) -> list[list[(first, end)]]`.
pub struct PythonScripts(pub Py<PyAny>);

impl scripts::ForeignScripts for PythonScripts {
    fn words(&self, stretches: &[&str]) -> searchlib_core::Result<Vec<Vec<(u32, u32)>>> {
        Python::attach(|py| {
            self.0
                .call1(py, (stretches.to_vec(),))
                .and_then(|answer| answer.extract(py))
                .map_err(|error| errors::analysis(py, &error))
        })
    }
}

/// The words of a text: first code point and the one after the last. `dictionary` finds those of scripts written
/// without spaces.
#[pyfunction]
#[pyo3(signature = (text, dictionary=None))]
pub fn words(py: Python<'_>, text: &str, dictionary: Option<Py<PyAny>>) -> PyResult<Vec<(u32, u32)>> {
    errors::detached(py, || {
        let mut found = Vec::new();
        let take = |word: segmentation::Word| found.push((word.start, word.end));
        match dictionary {
            Some(dictionary) => scripts::words(text, &PythonScripts(dictionary), take)?,
            None => segmentation::words(text, take),
        }
        Ok(found)
    })
}
