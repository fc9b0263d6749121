//! Reads a whole segment and says what is wrong with it.

use super::reader::{FieldStatistics, Segment};
use crate::documents::packing::Fault;
use crate::postings::{self, Lengths, TermInfo, norm};
use crate::schema::{FieldId, FieldKind, Schema};
use crate::terms;
use crate::text::token::KeyKind;

/// After so many faults the rest would only repeat them.
const ENOUGH: usize = 20;

/// See [`Segment::verify`].
pub fn verify(segment: &Segment, schema: &Schema) -> Vec<String> {
    let broken = segment.file().broken_sections();
    let mut faults: Vec<String> =
        broken.iter().map(|name| format!("the checksum of section {name:?} is wrong")).collect();
    note(&mut faults, "stored", segment.stored().for_each(|_, packed| segment.unpack(packed).map(|_| ())));
    note(&mut faults, "sequence", check_sequence(segment));
    for (id, field) in schema.iter() {
        let columns = [segment.keywords(id), segment.order(id)];
        let checks = columns.iter().flatten().map(|column| column.check());
        checks.chain(segment.numbers(id).map(|column| column.check())).for_each(|outcome| {
            note(&mut faults, &format!("column of field {:?}", field.name), outcome);
        });
        if field.kind == FieldKind::Text {
            note(&mut faults, &format!("text of field {:?}", field.name), check_text(segment, id));
        }
    }
    check_terms(segment, schema, &mut faults);
    faults
}

fn note(faults: &mut Vec<String>, place: &str, outcome: Result<(), Fault>) {
    if let Err(fault) = outcome {
        faults.push(format!("{place}: {fault}"));
    }
}

fn check_sequence(segment: &Segment) -> Result<(), Fault> {
    let sequences = segment.sequences();
    let numbers: Option<Vec<i64>> = (0..segment.document_count()).map(|document| sequences.get(document)).collect();
    let mut numbers = numbers.ok_or("a document has no number")?;
    numbers.sort_unstable();
    match numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("two documents have the number {}", pair[0])),
        None => Ok(()),
    }
}

fn check_text(segment: &Segment, field: FieldId) -> Result<(), Fault> {
    let norms = segment.norms(field);
    let mut found = FieldStatistics::default();
    segment.for_each_sentences(field, |document, sentences| {
        let expected = norm::encode(sentences.length);
        if norms[document as usize] != expected {
            return Err(format!("norm {expected} of document {document} expected, {} found", norms[document as usize]));
        }
        found.documents += u64::from(sentences.length > 0);
        found.length += u64::from(sentences.length);
        Ok(())
    })?;
    let expected = segment.statistics(field);
    if found == expected { Ok(()) } else { Err(format!("{expected:?} expected, {found:?} found")) }
}

fn check_terms(segment: &Segment, schema: &Schema, faults: &mut Vec<String>) {
    let lengths: Vec<Lengths<'_>> = schema.iter().map(|(id, _)| Lengths::new(segment.norms(id))).collect();
    let mut stream = segment.terms().stream();
    let mut last = Vec::new();
    loop {
        if faults.len() >= ENOUGH {
            faults.push("and more".to_owned());
            return;
        }
        match stream.next() {
            Ok(Some((term, info))) => {
                let outcome = check_term(segment, schema, &lengths, term, &info).and_then(|()| {
                    if last.is_empty() || *last < *term { Ok(()) } else { Err("not above the term before".to_owned()) }
                });
                note(faults, &format!("term {}", String::from_utf8_lossy(term)), outcome);
                last.clear();
                last.extend_from_slice(term);
            }
            Ok(None) => return,
            Err(error) => {
                faults.push(error.to_string());
                return;
            }
        }
    }
}

fn check_term(
    segment: &Segment,
    schema: &Schema,
    lengths: &[Lengths<'_>],
    term: &[u8],
    info: &TermInfo,
) -> Result<(), Fault> {
    let (id, kind, _) = terms::decode(term).ok_or("bytes that are no term")?;
    let field = schema.fields.get(usize::from(id)).ok_or_else(|| format!("field {id} is not in the schema"))?;
    let expected = if kind == KeyKind::Value { FieldKind::Keyword } else { FieldKind::Text };
    if field.kind != expected {
        return Err(format!("a key of kind {:?} in field {:?}", kind.name(), field.name));
    }
    let (postings, positions) = segment.postings_sections();
    postings::cursor::verify(postings, positions, info, segment.document_count(), &lengths[usize::from(id)])
}
