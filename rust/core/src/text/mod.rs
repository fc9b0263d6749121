//! From text to keys at positions.
//!
//! `segmentation` cuts a text into words, `folding` says which spellings are one, `sentences` marks where sentences and
//! paragraphs start. `russian` walks the words and sees what stands around them; `keys` makes the keys of a form in its
//! `context` from the `readings` of the `lexicon` and the tables; `forms` keeps those of every form met so far. `plain` and `foreign` are the
//! other analyzers.

pub mod abbreviations;
pub mod analyzer;
pub mod capitals;
pub mod case_stem;
pub mod characters;
pub mod context;
pub mod dates;
pub mod derivation;
pub mod folding;
pub mod foreign;
pub mod forms;
pub mod homoglyphs;
pub mod hyphens;
pub mod interner;
pub mod key_lists;
pub mod keys;
pub mod latin;
pub mod lexicon;
pub mod numbering;
pub mod numbers;
pub mod overrides;
pub mod plain;
mod readings;
pub mod russian;
pub mod scripts;
pub mod segmentation;
pub mod sentences;
pub mod sequences;
pub mod shape;
pub mod surroundings;
mod tables;
pub mod token;

/// The version of the rules of this module: part of the fingerprint of an analyzer, since an index must be searched by
/// the rules it was made with.
pub const ANALYSIS_VERSION: u32 = 2;
