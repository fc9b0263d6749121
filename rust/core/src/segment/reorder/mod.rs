//! In which order the documents of a merge are written: those that share words together, so that posting lists are small and
//! blocks with good documents few. `forward` turns posting lists into the terms of each document, `bisection` finds the
//! order. Nobody sees the order but by speed and among equal scores.

mod bisection;
mod forward;
#[cfg(test)]
mod tests;

use std::sync::atomic::AtomicBool;

use super::merge::{DocumentMap, Source};
use crate::Result;
use bisection::{Entry, bisect};
use forward::Forward;

/// What reordering may take.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Merges of fewer documents are left in the order of adding.
    pub least_documents: u32,
    /// Bytes of memory. What does not fit even with only the most frequent words is left in the order of adding too.
    pub memory: u64,
    /// How many threads.
    pub threads: usize,
}

impl Effort {
    /// Whether a new order is sought for so many documents.
    pub fn reorders(&self, documents: u32) -> bool {
        documents >= self.least_documents
    }
}

/// For each live document of `sources`, counted in their order, its place in the new order; none when they are to stay as they
/// are, or when `stop` was set.
pub(super) fn places(
    sources: &[Source],
    maps: &[DocumentMap],
    documents: u32,
    effort: Effort,
    stop: &AtomicBool,
) -> Result<Option<Vec<u32>>> {
    if !effort.reorders(documents) {
        return Ok(None);
    }
    let Some(Forward { mut terms, starts, distinct }) = Forward::of(sources, maps, documents, effort, stop)? else {
        return Ok(None);
    };
    let mut entries = Vec::with_capacity(documents as usize);
    let mut rest = &mut terms[..];
    for (document, bounds) in (0u32..).zip(starts.windows(2)) {
        let (own, others) = rest.split_at_mut(bounds[1] - bounds[0]);
        entries.push(Entry::new(document, own));
        rest = others;
    }
    drop(starts);
    bisect(&mut entries, distinct, effort.threads, stop);
    let mut places = vec![0; documents as usize];
    (0u32..).zip(&entries).for_each(|(place, entry)| places[entry.document as usize] = place);
    Ok(Some(places))
}
