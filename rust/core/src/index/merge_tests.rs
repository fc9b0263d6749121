//! Merges beside the writer: what is deleted, rolled back or broken while one runs.

use std::os::unix::fs::FileExt;

use super::policy;
use super::tests::{add, committed, create, files_in, keys, writer};
use super::*;
use crate::segment::format::SegmentFileWriter;
use crate::segment::testing::*;

/// A writer after four commits of two documents each, whose merge runs.
fn merging(index: &Index) -> IndexWriter {
    let mut writer = writer(index);
    for at in 0..4 {
        add(&mut writer, &[document(&format!("{at}"), "Первый"), document(&format!("{at}а"), "Второй")]);
        writer.commit().unwrap();
    }
    assert_eq!(writer.merging.len(), 1);
    writer
}

fn install(writer: &mut IndexWriter) {
    let finished = writer.merging.wait().unwrap();
    writer.install(finished);
}

const ALL: [&str; 8] = ["0", "0а", "1", "1а", "2", "2а", "3", "3а"];

fn without(gone: &[&str]) -> Vec<String> {
    ALL.iter().filter(|key| !gone.contains(key)).map(|&key| key.to_owned()).collect()
}

#[test]
fn what_is_deleted_while_a_merge_runs_stays_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = merging(&index);
    writer.delete("1").unwrap();
    writer.commit_pending().unwrap();
    writer.delete("3а").unwrap();
    let before = index.snapshot().unwrap();
    install(&mut writer);
    assert_eq!(writer.segments.len(), 1);
    writer.delete("0").unwrap();
    assert_eq!(keys(&writer.pending_snapshot().unwrap()), without(&["0", "1", "3а"]));
    assert_eq!(committed(&index), without(&["1"]), "nothing is visible before the commit");
    writer.commit_pending().unwrap();
    assert_eq!(committed(&index), without(&["0", "1", "3а"]));
    assert_eq!(keys(&before), without(&["1"]));
    assert_eq!(index.snapshot().unwrap().segments.len(), 1);
    assert_eq!(index.check().unwrap(), []);
}

#[test]
fn a_rollback_undoes_a_merge_that_no_commit_names() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = merging(&index);
    writer.delete("1").unwrap();
    writer.rollback().unwrap();
    assert_eq!(writer.merging.len(), 1, "the merge of committed segments goes on");
    writer.delete("2").unwrap();
    install(&mut writer);
    writer.rollback().unwrap();
    assert_eq!(keys(&writer.pending_snapshot().unwrap()), ALL);
    drop(writer);
    assert_eq!(files_in(folder.path()).len(), 6, "four segments, manifest, lock: {:?}", files_in(folder.path()));
    assert_eq!(committed(&Index::open(folder.path(), analyzers()).unwrap()), ALL);
}

#[test]
fn a_merge_of_what_was_rolled_back_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = writer(&index);
    for key in ["1", "2", "3", "4"] {
        add(&mut writer, &[document(key, "Некий")]);
        writer.pending_snapshot().unwrap();
    }
    writer.start_merges();
    assert_eq!(writer.merging.len(), 1);
    writer.rollback().unwrap();
    assert_eq!(writer.merging.len(), 0);
    assert_eq!(files_in(folder.path()), ["lock", "manifest"]);
}

#[test]
fn closing_finishes_small_merges_and_keeps_only_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = merging(&index);
    add(&mut writer, &[document("9", "Не подтверждён")]);
    writer.delete("0").unwrap();
    writer.close().unwrap();
    assert_eq!(committed(&index), ALL);
    assert_eq!(files_in(folder.path()).len(), 3, "{:?}", files_in(folder.path()));
}

#[test]
fn all_documents_of_a_merge_may_die_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = merging(&index);
    for key in ALL {
        assert!(writer.delete(key).unwrap());
    }
    writer.commit_pending().unwrap();
    assert!(committed(&index).is_empty());
    install(&mut writer);
    writer.commit().unwrap();
    writer.close().unwrap();
    assert_eq!(files_in(folder.path()), ["lock", "manifest"]);
}

#[test]
fn a_broken_segment_fails_the_merge_and_not_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let mut writer = writer(&index);
    add(&mut writer, &[document("1", "Первый")]);
    writer.commit().unwrap();
    let segment = writer.segments[0].view.segment.clone();
    let stored = segment.file().find("stored").unwrap();
    let file = std::fs::File::options().write(true).open(segment.path()).unwrap();
    file.write_all_at(&vec![0xff; stored.len()], stored.start as u64).unwrap();
    for key in ["2", "3", "4"] {
        add(&mut writer, &[document(key, "Ещё")]);
        writer.commit().unwrap();
    }
    while !writer.merging.is_idle() {
        std::thread::yield_now();
    }
    add(&mut writer, &[document("5", "Пятый")]);
    let error = writer.commit().unwrap_err();
    assert!(matches!(&error, Error::Merge(cause) if matches!(**cause, Error::Corrupt { .. })), "{error}");
    assert_eq!(index.snapshot().unwrap().document_count(), 5, "all is committed");
    assert_eq!(index.snapshot().unwrap().segments.len(), 5);
}

#[test]
fn however_many_commits_there_are_few_segments() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    for round in 0..40 {
        let mut writer = writer(&index);
        for at in 0..5 {
            add(&mut writer, &[document(&format!("{round}.{at}"), "Один документ")]);
            writer.commit().unwrap();
            assert!(index.snapshot().unwrap().segments.len() <= policy::MOST);
        }
        // Ended without a word now and then, so that merges are given up.
        if round % 3 == 0 { drop(writer) } else { writer.close().unwrap() }
    }
    assert_eq!(committed(&index).len(), 200);
    assert_eq!(index.check().unwrap(), []);
}

#[test]
fn a_folder_that_takes_no_new_file_is_told_when_segments_pile_up() {
    let folder = tempfile::tempdir().unwrap();
    let index = create(folder.path());
    let refused = || Error::io(folder.path())(std::io::Error::other("no space left"));
    let mut writer = writer(&index);
    writer.merge_error = Some(refused());
    for at in 0..policy::MOST + 1 {
        add(&mut writer, &[document(&at.to_string(), "Один")]);
        writer.pending_snapshot().unwrap();
    }
    let error = writer.commit().unwrap_err();
    assert!(error.to_string().contains("all documents are committed"), "{error}");
    assert_eq!(committed(&index).len(), policy::MOST + 1);
    assert!(writer.commit().is_ok(), "the next commit merges");
    assert!(index.snapshot().unwrap().segments.len() <= policy::MOST);
    writer.merge_error = Some(refused());
    assert!(writer.commit().is_ok(), "few segments can wait for room");
    // The name of a merge in the making is spared, and its leftovers go with the writer.
    drop(writer);
    SegmentFileWriter::create(&folder.path().join("0123456789abcdef.seg")).unwrap();
    std::fs::write(folder.path().join("0123456789abcdef.spool"), "позиции").unwrap();
    drop(self::writer(&index));
    assert!(!files_in(folder.path()).iter().any(|name| name.starts_with("0123456789abcdef")));
}
