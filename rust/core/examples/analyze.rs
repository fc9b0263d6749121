//! Tokens a second of the whole way from text to keys: `cargo run --release --example analyze DICTIONARY TEXT`.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use searchlib_core::text::analyzer::Analyzer;
use searchlib_core::text::keys::RussianKeys;
use searchlib_core::text::lexicon::Lexicon;
use searchlib_core::text::russian::RussianAnalyzer;
use searchlib_core::text::segmentation;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(dictionary), Some(text)) = (arguments.next(), arguments.next()) else {
        return Err("give the folder of the dictionary and a text file".into());
    };
    let text = std::fs::read_to_string(text)?;
    let texts: Vec<&str> = text.split("\n\n\n").collect();
    let started = Instant::now();
    let mut count = 0_usize;
    texts.iter().for_each(|text| segmentation::words(text, |word| count += black_box(word.to).min(1)));
    println!("cut    {:6.1} ns a word, {count} words", started.elapsed().as_secs_f64() * 1e9 / count as f64);
    let analyzer = RussianAnalyzer::new(Arc::new(RussianKeys::new(Arc::new(Lexicon::open(Path::new(&dictionary))?))));
    for pass in ["cold", "warm", "warm"] {
        let started = Instant::now();
        let (mut into, mut tokens) = (Vec::new(), 0);
        for some in texts.chunks(64) {
            analyzer.analyze_many(some, &mut into)?;
            tokens += into.iter().map(|one| one.tokens.len()).sum::<usize>();
        }
        println!("{pass}   {:6.1} ns a token, {tokens} tokens", started.elapsed().as_secs_f64() * 1e9 / tokens as f64);
    }
    Ok(())
}
