//! Numbers for forms: the one table that every token is looked up in.
//!
//! Open addressing over eight-byte slots, the letters of all forms in one arena: a look-up costs two cache lines.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::context::{Context, Facts};

/// Forms in their contexts, numbered from 0 in order of arrival.
#[derive(Default)]
pub struct Interner {
    /// The upper half of the hash, then the number of the entry and 1; 0 where nothing is.
    slots: Vec<u64>,
    entries: Vec<Entry>,
    letters: String,
}

#[derive(Clone, Copy)]
struct Entry {
    start: usize,
    length: u32,
    context: Context,
    facts: Facts,
}

const FIRST_SLOTS: usize = 1 << 10;
/// The lower half of a slot: the number of an entry and 1.
const NUMBER: u64 = 0xFFFF_FFFF;

fn hash(form: &[u8], context: Context) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(form);
    hasher.write_u16(context.bits());
    hasher.finish()
}

impl Interner {
    /// How many forms there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many bytes of memory the table holds, about.
    pub fn memory(&self) -> usize {
        self.letters.capacity() + self.entries.capacity() * size_of::<Entry>() + self.slots.capacity() * 8
    }

    /// The number and the facts of a form in a context, if it is here.
    #[inline]
    pub fn find(&self, form: &str, context: Context) -> Option<(u32, Facts)> {
        if self.slots.is_empty() {
            return None;
        }
        let hash = hash(form.as_bytes(), context);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if slot & !NUMBER == hash & !NUMBER {
                let number = (slot & NUMBER) as u32 - 1;
                let entry = self.entries[number as usize];
                if entry.context == context && self.letters_of(&entry) == form {
                    return Some((number, entry.facts));
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a form that is not here yet and gives its number.
    pub fn add(&mut self, form: &str, context: Context, facts: Facts) -> u32 {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let entry = Entry { start: self.letters.len(), length: form.len() as u32, context, facts };
        let number = self.entries.len() as u32;
        self.letters.push_str(form);
        self.entries.push(entry);
        self.place(number, hash(form.as_bytes(), context));
        number
    }

    /// The form with this number.
    pub fn form(&self, number: u32) -> &str {
        self.letters_of(&self.entries[number as usize])
    }

    /// The context of the form with this number.
    pub fn context(&self, number: u32) -> Context {
        self.entries[number as usize].context
    }

    /// What the form with this number makes the analyzer look at.
    pub fn facts(&self, number: u32) -> Facts {
        self.entries[number as usize].facts
    }

    fn letters_of(&self, entry: &Entry) -> &str {
        &self.letters[entry.start..entry.start + entry.length as usize]
    }

    fn place(&mut self, number: u32, hash: u64) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = hash & !NUMBER | (u64::from(number) + 1);
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(FIRST_SLOTS);
        self.slots = vec![0; size];
        for number in 0..self.entries.len() {
            let entry = self.entries[number];
            let hash = hash(self.letters_of(&entry).as_bytes(), entry.context);
            self.place(number as u32, hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_keep_their_numbers_as_the_table_grows() {
        let mut interner = Interner::default();
        assert_eq!(interner.find("ёж", Context::NONE), None);
        let forms: Vec<String> = (0..5_000).map(|number| format!("слово{number}")).collect();
        for (number, form) in forms.iter().enumerate() {
            assert_eq!(interner.add(form, Context::NONE, Facts::NONE), number as u32);
        }
        for (number, form) in forms.iter().enumerate() {
            assert_eq!(interner.find(form, Context::NONE), Some((number as u32, Facts::NONE)));
            assert_eq!(interner.form(number as u32), form);
        }
        assert_eq!(interner.find("слово", Context::NONE), None);
        assert_eq!(interner.find("слово1", Context::NAME), None);
    }

    #[test]
    fn one_form_in_two_contexts_is_two() {
        let mut interner = Interner::default();
        let plain = interner.add("Маска", Context::NONE, Facts::NONE);
        let name = interner.add("Маска", Context::NAME, Facts::NONE);
        assert_ne!(plain, name);
        assert_eq!(interner.find("Маска", Context::NAME), Some((name, Facts::NONE)));
        assert_eq!((interner.form(name), interner.context(name)), ("Маска", Context::NAME));
    }
}
