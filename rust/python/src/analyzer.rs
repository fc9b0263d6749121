//! `Analyzer`: the engine's analyzers, with morphology or whole tokens asked from Python.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use searchlib_core::text::analyzer::{
    Analyzer as CoreAnalyzer, Cut, ForeignAnalyzer, ForeignToken, ForeignTokens, PlainAnalyzer, RussianAnalyzer,
};
use searchlib_core::text::forms::Morphology;
use searchlib_core::text::token::{Key, KeyKind};

use crate::errors;

/// A key as Python has it: kind, text, weight.
pub type KeyTuple = (String, String, f32);

/// An analyzer of the engine. Its cache of forms lives as long as it does and is shared by every index that uses it.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Analyzer {
    pub inner: Arc<dyn CoreAnalyzer>,
}

/// Position, positions spanned, first code point, code point after the last, keys.
type TokenTuple = (u32, u16, u32, u32, Vec<KeyTuple>);

#[pymethods]
impl Analyzer {
    /// Russian: `morphology` gives the keys of each of a list of forms.
    #[staticmethod]
    fn russian(morphology: Py<PyAny>) -> Self {
        Self { inner: Arc::new(RussianAnalyzer::new(Arc::new(PythonMorphology(morphology)))) }
    }

    /// No language: `cut` is "whitespace", "simple" or "whole".
    #[staticmethod]
    fn plain(cut: &str) -> PyResult<Self> {
        let cut = match cut {
            "whitespace" => Cut::Whitespace,
            "simple" => Cut::Simple,
            "whole" => Cut::Whole,
            _ => return Err(PyValueError::new_err("cut is whitespace, simple or whole")),
        };
        Ok(Self { inner: Arc::new(PlainAnalyzer::new(cut)) })
    }

    /// Tokens from Python: `tokens` gives the list of tokens of each of a list of texts.
    #[staticmethod]
    fn foreign(tokens: Py<PyAny>) -> Self {
        Self { inner: Arc::new(ForeignAnalyzer::new(Arc::new(PythonTokens(tokens)))) }
    }

    /// The tokens of a text and its sentence starts (position, code point, whether a paragraph starts there).
    #[allow(clippy::type_complexity)]
    fn analyze(&self, py: Python<'_>, text: &str) -> PyResult<(Vec<TokenTuple>, Vec<(u32, u32, bool)>)> {
        errors::detached(py, || {
            let mut analyzed = Vec::new();
            let forms = self.inner.analyze_many(&[text], &mut analyzed)?;
            let view = forms.view();
            let analyzed = &analyzed[0];
            let tokens = analyzed
                .tokens
                .iter()
                .map(|token| {
                    let keys = view.keys(token.form).iter().map(tuple).collect();
                    (token.position, token.position_length, token.start, token.end, keys)
                })
                .collect();
            let sentences = analyzed.sentences.iter().map(|s| (s.position, s.start, s.paragraph)).collect();
            Ok((tokens, sentences))
        })
    }
}

fn tuple(key: &Key) -> KeyTuple {
    (key.kind.name().to_owned(), key.text.to_string(), key.weight)
}

fn key((kind, text, weight): KeyTuple) -> searchlib_core::Result<Key> {
    let Some(kind) = KeyKind::from_name(&kind) else {
        return Err(searchlib_core::Error::Analysis(format!(
            "{kind:?} is no kind of key: lemma, surface, acronym, case_stem or stem"
        )));
    };
    Ok(Key { kind, text: text.into(), weight })
}

fn keys(tuples: Vec<KeyTuple>) -> searchlib_core::Result<Vec<Key>> {
    tuples.into_iter().map(key).collect()
}

/// Asks a Python callable `(list[str]) -> list[list[(kind, text, weight)]]`.
struct PythonMorphology(Py<PyAny>);

impl Morphology for PythonMorphology {
    fn keys(&self, forms: &[&str]) -> searchlib_core::Result<Vec<Vec<Key>>> {
        let lists: Vec<Vec<KeyTuple>> = Python::attach(|py| {
            self.0
                .call1(py, (forms.to_vec(),))
                .and_then(|answer| answer.extract(py))
                .map_err(|error| errors::analysis(py, &error))
        })?;
        lists.into_iter().map(keys).collect()
    }
}

/// Asks a Python callable `(list[str]) -> list[list[(position, position_length, start, end, keys)]]`.
struct PythonTokens(Py<PyAny>);

impl ForeignTokens for PythonTokens {
    fn tokens(&self, texts: &[&str]) -> searchlib_core::Result<Vec<Vec<ForeignToken>>> {
        let lists: Vec<Vec<TokenTuple>> = Python::attach(|py| {
            self.0
                .call1(py, (texts.to_vec(),))
                .and_then(|answer| answer.extract(py))
                .map_err(|error| errors::analysis(py, &error))
        })?;
        lists
            .into_iter()
            .map(|tokens| {
                tokens
                    .into_iter()
                    .map(|(position, position_length, start, end, tuples)| {
                        Ok(ForeignToken { position, position_length, start, end, keys: keys(tuples)? })
                    })
                    .collect()
            })
            .collect()
    }
}
