//! Which spellings are one: stress marks, soft hyphens and composed letters on the way to a form; case and ё on the
//! way to a key. A form keeps its ё and its capitals, because morphology needs them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text with case and ё folded, as keys are.
pub fn fold(text: &str) -> String {
    let mut folded = text.to_lowercase();
    if folded.contains('ё') {
        folded = folded.replace('ё', "е");
    }
    folded
}

/// A character that stands in words and means nothing: soft hyphen, joiners, the mark of byte order.
pub fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// A Cyrillic letter.
pub fn is_cyrillic(character: char) -> bool {
    matches!(character, '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\u{1c80}'..='\u{1c88}' | '\u{a640}'..='\u{a66e}')
}

/// Whether a word with this character may be spelled otherwise than [`form`] gives it.
pub fn needs_form(character: char) -> bool {
    character >= '\u{80}' && !('\u{400}'..='\u{481}').contains(&character)
}

/// The form of a word as it stands in a text: composed, without stress marks and what means nothing, raised and lowered
/// digits as digits, the apostrophe as `'`. Case and ё stay.
pub fn form(word: &str) -> String {
    let cyrillic = word.chars().any(is_cyrillic);
    let mut plain = String::with_capacity(word.len());
    let mut last = '\0';
    for character in word.chars().filter(|&character| !is_ignorable(character)) {
        let stress = matches!(character, '\u{300}' | '\u{301}') && is_cyrillic(last);
        if !stress {
            plain.push(if cyrillic { twin(character) } else { character });
        }
        if !is_combining_mark(character) {
            last = character;
        }
    }
    plain.nfc().map(simple).collect()
}

/// The Cyrillic letter that a stressed Latin one stands for in a Cyrillic word («зáмок» typed with a Latin á).
fn twin(character: char) -> char {
    match character {
        'á' | 'à' => 'а',
        'é' | 'è' => 'е',
        'ó' | 'ò' => 'о',
        'ý' | 'ỳ' => 'у',
        'Á' | 'À' => 'А',
        'É' | 'È' => 'Е',
        'Ó' | 'Ò' => 'О',
        'Ý' | 'Ỳ' => 'У',
        other => other,
    }
}

fn simple(character: char) -> char {
    match character {
        '’' | 'ʼ' | '＇' => '\'',
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
    use super::*;

    #[test]
    fn forms_lose_what_means_nothing_and_keep_the_rest() {
        for (word, expected) in [
            ("за\u{301}мок", "замок"),
            ("зáмок", "замок"),
            ("ё\u{301}лка", "ёлка"),
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
}
