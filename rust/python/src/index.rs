//! `Index`: a folder with an index.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use pyo3::prelude::*;
use searchlib_core::Error;
use searchlib_core::index::{Analyzers, Index as CoreIndex, WriterOptions};
use searchlib_core::schema::Schema;

use crate::analyzer::Analyzer;
use crate::errors::detached;
use crate::snapshot::Snapshot;
use crate::writer::Writer;

/// An open index.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Index {
    inner: Arc<CoreIndex>,
}

fn shared(analyzers: Vec<Option<PyRef<'_, Analyzer>>>) -> Analyzers {
    analyzers.into_iter().map(|analyzer| analyzer.map(|analyzer| analyzer.inner.clone())).collect()
}

#[pymethods]
impl Index {
    /// Makes an index from its schema in JSON and the analyzer of each text field, by field number.
    #[staticmethod]
    fn create(
        py: Python<'_>,
        path: PathBuf,
        schema: &str,
        analyzers: Vec<Option<PyRef<'_, Analyzer>>>,
    ) -> PyResult<Self> {
        let analyzers = shared(analyzers);
        let inner = detached(py, || {
            let schema: Schema = serde_json::from_str(schema)
                .map_err(|error| Error::Schema(format!("the schema cannot be read: {error}")))?;
            CoreIndex::create(&path, schema, analyzers)
        })?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The schema of an index in JSON.
    #[staticmethod]
    fn schema_of(py: Python<'_>, path: PathBuf) -> PyResult<String> {
        detached(py, || {
            let schema = CoreIndex::schema_of(&path)?;
            serde_json::to_string(&schema).map_err(|error| Error::Schema(error.to_string()))
        })
    }

    /// Opens an index.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf, analyzers: Vec<Option<PyRef<'_, Analyzer>>>) -> PyResult<Self> {
        let analyzers = shared(analyzers);
        Ok(Self { inner: Arc::new(detached(py, || CoreIndex::open(&path, analyzers))?) })
    }

    /// The newest committed state.
    fn snapshot(&self, py: Python<'_>) -> PyResult<Snapshot> {
        Ok(Snapshot { inner: detached(py, || self.inner.snapshot())? })
    }

    /// The one writer; `wait` in seconds, `memory` in bytes.
    fn writer(&self, py: Python<'_>, wait: f64, threads: usize, memory: usize) -> PyResult<Writer> {
        let wait = Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX);
        let writer = detached(py, || self.inner.writer(WriterOptions { wait, threads, memory }))?;
        Ok(Writer::new(writer, self.inner.schema().clone()))
    }

    /// Copies the newest committed state.
    fn backup(&self, py: Python<'_>, target: PathBuf) -> PyResult<()> {
        detached(py, || self.inner.backup(&target))
    }

    /// What is wrong, by file; empty when all is well.
    fn check(&self, py: Python<'_>) -> PyResult<Vec<(PathBuf, String)>> {
        detached(py, || self.inner.check())
    }
}
