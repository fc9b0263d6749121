//! Numbers and values as bytes: variable-length integers, and the values of a stored document one after another.
//!
//! Reading trusts nothing: every length is checked against what is left, and a value nests at most [`MAX_DEPTH`] deep.
//! It knows no files: what is wrong is said in words, and the caller adds where.

use super::value::Value;

/// How deep lists may lie in lists.
pub const MAX_DEPTH: usize = 32;

/// What is wrong with some bytes, in words.
pub type Fault = String;

const NULL: u8 = 0;
const TEXT: u8 = 1;
const INTEGER: u8 = 2;
const FLOAT: u8 = 3;
const FALSE: u8 = 4;
const TRUE: u8 = 5;
const DATE: u8 = 6;
const NAIVE: u8 = 7;
const AWARE: u8 = 8;
const JSON: u8 = 9;
const LIST: u8 = 10;

/// Appends a number, seven bits a byte, the lowest first.
pub fn push_varint(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

/// Appends a signed number: small ones of either sign are short.
fn push_signed(number: i64, into: &mut Vec<u8>) {
    push_varint(((number << 1) ^ (number >> 63)) as u64, into);
}

fn push_text(tag: u8, text: &str, into: &mut Vec<u8>) {
    into.push(tag);
    push_varint(text.len() as u64, into);
    into.extend_from_slice(text.as_bytes());
}

/// Appends a value; lists deeper than [`MAX_DEPTH`] are refused before (see `segment::check`).
pub fn push_value(value: &Value, into: &mut Vec<u8>) {
    match value {
        Value::Null => into.push(NULL),
        Value::Text(text) => push_text(TEXT, text, into),
        Value::Integer(number) => {
            into.push(INTEGER);
            push_signed(*number, into);
        }
        Value::Float(number) => {
            into.push(FLOAT);
            into.extend_from_slice(&number.to_le_bytes());
        }
        Value::Boolean(truth) => into.push(if *truth { TRUE } else { FALSE }),
        Value::Date(days) => {
            into.push(DATE);
            push_signed(*days, into);
        }
        Value::DateTime { micros, aware } => {
            into.push(if *aware { AWARE } else { NAIVE });
            push_signed(*micros, into);
        }
        Value::Json(text) => push_text(JSON, text, into),
        Value::List(values) => {
            into.push(LIST);
            push_varint(values.len() as u64, into);
            for value in values {
                push_value(value, into);
            }
        }
    }
}

/// Reads bytes from the front, never past their end.
pub struct Unpacker<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    /// Stands at the first of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether all bytes are read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next so many bytes.
    pub fn bytes(&mut self, length: u64) -> Result<&'a [u8], Fault> {
        let left = self.rest.len();
        let parts = usize::try_from(length).ok().and_then(|length| self.rest.split_at_checked(length));
        let (taken, rest) = parts.ok_or_else(|| format!("{length} bytes expected, {left} left"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, Fault> {
        Ok(self.bytes(1)?[0])
    }

    /// The next so many bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let bytes = self.bytes(N as u64)?;
        Ok(bytes.try_into().expect("as many bytes as were asked for"))
    }

    /// A number of four bytes, the lowest first.
    pub fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }

    /// A number of eight bytes, the lowest first.
    pub fn u64(&mut self) -> Result<u64, Fault> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number written by [`push_varint`].
    pub fn varint(&mut self) -> Result<u64, Fault> {
        let mut number = 0u64;
        for (at, &byte) in self.rest.iter().enumerate().take(10) {
            let bits = u64::from(byte & 0x7f);
            if at == 9 && bits > 1 {
                break;
            }
            number |= bits << (7 * at);
            if byte < 0x80 {
                self.rest = &self.rest[at + 1..];
                return Ok(number);
            }
        }
        Err("a variable-length number does not end".to_owned())
    }

    fn signed(&mut self) -> Result<i64, Fault> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn text(&mut self) -> Result<String, Fault> {
        let length = self.varint()?;
        let bytes = self.bytes(length)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| format!("a text is no UTF-8: {error}"))
    }

    /// Passes over a value written by [`push_value`].
    pub fn skip_value(&mut self) -> Result<(), Fault> {
        self.skip_nested_value(0)
    }

    fn skip_nested_value(&mut self, depth: usize) -> Result<(), Fault> {
        match self.byte()? {
            NULL | FALSE | TRUE => {}
            TEXT | JSON => {
                let length = self.varint()?;
                self.bytes(length)?;
            }
            INTEGER | DATE | NAIVE | AWARE => {
                self.varint()?;
            }
            FLOAT => {
                self.bytes(size_of::<f64>() as u64)?;
            }
            LIST if depth == MAX_DEPTH => return Err(format!("lists nest deeper than {MAX_DEPTH}")),
            LIST => {
                for _ in 0..self.varint()? {
                    self.skip_nested_value(depth + 1)?;
                }
            }
            tag => return Err(format!("unknown kind of value {tag}")),
        }
        Ok(())
    }

    /// A value written by [`push_value`].
    pub fn value(&mut self) -> Result<Value, Fault> {
        self.nested_value(0)
    }

    fn nested_value(&mut self, depth: usize) -> Result<Value, Fault> {
        Ok(match self.byte()? {
            NULL => Value::Null,
            TEXT => Value::Text(self.text()?),
            INTEGER => Value::Integer(self.signed()?),
            FLOAT => Value::Float(f64::from_le_bytes(self.array()?)),
            FALSE => Value::Boolean(false),
            TRUE => Value::Boolean(true),
            DATE => Value::Date(self.signed()?),
            NAIVE => Value::DateTime { micros: self.signed()?, aware: false },
            AWARE => Value::DateTime { micros: self.signed()?, aware: true },
            JSON => Value::Json(self.text()?),
            LIST if depth == MAX_DEPTH => return Err(format!("lists nest deeper than {MAX_DEPTH}")),
            LIST => {
                let count = self.varint()?;
                // A value takes at least a byte, so a count cannot ask for more memory than there are bytes.
                if count > self.rest.len() as u64 {
                    return Err(format!("a list of {count} values in {} bytes", self.rest.len()));
                }
                (0..count).map(|_| self.nested_value(depth + 1)).collect::<Result<_, _>>().map(Value::List)?
            }
            tag => return Err(format!("unknown kind of value {tag}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            ".{0,20}".prop_map(Value::Text),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_filter("never NaN", |number| !number.is_nan()).prop_map(Value::Float),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::Date),
            (any::<i64>(), any::<bool>()).prop_map(|(micros, aware)| Value::DateTime { micros, aware }),
            ".{0,20}".prop_map(Value::Json),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| prop::collection::vec(inner, 0..6).prop_map(Value::List))
    }

    proptest! {
        #[test]
        fn values_come_back(values in prop::collection::vec(any_value(), 0..8)) {
            let mut bytes = Vec::new();
            values.iter().for_each(|value| push_value(value, &mut bytes));
            let mut unpacker = Unpacker::new(&bytes);
            for value in &values {
                prop_assert_eq!(&unpacker.value().unwrap(), value);
            }
            prop_assert!(unpacker.is_at_end());
        }

        #[test]
        fn what_is_passed_over_is_as_long_as_what_is_read(values in prop::collection::vec(any_value(), 0..8)) {
            let mut bytes = Vec::new();
            values.iter().for_each(|value| push_value(value, &mut bytes));
            let (mut skipping, mut reading) = (Unpacker::new(&bytes), Unpacker::new(&bytes));
            for _ in &values {
                prop_assert_eq!(skipping.skip_value(), reading.value().map(|_| ()));
                prop_assert_eq!(skipping.left(), reading.left());
            }
        }

        #[test]
        fn a_truncated_value_is_refused(value in any_value(), cut in any::<prop::sample::Index>()) {
            let mut bytes = Vec::new();
            push_value(&value, &mut bytes);
            let cut = cut.index(bytes.len());
            prop_assert!(Unpacker::new(&bytes[..cut]).value().is_err());
            prop_assert!(Unpacker::new(&bytes[..cut]).skip_value().is_err());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut unpacker = Unpacker::new(&bytes);
            while !unpacker.is_at_end() && unpacker.value().is_ok() {}
            let mut unpacker = Unpacker::new(&bytes);
            while !unpacker.is_at_end() && unpacker.skip_value().is_ok() {}
        }

        #[test]
        fn numbers_come_back(number in any::<u64>()) {
            let mut bytes = Vec::new();
            push_varint(number, &mut bytes);
            prop_assert_eq!(Unpacker::new(&bytes).varint(), Ok(number));
        }
    }

    #[test]
    fn a_bottomless_list_is_refused() {
        let bytes = [LIST, 1].repeat(100_000);
        assert_eq!(Unpacker::new(&bytes).value(), Err(format!("lists nest deeper than {MAX_DEPTH}")));
    }
}
