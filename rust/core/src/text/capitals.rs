//! How a form is capitalised, as far as its keys depend on it.

/// Where a form has its capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capitals {
    /// The first letter is small, or there is none.
    None,
    /// The first letter only, perhaps others after a small one.
    First,
    /// The first two letters at least.
    Several,
}

/// How a form is capitalised; only its first two characters are looked at.
#[inline]
pub fn capitals(form: &str) -> Capitals {
    let mut letters = form.chars();
    if !letters.next().is_some_and(is_capital) {
        return Capitals::None;
    }
    match letters.next() {
        Some(second) if is_capital(second) => Capitals::Several,
        Some(_) => Capitals::First,
        // A single capital is an initial or a word at the start of a sentence.
        None => Capitals::None,
    }
}

#[inline]
fn is_capital(letter: char) -> bool {
    match letter {
        'а'..='я' | 'a'..='z' | '0'..='9' => false,
        'А'..='Я' | 'A'..='Z' | 'Ё' => true,
        other => other.is_uppercase(),
    }
}

/// Fewest and most letters of an acronym.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=6;

/// The capitals of an acronym: all of a form of 2 to 6 capital letters, or those before a small ending (МИДа, БАМе).
pub fn acronym(form: &str) -> Option<&str> {
    let end = form.find(|letter: char| !letter.is_uppercase()).unwrap_or(form.len());
    let (head, tail) = form.split_at(end);
    (LETTERS.contains(&head.chars().count()) && (tail.is_empty() || is_ending(tail))).then_some(head)
}

/// Case endings of masculine nouns, which acronyms are declined as.
fn is_ending(tail: &str) -> bool {
    matches!(tail, "а" | "у" | "ом" | "е" | "ы" | "ов" | "ам" | "ами" | "ах" | "и")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_seen_by_the_first_two_letters() {
        for (form, expected) in [
            ("ёж", Capitals::None),
            ("Ёж", Capitals::First),
            ("Я", Capitals::None),
            ("НИИ", Capitals::Several),
            ("НИИхиммаш", Capitals::Several),
            ("5G", Capitals::None),
            ("", Capitals::None),
        ] {
            assert_eq!(capitals(form), expected, "{form}");
        }
    }

    #[test]
    fn acronyms_have_two_to_six_capitals_and_perhaps_an_ending() {
        for (form, expected) in [
            ("НИИ", Some("НИИ")),
            ("ГОСТа", Some("ГОСТ")),
            ("ТЭЦ", Some("ТЭЦ")),
            ("НИИхиммаш", None),
            ("ЭНЕРГИЯ", None),
            ("Я", None),
            ("Дом", None),
            ("Ё1", None),
        ] {
            assert_eq!(acronym(form), expected, "{form}");
        }
    }
}
