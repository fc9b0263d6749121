//! The hot loops, one class at a time: `scripts/counts.py` counts their instructions under callgrind.
//!
//! `hot_loops make FOLDER DICTIONARY` makes the index, always the same one; `hot_loops names` prints the classes;
//! `hot_loops run FOLDER DICTIONARY NAME` runs one, of which only what is called by `measured` counts.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use searchlib_core::documents::{Document, Value};
use searchlib_core::index::writer::OnDuplicate;
use searchlib_core::index::{Address, Analyzers, Index, Snapshot, WriterOptions};
use searchlib_core::postings::NO_MORE;
use searchlib_core::schema::{Field, FieldId, FieldKind, Schema};
use searchlib_core::search::{Alternative, FieldClause, PhraseField, Plan, Prepared, Request, Slot, Sort, search};
use searchlib_core::terms::{self, Pattern};
use searchlib_core::text::analyzer::Analyzer;
use searchlib_core::text::keys::RussianKeys;
use searchlib_core::text::lexicon::Lexicon;
use searchlib_core::text::plain::{Cut, PlainAnalyzer};
use searchlib_core::text::russian::RussianAnalyzer;
use searchlib_core::text::token::KeyKind;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const BODY: FieldId = 0;
const TAG: FieldId = 1;
const NOTE: FieldId = 2;

const DOCUMENTS: u64 = 20_000;
const WORDS: f64 = 30_000.0;
/// So many documents have a Russian text as well.
const NOTES: u64 = 20;
/// How many queries of a class are searched.
const QUERIES: u64 = 20;

const PARAGRAPH: &str = "Утром 14 марта 2021 года буксир «Северный» вывел из гавани баржу с цистернами. На борту было \
    12 500 тонн мазута, и капитан Петров-Водкин, человек осторожный, не торопился: лёд у входа в канал ещё не сошёл. \
    Диспетчерская порта, как обычно, передала прогноз: ветер юго-западный, 9 м/с, к вечеру — метель. К полудню караван \
    миновал маяк. Из-за тумана суда шли самым малым ходом, кое-где глубина не превышала 4,5 м. В г. Приозёрске их ждали \
    пожарные и представители МЧС; кто-то вспомнил аварию 1998 года, когда нефтепродукты попали в озеро и чистить берега \
    пришлось до осени. На этот раз обошлось. Танкеры разгрузили за двое суток, а цены на топливо, выросшие было на 15 %, \
    вернулись к прежним. «Перевозка зимой всегда дороже, — объясняет начальник участка, — зато дороги свободны». \
    Железнодорожники с ним не согласны: по их расчётам, цистерна в составе поезда обходится дешевле уже при 300 км пути.\n\n";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["names"] => CLASSES.iter().for_each(|(name, _)| println!("{name}")),
        ["make", folder, dictionary] => make(Path::new(folder), &russian(dictionary)?)?,
        ["run", folder, dictionary, name] => {
            let (_, run) = CLASSES.iter().find(|class| class.0 == name).ok_or("no such class")?;
            let russian = russian(dictionary)?;
            let index = Index::open(Path::new(folder), analyzers(&russian))?;
            run(&Ground { snapshot: index.snapshot()?, russian })?;
        }
        _ => return Err("hot_loops names | make FOLDER DICTIONARY | run FOLDER DICTIONARY NAME".into()),
    }
    Ok(())
}

/// What the classes run on.
struct Ground {
    snapshot: Arc<Snapshot>,
    russian: Arc<RussianKeys>,
}

type Class = (&'static str, fn(&Ground) -> Outcome<()>);

const CLASSES: &[Class] = &[
    ("one frequent word", |ground| searched(ground, |at| word(at % 10))),
    ("one rare word", |ground| searched(ground, |at| word(1000 + 100 * at))),
    ("and of two", |ground| searched(ground, |at| all_of(vec![word(at % 10), word(40 + 7 * at)]))),
    ("or of two", |ground| searched(ground, |at| any_of(vec![word(at % 10), word(40 + 7 * at)]))),
    ("or of five", |ground| searched(ground, |at| any_of((0..5).map(|part| word(at + part * part * 60)).collect()))),
    ("phrase of two", |ground| searched(ground, |at| phrase(&[at % 10, 10 + at]))),
    ("prefix of few", |ground| searched(ground, |at| prefix(&spelled(at), 2))),
    ("prefix of many", |ground| searched(ground, |at| prefix(&spelled(at), 1))),
    ("latest", |ground| ordered(ground, Sort::Added { descending: true }, |at| word(at % 10))),
    ("filtered", |ground| searched(ground, |at| filtered(any_of(vec![word(at), word(60 + at)])))),
    ("postings", postings),
    ("new forms", |ground| analyzed(ground, true)),
    ("known forms", |ground| analyzed(ground, false)),
    ("snippet", snippet),
    ("title", title),
];

/// Only what is called from here counts.
#[inline(never)]
fn measured<T>(work: &mut dyn FnMut() -> T) -> T {
    // Something is left to do after the call, so that it is one and no jump.
    black_box(work())
}

fn searched(ground: &Ground, plan: impl Fn(u64) -> Plan) -> Outcome<()> {
    asked(ground, &Request::default(), plan)
}

fn ordered(ground: &Ground, sort: Sort, plan: impl Fn(u64) -> Plan) -> Outcome<()> {
    asked(ground, &Request { sort: Some(sort), ..Request::default() }, plan)
}

fn asked(ground: &Ground, request: &Request, plan: impl Fn(u64) -> Plan) -> Outcome<()> {
    let plans: Vec<Plan> = (0..QUERIES).map(plan).collect();
    let run = || plans.iter().map(|plan| search(&ground.snapshot, plan, request).map(|found| found.hits.len()));
    // The first time whatever is made once is made.
    let found = run().sum::<Result<usize, _>>()?;
    if found == 0 {
        return Err("nothing was found".into());
    }
    measured(&mut || run().map(|found| found.map_or(0, black_box)).sum::<usize>());
    Ok(())
}

fn postings(ground: &Ground) -> Outcome<()> {
    let segment = &ground.snapshot.segments[0].segment;
    let mut infos = Vec::new();
    for rank in 0..10 {
        let mut term = Vec::new();
        terms::encode(BODY, KeyKind::Surface, &spelled(rank), &mut term);
        infos.push(segment.terms().get(&term)?.ok_or("a frequent word is missing")?);
    }
    let mut positions = Vec::new();
    measured(&mut || {
        let mut sum = 0;
        for info in &infos {
            let mut cursor = segment.postings(info);
            while cursor.doc() != NO_MORE {
                sum += u64::from(cursor.frequency());
                cursor.positions(&mut positions);
                cursor.next();
            }
        }
        sum
    });
    Ok(())
}

fn analyzed(ground: &Ground, new: bool) -> Outcome<()> {
    let fresh = || RussianAnalyzer::new(ground.russian.clone());
    let mut into = Vec::new();
    let warm = fresh();
    warm.analyze_many(&[PARAGRAPH], &mut into)?;
    let analyzer = if new { fresh() } else { warm };
    measured(&mut || analyzer.analyze_many(&[PARAGRAPH], &mut into).map(|forms| forms.view().len()))?;
    Ok(())
}

fn snippet(ground: &Ground) -> Outcome<()> {
    let field = |text: &str| {
        let lemma = Alternative { kind: KeyKind::Lemma, text: text.to_owned(), weight: 0.85 };
        Plan::Word(vec![FieldClause { field: NOTE, weight: 1.0, alternatives: vec![lemma] }])
    };
    let plan = any_of(vec![field("перевозка"), field("мазут"), field("цистерна")]);
    let prepared = Prepared::new(ground.snapshot.clone(), Arc::new(plan), None, Request::default());
    let marker = prepared.marker(None)?;
    let document = ground.snapshot.document(Address { segment: 0, document: 0 })?;
    let mut run = || marker.passages(&document, NOTE, 2, 240, None).map(|(_, passages)| passages);
    if run()?.iter().all(|passage| passage.ranges.is_empty()) {
        return Err("nothing is marked".into());
    }
    measured(&mut run)?;
    Ok(())
}

fn title(ground: &Ground) -> Outcome<()> {
    let titles = || {
        (0..10u32)
            .map(|document| ground.snapshot.document(Address { segment: 0, document })?.value(TAG))
            .map(|value| value.map(|value| value.texts().map(str::len).sum::<usize>()))
    };
    measured(&mut || titles().sum::<Result<usize, _>>())?;
    Ok(())
}

fn word(rank: u64) -> Plan {
    Plan::Word(vec![FieldClause { field: BODY, weight: 1.0, alternatives: keys(rank) }])
}

fn keys(rank: u64) -> Vec<Alternative> {
    vec![Alternative { kind: KeyKind::Surface, text: spelled(rank), weight: 1.0 }]
}

fn boolean(must: Vec<Plan>, should: Vec<Plan>, filter: Vec<Plan>) -> Plan {
    Plan::Boolean { must, should, must_not: Vec::new(), filter, minimum: 0 }
}

fn all_of(plans: Vec<Plan>) -> Plan {
    boolean(plans, Vec::new(), Vec::new())
}

fn any_of(plans: Vec<Plan>) -> Plan {
    boolean(Vec::new(), plans, Vec::new())
}

fn filtered(plan: Plan) -> Plan {
    boolean(vec![plan], Vec::new(), vec![Plan::Value { field: TAG, text: "б".to_owned() }])
}

/// Words that begin with so many of the letters.
fn prefix(letters: &str, count: usize) -> Plan {
    let fields = vec![FieldClause { field: BODY, weight: 1.0, alternatives: Vec::new() }];
    let pattern = Pattern::Prefix(letters.chars().take(count).collect());
    Plan::Pattern { fields, kinds: vec![KeyKind::Surface], pattern }
}

fn phrase(ranks: &[u64]) -> Plan {
    let slots = (0..).zip(ranks).map(|(offset, &rank)| Slot { offset, alternatives: keys(rank) }).collect();
    Plan::Phrase { fields: vec![PhraseField { field: BODY, weight: 1.0, slots }], slop: 0 }
}

// The index

fn schema() -> Schema {
    let field = |name: &str, kind| Field {
        name: name.to_owned(),
        kind,
        analyzer: None,
        weight: 1.0,
        stored: true,
        exact: true,
        unique: false,
        multiple: false,
        facet: false,
        sortable: false,
    };
    let body = Field { stored: false, ..field("body", FieldKind::Text) };
    Schema { fields: vec![body, field("tag", FieldKind::Keyword), field("note", FieldKind::Text)] }
}

fn russian(dictionary: &str) -> Outcome<Arc<RussianKeys>> {
    Ok(Arc::new(RussianKeys::new(Arc::new(Lexicon::open(Path::new(dictionary))?))))
}

fn analyzers(russian: &Arc<RussianKeys>) -> Analyzers {
    let plain: Arc<dyn Analyzer> = Arc::new(PlainAnalyzer::new(Cut::Whitespace));
    let russian: Arc<dyn Analyzer> = Arc::new(RussianAnalyzer::new(russian.clone()));
    [Some(plain), None, Some(russian)].into_iter().collect()
}

fn make(folder: &Path, russian: &Arc<RussianKeys>) -> Outcome<()> {
    let index = Index::create(folder, schema(), analyzers(russian))?;
    let mut writer = index.writer(WriterOptions { wait: Duration::ZERO, memory: 1 << 30, threads: 1 })?;
    let mut dice = Dice(1);
    for first in (0..DOCUMENTS).step_by(1000) {
        let documents: Vec<Document> = (first..first + 1000).map(|number| document(number, &mut dice)).collect();
        if writer.add(&documents, OnDuplicate::Refuse)?.iter().any(Option::is_some) {
            return Err("a document was refused".into());
        }
    }
    writer.optimize(|| false)?;
    Ok(())
}

fn document(number: u64, dice: &mut Dice) -> Document {
    let length = 40 + dice.below(120);
    // The logarithm of a rank is spread evenly, so that the word of rank n comes about as often as 1 / n.
    let words: Vec<String> = (0..length).map(|_| spelled((WORDS.powf(dice.share()) - 1.0) as u64)).collect();
    let tag = ["а", "б", "в", "г"][dice.below(4) as usize];
    let note = if number < NOTES { Value::Text(PARAGRAPH.repeat(4)) } else { Value::Null };
    Document { values: vec![Value::Text(words.join(" ")), Value::Text(tag.to_owned()), note], sort_keys: Vec::new() }
}

/// The word of a rank: its number in letters.
fn spelled(rank: u64) -> String {
    let letter = |at: u64| char::from_u32('а' as u32 + (rank >> (5 * at)) as u32 % 32);
    (0..4).filter_map(letter).collect()
}

/// Numbers that look random and are the same everywhere (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
