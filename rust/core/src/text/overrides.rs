//! The user's dictionary: what the analysis of a word is to be instead, words to leave alone, synonyms.
//!
//! A text, a rule a line:
//!
//! ```text
//! # a comment; empty lines count for nothing
//! мультиварку -> мультиварка        the form has these lemmas and no others
//! +зуммер -> зум созвон             these beside those it has
//! !Твердь                           protected: its only lemma is the word itself
//! смартфон = мобильник = телефон    each is found by the others
//! айфон => смартфон телефон         who asks for the first finds the others too, not the other way round
//! ```
//!
//! (Without the notes on the right: a comment is a line of its own, since `C#` is a word.) A form is one word; hyphens may
//! part it. Case never counts. ё is е, unless the file has lines for both spellings: then each is for its own.
//!
//! Lemmas are keys: folded, without hyphens, Latin ones by their stem, as analysis makes them. Synonyms are asked for when
//! a query is read, so they change no index and are no part of the [version](Overrides::version).

use rustc_hash::FxHashMap;

use super::folding::{self, fold};
use super::{homoglyphs, latin, segmentation};
use crate::{Error, Result};

/// What the user says of one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Whether the lemmas stand instead of those that analysis gives, or beside them. The form itself stays a key.
    pub replaces: bool,
    /// The lemmas, as keys are; never empty.
    pub lemmas: Vec<Box<str>>,
}

/// A user's dictionary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// By the form in small letters, with its ё.
    entries: FxHashMap<Box<str>, Override>,
    /// The form that is looked up for a folded one.
    spellings: FxHashMap<Box<str>, Box<str>>,
    /// By the key of a word, the other words in small letters.
    synonyms: FxHashMap<Box<str>, Vec<Box<str>>>,
    version: u32,
}

impl Overrides {
    /// Reads the text of a dictionary; `name` is what messages call it. `Error::Analysis` names the first line that is
    /// wrong and how to mend it.
    ///
    /// ```
    /// use searchlib_core::text::overrides::Overrides;
    /// let overrides = Overrides::read("слова.txt", "+зуммер -> созвон\n!Твердь\nпёс => собака").unwrap();
    /// assert_eq!(&*overrides.get("зуммер").unwrap().lemmas[0], "созвон");
    /// assert!(overrides.get("твердь").unwrap().replaces);
    /// assert_eq!(&*overrides.synonyms("пес")[0], "собака");
    /// assert!(overrides.synonyms("собака").is_empty());
    ///
    /// let error = Overrides::read("слова.txt", "дом ->").unwrap_err().to_string();
    /// assert!(error.starts_with("слова.txt, line 1: no lemma stands after ->"), "{error}");
    /// ```
    pub fn read(name: &str, text: &str) -> Result<Self> {
        let mut reader = Reader::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                reader.line(number, line).map_err(|what| {
                    Error::Analysis(format!("{name}, line {number}: {what}; the line is {}", shown(line)))
                })?;
            }
        }
        Ok(reader.done())
    }

    /// What the user says of a form in small letters, with its ё.
    pub fn get(&self, lower: &str) -> Option<&Override> {
        if self.entries.is_empty() {
            return None;
        }
        self.entries.get(lower).or_else(|| self.entries.get(self.spellings.get(&*fold(lower))?))
    }

    /// The words, in small letters, that who asks for a word finds as well. `key` is a lemma or a folded form, without
    /// hyphens.
    pub fn synonyms(&self, key: &str) -> &[Box<str>] {
        self.synonyms.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.synonyms.is_empty()
    }

    /// Changes when the same text would get other keys; 0 when it changes no key. The order of lines, comments, case and
    /// synonyms do not count.
    pub fn version(&self) -> u32 {
        self.version
    }
}

/// Something read from a line, or what is wrong with it and how to mend it.
type Read<T> = std::result::Result<T, String>;

/// Collects the lines of a dictionary.
#[derive(Default)]
struct Reader {
    overrides: Overrides,
    /// The lines of forms.
    lines: FxHashMap<Box<str>, u32>,
    /// The lines of pairs of synonyms: who asks for the first finds the second.
    pairs: FxHashMap<(Box<str>, Box<str>), u32>,
}

impl Reader {
    fn line(&mut self, number: u32, line: &str) -> Read<()> {
        if let Some(form) = line.strip_prefix('!') {
            let form = Word::read(form)?;
            let lemmas = vec![form.key.clone()];
            return self.entry(number, form, Override { replaces: true, lemmas });
        }
        if let Some((form, lemmas)) = line.split_once("->") {
            let added = form.trim_start().strip_prefix('+');
            let form = Word::read(added.unwrap_or(form))?;
            let lemmas = words(lemmas)?;
            if lemmas.is_empty() {
                let form = form.lower;
                return Err(format!("no lemma stands after ->; write at least one, or !{form} to protect the word"));
            }
            let mut keys: Vec<Box<str>> = Vec::new();
            for lemma in lemmas {
                if !keys.contains(&lemma.key) {
                    keys.push(lemma.key);
                }
            }
            return self.entry(number, form, Override { replaces: added.is_none(), lemmas: keys });
        }
        if let Some((word, others)) = line.split_once("=>") {
            let (word, others) = (Word::read(word)?, words(others)?);
            if others.is_empty() {
                return Err("no word stands after =>; write the words that are to be found as well".to_owned());
            }
            return others.iter().try_for_each(|other| self.pair(number, &word, other));
        }
        if line.contains('=') {
            let group = line.split('=').map(Word::read).collect::<Read<Vec<_>>>()?;
            for (at, word) in group.iter().enumerate() {
                let others = group.iter().enumerate().filter(|&(other, _)| other != at);
                others.into_iter().try_for_each(|(_, other)| self.pair(number, word, other))?;
            }
            return Ok(());
        }
        Err("it says nothing of a word; write `form -> lemma`, `+form -> lemma`, `!form`, `word = word` or \
             `word => word`, and # before a comment"
            .to_owned())
    }

    fn entry(&mut self, number: u32, form: Word, entry: Override) -> Read<()> {
        if let Some(first) = self.lines.insert(form.lower.clone(), number) {
            return Err(format!("line {first} speaks of {} as well; keep one of the two", form.lower));
        }
        self.overrides.entries.insert(form.lower, entry);
        Ok(())
    }

    fn pair(&mut self, number: u32, word: &Word, other: &Word) -> Read<()> {
        let (one, two) = (&word.lower, &other.lower);
        if word.key == other.key {
            return Err(format!("{one} and {two} are one word to a search; take one of them out"));
        }
        match self.pairs.insert((word.key.clone(), other.key.clone()), number) {
            Some(first) if first == number => return Err(format!("{two} stands twice; take one of them out")),
            Some(first) => return Err(format!("line {first} already has {one} find {two}; keep one of the two")),
            None => {}
        }
        self.overrides.synonyms.entry(word.key.clone()).or_default().push(two.clone());
        Ok(())
    }

    fn done(mut self) -> Overrides {
        let entries = &self.overrides.entries;
        let mut forms: Vec<&Box<str>> = entries.keys().collect();
        // Of several spellings the one without ё is for what is written otherwise, else the first of the alphabet.
        forms.sort_by_key(|form| (form.contains('ё'), *form));
        let mut spellings = FxHashMap::default();
        for &form in &forms {
            spellings.entry(Box::from(fold(form))).or_insert_with(|| form.clone());
        }
        forms.sort();
        let mut normal = String::new();
        for form in forms {
            let entry = &entries[form];
            let mut lemmas: Vec<&str> = entry.lemmas.iter().map(|lemma| &**lemma).collect();
            lemmas.sort_unstable();
            let sign = if entry.replaces { "" } else { "+" };
            normal.push_str(&format!("{sign}{form}->{}\n", lemmas.join(" ")));
        }
        self.overrides.version = crc32fast::hash(normal.as_bytes());
        self.overrides.spellings = spellings;
        self.overrides
    }
}

/// One word of a line.
struct Word {
    /// In small letters, with its ё and its hyphens.
    lower: Box<str>,
    /// As its lemma is a key.
    key: Box<str>,
}

/// A hyphenated word has at most so many parts, as in the analyzer.
const MOST_PARTS: usize = 6;

impl Word {
    fn read(text: &str) -> Read<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err("a word is missing beside the sign; write one, or take the sign out".to_owned());
        }
        let form = folding::form(text);
        // The analyzer sees a text with the hyphens of all kinds, a key has one kind.
        let form: String =
            form.chars().map(|character| if folding::is_hyphen(character) { '-' } else { character }).collect();
        let parts = form.split('-').collect::<Vec<_>>();
        if parts.len() > MOST_PARTS || !parts.iter().all(|part| is_word(part)) {
            let form = shown(text);
            return Err(format!(
                "{form} is not one word as a text is cut into words; a rule speaks of one word, letters, digits and \
                 hyphens within it"
            ));
        }
        let repaired = |part: &&str| homoglyphs::repair(part).unwrap_or_else(|| (*part).to_owned());
        let lower = parts.iter().map(repaired).collect::<Vec<_>>().join("-").to_lowercase();
        Ok(Self { key: key(&lower).into(), lower: lower.into() })
    }
}

/// Words parted by white space.
fn words(text: &str) -> Read<Vec<Word>> {
    text.split_whitespace().map(Word::read).collect()
}

/// Whether the analyzer sees one word in a text, and nothing else.
fn is_word(text: &str) -> bool {
    let (mut whole, mut count) = (false, 0);
    segmentation::words(text, |word| {
        whole = word.from == 0 && word.to == text.len();
        count += 1;
    });
    whole && count == 1
}

/// The key that a lemma is.
fn key(lower: &str) -> String {
    let folded = fold(lower).replace('-', "");
    latin::key(&folded).unwrap_or(folded)
}

/// A text in a message: in quotes, and not more of it than a line of a terminal.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Overrides {
        Overrides::read("слова.txt", text).unwrap_or_else(|error| panic!("{error}"))
    }

    fn lemmas(overrides: &Overrides, lower: &str) -> Option<(bool, String)> {
        overrides.get(lower).map(|found| (found.replaces, found.lemmas.join(" ")))
    }

    #[test]
    fn a_line_is_a_rule() {
        let text = "\u{feff}# слова\r\n\nмультиварку -> Мультиварка\r\n+зуммер -> зум  созвон зум\n!Твердь\n\
                    чат-бот->бот\nробот -> чат-бот Servers\nC# -> сишарп\n% -> доля\n";
        let overrides = read(text);
        for (lower, replaces, expected) in [
            ("мультиварку", true, "мультиварка"),
            ("зуммер", false, "зум созвон"),
            ("твердь", true, "твердь"),
            ("чат-бот", true, "бот"),
            ("робот", true, "чатбот server"),
            ("c#", true, "сишарп"),
            ("%", true, "доля"),
        ] {
            assert_eq!(lemmas(&overrides, lower), Some((replaces, expected.to_owned())), "{lower}");
        }
        assert_eq!(overrides.get("слова"), None);
        assert!(!overrides.is_empty());
        assert!(read("# одни слова\n\n").is_empty());
        assert_eq!(Overrides::default().get("дом"), None);
    }

    #[test]
    fn synonyms_go_both_ways_or_one() {
        let overrides = read("Пёс = собака = дворняга\nавто => машина автомобиль\nсобака = друг\nчат-бот = бот");
        let synonyms = |key: &str| overrides.synonyms(key).join(" ");
        assert_eq!(synonyms("пес"), "собака дворняга");
        assert_eq!(synonyms("собака"), "пёс дворняга друг");
        assert_eq!(synonyms("друг"), "собака");
        assert_eq!(synonyms("авто"), "машина автомобиль");
        assert_eq!(synonyms("машина"), "");
        assert_eq!((synonyms("чатбот"), synonyms("бот")), ("бот".to_owned(), "чат-бот".to_owned()));
        assert_eq!(overrides.get("собака"), None);
    }

    #[test]
    fn case_and_yo_are_folded_but_for_two_spellings_of_their_own() {
        let folded = read("Щёголь -> франт");
        for lower in ["щёголь", "щеголь"] {
            assert_eq!(lemmas(&folded, lower), Some((true, "франт".to_owned())), "{lower}");
        }
        let plain = read("щеголь -> франт");
        assert_eq!(plain.get("щёголь"), plain.get("щеголь"));
        let both = read("осёл -> животное\nосел -> осесть");
        assert_eq!(lemmas(&both, "осёл"), Some((true, "животное".to_owned())));
        assert_eq!(lemmas(&both, "осел"), Some((true, "осесть".to_owned())));
    }

    #[test]
    fn spellings_of_a_form_are_those_of_the_analyzer() {
        // A Latin letter, a stress mark, a soft hyphen, a decomposed letter, a hyphen that does not break.
        for form in ["кoлос", "ко\u{301}лос", "ко\u{ad}лос", "КОЛОС"] {
            assert!(read(&format!("{form} -> рожь")).get("колос").is_some(), "{form:?}");
        }
        assert!(read("и\u{306}од -> элемент").get("йод").is_some());
        assert!(read("чат\u{2011}бот -> бот").get("чат-бот").is_some());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_remedy() {
        for (text, expected) in [
            ("дом ->", "line 1: no lemma stands after ->; write at least one, or !дом to protect the word"),
            ("# да\n\n  дом  ", "line 3: it says nothing of a word; write `form -> lemma`"),
            ("-> дом", "line 1: a word is missing beside the sign"),
            ("!", "line 1: a word is missing beside the sign"),
            ("дом = ", "line 1: a word is missing beside the sign"),
            ("дом =>", "line 1: no word stands after =>"),
            ("большой дом -> дом", "line 1: \"большой дом\" is not one word"),
            ("!большой дом", "line 1: \"большой дом\" is not one word"),
            ("дом -> дом, изба", "line 1: \"дом,\" is not one word"),
            ("дом -> изба -> хата", "line 1: \"->\" is not one word"),
            ("дом = изба -> хата", "line 1: \"дом = изба\" is not one word"),
            ("дом- -> изба", "line 1: \"дом-\" is not one word"),
            ("дом -> изба\nДОМ -> хата", "line 2: line 1 speaks of дом as well; keep one of the two"),
            ("дом -> изба\n\n!дом", "line 3: line 1 speaks of дом as well"),
            ("дом = изба\nхата = дом = изба", "line 2: line 1 already has дом find изба"),
            ("дом => изба\nдом = изба", "line 2: line 1 already has дом find изба"),
            ("дом = изба = дом", "line 1: дом and дом are one word to a search"),
            ("ёж = еж", "line 1: ёж and еж are one word to a search"),
            ("дом => изба изба", "line 1: изба stands twice"),
        ] {
            let error = Overrides::read("слова.txt", text).expect_err(text).to_string();
            assert!(error.starts_with("слова.txt, ") && error.contains(expected), "{text:?}: {error}");
            assert!(error.contains("; the line is \""), "{error}");
        }
        let long = Overrides::read("слова.txt", &"дом ".repeat(1_000)).unwrap_err().to_string();
        assert!(long.len() < 500 && long.ends_with("\"…"), "{long}");
    }

    #[test]
    fn the_version_changes_with_the_keys_alone() {
        let version = |text: &str| read(text).version();
        let first = version("дом -> изба хата\n!лес");
        assert_eq!(version("# да\n!Лес\nДом  ->  хата изба\nдуб = ель"), first);
        for other in ["дом -> изба\n!лес", "+дом -> изба хата\n!лес", "дом -> изба хата", "дома -> изба хата\n!лес"]
        {
            assert_ne!(version(other), first, "{other}");
        }
        assert_eq!((version(""), version("дом = изба"), Overrides::default().version()), (0, 0, 0));
        // Written into indexes: it must not change from one machine or release to another.
        assert_eq!(first, 1_897_206_253);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "([а-яё ->=!+#\\n-]|\\PC){0,60}") {
            if let Ok(overrides) = Overrides::read("слова.txt", &text) {
                for (form, entry) in &overrides.entries {
                    prop_assert!(!entry.lemmas.is_empty() && entry.lemmas.iter().all(|lemma| !lemma.is_empty()), "{form}");
                    prop_assert_eq!(overrides.get(form), Some(entry));
                    prop_assert!(overrides.get(&fold(form)).is_some());
                }
                prop_assert_eq!(overrides.version() == 0, overrides.entries.is_empty());
            }
        }

        #[test]
        fn the_order_of_lines_is_nothing(lines in prop::collection::btree_map("[а-яё]{1,5}", "[а-яё]{1,5}", 0..8)) {
            let lines: Vec<String> = lines.iter().map(|(form, lemma)| format!("{form} -> {lemma}\n")).collect();
            let reversed: String = lines.iter().rev().map(String::as_str).collect();
            prop_assert_eq!(read(&lines.concat()), read(&reversed));
        }
    }
}
