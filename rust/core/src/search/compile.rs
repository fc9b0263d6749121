//! From a plan to what can be walked: fields checked, keys looked up in every segment, weights worked out. The plan comes
//! from a caller and is not trusted; a node is right by construction.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::bm25::{FieldTable, Parameters, idf};
use super::boolean::{Boosted, Clauses};
use super::clause::{Word, WordField, WordList};
use super::clock::Clock;
use super::constant::{All, ColumnRange};
use super::cursor::{Cursor, Scratch};
use super::pattern::PatternNode;
use super::phrase::{Phrase, PhraseField, Shape};
use super::plan::{self, Alternative, FieldClause, MAX_DEPTH, Plan};
use super::sum::Grain;
use super::values::Values;
use crate::index::{SegmentView, Snapshot};
use crate::postings::TermInfo;
use crate::schema::{Field, FieldId, FieldKind};
use crate::terms;
use crate::{Error, Result};

/// What every cursor of one search shares.
#[derive(Clone, Copy)]
pub(super) struct Execution<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) scratch: &'a Scratch,
    pub(super) clock: &'a Clock,
}

/// A plan made ready for one snapshot.
pub(super) enum Node {
    Everything,
    Nothing,
    Word(Word),
    Phrase(Phrase),
    Pattern(PatternNode),
    Values(Values),
    NumberRange { field: FieldId, low: i64, high: i64 },
    Boolean(Boolean),
    Boost(Box<Node>, f32),
}

/// The parts of a boolean plan.
pub(super) struct Boolean {
    pub(super) must: Vec<Node>,
    pub(super) should: Vec<Node>,
    pub(super) must_not: Vec<Node>,
    pub(super) filter: Vec<Node>,
    /// How many of `should` must match, 0 when there is none.
    pub(super) minimum: u32,
    /// Of the sum of its scored parts.
    pub(super) grain: Grain,
}

/// Makes nodes of plans.
pub(super) struct Compiler<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) clock: &'a Clock,
    parameters: Parameters,
    documents: u64,
    tables: FxHashMap<(FieldId, u32), Arc<FieldTable>>,
    term: Vec<u8>,
}

fn unsupported<T>(what: String) -> Result<T> {
    Err(Error::UnsupportedQuery(what))
}

fn check_positive(weight: f32, what: &str, field: &Field) -> Result<()> {
    if weight.is_finite() && weight > 0.0 {
        return Ok(());
    }
    unsupported(format!("field {:?}: the weight of {what} must be a number above 0, found {weight}", field.name))
}

/// The field with this number, which must be one of the kinds; `task` says what it is wanted for.
pub(super) fn checked_field<'a>(
    snapshot: &'a Snapshot,
    field: FieldId,
    kinds: &[FieldKind],
    task: &str,
) -> Result<&'a Field> {
    let fields = &snapshot.schema.fields;
    let Some(found) = fields.get(usize::from(field)) else {
        return unsupported(format!("there is no field number {field}: the schema has {} fields", fields.len()));
    };
    if kinds.contains(&found.kind) {
        return Ok(found);
    }
    let kind = format!("{:?}", found.kind).to_lowercase();
    unsupported(format!("field {:?}: {task} cannot be searched in a {kind} field", found.name))
}

impl<'a> Compiler<'a> {
    /// `Error::UnsupportedQuery` for impossible parameters.
    pub(super) fn new(snapshot: &'a Snapshot, parameters: Parameters, clock: &'a Clock) -> Self {
        let documents = snapshot.max_document_count();
        Self { snapshot, clock, parameters, documents, tables: FxHashMap::default(), term: Vec::new() }
    }

    /// Makes a plan ready. `Error::UnsupportedQuery` for one that cannot be searched, `Error::Timeout`, `Error::Corrupt`.
    pub(super) fn compile(&mut self, plan: &Plan) -> Result<Node> {
        self.compile_at(plan, 0)
    }

    fn compile_at(&mut self, plan: &Plan, depth: u32) -> Result<Node> {
        if depth > MAX_DEPTH {
            return unsupported(format!("the query is nested more than {MAX_DEPTH} levels deep; make it flatter"));
        }
        self.clock.check()?;
        Ok(match plan {
            Plan::Everything => Node::Everything,
            Plan::Nothing => Node::Nothing,
            Plan::Word(fields) => Node::Word(self.word(fields)?),
            Plan::Phrase { fields, slop } => Node::Phrase(self.phrase(fields, Shape::Phrase { slop: *slop })?),
            Plan::Near { fields, distance } => Node::Phrase(self.phrase(fields, Shape::Near { distance: *distance })?),
            Plan::Pattern { fields, kinds, pattern } => Node::Pattern(self.pattern(fields, kinds, pattern)?),
            Plan::Value { field, text } => Node::Values(Values::one(self.snapshot, *field, text)?),
            Plan::ValuePattern { field, pattern } => Node::Values(Values::matching(self, *field, pattern)?),
            Plan::ValueRange { field, low, high } => {
                Node::Values(Values::between(self, *field, low.as_ref(), high.as_ref())?)
            }
            Plan::NumberRange { field, low, high } => {
                let kinds =
                    [FieldKind::Integer, FieldKind::Float, FieldKind::Boolean, FieldKind::Date, FieldKind::DateTime];
                checked_field(self.snapshot, *field, &kinds, "a range of numbers")?;
                Node::NumberRange { field: *field, low: *low, high: *high }
            }
            Plan::Boolean { must, should, must_not, filter, minimum } => {
                let mut all = |plans: &[Plan]| -> Result<Vec<Node>> {
                    plans.iter().map(|plan| self.compile_at(plan, depth + 1)).collect()
                };
                let (must, should, must_not, filter) = (all(must)?, all(should)?, all(must_not)?, all(filter)?);
                let minimum = match (should.is_empty(), must.is_empty() && filter.is_empty()) {
                    (true, _) => 0,
                    (false, true) => (*minimum).max(1),
                    (false, false) => *minimum,
                };
                let grain = Grain::new(must.iter().chain(&should).map(Node::most).sum());
                Node::Boolean(Boolean { must, should, must_not, filter, minimum, grain })
            }
            Plan::Boost(plan, factor) => {
                if !(factor.is_finite() && *factor >= 0.0) {
                    return unsupported(format!("a weight in a query must be a number from 0, found {factor}"));
                }
                match (self.compile_at(plan, depth + 1)?, &**plan) {
                    (Node::Word(word), Plan::Word(_)) => Node::Word(Word { boost: *factor, ..word }),
                    (Node::Phrase(phrase), Plan::Phrase { .. } | Plan::Near { .. }) => {
                        Node::Phrase(Phrase { boost: *factor, ..phrase })
                    }
                    (node, _) => Node::Boost(Box::new(node), *factor),
                }
            }
        })
    }

    /// The table of a field with a weight, shared between clauses.
    pub(super) fn table(&mut self, field: FieldId, weight: f32) -> Arc<FieldTable> {
        let (snapshot, parameters) = (self.snapshot, self.parameters);
        let make = || Arc::new(FieldTable::new(snapshot.statistics(field), weight, parameters));
        self.tables.entry((field, weight.to_bits())).or_insert_with(make).clone()
    }

    /// The posting lists of a key in every segment, as (segment, list), and in how many documents it is.
    pub(super) fn find(
        &mut self,
        field: FieldId,
        key: &Alternative,
        found: &mut Vec<(usize, TermInfo)>,
    ) -> Result<u64> {
        found.clear();
        terms::encode(field, key.kind, &key.text, &mut self.term);
        let mut document_frequency = 0;
        for (segment, view) in self.snapshot.segments.iter().enumerate() {
            if let Some(info) = view.segment.terms().get(&self.term)? {
                document_frequency += u64::from(info.document_frequency);
                found.push((segment, info));
            }
        }
        Ok(document_frequency)
    }

    pub(super) fn check_clause(&self, clause: &FieldClause) -> Result<()> {
        let field = checked_field(self.snapshot, clause.field, &[FieldKind::Text], "a word")?;
        check_positive(clause.weight, "the field", field)?;
        clause.alternatives.iter().try_for_each(|key| check_share(key, field))
    }

    pub(super) fn word(&mut self, clauses: &[FieldClause]) -> Result<Word> {
        if clauses.is_empty() {
            return unsupported("a word is searched in no field at all; name at least one".to_owned());
        }
        let mut lists: Vec<Vec<WordList>> = self.snapshot.segments.iter().map(|_| Vec::new()).collect();
        let (mut fields, mut document_frequency) = (Vec::with_capacity(clauses.len()), 0);
        let mut found = Vec::new();
        for (field, clause) in clauses.iter().enumerate() {
            self.check_clause(clause)?;
            if clause.alternatives.is_empty() {
                let name = &self.snapshot.schema.field(clause.field).name;
                return unsupported(format!("field {name:?}: a word without any keys cannot be searched"));
            }
            for (alternative, key) in clause.alternatives.iter().enumerate() {
                document_frequency = document_frequency.max(self.find(clause.field, key, &mut found)?);
                for &(segment, info) in &found {
                    lists[segment].push(WordList { field, alternative, info });
                }
            }
            fields.push(WordField {
                field: clause.field,
                weight: clause.weight,
                alternatives: clause.alternatives.clone(),
                table: self.table(clause.field, clause.weight),
            });
        }
        Ok(self.word_of(fields, document_frequency, lists))
    }

    /// A word whose keys were looked up.
    pub(super) fn word_of(&self, fields: Vec<WordField>, document_frequency: u64, lists: Vec<Vec<WordList>>) -> Word {
        Word { fields, document_frequency, idf: idf(self.documents, document_frequency), boost: 1.0, lists }
    }

    fn phrase(&mut self, clauses: &[plan::PhraseField], shape: Shape) -> Result<Phrase> {
        if clauses.is_empty() {
            return unsupported("a phrase is searched in no field at all; name at least one".to_owned());
        }
        let mut lists: Vec<Vec<Option<Vec<Vec<TermInfo>>>>> =
            self.snapshot.segments.iter().map(|_| Vec::with_capacity(clauses.len())).collect();
        let (mut fields, mut document_frequencies) = (Vec::with_capacity(clauses.len()), Vec::new());
        let mut found = Vec::new();
        for clause in clauses {
            let field = checked_field(self.snapshot, clause.field, &[FieldKind::Text], "a phrase")?;
            check_positive(clause.weight, "the field", field)?;
            if clause.slots.is_empty() || clause.slots.iter().any(|slot| slot.alternatives.is_empty()) {
                return unsupported(format!("field {:?}: a phrase needs words, each with a key", field.name));
            }
            if let Shape::Phrase { .. } = shape
                && !clause.slots.is_sorted_by(|one, next| one.offset < next.offset)
            {
                return unsupported(format!(
                    "field {:?}: the words of a phrase must stand one after another",
                    field.name
                ));
            }
            document_frequencies.resize(clause.slots.len().max(document_frequencies.len()), 0);
            for by_field in &mut lists {
                by_field.push(Some(vec![Vec::new(); clause.slots.len()]));
            }
            for (at, slot) in clause.slots.iter().enumerate() {
                for key in &slot.alternatives {
                    check_share(key, field)?;
                    let frequency = self.find(clause.field, key, &mut found)?;
                    document_frequencies[at] = frequency.max(document_frequencies[at]);
                    for &(segment, info) in &found {
                        if let Some(Some(slots)) = lists[segment].last_mut() {
                            slots[at].push(info);
                        }
                    }
                }
            }
            for by_field in &mut lists {
                if let Some(slots) = by_field.last_mut()
                    && slots.as_ref().is_some_and(|slots| slots.iter().any(Vec::is_empty))
                {
                    *slots = None;
                }
            }
            fields.push(PhraseField {
                field: clause.field,
                weight: clause.weight,
                slots: clause.slots.clone(),
                offsets: clause.slots.iter().map(|slot| slot.offset).collect(),
                table: self.table(clause.field, clause.weight),
            });
        }
        let slot_idfs: Vec<f32> =
            document_frequencies.iter().map(|&frequency| idf(self.documents, frequency)).collect();
        let idf = slot_idfs.iter().fold(0.0, |sum, one| sum + one);
        Ok(Phrase { shape, fields, document_frequencies, slot_idfs, idf, boost: 1.0, lists })
    }
}

fn check_share(key: &Alternative, field: &Field) -> Result<()> {
    if key.weight > 0.0 && key.weight <= 1.0 {
        return Ok(());
    }
    unsupported(format!(
        "field {:?}: the weight of the key {:?} must be above 0 and at most 1, found {}",
        field.name, key.text, key.weight
    ))
}

impl Node {
    /// No document scores above this, in any segment.
    pub(super) fn most(&self) -> f64 {
        match self {
            Self::Nothing => 0.0,
            Self::Everything | Self::Values(_) | Self::NumberRange { .. } => 1.0,
            Self::Word(word) => f64::from(word.boost) * f64::from(word.idf),
            Self::Phrase(phrase) => f64::from(phrase.boost) * f64::from(phrase.idf),
            Self::Pattern(pattern) => pattern.most(),
            Self::Boolean(Boolean { must, should, .. }) => must.iter().chain(should).map(Self::most).sum(),
            Self::Boost(node, factor) => f64::from(*factor) * node.most(),
        }
    }

    /// How many live documents of a segment match, where that is written in the index.
    pub(super) fn known(&self, segment: usize, view: &SegmentView) -> Option<u64> {
        let only = match self {
            Self::Everything => return Some(u64::from(view.live_count())),
            Self::Word(word) => match &word.lists[segment][..] {
                [list] => &list.info,
                _ => return None,
            },
            Self::Values(values) => values.only_list(segment)?,
            _ => return None,
        };
        view.deleted.is_none().then_some(u64::from(only.document_frequency))
    }

    /// Only those that match a filter too.
    pub(super) fn filtered(self, filter: Self) -> Self {
        match self {
            // A filter makes an optional `should` of one that must match only by its minimum, which stays as it is.
            Self::Boolean(boolean) if boolean.is_empty() => Self::Nothing,
            Self::Boolean(mut boolean) => {
                boolean.filter.push(filter);
                Self::Boolean(boolean)
            }
            node => {
                let grain = Grain::new(node.most());
                let (must, filter) = (vec![node], vec![filter]);
                Self::Boolean(Boolean { must, should: Vec::new(), must_not: Vec::new(), filter, minimum: 0, grain })
            }
        }
    }

    /// A cursor over the documents of a segment, deleted ones included; `None` when there are none for sure.
    pub(super) fn open<'a>(
        &'a self,
        execution: Execution<'a>,
        segment: usize,
        scored: bool,
    ) -> Result<Option<Box<dyn Cursor + 'a>>> {
        fn boxed<'a>(cursor: impl Cursor + 'a) -> Box<dyn Cursor + 'a> {
            Box::new(cursor)
        }
        let reader = &execution.snapshot.segments[segment].segment;
        let documents = reader.document_count();
        Ok(match self {
            Self::Everything => (documents > 0).then(|| boxed(All::new(documents, 1.0))),
            Self::Nothing => None,
            Self::Word(word) => word.open(execution, segment).map(boxed),
            Self::Phrase(phrase) => phrase.open(execution, segment).map(boxed),
            Self::Pattern(pattern) => pattern.open(execution, segment)?,
            Self::Values(values) => values.open(execution, segment)?,
            Self::NumberRange { field, low, high } => {
                reader.numbers(*field).map(|column| boxed(ColumnRange::new(column, *low, *high, documents)))
            }
            Self::Boolean(boolean) => boolean.open(execution, segment, scored)?,
            Self::Boost(node, factor) => match node.open(execution, segment, scored)? {
                Some(inner) if scored => Some(Box::new(Boosted::new(inner, *factor, execution.scratch))),
                inner => inner,
            },
        })
    }
}

impl Boolean {
    /// Whether it has no parts at all, and so matches nothing.
    fn is_empty(&self) -> bool {
        [&self.must, &self.should, &self.must_not, &self.filter].iter().all(|nodes| nodes.is_empty())
    }

    fn open<'a>(
        &'a self,
        execution: Execution<'a>,
        segment: usize,
        scored: bool,
    ) -> Result<Option<Box<dyn Cursor + 'a>>> {
        Ok(self.clauses(execution, segment, scored)?.map(Clauses::into_cursor))
    }

    /// What there is of it in a segment; `None` when it matches nothing there for sure.
    pub(super) fn clauses<'a>(
        &'a self,
        execution: Execution<'a>,
        segment: usize,
        scored: bool,
    ) -> Result<Option<Clauses<'a>>> {
        let documents = execution.snapshot.segments[segment].segment.document_count();
        if self.is_empty() {
            return Ok(None);
        }
        // All of them or, when one has no documents here, none.
        let all = |nodes: &'a [Node], scored| -> Result<Option<Vec<_>>> {
            nodes.iter().map(|node| node.open(execution, segment, scored)).collect()
        };
        let some = |nodes: &'a [Node], scored| -> Result<Vec<_>> {
            nodes.iter().filter_map(|node| node.open(execution, segment, scored).transpose()).collect()
        };
        let (Some(mut must), Some(mut filter)) = (all(&self.must, scored)?, all(&self.filter, false)?) else {
            return Ok(None);
        };
        let (mut minimum, mut should) = (self.minimum, Vec::new());
        if scored || minimum > 0 {
            should = some(&self.should, scored)?;
        }
        if (minimum as usize) > should.len() {
            return Ok(None);
        }
        if must.is_empty() && minimum as usize == should.len() {
            (must, minimum) = (std::mem::take(&mut should), 0);
        }
        let excluded = some(&self.must_not, false)?;
        if must.is_empty() && filter.is_empty() && minimum == 0 {
            if documents == 0 {
                return Ok(None);
            }
            filter.push(Box::new(All::new(documents, 0.0)));
        }
        let (grain, scratch) = (self.grain, execution.scratch);
        Ok(Some(Clauses { must, filter, should, minimum, excluded, grain, documents, scored, scratch }))
    }
}
