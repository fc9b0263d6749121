//! A search: what is asked besides the plan, and what comes back.

use std::sync::Arc;
use std::time::Duration;

use super::bm25::Parameters;
use super::clock::{Clock, Stop};
use super::compile::{Compiler, Execution, Node};
use super::cursor::Scratch;
use super::plan::Plan;
use super::{best, collect};
use crate::Result;
use crate::index::{Address, Snapshot};
use crate::schema::FieldId;
use crate::segment::Bitset;

/// The order of hits that are not ranked by score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By the order of adding (the sequence numbers).
    Added {
        /// Last first.
        descending: bool,
    },
    /// By a number column or the collation keys of a sortable keyword; documents without a value come last either way.
    Column {
        /// The field.
        field: FieldId,
        /// Largest first.
        descending: bool,
    },
}

/// What is asked besides the plan.
#[derive(Debug, Clone)]
pub struct Request {
    /// How many hits at most.
    pub limit: usize,
    /// How many of the best to leave out first.
    pub offset: usize,
    /// BM25's k1, at least 0.
    pub k1: f32,
    /// BM25's b, 0 to 1.
    pub b: f32,
    /// Whether the total must be exact.
    pub count: bool,
    /// `None`: by score, and by order of adding for a plan that gives no scores.
    pub sort: Option<Sort>,
    /// Documents must match this too; unscored.
    pub filter: Option<Plan>,
    /// Keyword facet fields whose values to count over all matching documents.
    pub facets: Vec<FieldId>,
    /// The time allowed.
    pub timeout: Option<Duration>,
    /// Asked now and then whether to stop.
    pub stop: Option<Stop>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            limit: 10,
            offset: 0,
            k1: 1.2,
            b: 0.75,
            count: false,
            sort: None,
            filter: None,
            facets: Vec::new(),
            timeout: None,
            stop: None,
        }
    }
}

/// A found document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Where it is.
    pub address: Address,
    /// Its score; 0 for a plan that gives none.
    pub score: f32,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The hits asked for, best first; equal ones by address (or, unscored, by order of adding).
    pub hits: Vec<Hit>,
    /// How many documents match, or a lower bound of it.
    pub total: u64,
    /// Whether `total` is exact.
    pub total_is_exact: bool,
    /// For each facet asked for: values and in how many matching documents they stand, most frequent first, then by value.
    pub facets: Vec<Vec<(String, u64)>>,
}

/// Finds the best documents of a snapshot.
///
/// `Error::UnsupportedQuery` for a plan or request that the schema cannot answer or that is out of range, `Error::Timeout`
/// when the time allowed is over, `Error::Interrupted` when the caller stops it, `Error::Corrupt` when a file of the index
/// is broken.
pub fn search(snapshot: &Arc<Snapshot>, plan: &Plan, request: &Request) -> Result<Outcome> {
    let clock = Clock::new(request.timeout, request.stop.clone());
    let node = compiled(snapshot, plan, request.filter.as_ref(), request, &clock)?;
    best(snapshot, &node, plan.is_scored(), request, &clock)
}

/// Makes a plan ready together with what documents must match as well, unscored. Of the request only k1 and b count.
pub(super) fn compiled(
    snapshot: &Snapshot,
    plan: &Plan,
    filter: Option<&Plan>,
    request: &Request,
    clock: &Clock,
) -> Result<Node> {
    let mut compiler = Compiler::new(snapshot, Parameters::new(request.k1, request.b)?, clock);
    let node = compiler.compile(plan)?;
    Ok(match filter {
        None => node,
        Some(filter) => node.filtered(compiler.compile(filter)?),
    })
}

/// Finds the best documents of a plan that was made ready; `scored` tells whether the plan ranks documents at all. The
/// filter of the request is in the node already.
pub(super) fn best(
    snapshot: &Arc<Snapshot>,
    node: &Node,
    scored: bool,
    request: &Request,
    clock: &Clock,
) -> Result<Outcome> {
    let scratch = Scratch::new();
    let execution = Execution { snapshot, scratch: &scratch, clock };
    let some = request.limit.saturating_add(request.offset) > 0;
    if some && scored && request.sort.is_none() && request.facets.is_empty() && !request.count {
        best::search(node, execution, request)
    } else {
        collect::search(node, execution, request, scored)
    }
}

/// Every live document that matches, by segment. Errors as [`search`], but for the timeout.
pub fn matching(snapshot: &Arc<Snapshot>, plan: &Plan) -> Result<Vec<Bitset>> {
    let Request { k1, b, .. } = Request::default();
    let (clock, scratch) = (Clock::endless(), Scratch::new());
    let node = Compiler::new(snapshot, Parameters::new(k1, b)?, &clock).compile(plan)?;
    collect::bitsets(&node, Execution { snapshot, scratch: &scratch, clock: &clock })
}
