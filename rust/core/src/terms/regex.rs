//! Regular expressions as an automaton: a dense DFA of bounded size that must take the whole text.
//!
//! All matches are kept (`MatchKind::All`), so that after the last byte the DFA is in a match state exactly when some
//! match ends there; no `^(?:…)$` is written around a pattern that could break out of it.

use fst::Automaton;
use regex_automata::dfa::dense::{Builder, Config, DFA};
use regex_automata::dfa::{Automaton as _, StartKind};
use regex_automata::nfa::thompson::{self, Compiler, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

use crate::{Error, Result};

/// The largest automata, in bytes: enough for some twenty Unicode classes in a row, built or given up within half a second.
const NFA_BYTES: usize = 4 << 20;
const DFA_BYTES: usize = 4 << 20;

/// Accepts the texts that match a regular expression as a whole.
pub(super) struct Regex {
    dfa: DFA<Vec<u32>>,
    start: StateID,
}

impl Regex {
    pub(super) fn new(pattern: &str) -> Result<Self> {
        let refuse = |what: String| Error::UnsupportedQuery(format!("the regular expression {pattern:?}: {what}"));
        let too_large =
            |what: &dyn std::fmt::Display| refuse(format!("{what}; make it simpler or its repetitions fewer"));
        let tree = syntax::parse(pattern).map_err(|error| refuse(error.to_string()))?;
        let nfa = Compiler::new()
            .configure(thompson::Config::new().nfa_size_limit(Some(NFA_BYTES)).which_captures(WhichCaptures::None))
            .build_from_hir(&tree)
            .map_err(|error| too_large(&error))?;
        let config = Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Anchored)
            .accelerate(false)
            .dfa_size_limit(Some(DFA_BYTES))
            .determinize_size_limit(Some(DFA_BYTES));
        let dfa = Builder::new().configure(config).build_from_nfa(&nfa).map_err(|error| too_large(&error))?;
        let start = dfa
            .start_state(&start::Config::new().anchored(Anchored::Yes))
            .map_err(|error| refuse(error.to_string()))?;
        Ok(Self { dfa, start })
    }
}

impl Automaton for Regex {
    type State = StateID;

    fn start(&self) -> StateID {
        self.start
    }

    fn is_match(&self, state: &StateID) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(*state))
    }

    fn can_match(&self, state: &StateID) -> bool {
        !self.dfa.is_dead_state(*state) && !self.dfa.is_quit_state(*state)
    }

    fn accept(&self, state: &StateID, byte: u8) -> StateID {
        self.dfa.next_state(*state, byte)
    }
}
