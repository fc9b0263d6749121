//! The files of an index folder: their names, syncing them, removing those that no manifest names.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::manifest::Manifest;
use crate::{Error, Result};

/// The list of segments.
pub const MANIFEST: &str = "manifest";
/// A manifest that is not yet in its place.
pub const NEW_MANIFEST: &str = "manifest.tmp";
/// What the writer locks.
pub const LOCK: &str = "lock";

const SEGMENT: &str = ".seg";
const DELETIONS: &str = ".del";

/// Sixteen hexadecimal digits that no file of any index had before: a name is never used again, so whoever has a file open by
/// its name has the right one, even after the folder was restored from a backup.
fn fresh() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let seed = (now, std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    format!("{:016x}", RandomState::new().hash_one(seed))
}

/// A name for a new segment file.
pub fn fresh_segment() -> String {
    fresh() + SEGMENT
}

/// A name for a new file of deletions of a segment.
pub fn fresh_deletions(segment: &str) -> String {
    format!("{}.{}{DELETIONS}", segment.trim_end_matches(SEGMENT), fresh())
}

fn is_number(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a segment file can have this name: only such a one is ever joined to a path.
pub fn is_segment(name: &str) -> bool {
    name.strip_suffix(SEGMENT).is_some_and(is_number)
}

/// Whether a file of deletions can have this name.
pub fn is_deletions(name: &str) -> bool {
    let parts = name.strip_suffix(DELETIONS).and_then(|name| name.split_once('.'));
    parts.is_some_and(|(segment, own)| is_number(segment) && is_number(own))
}

/// Writes a new file, synced to the disk.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = File::create_new(path).map_err(Error::io(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Error::io(path))
}

/// Makes the names in a folder durable.
pub fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(Error::io(folder))
}

/// Removes the files of this format that the manifest does not name: leftovers of a crash, and what a commit replaced. Open
/// memory maps outlive their names. A file that cannot be removed now goes the next time.
pub fn remove_unnamed(folder: &Path, manifest: &Manifest) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let named = manifest.segments.iter().any(|one| one.name == name || one.deletions.as_deref() == Some(name));
        if !named && (is_segment(name) || is_deletions(name) || name == NEW_MANIFEST) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_and_never_the_same() {
        let (one, other) = (fresh_segment(), fresh_segment());
        assert!(is_segment(&one) && is_segment(&other) && one != other);
        let deletions = fresh_deletions(&one);
        assert!(is_deletions(&deletions) && deletions.starts_with(&one[..16]));
        for bad in
            ["", ".seg", "../0123456789abcdef.seg", "0123456789abcdeF.seg", "0123456789abcdef.seg.seg", "заметки.txt"]
        {
            assert!(!is_segment(bad) && !is_deletions(bad), "{bad}");
        }
    }
}
