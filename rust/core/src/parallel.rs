//! Work shared among threads, its results taken in order: what comes out does not depend on how many threads there are.

use std::sync::mpsc::sync_channel;

/// Does `work` for each item, in so many threads, and hands every result to `take` in the order of the items, in the caller's
/// own thread. No thread is more than two results ahead. The first error of `take` ends it.
pub fn in_order<T: Sync, R: Send, E>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(&T, R) -> Result<(), E>,
) -> Result<(), E> {
    let threads = threads.min(items.len());
    if threads < 2 {
        return items.iter().try_for_each(|item| take(item, work(item)));
    }
    std::thread::scope(|scope| {
        let start = |first: usize| {
            let (give, get) = sync_channel(1);
            let work = &work;
            let thread = scope.spawn(move || {
                // Nobody takes any more when the caller has given up.
                let mut mine = items.iter().skip(first).step_by(threads);
                mine.all(|item| give.send(work(item)).is_ok());
            });
            (get, Some(thread))
        };
        let mut workers: Vec<_> = (0..threads).map(start).collect();
        for (at, item) in items.iter().enumerate() {
            let (get, thread) = &mut workers[at % threads];
            match get.recv() {
                Ok(result) => take(item, result)?,
                // The thread is gone without a result: it panicked, and the caller is to know why.
                Err(_) => match thread.take().map(std::thread::ScopedJoinHandle::join) {
                    Some(Err(panic)) => std::panic::resume_unwind(panic),
                    _ => unreachable!("a thread gives a result for each of its items"),
                },
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for threads in [1, 2, 3, 8] {
            for count in [0, 1, 2, 100] {
                let items: Vec<u64> = (0..count).collect();
                let mut taken = Vec::new();
                let work = |&item: &u64| {
                    std::thread::sleep(std::time::Duration::from_micros(item * 7 % 50));
                    item * 2
                };
                let outcome: Result<(), ()> = in_order(threads, &items, work, |item, result| {
                    taken.push((*item, result));
                    Ok(())
                });
                assert_eq!(outcome, Ok(()));
                assert_eq!(taken, items.iter().map(|&item| (item, item * 2)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn an_error_ends_the_work() {
        let items: Vec<usize> = (0..10_000).collect();
        let done = AtomicUsize::new(0);
        let work = |&item: &usize| {
            done.fetch_add(1, Ordering::Relaxed);
            item
        };
        let outcome = in_order(3, &items, work, |_, result| if result == 7 { Err("семь") } else { Ok(()) });
        assert_eq!(outcome, Err("семь"));
        assert!(done.load(Ordering::Relaxed) <= 7 + 3 * 3);
    }

    #[test]
    fn a_panic_of_a_thread_is_the_callers() {
        let work = |&item: &usize| assert!(item != 5, "пять");
        let call = || in_order(2, &(0..9).collect::<Vec<_>>(), work, |_, ()| Ok::<(), ()>(()));
        let panic = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"пять"));
    }
}
