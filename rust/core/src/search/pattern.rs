//! Words by a pattern: few keys make a word with many alternatives, many make a set of documents with a constant score.

use std::collections::BTreeSet;

use super::clause::Word;
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

/// The keys of one pattern while they are collected.
struct Keys {
    different: BTreeSet<(KeyKind, Box<str>)>,
    by_field: Vec<BTreeSet<(KeyKind, Box<str>)>>,
}

impl Keys {
    /// Remembers a key of a field; nothing more once there are too many.
    fn insert(&mut self, field: usize, kind: KeyKind, text: &str) {
        if self.different.len() <= MAX_SCORED_KEYS {
            self.different.insert((kind, text.into()));
            self.by_field[field].insert((kind, text.into()));
        }
    }
}

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
        let mut keys = Keys { different: BTreeSet::new(), by_field: vec![BTreeSet::new(); fields.len()] };
        let mut lists: Vec<Vec<TermInfo>> = vec![Vec::new(); self.snapshot.segments.len()];
        for (at, clause) in fields.iter().enumerate() {
            self.check_clause(clause)?;
            for key in &clause.alternatives {
                keys.insert(at, key.kind, &key.text);
            }
            for (segment, into) in lists.iter_mut().enumerate() {
                for &kind in kinds {
                    self.matching_terms(&matcher, segment, clause.field, kind, |text, info| {
                        keys.insert(at, kind, text);
                        into.push(info);
                    })?;
                }
            }
        }
        let found = if keys.different.len() <= MAX_SCORED_KEYS {
            let clauses: Vec<FieldClause> = fields
                .iter()
                .zip(&keys.by_field)
                .filter_map(|(clause, keys)| with_keys(clause, &matcher, kinds, keys))
                .collect();
            if clauses.is_empty() {
                Found::Many(vec![Vec::new(); lists.len()])
            } else {
                Found::Few(self.word(&clauses)?)
            }
        } else {
            self.add_own_keys(fields, &mut lists)?;
            Found::Many(lists)
        };
        Ok(PatternNode { matcher, kinds: kinds.to_vec(), fields: fields.to_vec(), found })
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

/// The field with the keys that its segments have and its own: a key found by the pattern counts fully, one that only the
/// pattern's own text has counts as given. `None` without any.
fn with_keys(
    clause: &FieldClause,
    matcher: &Matcher,
    kinds: &[KeyKind],
    keys: &BTreeSet<(KeyKind, Box<str>)>,
) -> Option<FieldClause> {
    let weight = |kind: KeyKind, text: &str| {
        if kinds.contains(&kind) && matcher.matches(text) {
            return 1.0;
        }
        let own = clause.alternatives.iter().filter(|own| own.kind == kind && own.text == text);
        own.map(|own| own.weight).fold(0.0, f32::max)
    };
    let alternatives: Vec<Alternative> = keys
        .iter()
        .map(|(kind, text)| Alternative { kind: *kind, text: text.to_string(), weight: weight(*kind, text) })
        .collect();
    (!alternatives.is_empty()).then_some(FieldClause { alternatives, ..*clause })
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
