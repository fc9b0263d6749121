//! Every way the engine can refuse: one enum, mapped to one Python exception each.
//!
//! A message says what is wrong, where, and how to mend it; it never needs the source to be read.

use std::path::{Path, PathBuf};

/// The result of anything in this crate that can be refused.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the engine refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the index does not hold what its format promises.
    #[error("{}: {what}; restore the index from a backup or build it anew", path.display())]
    Corrupt {
        /// The file that is broken.
        path: PathBuf,
        /// What was expected there and what was found.
        what: String,
    },
    /// The index was written by another version of the file format.
    #[error(
        "{}: format version {found}, this searchlib reads version {expected}; \
         build the index anew: searchlib index SOURCE --to DIR", path.display()
    )]
    Version {
        /// The file whose version was read.
        path: PathBuf,
        /// The version written in it.
        found: u32,
        /// The version this crate reads and writes.
        expected: u32,
    },
    /// Another writer holds the index.
    #[error("{}: another writer holds the index{}", path.display(), owner(*pid))]
    Locked {
        /// The folder of the index.
        path: PathBuf,
        /// The process that holds it, when its lock file says so.
        pid: Option<u32>,
    },
    /// There is no index in this folder.
    #[error("{}: no index here; create one with Index.create or `searchlib index`", path.display())]
    NotFound {
        /// The folder that was looked at.
        path: PathBuf,
    },
    /// The folder already holds an index, or something else.
    #[error("{}: {what}", path.display())]
    Exists {
        /// The folder that was to become an index.
        path: PathBuf,
        /// What stands there.
        what: String,
    },
    /// A document with this value of the unique field is already in the index.
    #[error("field {field:?}: the key {key:?} is already in the index; use upsert to replace it")]
    DuplicateKey {
        /// The name of the unique field.
        field: String,
        /// The value that was there before.
        key: String,
    },
    /// A document cannot be indexed.
    #[error("field {field:?}: {what}")]
    Document {
        /// The name of the field at fault.
        field: String,
        /// What is wrong with its value.
        what: String,
    },
    /// The schema cannot do what was asked of it.
    #[error("{0}")]
    Schema(String),
    /// The query asks for something that a field or this engine cannot do.
    #[error("{0}")]
    UnsupportedQuery(String),
    /// A file of the morphological dictionary is missing, broken or of another format.
    #[error(
        "{}: {what}; install the dictionary anew: \
         python -m pip install --force-reinstall --no-deps pymorphy3-dicts-ru", path.display()
    )]
    Dictionary {
        /// The file at fault.
        path: PathBuf,
        /// What was expected there and what was found.
        what: String,
    },
    /// The morphology outside this crate failed.
    #[error("{0}")]
    Analysis(String),
    /// The time that the caller allowed for a search is over.
    #[error("the search took longer than its timeout of {seconds} s")]
    Timeout {
        /// The time allowed.
        seconds: f64,
    },
    /// The caller no longer wants what a search would find.
    #[error("the search was interrupted")]
    Interrupted,
    /// Segments could not be merged. Nothing is lost by that.
    #[error("all documents are committed, but segments could not be merged: {0}")]
    Merge(#[source] Box<Error>),
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

fn owner(pid: Option<u32>) -> String {
    match pid {
        Some(pid) => format!(" (process {pid}); wait for it or pass wait=SECONDS"),
        None => "; wait for it or pass wait=SECONDS".to_owned(),
    }
}

impl Error {
    /// A broken file: `what` says what was expected and what was found.
    pub fn corrupt(path: &Path, what: impl Into<String>) -> Self {
        Self::Corrupt { path: path.to_owned(), what: what.into() }
    }

    /// For `map_err`: it was only a merge that failed.
    pub fn merge(self) -> Self {
        Self::Merge(Box::new(self))
    }

    /// For `map_err`: names the file that the system refused.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}
