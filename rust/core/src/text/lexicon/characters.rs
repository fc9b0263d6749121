//! Classes of characters by which the shape of a word is told, from the Unicode tables of the standard library and of
//! `regex-automata`.

use std::sync::LazyLock;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::{Anchored, Input};
use unicode_normalization::char::is_combining_mark;

/// A general category.
struct Category(dense::DFA<Vec<u32>>);

static PUNCTUATION: LazyLock<Category> = LazyLock::new(|| Category::new(r"\p{P}"));
static DECIMAL: LazyLock<Category> = LazyLock::new(|| Category::new(r"\p{Nd}"));

impl Category {
    fn new(pattern: &str) -> Self {
        let config = dense::Config::new().start_kind(StartKind::Anchored);
        // The two patterns above are built by the tests.
        Self(dense::Builder::new().configure(config).build(pattern).expect("a pattern of one category"))
    }

    fn has(&self, character: char) -> bool {
        let mut bytes = [0; 4];
        let input = Input::new(character.encode_utf8(&mut bytes)).anchored(Anchored::Yes);
        matches!(self.0.try_search_fwd(&input), Ok(Some(_)))
    }
}

/// General category P.
pub(super) fn is_punctuation(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_punctuation() && !"$+<=>^`|~".contains(character);
    }
    !character.is_alphabetic() && PUNCTUATION.has(character)
}

/// General category Nd.
pub(super) fn is_decimal(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_digit();
    }
    character.is_numeric() && DECIMAL.has(character)
}

/// White space as Python has it: besides Unicode's the four separators of ASCII.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// General category L: what is alphabetic but numbers, marks and the circled and squared letters, which are symbols.
pub(super) fn is_letter(character: char) -> bool {
    let is_symbol = matches!(character, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    character.is_alphabetic() && !character.is_numeric() && !is_combining_mark(character) && !is_symbol
}

/// Whether the Unicode name of a letter has the word LATIN in it. By name and not by script: «ª» and «ʰ» are of the
/// Latin script, but their names do not say so; and the Glagolitic «latinate myslite» says so.
pub(super) fn is_latin(letter: char) -> bool {
    matches!(letter,
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{2af}' | '\u{1d00}'..='\u{1d25}' | '\u{1d62}'..='\u{1d65}'
        | '\u{1d6b}'..='\u{1d77}' | '\u{1d79}'..='\u{1d9a}' | '\u{1e00}'..='\u{1eff}' | '\u{2071}' | '\u{207f}'
        | '\u{2090}'..='\u{209c}' | '\u{2184}' | '\u{2c2e}' | '\u{2c5e}' | '\u{2c60}'..='\u{2c7c}'
        | '\u{2c7e}'..='\u{2c7f}' | '\u{a722}'..='\u{a76f}' | '\u{a771}'..='\u{a787}' | '\u{a78b}'..='\u{a7e0}'
        | '\u{a7f5}'..='\u{a7f7}' | '\u{a7fa}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab5a}' | '\u{ab60}'..='\u{ab64}'
        | '\u{ab66}'..='\u{ab68}' | '\u{fb00}'..='\u{fb06}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}'
        | '\u{1df00}'..='\u{1df2a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories() {
        assert!("!«»—…“‚¿·・".chars().all(is_punctuation));
        assert!(!"$+<=>^`|~₽№аA1 \n€".chars().any(is_punctuation));
        assert!("0٣९𝟗".chars().all(is_decimal));
        assert!(!"²ⅳ½аA".chars().any(is_decimal));
        assert!("aЯʰªツ中".chars().all(is_letter));
        assert!(!"1ⅳⓐ🅐\u{345}-\u{301}".chars().any(is_letter));
        assert!("aÉßﬁＡⁿ".chars().all(is_latin));
        assert!(!"ªʰаΩ\u{212a}".chars().any(is_latin));
        assert!(" \u{1c}\u{85}\u{a0}".chars().all(is_space) && !is_space('\u{200b}'));
    }
}
