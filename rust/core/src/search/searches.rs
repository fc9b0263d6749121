//! Many searches by several threads, of which the caller's is one: it goes on preparing while the others search, and
//! searches with them when it has nothing more to prepare.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::clock::{BETWEEN_QUESTIONS, Stop};
use super::prepared::Prepared;
use super::request::Outcome;
use crate::{Error, Result};

/// What a search found, and how long it took.
type Timed = Result<(Outcome, Duration)>;

/// Searches under way. When it is dropped they stop.
pub struct Searches {
    shared: Arc<Shared>,
    threads: usize,
    helpers: Vec<JoinHandle<()>>,
}

struct Shared {
    limit: usize,
    state: Mutex<State>,
    changed: Condvar,
    /// Nobody wants the rest any more.
    stopped: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(usize, Arc<Prepared>)>,
    /// In the order of adding; a panic of a search is kept for the caller.
    done: Vec<Option<thread::Result<Timed>>>,
    /// How many were taken and are not done.
    under_way: usize,
    /// No more will be added.
    complete: bool,
    /// No more will be begun: one failed, or nobody wants them.
    over: bool,
}

impl Searches {
    /// Searches for the `limit` best documents with at most so many threads, the caller's included.
    pub fn new(threads: usize, limit: usize) -> Self {
        let shared = Arc::new(Shared {
            limit,
            state: Mutex::default(),
            changed: Condvar::new(),
            stopped: Arc::new(AtomicBool::new(false)),
        });
        Self { shared, threads, helpers: Vec::new() }
    }

    /// One more; it begins as soon as a thread is free.
    pub fn add(&mut self, prepared: Arc<Prepared>) {
        let mut state = self.shared.state();
        let at = state.done.len();
        state.done.push(None);
        state.waiting.push_back((at, prepared));
        let behind = state.waiting.len() > 1 || self.helpers.is_empty();
        drop(state);
        self.shared.changed.notify_one();
        if behind && self.helpers.len() + 1 < self.threads {
            let shared = self.shared.clone();
            let helper = thread::Builder::new().name("searchlib search".to_owned()).spawn(move || shared.help());
            // Without it the searches take longer, and that is all.
            self.helpers.extend(helper.ok());
        }
    }

    /// Takes part until all are done and gives what they found, in the order of adding, or the error of the first that
    /// has one. `stop` is asked now and then, by this thread alone.
    pub fn finish(self, stop: &Stop) -> Result<Vec<(Outcome, Duration)>> {
        self.shared.state().complete = true;
        self.shared.changed.notify_all();
        let mut asked = Instant::now();
        while let Some((at, prepared)) = self.shared.next(false) {
            let failed = self.shared.search(at, &prepared, stop);
            if failed || asked.elapsed() >= BETWEEN_QUESTIONS {
                asked = Instant::now();
                if stop.is_asked() {
                    return Err(Error::Interrupted);
                }
            }
        }
        let mut state = self.shared.state();
        while state.under_way > 0 {
            let waited = self.shared.changed.wait_timeout(state, BETWEEN_QUESTIONS);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            drop(state);
            if stop.is_asked() {
                return Err(Error::Interrupted);
            }
            state = self.shared.state();
        }
        let done = std::mem::take(&mut state.done);
        drop(state);
        done.into_iter().map_while(|done| done).map(|done| done.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    }
}

impl Drop for Searches {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        self.shared.state().over = true;
        self.shared.changed.notify_all();
        for helper in self.helpers.drain(..) {
            // It keeps the panics of its searches and has none of its own.
            let _ = helper.join();
        }
    }
}

impl Shared {
    /// Whoever panicked with the lock left a state that is still right.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Searches until nothing more will come.
    fn help(&self) {
        let flag = self.stopped.clone();
        let stop = Stop::new(move || flag.load(Ordering::Relaxed));
        while let Some((at, prepared)) = self.next(true) {
            self.search(at, &prepared, &stop);
        }
    }

    /// The next one; `None` when there is none and, for who waits, none will come.
    fn next(&self, wait: bool) -> Option<(usize, Arc<Prepared>)> {
        let mut state = self.state();
        while !state.over {
            if let Some(next) = state.waiting.pop_front() {
                state.under_way += 1;
                return Some(next);
            }
            if state.complete || !wait {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    /// Does one and tells whether it failed. After that none is begun: those before it were begun already, and nobody will
    /// see the rest.
    fn search(&self, at: usize, prepared: &Prepared, stop: &Stop) -> bool {
        let started = Instant::now();
        let search = || prepared.search(self.limit, 0, Some(stop.clone()));
        let found = catch_unwind(AssertUnwindSafe(search)).map(|found| Ok((found?, started.elapsed())));
        let failed = !matches!(found, Ok(Ok(_)));
        let mut state = self.state();
        state.over |= failed;
        state.done[at] = Some(found);
        state.under_way -= 1;
        let last = state.under_way == 0;
        drop(state);
        if last {
            self.changed.notify_all();
        }
        failed
    }
}
