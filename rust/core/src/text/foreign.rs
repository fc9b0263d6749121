//! Analyzers of the caller's own: their tokens are checked, their lists of keys take the place of forms.

use std::fmt::Write;
use std::sync::Arc;

use super::analyzer::{Analyzer, prepare};
use super::context::{Context, Facts};
use super::forms::{Forms, Morphology};
use super::key_lists::KeyLists;
use super::numbering::{Generation, Numbering, Unknown};
use super::token::{Analyzed, Key, SentenceStart, Token};
use crate::{Error, Result};

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
    fn allow(&self, bytes: usize) {
        self.generation.allow(bytes);
    }

    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        let lists = self.tokens.tokens(texts)?;
        if lists.len() != texts.len() {
            let (asked, given) = (texts.len(), lists.len());
            return Err(Error::Analysis(format!("the analyzer was given {asked} texts and answered {given}")));
        }
        let forms = self.generation.current();
        prepare(into, texts.len());
        let mut unknown = Unknown::default();
        let mut keys = Vec::new();
        for ((text, tokens), analyzed) in texts.iter().zip(lists).zip(into.iter_mut()) {
            let end = text.chars().count() as u32;
            for token in tokens {
                check(&token, analyzed, end)?;
                let known = unknown.forms.len();
                let (form, _) = Numbering::new(&forms, &mut unknown, &Given).number(&name(&token.keys), Context::NONE);
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
        unknown.settle(&forms, into, |number, _, _, lists| {
            let list = keys[number as usize].iter();
            list.for_each(|key| lists.push(key.kind, &key.text, key.weight, key.rule));
            Ok(())
        })?;
        Ok(forms)
    }
}

/// Stands for a morphology where lists of keys are given: what a list means depends on nothing.
struct Given;

impl Morphology for Given {
    fn facts(&self, _: &str, _: Context) -> Facts {
        Facts::NONE
    }

    fn keys(&self, form: &str, _: Context, _: &mut KeyLists) -> Result<()> {
        Err(Error::Analysis(format!("the list of keys {form:?} was not given")))
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
    use super::*;
    use crate::text::token::{KeyKind, Rule};

    struct Fixed(Vec<ForeignToken>);

    impl ForeignTokens for Fixed {
        fn tokens(&self, texts: &[&str]) -> Result<Vec<Vec<ForeignToken>>> {
            Ok(vec![self.0.clone(); texts.len()])
        }
    }

    fn token(position: u32, start: u32, end: u32, text: &str) -> ForeignToken {
        let keys = vec![Key::new(KeyKind::Lemma, text, 1.0, Rule::Given)];
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
}
