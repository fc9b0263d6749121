//! What a snapshot is made of: bytes by section, distinct terms by field.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::Result;
use crate::schema::FieldId;
use crate::segment::deletions;
use crate::terms::dictionary::TermStream;
use crate::terms::{TermDictionary, field_of};

use super::Snapshot;

/// What no section holds: headers, tables of contents and footers.
const FRAME: &str = "frame";
/// The files of deletions.
const DELETIONS: &str = "deletions";

impl Snapshot {
    /// Bytes by section of the segment files, those of all fields and segments together; `frame` is what lies between
    /// sections, `deletions` the files beside the segments. The sum is all there is but manifest and lock.
    pub fn sizes(&self) -> BTreeMap<String, u64> {
        let mut sizes = BTreeMap::new();
        let mut count = |name: &str, bytes: u64| *sizes.entry(name.to_owned()).or_default() += bytes;
        for view in &self.segments {
            let file = view.segment.file();
            let mut frame = file.bytes().len() as u64;
            for (name, bytes) in file.section_sizes() {
                count(name.split_once('.').map_or(name, |(name, _)| name), bytes);
                frame -= bytes;
            }
            count(FRAME, frame);
            if let Some(deleted) = &view.deleted {
                count(DELETIONS, deletions::file_size(deleted));
            }
        }
        sizes
    }

    /// How many different terms each field has over all segments, those of deleted documents included until a merge.
    pub fn distinct_terms(&self) -> Result<Vec<u64>> {
        let dictionaries: Vec<&TermDictionary> = self.segments.iter().map(|view| view.segment.terms()).collect();
        let fields = self.schema.fields.len();
        match dictionaries[..] {
            // The ordinals of one dictionary count its terms; only several have to be walked side by side.
            [only] => (0..fields).map(|field| only.count_of_field(field as FieldId)).collect(),
            _ => walk(&dictionaries, fields),
        }
    }
}

fn walk(dictionaries: &[&TermDictionary], fields: usize) -> Result<Vec<u64>> {
    let mut streams: Vec<TermStream<'_>> = dictionaries.iter().map(|dictionary| dictionary.stream()).collect();
    let mut heap = BinaryHeap::new();
    for (at, stream) in streams.iter_mut().enumerate() {
        push_next(stream, at, Vec::new(), &mut heap)?;
    }
    let (mut counts, mut last) = (vec![0; fields], Vec::new());
    while let Some(Reverse((term, at))) = heap.pop() {
        if last != term {
            if let Some(count) = field_of(&term).and_then(|field| counts.get_mut(usize::from(field))) {
                *count += 1;
            }
            last.clone_from(&term);
        }
        push_next(&mut streams[at], at, term, &mut heap)?;
    }
    Ok(counts)
}

fn push_next(
    stream: &mut TermStream<'_>,
    at: usize,
    mut memory: Vec<u8>,
    heap: &mut BinaryHeap<Reverse<(Vec<u8>, usize)>>,
) -> Result<()> {
    if let Some((term, _)) = stream.next()? {
        memory.clear();
        memory.extend_from_slice(term);
        heap.push(Reverse((memory, at)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use crate::index::{Index, OnDuplicate, Snapshot, WriterOptions};
    use crate::segment::testing::{analyzers, document, schema};
    use crate::terms::decode;

    fn bytes_of_segments_and_deletions(path: &Path) -> u64 {
        let files = std::fs::read_dir(path).unwrap().map(Result::unwrap);
        let counted = files.filter(|file| file.file_name() != "manifest" && file.file_name() != "lock");
        counted.map(|file| file.metadata().unwrap().len()).sum()
    }

    fn counted_one_by_one(snapshot: &Snapshot) -> Vec<u64> {
        let mut terms = BTreeSet::new();
        for view in &snapshot.segments {
            let mut keep = |term: &[u8], _| {
                terms.insert(term.to_vec());
                true
            };
            view.segment.terms().for_each(b"", &mut keep).unwrap();
        }
        let mut counts = vec![0; snapshot.schema.fields.len()];
        terms.iter().for_each(|term| counts[usize::from(decode(term).unwrap().0)] += 1);
        counts
    }

    #[test]
    fn every_byte_and_every_term_is_counted_once() {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::create(folder.path(), schema(), analyzers()).unwrap();
        assert_eq!(index.snapshot().unwrap().sizes().len(), 0);
        assert_eq!(index.snapshot().unwrap().distinct_terms().unwrap(), vec![0; schema().fields.len()]);
        let mut writer = index.writer(WriterOptions::default()).unwrap();
        let texts = ["Нефть и газ", "Газ и уголь", "Нефть"];
        for (at, text) in texts.iter().enumerate() {
            writer
                .add(&[document(&at.to_string(), text), document(&format!("{at}a"), text)], OnDuplicate::Refuse)
                .unwrap();
            writer.commit().unwrap();
        }
        writer.delete("2").unwrap();
        writer.commit().unwrap();
        let snapshot = index.snapshot().unwrap();
        assert!(snapshot.segments.len() > 1);
        assert_eq!(snapshot.sizes().values().sum::<u64>(), bytes_of_segments_and_deletions(folder.path()));
        assert!(["terms", "postings", "norms", "stored", "deletions"].iter().all(|&part| snapshot.sizes()[part] > 0));
        let several = snapshot.distinct_terms().unwrap();
        assert_eq!(several, counted_one_by_one(&snapshot));
        assert!(several.iter().sum::<u64>() > 8);

        writer.optimize(|| false).unwrap();
        let snapshot = index.snapshot().unwrap();
        assert_eq!(snapshot.segments.len(), 1);
        assert_eq!(snapshot.distinct_terms().unwrap(), counted_one_by_one(&snapshot));
        assert!(!snapshot.sizes().contains_key("deletions"));
    }
}
