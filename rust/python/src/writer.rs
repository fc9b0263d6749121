//! `Writer`: documents and deletions in, commits out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use searchlib_core::Error;
use searchlib_core::documents::Document;
use searchlib_core::index::writer::OnDuplicate;
use searchlib_core::index::{Address, Analyses, BatchAnalyzer, IndexWriter};
use searchlib_core::schema::Schema;

use crate::errors::{detached, interruptible, raise, to_python};
use crate::plan::Plan;
use crate::values;

/// Documents on their way into an index; none once they were added.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Documents {
    held: Mutex<Option<Held>>,
}

struct Held {
    documents: Vec<Document>,
    analyses: Option<Analyses>,
}

impl Documents {
    /// Waited for without the interpreter lock, as the writer is.
    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was done, or that the documents are no longer there to do it with.
fn there<T>(done: Option<T>) -> PyResult<T> {
    done.ok_or_else(|| PyValueError::new_err("these documents were added already; take them anew"))
}

/// The writer of an index; closing it rolls back what was not committed and gives the lock back.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Writer {
    inner: Mutex<Option<IndexWriter>>,
    schema: Arc<Schema>,
    analyzer: BatchAnalyzer,
}

impl Writer {
    pub fn new(writer: IndexWriter, schema: Arc<Schema>) -> Self {
        let analyzer = writer.analyzer().clone();
        Self { inner: Mutex::new(Some(writer)), schema, analyzer }
    }

    /// The mutex is only ever waited for without the interpreter lock: morphology needs that lock while it is held.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut IndexWriter) -> searchlib_core::Result<T> + Send,
    ) -> PyResult<T> {
        open(py, detached(py, || self.locked(work))?)
    }

    fn locked<T>(
        &self,
        work: impl FnOnce(&mut IndexWriter) -> searchlib_core::Result<T>,
    ) -> searchlib_core::Result<Option<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(work).transpose()
    }
}

/// What was done, or that there was no writer any more to do it.
fn open<T>(py: Python<'_>, done: Option<T>) -> PyResult<T> {
    done.ok_or_else(|| raise(py, "WriterClosedError", "this writer is closed; take a new one with index.writer()", &[]))
}

#[pymethods]
impl Writer {
    /// Takes documents over from Python.
    fn take(&self, rows: Vec<Bound<'_, PyAny>>) -> PyResult<Documents> {
        let documents = rows.iter().map(|row| values::document(&self.schema, row)).collect::<PyResult<Vec<_>>>()?;
        Ok(Documents { held: Mutex::new(Some(Held { documents, analyses: None })) })
    }

    /// Analyses documents ahead of adding them, in any thread, without waiting for the writer.
    fn analyze(&self, py: Python<'_>, documents: &Documents) -> PyResult<()> {
        let analyze = |held: &mut Held| {
            held.analyses = Some(self.analyzer.analyze(&held.documents)?);
            Ok(())
        };
        there(detached(py, || documents.held().as_mut().map(analyze).transpose())?)
    }

    /// Adds documents that were taken; gives (place in the list, exception) of each that was refused.
    fn add(&self, py: Python<'_>, documents: &Documents, replace: bool) -> PyResult<Vec<(usize, Py<PyAny>)>> {
        let on_duplicate = if replace { OnDuplicate::Replace } else { OnDuplicate::Refuse };
        let refused: Vec<Option<Error>> = there(self.with(py, |writer| {
            let held = documents.held().take();
            let add = |Held { documents, analyses }| match analyses {
                Some(analyses) => writer.add_analyzed(&documents, analyses, on_duplicate),
                None => writer.add(&documents, on_duplicate),
            };
            held.map(add).transpose()
        })?)?;
        let refused = refused.into_iter().enumerate().filter_map(|(at, error)| Some((at, error?)));
        Ok(refused.map(|(at, error)| (at, to_python(py, error).into_value(py).into_any())).collect())
    }

    /// Deletes the document with this key; false when there is none.
    fn delete(&self, py: Python<'_>, key: &str) -> PyResult<bool> {
        self.with(py, |writer| writer.delete(key))
    }

    /// Deletes every document that matches, pending ones included; says how many.
    fn delete_matching(&self, py: Python<'_>, plan: PyRef<'_, Plan>) -> PyResult<u64> {
        let plan = plan.inner.clone();
        self.with(py, |writer| {
            let snapshot = writer.pending_snapshot()?;
            let found = searchlib_core::search::matching(&snapshot, &plan)?;
            let addresses: Vec<Address> = found
                .iter()
                .enumerate()
                .flat_map(|(segment, documents)| {
                    documents.iter().map(move |document| Address { segment: segment as u32, document })
                })
                .collect();
            writer.delete_at(&addresses)
        })
    }

    /// Makes everything pending visible and durable; gives the number of live documents.
    fn commit(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, IndexWriter::commit)
    }

    /// Forgets everything since the last commit.
    fn rollback(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, IndexWriter::rollback)
    }

    /// Commits and makes one segment of all; signals end the latter.
    fn optimize(&self, py: Python<'_>) -> PyResult<()> {
        let done = interruptible(py, |stop| self.locked(|writer| writer.optimize(|| stop.is_asked())))?;
        open(py, done)
    }

    /// Gives the lock back; what was not committed is forgotten. Closing twice is fine.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        detached(py, || {
            let writer = self.inner.lock().unwrap_or_else(PoisonError::into_inner).take();
            writer.map_or(Ok(()), IndexWriter::close)
        })
    }
}
