//! The one place where errors of the engine become exceptions of `searchlib.errors`, and where long work is done with
//! the interpreter lock released.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use searchlib_core::Error;
use searchlib_core::search::Stop;

/// Runs the work without the interpreter lock. A panic inside becomes `CorruptIndexError`: the format is checked on the
/// way, so what is left to panic is a file broken in a way nobody thought of, or a bug.
pub fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> searchlib_core::Result<T> + Send) -> PyResult<T> {
    match py.detach(|| catch_unwind(AssertUnwindSafe(work))) {
        Ok(result) => result.map_err(|error| to_python(py, error)),
        Err(panic) => {
            let what = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            let message = format!(
                "the engine stopped unexpectedly ({what}); run `searchlib check` on the index, and if it finds nothing, \
                 please report this as a bug"
            );
            Err(raise(py, "CorruptIndexError", &message, &[]))
        }
    }
}

/// Runs a search, which signals of the process can end: whatever exception their handlers raise comes out of it.
pub fn interruptible<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(Stop) -> searchlib_core::Result<T> + Send,
) -> PyResult<T> {
    let raised = Arc::new(Mutex::new(None));
    let found = Arc::clone(&raised);
    let stop = Stop::new(move || {
        let mut raised = found.lock().unwrap_or_else(PoisonError::into_inner);
        if raised.is_some() {
            return true;
        }
        let signals = Python::try_attach(|py| py.check_signals());
        // An interpreter that is shutting down has nobody to give results to.
        let Some(Err(error)) = signals else { return signals.is_none() };
        *raised = Some(error);
        true
    });
    let result = detached(py, || work(stop));
    match raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(error) => Err(error),
        None => result,
    }
}

/// An error that the morphology or a foreign analyzer raised in Python goes through the engine as text and comes out
/// as `AnalysisError`.
pub fn analysis(py: Python<'_>, error: &PyErr) -> Error {
    let name = error.get_type(py).name().map_or_else(|_| "error".to_owned(), |name| name.to_string());
    Error::Analysis(format!("the analyzer failed with {name}: {}", error.value(py)))
}

/// The exception of an error.
pub fn to_python(py: Python<'_>, error: Error) -> PyErr {
    exception(py, &error, &error.to_string())
}

fn exception(py: Python<'_>, error: &Error, message: &str) -> PyErr {
    let number = |value: Option<u32>| value.into_pyobject(py).map(Bound::into_any).ok();
    let text = |value: &str| Some(value.into_pyobject(py).ok()?.into_any());
    match error {
        Error::Corrupt { .. } => raise(py, "CorruptIndexError", message, &[]),
        Error::Version { .. } => raise(py, "IndexVersionError", message, &[]),
        Error::Locked { pid, .. } => raise(py, "IndexLockedError", message, &[("pid", number(*pid))]),
        Error::NotFound { .. } => raise(py, "IndexNotFoundError", message, &[]),
        Error::Exists { .. } => raise(py, "IndexExistsError", message, &[]),
        Error::DuplicateKey { field, key } => {
            raise(py, "DuplicateKeyError", message, &[("field", text(field)), ("value", text(key))])
        }
        Error::Document { field, .. } => raise(py, "DocumentError", message, &[("field", text(field))]),
        Error::Schema(_) => raise(py, "SchemaError", message, &[]),
        Error::UnsupportedQuery(_) => raise(py, "UnsupportedQueryError", message, &[]),
        Error::Analysis(_) | Error::Dictionary { .. } => raise(py, "AnalysisError", message, &[]),
        Error::Timeout { .. } => raise(py, "SearchTimeoutError", message, &[]),
        Error::Merge(cause) => exception(py, cause, message),
        Error::Interrupted => PyKeyboardInterrupt::new_err(()),
        Error::Io { source, .. } => match source.raw_os_error() {
            Some(code) => PyOSError::new_err((code, message.to_owned())),
            None => PyOSError::new_err(message.to_owned()),
        },
    }
}

/// An exception of `searchlib.errors` by name, with keyword arguments.
pub fn raise(py: Python<'_>, class: &str, message: &str, arguments: &[(&str, Option<Bound<'_, PyAny>>)]) -> PyErr {
    let build = || -> PyResult<Bound<'_, PyAny>> {
        let keywords = PyDict::new(py);
        for (name, value) in arguments {
            keywords.set_item(name, value)?;
        }
        py.import("searchlib.errors")?.getattr(class)?.call((message,), Some(&keywords))
    };
    match build() {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}
