//! The lexicon over a dictionary of a few words, built here: what units say, what is said of broken files. The
//! comparison with pymorphy3 over the real one is `tests/analysis/test_lexicon.py` and `benchmarks/lexicon_parity.py`.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::Error;

/// A node of a trie on the way to a word graph.
#[derive(Default)]
struct Trie {
    children: BTreeMap<u8, Trie>,
    value: Option<u32>,
}

/// Places a trie in an array as `dawgdic` does, but without joining equal ends.
#[derive(Default)]
struct Placing {
    units: Vec<u32>,
    guide: Vec<[u8; 2]>,
    used: HashSet<usize>,
    bases: HashSet<usize>,
}

impl Placing {
    fn place(&mut self, node: &Trie, index: usize) {
        let labels: Vec<u8> = node.value.map(|_| 0).into_iter().chain(node.children.keys().copied()).collect();
        let is_free = |base: &usize| {
            !self.bases.contains(base) && labels.iter().all(|&label| !self.used.contains(&(base ^ usize::from(label))))
        };
        let base = (1..).find(is_free).unwrap();
        self.bases.insert(base);
        self.used.extend(labels.iter().map(|&label| base ^ usize::from(label)));
        let length = (base | 0xff) + 1;
        if self.units.len() < length {
            self.units.resize(length, 0);
            self.guide.resize(length, [0; 2]);
        }
        self.units[index] |= (((index ^ base) as u32) << 10) | (u32::from(node.value.is_some()) << 8);
        if let Some(value) = node.value {
            self.units[base] = value | 1 << 31;
        }
        self.guide[index][0] = node.children.keys().next().copied().unwrap_or(0);
        let next = node.children.keys().skip(1).copied().chain([0]);
        for ((&label, child), next) in node.children.iter().zip(next) {
            let at = base ^ usize::from(label);
            self.units[at] = u32::from(label);
            self.guide[at][1] = next;
            self.place(child, at);
        }
    }
}

/// The bytes of a word graph with these keys and values.
fn graph<'a>(keys: impl IntoIterator<Item = (&'a [u8], u32)>) -> Vec<u8> {
    let mut root = Trie::default();
    for (key, value) in keys {
        let node = key.iter().fold(&mut root, |node, &byte| node.children.entry(byte).or_default());
        node.value = Some(value);
    }
    let mut placing =
        Placing { units: vec![0; 256], guide: vec![[0; 2]; 256], used: HashSet::from([0]), ..Placing::default() };
    placing.place(&root, 0);
    let mut bytes = (placing.units.len() as u32).to_le_bytes().to_vec();
    bytes.extend(placing.units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes.extend((placing.guide.len() as u32).to_le_bytes());
    bytes.extend(placing.guide.as_flattened());
    bytes
}

/// A key with a payload: the key, a separator, Base64, a line feed.
fn record(key: &str, payload: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = key.as_bytes().to_vec();
    bytes.push(1);
    for three in payload.chunks(3) {
        let bits = three.iter().fold(0, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            bytes.push(if place > three.len() { b'=' } else { digit });
        }
    }
    bytes.push(b'\n');
    bytes
}

fn word(key: &str, paradigm: u16, form: u16) -> Vec<u8> {
    record(key, &[paradigm.to_be_bytes(), form.to_be_bytes()].concat())
}

fn ending(key: &str, count: u32, paradigm: u16, form: u16) -> Vec<u8> {
    record(key, &[&count.to_be_bytes()[..], &paradigm.to_be_bytes(), &form.to_be_bytes()].concat())
}

fn records(keys: &[Vec<u8>]) -> Vec<u8> {
    graph(keys.iter().map(|key| (&key[..], 0)))
}

const META: &str = r#"[["format_version", "2.4"], ["source_revision", "7"], ["corpus_revision", "8"], ["P(t|w)", true],
    ["gramtab_formats", {"opencorpora-int": "tags.json"}],
    ["compile_options", {"max_suffix_length": 5, "paradigm_prefixes": ["", "по"]}]]"#;
const TAGS: &str = r#"["NOUN,inan,femn sing,nomn", "NOUN,inan,femn sing,gent", "INFN,perf,intr",
    "VERB,perf,intr plur,past,indc", "ADJF,Qual masc,sing,nomn", "ADJF,Qual masc,sing,datv", "CONJ"]"#;
const SUFFIXES: &str = r#"["ь", "и", "ть", "ли", "ый", "ому", ""]"#;

/// Writes the folder of a small dictionary.
fn small() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    // сталь, стать, новый, и, мёд; endings, tags, prefixes of each.
    let paradigms: [&[u16]; 5] =
        [&[0, 1, 0, 1, 0, 0], &[2, 3, 2, 3, 0, 0], &[4, 5, 4, 5, 0, 0], &[6, 6, 0], &[6, 0, 0]];
    let lengths = paradigms.iter().flat_map(|list| [&[list.len() as u16], *list].concat());
    let array: Vec<u8> = [paradigms.len() as u16].into_iter().chain(lengths).flat_map(u16::to_le_bytes).collect();
    let words = [
        word("сталь", 0, 0),
        word("стали", 0, 1),
        word("стали", 1, 1),
        word("стать", 1, 0),
        word("новый", 2, 0),
        word("новому", 2, 1),
        word("и", 3, 0),
        word("мёд", 4, 0),
    ];
    let endings = [ending("тали", 6, 0, 1), ending("тали", 3, 1, 1), ending("ому", 5, 2, 1), ending("и", 9, 3, 0)];
    let probable: [(&[u8], u32); 2] = [
        ("стали:VERB,perf,intr plur,past,indc".as_bytes(), 900_000),
        ("стали:NOUN,inan,femn sing,gent".as_bytes(), 100_000),
    ];
    let files: [(&str, &[u8]); 8] = [
        ("meta.json", META.as_bytes()),
        ("tags.json", TAGS.as_bytes()),
        ("suffixes.json", SUFFIXES.as_bytes()),
        ("paradigms.array", &array),
        ("words.dawg", &records(&words)),
        ("prediction-suffixes-0.dawg", &records(&endings)),
        ("prediction-suffixes-1.dawg", &records(&[])),
        ("p_t_given_w.intdawg", &graph(probable)),
    ];
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// Lemmas, tags, scores in thousandths, units.
fn shown(lexicon: &Lexicon, parses: &[Parse]) -> Vec<(String, String, u32, Unit)> {
    let thousandths = |score: f64| (score * 1000.0).round() as u32;
    parses.iter().map(|it| (it.lemma.clone(), lexicon.tag(it.tag).to_owned(), thousandths(it.score), it.unit)).collect()
}

fn lemmas(parses: &[Parse]) -> Vec<(&str, u32)> {
    parses.iter().map(|it| (it.lemma.as_str(), (it.score * 1000.0).round() as u32)).collect()
}

#[test]
fn known_words_by_probability() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    let verb = ("стать".to_owned(), "VERB,perf,intr plur,past,indc".to_owned(), 900, Unit::Dictionary);
    let noun = ("сталь".to_owned(), "NOUN,inan,femn sing,gent".to_owned(), 100, Unit::Dictionary);
    assert_eq!(shown(&lexicon, &lexicon.parse("Стали")), [verb, noun]);
    assert_eq!(lexicon.known("стали"), lexicon.parse("СТАЛИ"));
    assert!(lexicon.is_known("стали") && !lexicon.is_known("стал") && !lexicon.is_known("сталии"));
    assert_eq!(lexicon.known("медь"), []);
    assert_eq!(lexicon.version(), "7.8");
    assert!(lexicon.has(lexicon.parse("стать")[0].tag, Grammeme::Infn));
}

#[test]
fn ye_may_stand_for_yo_and_not_the_other_way() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    assert_eq!(lexicon.parse("мед")[0].word, "мёд");
    assert_eq!(lexicon.parse("мед")[0].lemma, "мёд");
    assert!(lexicon.is_known("мед") && lexicon.is_known("мёд") && !lexicon.is_known("новёй"));
    assert_eq!(lexicon.parse("псевдомед")[0].lemma, "псевдомёд");
}

#[test]
fn unknown_words_by_analogy() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    let units = |word| lexicon.parse(word).iter().map(|it| it.unit).collect::<Vec<_>>();
    assert_eq!(lemmas(&lexicon.parse("перестали")), [("перестать", 900), ("пересталь", 100)]);
    assert_eq!(units("перестали"), [Unit::KnownPrefix; 2]);
    // Both of the dictionary's parses score 0.5, the two by the ending 6/10 and 3/10 of 0.5; the latter are of the same
    // words, tags and paradigms.
    assert_eq!(lemmas(&lexicon.parse("ыстали")), [("ысталь", 500), ("ыстать", 500)]);
    assert_eq!(units("ыстали"), [Unit::UnknownPrefix; 2]);
    assert_eq!(lemmas(&lexicon.parse("медтали")), [("медталь", 667), ("медтать", 333)]);
    assert_eq!(units("медтали"), [Unit::KnownSuffix; 2]);
    // A conjunction makes no new words.
    assert_eq!(units("ыыыи"), [Unit::Unknown]);
    assert_eq!(units("ому"), [Unit::Unknown]);
}

#[test]
fn hyphens() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    let particle = lexicon.parse("Стали-то");
    assert_eq!(lemmas(&particle), [("стать-то", 900), ("сталь-то", 100)]);
    assert_eq!((particle[0].unit, particle[0].word.as_str()), (Unit::HyphenParticle, "стали-то"));
    let adverb = lexicon.parse("по-новому");
    assert_eq!((lexicon.tag(adverb[0].tag), adverb[0].unit, adverb.len()), ("ADVB", Unit::HyphenAdverb, 1));
    let both = lexicon.parse("сталь-мед");
    assert_eq!(lemmas(&both), [("сталь-мёд", 500), ("сталь-мёд", 500)]);
    assert_eq!((both[0].unit, both[0].word.as_str()), (Unit::HyphenatedWords, "сталь-мёд"));
    assert_eq!(lemmas(&lexicon.parse("стали-новому")), [("стали-новый", 1000)]);
    assert_eq!(lexicon.parse("-").len(), 1);
}

#[test]
fn shapes_and_initials() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    let tags = |word| lexicon.parse(word).iter().map(|it| lexicon.tag(it.tag).to_owned()).collect::<Vec<_>>();
    assert_eq!(tags("12"), ["NUMB,intg"]);
    assert_eq!(tags("1,5"), ["NUMB,real"]);
    assert_eq!(tags("?!"), ["PNCT"]);
    assert_eq!(tags("XIV"), ["ROMN", "LATN"]);
    assert_eq!(tags("Word"), ["LATN"]);
    assert_eq!(tags(""), ["UNKN"]);
    let initial = lexicon.parse("И");
    assert_eq!(initial.len(), 1 + 24);
    assert_eq!((initial[0].unit, initial[1].unit), (Unit::Dictionary, Unit::Initials));
    assert_eq!(lexicon.parse("и").len(), 1);
    assert_eq!(lexicon.parse("Ъ")[0].unit, Unit::Unknown);
}

#[test]
fn predicted_as_if_unknown() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    assert_eq!(lemmas(&lexicon.predicted("стали")), [("сталь", 667), ("стать", 333)]);
    assert_eq!(lexicon.predicted("мёд")[0].unit, Unit::Unknown);
}

#[test]
fn lemmas_are_those_of_parse() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    for (word, known) in
        [("Стали", true), ("И", true), ("перестали", false), ("сталь-мед", false), ("X", false), ("", false)]
    {
        let mut seen = Vec::new();
        let told = lexicon.lemmas(word, |lemma, tag, score| {
            // Asking in between must not disturb what is being told.
            lexicon.parse("новому");
            seen.push((lemma.to_owned(), tag, score));
        });
        assert_eq!(told, known);
        let parses = lexicon.parse(word).into_iter();
        assert_eq!(seen, parses.map(|it| (it.lemma, it.tag, it.score)).collect::<Vec<_>>());
    }
}

#[test]
fn it_is_shared_between_threads() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    let parses = lexicon.parse("перестали");
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..100).for_each(|_| assert_eq!(lexicon.parse("перестали"), parses)));
        }
    });
}

#[test]
fn words_of_many_prefixes_end() {
    let folder = small();
    let lexicon = Lexicon::open(folder.path()).unwrap();
    let word = "недо".repeat(120) + "стали";
    assert_eq!(lexicon.parse(&word)[0].unit, Unit::KnownPrefix);
    assert_eq!(lexicon.parse(&("не".repeat(900) + "сталь"))[0].unit, Unit::KnownPrefix);
    assert_eq!(lexicon.parse(&("по-".repeat(900) + "новому")).len(), 1);
    assert_eq!(lexicon.parse(&"стали".repeat(1 << 16))[0].unit, Unit::Unknown);
    assert!(!lexicon.is_known(&"е".repeat(1 << 16)));
}

/// The path and the message of the error that a broken folder gives.
fn fault(folder: &Path) -> (PathBuf, String) {
    match Lexicon::open(folder) {
        Err(Error::Dictionary { path, what }) => (path, what),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no error"),
    }
}

#[test]
fn missing_and_truncated_files_are_named() {
    let names: Vec<_> = fs::read_dir(small().path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 8);
    for name in names {
        let folder = small();
        let path = folder.path().join(&name);
        let bytes = fs::read(&path).unwrap();
        for length in [0, 1, 3, 5, bytes.len() / 2, bytes.len() - 1] {
            fs::write(&path, &bytes[..length]).unwrap();
            assert_eq!(fault(folder.path()).0, path, "{length} bytes");
        }
        fs::write(&path, [&bytes[..], b"more"].concat()).unwrap();
        assert_eq!(fault(folder.path()).0, path);
        fs::remove_file(&path).unwrap();
        assert_eq!(fault(folder.path()).0, path);
        let message = Lexicon::open(folder.path()).err().unwrap().to_string();
        assert!(
            message.contains("pip install --force-reinstall") && message.contains("pymorphy3-dicts-ru"),
            "{message}"
        );
    }
}

#[test]
fn other_formats_and_numbers_out_of_range_are_refused() {
    let folder = small();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    for (old, new, said) in [
        ("\"2.4\"", "\"3.0\"", "the format of the dictionary is 3.0"),
        ("\"2.4\"", "2", "the format of the dictionary is none"),
        ("compile_options", "options", "no compile_options"),
        ("[\"\", \"по\"]", "[]", "0 prefixes"),
        ("tags.json", "../tags.json", "no list of tags"),
    ] {
        write("meta.json", &META.replace(old, new));
        assert!(fault(folder.path()).1.contains(said), "{}", fault(folder.path()).1);
    }
    write("meta.json", META);
    write("suffixes.json", r#"["ь", "и", "ть", "ли", "ый", "ому"]"#);
    assert!(fault(folder.path()).1.contains("has the number 6"), "{}", fault(folder.path()).1);
}

/// Words that every unit has something to say of.
const ALL_UNITS: [&str; 12] = [
    "стали",
    "мед",
    "Перестали",
    "ыстали",
    "медтали",
    "стали-то",
    "по-новому",
    "сталь-мед",
    "XIV",
    "И",
    "1,5",
    "недоноворому",
];

#[test]
fn no_flipped_bit_does_harm() {
    let folder = small();
    let mut lexicon = Lexicon::open(folder.path()).unwrap();
    let names = ["words.dawg", "prediction-suffixes-0.dawg", "p_t_given_w.intdawg", "paradigms.array"];
    for (number, name) in names.into_iter().enumerate() {
        let path = folder.path().join(name);
        let bytes = fs::read(&path).unwrap();
        let told = bytes.iter().enumerate().filter(|(_, byte)| **byte != 0);
        for (at, bit) in told.flat_map(|(at, _)| (0..8).map(move |bit| (at, bit))) {
            let mut broken = bytes.clone();
            broken[at] ^= 1 << bit;
            // A new file, for the old one is still mapped.
            fs::remove_file(&path).unwrap();
            fs::write(&path, broken).unwrap();
            // Opens the broken file alone: the others need not be read a thousand times.
            match number {
                0 => lexicon.words = Dawg::open(&path).unwrap_or(lexicon.words),
                1 => lexicon.suffixes = vec![Dawg::open(&path).unwrap_or(lexicon.suffixes.swap_remove(0))],
                2 => lexicon.probability = Probability::open(folder.path()).ok(),
                _ => lexicon = Lexicon::open(folder.path()).unwrap_or(lexicon),
            }
            ALL_UNITS.iter().for_each(|word| assert!(!lexicon.parse(word).is_empty()));
        }
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        lexicon = Lexicon::open(folder.path()).unwrap();
    }
}

#[test]
fn a_graph_of_circles_ends() {
    let folder = small();
    // Every child of every node is the node of its label, and every node is its own sibling: any word is there and has
    // payloads without end.
    let units = (0..256_u32).flat_map(|label| (label | label << 10).to_le_bytes());
    let guide = (0..256).flat_map(|_| [b'A', b'A']);
    let count = 256_u32.to_le_bytes();
    let bytes: Vec<u8> = count.into_iter().chain(units).chain(count).chain(guide).collect();
    for name in ["words.dawg", "prediction-suffixes-0.dawg"] {
        fs::write(folder.path().join(name), &bytes).unwrap();
    }
    let lexicon = Lexicon::open(folder.path()).unwrap();
    ALL_UNITS.iter().for_each(|word| assert!(!lexicon.parse(word).is_empty()));
    assert!(lexicon.is_known(&"е".repeat(3000)));
    assert!(!lexicon.parse(&"е".repeat(1000)).is_empty());
}

/// Wants the folder of the real dictionary in `SEARCHLIB_DICTIONARY`.
#[test]
fn the_installed_dictionary() {
    let Some(folder) = std::env::var_os("SEARCHLIB_DICTIONARY") else {
        eprintln!("skipped: SEARCHLIB_DICTIONARY does not name the folder of pymorphy3-dicts-ru");
        return;
    };
    let lexicon = Lexicon::open(Path::new(&folder)).unwrap();
    assert_eq!(lexicon.parse("узнаём").iter().map(|it| it.lemma.as_str()).collect::<Vec<_>>(), ["узнавать"]);
    let lemmas: HashSet<String> = lexicon.parse("узнаем").into_iter().map(|it| it.lemma).collect();
    assert_eq!(lemmas, HashSet::from(["узнавать".to_owned(), "узнать".to_owned()]));
}
