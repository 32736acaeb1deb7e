//! Reads documents in threads of their own: a reader that panics on a broken file is an error message, not the end of the
//! program, and one that never ends is left behind. At most four at a time, those left behind included.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Once};

use tokio::sync::{Semaphore, oneshot};

use super::{Format, Parsed, read, unreadable};
use crate::{CapabilityError, Limits};

const THREAD: &str = "ntro-reader";
/// Broken files nest deeply; a thread's usual stack of 2 MB is soon used up, and that cannot be caught.
const STACK_BYTES: usize = 64 << 20;
const AT_ONCE: usize = 4;

/// The readers of a project.
pub(crate) struct Readers {
    free: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new() -> Readers {
        quiet_panics();
        Readers { free: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Reads a document within the limits.
    pub(crate) async fn read(
        &self,
        filename: &str,
        format: Format,
        bytes: Vec<u8>,
        limits: Limits,
    ) -> Result<Parsed, CapabilityError> {
        let (answer, answered) = oneshot::channel();
        let name = filename.to_owned();
        let late = || {
            let seconds = limits.parse_time.as_secs();
            unreadable(filename, &format!("reading it took longer than {seconds} seconds, so it is probably broken"))
        };
        let work = async {
            let permit = Arc::clone(&self.free).acquire_owned().await.map_err(|_| late())?;
            let run = move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| read(&name, format, &bytes, &limits)));
                drop(permit);
                // Nobody listens any more where the call was cancelled.
                let _ =
                    answer.send(outcome.unwrap_or_else(|_| Err(unreadable(&name, "its inner structure is broken"))));
            };
            let started = std::thread::Builder::new().name(THREAD.into()).stack_size(STACK_BYTES).spawn(run);
            started.map_err(|error| unreadable(filename, &format!("no thread could be started ({error})")).retry())?;
            answered.await.map_err(|_| unreadable(filename, "its inner structure is broken"))?
        };
        tokio::time::timeout(limits.parse_time, work).await.map_err(|_| late())?
    }
}

/// A reader's panic is reported as an error; printing it too would only alarm the person at the terminal.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() != Some(THREAD) {
                before(info);
            }
        }));
    });
}
