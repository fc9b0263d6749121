//! Posting lists: the documents of a term, how often and where it stands in each.
//!
//! `writer` lays a list down, `cursor` walks it, `verify` reads one whole; between them stand the shared formats:
//! `block` (128 numbers bit-packed), `skip` (what is known of a block without decoding it), `impacts`, `maxima` (what
//! a frequent term adds at most to each range of documents) and `positions`.
//! Nothing here knows what a term is, and norms come in from outside.
//!
//! # The format
//!
//! Integers are little-endian; a vint has seven bits in a byte, low ones first, the top bit set on all but the last;
//! `packed(w)` is 128 numbers of w bits by BitPacker4x, 16·w bytes. A term in one document has no list: its
//! [`TermInfo::postings`] is the document and its frequency is the number of occurrences. Otherwise, with n documents in
//! `b` = ⌈n / 128⌉ blocks and `g` = ⌈b / 32⌉ groups, there stands at [`TermInfo::postings`]:
//!
//! ```text
//! list      = flags:u8 (short | long)
//! flags     = bit 0: every frequency of the tail is 1; bits 1-3: the number of impacts of a short list;
//!             bit 1 of a long one: it has maxima
//! short     = impact* block                               -- b = 1
//! long      = maxima? last:u32[b]  offset:u16[b]  ends:u16[b]  base:u64[b]?
//!             group_last:u32[g]  group_offset:u64[g]  group_ends:u32[g]  impact*  block[b]
//! maxima    = pivot:u32 shortest:u8 longest:u8 level:u8[⌈documents of the segment / 64⌉]
//! impact    = frequency:vint norm:u8                      -- frequencies and norms go up; 1 to 4 of a block or group
//! block     = full | tail                                 -- only the last can be a tail of t = n mod 128 documents
//! full      = wd:u8 wf:u8 gaps:packed(wd) frequencies-1:packed(wf)
//! tail      = gap:vint[t] (w:u8 frequency-1:bits(w)[t])?
//! ```
//!
//! A gap is a document less the one before it less one; the first of a list is the document itself. `bits(w)` are numbers of w
//! bits, low ones first, together in as few bytes as they need. A block starts `group_offset + offset` bytes after the impacts.
//! The impacts are those of one group after those of another: first of its blocks, each up to its `ends`, then its own, up to
//! `group_ends`, where those of the next group begin. `base` is the number of positions before the block and only there if the
//! term has positions.
//!
//! At [`TermInfo::positions`], for o occurrences in `f` = ⌊o / 128⌋ full blocks:
//!
//! ```text
//! positions = start:u64[f = 0 ? 0 : f / 32 + 1]  width:u8[f]  delta:packed(width)[f]  delta:vint[o mod 128]
//! ```
//!
//! The deltas start anew in every document: its first is the position itself. `start` is where every 32nd block begins,
//! counted from the end of the widths. A width is at least 1, so that no few bytes can claim a giant list.

mod block;
mod bytes;
pub mod cursor;
pub mod impacts;
pub mod maxima;
pub mod norm;
mod positions;
mod skip;
#[cfg(test)]
mod tests;
mod verify;
pub mod writer;

pub(crate) use block::BLOCK;
pub use cursor::{Bounds, NO_MORE, PostingCursor};
pub use impacts::Impact;
pub use maxima::{Lengths, Maxima, RANGE};
pub use writer::{NO_POSITIONS, PostingsWriter, TermInfo};
