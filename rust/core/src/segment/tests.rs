//! Segments against the naive way: builder, reader, merge, and broken files.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::merge::{maps_of, merge, write};
use super::order::Order;
use super::parts::Meta;
use super::reorder::Effort;
use super::testing::*;
use super::*;
use crate::documents::value::{float_from_ordered, float_to_ordered};
use crate::documents::{Document, Value};
use crate::index::Analyzers;
use crate::postings::{NO_MORE, norm};
use crate::{Error, Result};

/// A merge that leaves documents in the order of adding.
const AS_ADDED: Effort = Effort { least_documents: u32::MAX, memory: 0, threads: 1 };

fn written(documents: &[Document], analyzers: &Analyzers, first: u64, path: &Path) -> Arc<Segment> {
    builder(documents, analyzers, first).write(path, 3).unwrap();
    Arc::new(Segment::open(path, &schema()).unwrap())
}

/// Everything of a segment but postings, against the documents it was made of.
fn check_documents(segment: &Arc<Segment>, documents: &[Document], sequences: &[u64], analyzers: &Analyzers) {
    assert_eq!(segment.document_count() as usize, documents.len());
    let mut statistics = vec![FieldStatistics::default(); schema().fields.len()];
    for ((number, document), &sequence) in (0u32..).zip(documents).zip(sequences) {
        let stored = segment.document(number).unwrap();
        assert_eq!(stored.unpack().unwrap(), as_stored(document));
        for (field, value) in (0..).zip(&as_stored(document).values) {
            assert_eq!(stored.value(field).unwrap(), *value);
        }
        assert_eq!(segment.sequence(number), sequence);
        for ((id, field), value) in schema().iter().zip(&document.values) {
            let numbers = segment.numbers(id).map(|column| column.get(number));
            let expected = match *value {
                Value::Integer(number) | Value::Date(number) => Some(number),
                Value::Float(number) => Some(float_to_ordered(number)),
                Value::Boolean(truth) => Some(i64::from(truth)),
                Value::DateTime { micros, .. } => Some(micros),
                _ => None,
            };
            assert_eq!(numbers.flatten(), expected.filter(|_| numbers.is_some()));
            if let (Value::Float(number), Some(Some(ordered))) = (value, numbers) {
                assert_eq!(float_from_ordered(ordered), *number);
            }
            if let Some(column) = segment.keywords(id) {
                let mut expected: Vec<&str> = value.texts().collect();
                expected.sort_unstable();
                expected.dedup();
                let found: Vec<_> = column.values_of(number).map(|value| str::from_utf8(value).unwrap()).collect();
                assert_eq!(found, expected);
            }
            if let Some(column) = segment.order(id) {
                let expected = document.sort_keys.iter().find(|(of, _)| *of == id).map(|(_, key)| &key[..]);
                assert_eq!(column.first(number).map(|ordinal| column.value(ordinal)), expected);
            }
            if let Some(analyzer) = &analyzers[usize::from(id)] {
                let analyzed = analyse(value, analyzer).map(|(analyzed, _)| analyzed).unwrap_or_default();
                assert_eq!(segment.norms(id)[number as usize], norm::encode(analyzed.length), "{}", field.name);
                let sentences = segment.sentences(id, number).unwrap();
                assert_eq!(sentences.length, analyzed.length);
                if analyzed.length > 0 {
                    let starts = analyzed.sentences.iter().map(|start| (start.position, start.paragraph));
                    assert_eq!(sentences.starts, starts.collect::<Vec<_>>());
                }
                statistics[usize::from(id)].documents += u64::from(analyzed.length > 0);
                statistics[usize::from(id)].length += u64::from(analyzed.length);
            }
        }
    }
    schema().iter().for_each(|(id, _)| assert_eq!(segment.statistics(id), statistics[usize::from(id)]));
    assert_eq!(segment.verify(&schema()), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_segment_gives_back_what_went_in(documents in any_documents(0..40)) {
        let (folder, analyzers) = (tempfile::tempdir().unwrap(), analyzers());
        let segment = written(&documents, &analyzers, 5, &folder.path().join("a"));
        prop_assert_eq!(dump(&segment), naive_dump(&documents, &analyzers));
        let sequences: Vec<u64> = (0..documents.len() as u64).map(|at| 5 + 2 * at).collect();
        check_documents(&segment, &documents, &sequences, &analyzers);
    }

    #[test]
    fn a_merge_is_the_segment_of_the_live_documents(
        documents in any_documents(1..60), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        deleted in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
    ) {
        let (folder, analyzers) = (tempfile::tempdir().unwrap(), analyzers());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(documents.len() + 1)).collect();
        cuts.extend([0, documents.len()]);
        cuts.sort_unstable();
        let dead: Vec<usize> = deleted.iter().map(|at| at.index(documents.len())).collect();
        let mut sources = Vec::new();
        for pair in cuts.windows(2) {
            let range = pair[0]..pair[1];
            let path = folder.path().join(sources.len().to_string());
            let segment = written(&documents[range.clone()], &analyzers, 2 * range.start as u64, &path);
            let mut bits = Bitset::new(range.len() as u32);
            dead.iter().filter(|at| range.contains(at)).for_each(|at| { bits.insert((at - range.start) as u32); });
            sources.push((segment, (bits.count() > 0).then(|| Arc::new(bits))));
        }
        let path = folder.path().join("merged");
        let maps = merge(&sources, &Arc::new(schema()), &path, AS_ADDED, &AtomicBool::new(false)).unwrap().unwrap().1;
        let merged = Arc::new(Segment::open(&path, &schema()).unwrap());

        let live: Vec<usize> = (0..documents.len()).filter(|at| !dead.contains(at)).collect();
        let new: Vec<u32> = (0..documents.len()).map(|at| live.binary_search(&at).map_or(NO_MORE, |at| at as u32)).collect();
        prop_assert_eq!(maps.concat(), new);
        let kept: Vec<Document> = live.iter().map(|&at| documents[at].clone()).collect();
        let sequences: Vec<u64> = live.iter().map(|&at| 2 * at as u64).collect();
        prop_assert_eq!(dump(&merged), naive_dump(&kept, &analyzers));
        check_documents(&merged, &kept, &sequences, &analyzers);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn in_any_order_a_merge_is_the_segment_of_its_documents(
        documents in any_documents(2..60), cut in any::<prop::sample::Index>(), seed in any::<u32>(),
        deleted in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
    ) {
        let (folder, analyzers, schema) = (tempfile::tempdir().unwrap(), analyzers(), Arc::new(schema()));
        let (cut, never) = (cut.index(documents.len()), AtomicBool::new(false));
        let dead: Vec<usize> = deleted.iter().map(|at| at.index(documents.len())).collect();
        let source = |range: std::ops::Range<usize>, name| {
            let segment = written(&documents[range.clone()], &analyzers, 2 * range.start as u64, &folder.path().join(name));
            let mut bits = Bitset::new(range.len() as u32);
            dead.iter().filter(|at| range.contains(at)).for_each(|at| { bits.insert((at - range.start) as u32); });
            (segment, Some(Arc::new(bits)))
        };
        let sources = [source(0..cut, "a"), source(cut..documents.len(), "b")];
        let mut live: Vec<usize> = (0..documents.len()).filter(|at| !dead.contains(at)).collect();
        let mut order: Vec<usize> = (0..live.len()).collect();
        order.sort_by_key(|&at| (at as u32 + 1).wrapping_mul(seed | 1).rotate_left(9));
        let mut places = vec![0u32; live.len()];
        (0u32..).zip(&order).for_each(|(place, &at)| places[at] = place);
        live = order.iter().map(|&at| live[at]).collect();

        let (mut maps, count) = maps_of(&sources);
        let order = Order::by_places(&mut maps, &places);
        let meta = Meta { documents: count as u32, fields: Vec::new(), reordered: true };
        let path = folder.path().join("merged");
        write(&sources, &schema, &path, (&maps, &order), meta, &never).unwrap().unwrap();
        let merged = Arc::new(Segment::open(&path, &schema).unwrap());
        let new: Vec<u32> = (0..documents.len())
            .map(|at| live.iter().position(|&other| other == at).map_or(NO_MORE, |place| place as u32)).collect();
        prop_assert_eq!(maps.concat(), new);
        let kept: Vec<Document> = live.iter().map(|&at| documents[at].clone()).collect();
        let sequences: Vec<u64> = live.iter().map(|&at| 2 * at as u64).collect();
        prop_assert_eq!(dump(&merged), naive_dump(&kept, &analyzers));
        check_documents(&merged, &kept, &sequences, &analyzers);

        // Beside a neighbour it is merged as any other.
        let more = vec![document("новый", "Нефть и газ")];
        let neighbour = written(&more, &analyzers, 2 * documents.len() as u64, &folder.path().join("c"));
        let path = folder.path().join("again");
        merge(&[(merged, None), (neighbour, None)], &schema, &path, AS_ADDED, &never).unwrap().unwrap();
        let again = Segment::open(&path, &schema).unwrap();
        let all = [kept, more].concat();
        prop_assert_eq!(dump(&again), naive_dump(&all, &analyzers));
    }
}

fn some_documents() -> Vec<Document> {
    let numbered = |at: i64| {
        let mut document = document(&at.to_string(), &format!("Заголовок номер {at}. О нефти и газе."));
        document.values[usize::from(BODY)] = Value::List(vec![
            Value::Text("Первый абзац о нефти.\n\nВторой абзац о нефти и о другом.".to_owned()),
            Value::Text(format!("слово{} повторяется: слово{}", at % 7, at % 5)),
        ]);
        document.values[usize::from(TAGS)] =
            Value::List(vec![Value::Text(format!("тег{}", at % 3)), Value::Text("общий".into())]);
        document.values[usize::from(SOURCE)] = Value::Text(format!("источник {}", at % 4));
        document.values[usize::from(PRICE)] = if at % 2 == 0 { Value::Null } else { Value::Float(at as f64 / 3.0) };
        document.sort_keys = vec![(SOURCE, vec![at as u8 % 4])];
        document
    };
    (0..300).map(numbered).collect()
}

/// Reads everything that a search could; errors are fine, panics are not.
fn walk(segment: &Arc<Segment>) -> Result<()> {
    let mut positions = Vec::new();
    let mut stream = segment.terms().stream();
    while let Some((_, info)) = stream.next()? {
        let mut cursor = segment.postings(&info);
        for steps in 0.. {
            assert!(steps <= segment.document_count(), "a broken list does not end");
            if cursor.doc() == NO_MORE {
                break;
            }
            cursor.frequency();
            cursor.positions(&mut positions);
            cursor.block_bound(cursor.doc());
            cursor.group_bound(cursor.doc());
            let target = cursor.doc().saturating_add(40);
            if steps % 5 == 4 {
                cursor.seek(target)
            } else {
                cursor.next()
            };
        }
    }
    for document in 0..segment.document_count() {
        let _ = segment.document(document).map(|stored| (stored.unpack(), stored.value(BODY)));
        let _ = (segment.sentences(BODY, document), segment.sequence(document));
        for column in [segment.keywords(TAGS), segment.keywords(SOURCE), segment.order(SOURCE)].into_iter().flatten() {
            column.values_of(document).for_each(|value| assert!(value.len() < 1 << 20));
        }
        let _ = segment.numbers(PRICE).map(|column| column.get(document));
    }
    Ok(())
}

#[test]
fn a_broken_file_is_found_and_never_a_panic() {
    let (folder, analyzers) = (tempfile::tempdir().unwrap(), analyzers());
    let path = folder.path().join("good");
    written(&some_documents(), &analyzers, 0, &path);
    let good = std::fs::read(&path).unwrap();
    let path = folder.path().join("bad");
    for at in (0..good.len()).step_by(good.len() / 400) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        std::fs::write(&path, &bad).unwrap();
        match Segment::open(&path, &schema()) {
            Err(Error::Corrupt { .. }) => {}
            Err(other) => panic!("byte {at}: {other}"),
            Ok(segment) => {
                assert!(!segment.verify(&schema()).is_empty(), "byte {at}");
                let _ = walk(&Arc::new(segment));
            }
        }
        std::fs::write(&path, &good[..at]).unwrap();
        let cut = Segment::open(&path, &schema()).err();
        assert!(matches!(cut, Some(Error::Corrupt { .. })), "cut at {at}");
    }
}

#[test]
fn a_large_document_goes_through() {
    let (folder, analyzers) = (tempfile::tempdir().unwrap(), analyzers());
    let mut large = document("большой", "заголовок");
    large.values[10] = Value::Json("документ ".repeat(3 << 20));
    let documents = [document("до", "раз"), large, document("после", "два")];
    let segment = written(&documents, &analyzers, 0, &folder.path().join("a"));
    for (number, expected) in (0..).zip(&documents) {
        assert_eq!(segment.document(number).unwrap().unpack().unwrap(), *expected);
    }
    assert!(segment.file().bytes().len() < 1 << 20, "it is compressed");
    assert!(matches!(segment.document(3), Err(Error::Corrupt { .. })));
}

#[test]
fn a_refused_document_leaves_no_trace() {
    let (folder, analyzers) = (tempfile::tempdir().unwrap(), analyzers());
    let mut builder = builder(&[document("1", "один")], &analyzers, 0);
    let before = builder.memory();
    let mut bad = document("2", "два");
    bad.values[usize::from(PRICE)] = Value::Float(f64::NAN);
    let nothing = builder::AnalyzedFields { fields: vec![None; 11] };
    assert!(matches!(builder.add(&bad, &nothing, 2), Err(Error::Document { field, .. }) if field == "price"));
    assert_eq!((builder.document_count(), builder.memory()), (1, before));
    builder.write(&folder.path().join("a"), 1).unwrap();
    let segment = Segment::open(&folder.path().join("a"), &schema()).unwrap();
    assert_eq!(dump(&segment), naive_dump(&[document("1", "один")], &analyzers));
    assert!(builder.write(&folder.path().join("a"), 1).is_err(), "a segment file is never overwritten");
}

#[test]
fn a_segment_of_another_schema_is_refused() {
    let (folder, analyzers) = (tempfile::tempdir().unwrap(), analyzers());
    let path = folder.path().join("a");
    written(&[document("1", "один")], &analyzers, 0, &path);
    let mut other = schema();
    other.fields.pop();
    assert!(matches!(Segment::open(&path, &other), Err(Error::Corrupt { .. })));
    let mut other = schema();
    other.fields[0].facet = true;
    assert!(matches!(Segment::open(&path, &other), Err(Error::Corrupt { .. })));
}
