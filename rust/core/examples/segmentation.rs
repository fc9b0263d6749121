//! How long cutting takes: `cargo run --release --example segmentation FILE...` prints nanoseconds a word.

use std::hint::black_box;
use std::time::Instant;

use searchlib_core::text::segmentation::words;

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        let mut best = f64::INFINITY;
        let mut count = 0u64;
        for _ in 0..7 {
            count = 0;
            let started = Instant::now();
            words(&text, |word| {
                black_box(word);
                count += 1;
            });
            best = best.min(started.elapsed().as_secs_f64());
        }
        let (words, bytes) = (count as f64, text.len() as f64);
        println!("{path}: {count} words, {:.1} ns a word, {:.0} MB/s", best * 1e9 / words, bytes / best / 1e6);
    }
    Ok(())
}
