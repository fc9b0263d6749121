//! The terms of each document, from the posting lists of segments: as many of the more frequent terms as memory allows.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::merge::{DocumentMap, Source};
use super::super::united::UnitedTerms;
use super::Effort;
use super::bisection::{Entry, TERM_MEMORY};
use crate::postings::{NO_MORE, TermInfo};
use crate::{Error, Result};

/// Terms of fewer documents have one block of postings: no order makes that smaller, or lets a search skip it.
const RAREST: u32 = 128;

/// Nor do those of more than one document in so many say much for what they cost.
const MOST_FREQUENT: u32 = 2;

/// With fewer terms than this of a document an order means nothing.
const FEWEST_TERMS: u64 = 4;

/// The bytes of a document besides its terms: where they start, its entry, its place.
const DOCUMENT_MEMORY: u64 = (size_of::<usize>() + size_of::<Entry<'_>>() + size_of::<u32>()) as u64;

/// A posting takes its term's number.
const POSTING_MEMORY: u64 = size_of::<u32>() as u64;

/// The terms of each document by number.
pub(super) struct Forward {
    pub(super) terms: Vec<u32>,
    /// Where the terms of each document start, and where the last end.
    pub(super) starts: Vec<usize>,
    /// How many different terms there are.
    pub(super) distinct: usize,
}

/// Terms of at least `least` documents, deleted ones included, and where their postings are.
struct Terms {
    least: u32,
    /// The number of documents of each term, and where its holders end.
    terms: Vec<(u32, usize)>,
    holders: Vec<(u32, TermInfo)>,
}

impl Terms {
    /// The terms of at most so many documents; fewer when more would take more than half of the memory.
    fn collect(sources: &[Source], most: u32, memory: u64, stop: &AtomicBool) -> Result<Self> {
        let mut found = Self { least: RAREST, terms: Vec::new(), holders: Vec::new() };
        let mut united = UnitedTerms::new(sources.iter().map(|(segment, _)| &**segment))?;
        while let Some((_, holders)) = united.next()? {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let documents = holders.iter().map(|(_, info)| u64::from(info.document_frequency)).sum::<u64>();
            if documents >= u64::from(found.least) && documents <= u64::from(most) {
                found.holders.extend(holders.iter().map(|&(segment, info)| (segment as u32, info)));
                found.terms.push((documents as u32, found.holders.len()));
                while found.memory() > memory / 2 && found.least < most {
                    found.leave_out_rarest();
                }
            }
        }
        Ok(found)
    }

    /// The bytes they take.
    fn memory(&self) -> u64 {
        let (terms, holders) = (self.terms.capacity(), self.holders.capacity());
        (terms * size_of::<(u32, usize)>() + holders * size_of::<(u32, TermInfo)>()) as u64
    }

    /// Keeps the terms of at least twice as many documents as before.
    fn leave_out_rarest(&mut self) {
        self.least = self.least.saturating_mul(2);
        let (mut kept, mut start) = (0, 0);
        let (least, holders) = (self.least, &mut self.holders);
        self.terms.retain_mut(|(documents, end)| {
            let held = start..*end;
            start = *end;
            if *documents >= least {
                let count = held.len();
                holders.copy_within(held, kept);
                kept += count;
                *end = kept;
            }
            *documents >= least
        });
        self.holders.truncate(kept);
        self.terms.shrink_to_fit();
        self.holders.shrink_to_fit();
    }

    /// The bytes that all of them take together with everything else, and their postings.
    fn estimate(&self, documents: u32, threads: usize) -> (u64, u64) {
        let postings = self.terms.iter().map(|&(frequency, _)| u64::from(frequency)).sum::<u64>();
        let of_terms = self.terms.len() as u64 * TERM_MEMORY * threads as u64;
        let of_documents = (u64::from(documents) + 1) * DOCUMENT_MEMORY;
        (self.memory() + of_terms + of_documents + postings * POSTING_MEMORY, postings)
    }

    /// The holders of each.
    fn iter(&self) -> impl Iterator<Item = &[(u32, TermInfo)]> {
        let starts = std::iter::once(0).chain(self.terms.iter().map(|&(_, end)| end));
        starts.zip(&self.terms).map(|(start, &(_, end))| &self.holders[start..end])
    }
}

impl Forward {
    /// The terms of live documents by their number in `maps`; none when not enough of them fit into memory or `stop` was set.
    pub(super) fn of(
        sources: &[Source],
        maps: &[DocumentMap],
        documents: u32,
        effort: Effort,
        stop: &AtomicBool,
    ) -> Result<Option<Self>> {
        let with_deleted: usize = maps.iter().map(Vec::len).sum();
        let most = u32::try_from(with_deleted).unwrap_or(u32::MAX) / MOST_FREQUENT;
        let mut chosen = Terms::collect(sources, most, effort.memory, stop)?;
        loop {
            let (memory, postings) = chosen.estimate(documents, effort.threads);
            if postings < u64::from(documents) * FEWEST_TERMS || stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            if memory <= effort.memory {
                break;
            }
            chosen.leave_out_rarest();
        }
        let mut starts = vec![0usize; documents as usize + 1];
        for holders in chosen.iter() {
            for_each(sources, maps, holders, |document| starts[document as usize + 1] += 1)?;
        }
        for at in 0..documents as usize {
            starts[at + 1] += starts[at];
        }
        let mut terms = vec![0u32; starts[documents as usize]];
        for (number, holders) in (0u32..).zip(chosen.iter()) {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            for_each(sources, maps, holders, |document| {
                let place = &mut starts[document as usize];
                terms[*place] = number;
                *place += 1;
            })?;
        }
        // What was the start of a document is now its end, the start of the next.
        starts.rotate_right(1);
        starts[0] = 0;
        Ok(Some(Self { terms, starts, distinct: chosen.terms.len() }))
    }
}

/// Calls `visit` with the number of every live document of a term, going up.
fn for_each(
    sources: &[Source],
    maps: &[DocumentMap],
    holders: &[(u32, TermInfo)],
    mut visit: impl FnMut(u32),
) -> Result<()> {
    for (segment, info) in holders {
        let at = *segment as usize;
        let mut cursor = sources[at].0.postings(info);
        while cursor.doc() != NO_MORE {
            let document = maps[at][cursor.doc() as usize];
            if document != NO_MORE {
                visit(document);
            }
            cursor.next();
        }
        if cursor.is_broken() {
            return Err(Error::corrupt(sources[at].0.path(), "a posting list is broken"));
        }
    }
    Ok(())
}
