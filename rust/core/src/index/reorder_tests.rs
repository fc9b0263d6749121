//! An index whose documents `optimize` puts in another order: what its users see stays as it was.

use std::collections::BTreeMap;

use super::tests::{add, create, files_in, writer};
use super::*;
use crate::documents::{Document, Value};
use crate::search::{Alternative, FieldClause, Plan, Request, Sort, search};
use crate::segment::testing::*;
use crate::text::token::KeyKind;

/// Documents of four topics by turns; the prices of most are equal.
fn documents(range: std::ops::Range<usize>) -> Vec<Document> {
    let topics = [
        "Нефть и газ дорожают на мировой бирже",
        "Команда забила гол и выиграла матч",
        "Учёные открыли планету у далёкой звезды",
        "Театр показал премьеру новой оперы",
    ];
    let one = |at: usize| {
        let mut document = document(&at.to_string(), &format!("{} {}", topics[at % 4], at % 7));
        document.values[usize::from(PRICE)] = Value::Float((at % 3) as f64);
        document
    };
    range.map(one).collect()
}

/// The keys of what a search finds, in order, and their scores.
fn found(index: &Index, plan: &Plan, sort: Option<Sort>) -> Vec<(String, f32)> {
    let snapshot = index.snapshot().unwrap();
    let request = Request { limit: usize::MAX, sort, ..Request::default() };
    let hits = search(&snapshot, plan, &request).unwrap().hits;
    let key = |address| match &snapshot.document(address).unwrap().value(0).unwrap() {
        Value::Text(key) => key.clone(),
        _ => panic!("no key"),
    };
    hits.into_iter().map(|hit| (key(hit.address), hit.score)).collect()
}

fn is_reordered(index: &Index) -> bool {
    let snapshot = index.snapshot().unwrap();
    let segment = &snapshot.segments[0].segment;
    let sequences: Vec<u64> = (0..segment.document_count()).map(|document| segment.sequence(document)).collect();
    segment.is_reordered() && !sequences.is_sorted()
}

fn word(text: &str) -> Plan {
    let alternative = Alternative { kind: KeyKind::Surface, text: text.to_owned(), weight: 1.0 };
    Plan::Word(vec![FieldClause { field: TITLE, weight: 1.0, alternatives: vec![alternative] }])
}

/// An index of 700 documents, some replaced, some deleted, in several segments.
fn index(path: &std::path::Path) -> (Index, IndexWriter) {
    let index = create(path);
    let mut writer = writer(&index);
    writer.reordered_from = 500;
    add(&mut writer, &documents(0..400));
    writer.commit().unwrap();
    add(&mut writer, &documents(400..700));
    writer.add(&documents(20..30), OnDuplicate::Replace).unwrap();
    writer.delete("5").unwrap();
    writer.commit().unwrap();
    (index, writer)
}

#[test]
fn hits_scores_and_orders_stay_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let (index, mut writer) = index(folder.path());
    let orders = [
        Sort::Added { descending: false },
        Sort::Added { descending: true },
        Sort::Column { field: PRICE, descending: false },
        Sort::Column { field: PRICE, descending: true },
    ];
    let plans = [Plan::Everything, word("гол"), word("и")];
    let scores = |index: &Index, plan| found(index, plan, None).into_iter().collect::<BTreeMap<String, f32>>();
    let sorted = |index: &Index| -> Vec<Vec<(String, f32)>> {
        plans.iter().flat_map(|plan| orders.map(|order| found(index, plan, Some(order)))).collect()
    };
    // Before it there are deleted documents in the statistics.
    writer.reordered_from = u32::MAX;
    writer.optimize(|| false).unwrap();
    assert!(!is_reordered(&index));
    let before =
        (sorted(&index), plans.each_ref().map(|plan| scores(&index, plan)), found(&index, &Plan::Everything, None));
    writer.reordered_from = 500;
    writer.optimize(|| false).unwrap();
    assert!(is_reordered(&index));
    let after =
        (sorted(&index), plans.each_ref().map(|plan| scores(&index, plan)), found(&index, &Plan::Everything, None));
    assert_eq!(before, after);
    assert_eq!(index.check().unwrap(), []);
}

#[test]
fn it_is_changed_and_merged_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let (index, mut writer) = index(folder.path());
    writer.optimize(|| false).unwrap();
    assert!(is_reordered(&index));
    let files = files_in(folder.path());
    writer.optimize(|| false).unwrap();
    assert_eq!(files_in(folder.path()), files, "once is enough");

    writer.add(&documents(100..110), OnDuplicate::Replace).unwrap();
    add(&mut writer, &documents(700..710));
    assert!(writer.delete("699").unwrap() && !writer.delete("5").unwrap());
    writer.commit().unwrap();
    assert_eq!(index.check().unwrap(), []);
    let mut expected: Vec<usize> = (0..700).filter(|at| ![5, 699].contains(at)).collect();
    expected.retain(|at| !(20..30).contains(at) && !(100..110).contains(at));
    expected.extend((20..30).chain(100..110).chain(700..710));
    for least_documents in [u32::MAX, 500] {
        let keys: Vec<usize> =
            found(&index, &Plan::Everything, None).iter().map(|(key, _)| key.parse().unwrap()).collect();
        assert_eq!(keys, expected);
        writer.reordered_from = least_documents;
        writer.optimize(|| false).unwrap();
        assert_eq!(index.snapshot().unwrap().segments.len(), 1);
        assert_eq!(index.check().unwrap(), []);
    }
    for key in &expected {
        let address = index.snapshot().unwrap().find(&key.to_string()).unwrap().unwrap();
        let document = index.snapshot().unwrap().document(address).unwrap();
        assert_eq!(document.value(0).unwrap(), Value::Text(key.to_string()));
    }
}

#[test]
fn whoever_is_told_to_stop_leaves_all_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (index, mut writer) = index(folder.path());
    add(&mut writer, &documents(700..701));
    let error = writer.optimize(|| true).unwrap_err();
    assert!(matches!(error, Error::Interrupted), "{error}");
    assert_eq!(index.snapshot().unwrap().segments.len(), 3, "what was pending is committed");
    assert_eq!(files_in(folder.path()).len(), 6, "{:?}", files_in(folder.path()));
    assert_eq!(found(&index, &Plan::Everything, None).len(), 700);
    writer.optimize(|| false).unwrap();
    assert_eq!(index.check().unwrap(), []);
}

#[test]
fn without_memory_for_it_the_order_of_adding_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (index, mut writer) = index(folder.path());
    writer.memory = 1000;
    writer.optimize(|| false).unwrap();
    assert!(!is_reordered(&index));
    assert_eq!(index.snapshot().unwrap().segments.len(), 1);
    assert_eq!(index.check().unwrap(), []);
}
