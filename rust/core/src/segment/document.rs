//! A stored document as it lies in a segment: read as far as it is looked at, its values unpacked one by one.

use std::sync::{Arc, OnceLock};

use super::reader::Segment;
use crate::documents::packing::{Fault, Unpacker};
use crate::documents::{Document, Value};
use crate::schema::FieldId;
use crate::{Error, Result};

/// So many bytes are read of a document at first: a key, a title, a date.
const HEAD: usize = 512;

/// A stored document, its first bytes decompressed; the others are when they are asked for.
pub struct StoredDocument {
    segment: Arc<Segment>,
    document: u32,
    head: Vec<u8>,
    /// The whole document, at once when the head is all of it.
    packed: OnceLock<Vec<u8>>,
}

impl StoredDocument {
    /// The document with this number, which the segment has.
    pub(super) fn new(segment: Arc<Segment>, document: u32) -> Result<Self> {
        let (head, is_all) =
            segment.stored().head(document, HEAD).map_err(|fault| broken(&segment, document, &fault))?;
        let (head, packed) = if is_all { (Vec::new(), head.into()) } else { (head, OnceLock::new()) };
        Ok(Self { segment, document, head, packed })
    }

    /// The value of one field, `Value::Null` where none is stored. `Error::Corrupt` for bytes that are no value.
    pub fn value(&self, field: FieldId) -> Result<Value> {
        let read = |packed: &[u8]| {
            let mut unpacker = Unpacker::new(packed);
            (0..field).try_for_each(|_| unpacker.skip_value())?;
            unpacker.value()
        };
        if self.packed.get().is_none()
            && let Ok(value) = read(&self.head)
        {
            return Ok(value);
        }
        read(self.packed()?).map_err(|fault| broken(&self.segment, self.document, &fault))
    }

    /// All values. `Error::Corrupt` for bytes that are no document of this segment.
    pub fn unpack(&self) -> Result<Document> {
        self.segment.unpack(self.packed()?).map_err(|fault| broken(&self.segment, self.document, &fault))
    }

    /// The segment that it lies in.
    pub fn segment(&self) -> &Segment {
        &self.segment
    }

    /// Its number there.
    pub fn number(&self) -> u32 {
        self.document
    }

    fn packed(&self) -> Result<&[u8]> {
        if let Some(packed) = self.packed.get() {
            return Ok(packed);
        }
        let whole = self.segment.stored().get(self.document);
        let whole = whole.map_err(|fault| broken(&self.segment, self.document, &fault))?;
        Ok(self.packed.get_or_init(|| whole))
    }
}

fn broken(segment: &Segment, document: u32, fault: &Fault) -> Error {
    Error::corrupt(segment.path(), format!("stored document {document}: {fault}"))
}
