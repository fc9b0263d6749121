//! Which spellings are one: stress marks, soft hyphens and composed letters on the way to a form; case and ё on the
//! way to a key. A form keeps its ё and its capitals, because morphology needs them.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::characters::{Class, Entry};

/// A text with case and ё folded, as keys are.
pub fn fold(text: &str) -> String {
    let lower = lower(text);
    match without_yo(&lower) {
        Cow::Owned(folded) => folded,
        Cow::Borrowed(_) => lower.into_owned(),
    }
}

/// A text in small letters with ё folded.
pub fn without_yo(lower: &str) -> Cow<'_, str> {
    if has_yo(lower) { lower.replace('ё', "е").into() } else { lower.into() }
}

/// Whether a text has a small ё: of two bytes, of which no other pair of bytes of UTF-8 is made.
pub fn has_yo(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair == "ё".as_bytes())
}

/// Whether nothing can change when a text is written in small letters: ASCII and Russian letters that are small.
#[inline]
pub fn is_lower(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_lower = match byte {
            // а-п; р-я, ѐ-џ
            0xd0 => bytes.next() >= Some(0xb0),
            0xd1 => bytes.next() <= Some(0x9f),
            other => other.is_ascii() && !other.is_ascii_uppercase(),
        };
        if !is_lower {
            return false;
        }
    }
    true
}

/// A text in small letters, as `str::to_lowercase` gives it; Russian and ASCII letters need no table of Unicode.
pub fn lower(text: &str) -> Cow<'_, str> {
    if is_lower(text) {
        return text.into();
    }
    let mut lowered = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        let Some(small) = small(letter) else { return text.to_lowercase().into() };
        // Most words that have a capital have it at the beginning and no other.
        let is_first = lowered.is_empty();
        lowered.push(small);
        if is_first && is_lower(rest.as_str()) {
            lowered.push_str(rest.as_str());
            break;
        }
    }
    lowered.into()
}

/// The small letter of a Russian or ASCII one; none of others.
fn small(letter: char) -> Option<char> {
    Some(match letter {
        'а'..='я' | 'ё' | '\0'..='@' | '['..='\u{7f}' => letter,
        'A'..='Z' => letter.to_ascii_lowercase(),
        'А'..='Я' => char::from_u32(letter as u32 + 0x20).unwrap_or(letter),
        'Ё' => 'ё',
        _ => return None,
    })
}

/// Whether a folded text is Russian letters and nothing else.
pub fn is_russian(folded: &str) -> bool {
    // а-п; р-я
    folded.as_bytes().chunks(2).all(|pair| matches!(pair, [0xd0, 0xb0..=0xbf] | [0xd1, 0x80..=0x8f]))
}

/// A character that stands in words and means nothing: soft hyphens, joiners, marks of direction, variation selectors,
/// the circle or key drawn about another character.
pub fn is_ignorable(character: char) -> bool {
    Entry::of(character).has(Entry::IGNORABLE)
}

/// A Cyrillic letter.
pub fn is_cyrillic(character: char) -> bool {
    Entry::of(character).has(Entry::CYRILLIC)
}

/// A hyphen, which binds the words beside it: not a dash, not a minus sign.
pub fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}' | '\u{2011}' | '\u{fe63}' | '\u{ff0d}')
}

/// The form of a word as it stands in a text: composed, without stress marks and what means nothing, raised and lowered
/// digits as digits, the apostrophe as `'`, a Cyrillic word without the underscores about it. Case and ё stay.
pub fn form(word: &str) -> String {
    // Mostly an apostrophe or an underscore is all that there is to fold.
    let composed = if word.chars().all(is_whole) { word.chars().map(simple).collect() } else { composed(word) };
    // Markup for emphasis («_так_») is not the word's; in Latin letters underscores are a name's (`_user`).
    let bare = composed.trim_matches('_');
    if bare.len() < composed.len() && bare.starts_with(is_cyrillic) && bare.ends_with(is_cyrillic) {
        return bare.to_owned();
    }
    composed
}

/// Whether a character is composed, and among others like it composes with none: Unicode's normal forms leave it alone.
fn is_whole(character: char) -> bool {
    character.is_ascii() || matches!(character, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | '‘' | '’')
}

/// A word composed, without stress marks and what means nothing.
fn composed(word: &str) -> String {
    let mends_latin = is_cyrillic_but_for_twins(word);
    let mut plain = String::with_capacity(word.len());
    // The last character that is no mark.
    let mut base = '\0';
    for character in word.nfd().filter(|&character| !is_ignorable(character)) {
        if matches!(character, '\u{300}' | '\u{301}') {
            if is_cyrillic(base) {
                continue;
            }
            if let Some(letter) = plain.chars().next_back().and_then(vowel).filter(|_| mends_latin) {
                plain.pop();
                plain.push(letter);
                base = letter;
                continue;
            }
        }
        if Entry::of(character).class() != Class::Extend {
            base = character;
        }
        plain.push(character);
    }
    plain.nfc().map(simple).collect()
}

/// Whether a word has Cyrillic letters, and no others than these and Latin twins of theirs.
fn is_cyrillic_but_for_twins(word: &str) -> bool {
    const TWINS: &str = "aceopxyABCEHKMOPTXY";
    let letters = || word.nfd().filter(|&character| Entry::of(character).has(Entry::LETTER));
    letters().any(is_cyrillic) && letters().all(|letter| is_cyrillic(letter) || TWINS.contains(letter))
}

/// The Cyrillic vowel that a stressed Latin one stands for in a Cyrillic word («зáмок» typed with a Latin á).
fn vowel(letter: char) -> Option<char> {
    Some(match letter {
        'a' => 'а',
        'e' => 'е',
        'o' => 'о',
        'y' => 'у',
        'A' => 'А',
        'E' => 'Е',
        'O' => 'О',
        'Y' => 'У',
        _ => return None,
    })
}

fn simple(character: char) -> char {
    match character {
        '‘' | '’' | 'ʼ' | '＇' => '\'',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁰' | '⁴'..='⁹' => char::from(b'0' + (character as u32 - 0x2070) as u8),
        '₀'..='₉' => char::from(b'0' + (character as u32 - 0x2080) as u8),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::segmentation::words;
    use super::*;

    #[test]
    fn forms_lose_what_means_nothing_and_keep_the_rest() {
        for (word, expected) in [
            ("за\u{301}мок", "замок"),
            ("зáмок", "замок"),
            ("ё\u{301}лка", "ёлка"),
            ("зa\u{301}мок", "замок"),
            ("зѐмля", "земля"),
            ("Óзеро", "Озеро"),
            ("не\u{200d}бо\u{feff}", "небо"),
            ("caféх", "caféх"),
            ("cнéг", "cнег"),
            ("за\u{340}мок", "замок"),
            ("сло\u{200e}во", "слово"),
            ("1\u{fe0f}\u{20e3}", "1"),
            ("_так_", "так"),
            ("__ини\u{301}т__", "инит"),
            ("_мои\u{306}_", "мой"),
            ("_user", "_user"),
            ("снос_дома", "снос_дома"),
            ("й\u{301}", "й"),
            ("10⁹", "109"),
            ("об‘єкт", "об'єкт"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("éa", "éa"),
            ("прäдо", "прäдо"),
            ("е\u{308}ж", "ёж"),
            ("и\u{306}од", "йод"),
            ("пере\u{ad}нос", "перенос"),
            ("км²", "км2"),
            ("H₂O", "H2O"),
            ("д’Артаньян", "д'Артаньян"),
            ("café", "café"),
            ("Ёжик", "Ёжик"),
        ] {
            assert_eq!(form(word), expected);
        }
        assert_eq!(fold("ЁЖИК"), "ежик");
    }

    #[test]
    fn hyphens_are_no_dashes() {
        assert!(['-', '\u{2010}', '\u{2011}'].into_iter().all(is_hyphen));
        assert!(['–', '—', '−', '\u{ad}', '_'].into_iter().all(|other| !is_hyphen(other)));
    }

    proptest! {
        #[test]
        fn small_letters_are_those_of_the_standard_library(text in "\\PC{0,8}|[А-яЁёѐЏA-Za-z0-9Σ’-]{0,8}") {
            prop_assert_eq!(lower(&text), text.to_lowercase());
            prop_assert!(!is_lower(&text) || text == text.to_lowercase());
            prop_assert_eq!(has_yo(&text), text.contains('ё'));
            prop_assert_eq!(is_russian(&text), text.chars().all(|letter| ('а'..='я').contains(&letter)));
        }

        #[test]
        fn a_form_is_its_own_form_and_has_one_composition(
            word in "[а-еёйa-cO\u{300}\u{301}\u{308}\u{306}\u{ad}\u{200d}áéѐ²₃'’_가ᄒ\u{1161}]{0,9}",
        ) {
            let once = form(&word);
            prop_assert_eq!(&form(&once), &once);
            prop_assert_eq!(form(&word.nfc().collect::<String>()), form(&word.nfd().collect::<String>()));
        }

        #[test]
        fn a_word_that_needs_no_form_is_its_form(text in "\\PC{0,40}|[а-яёѐ’́áa-zA-Z0-9_.\u{ad}]{0,20}") {
            words(&text, |word| {
                let written = &text[word.from..word.to];
                assert!(word.needs_form || form(written) == written, "{written:?}");
                assert!(!form(written).is_empty());
            });
        }
    }
}
