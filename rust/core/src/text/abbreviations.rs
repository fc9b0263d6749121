//! Abbreviations, units and signs of one word: the words they stand for, from a table. Those of several words are in
//! [`super::sequences`].

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::capitals::{Capitals, capitals};
use super::context::Context;
use super::folding::{fold, lower};
use super::tables;

const TABLE: &str = include_str!("tables/abbreviations.tsv");

/// What a form stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abbreviation {
    needs: Context,
    /// The lemmas of its words, as keys are; none where it is known to stand for no word worth finding.
    pub lemmas: Vec<Box<str>>,
    /// Whether it has no other sense: then what the dictionary knows of the form is left aside.
    pub only: bool,
    /// Whether it is a unit of measure or of count.
    unit: bool,
}

#[derive(Default)]
struct Table {
    /// By the form as it stands in the table.
    forms: FxHashMap<&'static str, Vec<Abbreviation>>,
    /// Forms with capitals by their small letters, where the table has no such form.
    small: FxHashMap<String, &'static str>,
}

/// The words that a form, as it stands in the text, stands for among what is around it.
pub fn look_up(form: &str, context: Context) -> Option<&'static Abbreviation> {
    let (lines, needs) = table().lines(form)?;
    lines.iter().find(|one| context.has(one.needs | needs))
}

/// What of its surroundings decides whether a form is an abbreviation, and which.
pub fn sensitivity(form: &str) -> Context {
    let Some((lines, needs)) = table().lines(form) else { return Context::NONE };
    let all = lines.iter().fold(needs, |all, one| all | one.needs);
    all.with(Context::ONLY_WITH_STOP, lines.iter().all(|one| one.needs.has(Context::STOP_AFTER)))
}

/// The number and the unit of a word that has both: 15см, 2025г, 100руб.
///
/// ```
/// use searchlib_core::text::abbreviations::number_and_unit;
/// assert_eq!(number_and_unit("15см"), Some(("15", "см")));
/// assert_eq!((number_and_unit("15абв"), number_and_unit("см15")), (None, None));
/// ```
pub fn number_and_unit(form: &str) -> Option<(&str, &str)> {
    let number = form.trim_end_matches(|character: char| !character.is_ascii_digit());
    let unit = &form[number.len()..];
    let is_number = number.starts_with(|first: char| first.is_ascii_digit())
        && number.chars().all(|character| character.is_ascii_digit() || matches!(character, ',' | '.'));
    let counted = look_up(unit, Context::NUMBER_BEFORE | Context::YEAR_BEFORE)?;
    (is_number && counted.only).then_some((number, unit))
}

/// Whether a form is a unit of measure or of count after a number.
pub(super) fn is_unit(form: &str) -> bool {
    look_up(form, Context::NUMBER_BEFORE).is_some_and(|found| found.unit)
}

/// Whether a word between a number and a unit counts as a number: 5 тыс. т, 3 миллиона т, 30 кв. м.
pub(super) fn counts(word: &str) -> bool {
    const WHOLE: [&str; 7] = ["тыс", "млн", "млрд", "трлн", "кв", "куб", "пог"];
    const BEGINNINGS: [&str; 4] = ["тысяч", "миллион", "миллиард", "триллион"];
    // The longest has ten letters and an ending of three.
    let is_short = (4..=26).contains(&word.len());
    is_short && {
        let lower = lower(word);
        WHOLE.contains(&&*lower)
            || BEGINNINGS.iter().any(|begins| lower.strip_prefix(begins).is_some_and(|ending| ending.len() <= 6))
    }
}

impl Table {
    /// The lines that a form is to be looked for in, and what they need besides for it to be one of theirs.
    fn lines(&self, form: &str) -> Option<(&[Abbreviation], Context)> {
        // No form of the table is longer.
        if form.len() > 16 {
            return None;
        }
        if let Some(lines) = self.forms.get(form) {
            return Some((lines, Context::NONE));
        }
        let lower = lower(form);
        let in_small = |lower: &str| self.small.get(lower).map(|&form| &self.forms[form]);
        let (lines, needs) = match capitals(form) {
            // «Г. Х. Андерсен» has initials, «04.11.2025 Г.» a year.
            _ if form != lower && form.chars().nth(1).is_none() => (self.forms.get(&*lower)?, Context::YEAR_BEFORE),
            Capitals::None => (in_small(&lower)?, Context::NONE),
            Capitals::First => (self.forms.get(&*lower)?, Context::NONE),
            Capitals::Several => (self.forms.get(&*lower).or_else(|| in_small(&lower))?, Context::NUMBER_BEFORE),
        };
        Some((lines, needs))
    }
}

fn table() -> &'static Table {
    static PARSED: OnceLock<Table> = OnceLock::new();
    PARSED.get_or_init(|| {
        let mut table = Table::default();
        for line in tables::rows(TABLE) {
            if let Some((form, abbreviation)) = parsed(line) {
                table.forms.entry(form).or_default().push(abbreviation);
            }
        }
        for &form in table.forms.keys() {
            let lower = form.to_lowercase();
            if !table.forms.contains_key(&*lower) {
                // Two forms of the same small letters (МБ, Мб) stand for the same.
                table.small.insert(lower, form);
            }
        }
        table
    })
}

/// A line of the table; `None` if it is malformed, which a test excludes.
fn parsed(line: &'static str) -> Option<(&'static str, Abbreviation)> {
    let mut columns = line.split('\t');
    let (form, needs, lemmas, how) = (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
    let group = columns.next().filter(|_| columns.next().is_none())?;
    let needs = needs.split(' ').try_fold(Context::NONE, |all, need| {
        Some(
            all | match need {
                "-" => Context::NONE,
                "after-number" => Context::NUMBER_BEFORE,
                "after-year" => Context::YEAR_BEFORE,
                "after-degree" => Context::DEGREE_BEFORE,
                "stop" => Context::STOP_AFTER,
                "before-capital" => Context::CAPITAL_AFTER,
                "before-small" => Context::SMALL_AFTER,
                "before-number" => Context::NUMBER_AFTER,
                _ => return None,
            },
        )
    })?;
    let only = match how {
        "only" => true,
        "also" => false,
        _ => return None,
    };
    let unit = match group {
        "units" | "counts" => true,
        "signs" | "graphic" | "bibliography" | "addresses" => false,
        _ => return None,
    };
    Some((form, Abbreviation { needs, lemmas: keys(lemmas), only, unit }))
}

/// Lemmas parted by spaces, as the keys of words are: folded, without hyphens.
pub(super) fn keys(lemmas: &str) -> Vec<Box<str>> {
    lemmas.split(' ').filter(|&lemma| lemma != "-").map(|lemma| fold(lemma).replace('-', "").into()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::surroundings::{after, before};
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines: Vec<_> = tables::rows(TABLE).collect();
        for line in &lines {
            let (form, abbreviation) = parsed(line).unwrap_or_else(|| panic!("{line:?} is no line of the table"));
            assert!(!form.is_empty() && form.len() <= 16, "{line}");
            assert!(abbreviation.lemmas.iter().all(|lemma| !lemma.is_empty()), "{line}");
        }
        assert_eq!(table().forms.values().map(Vec::len).sum::<usize>(), lines.len());
    }

    #[test]
    fn every_line_of_the_table_can_be_reached() {
        for (form, lines) in &table().forms {
            for (number, line) in lines.iter().enumerate() {
                let found = look_up(form, line.needs);
                assert_eq!(found, Some(line), "line {number} of {form} stands behind one that needs less");
            }
        }
    }

    #[test]
    fn forms_of_the_same_small_letters_stand_for_the_same() {
        for form in table().forms.keys() {
            if let Some(other) = table().small.get(&form.to_lowercase()) {
                assert_eq!(table().forms[form], table().forms[other], "{form} and {other}");
            }
        }
    }

    /// The lemmas of `form` between a word with its gap and what follows.
    fn lemmas(word: &str, gap: &str, form: &str, rest: &str) -> Option<String> {
        look_up(form, before(word, gap) | after(rest)).map(|found| found.lemmas.join(" "))
    }

    #[test]
    fn a_form_stands_for_what_its_surroundings_say() {
        for (word, gap, form, rest, expected) in [
            ("1990", " ", "г", ". в", Some("год")),
            ("1990", " ", "г", " ", Some("год грамм")),
            ("200", " ", "г", " муки", Some("грамм")),
            ("04.11.2025", " ", "Г", ". №", Some("год")),
            ("в", " ", "г", ". Туле", Some("город")),
            ("буква", " ", "г", " ", None),
            ("Г", ". ", "Г", ". Маркес", None),
            ("5", " ", "м", " ткани", Some("метр")),
            ("тыс", ". ", "т", " зерна", Some("тонна")),
            ("кв", ". ", "м", ".", Some("метр")),
            ("30", " ", "кв", ". м", Some("квадратный")),
            ("5", ", ", "кв", ". 30", Some("квартира")),
            ("км", "/", "ч", " ", Some("час")),
            ("XIX", " ", "в", ". в", Some("век")),
            ("дом", " ", "в", " лесу", None),
            ("5", " ", "в", " ряд", None),
            ("на", " ", "с", ". 15", Some("страница")),
            ("живёт", " ", "с", " братом", None),
            ("20", " °", "С", " и", Some("градус цельсий")),
            ("20", " ", "С", " братом", None),
            ("", "", "кг", "", Some("килограмм")),
            ("15", " ", "КГ", "", Some("килограмм")),
            ("", "", "КГ", "", None),
            ("", "", "Руб", ". ", Some("рубль")),
            ("", "", "МВт", "", Some("мегаватт")),
            ("", "", "мвт", "", Some("мегаватт")),
            ("15", " ", "гб", "", Some("гигабайт")),
            ("", "", "ГБ", "", None),
            ("15", " ", "см", ".", Some("сантиметр")),
            ("", "", "см", "", Some("сантиметр")),
            ("", "", "См", ". также", Some("")),
            ("полный", " ", "рис", ". Потом", None),
            ("", "", "Рис", ". 5", Some("рисунок")),
            ("", "", "мин-ва", "", Some("министерство")),
            ("дом", " ", "дом", "", None),
        ] {
            assert_eq!(lemmas(word, gap, form, rest).as_deref(), expected, "{word}{gap}{form}{rest}");
        }
    }

    #[test]
    fn a_form_tells_what_it_depends_on() {
        assert_eq!(sensitivity("кг"), Context::NONE);
        assert_eq!(sensitivity("дом"), Context::NONE);
        assert_eq!(sensitivity("КГ"), Context::NUMBER_BEFORE);
        assert!(sensitivity("г").has(Context::YEAR_BEFORE | Context::STOP_AFTER | Context::CAPITAL_AFTER));
        assert!(!sensitivity("г").has(Context::ONLY_WITH_STOP));
        assert!(sensitivity("в").has(Context::NUMBER_BEFORE | Context::STOP_AFTER | Context::ONLY_WITH_STOP));
    }

    #[test]
    fn numbers_and_units_come_apart() {
        for (form, expected) in [
            ("3,5кг", Some(("3,5", "кг"))),
            ("04.11.2025г", Some(("04.11.2025", "г"))),
            ("10МВт", Some(("10", "МВт"))),
            ("5й", None),
            ("мп3", None),
            ("а5см", None),
            ("5", None),
            ("м2", None),
            ("", None),
        ] {
            assert_eq!(number_and_unit(form), expected, "{form}");
        }
    }

    proptest! {
        #[test]
        fn any_form_is_looked_up(form in "\\PC{0,10}", bits in 0_usize..8) {
            let context = [Context::NUMBER_BEFORE, Context::STOP_AFTER, Context::CAPITAL_AFTER];
            let context = context.iter().enumerate().fold(Context::NONE, |all, (bit, &one)| all.with(one, bits >> bit & 1 == 1));
            if look_up(&form, Context::NONE).is_some() {
                prop_assert!(look_up(&form, context).is_some());
            }
            let _ = (sensitivity(&form), counts(&form));
            if let Some((number, unit)) = number_and_unit(&form) {
                prop_assert_eq!(format!("{number}{unit}"), form);
            }
        }

        #[test]
        fn what_a_form_is_not_sensitive_to_changes_nothing(number in 0_usize..280, bits in any::<u16>()) {
            let forms = &table().forms;
            let form = forms.keys().nth(number % forms.len()).unwrap();
            let all = [
                Context::NUMBER_BEFORE, Context::YEAR_BEFORE, Context::DEGREE_BEFORE, Context::STOP_AFTER,
                Context::CAPITAL_AFTER, Context::SMALL_AFTER, Context::NUMBER_AFTER,
            ];
            let around = all.iter().enumerate().fold(Context::NONE, |all, (bit, &one)| all.with(one, bits >> bit & 1 == 1));
            let sensitive = sensitivity(form);
            prop_assert_eq!(look_up(form, around), look_up(form, around & sensitive));
            if sensitive.has(Context::ONLY_WITH_STOP) && !around.has(Context::STOP_AFTER) {
                prop_assert_eq!(look_up(form, around), None);
            }
        }
    }
}
