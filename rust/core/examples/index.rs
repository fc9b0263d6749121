//! Documents a second from texts to a committed index, without Python:
//! `cargo run --release --example index FOLDER TEXTS PASSES THREADS [DICTIONARY]`, where TEXTS is a JSON array of texts. Without a
//! dictionary texts are cut at white space; anything after the dictionary leaves surface forms out. Processor time of the
//! thread that adds (of Linux alone), and time.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use searchlib_core::documents::{Document, Value};
use searchlib_core::index::{Index, OnDuplicate, WriterOptions};
use searchlib_core::schema::Schema;
use searchlib_core::text::analyzer::Analyzer;
use searchlib_core::text::keys::RussianKeys;
use searchlib_core::text::lexicon::Lexicon;
use searchlib_core::text::plain::{Cut, PlainAnalyzer};
use searchlib_core::text::russian::RussianAnalyzer;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, texts, passes, threads, dictionary @ ..] = &arguments[..] else {
        return Err(
            "give a folder, a file of texts, how many passes and threads, and perhaps the folder of the dictionary"
                .into(),
        );
    };
    let texts: Vec<String> = serde_json::from_slice(&std::fs::read(texts)?)?;
    let analyzer: Arc<dyn Analyzer> = match dictionary {
        [] => Arc::new(PlainAnalyzer::new(Cut::Whitespace)),
        [folder, ..] => {
            Arc::new(RussianAnalyzer::new(Arc::new(RussianKeys::new(Arc::new(Lexicon::open(Path::new(folder))?)))))
        }
    };
    let exact = dictionary.len() < 2;
    let fields = serde_json::json!({"fields": [{"name": "text", "kind": "text", "exact": exact}]});
    for pass in 0..passes.parse()? {
        let path = Path::new(folder).join(format!("index{pass}"));
        let _ = std::fs::remove_dir_all(&path);
        let schema: Schema = serde_json::from_value(fields.clone())?;
        let index = Index::create(&path, schema, vec![Some(analyzer.clone())])?;
        let mut writer =
            index.writer(WriterOptions { memory: 1 << 30, threads: threads.parse()?, ..WriterOptions::default() })?;
        let started = Instant::now();
        let before = processor_time()?;
        for some in texts.chunks(1000) {
            let document = |text: &String| Document { values: vec![Value::Text(text.clone())], sort_keys: Vec::new() };
            let documents: Vec<Document> = some.iter().map(document).collect();
            writer.add(&documents, OnDuplicate::Refuse)?;
        }
        let added = processor_time()?;
        writer.commit()?;
        let committed = processor_time()?;
        let seconds = |nanoseconds: u64| nanoseconds as f64 / 1e9;
        let (adding, committing, all) = (seconds(added - before), seconds(committed - added), started.elapsed());
        println!("adding {adding:.2} s, committing {committing:.2} s, {:.2} s passed", all.as_secs_f64());
        drop(writer);
        std::fs::remove_dir_all(&path)?;
    }
    Ok(())
}

/// Nanoseconds that this thread has run.
fn processor_time() -> Outcome<u64> {
    let all = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(all.split(' ').next().ok_or("no time")?.parse()?)
}
