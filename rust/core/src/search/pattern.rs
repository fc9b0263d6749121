//! Words by a pattern: few keys make a word with many alternatives, many make a set of documents with a constant score.

use std::collections::BTreeMap;

use super::clause::{Word, WordField, WordList};
use super::compile::{Compiler, Execution};
use super::cursor::Cursor;
use super::plan::{Alternative, FieldClause};
use super::values::{self, Gathered};
use crate::postings::TermInfo;
use crate::schema::FieldId;
use crate::terms::Pattern;
use crate::terms::pattern::Matcher;
use crate::text::token::KeyKind;
use crate::{Error, Result};

/// At most so many different keys (kind and text, over all fields and segments) are scored like a word.
pub(super) const MAX_SCORED_KEYS: usize = 64;

/// A pattern with the keys that it finds in a snapshot.
pub(super) struct PatternNode {
    pub(super) matcher: Matcher,
    pub(super) kinds: Vec<KeyKind>,
    /// The fields and the keys of the pattern's own text.
    pub(super) fields: Vec<FieldClause>,
    pub(super) found: Found,
}

/// What a pattern finds.
pub(super) enum Found {
    /// Few keys, scored as one word.
    Few(Word),
    /// Many keys: the lists of each segment.
    Many(Vec<Vec<TermInfo>>),
}

/// The different keys of one pattern while they are collected, with the field, segment and list of each place.
type Keys = BTreeMap<(KeyKind, Box<str>), Vec<(usize, usize, TermInfo)>>;

impl Compiler<'_> {
    pub(super) fn pattern(
        &mut self,
        fields: &[FieldClause],
        kinds: &[KeyKind],
        pattern: &Pattern,
    ) -> Result<PatternNode> {
        if fields.is_empty() || (kinds.is_empty() && fields.iter().all(|field| field.alternatives.is_empty())) {
            let what = "a pattern is searched in no field or over no kind of key; name at least one";
            return Err(Error::UnsupportedQuery(what.to_owned()));
        }
        let matcher = Matcher::new(pattern)?;
        let mut keys = Keys::new();
        let mut lists: Vec<Vec<TermInfo>> = vec![Vec::new(); self.snapshot.segments.len()];
        for clause in fields {
            self.check_clause(clause)?;
            for key in &clause.alternatives {
                keys.entry((key.kind, key.text.as_str().into())).or_default();
            }
        }
        for (at, clause) in fields.iter().enumerate() {
            for (segment, into) in lists.iter_mut().enumerate() {
                for &kind in kinds {
                    self.matching_terms(&matcher, segment, clause.field, kind, |text, info| {
                        // Nothing is remembered of the keys once they are too many.
                        if keys.len() <= MAX_SCORED_KEYS {
                            keys.entry((kind, text.into())).or_default().push((at, segment, info));
                        }
                        into.push(info);
                    })?;
                }
            }
        }
        let found = if keys.len() > MAX_SCORED_KEYS {
            self.add_own_keys(fields, &mut lists)?;
            Found::Many(lists)
        } else {
            match self.word_of_keys(fields, kinds, &matcher, &keys)? {
                Some(word) => Found::Few(word),
                None => Found::Many(vec![Vec::new(); lists.len()]),
            }
        };
        Ok(PatternNode { matcher, kinds: kinds.to_vec(), fields: fields.to_vec(), found })
    }

    /// The word of the keys that each field has and of its own: a key found by the pattern counts fully, one that only the
    /// pattern's own text has counts as given. `None` without any.
    fn word_of_keys(
        &mut self,
        clauses: &[FieldClause],
        kinds: &[KeyKind],
        matcher: &Matcher,
        keys: &Keys,
    ) -> Result<Option<Word>> {
        let mut lists: Vec<Vec<WordList>> = self.snapshot.segments.iter().map(|_| Vec::new()).collect();
        let (mut fields, mut document_frequency) = (Vec::new(), 0);
        let mut looked_up = Vec::new();
        for (at, clause) in clauses.iter().enumerate() {
            let mut alternatives = Vec::new();
            for ((kind, text), places) in keys {
                let own = clause.alternatives.iter().filter(|own| own.kind == *kind && own.text == **text);
                let own = own.map(|own| own.weight).reduce(f32::max);
                let found = places.iter().filter(|place| place.0 == at).map(|&(_, segment, info)| (segment, info));
                looked_up.clear();
                looked_up.extend(found);
                let is_found = !looked_up.is_empty();
                if !is_found && own.is_none() {
                    continue;
                }
                let fully = is_found || (kinds.contains(kind) && matcher.matches(text));
                let weight = own.filter(|_| !fully).unwrap_or(1.0);
                let key = Alternative { kind: *kind, text: text.to_string(), weight };
                if !is_found {
                    self.find(clause.field, &key, &mut looked_up)?;
                }
                let alternative = alternatives.len();
                for &(segment, info) in &looked_up {
                    lists[segment].push(WordList { field: fields.len(), alternative, info });
                }
                let frequencies = looked_up.iter().map(|(_, info)| u64::from(info.document_frequency));
                document_frequency = document_frequency.max(frequencies.sum());
                alternatives.push(key);
            }
            if !alternatives.is_empty() {
                let (field, weight) = (clause.field, clause.weight);
                fields.push(WordField { field, weight, alternatives, table: self.table(field, weight) });
            }
        }
        Ok((!fields.is_empty()).then(|| self.word_of(fields, document_frequency, lists)))
    }

    /// Calls `visit` with every matching key of a field and kind in a segment.
    pub(super) fn matching_terms(
        &self,
        matcher: &Matcher,
        segment: usize,
        field: FieldId,
        kind: KeyKind,
        mut visit: impl FnMut(&str, TermInfo),
    ) -> Result<()> {
        let mut gathered = Gathered::new(self.clock);
        let terms = self.snapshot.segments[segment].segment.terms();
        matcher.for_each(terms, field, kind, |text, info| {
            visit(text, info);
            gathered.goes_on()
        })?;
        gathered.finish()
    }

    fn add_own_keys(&self, fields: &[FieldClause], lists: &mut [Vec<TermInfo>]) -> Result<()> {
        let mut term = Vec::new();
        for clause in fields {
            for key in &clause.alternatives {
                crate::terms::encode(clause.field, key.kind, &key.text, &mut term);
                for (view, into) in self.snapshot.segments.iter().zip(lists.iter_mut()) {
                    into.extend(view.segment.terms().get(&term)?);
                }
            }
        }
        Ok(())
    }
}

impl PatternNode {
    /// No document scores above this.
    pub(super) fn most(&self) -> f64 {
        match &self.found {
            Found::Few(word) => f64::from(word.boost) * f64::from(word.idf),
            Found::Many(_) => 1.0,
        }
    }

    /// Its cursor in a segment; `None` when the segment has none of its keys.
    pub(super) fn open<'a>(&'a self, execution: Execution<'a>, segment: usize) -> Result<Option<Box<dyn Cursor + 'a>>> {
        match &self.found {
            Found::Few(word) => Ok(word.open(execution, segment).map(|cursor| Box::new(cursor) as Box<dyn Cursor>)),
            Found::Many(lists) => values::open_lists(&lists[segment], execution, segment),
        }
    }
}
