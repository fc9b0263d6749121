//! Where words begin and end.
//!
//! The default rules of Unicode (UAX 29) as ICU's root rules have them: no colon inside words, Hangul apart from other
//! letters. Tailored to Russian text:
//!
//! * a full stop between Cyrillic letters parts them («г.Москва»), but in the hosts of .рф and .ру;
//! * signs are words: % ‰ № § and the currencies;
//! * `C++`, `C#` and `.NET` are words, and so are times and scores such as 15:30;
//! * raised and lowered digits belong to the letters before them («км²»), and are a number of their own without;
//! * a narrow no-break space is a space;
//! * an emoji belongs to no word, even if a joiner binds it to a letter;
//! * what has no letter, digit or sign is no word, however many underscores it has;
//! * a word of more than 256 code points is cut.
//!
//! A hyphen parts words as in Unicode's rules; `super::scripts` cuts what needs a dictionary. Nothing is read more than
//! a few times, whatever the text: what is looked over (marks, a host name) is remembered or belongs to one border.

use super::characters::{Class, Entry};
use super::shape::Shape;

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
    /// The code point after the last.
    pub end: u32,
    /// Whether its form may differ from its bytes.
    pub needs_form: bool,
    /// What kinds of characters it has.
    pub shape: Shape,
}

/// Calls `found` with every word of a text, in order. Scripts written without spaces are cut as Unicode's rules have it
/// that know no dictionary: a word a letter.
pub fn words(text: &str, mut found: impl FnMut(Word)) {
    let mut scanner = Scanner::new(text);
    while let Some(word) = scanner.next_word() {
        found(word);
    }
}

/// Calls `found` with every run of characters between white space.
pub fn runs(text: &str, mut found: impl FnMut(Word)) {
    let run = |from, to, start, end| Word { from, to, start, end, needs_form: false, shape: Shape::default() };
    let mut start: Option<(usize, u32)> = None;
    let mut point = 0;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() {
            if let Some((from, start)) = start.take() {
                found(run(from, at, start, point));
            }
        } else if start.is_none() {
            start = Some((at, point));
        }
        point += 1;
    }
    if let Some((from, start)) = start {
        found(run(from, text.len(), start, point));
    }
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    point: u32,
    /// Whether stretches that need a dictionary stay whole, as ICU's rules leave them to it.
    keeps_runs: bool,
    /// Where the last stretch that might be a Russian host ends, and whether it is one: such a stretch is read once.
    host: (usize, bool),
    #[cfg(test)]
    reads: std::cell::Cell<usize>,
}

/// How a word goes on with the character after it.
enum Next {
    Ends,
    Joins,
    /// Over punctuation to a letter or digit: so many bytes and code points, the entry there, the marks of all.
    Over(usize, u32, Entry, Entry),
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            point: 0,
            keeps_runs: false,
            host: (0, false),
            #[cfg(test)]
            reads: Default::default(),
        }
    }

    /// A scanner whose stretches that need a dictionary are words, marked so in their shapes.
    pub(super) fn keeping_runs(text: &'a str) -> Self {
        Self { keeps_runs: true, ..Self::new(text) }
    }

    /// The character at a byte: its entry and its length.
    #[inline(always)]
    fn entry(&self, at: usize) -> Option<(Entry, usize)> {
        #[cfg(test)]
        self.reads.set(self.reads.get() + 1);
        let bytes = self.text.as_bytes();
        let first = *bytes.get(at)? as usize;
        if first < 0x80 {
            return Some((Entry::low(first), 1));
        }
        if first < 0xe0 {
            let second = *bytes.get(at + 1)? as usize;
            return Some((Entry::low((first & 0x1f) << 6 | second & 0x3f), 2));
        }
        let character = self.text[at..].chars().next()?;
        Some((Entry::of(character), character.len_utf8()))
    }

    #[inline(always)]
    fn step(&mut self, length: usize) {
        self.at += length;
        self.point += 1;
    }

    #[inline]
    pub(super) fn next_word(&mut self) -> Option<Word> {
        loop {
            let (first, length) = self.entry(self.at)?;
            if first.is_plain() {
                return Some(self.word(first, length));
            }
            if first == Entry::default() {
                self.step(length);
            } else if let Some(word) = self.rare_word(first, length) {
                return Some(word);
            }
        }
    }

    /// A word that begins otherwise, or one step if none does.
    fn rare_word(&mut self, first: Entry, length: usize) -> Option<Word> {
        let class = first.class();
        if class == Class::Raised {
            return Some(self.raised(first));
        }
        let (from, start) = (self.at, self.point);
        let dotted = class == Class::MidNumLet && self.starts_dotted();
        self.step(length);
        match class {
            Class::Sign => {
                let (to, end) = (self.at, self.point);
                Some(Word { from, to, start, end, needs_form: false, shape: Shape::sign() })
            }
            Class::MidNumLet if dotted => {
                let (first, length) = self.entry(self.at)?;
                self.step(length);
                let word = self.rest_of_word(from, start, first, first, first);
                Some(Word { shape: word.shape.joined(), ..word })
            }
            Class::Hebrew
            | Class::Hangul
            | Class::Complex
            | Class::Han
            | Class::Katakana
            | Class::Ideograph
            | Class::Underscore => {
                let word = self.rest_of_word(from, start, first, first, first);
                word.shape.counts().then_some(word)
            }
            _ => None,
        }
    }

    /// A word that begins with a letter or digit.
    #[inline(always)]
    fn word(&mut self, first: Entry, length: usize) -> Word {
        let (from, start) = (self.at, self.point);
        self.step(length);
        let (last, marks) = self.plain(first, start.saturating_add(LONGEST));
        // Nearly every word ends here, at a space or what is nothing to words.
        if self.entry(self.at).is_none_or(|(next, _)| next == Entry::default()) {
            let (to, end) = (self.at, self.point);
            return Word { from, to, start, end, needs_form: marks.has(Entry::FOLDS), shape: Shape::new(first, marks) };
        }
        self.rest_of_word(from, start, first, last, marks)
    }

    /// The rest of a word, up to whose character `last` the marks were gathered.
    fn rest_of_word(&mut self, from: usize, start: u32, first: Entry, mut last: Entry, mut marks: Entry) -> Word {
        let mut limit = start.saturating_add(LONGEST);
        // Whether marks stand after the last character that is none.
        let mut marked = false;
        let (mut joined, mut dictionary) = (first.class() == Class::Underscore, false);
        let mut stop = Entry::default();
        loop {
            if self.keeps_runs && matches!(last.class(), Class::Complex | Class::Han | Class::Katakana) {
                (dictionary, limit) = (true, u32::MAX);
            }
            if self.point >= limit {
                break;
            }
            let Some((next, length)) = self.entry(self.at) else { break };
            if next.is_plain() && last.is_plain() {
                (last, marks, marked) = (next, marks.with(next), false);
                self.step(length);
                continue;
            }
            match self.next(last, marked, next, length) {
                Next::Ends => {
                    stop = next;
                    break;
                }
                Next::Joins => {
                    marks = marks.with(next);
                    if next.class() == Class::Extend {
                        marked = true;
                    } else {
                        (last, marked) = (next, false);
                        joined |= !next.has(Entry::COUNTS);
                    }
                    self.step(length);
                }
                Next::Over(bytes, points, base, all) => {
                    if self.point.saturating_add(points) > limit {
                        break;
                    }
                    marks = marks.with(all);
                    (last, marked, joined) = (base, false, true);
                    self.at += bytes;
                    self.point += points;
                }
            }
        }
        if stop.class() == Class::Suffix && last.is_plain() && last.has(Entry::LETTER) && !marked {
            joined |= self.take_suffix(start, limit);
        }
        let mut shape = Shape::new(first, marks);
        if joined {
            shape = shape.joined();
        }
        if dictionary {
            shape = shape.dictionary();
        }
        Word { from, to: self.at, start, end: self.point, needs_form: marks.has(Entry::FOLDS), shape }
    }

    /// Steps over the letters and digits after `first`, as far as one or two bytes are enough to write them and `limit`
    /// surely is not reached; returns the last and the marks of all. Most of a Russian text passes here.
    #[inline(always)]
    fn plain(&mut self, first: Entry, limit: u32) -> (Entry, Entry) {
        let bytes = self.text.as_bytes();
        let window = &bytes[..bytes.len().min(self.at + (limit - self.point) as usize)];
        let (mut at, mut last, mut marks) = (self.at, first, first);
        loop {
            let pairs = at;
            for pair in window[at..].chunks_exact(2) {
                let next = Entry::low((pair[0] as usize & 0x1f) << 6 | pair[1] as usize & 0x3f);
                if pair[0] & 0xe0 != 0xc0 || !next.is_plain() {
                    break;
                }
                (last, marks) = (next, marks.with(next));
                at += 2;
            }
            self.point += (at - pairs) as u32 / 2;
            let ascii = at;
            for &byte in &window[at..] {
                let next = Entry::low(byte as usize);
                if byte >= 0x80 || !next.is_plain() {
                    break;
                }
                (last, marks) = (next, marks.with(next));
                at += 1;
            }
            self.point += (at - ascii) as u32;
            if at == ascii {
                break;
            }
        }
        self.at = at;
        (last, marks)
    }

    /// Whether a word whose last character is `last` (with marks after it or not) goes on with the next one.
    fn next(&mut self, last: Entry, marked: bool, next: Entry, length: usize) -> Next {
        use Class::*;
        let joins = match (self.class(last), self.class(next)) {
            (_, Extend) => true,
            (Plain | Hebrew | Underscore, Plain | Hebrew) => true,
            (Plain | Hebrew | Katakana | Underscore, Underscore) => true,
            (Katakana | Underscore, Katakana) => true,
            // Rules of ICU that look through no marks.
            (Hangul, Hangul) => !marked,
            (Han | Katakana, Han | Katakana) => self.keeps_runs && !marked,
            (Plain | Hebrew, Raised) => last.has(Entry::LETTER),
            (Raised, Raised) => true,
            (Raised, Plain) => next.has(Entry::LETTER),
            (Plain | Hebrew, MidLetter | MidNum | MidNumLet | SingleQuote | DoubleQuote | Colon) => {
                return self.over(last, next, length);
            }
            _ => false,
        };
        if joins { Next::Joins } else { Next::Ends }
    }

    /// The class, where letters that need a dictionary are letters like others while runs are kept.
    fn class(&self, entry: Entry) -> Class {
        match entry.class() {
            Class::Complex if self.keeps_runs => Class::Plain,
            class => class,
        }
    }

    /// Whether a word goes on over the punctuation here, to a letter from a letter or to a digit from a digit.
    fn over(&mut self, last: Entry, middle: Entry, length: usize) -> Next {
        let letter = last.has(Entry::LETTER);
        let hebrew = last.class() == Class::Hebrew;
        let fits = match middle.class() {
            Class::MidLetter => letter,
            Class::MidNum => !letter,
            Class::Colon => !letter && self.is_in_time(),
            Class::DoubleQuote => hebrew,
            _ => true,
        };
        if fits && let Some((bytes, points, base, all)) = self.base(self.at + length) {
            let goes_on = match self.class(base) {
                Class::Hebrew => letter,
                Class::Plain if middle.class() != Class::DoubleQuote => letter == base.has(Entry::LETTER),
                _ => false,
            };
            if goes_on && !(last.has(Entry::CYRILLIC) && base.has(Entry::CYRILLIC) && self.parts_cyrillic()) {
                return Next::Over(length + bytes, points + 1, base, all.with(middle));
            }
        }
        // The geresh of a Hebrew abbreviation typed as an apostrophe.
        if hebrew && middle.class() == Class::SingleQuote { Next::Joins } else { Next::Ends }
    }

    /// Whether the colon here stands in a time or a score: between groups of one or two digits which neither a letter
    /// nor a decimal point makes longer. A port or a year after a colon stays a word of its own.
    fn is_in_time(&self) -> bool {
        let bytes = self.text.as_bytes();
        let left = bytes[..self.at].iter().rev().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        let right = bytes[self.at + 1..].iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        let before = self.text[..self.at - left].chars().next_back().map(Entry::of);
        let after = self.entry(self.at + 1 + right);
        let lengthens = |entry: Entry| {
            use Class::*;
            matches!(entry.class(), Plain | Hebrew | Complex | Katakana | Extend | Underscore)
        };
        let points = |entry: Entry| matches!(entry.class(), Class::MidNum | Class::MidNumLet | Class::SingleQuote);
        (1..=2).contains(&left)
            && (1..=2).contains(&right)
            && !before.is_some_and(|entry| lengthens(entry) || points(entry))
            && !after.is_some_and(|(entry, _)| lengthens(entry))
    }

    /// The first character from a byte on that is no mark: where it ends, counted from there, its entry, and the marks
    /// of all that was passed.
    fn base(&self, from: usize) -> Option<(usize, u32, Entry, Entry)> {
        let (mut at, mut points, mut all) = (from, 0, Entry::default());
        loop {
            let (entry, length) = self.entry(at)?;
            all = all.with(entry);
            at += length;
            points += 1;
            if entry.class() != Class::Extend {
                return Some((at - from, points, entry, all));
            }
        }
    }

    /// Whether the punctuation here parts the Cyrillic letters about it: a full stop, but not in a Russian host name,
    /// which is labels up to a last one of `рф` or `ру`.
    fn parts_cyrillic(&mut self) -> bool {
        if self.text.as_bytes()[self.at] != b'.' {
            return false;
        }
        if self.at >= self.host.0 {
            let rest = &self.text[self.at..];
            let ends = |character: char| !matches!(character, '.' | '-') && !character.is_alphanumeric();
            let stretch = &rest[..rest.find(ends).unwrap_or(rest.len())];
            #[cfg(test)]
            self.reads.set(self.reads.get() + stretch.len());
            // A full stop after the host ends its sentence.
            let last = stretch.trim_end_matches('.').rsplit('.').next();
            self.host = (self.at + stretch.len(), matches!(last, Some("рф" | "РФ" | "ру" | "РУ")));
        }
        !self.host.1
    }

    /// `C++` and `C#`: the signs belong to the word before them when no letter follows.
    fn take_suffix(&mut self, start: u32, limit: u32) -> bool {
        let rest = &self.text[self.at..];
        let signs = if rest.starts_with("++") {
            2
        } else if rest.starts_with('#') && self.point == start + 1 {
            1
        } else {
            return false;
        };
        let goes_on =
            |next: char| matches!(Entry::of(next).class(), Class::Suffix) || Entry::of(next).has(Entry::LETTER);
        if self.point + signs > limit || rest[signs as usize..].chars().next().is_some_and(goes_on) {
            return false;
        }
        self.at += signs as usize;
        self.point += signs;
        true
    }

    /// Raised digits that follow no letter.
    fn raised(&mut self, first: Entry) -> Word {
        let (from, start) = (self.at, self.point);
        while self.point - start < LONGEST
            && let Some((next, length)) = self.entry(self.at)
            && matches!(next.class(), Class::Raised | Class::Extend)
        {
            self.step(length);
        }
        let shape = Shape::new(first, first);
        Word { from, to: self.at, start, end: self.point, needs_form: true, shape }
    }

    /// Whether `.NET` or the like stands here: a full stop and two capital Latin letters, after a space, a slash, an
    /// opening bracket or quote.
    fn starts_dotted(&self) -> bool {
        let letters = match self.text.as_bytes()[self.at..] {
            [b'.', first, second, ..] => first.is_ascii_uppercase() && second.is_ascii_uppercase(),
            _ => false,
        };
        let opens = |before: char| before.is_whitespace() || "([{«„“\"'/".contains(before);
        letters && self.text[..self.at].chars().next_back().is_none_or(opens)
    }
}

#[cfg(test)]
mod tests;
