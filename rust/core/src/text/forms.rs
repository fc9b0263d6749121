//! The keys of every form met so far, so that morphology is asked once for a form in a context.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::context::{Context, Facts};
use super::interner::{self, Found, Interner};
use super::key_lists::{KeyLists, NewKey};
use super::token::{FormId, Key, KeyId, KeyKind, KeyRef, Rule};
use crate::{Error, Result};

/// Answers what the keys of forms are. A form comes as it stands in the text, with its ё and its capitals, stress marks
/// and soft hyphens removed.
pub trait Morphology: Send + Sync {
    /// What of its surroundings the keys of a form depend on.
    fn facts(&self, form: &str, context: Context) -> Facts {
        let _ = (form, context);
        Facts::NONE
    }

    /// Adds the keys of a form, best first: at least one.
    fn keys(&self, form: &str, context: Context, into: &mut KeyLists) -> Result<()>;
}

/// So many forms are added before others are let in again: the first documents have tens of thousands of new ones, and all
/// threads look for theirs here.
const LOCKED: usize = 256;

/// One generation of forms and their keys, numbered in order of arrival; shared by all threads.
/// It only grows, so a number stays valid as long as the generation is held.
#[derive(Default)]
pub struct Forms {
    table: RwLock<Table>,
}

#[derive(Default)]
struct Table {
    /// Forms under their contexts; the facts are what is noted of each.
    forms: Interner,
    /// The texts of keys under their kinds.
    texts: Interner,
    /// The keys of all forms, one form after another, and where those of each end.
    keys: Vec<KeyOfForm>,
    ends: Vec<u32>,
}

#[derive(Clone, Copy)]
struct KeyOfForm {
    id: KeyId,
    weight: f32,
    rule: Rule,
}

/// A look at the forms without a lock a form.
pub struct FormsView<'a> {
    table: RwLockReadGuard<'a, Table>,
}

impl Forms {
    /// Locks for reading once; ask it for as many forms as wanted.
    pub fn view(&self) -> FormsView<'_> {
        // A table is changed only by pushing complete entries, so a panic elsewhere leaves it whole.
        FormsView { table: self.table.read().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Adds forms and gives the number of each; one that another thread added meanwhile keeps its own. The keys come in
    /// another order of the forms. `Error::Analysis` for lists of keys that cannot be.
    pub(super) fn add(&self, forms: &Interner, order: &[FormId], keys: &KeyLists) -> Result<Vec<FormId>> {
        for (&number, mut list) in order.iter().zip(keys.lists()) {
            let all = list.clone();
            let broken = |key: NewKey<'_>| key.text.is_empty() || !(key.weight > 0.0 && key.weight <= 1.0);
            if list.len() == 0 || list.any(broken) {
                let (form, keys) = (text_of(forms, number), all.map(|key| key.owned()).collect::<Vec<Key>>());
                return Err(Error::Analysis(format!(
                    "the analyzer gave {form:?} the keys {keys:?}; a word needs at least one key, a key a text and a \
                     weight above 0 and at most 1"
                )));
            }
        }
        // Neighbours in this order have keys in common; the forms themselves stay as they came, those of one text together.
        let mut given = Vec::with_capacity(keys.len());
        let mut spans = vec![0..0; forms.len()];
        let mut lists = order.iter().zip(keys.lists()).peekable();
        while lists.peek().is_some() {
            let mut table = self.changed();
            for (&number, list) in lists.by_ref().take(LOCKED) {
                let start = given.len();
                given.extend(list.map(|key| table.key(&key)));
                spans[number as usize] = start..given.len();
            }
        }
        let mut numbers = Vec::with_capacity(spans.len());
        for spans in spans.chunks(LOCKED) {
            let mut table = self.changed();
            numbers.extend(
                spans
                    .iter()
                    .zip(numbers.len() as FormId..)
                    .map(|(span, number)| table.add(forms, number, &given[span.clone()])),
            );
        }
        Ok(numbers)
    }

    fn changed(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Numbers are those of texts that were given as such.
pub(super) fn text_of(texts: &Interner, number: u32) -> &str {
    std::str::from_utf8(texts.text(number)).unwrap_or_default()
}

impl Table {
    fn key(&mut self, key: &NewKey<'_>) -> KeyOfForm {
        let id = self.texts.number(key.text.as_bytes(), u16::from(key.kind as u8));
        KeyOfForm { id, weight: key.weight, rule: key.rule }
    }

    fn add(&mut self, forms: &Interner, number: FormId, keys: &[KeyOfForm]) -> FormId {
        let (form, context) = (forms.text(number), forms.label(number));
        let hash = interner::hash(form);
        if let Some(found) = self.forms.find(form, hash, context) {
            return found.number;
        }
        for &key in keys {
            push(&mut self.keys, key);
        }
        let end = self.keys.len() as u32;
        push(&mut self.ends, end);
        self.forms.add(form, hash, context, forms.note(number))
    }
}

/// A quarter more at a time: half of a list of many megabytes is not to lie idle.
fn push<T>(list: &mut Vec<T>, one: T) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 4).max(64));
    }
    list.push(one);
}

impl FormsView<'_> {
    /// The number and the facts of a form in a context, if it was met before; by the form's hash.
    #[inline]
    pub(super) fn find(&self, form: &str, hash: u64, context: Context) -> Option<(FormId, Facts)> {
        let Found { number, note } = self.table.forms.find(form.as_bytes(), hash, context.bits())?;
        Some((number, Facts::from_bits(note)))
    }

    /// Where forms are found.
    pub(super) fn interner(&self) -> &Interner {
        &self.table.forms
    }

    #[inline]
    fn keys_of_form(&self, form: FormId) -> &[KeyOfForm] {
        let table = &*self.table;
        let start = form.checked_sub(1).map_or(0, |before| table.ends[before as usize]);
        &table.keys[start as usize..table.ends[form as usize] as usize]
    }

    /// The keys of a form, best first.
    #[inline]
    pub fn keys(&self, form: FormId) -> impl ExactSizeIterator<Item = KeyRef<'_>> + Clone {
        self.keys_of_form(form).iter().map(|&KeyOfForm { id, weight, rule }| {
            let (kind, text) = self.key(id);
            KeyRef { id, kind, text, weight, rule }
        })
    }

    /// The kind and the text of a key.
    pub fn key(&self, id: KeyId) -> (KeyKind, &str) {
        (self.kind(id), text_of(&self.table.texts, id))
    }

    /// The kind of a key.
    #[inline]
    pub fn kind(&self, id: KeyId) -> KeyKind {
        KeyKind::from_byte(self.table.texts.label(id) as u8).unwrap_or(KeyKind::Surface)
    }

    /// The numbers of the keys of a form, best first.
    #[inline]
    pub fn key_ids(&self, form: FormId) -> impl Iterator<Item = KeyId> {
        self.keys_of_form(form).iter().map(|key| key.id)
    }

    /// The form as it stood in the text.
    pub fn form(&self, form: FormId) -> &str {
        text_of(&self.table.forms, form)
    }

    /// The context it stood in.
    pub fn context(&self, form: FormId) -> Context {
        Context::from_bits(self.table.forms.label(form))
    }

    /// How many forms there are.
    pub fn len(&self) -> usize {
        self.table.forms.len()
    }

    /// Whether there are none yet.
    pub fn is_empty(&self) -> bool {
        self.table.forms.is_empty()
    }

    /// How many bytes of memory forms and keys take, about.
    pub fn memory(&self) -> usize {
        let table = &*self.table;
        let keys = table.keys.capacity() * size_of::<KeyOfForm>() + table.ends.capacity() * 4;
        table.forms.memory() + table.texts.memory() + keys
    }
}
