//! `Snapshot`: one committed state, searched.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use searchlib_core::index::{Address, Snapshot as CoreSnapshot};
use searchlib_core::search::{Explanation, Prepared as CorePrepared, Request, Sort};

use crate::document::Document;
use crate::errors::detached;
use crate::plan::Plan;
use crate::prepared::Prepared;

/// One committed state; safe to share between threads.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Snapshot {
    pub inner: Arc<CoreSnapshot>,
}

/// Start, end, clause, weight, share.
pub type MarkTuple = (u32, u32, u32, f32, f32);

/// The address of a document that there is.
pub fn address(snapshot: &CoreSnapshot, segment: u32, document: u32) -> PyResult<Address> {
    match snapshot.segments.get(segment as usize) {
        Some(view) if document < view.segment.document_count() => Ok(Address { segment, document }),
        _ => Err(PyIndexError::new_err("this snapshot has no such document")),
    }
}

/// An explanation as (value, text, details).
pub fn explained(py: Python<'_>, explanation: &Explanation) -> PyResult<Py<PyAny>> {
    let details = explanation.details.iter().map(|part| explained(py, part)).collect::<PyResult<Vec<_>>>()?;
    let details = PyTuple::new(py, details)?;
    Ok((explanation.value, explanation.text.as_str(), details).into_pyobject(py)?.into_any().unbind())
}

#[pymethods]
impl Snapshot {
    /// Makes a plan ready to be searched with. `sort` is `(None, descending)` for the order of adding or
    /// `(field number, descending)`.
    #[pyo3(signature = (plan, k1, b, count, sort, filter, facets, timeout))]
    #[allow(clippy::too_many_arguments)]
    fn prepare(
        &self,
        plan: PyRef<'_, Plan>,
        k1: f32,
        b: f32,
        count: bool,
        sort: Option<(Option<u16>, bool)>,
        filter: Option<PyRef<'_, Plan>>,
        facets: Vec<u16>,
        timeout: Option<f64>,
    ) -> Prepared {
        let request = Request {
            k1,
            b,
            count,
            sort: sort.map(|(field, descending)| match field {
                None => Sort::Added { descending },
                Some(field) => Sort::Column { field, descending },
            }),
            facets,
            timeout: timeout.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)),
            ..Request::default()
        };
        let filter = filter.map(|plan| plan.inner.clone());
        let inner = CorePrepared::new(self.inner.clone(), plan.inner.clone(), filter, request);
        Prepared { snapshot: self.inner.clone(), inner: Arc::new(inner) }
    }

    /// The stored values of a document, one for each field of the schema.
    fn document(&self, py: Python<'_>, segment: u32, document: u32) -> PyResult<Document> {
        let address = address(&self.inner, segment, document)?;
        Ok(Document { inner: detached(py, || self.inner.stored_document(address))? })
    }

    /// The address of the live document with this key.
    fn find(&self, py: Python<'_>, key: &str) -> PyResult<Option<(u32, u32)>> {
        let found = detached(py, || self.inner.find(key))?;
        Ok(found.map(|address| (address.segment, address.document)))
    }

    /// Up to `limit` words or values of a field that start with `prefix`, and in how many documents each stands.
    fn terms(&self, py: Python<'_>, field: u16, prefix: &str, limit: usize) -> PyResult<Vec<(String, u64)>> {
        detached(py, || self.inner.terms(field, prefix, limit))
    }

    /// Live documents.
    fn document_count(&self) -> u64 {
        self.inner.document_count()
    }

    /// Documents including those deleted and not yet merged away.
    fn max_document_count(&self) -> u64 {
        self.inner.max_document_count()
    }

    /// Documents that have a text field, and the sum of its lengths in them.
    fn statistics(&self, field: u16) -> (u64, u64) {
        let statistics = self.inner.statistics(field);
        (statistics.documents, statistics.length)
    }

    /// Bytes by section, deletions and what lies between sections too.
    fn sizes(&self) -> BTreeMap<String, u64> {
        self.inner.sizes()
    }

    /// How many different terms each field has, by field number.
    fn distinct_terms(&self, py: Python<'_>) -> PyResult<Vec<u64>> {
        detached(py, || self.inner.distinct_terms())
    }

    /// For each segment: documents, deleted ones among them, bytes of the file.
    fn segments(&self) -> Vec<(u32, u32, u64)> {
        self.inner
            .segments
            .iter()
            .map(|view| {
                let bytes = std::fs::metadata(view.segment.path()).map_or(0, |data| data.len());
                let deleted = view.deleted.as_ref().map_or(0, |deleted| deleted.count());
                (view.segment.document_count(), deleted, bytes)
            })
            .collect()
    }
}
