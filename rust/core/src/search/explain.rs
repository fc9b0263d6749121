//! Why a document has its score: the slow path that recomputes it from tf, length, df and averages.
//!
//! It looks every list up again and walks no cursor of a search; only the formula itself (`bm25`) and the meeting of
//! positions (`intervals`) are shared, so that the same numbers come out to the last bit.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::bm25::{FieldTable, Parameters, length_factor, saturate};
use super::clause::Word;
use super::clock::Clock;
use super::compile::{Boolean, Compiler, Execution, Node};
use super::cursor::Scratch;
use super::pattern::{Found, MAX_SCORED_KEYS};
use super::phrase::{Phrase, Places, Shape, Union};
use super::plan::{Alternative, Plan};
use super::values::broken;
use crate::Result;
use crate::index::{Address, Snapshot};
use crate::postings::norm;
use crate::schema::FieldId;

/// A number, what it is, and what it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The number.
    pub value: f32,
    /// What it is, in words of the formula, with the field's name and the keys.
    pub text: String,
    /// What it was made from.
    pub details: Vec<Explanation>,
}

impl Explanation {
    fn new(value: f32, text: impl Into<String>, details: Vec<Explanation>) -> Self {
        Self { value, text: text.into(), details }
    }

    fn leaf(value: f32, text: impl Into<String>) -> Self {
        Self::new(value, text, Vec::new())
    }
}

/// Explains the score of a document; `None` when the plan does not match it, or it was deleted, or there is none at the
/// address. The value equals what [`super::search`] gives, bit for bit. Errors as those of `search`, but for the timeout.
pub fn explain(
    snapshot: &Arc<Snapshot>,
    plan: &Plan,
    address: Address,
    k1: f32,
    b: f32,
) -> Result<Option<Explanation>> {
    let parameters = Parameters::new(k1, b)?;
    let (clock, scratch) = (Clock::endless(), Scratch::new());
    let node = Compiler::new(snapshot, parameters, &clock).compile(plan)?;
    match snapshot.segments.get(address.segment as usize) {
        Some(view) if address.document < view.segment.document_count() && view.is_live(address.document) => {}
        _ => return Ok(None),
    }
    let execution = Execution { snapshot, scratch: &scratch, clock: &clock };
    let explainer = Explainer {
        execution,
        parameters,
        segment: address.segment as usize,
        doc: address.document,
        documents: snapshot.max_document_count(),
    };
    let explanation = explainer.node(&node)?;
    Ok(explanation.map(|explanation| {
        if plan.is_scored() {
            return explanation;
        }
        let text = "0: the query only chooses documents and ranks none; they come in the order of adding";
        Explanation::new(0.0, text, vec![explanation])
    }))
}

struct Explainer<'a> {
    execution: Execution<'a>,
    parameters: Parameters,
    segment: usize,
    doc: u32,
    documents: u64,
}

impl Explainer<'_> {
    fn node(&self, node: &Node) -> Result<Option<Explanation>> {
        Ok(match node {
            Node::Everything => Some(Explanation::leaf(1.0, "1: every document matches")),
            Node::Nothing => None,
            Node::Word(word) => self.word(word)?,
            Node::Phrase(phrase) => self.phrase(phrase)?,
            Node::Pattern(pattern) => match &pattern.found {
                Found::Few(word) => self.word(word)?,
                Found::Many(_) => {
                    let text =
                        format!("1: the pattern matches more than {MAX_SCORED_KEYS} keys, which are not weighed");
                    self.constant(node, text)?
                }
            },
            Node::Values(values) => {
                let name = self.name(values.field);
                self.constant(node, format!("1: field {name:?} has {}", values.description))?
            }
            Node::NumberRange { field, low, high } => {
                let name = self.name(*field);
                self.constant(node, format!("1: field {name:?} lies between {low} and {high} as stored in its column"))?
            }
            Node::Boolean(boolean) => self.boolean(boolean)?,
            Node::Boost(node, factor) => self.node(node)?.map(|inner| boosted(*factor, inner)),
        })
    }

    fn name(&self, field: FieldId) -> &str {
        &self.execution.snapshot.schema.field(field).name
    }

    fn constant(&self, node: &Node, text: String) -> Result<Option<Explanation>> {
        Ok(self.matches(node)?.then(|| Explanation::leaf(1.0, text)))
    }

    fn matches(&self, node: &Node) -> Result<bool> {
        let Some(mut cursor) = node.open(self.execution, self.segment, false)? else { return Ok(false) };
        let found = cursor.seek(self.doc) == self.doc && cursor.matches();
        if cursor.is_broken() { Err(broken(self.execution.snapshot, self.segment)) } else { Ok(found) }
    }

    fn boolean(&self, boolean: &Boolean) -> Result<Option<Explanation>> {
        let all = [&boolean.must, &boolean.should, &boolean.filter, &boolean.must_not];
        if all.iter().all(|nodes| nodes.is_empty()) {
            return Ok(None);
        }
        for node in &boolean.filter {
            if !self.matches(node)? {
                return Ok(None);
            }
        }
        for node in &boolean.must_not {
            if self.matches(node)? {
                return Ok(None);
            }
        }
        let mut musts = Vec::new();
        for node in &boolean.must {
            let Some(explanation) = self.node(node)? else { return Ok(None) };
            musts.push(explanation);
        }
        let mut shoulds = Vec::new();
        for node in &boolean.should {
            shoulds.extend(self.node(node)?);
        }
        if shoulds.len() < boolean.minimum as usize {
            return Ok(None);
        }
        let round = |part: f32| boolean.grain.round(part);
        // An empty `sum()` of floats is -0.
        let sum = |parts: &[Explanation]| parts.iter().fold(0.0, |sum, part| sum + round(part.value));
        // A `should` that is required beside a `must` is one clause of its own.
        let own = boolean.minimum > 0 && !musts.is_empty();
        let value = sum(&musts) + if own { round(sum(&shoulds) as f32) } else { sum(&shoulds) };
        let text = format!(
            "sum of {} clauses that must match and {} of {} that may",
            musts.len(),
            shoulds.len(),
            boolean.should.len()
        );
        musts.append(&mut shoulds);
        Ok(Some(Explanation::new(value as f32, text, musts)))
    }

    fn norm(&self, field: FieldId) -> u8 {
        let norms = self.execution.snapshot.segments[self.segment].segment.norms(field);
        norms.get(self.doc as usize).copied().unwrap_or(0)
    }

    /// What a field adds to the sum that is saturated: tf · weight / (k1 · length factor).
    fn field(&self, field: FieldId, weight: f32, table: &FieldTable, tf: Explanation) -> Explanation {
        let Parameters { k1, b } = self.parameters;
        let (norm, average) = (self.norm(field), table.average());
        let factor = length_factor(norm, average, b);
        let value = tf.value * (weight / (k1 * factor));
        let length = norm::decode(norm);
        let name = self.name(field);
        let text = format!("field {name:?}: tf · weight / (k1 · (1 − b + b · length / average))");
        let details = vec![
            tf,
            Explanation::leaf(weight, "weight of the field"),
            Explanation::leaf(k1, "k1, how slowly repetition stops to count"),
            Explanation::leaf(b, "b, how much the length counts"),
            Explanation::leaf(
                length as f32,
                format!("length of the field in the document, in positions (norm {norm})"),
            ),
            Explanation::leaf(average, "average length of the field"),
        ];
        Explanation::new(value, text, details)
    }

    fn idf(&self, idf: f32, document_frequency: u64, what: &str) -> Explanation {
        let text = format!("idf = ln(1 + (N − df + 0.5) / (df + 0.5)) of {what}");
        let details = vec![
            Explanation::leaf(document_frequency as f32, "df, the documents that have its most frequent key"),
            Explanation::leaf(self.documents as f32, "N, the documents of the index"),
        ];
        Explanation::new(idf, text, details)
    }

    fn word(&self, word: &Word) -> Result<Option<Explanation>> {
        let reader = &self.execution.snapshot.segments[self.segment].segment;
        let mut fields = Vec::new();
        for (at, field) in word.fields.iter().enumerate() {
            let mut keys = Vec::new();
            let mut tf = 0.0f32;
            for list in word.lists[self.segment].iter().filter(|list| list.field == at) {
                let mut cursor = reader.postings(&list.info);
                let here = cursor.seek(self.doc) == self.doc;
                let frequency = if here { cursor.frequency() } else { 0 };
                if cursor.is_broken() {
                    return Err(broken(self.execution.snapshot, self.segment));
                }
                if here {
                    let key = &field.alternatives[list.alternative];
                    let value = key.weight * frequency as f32;
                    tf = tf.max(value);
                    let text = format!("{}: {} · frequency {frequency}", key_text(key), key.weight);
                    keys.push(Explanation::leaf(value, text));
                }
            }
            if tf > 0.0 {
                let tf = Explanation::new(tf, "tf, the largest weight · frequency of a key", keys);
                fields.push(self.field(field.field, field.weight, &field.table, tf));
            }
        }
        let keys = word.fields.iter().flat_map(|field| &field.alternatives).map(key_text);
        let what = format!("word {}", unique(keys));
        let idf = self.idf(word.idf, word.document_frequency, &what);
        Ok(clause(what, vec![idf], word.idf, fields, word.boost))
    }

    fn phrase(&self, phrase: &Phrase) -> Result<Option<Explanation>> {
        let reader = &self.execution.snapshot.segments[self.segment].segment;
        let mut fields = Vec::new();
        let mut places = Places::default();
        for (field, lists) in phrase.fields.iter().zip(&phrase.lists[self.segment]) {
            let Some(lists) = lists else { continue };
            let open = |infos: &Vec<_>| Union::open(infos, reader, &field.table);
            let mut slots: Vec<Union<'_>> = lists.iter().map(open).collect();
            let all = slots.iter_mut().map(|slot| slot.seek(self.doc)).all(|doc| doc == self.doc);
            let frequency = if all {
                places.load(&mut slots, self.doc);
                places.count(phrase.shape, &field.offsets)
            } else {
                0
            };
            if slots.iter().any(Union::is_broken) {
                return Err(broken(self.execution.snapshot, self.segment));
            }
            if frequency > 0 {
                let tf = Explanation::leaf(frequency as f32, "tf, the smallest intervals that hold all words");
                fields.push(self.field(field.field, field.weight, &field.table, tf));
            }
        }
        let slot = |at: usize| {
            let slots = phrase.fields.iter().filter_map(|field| field.slots.get(at));
            unique(slots.flat_map(|slot| &slot.alternatives).map(key_text))
        };
        let idfs = phrase.slot_idfs.iter().zip(&phrase.document_frequencies).enumerate();
        let idfs = idfs.map(|(at, (&idf, &frequency))| self.idf(idf, frequency, &slot(at))).collect();
        let what = match phrase.shape {
            Shape::Phrase { slop } => format!("phrase with at most {slop} extra positions"),
            Shape::Near { distance } => format!("words within {distance} positions"),
        };
        let idf = Explanation::new(phrase.idf, "idf of the phrase, the sum of its words'", idfs);
        Ok(clause(what, vec![idf], phrase.idf, fields, phrase.boost))
    }
}

/// The score of a clause from its idf and its fields; `None` without any field.
fn clause(
    what: String,
    mut details: Vec<Explanation>,
    idf: f32,
    mut fields: Vec<Explanation>,
    boost: f32,
) -> Option<Explanation> {
    if fields.is_empty() {
        return None;
    }
    let sum = fields.iter().fold(0.0, |sum, field| sum + field.value);
    details.append(&mut fields);
    let score = Explanation::new(saturate(idf, sum), format!("{what}: idf − idf / (1 + sum over fields)"), details);
    Some(if boost == 1.0 { score } else { boosted(boost, score) })
}

fn boosted(factor: f32, inner: Explanation) -> Explanation {
    Explanation::new(factor * inner.value, format!("weight in the query {factor} · score"), vec![inner])
}

fn key_text(key: &Alternative) -> String {
    format!("{} {:?}", key.kind.name(), key.text)
}

/// Different texts in order of appearance, with bars between.
fn unique(texts: impl Iterator<Item = String>) -> String {
    let mut seen = FxHashSet::default();
    let different: Vec<String> = texts.filter(|text| seen.insert(text.clone())).collect();
    different.join(" | ")
}
