//! Latin words in Russian text: without accents, and by a stem that an English plural shares with its singular.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The key of a folded Latin word: without accents, and its [`stem`] if it has nothing but letters (a host name, `node.js`
/// or `snake_case` has none). `None` for what has no Latin letter, or another than the table of [`plain`] knows.
///
/// ```
/// use searchlib_core::text::latin::key;
/// assert_eq!(["servers", "café", "node.js"].map(|word| key(word).unwrap()), ["server", "cafe", "node.js"]);
/// assert_eq!((key("кафе"), key("15")), (None, None));
/// ```
pub fn key(folded: &str) -> Option<String> {
    let word = plain(folded)?;
    let word = word.strip_suffix("'s").unwrap_or(&word);
    Some(if word.bytes().all(|letter| letter.is_ascii_lowercase()) { stem(word) } else { word.to_owned() })
}

/// A folded Latin word in ASCII, if that can be.
fn plain(folded: &str) -> Option<String> {
    let mut word = String::with_capacity(folded.len());
    for character in folded.nfd().filter(|&character| !is_combining_mark(character)) {
        match character {
            _ if character.is_ascii() => word.push(character),
            // What has no decomposition, as passports spell it.
            'ß' => word.push_str("ss"),
            'æ' => word.push_str("ae"),
            'œ' => word.push_str("oe"),
            'þ' => word.push_str("th"),
            'ø' => word.push('o'),
            'ł' => word.push('l'),
            'đ' | 'ð' => word.push('d'),
            'ı' => word.push('i'),
            _ => return None,
        }
    }
    word.bytes().any(|letter| letter.is_ascii_lowercase()).then_some(word)
}

/// A word of small ASCII letters without the ending of an English plural or of a third person.
///
/// Harman's S stemmer (How effective is suffixing?, JASIS 42, 1991), with the -e that a plural puts after a hissing sound
/// taken off both numbers: process and processes, index and indexes, but also cache and caches. Nothing else is taken off:
/// of words in Russian text names and terms are more than English sentences, and Porter's stemmer would make one of
/// import and important, of number and numbering.
///
/// ```
/// use searchlib_core::text::latin::stem;
/// assert_eq!(["servers", "queries", "indexes", "status"].map(stem), ["server", "query", "index", "status"]);
/// ```
pub fn stem(word: &str) -> String {
    /// Singulars in -ie.
    const IN_IE: [&str; 11] = [
        "bookies",
        "brownies",
        "calories",
        "cookies",
        "genies",
        "hoodies",
        "movies",
        "rookies",
        "selfies",
        "smoothies",
        "zombies",
    ];
    const NO_PLURALS: [&str; 9] = ["alias", "always", "atlas", "bias", "canvas", "lens", "news", "series", "species"];
    /// A word does not get shorter.
    const SHORTEST: usize = 3;
    let ends = |word: &str, endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let has_vowel = |word: &str| word.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    if word.len() <= SHORTEST || NO_PLURALS.contains(&word) {
        return word.to_owned();
    }
    let mut singular = word;
    if ends(word, &["ies"]) && !ends(word, &["eies", "aies"]) && !IN_IE.contains(&word) && word.len() > 4 {
        return format!("{}y", &word[..word.len() - 3]);
    }
    if ends(word, &["s"]) && !ends(word, &["us", "ss", "is"]) && has_vowel(&word[..word.len() - 1]) {
        singular = &word[..word.len() - 1];
    }
    if singular.len() > SHORTEST + 1 && ends(singular, &["se", "xe", "che", "she"]) {
        singular = &singular[..singular.len() - 1];
    }
    singular.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_numbers_share_a_stem() {
        for (singular, plural) in [
            ("server", "servers"),
            ("process", "processes"),
            ("class", "classes"),
            ("index", "indexes"),
            ("match", "matches"),
            ("cache", "caches"),
            ("hash", "hashes"),
            ("case", "cases"),
            ("base", "bases"),
            ("database", "databases"),
            ("alias", "aliases"),
            ("focus", "focuses"),
            ("canvas", "canvases"),
            ("schema", "schemas"),
            ("site", "sites"),
            ("query", "queries"),
            ("cookie", "cookies"),
            ("movie", "movies"),
            ("shoe", "shoes"),
            ("key", "keys"),
            ("user", "user's"),
            ("e-mail", "e-mail"),
        ] {
            assert_eq!(key(singular), key(plural), "{singular}");
        }
    }

    #[test]
    fn other_words_stay_apart() {
        for (one, other) in [
            ("new", "news"),
            ("http", "https"),
            ("not", "note"),
            ("car", "care"),
            ("mary", "marie"),
            ("io", "ios"),
            ("us", "use"),
            ("import", "important"),
        ] {
            assert_ne!(key(one), key(other), "{one}");
        }
        for word in ["glass", "status", "analysis", "ibis", "series", "tls", "node.js", "mail.ru", "snake_cases", "c++"]
        {
            assert_eq!(key(word).as_deref(), Some(word));
        }
    }

    #[test]
    fn accents_fall() {
        for (word, expected) in [
            ("café", Some("cafe")),
            ("naïves", Some("naive")),
            ("łódź", Some("lodz")),
            ("straße", Some("strass")),
            ("ångström", Some("angstrom")),
            ("東京", None),
            ("αβγ", None),
            ("кафе", None),
            ("15", None),
            ("", None),
        ] {
            assert_eq!(key(word).as_deref(), expected, "{word}");
        }
    }

    proptest! {
        #[test]
        fn any_word_is_read(word in "\\PC{0,12}") {
            prop_assert!(key(&word.to_lowercase()).is_none_or(|key| key.is_ascii() && !key.is_empty()));
        }

        #[test]
        fn a_stem_begins_as_its_word(word in "[a-z]{1,12}") {
            let stem = stem(&word);
            prop_assert!(stem.len() >= word.len().min(2) && stem.len() <= word.len());
            let shared = stem.strip_suffix('y').unwrap_or(&stem);
            prop_assert!(word.starts_with(shared), "{}", stem);
        }
    }
}
