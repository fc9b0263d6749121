//! The case stem: a key that the case forms of one unknown name share, and different names do not.
//!
//! One ending of a closed table is taken off. What names are told apart by stays: -ов, -ев, -ин, -ын, -ск, -цк are no
//! endings; a soft stem keeps its ь and a stem in a vowel gets the й of its nominative, so that a key mostly looks like
//! one: «казань» of «казанью», «андрей» of «андрея». A foreign name in -о or -и is not declined, and most of them are met
//! by nothing else: only -о after the suffixes of Russian places is an ending, and -и is the ending of a soft stem.
//!
//! Some forms can be read in two ways, and get both keys: «гоголе» may belong to Гогол and to Гоголь, «росатом» may be the
//! nominative and the instrumental of Росат. In news that is one unknown word of fourteen.
//!
//! It is a key of its own kind and meets nothing but other case stems.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::tables;

const TABLE: &str = include_str!("tables/case_endings.tsv");

/// A key has so many letters at least, ь not counted, and a vowel.
const LETTERS: usize = 3;

const VOWELS: &str = "аеиоуыэюяіїє";

/// The lines of the table by the last byte of their endings, which tells nearly all letters apart.
type Endings = [Vec<Ending>; 256];

/// A line of the table.
struct Ending {
    text: &'static str,
    /// What may stand before it.
    after: Vec<&'static str>,
    /// What the keys have instead of it.
    instead: Vec<&'static str>,
}

/// The case stems of a word in small letters with ё folded: one, or two if the form can be read in two ways, or none if
/// the word is too short. None is longer than the word.
///
/// ```
/// use searchlib_core::text::case_stem::case_stems;
/// for form in ["кречмер", "кречмера", "кречмеру"] {
///     assert_eq!(case_stems(form).collect::<Vec<_>>(), ["кречмер"]);
/// }
/// assert_eq!(case_stems("кутьина").collect::<Vec<_>>(), ["кутьин"]);
/// assert_eq!(case_stems("тюмени").collect::<Vec<_>>(), ["тюмень"]);
/// assert_eq!(case_stems("юз").count(), 0);
/// ```
pub fn case_stems(folded: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let found = endings_like(folded).iter().find_map(|ending| {
        let stem = ending.stem(folded)?;
        ending.keys(stem, folded).next().is_some().then_some((ending, stem))
    });
    let whole = found.is_none().then_some(Cow::Borrowed(folded)).filter(|word| is_key(word));
    found.into_iter().flat_map(move |(ending, stem)| ending.keys(stem, folded)).chain(whole)
}

impl Ending {
    /// What stands before the ending, if the word has it.
    fn stem<'a>(&self, word: &'a str) -> Option<&'a str> {
        let stem = word.strip_suffix(self.text)?;
        self.after.iter().any(|after| stem.ends_with(after)).then_some(stem)
    }

    fn keys<'a>(&'static self, stem: &'a str, word: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
        let keys = self.instead.iter().map(move |instead| match word[stem.len()..].strip_prefix(instead) {
            Some(_) => Cow::Borrowed(&word[..stem.len() + instead.len()]),
            None => Cow::Owned([stem, instead].concat()),
        });
        keys.filter(|key| is_key(key))
    }
}

fn is_key(text: &str) -> bool {
    text.chars().filter(|&letter| letter != 'ь').nth(LETTERS - 1).is_some() && text.contains(is_vowel)
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' | 'і' | 'ї' | 'є')
}

/// The lines of the table that a word may fit, in their order.
fn endings_like(word: &str) -> &'static [Ending] {
    word.as_bytes().last().map_or(&[], |&last| &endings()[usize::from(last)])
}

fn endings() -> &'static Endings {
    static PARSED: OnceLock<Endings> = OnceLock::new();
    PARSED.get_or_init(|| {
        let mut endings = [const { Vec::new() }; 256];
        for ending in tables::rows(TABLE).filter_map(parsed) {
            if let Some(&last) = ending.text.as_bytes().last() {
                endings[usize::from(last)].push(ending);
            }
        }
        endings
    })
}

/// A line of the table; `None` if it is malformed, which a test excludes.
fn parsed(line: &'static str) -> Option<Ending> {
    let mut columns = line.split('\t');
    let (text, after, instead) = (columns.next()?, columns.next()?, columns.next()?);
    columns.next().filter(|note| !note.is_empty())?;
    let after = after.split(' ').map(|item| Some(if item.is_ascii() { letters(class(item)?) } else { vec![item] }));
    let after: Option<Vec<_>> = after.collect();
    let instead = instead.split(' ').map(|key| if key == "-" { "" } else { key }).collect();
    Some(Ending { text, after: after?.concat(), instead })
}

/// The letters of a class of the table.
fn class(name: &str) -> Option<&'static str> {
    Some(match name {
        "vowel" => VOWELS,
        "consonant" => "бвгджзклмнпрстфхцчшщ",
        "velar" => "гкх",
        "sibilant" => "жшщчц",
        "paired" => "бвдзлмнпрстф",
        _ => return None,
    })
}

fn letters(text: &'static str) -> Vec<&'static str> {
    text.char_indices().map(|(at, letter)| &text[at..at + letter.len_utf8()]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stems(word: &str) -> Vec<String> {
        case_stems(word).map(Cow::into_owned).collect()
    }

    fn meet(one: &str, other: &str) -> bool {
        case_stems(one).any(|key| case_stems(other).any(|same| same == key))
    }

    #[test]
    fn the_table_and_the_words_have_the_same_vowels() {
        assert!(VOWELS.chars().all(is_vowel));
        assert_eq!(('\u{400}'..='\u{45F}').filter(|&letter| is_vowel(letter)).count(), VOWELS.chars().count());
    }

    #[test]
    fn every_line_of_the_table_is_read_and_reached() {
        let all = || (0..=u8::MAX).map(|last| &endings()[usize::from(last)]);
        assert_eq!(tables::rows(TABLE).count(), all().map(Vec::len).sum::<usize>());
        for (alike, at, ending) in all().flat_map(|alike| (0..).zip(alike).map(move |(at, ending)| (alike, at, ending)))
        {
            assert!(!ending.text.is_empty() && (1..=2).contains(&ending.instead.len()));
            assert!(ending.instead.iter().all(|instead| instead.chars().count() <= ending.text.chars().count()));
            let reached = ending.after.iter().any(|after| {
                let word = format!("бата{after}{}", ending.text);
                !alike[..at].iter().any(|earlier| earlier.stem(&word).is_some())
            });
            assert!(reached, "a line of -{} is never reached", ending.text);
        }
    }

    #[test]
    fn the_forms_of_a_name_share_a_key() {
        for forms in [
            &["гжель", "гжели", "гжелью"][..],
            &["вышнеградский", "вышнеградского", "вышнеградская", "вышнеградскими", "вышнеградском"],
            &["бубнов", "бубнова", "бубновой", "бубновым", "бубновы", "бубновых"],
            &["тырва", "тырвы", "тырвой", "тырвою", "тырве", "тырву"],
            &["парфений", "парфения", "парфением", "парфении"],
            &["гулькевичи", "гулькевичам", "гулькевичами", "гулькевичах"],
            &["жуковка", "жуковку", "жуковке", "жуковки"],
            &["люберцы", "люберцам", "люберец"],
            &["федосеево", "федосееве", "федосеевом", "федосееву"],
            &["заволжье", "заволжья", "заволжью", "заволжьем"],
            &["тбилиси", "тбилиси"],
            &["суханей", "суханея", "суханею", "суханеем", "суханее"],
            &["дудай", "дудая", "дудаю", "дудаем", "дудае"],
            &["ладстрой", "ладстроя", "ладстрою", "ладстроем"],
            &["волгапром", "волгапрома", "волгапромом", "волгапроме"],
            &["бучель", "бучеля", "бучелю", "бучелем", "бучеле"],
            &["красилец", "красильца", "красильцем"],
            &["торопец", "торопца", "торопце"],
            &["рыжая", "рыжей", "рыжую"],
            &["верховая", "верховой", "верховую"],
            &["хиссам", "хиссама", "хиссаму"],
            &["ганья", "ганьи", "ганье", "ганьей", "ганью"],
            &["цой", "цоя", "цоем"],
        ] {
            for form in forms {
                assert!(meet(forms[0], form), "{}: {:?}, {form}: {:?}", forms[0], stems(forms[0]), stems(form));
            }
        }
    }

    #[test]
    fn different_names_share_none() {
        for (one, other) in [
            ("рыбин", "рыба"),
            ("львовск", "львов"),
            ("дарьин", "дарья"),
            ("тимофеевна", "тимофеевич"),
            ("тимофеевне", "тимофеич"),
            ("маркони", "марком"),
            ("ливио", "ливия"),
            ("рауль", "раула"),
            ("дуарте", "дуарту"),
            ("санчо", "санчи"),
            ("перри", "перром"),
            ("карло", "карлу"),
            ("барроу", "барром"),
        ] {
            // «дуарте» may be the prepositional of Дуарт: that much the form itself says.
            assert_eq!(meet(one, other), one == "дуарте", "{one}: {:?}, {other}: {:?}", stems(one), stems(other));
        }
    }

    #[test]
    fn what_is_too_short_has_no_key() {
        for word in ["", "ия", "ил", "обь", "вдвс", "сша", "iphone"] {
            let expected = if word == "сша" { vec!["сша"] } else { vec![] };
            assert_eq!(stems(word), expected);
        }
    }

    /// Stems that a suffix can follow, in any letters.
    fn root() -> impl Strategy<Value = String> {
        "[бвгдзклмнпрст][аоуи][бвдлмнрст]{1,2}"
    }

    proptest! {
        #[test]
        fn keys_are_short_and_long_enough(word in "[а-я]{0,12}") {
            let found = stems(&word);
            prop_assert!(found.len() <= 2);
            prop_assert!(found.len() < 2 || found[0] != found[1]);
            for key in &found {
                prop_assert!(key.chars().count() <= word.chars().count());
                prop_assert!(key.chars().filter(|&letter| letter != 'ь').count() >= LETTERS && key.contains(is_vowel));
                let kept = key.trim_end_matches(['ь', 'й', 'ц', 'к']);
                prop_assert!(word.starts_with(kept), "{} of {}", key, word);
            }
            prop_assert!(!found.is_empty() || !is_key(&word));
        }

        #[test]
        fn suffixes_of_names_are_kept(root in root(), suffix in 0..6usize, ending in 0..12usize) {
            let suffix = ["ов", "ев", "ин", "ын", "ск", "цк"][suffix];
            let endings = match suffix {
                "ск" | "цк" => ["", "ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ие", "их", "ими"],
                _ => ["", "а", "у", "ым", "е", "ой", "ы", "ых", "ыми", "о", "ом", "ою"],
            };
            let stem = root + suffix;
            let found = stems(&(stem.clone() + endings[ending]));
            prop_assert_eq!(found.first(), Some(&stem));
        }

        #[test]
        fn a_declension_shares_the_key_of_its_nominative(root in root(), declension in 0..DECLENSIONS.len()) {
            let (first, others) = DECLENSIONS[declension];
            let nominative = root.clone() + first;
            for other in others {
                let form = root.clone() + other;
                prop_assert!(meet(&nominative, &form), "{}: {:?}, {}: {:?}", nominative, stems(&nominative), form, stems(&form));
            }
        }

        #[test]
        fn hard_soft_and_foreign_names_do_not_meet(root in "[бвгдзклмнпрст][аоуи][лрст]{1,2}") {
            prop_assert!(!meet(&(root.clone() + "а"), &(root.clone() + "я")));
            prop_assert!(!meet(&root, &(root.clone() + "ь")));
            prop_assert!(!meet(&root, &(root.clone() + "и")));
            prop_assert!(!meet(&root, &(root.clone() + "о")));
        }
    }

    const DECLENSIONS: [(&str, &[&str]); 14] = [
        ("ан", &["ана", "ану", "аном", "ане", "аны", "анам", "анами", "анах"]),
        ("ель", &["еля", "елю", "елем", "еле", "ели", "елям", "елями", "елях"]),
        ("ань", &["ани", "анью"]),
        ("ач", &["ача", "ачу", "ачем", "ачом", "аче", "ачи", "ачам"]),
        ("ай", &["ая", "аю", "аем", "ае", "аи", "аям", "аями", "аях"]),
        ("ей", &["ея", "ею", "еем", "ее"]),
        ("ий", &["ия", "ию", "ием", "ии"]),
        ("рой", &["роя", "рою", "роем", "рое"]),
        ("ама", &["амы", "аме", "аму", "амой", "амою"]),
        ("уля", &["ули", "уле", "улю", "улей", "улею"]),
        ("ия", &["ии", "ию", "ией", "иею"]),
        ("ьев", &["ьева", "ьеву", "ьевым", "ьеве", "ьевой", "ьевых"]),
        ("ино", &["ина", "ину", "ином", "ине"]),
        ("овый", &["ового", "овому", "овым", "овом", "овая", "овой", "овую", "овые", "овых", "овыми"]),
    ];
}
