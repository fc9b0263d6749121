//! The files of an index folder: their names, syncing them, removing those that no manifest names.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::SystemTime;

use super::manifest::Manifest;
use crate::segment::term_sections::SPOOL;
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

/// Whether a file is that of a segment or one that goes with it.
pub fn belongs_to(name: &str, segment: &str) -> bool {
    name.starts_with(segment.trim_end_matches(SEGMENT))
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

/// Whether a file of a segment in the making can have this name.
fn is_spool(name: &str) -> bool {
    name.strip_suffix(SPOOL).and_then(|name| name.strip_suffix('.')).is_some_and(is_number)
}

/// Writes a new file.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<Unsynced> {
    let mut file = File::create_new(path).map_err(Error::io(path))?;
    file.write_all(bytes).map_err(Error::io(path))?;
    Ok(Unsynced { path: path.to_owned(), file })
}

/// Makes the names in a folder durable.
pub fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(Error::io(folder))
}

/// A file that is written but not yet sure to outlive a crash of the system.
pub struct Unsynced {
    /// Where it is.
    pub path: PathBuf,
    /// The file, open.
    pub file: File,
}

impl Unsynced {
    /// Syncs it to the disk.
    pub fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(Error::io(&self.path))
    }
}

/// So many files are synced at a time.
const SYNCS: usize = 8;

/// Syncs files and the names in their folder. All at once: a file system writes its journal once for those that wait together.
pub fn sync_together(folder: &Path, mut unsynced: Vec<Unsynced>) -> Result<()> {
    let file = File::open(folder).map_err(Error::io(folder))?;
    unsynced.push(Unsynced { path: folder.to_owned(), file });
    let next = AtomicUsize::new(0);
    let sync_some = || {
        while let Some(one) = unsynced.get(next.fetch_add(1, Ordering::Relaxed)) {
            one.sync()?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        // Where no thread is to be had the others do its work.
        let work = || std::thread::Builder::new().spawn_scoped(scope, sync_some).ok();
        let others: Vec<_> = (1..unsynced.len().min(SYNCS)).filter_map(|_| work()).collect();
        let outcome = sync_some();
        let join = |one: std::thread::ScopedJoinHandle<'_, Result<()>>| {
            one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        others.into_iter().map(join).fold(outcome, Result::and)
    })
}

/// Removes the files of this format that the manifest does not name: leftovers of a crash, and what a commit replaced. Open
/// memory maps outlive their names. A file that cannot be removed now goes the next time. Those that `spares` stay.
pub fn remove_unnamed(folder: &Path, manifest: &Manifest, spares: impl Fn(&str) -> bool) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let named = manifest.segments.iter().any(|one| one.name == name || one.deletions.as_deref() == Some(name));
        let ours = is_segment(name) || is_deletions(name) || is_spool(name) || name == NEW_MANIFEST;
        if ours && !named && !spares(name) {
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
