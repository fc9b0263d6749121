//! Analyzers that know no language: every token has its own text as its one surface key.

use std::ops::Range;
use std::sync::Arc;

use super::analyzer::{Analyzer, BETWEEN_QUESTIONS, Wanted, prepare, sentence};
use super::context::Context;
use super::folding;
use super::forms::{Forms, Morphology};
use super::key_lists::KeyLists;
use super::numbering::{Generation, Numbering, Unknown, hash_words};
use super::scripts::{self, ForeignScripts};
use super::segmentation::{self, Word};
use super::shape::Shape;
use super::token::{Analyzed, KeyKind, Rule, Token};
use crate::Result;

/// How a text is cut by an analyzer that knows no language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// At white space; nothing is folded. One surface key a token.
    Whitespace,
    /// Unicode's words, case and ё folded. One surface key a token.
    Simple,
    /// The whole text is one token; nothing is folded. One surface key.
    Whole,
}

/// An analyzer without morphology.
pub struct PlainAnalyzer {
    cut: Cut,
    scripts: Option<Arc<dyn ForeignScripts>>,
    generation: Generation,
}

impl PlainAnalyzer {
    /// An analyzer that cuts in this way.
    pub fn new(cut: Cut) -> Self {
        Self { cut, scripts: None, generation: Generation::default() }
    }

    /// The analyzer with somebody who knows the words of scripts written without spaces.
    #[must_use]
    pub fn with_scripts(self, scripts: Arc<dyn ForeignScripts>) -> Self {
        Self { scripts: Some(scripts), ..self }
    }

    fn words(&self, text: &str, words: &mut Vec<Word>) -> Result<()> {
        words.clear();
        match self.cut {
            Cut::Simple => scripts::words_by(text, self.scripts.as_deref(), |word| words.push(word))?,
            Cut::Whitespace => segmentation::runs(text, |word| words.push(word)),
            Cut::Whole if text.trim().is_empty() => {}
            Cut::Whole => {
                let end = text.chars().count() as u32;
                words.push(Word { from: 0, to: text.len(), start: 0, end, needs_form: false, shape: Shape::default() });
            }
        }
        Ok(())
    }

    /// Takes some words of a text, whose hashes are known.
    #[allow(clippy::too_many_arguments)]
    fn take(
        &self,
        text: &str,
        words: &[Word],
        hashes: &[u64],
        range: Range<usize>,
        wanted: &mut Wanted<'_>,
        analyzed: &mut Analyzed,
        numbering: &mut Numbering<'_>,
    ) {
        let mut last: Option<&Word> = range.start.checked_sub(1).map(|last| &words[last]);
        for at in range {
            let word = &words[at];
            let position = analyzed.end_position;
            analyzed.sentences.extend(sentence(text, last, word, position));
            analyzed.end_position += 1;
            last = Some(word);
            if wanted.passes_over(position) {
                continue;
            }
            numbering.approach(hashes, at);
            let written = &text[word.from..word.to];
            let (form, _) = if word.needs_form {
                numbering.number(&folding::form(written), Context::NONE)
            } else {
                numbering.number_hashed(written, hashes[at], Context::NONE)
            };
            analyzed.tokens.push(Token { position, position_length: 1, start: word.start, end: word.end, form });
        }
        analyzed.length = analyzed.end_position;
    }
}

impl Analyzer for PlainAnalyzer {
    fn allow(&self, bytes: usize) {
        self.generation.allow(bytes);
    }

    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        let forms = self.generation.current();
        let itself = Itself { folds: self.cut == Cut::Simple };
        prepare(into, texts.len());
        let (mut unknown, mut words, mut hashes) = (Unknown::default(), Vec::new(), Vec::new());
        for (text, analyzed) in texts.iter().zip(into.iter_mut()) {
            self.words(text, &mut words)?;
            hash_words(text, &words, &mut hashes);
            let numbering = &mut Numbering::new(&forms, &mut unknown, &itself);
            self.take(text, &words, &hashes, 0..words.len(), &mut Wanted(None), analyzed, numbering);
        }
        unknown.settle(&forms, into, |_, form, context, keys| itself.keys(form, context, keys))?;
        Ok(forms)
    }

    fn analyze_at(
        &self,
        text: &str,
        wanted: Option<&[u32]>,
        goes_on: &dyn Fn() -> Result<()>,
        into: &mut Analyzed,
    ) -> Result<Arc<Forms>> {
        let forms = self.generation.current();
        let itself = Itself { folds: self.cut == Cut::Simple };
        into.clear();
        let (mut unknown, mut words, mut hashes) = (Unknown::default(), Vec::new(), Vec::new());
        self.words(text, &mut words)?;
        hash_words(text, &words, &mut hashes);
        let mut wanted = Wanted(wanted);
        for start in (0..words.len()).step_by(BETWEEN_QUESTIONS) {
            goes_on()?;
            let range = start..words.len().min(start + BETWEEN_QUESTIONS);
            let numbering = &mut Numbering::new(&forms, &mut unknown, &itself);
            self.take(text, &words, &hashes, range, &mut wanted, into, numbering);
        }
        unknown
            .settle(&forms, std::slice::from_mut(into), |_, form, context, keys| itself.keys(form, context, keys))?;
        Ok(forms)
    }
}

/// The morphology of an analyzer that has none: a form is its own key.
pub(super) struct Itself {
    pub(super) folds: bool,
}

impl Morphology for Itself {
    fn keys(&self, form: &str, _: Context, into: &mut KeyLists) -> Result<()> {
        let folded = self.folds.then(|| folding::fold(form));
        into.push(KeyKind::Surface, folded.as_deref().unwrap_or(form), 1.0, Rule::Form);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn positions_offsets_and_sentences_point_into_the_text() {
        let analyzer = PlainAnalyzer::new(Cut::Simple);
        let mut into = Vec::new();
        let text = "  «Шёл дождь. Он — А. С. Пушкин.\n\nДа!»";
        let forms = analyzer.analyze_many(&[text], &mut into).unwrap();
        let view = forms.view();
        let tokens = &into[0].tokens;
        let words: Vec<_> = tokens.iter().map(|token| (token.position, view.form(token.form), token.start)).collect();
        assert_eq!(words[0], (0, "Шёл", 3));
        assert_eq!(words[6], (6, "Да", 34));
        assert_eq!(view.keys(tokens[0].form).next().unwrap().text, "шел");
        let starts: Vec<_> =
            into[0].sentences.iter().map(|start| (start.position, start.start, start.paragraph)).collect();
        assert_eq!(starts, [(0, 2, true), (2, 14, false), (6, 34, true)]);
        assert_eq!((into[0].length, into[0].end_position), (7, 7));
    }

    #[test]
    fn whitespace_and_whole_fold_nothing() {
        let mut into = Vec::new();
        let forms = PlainAnalyzer::new(Cut::Whitespace).analyze_many(&["ГОСТ 25-87", " \n"], &mut into).unwrap();
        assert_eq!(forms.view().keys(into[0].tokens[1].form).next().unwrap().text, "25-87");
        assert!(into[1].tokens.is_empty());
        PlainAnalyzer::new(Cut::Whole).analyze_many(&["Кодекс РФ", " "], &mut into).unwrap();
        assert_eq!((into[0].tokens.len(), into[1].tokens.len()), (1, 0));
    }

    proptest! {
        #[test]
        fn any_text_has_ordered_tokens_and_sentences(text in "[а-яА-ЯёЁ .!?\\n«»—\\-\u{301}a-z0-9]{0,80}") {
            let mut into = Vec::new();
            PlainAnalyzer::new(Cut::Simple).analyze_many(&[&text], &mut into).unwrap();
            let analyzed = &into[0];
            prop_assert!(analyzed.tokens.windows(2).all(|pair| pair[0].end <= pair[1].start));
            prop_assert!(analyzed.sentences.windows(2).all(|pair| pair[0].position < pair[1].position));
            for start in &analyzed.sentences {
                let token = analyzed.tokens[start.position as usize];
                prop_assert!(start.start <= token.start);
                prop_assert!(start.position == 0 || analyzed.tokens[start.position as usize - 1].end <= start.start);
            }
            prop_assert_eq!(analyzed.sentences.is_empty(), analyzed.tokens.is_empty());
        }
    }
}
