//! The best documents that have all of some clauses: block-max AND.
//!
//! The rarest clause leads. A stretch of documents is one block of it; when the bounds of all clauses over the stretch do
//! not add up to more than the worst score kept, it is left out. Otherwise the leader's documents are scored, those that
//! cannot reach the worst score with the bounds of the others are dropped, and the next clause is asked about the rest.

use super::best::{Looking, are_whole};
use super::boolean::{Clause, Clauses};
use super::candidates::Candidates;
use super::ceilings::{self, Ceilings, Way};
use super::cursor::{FAR, Goal};
use super::sum::Grain;
use crate::Result;
use crate::postings::NO_MORE;

/// Stretches between two looks at the clock.
const BETWEEN_LOOKS: u32 = 16;

/// The longest stretch where the leader's bound is the same everywhere, so that the first hits soon help.
const LONGEST: u32 = 1 << 16;

/// The first stretch where all bounds are: a few hits may be enough. The next ones double.
const FIRST: u32 = 1 << 8;

/// A conjunction to be searched in one segment.
pub(super) struct AllOf<'a> {
    /// The clauses that must match, the leader first; with each, whether it is scored.
    required: Vec<(Clause<'a>, bool)>,
    optional: Vec<Clause<'a>>,
    excluded: Vec<Clause<'a>>,
    grain: Grain,
}

/// A clause that only adds, in the order in which those are asked: largest bound first.
#[derive(Clone, Copy)]
struct Optional {
    clause: usize,
    bound: f64,
    /// The sum of the bounds from this one on.
    rest: f64,
}

impl<'a> AllOf<'a> {
    /// Of clauses whose `should` is optional.
    pub(super) fn new(clauses: Clauses<'a>) -> Self {
        let Clauses { must, filter, should, excluded, grain, .. } = clauses;
        let scored = must.into_iter().map(|clause| (clause, true));
        let mut required: Vec<_> = scored.chain(filter.into_iter().map(|clause| (clause, false))).collect();
        // The leader may be dear, since something must lead; of the others, the cheap ones are asked first.
        required.sort_by_key(|(clause, _)| clause.cost());
        required[1..].sort_by_key(|(clause, _)| (clause.is_dear(), clause.cost()));
        Self { required, optional: should, excluded, grain }
    }

    /// A single clause.
    pub(super) fn of_one(clause: Clause<'a>, grain: Grain) -> Self {
        Self { required: vec![(clause, true)], optional: Vec::new(), excluded: Vec::new(), grain }
    }

    /// The ceilings of its ranges, where they tell more than bounds at little cost; asked before it is searched. A rare leader
    /// leaves more out.
    pub(super) fn ceilings(&mut self, documents: u32, most: f64) -> Option<Ceilings> {
        let required = &mut self.required;
        let scored = required.iter().filter(|(_, scored)| *scored);
        let asked = scored.map(|(clause, _)| clause.asked_for_ceilings());
        if !self.optional.is_empty() || !ceilings::pay(documents, required[0].0.cost(), asked) {
            return None;
        }
        Ceilings::new(documents, most, |into| {
            into.fill(0.0);
            let mut own = vec![0.0; into.len()];
            for (clause, _) in required.iter_mut().filter(|(_, scored)| *scored) {
                clause.ceilings(&mut own);
                for (sum, &more) in into.iter_mut().zip(&own) {
                    *sum = if more < 0.0 { f32::NEG_INFINITY } else { *sum + more };
                }
            }
            Some(())
        })
    }

    /// Takes the best of the segment that lie on the way; whether all lists were whole.
    pub(super) fn search(mut self, way: &mut Way<'_>, looking: &mut Looking<'_>) -> Result<bool> {
        let mut candidates = Candidates::new(self.grain);
        // What the clauses from each on, and then those that are optional, can add at most.
        let mut rests = vec![0.0; self.required.len() + 1];
        let mut optional: Vec<Optional> =
            (0..self.optional.len()).map(|clause| Optional { clause, bound: 0.0, rest: 0.0 }).collect();
        let is_even = |(clause, _): &mut (Clause<'a>, bool)| clause.bound_end(0) == FAR;
        let are_even = self.optional.is_empty() && self.required.iter_mut().all(is_even);
        let (mut from, mut run_last, mut stretch) = (0, None, 0u32);
        let mut length = if are_even { FIRST } else { LONGEST };
        loop {
            if run_last.is_none_or(|last| from > last) {
                let Some((first, last)) = way.next(from, looking.worst()) else { break };
                (from, run_last) = (first, Some(last));
            }
            let end = self.required[0].0.bound_end(from);
            if end == NO_MORE {
                break;
            }
            if stretch.is_multiple_of(BETWEEN_LOOKS) {
                looking.clock.check()?;
            }
            stretch = stretch.wrapping_add(1);
            let end = if end == FAR { from.saturating_add(length - 1) } else { end };
            length = LONGEST.min(length * 2);
            let last = end.min(run_last.unwrap_or(0));
            let worst = looking.worst().map_or(f64::NEG_INFINITY, f64::from);
            if worst > f64::NEG_INFINITY {
                looking.leave_out();
                self.bound(from, last, &mut rests, &mut optional);
                if rests[0] <= worst {
                    from = last + 1;
                    continue;
                }
            }
            self.look(from, last, worst, &rests, &optional, &mut candidates, looking);
            looking.take_all(&candidates);
            from = last + 1;
        }
        // Before there were enough, no range was left out.
        if way.is_by_ranges() && looking.worst().is_some() {
            looking.leave_out();
        }
        let required = self.required.iter().map(|(clause, _)| clause);
        Ok(are_whole(required.chain(&self.optional).chain(&self.excluded)))
    }

    /// Works out the bounds of all clauses over a stretch.
    fn bound(&mut self, from: u32, last: u32, rests: &mut [f64], optional: &mut [Optional]) {
        let grain = self.grain;
        let mut rest = 0.0;
        for one in optional.iter_mut() {
            one.bound = grain.round(self.optional[one.clause].bound(from, last));
        }
        optional.sort_by(|one, other| other.bound.total_cmp(&one.bound));
        for one in optional.iter_mut().rev() {
            rest += one.bound;
            one.rest = rest;
        }
        for (at, (clause, scored)) in self.required.iter_mut().enumerate().rev() {
            rests[at + 1] = rest;
            if *scored {
                rest += grain.round(clause.bound(from, last));
            }
        }
        rests[0] = rest;
    }

    /// Leaves as candidates the matches of a stretch that may come above the worst score, with their whole sums.
    #[allow(clippy::too_many_arguments)]
    fn look(
        &mut self,
        from: u32,
        last: u32,
        worst: f64,
        rests: &[f64],
        optional: &[Optional],
        candidates: &mut Candidates,
        looking: &Looking<'_>,
    ) {
        candidates.clear();
        let ((lead, scored), others) = self.required.split_first_mut().expect("a conjunction has a leader");
        lead.collect(from, last, *scored, Goal { worst, rest: rests[1] }, candidates);
        looking.drop_deleted(candidates);
        for ((clause, scored), ends) in others.iter_mut().zip(rests[1..].windows(2)) {
            candidates.retain_above(Goal { worst, rest: ends[0] });
            if candidates.is_empty() {
                return;
            }
            clause.retain(candidates, *scored, Goal { worst, rest: ends[1] });
        }
        for clause in &mut self.excluded {
            if !candidates.is_empty() {
                clause.exclude(candidates);
            }
        }
        for &Optional { clause, rest, .. } in optional {
            candidates.retain_above(Goal { worst, rest });
            if candidates.is_empty() {
                return;
            }
            self.optional[clause].add(candidates);
        }
    }
}
