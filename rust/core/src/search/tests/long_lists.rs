//! Lists of many blocks: skipping gives what looking at everything gives, and windows join without a seam.

use super::*;

const DOCUMENTS: usize = 13_000;

/// A number that looks random, the same every time.
fn scattered(number: usize, salt: u64) -> u64 {
    let mut bits = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD1B5_4A32_D192_ED03);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits ^ (bits >> 32)
}

/// «нефть» everywhere and rarely often, the better the later at the first document of some blocks; «река» everywhere, best
/// at the first document of the first and the third group of blocks; «газ» in every third, «лес» in a stretch, «дом» almost nowhere; many are equal.
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
        let title = if scattered(number, 5).is_multiple_of(11) { "нефти и газа" } else { "море" };
        Source {
            title: title.to_owned(),
            body: body.join(" "),
            price: Some(scattered(number, 6) as i64 % 100),
            ..Source::default()
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
                    cursor.score_range(target, last, |_, score| best = best.max(score));
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
