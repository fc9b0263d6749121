//! Clauses put together: any of them (a window at a time), all of them (the rarest leads), and a score multiplied.

use super::cursor::{Cursor, Scratch, WINDOW, Window};
use crate::postings::NO_MORE;

/// A part of a boolean plan in one segment.
pub(super) type Clause<'a> = Box<dyn Cursor + 'a>;

/// The span of the first window of a disjunction that is walked; it grows while windows follow each other.
const FIRST_WINDOW: u32 = 256;

/// Clauses that each hold one in so many documents are dense.
const DENSE: u32 = 16;

/// At least so many of some clauses; the score is the sum of those that match, in order of the clauses.
pub(super) struct Disjunction<'a> {
    /// Each clause and a document before which it has no further candidate.
    clauses: Vec<(Clause<'a>, u32)>,
    minimum: u32,
    scored: bool,
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
        documents: u32,
        scratch: &'a Scratch,
    ) -> Self {
        Self {
            clauses: clauses.into_iter().map(|clause| (clause, 0)).collect(),
            minimum,
            scored,
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
        if self.minimum <= 1 {
            for (clause, next) in self.clauses.iter_mut().filter(|(_, next)| *next < end) {
                *next = clause.fill(window);
            }
        } else {
            let extent = window.extent();
            let Self { clauses, counts, scratch, minimum, .. } = self;
            scratch.with_window(extent, |sums| {
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

/// What a conjunction is made of. At least one clause must be required: `musts`, `filters` or, by `should_required`,
/// `should`.
pub(super) struct Parts<'a> {
    pub(super) musts: Vec<Clause<'a>>,
    pub(super) filters: Vec<Clause<'a>>,
    pub(super) should: Option<Clause<'a>>,
    pub(super) should_required: bool,
    pub(super) excluded: Option<Clause<'a>>,
}

/// All of some clauses and none of another; a last one that only adds to the score.
pub(super) struct Conjunction<'a> {
    /// Those that must match: scored ones first, in order of the plan, then filters, then a required disjunction.
    required: Vec<Clause<'a>>,
    /// How many of `required` are scored as `must`.
    musts: usize,
    /// The place in `required` of the disjunction of `should`, when it must match.
    should: Option<usize>,
    optional: Option<Clause<'a>>,
    excluded: Option<Clause<'a>>,
    /// The places of `required`, rarest first.
    order: Vec<usize>,
    /// Whether the clauses are so dense and so cheap that whole windows of them are cut, rather than candidates sought.
    dense: bool,
    scored: bool,
    scratch: &'a Scratch,
    doc: u32,
    started: bool,
}

impl<'a> Conjunction<'a> {
    /// A conjunction in a segment of so many documents.
    pub(super) fn new(parts: Parts<'a>, scored: bool, documents: u32, scratch: &'a Scratch) -> Self {
        let Parts { musts, filters, should, should_required, excluded } = parts;
        let mut required = musts;
        let musts = required.len();
        required.extend(filters);
        let (mut optional, mut place) = (None, None);
        match should {
            Some(should) if should_required => {
                place = Some(required.len());
                required.push(should);
            }
            other => optional = other,
        }
        let mut order: Vec<usize> = (0..required.len()).collect();
        order.sort_by_key(|&at| required[at].cost());
        let rarest = required[order[0]].cost();
        let dense = required.len() > 1
            && rarest >= u64::from(documents / DENSE)
            && !required.iter().chain(&optional).chain(&excluded).any(|clause| clause.is_dear());
        let (doc, started) = (0, false);
        Self { required, musts, should: place, optional, excluded, order, dense, scored, scratch, doc, started }
    }

    /// Cuts the windows of all clauses. The sum is that of `score`: all `must` in order, then `should`.
    fn fill_dense(&mut self, window: &mut Window) -> u32 {
        let Self { required, musts, should, optional, excluded, scratch, .. } = self;
        let extent = window.extent();
        scratch.with_window(extent, |sum| {
            let mut next = 0;
            for (at, clause) in required.iter_mut().enumerate() {
                let scored = at < *musts || Some(at) == *should;
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
            if let Some(clause) = optional
                && extent.is_scored()
            {
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
        let mut sum = 0.0;
        for clause in &mut self.required[..self.musts] {
            sum += clause.score();
        }
        if let Some(at) = self.should {
            sum += self.required[at].score();
        } else if let Some(clause) = &mut self.optional
            && clause.seek(self.doc) == self.doc
            && clause.matches()
        {
            sum += clause.score();
        }
        sum
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
