//! Words of one root for one thing in another part of speech: Япония and японский, дорога and дорожный, проверить and
//! проверка, точный and точность.
//!
//! Asked only when a query is analysed and the caller wants it; nothing of it is in an index. The rules replace endings
//! (`tables/derivation.tsv`), the dictionary says which of the results are words, and pairs that have grown apart
//! (замечание, замечательный) are refused by a list. One step, never two: the relatives of relatives are other things.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::tables;

/// What a lemma is, as far as derivation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A noun with Geox.
    Place,
    /// Another noun with anim: people and animals.
    Person,
    /// Any other noun.
    Thing,
    /// An adjective (ADJF, neither Apro nor Anum).
    Adjective,
    /// A verb, in the infinitive.
    Verb,
}

impl Class {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "place" => Self::Place,
            "person" => Self::Person,
            "thing" => Self::Thing,
            "adjective" => Self::Adjective,
            "verb" => Self::Verb,
            _ => return None,
        })
    }
}

/// Who knows the dictionary.
pub trait Words {
    /// Whether the dictionary has this lemma, written with е for ё, in this class. Names of people, abbreviations,
    /// archaic, distorted, erroneous and slang words (Name, Surn, Patr, Abbr, Arch, Dist, Erro, Infr, Slng) do not count.
    fn is(&self, lemma: &str, class: Class) -> bool;
}

/// `letters` before `from` in a word of class `source` may stand before `to` in one of class `target`.
struct Rule {
    source: Class,
    from: &'static str,
    target: Class,
    to: &'static str,
    least: usize,
    weight: f32,
}

struct Tables {
    rules: Vec<Rule>,
    refused: FxHashSet<(&'static str, &'static str)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    rules: rows(include_str!("tables/derivation.tsv")).filter_map(|row| Rule::parse(&row)).collect(),
    refused: rows(include_str!("tables/derivation_refused.tsv"))
        .filter_map(|row| Some((*row.first()?, *row.get(1)?)))
        .collect(),
});

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    tables::rows(table).map(|line| line.split('\t').collect())
}

impl Rule {
    fn parse(row: &[&'static str]) -> Option<Self> {
        let [source, from, target, to, least, weight, ..] = *row else { return None };
        let ending = |text| if text == "∅" { "" } else { text };
        Some(Self {
            source: Class::from_name(source)?,
            from: ending(from),
            target: Class::from_name(target)?,
            to: ending(to),
            least: least.parse().ok()?,
            weight: weight.parse().ok()?,
        })
    }

    /// The word with `to` instead of `from`, if the rule is for it.
    fn change(&self, word: &str, from: &str, to: &str) -> Option<String> {
        let rest = word.strip_suffix(from)?;
        // Where either word has no ending, it ends in a consonant.
        let ends = !(from.is_empty() || to.is_empty()) || rest.ends_with(is_consonant);
        (ends && rest.chars().count() >= self.least).then(|| format!("{rest}{to}"))
    }

    fn pair<'a>(&self, class: Class, word: &'a str, other: &'a str) -> (&'a str, &'a str) {
        if class == self.source { (word, other) } else { (other, word) }
    }
}

fn is_consonant(letter: char) -> bool {
    "бвгджзклмнпрстфхцчшщ".contains(letter)
}

/// The relatives of a lemma of this class, both folded (small letters, е for ё), each with its weight, above 0 and at most
/// 1, the heaviest first. The lemma itself is none of them.
///
/// ```
/// use searchlib_core::text::derivation::{Class, Words, relatives};
///
/// struct Two;
/// impl Words for Two {
///     fn is(&self, lemma: &str, class: Class) -> bool {
///         matches!((lemma, class), ("дорога", Class::Thing) | ("дорожный", Class::Adjective))
///     }
/// }
/// assert_eq!(relatives("дорога", Class::Thing, &Two)[0].0, "дорожный");
/// assert_eq!(relatives("дорожный", Class::Adjective, &Two)[0].0, "дорога");
/// ```
pub fn relatives(lemma: &str, class: Class, words: &impl Words) -> Vec<(String, f32)> {
    let mut found: Vec<(String, f32)> = Vec::new();
    for rule in &TABLES.rules {
        let forth = (rule.source == class).then(|| (rule.change(lemma, rule.from, rule.to), rule.target));
        let back = (rule.target == class).then(|| (rule.change(lemma, rule.to, rule.from), rule.source));
        for (other, other_class) in [forth, back].into_iter().flatten() {
            let Some(other) = other.filter(|other| other != lemma) else { continue };
            if found.iter().any(|(known, weight)| *known == other && *weight >= rule.weight)
                || TABLES.refused.contains(&rule.pair(class, lemma, &other))
                || !words.is(&other, other_class)
            {
                continue;
            }
            found.retain(|(known, _)| *known != other);
            found.push((other, rule.weight));
        }
    }
    found.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A dictionary of these words.
    struct These<'a>(&'a [(&'a str, Class)]);

    impl Words for These<'_> {
        fn is(&self, lemma: &str, class: Class) -> bool {
            self.0.contains(&(lemma, class))
        }
    }

    /// A dictionary with every word there could be.
    struct All;

    impl Words for All {
        fn is(&self, _: &str, _: Class) -> bool {
            true
        }
    }

    fn names(relatives: Vec<(String, f32)>) -> Vec<String> {
        relatives.into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn every_row_is_a_rule_and_makes_its_example_in_both_directions() {
        let mut count = 0;
        for row in rows(include_str!("tables/derivation.tsv")) {
            let rule = Rule::parse(&row).unwrap_or_else(|| panic!("{row:?}"));
            let (one, other) = row[6].split_once(' ').unwrap();
            assert_eq!(rule.change(one, rule.from, rule.to).as_deref(), Some(other), "{row:?}");
            assert!(names(relatives(one, rule.source, &All)).iter().any(|word| word == other), "{row:?}");
            assert!(names(relatives(other, rule.target, &All)).iter().any(|word| word == one), "{row:?}");
            assert!(rule.weight > 0.0 && rule.weight <= 1.0 && !row[6].contains('ё'));
            count += 1;
        }
        assert_eq!(count, TABLES.rules.len());
    }

    #[test]
    fn every_refused_pair_is_one_that_the_rules_make_and_is_refused() {
        for &(one, other) in &TABLES.refused {
            let made = |rule: &Rule| rule.change(one, rule.from, rule.to).as_deref() == Some(other);
            let classes: Vec<_> =
                TABLES.rules.iter().filter(|rule| made(rule)).map(|rule| (rule.source, rule.target)).collect();
            assert!(!classes.is_empty(), "{one} {other}");
            for (source, target) in classes {
                assert!(!names(relatives(one, source, &All)).iter().any(|word| word == other), "{one} {other}");
                assert!(!names(relatives(other, target, &All)).iter().any(|word| word == one), "{one} {other}");
            }
        }
    }

    #[test]
    fn only_words_of_the_dictionary_are_relatives() {
        let words = These(&[
            ("вулкан", Class::Thing),
            ("вулканический", Class::Adjective),
            ("вулканный", Class::Thing),
            ("вулканолог", Class::Person),
            ("замечание", Class::Thing),
            ("замечательный", Class::Adjective),
        ]);
        assert_eq!(names(relatives("вулкан", Class::Thing, &words)), ["вулканический"]);
        assert_eq!(names(relatives("вулканический", Class::Adjective, &words)), ["вулкан"]);
        assert!(relatives("вулкан", Class::Verb, &words).is_empty());
        assert!(relatives("замечание", Class::Thing, &words).is_empty());
        assert!(relatives("", Class::Thing, &All).is_empty());
    }

    #[test]
    fn the_heaviest_rule_counts() {
        let words =
            These(&[("остров", Class::Thing), ("островной", Class::Adjective), ("островский", Class::Adjective)]);
        let found = relatives("остров", Class::Thing, &words);
        assert!(found.is_sorted_by(|one, other| one.1 >= other.1) && found.len() == 2, "{found:?}");
    }

    proptest! {
        #[test]
        fn being_a_relative_goes_both_ways(
            stem in "[а-я]{2,5}", ending in prop::sample::select(vec!["", "а", "ия", "ый", "ский", "ать", "ение", "ость", "ь"]),
            class in prop::sample::select(vec![Class::Place, Class::Person, Class::Thing, Class::Adjective, Class::Verb]),
        ) {
            let lemma = format!("{stem}{ending}");
            for (other, weight) in relatives(&lemma, class, &All) {
                prop_assert!(other != lemma && weight > 0.0 && weight <= 1.0);
                let classes = [Class::Place, Class::Person, Class::Thing, Class::Adjective, Class::Verb];
                let back = |class| relatives(&other, class, &All).into_iter().any(|(word, _)| word == lemma);
                prop_assert!(classes.into_iter().any(back), "{lemma} {other}");
            }
        }
    }
}
