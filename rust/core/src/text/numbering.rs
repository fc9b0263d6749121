//! From forms to numbers while a text is walked: known forms at once, new ones after the walk, all together.

use std::sync::{Arc, Mutex, PoisonError};

use super::context::{Context, Facts};
use super::forms::{Forms, FormsView, Morphology};
use super::interner::Interner;
use super::token::{Analyzed, FormId, Key};
use crate::Result;

/// A generation of forms is left for a new one when it holds so many: about 200 MB. To learn the commonest forms anew takes a
/// second or two. With 300,000 the 7,100 articles that are measured with do not fit, and indexing them again takes 7.0 s, with
/// 150,000 8.4 s, instead of 4.5.
pub const MOST_FORMS: usize = 500_000;
/// Or when their letters take so many bytes: keyword texts may be long.
const MOST_MEMORY: usize = 64 << 20;

/// The forms of an analyzer: the generation in use.
#[derive(Default)]
pub struct Generation {
    forms: Mutex<Arc<Forms>>,
}

impl Generation {
    /// The generation to use, a new one when the last is full.
    pub fn current(&self, most: usize) -> Arc<Forms> {
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        let full = {
            let view = forms.view();
            view.len() >= most || view.memory() >= MOST_MEMORY
        };
        if full {
            *forms = Arc::default();
        }
        forms.clone()
    }
}

/// A form that has no number yet is numbered from here until its keys are known.
const UNKNOWN: FormId = 1 << 31;

/// Forms without keys, met in the texts of one call.
#[derive(Default)]
pub struct Unknown {
    pub(super) forms: Interner,
}

impl Unknown {
    /// Gives the forms of this call their keys and the tokens their numbers. No lock is held while `keys_of` is asked.
    pub fn settle(
        self,
        forms: &Forms,
        texts: &mut [Analyzed],
        keys_of: impl Fn(FormId, &str, Context) -> Result<Vec<Key>>,
    ) -> Result<()> {
        if self.forms.is_empty() {
            return Ok(());
        }
        let keys = (0..self.forms.len() as FormId)
            .map(|number| keys_of(number, self.forms.form(number), self.forms.context(number)))
            .collect::<Result<Vec<_>>>()?;
        let numbers = forms.add(&self.forms, keys)?;
        for token in texts.iter_mut().flat_map(|text| &mut text.tokens) {
            if token.form >= UNKNOWN {
                token.form = numbers[(token.form - UNKNOWN) as usize];
            }
        }
        Ok(())
    }
}

/// Numbers the forms of one text.
pub struct Numbering<'a> {
    view: FormsView<'a>,
    unknown: &'a mut Unknown,
    morphology: &'a dyn Morphology,
}

impl<'a> Numbering<'a> {
    /// Looks in `forms` first and collects what is not there.
    pub fn new(forms: &'a Forms, unknown: &'a mut Unknown, morphology: &'a dyn Morphology) -> Self {
        Self { view: forms.view(), unknown, morphology }
    }

    /// The number of a form in a context, and what its keys depend on besides.
    #[inline]
    pub fn number(&mut self, form: &str, context: Context) -> (FormId, Facts) {
        self.view.find(form, context).unwrap_or_else(|| self.new_form(form, context))
    }

    #[cold]
    fn new_form(&mut self, form: &str, context: Context) -> (FormId, Facts) {
        if let Some((number, facts)) = self.unknown.forms.find(form, context) {
            return (UNKNOWN + number, facts);
        }
        let facts = self.morphology.facts(form, context);
        (UNKNOWN + self.unknown.forms.add(form, context, facts), facts)
    }
}
