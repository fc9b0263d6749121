//! In which order the documents of several segments are written as one.

use super::merge::DocumentMap;
use crate::postings::NO_MORE;

/// The live documents of segments in the order in which they are written.
pub enum Order<'m> {
    /// As the maps have them: segment by segment, going up.
    AsAdded(&'m [DocumentMap]),
    /// Any other: the segment and the document of each place.
    New(Vec<(u32, u32)>),
}

impl<'m> Order<'m> {
    /// The order of the maps.
    pub fn as_added(maps: &'m [DocumentMap]) -> Self {
        Self::AsAdded(maps)
    }

    /// The order in which a document that the maps give a number has the place of that number; the maps give places then.
    pub fn by_places(maps: &mut [DocumentMap], places: &[u32]) -> Self {
        let mut order = vec![(0, 0); places.len()];
        for (segment, map) in (0u32..).zip(maps) {
            for (document, new) in (0u32..).zip(map) {
                if *new != NO_MORE {
                    *new = places[*new as usize];
                    order[*new as usize] = (segment, document);
                }
            }
        }
        Self::New(order)
    }

    /// Whether it is not that of the maps.
    pub fn is_new(&self) -> bool {
        matches!(self, Self::New(_))
    }

    /// The documents in order, each with the place of its segment.
    pub fn documents(&self) -> Box<dyn Iterator<Item = (usize, u32)> + '_> {
        match self {
            Self::AsAdded(maps) => Box::new(maps.iter().enumerate().flat_map(|(at, map)| {
                (0u32..).zip(map).filter(|(_, new)| **new != NO_MORE).map(move |(document, _)| (at, document))
            })),
            Self::New(order) => Box::new(order.iter().map(|&(at, document)| (at as usize, document))),
        }
    }
}
