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
        Cow::Borrowed(_) => lower,
    }
}

/// A text in small letters with ё folded.
pub fn without_yo(lower: &str) -> Cow<'_, str> {
    if lower.contains('ё') { lower.replace('ё', "е").into() } else { lower.into() }
}

/// A text in small letters, as `str::to_lowercase` gives it; Russian and ASCII letters need no table of Unicode.
pub fn lower(text: &str) -> String {
    let mut lowered = String::with_capacity(text.len());
    for character in text.chars() {
        lowered.push(match character {
            'а'..='я' | 'ё' | '\0'..='@' | '['..='\u{7f}' => character,
            'A'..='Z' => character.to_ascii_lowercase(),
            'А'..='Я' => char::from_u32(character as u32 + 0x20).unwrap_or(character),
            'Ё' => 'ё',
            _ => return text.to_lowercase(),
        });
    }
    lowered
}

/// Whether a folded text is Russian letters and nothing else.
pub fn is_russian(folded: &str) -> bool {
    folded.chars().all(|character| matches!(character, 'а'..='я'))
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
    let composed: String = plain.nfc().map(simple).collect();
    // Markup for emphasis («_так_») is not the word's; in Latin letters underscores are a name's (`_user`).
    let bare = composed.trim_matches('_');
    if bare.len() < composed.len() && bare.starts_with(is_cyrillic) && bare.ends_with(is_cyrillic) {
        return bare.to_owned();
    }
    composed
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
