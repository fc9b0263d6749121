//! Posting lists that grow in memory: for each term a chain of slices of one arena, each longer than the one before it, with
//! the gaps between documents and between positions in as few bytes as they need.
//!
//! A chain of positions is `(gap << 1 | 1) position` where a document begins and `gap << 1` for a further position in it; one
//! without positions is the gaps between documents alone. The first document is the gap from -1.

use super::occurrences::Lists;
use crate::text::interner::prefetch;

/// Slices do not cross pages, and an address is a page and a place in it.
const PAGE: usize = 1 << 16;
/// An arena is full when a quarter of all addresses is left for the document that comes before anybody asks.
const MOST_PAGES: usize = 3 << 14;
/// The last bytes of a slice are the address of the next.
const LINK: usize = 4;
/// The slices of a chain are of these lengths; all after these are as long as the last.
const FIRST: usize = 12;
const LEVELS: u8 = 8;

/// The longest number of a chain, as bytes.
const LONGEST: usize = 5;

/// Where a chain goes on.
#[derive(Clone, Copy)]
struct Chain {
    /// The last document, and the last position in it.
    document: u32,
    position: u32,
    /// The address of the next byte, and how many more the slice takes.
    tail: u32,
    left: u16,
    level: u8,
}

/// The chains of the terms of a field, by their numbers.
pub struct Chains {
    with_positions: bool,
    pages: Vec<Box<[u8; PAGE]>>,
    /// How much of the last page is taken.
    used: usize,
    chains: Vec<Chain>,
    /// The address of the first slice of each.
    heads: Vec<u32>,
}

fn length_of(level: u8) -> usize {
    FIRST << level
}

impl Chains {
    /// No chains yet.
    pub fn new(with_positions: bool) -> Self {
        Self { with_positions, pages: Vec::new(), used: PAGE, chains: Vec::new(), heads: Vec::new() }
    }

    /// How many terms have chains.
    pub fn len(&self) -> usize {
        self.chains.len()
    }

    /// How many bytes of memory they hold.
    pub fn memory(&self) -> usize {
        self.pages.len() * PAGE + self.chains.capacity() * size_of::<Chain>() + self.heads.capacity() * 4
    }

    /// Whether there are no addresses left for many more.
    pub fn is_full(&self) -> bool {
        self.pages.len() >= MOST_PAGES
    }

    /// Begins the chain of the next term.
    pub fn begin(&mut self) {
        let head = self.slice(0);
        self.heads.push(head);
        let left = (length_of(0) - LINK) as u16;
        self.chains.push(Chain { document: u32::MAX, position: 0, tail: head, left, level: 0 });
    }

    /// Brings the chain of a term near.
    #[inline]
    pub fn prefetch(&self, term: u32) {
        prefetch(&self.chains, term as usize);
    }

    /// Brings the end of a chain near; the chain should be near already.
    #[inline]
    pub fn prefetch_tail(&self, term: u32) {
        if let Some(chain) = self.chains.get(term as usize)
            && let Some(page) = self.pages.get(chain.tail as usize / PAGE)
        {
            prefetch(&page[..], chain.tail as usize % PAGE);
        }
    }

    /// Brings the beginning of a chain near.
    #[inline]
    pub fn prefetch_head(&self, term: u32) {
        let head = self.heads[term as usize] as usize;
        prefetch(&self.pages[head / PAGE][..], head % PAGE);
    }

    /// About how many bytes a chain has.
    pub fn length(&self, term: u32) -> usize {
        length_of(self.chains[term as usize].level)
    }

    /// Adds an occurrence of a term. Documents and the positions in one never go down; an occurrence that is there counts once.
    #[inline]
    pub fn push(&mut self, term: u32, document: u32, position: u32) {
        let chain = &mut self.chains[term as usize];
        let gap = document.wrapping_sub(chain.document);
        let (mut bytes, mut length) = ([0; 2 * LONGEST], 0);
        if !self.with_positions {
            if gap == 0 {
                return;
            }
            encode(u64::from(gap), &mut bytes, &mut length);
        } else if gap == 0 {
            if position == chain.position {
                return;
            }
            encode(u64::from(position - chain.position) << 1, &mut bytes, &mut length);
        } else {
            encode(u64::from(gap) << 1 | 1, &mut bytes, &mut length);
            encode(u64::from(position), &mut bytes, &mut length);
        }
        (chain.document, chain.position) = (document, position);
        let start = chain.tail as usize % PAGE;
        if usize::from(chain.left) >= bytes.len() {
            // All of the room in one move: what is too much of it is written over next.
            self.pages[chain.tail as usize / PAGE][start..start + bytes.len()].copy_from_slice(&bytes);
            chain.tail += length as u32;
            chain.left -= length as u16;
        } else if usize::from(chain.left) >= length {
            self.pages[chain.tail as usize / PAGE][start..start + length].copy_from_slice(&bytes[..length]);
            chain.tail += length as u32;
            chain.left -= length as u16;
        } else {
            self.push_over(term, &bytes[..length]);
        }
    }

    /// Adds bytes to a chain whose last slice does not take all of them.
    #[cold]
    fn push_over(&mut self, term: u32, bytes: &[u8]) {
        let Chain { tail, left, level, .. } = self.chains[term as usize];
        let (fitting, rest) = bytes.split_at(usize::from(left));
        let start = tail as usize % PAGE;
        let level = (level + 1).min(LEVELS);
        let next = self.slice(level);
        let page = &mut self.pages[tail as usize / PAGE];
        page[start..start + fitting.len()].copy_from_slice(fitting);
        page[start + fitting.len()..][..LINK].copy_from_slice(&next.to_le_bytes());
        let start = next as usize % PAGE;
        self.pages[next as usize / PAGE][start..start + rest.len()].copy_from_slice(rest);
        let chain = &mut self.chains[term as usize];
        chain.tail = next + rest.len() as u32;
        chain.left = (length_of(level) - LINK - rest.len()) as u16;
        chain.level = level;
    }

    /// A new slice.
    fn slice(&mut self, level: u8) -> u32 {
        let length = length_of(level);
        if PAGE - self.used < length {
            self.pages.push(vec![0; PAGE].try_into().expect("a page is as long as a page"));
            self.used = 0;
        }
        let address = (self.pages.len() - 1) * PAGE + self.used;
        self.used += length;
        u32::try_from(address).expect("no one document takes a gigabyte of postings")
    }

    /// The posting list of a term. `bytes` is room to work in.
    pub fn read(&self, term: u32, bytes: &mut Vec<u8>, lists: &mut Lists) {
        lists.clear();
        self.bytes_of(term, bytes);
        let (mut rest, mut document, mut position) = (&bytes[..], u32::MAX, 0u32);
        while !rest.is_empty() {
            let number = decode(&mut rest);
            if !self.with_positions {
                document = document.wrapping_add(number as u32);
                lists.documents.push(document);
                lists.frequencies.push(1);
                continue;
            }
            if number & 1 == 1 {
                document = document.wrapping_add((number >> 1) as u32);
                position = decode(&mut rest) as u32;
                lists.documents.push(document);
                lists.frequencies.push(1);
            } else {
                position += (number >> 1) as u32;
                if let Some(frequency) = lists.frequencies.last_mut() {
                    *frequency += 1;
                }
            }
            lists.positions.push(position);
        }
    }

    /// The slices of a chain, put together.
    fn bytes_of(&self, term: u32, into: &mut Vec<u8>) {
        into.clear();
        let tail = self.chains[term as usize].tail;
        let (mut slice, mut level) = (self.heads[term as usize], 0);
        loop {
            let start = slice as usize % PAGE;
            let all = &self.pages[slice as usize / PAGE][start..start + length_of(level)];
            let (held, link) = all.split_at(all.len() - LINK);
            if (slice..=slice + held.len() as u32).contains(&tail) {
                into.extend_from_slice(&held[..(tail - slice) as usize]);
                return;
            }
            into.extend_from_slice(held);
            slice = u32::from_le_bytes([link[0], link[1], link[2], link[3]]);
            level = (level + 1).min(LEVELS);
        }
    }
}

/// Puts seven bits in a byte, low ones first, the top bit set on all but the last.
#[inline]
fn encode(mut number: u64, into: &mut [u8; 2 * LONGEST], at: &mut usize) {
    while number >= 0x80 {
        into[*at] = number as u8 | 0x80;
        number >>= 7;
        *at += 1;
    }
    into[*at] = number as u8;
    *at += 1;
}

/// The first number of bytes that [`encode`] wrote.
#[inline]
fn decode(bytes: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            break;
        }
        shift += 7;
    }
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(chains: &Chains, term: u32) -> Lists {
        let mut lists = Lists::default();
        chains.read(term, &mut Vec::new(), &mut lists);
        lists
    }

    #[test]
    fn a_long_list_goes_over_many_slices_and_pages() {
        let mut chains = Chains::new(true);
        (0..2).for_each(|_| chains.begin());
        for document in 0..100_000 {
            chains.push(0, document, 1);
            chains.push(0, document, 1_000);
            chains.push(u32::from(document % 1_000 == 7), document, u32::MAX - 1);
        }
        let lists = read(&chains, 0);
        assert_eq!(lists.documents, (0..100_000).collect::<Vec<_>>());
        assert!(lists.frequencies.iter().zip(0u32..).all(|(&count, at)| count == 2 + u32::from(at % 1_000 != 7)));
        assert_eq!(lists.positions[..3], [1, 1_000, u32::MAX - 1]);
        assert_eq!(read(&chains, 1).documents.len(), 100);
        assert!(chains.memory() < 3 * (100_000 * 8 + PAGE));
    }

    proptest! {
        #[test]
        fn what_was_pushed_is_read(
            pushed in prop::collection::vec((0..4u32, prop_oneof![Just(0), 0..3u32, Just(1 << 29)], 0..200u32), 0..400),
            with_positions: bool
        ) {
            let mut chains = Chains::new(with_positions);
            (0..4).for_each(|_| chains.begin());
            let mut expected: Vec<Vec<(u32, Vec<u32>)>> = vec![Vec::new(); 4];
            let (mut document, mut position) = (0u32, 0);
            for (term, gap, step) in pushed {
                let moved = gap > 0 && document < 1 << 31;
                (document, position) = if moved { (document + gap, step) } else { (document, position + step) };
                chains.push(term, document, position);
                let list = &mut expected[term as usize];
                match list.last_mut() {
                    Some((last, positions)) if *last == document => {
                        if positions.last() != Some(&position) {
                            positions.push(position);
                        }
                    }
                    _ => list.push((document, vec![position])),
                }
            }
            for (term, list) in (0..).zip(&expected) {
                let lists = read(&chains, term);
                prop_assert_eq!(lists.documents, list.iter().map(|(document, _)| *document).collect::<Vec<_>>());
                if with_positions {
                    prop_assert_eq!(lists.frequencies, list.iter().map(|(_, all)| all.len() as u32).collect::<Vec<_>>());
                    prop_assert_eq!(lists.positions, list.iter().flat_map(|(_, all)| all.clone()).collect::<Vec<_>>());
                } else {
                    prop_assert!(lists.positions.is_empty() && lists.frequencies.iter().all(|&count| count == 1));
                }
            }
        }
    }
}
