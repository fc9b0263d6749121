//! What is kept of a document besides its postings: the stored values and the columns.
//!
//! `value` says what a document is, `packing` makes bytes of its values, `stored` puts packed documents into compressed
//! blocks (`lz4` reads the beginning of one), `columns` keep one value of every document side by side for sorting, ranges
//! and counting, `extremes` what the values of a stretch of them lie between; `column_writer` collects them.

pub mod column_writer;
pub mod columns;
pub mod extremes;
mod lz4;
pub mod packing;
pub mod stored;
pub mod value;

pub use value::{Document, Value};
