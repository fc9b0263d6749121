//! Numbers in one spelling: a decimal comma is a point, groups of three digits are one number, digits of every script are
//! ASCII ones.
//!
//! What looks like a number and is none keeps its own spelling: a version (1.2.3), a time (15:30), an address
//! (192.168.0.1). Zeros stay as they are written: 007 is a name, 1.10 is not 1.1.

use std::borrow::Cow;

/// A word of a text and what stands between it and the one before.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// The form.
    pub text: &'a str,
    /// The characters before it, up to the previous word.
    pub gap: &'a str,
}

/// A number in a single word, in ASCII digits and with a point for its comma; `None` for what is no number of digits and
/// at most one separator.
///
/// ```
/// use searchlib_core::text::numbers::canonical;
/// assert_eq!(canonical("1000,5").as_deref(), Some("1000.5"));
/// assert_eq!(canonical("15:30"), None);
/// ```
pub fn canonical(word: &str) -> Option<String> {
    let word = ascii_digits(word);
    match word.split_once([',', '.']) {
        None => is_digits(&word).then(|| word.into_owned()),
        Some((whole, rest)) => (is_digits(whole) && is_digits(rest)).then(|| format!("{whole}.{rest}")),
    }
}

/// How many of the pieces from the first are groups of one number, and the number: `1 000`, `12 345 678,9`. The first group
/// has at most three digits and no leading zero, the others exactly three, one space stands between.
pub fn grouped(pieces: &[Piece<'_>]) -> Option<(usize, String)> {
    let mut number = ascii_digits(pieces.first()?.text).into_owned();
    if !is_digits(&number) || number.len() > 3 || number.starts_with('0') {
        return None;
    }
    let mut count = 1;
    for piece in &pieces[1..] {
        if !is_group_space(piece.gap) {
            break;
        }
        let Some(group) = canonical(piece.text) else { break };
        let digits = group.find('.').unwrap_or(group.len());
        if digits != 3 {
            break;
        }
        number.push_str(&group);
        count += 1;
        if digits < group.len() {
            break;
        }
    }
    (count > 1).then_some((count, number))
}

/// One space of a kind that is set between groups of digits: common, no-break, figure, thin, narrow no-break.
fn is_group_space(gap: &str) -> bool {
    matches!(gap, " " | "\u{a0}" | "\u{2007}" | "\u{2009}" | "\u{202f}")
}

/// The ending that a number in digits is declined with, in small letters: of 5-й, 20-го, 1990-х, 3-мя.
///
/// Those that the rules of orthography give (one letter after a vowel, else two) and the longer ones that people write all
/// the same (5-ый, 5-ого, 10-ти). Such an ending is no word: «3-я» has nothing of «я».
pub fn is_ordinal_ending(text: &str) -> bool {
    const ENDINGS: [&str; 39] = [
        "а", "ая", "го", "е", "его", "ей", "ем", "ему", "ех", "ею", "ёх", "и", "ий", "им", "ими", "их", "й", "м", "ми",
        "му", "мя", "ого", "ое", "ой", "ом", "ому", "ти", "тью", "ую", "ух", "х", "ые", "ый", "ым", "ыми", "ых", "ью",
        "ю", "я",
    ];
    ENDINGS.contains(&text)
}

/// ASCII digits and nothing else.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text with the decimal digits of every script as ASCII ones.
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    let foreign = |character: char| !character.is_ascii() && digit(character).is_some();
    if !text.contains(foreign) {
        return text.into();
    }
    text.chars().map(|character| digit(character).unwrap_or(character)).collect::<String>().into()
}

/// The ASCII digit of a decimal digit.
fn digit(character: char) -> Option<char> {
    let code = character as u32;
    let zero = *ZEROS.get(ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?)?;
    char::from_digit(code - zero, 10).filter(|_| code - zero < 10)
}

/// The zeros of Unicode 15's decimal digits (general category Nd): nine more digits follow each.
#[rustfmt::skip]
const ZEROS: [u32; 68] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6,
    0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0,
    0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
    0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0,
    0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8,
    0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950, 0x1fbf0,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_has_digits_and_at_most_one_separator() {
        for (word, expected) in [
            ("15", Some("15")),
            ("3,5", Some("3.5")),
            ("3.50", Some("3.50")),
            ("007", Some("007")),
            ("٣٤", Some("34")),
            ("１２,５", Some("12.5")),
            ("1.2.3", None),
            ("192.168.0.1", None),
            ("15:30", None),
            ("5G", None),
            (",5", None),
            ("5,", None),
            ("½", None),
            ("", None),
        ] {
            assert_eq!(canonical(word).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn groups_of_three_digits_are_one_number() {
        let grouped_of = |text: &str| {
            let pieces: Vec<Piece<'_>> = text.split(' ').map(|text| Piece { text, gap: " " }).collect();
            grouped(&pieces)
        };
        assert_eq!(grouped_of("1 000"), Some((2, "1000".to_owned())));
        assert_eq!(grouped_of("12 345 678,9 рублей"), Some((3, "12345678.9".to_owned())));
        assert_eq!(grouped_of("1 000,5 000"), Some((2, "1000.5".to_owned())));
        assert_eq!(grouped_of("8 800 555 35 35"), Some((3, "8800555".to_owned())));
        assert_eq!(grouped_of("٣ ٠٠٠"), Some((2, "3000".to_owned())));
        for text in ["2019 300", "1 00", "1 0000", "0 500", "5 рублей", "1", "1 000:30", "1,5 000"] {
            assert_eq!(grouped_of(text), None, "{text}");
        }
        for (gap, joins) in [("\u{a0}", true), ("\u{202f}", true), ("  ", false), ("-", false), ("", false)] {
            let pieces = [Piece { text: "1", gap: "" }, Piece { text: "000", gap }];
            assert_eq!(grouped(&pieces).is_some(), joins, "{gap:?}");
        }
        assert_eq!(grouped(&[]), None);
    }

    #[test]
    fn the_digits_of_every_script_are_ten_in_a_row() {
        assert!(ZEROS.windows(2).all(|pair| pair[0] + 10 <= pair[1]));
        for zero in ZEROS {
            for value in 0..10 {
                let character = char::from_u32(zero + value).unwrap();
                assert!(character.is_numeric());
                assert_eq!(digit(character), char::from_digit(value, 10));
            }
        }
        assert_eq!(ascii_digits("кв. ４२"), "кв. 42");
        for no_digit in ['/', ':', '²', '½', 'Ⅳ', '十'] {
            assert_eq!(digit(no_digit), None, "{no_digit}");
        }
    }

    #[test]
    fn endings_of_numbers_are_no_words() {
        assert!(["й", "го", "х", "ый", "мя"].into_iter().all(is_ordinal_ending));
        assert!(!["летие", "кратный", "", "м3", "б"].into_iter().any(is_ordinal_ending));
    }

    fn pieces_of(words: &[(String, String)]) -> Vec<Piece<'_>> {
        words.iter().map(|(gap, text)| Piece { text, gap }).collect()
    }

    fn is_canonical(number: &str) -> bool {
        let (whole, rest) = number.split_once('.').unwrap_or((number, "0"));
        is_digits(whole) && is_digits(rest)
    }

    proptest! {
        #[test]
        fn any_words_are_read(words in prop::collection::vec(("\\PC{0,3}", "\\PC{0,8}"), 0..6)) {
            let pieces = pieces_of(&words);
            let _ = grouped(&pieces);
            for piece in pieces {
                let _ = (canonical(piece.text), is_ordinal_ending(piece.text), ascii_digits(piece.text));
            }
        }

        #[test]
        fn keys_are_canonical(words in prop::collection::vec(("[ \u{a0}-]", "[0-9]{1,4}([,.:][0-9]{1,3})?"), 1..6)) {
            let pieces = pieces_of(&words);
            for number in pieces.iter().filter_map(|piece| canonical(piece.text)) {
                prop_assert!(is_canonical(&number));
                prop_assert_eq!(canonical(&number), Some(number));
            }
            if let Some((count, number)) = grouped(&pieces) {
                prop_assert!(is_canonical(&number));
                prop_assert!((2..=pieces.len()).contains(&count));
                let letters: String = pieces[..count].iter().map(|piece| piece.text).collect();
                prop_assert_eq!(letters.replace(',', "."), number);
            }
        }

        #[test]
        fn a_number_is_one_in_groups_or_without(number in 1_000_u64.., rest in prop::option::of("[0-9]{1,3}")) {
            let digits = number.to_string();
            let first = (digits.len() - 1) % 3 + 1;
            let mut groups = vec![(String::new(), digits[..first].to_owned())];
            groups.extend(digits.as_bytes()[first..].chunks(3).map(|group| {
                ("\u{a0}".to_owned(), String::from_utf8_lossy(group).into_owned())
            }));
            let tail = rest.map(|rest| format!(",{rest}")).unwrap_or_default();
            groups.last_mut().unwrap().1.push_str(&tail);
            let key = canonical(&format!("{digits}{tail}")).unwrap();
            prop_assert_eq!(grouped(&pieces_of(&groups)), Some((groups.len(), key)));
        }
    }
}
