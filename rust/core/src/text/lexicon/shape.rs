//! What is no word of Russian: numbers, punctuation, Roman numbers, Latin words.

use super::Unit;
use super::analysis::Analysis;
use super::characters::{is_decimal, is_latin, is_letter, is_punctuation, is_space};
use super::drafts::{Draft, Span};

const SCORE: f64 = 0.9;

/// Whether a word can have one of the shapes of this module: not if it begins with a Russian letter, as nearly all do.
#[inline]
pub(super) fn may_have_shape(word: &str) -> bool {
    !word.starts_with(|first| matches!(first, 'А'..='я' | 'Ё' | 'ё'))
}

impl Analysis<'_> {
    /// Adds the tag of a number: whole if Python's `int` reads it, else a fraction if its `float` does.
    pub(super) fn number(&mut self, word: &str, lower: &Span) {
        let tags = &self.lexicon.dictionary.tags;
        if !may_be_number(word) {
            return;
        }
        let tag = if is_int(word) {
            tags.whole
        } else if is_float(word) {
            tags.fraction
        } else {
            return;
        };
        self.space.drafts.list.push(Draft::itself(lower, tag, SCORE, Unit::Number));
    }

    /// Adds the tag of punctuation if there is nothing else but white space.
    pub(super) fn punctuation(&mut self, word: &str, lower: &Span) {
        let is_mark = |character| is_punctuation(character) || is_space(character);
        if word.chars().all(is_mark) && !word.chars().all(is_space) {
            let tag = self.lexicon.dictionary.tags.punctuation;
            self.space.drafts.list.push(Draft::itself(lower, tag, SCORE, Unit::Punctuation));
        }
    }

    /// Adds the tag of Roman numbers and that of Latin words; a word may have both.
    pub(super) fn roman_or_latin(&mut self, word: &str, lower: &Span) {
        let tags = &self.lexicon.dictionary.tags;
        if is_roman(word) {
            self.space.drafts.list.push(Draft::itself(lower, tags.roman, SCORE, Unit::Roman));
        }
        let mut letters = word.chars().filter(|&character| is_letter(character)).peekable();
        if letters.peek().is_some() && letters.all(is_latin) {
            self.space.drafts.list.push(Draft::itself(lower, tags.latin, SCORE, Unit::Latin));
        }
    }
}

/// Whether the first character is one that a number, or `inf` or `nan`, can begin with.
fn may_be_number(word: &str) -> bool {
    word.chars().next().is_some_and(|first| match plain(first) {
        b'0'..=b'9' | b'+' | b'-' | b'.' | b',' | b'i' | b'I' | b'n' | b'N' => true,
        other => is_c_space(other),
    })
}

/// What Python makes of a character before it reads a number: digits of all scripts are digits, white space is a space.
fn plain(character: char) -> u8 {
    if character.is_ascii() {
        character as u8
    } else if character.is_whitespace() {
        b' '
    } else if is_decimal(character) {
        b'0'
    } else {
        b'?'
    }
}

fn is_c_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The characters between white space, read as numbers are.
fn stripped(word: &str) -> impl Iterator<Item = u8> + Clone {
    word.trim_matches(|character| is_c_space(plain(character))).chars().map(plain)
}

/// As Python's `int(word)`, without its limit of 4,300 digits: a sign, then digits with single underscores between them.
fn is_int(word: &str) -> bool {
    let mut bytes = stripped(word).peekable();
    bytes.next_if(|byte| matches!(byte, b'+' | b'-'));
    let mut last = b'_';
    for byte in bytes {
        match byte {
            b'0'..=b'9' => {}
            b'_' if last != b'_' => {}
            _ => return false,
        }
        last = byte;
    }
    last != b'_'
}

/// As Python's `float(word)`, with commas for points.
fn is_float(word: &str) -> bool {
    let bytes = || stripped(word).map(|byte| if byte == b',' { b'.' } else { byte });
    // An underscore must stand between digits.
    let mut last = 0_u8;
    for byte in bytes().chain([0]) {
        if (byte == b'_' && !last.is_ascii_digit()) || (last == b'_' && !byte.is_ascii_digit()) {
            return false;
        }
        last = byte;
    }
    let mut bytes = bytes().filter(|&byte| byte != b'_').peekable();
    bytes.next_if(|byte| matches!(byte, b'+' | b'-'));
    if bytes.peek().is_some_and(u8::is_ascii_alphabetic) {
        let name = |name: &str| bytes.clone().map(|byte| byte.to_ascii_lowercase()).eq(name.bytes());
        return name("inf") || name("infinity") || name("nan");
    }
    let mut digits = 0;
    let run = |bytes: &mut std::iter::Peekable<_>| {
        let mut length = 0;
        while bytes.next_if(u8::is_ascii_digit).is_some() {
            length += 1;
        }
        length
    };
    digits += run(&mut bytes);
    if bytes.next_if_eq(&b'.').is_some() {
        digits += run(&mut bytes);
    }
    if digits == 0 {
        return false;
    }
    if bytes.next_if(|byte| matches!(byte, b'e' | b'E')).is_some() {
        bytes.next_if(|byte| matches!(byte, b'+' | b'-'));
        if run(&mut bytes) == 0 {
            return false;
        }
    }
    bytes.next().is_none()
}

/// A Roman number up to 4999 in letters of either case. As in pymorphy3, whose regular expression ignores case and ends
/// with `$`, Turkish İ and ı are I and a line feed may follow, or be all there is.
fn is_roman(word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let mut rest = word.strip_suffix('\n').unwrap_or(word).chars().peekable();
    let upper = |character: char| match character {
        'İ' | 'ı' => 'I',
        other => other.to_ascii_uppercase(),
    };
    let mut take = |digit: char, most: usize| {
        (0..most).take_while(|_| rest.next_if(|&next| upper(next) == digit).is_some()).count()
    };
    take('M', 4);
    for [one, five, ten] in [['C', 'D', 'M'], ['X', 'L', 'C'], ['I', 'V', 'X']] {
        if take(five, 1) == 1 {
            take(one, 3);
        } else if take(one, 1) == 1 && take(ten, 1) == 0 && take(five, 1) == 0 {
            take(one, 2);
        }
    }
    rest.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for word in ["0", "007", "+5", "-5", " 5\n", "1_000", "٣", "\u{a0}12\u{2003}", "1_0_0"] {
            assert!(may_be_number(word) && is_int(word), "{word:?}");
        }
        for word in ["", " ", "+", "_1", "1_", "1__0", "+_1", "- 5", "5,0", "²", "\u{1c}5", "5\u{7f}", "1\0", "ⅳ"] {
            assert!(!is_int(word), "{word:?}");
        }
    }

    #[test]
    fn fractions() {
        for word in [
            "1.5",
            "1,5",
            ",5",
            "5.",
            "+.5e-3",
            "1e5",
            "1_0.5",
            "inf",
            "-INFINITY",
            "nAn",
            "+nan",
            " 1,5 ",
            "٣,٣",
            "1E+05",
        ] {
            assert!(may_be_number(word) && is_float(word), "{word:?}");
        }
        for word in [
            "",
            ".",
            ",",
            "1.5.2",
            "e5",
            "1e",
            "1e+",
            "1_e5",
            "1_.5",
            "1._5",
            "_1.5",
            "1.5_",
            "in",
            "infi",
            "nan_",
            "1,,5",
            "+-5",
            "0x10",
            "1 5",
            "i_nf",
            "\u{1c}1.5",
        ] {
            assert!(!is_float(word), "{word:?}");
        }
    }

    #[test]
    fn roman_numbers() {
        for word in ["I", "iv", "IX", "xlii", "MMMMCMXCIX", "DCCCLXXXVIII", "İ", "ıx", "X\n", "\n", "CD", "MC"] {
            assert!(is_roman(word), "{word:?}");
        }
        for word in ["", "IIII", "VV", "IC", "MMMMM", "IXI", "VX", "LC", "X\n\n", "Х", "IVI", "XCX", "CMD", "IIV"] {
            assert!(!is_roman(word), "{word:?}");
        }
    }
}
