//! Reads a DAWG (directed acyclic word graph) as the `dawgdic` library writes it, in place: an array of units that is the
//! graph, and a guide to it that lists the labels of a node's children.
//!
//! A unit is a number of 32 bits: 0-7 its own label, 8 whether a key ends at it, 10-30 the offset of its children (in
//! units of 256 if bit 9 is set), 31 whether it holds a value instead. The child of node `i` by label `c` is at
//! `i ^ offset ^ c` if a unit with the label `c` stands there. A guide has two bytes a node: the label of its first child
//! and that of its next sibling.
//!
//! A broken file gives wrong answers and no harm: every index is checked, and what is walked is bounded.

use std::ops::Range;
use std::path::Path;

use memmap2::Mmap;

use super::files::{broken, map};
use crate::Result;

const LEAF: u32 = 1 << 31;
const HAS_VALUE: u32 = 1 << 8;
const EXTENSION: u32 = 1 << 9;
/// Read where there is no unit: no label equals that of this one.
const NOWHERE: u32 = u32::MAX;

/// Stands between a key and its payload.
const SEPARATOR: u8 = 1;
/// Base64 of the longest payload and the line feed after it.
const DEEPEST: usize = 13;
// What follows bounds the work on a broken file. The dictionary of 2022 needs no more than the figures in brackets.
/// Nodes visited for the payloads of one key (1,100).
const MOST_NODES: usize = 1 << 14;
/// Ways of spelling one key that are followed, whether to its end or not (5).
const MOST_SPELLINGS: usize = 1 << 8;
/// Letters replaced in one spelling (2).
const MOST_REPLACED: usize = 1 << 6;

/// A mapped DAWG.
pub(super) struct Dawg {
    map: Mmap,
    units: Range<usize>,
    guide: Range<usize>,
}

/// A place in the graph: where its unit stands and what is in it.
#[derive(Clone, Copy)]
pub(super) struct Node {
    index: u32,
    unit: u32,
}

impl Node {
    /// The offset of its children.
    #[inline]
    fn offset(self) -> u32 {
        (self.unit >> 10) << ((self.unit & EXTENSION) >> 6)
    }

    #[inline]
    fn has_value(self) -> bool {
        self.unit & HAS_VALUE != 0
    }
}

/// The units of a graph, found once for a walk.
#[derive(Clone, Copy)]
struct Graph<'a> {
    units: &'a [[u8; 4]],
}

impl Graph<'_> {
    #[inline]
    fn unit(self, index: u32) -> u32 {
        self.units.get(index as usize).map_or(NOWHERE, |unit| u32::from_le_bytes(*unit))
    }

    #[inline]
    fn child(self, node: Node, label: u8) -> Option<Node> {
        let index = node.index ^ node.offset() ^ u32::from(label);
        let unit = self.unit(index);
        (unit & (LEAF | 0xff) == u32::from(label)).then_some(Node { index, unit })
    }

    #[inline]
    fn follow(self, mut node: Node, bytes: &[u8]) -> Option<Node> {
        for &byte in bytes {
            if byte == 0 {
                break;
            }
            node = self.child(node, byte)?;
        }
        Some(node)
    }
}

/// The spellings of a key that wait to be followed; kept by the caller to be used again.
#[derive(Default)]
pub(super) struct Spellings {
    open: Vec<(usize, Node)>,
    replaced: Vec<usize>,
    left: usize,
}

impl Dawg {
    /// Maps a DAWG; its length must be what its two counts say.
    pub fn open(path: &Path) -> Result<Self> {
        let map = map(path)?;
        let count = |at: usize| {
            let bytes = map.get(at..)?.first_chunk::<4>()?;
            Some(u32::from_le_bytes(*bytes) as usize)
        };
        let parts = || {
            let units = 4..count(0)?.checked_mul(4)?.checked_add(4)?;
            let start = units.end.checked_add(4)?;
            let guide = start..count(units.end)?.checked_mul(2)?.checked_add(start)?;
            Some((units, guide))
        };
        match parts() {
            Some((units, guide)) if guide.end == map.len() && units.len() >= 1024 => Ok(Self { map, units, guide }),
            Some((_, guide)) => {
                Err(broken(path, format!("a file of {} bytes whose header says {}", map.len(), guide.end)))
            }
            None => Err(broken(path, format!("a file of {} bytes ends before its header does", map.len()))),
        }
    }

    #[inline]
    fn graph(&self) -> Graph<'_> {
        Graph { units: self.map[self.units.clone()].as_chunks().0 }
    }

    /// Where every key begins.
    #[inline]
    pub fn root(&self) -> Node {
        Node { index: 0, unit: self.graph().unit(0) }
    }

    /// The labels of the first child and the next sibling; 0 for none.
    #[inline]
    fn guide(&self, node: Node) -> [u8; 2] {
        let guide = self.map[self.guide.clone()].as_chunks::<2>().0;
        guide.get(node.index as usize).copied().unwrap_or_default()
    }

    /// The child by a label.
    #[inline]
    pub fn child(&self, node: Node, label: u8) -> Option<Node> {
        self.graph().child(node, label)
    }

    /// The node that these bytes lead to. As in pymorphy3, which hands C strings to its DAWG, they end at a zero byte.
    #[inline]
    pub fn follow(&self, node: Node, bytes: &[u8]) -> Option<Node> {
        self.graph().follow(node, bytes)
    }

    /// The number stored for the key that ends here.
    pub fn value(&self, node: Node) -> Option<u32> {
        node.has_value().then(|| self.graph().unit(node.index ^ node.offset()) & !LEAF)
    }

    /// Calls `each` for the key itself and for every spelling of it with «ё» in place of some «е», as far as the DAWG has
    /// them: with the places of the replaced letters and the node under which the payloads are. First the key, then
    /// the spellings by the place of their first replacement, each followed by those with more.
    ///
    /// Zero bytes are stepped over, as the C strings of pymorphy3 do.
    #[inline]
    pub fn similar(&self, key: &str, spellings: &mut Spellings, mut each: impl FnMut(&[usize], Node)) {
        spellings.left = MOST_SPELLINGS;
        spellings.open.clear();
        spellings.replaced.clear();
        self.spelling(key.as_bytes(), 0, self.root(), spellings, &mut each);
    }

    fn spelling(
        &self,
        key: &[u8],
        mut at: usize,
        mut node: Node,
        spellings: &mut Spellings,
        each: &mut impl FnMut(&[usize], Node),
    ) {
        if spellings.left == 0 || spellings.replaced.len() > MOST_REPLACED {
            return;
        }
        spellings.left -= 1;
        let (graph, first) = (self.graph(), spellings.open.len());
        while let Some(&byte) = key.get(at) {
            if byte == YE[0]
                && key.get(at + 1) == Some(&YE[1])
                && let Some(other) = graph.follow(node, &YO)
            {
                spellings.open.push((at, other));
            }
            if byte != 0 {
                match graph.child(node, byte) {
                    Some(child) => node = child,
                    None => break,
                }
            }
            at += 1;
        }
        if at == key.len()
            && let Some(node) = self.child(node, SEPARATOR)
        {
            each(&spellings.replaced, node);
        }
        for open in first..spellings.open.len() {
            let (at, node) = spellings.open[open];
            spellings.replaced.push(at);
            self.spelling(key, at + YO.len(), node, spellings, each);
            spellings.replaced.pop();
        }
        spellings.open.truncate(first);
    }

    /// Calls `each` for every payload of `N` bytes under this node, in their order.
    #[inline]
    pub fn payloads<const N: usize>(&self, node: Node, mut each: impl FnMut([u8; N])) {
        let length = N.div_ceil(3) * 4 + 1;
        let mut labels = [0; DEEPEST];
        let mut path = [node; DEEPEST + 1];
        let mut depth = 0;
        for _ in 0..MOST_NODES {
            let node = path[depth];
            let [mut label, mut sibling] = self.guide(node);
            if depth == length {
                if node.has_value()
                    && let Some(payload) = decode(&labels)
                {
                    each(payload);
                }
                label = 0;
            }
            while label == 0 {
                if depth == 0 {
                    return;
                }
                depth -= 1;
                label = sibling;
                sibling = self.guide(path[depth])[1];
            }
            let Some(child) = self.child(path[depth], label) else { return };
            labels[depth] = label;
            depth += 1;
            path[depth] = child;
        }
    }
}

/// «е» and «ё», which is often written as «е»; as many bytes each.
const YE: [u8; 2] = *b"\xd0\xb5";
const YO: [u8; 2] = *b"\xd1\x91";

/// `N` bytes from Base64.
#[inline]
fn decode<const N: usize>(text: &[u8; DEEPEST]) -> Option<[u8; N]> {
    const DIGITS: [u8; 256] = {
        let mut digits = [0xff; 256];
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut at = 0;
        while at < alphabet.len() {
            digits[alphabet[at] as usize] = at as u8;
            at += 1;
        }
        digits
    };
    let length = (N * 8).div_ceil(6);
    let mut bits = 0_u128;
    let mut faults = 0;
    for &letter in &text[..length] {
        let digit = DIGITS[letter as usize];
        faults |= digit & 0x80;
        bits = bits << 6 | u128::from(digit);
    }
    let bytes = (bits >> (length * 6 - N * 8)).to_be_bytes();
    if faults == 0 { bytes.last_chunk().copied() } else { None }
}
