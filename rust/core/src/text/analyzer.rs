//! Analyzers: segmentation, folding, sentence marks and the keys of forms put together.

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::folding;
use super::forms::{Forms, FormsView, Morphology};
use super::segmentation::{self, Word};
use super::sentences;
use super::token::{Analyzed, FormId, Key, KeyKind, SentenceStart, Token};
use crate::{Error, Result};

/// Turns texts into tokens whose forms have keys.
pub trait Analyzer: Send + Sync {
    /// Analyses each text into the `Analyzed` of the same place (`into` is made as long as `texts`,
    /// its memory reused). Returns the generation of forms that the tokens' form numbers belong to:
    /// one for all texts of the call. Morphology is asked at most once, for all new forms together.
    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>>;
}

/// A generation of forms is left for a new one when it holds so many: about 300 MB.
const MOST_FORMS: usize = 2_000_000;

/// The forms of an analyzer: the generation in use.
#[derive(Default)]
struct Generation {
    forms: Mutex<Arc<Forms>>,
}

impl Generation {
    fn current(&self, most: usize) -> Arc<Forms> {
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if forms.view().len() >= most {
            *forms = Arc::default();
        }
        forms.clone()
    }
}

/// A form that has no number yet is numbered from here until morphology was asked.
const UNKNOWN: FormId = 1 << 31;

/// The forms of one call that have no keys yet.
#[derive(Default)]
struct Unknown {
    numbers: FxHashMap<Box<str>, FormId>,
    forms: Vec<Box<str>>,
}

impl Unknown {
    fn number(&mut self, view: &FormsView<'_>, form: &str) -> FormId {
        if let Some(number) = view.number(form).or_else(|| self.numbers.get(form).copied()) {
            return number;
        }
        let number = UNKNOWN + self.forms.len() as FormId;
        self.numbers.insert(form.into(), number);
        self.forms.push(form.into());
        number
    }

    /// Gives the forms of this call their keys and the tokens their numbers.
    fn settle(self, forms: &Forms, keys: Vec<Vec<Key>>, texts: &mut [Analyzed]) -> Result<()> {
        let numbers = forms.add(&self.forms, keys)?;
        for token in texts.iter_mut().flat_map(|text| &mut text.tokens) {
            if token.form >= UNKNOWN {
                token.form = numbers[(token.form - UNKNOWN) as usize];
            }
        }
        Ok(())
    }
}

fn prepare(into: &mut Vec<Analyzed>, length: usize) {
    into.resize_with(length, Analyzed::default);
    into.iter_mut().for_each(Analyzed::clear);
}

/// Words by Unicode's rules, Russian morphology for their keys, sentence and paragraph marks.
pub struct RussianAnalyzer {
    cut: Cutter,
}

impl RussianAnalyzer {
    /// An analyzer with an empty cache of forms.
    pub fn new(morphology: Arc<dyn Morphology>) -> Self {
        Self { cut: Cutter::new(Cut::Simple, morphology) }
    }
}

impl Analyzer for RussianAnalyzer {
    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        self.cut.analyze_many(texts, into)
    }
}

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

/// An analyzer without morphology: every token has its own text as its one surface key.
pub struct PlainAnalyzer {
    cut: Cutter,
}

impl PlainAnalyzer {
    /// An analyzer that cuts in this way.
    pub fn new(cut: Cut) -> Self {
        Self { cut: Cutter::new(cut, Arc::new(Itself { folds: cut == Cut::Simple })) }
    }
}

impl Analyzer for PlainAnalyzer {
    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        self.cut.analyze_many(texts, into)
    }
}

/// The morphology of an analyzer that has none: a form is its own key.
struct Itself {
    folds: bool,
}

impl Morphology for Itself {
    fn keys(&self, forms: &[&str]) -> Result<Vec<Vec<Key>>> {
        let text = |form: &str| if self.folds { folding::fold(form) } else { form.to_owned() };
        let key = |form: &&str| Key { kind: KeyKind::Surface, text: text(form).into(), weight: 1.0 };
        Ok(forms.iter().map(|form| vec![key(form)]).collect())
    }
}

/// Cuts texts and asks for the keys of the forms: what Russian and plain analyzers share.
struct Cutter {
    cut: Cut,
    morphology: Arc<dyn Morphology>,
    generation: Generation,
    most_forms: usize,
}

impl Cutter {
    fn new(cut: Cut, morphology: Arc<dyn Morphology>) -> Self {
        Self { cut, morphology, generation: Generation::default(), most_forms: MOST_FORMS }
    }

    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        let forms = self.generation.current(self.most_forms);
        prepare(into, texts.len());
        let mut unknown = Unknown::default();
        for (text, analyzed) in texts.iter().zip(into.iter_mut()) {
            let view = forms.view();
            self.cut(text, analyzed, |form| unknown.number(&view, form));
        }
        if !unknown.forms.is_empty() {
            // No lock is held here: morphology may need the interpreter's.
            let asked: Vec<&str> = unknown.forms.iter().map(|form| &**form).collect();
            let keys = self.morphology.keys(&asked)?;
            unknown.settle(&forms, keys, into)?;
        }
        Ok(forms)
    }

    fn cut(&self, text: &str, analyzed: &mut Analyzed, mut number: impl FnMut(&str) -> FormId) {
        let mut last: Option<Word> = None;
        let mut take = |word: Word| {
            let written = &text[word.from..word.to];
            let form = if word.needs_form { number(&folding::form(written)) } else { number(written) };
            let position = analyzed.end_position;
            if let Some(start) = sentence(text, last, word) {
                analyzed.sentences.push(SentenceStart { position, ..start });
            }
            analyzed.tokens.push(Token { position, position_length: 1, start: word.start, end: word.end, form });
            analyzed.end_position += 1;
            last = Some(word);
        };
        match self.cut {
            Cut::Simple => segmentation::words(text, take),
            Cut::Whitespace => segmentation::runs(text, take),
            Cut::Whole if text.trim().is_empty() => {}
            Cut::Whole => {
                let end = text.chars().count() as u32;
                take(Word { from: 0, to: text.len(), start: 0, end, needs_form: false });
            }
        }
        analyzed.length = analyzed.end_position;
    }
}

/// The sentence that begins with a word, if one does; its position is left to the caller.
fn sentence(text: &str, last: Option<Word>, word: Word) -> Option<SentenceStart> {
    let Some(last) = last else {
        // The first sentence begins where the text does, with its opening quote or dash.
        let skipped = text[..word.from].chars().take_while(|character| character.is_whitespace()).count() as u32;
        return Some(SentenceStart { position: 0, start: skipped, paragraph: true });
    };
    let gap = &text[last.to..word.from];
    let next = text[word.from..].chars().next()?;
    let border = sentences::border(&text[last.from..last.to], gap, next)?;
    Some(SentenceStart { position: 0, start: last.end + border.skipped, paragraph: border.paragraph })
}

/// One token of a foreign analyzer (a Python callable): its place and its own keys.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignToken {
    /// Its position; positions never go down.
    pub position: u32,
    /// How many positions it spans.
    pub position_length: u16,
    /// The first code point in the text.
    pub start: u32,
    /// The code point after the last.
    pub end: u32,
    /// Its keys, best first.
    pub keys: Vec<Key>,
}

/// Cuts texts outside this crate.
pub trait ForeignTokens: Send + Sync {
    /// The tokens of each text, in order.
    fn tokens(&self, texts: &[&str]) -> Result<Vec<Vec<ForeignToken>>>;
}

/// An analyzer whose tokens and keys come from outside; each different list of keys is one form.
/// Refuses with `Error::Analysis` tokens whose positions go down, whose offsets leave the text, that have no
/// keys or empty keys. The text is one sentence.
pub struct ForeignAnalyzer {
    tokens: Arc<dyn ForeignTokens>,
    generation: Generation,
}

impl ForeignAnalyzer {
    /// An analyzer that asks `tokens`.
    pub fn new(tokens: Arc<dyn ForeignTokens>) -> Self {
        Self { tokens, generation: Generation::default() }
    }
}

/// The farthest position a foreign token may have: far beyond any text, and far from overflow.
const FARTHEST: u32 = 1 << 30;

impl Analyzer for ForeignAnalyzer {
    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        let lists = self.tokens.tokens(texts)?;
        if lists.len() != texts.len() {
            let (asked, given) = (texts.len(), lists.len());
            return Err(Error::Analysis(format!("the analyzer was given {asked} texts and answered {given}")));
        }
        let forms = self.generation.current(MOST_FORMS);
        prepare(into, texts.len());
        let mut unknown = Unknown::default();
        let mut keys = Vec::new();
        for ((text, tokens), analyzed) in texts.iter().zip(lists).zip(into.iter_mut()) {
            let view = forms.view();
            let end = text.chars().count() as u32;
            for token in tokens {
                check(&token, analyzed, end)?;
                let known = unknown.forms.len();
                let form = unknown.number(&view, &name(&token.keys));
                if unknown.forms.len() > known {
                    keys.push(token.keys);
                }
                if analyzed.tokens.last().is_none_or(|last| last.position < token.position) {
                    analyzed.length += 1;
                }
                let ForeignToken { position, position_length, start, end, .. } = token;
                analyzed.end_position = position + 1;
                analyzed.tokens.push(Token { position, position_length, start, end, form });
            }
            let first = analyzed.tokens.first().map(|first| first.position);
            analyzed.sentences.extend(first.map(|position| SentenceStart { position, start: 0, paragraph: true }));
        }
        unknown.settle(&forms, keys, into)?;
        Ok(forms)
    }
}

/// Different lists of keys have different names, which stand for forms.
fn name(keys: &[Key]) -> String {
    let mut name = String::new();
    for key in keys {
        // Writing to a string does not fail.
        let _ = write!(name, "{}\0{}\0{}\0{}", key.kind as u8, key.weight.to_bits(), key.text.len(), key.text);
    }
    name
}

fn check(token: &ForeignToken, before: &Analyzed, end: u32) -> Result<()> {
    let refused = |what: String| Err(Error::Analysis(format!("the analyzer gave {token:?}: {what}")));
    if let Some(last) = before.tokens.last().filter(|last| last.position > token.position) {
        return refused(format!("its position is below {}, that of the token before", last.position));
    }
    if token.position >= FARTHEST {
        return refused(format!("positions stay below {FARTHEST}"));
    }
    if token.start > token.end || token.end > end {
        return refused(format!("its offsets leave the text of {end} characters"));
    }
    if token.position_length == 0 {
        return refused("it spans no position".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;

    /// Counts how often it is asked, and for how many forms.
    #[derive(Default)]
    struct Counting {
        calls: AtomicUsize,
        forms: AtomicUsize,
    }

    impl Morphology for Counting {
        fn keys(&self, forms: &[&str]) -> Result<Vec<Vec<Key>>> {
            self.calls.fetch_add(1, Ordering::Relaxed);
            self.forms.fetch_add(forms.len(), Ordering::Relaxed);
            Itself { folds: true }.keys(forms)
        }
    }

    #[test]
    fn morphology_is_asked_once_a_call_for_forms_not_met_before() {
        let morphology = Arc::new(Counting::default());
        let analyzer = RussianAnalyzer::new(morphology.clone());
        let mut into = Vec::new();
        analyzer.analyze_many(&["Ёж и ёж", "и за\u{301}мок", "замок"], &mut into).unwrap();
        analyzer.analyze_many(&["замок и ёж"], &mut into).unwrap();
        assert_eq!((morphology.calls.load(Ordering::Relaxed), morphology.forms.load(Ordering::Relaxed)), (1, 4));
    }

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
        assert_eq!(view.keys(tokens[0].form)[0].text.as_ref(), "шел");
        let starts: Vec<_> =
            into[0].sentences.iter().map(|start| (start.position, start.start, start.paragraph)).collect();
        assert_eq!(starts, [(0, 2, true), (2, 14, false), (6, 34, true)]);
        assert_eq!((into[0].length, into[0].end_position), (7, 7));
    }

    #[test]
    fn whitespace_and_whole_fold_nothing() {
        let mut into = Vec::new();
        let forms = PlainAnalyzer::new(Cut::Whitespace).analyze_many(&["ГОСТ 25-87", " \n"], &mut into).unwrap();
        assert_eq!(forms.view().keys(into[0].tokens[1].form)[0].text.as_ref(), "25-87");
        assert!(into[1].tokens.is_empty());
        PlainAnalyzer::new(Cut::Whole).analyze_many(&["Кодекс РФ", " "], &mut into).unwrap();
        assert_eq!((into[0].tokens.len(), into[1].tokens.len()), (1, 0));
    }

    #[test]
    fn a_full_generation_makes_room_for_a_new_one() {
        let mut analyzer = RussianAnalyzer::new(Arc::new(Counting::default()));
        analyzer.cut.most_forms = 2;
        let mut into = Vec::new();
        let first = analyzer.analyze_many(&["раз два"], &mut into).unwrap();
        let second = analyzer.analyze_many(&["три"], &mut into).unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        assert_eq!((first.view().len(), second.view().form(into[0].tokens[0].form)), (2, "три"));
    }

    struct Fixed(Vec<ForeignToken>);

    impl ForeignTokens for Fixed {
        fn tokens(&self, texts: &[&str]) -> Result<Vec<Vec<ForeignToken>>> {
            Ok(vec![self.0.clone(); texts.len()])
        }
    }

    fn token(position: u32, start: u32, end: u32, text: &str) -> ForeignToken {
        let keys = vec![Key { kind: KeyKind::Lemma, text: text.into(), weight: 1.0 }];
        ForeignToken { position, position_length: 1, start, end, keys }
    }

    #[test]
    fn foreign_tokens_are_checked() {
        let mut into = Vec::new();
        let mut analyze = |tokens: Vec<ForeignToken>| {
            ForeignAnalyzer::new(Arc::new(Fixed(tokens)))
                .analyze_many(&["ёж и кот"], &mut into)
                .map(|_| into[0].clone())
        };
        let good = analyze(vec![token(0, 0, 2, "еж"), token(0, 0, 2, "ежи"), token(5, 5, 8, "кот")]).unwrap();
        assert_eq!((good.length, good.end_position, good.tokens.len()), (2, 6, 3));
        for bad in [
            vec![token(1, 0, 2, "еж"), token(0, 0, 2, "еж")],
            vec![token(0, 0, 9, "еж")],
            vec![token(0, 2, 1, "еж")],
            vec![token(0, 0, 1, "")],
            vec![token(u32::MAX, 0, 1, "еж")],
        ] {
            assert!(matches!(analyze(bad), Err(Error::Analysis(_))));
        }
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
