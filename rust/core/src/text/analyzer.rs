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

    /// Analyses words of a query: as a text, but for keys that only a query has. `shouted` tells that the query has
    /// several words and no small letter, so that its capitals say nothing.
    fn analyze_query(&self, text: &str, shouted: bool, into: &mut Vec<Analyzed>) -> Result<Arc<Forms>> {
        let _ = shouted;
        self.analyze_many(&[text], into)
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
    // Nearly every gap is one space.
    if gap == " " {
        return None;
    }
    let next = text[word.from..].chars().next()?;
    let border = sentences::border(&text[last.from..last.to], gap, next)?;
    Some(SentenceStart { position, start: last.end + border.skipped, paragraph: border.paragraph })
}
