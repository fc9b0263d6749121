//! Collects columns document by document and lays them down as the bytes that `columns` reads.

use rustc_hash::FxHashMap;

use super::columns::{KEYWORD_HEADER, NUMBER_HEADER};

fn push_number(number: u64, width: u8, into: &mut Vec<u8>) {
    into.extend_from_slice(&number.to_le_bytes()[..usize::from(width)]);
}

/// The fewest bytes, of 1, 2, 4 and 8, that hold a number.
fn width_of(largest: u64) -> u8 {
    match largest {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    }
}

/// A column of numbers in the making.
#[derive(Default)]
pub struct NumberColumnWriter {
    values: Vec<i64>,
    /// The documents that have no value, going up.
    missing: Vec<u32>,
}

impl NumberColumnWriter {
    /// Adds the value of the next document.
    pub fn push(&mut self, value: Option<i64>) {
        if value.is_none() {
            self.missing.push(self.values.len() as u32);
        }
        self.values.push(value.unwrap_or(0));
    }

    /// About how many bytes of memory it holds.
    pub fn memory(&self) -> usize {
        self.values.capacity() * 8 + self.missing.capacity() * 4
    }

    /// The bytes of the column: width, null flag, smallest value; a bit for each document that has a value, when not
    /// all have; for each document its value less the smallest.
    pub fn finish(&self) -> Vec<u8> {
        let mut missing = self.missing.iter().copied().peekable();
        let mut present = vec![0u8; if self.missing.is_empty() { 0 } else { self.values.len().div_ceil(8) }];
        let (mut smallest, mut largest) = (i64::MAX, i64::MIN);
        for (document, &value) in (0u32..).zip(&self.values) {
            if missing.next_if_eq(&document).is_some() {
                continue;
            }
            (smallest, largest) = (smallest.min(value), largest.max(value));
            if let Some(byte) = present.get_mut(document as usize / 8) {
                *byte |= 1 << (document % 8);
            }
        }
        if smallest > largest {
            (smallest, largest) = (0, 0);
        }
        let width = width_of(largest.wrapping_sub(smallest) as u64);
        let mut bytes = Vec::with_capacity(NUMBER_HEADER + present.len() + self.values.len() * usize::from(width));
        bytes.push(width);
        bytes.push(u8::from(!self.missing.is_empty()));
        bytes.extend_from_slice(&smallest.to_le_bytes());
        bytes.extend_from_slice(&present);
        let mut missing = self.missing.iter().copied().peekable();
        for (document, &value) in (0u32..).zip(&self.values) {
            let none = missing.next_if_eq(&document).is_some();
            push_number(if none { 0 } else { value.wrapping_sub(smallest) as u64 }, width, &mut bytes);
        }
        bytes
    }
}

/// A column of keywords in the making.
#[derive(Default)]
pub struct KeywordColumnWriter {
    numbers: FxHashMap<Box<[u8]>, u32>,
    /// The numbers of the values of all documents, one document after another.
    occurrences: Vec<u32>,
    /// Where the values of each document end.
    ends: Vec<u32>,
    memory: usize,
}

impl KeywordColumnWriter {
    /// Adds the values of the next document; equal ones count once. At most 2³² values in all.
    pub fn push<'v>(&mut self, values: impl Iterator<Item = &'v [u8]>) {
        let start = self.occurrences.len();
        for value in values {
            let number = match self.numbers.get(value) {
                Some(&number) => number,
                None => {
                    let number = self.numbers.len() as u32;
                    self.memory += value.len() + 48;
                    self.numbers.insert(value.into(), number);
                    number
                }
            };
            self.occurrences.push(number);
        }
        self.occurrences[start..].sort_unstable();
        let mut kept = start;
        for at in start..self.occurrences.len() {
            if at == start || self.occurrences[at] != self.occurrences[kept - 1] {
                self.occurrences[kept] = self.occurrences[at];
                kept += 1;
            }
        }
        self.occurrences.truncate(kept);
        self.ends.push(self.occurrences.len() as u32);
    }

    /// About how many bytes of memory it holds.
    pub fn memory(&self) -> usize {
        self.memory + (self.occurrences.capacity() + self.ends.capacity()) * 4
    }

    /// The bytes of the column: how many values, width of an ordinal, list flag, how many ordinals, how many bytes of values;
    /// the start of each value; the start of each document's ordinals, when one has several; the ordinals; the values.
    pub fn finish(&self) -> Vec<u8> {
        let mut sorted: Vec<(&[u8], u32)> = self.numbers.iter().map(|(value, &number)| (&**value, number)).collect();
        sorted.sort_unstable();
        let mut ordinals = vec![0u32; sorted.len()];
        for (ordinal, &(_, number)) in (0u32..).zip(&sorted) {
            ordinals[number as usize] = ordinal;
        }
        let lists = std::iter::once(&0).chain(&self.ends).zip(&self.ends).any(|(start, end)| end - start > 1);
        // One number more than there are values is needed: it stands for none.
        let width = width_of(sorted.len() as u64);
        let length: usize = sorted.iter().map(|(value, _)| value.len()).sum();
        let count = if lists { self.occurrences.len() } else { self.ends.len() };

        let mut bytes = Vec::with_capacity(KEYWORD_HEADER + length + sorted.len() * 8 + count * usize::from(width));
        bytes.extend_from_slice(&(sorted.len() as u32).to_le_bytes());
        bytes.push(width);
        bytes.push(u8::from(lists));
        bytes.extend_from_slice(&(count as u64).to_le_bytes());
        bytes.extend_from_slice(&(length as u64).to_le_bytes());
        let mut start = 0u64;
        bytes.extend_from_slice(&start.to_le_bytes());
        for (value, _) in &sorted {
            start += value.len() as u64;
            bytes.extend_from_slice(&start.to_le_bytes());
        }
        if lists {
            push_number(0, 4, &mut bytes);
            self.ends.iter().for_each(|&end| push_number(u64::from(end), 4, &mut bytes));
        }
        let mut start = 0;
        let mut list = Vec::new();
        for &end in &self.ends {
            list.clear();
            list.extend(self.occurrences[start..end as usize].iter().map(|&number| ordinals[number as usize]));
            list.sort_unstable();
            list.iter().for_each(|&ordinal| push_number(u64::from(ordinal), width, &mut bytes));
            if list.is_empty() && !lists {
                push_number(u64::MAX, width, &mut bytes);
            }
            start = end as usize;
        }
        sorted.iter().for_each(|(value, _)| bytes.extend_from_slice(value));
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::{KeywordColumn, NumberColumn};
    use super::*;
    use proptest::prelude::*;

    fn any_number() -> impl Strategy<Value = Option<i64>> {
        prop_oneof![
            Just(None),
            (0..200i64).prop_map(Some),
            (-40_000..40_000i64).prop_map(Some),
            any::<i64>().prop_map(Some),
            Just(Some(i64::MIN)),
            Just(Some(i64::MAX)),
        ]
    }

    fn numbers(values: &[Option<i64>]) -> Vec<u8> {
        let mut writer = NumberColumnWriter::default();
        values.iter().for_each(|&value| writer.push(value));
        writer.finish()
    }

    fn keywords(documents: &[Vec<String>]) -> Vec<u8> {
        let mut writer = KeywordColumnWriter::default();
        documents.iter().for_each(|values| writer.push(values.iter().map(String::as_bytes)));
        writer.finish()
    }

    fn any_keywords() -> impl Strategy<Value = Vec<Vec<String>>> {
        let value = prop_oneof!["[абв]{0,2}", "[а-я]{3}"];
        prop_oneof![
            prop::collection::vec(prop::collection::vec(value.clone(), 0..4), 0..40),
            prop::collection::vec(prop::collection::vec(value, 0..2), 0..400),
        ]
    }

    proptest! {
        #[test]
        fn numbers_come_back(
            values in prop_oneof![
                prop::collection::vec(any_number(), 0..200),
                prop::collection::vec((0..9i64).prop_map(Some), 0..200),
            ],
            low in any_number(), high in any_number()
        ) {
            let bytes = numbers(&values);
            let column = NumberColumn::open(&bytes, values.len() as u32).unwrap();
            prop_assert_eq!(column.check(), Ok(()));
            for (document, value) in (0u32..).zip(&values) {
                prop_assert_eq!(column.get(document), *value);
            }
            prop_assert_eq!(column.get(values.len() as u32), None);
            let (low, high) = (low.unwrap_or(0), high.unwrap_or(9));
            let mut words = vec![0; values.len().div_ceil(64)];
            column.select(low, high, &mut words);
            for (document, value) in values.iter().enumerate() {
                let expected = value.is_some_and(|value| low <= value && value <= high);
                prop_assert_eq!(words[document / 64] >> (document % 64) & 1 == 1, expected, "{}", document);
            }
        }

        #[test]
        fn keywords_come_back(documents in any_keywords()) {
            let bytes = keywords(&documents);
            let column = KeywordColumn::open(&bytes, documents.len() as u32).unwrap();
            prop_assert_eq!(column.check(), Ok(()));
            let mut all: Vec<&String> = documents.iter().flatten().collect();
            all.sort();
            all.dedup();
            prop_assert_eq!(column.len() as usize, all.len());
            for (document, values) in (0u32..).zip(&documents) {
                let mut expected: Vec<&[u8]> = values.iter().map(String::as_bytes).collect();
                expected.sort();
                expected.dedup();
                let found: Vec<&[u8]> = column.ordinals(document).map(|ordinal| column.value(ordinal)).collect();
                prop_assert_eq!(found, expected);
            }
        }

        #[test]
        fn broken_columns_never_panic(
            documents in any_keywords(), values in prop::collection::vec(any_number(), 0..100),
            at in any::<prop::sample::Index>(), bit in 0..8u32
        ) {
            let (mut first, mut second) = (numbers(&values), keywords(&documents));
            // Before anything else is broken: a wrong count may be right for fewer bytes.
            prop_assert!(NumberColumn::open(&first[..first.len() - 1], values.len() as u32).is_err());
            prop_assert!(KeywordColumn::open(&second[..second.len() - 1], documents.len() as u32).is_err());
            let place = at.index(first.len());
            first[place] ^= 1u8 << bit;
            if let Ok(column) = NumberColumn::open(&first, values.len() as u32) {
                (0..values.len() as u32).for_each(|document| { column.get(document); });
                column.select(-5, 5, &mut vec![0; values.len().div_ceil(64)]);
                let _ = column.check();
            }
            let place = at.index(second.len());
            second[place] ^= 1u8 << bit;
            if let Ok(column) = KeywordColumn::open(&second, documents.len() as u32) {
                for document in 0..documents.len() as u32 {
                    column.ordinals(document).for_each(|ordinal| { column.value(ordinal); });
                }
                let _ = column.check();
            }
        }
    }
}
