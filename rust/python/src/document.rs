//! `Document`: the stored values of a document, each made when it is looked at.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use searchlib_core::segment::StoredDocument;

use crate::errors::to_python;
use crate::values;

/// One value for each field of the schema.
#[pyclass(frozen, sequence, module = "searchlib._core")]
pub struct Document {
    pub inner: StoredDocument,
}

#[pymethods]
impl Document {
    fn __len__(&self) -> usize {
        self.inner.field_count()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, field: usize) -> PyResult<Bound<'py, PyAny>> {
        if field >= self.inner.field_count() {
            return Err(PyIndexError::new_err("the schema has no such field"));
        }
        // Fields are counted in u16, see `Schema`.
        let value = self.inner.value(field as u16).map_err(|error| to_python(py, error))?;
        values::object(py, value)
    }
}
