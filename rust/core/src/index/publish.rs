//! How what a writer holds becomes durable: pending documents to segments, segments merged, the manifest replaced.

use std::ops::Range;
use std::sync::Arc;

use super::files;
use super::manifest::{Manifest, SegmentEntry};
use super::policy::{self, Size};
use super::snapshot::SegmentView;
use super::writer::{IndexWriter, Pending, Working};
use crate::segment::merge::merge;
use crate::segment::{Bitset, Segment, deletions};
use crate::{Error, Result};

impl IndexWriter {
    /// Makes everything pending visible and durable, merging as the policy says. Gives the number of live documents.
    /// When it fails the last commit stands, and everything is still pending.
    pub fn commit(&mut self) -> Result<u64> {
        if self.changed {
            self.flush()?;
            self.drop_dead();
            self.merge_by_policy()?;
            self.publish()?;
        }
        Ok(self.segments.iter().map(|working| u64::from(working.view.live_count())).sum())
    }

    /// Commits, then merges all segments into one without its deleted documents.
    pub fn optimize(&mut self) -> Result<()> {
        self.commit()?;
        let whole = |working: &Working| working.view.live_count() == working.view.segment.document_count();
        if self.segments.len() > 1 || !self.segments.iter().all(whole) {
            self.merge_range(0..self.segments.len())?;
            self.publish()?;
        }
        Ok(())
    }

    /// Writes the pending documents as a segment. It is not yet committed.
    pub(super) fn flush(&mut self) -> Result<()> {
        let documents = self.pending.builder.document_count();
        if documents == 0 {
            return Ok(());
        }
        let name = files::fresh_segment();
        let path = self.shared.path.join(&name);
        let opened = self.pending.builder.write(&path).and_then(|()| Segment::open(&path, &self.shared.schema));
        let segment = Arc::new(opened.inspect_err(|_| {
            let _ = std::fs::remove_file(&path);
        })?);
        let mut deleted = Bitset::new(documents);
        self.pending.deleted.iter().for_each(|&document| {
            deleted.insert(document);
        });
        let changed = !self.pending.deleted.is_empty();
        let view = SegmentView { segment, deleted: changed.then(|| Arc::new(deleted)) };
        self.segments.push(Working { name, view, deletions: None, changed });
        self.pending = Pending::new(&self.shared.schema);
        Ok(())
    }

    /// Leaves out the segments in which no document lives.
    fn drop_dead(&mut self) {
        self.segments.retain(|working| working.view.live_count() > 0);
    }

    fn merge_by_policy(&mut self) -> Result<()> {
        loop {
            let size = |view: &SegmentView| Size { documents: view.segment.document_count(), live: view.live_count() };
            let sizes: Vec<Size> = self.segments.iter().map(|working| size(&working.view)).collect();
            let Some(range) = policy::pick(&sizes) else { return Ok(()) };
            match self.merge_range(range) {
                Ok(()) => {}
                // Merging only makes searches faster: when the disk has no room for it the commit goes on without,
                // and the next one asks the policy again.
                Err(Error::Io { .. }) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Makes one segment of neighbours. When it fails they stay as they are.
    fn merge_range(&mut self, range: Range<usize>) -> Result<()> {
        let sources = self.segments[range.clone()].iter().map(|working| &working.view);
        let sources: Vec<_> = sources.map(|view| (view.segment.clone(), view.deleted.clone())).collect();
        let name = files::fresh_segment();
        let path = self.shared.path.join(&name);
        let merged =
            merge(&sources, &self.shared.schema, &path).and_then(|_| Segment::open(&path, &self.shared.schema));
        let segment = Arc::new(merged.inspect_err(|_| {
            let _ = std::fs::remove_file(&path);
        })?);
        let view = SegmentView { segment, deleted: None };
        self.segments.splice(range, [Working { name, view, deletions: None, changed: false }]);
        Ok(())
    }

    /// Writes the deletions and the manifest; then removes what it no longer names.
    fn publish(&mut self) -> Result<()> {
        let mut entries = Vec::with_capacity(self.segments.len());
        for working in &self.segments {
            let deletions = match &working.view.deleted {
                _ if !working.changed => working.deletions.clone(),
                Some(deleted) if deleted.count() > 0 => {
                    let name = files::fresh_deletions(&working.name);
                    deletions::write(&self.shared.path.join(&name), deleted)?;
                    Some(name)
                }
                _ => None,
            };
            let documents = working.view.segment.document_count();
            entries.push(SegmentEntry { name: working.name.clone(), documents, deletions });
        }
        let manifest = Manifest {
            commit: self.manifest.commit + 1,
            next_sequence: self.next_sequence,
            schema: (*self.shared.schema).clone(),
            segments: entries,
        };
        manifest.write(&self.shared.path)?;
        for (working, entry) in self.segments.iter_mut().zip(&manifest.segments) {
            working.deletions.clone_from(&entry.deletions);
            working.changed = false;
            if entry.deletions.is_none() {
                working.view.deleted = None;
            }
        }
        self.changed = false;
        self.shared.publish(&manifest, self.segments.iter().map(|working| working.view.clone()).collect())?;
        files::remove_unnamed(&self.shared.path, &manifest);
        self.manifest = manifest;
        Ok(())
    }
}
