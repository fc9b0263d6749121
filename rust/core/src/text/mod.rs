//! From text to keys at positions.
//!
//! `segmentation` cuts a text into words, `folding` says which spellings are one, `sentences` marks
//! where sentences and paragraphs start, `forms` keeps the keys of every form met so far, and
//! `analyzer` puts them together. Morphology itself is asked through [`forms::Morphology`], once a
//! form: this module does not know who answers.

pub mod analyzer;
pub mod folding;
pub mod forms;
pub mod segmentation;
pub mod sentences;
pub mod token;

/// The version of the rules of this module: part of the fingerprint of an analyzer, since an index must be searched by
/// the rules it was made with.
pub const ANALYSIS_VERSION: u32 = 1;
