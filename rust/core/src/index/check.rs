//! Looks for damage in every file of the newest commit.

use std::path::PathBuf;

use super::files;
use super::manifest::Manifest;
use super::shared::Shared;
use super::snapshot::SegmentView;
use crate::segment::{Segment, deletions};
use crate::terms;
use crate::text::token::KeyKind;
use crate::{Error, Result};

/// See [`super::Index::check`]. Opens every file anew: what is open already was read before the damage.
pub fn check(shared: &Shared) -> Result<Vec<(PathBuf, String)>> {
    let mut faults = Vec::new();
    let manifest = match Manifest::read(&shared.path) {
        Err(error @ Error::Corrupt { .. }) => return Ok(vec![fault(shared.path.join(files::MANIFEST), error)]),
        manifest => manifest?,
    };
    let mut views: Vec<SegmentView> = Vec::new();
    let mut last_sequence = None;
    for entry in &manifest.segments {
        let path = shared.path.join(&entry.name);
        let segment = match Segment::open(&path, &shared.schema) {
            Ok(segment) => segment,
            Err(error) => {
                faults.push(fault(path, error));
                continue;
            }
        };
        faults.extend(segment.verify(&shared.schema).into_iter().map(|what| (path.clone(), what)));
        let documents = segment.document_count();
        if documents != entry.documents {
            faults.push((path, format!("{} documents expected, {documents} found", entry.documents)));
            continue;
        }
        let sequences = || (0..documents).map(|document| segment.sequence(document));
        let (first, last) = (sequences().min().unwrap_or(0), sequences().max().unwrap_or(0));
        if last_sequence.is_some_and(|before| before >= first) || last >= manifest.next_sequence {
            faults.push((path, "its sequence numbers do not follow those of the segment before".to_owned()));
        }
        last_sequence = Some(last);
        let deleted = match &entry.deletions {
            Some(name) => match deletions::read(&shared.path.join(name), documents) {
                Ok(deleted) => Some(deleted.into()),
                Err(error) => {
                    faults.push(fault(shared.path.join(name), error));
                    continue;
                }
            },
            None => None,
        };
        views.push(SegmentView { segment: segment.into(), deleted });
    }
    if let Some(unique) = shared.schema.unique() {
        let mut prefix = Vec::new();
        terms::encode(unique, KeyKind::Value, "", &mut prefix);
        for at in 0..views.len() {
            check_keys(&views[..=at], &prefix, &mut faults)?;
        }
    }
    Ok(faults)
}

fn fault(path: PathBuf, error: Error) -> (PathBuf, String) {
    match error {
        Error::Corrupt { path, what } => (path, what),
        Error::Io { path, source } => (path, source.to_string()),
        error => (path, error.to_string()),
    }
}

/// Whether a key of the last of these segments has another live document in it or in one before.
fn check_keys(views: &[SegmentView], prefix: &[u8], faults: &mut Vec<(PathBuf, String)>) -> Result<()> {
    let Some((last, before)) = views.split_last() else { return Ok(()) };
    let mut failed = None;
    last.segment.terms().for_each(prefix, |term, _| {
        let count = || -> Result<usize> {
            let own = last.live_documents(term)?.take(2).count();
            let others = if own == 0 { &[] } else { before };
            others.iter().try_fold(own, |count, view| Ok(count + view.live_documents(term)?.take(1).count()))
        };
        match count() {
            Ok(0 | 1) => true,
            Ok(_) => {
                let key = terms::decode(term).map_or("", |(.., key)| key);
                faults.push((last.segment.path().to_owned(), format!("the key {key:?} names several documents")));
                true
            }
            Err(error) => {
                failed = Some(error);
                false
            }
        }
    })?;
    failed.map_or(Ok(()), Err)
}
