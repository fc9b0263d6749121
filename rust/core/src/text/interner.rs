//! Numbers for short texts with a label each: the table that every token is looked up in.
//!
//! Open addressing over eight-byte slots; a slot leads to an entry of one arena, where what is known of a text and its
//! letters lie together: a look-up costs two cache lines, and [`Interner::prefetch_slot`] and [`Interner::prefetch_entry`]
//! bring them while others are being looked up.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Texts with their labels, numbered from 0 in order of arrival.
#[derive(Default)]
pub struct Interner {
    /// Part of the hash, then the place of the entry and 1; 0 where nothing is.
    slots: Vec<u64>,
    /// Entries one after another, each of whole words: number, label and note, length, letters.
    entries: Vec<u8>,
    /// The place of each entry, in words.
    places: Vec<u32>,
}

/// What is found of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its number.
    pub number: u32,
    /// What was noted of it.
    pub note: u16,
}

const FIRST_SLOTS: usize = 1 << 10;
/// The lower half of a slot: the place of an entry and 1.
const PLACE: u64 = 0xFFFF_FFFF;
/// Entries begin at multiples of so many bytes.
const WORD: usize = 4;
/// The bytes of an entry before its letters.
const HEAD: usize = 12;

/// The hash of a text, by which it is looked up under any label.
#[inline]
pub fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}

/// The upper half of a slot: labels share the place of a text in the table, but not its tag.
#[inline]
fn tag(hash: u64, label: u16) -> u64 {
    (hash ^ u64::from(label).wrapping_mul(0x9E37_79B9_7F4A_7C15)) & !PLACE
}

/// An entry as it lies in the arena.
struct Entry<'a> {
    number: u32,
    label: u16,
    note: u16,
    letters: &'a [u8],
}

impl Interner {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many bytes of memory the table holds, about.
    pub fn memory(&self) -> usize {
        self.entries.capacity() + self.places.capacity() * 4 + self.slots.capacity() * 8
    }

    /// What is known of a text under a label, if it is here.
    #[inline]
    pub fn find(&self, text: &[u8], hash: u64, label: u16) -> Option<Found> {
        if self.slots.is_empty() {
            return None;
        }
        let tag = tag(hash, label);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if slot & !PLACE == tag {
                let entry = self.entry((slot & PLACE) as u32 - 1);
                if entry.label == label && entry.letters == text {
                    return Some(Found { number: entry.number, note: entry.note });
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Brings the slot of a hash near.
    #[inline]
    pub fn prefetch_slot(&self, hash: u64) {
        if !self.slots.is_empty() {
            prefetch(&self.slots, hash as usize & (self.slots.len() - 1));
        }
    }

    /// Brings the entry near that a text of this hash most likely has; its slot should be near already.
    #[inline]
    pub fn prefetch_entry(&self, hash: u64) {
        if !self.slots.is_empty() {
            let slot = self.slots[hash as usize & (self.slots.len() - 1)];
            prefetch(&self.entries, ((slot & PLACE) as usize).wrapping_sub(1).wrapping_mul(WORD));
        }
    }

    /// Adds a text that is not here yet under this label, with a note, and gives its number.
    pub fn add(&mut self, text: &[u8], hash: u64, label: u16, note: u16) -> u32 {
        if (self.places.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let (number, place) = (self.places.len() as u32, (self.entries.len() / WORD) as u32);
        // A quarter more at a time: half of a table of many megabytes is not to lie idle.
        let size = HEAD + text.len().next_multiple_of(WORD);
        if self.entries.capacity() - self.entries.len() < size {
            self.entries.reserve_exact(size.max(self.entries.len() / 4));
        }
        self.entries.extend(number.to_le_bytes());
        self.entries.extend(label.to_le_bytes());
        self.entries.extend(note.to_le_bytes());
        self.entries.extend((text.len() as u32).to_le_bytes());
        self.entries.extend(text);
        self.entries.resize(self.entries.len().next_multiple_of(WORD), 0);
        self.places.push(place);
        self.place(place, hash, label);
        number
    }

    /// The number of a text under a label, which is added if it is not here.
    pub fn number(&mut self, text: &[u8], label: u16) -> u32 {
        let hash = hash(text);
        self.find(text, hash, label).map_or_else(|| self.add(text, hash, label, 0), |found| found.number)
    }

    /// The text with this number.
    pub fn text(&self, number: u32) -> &[u8] {
        self.entry(self.places[number as usize]).letters
    }

    /// Brings the text with this number near.
    #[inline]
    pub fn prefetch_text(&self, number: u32) {
        prefetch(&self.entries, self.places[number as usize] as usize * WORD);
    }

    /// The label and the text with this number, by one look at its entry.
    pub fn labelled(&self, number: u32) -> (u16, &[u8]) {
        let entry = self.entry(self.places[number as usize]);
        (entry.label, entry.letters)
    }

    /// The label of the text with this number.
    pub fn label(&self, number: u32) -> u16 {
        self.entry(self.places[number as usize]).label
    }

    /// What was noted of the text with this number.
    pub fn note(&self, number: u32) -> u16 {
        self.entry(self.places[number as usize]).note
    }

    #[inline]
    fn entry(&self, place: u32) -> Entry<'_> {
        let (head, rest) = self.entries[place as usize * WORD..].split_at(HEAD);
        let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let both = number(4);
        Entry { number: number(0), label: both as u16, note: (both >> 16) as u16, letters: &rest[..number(8) as usize] }
    }

    fn place(&mut self, place: u32, hash: u64, label: u16) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = tag(hash, label) | (u64::from(place) + 1);
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(FIRST_SLOTS);
        self.slots = vec![0; size];
        for number in 0..self.places.len() {
            let place = self.places[number];
            let entry = self.entry(place);
            let (hash, label) = (hash(entry.letters), entry.label);
            self.place(place, hash, label);
        }
    }
}

/// Asks for the cache line of an element that is needed soon; does nothing where it is not there, or elsewhere.
#[inline(always)]
pub fn prefetch<T>(of: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(element) = of.get(at) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing that the program sees, and the address is that of an element.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(element).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (of, at);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(interner: &Interner, text: &str, label: u16) -> Option<u32> {
        interner.find(text.as_bytes(), hash(text.as_bytes()), label).map(|found| found.number)
    }

    #[test]
    fn texts_keep_their_numbers_as_the_table_grows() {
        let mut interner = Interner::default();
        assert_eq!(find(&interner, "ёж", 0), None);
        let texts: Vec<String> = (0..5_000).map(|number| format!("слово{number}")).collect();
        for (number, text) in (0..).zip(&texts) {
            let hash = hash(text.as_bytes());
            assert_eq!(interner.add(text.as_bytes(), hash, 0, number as u16), number);
            interner.prefetch_slot(hash);
            interner.prefetch_entry(hash);
        }
        for (number, text) in (0..).zip(&texts) {
            let found = interner.find(text.as_bytes(), hash(text.as_bytes()), 0);
            assert_eq!(found, Some(Found { number, note: number as u16 }));
            assert_eq!(interner.text(number), text.as_bytes());
        }
        assert_eq!(find(&interner, "слово", 0), None);
        assert_eq!(find(&interner, "слово1", 2), None);
    }

    #[test]
    fn one_text_under_two_labels_is_two() {
        let mut interner = Interner::default();
        let plain = interner.number("Маска".as_bytes(), 0);
        let name = interner.number("Маска".as_bytes(), 2);
        assert_ne!(plain, name);
        assert_eq!((find(&interner, "Маска", 0), find(&interner, "Маска", 2)), (Some(plain), Some(name)));
        assert_eq!((interner.text(name), interner.label(name)), ("Маска".as_bytes(), 2));
        assert_eq!(interner.number("Маска".as_bytes(), 2), name);
        assert_eq!((interner.number(b"", 0), interner.text(2)), (2, &b""[..]));
    }
}
