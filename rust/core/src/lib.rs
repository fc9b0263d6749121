//! The engine of searchlib: Russian text in, ranked documents out.
//!
//! Nothing in this crate knows Python, and nothing knows a field by name: fields are numbers into
//! the [`schema::Schema`] of an index. A folder is one idea:
//!
//! | module | the question it answers |
//! |---|---|
//! | [`text`] | which keys stand at which positions of a text? |
//! | [`postings`] | in which documents, how often and where does a term stand? |
//! | [`terms`] | here is a term: where are its postings? which terms match a pattern? |
//! | [`documents`] | what was stored of a document, what are its sortable values? |
//! | [`segment`] | how do these lie together in one immutable, checksummed file? |
//! | [`index`] | which segments are the index now, and who may change that? |
//! | [`search`] | which documents answer a plan best, and why? |
//! | [`passages`] | which passages of a text show that best? |

pub mod documents;
pub mod error;
pub mod index;
mod parallel;
pub mod passages;
pub mod postings;
pub mod schema;
pub mod search;
pub mod segment;
pub mod terms;
pub mod text;

pub use error::{Error, Result};
