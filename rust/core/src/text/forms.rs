//! The keys of every form met so far, so that morphology is asked once a form.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use rustc_hash::FxHashMap;

use super::token::{FormId, Key};
use crate::{Error, Result};

/// Answers what the keys of forms are. The Python side asks pymorphy3; a later one reads its
/// dictionary natively.
pub trait Morphology: Send + Sync {
    /// The keys of each form, in the order of the forms. A form comes as it stands in the text, with
    /// its ё and its capitals, stress marks and soft hyphens removed.
    fn keys(&self, forms: &[&str]) -> Result<Vec<Vec<Key>>>;
}

/// One generation of forms and their keys, numbered in order of arrival; shared by all threads.
/// It only grows, so a number stays valid as long as the generation is held.
#[derive(Default)]
pub struct Forms {
    table: RwLock<Table>,
}

#[derive(Default)]
struct Table {
    numbers: FxHashMap<Box<str>, FormId>,
    forms: Vec<(Box<str>, Box<[Key]>)>,
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

    /// Adds forms with their keys and gives the number of each; one that another thread added meanwhile keeps its own.
    /// `Error::Analysis` for lists of keys that cannot be.
    pub(super) fn add(&self, forms: &[Box<str>], keys: Vec<Vec<Key>>) -> Result<Vec<FormId>> {
        if keys.len() != forms.len() {
            return Err(Error::Analysis(format!(
                "the analyzer was asked for the keys of {} forms and gave {}",
                forms.len(),
                keys.len()
            )));
        }
        for (form, keys) in forms.iter().zip(&keys) {
            let broken = |key: &Key| key.text.is_empty() || !(key.weight > 0.0 && key.weight <= 1.0);
            if keys.is_empty() || keys.iter().any(broken) {
                return Err(Error::Analysis(format!(
                    "the analyzer gave {form:?} the keys {keys:?}; a word needs at least one key, a key a text and a \
                     weight above 0 and at most 1"
                )));
            }
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        Ok(forms.iter().zip(keys).map(|(form, keys)| table.add(form, keys)).collect())
    }
}

impl Table {
    fn add(&mut self, form: &str, keys: Vec<Key>) -> FormId {
        if let Some(&number) = self.numbers.get(form) {
            return number;
        }
        let number = self.forms.len() as FormId;
        self.forms.push((form.into(), keys.into()));
        self.numbers.insert(form.into(), number);
        number
    }
}

impl FormsView<'_> {
    /// The number of a form, if it was met before.
    #[inline]
    pub fn number(&self, form: &str) -> Option<FormId> {
        self.table.numbers.get(form).copied()
    }

    /// The keys of a form.
    #[inline]
    pub fn keys(&self, form: FormId) -> &[Key] {
        &self.table.forms[form as usize].1
    }

    /// The form as it stood in the text.
    pub fn form(&self, form: FormId) -> &str {
        &self.table.forms[form as usize].0
    }

    /// How many forms there are.
    pub fn len(&self) -> usize {
        self.table.forms.len()
    }

    /// Whether there are none yet.
    pub fn is_empty(&self) -> bool {
        self.table.forms.is_empty()
    }
}
