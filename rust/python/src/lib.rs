//! Thin PyO3 bindings of searchlib-core: they convert arguments, release the interpreter lock and map
//! errors. One file for each class that Python sees; no logic.

mod analyzer;
mod errors;
mod index;
mod keys;
mod lexicon;
mod marker;
mod matcher;
mod overrides;
mod plan;
mod prepared;
mod snapshot;
mod values;
mod words;
mod writer;

use pyo3::prelude::*;

/// The compiled core of searchlib. Its typed face is `searchlib/_core.pyi`.
#[pymodule(gil_used = false)]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<analyzer::Analyzer>()?;
    module.add_class::<index::Index>()?;
    module.add_class::<keys::Keys>()?;
    module.add_class::<lexicon::Lexicon>()?;
    module.add_class::<marker::Marker>()?;
    module.add_class::<marker::StoredDocument>()?;
    module.add_class::<matcher::Matcher>()?;
    module.add_class::<plan::Plan>()?;
    module.add_class::<prepared::Outcome>()?;
    module.add_class::<prepared::Prepared>()?;
    module.add_class::<prepared::Searches>()?;
    module.add_class::<snapshot::Snapshot>()?;
    module.add_class::<writer::Documents>()?;
    module.add_class::<writer::Writer>()?;
    module.add("FORMAT_VERSION", searchlib_core::segment::FORMAT_VERSION)?;
    module.add("ANALYSIS_VERSION", searchlib_core::text::ANALYSIS_VERSION)?;
    module.add("UNICODE_VERSION", searchlib_core::text::characters::UNICODE_VERSION)?;
    module.add("MAX_KEY_BYTES", searchlib_core::terms::MAX_KEY_BYTES)?;
    module.add_function(wrap_pyfunction!(values::float_to_ordered, module)?)?;
    module.add_function(wrap_pyfunction!(values::fold, module)?)?;
    module.add_function(wrap_pyfunction!(values::case_stems, module)?)?;
    module.add_function(wrap_pyfunction!(overrides::overrides_version, module)?)?;
    module.add_function(wrap_pyfunction!(marker::choose, module)?)?;
    module.add_function(wrap_pyfunction!(words::words, module)?)?;
    Ok(())
}
