//! The Russian analyzer: walks the words of a text, sees what stands around each, and asks morphology for the keys of
//! every form in its context once.
//!
//! Most words are one token at one position. What is more than one word (a hyphenated word, a number in groups, a date, an
//! abbreviation of several letters) is a token of its own at the position of its first word, spanning them all; the words
//! stand beside it at positions of their own.

use std::borrow::Cow;
use std::sync::Arc;

use super::analyzer::{Analyzer, BETWEEN_QUESTIONS, Wanted, prepare, sentence};
use super::capitals::{Capitals, capitals};
use super::context::Context;
use super::dates;
use super::folding;
use super::forms::{Forms, Morphology};
use super::hyphens;
use super::numbering::{Generation, Numbering, Unknown, hash_words};
use super::numbers::{self, Piece};
use super::scripts::{self, ForeignScripts};
use super::segmentation::Word;
use super::sequences;
use super::surroundings;
use super::token::{Analyzed, FormId, Token};
use crate::Result;

/// Words by Unicode's rules, Russian morphology for their keys, sentence and paragraph marks.
pub struct RussianAnalyzer {
    morphology: Arc<dyn Morphology>,
    scripts: Option<Arc<dyn ForeignScripts>>,
    generation: Generation,
}

impl RussianAnalyzer {
    /// An analyzer with an empty cache of forms. Scripts written without spaces are cut by Unicode's rules alone.
    pub fn new(morphology: Arc<dyn Morphology>) -> Self {
        Self { morphology, scripts: None, generation: Generation::default() }
    }

    /// The analyzer with somebody who knows the words of scripts written without spaces.
    #[must_use]
    pub fn with_scripts(self, scripts: Arc<dyn ForeignScripts>) -> Self {
        Self { scripts: Some(scripts), ..self }
    }

    fn analyze(&self, texts: &[&str], mode: Mode, into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        let forms = self.generation.current();
        prepare(into, texts.len());
        let mut unknown = Unknown::default();
        let (mut words, mut hashes) = (Vec::new(), Vec::new());
        for (text, analyzed) in texts.iter().zip(into.iter_mut()) {
            words.clear();
            // No lock is held here: the scripts may need the interpreter's.
            scripts::words_by(text, self.scripts.as_deref(), |word| words.push(word))?;
            hash_words(text, &words, &mut hashes);
            let numbering = Numbering::new(&forms, &mut unknown, &*self.morphology);
            let (line, wanted) = (Line::default(), Wanted(None));
            Walk { text, words: &words, hashes: &hashes, mode, numbering, analyzed, line, wanted }.run();
        }
        unknown.settle(&forms, into, |_, form, context, keys| self.morphology.keys(form, context, keys))?;
        Ok(forms)
    }
}

impl Analyzer for RussianAnalyzer {
    fn allow(&self, bytes: usize) {
        self.generation.allow(bytes);
    }

    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        self.analyze(texts, Mode::Document, into)
    }

    fn analyze_at(
        &self,
        text: &str,
        wanted: Option<&[u32]>,
        goes_on: &dyn Fn() -> Result<()>,
        into: &mut Analyzed,
    ) -> Result<Arc<Forms>> {
        let forms = self.generation.current();
        into.clear();
        let (mut words, mut hashes) = (Vec::new(), Vec::new());
        scripts::words_by(text, self.scripts.as_deref(), |word| words.push(word))?;
        hash_words(text, &words, &mut hashes);
        let (mut unknown, mut line, mut wanted) = (Unknown::default(), Line::default(), Wanted(wanted));
        let mut at = 0;
        while at < words.len() {
            // The answer may need the interpreter, so the forms are not locked meanwhile.
            goes_on()?;
            let numbering = Numbering::new(&forms, &mut unknown, &*self.morphology);
            let mode = Mode::Document;
            let (words, hashes, analyzed) = (&words, &hashes, &mut *into);
            let mut walk = Walk { text, words, hashes, mode, numbering, analyzed, line, wanted };
            at = walk.walk(at, words.len().min(at + BETWEEN_QUESTIONS));
            Walk { line, wanted, .. } = walk;
        }
        into.length = into.end_position;
        unknown.settle(&forms, std::slice::from_mut(into), |_, form, context, keys| {
            self.morphology.keys(form, context, keys)
        })?;
        Ok(forms)
    }

    fn analyze_query(&self, text: &str, shouted: bool, into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        self.analyze(&[text], Mode::Query { shouted }, into)
    }
}

/// What is analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Document,
    /// Words of a query; whether it has several words and no small letter.
    Query {
        shouted: bool,
    },
}

/// The words of a day, the groups of a number.
const MOST_PIECES: usize = 6;

/// A hyphenated word has at most so many parts: more is no word.
const MOST_PARTS: usize = 6;

struct Walk<'t, 'n, 'w> {
    text: &'t str,
    words: &'t [Word],
    hashes: &'t [u64],
    mode: Mode,
    numbering: Numbering<'n>,
    analyzed: &'t mut Analyzed,
    line: Line,
    wanted: Wanted<'w>,
}

impl<'t> Walk<'t, '_, '_> {
    fn run(mut self) {
        self.walk(0, self.words.len());
        self.analyzed.length = self.analyzed.end_position;
    }

    /// Walks the words from `at` on, to `end` at least; returns the word it has come to.
    fn walk(&mut self, mut at: usize, end: usize) -> usize {
        while at < end {
            let word = &self.words[at];
            let last = at.checked_sub(1).map(|last| &self.words[last]);
            let begins = sentence(self.text, last, word, self.analyzed.end_position);
            self.analyzed.sentences.extend(begins);
            at += self.take(at, begins.is_some());
        }
        at
    }

    #[inline]
    fn is_passed_over(&mut self) -> bool {
        self.wanted.passes_over(self.analyzed.end_position)
    }

    /// Takes the word at `at` and what belongs to it; returns how many words that are.
    #[inline]
    fn take(&mut self, at: usize, begins: bool) -> usize {
        let word = &self.words[at];
        let after = self.text.as_bytes().get(word.to);
        // Nearly every word is followed by a space or a comma and has no digit in it.
        if (word.shape.has_digit() || !matches!(after, Some(b' ' | b',' | b'\n')))
            && let Some(taken) = self.take_long(at, begins)
        {
            return taken;
        }
        self.take_word(at, begins);
        1
    }

    /// Takes what is longer than a word, if that begins here.
    #[cold]
    fn take_long(&mut self, at: usize, begins: bool) -> Option<usize> {
        if self.words[at].shape.is_number()
            && let Some(taken) = self.take_number(at, begins)
        {
            return Some(taken);
        }
        if let Some(taken) = self.take_sequence(at) {
            return Some(taken);
        }
        let parts = self.parts(at);
        if parts > 1 {
            return Some(self.take_hyphenated(at, parts, begins));
        }
        if self.is_broken(at) {
            let whole = format!("{}{}", self.form(at), self.form(at + 1));
            let context = self.context_of(at, &whole, begins);
            return Some(self.take_whole(at, 2, &whole, context, begins));
        }
        None
    }

    /// Takes an abbreviation of several words: each stands at its position for its own word.
    fn take_sequence(&mut self, at: usize) -> Option<usize> {
        let after = self.text.as_bytes().get(self.words[at].to).copied();
        if !sequences::may_begin(self.written(at), after) {
            return None;
        }
        let parts = &sequences::sequence(&self.pieces(at))?.parts;
        let context = self.query() | Context::PART;
        for (word, part) in self.words[at..].iter().zip(parts) {
            if !self.is_passed_over() {
                let (number, _) = self.numbering.number(&part.name, context);
                self.push(number, word.start, word.end, 1);
            }
            self.analyzed.end_position += 1;
        }
        Some(parts.len())
    }

    /// The next few words with what stands between them.
    fn pieces(&self, at: usize) -> Vec<Piece<'t>> {
        let ahead = at..self.words.len().min(at + MOST_PIECES);
        let gap = |word: usize| word.checked_sub(1).and_then(|before| self.gap(before)).unwrap_or("");
        ahead.map(|word| Piece { text: self.written(word), gap: gap(word) }).collect()
    }

    fn query(&self) -> Context {
        Context::NONE.with(Context::QUERY, self.mode != Mode::Document)
    }

    /// Takes a day or a number in groups that begins here.
    fn take_number(&mut self, at: usize, begins: bool) -> Option<usize> {
        let pieces = self.pieces(at);
        let query = self.query();
        if let Some((count, day)) = dates::spelled(&pieces) {
            return Some(self.take_whole(at, count, &day, query | Context::DATE, begins));
        }
        let (count, number) = numbers::grouped(&pieces)?;
        Some(self.take_whole(at, count, &number, query | Context::NUMBER, begins))
    }

    fn take_hyphenated(&mut self, at: usize, parts: usize, begins: bool) -> usize {
        let mut whole = self.form(at).into_owned();
        for part in at + 1..at + parts {
            whole.push('-');
            whole.push_str(&self.form(part));
        }
        if !whole.chars().any(char::is_alphabetic) {
            // What follows the hyphen may begin a day or a number in groups: 4-5 ноября 2025, 10-12 000.
            self.take_word(at, begins);
            return 1;
        }
        let context = self.context_of(at, &whole, begins) | Context::WHOLE;
        self.take_whole(at, parts, &whole, context, begins)
    }

    /// Takes so many words as one of `form`, and as words of their own unless the form says that they are none.
    fn take_whole(&mut self, at: usize, count: usize, form: &str, context: Context, begins: bool) -> usize {
        // Also a form that nobody asks for gets a number: what is known of it then tells how many positions it has.
        let (number, facts) = self.numbering.number(form, context);
        if !self.is_passed_over() {
            let (start, end) = (self.words[at].start, self.words[at + count - 1].end);
            self.push(number, start, end, if facts.indivisible { 1 } else { count as u16 });
        }
        if facts.indivisible {
            self.analyzed.end_position += 1;
        } else {
            self.take_words(at, count, begins);
        }
        count
    }

    fn take_words(&mut self, at: usize, count: usize, begins: bool) {
        for word in at..at + count {
            self.take_word(word, begins && word == at);
        }
    }

    #[inline]
    fn take_word(&mut self, at: usize, begins: bool) {
        if self.is_passed_over() {
            self.analyzed.end_position += 1;
            return;
        }
        self.numbering.approach(self.hashes, at);
        let word = &self.words[at];
        let form = self.form(at);
        let context = self.context_of(at, &form, begins);
        let (mut number, facts) = if word.needs_form {
            self.numbering.number(&form, context)
        } else {
            self.numbering.number_hashed(&form, self.hashes[at], context)
        };
        if facts.sensitive != Context::NONE {
            let around = self.around(at, facts.sensitive);
            if around != Context::NONE {
                (number, _) = self.numbering.number(&form, context | around);
            }
        }
        self.push(number, word.start, word.end, 1);
        self.analyzed.end_position += 1;
    }

    fn push(&mut self, form: FormId, start: u32, end: u32, position_length: u16) {
        let position = self.analyzed.end_position;
        self.analyzed.tokens.push(Token { position, position_length, start, end, form });
    }

    #[inline]
    fn written(&self, at: usize) -> &'t str {
        let word = &self.words[at];
        &self.text[word.from..word.to]
    }

    #[inline]
    fn form(&self, at: usize) -> Cow<'t, str> {
        let written = self.written(at);
        if self.words[at].needs_form { folding::form(written).into() } else { written.into() }
    }

    /// What stands between a word and the next.
    fn gap(&self, at: usize) -> Option<&'t str> {
        Some(&self.text[self.words[at].to..self.words.get(at + 1)?.from])
    }

    /// How many words from here are parts of one hyphenated word.
    fn parts(&self, at: usize) -> usize {
        let mut parts = 1;
        while parts < MOST_PARTS && self.gap(at + parts - 1).is_some_and(is_hyphen) {
            parts += 1;
        }
        parts
    }

    /// Whether a word goes on in the next line.
    fn is_broken(&self, at: usize) -> bool {
        let next = self.words.get(at + 1).and_then(|_| self.written(at + 1).chars().next());
        match (self.gap(at), next) {
            (Some(gap), Some(next)) => hyphens::goes_on(self.written(at), gap, next),
            _ => false,
        }
    }

    /// What the form itself and its place in the sentence tell.
    #[inline]
    fn context_of(&mut self, at: usize, form: &str, begins: bool) -> Context {
        let context = self.query();
        if !self.words[at].shape.starts_upper() {
            return context;
        }
        match capitals(form) {
            Capitals::None => context,
            Capitals::First => context.with(Context::NAME, context.has(Context::QUERY) || !begins || self.is_alone(at)),
            Capitals::Several => match self.mode {
                Mode::Query { shouted: true } => context | Context::SHOUTED,
                Mode::Query { shouted: false } => context | Context::ACRONYM,
                Mode::Document => context.with(Context::ACRONYM, self.line.has_small(self.text, self.words[at].from)),
            },
        }
    }

    /// Whether the word after this one, if there is any, begins another sentence.
    fn is_alone(&self, at: usize) -> bool {
        self.words.get(at + 1).is_none_or(|next| sentence(self.text, self.words.get(at), next, 0).is_some())
    }

    /// What stands around a word.
    #[cold]
    fn around(&self, at: usize, sensitive: Context) -> Context {
        let after = surroundings::after(&self.text[self.words[at].to..]);
        if sensitive.has(Context::ONLY_WITH_STOP) && !after.has(Context::STOP_AFTER) {
            return Context::NONE;
        }
        let before = at.checked_sub(1).and_then(|before| Some((self.written(before), self.gap(before)?)));
        (before.map_or(Context::NONE, |(word, gap)| surroundings::before(word, gap)) | after) & sensitive
    }
}

fn is_hyphen(gap: &str) -> bool {
    matches!(gap, "-" | "\u{2010}" | "\u{2011}")
}

/// Whether the line of a text has small letters. Words come in order, so a line is read once.
#[derive(Default)]
struct Line {
    /// Where the line that was read last ends.
    to: usize,
    small: bool,
}

impl Line {
    fn has_small(&mut self, text: &str, at: usize) -> bool {
        if at >= self.to {
            let from = text[..at].rfind('\n').map_or(0, |stop| stop + 1);
            self.to = text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
            self.small = text[from..self.to].chars().any(char::is_lowercase);
        }
        self.small
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::super::context::Facts;
    use super::super::key_lists::KeyLists;
    use super::super::token::{KeyKind, Rule};
    use super::*;

    /// Keys are the form with what stands around it; remembers what it was asked for.
    #[derive(Default)]
    struct Recorder {
        asked: Mutex<Vec<String>>,
    }

    impl Morphology for Recorder {
        fn facts(&self, form: &str, context: Context) -> Facts {
            let around = Context::NUMBER_BEFORE | Context::STOP_AFTER | Context::CAPITAL_AFTER;
            Facts {
                sensitive: if form == "г" { around } else { Context::NONE },
                indivisible: context.has(Context::WHOLE) && form == "кто-то",
            }
        }

        fn keys(&self, form: &str, context: Context, into: &mut KeyLists) -> Result<()> {
            let named = [
                (Context::NAME, "name"),
                (Context::ACRONYM, "acronym"),
                (Context::SHOUTED, "shouted"),
                (Context::NUMBER_BEFORE, "number before"),
                (Context::STOP_AFTER, "stop after"),
                (Context::CAPITAL_AFTER, "capital after"),
                (Context::WHOLE, "whole"),
            ];
            let around: Vec<&str> = named.iter().filter(|(one, _)| context.has(*one)).map(|(_, name)| *name).collect();
            let text = if around.is_empty() { form.to_owned() } else { format!("{form} ({})", around.join(", ")) };
            self.asked.lock().unwrap().push(text.clone());
            into.add(KeyKind::Surface, &text, 1.0, Rule::Form);
            Ok(())
        }
    }

    fn analyzed(text: &str, query: Option<bool>) -> Vec<(u32, u16, String)> {
        let analyzer = RussianAnalyzer::new(Arc::new(Recorder::default()));
        let mut into = Vec::new();
        let forms = match query {
            None => analyzer.analyze_many(&[text], &mut into),
            Some(shouted) => analyzer.analyze_query(text, shouted, &mut into),
        };
        let forms = forms.unwrap();
        let view = forms.view();
        let tokens = into[0].tokens.iter();
        tokens
            .map(|token| (token.position, token.position_length, view.keys(token.form).next().unwrap().text.to_owned()))
            .collect()
    }

    fn keys(text: &str, query: Option<bool>) -> String {
        analyzed(text, query).into_iter().map(|(_, _, key)| key).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn morphology_is_asked_once_for_a_form_in_a_context() {
        let morphology = Arc::new(Recorder::default());
        let analyzer = RussianAnalyzer::new(morphology.clone());
        let mut into = Vec::new();
        analyzer.analyze_many(&["Ёж и ёж", "и за\u{301}мок", "замок"], &mut into).unwrap();
        analyzer.analyze_many(&["замок и ёж"], &mut into).unwrap();
        let mut asked = morphology.asked.lock().unwrap().clone();
        asked.sort();
        assert_eq!(asked, ["Ёж", "замок", "и", "ёж"]);
    }

    #[test]
    fn a_full_generation_makes_room_for_a_new_one() {
        let analyzer = RussianAnalyzer::new(Arc::new(Recorder::default()));
        analyzer.allow(1);
        let mut into = Vec::new();
        let first = analyzer.analyze_many(&["раз два"], &mut into).unwrap();
        let second = analyzer.analyze_many(&["три"], &mut into).unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        assert_eq!((first.view().len(), second.view().form(into[0].tokens[0].form)), (2, "три"));
    }

    #[test]
    fn capitals_mean_a_name_inside_a_sentence_only() {
        assert_eq!(keys("Лиса съела Колобка. Вот как.", None), "Лиса|съела|Колобка (name)|Вот|как");
        assert_eq!(keys("Колобок. Сказка", None), "Колобок (name)|Сказка (name)");
        assert_eq!(keys("Лиса", Some(false)), "Лиса (name)");
    }

    #[test]
    fn capitals_mean_an_acronym_where_there_are_small_letters() {
        assert_eq!(keys("НИИ открыт\nНИИ ЗАКРЫТ\nв НИИ", None), "НИИ (acronym)|открыт|НИИ|ЗАКРЫТ|в|НИИ (acronym)");
        assert_eq!(keys("НИИ", Some(false)), "НИИ (acronym)");
        assert_eq!(keys("НИИ ЗАКРЫТ", Some(true)), "НИИ (shouted)|ЗАКРЫТ (shouted)");
    }

    #[test]
    fn what_stands_around_is_looked_at_where_it_matters() {
        assert_eq!(keys("в 1990 г. Тула", None), "в|1990|г (number before, stop after, capital after)|Тула (name)");
        assert_eq!(keys("г", None), "г");
    }

    #[test]
    fn a_hyphenated_word_is_a_whole_and_its_parts() {
        let word = |position, length, text: &str| (position, length, text.to_owned());
        let tokens = analyzed("про чудо-юдо тут", None);
        let expected = [
            word(0, 1, "про"),
            word(1, 2, "чудо-юдо (whole)"),
            word(1, 1, "чудо"),
            word(2, 1, "юдо"),
            word(3, 1, "тут"),
        ];
        assert_eq!(tokens, expected);
        assert_eq!(keys("кто-то", None), "кто-то (whole)");
        assert_eq!(keys("10-15 раз", None), "10|15|раз");
        assert_eq!(keys("раз - два", None), "раз|два");
    }

    #[test]
    fn days_and_grouped_numbers_are_wholes() {
        assert_eq!(keys("с 4 ноября 2025 года", None), "с|2025-11-04|4|ноября|2025|года");
        assert_eq!(keys("2025-11-04", None), "2025-11-04|2025|11|04");
        assert_eq!(keys("на 12 345,5 рубля", None), "на|12345.5|12|345,5|рубля");
    }

    #[test]
    fn a_day_may_follow_a_hyphen() {
        assert_eq!(keys("4-5 ноября 2025", None), "4|2025-11-05|5|ноября|2025");
        assert_eq!(keys("10-12 000 раз", None), "10|12000|12|000|раз");
    }

    #[test]
    fn a_word_broken_at_the_end_of_a_line_is_whole_as_well() {
        assert_eq!(keys("боль-\n  шой", None), "большой|боль|шой");
        assert_eq!(keys("Нью-\nЙорк", None), "Нью|Йорк (name)");
    }

    #[test]
    fn an_analysis_ends_when_it_is_told_to() {
        let analyzer = RussianAnalyzer::new(Arc::new(Recorder::default()));
        let ended = analyzer.analyze_at("ёж", None, &|| Err(crate::Error::Interrupted), &mut Analyzed::default());
        assert!(matches!(ended, Err(crate::Error::Interrupted)));
    }

    proptest! {
        #[test]
        fn tokens_at_wanted_positions_are_those_of_the_whole_text(
            pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30),
            chosen in prop::collection::vec(any::<bool>(), 60),
        ) {
            let text = pieces.concat();
            let analyzer = RussianAnalyzer::new(Arc::new(Recorder::default()));
            let mut all = Vec::new();
            analyzer.analyze_many(&[&text], &mut all).unwrap();
            let mut here = Analyzed::default();
            analyzer.analyze_at(&text, None, &|| Ok(()), &mut here).unwrap();
            prop_assert_eq!(&here, &all[0]);
            let is_chosen = |position: u32| chosen.get(position as usize).is_none_or(|&chosen| chosen);
            let wanted: Vec<u32> = (0..all[0].end_position).filter(|&position| is_chosen(position)).collect();
            analyzer.analyze_at(&text, Some(&wanted), &|| Ok(()), &mut here).unwrap();
            all[0].tokens.retain(|token| is_chosen(token.position));
            prop_assert_eq!(&here, &all[0]);
        }
    }

    const PIECES: &[&str] = &[
        "Ёж ",
        "ёж ",
        "ООН. ",
        "кто-то ",
        "север-юг ",
        "пере-\nнос ",
        "10 000 ",
        "4 ноября 2025 ",
        "г. ",
        "и т. д. ",
        "— ",
        "5-й ",
        "\n\n",
        "США, ",
    ];
}
