//! How what a writer holds becomes durable: pending documents to segments, segments merged, the manifest replaced.

use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::files::{self, Unsynced};
use super::manifest::{Manifest, SegmentEntry};
use super::merging::{Finished, Input, Product, produce};
use super::policy::{self, Size};
use super::snapshot::SegmentView;
use super::writer::{IndexWriter, Pending, Working};
use crate::postings::NO_MORE;
use crate::segment::reorder::Effort;
use crate::segment::{Bitset, Segment, deletions};
use crate::{Error, Result};

/// At its end a writer waits for merges of no more documents than these: a moment. Larger ones are given up.
const QUICK: u64 = 20_000;

/// Fewer documents than these are searched so fast that no order pays.
pub(super) const REORDERED: u32 = 10_000;

/// Merges beside the writer find a new order for so many documents and more: each costs the processor time that adding may
/// need, and smaller segments are soon merged again.
const REORDERED_BESIDE: u32 = 200_000;

/// How often whoever waits for a merge is asked whether to go on. Answering may mean waiting for a lock.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

impl IndexWriter {
    /// Makes everything pending visible and durable, and begins the merges that the policy wants. Gives the number of live
    /// documents. When it fails the last commit stands, and everything is still pending; but `Error::Merge` says that all
    /// is committed and only a merge failed.
    pub fn commit(&mut self) -> Result<u64> {
        self.take_merged();
        self.commit_pending()?;
        self.start_merges();
        // Whoever commits faster than merges can follow waits for them here.
        while self.segments.len() > policy::MOST
            && let Some(finished) = self.merging.wait()
        {
            self.install(finished);
            self.publish_merged()?;
            self.start_merges();
        }
        self.report_merges()?;
        Ok(self.segments.iter().map(|working| u64::from(working.view.live_count())).sum())
    }

    /// Commits, then merges all segments into one without its deleted documents, in an order that makes searches fast when
    /// there are many. `Error::Interrupted` when `stop`, which is asked now and then, says so: all is committed then.
    pub fn optimize(&mut self, stop: impl Fn() -> bool) -> Result<()> {
        self.take_merged();
        self.commit_pending()?;
        self.merging.stop(|_| true);
        let effort = Effort { least_documents: self.reordered_from, memory: self.memory as u64, threads: threads() };
        let is_done = |working: &Working| {
            let segment = &working.view.segment;
            working.view.live_count() == segment.document_count()
                && (segment.is_reordered() || !effort.reorders(segment.document_count()))
        };
        if self.segments.len() > 1 || !self.segments.iter().all(is_done) {
            self.merge_now(0..self.segments.len(), effort, stop)?;
            self.publish_merged()?;
        }
        // Of one segment there is nothing to merge, so what failed before does not matter any more.
        self.merge_error = None;
        Ok(())
    }

    /// Forgets what was not committed, and makes visible what merges are done or about to be done.
    pub fn close(mut self) -> Result<()> {
        self.rollback()?;
        while self.merging.smallest().is_some_and(|documents| documents <= QUICK)
            && let Some(finished) = self.merging.wait()
        {
            self.install(finished);
        }
        self.take_merged();
        self.publish_merged()?;
        self.report_merges()
    }

    /// Commits without a look at merges.
    pub(super) fn commit_pending(&mut self) -> Result<()> {
        if !self.changed && !self.merged {
            return Ok(());
        }
        let flushed = self.write_pending()?.map(|(working, unsynced)| {
            let pending = std::mem::replace(&mut self.pending, Pending::new(&self.shared.schema));
            let name = working.name.clone();
            self.segments.push(working);
            (name, unsynced, pending)
        });
        let (unsynced, flushed) = match flushed {
            Some((name, unsynced, pending)) => (vec![unsynced], Some((name, pending))),
            None => (Vec::new(), None),
        };
        let published = self.publish(unsynced);
        if let (Err(_), Some((name, pending))) = (&published, flushed) {
            // A file that could not be synced once cannot be trusted to be synced the next time: it is written anew.
            self.segments.retain(|working| working.name != name);
            self.pending = pending;
        }
        published
    }

    /// Writes the pending documents as a segment, synced to the disk. It is not yet committed.
    pub(super) fn flush(&mut self) -> Result<()> {
        if let Some((working, unsynced)) = self.write_pending()? {
            unsynced.sync()?;
            self.segments.push(working);
            self.pending = Pending::new(&self.shared.schema);
        }
        Ok(())
    }

    /// Writes the pending documents as a segment and lets them stand; none when there are none.
    fn write_pending(&self) -> Result<Option<(Working, Unsynced)>> {
        let documents = self.pending.builder.document_count();
        if documents == 0 {
            return Ok(None);
        }
        let name = files::fresh_segment();
        let path = self.shared.path.join(&name);
        let opened = self
            .pending
            .builder
            .write(&path, self.threads)
            .and_then(|file| Ok((file, Segment::open(&path, &self.shared.schema)?)));
        let (file, segment) = opened.inspect_err(|_| {
            let _ = std::fs::remove_file(&path);
        })?;
        // Opening read all that is checked at it; until the next search little of that is needed.
        segment.file().let_go();
        let mut deleted = Bitset::new(documents);
        self.pending.deleted.iter().for_each(|&document| {
            deleted.insert(document);
        });
        let changed = !self.pending.deleted.is_empty();
        let view = SegmentView { segment: Arc::new(segment), deleted: changed.then(|| Arc::new(deleted)) };
        Ok(Some((Working { name, view, committed: None, deletions: None, changed }, Unsynced { path, file })))
    }

    /// Begins the merges that the policy wants now. One that fails is asked for again after the next commit.
    pub(super) fn start_merges(&mut self) {
        while self.merge_error.is_none()
            && let Some(range) = self.next_merge()
        {
            let inputs = self.segments[range].iter().map(|working| Input {
                name: working.name.clone(),
                view: SegmentView { segment: working.view.segment.clone(), deleted: working.committed.clone() },
            });
            let effort = Effort { least_documents: REORDERED_BESIDE, memory: self.memory as u64 / 4, threads: 1 };
            if let Err(error) = self.merging.start(&self.shared, inputs.collect(), effort) {
                self.merge_error = Some(error);
            }
        }
    }

    fn next_merge(&self) -> Option<Range<usize>> {
        // Deletions that are not committed may be taken back, so a merge does not leave them out: see `install`.
        let size = |working: &Working| {
            let documents = working.view.segment.document_count();
            let live = documents - working.committed.as_ref().map_or(0, |deleted| deleted.count());
            (!self.merging.holds(&working.name)).then_some(Size { documents, live })
        };
        let sizes: Vec<Option<Size>> = self.segments.iter().map(size).collect();
        let range = policy::pick(&sizes, self.merging.len())?;
        let documents = sizes[range.clone()].iter().flatten().map(|size| u64::from(size.live)).sum();
        self.merging.has_room_for(documents).then_some(range)
    }

    /// Puts the results of merges that are over in the place of what was merged.
    pub(super) fn take_merged(&mut self) {
        while let Some(finished) = self.merging.take_finished() {
            self.install(finished);
        }
    }

    /// Waits for merges while there are more than so many segments and merges to wait for.
    pub(super) fn wait_for_merges(&mut self, most: usize) {
        self.start_merges();
        while self.segments.len() > most
            && let Some(finished) = self.merging.wait()
        {
            self.install(finished);
            self.start_merges();
        }
    }

    /// Puts a new segment in the place of those it was made of; what was deleted in them meanwhile is deleted in it too.
    pub(super) fn install(&mut self, finished: Finished) {
        let product = match finished.outcome {
            Ok(Some(product)) => product,
            Ok(None) => return,
            Err(error) => {
                self.merge_error = Some(error);
                return;
            }
        };
        let names = || finished.inputs.iter().map(|input| &input.name);
        let start = self.segments.iter().position(|working| Some(&working.name) == names().next());
        let range = start.map(|start| start..start + finished.inputs.len());
        let Some(range) = range.filter(|range| {
            let found = self.segments.get(range.clone()).unwrap_or_default();
            found.len() == range.len() && found.iter().map(|working| &working.name).eq(names())
        }) else {
            let _ = std::fs::remove_file(self.shared.path.join(&product.name));
            return;
        };
        self.replace(range, product);
    }

    fn replace(&mut self, range: Range<usize>, product: Product) {
        let mut deleted = Bitset::new(product.segment.document_count());
        for (working, map) in self.segments[range.clone()].iter().zip(&product.maps) {
            for document in working.view.deleted.iter().flat_map(|deleted| deleted.iter()) {
                let document = map[document as usize];
                if document != NO_MORE {
                    deleted.insert(document);
                }
            }
        }
        let changed = deleted.count() > 0;
        let view = SegmentView { segment: product.segment, deleted: changed.then(|| Arc::new(deleted)) };
        let merged = Working { name: product.name, view, committed: None, deletions: None, changed };
        for replaced in self.segments.splice(range, [merged]) {
            // What no commit names nobody needs any more.
            if !self.manifest.segments.iter().any(|entry| entry.name == replaced.name) {
                let _ = std::fs::remove_file(self.shared.path.join(&replaced.name));
            }
        }
        self.merged = true;
    }

    /// Makes one segment of neighbours and waits for it. When it fails they stay as they are.
    fn merge_now(&mut self, range: Range<usize>, effort: Effort, stop: impl Fn() -> bool) -> Result<()> {
        let views: Vec<SegmentView> = self.segments[range.clone()].iter().map(|working| working.view.clone()).collect();
        let (told, shared) = (AtomicBool::new(stop()), &self.shared);
        let made = std::thread::scope(|scope| {
            let (done, is_done) = std::sync::mpsc::channel::<()>();
            let work = scope.spawn(|| {
                let _done = done;
                produce(&views, &shared.schema, &shared.path, files::fresh_segment(), effort, &told)
            });
            while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(BETWEEN_QUESTIONS) {
                told.fetch_or(stop(), Ordering::Relaxed);
            }
            work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        self.replace(range, made.ok_or(Error::Interrupted)?);
        Ok(())
    }

    /// Commits what merges made, and nothing else: all documents are committed already.
    fn publish_merged(&mut self) -> Result<()> {
        if self.merged { self.publish(Vec::new()).map_err(Error::merge) } else { Ok(()) }
    }

    /// Merging only makes searches faster: when the disk has no room for it commits go on without, and each asks the policy
    /// again. But that it cannot go on is told when there are too many segments, and any other fault at once.
    fn report_merges(&mut self) -> Result<()> {
        match self.merge_error.take() {
            Some(Error::Io { .. }) if self.segments.len() <= policy::MOST => Ok(()),
            Some(error) => Err(Error::merge(error)),
            None => Ok(()),
        }
    }

    /// Writes the deletions and the manifest; then removes what it no longer names. `unsynced` are further files that must be
    /// on the disk before.
    fn publish(&mut self, mut unsynced: Vec<Unsynced>) -> Result<()> {
        // Segments in which no document lives are left out, but for those that a merge will leave out.
        let merging = &self.merging;
        self.segments.retain(|working| working.view.live_count() > 0 || merging.holds(&working.name));
        let mut entries = Vec::with_capacity(self.segments.len());
        for working in &self.segments {
            let deletions = match &working.view.deleted {
                _ if !working.changed => working.deletions.clone(),
                Some(deleted) if deleted.count() > 0 => {
                    let name = files::fresh_deletions(&working.name);
                    let path = self.shared.path.join(&name);
                    let file = deletions::write(&path, deleted)?;
                    unsynced.push(Unsynced { path, file });
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
        manifest.write(&self.shared.path, unsynced)?;
        for (working, entry) in self.segments.iter_mut().zip(&manifest.segments) {
            working.deletions.clone_from(&entry.deletions);
            working.changed = false;
            if entry.deletions.is_none() {
                working.view.deleted = None;
            }
            working.committed.clone_from(&working.view.deleted);
        }
        self.changed = false;
        self.merged = false;
        self.shared.publish(&manifest, self.segments.iter().map(|working| working.view.clone()).collect())?;
        files::remove_unnamed(&self.shared.path, &manifest, |name| self.merging.writes(name));
        self.manifest = manifest;
        Ok(())
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
