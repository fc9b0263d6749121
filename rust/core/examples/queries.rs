//! Searches an index of pre-analysed keys in a loop, one class of queries at a time, and prints an object of JSON a
//! class: the best pass over its queries and the hits of each.
//!
//! `cargo run --release --example queries INDEX QUERIES [--class NAME] [--passes N] [--seconds S] [--times N]`
//!
//! A line of QUERIES is the class, the shape and the words, between tabs; `benchmarks/engine/` writes both files.
//! `--times` runs so many passes without a clock, for `perf stat` and `callgrind`.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use searchlib_core::index::{Analyzers, Index, Snapshot};
use searchlib_core::schema::{FieldId, FieldKind, Schema};
use searchlib_core::search::{self, Alternative, FieldClause, Hit, PhraseField, Plan, Request, Slot, Sort};
use searchlib_core::terms::Pattern;
use searchlib_core::text::analyzer::Analyzer;
use searchlib_core::text::plain::{Cut, PlainAnalyzer};
use searchlib_core::text::token::KeyKind;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// What was asked for on the command line.
struct Options {
    index: String,
    queries: String,
    class: Option<String>,
    passes: usize,
    seconds: f64,
    times: Option<usize>,
}

/// Queries of one kind.
struct Class {
    name: String,
    queries: Vec<(Plan, Request)>,
}

fn options() -> Fallible<Options> {
    let mut places = Vec::new();
    let (mut class, mut passes, mut seconds, mut times) = (None, 5, 0.5, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
        match argument.as_str() {
            "--class" => class = Some(value()?),
            "--passes" => passes = value()?.parse()?,
            "--seconds" => seconds = value()?.parse()?,
            "--times" => times = Some(value()?.parse()?),
            _ => places.push(argument),
        }
    }
    let [index, queries] = <[String; 2]>::try_from(places).map_err(|_| "give an index and a file of queries")?;
    Ok(Options { index, queries, class, passes, seconds, times })
}

fn field(schema: &Schema, name: &str) -> Fallible<FieldId> {
    let found = schema.iter().find(|(_, field)| field.name == name);
    Ok(found.ok_or(format!("the index has no field {name:?}"))?.0)
}

fn keys(word: &str) -> Vec<Alternative> {
    vec![Alternative { kind: KeyKind::Surface, text: word.to_owned(), weight: 1.0 }]
}

/// The same trees as the other drivers build.
fn query(schema: &Schema, shape: &str, words: &[&str]) -> Fallible<(Plan, Request)> {
    let text = field(schema, "text")?;
    let clause = |alternatives| vec![FieldClause { field: text, weight: 1.0, alternatives }];
    let word = |word: &&str| Plan::Word(clause(keys(word)));
    let joined = |must: Vec<Plan>, should: Vec<Plan>| Plan::Boolean {
        must,
        should,
        must_not: Vec::new(),
        filter: Vec::new(),
        minimum: 0,
    };
    let pattern = |pattern| Plan::Pattern { fields: clause(Vec::new()), kinds: vec![KeyKind::Surface], pattern };
    let mut request = Request::default();
    let plan = match shape {
        "word" => word(&words[0]),
        "and" => joined(words.iter().map(word).collect(), Vec::new()),
        "or" => joined(Vec::new(), words.iter().map(word).collect()),
        "phrase" => {
            let slot = |(offset, word): (usize, &&str)| Slot { offset: offset as u32, alternatives: keys(word) };
            let slots = words.iter().enumerate().map(slot).collect();
            Plan::Phrase { fields: vec![PhraseField { field: text, weight: 1.0, slots }], slop: 0 }
        }
        "prefix" => pattern(Pattern::Prefix(words[0].to_owned())),
        "fuzzy" => pattern(Pattern::Fuzzy { text: words[0].to_owned(), distance: 1 }),
        "filtered" => {
            request.filter = Some(Plan::Value { field: field(schema, "group")?, text: "g3".to_owned() });
            joined(Vec::new(), words.iter().map(word).collect())
        }
        "sorted" => {
            request.sort = Some(Sort::Column { field: field(schema, "rank")?, descending: true });
            word(&words[0])
        }
        _ => return Err(format!("no shape {shape:?}").into()),
    };
    Ok((plan, request))
}

fn classes(schema: &Schema, path: &str) -> Fallible<Vec<Class>> {
    let mut found: Vec<Class> = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let [name, shape, words] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("class, shape and words between tabs: {line}").into());
        };
        let query = query(schema, shape, &words.split(' ').collect::<Vec<_>>())?;
        match found.iter_mut().find(|class| class.name == name) {
            Some(class) => class.queries.push(query),
            None => found.push(Class { name: name.to_owned(), queries: vec![query] }),
        }
    }
    Ok(found)
}

#[inline(never)]
fn pass(snapshot: &Arc<Snapshot>, class: &Class) -> Fallible<()> {
    for (plan, request) in &class.queries {
        black_box(search::search(snapshot, black_box(plan), request)?);
    }
    Ok(())
}

/// The best of at least so many passes and so many seconds.
fn best(snapshot: &Arc<Snapshot>, class: &Class, at_least: usize, up_to: f64) -> Fallible<f64> {
    let (begun, mut best, mut passes) = (Instant::now(), f64::INFINITY, 0);
    while passes < at_least || begun.elapsed().as_secs_f64() < up_to {
        let started = Instant::now();
        pass(snapshot, class)?;
        best = best.min(started.elapsed().as_secs_f64());
        passes += 1;
    }
    Ok(best)
}

fn hits(snapshot: &Arc<Snapshot>, class: &Class) -> Fallible<Vec<Vec<(u32, f32)>>> {
    let shown = |hit: &Hit| (hit.address.document, hit.score);
    let each = |(plan, request): &(Plan, Request)| -> Fallible<_> {
        Ok(search::search(snapshot, plan, request)?.hits.iter().map(shown).collect())
    };
    class.queries.iter().map(each).collect()
}

fn main() -> Fallible<()> {
    let options = options()?;
    let path = Path::new(&options.index);
    let analyzer: Arc<dyn Analyzer> = Arc::new(PlainAnalyzer::new(Cut::Whitespace));
    let for_field = |kind| (kind == FieldKind::Text).then(|| analyzer.clone());
    let analyzers: Analyzers = Index::schema_of(path)?.iter().map(|(_, field)| for_field(field.kind)).collect();
    let index = Index::open(path, analyzers)?;
    let snapshot = index.snapshot()?;
    if snapshot.segments.len() != 1 {
        return Err(format!("{} segments, not one: optimize the index first", snapshot.segments.len()).into());
    }
    for class in classes(index.schema(), &options.queries)? {
        if options.class.as_ref().is_some_and(|name| *name != class.name) {
            continue;
        }
        if let Some(times) = options.times {
            (0..times).try_for_each(|_| pass(&snapshot, &class))?;
            continue;
        }
        pass(&snapshot, &class)?;
        let seconds = best(&snapshot, &class, options.passes, options.seconds)?;
        let found = serde_json::json!({
            "class": class.name,
            "queries": class.queries.len(),
            "seconds": seconds,
            "hits": hits(&snapshot, &class)?,
        });
        println!("{found}");
    }
    Ok(())
}
