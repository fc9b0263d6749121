//! The index as its users see it: commits, crashes, readers beside the writer, a model of all operations.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::documents::{Document, Value};
use crate::segment::testing::*;

pub(super) fn create(path: &Path) -> Index {
    Index::create(path, schema(), analyzers()).unwrap()
}

pub(super) fn writer(index: &Index) -> IndexWriter {
    index.writer(WriterOptions::default()).unwrap()
}

/// A writer that writes a segment after almost every document.
fn poor_writer(index: &Index) -> IndexWriter {
    index.writer(WriterOptions { memory: 1, ..WriterOptions::default() }).unwrap()
}

pub(super) fn add(writer: &mut IndexWriter, documents: &[Document]) {
    let outcomes = writer.add(documents, OnDuplicate::Refuse).unwrap();
    assert!(outcomes.iter().all(Option::is_none), "{outcomes:?}");
}

/// The keys of all live documents in the order of addresses, which is that of adding.
pub(super) fn keys(snapshot: &Snapshot) -> Vec<String> {
    let (mut keys, mut last) = (Vec::new(), None);
    for (at, view) in (0..).zip(&snapshot.segments) {
        for number in (0..view.segment.document_count()).filter(|&number| view.is_live(number)) {
            let sequence = Some(view.segment.sequence(number));
            assert!(last < sequence, "addresses are in the order of adding");
            last = sequence;
            let address = Address { segment: at, document: number };
            let Value::Text(key) = &snapshot.document(address).unwrap().value(0).unwrap() else { panic!("no key") };
            assert_eq!(snapshot.find(key).unwrap(), Some(address));
            keys.push(key.clone());
        }
    }
    assert_eq!(snapshot.document_count(), keys.len() as u64);
    keys
}

pub(super) fn committed(index: &Index) -> Vec<String> {
    keys(&index.snapshot().unwrap())
}

pub(super) fn files_in(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_commit_outlives_the_process_and_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("новый").join("индекс");
    let index = create(&path);
    let mut writer = writer(&index);
    add(&mut writer, &[document("1", "Первый"), document("2", "Второй")]);
    assert!(committed(&index).is_empty());
    assert_eq!(writer.commit().unwrap(), 2);
    assert_eq!(committed(&index), ["1", "2"]);
    add(&mut writer, &[document("3", "Третий")]);
    assert!(writer.delete("1").unwrap() && !writer.delete("1").unwrap() && !writer.delete("нет").unwrap());
    assert_eq!(keys(&writer.pending_snapshot().unwrap()), ["2", "3"]);
    drop(writer);
    drop(index);

    let index = Index::open(&path, analyzers()).unwrap();
    assert_eq!((committed(&index), index.schema().as_ref()), (vec!["1".to_owned(), "2".to_owned()], &schema()));
    assert_eq!(files_in(&path).len(), 3, "lock, manifest, one segment: {:?}", files_in(&path));
    let mut writer = poor_writer(&index);
    add(&mut writer, &[document("3", "Третий")]);
    writer.rollback().unwrap();
    add(&mut writer, &[document("4", "Четвёртый")]);
    assert!(writer.delete("1").unwrap());
    writer.commit().unwrap();
    assert_eq!(committed(&index), ["2", "4"]);
    assert_eq!(index.check().unwrap(), []);
}

#[test]
fn a_commit_of_nothing_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = writer(&index);
    add(&mut writer, &[document("1", "Первый")]);
    writer.commit().unwrap();
    let before = std::fs::read(folder.path().join("manifest")).unwrap();
    assert_eq!(writer.commit().unwrap(), 1);
    writer.optimize(|| false).unwrap();
    assert_eq!(std::fs::read(folder.path().join("manifest")).unwrap(), before);
    let (one, other) = (index.snapshot().unwrap(), index.snapshot().unwrap());
    assert!(Arc::ptr_eq(&one, &other));
}

#[test]
fn one_bad_document_leaves_the_others_in() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = writer(&index);
    let mut bad = document("3", "Третий");
    bad.values[usize::from(PRICE)] = Value::Boolean(true);
    let mut keyless = document("", "Без ключа");
    keyless.values[usize::from(ID)] = Value::Null;
    let short = Document { values: vec![Value::Text("5".to_owned())], sort_keys: Vec::new() };
    let batch = [document("1", "a"), document("2", "b"), document("1", "c"), bad, keyless, short, document("4", "d")];
    let outcomes = writer.add(&batch, OnDuplicate::Refuse).unwrap();
    let refused: Vec<usize> = (0..batch.len()).filter(|&at| outcomes[at].is_some()).collect();
    assert_eq!(refused, [2, 3, 4, 5]);
    assert!(matches!(&outcomes[2], Some(Error::DuplicateKey { field, key }) if field == "id" && key == "1"));
    assert!(matches!(&outcomes[3], Some(Error::Document { field, .. }) if field == "price"));
    assert!(matches!(&outcomes[4], Some(Error::Document { field, .. }) if field == "id"));
    writer.commit().unwrap();
    assert_eq!(committed(&index), ["1", "2", "4"]);

    let mut batch = [document("2", "новый"), document("5", "e"), document("5", "новее"), document("5", "новейший")];
    batch[0].values[usize::from(PRICE)] = Value::Boolean(true);
    let outcomes = writer.add(&batch, OnDuplicate::Replace).unwrap();
    assert!(outcomes[0].is_some() && outcomes[1..].iter().all(Option::is_none));
    writer.commit().unwrap();
    assert_eq!(committed(&index), ["1", "2", "4", "5"], "a refused replacement leaves the old document");
    let snapshot = index.snapshot().unwrap();
    let newest = snapshot.document(snapshot.find("5").unwrap().unwrap()).unwrap().unpack().unwrap();
    assert_eq!(newest.values[1], Value::Text("новейший".to_owned()));
}

#[test]
fn a_call_that_fails_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, away) = (folder.path().join("index"), folder.path().join("away"));
    let index = create(&path);
    // With no memory for pending documents the first is written at once, which fails; with plenty the analysis fails.
    for memory in [1, 1 << 30] {
        let options = WriterOptions { memory, ..WriterOptions::default() };
        let mut writer = index.writer(options).unwrap();
        writer.add(&[document("1", "старый"), document("2", "старый")], OnDuplicate::Replace).unwrap();
        writer.commit().unwrap();
        writer.add(&[document("2", "средний"), document("3", "средний")], OnDuplicate::Replace).unwrap();
        let (mut batch, is_small) = (vec![document("2", "новый"), document("3", "новый")], memory == 1);
        if is_small {
            std::fs::rename(&path, &away).unwrap();
        } else {
            batch.push(document("4", FORBIDDEN));
        }
        let outcome = writer.add(&batch, OnDuplicate::Replace);
        if is_small {
            std::fs::rename(&away, &path).unwrap();
        }
        assert!(matches!((outcome, is_small), (Err(Error::Io { .. }), true) | (Err(Error::Analysis(_)), false)));
        assert!(writer.delete("3").unwrap() && !writer.delete("4").unwrap());
        let outcomes = writer.add(&[document("3", "снова")], OnDuplicate::Refuse).unwrap();
        assert!(outcomes[0].is_none());
        writer.commit().unwrap();
        let snapshot = index.snapshot().unwrap();
        let title = |key| snapshot.document(snapshot.find(key).unwrap().unwrap()).unwrap().value(1).unwrap();
        assert_eq!(keys(&snapshot), ["1", "2", "3"]);
        assert_eq!(["1", "2", "3"].map(title), ["старый", "средний", "снова"].map(|text| Value::Text(text.into())));
        assert_eq!(index.check().unwrap(), []);
    }
}

#[test]
fn two_readers_keep_their_state_while_it_is_merged_away() {
    let folder = tempfile::tempdir().unwrap();
    let (index, other) = (create(folder.path()), Index::open(folder.path(), analyzers()).unwrap());
    let mut writer = writer(&index);
    add(&mut writer, &[document("1", "Первый"), document("2", "Второй")]);
    writer.commit().unwrap();
    let first = other.snapshot().unwrap();
    add(&mut writer, &[document("3", "Третий")]);
    writer.delete("1").unwrap();
    writer.commit().unwrap();
    let second = index.snapshot().unwrap();
    assert!(Arc::ptr_eq(&second.segments[0].segment, &writer.pending_snapshot().unwrap().segments[0].segment));
    writer.optimize(|| false).unwrap();
    assert_eq!(files_in(folder.path()).iter().filter(|name| name.ends_with(".seg")).count(), 1);
    assert!(!files_in(folder.path()).iter().any(|name| name.ends_with(".del")));
    assert_eq!(
        (keys(&first), keys(&second), committed(&other)),
        (
            vec!["1".to_owned(), "2".to_owned()],
            vec!["2".to_owned(), "3".to_owned()],
            vec!["2".to_owned(), "3".to_owned()],
        )
    );
    assert_eq!(other.snapshot().unwrap().max_document_count(), 2);
    assert_eq!(first.statistics(TITLE).documents, 2);
}

#[test]
fn readers_never_fail_while_a_writer_commits() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = poor_writer(&index);
    add(&mut writer, &[document("вечный", "Вечный")]);
    writer.commit().unwrap();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let reader = Index::open(folder.path(), analyzers()).unwrap();
                    let mut seen = 0;
                    while seen < 60 {
                        let now = committed(&reader).len();
                        assert!(now >= seen && now > 0, "a reader never goes back");
                        seen = now;
                    }
                })
            })
            .collect();
        for at in 0..60 {
            add(&mut writer, &[document(&at.to_string(), "Новый документ")]);
            writer.commit().unwrap();
            if at % 9 == 0 {
                writer.optimize(|| false).unwrap();
            }
        }
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
    assert!(index.snapshot().unwrap().segments.len() < 10, "the policy merges");
}

#[test]
fn there_is_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let first = writer(&index);
    let refused = Index::open(folder.path(), analyzers()).unwrap().writer(WriterOptions::default());
    assert!(matches!(refused.err(), Some(Error::Locked { pid: Some(pid), .. }) if pid == std::process::id()));
    drop(first);
    writer(&index);
}

#[test]
fn what_a_crash_left_is_ignored_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    add(&mut writer(&index), &[]);
    let left = ["0123456789abcdef.seg", "0123456789abcdef.0123456789abcdef.del", "manifest.tmp"];
    left.iter().for_each(|name| std::fs::write(folder.path().join(name), "половина").unwrap());
    std::fs::write(folder.path().join("заметки.txt"), "чужое").unwrap();
    assert!(committed(&Index::open(folder.path(), analyzers()).unwrap()).is_empty());
    let mut writer = writer(&index);
    assert_eq!(files_in(folder.path()), ["lock", "manifest", "заметки.txt"]);
    add(&mut writer, &[document("1", "Первый")]);
    writer.commit().unwrap();
    assert_eq!(committed(&index), ["1"]);
}

#[test]
fn a_commit_that_fails_leaves_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = writer(&index);
    add(&mut writer, &[document("1", "Первый")]);
    writer.commit().unwrap();

    // The new manifest cannot be written.
    let blocker = folder.path().join("manifest.tmp");
    std::fs::create_dir(&blocker).unwrap();
    add(&mut writer, &[document("2", "Второй")]);
    writer.delete("1").unwrap();
    assert!(matches!(writer.commit(), Err(Error::Io { .. })));
    assert_eq!(committed(&index), ["1"]);
    assert_eq!(keys(&writer.pending_snapshot().unwrap()), ["2"], "everything is still pending");
    writer.rollback().unwrap();
    assert_eq!(keys(&writer.pending_snapshot().unwrap()), ["1"]);
    add(&mut writer, &[document("3", "Третий")]);
    assert!(writer.commit().is_err());
    std::fs::remove_dir(&blocker).unwrap();
    assert_eq!(writer.commit().unwrap(), 2);
    assert_eq!(committed(&index), ["1", "3"]);

    // Segments cannot be written.
    let away = folder.path().with_extension("away");
    add(&mut writer, &[document("4", "Четвёртый")]);
    std::fs::rename(folder.path(), &away).unwrap();
    assert!(writer.commit().is_err() && writer.pending_snapshot().is_err() && writer.rollback().is_err());
    std::fs::rename(&away, folder.path()).unwrap();
    assert_eq!(writer.commit().unwrap(), 3);
    assert_eq!(committed(&index), ["1", "3", "4"]);
    assert_eq!(index.check().unwrap(), []);
}

#[test]
fn an_index_without_documents_has_no_segments() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = writer(&index);
    add(&mut writer, &[document("1", "Первый"), document("2", "Второй")]);
    writer.commit().unwrap();
    let snapshot = writer.pending_snapshot().unwrap();
    let all = [0, 1].map(|document| Address { segment: 0, document });
    assert_eq!(writer.delete_at(&all[..1]).unwrap(), 1);
    assert_eq!(writer.delete_at(&all).unwrap(), 1);
    assert!(matches!(writer.delete_at(&[Address { segment: 1, document: 0 }]), Err(Error::Schema(_))));
    assert_eq!(snapshot.document_count(), 2);
    writer.commit().unwrap();
    writer.optimize(|| false).unwrap();
    assert_eq!(index.snapshot().unwrap().segments.len(), 0);
    assert_eq!(files_in(folder.path()), ["lock", "manifest"]);
    add(&mut writer, &[document("1", "Снова первый")]);
    writer.commit().unwrap();
    assert_eq!(index.snapshot().unwrap().segments[0].segment.sequence(0), 2, "sequence numbers are never used again");
}

#[test]
fn folders_that_are_no_index_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("нет");
    assert!(matches!(Index::open(&missing, analyzers()), Err(Error::NotFound { .. })));
    assert!(matches!(Index::schema_of(folder.path()), Err(Error::NotFound { .. })));
    std::fs::write(folder.path().join("файл"), "").unwrap();
    assert!(matches!(Index::create(folder.path(), schema(), analyzers()), Err(Error::Exists { .. })));
    assert!(matches!(Index::create(&folder.path().join("файл"), schema(), analyzers()), Err(Error::Exists { .. })));
    assert!(matches!(Index::create(&missing, schema(), Vec::new()), Err(Error::Schema(_))));
    assert!(!missing.exists());
    create(&missing);
    assert!(matches!(Index::create(&missing, schema(), analyzers()), Err(Error::Exists { .. })));
}

#[test]
fn a_backup_is_the_same_index_and_damage_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = (folder.path().join("индекс"), folder.path().join("копия"));
    let index = create(&path);
    let mut writer = writer(&index);
    for at in 0..3 {
        add(&mut writer, &[document(&at.to_string(), "Название"), document(&format!("{at}а"), "Другое название")]);
        writer.commit().unwrap();
    }
    writer.delete("1").unwrap();
    writer.commit().unwrap();
    index.backup(&target).unwrap();
    assert!(matches!(index.backup(&target), Err(Error::Exists { .. })));
    let copy = Index::open(&target, analyzers()).unwrap();
    assert_eq!(committed(&copy), committed(&index));
    assert_eq!(copy.check().unwrap(), []);

    for name in files_in(&target).into_iter().filter(|name| name != "lock") {
        let file = target.join(&name);
        let good = std::fs::read(&file).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 1;
        std::fs::write(target.join("bad"), bad).unwrap();
        std::fs::rename(target.join("bad"), &file).unwrap();
        let faults = copy.check().unwrap();
        assert!(faults.iter().all(|(path, what)| *path == file && !what.is_empty()) && !faults.is_empty(), "{name}");
        std::fs::remove_file(&file).unwrap();
        assert!(copy.check().map_or(true, |faults| !faults.is_empty()));
        let opened = Index::open(&target, analyzers()).err();
        assert!(matches!(opened, Some(Error::Corrupt { .. } | Error::NotFound { .. })), "{name}: {opened:?}");
        std::fs::write(&file, good).unwrap();
    }
    assert_eq!(copy.check().unwrap(), []);
}

#[derive(Debug, Clone)]
enum Step {
    Add(u8, bool),
    Delete(u8),
    DeleteFirst,
    Commit,
    Rollback,
    Optimize,
    Reopen,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..20u8, any::<bool>()).prop_map(|(key, replace)| Step::Add(key, replace)),
        3 => (0..20u8).prop_map(Step::Delete),
        1 => Just(Step::DeleteFirst),
        4 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        1 => Just(Step::Optimize),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn an_index_is_a_map_in_order_of_adding(steps in prop::collection::vec(any_step(), 0..80), memory in prop_oneof![Just(1), Just(4000), Just(1 << 30)]) {
        let folder = tempfile::tempdir().unwrap();
        let mut index = create(folder.path());
        let options = WriterOptions { memory, ..WriterOptions::default() };
        let mut writer = Some(index.writer(options.clone()).unwrap());
        // Keys by number of adding.
        let (mut pending, mut saved, mut count) = (BTreeMap::<usize, String>::new(), BTreeMap::new(), 0);
        for step in steps {
            let of = |model: &BTreeMap<usize, String>, key: &str| model.iter().find(|(_, one)| *one == key).map(|(at, _)| *at);
            let open = writer.as_mut().unwrap();
            match step {
                Step::Add(key, replace) => {
                    let key = key.to_string();
                    let mode = if replace { OnDuplicate::Replace } else { OnDuplicate::Refuse };
                    let outcome = open.add(&[document(&key, "Некий текст")], mode).unwrap();
                    let old = of(&pending, &key);
                    prop_assert_eq!(outcome[0].is_some(), old.is_some() && !replace);
                    if outcome[0].is_none() {
                        old.map(|at| pending.remove(&at));
                        pending.insert(count, key);
                        count += 1;
                    }
                }
                Step::Delete(key) => {
                    let old = of(&pending, &key.to_string());
                    prop_assert_eq!(open.delete(&key.to_string()).unwrap(), old.is_some());
                    old.map(|at| pending.remove(&at));
                }
                Step::DeleteFirst => {
                    let snapshot = open.pending_snapshot().unwrap();
                    if let Some(key) = pending.pop_first().map(|(_, key)| key) {
                        let address = snapshot.find(&key).unwrap().unwrap();
                        prop_assert_eq!(open.delete_at(&[address]).unwrap(), 1);
                    }
                }
                Step::Commit | Step::Optimize => {
                    if matches!(step, Step::Optimize) {
                        open.optimize(|| false).unwrap();
                        let snapshot = index.snapshot().unwrap();
                        prop_assert_eq!(snapshot.segments.len(), usize::from(!pending.is_empty()));
                        prop_assert_eq!(snapshot.max_document_count(), pending.len() as u64);
                    }
                    prop_assert_eq!(open.commit().unwrap(), pending.len() as u64);
                    saved.clone_from(&pending);
                }
                Step::Rollback => {
                    open.rollback().unwrap();
                    pending.clone_from(&saved);
                }
                Step::Reopen => {
                    drop(writer.take());
                    index = Index::open(folder.path(), analyzers()).unwrap();
                    writer = Some(index.writer(options.clone()).unwrap());
                    pending.clone_from(&saved);
                }
            }
            prop_assert_eq!(committed(&index), saved.values().cloned().collect::<Vec<_>>());
        }
        let pending_keys = keys(&writer.as_mut().unwrap().pending_snapshot().unwrap());
        prop_assert_eq!(pending_keys, pending.into_values().collect::<Vec<_>>());
        prop_assert_eq!(index.check().unwrap(), []);
    }
}
