//! The index as a whole: which segments it is made of now, and who may change that.
//!
//! `manifest` is the list of segments and its atomic replacement, `files` the names in the folder, `lock` lets one writer in,
//! `snapshot` is what readers see and `shared` keeps what is open for them, `writer` takes documents and deletions, `batch`
//! analyses them, `publish` writes and commits, `merging` makes one segment of several beside the writer, `policy` says of
//! which, `check` looks for damage, `account` says what all that takes.

mod account;
mod batch;
mod check;
mod files;
mod lock;
mod manifest;
#[cfg(all(test, unix))]
mod merge_tests;
mod merging;
mod policy;
mod publish;
#[cfg(test)]
mod reorder_tests;
mod shared;
pub mod snapshot;
#[cfg(test)]
mod tests;
pub mod writer;

pub use batch::{Analyses, BatchAnalyzer, GAP};
pub use snapshot::{Address, SegmentView, Snapshot};
pub use writer::{IndexWriter, OnDuplicate, WriterOptions};

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::schema::{FieldKind, Schema};
use crate::segment::check::check_schema;
use crate::segment::deletions;
use crate::text::analyzer::Analyzer;
use crate::{Error, Result};
use files::Unsynced;
use lock::Lock;
use manifest::Manifest;
use shared::Shared;

/// The analyzer of each text field, by field number.
pub type Analyzers = Vec<Option<Arc<dyn Analyzer>>>;

/// A folder that holds an index. Clones share what is open.
#[derive(Clone)]
pub struct Index {
    shared: Arc<Shared>,
}

impl Index {
    /// Makes a new index: the folder must not exist or be empty (`Error::Exists`).
    pub fn create(path: &Path, schema: Schema, analyzers: Analyzers) -> Result<Self> {
        check_schema(&schema)?;
        check_analyzers(&schema, &analyzers)?;
        prepare_folder(path)?;
        // Of two who find the folder empty one gets the lock first, and the other then finds the manifest.
        let _lock = Lock::take(path, Duration::ZERO)?;
        prepare_folder(path)?;
        Manifest::new(schema).write(path, Vec::new())?;
        Self::open(path, analyzers)
    }

    /// Reads only the schema of an index, so that the caller can make its analyzers.
    pub fn schema_of(path: &Path) -> Result<Schema> {
        Ok(Manifest::read(path)?.schema)
    }

    /// Opens an index: `Error::NotFound`, `Error::Corrupt`, `Error::Version`.
    pub fn open(path: &Path, analyzers: Analyzers) -> Result<Self> {
        let schema = Self::schema_of(path)?;
        check_analyzers(&schema, &analyzers)?;
        let index = Self { shared: Arc::new(Shared::new(path, schema, analyzers)) };
        index.snapshot()?;
        Ok(index)
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Its schema.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.shared.schema
    }

    /// The newest committed state (the manifest is read again; unchanged segments are shared with earlier snapshots).
    pub fn snapshot(&self) -> Result<Arc<Snapshot>> {
        Ok(self.shared.load()?.snapshot)
    }

    /// The one writer: `Error::Locked` when another process or thread has it for longer than `options.wait`.
    pub fn writer(&self, options: WriterOptions) -> Result<IndexWriter> {
        IndexWriter::new(self.shared.clone(), options)
    }

    /// Copies the newest committed state to a folder that does not exist or is empty.
    pub fn backup(&self, target: &Path) -> Result<()> {
        let state = self.shared.load()?;
        prepare_folder(target)?;
        let mut unsynced = Vec::new();
        // The bytes come from what is open, so a writer that replaces the files meanwhile does not matter.
        for (view, entry) in state.snapshot.segments.iter().zip(&state.manifest.segments) {
            unsynced.push(files::write_new(&target.join(&entry.name), view.segment.file().bytes())?);
            if let (Some(name), Some(deleted)) = (&entry.deletions, &view.deleted) {
                let path = target.join(name);
                unsynced.push(Unsynced { file: deletions::write(&path, deleted)?, path });
            }
        }
        state.manifest.write(target, unsynced)
    }

    /// Checks every file of the newest state: what is wrong, by file; empty when all is well.
    pub fn check(&self) -> Result<Vec<(PathBuf, String)>> {
        check::check(&self.shared)
    }
}

fn check_analyzers(schema: &Schema, analyzers: &Analyzers) -> Result<()> {
    for (id, field) in schema.iter() {
        if field.kind == FieldKind::Text && analyzers.get(usize::from(id)).is_none_or(Option::is_none) {
            return Err(Error::Schema(format!("field {:?}: a text needs an analyzer", field.name)));
        }
    }
    Ok(())
}

/// Makes an empty folder, or leaves one that has nothing in it but what a crash at its making left.
fn prepare_folder(path: &Path) -> Result<()> {
    let exists = |what: String| Err(Error::Exists { path: path.to_owned(), what });
    if path.exists() && !path.is_dir() {
        return exists("a file of this name is in the way; choose another path".to_owned());
    }
    std::fs::create_dir_all(path).map_err(Error::io(path))?;
    for entry in std::fs::read_dir(path).map_err(Error::io(path))? {
        let name = entry.map_err(Error::io(path))?.file_name();
        if name == files::MANIFEST {
            return exists("there is an index already; open it, or choose another path".to_owned());
        }
        if name != files::LOCK && name != files::NEW_MANIFEST {
            return exists(format!("the folder is not empty: it holds {name:?}; choose another path"));
        }
    }
    Ok(())
}
