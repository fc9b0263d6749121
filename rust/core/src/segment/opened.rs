//! A stored document whose values are read one by one: a title costs nothing of the text after it.

use std::sync::Arc;

use super::reader::Segment;
use crate::Result;
use crate::documents::Value;
use crate::documents::packing::{Fault, Unpacker};
use crate::documents::stored::Packed;
use crate::schema::FieldId;

/// The stored values of a document.
pub struct StoredDocument {
    segment: Arc<Segment>,
    document: u32,
    packed: Packed,
    /// Where the value of each field starts.
    starts: Vec<usize>,
}

impl StoredDocument {
    /// Finds the values of so many fields; they are not read yet.
    pub(super) fn open(
        segment: Arc<Segment>,
        document: u32,
        packed: Packed,
        fields: usize,
    ) -> std::result::Result<Self, Fault> {
        let bytes = packed.bytes();
        let mut unpacker = Unpacker::new(bytes);
        let mut starts = Vec::with_capacity(fields);
        for _ in 0..fields {
            starts.push(bytes.len() - unpacker.left());
            unpacker.skip_value()?;
        }
        if unpacker.is_at_end() {
            Ok(Self { segment, document, packed, starts })
        } else {
            Err("bytes after the last value".to_owned())
        }
    }

    /// How many fields there are.
    pub fn field_count(&self) -> usize {
        self.starts.len()
    }

    /// The value of a field of the schema: `Value::Null` when there is none.
    pub fn value(&self, field: FieldId) -> Result<Value> {
        let start = self.starts[usize::from(field)];
        let value = Unpacker::new(&self.packed.bytes()[start..]).value();
        value.map_err(|fault| self.segment.broken_document(self.document, &fault))
    }
}
