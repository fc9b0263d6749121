//! Clauses put together: any of them (a window at a time), all of them (the rarest leads), and a score multiplied.

use super::cursor::{Cursor, FAR, Scratch, WINDOW, Window};
use super::sum::Grain;
use crate::postings::NO_MORE;

/// A part of a boolean plan in one segment.
pub(super) type Clause<'a> = Box<dyn Cursor + 'a>;

/// The span of the first window of a disjunction that is walked; it grows while windows follow each other.
const FIRST_WINDOW: u32 = 256;

/// Clauses that each hold one in so many documents are dense.
const DENSE: u32 = 16;

/// A filter that less than one of so many documents pass should lead.
const SELECTIVE: u32 = 64;

/// At least so many of some clauses; the score is the sum of those that match.
pub(super) struct Disjunction<'a> {
    /// Each clause and a document before which it has no further candidate.
    clauses: Vec<(Clause<'a>, u32)>,
    minimum: u32,
    scored: bool,
    grain: Grain,
    documents: u32,
    scratch: &'a Scratch,
    counts: Vec<u32>,
    /// Only for walking: the window that it stands in.
    window: Window,
    span: u32,
    doc: u32,
}

impl<'a> Disjunction<'a> {
    /// Any `minimum` (at least 1) of the clauses in a segment of so many documents.
    pub(super) fn new(
        clauses: Vec<Clause<'a>>,
        minimum: u32,
        scored: bool,
        grain: Grain,
        documents: u32,
        scratch: &'a Scratch,
    ) -> Self {
        Self {
            clauses: clauses.into_iter().map(|clause| (clause, 0)).collect(),
            minimum,
            scored,
            grain,
            documents,
            scratch,
            counts: if minimum > 1 { vec![0; WINDOW as usize] } else { Vec::new() },
            window: Window::default(),
            span: FIRST_WINDOW,
            doc: 0,
        }
    }

    /// Fills a window in which nothing matches yet.
    fn fill_fresh(&mut self, window: &mut Window) -> u32 {
        let end = window.end();
        window.set_grain(self.grain);
        if self.minimum <= 1 {
            for (clause, next) in self.clauses.iter_mut().filter(|(_, next)| *next < end) {
                *next = clause.fill(window);
            }
        } else {
            let extent = window.extent();
            let Self { clauses, counts, scratch, minimum, grain, .. } = self;
            scratch.with_window(extent, |sums| {
                sums.set_grain(*grain);
                for (clause, next) in clauses.iter_mut().filter(|(_, next)| *next < end) {
                    scratch.with_window(extent, |own| {
                        *next = clause.fill(own);
                        own.for_each(|doc| {
                            sums.add(doc, own.score(doc));
                            counts[(doc - own.base()) as usize] += 1;
                        });
                    });
                }
                sums.for_each(|doc| {
                    if std::mem::take(&mut counts[(doc - sums.base()) as usize]) >= *minimum {
                        window.add(doc, sums.score(doc));
                    }
                });
            });
        }
        window.settle();
        self.clauses.iter().map(|&(_, next)| next).min().unwrap_or(NO_MORE)
    }
}

impl Cursor for Disjunction<'_> {
    fn doc(&self) -> u32 {
        self.doc
    }

    fn seek(&mut self, target: u32) -> u32 {
        let started = self.window.end() > 0;
        if started && self.doc >= target {
            return self.doc;
        }
        let mut found = self.window.first_from(target);
        while found == NO_MORE {
            let passed = self.window.end();
            let next = self.clauses.iter().map(|&(_, next)| next).min().unwrap_or(NO_MORE);
            let start = target.max(passed).max(next);
            if start >= self.documents {
                break;
            }
            let jumped = start - passed > self.span;
            self.span = if jumped { (self.span / 2).max(FIRST_WINDOW) } else { (self.span * 2).min(WINDOW) };
            let base = start & !63;
            let mut window = std::mem::take(&mut self.window);
            window.reset(base, base.saturating_add(self.span).min(self.documents), self.scored);
            self.fill_fresh(&mut window);
            found = window.first_from(start);
            self.window = window;
        }
        self.doc = found;
        found
    }

    fn score(&mut self) -> f32 {
        self.window.score(self.doc)
    }

    fn is_dear(&self) -> bool {
        self.clauses.iter().any(|(clause, _)| clause.is_dear())
    }

    fn cost(&self) -> u64 {
        self.clauses.iter().map(|(clause, _)| clause.cost()).sum()
    }

    fn is_broken(&self) -> bool {
        self.clauses.iter().any(|(clause, _)| clause.is_broken())
    }

    fn bound(&mut self, from: u32, last: u32) -> f32 {
        let mut best = 0.0f32;
        // What the window has is no longer before the clauses.
        let mut doc = self.window.first_from(from);
        while doc <= last && doc != NO_MORE {
            best = best.max(self.window.score(doc));
            doc = self.window.first_from(doc + 1);
        }
        let from = from.max(self.window.end());
        if from <= last {
            let grain = self.grain;
            let sum: f64 = self.clauses.iter_mut().map(|(clause, _)| grain.round(clause.bound(from, last))).sum();
            best = best.max(sum as f32);
        }
        best
    }

    fn bound_end(&mut self, from: u32) -> u32 {
        if self.doc == NO_MORE {
            return NO_MORE;
        }
        let from = from.max(self.window.end());
        let end = self.clauses.iter_mut().map(|(clause, _)| clause.bound_end(from)).min().unwrap_or(NO_MORE);
        // There may still be some in the window.
        end.min(FAR)
    }

    fn fill(&mut self, window: &mut Window) -> u32 {
        if window.is_fresh() {
            return self.fill_fresh(window);
        }
        // Its own sum comes first, and is then added to what other clauses gave.
        let (scratch, extent) = (self.scratch, window.extent());
        scratch.with_window(extent, |own| {
            let next = self.fill_fresh(own);
            own.for_each(|doc| window.add(doc, own.score(doc)));
            next
        })
    }
}

/// The clauses of a boolean plan that are there in a segment. The score is the sum of `must` and of those of `should` that
/// match; of a required `should` beside a `must`, the sum is one clause.
pub(super) struct Clauses<'a> {
    pub(super) must: Vec<Clause<'a>>,
    pub(super) filter: Vec<Clause<'a>>,
    pub(super) should: Vec<Clause<'a>>,
    /// How many of `should` must match; with 0 there is a `must` or a `filter`.
    pub(super) minimum: u32,
    pub(super) excluded: Vec<Clause<'a>>,
    pub(super) grain: Grain,
    /// How many documents the segment has.
    pub(super) documents: u32,
    pub(super) scored: bool,
    pub(super) scratch: &'a Scratch,
}

impl<'a> Clauses<'a> {
    fn any(&self, mut clauses: Vec<Clause<'a>>, minimum: u32, scored: bool) -> Option<Clause<'a>> {
        match clauses.len() {
            0 => None,
            1 if minimum <= 1 => clauses.pop(),
            _ => Some(Box::new(Disjunction::new(clauses, minimum, scored, self.grain, self.documents, self.scratch))),
        }
    }

    /// Whether the best of it are sought among the documents of `should`: one of these is enough, and no filter is so much rarer
    /// that it should lead.
    pub(super) fn is_any_of(&self) -> bool {
        let leads = |filter: &Clause<'_>| filter.is_dear() || filter.cost() < u64::from(self.documents / SELECTIVE);
        self.must.is_empty() && self.minimum == 1 && !self.filter.iter().any(leads)
    }

    /// Makes one clause of a `should` that is required beside others or of which several must match.
    pub(super) fn fold_required(mut self) -> Self {
        let alone = self.must.is_empty() && self.filter.is_empty();
        if self.minimum > 0 && (!alone || self.minimum > 1) {
            let should = std::mem::take(&mut self.should);
            let folded = self.any(should, self.minimum, self.scored);
            self.must.extend(folded);
            self.minimum = 0;
        }
        self
    }

    /// One cursor over all of them.
    pub(super) fn into_cursor(self) -> Clause<'a> {
        let mut clauses = self.fold_required();
        let excluded = std::mem::take(&mut clauses.excluded);
        let excluded = clauses.any(excluded, 1, false);
        if clauses.minimum > 0 {
            let should = std::mem::take(&mut clauses.should);
            clauses.must.extend(clauses.any(should, 1, clauses.scored));
        }
        if excluded.is_none() && clauses.should.is_empty() {
            // A single clause is its own sum; a filter is that too when nobody asks for scores.
            match (clauses.must.len(), clauses.filter.len()) {
                (1, 0) => return clauses.must.remove(0),
                (0, 1) if !clauses.scored => return clauses.filter.remove(0),
                _ => {}
            }
        }
        Box::new(Conjunction::new(clauses, excluded))
    }
}

/// All of some clauses and none of another; others that only add to the score.
pub(super) struct Conjunction<'a> {
    /// Those that must match: scored ones first, then filters.
    required: Vec<Clause<'a>>,
    /// How many of `required` are scored.
    musts: usize,
    optional: Vec<Clause<'a>>,
    excluded: Option<Clause<'a>>,
    /// The places of `required`, rarest first.
    order: Vec<usize>,
    /// Whether the clauses are so dense and so cheap that whole windows of them are cut, rather than candidates sought.
    dense: bool,
    scored: bool,
    grain: Grain,
    scratch: &'a Scratch,
    doc: u32,
    started: bool,
}

impl<'a> Conjunction<'a> {
    /// Of clauses whose `should` is optional; at least one is required.
    fn new(clauses: Clauses<'a>, excluded: Option<Clause<'a>>) -> Self {
        let Clauses { must, filter, should: optional, grain, documents, scored, scratch, .. } = clauses;
        let mut required = must;
        let musts = required.len();
        required.extend(filter);
        let mut order: Vec<usize> = (0..required.len()).collect();
        order.sort_by_key(|&at| required[at].cost());
        let rarest = required[order[0]].cost();
        let dense = required.len() > 1
            && rarest >= u64::from(documents / DENSE)
            && !required.iter().chain(&optional).chain(&excluded).any(|clause| clause.is_dear());
        let (doc, started) = (0, false);
        Self { required, musts, optional, excluded, order, dense, scored, grain, scratch, doc, started }
    }

    /// Cuts the windows of all clauses.
    fn fill_dense(&mut self, window: &mut Window) -> u32 {
        let Self { required, musts, optional, excluded, scratch, grain, .. } = self;
        let extent = window.extent();
        scratch.with_window(extent, |sum| {
            sum.set_grain(*grain);
            let mut next = 0;
            for (at, clause) in required.iter_mut().enumerate() {
                let scored = at < *musts;
                scratch.with_window(if scored { extent } else { extent.unscored() }, |own| {
                    next = next.max(clause.fill(own));
                    if at == 0 {
                        own.for_each(|doc| sum.add(doc, own.score(doc)));
                        return;
                    }
                    sum.retain(own);
                    if scored && sum.is_scored() {
                        sum.for_each_add(|doc| own.score(doc));
                    }
                });
            }
            if let Some(clause) = excluded {
                scratch.with_window(extent.unscored(), |own| {
                    clause.fill(own);
                    sum.exclude(own);
                });
            }
            for clause in optional.iter_mut().filter(|_| extent.is_scored()) {
                scratch.with_window(extent, |own| {
                    clause.fill(own);
                    sum.for_each_add(|doc| own.score(doc));
                });
            }
            sum.for_each(|doc| window.add(doc, sum.score(doc)));
            next
        })
    }

    /// The first document at or after `doc`, where the leader stands, that all required clauses have as a candidate; a
    /// larger one when it is not below `end`.
    fn align(&mut self, mut doc: u32, end: u32) -> u32 {
        let (&lead, others) = self.order.split_first().expect("a conjunction has a required clause");
        'candidates: while doc < end {
            for &at in others {
                let found = self.required[at].seek(doc);
                if found > doc {
                    doc = self.required[lead].seek(found);
                    continue 'candidates;
                }
            }
            break;
        }
        self.doc = doc;
        doc
    }
}

impl Cursor for Conjunction<'_> {
    fn doc(&self) -> u32 {
        self.doc
    }

    fn seek(&mut self, target: u32) -> u32 {
        if self.started && self.doc >= target {
            return self.doc;
        }
        self.started = true;
        let doc = self.required[self.order[0]].seek(target);
        self.align(doc, NO_MORE)
    }

    fn next(&mut self) -> u32 {
        let doc = self.required[self.order[0]].next();
        self.align(doc, NO_MORE)
    }

    fn matches(&mut self) -> bool {
        let doc = self.doc;
        self.order.iter().all(|&at| self.required[at].matches())
            && !self.excluded.as_mut().is_some_and(|clause| clause.seek(doc) == doc && clause.matches())
    }

    fn score(&mut self) -> f32 {
        let (mut sum, grain) = (0.0, self.grain);
        for clause in &mut self.required[..self.musts] {
            sum += grain.round(clause.score());
        }
        let doc = self.doc;
        for clause in &mut self.optional {
            if clause.seek(doc) == doc && clause.matches() {
                sum += grain.round(clause.score());
            }
        }
        sum as f32
    }

    fn bound(&mut self, from: u32, last: u32) -> f32 {
        let grain = self.grain;
        let scored = self.required[..self.musts].iter_mut();
        let mut sum: f64 = scored.map(|clause| grain.round(clause.bound(from, last))).sum();
        sum += self.optional.iter_mut().map(|clause| grain.round(clause.bound(from, last))).sum::<f64>();
        sum as f32
    }

    fn bound_end(&mut self, from: u32) -> u32 {
        self.required[self.order[0]].bound_end(from)
    }

    fn is_dear(&self) -> bool {
        self.required.iter().chain(&self.excluded).any(|clause| clause.is_dear())
    }

    fn cost(&self) -> u64 {
        self.required[self.order[0]].cost()
    }

    fn is_broken(&self) -> bool {
        self.required.iter().chain(&self.optional).chain(&self.excluded).any(|clause| clause.is_broken())
    }

    fn fill(&mut self, window: &mut Window) -> u32 {
        if self.dense {
            return self.fill_dense(window);
        }
        let end = window.end();
        let lead = self.order[0];
        let mut doc = self.required[lead].seek(window.base());
        loop {
            // Only up to the window's end, so that a search can be stopped between windows.
            doc = self.align(doc, end);
            if doc >= end {
                return doc;
            }
            if self.matches() {
                let score = if self.scored { self.score() } else { 0.0 };
                window.add(doc, score);
            }
            doc = self.required[lead].next();
        }
    }
}

/// A plan whose score is multiplied.
pub(super) struct Boosted<'a> {
    inner: Clause<'a>,
    factor: f32,
    scratch: &'a Scratch,
}

impl<'a> Boosted<'a> {
    pub(super) fn new(inner: Clause<'a>, factor: f32, scratch: &'a Scratch) -> Self {
        Self { inner, factor, scratch }
    }
}

impl Cursor for Boosted<'_> {
    fn doc(&self) -> u32 {
        self.inner.doc()
    }

    fn seek(&mut self, target: u32) -> u32 {
        self.inner.seek(target)
    }

    fn next(&mut self) -> u32 {
        self.inner.next()
    }

    fn matches(&mut self) -> bool {
        self.inner.matches()
    }

    fn is_dear(&self) -> bool {
        self.inner.is_dear()
    }

    fn score(&mut self) -> f32 {
        self.factor * self.inner.score()
    }

    fn bound(&mut self, from: u32, last: u32) -> f32 {
        self.factor * self.inner.bound(from, last)
    }

    fn bound_end(&mut self, from: u32) -> u32 {
        self.inner.bound_end(from)
    }

    fn cost(&self) -> u64 {
        self.inner.cost()
    }

    fn is_broken(&self) -> bool {
        self.inner.is_broken()
    }

    fn fill(&mut self, window: &mut Window) -> u32 {
        let (scratch, extent) = (self.scratch, window.extent());
        scratch.with_window(extent, |own| {
            let next = self.inner.fill(own);
            own.for_each(|doc| window.add(doc, self.factor * own.score(doc)));
            next
        })
    }
}
