//! What all readers and the writer of one open index share: the schema, the analyzers, and the segments that are open.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rustc_hash::FxHashMap;

use super::Analyzers;
use super::manifest::{Manifest, SegmentEntry};
use super::snapshot::{SegmentView, Snapshot};
use crate::schema::Schema;
use crate::segment::{Bitset, Segment, deletions};
use crate::{Error, Result};

/// So often a reader starts again when a writer replaces files under its hands.
const TRIES: usize = 100;

/// An open index.
pub struct Shared {
    /// The folder.
    pub path: PathBuf,
    /// The fields.
    pub schema: Arc<Schema>,
    /// The analyzer of each text field.
    pub analyzers: Analyzers,
    open: Mutex<Open>,
}

/// The files that are open, by name: a name never means two files.
#[derive(Default)]
struct Open {
    segments: FxHashMap<String, Weak<Segment>>,
    deletions: FxHashMap<String, Weak<Bitset>>,
    /// The newest state and the bytes of its manifest: while they stay the same, so does the state.
    latest: Option<(Vec<u8>, State)>,
}

/// A committed state.
#[derive(Clone)]
pub struct State {
    /// What the manifest says.
    pub manifest: Arc<Manifest>,
    /// Its segments, in the order of the manifest.
    pub snapshot: Arc<Snapshot>,
}

impl Shared {
    /// Nothing is open yet.
    pub fn new(path: &Path, schema: Schema, analyzers: Analyzers) -> Self {
        Self { path: path.to_owned(), schema: Arc::new(schema), analyzers, open: Mutex::default() }
    }

    /// Whoever panicked with the lock left maps that are still right: each change is one insertion.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest committed state.
    pub fn load(&self) -> Result<State> {
        let mut missing = None;
        for _ in 0..TRIES {
            let bytes = Manifest::bytes_in(&self.path)?;
            if let Some((known, state)) = &self.open().latest
                && *known == bytes
            {
                return Ok(state.clone());
            }
            // A file that is gone while the manifest still names it will not come back.
            if let Some((_, error)) = missing.take_if(|(seen, _)| *seen == bytes) {
                return Err(error);
            }
            let manifest = Manifest::from_bytes(&bytes, &self.path)?;
            if manifest.schema != *self.schema {
                let path = self.path.display();
                return Err(Error::Schema(format!("{path}: another index stands here now; open it again")));
            }
            match manifest.segments.iter().map(|entry| self.view(entry)).collect::<Result<Vec<_>>>() {
                Ok(views) => {
                    let state = State { manifest: Arc::new(manifest), snapshot: Arc::new(self.snapshot_of(views)) };
                    self.open().remember(bytes, &state);
                    return Ok(state);
                }
                Err(Error::Io { path, source }) if source.kind() == ErrorKind::NotFound => {
                    missing = Some((bytes, Error::corrupt(&path, "the manifest names this file, but it is not there")));
                }
                Err(error) => return Err(error),
            }
        }
        let what = format!("the writer committed {TRIES} times while the segments were being opened");
        Err(missing.map_or(Error::Schema(what), |(_, error)| error))
    }

    /// A snapshot of these segments.
    pub fn snapshot_of(&self, segments: Vec<SegmentView>) -> Snapshot {
        Snapshot { schema: self.schema.clone(), analyzers: self.analyzers.clone(), segments }
    }

    /// Opens a segment and its deletions, or takes them from those that are open.
    fn view(&self, entry: &SegmentEntry) -> Result<SegmentView> {
        let known = self.open().segments.get(&entry.name).and_then(Weak::upgrade);
        let segment = match known {
            Some(segment) => segment,
            None => Arc::new(Segment::open(&self.path.join(&entry.name), &self.schema)?),
        };
        if segment.document_count() != entry.documents {
            let (expected, found) = (entry.documents, segment.document_count());
            return Err(Error::corrupt(segment.path(), format!("{expected} documents expected, {found} found")));
        }
        let deleted = entry.deletions.as_ref().map(|name| {
            let known = self.open().deletions.get(name).and_then(Weak::upgrade);
            known.map_or_else(|| deletions::read(&self.path.join(name), entry.documents).map(Arc::new), Ok)
        });
        Ok(SegmentView { segment, deleted: deleted.transpose()? })
    }

    /// Takes what a writer has just committed as the newest state.
    pub fn publish(&self, manifest: &Manifest, segments: Vec<SegmentView>) -> Result<()> {
        let bytes = manifest.to_bytes()?;
        let state = State { manifest: Arc::new(manifest.clone()), snapshot: Arc::new(self.snapshot_of(segments)) };
        self.open().remember(bytes, &state);
        Ok(())
    }
}

impl Open {
    fn remember(&mut self, bytes: Vec<u8>, state: &State) {
        self.segments.retain(|_, segment| segment.strong_count() > 0);
        self.deletions.retain(|_, deleted| deleted.strong_count() > 0);
        for (entry, view) in state.manifest.segments.iter().zip(&state.snapshot.segments) {
            self.segments.insert(entry.name.clone(), Arc::downgrade(&view.segment));
            if let (Some(name), Some(deleted)) = (&entry.deletions, &view.deleted) {
                self.deletions.insert(name.clone(), Arc::downgrade(deleted));
            }
        }
        self.latest = Some((bytes, state.clone()));
    }
}
