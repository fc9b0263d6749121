//! Patterns over the texts of keys: prefix, wildcard, regular expression, edit distance; as automata over the FST
//! and as a test of one text (for marking snippets). Patterns are folded like keys before they come here.

use fst::Automaton;

use super::chars::Utf8;
use super::dictionary::TermDictionary;
use super::fuzzy::{Fuzzy, MAX_DISTANCE};
use super::regex::Regex;
use super::wildcard::Wildcard;
use super::{cut, encode};
use crate::postings::TermInfo;
use crate::schema::FieldId;
use crate::text::token::KeyKind;
use crate::{Error, Result};

/// What a key's text must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Starts with this text.
    Prefix(String),
    /// `*` is any run of characters, `?` is one character; a backslash makes either, or a backslash, plain.
    Wildcard(String),
    /// The whole text matches this regular expression.
    Regex(String),
    /// Within so many edits (1 or 2; insertion, deletion, substitution, transposition of neighbours) of the text; no
    /// part of it is edited twice.
    Fuzzy {
        /// The text.
        text: String,
        /// The largest number of edits, 1 or 2.
        distance: u8,
    },
}

enum Kind {
    Prefix(String),
    Wildcard(Utf8<Wildcard>),
    Regex(Box<Regex>),
    Fuzzy(Utf8<Fuzzy>),
}

/// A pattern made ready for any number of dictionaries.
pub struct Matcher {
    kind: Kind,
}

impl Matcher {
    /// Compiles a pattern; one that is no regular expression or would need an automaton too large is
    /// `Error::UnsupportedQuery` with what is wrong and where.
    pub fn new(pattern: &Pattern) -> Result<Self> {
        let kind = match pattern {
            Pattern::Prefix(prefix) => Kind::Prefix(cut(prefix).to_owned()),
            Pattern::Wildcard(pattern) => Kind::Wildcard(Utf8(Wildcard::new(pattern)?)),
            Pattern::Regex(pattern) => Kind::Regex(Box::new(Regex::new(pattern)?)),
            Pattern::Fuzzy { text, distance: distance @ 1..=MAX_DISTANCE } => {
                Kind::Fuzzy(Utf8(Fuzzy::new(cut(text), *distance)))
            }
            Pattern::Fuzzy { text, distance } => {
                return Err(Error::UnsupportedQuery(format!(
                    "{text:?} with {distance} edits: a fuzzy word allows 1 or 2 of them"
                )));
            }
        };
        Ok(Self { kind })
    }

    /// Whether a folded text matches.
    pub fn matches(&self, text: &str) -> bool {
        let text = cut(text);
        match &self.kind {
            Kind::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Kind::Wildcard(automaton) => takes(automaton, text),
            Kind::Regex(automaton) => takes(automaton.as_ref(), text),
            Kind::Fuzzy(automaton) => takes(automaton, text),
        }
    }

    /// Calls `visit` with the text and information of every matching term of the field and kind, in order, until it
    /// returns false.
    pub fn for_each(
        &self,
        dictionary: &TermDictionary,
        field: FieldId,
        kind: KeyKind,
        mut visit: impl FnMut(&str, TermInfo) -> bool,
    ) -> Result<()> {
        let mut head = Vec::new();
        encode(field, kind, "", &mut head);
        let mut broken = None;
        let text = |term: &[u8], info: TermInfo| match std::str::from_utf8(&term[head.len()..]) {
            Ok(text) => visit(text, info),
            Err(error) => {
                broken = Some(Error::corrupt(dictionary.path(), format!("a term that is no UTF-8: {error}")));
                false
            }
        };
        match &self.kind {
            Kind::Prefix(prefix) => {
                let mut start = Vec::new();
                encode(field, kind, prefix, &mut start);
                dictionary.for_each(&start, text)?;
            }
            Kind::Wildcard(automaton) => dictionary.for_each_match(After { head: &head, automaton }, text)?,
            Kind::Regex(automaton) => {
                dictionary.for_each_match(After { head: &head, automaton: automaton.as_ref() }, text)?;
            }
            Kind::Fuzzy(automaton) => dictionary.for_each_match(After { head: &head, automaton }, text)?,
        }
        broken.map_or(Ok(()), Err)
    }
}

fn takes(automaton: &impl Automaton, text: &str) -> bool {
    let mut state = automaton.start();
    for byte in text.bytes() {
        if !automaton.can_match(&state) {
            return false;
        }
        state = automaton.accept(&state, byte);
    }
    automaton.is_match(&state)
}

/// An automaton over what follows the bytes of `head`.
struct After<'a, A> {
    head: &'a [u8],
    automaton: &'a A,
}

/// How much of the head was read, or the state behind it.
enum AfterState<S> {
    Head(usize),
    Text(S),
    Dead,
}

impl<A: Automaton> After<'_, A> {
    fn at(&self, read: usize) -> AfterState<A::State> {
        if read == self.head.len() { AfterState::Text(self.automaton.start()) } else { AfterState::Head(read) }
    }
}

impl<A: Automaton> Automaton for After<'_, A> {
    type State = AfterState<A::State>;

    fn start(&self) -> Self::State {
        self.at(0)
    }

    fn is_match(&self, state: &Self::State) -> bool {
        matches!(state, AfterState::Text(state) if self.automaton.is_match(state))
    }

    fn can_match(&self, state: &Self::State) -> bool {
        match state {
            AfterState::Head(_) => true,
            AfterState::Text(state) => self.automaton.can_match(state),
            AfterState::Dead => false,
        }
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match state {
            AfterState::Head(read) if self.head.get(*read) == Some(&byte) => self.at(read + 1),
            AfterState::Text(state) => AfterState::Text(self.automaton.accept(state, byte)),
            AfterState::Head(_) | AfterState::Dead => AfterState::Dead,
        }
    }
}
