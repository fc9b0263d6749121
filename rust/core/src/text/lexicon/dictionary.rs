//! The dictionary without its words: paradigms, endings, tags, and what `meta.json` says of them.
//!
//! A paradigm lists the forms of a lexeme. A form is a stem between a prefix and an ending, with a tag; the stem is what
//! all forms of the word have in common, and the first form is the lemma. `paradigms.array` holds, as numbers of 16
//! bits, the count of paradigms, then for each its length and three lists as long as one another: endings, tags,
//! prefixes.

use std::ops::Range;
use std::path::Path;

use memmap2::Mmap;
use serde::Deserialize;

use super::files::{Strings, broken, json, map};
use super::tags::{TagId, Tags};
use crate::Result;

/// The part of `meta.json` that matters here.
pub(super) struct Meta {
    /// What the words came from and when: `417150`, and that of the corpus of the probabilities.
    pub version: String,
    pub prefixes: Vec<String>,
    pub longest_suffix: usize,
    pub has_probabilities: bool,
    gramtab: String,
}

#[derive(Deserialize)]
struct CompileOptions {
    max_suffix_length: usize,
    paradigm_prefixes: Vec<String>,
}

impl Meta {
    /// Reads `meta.json`, a list of names and values.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("meta.json");
        let list: Vec<(String, serde_json::Value)> = json(&path)?;
        let value = |name: &str| list.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value);
        let text = |name: &str| value(name).and_then(|value| value.as_str());
        let format = text("format_version").unwrap_or("none");
        if !format.starts_with("2.") {
            return Err(broken(&path, format!("the format of the dictionary is {format}, this searchlib reads 2.x")));
        }
        let options = value("compile_options").ok_or_else(|| broken(&path, "it has no compile_options"))?;
        let options =
            CompileOptions::deserialize(options).map_err(|error| broken(&path, format!("compile_options: {error}")))?;
        if options.paradigm_prefixes.is_empty() || options.paradigm_prefixes.len() > 64 {
            return Err(broken(&path, format!("{} prefixes of paradigms", options.paradigm_prefixes.len())));
        }
        let gramtab = value("gramtab_formats").and_then(|formats| formats.get("opencorpora-int")?.as_str());
        let gramtab = gramtab.filter(|name| !name.contains(['/', '\\']));
        Ok(Self {
            version: format!("{}.{}", text("source_revision").unwrap_or("0"), text("corpus_revision").unwrap_or("0")),
            longest_suffix: options.max_suffix_length.min(64),
            prefixes: options.paradigm_prefixes,
            has_probabilities: value("P(t|w)").is_some_and(|value| value.as_bool() == Some(true)),
            gramtab: gramtab.ok_or_else(|| broken(&path, "it names no list of tags"))?.to_owned(),
        })
    }
}

/// Paradigms, endings and tags.
pub(super) struct Dictionary {
    pub meta: Meta,
    pub tags: Tags,
    suffixes: Strings,
    paradigms: Paradigms,
}

/// A form of a paradigm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub paradigm: u16,
    pub number: u16,
}

impl Dictionary {
    /// Reads all but the words and checks that every number in a paradigm names something.
    pub fn open(folder: &Path) -> Result<Self> {
        let meta = Meta::open(folder)?;
        let gramtab = folder.join(&meta.gramtab);
        let tags = Tags::new(json(&gramtab)?).map_err(|what| broken(&gramtab, what))?;
        let suffixes: Strings = json(&folder.join("suffixes.json"))?;
        let limits = [suffixes.len(), tags.of_dictionary(), meta.prefixes.len()];
        let paradigms = Paradigms::open(&folder.join("paradigms.array"), limits)?;
        Ok(Self { meta, tags, suffixes, paradigms })
    }

    /// The tag of a form; none if there is no such form.
    #[inline]
    pub fn tag(&self, form: Form) -> Option<TagId> {
        let paradigm = self.paradigms.get(form.paradigm)?;
        Some(TagId(paradigm.cell(TAGS, form.number)?))
    }

    /// The lemma of a word that is such a form: what comes before its stem, where the stem is in the word, what comes after.
    #[inline]
    pub fn lemma(&self, word: &str, form: Form) -> (&str, Range<usize>, &str) {
        let Some(paradigm) = self.paradigms.get(form.paradigm).filter(|_| form.number != 0) else {
            return ("", 0..word.len(), "");
        };
        let affixes = |number| {
            let prefix = paradigm.cell(PREFIXES, number).and_then(|id| self.meta.prefixes.get(usize::from(id)));
            let suffix = paradigm.cell(SUFFIXES, number).map(|id| self.suffixes.get(usize::from(id)));
            (prefix.map_or("", String::as_str), suffix.unwrap_or_default())
        };
        let (prefix, suffix) = affixes(form.number);
        let (lemma_prefix, lemma_suffix) = affixes(0);
        (lemma_prefix, stem(word, prefix, suffix), lemma_suffix)
    }
}

/// Where the word is without as many letters as prefix and suffix have. They need not be its own: the paradigm of a predicted
/// word may have a longer ending than the part by which it was predicted.
#[inline]
fn stem(word: &str, prefix: &str, suffix: &str) -> Range<usize> {
    let end = match word.strip_suffix(suffix) {
        Some(stem) => stem.len(),
        None => word.char_indices().nth_back(suffix.chars().count() - 1).map_or(0, |(at, _)| at),
    };
    if prefix.is_empty() {
        return 0..end;
    }
    let start = word.char_indices().nth(prefix.chars().count()).map_or(word.len(), |(at, _)| at);
    start.min(end)..end
}

const SUFFIXES: usize = 0;
const TAGS: usize = 1;
const PREFIXES: usize = 2;

/// The mapped file of paradigms, and where each begins.
struct Paradigms {
    map: Mmap,
    places: Vec<Range<u32>>,
}

/// The numbers of one paradigm.
#[derive(Clone, Copy)]
struct Paradigm<'a> {
    cells: &'a [[u8; 2]],
}

impl Paradigm<'_> {
    #[inline]
    fn cell(self, list: usize, form: u16) -> Option<u16> {
        let forms = self.cells.len() / 3;
        let form = usize::from(form);
        if form >= forms {
            return None;
        }
        self.cells.get(list * forms + form).map(|cell| u16::from_le_bytes(*cell))
    }
}

impl Paradigms {
    fn open(path: &Path, limits: [usize; 3]) -> Result<Self> {
        let map = map(path)?;
        let number = |at: usize| map.get(at..)?.first_chunk().map(|bytes| usize::from(u16::from_le_bytes(*bytes)));
        let ends = || broken(path, "it ends in the middle of a paradigm");
        if u32::try_from(map.len()).is_err() {
            return Err(broken(path, "more than 4 GB of paradigms"));
        }
        let count = number(0).ok_or_else(ends)?;
        let mut places = Vec::with_capacity(count);
        let mut at = 2;
        for paradigm in 0..count {
            let length = number(at).ok_or_else(ends)?;
            let place = at + 2..at + 2 + 2 * length;
            let cells = map.get(place.clone()).ok_or_else(ends)?.as_chunks().0;
            if length % 3 != 0 {
                return Err(broken(path, format!("paradigm {paradigm} has {length} numbers, not three lists")));
            }
            for (list, &limit) in cells.chunks_exact(length.max(3) / 3).zip(&limits) {
                if let Some(cell) = list.iter().map(|&cell| u16::from_le_bytes(cell)).find(|&c| usize::from(c) >= limit)
                {
                    return Err(broken(
                        path,
                        format!("paradigm {paradigm} has the number {cell}, but the list {limit}"),
                    ));
                }
            }
            at = place.end;
            places.push(place.start as u32..place.end as u32);
        }
        if at != map.len() {
            return Err(broken(path, format!("{} bytes after the last paradigm", map.len() - at)));
        }
        Ok(Self { map, places })
    }

    #[inline]
    fn get(&self, paradigm: u16) -> Option<Paradigm<'_>> {
        let place = self.places.get(usize::from(paradigm))?;
        let bytes = self.map.get(place.start as usize..place.end as usize)?;
        Some(Paradigm { cells: bytes.as_chunks().0 })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn stems_are_cut_by_the_count_of_letters() {
        let stem = |word, prefix, suffix| &word[super::stem(word, prefix, suffix)];
        assert_eq!(stem("наикрасивейший", "наи", "ейший"), "красив");
        assert_eq!(stem("стали", "", "и"), "стал");
        assert_eq!(stem("стали", "", ""), "стали");
        assert_eq!(stem("стали", "", "ами"), "ст");
        assert_eq!(stem("стали", "", "ировавши"), "");
        assert_eq!(stem("стали", "наи", "ами"), "");
        assert_eq!(stem("стали", "наинаи", ""), "");
        assert_eq!(stem("стали", "по", "у"), "ал");
        assert_eq!(stem("", "по", "у"), "");
    }
}
