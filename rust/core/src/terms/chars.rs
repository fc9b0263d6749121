//! Automata over characters, run over the bytes of an FST: the UTF-8 between the two.

use fst::Automaton;

/// An automaton that steps by characters. States are small and copied.
pub(super) trait CharAutomaton {
    type State: Copy;
    fn start(&self) -> Self::State;
    fn step(&self, state: Self::State, character: char) -> Self::State;
    fn accepts(&self, state: Self::State) -> bool;
    /// Whether any text can still lead to acceptance.
    fn viable(&self, state: Self::State) -> bool;
}

/// A character automaton as one over bytes of UTF-8.
pub(super) struct Utf8<A>(pub(super) A);

/// Between two bytes.
#[derive(Clone, Copy)]
pub(super) struct Utf8State<S> {
    /// `None` after bytes that are no UTF-8.
    inner: Option<S>,
    /// The bits of the character so far, and how many bytes of it are to come.
    character: u32,
    missing: u8,
}

impl<A: CharAutomaton> Automaton for Utf8<A> {
    type State = Utf8State<A::State>;

    fn start(&self) -> Self::State {
        Utf8State { inner: Some(self.0.start()), character: 0, missing: 0 }
    }

    fn is_match(&self, state: &Self::State) -> bool {
        state.missing == 0 && state.inner.is_some_and(|inner| self.0.accepts(inner))
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.inner.is_some_and(|inner| self.0.viable(inner))
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        let dead = Utf8State { inner: None, character: 0, missing: 0 };
        let (character, missing) = match (state.missing, byte) {
            (0, 0x00..=0x7f) => (u32::from(byte), 0),
            (0, 0xc2..=0xdf) => (u32::from(byte & 0x1f), 1),
            (0, 0xe0..=0xef) => (u32::from(byte & 0x0f), 2),
            (0, 0xf0..=0xf4) => (u32::from(byte & 0x07), 3),
            (1.., 0x80..=0xbf) => (state.character << 6 | u32::from(byte & 0x3f), state.missing - 1),
            _ => return dead,
        };
        if missing > 0 {
            return Utf8State { inner: state.inner, character, missing };
        }
        let (Some(inner), Some(character)) = (state.inner, char::from_u32(character)) else { return dead };
        Utf8State { inner: Some(self.0.step(inner, character)), character: 0, missing: 0 }
    }
}
