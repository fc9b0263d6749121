//! A plan that is searched again and again: its terms are looked up once.

use std::sync::{Arc, OnceLock};

use super::clock::{Clock, Stop};
use super::compile::Node;
use super::explain::{self, Explanation};
use super::marks::{self, Marks};
use super::plan::Plan;
use super::request::{self, Outcome, Request};
use crate::Result;
use crate::index::{Address, Snapshot};
use crate::schema::FieldId;

/// A plan and what is asked of it, for any number of searches of one snapshot, by any number of threads.
pub struct Prepared {
    snapshot: Arc<Snapshot>,
    plan: Arc<Plan>,
    filter: Option<Arc<Plan>>,
    /// Without what is of each search alone, and without the filter.
    request: Request,
    scored: bool,
    /// Made by the first search, within its time: it may take long, and it may be refused.
    node: OnceLock<Node>,
}

impl Prepared {
    /// Nothing is looked up yet. The limit, the offset and the stop of the request are those of each search; documents
    /// must match `filter` too, unscored.
    pub fn new(snapshot: Arc<Snapshot>, plan: Arc<Plan>, filter: Option<Arc<Plan>>, request: Request) -> Self {
        let scored = plan.is_scored();
        Self { snapshot, plan, filter, request, scored, node: OnceLock::new() }
    }

    /// Finds the best documents. Errors as [`super::search`].
    pub fn search(&self, limit: usize, offset: usize, stop: Option<Stop>) -> Result<Outcome> {
        let request = Request { limit, offset, stop, ..self.request.clone() };
        let clock = Clock::new(request.timeout, request.stop.clone());
        request::best(&self.snapshot, self.node(&clock)?, self.scored, &request, &clock)
    }

    /// Explains the score of a document, as [`super::explain`] does.
    pub fn explain(&self, address: Address) -> Result<Option<Explanation>> {
        explain::explain(&self.snapshot, &self.plan, address, self.request.k1, self.request.b)
    }

    /// Marks the words of the plan in a text, as [`super::marks`] does.
    pub fn marks(&self, field: FieldId, text: &str) -> Result<Marks> {
        // What must match unscored is marked nowhere, so the filter in the node changes nothing.
        marks::of_node(&self.snapshot, self.node(&Clock::endless())?, field, text)
    }

    fn node(&self, clock: &Clock) -> Result<&Node> {
        if let Some(node) = self.node.get() {
            return Ok(node);
        }
        let filter = self.filter.as_deref();
        let node = request::compiled(&self.snapshot, &self.plan, filter, &self.request, clock)?;
        Ok(self.node.get_or_init(|| node))
    }
}
