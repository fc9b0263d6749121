//! A text as sentences, and as the blocks that no range runs across.

use std::cell::Cell;
use std::ops::Range;

use super::borders;

pub(super) struct Blocks<'t> {
    text: &'t [char],
    /// Where the sentences start.
    sentences: Vec<usize>,
    /// Where the blocks start, and whether a paragraph does.
    starts: Vec<(usize, bool)>,
    /// The spans found so far.
    spans: Vec<Cell<Option<(usize, usize)>>>,
}

impl<'t> Blocks<'t> {
    /// `ranges` are ascending and do not overlap.
    pub(super) fn new(text: &'t [char], sentences: &[(u32, bool)], ranges: &[Range<usize>]) -> Self {
        // What stands before the first sentence belongs to it.
        let mut begins = vec![(0, true)];
        let inside = sentences.iter().map(|&(at, paragraph)| (at as usize, paragraph));
        begins.extend(inside.filter(|&(at, _)| 0 < at && at < text.len()));
        begins.sort_by_key(|&(at, _)| at);
        // Of two for one place the last counts.
        begins.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 = if same { next.1 } else { kept.1 };
            same
        });
        let mut ahead = ranges;
        let mut is_torn = |start: usize| {
            while ahead.first().is_some_and(|range| range.end <= start) {
                ahead = &ahead[1..];
            }
            ahead.first().is_some_and(|range| range.start < start)
        };
        let starts: Vec<_> = begins.iter().copied().filter(|&(start, _)| !is_torn(start)).collect();
        let sentences = begins.into_iter().map(|(start, _)| start).collect();
        Self { text, sentences, spans: vec![Cell::default(); starts.len()], starts }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The number of the block of a place.
    pub(super) fn at(&self, place: usize) -> usize {
        self.starts.partition_point(|&(start, _)| start <= place) - 1
    }

    /// Whether a paragraph begins with a block.
    pub(super) fn is_paragraph(&self, block: usize) -> bool {
        self.starts[block].1
    }

    /// Where the next block begins.
    pub(super) fn border(&self, block: usize) -> usize {
        self.starts.get(block + 1).map_or(self.text.len(), |&(start, _)| start)
    }

    /// The span of a block without the white space around it.
    pub(super) fn span(&self, block: usize) -> Range<usize> {
        let (start, end) = self.spans[block].get().unwrap_or_else(|| {
            let span = borders::strip(self.text, self.starts[block].0, self.border(block));
            (span.start, span.end)
        });
        self.spans[block].set(Some((start, end)));
        start..end
    }

    /// Whether a sentence goes on before `start`, and after `end`.
    pub(super) fn cuts(&self, start: usize, end: usize) -> (bool, bool) {
        let first = self.sentences.partition_point(|&sentence| sentence <= start) - 1;
        let past = self.sentences.partition_point(|&sentence| sentence < end);
        let begins = self.sentences[first].max(self.span(self.at(start)).start);
        let border = self.sentences.get(past).copied().unwrap_or(self.text.len());
        (!borders::is_blank(self.text, begins, start), !borders::is_blank(self.text, end, border))
    }
}
