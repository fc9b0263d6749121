//! The best documents that have any of some clauses: block-max MaxScore by windows.
//!
//! Over a stretch of documents the clauses are ordered by their bounds. Those with the smallest, which together do not
//! reach above the worst score kept, cannot make a document one of the best alone; the others are the *essential* ones, and
//! only their documents are looked at. Several essential clauses add up their scores in a window, a single one is walked.
//! Then the others are asked, from the largest bound to the smallest, about those documents only that they can still bring
//! above the worst score. The stretch ends where the bounds of the essential clauses change, or is a run of ranges whose
//! ceilings are high enough.

use super::best::{Looking, are_whole};
use super::boolean::{Clause, Clauses};
use super::candidates::Candidates;
use super::ceilings::{self, Ceilings, Way};
use super::cursor::{Cursor, Goal, WINDOW, Window};
use super::slots::Slots;
use super::sum::Grain;
use crate::Result;
use crate::postings::NO_MORE;

/// The first stretch, while there is no bound to go by; those that follow grow to a window.
const FIRST: u32 = 512;

/// The shortest stretch at first; it grows while stretches hold so little that their bounds cost more than they save.
const SHORTEST: u32 = 512;

/// The longest that the shortest stretch becomes.
const LONGEST: u32 = 1 << 16;

/// So many documents of essential clauses for every clause make a stretch worth its bounds.
const WORTH: usize = 24;

/// A disjunction to be searched in one segment.
pub(super) struct AnyOf<'a> {
    clauses: Vec<Clause<'a>>,
    /// What must match too, unscored.
    filter: Vec<Clause<'a>>,
    excluded: Vec<Clause<'a>>,
    grain: Grain,
    documents: u32,
    /// The clauses by their bounds over the stretch, smallest first.
    order: Vec<Ranked>,
    /// The place in the order of the first essential one.
    essential: usize,
    /// How long stretches are where bounds tell nothing yet, and at least.
    first: u32,
    shortest: u32,
    window: Window,
    slots: Slots,
    candidates: Candidates,
}

/// A clause in the order of the bounds.
#[derive(Clone, Copy)]
struct Ranked {
    clause: usize,
    bound: f64,
    /// The sum of the bounds up to this one.
    sum: f64,
}

impl<'a> AnyOf<'a> {
    /// Of clauses of which one is enough, and filters of which none should lead.
    pub(super) fn new(clauses: Clauses<'a>) -> Self {
        let Clauses { should, filter, excluded, grain, documents, .. } = clauses;
        let order = (0..should.len()).map(|clause| Ranked { clause, bound: 0.0, sum: 0.0 }).collect();
        let (window, slots, candidates) = (Window::default(), Slots::new(grain), Candidates::new(grain));
        let (essential, first, shortest) = (0, FIRST, SHORTEST);
        let clauses = should;
        Self {
            clauses,
            filter,
            excluded,
            grain,
            documents,
            order,
            essential,
            first,
            shortest,
            window,
            slots,
            candidates,
        }
    }

    /// The ceilings of its ranges, where they tell more than bounds at little cost; asked before it is searched.
    pub(super) fn ceilings(&mut self, most: f64) -> Option<Ceilings> {
        let Self { clauses, documents, .. } = self;
        let most_frequent = clauses.iter().map(|clause| clause.cost()).max()?;
        if !ceilings::pay(*documents, most_frequent, clauses.iter().map(|clause| clause.asked_for_ceilings())) {
            return None;
        }
        Ceilings::new(*documents, most, |into| {
            let (first, others) = clauses.split_first_mut()?;
            first.ceilings(into);
            let mut own = vec![0.0; into.len()];
            for clause in others {
                clause.ceilings(&mut own);
                for (sum, &more) in into.iter_mut().zip(&own) {
                    *sum = sum.max(0.0) + more.max(0.0);
                }
            }
            Some(())
        })
    }

    /// Takes the best of the segment that lie on the way; whether all lists were whole.
    pub(super) fn search(mut self, way: &mut Way<'_>, looking: &mut Looking<'_>) -> Result<bool> {
        let mut from = 0;
        while let Some((first, last)) = way.next(from, looking.worst()) {
            from = first;
            while from <= last {
                looking.clock.check()?;
                from = match looking.worst().map(f64::from) {
                    None => self.stretch_without_bounds(from, last, looking),
                    Some(worst) if way.is_by_ranges() => self.stretch(from, last, worst, looking)?.0,
                    Some(worst) => self.stretch_by_bounds(from, last, worst, looking)?,
                };
            }
        }
        // Before there were enough, no range was left out.
        if way.is_by_ranges() && looking.worst().is_some() {
            looking.leave_out();
        }
        Ok(are_whole(self.clauses.iter().chain(&self.filter).chain(&self.excluded)))
    }

    /// Adds up everything while no bound helps yet, little by little; returns where to go on.
    fn stretch_without_bounds(&mut self, from: u32, last: u32, looking: &mut Looking<'_>) -> u32 {
        let last = aligned(from.saturating_add(self.first - 1), last);
        self.first = (self.first * 2).min(WINDOW);
        self.add_up_all(from, last, looking)
    }

    /// Looks at the documents up to where the bounds of the essential clauses change, or at a few blocks of them.
    fn stretch_by_bounds(&mut self, from: u32, last: u32, worst: f64, looking: &mut Looking<'_>) -> Result<u32> {
        let ends = self.order[self.essential..].iter().map(|ranked| ranked.clause);
        let end = ends.map(|at| self.clauses[at].bound_end(from)).min().unwrap_or(NO_MORE);
        let last = aligned(end.max(from.saturating_add(self.shortest - 1)), last);
        let (next, looked) = self.stretch(from, last, worst, looking)?;
        if let Some(looked) = looked {
            self.shortest = if looked < WORTH * self.clauses.len() {
                (self.shortest * 2).min(LONGEST)
            } else {
                (self.shortest / 2).max(SHORTEST)
            };
        }
        Ok(next)
    }

    /// Looks at the documents of a stretch; returns where to go on and at how many documents of essential clauses it looked, if
    /// any clause was.
    fn stretch(&mut self, from: u32, last: u32, worst: f64, looking: &mut Looking<'_>) -> Result<(u32, Option<usize>)> {
        looking.leave_out();
        self.rank(from, last);
        let essential = self.order.partition_point(|ranked| ranked.sum <= worst);
        self.essential = essential.min(self.order.len() - 1);
        let looked = match self.order.len() - essential {
            0 => None,
            1 => Some(self.walk(essential, from, last, worst, looking)),
            _ => Some(self.add_up(essential, from, last, worst, looking)?),
        };
        Ok((last + 1, looked))
    }

    /// Orders the clauses by their bounds over a stretch.
    fn rank(&mut self, from: u32, last: u32) {
        for ranked in &mut self.order {
            ranked.bound = self.grain.round(self.clauses[ranked.clause].bound(from, last));
        }
        self.order.sort_by(|one, other| one.bound.total_cmp(&other.bound));
        let mut sum = 0.0;
        for ranked in &mut self.order {
            sum += ranked.bound;
            ranked.sum = sum;
        }
    }

    /// What the clauses before a place in the order can add at most.
    fn before(&self, place: usize) -> f64 {
        if place == 0 { 0.0 } else { self.order[place - 1].sum }
    }

    /// Looks at the documents of the one essential clause.
    fn walk(&mut self, essential: usize, from: u32, last: u32, worst: f64, looking: &mut Looking<'_>) -> usize {
        let rest = self.before(essential);
        let (mut from, mut looked, mut worst) = (from, 0, worst);
        while from <= last {
            let clause = &mut self.clauses[self.order[essential].clause];
            let end = clause.bound_end(from);
            if end == NO_MORE {
                break;
            }
            let end = end.min(last);
            if self.grain.round(clause.bound(from, end)) + rest > worst {
                self.candidates.clear();
                clause.collect(from, end, true, Goal { worst, rest }, &mut self.candidates);
                looked += self.candidates.docs().len();
                self.ask_others(essential, worst, looking);
                worst = looking.worst().map_or(worst, f64::from);
            }
            from = end + 1;
        }
        looked
    }

    /// Adds up the essential clauses, window after window.
    fn add_up(
        &mut self,
        essential: usize,
        from: u32,
        last: u32,
        worst: f64,
        looking: &mut Looking<'_>,
    ) -> Result<usize> {
        let rest = self.before(essential);
        let (mut base, mut looked, mut worst) = (from, 0, worst);
        while base <= last {
            let end = base.saturating_add(WINDOW).min(last + 1);
            self.slots.stand_for(base, end);
            let mut next = NO_MORE;
            for ranked in &self.order[essential..] {
                next = next.min(self.clauses[ranked.clause].add_up(&mut self.slots));
            }
            let (slots, candidates) = (&mut self.slots, &mut self.candidates);
            candidates.clear();
            // The difference may be rounded up, the sum is not.
            slots.drain_above(((worst - rest) * (1.0 - f64::EPSILON)).max(0.0), |doc, sum| {
                if sum + rest > worst {
                    candidates.push_sum(doc, sum);
                }
            });
            looked += self.candidates.docs().len();
            self.ask_others(essential, worst, looking);
            worst = looking.worst().map_or(worst, f64::from);
            looking.clock.check()?;
            base = end.max(next & !63);
        }
        Ok(looked)
    }

    /// Adds up all clauses of a stretch of one window, where every match is a candidate; returns where the next can be.
    fn add_up_all(&mut self, from: u32, last: u32, looking: &mut Looking<'_>) -> u32 {
        self.window.reset(from, last + 1, true);
        self.window.set_grain(self.grain);
        let mut next = NO_MORE;
        for clause in &mut self.clauses {
            next = next.min(if clause.is_leaf() {
                clause.fill(&mut self.window)
            } else {
                walk_into(clause.as_mut(), &mut self.window)
            });
        }
        let (window, candidates) = (&self.window, &mut self.candidates);
        candidates.clear();
        window.for_each_sum(|doc, sum| candidates.push_sum(doc, sum));
        self.ask_others(0, f64::NEG_INFINITY, looking);
        (last + 1).max(next & !63)
    }

    /// Asks the clauses that are not essential about the candidates and takes those that are left.
    fn ask_others(&mut self, essential: usize, worst: f64, looking: &mut Looking<'_>) {
        looking.drop_deleted(&mut self.candidates);
        for at in (0..essential).rev() {
            let Ranked { clause, sum: rest, .. } = self.order[at];
            self.candidates.retain_above(Goal { worst, rest });
            if self.candidates.is_empty() {
                return;
            }
            self.clauses[clause].add(&mut self.candidates);
        }
        if !self.filter.is_empty() {
            self.candidates.retain_above(Goal { worst, rest: 0.0 });
        }
        for clause in &mut self.filter {
            clause.retain(&mut self.candidates, false, Goal { worst, rest: 0.0 });
        }
        for clause in &mut self.excluded {
            clause.exclude(&mut self.candidates);
        }
        looking.take_all(&self.candidates);
    }
}

/// The last document of a stretch that ends before `end`, so that the next one begins at a multiple of 64.
fn aligned(last: u32, end: u32) -> u32 {
    (last | 63).min(end)
}

/// Fills a window, as [`Cursor::fill`] does, with a clause that must only be walked.
fn walk_into(clause: &mut dyn Cursor, window: &mut Window) -> u32 {
    let mut doc = clause.seek(window.base());
    while doc < window.end() {
        if clause.matches() {
            window.add(doc, clause.score());
        }
        doc = clause.next();
    }
    doc
}
