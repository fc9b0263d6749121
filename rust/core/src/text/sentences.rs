//! Where sentences and paragraphs begin, judged by what stands between two words.
//!
//! A full stop ends no sentence after an initial or a known abbreviation, nor before a small letter. A blank line begins
//! a paragraph, and so does a line break after the end of a sentence or before the dash of direct speech.

use super::folding;

/// What stands between a word and the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border {
    /// How many code points of the gap belong to the sentence before.
    pub skipped: u32,
    /// Whether a paragraph begins as well.
    pub paragraph: bool,
}

/// Abbreviations that a full stop does not end.
const ABBREVIATIONS: [&str; 52] = [
    "акад",
    "вв",
    "гг",
    "гл",
    "гр",
    "губ",
    "доц",
    "др",
    "жен",
    "зам",
    "илл",
    "им",
    "ин",
    "искл",
    "каб",
    "кв",
    "кн",
    "коп",
    "корп",
    "куб",
    "млн",
    "млрд",
    "муж",
    "напр",
    "нач",
    "обл",
    "оз",
    "ок",
    "пер",
    "пл",
    "пос",
    "пр",
    "прим",
    "проф",
    "ред",
    "рис",
    "род",
    "руб",
    "сб",
    "св",
    "см",
    "соч",
    "ср",
    "ст",
    "стр",
    "табл",
    "тел",
    "тыс",
    "ул",
    "устар",
    "чел",
    "экз",
];

/// The bytes of the longest of them; more than half of all words are longer.
const LONGEST: usize = 10;

/// The border that a gap makes, if it makes one. `before` is the word before it, `next` the first character after it.
pub fn border(before: &str, gap: &str, next: char) -> Option<Border> {
    // Nearly every gap is one space.
    if gap == " " {
        return None;
    }
    let (mut ended, mut stopped) = (None::<u32>, false);
    let (mut lines, mut line_end, mut dash) = (0, 0, false);
    let mut open = false;
    for (points, character) in (0..).zip(gap.chars()) {
        match character {
            '!' | '?' | '…' => (open, ended) = (true, None),
            '.' => (open, stopped, ended) = (true, stopped || points == 0, None),
            '\n' | '\u{2028}' | '\u{2029}' => {
                lines += if character == '\u{2029}' { 2 } else { 1 };
                line_end = points + 1;
                dash = false;
            }
            '—' | '–' | '-' if lines > 0 => dash = true,
            _ => {}
        }
        // The end of a sentence is complete with the white space after its marks and closing quotes.
        if open && ended.is_none() && character.is_whitespace() {
            ended = Some(points);
        }
    }
    let ended = ended.filter(|_| !next.is_lowercase());
    let only_stop = stopped && !gap.contains(['!', '?', '…']);
    let ended = ended.filter(|_| !(only_stop && is_abbreviation(before)));
    let paragraph = lines > 1 || (lines > 0 && (ended.is_some() || dash));
    if paragraph {
        return Some(Border { skipped: spaces(gap, line_end), paragraph });
    }
    ended.map(|points| Border { skipped: spaces(gap, points), paragraph })
}

/// The first code point at or after `from` that is no white space.
fn spaces(gap: &str, from: u32) -> u32 {
    from + gap.chars().skip(from as usize).take_while(|character| character.is_whitespace()).count() as u32
}

fn is_abbreviation(word: &str) -> bool {
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(only), None) => only.is_alphabetic(),
        _ => word.len() <= LONGEST && ABBREVIATIONS.binary_search(&&*folding::lower(word)).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(ABBREVIATIONS.is_sorted());
        assert_eq!(ABBREVIATIONS.iter().map(|word| word.len()).max(), Some(LONGEST));
    }

    #[test]
    fn gaps_begin_sentences_and_paragraphs() {
        let sentence = |skipped| Some(Border { skipped, paragraph: false });
        let paragraph = |skipped| Some(Border { skipped, paragraph: true });
        for (before, gap, next, expected) in [
            ("дом", " ", 'О', None),
            ("дом", ". ", 'О', sentence(2)),
            ("дом", ". ", 'о', None),
            ("дом", "?» — ", 'с', None),
            ("дом", "!» — «", 'О', sentence(3)),
            ("дом", "…  «", 'О', sentence(3)),
            ("А", ". ", 'С', None),
            ("руб", ". ", 'О', None),
            ("руб", "? ", 'О', sentence(2)),
            ("дом", ", ", 'О', None),
            ("дом", "\n", 'О', None),
            ("дом", "\n\n", 'о', paragraph(2)),
            ("дом", ".\n", 'О', paragraph(2)),
            ("дом", ":\n— ", 'д', paragraph(2)),
            ("конец", ".", 'Н', None),
        ] {
            assert_eq!(border(before, gap, next), expected, "{before}{gap}{next}");
        }
    }
}
