use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

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
        ("коне\u{301}ц.\u{ad}Начало", "коне\u{301}ц|Начало"),
        ("сайт кремль.рф и mail.ru, почта", "сайт|кремль.рф|и|mail.ru|почта"),
        ("почта.кремль.рф. Там", "почта.кремль.рф|Там"),
        ("мой.сайт-визитка.рф, т.д.", "мой.сайт|визитка.рф|т|д"),
        ("кремль.рф.Там г.москва т.рус", "кремль|рф|Там|г|москва|т|рус"),
        ("отчёт.docx и file.txt", "отчёт.docx|и|file.txt"),
        ("5% и 5 %, №7, 10 ₽", "5|%|и|5|%|№|7|10|₽"),
        ("100$ 5€ § 3 ‰ 7₴", "100|$|5|€|§|3|‰|7|₴"),
        ("3,5 1.000 15:30 2025-11 1:", "3,5|1.000|15:30|2025|11|1"),
        ("в 12:21:53.5, 2:1; №5:30", "в|12:21:53.5|2:1|№|5:30"),
        ("127.0.0.1:80 ISO 9001:2015 v1:20 1:2000 1:2а", "127.0.0.1|80|ISO|9001|2015|v1|20|1|2000|1|2а"),
        ("1\u{202f}000 5\u{202f}км", "1|000|5|км"),
        ("C++, C# и .NET; a+b", "C++|C#|и|.NET|a|b"),
        ("С++ C++17 c++b а#б C#7", "С++|C++|17|c|b|а|б|C#|7"),
        ("(.NET) C#/.NET x.NET ..NET .Net", ".NET|C#|.NET|x.NET|NET|Net"),
        ("1½ ч. ③ ⅓", "1|ч"),
        ("10 км² H₂O 10⁹ ² слово¹", "10|км²|H₂O|10|⁹|²|слово¹"),
        ("¹Слово м²5", "¹|Слово|м²|5"),
        ("ivan.petrov@mail.ru, снос_дома", "ivan.petrov|mail.ru|снос_дома"),
        ("_так_ __ __init__", "_так_|__init__"),
        ("об’єкт О'Генри «слово»", "об’єкт|О'Генри|слово"),
        ("тест-кейс Су-57 из\u{2011}за COVID-19", "тест|кейс|Су|57|из|за|COVID|19"),
        ("д'Артаньян за\u{301}мок пере\u{ad}нос", "д'Артаньян|за\u{301}мок|пере\u{ad}нос"),
        ("слово:слово км/ч", "слово|слово|км|ч"),
        ("10 😀 — 👨\u{200d}👩\u{200d}👧 а\u{200d}😀б", "10|а\u{200d}|б"),
        ("раз\u{200b}два", "раз|два"),
        ("в 東京, カタカナ한국 LG전자 да", "в|東|京|カタカナ|한국|LG|전자|да"),
        ("ג' צה\"ל א\"1", "ג'|צה\"ל|א|1"),
        ("", ""),
    ] {
        assert_eq!(cut(text).join("|"), expected, "{text}");
    }
}

#[test]
fn shapes_say_what_was_seen() {
    let shape = |text: &str| {
        let mut shapes = Vec::new();
        words(text, |word| shapes.push(word.shape));
        assert_eq!(shapes.len(), 1, "{text}");
        shapes[0]
    };
    let capitals = shape("МГУ");
    assert!(capitals.starts_upper() && capitals.all_upper() && capitals.has_cyrillic() && !capitals.has_latin());
    assert!(!capitals.has_digit() && !capitals.is_joined() && capitals.has_letter() && !capitals.is_sign());
    let name = shape("Ёжик");
    assert!(name.starts_upper() && name.has_upper() && name.has_lower() && !name.all_upper());
    assert!(!shape("ёжик").has_upper() && !shape("пРиВеТ").starts_upper());
    assert!(shape("Oзон").has_latin() && shape("Oзон").has_cyrillic());
    assert!(shape("A4").has_digit() && !shape("A4").is_number() && shape("A4").all_upper());
    for number in ["2025", "3,5", "15:30", "٣٤", "²"] {
        assert!(shape(number).is_number() && !shape(number).has_letter(), "{number}");
    }
    for joined in ["3,5", "mail.ru", "д'Артаньян", "C++", "C#", ".NET", "снос_дома", "_так_"] {
        assert!(shape(joined).is_joined(), "{joined}");
    }
    assert!(shape("№").is_sign() && !shape("№").has_letter() && !shape("№").is_number());
    assert!(!shape("пере\u{ad}нос").is_joined() && !shape("東").needs_dictionary());
}

/// What might make a scanner read on and on, or step wrongly.
const HOSTILE: [&str; 42] = [
    "а",
    "а-",
    "а.",
    "а.\u{301}",
    "а.б\u{301}",
    "東",
    "ก",
    "กั",
    "1.",
    "1:",
    ".A",
    "c++",
    "c#",
    "+",
    "\u{301}",
    "東.",
    "а\u{ad}",
    "\u{1f1f7}\u{1f1fa}",
    "'",
    "a'",
    "a'\u{301}",
    "_",
    "_\u{301}",
    "\0",
    "а\0",
    "\u{e000}",
    "\u{202e}א\u{202c}a",
    "א'",
    "א\"",
    "א\"\u{301}",
    "²",
    "1²",
    "м²",
    "ー",
    "가",
    "가\u{301}",
    "_ก",
    "ก1_",
    "\u{200b}",
    "№\u{fe0f}",
    "\u{10ffff}",
    "а.рф",
];

/// Walks over a text, checks that words rise within it, and returns how many characters were read.
fn walk(text: &str, mut scanner: Scanner<'_>) -> usize {
    let (mut at, mut point) = (0, 0);
    while let Some(word) = scanner.next_word() {
        assert!(word.from >= at && word.to > word.from && word.start >= point && word.end > word.start);
        assert!(word.shape.needs_dictionary() || word.end - word.start <= LONGEST);
        point += text[at..word.from].chars().count() as u32;
        assert_eq!(point, word.start);
        point += text[word.from..word.to].chars().count() as u32;
        assert_eq!(point, word.end);
        at = word.to;
    }
    scanner.reads.get()
}

#[test]
fn hostile_megabytes_are_read_once() {
    for piece in HOSTILE {
        let text = piece.repeat(1_000_000 / piece.len());
        let characters = text.chars().count();
        for scanner in [Scanner::new(&text), Scanner::keeping_runs(&text)] {
            let reads = walk(&text, scanner);
            assert!(reads < 6 * characters, "{piece:?}: {reads} reads of {characters} characters");
        }
    }
    for (open, mark) in [("a", "\u{301}"), ("a'", "\u{ad}"), ("а.", "\u{301}"), ("א\"", "\u{301}"), ("_", "\u{301}")]
    {
        let text = format!("{open}{}б", mark.repeat(500_000));
        for scanner in [Scanner::new(&text), Scanner::keeping_runs(&text)] {
            assert!(walk(&text, scanner) < 3_000_000, "{open:?} and {mark:?}");
        }
    }
}

#[test]
fn text_without_spaces_is_cut_into_pieces() {
    assert_eq!(
        cut(&"а".repeat(1000)).iter().map(|word| word.chars().count()).collect::<Vec<_>>(),
        [256, 256, 256, 232]
    );
    let long = format!("{}.b{}", "a".repeat(255), "c".repeat(9));
    assert_eq!(cut(&long), ["a".repeat(255).as_str(), "bccccccccc"]);
    assert_eq!(cut(&format!("{}++", "a".repeat(255))), ["a".repeat(255).as_str()]);
}

/// The words of another implementation of Unicode's rules.
fn default_words(text: &str) -> Vec<(usize, usize)> {
    let counts = |piece: &str| piece.chars().any(|character| Entry::of(character).has(Entry::COUNTS));
    let bounds = text.split_word_bound_indices().filter(|(_, piece)| counts(piece));
    bounds.map(|(from, piece)| (from, from + piece.len())).collect()
}

proptest! {
    #[test]
    fn words_are_those_of_the_default_rules(
        text in "[a-cа-в1-3αβ٣٤אבش東のกัカー.,;'’·\"_ \n\u{301}\u{ad}\u{200d}\u{200b}!¨😀]{0,24}",
    ) {
        // Where the rules are tailored: full stops between Cyrillic letters, emoji after a joiner.
        prop_assume!(!text.contains('.') || !text.contains(['а', 'б', 'в']));
        prop_assume!(!text.contains('😀') || !text.contains('\u{200d}'));
        let mut ours = Vec::new();
        words(&text, |word| ours.push((word.from, word.to)));
        prop_assert_eq!(ours, default_words(&text));
    }

    #[test]
    fn words_of_any_text_rise_and_are_read_once(text in "\\PC{0,60}") {
        walk(&text, Scanner::new(&text));
        walk(&text, Scanner::keeping_runs(&text));
    }

    #[test]
    fn words_of_hostile_text_rise_and_are_read_once(
        pieces in prop::collection::vec((prop::sample::select(HOSTILE.to_vec()), 1usize..400), 0..12),
    ) {
        let text: String = pieces.iter().map(|(piece, times)| piece.repeat(*times)).collect();
        for scanner in [Scanner::new(&text), Scanner::keeping_runs(&text)] {
            prop_assert!(walk(&text, scanner) <= 6 * text.len() + 10);
        }
    }
}
