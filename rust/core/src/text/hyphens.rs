//! Words with hyphens: which keys the whole has beside its parts, and which hyphens only end a line.
//!
//! Wholes are keyed without their hyphens, so that «веб-камерой» and «вебкамера» meet. Only the last part of a whole is
//! brought to its lemma: where both parts are inflected («врачом-хирургом») the whole is found by its parts standing
//! beside each other, and nobody writes such a word together.

use super::folding;

/// Who knows the dictionary.
pub trait Words {
    /// Whether a whole in small letters is in the dictionary as adverb, pronoun (Npro or Apro), particle, preposition,
    /// conjunction, predicative or interjection.
    fn is_function_word(&self, lower: &str) -> bool;

    /// The lemmas of a form in small letters by the dictionary alone, with their shares; none if it is not in there.
    fn known(&self, lower: &str) -> Vec<(String, f32)>;

    /// The predicted lemmas of a form that is not in the dictionary, with their shares.
    fn predicted(&self, lower: &str) -> Vec<(String, f32)>;
}

/// Whether a hyphenated word is found by its parts as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hyphenated {
    /// By the whole only: кто-то, из-за, по-зимнему.
    Whole,
    /// By the whole and by its parts at consecutive positions: диван-кровать.
    WholeAndParts,
}

/// The keys of a hyphenated word as a whole, all of them folded.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// Whether the parts have keys of their own.
    pub parts: Hyphenated,
    /// The surface form with its hyphens.
    pub surface: String,
    /// The surface form without them, where the word has no lemma and may be written so: Ту-154, wi-fi.
    pub joined: Option<String>,
    /// The lemmas without hyphens, likeliest first, with their shares.
    pub lemmas: Vec<(String, f32)>,
}

/// Particles that a word may carry after a hyphen; such a whole has no lemma, its parts have.
const PARTICLES: [&str; 8] = ["де", "ка", "с", "ста", "таки", "тка", "тко", "то"];

/// A last part of at most so many letters is an ending (90-х, 24-го, r-н) or a name without forms (Улан-Удэ is in the
/// dictionary), and no word to ask the lemma of.
const SHORTEST: usize = 3;

/// The keys of a whole whose parts, as they are written, stand between hyphens.
pub fn whole(parts: &[&str], words: &impl Words) -> Whole {
    let written = parts.join("-");
    let written = folding::lower(&written);
    let kind = kind(&written, words);
    let joined = joined(parts);
    let lemmas = joined.as_deref().map(|joined| lemmas(&written, joined, words)).unwrap_or_default();
    let joined = joined.filter(|_| lemmas.is_empty()).map(|joined| folding::fold(&joined));
    Whole { parts: kind, surface: folding::fold(&written), joined, lemmas }
}

/// Whether a whole in small letters has parts.
pub fn kind(written: &str, words: &impl Words) -> Hyphenated {
    if is_adverb(written) || words.is_function_word(written) { Hyphenated::Whole } else { Hyphenated::WholeAndParts }
}

/// An adverb with по-, which are more than a dictionary has: по-лисьи, по-зимнему, по-городски.
fn is_adverb(written: &str) -> bool {
    let endings = ["ски", "цки", "ьи", "ому", "ему"];
    written.strip_prefix("по-").is_some_and(|rest| !rest.contains('-') && endings.iter().any(|it| rest.ends_with(it)))
}

/// The word without its hyphens, if it may be written so: not where a digit would meet a digit (10-15, 2025-11-04), since
/// that is another number.
///
/// ```
/// use searchlib_core::text::hyphens::joined;
/// assert_eq!(joined(&["Ту", "154"]).as_deref(), Some("Ту154"));
/// assert_eq!(joined(&["10", "15"]), None);
/// ```
pub fn joined(parts: &[&str]) -> Option<String> {
    let is_digit = |character: Option<char>| character.is_some_and(char::is_numeric);
    let meet = |pair: &[&str]| is_digit(pair[0].chars().next_back()) && is_digit(pair[1].chars().next());
    (!parts.windows(2).any(meet)).then(|| parts.concat())
}

/// The lemmas of a whole in small letters without hyphens: those of the dictionary for the whole, else for the joined word
/// (он-лайн, and syllables pulled apart), else those of the last part with the others before it as they are written.
fn lemmas(written: &str, joined: &str, words: &impl Words) -> Vec<(String, f32)> {
    let known = words.known(written);
    if !known.is_empty() {
        return keys("", known);
    }
    let joined = folding::lower(joined);
    let known = words.known(&joined);
    if !known.is_empty() {
        return keys("", known);
    }
    let last = written.rsplit('-').next().unwrap_or(written);
    let is_word = last.chars().all(folding::is_cyrillic) && last.chars().count() >= SHORTEST;
    if !is_word || PARTICLES.contains(&last) {
        return Vec::new();
    }
    let known = words.known(last);
    let last_lemmas = if known.is_empty() { words.predicted(last) } else { known };
    keys(joined.strip_suffix(last).unwrap_or_default(), last_lemmas)
}

/// Lemmas after what stands before them, folded, without hyphens, each once.
fn keys(before: &str, lemmas: Vec<(String, f32)>) -> Vec<(String, f32)> {
    let mut keys: Vec<(String, f32)> = Vec::with_capacity(lemmas.len());
    for (lemma, share) in lemmas {
        let key = folding::fold(&format!("{before}{lemma}")).replace('-', "");
        match keys.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum += share,
            None => keys.push((key, share)),
        }
    }
    keys.sort_by(|one, other| other.1.total_cmp(&one.1));
    keys
}

/// Whether a word goes on in the next line: a hyphen (or a soft one, or the sign ¬ of scanned books) at its end, one line
/// break, then a small letter. `last` is the word as it stands in the text, `gap` what stands before `next`.
///
/// ```
/// use searchlib_core::text::hyphens::goes_on;
/// assert!(goes_on("само", "-\n", 'л') && goes_on("само\u{ad}", "\r\n", 'л'));
/// assert!(!goes_on("Нью", "-\n", 'Й') && !goes_on("само", " -\n", 'л') && !goes_on("само", "-\n\n", 'л'));
/// ```
pub fn goes_on(last: &str, gap: &str, next: char) -> bool {
    let rest = gap.strip_prefix(['-', '\u{2010}', '\u{2011}', '¬']).or(last.ends_with('\u{ad}').then_some(gap));
    let Some(rest) = rest else { return false };
    // Two breaks begin a paragraph; `\r\n` is one.
    let breaks = rest.matches('\n').count();
    let before = last.trim_end_matches(folding::is_ignorable).chars().next_back();
    breaks == 1
        && rest.chars().all(char::is_whitespace)
        && next.is_lowercase()
        && before.is_some_and(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A dictionary of a few words.
    struct Few;

    impl Words for Few {
        fn is_function_word(&self, lower: &str) -> bool {
            ["кто-то", "из-за", "кое-кому"].contains(&lower)
        }

        fn known(&self, lower: &str) -> Vec<(String, f32)> {
            let lemmas: &[(&str, f32)] = match lower {
                "кто-то" => &[("кто-то", 1.0)],
                "кое-кому" => &[("кое-кто", 1.0)],
                "камерой" => &[("камера", 1.0)],
                "уроки" | "урок" => &[("урка", 0.1), ("урок", 0.9)],
                "хирургом" => &[("хирург", 1.0)],
                "шатёр" => &[("шатёр", 1.0)],
                "летнего" => &[("летний", 1.0)],
                "то" => &[("то", 1.0)],
                "самолётом" => &[("самолёт", 1.0)],
                "орехово-зуеве" => &[("орехово-зуево", 1.0)],
                _ => &[],
            };
            lemmas.iter().map(|&(lemma, share)| (lemma.to_owned(), share)).collect()
        }

        fn predicted(&self, lower: &str) -> Vec<(String, f32)> {
            vec![(lower.trim_end_matches('у').to_owned(), 1.0)]
        }
    }

    fn lemmas_of(written: &str) -> String {
        let parts: Vec<&str> = written.split('-').collect();
        let lemmas: Vec<String> = whole(&parts, &Few).lemmas.into_iter().map(|(lemma, _)| lemma).collect();
        lemmas.join("|")
    }

    #[test]
    fn wholes_have_lemmas_without_hyphens() {
        for (written, expected) in [
            ("Веб-камерой", "вебкамера"),
            ("онлайн-уроки", "онлайнурок|онлайнурка"),
            ("Цирк-шатёр", "циркшатер"),
            ("врачом-хирургом", "врачомхирург"),
            ("Орехово-Зуеве", "ореховозуево"),
            ("кое-кому", "коекто"),
            ("7-летнего", "7летний"),
            // The joined word is in the dictionary.
            ("са-мо-лё-том", "самолет"),
            ("IT-хирургом", "itхирург"),
            // The last part is unknown.
            ("фейс-контролингу", "фейсконтролинг"),
            // No lemma: a particle, digits, an ending, a Latin word.
            ("шатёр-то", ""),
            ("Ту-154", ""),
            ("90-х", ""),
            ("Wi-Fi", ""),
            ("10-15", ""),
        ] {
            assert_eq!(lemmas_of(written), expected, "{written}");
        }
    }

    #[test]
    fn a_whole_without_lemma_may_be_written_together() {
        for (written, surface, joined) in [
            ("Ту-154", "ту-154", Some("ту154")),
            ("Wi-Fi", "wi-fi", Some("wifi")),
            ("шатёр-то", "шатер-то", Some("шатерто")),
            ("2025-11-04", "2025-11-04", None),
            ("10-15кг", "10-15кг", None),
            ("веб-камерой", "веб-камерой", None),
        ] {
            let parts: Vec<&str> = written.split('-').collect();
            let whole = whole(&parts, &Few);
            assert_eq!((whole.surface.as_str(), whole.joined.as_deref()), (surface, joined));
        }
    }

    #[test]
    fn function_words_and_adverbs_have_no_parts() {
        for (written, expected) in [
            ("Кто-то", Hyphenated::Whole),
            ("ИЗ-ЗА", Hyphenated::Whole),
            ("по-зимнему", Hyphenated::Whole),
            ("По-лисьи", Hyphenated::Whole),
            ("по-городски", Hyphenated::Whole),
            ("по-делом-ому", Hyphenated::WholeAndParts),
            ("по-умолчанию", Hyphenated::WholeAndParts),
            ("шатёр-то", Hyphenated::WholeAndParts),
            ("веб-камера", Hyphenated::WholeAndParts),
        ] {
            let parts: Vec<&str> = written.split('-').collect();
            assert_eq!(whole(&parts, &Few).parts, expected, "{written}");
        }
    }

    #[test]
    fn only_a_small_letter_after_one_line_break_goes_on() {
        for (last, gap, next, expected) in [
            ("само", "-\n", 'л', true),
            ("само", "-  \r\n   ", 'л', true),
            ("само", "\u{2010}\n", 'л', true),
            ("само", "¬\n", 'л', true),
            ("само\u{ad}", "\n", 'л', true),
            ("само", "\n", 'л', false),
            ("само", "- ", 'л', false),
            ("само", "-\n- ", 'л', false),
            ("само", "-\n", 'Л', false),
            ("1941", "-\n", 'г', false),
        ] {
            assert_eq!(goes_on(last, gap, next), expected, "{last:?} {gap:?} {next:?}");
        }
    }

    proptest! {
        #[test]
        fn keys_have_no_hyphen_no_capital_and_shares_that_fall(
            parts in prop::collection::vec("[А-Яа-яЁёA-Za-z0-9]{1,4}|урок|камерой|то|летнего", 2..5),
        ) {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            let whole = whole(&parts, &Few);
            prop_assert!(whole.lemmas.is_sorted_by(|one, other| one.1 >= other.1));
            for key in whole.lemmas.iter().map(|(lemma, _)| lemma).chain(&whole.joined) {
                prop_assert!(!key.contains(['-', 'ё']) && *key == key.to_lowercase() && !key.is_empty());
            }
            prop_assert!(whole.lemmas.is_empty() || whole.joined.is_none());
        }
    }
}
