//! Random small collections of several segments with deletions, against the naive engine.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::naive::Naive;
use super::*;
use crate::passages;
use crate::terms::Pattern;

const WORDS: &[&str] = &["нефть", "нефти", "газ", "газа", "дом", "дома", "стали", "лес"];
const KEYS: &[&str] = &["нефть", "нефти", "газ", "дом", "дома", "сталь", "стать", "лес", "море"];
const VALUES: &[&str] = &["а", "б", "ба", "в"];

fn texts(longest: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..longest).prop_map(|words| words.join(" "))
}

fn value() -> impl Strategy<Value = String> {
    prop::sample::select(VALUES).prop_map(str::to_owned)
}

fn source() -> impl Strategy<Value = Source> {
    let values = (
        texts(4),
        texts(14),
        prop::collection::vec(value(), 0..3),
        prop::option::of(value()),
        prop::option::of(-3i64..4),
    );
    values.prop_map(|(title, body, tags, source, price)| Source { title, body, tags, source, price })
}

fn alternatives() -> impl Strategy<Value = Vec<Alternative>> {
    let kind = prop::sample::select(vec![KeyKind::Lemma, KeyKind::Surface]);
    let one = (kind, prop::sample::select(KEYS), prop::sample::select(vec![1.0f32, 0.6, 0.25]));
    prop::collection::vec(one.prop_map(|(kind, text, weight)| key(kind, text, weight)), 1..4)
}

fn weight() -> impl Strategy<Value = f32> {
    prop::sample::select(vec![1.0f32, 2.0, 0.3])
}

fn clauses() -> impl Strategy<Value = Vec<FieldClause>> {
    let clause = |field| {
        (weight(), alternatives()).prop_map(move |(weight, alternatives)| FieldClause { field, weight, alternatives })
    };
    prop_oneof![
        clause(BODY).prop_map(|one| vec![one]),
        clause(TITLE).prop_map(|one| vec![one]),
        (clause(TITLE), clause(BODY)).prop_map(|(one, two)| vec![one, two]),
    ]
}

fn phrases() -> impl Strategy<Value = Vec<PhraseField>> {
    let field = |field| {
        (weight(), prop::collection::vec((1u32..3, alternatives()), 1..4)).prop_map(move |(weight, gaps)| {
            let mut offset = 0;
            let mut slots = Vec::new();
            for (gap, alternatives) in gaps {
                slots.push(Slot { offset, alternatives });
                offset += gap;
            }
            PhraseField { field, weight, slots }
        })
    };
    prop_oneof![
        field(BODY).prop_map(|one| vec![one]),
        (field(TITLE), field(BODY)).prop_map(|(one, two)| vec![one, two]),
    ]
}

fn pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        prop::sample::select(vec!["не", "", "дом", "з"]).prop_map(|text| Pattern::Prefix(text.to_owned())),
        prop::sample::select(vec!["*а", "?а*", "нефт?", "*"]).prop_map(|text| Pattern::Wildcard(text.to_owned())),
    ]
}

fn leaf() -> impl Strategy<Value = Plan> {
    let bound = || prop::option::of((value(), any::<bool>()));
    let values = || prop::sample::select(vec![TAGS, SOURCE]);
    let kinds = prop::sample::select(vec![
        vec![],
        vec![KeyKind::Lemma],
        vec![KeyKind::Surface],
        vec![KeyKind::Lemma, KeyKind::Surface],
    ]);
    prop_oneof![
        4 => clauses().prop_map(Plan::Word),
        2 => (phrases(), 0u32..3).prop_map(|(fields, slop)| Plan::Phrase { fields, slop }),
        2 => (phrases(), 0u32..5).prop_map(|(fields, distance)| Plan::Near { fields, distance }),
        1 => (clauses(), kinds, pattern()).prop_map(|(fields, kinds, pattern)| Plan::Pattern { fields, kinds, pattern }),
        1 => Just(Plan::Everything),
        1 => Just(Plan::Nothing),
        1 => (values(), value()).prop_map(|(field, text)| Plan::Value { field, text }),
        1 => (values(), pattern()).prop_map(|(field, pattern)| Plan::ValuePattern { field, pattern }),
        1 => (values(), bound(), bound()).prop_map(|(field, low, high)| Plan::ValueRange { field, low, high }),
        1 => (-4i64..4, -4i64..4).prop_map(|(low, high)| Plan::NumberRange { field: PRICE, low, high }),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    leaf().prop_recursive(3, 20, 4, |inner| {
        let some = || prop::collection::vec(inner.clone(), 0..3);
        let more = prop::collection::vec(inner.clone(), 0..5);
        let factor = prop::sample::select(vec![0.0f32, 0.5, 1.0, 2.5]);
        prop_oneof![
            4 => (some(), more, some(), some(), 0u32..4).prop_map(|(must, should, must_not, filter, minimum)| {
                Plan::Boolean { must, should, must_not, filter, minimum }
            }),
            2 => prop::collection::vec(inner.clone(), 1..5).prop_map(|plans| any_of(plans, 1)),
            1 => (inner, factor).prop_map(|(plan, factor)| Plan::Boost(Box::new(plan), factor)),
        ]
    })
}

/// Scores in double precision and in floats may differ by rounding, but not by more.
fn close(one: f32, other: f64) -> bool {
    (f64::from(one) - other).abs() <= 1e-4 * other.abs().max(1.0)
}

/// What the index knows of a document leads to the marks that its text alone gives.
fn check_marks(indexed: &Indexed, plan: &Plan, address: Address) {
    let marker = marker(&indexed.snapshot, plan).unwrap();
    let document = indexed.snapshot.document(address).unwrap();
    for field in [TITLE, BODY] {
        let (text, ranges) = marker.ranges(&document, field, None).unwrap();
        let expected = marker.marks(field, &text).unwrap();
        assert_eq!(ranges, passages::ranges(&expected.marks));
        let expected = passages::choose(&text, &expected, 2, 12, &|| Ok(())).unwrap();
        assert_eq!(marker.passages(&document, field, 2, 12, None).unwrap(), (text, expected));
    }
}

fn check(indexed: &Indexed, naive: &Naive, plan: &Plan, k1: f32, b: f32) -> std::result::Result<(), TestCaseError> {
    let base = Request { k1, b, ..everything_asked() };
    let expected = naive.search(plan);
    let all = indexed.search(plan, &base);
    prop_assert!(all.total_is_exact);
    prop_assert_eq!(all.total, expected.len() as u64);
    let found: BTreeMap<Address, f32> = all.hits.iter().map(|hit| (hit.address, hit.score)).collect();
    prop_assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (address, &score) in &found {
        let explanation = explain(&indexed.snapshot, plan, *address, k1, b).unwrap().unwrap();
        prop_assert_eq!(explanation.value.to_bits(), score.to_bits(), "{:#?}", explanation);
        if plan.is_scored() {
            prop_assert!(close(score, expected[address]), "{} {}", score, expected[address]);
        } else {
            prop_assert_eq!(score, 0.0);
        }
    }
    let sets = matching(&indexed.snapshot, plan).unwrap();
    for address in indexed.addresses() {
        let matched = sets[address.segment as usize].contains(address.document);
        prop_assert_eq!(matched, expected.contains_key(&address));
        if !matched {
            prop_assert_eq!(explain(&indexed.snapshot, plan, address, k1, b).unwrap(), None);
        }
    }
    for address in indexed.addresses() {
        check_marks(indexed, plan, address);
    }
    // The documents of these tests lie in the order of adding, so ties and unscored hits are by address either way.
    let in_order =
        |one: &Hit, next: &Hit| one.score > next.score || (one.score == next.score && one.address < next.address);
    prop_assert!(all.hits.is_sorted_by(in_order), "{:?}", all.hits);
    for (limit, offset) in [(0, 0), (1, 0), (3, 2), (usize::MAX, 1)] {
        for count in [false, true] {
            let part = indexed.search(plan, &Request { limit, offset, count, ..base.clone() });
            let wanted: Vec<Hit> = all.hits.iter().skip(offset).take(limit).copied().collect();
            prop_assert_eq!(part.hits, wanted);
            let (total, exact) = (part.total, part.total_is_exact);
            prop_assert!(total == all.total || (total < all.total && !exact && !count), "{} {}", total, exact);
        }
    }
    Ok(())
}

/// A live document.
type Row<'a> = (Address, &'a Source);

fn check_orders(
    indexed: &Indexed,
    naive: &Naive,
    plan: &Plan,
    filter: &Plan,
) -> std::result::Result<(), TestCaseError> {
    let (matched, allowed) = (naive.search(plan), naive.search(filter));
    let mut rows: Vec<Row<'_>> =
        naive.live().filter(|(address, _)| matched.contains_key(address) && allowed.contains_key(address)).collect();
    let base = Request { filter: Some(filter.clone()), facets: vec![TAGS], ..everything_asked() };
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, source) in &rows {
        for tag in source.tags.iter().collect::<std::collections::BTreeSet<_>>() {
            *counts.entry(tag).or_insert(0) += 1;
        }
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().map(|(tag, count)| (tag.to_owned(), count)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let by_score = indexed.search(plan, &base);
    prop_assert_eq!(&by_score.facets, &vec![counts]);
    prop_assert_eq!((by_score.total, by_score.total_is_exact), (rows.len() as u64, true));
    for hit in &by_score.hits {
        prop_assert!(!plan.is_scored() || close(hit.score, matched[&hit.address]));
    }
    for descending in [false, true] {
        let mut check = |sort: Sort, order: &dyn Fn(&Row<'_>, &Row<'_>) -> Ordering| {
            rows.sort_by(|one, other| order(one, other).then(one.0.cmp(&other.0)));
            let found = indexed.search(plan, &Request { sort: Some(sort), ..base.clone() });
            let addresses: Vec<Address> = found.hits.iter().map(|hit| hit.address).collect();
            prop_assert_eq!(addresses, rows.iter().map(|row| row.0).collect::<Vec<_>>(), "{:?}", sort);
            for hit in &found.hits {
                prop_assert!(by_score.hits.contains(hit));
            }
            Ok(())
        };
        let turned = |order: Ordering| if descending { order.reverse() } else { order };
        check(Sort::Added { descending }, &|one, other| turned(one.0.cmp(&other.0)))?;
        check(Sort::Column { field: PRICE, descending }, &|one, other| match (one.1.price, other.1.price) {
            (Some(one), Some(other)) => turned(one.cmp(&other)),
            (one, other) => other.is_some().cmp(&one.is_some()),
        })?;
        check(Sort::Column { field: SOURCE, descending }, &|one, other| match (&one.1.source, &other.1.source) {
            (Some(one), Some(other)) => turned(one.cmp(other)),
            (one, other) => other.is_some().cmp(&one.is_some()),
        })?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn it_is_the_naive_engine(
        batches in prop::collection::vec(prop::collection::vec(source(), 1..9), 1..4),
        deleted in prop::collection::vec(0usize..24, 0..5),
        plans in prop::collection::vec(plan(), 1..9),
        filter in leaf(),
        k1 in prop::sample::select(vec![1.2f32, 0.0, 0.7, 2.0]),
        b in prop::sample::select(vec![0.75f32, 0.0, 1.0]),
    ) {
        let indexed = Indexed::new(&batches, &deleted);
        let sources = batches.concat();
        let naive = Naive::new(&indexed, &sources, k1, b);
        let usual = Naive::new(&indexed, &sources, 1.2, 0.75);
        for plan in &plans {
            check(&indexed, &naive, plan, k1, b)?;
            check_orders(&indexed, &usual, plan, &filter)?;
        }
    }
}
