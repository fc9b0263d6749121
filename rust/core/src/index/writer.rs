//! The writer: documents and deletions in, commits out.

use std::sync::Arc;
use std::time::Duration;

use rustc_hash::{FxHashMap, FxHashSet};

use super::batch::{Analyses, BatchAnalyzer};
use super::files;
use super::lock::Lock;
use super::manifest::Manifest;
use super::merging::Merging;
use super::policy;
use super::publish::REORDERED;
use super::shared::Shared;
use super::snapshot::{Address, SegmentView, Snapshot, find, unique_field};
use crate::documents::{Document, Value};
use crate::schema::{FieldId, Schema};
use crate::segment::builder::AnalyzedFields;
use crate::segment::{Bitset, SegmentBuilder};
use crate::{Error, Result};

/// How a writer works.
#[derive(Debug, Clone)]
pub struct WriterOptions {
    /// How long to wait for the lock.
    pub wait: Duration,
    /// How many bytes of pending documents are held before they go to the disk as a segment.
    pub memory: usize,
    /// How many threads write postings. What is written does not depend on it.
    pub threads: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { wait: Duration::ZERO, memory: 512 << 20, threads: 1 }
    }
}

/// How many bytes the forms that an analyzer remembers may take beside so much memory for pending documents: no fewer than
/// some 400,000 need, no more than 800,000 do, as many as 50,000 articles have.
fn for_forms(memory: usize) -> usize {
    (memory / 4).clamp(64 << 20, 128 << 20)
}

/// About how many bytes a key of a pending document takes in memory.
const KEY: usize = 64;

/// What to do when a document with the same key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    /// Refuse the new one.
    Refuse,
    /// The new one takes its place.
    Replace,
}

/// A segment on the disk as this writer sees it.
pub(super) struct Working {
    /// The name of its file.
    pub name: String,
    /// The segment and its deletions, those not yet committed included.
    pub view: SegmentView,
    /// Its deletions as of the last commit.
    pub committed: Option<Arc<Bitset>>,
    /// The file of the deletions, while they are as committed.
    pub deletions: Option<String>,
    /// Whether the deletions are no longer as committed.
    pub changed: bool,
}

/// The documents that are in memory only.
pub(super) struct Pending {
    /// Their segment in the making; its place is after those on the disk.
    pub builder: SegmentBuilder,
    /// Which of them were deleted since.
    pub deleted: FxHashSet<u32>,
    /// The keys of those that live.
    pub keys: FxHashMap<String, u32>,
}

impl Pending {
    pub fn new(schema: &Arc<Schema>) -> Self {
        let builder = SegmentBuilder::new(schema.clone());
        Self { builder, deleted: FxHashSet::default(), keys: FxHashMap::default() }
    }

    /// About how many bytes of memory they hold.
    fn memory(&self) -> usize {
        self.builder.memory() + self.keys.len() * KEY + self.deleted.len() * size_of::<u32>()
    }
}

/// What a call of `add` has done so far, to take it back.
#[derive(Default)]
struct Done {
    added: Vec<(Address, Option<String>)>,
    replaced: Vec<(Address, String)>,
}

/// Takes documents; holds the lock of the index until dropped. Dropping rolls back to the last commit.
pub struct IndexWriter {
    pub(super) shared: Arc<Shared>,
    pub(super) memory: usize,
    pub(super) threads: usize,
    /// The last commit.
    pub(super) manifest: Manifest,
    /// The segments on the disk: those of the last commit, then those written since.
    pub(super) segments: Vec<Working>,
    pub(super) pending: Pending,
    pub(super) next_sequence: u64,
    /// Whether there is anything to commit.
    pub(super) changed: bool,
    /// Whether segments have taken the place of others since the last commit.
    pub(super) merged: bool,
    pub(super) merging: Merging,
    /// Why a merge failed, until it is told.
    pub(super) merge_error: Option<Error>,
    /// `optimize` finds a new order for so many documents and more.
    pub(super) reordered_from: u32,
    analyzer: BatchAnalyzer,
    lock: Lock,
}

impl IndexWriter {
    /// Takes the lock and stands at the last commit.
    pub(super) fn new(shared: Arc<Shared>, options: WriterOptions) -> Result<Self> {
        let lock = Lock::take(&shared.path, options.wait)?;
        shared.analyzers.iter().flatten().for_each(|analyzer| analyzer.allow(for_forms(options.memory)));
        let mut writer = Self {
            manifest: Manifest::new(Schema::default()),
            segments: Vec::new(),
            pending: Pending::new(&shared.schema),
            next_sequence: 0,
            changed: false,
            merged: false,
            merging: Merging::default(),
            merge_error: None,
            reordered_from: REORDERED,
            memory: options.memory,
            threads: options.threads,
            analyzer: BatchAnalyzer::new(shared.clone()),
            shared,
            lock,
        };
        writer.rollback()?;
        Ok(writer)
    }

    /// Analyses documents for this writer; its clones do so in other threads.
    pub fn analyzer(&self) -> &BatchAnalyzer {
        &self.analyzer
    }

    /// Adds documents. The result says for each what became of it; an error of one leaves the others in. Errors that are no
    /// document's fault (disk, morphology) end the call: nothing of it is pending then.
    pub fn add(&mut self, documents: &[Document], on_duplicate: OnDuplicate) -> Result<Vec<Option<Error>>> {
        let analyses = self.analyzer.analyze(documents)?;
        self.add_analyzed(documents, analyses, on_duplicate)
    }

    /// Adds documents that [`Self::analyzer`] has analysed, as [`Self::add`] does. `Error::Analysis` when it was not these.
    pub fn add_analyzed(
        &mut self,
        documents: &[Document],
        analyses: Analyses,
        on_duplicate: OnDuplicate,
    ) -> Result<Vec<Option<Error>>> {
        if documents.len() != analyses.len() {
            let what = format!("{} documents do not go with the analyses of {}", documents.len(), analyses.len());
            return Err(Error::Analysis(what));
        }
        // Addresses change with merges, so none is taken before the call is over.
        self.take_merged();
        self.wait_for_merges(2 * policy::MOST);
        let mut done = Done::default();
        let mut add = |(at, document)| {
            let outcome = self.add_one(document, &analyses.fields(at), on_duplicate, &mut done)?;
            if self.pending.memory() > self.memory || self.pending.builder.is_full() {
                self.flush()?;
                self.start_merges();
            }
            Ok(outcome)
        };
        let outcomes: Result<_> = documents.iter().enumerate().map(&mut add).collect();
        self.analyzer.recycle(analyses);
        if outcomes.is_err() {
            self.take_back(done);
        }
        outcomes
    }

    /// Adds one document; what is wrong with it is the value, what is wrong elsewhere the error.
    fn add_one(
        &mut self,
        document: &Document,
        fields: &AnalyzedFields<'_>,
        on_duplicate: OnDuplicate,
        done: &mut Done,
    ) -> Result<Option<Error>> {
        let schema = &self.shared.schema;
        let unique = schema.unique();
        let key = match unique.and_then(|id| document.values.get(usize::from(id))) {
            Some(Value::Text(key)) => Some(key.clone()),
            _ => None,
        };
        let old = match (unique, &key) {
            (Some(id), Some(key)) => self.find(id, key)?,
            _ => None,
        };
        if let (OnDuplicate::Refuse, Some(_), Some(id), Some(key)) = (on_duplicate, old, unique, &key) {
            return Ok(Some(Error::DuplicateKey { field: schema.field(id).name.clone(), key: key.clone() }));
        }
        let number = match self.pending.builder.add(document, fields, self.next_sequence) {
            Ok(number) => number,
            Err(error) => return Ok(Some(error)),
        };
        self.next_sequence += 1;
        self.changed = true;
        if let (Some(old), Some(key)) = (old, &key) {
            self.mark_deleted(old);
            done.replaced.push((old, key.clone()));
        }
        if let Some(key) = &key {
            self.pending.keys.insert(key.clone(), number);
        }
        done.added.push((Address { segment: self.segments.len() as u32, document: number }, key));
        Ok(None)
    }

    /// Undoes a failed `add`. Addresses stay right when pending documents went to the disk meanwhile: their segment has the
    /// place then that it was to have.
    fn take_back(&mut self, done: Done) {
        for (address, key) in done.replaced.into_iter().rev() {
            match self.segments.get_mut(address.segment as usize) {
                Some(working) => {
                    if let Some(deleted) = &mut working.view.deleted {
                        Arc::make_mut(deleted).remove(address.document);
                    }
                }
                None => {
                    self.pending.deleted.remove(&address.document);
                    self.pending.keys.insert(key, address.document);
                }
            }
        }
        for (address, key) in done.added {
            self.mark_deleted(address);
            let is_pending = address.segment as usize == self.segments.len();
            if let Some(key) = key
                && is_pending
                && self.pending.keys.get(&key) == Some(&address.document)
            {
                self.pending.keys.remove(&key);
            }
        }
    }

    fn find(&self, unique: FieldId, key: &str) -> Result<Option<Address>> {
        if let Some(&document) = self.pending.keys.get(key) {
            return Ok(Some(Address { segment: self.segments.len() as u32, document }));
        }
        let views = self.segments.iter().map(|working| &working.view);
        find(views, unique, key)
    }

    /// Deletes a document; true when it lived.
    fn mark_deleted(&mut self, address: Address) -> bool {
        let fresh = match self.segments.get_mut(address.segment as usize) {
            Some(working) => {
                let all = working.view.segment.document_count();
                let deleted = working.view.deleted.get_or_insert_with(|| Arc::new(Bitset::new(all)));
                let fresh = !deleted.contains(address.document);
                if fresh {
                    Arc::make_mut(deleted).insert(address.document);
                    working.changed = true;
                }
                fresh
            }
            None => self.pending.deleted.insert(address.document),
        };
        self.changed |= fresh;
        fresh
    }

    /// Deletes the document with this key, pending or committed; false when there is none. `Error::Schema` without a unique field.
    pub fn delete(&mut self, key: &str) -> Result<bool> {
        let Some(address) = self.find(unique_field(&self.shared.schema)?, key)? else { return Ok(false) };
        self.pending.keys.remove(key);
        Ok(self.mark_deleted(address))
    }

    /// Everything this writer sees now, pending documents and deletions included (pending documents are written out as a
    /// segment first). Addresses of it are good for `delete_at` until the next call that adds or commits.
    pub fn pending_snapshot(&mut self) -> Result<Arc<Snapshot>> {
        self.flush()?;
        let views = self.segments.iter().map(|working| working.view.clone());
        Ok(Arc::new(self.shared.snapshot_of(views.collect())))
    }

    /// Deletes the documents at these addresses of the last `pending_snapshot`; says how many lived.
    pub fn delete_at(&mut self, addresses: &[Address]) -> Result<u64> {
        for address in addresses {
            let segment = self.segments.get(address.segment as usize).map(|working| &working.view.segment);
            if segment.is_none_or(|segment| address.document >= segment.document_count()) {
                return Err(Error::Schema(format!("{address:?} is not of the last snapshot of this writer")));
            }
        }
        Ok(addresses.iter().map(|&address| u64::from(self.mark_deleted(address))).sum())
    }

    /// Forgets everything since the last commit.
    pub fn rollback(&mut self) -> Result<()> {
        let state = self.shared.load()?;
        self.manifest = (*state.manifest).clone();
        let segments = state.snapshot.segments.iter().zip(&state.manifest.segments);
        let working = segments.map(|(view, entry)| Working {
            name: entry.name.clone(),
            view: view.clone(),
            committed: view.deleted.clone(),
            deletions: entry.deletions.clone(),
            changed: false,
        });
        self.segments = working.collect();
        self.pending = Pending::new(&self.shared.schema);
        self.next_sequence = self.manifest.next_sequence;
        self.changed = false;
        self.merged = false;
        // Merges of what stays committed go on.
        let segments = &self.segments;
        self.merging.stop(|name| !segments.iter().any(|working| working.name == name));
        files::remove_unnamed(&self.shared.path, &self.manifest, |name| self.merging.writes(name));
        Ok(())
    }
}

impl Drop for IndexWriter {
    fn drop(&mut self) {
        if !self.lock.is_ours() {
            self.merging.forget();
            return;
        }
        self.merging.stop(|_| true);
        // The manifest on the disk decides: a commit may have failed after it was put in its place.
        if let Ok(manifest) = Manifest::read(&self.shared.path) {
            files::remove_unnamed(&self.shared.path, &manifest, |_| false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{create, keys};
    use super::*;
    use crate::segment::testing::document;

    #[test]
    fn what_went_to_the_disk_meanwhile_is_taken_back_too() {
        let folder = tempfile::tempdir().unwrap();
        let index = create(folder.path());
        let mut writer = index.writer(WriterOptions::default()).unwrap();
        writer.add(&[document("1", "старый"), document("2", "старый")], OnDuplicate::Replace).unwrap();
        writer.commit().unwrap();
        writer.add(&[document("2", "средний"), document("3", "средний")], OnDuplicate::Replace).unwrap();
        let new = ["1", "2", "3", "3", "4"].map(|key| document(key, "новый"));
        let analyses = writer.analyzer.analyze(&new).unwrap();
        let mut done = Done::default();
        for (at, document) in new.iter().enumerate() {
            writer.add_one(document, &analyses.fields(at), OnDuplicate::Replace, &mut done).unwrap();
            // The documents of before and the first of the call are a segment by now, the others are pending.
            if at == 2 {
                writer.flush().unwrap();
            }
        }
        writer.take_back(done);
        writer.commit().unwrap();
        let snapshot = index.snapshot().unwrap();
        let title = |key| snapshot.document(snapshot.find(key).unwrap().unwrap()).unwrap().value(1).unwrap();
        assert_eq!(keys(&snapshot), ["1", "2", "3"]);
        assert_eq!(["1", "2", "3"].map(title), ["старый", "средний", "средний"].map(|text| Value::Text(text.into())));
        assert_eq!(index.check().unwrap(), []);
    }

    #[test]
    fn documents_go_with_their_own_analyses() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = create(folder.path()).writer(WriterOptions::default()).unwrap();
        let documents = [document("1", "один"), document("2", "два")];
        let analyses = writer.analyzer.analyze(&documents).unwrap();
        let outcome = writer.add_analyzed(&documents[..1], analyses, OnDuplicate::Refuse);
        assert!(matches!(outcome, Err(Error::Analysis(_))));
    }
}
