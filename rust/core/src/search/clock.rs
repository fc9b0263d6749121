//! The time that a search may take, and whether it is still wanted. It knows nothing of what is searched.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// How often the caller is asked. Answering may mean waiting for a lock, so it is rare beside looks at the clock.
pub(super) const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

/// Asks the caller whether a search must stop, as when the user has pressed Ctrl-C.
#[derive(Clone)]
pub struct Stop(Arc<dyn Fn() -> bool + Send + Sync>);

impl Stop {
    /// Stops when the answer is true.
    pub fn new(asked: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(asked))
    }

    /// Whether the caller wants no more.
    pub fn is_asked(&self) -> bool {
        self.0()
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Stop")
    }
}

/// Says when a search must stop. Asked every few thousand documents or terms.
pub(super) struct Clock {
    end: Option<Instant>,
    seconds: f64,
    stop: Option<Stop>,
    asked: Cell<Instant>,
    /// What the caller answered last: who wants no more is not asked again.
    stopped: Cell<bool>,
}

impl Clock {
    /// Starts now; a time too long to be counted is no limit.
    pub(super) fn new(timeout: Option<Duration>, stop: Option<Stop>) -> Self {
        let now = Instant::now();
        let end = timeout.and_then(|timeout| now.checked_add(timeout));
        Self {
            end,
            seconds: timeout.map_or(0.0, |timeout| timeout.as_secs_f64()),
            stop,
            asked: Cell::new(now),
            stopped: Cell::new(false),
        }
    }

    /// Never ends by itself.
    pub(super) fn endless() -> Self {
        Self::new(None, None)
    }

    /// `Error::Timeout` when the time is over, `Error::Interrupted` when the caller wants no more.
    pub(super) fn check(&self) -> Result<()> {
        if self.end.is_none() && self.stop.is_none() {
            return Ok(());
        }
        let now = Instant::now();
        if self.end.is_some_and(|end| now >= end) {
            return Err(Error::Timeout { seconds: self.seconds });
        }
        match &self.stop {
            Some(stop) if !self.stopped.get() && now.duration_since(self.asked.get()) >= BETWEEN_QUESTIONS => {
                self.asked.set(now);
                self.stopped.set(stop.is_asked());
            }
            _ => {}
        }
        if self.stopped.get() { Err(Error::Interrupted) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_limit_and_a_limit_beyond_counting_never_end() {
        assert!(Clock::endless().check().is_ok());
        assert!(Clock::new(Some(Duration::MAX), None).check().is_ok());
    }

    #[test]
    fn no_time_at_all_is_over_at_once() {
        assert!(matches!(Clock::new(Some(Duration::ZERO), None).check(), Err(Error::Timeout { seconds: 0.0 })));
    }

    #[test]
    fn the_caller_is_asked_only_now_and_then_and_can_stop_it() {
        let clock = Clock::new(None, Some(Stop::new(|| true)));
        assert!(clock.check().is_ok());
        clock.asked.set(Instant::now().checked_sub(BETWEEN_QUESTIONS).unwrap());
        assert!(matches!(clock.check(), Err(Error::Interrupted)));
        assert!(matches!(clock.check(), Err(Error::Interrupted)));

        let clock = Clock::new(None, Some(Stop::new(|| false)));
        clock.asked.set(Instant::now().checked_sub(BETWEEN_QUESTIONS).unwrap());
        assert!(clock.check().is_ok());
    }
}
