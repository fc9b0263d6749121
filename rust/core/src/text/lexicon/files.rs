//! The files of a dictionary folder: mapped or parsed, and what is said when one is missing or broken.

use std::fmt;
use std::fs::{self, File};
use std::path::Path;

use memmap2::Mmap;
use serde::de::{DeserializeOwned, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, de};

use crate::{Error, Result};

/// An error of one file of the dictionary: `what` says what was expected and what was found.
pub(super) fn broken(path: &Path, what: impl fmt::Display) -> Error {
    Error::Dictionary { path: path.to_owned(), what: what.to_string() }
}

/// Maps a file of the dictionary into memory, where all processes share it.
pub(super) fn map(path: &Path) -> Result<Mmap> {
    let file = File::open(path).map_err(|error| broken(path, error))?;
    // SAFETY: the bytes of a mapped file must not change. A package manager installs the files of a package under new
    // names or unlinks the old ones first, which leaves the mapping whole. A stranger who truncates one meanwhile can
    // stop the process by SIGBUS, as with any memory map; one who writes into it makes wrong answers and no more, since
    // every value read from the map is checked where it is used.
    unsafe { Mmap::map(&file) }.map_err(|error| broken(path, error))
}

/// Reads a JSON file of the dictionary.
pub(super) fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).map_err(|error| broken(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| broken(path, error))
}

/// Many short strings, one after the other in one piece of memory.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The string of a number; an empty one for a number too great.
    #[inline]
    pub fn get(&self, number: usize) -> &str {
        let start = if number == 0 { 0 } else { self.ends.get(number - 1).copied().unwrap_or(u32::MAX) };
        let end = self.ends.get(number).copied().unwrap_or(0);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Adds one and gives its number, unless there would be more than four thousand million bytes.
    pub fn push(&mut self, string: &str) -> Option<usize> {
        let end = u32::try_from(self.text.len() + string.len()).ok()?;
        self.text.push_str(string);
        self.ends.push(end);
        Some(self.ends.len() - 1)
    }
}

impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Strings;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of strings")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Strings, A::Error> {
                let mut strings = Strings::default();
                while let Some(string) = list.next_element::<String>()? {
                    strings.push(&string).ok_or_else(|| de::Error::custom("more than 4 GB of strings"))?;
                }
                strings.text.shrink_to_fit();
                strings.ends.shrink_to_fit();
                Ok(strings)
            }
        }
        deserializer.deserialize_seq(List)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_keep_their_numbers() {
        let mut strings: Strings = serde_json::from_str(r#"["ать", "", "\u0451"]"#).unwrap();
        assert_eq!(strings.len(), 3);
        assert_eq!((strings.get(0), strings.get(1), strings.get(2), strings.get(3)), ("ать", "", "ё", ""));
        assert_eq!(strings.get(usize::MAX), "");
        assert_eq!(strings.push("ого"), Some(3));
        assert_eq!(strings.get(3), "ого");
    }
}
