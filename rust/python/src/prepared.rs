//! `Prepared`: a query ready to be searched with, `Outcome`: what a search found, `Searches`: many at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyList;
use searchlib_core::index::Snapshot as CoreSnapshot;
use searchlib_core::search::{Outcome as CoreOutcome, Prepared as CorePrepared, Searches as CoreSearches};

use crate::errors::{detached, interruptible};
use crate::snapshot::{MarkTuple, address, explained};

/// A plan and what is asked of it; safe to share between threads.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Prepared {
    pub snapshot: Arc<CoreSnapshot>,
    pub inner: Arc<CorePrepared>,
}

/// What a search found.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Outcome {
    inner: CoreOutcome,
    took: Duration,
}

/// Searches that other threads do while this one prepares more.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Searches {
    /// None when they are finished.
    inner: Mutex<Option<CoreSearches>>,
}

#[pymethods]
impl Prepared {
    /// Finds the hits from `offset` on, at most `limit`.
    fn search(&self, py: Python<'_>, limit: usize, offset: usize) -> PyResult<Outcome> {
        let started = Instant::now();
        let inner = interruptible(py, |stop| self.inner.search(limit, offset, Some(stop)))?;
        Ok(Outcome { inner, took: started.elapsed() })
    }

    /// Why a document has its score: (value, text, details), or None when it does not match.
    fn explain(&self, py: Python<'_>, segment: u32, document: u32) -> PyResult<Option<Py<PyAny>>> {
        let address = address(&self.snapshot, segment, document)?;
        let explanation = detached(py, || self.inner.explain(address))?;
        explanation.map(|explanation| explained(py, &explanation)).transpose()
    }

    /// Where the plan matches a text of a field: marks and sentence starts.
    #[allow(clippy::type_complexity)]
    fn marks(&self, py: Python<'_>, field: u16, text: &str) -> PyResult<(Vec<MarkTuple>, Vec<(u32, bool)>)> {
        let found = detached(py, || self.inner.marks(field, text))?;
        let marks =
            found.marks.iter().map(|mark| (mark.start, mark.end, mark.clause, mark.weight, mark.share)).collect();
        Ok((marks, found.sentences))
    }
}

#[pymethods]
impl Outcome {
    /// Best first: ((segment, document), score).
    #[getter]
    fn hits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.inner.hits.iter().map(|hit| ((hit.address.segment, hit.address.document), hit.score)))
    }

    /// How many documents match, or a lower bound of it.
    #[getter]
    fn total(&self) -> u64 {
        self.inner.total
    }

    /// Whether `total` is exact.
    #[getter]
    fn total_is_exact(&self) -> bool {
        self.inner.total_is_exact
    }

    /// Values and counts of each facet asked for.
    #[getter]
    fn facets(&self) -> Vec<Vec<(String, u64)>> {
        self.inner.facets.clone()
    }

    /// Seconds.
    #[getter]
    fn took(&self) -> f64 {
        self.took.as_secs_f64()
    }
}

#[pymethods]
impl Searches {
    /// At most `threads` threads, the caller's included, search for the `limit` best documents.
    #[new]
    fn new(threads: usize, limit: usize) -> Self {
        Self { inner: Mutex::new(Some(CoreSearches::new(threads, limit))) }
    }

    /// One more; it begins as soon as a thread is free.
    fn add(&self, prepared: PyRef<'_, Prepared>) -> PyResult<()> {
        match &mut *self.inner.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(searches) => searches.add(prepared.inner.clone()),
            None => return Err(finished()),
        }
        Ok(())
    }

    /// Takes part until all are done; gives what they found, in the order of adding.
    fn finish(&self, py: Python<'_>) -> PyResult<Vec<Outcome>> {
        let searches = self.inner.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or_else(finished)?;
        let found = interruptible(py, |stop| searches.finish(&stop))?;
        Ok(found.into_iter().map(|(inner, took)| Outcome { inner, took }).collect())
    }

    /// Ends what is under way; nothing to do once they are finished.
    fn close(&self, py: Python<'_>) {
        let searches = self.inner.lock().unwrap_or_else(PoisonError::into_inner).take();
        py.detach(|| drop(searches));
    }
}

fn finished() -> PyErr {
    PyRuntimeError::new_err("these searches are finished")
}
