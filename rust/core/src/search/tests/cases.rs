//! Single behaviours, each by an example.

use std::time::Duration;

use super::*;
use crate::terms::Pattern;

fn small() -> Indexed {
    let first = bodies(&["Нефть и газ", "Газ. Лес. Нефть и газа", "дома стоит лес"]);
    let second = bodies(&["нефти газ", "стали и сталь", "лес лес лес"]);
    Indexed::new(&[first, second], &[])
}

fn found(indexed: &Indexed, plan: &Plan) -> Vec<usize> {
    let mut ids = indexed.ids(&indexed.search(plan, &everything_asked()));
    ids.sort_unstable();
    ids
}

#[test]
fn words_phrases_and_nearness() {
    let indexed = small();
    assert_eq!(found(&indexed, &word("нефть")), [0, 1, 3]);
    let phrase = |words: &[&str], slop| Plan::Phrase { fields: in_body(words), slop };
    assert_eq!(found(&indexed, &phrase(&["нефть", "газ"], 0)), [3]);
    assert_eq!(found(&indexed, &phrase(&["нефть", "газ"], 1)), [0, 1, 3]);
    assert_eq!(found(&indexed, &phrase(&["газ", "нефть"], 0)), [] as [usize; 0]);
    let near = |words: &[&str], distance| Plan::Near { fields: in_body(words), distance };
    assert_eq!(found(&indexed, &near(&["газ", "нефть"], 1)), [3]);
    assert_eq!(found(&indexed, &near(&["газ", "нефть"], 2)), [0, 1, 3]);
    assert_eq!(found(&indexed, &near(&["лес", "лес", "лес"], 2)), [5]);
}

#[test]
fn unscored_plans_come_in_the_order_of_adding_with_score_0() {
    let indexed = small();
    let plan = Plan::Boolean {
        must: vec![Plan::Everything],
        should: vec![],
        must_not: vec![word("лес")],
        filter: vec![word("газ")],
        minimum: 0,
    };
    let outcome = indexed.search(&plan, &Request::default());
    assert_eq!(indexed.ids(&outcome), [0, 3]);
    assert!(outcome.hits.iter().all(|hit| hit.score == 0.0));
    assert!(outcome.total_is_exact);
    let last = indexed.search(
        &Plan::Everything,
        &Request { sort: Some(Sort::Added { descending: true }), limit: 2, ..Request::default() },
    );
    assert_eq!(indexed.ids(&last), [5, 4]);
}

#[test]
fn few_keys_of_a_pattern_are_scored_and_many_are_not() {
    let few: Vec<String> = (0..64).map(|number| format!("нефть{}", letters(number))).collect();
    let mut many = few.clone();
    many.push("нефтьщщ".to_owned());
    for (words, scored) in [(few, true), (many, false)] {
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        let indexed = Indexed::new(&[bodies(&texts[..30]), bodies(&texts[30..])], &[]);
        let plan = Plan::Pattern {
            fields: vec![FieldClause { field: BODY, weight: 1.0, alternatives: vec![] }],
            kinds: vec![KeyKind::Surface],
            pattern: Pattern::Prefix("нефть".to_owned()),
        };
        let outcome = indexed.search(&plan, &everything_asked());
        assert_eq!(outcome.total, texts.len() as u64);
        assert!(outcome.hits.iter().all(|hit| (hit.score == 1.0) != scored), "{:?}", outcome.hits[0]);
        let found = marks(&indexed.snapshot, &plan, BODY, texts[7]).unwrap();
        assert_eq!(found.marks.len(), 1);
        assert_eq!(found.marks[0].weight == 1.0, !scored);
    }
}

/// Two letters for a number below 1024.
pub fn letters(number: u32) -> String {
    [number / 32, number % 32].iter().map(|&at| char::from_u32('а' as u32 + at).unwrap()).collect()
}

#[test]
fn the_time_allowed_is_kept() {
    let indexed = small();
    let plans = [
        word("нефть"),
        Plan::Everything,
        any_of(vec![word("нефть"), word("газ")], 1),
        Plan::Phrase { fields: in_body(&["нефть", "газ"]), slop: 3 },
    ];
    for plan in plans {
        let request = Request { timeout: Some(Duration::ZERO), ..Request::default() };
        assert!(matches!(search(&indexed.snapshot, &plan, &request), Err(Error::Timeout { .. })));
        let request = Request { timeout: Some(Duration::from_secs(3600)), ..Request::default() };
        assert!(search(&indexed.snapshot, &plan, &request).is_ok());
    }
}

#[test]
fn an_explanation_names_fields_keys_and_numbers() {
    let indexed = small();
    let plan = any_of(vec![word("нефть"), Plan::Boost(Box::new(word("газ")), 2.0)], 1);
    let explanation =
        explain(&indexed.snapshot, &plan, Address { segment: 0, document: 1 }, 1.2, 0.75).unwrap().unwrap();
    let text = format!("{explanation:#?}");
    for part in
        ["body", "lemma", "нефть", "газ", "k1", "b, how", "average", "length", "df", "N,", "weight in the query 2"]
    {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    let nowhere = Address { segment: 9, document: 0 };
    assert_eq!(explain(&indexed.snapshot, &plan, nowhere, 1.2, 0.75).unwrap(), None);
}

#[test]
fn deleted_documents_are_neither_found_nor_counted() {
    let indexed = Indexed::new(&[bodies(&["газ", "газ", "лес"])], &[0]);
    for request in [Request::default(), everything_asked()] {
        let outcome = indexed.search(&word("газ"), &request);
        assert_eq!((indexed.ids(&outcome), outcome.total, outcome.total_is_exact), (vec![1], 1, true));
    }
    let gone = Address { segment: 0, document: 0 };
    assert_eq!(explain(&indexed.snapshot, &word("газ"), gone, 1.2, 0.75).unwrap(), None);
}

#[test]
fn an_index_without_documents_answers() {
    let indexed = Indexed::new(&[], &[]);
    for plan in [word("газ"), Plan::Everything, any_of(vec![word("газ"), word("лес")], 2)] {
        let outcome = indexed.search(&plan, &Request { facets: vec![TAGS], ..Request::default() });
        assert_eq!((outcome.hits.len(), outcome.total, outcome.total_is_exact), (0, 0, true));
        assert_eq!(outcome.facets, [vec![]]);
    }
}

fn marked(indexed: &Indexed, plan: &Plan, text: &str) -> Vec<(String, u32, f32)> {
    let found = marks(&indexed.snapshot, plan, BODY, text).unwrap();
    let letters: Vec<char> = text.chars().collect();
    let cut = |mark: &Mark| letters[mark.start as usize..mark.end as usize].iter().collect();
    found.marks.iter().map(|mark| (cut(mark), mark.clause, mark.share as f32)).collect()
}

#[test]
fn marks_are_the_words_of_the_plan() {
    let indexed = small();
    let text = "Дома — лес. Нефти и газа мало.\n\nГаз, газ и нефть!";
    let weak = Plan::Word(vec![FieldClause {
        field: BODY,
        weight: 1.0,
        alternatives: vec![key(KeyKind::Surface, "лес", 0.5), key(KeyKind::Lemma, "газ", 0.25), lemma("море")],
    }]);
    let plan = Plan::Boolean {
        must: vec![word("нефть")],
        should: vec![weak, Plan::Phrase { fields: in_body(&["газ", "нефть"]), slop: 1 }],
        must_not: vec![word("дом")],
        filter: vec![word("мало")],
        minimum: 0,
    };
    let expected = [
        ("лес", 1, 0.5),
        ("Нефти", 0, 1.0),
        ("газа", 1, 0.25),
        ("Газ", 1, 0.25),
        ("газ", 1, 0.25),
        ("газ и нефть", 2, 1.0),
        ("нефть", 0, 1.0),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(text, clause, share)| (text.to_owned(), clause, share)).collect();
    assert_eq!(marked(&indexed, &plan, text), expected);
    let found = marks(&indexed.snapshot, &plan, BODY, text).unwrap();
    assert_eq!(found.clauses, 3);
    assert_eq!(found.sentences.iter().map(|sentence| sentence.0).collect::<Vec<_>>(), [0, 12, 32]);
    assert!(marks(&indexed.snapshot, &plan, TITLE, text).unwrap().marks.is_empty());
    assert!(matches!(marks(&indexed.snapshot, &plan, PRICE, text), Err(Error::UnsupportedQuery(_))));
}

#[test]
fn words_near_each_other_are_marked_one_by_one() {
    let indexed = small();
    let plan = Plan::Boost(Box::new(Plan::Near { fields: in_body(&["газ", "нефть"]), distance: 2 }), 3.0);
    let expected: Vec<_> = ["нефть", "газ"].iter().map(|text| ((*text).to_owned(), 0, 1.0)).collect();
    assert_eq!(marked(&indexed, &plan, "газ лес лес лес нефть и газ"), expected);
}

#[test]
fn the_weight_of_a_mark_is_idf_times_boost() {
    let indexed = small();
    let weight = |plan: &Plan| marks(&indexed.snapshot, plan, BODY, "газ").unwrap().marks[0].weight as f32;
    let idf = (1.0f32 + (6.0 - 3.0 + 0.5) / 3.5).ln();
    assert!((weight(&word("газ")) - idf).abs() < 1e-6);
    let doubled = Plan::Boost(Box::new(any_of(vec![Plan::Boost(Box::new(word("газ")), 2.0)], 1)), 0.5);
    assert!((weight(&doubled) - idf).abs() < 1e-6);
}
