//! What an analyzer is: it turns texts into tokens whose forms have keys.

use std::sync::Arc;

use super::forms::Forms;
use super::segmentation::Word;
use super::sentences;
use super::token::{Analyzed, SentenceStart};
use crate::Result;

/// Turns texts into tokens whose forms have keys.
pub trait Analyzer: Send + Sync {
    /// Analyses each text into the `Analyzed` of the same place (`into` is made as long as `texts`,
    /// its memory reused). Returns the generation of forms that the tokens' form numbers belong to:
    /// one for all texts of the call. Morphology is asked once for each new form.
    fn analyze_many(&self, texts: &[&str], into: &mut Vec<Analyzed>) -> Result<Arc<Forms>>;

    /// Lets what is remembered of forms from call to call, if anything is, take about so many bytes.
    fn allow(&self, bytes: usize) {
        let _ = bytes;
    }

    /// Analyses one text of which only the tokens at some positions are wanted (all when `None`): others may be missing,
    /// sentences and lengths are those of the whole text. `goes_on` is asked now and then; its error ends the analysis.
    fn analyze_at(
        &self,
        text: &str,
        wanted: Option<&[u32]>,
        goes_on: &dyn Fn() -> Result<()>,
        into: &mut Analyzed,
    ) -> Result<Arc<Forms>> {
        let _ = wanted;
        goes_on()?;
        let mut all = vec![std::mem::take(into)];
        let forms = self.analyze_many(&[text], &mut all)?;
        *into = all.pop().unwrap_or_default();
        goes_on()?;
        Ok(forms)
    }

    /// Analyses words of a query: as a text, but for keys that only a query has. `shouted` tells that the query has
    /// several words and no small letter, so that its capitals say nothing.
    fn analyze_query(&self, text: &str, shouted: bool, into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        let _ = shouted;
        self.analyze_many(&[text], into)
    }
}

/// How many words are analysed between two questions whether to go on.
pub(super) const BETWEEN_QUESTIONS: usize = 1 << 12;

/// The positions whose tokens are wanted and still to come, ascending; all when `None`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a>(pub(super) Option<&'a [u32]>);

impl Wanted<'_> {
    /// Whether nobody asks for the tokens at a position. It is asked with positions that never go down.
    #[inline]
    pub(super) fn passes_over(&mut self, position: u32) -> bool {
        let Some(wanted) = &mut self.0 else { return false };
        while let [first, rest @ ..] = *wanted
            && *first < position
        {
            *wanted = rest;
        }
        wanted.first() != Some(&position)
    }
}

/// Makes room for so many analyses, empty ones.
pub(super) fn prepare(into: &mut Vec<Analyzed>, length: usize) {
    into.resize_with(length, Analyzed::default);
    into.iter_mut().for_each(Analyzed::clear);
}

/// The sentence that begins with a word, if one does, at a position.
#[inline]
pub(super) fn sentence(text: &str, last: Option<&Word>, word: &Word, position: u32) -> Option<SentenceStart> {
    let Some(last) = last else {
        // The first sentence begins where the text does, with its opening quote or dash.
        let skipped = text[..word.from].chars().take_while(|character| character.is_whitespace()).count() as u32;
        return Some(SentenceStart { position, start: skipped, paragraph: true });
    };
    let gap = &text[last.to..word.from];
    // Nearly every gap is one space, most others have a comma before it.
    if matches!(gap, " " | ", ") {
        return None;
    }
    let next = text[word.from..].chars().next()?;
    let border = sentences::border(&text[last.from..last.to], gap, next)?;
    Some(SentenceStart { position, start: last.end + border.skipped, paragraph: border.paragraph })
}
