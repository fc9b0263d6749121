//! Analyses a batch of documents: all texts of one analyzer in one call, so that morphology is asked once.

use std::sync::Arc;

use super::Analyzers;
use crate::Result;
use crate::documents::Document;
use crate::schema::{FieldKind, Schema};
use crate::segment::builder::AnalyzedFields;
use crate::text::analyzer::Analyzer;
use crate::text::forms::Forms;
use crate::text::token::Analyzed;

/// The values of a multiple field stand so many positions apart, so that no phrase reaches over.
pub const GAP: u32 = 100;

/// Documents are analysed together until their texts have so many bytes: what is analysed at a time stays in bounds.
const MOST: usize = 4 << 20;
/// Texts of fewer bytes are not worth a thread.
const LEAST: usize = 32 << 10;
/// For several threads documents are cut into so many chunks for each, so that all are done at about one time.
const CHUNKS: usize = 4;

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

/// The analyses of some documents.
#[derive(Default)]
pub struct Batch {
    groups: Vec<Group>,
    /// For every document its fields.
    places: Vec<Vec<Option<Place>>>,
}

/// These documents as runs that are analysed together, each by one of so many threads.
pub fn chunks<'d>(schema: &Schema, documents: &'d [Document], threads: usize) -> Vec<&'d [Document]> {
    let size_of = |document: &Document| {
        let fields = schema.fields.iter().zip(&document.values).filter(|(field, _)| field.kind == FieldKind::Text);
        fields.flat_map(|(_, value)| value.texts()).map(str::len).sum::<usize>()
    };
    let most = if threads > 1 {
        let all = documents.iter().map(size_of).sum::<usize>();
        (all / threads.saturating_mul(CHUNKS)).clamp(LEAST, MOST)
    } else {
        MOST
    };
    let mut size = 0;
    let chunks = documents.chunk_by(|document, _| {
        size += size_of(document);
        let goes_on = size < most;
        size = if goes_on { size } else { 0 };
        goes_on
    });
    chunks.collect()
}

impl Batch {
    /// Analyses the texts of these documents in place of those before.
    pub fn analyze(&mut self, schema: &Schema, analyzers: &Analyzers, documents: &[Document]) -> Result<()> {
        // After an unusually large text its memory is given back.
        let memory = |group: &Group| group.analyzed.iter().map(|one| one.tokens.capacity()).sum::<usize>();
        self.groups.retain(|group| memory(group) < 2 * MOST);
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

    /// The analysed fields of a document, by its place in the batch.
    pub fn fields(&self, at: usize) -> AnalyzedFields<'_> {
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
