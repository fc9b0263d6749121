//! The time that a search may take. It knows nothing of what is searched.

use std::time::{Duration, Instant};

use crate::{Error, Result};

/// Says when a search must stop. Asked every few thousand documents or terms.
pub(super) struct Clock {
    end: Option<Instant>,
    seconds: f64,
}

impl Clock {
    /// Starts now; a time too long to be counted is no limit.
    pub(super) fn new(timeout: Option<Duration>) -> Self {
        let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Self { end, seconds: timeout.map_or(0.0, |timeout| timeout.as_secs_f64()) }
    }

    /// `Error::Timeout` when the time is over.
    pub(super) fn check(&self) -> Result<()> {
        match self.end {
            Some(end) if Instant::now() >= end => Err(Error::Timeout { seconds: self.seconds }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_limit_and_a_limit_beyond_counting_never_end() {
        assert!(Clock::new(None).check().is_ok());
        assert!(Clock::new(Some(Duration::MAX)).check().is_ok());
    }

    #[test]
    fn no_time_at_all_is_over_at_once() {
        assert!(matches!(Clock::new(Some(Duration::ZERO)).check(), Err(Error::Timeout { seconds: 0.0 })));
    }
}
