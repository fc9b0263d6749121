//! The terms of several segments in one order, each with the segments that have it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::reader::Segment;
use crate::Result;
use crate::postings::TermInfo;
use crate::terms::dictionary::TermStream;

/// The segments that have a term, in order, each with where its postings are.
pub type Holders = [(usize, TermInfo)];

/// Goes through the terms of segments.
pub struct UnitedTerms<'a> {
    streams: Vec<TermStream<'a>>,
    /// The next term of each stream; of equal ones the first segment's comes first.
    heap: BinaryHeap<Reverse<Head>>,
    term: Vec<u8>,
    holders: Vec<(usize, TermInfo)>,
    spare: Vec<Vec<u8>>,
}

impl<'a> UnitedTerms<'a> {
    /// Stands before the first term.
    pub fn new(segments: impl Iterator<Item = &'a Segment>) -> Result<Self> {
        let streams = segments.map(|segment| segment.terms().stream()).collect();
        let (heap, term, holders, spare) = (BinaryHeap::new(), Vec::new(), Vec::new(), Vec::new());
        let mut united = Self { streams, heap, term, holders, spare };
        (0..united.streams.len()).try_for_each(|at| united.advance(at))?;
        Ok(united)
    }

    /// The next term and its holders.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<(&[u8], &Holders)>> {
        self.holders.clear();
        while let Some(Reverse(head)) = self.heap.peek()
            && (self.holders.is_empty() || head.term == self.term)
        {
            let Some(Reverse(head)) = self.heap.pop() else { break };
            let at = head.segment;
            self.holders.push((at, head.info));
            self.spare.push(std::mem::replace(&mut self.term, head.term));
            self.advance(at)?;
        }
        Ok(if self.holders.is_empty() { None } else { Some((&self.term, &self.holders)) })
    }

    fn advance(&mut self, segment: usize) -> Result<()> {
        if let Some((bytes, info)) = self.streams[segment].next()? {
            let mut term = self.spare.pop().unwrap_or_default();
            term.clear();
            term.extend_from_slice(bytes);
            self.heap.push(Reverse(Head { term, segment, info }));
        }
        Ok(())
    }
}

/// The term that a stream stands on. Ordered by term, then by segment: the information is of one pair only.
struct Head {
    term: Vec<u8>,
    segment: usize,
    info: TermInfo,
}

impl Head {
    fn key(&self) -> (&[u8], usize) {
        (&self.term, self.segment)
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
