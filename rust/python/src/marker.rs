//! `Marker` and `StoredDocument`: what a plan finds in the texts of the documents it found; `choose` for engines that mark
//! texts themselves.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use searchlib_core::passages::{self, Mark, Marks, Passage};
use searchlib_core::search::Marker as CoreMarker;
use searchlib_core::segment::StoredDocument as CoreDocument;

use crate::errors::{detached, interruptible};
use crate::values;

/// What is stored of a document; safe to share between threads.
#[pyclass(frozen, module = "searchlib._core")]
pub struct StoredDocument {
    pub inner: CoreDocument,
}

#[pymethods]
impl StoredDocument {
    /// The stored value of a field.
    fn value<'py>(&self, py: Python<'py>, field: u16) -> PyResult<Bound<'py, PyAny>> {
        values::object(py, detached(py, || self.inner.value(field))?)
    }

    /// The stored values, one for each field of the schema.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        values::row(py, detached(py, || self.inner.unpack())?)
    }
}

/// A plan made ready to mark texts of one snapshot.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Marker {
    pub inner: CoreMarker,
}

/// Start, end, ranges, whether it begins and ends inside a sentence.
type PassageTuple = (u32, u32, Vec<(u32, u32)>, bool, bool);
/// Start, end, clause, weight, share.
type MarkTuple = (u32, u32, u32, f64, f64);

#[pymethods]
impl Marker {
    /// The text of a field of a document and its best passages.
    fn passages(
        &self,
        py: Python<'_>,
        document: PyRef<'_, StoredDocument>,
        field: u16,
        fragments: usize,
        length: usize,
    ) -> PyResult<(String, Vec<PassageTuple>)> {
        let document = &document.inner;
        let found = interruptible(py, |stop| self.inner.passages(document, field, fragments, length, Some(stop)));
        found.map(|(text, passages)| (text, tuples(passages)))
    }

    /// The text of a field of a document and the ranges of all matches in it.
    fn ranges(
        &self,
        py: Python<'_>,
        document: PyRef<'_, StoredDocument>,
        field: u16,
    ) -> PyResult<(String, Vec<(u32, u32)>)> {
        let document = &document.inner;
        interruptible(py, |stop| self.inner.ranges(document, field, Some(stop)))
    }
}

/// The best passages of a text by its marks, which lie in it, and its sentences.
#[pyfunction]
pub fn choose(
    py: Python<'_>,
    text: &str,
    marks: Vec<MarkTuple>,
    sentences: Vec<(u32, bool)>,
    fragments: usize,
    length: usize,
) -> PyResult<Vec<PassageTuple>> {
    let mark = |(start, end, clause, weight, share)| Mark { start, end, clause, weight, share };
    let marks = Marks { marks: marks.into_iter().map(mark).collect(), sentences, ..Marks::default() };
    let found = detached(py, || passages::choose(text, &marks, fragments, length, &|| Ok(())))?;
    Ok(tuples(found))
}

fn tuples(passages: Vec<Passage>) -> Vec<PassageTuple> {
    let tuple = |one: Passage| (one.start, one.end, one.ranges, one.cut_start, one.cut_end);
    passages.into_iter().map(tuple).collect()
}
