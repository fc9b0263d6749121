//! Counts the values of keyword fields over the matches of a search.

use rustc_hash::FxHashMap;

use super::cursor::Window;
use crate::documents::columns::KeywordColumn;
use crate::index::{SegmentView, Snapshot};
use crate::schema::{FieldId, FieldKind};
use crate::{Error, Result};

/// Counts of all facets asked for.
pub(super) struct Facets<'a> {
    snapshot: &'a Snapshot,
    fields: Vec<Facet<'a>>,
}

struct Facet<'a> {
    field: FieldId,
    segment: usize,
    column: Option<KeywordColumn<'a>>,
    /// By ordinal of the segment: the count, and the last document counted (plus 1), since a document may repeat a value.
    counts: Vec<(u64, u32)>,
    totals: FxHashMap<&'a str, u64>,
    /// A segment with a value that is no text.
    broken: Option<usize>,
}

impl<'a> Facet<'a> {
    /// Adds the counts of the segment to the totals.
    fn leave(&mut self) {
        if let Some(column) = self.column.take() {
            for (ordinal, &(count, _)) in self.counts.iter().enumerate().filter(|(_, counted)| counted.0 > 0) {
                match std::str::from_utf8(column.value(ordinal as u32)) {
                    Ok(value) => *self.totals.entry(value).or_insert(0) += count,
                    Err(_) => self.broken = Some(self.segment),
                }
            }
        }
    }
}

impl<'a> Facets<'a> {
    /// `Error::UnsupportedQuery` for a field whose values cannot be counted.
    pub(super) fn new(snapshot: &'a Snapshot, fields: &[FieldId]) -> Result<Self> {
        let facet = |&field: &FieldId| match snapshot.schema.fields.get(usize::from(field)) {
            Some(found) if found.kind == FieldKind::Keyword && found.facet => Ok(Facet {
                field,
                segment: usize::MAX,
                column: None,
                counts: Vec::new(),
                totals: FxHashMap::default(),
                broken: None,
            }),
            Some(found) => Err(Error::UnsupportedQuery(format!(
                "the values of field {:?} cannot be counted; declare it as Keyword(facet=True) and build the index anew",
                found.name
            ))),
            None => Err(Error::UnsupportedQuery(format!("there is no field number {field} to count values of"))),
        };
        Ok(Self { snapshot, fields: fields.iter().map(facet).collect::<Result<_>>()? })
    }

    /// Counts the values of the matches of a window of a segment.
    pub(super) fn count(&mut self, segment: usize, view: &'a SegmentView, window: &Window) {
        for facet in &mut self.fields {
            if facet.segment != segment {
                facet.leave();
                facet.segment = segment;
                facet.column = view.segment.keywords(facet.field);
                facet.counts.clear();
                facet.counts.resize(facet.column.map_or(0, |column| column.len() as usize), (0, 0));
            }
            let Some(column) = facet.column else { continue };
            window.for_each(|doc| {
                for ordinal in column.ordinals(doc) {
                    if let Some((count, last)) = facet.counts.get_mut(ordinal as usize)
                        && *last != doc + 1
                    {
                        *last = doc + 1;
                        *count += 1;
                    }
                }
            });
        }
    }

    /// For each facet its values and counts, most frequent first, then by value.
    pub(super) fn finish(mut self) -> Result<Vec<Vec<(String, u64)>>> {
        let mut all = Vec::with_capacity(self.fields.len());
        for facet in &mut self.fields {
            facet.leave();
            if let Some(segment) = facet.broken {
                let path = self.snapshot.segments[segment].segment.path();
                return Err(Error::corrupt(path, "a keyword was expected to be UTF-8, found other bytes"));
            }
            let mut values: Vec<(String, u64)> =
                facet.totals.iter().map(|(&value, &count)| (value.to_owned(), count)).collect();
            values.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
            all.push(values);
        }
        Ok(all)
    }
}
