//! Days in one spelling: 04.11.2025, 4.11.2025, 2025-11-04 and «4 ноября 2025» are 2025-11-04.
//!
//! A day has a day, a month and a year and is in the calendar; the rest («ноябрь 2025», 11.2025, «4 ноября») keeps its
//! words alone. The order is the Russian one, so 4/11/2025 is in November. Time after the day (2025-11-04T15:30) and the
//! word year (2025г) may be glued to it.

use super::folding::is_hyphen;
use super::numbers::{Piece, ascii_digits, is_digits};

/// Months in the genitive and as they are shortened.
const MONTHS: [&[&str]; 12] = [
    &["января", "янв"],
    &["февраля", "фев", "февр"],
    &["марта", "мар"],
    &["апреля", "апр"],
    &["мая"],
    &["июня", "июн"],
    &["июля", "июл"],
    &["августа", "авг"],
    &["сентября", "сен", "сент"],
    &["октября", "окт"],
    &["ноября", "ноя", "нояб"],
    &["декабря", "дек"],
];

/// The day that one word spells, as `2025-11-04`. A year of two digits is one from 1970 to 2069, and then day and month
/// have two digits each.
///
/// ```
/// use searchlib_core::text::dates::day;
/// assert_eq!(day("4.11.2025").as_deref(), Some("2025-11-04"));
/// assert_eq!(day("31.02.2025"), None);
/// ```
pub fn day(word: &str) -> Option<String> {
    let word = ascii_digits(word);
    let mut numbers = without_year_sign(&word).split('.');
    let (first, second, third) = (numbers.next()?, numbers.next()?, numbers.next()?);
    if numbers.next().is_some() {
        return None;
    }
    match (first.len(), second.len(), third.len()) {
        (1 | 2, 1 | 2, 4) => written(third, second, first),
        (4, 1 | 2, 1 | 2) => written(first, second, third),
        (2, 2, 2) => {
            let century = if third < "70" { "20" } else { "19" };
            written(&format!("{century}{third}"), second, first)
        }
        _ => None,
    }
}

/// How many of the pieces from the first are one day, and the day: `4 ноября 2025`, `4-го ноября 2025`, `2025-11-04`,
/// `04/11/2025`, `2025-11-04T15:30`.
pub fn spelled(pieces: &[Piece<'_>]) -> Option<(usize, String)> {
    let [first, second, third, ..] = pieces else { return None };
    let day = ascii_digits(first.text);
    if !is_digits(&day) {
        return None;
    }
    if is_digits(&ascii_digits(second.text)) {
        return Some((3, in_digits(&day, second, third)?));
    }
    // The ending of «4-го» is a piece of its own.
    let is_ordinal = is_one(second.gap, is_hyphen) && matches!(second.text, "го" | "ого" | "е" | "ое");
    let (month, year) = if is_ordinal { (third, pieces.get(3)?) } else { (second, third) };
    let name = month.text.to_lowercase();
    let number = MONTHS.iter().position(|names| names.contains(&&*name))? + 1;
    if !is_space(month.gap) || !is_space(year.gap.strip_prefix('.').unwrap_or(year.gap)) {
        return None;
    }
    let year = ascii_digits(year.text);
    let year = without_year_sign(&year);
    if year.len() != 4 {
        return None;
    }
    Some((3 + usize::from(is_ordinal), written(year, &number.to_string(), &day)?))
}

/// The day of three numbers with two hyphens or two slashes between.
fn in_digits(first: &str, second: &Piece<'_>, third: &Piece<'_>) -> Option<String> {
    if second.gap != third.gap {
        return None;
    }
    let (middle, last) = (ascii_digits(second.text), ascii_digits(third.text));
    let hyphens = is_one(second.gap, is_hyphen);
    if !hyphens && second.gap != "/" {
        return None;
    }
    match first.len() {
        // ISO 8601: what follows T is the time.
        4 => written(first, &middle, if hyphens { last.split('T').next()? } else { &last }),
        1 | 2 if !hyphens && last.len() >= 4 => written(without_year_sign(&last), &middle, first),
        _ => None,
    }
}

/// `2025г` is 2025: the word year is often glued to its number.
fn without_year_sign(year: &str) -> &str {
    year.strip_suffix('г').unwrap_or(year)
}

fn is_one(gap: &str, is_wanted: impl Fn(char) -> bool) -> bool {
    let mut characters = gap.chars();
    characters.next().is_some_and(is_wanted) && characters.next().is_none()
}

fn is_space(gap: &str) -> bool {
    !gap.is_empty() && gap.len() <= 3 && gap.chars().all(char::is_whitespace)
}

/// A day of the calendar in ISO 8601's spelling.
fn written(year: &str, month: &str, day: &str) -> Option<String> {
    let is_field = |field: &str| is_digits(field) && field.len() <= 2;
    if !(is_digits(year) && year.len() == 4 && is_field(month) && is_field(day)) {
        return None;
    }
    let (year, month, day) = (year.parse::<u32>().ok()?, month.parse::<u32>().ok()?, day.parse::<u32>().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    ((1000..3000).contains(&year) && (1..=days).contains(&day)).then(|| format!("{year}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_in_a_word() {
        for (word, expected) in [
            ("04.11.2025", Some("2025-11-04")),
            ("4.1.1999", Some("1999-01-04")),
            ("2024.02.29", Some("2024-02-29")),
            ("04.11.2025г", Some("2025-11-04")),
            ("09.05.45", Some("2045-05-09")),
            ("09.05.85", Some("1985-05-09")),
            ("29.02.2025", None),
            ("29.02.1900", None),
            ("29.02.2000", Some("2000-02-29")),
            ("0.1.2025", None),
            ("1.13.2025", None),
            ("1.2.3", None),
            ("9.5.45", None),
            ("11.2025", None),
            ("192.168.0.1", None),
            ("12.10.абвг", None),
            ("3,5", None),
            ("г", None),
            ("", None),
        ] {
            assert_eq!(day(word).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn a_day_in_several_words() {
        let spelled_of = |words: &[(&'static str, &'static str)]| {
            let pieces: Vec<Piece<'_>> = words.iter().map(|&(gap, text)| Piece { text, gap }).collect();
            spelled(&pieces)
        };
        let day = |count| Some((count, "2025-11-04".to_owned()));
        for (words, count) in [
            (&[("", "4"), (" ", "ноября"), (" ", "2025"), (" ", "года")][..], 3),
            (&[("", "4"), (" ", "ноября"), (" ", "2025г")], 3),
            (&[("", "04"), ("\u{a0}", "Нояб"), (". ", "2025")], 3),
            (&[("", "4"), (" ", "ноября"), ("\n", "2025")], 3),
            (&[("", "4"), ("-", "го"), (" ", "ноября"), (" ", "2025")], 4),
            (&[("", "4"), ("-", "е"), (" ", "ноября"), (" ", "2025"), (". ", "Утро")], 4),
            (&[("", "2025"), ("-", "11"), ("-", "04")], 3),
            (&[("", "2025"), ("\u{2011}", "11"), ("\u{2011}", "04")], 3),
            (&[("", "2025"), ("-", "11"), ("-", "04T15:30"), (":", "00Z")], 3),
            (&[("", "2025"), ("/", "11"), ("/", "04")], 3),
            (&[("", "4"), ("/", "11"), ("/", "2025")], 3),
            (&[("", "4"), ("/", "11"), ("/", "2025г")], 3),
        ] {
            assert_eq!(spelled_of(words), day(count), "{words:?}");
        }
        for words in [
            &[("", "4"), (" ", "ноября")][..],
            &[("", "31"), (" ", "ноября"), (" ", "2025")],
            &[("", "4"), (" ", "ноября"), (", ", "2025")],
            &[("", "4"), (" ", "ноября"), (" ", "25")],
            &[("", "4"), (" ", "ноябрь"), (" ", "2025")],
            &[("", "4"), (", ", "ноября"), (" ", "2025")],
            &[("", "10"), ("-", "15"), ("-", "20")],
            &[("", "10"), ("-", "11"), ("-", "2025")],
            &[("", "2025"), ("-", "11"), ("/", "04")],
            &[("", "2025"), (" ", "11"), (" ", "04")],
            &[("", "2025"), ("-", "11"), ("-", "T")],
            &[("", "4"), ("/", "11"), ("/", "25")],
            &[("", "4"), ("-", "го"), (" ", "ноября")],
            &[("", "ноября"), (" ", "4"), (" ", "2025")],
            &[],
        ] {
            assert_eq!(spelled_of(words), None, "{words:?}");
        }
    }

    /// Whether a key is a day of the calendar, by a table of its own.
    fn is_valid(key: &str) -> bool {
        let fields: Vec<u32> = key.split('-').map(|field| field.parse().unwrap()).collect();
        let [year, month, day] = fields[..] else { return false };
        let february = if year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) { 29 } else { 28 };
        let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        key.len() == 10 && (1..=12).contains(&month) && day >= 1 && day <= lengths[month as usize - 1]
    }

    fn pieces_of(words: &[(String, String)]) -> Vec<Piece<'_>> {
        words.iter().map(|(gap, text)| Piece { text, gap }).collect()
    }

    proptest! {
        #[test]
        fn any_words_are_read(words in prop::collection::vec(("\\PC{0,3}", "\\PC{0,8}"), 0..6), word in "\\PC{0,12}") {
            prop_assert!(spelled(&pieces_of(&words)).is_none_or(|(_, day)| is_valid(&day)));
            prop_assert!(day(&word).is_none_or(|day| is_valid(&day)));
        }

        #[test]
        fn only_days_of_the_calendar_are_days(
            words in prop::collection::vec(("[-/ .]", "[0-9]{1,4}|ноября|февраля|го|04T1"), 0..5),
            word in "[0-9]{1,4}\\.[0-9]{1,2}\\.[0-9]{1,4}г?",
        ) {
            if let Some((count, day)) = spelled(&pieces_of(&words)) {
                prop_assert!((3..=words.len()).contains(&count) && is_valid(&day), "{}", day);
            }
            prop_assert!(day(&word).is_none_or(|day| is_valid(&day)));
        }

        #[test]
        fn all_spellings_of_a_day_are_one(year in 1000_u32..3000, month in 1_usize..=12, date in 1_u32..=28) {
            let key = format!("{year}-{month:02}-{date:02}");
            for word in [
                format!("{date}.{month}.{year}"),
                format!("{date:02}.{month:02}.{year}"),
                format!("{year}.{month}.{date}"),
            ] {
                prop_assert_eq!(day(&word), Some(key.clone()));
            }
            let (year, date) = (year.to_string(), date.to_string());
            for name in MONTHS[month - 1] {
                let pieces = [("", &*date), (" ", name), (" ", &*year)].map(|(gap, text)| Piece { text, gap });
                prop_assert_eq!(spelled(&pieces), Some((3, key.clone())));
            }
        }
    }
}
