//! Abbreviations of several words: «т.е.», «и. о.», «л.с.», «м/с». Each of their words stands at its own position for its
//! own word, so that «лошадиных сил» finds «150 л. с.» as a phrase too, and with and without spaces the keys are the same.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::abbreviations::keys;
use super::folding::lower;
use super::numbers::Piece;
use super::tables;

const TABLE: &str = include_str!("tables/sequences.tsv");

/// What stands between two words of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Stop,
    StopHyphen,
    Slash,
}

/// One word of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The word with the others in brackets: `т(.е.)`. No other part of any sequence has it, so it names the part.
    pub name: Box<str>,
    /// The word itself, folded.
    pub surface: Box<str>,
    /// The lemmas it stands for here, as keys are; it has no others.
    pub lemmas: Vec<Box<str>>,
}

/// An abbreviation of several words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// The words with what stands before each.
    words: Vec<(Joint, &'static str)>,
    /// Whether a full stop stands at its end.
    ends_with_stop: bool,
    /// Its words, one position each.
    pub parts: Vec<Part>,
}

#[derive(Default)]
struct Table {
    /// By the first word, the longer ones first.
    sequences: FxHashMap<&'static str, Vec<Sequence>>,
}

/// The sequence that the first of the pieces begins, if one does. It takes as many pieces as it has parts.
///
/// ```
/// use searchlib_core::text::numbers::Piece;
/// use searchlib_core::text::sequences::sequence;
/// let pieces = [("", "И"), (". ", "о"), (". ", "мэра")].map(|(gap, text)| Piece { text, gap });
/// let lemmas: Vec<_> = sequence(&pieces).unwrap().parts.iter().map(|part| part.lemmas.join(" ")).collect();
/// assert_eq!(lemmas, ["исполнять", "обязанность"]);
/// ```
pub fn sequence(pieces: &[Piece<'_>]) -> Option<&'static Sequence> {
    candidates(pieces.first()?.text)?.iter().find(|sequence| sequence.fits(pieces))
}

/// Whether a word may begin a sequence, by the word and the byte that follows: to be asked before pieces are laid together.
pub fn may_begin(word: &str, after: Option<u8>) -> bool {
    matches!(after, Some(b'.' | b'/')) && candidates(word).is_some()
}

fn candidates(first: &str) -> Option<&'static Vec<Sequence>> {
    // No first word of the table is longer.
    if first.len() > 10 {
        return None;
    }
    let sequences = &table().sequences;
    sequences.get(first).or_else(|| match lower(first) {
        Cow::Borrowed(_) => None,
        Cow::Owned(lower) => sequences.get(&*lower),
    })
}

/// The part with this name.
pub fn part(name: &str) -> Option<&'static Part> {
    static BY_NAME: OnceLock<FxHashMap<&'static str, &'static Part>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let parts = table().sequences.values().flatten().flat_map(|sequence| &sequence.parts);
        parts.map(|part| (&*part.name, part)).collect()
    });
    by_name.get(name).copied()
}

impl Sequence {
    fn fits(&self, pieces: &[Piece<'_>]) -> bool {
        let count = self.words.len();
        let words = self.words.iter().zip(pieces).skip(1);
        pieces.len() >= count
            && words.into_iter().all(|(&(joint, word), piece)| word == piece.text && joint.fits(piece.gap))
            // At the end of the text nothing says whether there is one.
            && (!self.ends_with_stop || pieces.get(count).is_none_or(|next| next.gap.starts_with('.')))
    }
}

impl Joint {
    fn fits(self, gap: &str) -> bool {
        match self {
            Self::Stop => matches!(gap, "." | ". " | ".\u{a0}" | ".\u{202f}" | ".\u{2009}"),
            Self::StopHyphen => matches!(gap, ".-" | ".\u{2011}"),
            Self::Slash => gap == "/",
        }
    }
}

fn table() -> &'static Table {
    static PARSED: OnceLock<Table> = OnceLock::new();
    PARSED.get_or_init(|| {
        let mut table = Table::default();
        for sequence in tables::rows(TABLE).filter_map(parsed) {
            table.sequences.entry(sequence.words[0].1).or_default().push(sequence);
        }
        for sequences in table.sequences.values_mut() {
            sequences.sort_by_key(|sequence| std::cmp::Reverse(sequence.words.len()));
        }
        table
    })
}

/// A line of the table; `None` if it is malformed, which a test excludes.
fn parsed(line: &'static str) -> Option<Sequence> {
    let mut columns = line.split('\t');
    let (form, lemmas, _group) = (columns.next()?, columns.next()?, columns.next()?);
    let body = form.strip_suffix('.').unwrap_or(form);
    let mut words = Vec::new();
    let (mut joint, mut rest) = (Joint::Stop, body);
    while let Some(at) = rest.find(['.', '/']) {
        words.push((joint, &rest[..at]));
        let after = &rest[at + 1..];
        (joint, rest) = match (&rest[at..=at], after.strip_prefix('-')) {
            ("/", _) => (Joint::Slash, after),
            (_, Some(after)) => (Joint::StopHyphen, after),
            _ => (Joint::Stop, after),
        };
    }
    words.push((joint, rest));
    let lemmas: Vec<_> = lemmas.split(" | ").map(keys).collect();
    let fits = lemmas.len() == words.len() && words.len() > 1 && columns.next().is_none();
    if !fits || words.iter().any(|(_, word)| word.is_empty()) {
        return None;
    }
    let start = |word: &str| word.as_ptr() as usize - form.as_ptr() as usize;
    let parts = words.iter().zip(lemmas).map(|(&(_, word), lemmas)| {
        let (before, after) = (&form[..start(word)], &form[start(word) + word.len()..]);
        let bracketed = |text: &str| if text.is_empty() { String::new() } else { format!("({text})") };
        let name = format!("{}{word}{}", bracketed(before), bracketed(after));
        Part { name: name.into(), surface: word.to_lowercase().into(), lemmas }
    });
    Some(Sequence { parts: parts.collect(), words: words.clone(), ends_with_stop: body.len() < form.len() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines: Vec<_> = tables::rows(TABLE).collect();
        for line in &lines {
            let sequence = parsed(line).unwrap_or_else(|| panic!("{line:?} is no line of the table"));
            assert!(sequence.words[0].1.len() <= 10, "{line}");
            for one in &sequence.parts {
                assert!(!one.lemmas.is_empty() && one.lemmas.iter().all(|lemma| !lemma.is_empty()), "{line}");
                assert_eq!(part(&one.name), Some(one), "{line}: a part's name is not its own");
            }
        }
        assert_eq!(table().sequences.values().map(Vec::len).sum::<usize>(), lines.len());
    }

    fn found(words: &[(&'static str, &'static str)]) -> Option<String> {
        let pieces: Vec<Piece<'_>> = words.iter().map(|&(gap, text)| Piece { text, gap }).collect();
        let sequence = sequence(&pieces)?;
        Some(sequence.parts.iter().map(|part| part.lemmas.join(" ")).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn sequences_are_the_same_with_and_without_spaces() {
        for (words, expected) in [
            (&[("", "т"), (".", "е"), (". ", "завтра")][..], Some("то|есть быть")),
            (&[("", "Т"), (". ", "е"), ("., ", "завтра")], Some("то|есть быть")),
            (&[("и ", "т"), (".\u{a0}", "д")], Some("так|далее")),
            (&[("150 ", "л"), (". ", "с"), (". ", "и")], Some("лошадиный|сила")),
            (&[("", "м"), ("/", "с"), (" ", "и")], Some("метр|секунда")),
            (&[("", "Мбит"), ("/", "с")], Some("мегабит|секунда")),
            (&[("", "с"), (".-", "х"), (". ", "техника")], Some("сельский сельскохозяйственный|хозяйство")),
            (&[("", "к"), (". ", "т"), (". ", "н"), (". ", "Иванов")], Some("кандидат|технический|наука")),
            (&[("", "И"), (". ", "О"), (". ", "Иванов")], None),
            (&[("5 ", "л"), (". ", "с"), (" ", "сахаром")], None),
            (&[("", "т"), (" ", "е"), (" ", "и")], None),
            (&[("", "т"), (", ", "е"), (". ", "и")], None),
            (&[("", "т")], None),
            (&[], None),
        ] {
            assert_eq!(found(words).as_deref(), expected, "{words:?}");
        }
    }

    #[test]
    fn a_part_is_named_by_its_sequence() {
        assert_eq!(part("т(.е.)").map(|part| (&*part.surface, &*part.lemmas[0])), Some(("т", "то")));
        assert_eq!(part("(с.-)х(.)").map(|part| &*part.surface), Some("х"));
        assert_eq!(part("т"), None);
    }

    proptest! {
        #[test]
        fn any_pieces_are_read(words in prop::collection::vec(("[. /-]{0,2}", "[тединос]|\\PC{0,3}"), 0..6)) {
            let pieces: Vec<Piece<'_>> = words.iter().map(|(gap, text)| Piece { text, gap }).collect();
            if let Some(found) = sequence(&pieces) {
                prop_assert!((2..=pieces.len()).contains(&found.parts.len()));
                prop_assert!(may_begin(pieces[0].text, pieces[1].gap.bytes().next()));
            }
        }
    }
}
