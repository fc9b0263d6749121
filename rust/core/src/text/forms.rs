//! The keys of every form met so far, so that morphology is asked once for a form in a context.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::context::{Context, Facts};
use super::interner::Interner;
use super::token::{FormId, Key};
use crate::{Error, Result};

/// Answers what the keys of forms are. A form comes as it stands in the text, with its ё and its capitals, stress marks
/// and soft hyphens removed.
pub trait Morphology: Send + Sync {
    /// What of its surroundings the keys of a form depend on.
    fn facts(&self, form: &str, context: Context) -> Facts {
        let _ = (form, context);
        Facts::NONE
    }

    /// The keys of a form, best first: at least one.
    fn keys(&self, form: &str, context: Context) -> Result<Vec<Key>>;
}

/// One generation of forms and their keys, numbered in order of arrival; shared by all threads.
/// It only grows, so a number stays valid as long as the generation is held.
#[derive(Default)]
pub struct Forms {
    table: RwLock<Table>,
}

#[derive(Default)]
struct Table {
    forms: Interner,
    keys: Vec<Box<[Key]>>,
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
    pub(super) fn add(&self, forms: &Interner, keys: Vec<Vec<Key>>) -> Result<Vec<FormId>> {
        for (number, keys) in (0..).zip(&keys) {
            let broken = |key: &Key| key.text.is_empty() || !(key.weight > 0.0 && key.weight <= 1.0);
            if keys.is_empty() || keys.iter().any(broken) {
                let form = forms.form(number);
                return Err(Error::Analysis(format!(
                    "the analyzer gave {form:?} the keys {keys:?}; a word needs at least one key, a key a text and a \
                     weight above 0 and at most 1"
                )));
            }
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        Ok((0..).zip(keys).map(|(number, keys)| table.add(forms, number, keys)).collect())
    }
}

impl Table {
    fn add(&mut self, forms: &Interner, number: FormId, keys: Vec<Key>) -> FormId {
        let (form, context) = (forms.form(number), forms.context(number));
        if let Some((number, _)) = self.forms.find(form, context) {
            return number;
        }
        self.keys.push(keys.into());
        self.forms.add(form, context, forms.facts(number))
    }
}

impl FormsView<'_> {
    /// The number and the facts of a form in a context, if it was met before.
    #[inline]
    pub fn find(&self, form: &str, context: Context) -> Option<(FormId, Facts)> {
        self.table.forms.find(form, context)
    }

    /// The keys of a form.
    #[inline]
    pub fn keys(&self, form: FormId) -> &[Key] {
        &self.table.keys[form as usize]
    }

    /// The form as it stood in the text.
    pub fn form(&self, form: FormId) -> &str {
        self.table.forms.form(form)
    }

    /// The context it stood in.
    pub fn context(&self, form: FormId) -> Context {
        self.table.forms.context(form)
    }

    /// How many forms there are.
    pub fn len(&self) -> usize {
        self.table.forms.len()
    }

    /// Whether there are none yet.
    pub fn is_empty(&self) -> bool {
        self.table.forms.is_empty()
    }

    /// How many bytes their letters and the table take, about; keys are not counted.
    pub fn memory(&self) -> usize {
        self.table.forms.memory()
    }
}
