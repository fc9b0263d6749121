//! Recursive graph bisection: an order of documents in which those that share terms stand together, so that gaps within
//! posting lists are small and good documents share blocks. Knows documents only as lists of term numbers.
//!
//! After Dhulipala et al., "Compressing graphs and indexes with recursive graph bisection" (2016), with the ways of Mackenzie
//! et al., "Tradeoff options for bipartite graph partitioning" (2021), that Lucene's `BPIndexReorderer` has too: a document
//! is drawn to a half by the sum of log2(documents of the right half) - log2(documents of the left half) over its terms, the
//! halves are cut anew at the median of that pull, and the gain that a further round must bring grows with every round.

use std::sync::atomic::{AtomicBool, Ordering};

/// Halves are not cut any more when they would have fewer documents: of them a block holds several.
const SMALLEST_HALF: usize = 32;

/// Rounds of one cut at most.
const ROUNDS: usize = 20;

/// So many documents are shared out to threads at least.
const SHARE: usize = 1 << 13;

/// The logarithms of so many first numbers are looked up.
const TABLE: usize = 1 << 12;

/// A document on its way to its place.
pub(super) struct Entry<'t> {
    /// The numbers of its terms; those that tell nothing any more are dropped on the way down.
    pub(super) terms: &'t mut [u32],
    pub(super) document: u32,
    /// Above the median: the document belongs to the right half.
    pull: f32,
    is_right: bool,
}

impl<'t> Entry<'t> {
    pub(super) fn new(document: u32, terms: &'t mut [u32]) -> Self {
        Self { terms, document, pull: 0.0, is_right: false }
    }
}

/// What is known of a term in the part that is being cut.
#[derive(Clone, Copy, Default)]
struct Term {
    /// The documents of the part that hold it, and those of its left half.
    all: u32,
    left: u32,
}

/// The memory of one thread.
struct Counts {
    terms: Vec<Term>,
    /// How each term pulls to the right.
    pulls: Vec<f32>,
    /// The terms that are not at zero.
    met: Vec<u32>,
}

impl Counts {
    fn new(terms: usize) -> Self {
        Self { terms: vec![Term::default(); terms], pulls: vec![0.0; terms], met: Vec::new() }
    }
}

/// The bytes for each term that a thread needs besides the entries.
pub(super) const TERM_MEMORY: u64 = 16;

/// Puts documents in order; they come in any. Terms are numbered below `terms`. The order depends on nothing but the
/// documents. It is cut short, and means nothing, when `stop` is set.
pub(super) fn bisect(documents: &mut [Entry<'_>], terms: usize, threads: usize, stop: &AtomicBool) {
    let logarithms: Vec<f32> = (0..TABLE).map(|number| (number.max(1) as f32).log2()).collect();
    let bisection = Bisection { logarithms, stop };
    bisection.sort(documents, &mut Counts::new(terms), threads);
}

struct Bisection<'s> {
    logarithms: Vec<f32>,
    stop: &'s AtomicBool,
}

impl Bisection<'_> {
    fn sort(&self, documents: &mut [Entry<'_>], counts: &mut Counts, threads: usize) {
        // What came together stays together where nothing speaks against it.
        documents.sort_unstable_by_key(|entry| entry.document);
        if documents.len() < 2 * SMALLEST_HALF || self.stop.load(Ordering::Relaxed) {
            return;
        }
        self.cut(documents, counts, threads);
        let (left, right) = documents.split_at_mut(documents.len() / 2);
        if threads > 1 && left.len() >= SHARE {
            let terms = counts.terms.len();
            std::thread::scope(|scope| {
                scope.spawn(|| self.sort(left, &mut Counts::new(terms), threads / 2));
                self.sort(right, counts, threads - threads / 2);
            });
        } else {
            self.sort(left, counts, 1);
            self.sort(right, counts, 1);
        }
    }

    /// Moves documents between the two halves until it gains no more.
    fn cut(&self, documents: &mut [Entry<'_>], counts: &mut Counts, threads: usize) {
        let middle = documents.len() / 2;
        count(documents, counts);
        for entry in &mut documents[..middle] {
            entry.is_right = false;
            entry.terms.iter().for_each(|&term| counts.terms[term as usize].left += 1);
        }
        documents[middle..].iter_mut().for_each(|entry| entry.is_right = true);
        for round in 0..ROUNDS {
            if self.stop.load(Ordering::Relaxed) || !self.improve(documents, counts, threads, round) {
                break;
            }
        }
        for term in counts.met.drain(..) {
            counts.terms[term as usize] = Term::default();
        }
    }

    /// One round: whether documents changed sides.
    fn improve(&self, documents: &mut [Entry<'_>], counts: &mut Counts, threads: usize, round: usize) -> bool {
        for &term in &counts.met {
            let Term { all, left } = counts.terms[term as usize];
            counts.pulls[term as usize] = self.log2(all - left) - self.log2(left);
        }
        let pulls = &counts.pulls;
        if threads > 1 && documents.len() >= SHARE {
            std::thread::scope(|scope| {
                for share in documents.chunks_mut(documents.len().div_ceil(threads)) {
                    scope.spawn(|| pull(share, pulls));
                }
            });
        } else {
            pull(documents, pulls);
        }
        let middle = documents.len() / 2;
        let (left, right) = documents.split_at(middle);
        let most = left.iter().map(|entry| entry.pull).fold(f32::NEG_INFINITY, f32::max);
        let least = right.iter().map(|entry| entry.pull).fold(f32::INFINITY, f32::min);
        if most - least <= round as f32 {
            return false;
        }
        documents.select_nth_unstable_by(middle, |one, other| {
            one.pull.total_cmp(&other.pull).then(one.document.cmp(&other.document))
        });
        for (at, entry) in documents.iter_mut().enumerate() {
            let is_right = at >= middle;
            if is_right != entry.is_right {
                entry.is_right = is_right;
                for &term in &*entry.terms {
                    let left = &mut counts.terms[term as usize].left;
                    *left = if is_right { *left - 1 } else { *left + 1 };
                }
            }
        }
        true
    }

    fn log2(&self, number: u32) -> f32 {
        self.logarithms.get(number as usize).copied().unwrap_or_else(|| (number as f32).log2())
    }
}

/// Counts the documents of each term, and drops the terms of one or of all of them: those pull nobody.
fn count(documents: &mut [Entry<'_>], counts: &mut Counts) {
    for entry in &*documents {
        for &term in &*entry.terms {
            let all = &mut counts.terms[term as usize].all;
            *all += 1;
            if *all == 1 {
                counts.met.push(term);
            }
        }
    }
    let (terms, documents_of_all) = (&mut counts.terms, documents.len());
    counts.met.retain(|&term| {
        let all = &mut terms[term as usize].all;
        if *all == 1 || *all as usize == documents_of_all {
            *all = 0;
        }
        *all > 0
    });
    for entry in documents {
        let list = std::mem::take(&mut entry.terms);
        let mut kept = 0;
        for at in 0..list.len() {
            let term = list[at];
            list[kept] = term;
            kept += usize::from(terms[term as usize].all > 0);
        }
        entry.terms = &mut list[..kept];
    }
}

fn pull(documents: &mut [Entry<'_>], pulls: &[f32]) {
    for entry in documents {
        entry.pull = entry.terms.iter().map(|&term| pulls[term as usize]).sum();
    }
}
