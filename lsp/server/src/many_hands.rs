//! Many hands: what can be done side by side is, by as many threads as the machine has processors.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ntro_ide::Hands;

/// How many threads work on one thing at most: beyond that, what must be done one after the other is most of the time.
const MOST: usize = 16;

/// Works with threads that live as long as the work, the caller's own among them. Small work costs no thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct ManyHands;

impl Hands for ManyHands {
    fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= count {
                    break;
                }
                job(at);
            }
        };
        if count < 2 {
            return work();
        }
        thread::scope(|scope| {
            for _ in 1..processors().min(count) {
                // Where no further thread can be had, those that are there do the work.
                if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
    }
}

/// How many threads are worth having. The system reads several files to answer, so it is asked once.
fn processors() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| thread::available_parallelism().map_or(1, usize::from).min(MOST))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_job_is_done_once() {
        for count in [0, 1, 2, 100] {
            let done = Mutex::new(Vec::new());
            ManyHands.each(count, &|at| done.lock().unwrap().push(at));
            let mut done = done.into_inner().unwrap();
            done.sort_unstable();
            assert_eq!(done, (0..count).collect::<Vec<_>>());
        }
    }
}
