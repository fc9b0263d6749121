//! `Lexicon`: the dictionary of Russian forms, for comparisons with pymorphy3 and for showing an analysis.

use std::path::PathBuf;

use pyo3::prelude::*;
use searchlib_core::text::lexicon::{Lexicon as CoreLexicon, Parse};

use crate::errors;

/// Word, tag, lemma, score, unit.
pub type ParseTuple = (String, String, String, f64, &'static str);

/// The open dictionary.
#[pyclass(frozen, module = "searchlib._core")]
pub struct Lexicon {
    inner: CoreLexicon,
}

/// Parses as Python has them.
pub fn tuples(lexicon: &CoreLexicon, parses: Vec<Parse>) -> Vec<ParseTuple> {
    let tuple = |it: Parse| (it.word, lexicon.tag(it.tag).to_owned(), it.lemma, it.score, it.unit.name());
    parses.into_iter().map(tuple).collect()
}

#[pymethods]
impl Lexicon {
    /// Opens the folder of a dictionary.
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        errors::detached(py, || CoreLexicon::open(&path)).map(|inner| Self { inner })
    }

    /// What a form can be: word, tag, lemma, score, unit of each parse.
    fn parse(&self, word: &str) -> Vec<ParseTuple> {
        tuples(&self.inner, self.inner.parse(word))
    }

    /// The parses of each of a list of forms.
    fn parse_many(&self, py: Python<'_>, words: Vec<String>) -> Vec<Vec<ParseTuple>> {
        py.detach(|| words.iter().map(|word| tuples(&self.inner, self.inner.parse(word))).collect())
    }

    /// How many parses some forms have: what a parser does, nothing handed over.
    fn count_parses(&self, py: Python<'_>, words: Vec<String>) -> usize {
        py.detach(|| {
            let mut count = 0;
            words.iter().for_each(|word| {
                self.inner.lemmas(word, |_, _, _| count += 1);
            });
            count
        })
    }

    /// What a form in small letters can be by the dictionary alone.
    fn known(&self, lower: &str) -> Vec<ParseTuple> {
        tuples(&self.inner, self.inner.known(lower))
    }

    /// What a form could be if it were not in the dictionary.
    fn predicted(&self, word: &str) -> Vec<ParseTuple> {
        tuples(&self.inner, self.inner.predicted(word))
    }

    /// Whether a form in small letters is in the dictionary.
    fn is_known(&self, lower: &str) -> bool {
        self.inner.is_known(lower)
    }

    /// The revisions that the dictionary was made of.
    fn version(&self) -> &str {
        self.inner.version()
    }
}
