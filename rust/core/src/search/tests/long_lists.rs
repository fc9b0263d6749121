//! Lists of many blocks: skipping gives what looking at everything gives, and windows join without a seam.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::cases::letters;
use super::*;
use crate::terms::Pattern;

const DOCUMENTS: usize = 13_000;

/// A number that looks random, the same every time.
fn scattered(number: usize, salt: u64) -> u64 {
    let mut bits = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD1B5_4A32_D192_ED03);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits ^ (bits >> 32)
}

/// «нефть» everywhere and rarely often, the better the later at the first document of some blocks; «река» everywhere, best
/// at the first document of the first and the third group of blocks; «газ» in every third, «лес» in a stretch, «дом» almost
/// nowhere; many are equal. Ninety words and three hundred tags, each rare.
fn sources() -> Vec<Source> {
    let source = |number: usize| {
        let often = match number {
            _ if number.is_multiple_of(640) => 10 + number / 640,
            _ if scattered(number, 1).is_multiple_of(997) => 6,
            _ => 1 + scattered(number, 2) as usize % 2,
        };
        let mut body = vec!["нефть"; often];
        body.extend(match number {
            0 => vec!["река"; 5],
            8192 => vec!["река"; 60],
            _ => vec!["река"],
        });
        body.extend(vec!["море"; scattered(number, 3) as usize % 4 * 5]);
        if number.is_multiple_of(3) {
            body.push("газ");
        }
        if (5000..5400).contains(&number) {
            body.push("лес");
        }
        if scattered(number, 4).is_multiple_of(200) {
            body.push("дом");
        }
        let rare = number.is_multiple_of(7).then(|| format!("слог{}", letters(number as u32 % 90)));
        body.extend(rare.as_deref());
        let title = if scattered(number, 5).is_multiple_of(11) { "нефти и газа" } else { "море" };
        Source {
            title: title.to_owned(),
            body: body.join(" "),
            price: (!number.is_multiple_of(50)).then_some(scattered(number, 6) as i64 % 100),
            source: (!number.is_multiple_of(3)).then(|| format!("{:05}", scattered(number, 8) % 50_000)),
            tags: vec![letters(scattered(number, 9) as u32 % 300)],
        }
    };
    (0..DOCUMENTS).map(source).collect()
}

fn indexed(deleted: &[usize]) -> Indexed {
    let sources = sources();
    Indexed::new(&[sources[..9000].to_vec(), sources[9000..].to_vec()], deleted)
}

fn in_two_fields(alternatives: &[Alternative]) -> Plan {
    let clause = |field, weight| FieldClause { field, weight, alternatives: alternatives.to_vec() };
    Plan::Word(vec![clause(TITLE, 2.0), clause(BODY, 1.0)])
}

fn check(indexed: &Indexed) {
    let surface = key(KeyKind::Surface, "нефть", 0.5);
    let plans = [
        word("нефть"),
        word("газ"),
        word("лес"),
        word("река"),
        Plan::Boost(Box::new(word("нефть")), 2.5),
        in_two_fields(&[lemma("нефть")]),
        in_two_fields(&[lemma("нефть"), surface]),
        in_two_fields(&[lemma("газ"), key(KeyKind::Lemma, "лес", 0.8)]),
        word("нет"),
    ];
    let mut skipped = 0;
    for plan in &plans {
        for (k1, b) in [(1.2, 0.75), (0.0, 0.75), (2.0, 0.0), (0.9, 1.0)] {
            let all = indexed.search(plan, &Request { k1, b, ..everything_asked() });
            for (limit, offset) in [(1, 0), (10, 0), (10, 90), (2000, 0), (0, 0)] {
                let found = indexed.search(plan, &Request { k1, b, limit, offset, ..Request::default() });
                let expected: Vec<Hit> = all.hits.iter().skip(offset).take(limit).copied().collect();
                assert_eq!(found.hits, expected, "{plan:?} {limit} {offset} {k1} {b}");
                assert!(found.total <= all.total);
                assert!(!found.total_is_exact || found.total == all.total);
                skipped += usize::from(!found.total_is_exact);
            }
        }
    }
    assert!(skipped > 20, "skipped in {skipped} searches");
}

#[test]
fn skipping_gives_the_same_hits() {
    check(&indexed(&[]));
}

#[test]
fn skipping_gives_the_same_hits_with_deletions() {
    let deleted: Vec<usize> = (0..DOCUMENTS).filter(|&number| scattered(number, 7).is_multiple_of(5)).collect();
    check(&indexed(&deleted));
}

/// A phrase or a nearness of two words in the body, or in title and body.
fn together(words: [&str; 2], fields: &[FieldId], near: Option<u32>) -> Plan {
    let slots = |_| (0..).zip(words).map(|(offset, word)| Slot { offset, alternatives: vec![lemma(word)] }).collect();
    let fields = fields.iter().map(|&field| PhraseField { field, weight: 1.5, slots: slots(field) }).collect();
    match near {
        None => Plan::Phrase { fields, slop: 0 },
        Some(distance) => Plan::Near { fields, distance },
    }
}

fn pattern(start: &str, fields: &[FieldId]) -> Plan {
    let clause = |&field| FieldClause { field, weight: 1.5, alternatives: vec![] };
    Plan::Pattern {
        fields: fields.iter().map(clause).collect(),
        kinds: vec![KeyKind::Surface, KeyKind::Lemma],
        pattern: Pattern::Prefix(start.to_owned()),
    }
}

/// Plans of every kind that bounds are used for, over the words of [`sources`].
fn plan() -> impl Strategy<Value = Plan> {
    let text = || prop::sample::select(vec!["нефть", "газ", "лес", "дом", "река", "море", "нет"]);
    let share = || prop::sample::select(vec![1.0f32, 0.7, 0.3]);
    let keys =
        || prop::collection::vec((text(), share()).prop_map(|(text, share)| key(KeyKind::Lemma, text, share)), 1..3);
    let both = || prop::sample::select(vec![vec![BODY], vec![TITLE, BODY]]);
    let leaf = prop_oneof![
        4 => text().prop_map(word),
        2 => keys().prop_map(|keys| in_two_fields(&keys)),
        2 => (text(), text(), both(), prop::option::of(1u32..4))
            .prop_map(|(one, other, fields, near)| together([one, other], &fields, near)),
        2 => (prop::sample::select(vec!["", "н", "слог", "слога", "слогаа", "нет"]), both())
            .prop_map(|(start, fields)| pattern(start, &fields)),
        1 => (-50i64..60).prop_map(|low| Plan::NumberRange { field: PRICE, low, high: low + 40 }),
        1 => prop::sample::select(vec!["а", "", "нет"])
            .prop_map(|start| Plan::ValuePattern { field: TAGS, pattern: Pattern::Prefix(start.to_owned()) }),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let some = |most| prop::collection::vec(inner.clone(), 0..most);
        let factor = prop::sample::select(vec![0.0f32, 0.5, 3.0]);
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..5).prop_map(|plans| any_of(plans, 1)),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(all_of),
            3 => (some(3), some(4), some(2), some(2), 0u32..3).prop_map(|(must, should, must_not, filter, minimum)| {
                Plan::Boolean { must, should, must_not, filter, minimum }
            }),
            1 => (inner.clone(), factor).prop_map(|(plan, factor)| Plan::Boost(Box::new(plan), factor)),
        ]
    })
}

/// By score, by a column of numbers, by keywords, by the order of adding.
fn sort() -> impl Strategy<Value = Option<Sort>> {
    let column = (prop::sample::select(vec![PRICE, SOURCE]), any::<bool>());
    prop_oneof![
        3 => Just(None),
        2 => column.prop_map(|(field, descending)| Some(Sort::Column { field, descending })),
        1 => any::<bool>().prop_map(|descending| Some(Sort::Added { descending })),
    ]
}

#[test]
fn what_comes_too_late_in_an_order_is_not_looked_at() {
    let indexed = indexed(&[3]);
    for plan in [word("нефть"), Plan::Everything, Plan::NumberRange { field: PRICE, low: 0, high: 90 }] {
        for descending in [false, true] {
            for sort in [Sort::Column { field: SOURCE, descending }, Sort::Added { descending }] {
                let base = Request { sort: Some(sort), limit: 2, ..Request::default() };
                let all = indexed.search(&plan, &Request { count: true, ..base.clone() });
                let few = indexed.search(&plan, &base);
                assert_eq!(few.hits, all.hits);
                let is_known = plan == Plan::Everything;
                assert!(few.total <= all.total && few.total_is_exact == is_known, "{few:?} {all:?}");
                assert!(!is_known || few.total == all.total);
            }
        }
    }
}

#[test]
fn a_pattern_of_many_keys_is_over_when_there_are_enough() {
    for deleted in [vec![], (0..300).collect()] {
        let indexed = indexed(&deleted);
        for (start, most) in [("слог", 4096 / 7 + 2), ("слога", DOCUMENTS)] {
            let plan = pattern(start, &[BODY]);
            let all = indexed.search(&plan, &everything_asked());
            let few = indexed.search(&plan, &Request::default());
            assert_eq!(few.hits, all.hits[..10]);
            assert!(!few.total_is_exact && few.total < all.total.min(most as u64), "{} {}", few.total, all.total);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]
    #[test]
    fn the_first_are_the_first_of_all(plan in plan(), filter in prop::option::of(plan()), sort in sort()) {
        static INDEXED: LazyLock<[Indexed; 2]> =
            LazyLock::new(|| [indexed(&[]), indexed(&(0..DOCUMENTS).filter(|number| number % 4 == 1).collect::<Vec<_>>())]);
        for indexed in &*INDEXED {
            let all = indexed.search(&plan, &Request { filter: filter.clone(), sort, ..everything_asked() });
            for (limit, offset) in [(1, 0), (10, 0), (5, 90), (2000, 0)] {
                let asked = Request { limit, offset, filter: filter.clone(), sort, ..Request::default() };
                let found = indexed.search(&plan, &asked);
                let expected: Vec<Hit> = all.hits.iter().skip(offset).take(limit).copied().collect();
                prop_assert_eq!(found.hits, expected);
                prop_assert!(found.total <= all.total && (!found.total_is_exact || found.total == all.total));
            }
        }
    }
}

#[test]
fn the_bound_of_a_block_is_never_below_a_score_and_often_equals_the_best() {
    let indexed = indexed(&[]);
    let (clock, scratch) = (clock::Clock::endless(), cursor::Scratch::new());
    let execution = compile::Execution { snapshot: &indexed.snapshot, scratch: &scratch, clock: &clock };
    for (k1, b) in [(1.2, 0.75), (0.0, 0.75), (2.0, 0.0), (0.9, 1.0)] {
        for plan in [word("нефть"), word("газ"), in_two_fields(&[lemma("нефть"), key(KeyKind::Surface, "газ", 0.7)])]
        {
            let parameters = bm25::Parameters::new(k1, b).unwrap();
            let node = compile::Compiler::new(&indexed.snapshot, parameters, &clock).compile(&plan).unwrap();
            let compile::Node::Word(word) = &node else { panic!("a word") };
            for wide in [false, true] {
                let (mut cursor, mut target, mut equal) = (word.open(execution, 0).unwrap(), 0, 0);
                loop {
                    let (last, bound) = cursor.block_or_group_bound(target, wide);
                    if last == crate::postings::NO_MORE {
                        break;
                    }
                    assert!(last >= target);
                    let mut best = 0.0f32;
                    cursor.score_runs(target, last, |_, scores| {
                        best = scores.iter().copied().fold(best, f32::max);
                    });
                    assert!(best <= bound, "{best} {bound}");
                    equal += usize::from(best == bound);
                    target = last + 1;
                }
                // The sum of the fields' bests and the merged impacts of a group may lie above every document.
                assert!(equal > 0 || wide || word.fields.len() > 1, "{plan:?}");
            }
        }
    }
}

#[test]
fn the_total_of_one_list_is_known_without_counting() {
    let found = indexed(&[]).search(&word("нефть"), &Request::default());
    assert_eq!((found.total, found.total_is_exact), (DOCUMENTS as u64, true));
}

#[test]
fn clauses_of_all_densities_meet() {
    let indexed = indexed(&[1, 5001, 12_999]);
    let alone = |plan: &Plan| -> Vec<usize> {
        let mut ids = indexed.ids(&indexed.search(plan, &everything_asked()));
        ids.sort_unstable();
        ids
    };
    let (oil, gas, forest, house) = (word("нефть"), word("газ"), word("лес"), word("дом"));
    let cheap = Plan::NumberRange { field: PRICE, low: 0, high: 9 };
    let both = |one: &Plan, other: &Plan| -> Vec<usize> {
        let other = alone(other);
        alone(one).into_iter().filter(|id| other.binary_search(id).is_ok()).collect()
    };
    assert!(!both(&gas, &forest).is_empty() && !both(&gas, &house).is_empty() && !both(&house, &cheap).is_empty());
    for (one, other) in [(&oil, &gas), (&gas, &forest), (&house, &gas), (&forest, &cheap), (&house, &cheap)] {
        assert_eq!(alone(&all_of(vec![one.clone(), other.clone()])), both(one, other));
        let either = any_of(vec![one.clone(), other.clone()], 1);
        let inside = all_of(vec![either.clone(), oil.clone()]);
        assert_eq!(alone(&inside), alone(&either));
        assert_eq!(alone(&either).len(), alone(one).len() + alone(other).len() - both(one, other).len());
        let except = Plan::Boolean {
            must: vec![one.clone()],
            should: vec![],
            must_not: vec![other.clone()],
            filter: vec![],
            minimum: 0,
        };
        assert_eq!(alone(&except).len(), alone(one).len() - both(one, other).len());
        let two = any_of(vec![house.clone(), one.clone(), other.clone()], 2);
        let pairs = any_of(
            vec![
                all_of(vec![house.clone(), one.clone()]),
                all_of(vec![house.clone(), other.clone()]),
                all_of(vec![one.clone(), other.clone()]),
            ],
            1,
        );
        assert_eq!(alone(&two), alone(&pairs));
    }
}

#[test]
fn explanations_hold_over_windows() {
    let indexed = indexed(&[]);
    let should = vec![word("газ"), word("дом"), in_two_fields(&[lemma("нефть"), lemma("лес")])];
    let plans = [
        any_of(should.clone(), 2),
        Plan::Boolean { must: vec![word("газ")], should, must_not: vec![], filter: vec![], minimum: 0 },
    ];
    for plan in plans {
        let all = indexed.search(&plan, &everything_asked());
        assert!(all.total > 3000);
        for hit in all.hits.iter().step_by(61) {
            let explanation = explain(&indexed.snapshot, &plan, hit.address, 1.2, 0.75).unwrap().unwrap();
            assert_eq!(explanation.value.to_bits(), hit.score.to_bits());
        }
    }
}

#[test]
fn ten_thousand_clauses_and_deep_nesting_are_searched() {
    let indexed = indexed(&[]);
    let expected = indexed.search(&word("газ"), &everything_asked());
    let mut many = vec![word("нет"); 9_998];
    many.extend([word("газ"), word("дом")]);
    let found = indexed.search(&any_of(many.clone(), 1), &everything_asked());
    assert_eq!(found.total, indexed.search(&any_of(vec![word("газ"), word("дом")], 1), &everything_asked()).total);
    let many = vec![word("газ"); 10_000];
    assert_eq!(indexed.search(&any_of(many, 1), &everything_asked()).total, expected.total);
    let mut deep = word("газ");
    for level in 0..200 {
        deep = match level % 3 {
            0 => any_of(vec![deep, word("дом")], 1),
            1 => all_of(vec![deep, word("нефть")]),
            _ => Plan::Boost(Box::new(deep), 0.9),
        };
    }
    assert!(indexed.search(&deep, &everything_asked()).total >= expected.total);
}
