//! `Analyzer`: the engine's analyzers; whole tokens may be asked from Python.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use searchlib_core::text::analyzer::Analyzer as CoreAnalyzer;
use searchlib_core::text::foreign::{ForeignAnalyzer, ForeignToken, ForeignTokens};
use searchlib_core::text::forms::Forms;
use searchlib_core::text::keys::RussianKeys;
use searchlib_core::text::lexicon::Lexicon;
use searchlib_core::text::overrides::Overrides;
use searchlib_core::text::plain::{Cut, PlainAnalyzer};
use searchlib_core::text::russian::RussianAnalyzer;
use searchlib_core::text::token::{Analyzed, Key, KeyKind, KeyRef, Rule, Token};

use crate::errors;
use crate::keys::{KeyTuple, Keys};
use crate::lexicon::{ParseTuple, tuples};
use crate::words::PythonScripts;

/// An analyzer of the engine. Its cache of forms lives as long as it does and is shared by every index that uses it.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Analyzer {
    pub inner: Arc<dyn CoreAnalyzer>,
    /// Where parses come from: only Russian has it.
    keys: Option<Arc<RussianKeys>>,
}

/// Position, positions spanned, first code point, code point after the last, keys.
type TokenTuple = (u32, u16, u32, u32, Vec<KeyTuple>);

/// Position, first code point, code point after the last, keys, positions spanned.
type QueryTuple = (u32, u32, u32, Keys, u16);

/// A token with its form, what stands around it, its parses, and its keys with the rules that made them.
type ExplainedTuple =
    (u32, u16, u32, u32, String, Vec<&'static str>, Vec<ParseTuple>, Vec<(&'static str, String, f32, &'static str)>);

#[pymethods]
impl Analyzer {
    /// Russian: words of the dictionary in a folder, by the rules of the core; `scripts` gives the words of each of a list
    /// of stretches of scripts written without spaces, `overrides` is name and text of a user's dictionary,
    /// `derivation` gives queries derived words.
    #[staticmethod]
    #[pyo3(signature = (dictionary, scripts, overrides=None, derivation=false))]
    fn russian(
        py: Python<'_>,
        dictionary: PathBuf,
        scripts: Py<PyAny>,
        overrides: Option<(String, String)>,
        derivation: bool,
    ) -> PyResult<Self> {
        errors::detached(py, || {
            let mut keys = RussianKeys::new(Arc::new(Lexicon::open(&dictionary)?));
            if let Some((name, text)) = overrides {
                keys = keys.with_overrides(Overrides::read(&name, &text)?);
            }
            let keys = Arc::new(if derivation { keys.with_derivation() } else { keys });
            let inner = RussianAnalyzer::new(keys.clone()).with_scripts(Arc::new(PythonScripts(scripts)));
            Ok(Self { inner: Arc::new(inner), keys: Some(keys) })
        })
    }

    /// Words by Unicode's rules, without morphology; `scripts` as for `russian`.
    #[staticmethod]
    fn simple(scripts: Py<PyAny>) -> Self {
        let inner = PlainAnalyzer::new(Cut::Simple).with_scripts(Arc::new(PythonScripts(scripts)));
        Self { inner: Arc::new(inner), keys: None }
    }

    /// No language: `cut` is "whitespace" or "whole".
    #[staticmethod]
    fn plain(cut: &str) -> PyResult<Self> {
        let cut = match cut {
            "whitespace" => Cut::Whitespace,
            "whole" => Cut::Whole,
            _ => return Err(PyValueError::new_err("cut is whitespace or whole")),
        };
        Ok(Self { inner: Arc::new(PlainAnalyzer::new(cut)), keys: None })
    }

    /// Tokens from Python: `tokens` gives the list of tokens of each of a list of texts.
    #[staticmethod]
    fn foreign(tokens: Py<PyAny>) -> Self {
        Self { inner: Arc::new(ForeignAnalyzer::new(Arc::new(PythonTokens(tokens)))), keys: None }
    }

    /// The tokens of a text and its sentence starts (position, code point, whether a paragraph starts there).
    #[allow(clippy::type_complexity)]
    fn analyze(&self, py: Python<'_>, text: &str) -> PyResult<(Vec<TokenTuple>, Vec<(u32, u32, bool)>)> {
        errors::detached(py, || {
            let mut analyzed = Vec::new();
            let forms = self.inner.analyze_many(&[text], &mut analyzed)?;
            let sentences = analyzed[0].sentences.iter().map(|s| (s.position, s.start, s.paragraph)).collect();
            Ok((tokens(&analyzed[0], &forms), sentences))
        })
    }

    /// The tokens of words of a query.
    fn analyze_query(&self, py: Python<'_>, text: &str, shouted: bool) -> PyResult<Vec<QueryTuple>> {
        errors::detached(py, || {
            let mut analyzed = Vec::new();
            let forms = self.inner.analyze_query(text, shouted, &mut analyzed)?;
            let view = forms.view();
            let token = |token: &Token| {
                let keys = Keys::of(view.keys(token.form));
                (token.position, token.start, token.end, keys, token.position_length)
            };
            Ok(analyzed[0].tokens.iter().map(token).collect())
        })
    }

    /// How many tokens some texts have: the whole way from text to keys, nothing handed over.
    fn count_tokens(&self, py: Python<'_>, texts: Vec<String>) -> PyResult<usize> {
        errors::detached(py, || {
            let (mut analyzed, mut count) = (Vec::new(), 0);
            for some in texts.chunks(64) {
                let texts: Vec<&str> = some.iter().map(String::as_str).collect();
                self.inner.analyze_many(&texts, &mut analyzed)?;
                count += analyzed.iter().map(|one| one.tokens.len()).sum::<usize>();
            }
            Ok(count)
        })
    }

    /// The tokens of a text or a query with all that led to their keys.
    fn explain(&self, py: Python<'_>, text: &str, query: bool) -> PyResult<Vec<ExplainedTuple>> {
        errors::detached(py, || {
            let mut analyzed = Vec::new();
            let forms = if query {
                self.inner.analyze_query(text, false, &mut analyzed)?
            } else {
                self.inner.analyze_many(&[text], &mut analyzed)?
            };
            let view = forms.view();
            let explained = |token: &Token| {
                let (form, context) = (view.form(token.form), view.context(token.form));
                let parses = |keys: &Arc<RussianKeys>| tuples(keys.lexicon(), keys.parses(form, context));
                let parses = self.keys.as_ref().map_or(Vec::new(), parses);
                let keys = view.keys(token.form);
                let keys = keys.map(|key| (key.kind.name(), key.text.to_string(), key.weight, key.rule.name()));
                let place = (token.position, token.position_length, token.start, token.end);
                (place.0, place.1, place.2, place.3, form.to_owned(), context.names(), parses, keys.collect())
            };
            Ok(analyzed[0].tokens.iter().map(explained).collect())
        })
    }
}

fn tokens(analyzed: &Analyzed, forms: &Forms) -> Vec<TokenTuple> {
    let view = forms.view();
    let token = |token: &Token| {
        let keys = view.keys(token.form).map(tuple).collect();
        (token.position, token.position_length, token.start, token.end, keys)
    };
    analyzed.tokens.iter().map(token).collect()
}

fn tuple(key: KeyRef<'_>) -> KeyTuple {
    (key.kind.name().to_owned(), key.text.to_string(), key.weight)
}

fn key((kind, text, weight): KeyTuple) -> searchlib_core::Result<Key> {
    let Some(kind) = KeyKind::from_name(&kind) else {
        return Err(searchlib_core::Error::Analysis(format!(
            "{kind:?} is no kind of key: lemma, surface, acronym, case_stem or stem"
        )));
    };
    Ok(Key::new(kind, text, weight, Rule::Given))
}

fn keys(tuples: Vec<KeyTuple>) -> searchlib_core::Result<Vec<Key>> {
    tuples.into_iter().map(key).collect()
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
