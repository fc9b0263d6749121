//! Analyses a batch of documents: all texts of one analyzer in one call, so that morphology is asked once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Analyzers;
use super::shared::Shared;
use crate::Result;
use crate::documents::Document;
use crate::schema::Schema;
use crate::segment::builder::AnalyzedFields;
use crate::text::analyzer::Analyzer;
use crate::text::forms::Forms;
use crate::text::token::Analyzed;

/// The values of a multiple field stand so many positions apart, so that no phrase reaches over.
pub const GAP: u32 = 100;

/// What analyses of more tokens hold is given back before the next.
const MOST_TOKENS: usize = 8 << 20;

/// The analyses of the texts of one analyzer. Its memory is used again from batch to batch.
struct Group {
    analyzer: Arc<dyn Analyzer>,
    analyzed: Vec<Analyzed>,
    forms: Option<Arc<Forms>>,
}

/// Which analyses belong to a field of a document.
#[derive(Clone, Copy)]
struct Place {
    group: usize,
    first: usize,
    count: usize,
}

/// The analyses of some documents, in their order.
#[derive(Default)]
pub struct Analyses {
    groups: Vec<Group>,
    /// For every document its fields.
    places: Vec<Vec<Option<Place>>>,
}

/// Analyses documents for a writer, in any thread and beside it.
#[derive(Clone)]
pub struct BatchAnalyzer {
    shared: Arc<Shared>,
    /// Analyses whose memory is used again.
    spare: Arc<Mutex<Vec<Analyses>>>,
}

impl BatchAnalyzer {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, spare: Arc::default() }
    }

    /// Analyses the texts of these documents, all at a time. `Error::Analysis` when morphology fails.
    pub fn analyze(&self, documents: &[Document]) -> Result<Analyses> {
        let spare = self.spare().pop();
        let mut analyses = spare.unwrap_or_default();
        analyses.analyze(&self.shared.schema, &self.shared.analyzers, documents)?;
        Ok(analyses)
    }

    /// Takes back what is no longer needed.
    pub(super) fn recycle(&self, analyses: Analyses) {
        self.spare().push(analyses);
    }

    /// Whoever panicked with the lock left a list that is whole.
    fn spare(&self) -> MutexGuard<'_, Vec<Analyses>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Analyses {
    /// Analyses the texts of these documents in place of those before.
    fn analyze(&mut self, schema: &Schema, analyzers: &Analyzers, documents: &[Document]) -> Result<()> {
        // After an unusually large text its memory is given back.
        let memory = |group: &Group| group.analyzed.iter().map(|one| one.tokens.capacity()).sum::<usize>();
        self.groups.retain(|group| memory(group) < MOST_TOKENS);
        self.places.clear();
        let mut texts_of: Vec<Vec<&str>> = vec![Vec::new(); self.groups.len()];
        for document in documents {
            let mut places = vec![None; schema.fields.len()];
            for ((place, value), analyzer) in places.iter_mut().zip(&document.values).zip(analyzers) {
                let Some(analyzer) = analyzer else { continue };
                let group = self.group(analyzer);
                texts_of.resize(self.groups.len(), Vec::new());
                let first = texts_of[group].len();
                texts_of[group].extend(value.texts());
                let count = texts_of[group].len() - first;
                *place = (count > 0).then_some(Place { group, first, count });
            }
            self.places.push(places);
        }
        for (group, texts) in self.groups.iter_mut().zip(&texts_of) {
            group.forms = Some(group.analyzer.analyze_many(texts, &mut group.analyzed)?);
        }
        for place in self.places.iter().flatten().flatten() {
            join(&mut self.groups[place.group].analyzed[place.first..place.first + place.count]);
        }
        Ok(())
    }

    fn group(&mut self, analyzer: &Arc<dyn Analyzer>) -> usize {
        self.groups.iter().position(|group| Arc::ptr_eq(&group.analyzer, analyzer)).unwrap_or_else(|| {
            self.groups.push(Group { analyzer: analyzer.clone(), analyzed: Vec::new(), forms: None });
            self.groups.len() - 1
        })
    }

    /// Of how many documents.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The analysed fields of a document, by its place among those analysed.
    pub(super) fn fields(&self, at: usize) -> AnalyzedFields<'_> {
        let field = |place: &Option<Place>| {
            let place = place.as_ref()?;
            let group = &self.groups[place.group];
            Some((group.analyzed.get(place.first)?, group.forms.as_ref()?))
        };
        AnalyzedFields { fields: self.places[at].iter().map(field).collect() }
    }
}

/// Appends the other values of a field to the first.
fn join(values: &mut [Analyzed]) {
    let Some((first, others)) = values.split_first_mut() else { return };
    for other in others {
        let end = first.end_position.checked_add(GAP).and_then(|end| end.checked_add(other.end_position));
        if end.is_none() {
            // More positions than there can be: the segment builder refuses such a document.
            first.end_position = u32::MAX;
            return;
        }
        first.append(other, GAP);
    }
}
