//! The naive engine: plain vectors of keys, every document looked at, the formula written out in double precision. It
//! takes from the index only which documents lie where, and shares no code with the search.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::postings::norm;
use crate::text::token::Analyzed;

/// The keys at every position of a text.
#[derive(Default)]
struct Text {
    keys: Vec<(u32, KeyKind, String)>,
    length: u32,
}

impl Text {
    fn positions(&self, key: &Alternative) -> BTreeSet<u32> {
        self.keys.iter().filter(|(_, kind, text)| *kind == key.kind && *text == key.text).map(|key| key.0).collect()
    }

    fn frequency(&self, key: &Alternative) -> usize {
        self.positions(key).len()
    }
}

struct Doc {
    source: Source,
    texts: BTreeMap<FieldId, Text>,
    live: bool,
    address: Address,
}

pub struct Naive {
    docs: Vec<Doc>,
    k1: f64,
    b: f64,
}

/// In how many intervals slots meet, from the positions of each.
type Count<'a> = &'a dyn Fn(&[Vec<u32>], &[Slot]) -> usize;

impl Naive {
    pub fn new(indexed: &Indexed, sources: &[Source], k1: f32, b: f32) -> Self {
        let analyzers = analyzers();
        let doc = |address: Address| {
            let source = sources[indexed.id(address)].clone();
            let mut texts = BTreeMap::new();
            for (field, text) in [(TITLE, &source.title), (BODY, &source.body)] {
                let analyzer = analyzers[usize::from(field)].as_ref().unwrap();
                let mut analyzed: Vec<Analyzed> = Vec::new();
                let forms = analyzer.analyze_many(&[text], &mut analyzed).unwrap();
                let mut keys = Vec::new();
                for token in &analyzed[0].tokens {
                    let view = forms.view();
                    keys.extend(view.keys(token.form).map(|key| (token.position, key.kind, key.text.to_owned())));
                }
                if analyzed[0].length > 0 {
                    texts.insert(field, Text { keys, length: analyzed[0].length });
                }
            }
            let live = indexed.snapshot.segments[address.segment as usize].is_live(address.document);
            Doc { source, texts, live, address }
        };
        let docs = indexed.addresses().into_iter().map(doc).collect();
        Self { docs, k1: f64::from(k1), b: f64::from(b) }
    }

    /// Live matches by address, with their scores.
    pub fn search(&self, plan: &Plan) -> BTreeMap<Address, f64> {
        let live = self.docs.iter().filter(|doc| doc.live);
        live.filter_map(|doc| Some((doc.address, self.score(plan, doc)?))).collect()
    }

    /// The sources of live documents, by address.
    pub fn live(&self) -> impl Iterator<Item = (Address, &Source)> {
        self.docs.iter().filter(|doc| doc.live).map(|doc| (doc.address, &doc.source))
    }

    fn idf(&self, keys: &[(FieldId, Alternative)]) -> f64 {
        let frequency = |(field, key): &(FieldId, Alternative)| {
            self.docs.iter().filter(|doc| doc.texts.get(field).is_some_and(|text| text.frequency(key) > 0)).count()
        };
        let df = keys.iter().map(frequency).max().unwrap_or(0) as f64;
        (1.0 + (self.docs.len() as f64 - df + 0.5) / (df + 0.5)).ln()
    }

    fn length_factor(&self, field: FieldId, text: &Text) -> f64 {
        let lengths: Vec<f64> =
            self.docs.iter().filter_map(|doc| Some(f64::from(doc.texts.get(&field)?.length))).collect();
        let average = lengths.iter().sum::<f64>() / lengths.len() as f64;
        1.0 - self.b + self.b * f64::from(norm::decode(norm::encode(text.length))) / average
    }

    /// idf · x / (x + k1) with x = Σ weight · tf / length factor; `None` when tf is 0 in every field.
    fn saturated(&self, idf: f64, fields: &[(FieldId, f32, f64)], doc: &Doc) -> Option<f64> {
        let x: f64 = fields
            .iter()
            .filter(|field| field.2 > 0.0)
            .map(|&(field, weight, tf)| f64::from(weight) * tf / self.length_factor(field, &doc.texts[&field]))
            .sum();
        (x > 0.0).then(|| idf * x / (x + self.k1))
    }

    fn word(&self, fields: &[FieldClause], doc: &Doc) -> Option<f64> {
        let keys: Vec<(FieldId, Alternative)> = fields
            .iter()
            .flat_map(|clause| clause.alternatives.iter().map(|key| (clause.field, key.clone())))
            .collect();
        let tf = |clause: &FieldClause| {
            let Some(text) = doc.texts.get(&clause.field) else { return 0.0 };
            let weighed = clause.alternatives.iter().map(|key| f64::from(key.weight) * text.frequency(key) as f64);
            weighed.fold(0.0, f64::max)
        };
        let found: Vec<_> = fields.iter().map(|clause| (clause.field, clause.weight, tf(clause))).collect();
        self.saturated(self.idf(&keys), &found, doc)
    }

    fn phrase(&self, fields: &[PhraseField], doc: &Doc, count: Count<'_>) -> Option<f64> {
        let longest = fields.iter().map(|field| field.slots.len()).max().unwrap_or(0);
        let mut idf = 0.0;
        for slot in 0..longest {
            let of_field = |field: &PhraseField| {
                let keys = field.slots.get(slot).map(|slot| slot.alternatives.clone()).unwrap_or_default();
                keys.into_iter().map(|key| (field.field, key)).collect::<Vec<_>>()
            };
            idf += self.idf(&fields.iter().flat_map(of_field).collect::<Vec<_>>());
        }
        let tf = |field: &PhraseField| {
            let Some(text) = doc.texts.get(&field.field) else { return 0.0 };
            let slot = |slot: &Slot| -> Vec<u32> {
                let all: BTreeSet<u32> = slot.alternatives.iter().flat_map(|key| text.positions(key)).collect();
                all.into_iter().collect()
            };
            let slots: Vec<Vec<u32>> = field.slots.iter().map(slot).collect();
            count(&slots, &field.slots) as f64
        };
        let found: Vec<_> = fields.iter().map(|field| (field.field, field.weight, tf(field))).collect();
        self.saturated(idf, &found, doc)
    }

    fn pattern(
        &self,
        fields: &[FieldClause],
        kinds: &[KeyKind],
        matches: &dyn Fn(&str) -> bool,
        doc: &Doc,
    ) -> Option<f64> {
        let mut different = BTreeSet::new();
        let mut clauses = fields.to_vec();
        for clause in &mut clauses {
            let texts = self.docs.iter().filter_map(|doc| doc.texts.get(&clause.field));
            let all: BTreeSet<_> = texts.flat_map(|text| &text.keys).map(|key| (key.1, key.2.clone())).collect();
            let found = all.into_iter().filter(|(kind, text)| kinds.contains(kind) && matches(text));
            clause.alternatives.extend(found.map(|(kind, text)| Alternative { kind, text, weight: 1.0 }));
            different.extend(clause.alternatives.iter().map(|key| (key.kind, key.text.clone())));
        }
        let score = self.word(&clauses, doc);
        if different.len() <= 64 { score } else { score.map(|_| 1.0) }
    }

    fn score(&self, plan: &Plan, doc: &Doc) -> Option<f64> {
        let values = |field: FieldId| -> Vec<&String> {
            match field {
                TAGS => doc.source.tags.iter().collect(),
                _ => doc.source.source.iter().collect(),
            }
        };
        match plan {
            Plan::Everything => Some(1.0),
            Plan::Nothing => None,
            Plan::Word(fields) => self.word(fields, doc),
            Plan::Phrase { fields, slop } => self.phrase(fields, doc, &|slots, wanted| {
                let gaps: Vec<u32> = wanted.windows(2).map(|pair| pair[1].offset - pair[0].offset).collect();
                let spans = chosen(slots).into_iter().filter(|places| {
                    places.windows(2).zip(&gaps).all(|(pair, &gap)| pair[0] < pair[1] && pair[1] - pair[0] >= gap)
                });
                minimal(spans).into_iter().filter(|(s, e)| e - s - gaps.iter().sum::<u32>() <= *slop).count()
            }),
            Plan::Near { fields, distance } => self.phrase(fields, doc, &|slots, _| {
                let different = |places: &Vec<u32>| places.iter().collect::<BTreeSet<_>>().len() == places.len();
                let spans = chosen(slots).into_iter().filter(different);
                minimal(spans).into_iter().filter(|(s, e)| e - s <= *distance).count()
            }),
            Plan::Pattern { fields, kinds, pattern } => {
                self.pattern(fields, kinds, &|text| matches(pattern, text), doc)
            }
            Plan::Value { field, text } => values(*field).contains(&text).then_some(1.0),
            Plan::ValuePattern { field, pattern } => {
                values(*field).iter().any(|value| matches(pattern, value)).then_some(1.0)
            }
            Plan::ValueRange { field, low, high } => {
                let above = |value: &String| {
                    low.as_ref().is_none_or(|(low, included)| value > low || (*included && value == low))
                };
                let below = |value: &String| {
                    high.as_ref().is_none_or(|(high, included)| value < high || (*included && value == high))
                };
                values(*field).into_iter().any(|value| above(value) && below(value)).then_some(1.0)
            }
            Plan::NumberRange { low, high, .. } => {
                doc.source.price.is_some_and(|price| (*low..=*high).contains(&price)).then_some(1.0)
            }
            Plan::Boolean { must, should, must_not, filter, minimum } => {
                if must.len() + should.len() + must_not.len() + filter.len() == 0 {
                    return None;
                }
                let required = filter.iter().all(|plan| self.score(plan, doc).is_some());
                if !required || must_not.iter().any(|plan| self.score(plan, doc).is_some()) {
                    return None;
                }
                let must_scores: Option<Vec<f64>> = must.iter().map(|plan| self.score(plan, doc)).collect();
                let should_scores: Vec<f64> = should.iter().filter_map(|plan| self.score(plan, doc)).collect();
                let minimum = match (should.is_empty(), must.is_empty() && filter.is_empty()) {
                    (true, _) => 0,
                    (_, true) => (*minimum).max(1),
                    _ => *minimum,
                };
                (should_scores.len() >= minimum as usize)
                    .then(|| Some(must_scores?.iter().sum::<f64>() + should_scores.iter().sum::<f64>()))?
            }
            Plan::Boost(plan, factor) => Some(f64::from(*factor) * self.score(plan, doc)?),
        }
    }
}

/// Every choice of one position of each slot.
fn chosen(slots: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut choices: Vec<Vec<u32>> = vec![Vec::new()];
    for slot in slots {
        choices = choices
            .iter()
            .flat_map(|choice| slot.iter().map(|&position| [choice.as_slice(), &[position]].concat()))
            .collect();
    }
    choices
}

fn minimal(choices: impl Iterator<Item = Vec<u32>>) -> Vec<(u32, u32)> {
    let spans: BTreeSet<(u32, u32)> =
        choices.map(|choice| (*choice.iter().min().unwrap(), *choice.iter().max().unwrap())).collect();
    let inside = |one: &(u32, u32), other: &(u32, u32)| one != other && other.0 <= one.0 && one.1 <= other.1;
    spans.iter().copied().filter(|span| !spans.iter().any(|other| inside(other, span))).collect()
}

fn matches(pattern: &crate::terms::Pattern, text: &str) -> bool {
    use crate::terms::Pattern;
    fn wild(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|at| wild(rest, &text[at..])),
            Some(('?', rest)) => !text.is_empty() && wild(rest, &text[1..]),
            Some((plain, rest)) => text.first() == Some(plain) && wild(rest, &text[1..]),
        }
    }
    match pattern {
        Pattern::Prefix(prefix) => text.starts_with(prefix.as_str()),
        Pattern::Wildcard(pattern) => wild(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>()),
        other => panic!("the naive engine has no {other:?}"),
    }
}
