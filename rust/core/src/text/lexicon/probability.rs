//! How likely a tag is for a word: P(t|w), counted by OpenCorpora in texts where people chose among the tags.

use std::path::Path;

use super::dawg::{Dawg, Node};
use crate::Result;

/// The mapped probabilities: millionths under keys like `стали:NOUN,inan,femn sing,gent`.
pub(super) struct Probability(Dawg);

impl Probability {
    /// Maps the file.
    pub fn open(folder: &Path) -> Result<Self> {
        Dawg::open(&folder.join("p_t_given_w.intdawg")).map(Self)
    }

    /// Where the tags of a word begin; none for a word of which nothing is known.
    #[inline]
    pub fn of_word(&self, lower: &str) -> Option<Word<'_>> {
        let node = self.0.follow(self.0.root(), lower.as_bytes())?;
        // As in pymorphy3, a key ends at a zero byte.
        let whole = lower.contains('\0');
        let node = if whole { node } else { self.0.child(node, b':')? };
        Some(Word { dawg: &self.0, node, whole })
    }
}

/// The tags of one word.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    dawg: &'a Dawg,
    node: Node,
    whole: bool,
}

impl Word<'_> {
    /// The probability of a tag, 0 if none is known.
    pub fn of_tag(self, name: &str) -> f64 {
        let node = if self.whole { Some(self.node) } else { self.dawg.follow(self.node, name.as_bytes()) };
        node.and_then(|node| self.dawg.value(node)).map_or(0.0, |millionths| f64::from(millionths) / 1e6)
    }
}
