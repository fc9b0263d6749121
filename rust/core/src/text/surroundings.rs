//! What stands before and after a word, as far as a table of abbreviations asks for it.

use super::context::Context;
use super::{abbreviations, dates, numbers};

/// What the word before and the gap after it say of a word: whether it counts something, a year, a degree.
///
/// Besides numbers these count: words of number (`5 тыс. т`), `кв.` and `куб.` (`30 кв. м`), Roman numerals (`XX в.`), and
/// a unit before a slash (`км/ч`).
///
/// ```
/// use searchlib_core::text::context::Context;
/// use searchlib_core::text::surroundings::before;
/// assert!(before("15", " ").has(Context::NUMBER_BEFORE));
/// assert!(before("тыс", ". ").has(Context::NUMBER_BEFORE));
/// assert_eq!(before("доска", " "), Context::NONE);
/// ```
pub fn before(word: &str, gap: &str) -> Context {
    if let Some(degree) = gap.trim().strip_prefix('°') {
        return Context::NONE.with(Context::DEGREE_BEFORE, degree.is_empty());
    }
    if gap == "/" {
        return Context::NONE.with(Context::NUMBER_BEFORE, abbreviations::is_unit(word));
    }
    if is_near(gap) {
        let digits = word.ends_with(char::is_numeric);
        let year = digits && (is_year(word) || dates::day(word).is_some());
        let number = digits || is_roman(word) || abbreviations::counts(word);
        return Context::NONE.with(Context::NUMBER_BEFORE, number).with(Context::YEAR_BEFORE, year);
    }
    let counts = gap.strip_prefix('.').is_some_and(|space| space.is_empty() || is_near(space));
    Context::NONE.with(Context::NUMBER_BEFORE, counts && abbreviations::counts(word))
}

/// What the text from the end of a word on says of it: whether a full stop follows, what the next word begins with.
///
/// ```
/// use searchlib_core::text::context::Context;
/// use searchlib_core::text::surroundings::after;
/// assert_eq!(after(". Тула"), Context::STOP_AFTER | Context::CAPITAL_AFTER);
/// assert_eq!(after(" 5"), Context::NUMBER_AFTER);
/// ```
pub fn after(rest: &str) -> Context {
    let stop = rest.starts_with('.');
    let next = rest[usize::from(stop)..].chars().find(|&character| !is_skipped(character));
    Context::NONE
        .with(Context::STOP_AFTER, stop)
        .with(Context::CAPITAL_AFTER, next.is_some_and(char::is_uppercase))
        .with(Context::SMALL_AFTER, next.is_some_and(char::is_lowercase))
        .with(Context::NUMBER_AFTER, next.is_some_and(char::is_numeric))
}

/// What may stand between an abbreviation and the word it belongs to. A line break may not.
fn is_skipped(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '«' | '"' | '„' | '“')
}

/// White space, and no more of it than between two words.
fn is_near(gap: &str) -> bool {
    !gap.is_empty() && gap.len() <= 3 && gap.chars().all(char::is_whitespace)
}

fn is_year(word: &str) -> bool {
    numbers::is_digits(word) && word.len() == 4 && matches!(word.as_bytes()[0], b'1' | b'2')
}

/// A Roman numeral, in Latin letters or in the Cyrillic ones that look alike.
fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|letter| matches!(letter, 'I' | 'V' | 'X' | 'L' | 'Х' | 'І'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_what_follows() {
        let number = Context::NUMBER_BEFORE;
        let year = number | Context::YEAR_BEFORE;
        for (word, gap, expected) in [
            ("15", " ", number),
            ("3,5", "\u{a0}", number),
            ("1990", " ", year),
            ("04.11.2025", " ", year),
            ("999", " ", number),
            ("19900", " ", number),
            ("млн", " ", number),
            ("тыс", ". ", number),
            ("Кв", ".", number),
            ("миллиона", " ", number),
            ("XIX", " ", number),
            ("ХХ", " ", number),
            ("км", "/", number),
            ("20", " °", Context::DEGREE_BEFORE),
            ("20", "°", Context::DEGREE_BEFORE),
            ("20", "° и ", Context::NONE),
            ("15", ". ", Context::NONE),
            ("15", ", ", Context::NONE),
            ("15", "", Context::NONE),
            ("дом", " ", Context::NONE),
            ("дом", "/", Context::NONE),
            ("", " ", Context::NONE),
        ] {
            assert_eq!(before(word, gap), expected, "{word}{gap}");
        }
    }

    #[test]
    fn what_follows_is_a_stop_and_the_next_letter() {
        let (stop, capital) = (Context::STOP_AFTER, Context::CAPITAL_AFTER);
        for (rest, expected) in [
            ("", Context::NONE),
            (".", stop),
            (". Тула", stop | capital),
            (".Тула", stop | capital),
            (" «Рубин»", capital),
            (". лица", stop | Context::SMALL_AFTER),
            (". 5", stop | Context::NUMBER_AFTER),
            (", Тула", Context::NONE),
            (".\nТула", stop),
        ] {
            assert_eq!(after(rest), expected, "{rest:?}");
        }
    }

    proptest! {
        #[test]
        fn any_surroundings_are_read(word in "\\PC{0,8}", gap in "[ .°/\u{a0}\\PC]{0,4}", rest in "\\PC{0,8}") {
            let _ = (before(&word, &gap), after(&rest));
        }
    }
}
