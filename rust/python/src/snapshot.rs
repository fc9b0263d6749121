//! `Snapshot`: one committed state, searched.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use searchlib_core::index::{Address, Snapshot as CoreSnapshot};
use searchlib_core::search::{self, Explanation, Request, Sort};

use crate::errors::{detached, interruptible};
use crate::marker::{Marker, StoredDocument};
use crate::plan::Plan;

/// One committed state; safe to share between threads.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Snapshot {
    pub inner: Arc<CoreSnapshot>,
}

/// Segment, document, score.
type HitTuple = (u32, u32, f32);
/// Hits, total, whether it is exact, the values and counts of each facet asked for.
type OutcomeTuple = (Vec<HitTuple>, u64, bool, Vec<Vec<(String, u64)>>);

impl Snapshot {
    fn address(&self, segment: u32, document: u32) -> PyResult<Address> {
        match self.inner.segments.get(segment as usize) {
            Some(view) if document < view.segment.document_count() => Ok(Address { segment, document }),
            _ => Err(PyIndexError::new_err("this snapshot has no such document")),
        }
    }
}

fn explained(py: Python<'_>, explanation: &Explanation) -> PyResult<Py<PyAny>> {
    let details = explanation.details.iter().map(|part| explained(py, part)).collect::<PyResult<Vec<_>>>()?;
    let details = PyTuple::new(py, details)?;
    Ok((explanation.value, explanation.text.as_str(), details).into_pyobject(py)?.into_any().unbind())
}

#[pymethods]
impl Snapshot {
    /// Finds the best documents. `sort` is `("added", descending)` or `(field number, descending)`.
    #[pyo3(signature = (plan, *, limit, offset, k1, b, count, sort, filter, facets, timeout))]
    #[allow(clippy::too_many_arguments)]
    fn search(
        &self,
        py: Python<'_>,
        plan: PyRef<'_, Plan>,
        limit: usize,
        offset: usize,
        k1: f32,
        b: f32,
        count: bool,
        sort: Option<(Option<u16>, bool)>,
        filter: Option<PyRef<'_, Plan>>,
        facets: Vec<u16>,
        timeout: Option<f64>,
    ) -> PyResult<OutcomeTuple> {
        let mut request = Request {
            limit,
            offset,
            k1,
            b,
            count,
            sort: sort.map(|(field, descending)| match field {
                None => Sort::Added { descending },
                Some(field) => Sort::Column { field, descending },
            }),
            filter: filter.map(|plan| plan.inner.clone()),
            facets,
            timeout: timeout.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)),
            stop: None,
        };
        let plan = &plan.inner;
        let outcome = interruptible(py, |stop| {
            request.stop = Some(stop);
            search::search(&self.inner, plan, &request)
        })?;
        let hits = outcome.hits.iter().map(|hit| (hit.address.segment, hit.address.document, hit.score)).collect();
        Ok((hits, outcome.total, outcome.total_is_exact, outcome.facets))
    }

    /// Why a document has its score: (value, text, details), or None when it does not match.
    fn explain(
        &self,
        py: Python<'_>,
        plan: PyRef<'_, Plan>,
        segment: u32,
        document: u32,
        k1: f32,
        b: f32,
    ) -> PyResult<Option<Py<PyAny>>> {
        let address = self.address(segment, document)?;
        let plan = &plan.inner;
        let explanation = detached(py, || search::explain(&self.inner, plan, address, k1, b))?;
        explanation.map(|explanation| explained(py, &explanation)).transpose()
    }

    /// What the plan looks for in the texts of documents.
    fn marker(&self, py: Python<'_>, plan: PyRef<'_, Plan>) -> PyResult<Marker> {
        let plan = &plan.inner;
        let inner = interruptible(py, |stop| search::Marker::new(&self.inner, plan, Some(stop)))?;
        Ok(Marker { inner })
    }

    /// What is stored of a document.
    fn document(&self, py: Python<'_>, segment: u32, document: u32) -> PyResult<StoredDocument> {
        let address = self.address(segment, document)?;
        let inner = detached(py, || self.inner.document(address))?;
        Ok(StoredDocument { inner })
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
