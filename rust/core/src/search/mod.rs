//! Which documents answer a plan best, and why.
//!
//! `plan` is the query as the engine takes it: analysed, with fields as numbers. `bm25` has the formula; the cursors
//! (`clause`, `phrase`, `boolean`, …) walk the documents of a plan in one segment, over posting lists whose bounds are known
//! (`bounded`). `best` finds the best of them by bounds, with `one_word`, `list_by_list`, `any_of` and `all_of` for the shapes of
//! plans, `ceilings` for the ranges to look at first, and `candidates`, `slots` and `sum` for scores in the making; `collect`
//! looks at all of them, for counts and facets, `ordered` at what may come first in an order; `topk` keeps the best. `explain` and `marks` (by
//! what is `wanted`) say why a document was found.

mod all_of;
mod any_of;
mod best;
mod bm25;
mod boolean;
mod bounded;
mod candidates;
mod ceilings;
mod clause;
mod clock;
mod collect;
mod compile;
mod constant;
mod cursor;
pub mod explain;
mod facets;
mod intervals;
mod list_by_list;
mod marks;
mod one_word;
mod ordered;
mod pattern;
mod phrase;
pub mod plan;
pub mod prepared;
pub mod request;
pub mod searches;
mod slots;
mod sum;
mod topk;
mod values;
mod wanted;

pub use clock::Stop;
pub use explain::{Explanation, explain};
pub use marks::Marker;
pub use plan::{Alternative, FieldClause, PhraseField, Plan, Slot};
pub use prepared::Prepared;
pub use request::{Hit, Outcome, Request, Sort, matching, search};
pub use searches::Searches;

#[cfg(test)]
mod tests;
