//! Where a text may be cut: between words, else between grapheme clusters.
//!
//! Knows nothing of marks, sentences or queries. A text is its code points. A word is a run without white space; a place
//! inside one is offered only when the caller leaves nothing better.

use std::ops::{Range, RangeInclusive};

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// A cluster may have any number of accents; the stream-safe format of UAX #15 allows 30, so a longer run is an attack on
/// whoever refuses to cut it.
const LONGEST_CLUSTER: usize = 32;
/// Of a longer row of flags the halves are not told apart, so that nobody looks back for ever.
const LONGEST_FLAGS: usize = 1 << 12;
const JOINER: char = '\u{200d}';
const VIRAMA: u8 = 9;
/// Letters and signs that UAX #29 counts to the cluster before them, whatever their category says.
const TRAILING: [RangeInclusive<char>; 8] = [
    '\u{e33}'..='\u{e33}',
    '\u{eb3}'..='\u{eb3}',
    '\u{1160}'..='\u{11ff}',
    '\u{200c}'..='\u{200d}',
    '\u{d7b0}'..='\u{d7ff}',
    '\u{ff9e}'..='\u{ff9f}',
    '\u{1f3fb}'..='\u{1f3ff}',
    '\u{e0020}'..='\u{e007f}',
];
/// Signs that begin the cluster of what follows.
const LEADING: [char; 13] = [
    '\u{600}',
    '\u{601}',
    '\u{602}',
    '\u{603}',
    '\u{604}',
    '\u{605}',
    '\u{6dd}',
    '\u{70f}',
    '\u{890}',
    '\u{891}',
    '\u{8e2}',
    '\u{110bd}',
    '\u{110cd}',
];

/// White space as Python has it: the separators of records are no space in Unicode's list.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

fn is_space_at(text: &[char], place: usize) -> bool {
    text.get(place).is_some_and(|&character| is_space(character))
}

/// Whether a grapheme cluster (UAX #29) goes on across `place`; in doubt it does.
pub(super) fn glued(text: &[char], place: usize) -> bool {
    if place == 0 || place >= text.len() {
        return false;
    }
    let (left, right) = (text[place - 1], text[place]);
    if left < '\u{300}' && right < '\u{300}' {
        return left == '\r' && right == '\n';
    }
    if is_combining_mark(right) || left == JOINER {
        return true;
    }
    if TRAILING.iter().any(|range| range.contains(&right)) || LEADING.contains(&left) {
        return true;
    }
    if canonical_combining_class(left) == VIRAMA {
        return right.is_alphabetic();
    }
    if matches!(left, '\u{1100}'..='\u{115f}' | '\u{a960}'..='\u{a97c}') {
        return matches!(right, '\u{1100}'..='\u{115f}' | '\u{a960}'..='\u{a97c}' | '\u{ac00}'..='\u{d7a3}');
    }
    if is_flag(left) && is_flag(right) {
        let before = text[..place].iter().rev().take(LONGEST_FLAGS).take_while(|&&character| is_flag(character));
        return before.count() % 2 == 1;
    }
    false
}

/// The end of the grapheme cluster that begins at `start`, at most 32 code points on.
pub(super) fn cluster_end(text: &[char], start: usize) -> usize {
    let mut end = start + 1;
    while end - start < LONGEST_CLUSTER && glued(text, end) {
        end += 1;
    }
    end
}

/// The span without the white space at its ends.
pub(super) fn strip(text: &[char], start: usize, end: usize) -> Range<usize> {
    let span = text.get(start..end).unwrap_or_default();
    let Some(seen) = span.iter().position(|&character| !is_space(character)) else { return start..start };
    let mut first = start + seen;
    // A space with an accent on it is seen.
    if first > start && glued(text, first) {
        first -= 1;
    }
    let spaces = span.iter().rev().take_while(|&&character| is_space(character)).count();
    first..end - spaces
}

/// Whether a span holds nothing but white space.
pub(super) fn is_blank(text: &[char], start: usize, end: usize) -> bool {
    text.get(start..end).unwrap_or_default().iter().all(|&character| is_space(character))
}

/// The best place from `floor` to `limit` to end at: the last end of a word, else the last edge inside one, else the
/// last grapheme border, else `floor`.
pub(super) fn cut_end(text: &[char], floor: usize, limit: usize) -> usize {
    if limit >= text.len() {
        return text.len();
    }
    let places = || (floor..=limit).rev();
    let ends_word = |&place: &usize| is_space_at(text, place) && !(place > 0 && is_space_at(text, place - 1));
    places()
        .find(ends_word)
        .or_else(|| places().find(|&place| is_edge(text, place)))
        .or_else(|| places().find(|&place| !glued(text, place)))
        .unwrap_or(floor)
}

/// The best place from `low` to `ceiling` to begin at, chosen as by [`cut_end`].
pub(super) fn cut_start(text: &[char], low: usize, ceiling: usize) -> usize {
    if low == 0 {
        return 0;
    }
    let places = || low..=ceiling;
    let begins_word = |&place: &usize| is_space_at(text, place - 1) && !is_space_at(text, place) && !glued(text, place);
    places()
        .find(begins_word)
        .or_else(|| places().find(|&place| is_edge(text, place)))
        .or_else(|| places().find(|&place| !glued(text, place)))
        .unwrap_or(ceiling)
}

/// The start of the word that reaches `place`, not before `low`.
pub(super) fn word_start(text: &[char], low: usize, place: usize) -> usize {
    let letters = text.get(low..place).unwrap_or_default().iter().rev();
    place - letters.take_while(|&&character| !is_space(character)).count()
}

/// The end of the word that reaches `place`, not after `high`.
pub(super) fn word_end(text: &[char], place: usize, high: usize) -> usize {
    let letters = text.get(place..high).unwrap_or_default().iter();
    place + letters.take_while(|&&character| !is_space(character)).count()
}

fn is_edge(text: &[char], place: usize) -> bool {
    let is_word_at = |place: usize| text.get(place).is_some_and(|&character| is_word(character));
    let inside_word = place > 0 && is_word_at(place - 1) && is_word_at(place);
    !inside_word && !glued(text, place)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || (character > '\u{300}' && is_combining_mark(character))
}

fn is_flag(character: char) -> bool {
    matches!(character, '\u{1f1e6}'..='\u{1f1ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn clusters_are_those_of_the_standard() {
        let whole = [
            "и\u{306}",
            "🇷🇺",
            "👨‍👩‍👧",
            "\r\n",
            "👍🏽",
            "कि",
            "क्षि",
            "กำ",
            "각",
            "\u{1100}\u{1161}\u{11a8}",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
        ];
        for cluster in whole {
            let text = letters(&cluster.repeat(2));
            let borders: Vec<usize> = (1..text.len()).filter(|&place| !glued(&text, place)).collect();
            assert_eq!(borders, [text.len() / 2], "{cluster}");
        }
        assert_eq!(cluster_end(&letters(&format!("а{}", "\u{301}".repeat(1000))), 0), 32);
    }

    #[test]
    fn a_text_is_cut_between_words_else_inside_them_else_between_clusters() {
        let text = letters("нефть и газ");
        assert_eq!((cut_end(&text, 0, 9), cut_end(&text, 0, 11), cut_start(&text, 3, 8)), (7, 11, 6));
        let text = letters("север-юг, й\u{301}й\u{301}");
        assert_eq!((cut_end(&text, 1, 7), cut_start(&text, 2, 7)), (6, 5));
        assert_eq!((cut_end(&text, 11, 13), cut_start(&text, 11, 12)), (12, 12));
    }

    #[test]
    fn white_space_at_the_ends_is_none_of_a_span() {
        let text = letters(" нефть \u{301} \u{1f}");
        assert_eq!(strip(&text, 0, 7), 1..6);
        assert_eq!(strip(&text, 6, text.len()), 6..8);
        assert_eq!(strip(&text, 8, text.len()), 8..8);
        assert!(is_blank(&text, 8, 10) && !is_blank(&text, 5, 7));
    }
}
