//! Words of scripts that are written without spaces: Thai, Lao, Khmer, Myanmar, Chinese, Japanese.
//!
//! Rules find only where a stretch of such a script begins and ends; the words within it need a dictionary, which this
//! crate has not. Who has one (ICU, on the Python side) is asked once a text, for all its stretches together, and never
//! for a text without any.

use super::characters::Entry;
use super::segmentation::{LONGEST, Scanner, Word};
use super::shape::Shape;
use crate::{Error, Result};

/// Finds the words in stretches of text written without spaces.
pub trait ForeignScripts: Send + Sync {
    /// The words of each stretch, in order: the first code point and the one after the last, counted from where the
    /// stretch begins. What lies in no word (a punctuation mark, say) is dropped.
    fn words(&self, stretches: &[&str]) -> Result<Vec<Vec<(u32, u32)>>>;
}

/// Calls `found` with every word of a text, in order, like [`super::segmentation::words`], but with the words that
/// `scripts` finds in what needs a dictionary. It may be asked while this runs: hold no lock that it wants.
///
/// Refuses with `Error::Analysis` words that overlap, are empty or leave their stretch.
pub fn words(text: &str, scripts: &dyn ForeignScripts, mut found: impl FnMut(Word)) -> Result<()> {
    let mut scanner = Scanner::keeping_runs(text);
    // From the first stretch on the words wait until the dictionary was asked for all of them.
    let mut waiting = Vec::new();
    while let Some(word) = scanner.next_word() {
        if waiting.is_empty() && !word.shape.needs_dictionary() {
            found(word);
        } else {
            waiting.push(word);
        }
    }
    if waiting.is_empty() {
        return Ok(());
    }
    let stretches: Vec<Word> = waiting.iter().copied().filter(|word| word.shape.needs_dictionary()).collect();
    let asked: Vec<&str> = stretches.iter().map(|stretch| &text[stretch.from..stretch.to]).collect();
    let answers = scripts.words(&asked)?;
    if answers.len() != asked.len() {
        let (asked, given) = (asked.len(), answers.len());
        return Err(Error::Analysis(format!(
            "the dictionary was asked for the words of {asked} texts and gave {given}"
        )));
    }
    let mut answers = answers.iter();
    for word in waiting {
        match word.shape.needs_dictionary().then(|| answers.next()).flatten() {
            Some(inner) => within(text, word, inner, &mut found)?,
            None => found(word),
        }
    }
    Ok(())
}

/// The words of a text, with the help of `scripts` if there is any.
pub fn words_by(text: &str, scripts: Option<&dyn ForeignScripts>, found: impl FnMut(Word)) -> Result<()> {
    match scripts {
        Some(scripts) => words(text, scripts, found),
        None => {
            super::segmentation::words(text, found);
            Ok(())
        }
    }
}

/// The words of one stretch.
fn within(text: &str, stretch: Word, words: &[(u32, u32)], found: &mut impl FnMut(Word)) -> Result<()> {
    let length = stretch.end - stretch.start;
    let mut characters = text[stretch.from..stretch.to].char_indices();
    let mut passed = 0;
    for &(first, end) in words {
        if first < passed || end <= first || end > length {
            return Err(Error::Analysis(format!(
                "the dictionary gave the word {first}..{end} after {passed} in {length} characters"
            )));
        }
        for _ in passed..first {
            characters.next();
        }
        passed = first;
        while passed < end {
            let piece = (end - passed).min(LONGEST);
            let from = stretch.from + characters.offset();
            let mut marks = Entry::default();
            let mut opens = None;
            for (_, character) in characters.by_ref().take(piece as usize) {
                let entry = Entry::of(character);
                opens.get_or_insert(entry);
                marks = marks.with(entry);
            }
            let to = stretch.from + characters.offset();
            let start = stretch.start + passed;
            let shape = Shape::new(opens.unwrap_or_default(), marks);
            found(Word { from, to, start, end: start + piece, needs_form: marks.has(Entry::FOLDS), shape });
            passed += piece;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::text::segmentation;

    /// Cuts after every second character, and remembers what it was asked.
    #[derive(Default)]
    struct Pairs {
        asked: Mutex<Vec<Vec<String>>>,
    }

    impl ForeignScripts for Pairs {
        fn words(&self, stretches: &[&str]) -> Result<Vec<Vec<(u32, u32)>>> {
            self.asked.lock().unwrap().push(stretches.iter().map(|&stretch| stretch.to_owned()).collect());
            let pairs = |stretch: &&str| {
                let length = stretch.chars().count() as u32;
                (0..length).step_by(2).map(|start| (start, length.min(start + 2))).collect()
            };
            Ok(stretches.iter().map(pairs).collect())
        }
    }

    fn cut<'a>(text: &'a str, scripts: &dyn ForeignScripts) -> Result<Vec<&'a str>> {
        let mut found = Vec::new();
        let mut last = (0, 0);
        words(text, scripts, |word| {
            assert!(last.0 <= word.from && last.1 <= word.start);
            assert_eq!(text[..word.from].chars().count(), word.start as usize);
            assert_eq!(text[word.from..word.to].chars().count(), (word.end - word.start) as usize);
            assert!(word.end - word.start <= LONGEST && !word.shape.needs_dictionary());
            last = (word.to, word.end);
            found.push(&text[word.from..word.to]);
        })?;
        Ok(found)
    }

    #[test]
    fn a_dictionary_is_asked_once_a_text_and_only_for_its_scripts() {
        let scripts = Pairs::default();
        assert_eq!(
            cut("Город 東京都, на тайском กรุงเทพ: 5 км", &scripts).unwrap().join("|"),
            { "Город|東京|都|на|тайском|กร|ุง|เท|พ|5|км" }
        );
        assert_eq!(cut("Ни слова по-китайски, 한국 и שלום", &scripts).unwrap().len(), 7);
        assert_eq!(*scripts.asked.lock().unwrap(), [["東京都", "กรุงเทพ"]]);
    }

    #[test]
    fn without_a_stretch_the_words_are_those_of_the_rules() {
        let text = "Об’єкт №5: C++ и ивы.Дуб, кремль.рф";
        let mut plain = Vec::new();
        segmentation::words(text, |word| plain.push(&text[word.from..word.to]));
        assert_eq!(cut(text, &Pairs::default()).unwrap(), plain);
    }

    #[test]
    fn a_long_stretch_is_one_question_and_its_words_are_cut() {
        struct Whole;
        impl ForeignScripts for Whole {
            fn words(&self, stretches: &[&str]) -> Result<Vec<Vec<(u32, u32)>>> {
                Ok(stretches.iter().map(|stretch| vec![(0, stretch.chars().count() as u32)]).collect())
            }
        }
        let text = "東".repeat(100_000);
        let found = cut(&text, &Whole).unwrap();
        assert_eq!(found.len(), 100_000usize.div_ceil(LONGEST as usize));
        assert_eq!(found.concat(), text);
    }

    #[test]
    fn a_dictionary_that_misbehaves_is_an_error() {
        struct Fixed(Vec<Vec<(u32, u32)>>);
        impl ForeignScripts for Fixed {
            fn words(&self, _: &[&str]) -> Result<Vec<Vec<(u32, u32)>>> {
                Ok(self.0.clone())
            }
        }
        assert_eq!(cut("東京都", &Fixed(vec![vec![(1, 2)]])).unwrap(), ["京"]);
        assert!(cut("東京都", &Fixed(vec![vec![]])).unwrap().is_empty());
        for words in [vec![(0, 4)], vec![(1, 1)], vec![(0, 2), (1, 3)], vec![(2, 1)], vec![(3, 5)]] {
            assert!(matches!(cut("東京都", &Fixed(vec![words])), Err(Error::Analysis(_))));
        }
        assert!(matches!(cut("東京都", &Fixed(vec![])), Err(Error::Analysis(_))));
    }
}
