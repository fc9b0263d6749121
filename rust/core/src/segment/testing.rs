//! What tests of segments and indexes share: a schema with every kind of field, a small morphology, random documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::builder::{AnalyzedFields, SegmentBuilder};
use super::reader::Segment;
use crate::documents::{Document, Value};
use crate::index::Analyzers;
use crate::postings::NO_MORE;
use crate::schema::{Field, FieldKind, Schema};
use crate::terms;
use crate::text::analyzer::Analyzer;
use crate::text::context::Context;
use crate::text::forms::Morphology;
use crate::text::key_lists::KeyLists;
use crate::text::russian::RussianAnalyzer;
use crate::text::token::{Analyzed, KeyKind, Rule};
use crate::{Error, Result};

pub const ID: u16 = 0;
pub const TITLE: u16 = 1;
pub const BODY: u16 = 2;
pub const TAGS: u16 = 3;
pub const SOURCE: u16 = 4;
pub const PRICE: u16 = 5;

/// A word of which the morphology does not want to know.
pub const FORBIDDEN: &str = "запретное";

/// Keys of a form: itself as surface form, and without its last two letters as lemma.
pub struct Cutter;

impl Morphology for Cutter {
    fn keys(&self, form: &str, _: Context, into: &mut KeyLists) -> Result<()> {
        if form == FORBIDDEN {
            return Err(Error::Analysis("this word is forbidden".to_owned()));
        }
        let surface = form.to_lowercase();
        let letters = surface.chars().count();
        let lemma: String = surface.chars().take(letters.saturating_sub(2)).collect();
        into.add(KeyKind::Lemma, &lemma, 1.0, Rule::Given);
        into.add(KeyKind::Surface, &surface, 1.0, Rule::Given);
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
        exact: false,
        unique: false,
        multiple: false,
        facet: false,
        sortable: false,
    };
    Schema {
        fields: vec![
            Field { unique: true, ..field("id", FieldKind::Keyword) },
            Field { exact: true, ..field("title", FieldKind::Text) },
            Field { multiple: true, ..field("body", FieldKind::Text) },
            Field { multiple: true, facet: true, ..field("tags", FieldKind::Keyword) },
            Field { sortable: true, stored: false, ..field("source", FieldKind::Keyword) },
            field("price", FieldKind::Float),
            field("count", FieldKind::Integer),
            field("day", FieldKind::Date),
            field("moment", FieldKind::DateTime),
            field("open", FieldKind::Boolean),
            field("extra", FieldKind::Stored),
        ],
    }
}

pub fn analyzers() -> Analyzers {
    let analyzer: Arc<dyn Analyzer> = Arc::new(RussianAnalyzer::new(Arc::new(Cutter)));
    let of = |field: &Field| (field.kind == FieldKind::Text).then(|| analyzer.clone());
    schema().fields.iter().map(of).collect()
}

/// A document with this key and title and nothing else.
pub fn document(key: &str, title: &str) -> Document {
    let mut values = vec![Value::Null; schema().fields.len()];
    values[0] = Value::Text(key.to_owned());
    values[1] = Value::Text(title.to_owned());
    Document { values, sort_keys: Vec::new() }
}

/// Any document, with the given key.
pub fn any_document(key: impl Strategy<Value = String>) -> impl Strategy<Value = Document> {
    fn maybe(value: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
        prop_oneof![1 => Just(Value::Null), 2 => value]
    }
    let text = || "([абв]{1,4}[ .\n]{1,2}){0,12}".prop_map(Value::Text);
    let word = || "[абвг]{1,2}".prop_map(Value::Text);
    let lists = |value: BoxedStrategy<Value>| prop::collection::vec(value, 0..4).prop_map(Value::List);
    let values = (
        key.prop_map(Value::Text),
        maybe(text()),
        maybe(prop_oneof![lists(text().boxed()), text()]),
        maybe(prop_oneof![lists(word().boxed()), word()]),
        maybe(word()),
        maybe(any::<i32>().prop_map(|number| Value::Float(f64::from(number) / 8.0))),
        maybe(any::<i64>().prop_map(Value::Integer)),
        maybe((-800_000..3_000_000i64).prop_map(Value::Date)),
        maybe((any::<i64>(), any::<bool>()).prop_map(|(micros, aware)| Value::DateTime { micros, aware })),
        maybe(any::<bool>().prop_map(Value::Boolean)),
        maybe(prop_oneof![".{0,9}".prop_map(Value::Json), lists(any::<i64>().prop_map(Value::Integer).boxed())]),
    );
    values.prop_map(|values| {
        let (a, b, c, d, source, e, f, g, h, i, j) = values;
        let key = if let Value::Text(text) = &source { text.bytes().rev().collect() } else { Vec::new() };
        let sort_keys = if source == Value::Null { Vec::new() } else { vec![(SOURCE, key)] };
        Document { values: vec![a, b, c, d, source, e, f, g, h, i, j], sort_keys }
    })
}

/// Documents with the keys 0, 1, 2 …
pub fn any_documents(count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<Document>> {
    prop::collection::vec(any_document(Just(String::new())), count).prop_map(|mut documents| {
        for (at, document) in documents.iter_mut().enumerate() {
            document.values[0] = Value::Text(at.to_string());
        }
        documents
    })
}

/// A document as its segment gives it back: without what is not stored.
pub fn as_stored(document: &Document) -> Document {
    let kept = schema().fields.into_iter().zip(&document.values);
    let values = kept.map(|(field, value)| if field.stored { value.clone() } else { Value::Null });
    Document { values: values.collect(), sort_keys: Vec::new() }
}

/// The analysis of a field's values, 100 positions apart; `None` when it has none.
pub fn analyse(value: &Value, analyzer: &Arc<dyn Analyzer>) -> Option<(Analyzed, Arc<crate::text::forms::Forms>)> {
    let mut parts = Vec::new();
    let texts: Vec<&str> = value.texts().collect();
    let forms = analyzer.analyze_many(&texts, &mut parts).unwrap();
    let (first, others) = parts.split_first().filter(|_| !texts.is_empty())?;
    let mut whole = first.clone();
    others.iter().for_each(|part| whole.append(part, 100));
    Some((whole, forms))
}

/// A segment of these documents, in memory; sequence numbers from `first`, two apart.
pub fn builder(documents: &[Document], analyzers: &Analyzers, first: u64) -> SegmentBuilder {
    let mut builder = SegmentBuilder::new(Arc::new(schema()));
    for (document, sequence) in documents.iter().zip((first..).step_by(2)) {
        let analysed: Vec<_> = document
            .values
            .iter()
            .zip(analyzers)
            .map(|(value, analyzer)| analyzer.as_ref().and_then(|analyzer| analyse(value, analyzer)))
            .collect();
        let fields = analysed.iter().map(|field| field.as_ref().map(|(analyzed, forms)| (analyzed, forms))).collect();
        builder.add(document, &AnalyzedFields { fields }, sequence).unwrap();
    }
    builder
}

/// Every term with the documents it stands in and its positions there.
pub type Dump = BTreeMap<Vec<u8>, Vec<(u32, Vec<u32>)>>;

/// All terms of a segment, read by cursors.
pub fn dump(segment: &Segment) -> Dump {
    let mut dump = Dump::new();
    let mut stream = segment.terms().stream();
    while let Some((term, info)) = stream.next().unwrap() {
        let (mut cursor, mut list, mut positions) = (segment.postings(&info), Vec::new(), Vec::new());
        while cursor.doc() != NO_MORE {
            cursor.positions(&mut positions);
            let frequency = if positions.is_empty() { 1 } else { positions.len() };
            assert_eq!(cursor.frequency() as usize, frequency);
            list.push((cursor.doc(), positions.clone()));
            cursor.next();
        }
        assert!(!cursor.is_broken());
        assert_eq!(info.document_frequency as usize, list.len());
        dump.insert(term.to_vec(), list);
    }
    dump
}

/// What `dump` must give for a segment of these documents.
pub fn naive_dump(documents: &[Document], analyzers: &Analyzers) -> Dump {
    let mut dump = Dump::new();
    let mut term = Vec::new();
    for (number, document) in (0u32..).zip(documents) {
        for ((id, field), value) in schema().iter().zip(&document.values) {
            let mut found: BTreeMap<(KeyKind, String), Vec<u32>> = BTreeMap::new();
            if field.kind == FieldKind::Keyword {
                value.texts().for_each(|text| {
                    found.insert((KeyKind::Value, text.to_owned()), Vec::new());
                });
            } else if let Some((analyzed, forms)) =
                analyzers[usize::from(id)].as_ref().and_then(|analyzer| analyse(value, analyzer))
            {
                let view = forms.view();
                for token in &analyzed.tokens {
                    let keys = view.keys(token.form);
                    let others = keys.clone().any(|key| key.kind != KeyKind::Surface);
                    for key in keys.filter(|key| field.exact || !others || key.kind != KeyKind::Surface) {
                        let positions = found.entry((key.kind, key.text.to_string())).or_default();
                        if !positions.contains(&token.position) {
                            positions.push(token.position);
                        }
                    }
                }
            }
            for ((kind, text), positions) in found {
                terms::encode(id, kind, &text, &mut term);
                dump.entry(term.clone()).or_default().push((number, positions));
            }
        }
    }
    dump
}
