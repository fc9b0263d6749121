//! The writer's lock: an advisory lock on a file that has the owner's process number in it.
//!
//! The system drops the lock with its owner, however that ends; the file left behind means nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::files;
use crate::{Error, Result};

/// How long to sleep between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// Holds the lock until dropped.
pub struct Lock {
    file: File,
    process: u32,
}

impl Lock {
    /// Takes the lock of a folder; another owner in this or another process is waited for no longer than `wait`.
    pub fn take(folder: &Path, wait: Duration) -> Result<Self> {
        let path = folder.join(files::LOCK);
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(Error::io(&path))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(Error::io(&path)(error)),
                Err(TryLockError::WouldBlock) => match wait.checked_sub(start.elapsed()) {
                    Some(left) if !left.is_zero() => std::thread::sleep(PAUSE.min(left)),
                    _ => return Err(Error::Locked { path: folder.to_owned(), pid: owner(&mut file) }),
                },
            }
        }
        let process = std::process::id();
        let written = file.set_len(0).and_then(|()| write!(file, "{process}"));
        written.map_err(Error::io(&path))?;
        Ok(Self { file, process })
    }

    /// Whether this process took it: a forked child has a copy that it must not use.
    pub fn is_ours(&self) -> bool {
        self.process == std::process::id()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the handle would not do: a forked child may have it open too. An error leaves the lock to the system.
        if self.is_ours() {
            let _ = self.file.set_len(0).and_then(|()| self.file.unlock());
        }
    }
}

/// The process that the lock file names, if it has had the time to write it.
fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_handle_does_not_keep_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path(), Duration::ZERO).unwrap();
        let copy = lock.file.try_clone().unwrap();
        drop(lock);
        Lock::take(folder.path(), Duration::ZERO).unwrap();
        drop(copy);
    }

    #[test]
    fn one_owner_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path(), Duration::ZERO).unwrap();
        let start = Instant::now();
        let refused = Lock::take(folder.path(), Duration::from_millis(30)).err().unwrap();
        assert!(start.elapsed() >= Duration::from_millis(30));
        assert!(matches!(refused, Error::Locked { pid: Some(pid), .. } if pid == std::process::id()));
        let waiting = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| Lock::take(folder.path(), Duration::from_secs(20)));
            std::thread::sleep(Duration::from_millis(20));
            drop(lock);
            waiting.join().unwrap()
        });
        drop(waiting.unwrap());
        std::fs::write(folder.path().join(files::LOCK), "left by a crash").unwrap();
        Lock::take(folder.path(), Duration::ZERO).unwrap();
    }
}
