//! A segment: an immutable, checksummed, memory-mapped file with everything about some documents.
//!
//! `format` is the file (header, sections, table of contents, footer), `builder` collects documents in memory and writes
//! one, `reader` opens one, `document` is what it stores of one document, `verify` reads all of it, `merge` makes one of
//! several, `deletions` says which of its documents live. Between them: `check` (which documents a schema takes),
//! `occurrences` (terms in memory) and `chains` (their postings), `term_sections` (terms and postings on their way to the
//! file), `parts` (what is kept document by document), `sentences`.

pub mod builder;
mod chains;
pub(crate) mod check;
pub mod deletions;
pub mod document;
pub mod format;
pub mod merge;
mod occurrences;
mod order;
mod parts;
pub mod reader;
pub mod reorder;
mod sentences;
mod stored_merge;
pub(crate) mod term_sections;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod united;
mod verify;

pub use builder::SegmentBuilder;
pub use deletions::Bitset;
pub use document::StoredDocument;
pub use format::FORMAT_VERSION;
pub use reader::{FieldStatistics, Segment, Sentences};
