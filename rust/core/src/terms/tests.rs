//! Dictionaries in files and patterns over them, against sorted vectors and naive matching; broken bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::dictionary::SectionBytes;
use super::pattern::Matcher;
use super::*;
use crate::Error;
use crate::postings::{NO_POSITIONS, TermInfo};

/// Opens two sections written one after the other.
fn open(fst: &[u8], infos: &[u8]) -> crate::Result<TermDictionary> {
    let file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut &file, &[fst, infos, b"."].concat()).unwrap();
    // SAFETY: the file is nameless and nobody else has it.
    let map = Arc::new(unsafe { memmap2::Mmap::map(&file) }.unwrap());
    let end = fst.len() + infos.len();
    let (fst, infos) = (SectionBytes::new(map.clone(), 0..fst.len()), SectionBytes::new(map, fst.len()..end));
    TermDictionary::open(fst.unwrap(), infos.unwrap(), Path::new("segment"))
}

fn sections(terms: &BTreeMap<Vec<u8>, TermInfo>) -> (Vec<u8>, Vec<u8>) {
    let mut writer = TermDictionaryWriter::new();
    terms.iter().for_each(|(term, &info)| writer.push(term, info));
    writer.finish()
}

fn dictionary(terms: &BTreeMap<Vec<u8>, TermInfo>) -> TermDictionary {
    let (fst, infos) = sections(terms);
    open(&fst, &infos).unwrap()
}

/// Some info that tells terms apart.
fn info(number: u64) -> TermInfo {
    let document_frequency = if number.is_multiple_of(3) { 1 } else { 2 + (number % 1000) as u32 };
    TermInfo {
        document_frequency,
        occurrences: u64::from(document_frequency) + number % 7,
        postings: number * 20,
        positions: if number.is_multiple_of(5) { NO_POSITIONS } else { number * 30 },
    }
}

fn collect(dictionary: &TermDictionary, low: &[u8], high: Option<&[u8]>) -> Vec<(Vec<u8>, TermInfo)> {
    let mut found = Vec::new();
    dictionary
        .for_each_between(low, high, |term, info| {
            found.push((term.to_vec(), info));
            true
        })
        .unwrap();
    found
}

#[test]
fn ten_thousand_terms_come_back() {
    let syllables = ["ба", "ве", "го", "ду", "жи", "ка", "ле", "мо", "ну", "ры"];
    let mut terms = BTreeMap::new();
    let mut term = Vec::new();
    for number in 0..10_000u64 {
        let text: String = (0..4).map(|place| syllables[(number / 10u64.pow(place) % 10) as usize]).collect();
        encode((number % 3) as u16, KeyKind::Lemma, &text, &mut term);
        terms.insert(term.clone(), info(number));
    }
    let dictionary = dictionary(&terms);
    assert_eq!((dictionary.len(), dictionary.is_empty()), (10_000, false));
    assert!(terms.iter().all(|(term, &info)| dictionary.get(term).unwrap() == Some(info)));
    assert_eq!(dictionary.get("нет".as_bytes()).unwrap(), None);

    let every: Vec<_> = terms.iter().map(|(term, &info)| (term.clone(), info)).collect();
    let (mut stream, mut streamed) = (dictionary.stream(), Vec::new());
    while let Some((term, info)) = stream.next().unwrap() {
        streamed.push((term.to_vec(), info));
    }
    assert_eq!(streamed, every);
    assert_eq!(collect(&dictionary, b"", None), every);
    for bounds in [(10, 500), (500, 10), (7000, 7000), (0, 9999)] {
        let (low, high) = (&every[bounds.0].0, &every[bounds.1].0);
        let expected = every.get(bounds.0..bounds.1).unwrap_or(&[]);
        assert_eq!(collect(&dictionary, low, Some(high)), expected);
    }
    for prefix in ["", "ба", "вего", "рынуба", "ю"] {
        encode(1, KeyKind::Lemma, prefix, &mut term);
        let (mut found, mut first) = (Vec::new(), None);
        let mut each = |term: &[u8], info| {
            found.push((term.to_vec(), info));
            true
        };
        dictionary.for_each(&term, &mut each).unwrap();
        let expected: Vec<_> = every.iter().filter(|(other, _)| other.starts_with(&term)).cloned().collect();
        assert_eq!(found, expected);
        let mut once = |term: &[u8], _| first.replace(term.to_vec()).is_some();
        dictionary.for_each(&term, &mut once).unwrap();
        assert_eq!(first, expected.first().map(|(term, _)| term.clone()));
    }
}

#[test]
fn an_empty_dictionary_is_one() {
    let dictionary = dictionary(&BTreeMap::new());
    assert!(dictionary.is_empty() && dictionary.get(b"x").unwrap().is_none());
    assert!(dictionary.stream().next().unwrap().is_none());
}

#[test]
fn long_keys_are_cut_alike_everywhere() {
    let long = "я".repeat(600) + "а";
    let mut term = Vec::new();
    encode(0, KeyKind::Value, &long, &mut term);
    assert_eq!(decode(&term), Some((0, KeyKind::Value, &*"я".repeat(512))));
    let dictionary = dictionary(&BTreeMap::from([(term, info(1))]));
    for pattern in [Pattern::Prefix(long.clone()), Pattern::Fuzzy { text: long.clone(), distance: 1 }] {
        let matcher = Matcher::new(&pattern).unwrap();
        assert!(matcher.matches(&long));
        assert_eq!(matching(&matcher, &dictionary, 0, KeyKind::Value).len(), 1);
    }
}

fn matching(matcher: &Matcher, dictionary: &TermDictionary, field: FieldId, kind: KeyKind) -> Vec<String> {
    let mut found = Vec::new();
    matcher
        .for_each(dictionary, field, kind, |text, _| {
            found.push(text.to_owned());
            true
        })
        .unwrap();
    found
}

fn is_answered<T>(result: &crate::Result<T>) -> bool {
    matches!(result, Ok(_) | Err(Error::Corrupt { .. }))
}

/// Texts of few letters of different widths in UTF-8, so that many match.
fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[абя€😀a]{0,6}", 0..40).prop_map(|texts| texts.into_iter().collect())
}

fn naive_wildcard(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => (0..=text.len()).any(|skipped| naive_wildcard(rest, &text[skipped..])),
        ['?', rest @ ..] => !text.is_empty() && naive_wildcard(rest, &text[1..]),
        ['\\', plain @ ('*' | '?' | '\\'), rest @ ..] | [plain, rest @ ..] => {
            text.first() == Some(plain) && naive_wildcard(rest, &text[1..])
        }
    }
}

/// The whole table of optimal string alignment.
fn naive_distance(a: &[char], b: &[char]) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
            };
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                table[i][j] = table[i][j].min(table[i - 2][j - 2] + 1);
            }
        }
    }
    table[a.len()][b.len()]
}

/// The matcher and the walk of a dictionary agree with the naive answer for every text.
fn check(pattern: &Pattern, texts: &[String], naive: impl Fn(&str) -> bool) {
    let mut terms = BTreeMap::new();
    let mut term = Vec::new();
    for (number, text) in (0..).zip(texts) {
        // Neighbours in other fields and kinds must not be found.
        for (field, kind) in [(0, KeyKind::Lemma), (1, KeyKind::Lemma), (1, KeyKind::Surface), (2, KeyKind::Lemma)] {
            encode(field, kind, text, &mut term);
            terms.insert(term.clone(), info(number));
        }
    }
    let matcher = Matcher::new(pattern).unwrap();
    let expected: Vec<_> = texts.iter().filter(|text| naive(text)).cloned().collect();
    for text in texts {
        assert_eq!(matcher.matches(text), naive(text), "{pattern:?} on {text:?}");
    }
    assert_eq!(matching(&matcher, &dictionary(&terms), 1, KeyKind::Lemma), expected, "{pattern:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn prefixes(texts in texts(), prefix in "[абя€😀a]{0,3}") {
        check(&Pattern::Prefix(prefix.clone()), &texts, |text| text.starts_with(&prefix));
    }

    #[test]
    fn wildcards(mut texts in texts(), pattern in r"[абя€😀a*?]{0,6}", escaped in r"([а*?\\]|\\[а*?\\]){0,5}") {
        texts.extend([r"а*".to_owned(), "?".to_owned(), r"\а".to_owned(), r"\".to_owned(), r"а?*\".to_owned()]);
        texts.sort_unstable();
        for pattern in [pattern, escaped] {
            let naive: Vec<char> = pattern.chars().collect();
            check(&Pattern::Wildcard(pattern), &texts, |text| {
                naive_wildcard(&naive, &text.chars().collect::<Vec<_>>())
            });
        }
    }

    #[test]
    fn edits(texts in texts(), text in "[абя€😀a]{0,6}", distance in 1u8..=2) {
        let naive: Vec<char> = text.chars().collect();
        check(&Pattern::Fuzzy { text, distance }, &texts, |text| {
            naive_distance(&naive, &text.chars().collect::<Vec<_>>()) <= usize::from(distance)
        });
    }

    // A wildcard written as a regular expression, and the usual operators by their definitions.
    #[test]
    fn regular_expressions(texts in texts(), pattern in "[абя€😀a*?]{0,6}", a in "[абя€]{1,2}", b in "[абя€]{1,2}") {
        let naive: Vec<char> = pattern.chars().collect();
        let regex = pattern.replace('*', ".{0,}").replace('?', ".");
        check(&Pattern::Regex(regex), &texts, |text| naive_wildcard(&naive, &text.chars().collect::<Vec<_>>()));
        check(&Pattern::Regex(format!("{a}|{b}.?")), &texts, |text| {
            text == a || text.strip_prefix(&b).is_some_and(|rest| rest.chars().count() <= 1)
        });
        check(&Pattern::Regex(format!("({a})+?")), &texts, |text| !text.is_empty() && text.replace(&a, "").is_empty()
            && text.len() % a.len() == 0 && (0..text.len()).step_by(a.len()).all(|at| text[at..].starts_with(&a)));
        check(&Pattern::Regex("^[а-я]*$".to_owned()), &texts, |text| text.chars().all(|c| ('а'..='я').contains(&c)));
    }

    #[test]
    fn broken_sections_are_refused(
        texts in texts(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut term = Vec::new();
        let terms: BTreeMap<_, _> = (0..).zip(&texts).map(|(number, text)| {
            encode(1, KeyKind::Lemma, text, &mut term);
            (term.clone(), info(number))
        }).collect();
        let (mut fst, mut infos) = sections(&terms);
        for (at, value) in flips {
            let at = at.index(fst.len() + infos.len());
            match at.checked_sub(fst.len()) {
                None => fst[at] = value,
                Some(at) => infos[at] = value,
            }
        }
        if let Some(cut) = cut {
            fst.truncate(cut.index(fst.len() + 1));
        }
        let Ok(dictionary) = open(&fst, &infos) else { return Ok(()) };
        let mut count = 0;
        let walked = dictionary.for_each(b"", |_, _| { count += 1; true });
        prop_assert!(count <= dictionary.len());
        prop_assert!(is_answered(&walked));
        for term in terms.keys() {
            let got = dictionary.get(term);
            prop_assert!(is_answered(&got));
        }
        for pattern in [Pattern::Prefix("а".into()), Pattern::Wildcard("*".into()), Pattern::Regex(".*".into())] {
            let walked = Matcher::new(&pattern).unwrap().for_each(&dictionary, 1, KeyKind::Lemma, |_, _| true);
            prop_assert!(is_answered(&walked));
        }
        let mut stream = dictionary.stream();
        while let Ok(Some(_)) = stream.next() {}
    }
}

#[test]
fn hostile_patterns_are_refused_at_once() {
    let start = std::time::Instant::now();
    let patterns = [
        Pattern::Regex("(а{1000}){1000}".into()),
        Pattern::Regex("((((а{100}){100}){100}){100}){100}".into()),
        Pattern::Regex("(а|б)*а(а|б){30}".into()),
        Pattern::Regex(r"\w{500}".into()),
        Pattern::Regex(r"(\w+\s*){30}\d*".into()),
        Pattern::Regex("(".repeat(5000)),
        Pattern::Regex("а)(б".into()),
        Pattern::Regex("[я-а]".into()),
        Pattern::Regex(r"\bслово\b".into()),
        Pattern::Regex(r"(?-u)\xff".into()),
        Pattern::Wildcard("?".repeat(128)),
        Pattern::Fuzzy { text: "слово".into(), distance: 0 },
        Pattern::Fuzzy { text: "слово".into(), distance: 3 },
    ];
    for pattern in &patterns {
        let refused = Matcher::new(pattern);
        assert!(matches!(refused, Err(Error::UnsupportedQuery(_))), "{pattern:?}");
    }
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn useful_patterns_are_not_refused() {
    for (regex, text) in [
        (r"\w{3,8}", "слово"),
        (r"\w{20}", "достопримечательност"),
        (r"(пере|под|на)?писа(ть|л|ла|ли)", "переписали"),
        (r"(?i)МоСкВа", "москва"),
        (r"\d{4}-\d{2}-\d{2}", "2024-02-29"),
        (r"[^аеёиоуыэюя]+", "вскрк"),
        (r"\p{Cyrillic}+-\p{Latin}+", "вай-fi"),
    ] {
        assert!(Matcher::new(&Pattern::Regex(regex.into())).unwrap().matches(text), "{regex}");
    }
    let longest = "?".repeat(127) + "*";
    let matcher = Matcher::new(&Pattern::Wildcard(longest)).unwrap();
    assert!(
        matcher.matches(&"я".repeat(127)) && matcher.matches(&"я".repeat(300)) && !matcher.matches(&"я".repeat(126))
    );
}
