//! A few threads that answer from snapshots. They own no state and send nothing to the client.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::Sender;

/// How many threads there are at most: answers are short, and the machine has other things to do.
const MOST: usize = 4;

type Job = Box<dyn FnOnce() + Send>;

/// The threads. They end when this is dropped and their jobs are done.
#[derive(Debug)]
pub(crate) struct Pool {
    jobs: Sender<Job>,
}

impl Pool {
    /// Starts the threads.
    pub(crate) fn start() -> io::Result<Pool> {
        let (jobs, waiting) = crossbeam_channel::unbounded::<Job>();
        // Two at least, so that a long answer does not hold up a short one.
        let count = thread::available_parallelism().map_or(2, usize::from).clamp(2, MOST);
        for number in 0..count {
            let waiting = waiting.clone();
            thread::Builder::new()
                .name(format!("ntro-lsp-{number}"))
                .spawn(move || waiting.iter().for_each(|job| drop(guarded(job))))?;
        }
        Ok(Pool { jobs })
    }

    /// Has a job done.
    pub(crate) fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        // The threads live as long as the pool, so this cannot fail.
        self.jobs.send(Box::new(job)).ok();
    }
}

/// Does something that must not take the server with it. A panic is a fault of ours; what it said is returned.
pub(crate) fn guarded<T>(job: impl FnOnce() -> T) -> Result<T, String> {
    // What a panic leaves behind is a snapshot that nobody looks at again, or a cache that is filled from scratch.
    catch_unwind(AssertUnwindSafe(job)).map_err(|cause| {
        let said = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
        said.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason was given".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer() {
        assert_eq!(guarded(|| 1), Ok(1));
        let silent = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let said = guarded(|| std::panic::panic_any("a fault".to_owned()));
        std::panic::set_hook(silent);
        assert_eq!(said, Err("a fault".to_owned()));
    }

    #[test]
    fn jobs_run_beside_each_other_and_outlive_each_other() {
        let pool = Pool::start().unwrap();
        let (sender, receiver) = crossbeam_channel::bounded(0);
        let (reply, answer) = crossbeam_channel::bounded(1);
        // The first job waits for the second: with one thread, this would wait for ever.
        pool.spawn(move || reply.send(receiver.recv()).unwrap());
        pool.spawn(move || sender.send(7).unwrap());
        assert_eq!(answer.recv().unwrap(), Ok(7));
    }
}
