//! The term dictionary of a segment: from a term to where its postings are, and which terms match a pattern.
//!
//! A term is a field, a kind of key and a text; as bytes these sort by field, kind, text. `dictionary` maps the
//! bytes by an FST to an ordinal and the ordinal to a bit-packed `TermInfo` (`info`); `pattern` walks the FST with automata:
//! `wildcard` and `fuzzy` over characters, by way of `chars`, `regex` over bytes.

mod chars;
pub mod dictionary;
mod fuzzy;
mod info;
pub mod pattern;
mod regex;
#[cfg(test)]
mod tests;
mod wildcard;

pub use dictionary::{TermDictionary, TermDictionaryWriter};
pub use pattern::Pattern;

use crate::schema::FieldId;
use crate::text::token::KeyKind;

/// The longest key, in bytes of UTF-8, that a term may have. A longer word is cut here at a character boundary, both
/// in documents and in queries.
pub const MAX_KEY_BYTES: usize = 1024;

/// Writes a term as bytes: field (two bytes, big-endian), kind (one byte), text. `into` is cleared first.
pub fn encode(field: FieldId, kind: KeyKind, text: &str, into: &mut Vec<u8>) {
    encode_bytes(field, kind, cut(text).as_bytes(), into);
}

/// [`encode`] for the bytes of a text that is cut.
pub fn encode_bytes(field: FieldId, kind: KeyKind, text: &[u8], into: &mut Vec<u8>) {
    into.clear();
    into.extend_from_slice(&field.to_be_bytes());
    into.push(kind as u8);
    into.extend_from_slice(text);
}

/// A text cut to [`MAX_KEY_BYTES`], as [`encode`] does.
pub fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_KEY_BYTES)]
}

/// The field of a term written by [`encode`]; `None` for bytes that are no term.
pub fn field_of(term: &[u8]) -> Option<FieldId> {
    term.first_chunk().map(|&number| FieldId::from_be_bytes(number))
}

/// The parts of a term written by [`encode`]; `None` for bytes that are no term.
pub fn decode(term: &[u8]) -> Option<(FieldId, KeyKind, &str)> {
    let (head, text) = term.split_at_checked(3)?;
    Some((u16::from_be_bytes([head[0], head[1]]), KeyKind::from_byte(head[2])?, std::str::from_utf8(text).ok()?))
}
