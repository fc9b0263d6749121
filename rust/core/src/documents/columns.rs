//! Columns: one value of every document side by side, read from the bytes that `column_writer` lays down.
//!
//! Opening checks the lengths once; after that a broken byte can give a wrong value but never reach outside the
//! column: [`NumberColumn::check`] and [`KeywordColumn::check`] find it.

use super::packing::{Fault, Unpacker};

/// The bytes of a number column before its parts: width, whether there are nulls, the smallest value.
pub(super) const NUMBER_HEADER: usize = 10;

/// The bytes of a keyword column before its parts: how many values, ordinal width, whether lists, their ordinals, value bytes.
pub(super) const KEYWORD_HEADER: usize = 22;

/// Reads the number of `width` bytes (1, 2, 4 or 8) at place `at`; 0 past the end.
#[inline]
fn number_at(bytes: &[u8], width: u8, at: usize) -> u64 {
    match width {
        1 => bytes.get(at).map_or(0, |&byte| u64::from(byte)),
        2 => bytes.as_chunks().0.get(at).map_or(0, |&number| u64::from(u16::from_le_bytes(number))),
        4 => bytes.as_chunks().0.get(at).map_or(0, |&number| u64::from(u32::from_le_bytes(number))),
        _ => bytes.as_chunks().0.get(at).map_or(0, |&number| u64::from_le_bytes(number)),
    }
}

/// A column of 64-bit numbers: integers, ordered floats, booleans (0, 1), days, microseconds.
#[derive(Clone, Copy)]
pub struct NumberColumn<'a> {
    /// Bit set: the document has a value. Empty when all have.
    present: &'a [u8],
    /// The value minus the smallest one, `width` bytes each.
    offsets: &'a [u8],
    width: u8,
    smallest: i64,
    documents: u32,
}

impl<'a> NumberColumn<'a> {
    /// The column of so many documents in these bytes.
    pub fn open(bytes: &'a [u8], documents: u32) -> Result<Self, Fault> {
        let mut unpacker = Unpacker::new(bytes);
        let (width, nulls, smallest) = (unpacker.byte()?, unpacker.byte()?, i64::from_le_bytes(unpacker.array()?));
        if !matches!(width, 1 | 2 | 4 | 8) || nulls > 1 {
            return Err(format!("a number column of width {width} with null flag {nulls}"));
        }
        let present = unpacker.bytes(if nulls == 1 { u64::from(documents).div_ceil(8) } else { 0 })?;
        let offsets = unpacker.bytes(u64::from(documents) * u64::from(width))?;
        if !unpacker.is_at_end() {
            return Err("bytes after the end of a number column".to_owned());
        }
        Ok(Self { present, offsets, width, smallest, documents })
    }

    /// The value of a document; `None` when it has none.
    #[inline]
    pub fn get(&self, document: u32) -> Option<i64> {
        (document < self.documents && self.has(document)).then(|| self.value(document))
    }

    #[inline]
    fn has(&self, document: u32) -> bool {
        self.present.is_empty() || self.present[document as usize / 8] >> (document % 8) & 1 == 1
    }

    #[inline]
    fn value(&self, document: u32) -> i64 {
        self.smallest.wrapping_add(number_at(self.offsets, self.width, document as usize) as i64)
    }

    /// Sets the bits of all documents whose value lies between `low` and `high`, both included, in 64-bit words, document 0 in the
    /// lowest bit of the first: the fast way over a whole column.
    pub fn select(&self, low: i64, high: i64, words: &mut [u64]) {
        // In offsets from the smallest value a range of any signed numbers is one unsigned comparison.
        let (smallest, low) = (i128::from(self.smallest), i128::from(low).max(i128::from(self.smallest)));
        let (from, Ok(span)) = ((low - smallest) as u64, u64::try_from(i128::from(high) - low)) else { return };
        match self.width {
            1 => self.select_by(from, span, words, |offsets: [u8; 1]| u64::from(offsets[0])),
            2 => self.select_by(from, span, words, |offset| u64::from(u16::from_le_bytes(offset))),
            4 => self.select_by(from, span, words, |offset| u64::from(u32::from_le_bytes(offset))),
            _ => self.select_by(from, span, words, u64::from_le_bytes),
        }
    }

    fn select_by<const N: usize>(&self, from: u64, span: u64, words: &mut [u64], read: impl Fn([u8; N]) -> u64) {
        let offsets = self.offsets.as_chunks::<N>().0;
        for (at, (word, chunk)) in words.iter_mut().zip(offsets.chunks(64)).enumerate() {
            let mut found = 0;
            for (bit, &offset) in chunk.iter().enumerate() {
                // Below `from` the difference wraps to a number that no span of values above `from` reaches.
                let offset = read(offset);
                found |= u64::from(offset >= from && offset - from <= span) << bit;
            }
            if !self.present.is_empty() {
                let bytes = &self.present[at * 8..self.present.len().min(at * 8 + 8)];
                found &= bytes.iter().rev().fold(0, |bits, &byte| bits << 8 | u64::from(byte));
            }
            *word |= found;
        }
    }

    /// Whether each value is one that a writer can have put there.
    pub fn check(&self) -> Result<(), Fault> {
        for document in 0..self.documents {
            let offset = number_at(self.offsets, self.width, document as usize);
            if i128::from(self.smallest) + i128::from(offset) > i128::from(i64::MAX) {
                return Err(format!("the number of document {document} is out of range"));
            }
        }
        Ok(())
    }
}

/// A column of byte strings by ordinals into a sorted list of the different ones: keywords, and the collation keys of
/// sortable keywords (at most one a document).
#[derive(Clone, Copy)]
pub struct KeywordColumn<'a> {
    values: u32,
    documents: u32,
    /// Where the bytes of each value start, and where the last end: 8 bytes each.
    starts: &'a [u8],
    /// Where the ordinals of each document start, and where the last end: 4 bytes each. Empty when no document has two.
    lists: &'a [u8],
    /// Ordinals, `width` bytes each; all ones where a document has none and there are no lists.
    ordinals: &'a [u8],
    width: u8,
    bytes: &'a [u8],
}

impl<'a> KeywordColumn<'a> {
    /// The column of so many documents in these bytes.
    pub fn open(bytes: &'a [u8], documents: u32) -> Result<Self, Fault> {
        let mut unpacker = Unpacker::new(bytes);
        let (values, width, lists) = (unpacker.u32()?, unpacker.byte()?, unpacker.byte()?);
        let (ordinals, length) = (unpacker.u64()?, unpacker.u64()?);
        if !matches!(width, 1 | 2 | 4) || lists > 1 || ordinals > u64::from(u32::MAX) {
            return Err(format!("a keyword column of width {width}, list flag {lists} and {ordinals} ordinals"));
        }
        let column = Self {
            values,
            documents,
            starts: unpacker.bytes((u64::from(values) + 1) * 8)?,
            lists: unpacker.bytes(if lists == 1 { (u64::from(documents) + 1) * 4 } else { 0 })?,
            ordinals: unpacker.bytes(ordinals * u64::from(width))?,
            width,
            bytes: unpacker.bytes(length)?,
        };
        if !unpacker.is_at_end() || (lists == 0 && ordinals != u64::from(documents)) {
            return Err("the parts of a keyword column do not fill it".to_owned());
        }
        Ok(column)
    }

    /// The number of different values.
    pub fn len(&self) -> u32 {
        self.values
    }

    /// Whether no document has a value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of an ordinal; ordinals rise with the bytes of the values. Empty for an ordinal that there is not.
    pub fn value(&self, ordinal: u32) -> &'a [u8] {
        if ordinal >= self.values {
            return &[];
        }
        let start = number_at(self.starts, 8, ordinal as usize) as usize;
        let end = number_at(self.starts, 8, ordinal as usize + 1) as usize;
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The first ordinal whose value is not below this one; [`Self::len`] when all are.
    pub fn first_at_least(&self, value: &[u8]) -> u32 {
        let (mut from, mut to) = (0, self.values);
        while from < to {
            let middle = from + (to - from) / 2;
            if self.value(middle) < value { from = middle + 1 } else { to = middle }
        }
        from
    }

    /// The ordinals of a document's values, going up; each is below [`Self::len`].
    #[inline]
    pub fn ordinals(&self, document: u32) -> impl Iterator<Item = u32> + use<'a> {
        let (ordinals, width, values) = (self.ordinals, self.width, u64::from(self.values));
        let range = match document {
            _ if document >= self.documents => 0..0,
            _ if self.lists.is_empty() => document as usize..document as usize + 1,
            _ => self.list(document),
        };
        range.map(move |at| number_at(ordinals, width, at)).filter(move |&ordinal| ordinal < values).map(|at| at as u32)
    }

    /// A document's values, going up.
    pub fn values_of(self, document: u32) -> impl Iterator<Item = &'a [u8]> {
        self.ordinals(document).map(move |ordinal| self.value(ordinal))
    }

    /// The ordinal of the first of a document's values: the one value of a field that has no lists.
    #[inline]
    pub fn first(&self, document: u32) -> Option<u32> {
        self.ordinals(document).next()
    }

    #[inline]
    fn list(&self, document: u32) -> std::ops::Range<usize> {
        let count = self.ordinals.len() / usize::from(self.width);
        let start = number_at(self.lists, 4, document as usize) as usize;
        let end = number_at(self.lists, 4, document as usize + 1) as usize;
        start..end.min(count)
    }

    /// Whether values are in order and every ordinal has its value.
    pub fn check(&self) -> Result<(), Fault> {
        let start = |at: u32| number_at(self.starts, 8, at as usize);
        if start(0) != 0 || start(self.values) != self.bytes.len() as u64 {
            return Err("the values of a keyword column do not fill its bytes".to_owned());
        }
        for at in 0..self.values {
            if start(at) > start(at + 1) || (at > 0 && self.value(at - 1) >= self.value(at)) {
                return Err(format!("value {at} of a keyword column is out of order"));
            }
        }
        let count = self.ordinals.len() / usize::from(self.width);
        let missing = if self.lists.is_empty() { u64::MAX >> (64 - 8 * u32::from(self.width)) } else { u64::MAX };
        let known = |at: usize| {
            let ordinal = number_at(self.ordinals, self.width, at);
            ordinal < u64::from(self.values) || ordinal == missing
        };
        if !(0..count).all(known) {
            return Err("an ordinal of a keyword column has no value".to_owned());
        }
        if self.lists.is_empty() {
            return Ok(());
        }
        let mut end = 0;
        for document in 0..self.documents {
            let list = self.list(document);
            if list.start != end || list.end < end || !self.ordinals(document).is_sorted_by(|a, b| a < b) {
                return Err(format!("the keywords of document {document} are out of order"));
            }
            end = list.end;
        }
        if end == count { Ok(()) } else { Err("ordinals of a keyword column belong to no document".to_owned()) }
    }
}
