//! Where words begin and end.
//!
//! The default rules of Unicode (UAX 29) without the colon inside words, as ICU's root rules have them, with the
//! tailoring of Russian text: a full stop between Cyrillic letters splits («г.Москва»), hyphens part words, signs such
//! as % and № are words, `C++`, `C#`, `.NET` and 15:30 stay whole. Runs of scripts that write no spaces go to
//! `unicode-segmentation`.

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::folding::{is_cyrillic, is_ignorable, needs_form};

/// A longer word is cut into pieces of so many code points, so that text without any space stays harmless.
pub const LONGEST: u32 = 256;

/// A word in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Its first byte.
    pub from: usize,
    /// The byte after its last.
    pub to: usize,
    /// Its first code point.
    pub start: u32,
    /// The code point after its last.
    pub end: u32,
    /// Whether its form may differ from its bytes.
    pub needs_form: bool,
}

/// Calls `found` with every word of a text, in order.
pub fn words(text: &str, mut found: impl FnMut(Word)) {
    let mut scanner = Scanner { text, at: 0, point: 0 };
    while let Some(word) = scanner.next_word() {
        found(word);
    }
}

/// Calls `found` with every run of characters between white space.
pub fn runs(text: &str, mut found: impl FnMut(Word)) {
    let mut start: Option<(usize, u32)> = None;
    let mut point = 0;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() {
            if let Some((from, start)) = start.take() {
                found(Word { from, to: at, start, end: point, needs_form: false });
            }
        } else if start.is_none() {
            start = Some((at, point));
        }
        point += 1;
    }
    if let Some((from, start)) = start {
        found(Word { from, to: text.len(), start, end: point, needs_form: false });
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    point: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    /// Belongs to the word it follows: combining marks, ignorable characters, the underscore.
    Inner,
    /// A word of its own.
    Sign,
    Other,
}

fn class(character: char) -> Class {
    match character {
        'a'..='z' | 'A'..='Z' | 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' => Class::Letter,
        '0'..='9' => Class::Digit,
        '%' | '$' | '№' | '§' | '‰' | '€' | '₽' | '£' | '¥' => Class::Sign,
        '_' => Class::Inner,
        _ if character.is_ascii() => Class::Other,
        _ if is_ignorable(character) || is_combining_mark(character) => Class::Inner,
        _ if character.is_alphabetic() => Class::Letter,
        _ if character.is_numeric() => Class::Digit,
        _ => Class::Other,
    }
}

/// Scripts that write no spaces between words, or whose rules this scanner does not know.
fn is_foreign(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{edf}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn step(&mut self, character: char) {
        self.at += character.len_utf8();
        self.point += 1;
    }

    fn next_word(&mut self) -> Option<Word> {
        let mut before = ' ';
        loop {
            let character = self.peek()?;
            match class(character) {
                Class::Letter | Class::Digit => return Some(self.word(character)),
                Class::Sign => {
                    let (from, start) = (self.at, self.point);
                    self.step(character);
                    return Some(Word { from, to: self.at, start, end: self.point, needs_form: false });
                }
                Class::Other if character == '.' && before.is_whitespace() && self.starts_dotted() => {
                    return Some(self.word(character));
                }
                Class::Inner | Class::Other => self.step(character),
            }
            before = character;
        }
    }

    /// Whether `.NET` or the like stands here: a full stop and capital Latin letters.
    fn starts_dotted(&self) -> bool {
        let mut rest = self.text[self.at + 1..].chars();
        rest.next().is_some_and(|first| first.is_ascii_uppercase())
            && rest.next().is_some_and(|second| second.is_ascii_uppercase())
    }

    fn word(&mut self, first: char) -> Word {
        let (from, start) = (self.at, self.point);
        let mut word = Word { from, to: from, start, end: start, needs_form: needs_form(first) };
        let mut base = first;
        self.step(first);
        let foreign = is_foreign(first);
        while self.point - start < LONGEST {
            let Some(character) = self.peek() else { break };
            let kind = class(character);
            let joins = match kind {
                Class::Letter | Class::Digit => is_foreign(character) == foreign,
                Class::Inner => true,
                Class::Sign => false,
                Class::Other => self.joins(base, character),
            };
            if !joins {
                break;
            }
            if kind != Class::Inner {
                base = character;
            }
            word.needs_form |= needs_form(character);
            self.step(character);
        }
        if foreign {
            self.cut_foreign(&mut word);
        } else {
            self.take_plus(from, base);
        }
        (word.to, word.end) = (self.at, self.point);
        word
    }

    /// Whether punctuation stands inside a word: between two letters or two digits.
    fn joins(&self, before: char, character: char) -> bool {
        let mut rest = self.text[self.at + character.len_utf8()..].chars();
        let Some(after) = rest.next() else { return false };
        match (character, class(before), class(after)) {
            ('\'' | '’' | 'ʼ' | '＇' | '·', Class::Letter, Class::Letter) => true,
            ('.', Class::Letter, Class::Letter) => {
                !(is_cyrillic(before) && is_cyrillic(after)) || self.ends_as_host(character)
            }
            ('.' | ',' | ';' | '\'' | ':', Class::Digit, Class::Digit) => true,
            _ => false,
        }
    }

    /// Whether what follows the full stop here is the last part of a Russian host name.
    fn ends_as_host(&self, stop: char) -> bool {
        let rest = &self.text[self.at + stop.len_utf8()..];
        let end = rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len());
        matches!(&rest[..end], "рф" | "РФ" | "ру" | "рус" | "москва")
    }

    /// `C++` and `C#`: the signs belong to the Latin or Cyrillic letter before them when no word follows.
    fn take_plus(&mut self, from: usize, last: char) {
        if class(last) != Class::Letter {
            return;
        }
        let rest = &self.text[self.at..];
        let signs = if rest.starts_with("++") {
            2
        } else if rest.starts_with('#') && self.text[from..self.at].chars().nth(1).is_none() {
            1
        } else {
            return;
        };
        let ends =
            rest[signs..].chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '+' && next != '#');
        if ends {
            self.at += signs;
            self.point += signs as u32;
        }
    }

    /// Steps back to the end of the first word that Unicode's rules find in the run.
    fn cut_foreign(&mut self, word: &mut Word) {
        let run = &self.text[word.from..self.at];
        let length = run.split_word_bounds().next().map_or(run.len(), str::len);
        self.at = word.from + length;
        self.point = word.start + run[..length].chars().count() as u32;
        word.needs_form = true;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        words(text, |word| found.push(&text[word.from..word.to]));
        found
    }

    #[test]
    fn russian_text_is_cut_into_words() {
        for (text, expected) in [
            ("Министр сказал: «Да, будет».", "Министр|сказал|Да|будет"),
            ("конец.Начало г.Москва А.С.Пушкин", "конец|Начало|г|Москва|А|С|Пушкин"),
            ("сайт кремль.рф и mail.ru, почта", "сайт|кремль.рф|и|mail.ru|почта"),
            ("5% и 5 %, №7, 10 ₽", "5|%|и|5|%|№|7|10|₽"),
            ("3,5 1.000 15:30 2025-11", "3,5|1.000|15:30|2025|11"),
            ("C++, C# и .NET; a+b", "C++|C#|и|.NET|a|b"),
            ("тест-кейс Су-57 из\u{2011}за", "тест|кейс|Су|57|из|за"),
            ("д'Артаньян за\u{301}мок пере\u{ad}нос", "д'Артаньян|за\u{301}мок|пере\u{ad}нос"),
            ("слово:слово км/ч", "слово|слово|км|ч"),
            ("10 км² 😀 —", "10|км²"),
            ("раз\u{200b}два", "раз|два"),
            ("", ""),
        ] {
            assert_eq!(cut(text).join("|"), expected, "{text}");
        }
        assert_eq!(cut("東京").len(), 2);
    }

    #[test]
    fn text_without_spaces_is_cut_into_pieces() {
        for text in ["а".repeat(100_000), "\u{301}".repeat(100_000), "а-".repeat(50_000), "東".repeat(2_000)] {
            let mut longest = 0;
            words(&text, |word| longest = longest.max(word.end - word.start));
            assert!(longest <= LONGEST);
        }
    }

    proptest! {
        #[test]
        fn words_rise_and_their_code_points_are_those_of_their_bytes(text in "\\PC{0,60}") {
            let mut last = 0;
            let check = |word: Word| {
                assert!(word.from >= last && word.to > word.from);
                assert_eq!(text[..word.from].chars().count(), word.start as usize);
                assert_eq!(text[..word.to].chars().count(), word.end as usize);
                last = word.to;
            };
            words(&text, check);
        }
    }
}
