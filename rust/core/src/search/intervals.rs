//! Where the slots of a phrase or of a nearness meet in one text: minimal intervals of positions. Pure arithmetic over
//! ascending positions; it knows nothing of documents and posting lists.
//!
//! **Phrase.** A chain takes one position of each slot, in order, with gaps at least those of the offsets; its extra is
//! (last − first) − (last offset − first offset). The intervals are the inclusion-minimal [first, last] that hold a chain,
//! of these the ones whose extra is at most the slop. With slop 0 that is every exact occurrence.
//!
//! **Near.** A window holds a different position for each slot, in any order. The windows are the inclusion-minimal
//! [first, last] that do, of these the ones with last − first at most the distance.

/// Calls `visit` with the first and last position of every interval of a phrase, in order. `offsets` rise strictly and are
/// as many as the slots; `at` is working memory.
pub(super) fn phrase(
    slots: &[Vec<u32>],
    offsets: &[u32],
    slop: u32,
    at: &mut Vec<usize>,
    mut visit: impl FnMut(u32, u32),
) {
    let Some((ends, before)) = slots.split_last() else { return };
    let span = offsets[offsets.len() - 1] - offsets[0];
    at.clear();
    at.resize(before.len(), 0);
    let mut previous = None;
    'ends: for &end in ends {
        let mut start = end;
        for slot in (0..before.len()).rev() {
            let Some(limit) = start.checked_sub(offsets[slot + 1] - offsets[slot]) else { continue 'ends };
            let positions = &before[slot];
            // The limits of a slot go up with the ends, so no position is looked at twice.
            while at[slot] < positions.len() && positions[at[slot]] <= limit {
                at[slot] += 1;
            }
            let Some(latest) = at[slot].checked_sub(1) else { continue 'ends };
            start = positions[latest];
        }
        // The latest start of an earlier end is the start of a smaller interval.
        if previous != Some(start) {
            previous = Some(start);
            if end - start - span <= slop {
                visit(start, end);
            }
        }
    }
}

/// Finds the windows of a nearness; keeps its memory from text to text.
#[derive(Default)]
pub(super) struct Near {
    all: Vec<(u32, usize)>,
    /// The different positions, going up, and the slots of each (`slots_of[slot_at[i]..slot_at[i + 1]]`).
    positions: Vec<u32>,
    slot_at: Vec<usize>,
    slots_of: Vec<usize>,
    /// For every slot, the places of its positions in `positions` that lie in the window.
    places: Vec<Vec<usize>>,
    first: Vec<usize>,
    end: Vec<usize>,
    /// A largest matching of slots and places of the window.
    slot_of_place: Vec<Option<usize>>,
    place_of_slot: Vec<Option<usize>>,
    matched: usize,
    visited: Vec<bool>,
    best: Vec<u32>,
}

impl Near {
    /// Calls `visit` with the position of each slot in every window, in order of the windows.
    pub(super) fn windows(&mut self, slots: &[Vec<u32>], distance: u32, mut visit: impl FnMut(&[u32])) {
        self.prepare(slots);
        let mut left = 0;
        for right in 0..self.positions.len() {
            self.add(right);
            while self.positions[right] - self.positions[left] > distance {
                self.remove(left);
                left += 1;
            }
            while self.matched == slots.len() {
                self.best.clear();
                let places = self.place_of_slot.iter().flatten();
                self.best.extend(places.map(|&place| self.positions[place]));
                self.remove(left);
                left += 1;
                if self.matched < slots.len() {
                    visit(&self.best);
                }
            }
        }
    }

    fn prepare(&mut self, slots: &[Vec<u32>]) {
        self.all.clear();
        for (slot, positions) in slots.iter().enumerate() {
            self.all.extend(positions.iter().map(|&position| (position, slot)));
        }
        self.all.sort_unstable();
        self.positions.clear();
        self.slot_at.clear();
        self.slots_of.clear();
        self.places.iter_mut().for_each(Vec::clear);
        self.places.resize_with(slots.len(), Vec::new);
        for &(position, slot) in &self.all {
            if self.positions.last() != Some(&position) {
                self.positions.push(position);
                self.slot_at.push(self.slots_of.len());
            }
            self.slots_of.push(slot);
            self.places[slot].push(self.positions.len() - 1);
        }
        self.slot_at.push(self.slots_of.len());
        for bounds in [&mut self.first, &mut self.end] {
            bounds.clear();
            bounds.resize(slots.len(), 0);
        }
        self.slot_of_place.clear();
        self.slot_of_place.resize(self.positions.len(), None);
        self.place_of_slot.clear();
        self.place_of_slot.resize(slots.len(), None);
        self.matched = 0;
        self.visited.clear();
        self.visited.resize(slots.len(), false);
    }

    fn add(&mut self, place: usize) {
        for at in self.slot_at[place]..self.slot_at[place + 1] {
            self.end[self.slots_of[at]] += 1;
        }
        if self.matched < self.place_of_slot.len() {
            self.visited.fill(false);
            self.matched += usize::from(self.give_slot(place));
        }
    }

    fn remove(&mut self, place: usize) {
        for at in self.slot_at[place]..self.slot_at[place + 1] {
            self.first[self.slots_of[at]] += 1;
        }
        if let Some(slot) = self.slot_of_place[place].take() {
            self.place_of_slot[slot] = None;
            self.visited.fill(false);
            self.matched -= usize::from(!self.give_place(slot));
        }
    }

    /// Finds a slot for a place that has none, moving others if needed.
    fn give_slot(&mut self, place: usize) -> bool {
        for at in self.slot_at[place]..self.slot_at[place + 1] {
            let slot = self.slots_of[at];
            if std::mem::replace(&mut self.visited[slot], true) {
                continue;
            }
            if self.place_of_slot[slot].is_none_or(|holder| self.give_slot(holder)) {
                self.place_of_slot[slot] = Some(place);
                self.slot_of_place[place] = Some(slot);
                return true;
            }
        }
        false
    }

    /// Finds a place in the window for a slot that has none, moving others if needed.
    fn give_place(&mut self, slot: usize) -> bool {
        self.visited[slot] = true;
        for at in self.first[slot]..self.end[slot] {
            let place = self.places[slot][at];
            let free = match self.slot_of_place[place] {
                None => true,
                Some(holder) => !self.visited[holder] && self.give_place(holder),
            };
            if free {
                self.place_of_slot[slot] = Some(place);
                self.slot_of_place[place] = Some(slot);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn slots() -> impl Strategy<Value = Vec<Vec<u32>>> {
        let slot = proptest::collection::btree_set(0u32..14, 0..7);
        proptest::collection::vec(slot.prop_map(|set| set.into_iter().collect()), 1..5)
    }

    /// Every interval that some choice of positions spans.
    fn spans(slots: &[Vec<u32>], allowed: &dyn Fn(&[u32]) -> bool) -> BTreeSet<(u32, u32)> {
        let mut choices: Vec<Vec<u32>> = vec![Vec::new()];
        for slot in slots {
            choices = choices
                .iter()
                .flat_map(|choice| slot.iter().map(|&position| [choice.as_slice(), &[position]].concat()))
                .collect();
        }
        let fitting = choices.iter().filter(|choice| allowed(choice));
        fitting.map(|choice| (*choice.iter().min().unwrap(), *choice.iter().max().unwrap())).collect()
    }

    fn minimal(spans: &BTreeSet<(u32, u32)>) -> Vec<(u32, u32)> {
        let holds = |outer: (u32, u32), inner: (u32, u32)| outer != inner && outer.0 <= inner.0 && inner.1 <= outer.1;
        spans.iter().copied().filter(|&span| !spans.iter().any(|&other| holds(span, other))).collect()
    }

    proptest! {
        #[test]
        fn phrases_are_the_minimal_intervals(slots in slots(), gaps in proptest::collection::vec(1u32..3, 4), slop in 0u32..6) {
            let offsets: Vec<u32> = (0..slots.len()).map(|slot| gaps[..slot].iter().sum()).collect();
            let span = offsets[offsets.len() - 1];
            let chains = spans(&slots, &|chosen| {
                chosen.windows(2).zip(offsets.windows(2)).all(|(p, o)| p[0] < p[1] && p[1] - p[0] >= o[1] - o[0])
            });
            let expected: Vec<_> =
                minimal(&chains).into_iter().filter(|(first, last)| last - first - span <= slop).collect();
            let mut found = Vec::new();
            phrase(&slots, &offsets, slop, &mut Vec::new(), |first, last| found.push((first, last)));
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn nearness_is_the_minimal_windows(slots in slots(), distance in 0u32..9) {
            let windows = spans(&slots, &|chosen| chosen.iter().collect::<BTreeSet<_>>().len() == chosen.len());
            let expected: Vec<_> =
                minimal(&windows).into_iter().filter(|(first, last)| last - first <= distance).collect();
            let mut found = Vec::new();
            Near::default().windows(&slots, distance, |chosen| {
                assert!(chosen.iter().zip(&slots).all(|(position, slot)| slot.contains(position)));
                assert_eq!(chosen.iter().collect::<BTreeSet<_>>().len(), slots.len());
                found.push((*chosen.iter().min().unwrap(), *chosen.iter().max().unwrap()));
            });
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_memory_of_one_text_does_not_leak_into_the_next() {
        let mut near = Near::default();
        let mut count = 0;
        near.windows(&[vec![1, 5], vec![2]], 9, |_| count += 1);
        near.windows(&[vec![7], vec![9], vec![8]], 9, |chosen| {
            count += 1;
            assert_eq!(chosen, [7, 9, 8]);
        });
        assert_eq!(count, 3);
    }

    #[test]
    fn a_long_text_takes_linear_time() {
        let all: Vec<u32> = (0..200_000).collect();
        let mut count = 0;
        Near::default().windows(&[all.clone(), all.clone(), vec![199_999]], u32::MAX, |_| count += 1);
        assert_eq!(count, 1);
        phrase(&[all.clone(), all.clone(), all], &[0, 1, 2], u32::MAX, &mut Vec::new(), |_, _| count += 1);
        assert_eq!(count, 1 + 199_998);
    }
}
