//! Tests of searching as a whole, through real indexes of several segments: small collections against a naive engine,
//! long lists, hostile plans and files.

mod cases;
mod hostile;
mod long_lists;
mod naive;
mod prepared;
mod random;

use std::sync::Arc;

use super::*;
use crate::documents::{Document, Value};
use crate::index::writer::OnDuplicate;
use crate::index::{Address, Analyzers, Index, IndexWriter, Snapshot, WriterOptions};
use crate::passages::{Mark, Marks};
use crate::schema::{Field, FieldId, FieldKind, Schema};
use crate::text::analyzer::Analyzer;
use crate::text::context::Context;
use crate::text::forms::Morphology;
use crate::text::key_lists::KeyLists;
use crate::text::russian::RussianAnalyzer;
use crate::text::token::{KeyKind, Rule};
use crate::{Error, Result};

pub const TITLE: FieldId = 1;
pub const BODY: FieldId = 2;
pub const TAGS: FieldId = 3;
pub const SOURCE: FieldId = 4;
pub const PRICE: FieldId = 5;

/// Forms and their lemmas; a word of two lemmas is less surely either. Others are their own lemma.
const LEMMAS: &[(&str, &[&str])] =
    &[("нефти", &["нефть"]), ("газа", &["газ"]), ("дома", &["дом"]), ("стали", &["сталь", "стать"])];

/// Knows the words of [`LEMMAS`].
pub struct Toy;

impl Morphology for Toy {
    fn keys(&self, form: &str, _: Context, into: &mut KeyLists) -> Result<()> {
        let form = form.to_lowercase();
        let own = [form.as_str()];
        let lemmas = LEMMAS.iter().find(|known| known.0 == form).map_or(&own[..], |known| known.1);
        lemmas.iter().for_each(|lemma| into.add(KeyKind::Lemma, lemma, 1.0, Rule::Given));
        into.add(KeyKind::Surface, &form, 1.0, Rule::Given);
        Ok(())
    }
}

pub fn schema() -> Schema {
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
    Schema {
        fields: vec![
            Field { unique: true, ..field("id", FieldKind::Keyword) },
            field("title", FieldKind::Text),
            field("body", FieldKind::Text),
            Field { multiple: true, facet: true, ..field("tags", FieldKind::Keyword) },
            Field { sortable: true, ..field("source", FieldKind::Keyword) },
            field("price", FieldKind::Integer),
        ],
    }
}

pub fn analyzers() -> Analyzers {
    let analyzer: Arc<dyn Analyzer> = Arc::new(RussianAnalyzer::new(Arc::new(Toy)));
    schema().fields.iter().map(|field| (field.kind == FieldKind::Text).then(|| analyzer.clone())).collect()
}

/// Where a plan matches a text.
pub fn marks(snapshot: &Arc<Snapshot>, plan: &Plan, field: FieldId, text: &str) -> Result<Marks> {
    marker(snapshot, plan)?.marks(field, text)
}

pub fn marker(snapshot: &Arc<Snapshot>, plan: &Plan) -> Result<Marker> {
    Prepared::new(snapshot.clone(), Arc::new(plan.clone()), None, Request::default()).marker(None)
}

/// A document of the tests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Source {
    pub title: String,
    pub body: String,
    pub tags: Vec<String>,
    pub source: Option<String>,
    pub price: Option<i64>,
}

impl Source {
    pub fn document(&self, id: usize) -> Document {
        let text = |text: &str| if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
        let tags = self.tags.iter().map(|tag| text(tag)).collect();
        Document {
            values: vec![
                Value::Text(id.to_string()),
                text(&self.title),
                text(&self.body),
                Value::List(tags),
                self.source.as_ref().map_or(Value::Null, |source| text(source)),
                self.price.map_or(Value::Null, Value::Integer),
            ],
            sort_keys: self.source.iter().map(|source| (SOURCE, source.clone().into_bytes())).collect(),
        }
    }
}

/// An index that goes with its folder, and a snapshot of it.
pub struct Indexed {
    pub snapshot: Arc<Snapshot>,
    writer: IndexWriter,
    index: Index,
    folder: tempfile::TempDir,
}

impl Indexed {
    /// One segment of each batch; the documents with the numbers of `deleted` are deleted.
    pub fn new(batches: &[Vec<Source>], deleted: &[usize]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::create(&folder.path().join("index"), schema(), analyzers()).unwrap();
        let mut writer = index.writer(WriterOptions { memory: 1 << 28, ..WriterOptions::default() }).unwrap();
        let mut id = 0;
        for batch in batches {
            let documents: Vec<Document> = batch.iter().zip(id..).map(|(source, id)| source.document(id)).collect();
            id += batch.len();
            let outcomes = writer.add(&documents, OnDuplicate::Refuse).unwrap();
            assert!(outcomes.iter().all(Option::is_none), "{outcomes:?}");
            writer.pending_snapshot().unwrap();
        }
        for id in deleted {
            writer.delete(&id.to_string()).unwrap();
        }
        let snapshot = writer.pending_snapshot().unwrap();
        Self { snapshot, writer, index, folder }
    }

    pub fn search(&self, plan: &Plan, request: &Request) -> Outcome {
        search(&self.snapshot, plan, request).unwrap()
    }

    /// The number of the document at an address.
    pub fn id(&self, address: Address) -> usize {
        match &self.snapshot.document(address).unwrap().value(0).unwrap() {
            Value::Text(id) => id.parse().unwrap(),
            other => panic!("the key is {other:?}"),
        }
    }

    pub fn ids(&self, outcome: &Outcome) -> Vec<usize> {
        outcome.hits.iter().map(|hit| self.id(hit.address)).collect()
    }

    /// All addresses in order, whether deleted or not.
    pub fn addresses(&self) -> Vec<Address> {
        let segments = (0..).zip(&self.snapshot.segments);
        segments
            .flat_map(|(segment, view)| {
                (0..view.segment.document_count()).map(move |document| Address { segment, document })
            })
            .collect()
    }
}

pub fn bodies(texts: &[&str]) -> Vec<Source> {
    texts.iter().map(|text| Source { body: (*text).to_owned(), ..Source::default() }).collect()
}

pub fn key(kind: KeyKind, text: &str, weight: f32) -> Alternative {
    Alternative { kind, text: text.to_owned(), weight }
}

pub fn lemma(text: &str) -> Alternative {
    key(KeyKind::Lemma, text, 1.0)
}

/// A lemma in the body.
pub fn word(text: &str) -> Plan {
    Plan::Word(vec![FieldClause { field: BODY, weight: 1.0, alternatives: vec![lemma(text)] }])
}

/// Lemmas in the body, each at the next position.
pub fn in_body(words: &[&str]) -> Vec<PhraseField> {
    let slots = words.iter().zip(0..).map(|(word, offset)| Slot { offset, alternatives: vec![lemma(word)] });
    vec![PhraseField { field: BODY, weight: 1.0, slots: slots.collect() }]
}

pub fn any_of(should: Vec<Plan>, minimum: u32) -> Plan {
    Plan::Boolean { must: vec![], should, must_not: vec![], filter: vec![], minimum }
}

pub fn all_of(must: Vec<Plan>) -> Plan {
    Plan::Boolean { must, should: vec![], must_not: vec![], filter: vec![], minimum: 0 }
}

/// All hits and everything counted.
pub fn everything_asked() -> Request {
    Request { limit: usize::MAX, count: true, ..Request::default() }
}
