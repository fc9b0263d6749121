//! Merges that run beside the writer: a thread for each, ended with the writer. Knows nothing of commits: what became of a
//! merge waits here until the writer takes it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use super::files;
use super::shared::Shared;
use super::snapshot::SegmentView;
use crate::segment::Segment;
use crate::segment::merge::{DocumentMap, merge};
use crate::segment::reorder::Effort;
use crate::{Error, Result};

/// A segment that is to be merged, with the deletions that its merge leaves out.
pub struct Input {
    /// The name of its file.
    pub name: String,
    /// The segment and its deletions.
    pub view: SegmentView,
}

/// A new segment, synced to the disk.
pub struct Product {
    /// The name of its file.
    pub name: String,
    /// The segment.
    pub segment: Arc<Segment>,
    /// For each input its documents' new numbers.
    pub maps: Vec<DocumentMap>,
}

/// A merge that is over.
pub struct Finished {
    /// What was merged.
    pub inputs: Vec<Input>,
    /// The new segment; none when the merge was told to stop.
    pub outcome: Result<Option<Product>>,
}

struct Running {
    name: String,
    inputs: Vec<Input>,
    documents: u64,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Option<Product>>>,
}

/// A merge starts beside others only when it is so many times smaller than each of them: the small ones that many commits
/// need never wait for a large one, and there are never many.
const SMALLER: u64 = 4;

/// The merges of one writer, the smallest last.
#[derive(Default)]
pub struct Merging {
    running: Vec<Running>,
}

impl Merging {
    /// Whether the segment of this name is being merged.
    pub fn holds(&self, segment: &str) -> bool {
        self.running.iter().any(|one| one.inputs.iter().any(|input| input.name == segment))
    }

    /// How many merges run.
    pub fn len(&self) -> usize {
        self.running.len()
    }

    /// Whether a merge of so many documents may start now.
    pub fn has_room_for(&self, documents: u64) -> bool {
        self.running.last().is_none_or(|one| documents * SMALLER <= one.documents)
    }

    /// The documents of the smallest merge that runs.
    pub fn smallest(&self) -> Option<u64> {
        self.running.last().map(|one| one.documents)
    }

    /// Whether a file of the index folder is one that a merge is writing.
    pub fn writes(&self, file: &str) -> bool {
        self.running.iter().any(|one| files::belongs_to(file, &one.name))
    }

    /// Begins to make one segment of these neighbours.
    pub fn start(&mut self, shared: &Shared, inputs: Vec<Input>, effort: Effort) -> Result<()> {
        let (name, stop) = (files::fresh_segment(), Arc::new(AtomicBool::new(false)));
        let documents = inputs.iter().map(|input| u64::from(input.view.live_count())).sum();
        let work = {
            let views: Vec<SegmentView> = inputs.iter().map(|input| input.view.clone()).collect();
            let (folder, schema) = (shared.path.clone(), shared.schema.clone());
            let (name, stop) = (name.clone(), stop.clone());
            move || produce(&views, &schema, &folder, name, effort, &stop)
        };
        let thread = std::thread::Builder::new().name("searchlib merge".to_owned()).spawn(work);
        let thread = thread.map_err(Error::io(&shared.path))?;
        self.running.push(Running { name, inputs, documents, stop, thread });
        Ok(())
    }

    /// Whether all merges are over, taken or not.
    #[cfg(test)]
    pub fn is_idle(&self) -> bool {
        self.running.iter().all(|one| one.thread.is_finished())
    }

    /// A merge that is over, if there is one.
    pub fn take_finished(&mut self) -> Option<Finished> {
        let at = self.running.iter().position(|one| one.thread.is_finished())?;
        Some(Self::join(self.running.remove(at)))
    }

    /// Waits for the smallest merge; none when none runs.
    pub fn wait(&mut self) -> Option<Finished> {
        self.running.pop().map(Self::join)
    }

    /// Stops the merges that have an input of which `gone` says so, and waits until they have stopped.
    pub fn stop(&mut self, gone: impl Fn(&str) -> bool) {
        let is_gone = |one: &Running| one.inputs.iter().any(|input| gone(&input.name));
        let (stopped, running) = std::mem::take(&mut self.running).into_iter().partition(is_gone);
        self.running = running;
        let stopped: Vec<Running> = stopped;
        stopped.iter().for_each(|one| one.stop.store(true, Ordering::Relaxed));
        // What a stopped merge made or why it failed is of no more use; its file is nobody's and goes as a leftover.
        stopped.into_iter().for_each(|one| drop(one.thread.join()));
    }

    /// Leaves the threads to themselves: in a forked child there are none.
    pub fn forget(&mut self) {
        self.running.clear();
    }

    fn join(one: Running) -> Finished {
        let outcome = one.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Finished { inputs: one.inputs, outcome }
    }
}

/// Makes one segment of several and syncs it. Nothing is left of one that fails or is told to stop.
pub fn produce(
    views: &[SegmentView],
    schema: &Arc<crate::schema::Schema>,
    folder: &Path,
    name: String,
    effort: Effort,
    stop: &AtomicBool,
) -> Result<Option<Product>> {
    let path = folder.join(&name);
    let sources: Vec<_> = views.iter().map(|view| (view.segment.clone(), view.deleted.clone())).collect();
    let made = merge(&sources, schema, &path, effort, stop).and_then(|merged| {
        let Some((file, maps)) = merged else { return Ok(None) };
        File::sync_all(&file).map_err(Error::io(&path))?;
        let segment = Arc::new(Segment::open(&path, schema)?);
        segment.file().let_go();
        Ok(Some(Product { name, segment, maps }))
    });
    if !matches!(made, Ok(Some(_))) {
        let _ = std::fs::remove_file(&path);
    }
    made
}
