//! Wildcards as an automaton: bit i of the state says that the first i elements of the pattern are matched.

use super::chars::CharAutomaton;
use crate::{Error, Result};

/// The longest pattern, in characters without its `*`s: a bit each, and one for the end.
const MAX_ELEMENTS: usize = 127;

/// Accepts the texts that match a wildcard pattern as a whole.
pub(super) struct Wildcard {
    /// For every character of the pattern, ascending: where it stands.
    characters: Vec<(char, u128)>,
    /// Where a `?` stands.
    any: u128,
    /// Before which elements a `*` stands.
    runs: u128,
    end: u128,
}

impl Wildcard {
    pub(super) fn new(pattern: &str) -> Result<Self> {
        let (mut elements, mut runs, mut any) = (Vec::new(), 0u128, 0u128);
        let mut characters = pattern.chars().peekable();
        while let Some(mut character) = characters.next() {
            if elements.len() == MAX_ELEMENTS && character != '*' {
                return Err(Error::UnsupportedQuery(format!(
                    "the wildcard {pattern:?} is too long: at most {MAX_ELEMENTS} characters besides its *"
                )));
            }
            match character {
                '*' => {
                    runs |= 1 << elements.len();
                    continue;
                }
                '?' => any |= 1 << elements.len(),
                '\\' => character = characters.next_if(|next| matches!(next, '*' | '?' | '\\')).unwrap_or('\\'),
                _ => {}
            }
            elements.push(character);
        }
        let mut places: Vec<(char, u128)> = Vec::new();
        let mut sorted: Vec<_> = elements.iter().enumerate().filter(|&(at, _)| any >> at & 1 == 0).collect();
        sorted.sort_by_key(|&(_, character)| *character);
        for (at, &character) in sorted {
            match places.last_mut() {
                Some((last, bits)) if *last == character => *bits |= 1 << at,
                _ => places.push((character, 1 << at)),
            }
        }
        Ok(Self { characters: places, any, runs, end: 1 << elements.len() })
    }
}

impl CharAutomaton for Wildcard {
    type State = u128;

    fn start(&self) -> u128 {
        1
    }

    fn step(&self, state: u128, character: char) -> u128 {
        let places = self.characters.binary_search_by_key(&character, |&(character, _)| character);
        let here = self.any | places.map_or(0, |at| self.characters[at].1);
        (state & here) << 1 | state & self.runs
    }

    fn accepts(&self, state: u128) -> bool {
        state & self.end != 0
    }

    fn viable(&self, state: u128) -> bool {
        state != 0
    }
}
