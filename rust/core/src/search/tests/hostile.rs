//! Plans and files that nobody of good will would make: answered by an error of our own, never by a panic or a hang.

use super::*;
use crate::terms::Pattern;

fn indexed() -> Indexed {
    let with_tags = |mut source: Source| {
        source.tags = vec!["а".to_owned()];
        source
    };
    let sources = bodies(&["нефть газ", "лес газ газ", "нефть"]).into_iter().map(with_tags).collect();
    Indexed::new(&[sources], &[])
}

fn refused(indexed: &Indexed, plan: &Plan, request: &Request) -> String {
    match search(&indexed.snapshot, plan, request) {
        Err(Error::UnsupportedQuery(what)) => what,
        other => panic!("{plan:?} {request:?} gave {other:?}"),
    }
}

fn clause(field: FieldId, weight: f32, alternatives: Vec<Alternative>) -> Plan {
    Plan::Word(vec![FieldClause { field, weight, alternatives }])
}

#[test]
fn impossible_plans_are_refused() {
    let indexed = indexed();
    let slots = |offsets: &[u32]| -> Vec<Slot> {
        offsets.iter().map(|&offset| Slot { offset, alternatives: vec![lemma("газ")] }).collect()
    };
    let phrase =
        |field, slots: Vec<Slot>| Plan::Phrase { fields: vec![PhraseField { field, weight: 1.0, slots }], slop: 0 };
    let mut deep = word("газ");
    for _ in 0..600 {
        deep = Plan::Boost(Box::new(deep), 1.0);
    }
    let pattern = |field, kinds: Vec<KeyKind>, pattern| Plan::Pattern {
        fields: vec![FieldClause { field, weight: 1.0, alternatives: vec![] }],
        kinds,
        pattern,
    };
    let prefix = || Pattern::Prefix("г".to_owned());
    let plans = [
        Plan::Word(vec![]),
        clause(BODY, 1.0, vec![]),
        clause(BODY, 0.0, vec![lemma("газ")]),
        clause(BODY, -1.0, vec![lemma("газ")]),
        clause(BODY, f32::NAN, vec![lemma("газ")]),
        clause(BODY, f32::INFINITY, vec![lemma("газ")]),
        clause(BODY, 1.0, vec![key(KeyKind::Lemma, "газ", f32::NAN)]),
        clause(BODY, 1.0, vec![key(KeyKind::Lemma, "газ", 0.0)]),
        clause(BODY, 1.0, vec![key(KeyKind::Lemma, "газ", 1.5)]),
        clause(TAGS, 1.0, vec![lemma("газ")]),
        clause(77, 1.0, vec![lemma("газ")]),
        Plan::Phrase { fields: vec![], slop: 0 },
        phrase(BODY, vec![]),
        phrase(BODY, slots(&[0, 0])),
        phrase(BODY, slots(&[1, 0])),
        phrase(BODY, vec![Slot { offset: 0, alternatives: vec![] }]),
        phrase(TAGS, slots(&[0, 1])),
        Plan::Near { fields: vec![], distance: 3 },
        pattern(BODY, vec![], prefix()),
        pattern(TAGS, vec![KeyKind::Lemma], prefix()),
        pattern(BODY, vec![KeyKind::Surface], Pattern::Regex("(".to_owned())),
        Plan::Value { field: BODY, text: "а".to_owned() },
        Plan::ValuePattern { field: PRICE, pattern: prefix() },
        Plan::ValueRange { field: TITLE, low: None, high: None },
        Plan::NumberRange { field: TAGS, low: 0, high: 1 },
        Plan::Boost(Box::new(word("газ")), f32::NAN),
        Plan::Boost(Box::new(word("газ")), -2.0),
        deep,
    ];
    for plan in &plans {
        assert!(!refused(&indexed, plan, &Request::default()).is_empty());
        assert!(matching(&indexed.snapshot, plan).is_err());
        assert!(explain(&indexed.snapshot, plan, Address { segment: 0, document: 0 }, 1.2, 0.75).is_err());
        assert!(marks(&indexed.snapshot, plan, BODY, "газ").is_err());
    }
}

#[test]
fn impossible_requests_are_refused_with_the_way_to_mend_them() {
    let indexed = indexed();
    let column = |field| Request { sort: Some(Sort::Column { field, descending: true }), ..Request::default() };
    let text = refused(&indexed, &word("газ"), &column(TAGS));
    assert!(text.contains("tags") && text.contains("sortable=True"), "{text}");
    assert!(refused(&indexed, &word("газ"), &column(BODY)).contains("body"));
    refused(&indexed, &word("газ"), &column(99));
    let facets = |field| Request { facets: vec![field], ..Request::default() };
    assert!(refused(&indexed, &word("газ"), &facets(SOURCE)).contains("facet=True"));
    refused(&indexed, &word("газ"), &facets(99));
    refused(&indexed, &word("газ"), &Request { k1: f32::NAN, ..Request::default() });
    refused(&indexed, &word("газ"), &Request { b: 1.5, ..Request::default() });
    refused(&indexed, &word("газ"), &Request { filter: Some(Plan::Word(vec![])), ..Request::default() });
}

#[test]
fn extreme_numbers_are_searched() {
    let indexed = indexed();
    let huge = Plan::Boost(Box::new(Plan::Boost(Box::new(word("газ")), f32::MAX)), f32::MAX);
    assert_eq!(indexed.search(&huge, &everything_asked()).total, 2);
    let nothing = Plan::Boost(Box::new(huge), 0.0);
    assert_eq!(indexed.search(&nothing, &everything_asked()).total, 2);
    let far = Request { limit: usize::MAX, offset: usize::MAX, ..Request::default() };
    assert!(indexed.search(&word("газ"), &far).hits.is_empty());
    let wide = Plan::NumberRange { field: PRICE, low: i64::MIN, high: i64::MAX };
    assert_eq!(indexed.search(&wide, &everything_asked()).total, 0);
    let backwards =
        Plan::ValueRange { field: TAGS, low: Some(("я".to_owned(), true)), high: Some(("а".to_owned(), true)) };
    assert_eq!(indexed.search(&backwards, &everything_asked()).total, 0);
    let mut phrase = in_body(&["лес", "газ"]);
    phrase[0].slots[1].offset = u32::MAX;
    assert_eq!(indexed.search(&Plan::Phrase { fields: phrase, slop: u32::MAX }, &everything_asked()).total, 0);
    let near = Plan::Near { fields: in_body(&["лес", "газ"]), distance: u32::MAX };
    assert_eq!(indexed.search(&near, &everything_asked()).total, 1);
    let long = word(&"я".repeat(100_000));
    assert_eq!(indexed.search(&long, &everything_asked()).total, 0);
}

#[test]
fn a_broken_segment_gives_an_error_or_an_answer_but_no_panic() {
    let mut indexed = indexed();
    indexed.writer.commit().unwrap();
    let path = indexed.index.snapshot().unwrap().segments[0].segment.path().to_owned();
    let whole = std::fs::read(&path).unwrap();
    let plans = [
        word("газ"),
        any_of(vec![word("газ"), word("лес")], 2),
        Plan::Phrase { fields: in_body(&["нефть", "газ"]), slop: 2 },
        Plan::Value { field: TAGS, text: "а".to_owned() },
    ];
    let copy = indexed.folder.path().join("copy");
    for at in (0..whole.len()).step_by((whole.len() / 150).max(1)) {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        let _ = std::fs::remove_dir_all(&copy);
        std::fs::create_dir(&copy).unwrap();
        for entry in std::fs::read_dir(indexed.index.path()).unwrap() {
            let entry = entry.unwrap();
            let target = copy.join(entry.file_name());
            if entry.path() == path {
                std::fs::write(target, &broken).unwrap();
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
        let Ok(opened) = Index::open(&copy, analyzers()) else { continue };
        let Ok(snapshot) = opened.snapshot() else { continue };
        for plan in &plans {
            let request = Request { facets: vec![TAGS], ..Request::default() };
            for request in [Request::default(), request] {
                match search(&snapshot, plan, &request) {
                    Ok(outcome) => assert!(outcome.hits.len() <= 3),
                    Err(error) => assert!(matches!(error, Error::Corrupt { .. }), "{error}"),
                }
            }
        }
    }
}

#[test]
fn the_deepest_plans_allowed_are_searched_explained_and_marked() {
    let indexed = indexed();
    let mut deep = word("газ");
    // Three turns are four levels: one of them is a boost and the disjunction inside it.
    for turn in 0..plan::MAX_DEPTH * 3 / 4 - 2 {
        deep = match turn % 3 {
            0 => any_of(vec![deep, word("лес"), word("нефть")], 2),
            1 => all_of(vec![deep, any_of(vec![word("газ"), word("лес")], 1)]),
            _ => Plan::Boost(Box::new(any_of(vec![deep, word("лес")], 1)), 0.5),
        };
    }
    let outcome = indexed.search(&deep, &everything_asked());
    assert_eq!(outcome.total, 2);
    for hit in &outcome.hits {
        let explanation = explain(&indexed.snapshot, &deep, hit.address, 1.2, 0.75).unwrap().unwrap();
        assert_eq!(explanation.value.to_bits(), hit.score.to_bits());
    }
    assert!(!marks(&indexed.snapshot, &deep, BODY, "лес и газ").unwrap().marks.is_empty());
}
