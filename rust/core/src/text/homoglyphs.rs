//! Letters that look alike: a Latin O in «Окно», «С++» in either script.
//!
//! [`repair`] brings a part of a word to one script, [`designation`] a word of letters and digits to Cyrillic, so that all
//! its spellings meet. Both know only letters of the Russian alphabet: a Latin I has no twin, which keeps IТ and ХIХ Latin
//! whatever stands beside it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::folding::is_cyrillic;
use super::tables;

struct Twins {
    cyrillic: FxHashMap<char, char>,
    latin: FxHashMap<char, char>,
}

static TWINS: LazyLock<Twins> = LazyLock::new(|| {
    let pair = |line: &str| {
        let mut letters = line.split('\t').map_while(|column| column.chars().next());
        letters.next().zip(letters.next())
    };
    let lines = tables::rows(include_str!("tables/homoglyphs.tsv"));
    let pairs: Vec<(char, char)> = lines.filter_map(pair).collect();
    Twins {
        cyrillic: pairs.iter().copied().collect(),
        latin: pairs.iter().map(|&(latin, cyrillic)| (cyrillic, latin)).collect(),
    }
});

/// A letter of the Latin script.
fn is_latin(character: char) -> bool {
    match character {
        'a'..='z' | 'A'..='Z' => true,
        '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            character.is_alphabetic()
        }
        _ => false,
    }
}

/// The part of a word (what stands between hyphens) in one script, if it mixes Cyrillic and Latin letters and those of one
/// script all have twins in the other. Where both scripts could be given up the rarer is; where both are as frequent, the
/// Latin one. A part with letters of a third script is left alone.
///
/// ```
/// use searchlib_core::text::homoglyphs::repair;
/// assert_eq!(repair("Cтол").as_deref(), Some("Стол"));
/// assert_eq!(repair("ХIХ").as_deref(), Some("XIX"));
/// assert_eq!((repair("IT"), repair("стол"), repair("Zлой")), (None, None, None));
/// ```
pub fn repair(part: &str) -> Option<String> {
    let (mut latin, mut cyrillic) = (0usize, 0usize);
    let (mut all_latin, mut all_cyrillic) = (true, true);
    for letter in part.chars().filter(|letter| letter.is_alphabetic()) {
        if is_latin(letter) {
            latin += 1;
            all_latin &= TWINS.cyrillic.contains_key(&letter);
        } else if is_cyrillic(letter) {
            cyrillic += 1;
            all_cyrillic &= TWINS.latin.contains_key(&letter);
        } else {
            return None;
        }
    }
    if latin == 0 || cyrillic == 0 {
        return None;
    }
    let twins = match (all_latin, all_cyrillic) {
        (true, true) if latin > cyrillic => &TWINS.latin,
        (true, _) => &TWINS.cyrillic,
        (false, true) => &TWINS.latin,
        (false, false) => return None,
    };
    Some(part.chars().map(|letter| twins.get(&letter).copied().unwrap_or(letter)).collect())
}

/// A designation in Cyrillic letters: a word with a digit, `+` or `#` and with no letter but those whose capitals have
/// twins (small letters too, since people write `mp3` and `t-34`). Hyphens may part it, a full stop or comma may stand
/// between digits. Case is kept. `None` if it is no designation or has no Latin letter: it then stands as it is written.
///
/// The parts of the designation are the parts of the result.
///
/// ```
/// use searchlib_core::text::homoglyphs::designation;
/// assert_eq!(designation("C++").as_deref(), Some("С++"));
/// assert_eq!(designation("T-80").as_deref(), Some("Т-80"));
/// assert_eq!((designation("COVID-19"), designation("TOM"), designation("А4")), (None, None, None));
/// ```
pub fn designation(word: &str) -> Option<String> {
    let (mut latin, mut marked) = (false, false);
    let mut written = String::with_capacity(word.len() * 2);
    let mut before = ' ';
    let mut rest = word.chars().peekable();
    while let Some(character) = rest.next() {
        let digit = |character: Option<&char>| character.is_some_and(char::is_ascii_digit);
        match character {
            '0'..='9' | '+' | '#' => {
                marked = true;
                written.push(character);
            }
            '-' => written.push(character),
            '.' | ',' if before.is_ascii_digit() && digit(rest.peek()) => written.push(character),
            _ if is_latin(character) => {
                latin = true;
                written.push(capital_twin(character)?);
            }
            _ if capital(character).is_some_and(|letter| TWINS.latin.contains_key(&letter)) => written.push(character),
            _ => return None,
        }
        before = character;
    }
    (latin && marked).then_some(written)
}

/// The Cyrillic letter of the same case, if the capitals are twins.
fn capital_twin(latin: char) -> Option<char> {
    let twin = *TWINS.cyrillic.get(&capital(latin)?)?;
    if latin.is_uppercase() { Some(twin) } else { only(twin.to_lowercase()) }
}

/// The capital of a letter, if it is one letter.
fn capital(letter: char) -> Option<char> {
    only(letter.to_uppercase())
}

fn only(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn the_table_pairs_letters_of_one_case_and_its_third_column_names_them() {
        let rows = tables::rows(include_str!("tables/homoglyphs.tsv"));
        let points = |letter: &str| {
            let points: Vec<_> = letter.nfd().map(|point| format!("{:04X}", point as u32)).collect();
            points.join(" ")
        };
        let mut count = 0;
        for row in rows {
            let [latin, cyrillic, source] = row.split('\t').collect::<Vec<_>>().try_into().unwrap();
            assert_eq!(source, format!("{} ~ {}", points(cyrillic), points(latin)));
            let (latin, cyrillic) = (latin.chars().next().unwrap(), cyrillic.chars().next().unwrap());
            assert!(is_latin(latin) && is_cyrillic(cyrillic) && latin.is_uppercase() == cyrillic.is_uppercase());
            count += 1;
        }
        assert_eq!((count, TWINS.latin.len(), TWINS.cyrillic.len()), (21, 21, 21));
    }

    #[test]
    fn mixed_parts_become_one_script() {
        for (part, expected) in [
            // The Latin letters all have twins: Cyrillic, even where they are more.
            ("Oкно", "Окно"),
            ("Pим", "Рим"),
            ("eщё", "ещё"),
            ("ещë", "ещё"),
            ("xopoший", "хороший"),
            ("CКА1", "СКА1"),
            // The Cyrillic letters all have twins and some Latin one has none: Latin.
            ("Роrt", "Port"),
            ("ХХI", "XXI"),
            ("ВМW", "BMW"),
            ("Citroёn", "Citroën"),
            // Both could go: the rarer, then the Latin.
            ("Mаm", "Mam"),
            ("сopy", "copy"),
            ("Нa", "На"),
        ] {
            assert_eq!(repair(part).as_deref(), Some(expected), "{part}");
        }
        for part in ["IT", "Оса", "COP", "", "2025", "GитХаб", "Дшка+", "ΔXп", "Zюзя", "Стасi"] {
            assert_eq!(repair(part), None, "{part}");
        }
    }

    #[test]
    fn designations_meet_in_cyrillic_letters() {
        for (word, expected) in [
            ("C++", "С++"),
            ("c++", "с++"),
            ("C#", "С#"),
            ("A4", "А4"),
            ("1C", "1С"),
            ("T-34", "Т-34"),
            ("t-34", "т-34"),
            ("MC-21-300", "МС-21-300"),
            ("МC-21", "МС-21"),
            ("mp3", "мр3"),
            ("4k", "4к"),
            ("1.6T", "1.6Т"),
            ("Cy-25", "Су-25"),
        ] {
            assert_eq!(designation(word).as_deref(), Some(expected), "{word}");
        }
        for word in
            ["", "COP", "А4", "Т-34", "IS-2", "Су-25", "10-15", "B.2", "A4.", "п1A", "COVID-19", "A-B", "ß1", "АΔ1"]
        {
            assert_eq!(designation(word), None, "{word}");
        }
    }

    fn scripts(part: &str) -> (bool, bool) {
        (part.chars().any(is_latin), part.chars().any(is_cyrillic))
    }

    proptest! {
        #[test]
        fn what_is_repaired_has_one_script_the_same_length_and_needs_no_more(
            part in "[A-Za-zА-Яа-яЁёËë0-9'+]{1,6}|[ABCEHKMOPTXYАВСЕНКМОРТХУaceopxyасеорху]{1,8}|\\PC{0,8}",
        ) {
            if let Some(repaired) = repair(&part) {
                prop_assert!(scripts(&part) == (true, true) && scripts(&repaired) != (true, true), "{repaired}");
                prop_assert_eq!(repaired.chars().count(), part.chars().count());
                prop_assert_eq!(repair(&repaired), None);
                prop_assert!(part.chars().zip(repaired.chars()).all(|(a, b)| a.is_uppercase() == b.is_uppercase()));
            }
        }

        #[test]
        fn designations_have_no_latin_letter_and_do_not_depend_on_the_script_or_case(
            word in "[ABCEHKMOPTXYkmtАВСЕНКМОРТХУтн]{1,3}[0-9+]{1,2}", swaps in any::<[bool; 5]>(),
        ) {
            let swapped: String = word.chars().zip(swaps.iter().cycle()).map(|(letter, swap)| {
                match (TWINS.latin.get(&letter), swap) { (Some(&twin), true) => twin, _ => letter }
            }).collect();
            let canonical = |word: &str| designation(word).unwrap_or_else(|| word.to_owned());
            prop_assert!(!scripts(&canonical(&word)).0);
            prop_assert_eq!(canonical(&word), canonical(&swapped));
            prop_assert_eq!(canonical(&word).to_lowercase(), canonical(&swapped.to_lowercase()));
        }
    }
}
