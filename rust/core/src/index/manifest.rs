//! The manifest: the schema and the segments of the newest commit, in one small file that is replaced as a whole.
//!
//! The first line is `searchlib-manifest VERSION CHECKSUM`, the rest JSON. The checksum is of the version and the JSON.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::files::{self, Unsynced};
use crate::schema::Schema;
use crate::segment::FORMAT_VERSION;
use crate::segment::check::check_schema;
use crate::{Error, Result};

/// A segment as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentEntry {
    /// The name of its file.
    pub name: String,
    /// The number of its documents, deleted ones included.
    pub documents: u32,
    /// The name of the file of its deletions.
    pub deletions: Option<String>,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// How many commits there were before.
    pub commit: u64,
    /// The sequence number of the next document.
    pub next_sequence: u64,
    /// The fields.
    pub schema: Schema,
    /// The segments, in the order of their documents' sequence numbers.
    pub segments: Vec<SegmentEntry>,
}

impl Manifest {
    /// The first commit: no documents.
    pub fn new(schema: Schema) -> Self {
        Self { commit: 0, next_sequence: 0, schema, segments: Vec::new() }
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let body = serde_json::to_vec(self).map_err(|error| Error::Schema(format!("the schema: {error}")))?;
        let mut bytes = header(FORMAT_VERSION, &body).into_bytes();
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    /// Reads the bytes of the manifest of `folder`.
    pub fn from_bytes(bytes: &[u8], folder: &Path) -> Result<Self> {
        let path = folder.join(files::MANIFEST);
        let corrupt = |what: String| Err(Error::corrupt(&path, what));
        let parts = bytes.iter().position(|&byte| byte == b'\n').map(|end| bytes.split_at(end + 1));
        let Some((first, body)) = parts else { return corrupt("no first line".to_owned()) };
        let version = std::str::from_utf8(first).ok().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let Some(version) = version.filter(|&version| header(version, body).as_bytes() == first) else {
            return corrupt("the first line or the checksum in it is wrong".to_owned());
        };
        if version != FORMAT_VERSION {
            return Err(Error::Version { path, found: version, expected: FORMAT_VERSION });
        }
        let manifest: Self = match serde_json::from_slice(body) {
            Ok(manifest) => manifest,
            Err(error) => return corrupt(error.to_string()),
        };
        if let Err(error) = check_schema(&manifest.schema) {
            return corrupt(error.to_string());
        }
        if manifest.commit.max(manifest.next_sequence) >= i64::MAX as u64 {
            return corrupt("commits or documents without end".to_owned());
        }
        let mut names = std::collections::HashSet::new();
        for SegmentEntry { name, deletions, .. } in &manifest.segments {
            if !files::is_segment(name) || deletions.as_deref().is_some_and(|name| !files::is_deletions(name)) {
                return corrupt(format!("{name:?} with deletions {deletions:?} is no segment's name"));
            }
            if !names.insert(name) {
                return corrupt(format!("segment {name:?} stands there twice"));
            }
        }
        Ok(manifest)
    }

    /// The bytes of the manifest in a folder: `Error::NotFound` when there is none.
    pub fn bytes_in(folder: &Path) -> Result<Vec<u8>> {
        let path = folder.join(files::MANIFEST);
        std::fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Error::NotFound { path: folder.to_owned() },
            _ => Error::io(&path)(error),
        })
    }

    /// Reads the manifest in a folder.
    pub fn read(folder: &Path) -> Result<Self> {
        Self::from_bytes(&Self::bytes_in(folder)?, folder)
    }

    /// Puts the manifest in its place: afterwards it is there for good and so are these files, or the old one is as it was.
    pub fn write(&self, folder: &Path, mut unsynced: Vec<Unsynced>) -> Result<()> {
        let (new, path) = (folder.join(files::NEW_MANIFEST), folder.join(files::MANIFEST));
        let mut file = File::create(&new).map_err(Error::io(&new))?;
        file.write_all(&self.to_bytes()?).map_err(Error::io(&new))?;
        // Only the rename makes it count, so until then the order in which these become durable does not matter.
        unsynced.push(Unsynced { path: new.clone(), file });
        files::sync_together(folder, unsynced)?;
        std::fs::rename(&new, &path).map_err(Error::io(&path))?;
        files::sync_folder(folder)
    }
}

fn header(version: u32, body: &[u8]) -> String {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&version.to_le_bytes());
    sum.update(body);
    format!("searchlib-manifest {version} {:08x}\n", sum.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Manifest {
        let schema =
            serde_json::json!({"fields": [{"name": "текст", "kind": "text", "analyzer": "russian", "stored": true}]});
        let entry = |name: &str, deletions: Option<&str>| SegmentEntry {
            name: name.to_owned(),
            documents: 7,
            deletions: deletions.map(str::to_owned),
        };
        Manifest {
            commit: 3,
            next_sequence: 12,
            schema: serde_json::from_value(schema).unwrap(),
            segments: vec![
                entry("00112233445566aa.seg", None),
                entry("00112233445566ab.seg", Some("00112233445566ab.00112233445566ac.del")),
            ],
        }
    }

    #[test]
    fn a_manifest_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Manifest::read(folder.path()), Err(Error::NotFound { .. })));
        sample().write(folder.path(), Vec::new()).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), sample());
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_found() {
        let good = sample().to_bytes().unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            let folder = Path::new("index");
            assert!(matches!(Manifest::from_bytes(&bad, folder), Err(Error::Corrupt { .. })), "byte {at}");
            assert!(matches!(Manifest::from_bytes(&good[..at], folder), Err(Error::Corrupt { .. })), "cut at {at}");
        }
    }

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        let mut bad = sample();
        bad.segments[0].name = "../../etc/passwd".to_owned();
        let bytes = bad.to_bytes().unwrap();
        assert!(matches!(Manifest::from_bytes(&bytes, Path::new("index")), Err(Error::Corrupt { .. })));
    }

    #[test]
    fn another_version_is_named() {
        let good = sample().to_bytes().unwrap();
        let body = &good[good.iter().position(|&byte| byte == b'\n').unwrap() + 1..];
        let other = [header(9, body).as_bytes(), body].concat();
        let error = Manifest::from_bytes(&other, Path::new("index")).unwrap_err();
        assert!(matches!(error, Error::Version { found: 9, .. }));
    }
}
