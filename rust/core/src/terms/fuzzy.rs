//! Edit distance as an automaton: a band of one row of the table of distances is the state.
//!
//! The distance is that of optimal string alignment: insertions, deletions, substitutions and transpositions of
//! neighbours, no part of the text edited twice. A cell more than the largest distance off the diagonal cannot come to
//! anything, so 2k + 1 cells of each row are kept; a transposition looks back two rows.

use super::chars::CharAutomaton;

/// The largest number of edits.
pub(super) const MAX_DISTANCE: u8 = 2;

const CELLS: usize = 2 * MAX_DISTANCE as usize + 1;

/// Accepts texts within so many edits of its own.
pub(super) struct Fuzzy {
    text: Vec<char>,
    distance: u8,
}

/// After some characters of another text.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// How many characters.
    length: usize,
    /// The last of them.
    last: char,
    /// Cell b: the distance of them to the first `length + b - distance` characters of the text, or more than allowed.
    cells: [u8; CELLS],
    /// The same one character before.
    before: [u8; CELLS],
}

impl Fuzzy {
    pub(super) fn new(text: &str, distance: u8) -> Self {
        Self { text: text.chars().collect(), distance: distance.min(MAX_DISTANCE) }
    }

    fn width(&self) -> usize {
        2 * usize::from(self.distance) + 1
    }

    /// The length of the text's prefix at a cell, if it has one so long.
    fn prefix(&self, length: usize, cell: usize) -> Option<usize> {
        (length + cell).checked_sub(usize::from(self.distance)).filter(|&prefix| prefix <= self.text.len())
    }
}

impl CharAutomaton for Fuzzy {
    type State = Row;

    fn start(&self) -> Row {
        let far = self.distance + 1;
        let mut cells = [far; CELLS];
        for (at, cell) in cells.iter_mut().enumerate().take(self.width()) {
            *cell = self.prefix(0, at).map_or(far, |prefix| far.min(prefix as u8));
        }
        Row { length: 0, last: '\0', cells, before: [far; CELLS] }
    }

    fn step(&self, row: Row, character: char) -> Row {
        let far = self.distance + 1;
        let length = row.length.saturating_add(1);
        let mut cells = [far; CELLS];
        for at in 0..self.width() {
            let Some(prefix) = self.prefix(length, at) else { continue };
            // One row up, the same prefix is one cell to the right.
            let mut best = far.min(row.cells.get(at + 1).map_or(far, |cell| cell + 1));
            if prefix > 0 {
                if at > 0 {
                    best = best.min(cells[at - 1] + 1);
                }
                let same = self.text[prefix - 1] == character;
                best = best.min(row.cells[at] + u8::from(!same));
                if prefix > 1
                    && row.length > 0
                    && self.text[prefix - 1] == row.last
                    && self.text[prefix - 2] == character
                {
                    best = best.min(row.before[at] + 1);
                }
            }
            cells[at] = best;
        }
        Row { length, last: character, cells, before: row.cells }
    }

    fn accepts(&self, row: Row) -> bool {
        (self.text.len() + usize::from(self.distance))
            .checked_sub(row.length)
            .filter(|&at| at < self.width())
            .is_some_and(|at| row.cells[at] <= self.distance)
    }

    fn viable(&self, row: Row) -> bool {
        row.cells.iter().any(|&cell| cell <= self.distance)
    }
}
