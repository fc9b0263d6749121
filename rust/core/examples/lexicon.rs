//! How fast the lexicon is: `cargo run --release --example lexicon -- FOLDER WORDS`.
//!
//! FOLDER holds the dictionary, WORDS is a file with a form a line. Prints, for known and unknown forms apart, how many
//! a second one thread parses, best of five passes, without any cache of forms; and the time to open the dictionary.

use std::path::Path;
use std::time::Instant;
use std::{env, fs, hint, process};

use searchlib_core::text::lexicon::Lexicon;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, words] = &arguments[..] else {
        eprintln!("usage: lexicon FOLDER WORDS");
        process::exit(2);
    };
    let start = Instant::now();
    let lexicon = Lexicon::open(Path::new(folder)).unwrap_or_else(|error| fail(&error.to_string()));
    println!("opened in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let text = fs::read_to_string(words).unwrap_or_else(|error| fail(&format!("{words}: {error}")));
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        text.lines().partition(|word| lexicon.is_known(&word.to_lowercase()));
    for (name, words) in [("known", known), ("unknown", unknown)] {
        if words.is_empty() {
            continue;
        }
        measure(name, "parse", &words, |word| lexicon.parse(word).len());
        measure(name, "lemmas", &words, |word| {
            let mut letters = 0;
            lexicon.lemmas(word, |lemma, _, _| letters += lemma.len());
            letters
        });
    }
}

fn measure(name: &str, what: &str, words: &[&str], work: impl Fn(&str) -> usize) {
    let passes = (0..5).map(|_| {
        let start = Instant::now();
        words.iter().for_each(|word| _ = hint::black_box(work(word)));
        start.elapsed().as_secs_f64()
    });
    let best = passes.fold(f64::INFINITY, f64::min);
    println!("{name}: {} forms, {what}: {:.0} a second", words.len(), words.len() as f64 / best);
}

fn fail(message: &str) -> ! {
    eprintln!("{message}");
    process::exit(1);
}
