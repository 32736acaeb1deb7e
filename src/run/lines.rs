//! Lines that a person types. A thread of its own reads them, because a read cannot be given up when a timer fires.

use std::io::BufRead;
use std::rc::Rc;

use tokio::sync::{Mutex, mpsc};

/// The person's lines. Cheap to clone; one question reads at a time.
#[derive(Clone)]
pub(crate) struct Lines {
    receiver: Rc<Mutex<mpsc::Receiver<String>>>,
}

impl Lines {
    /// Starts to read stdin.
    pub(crate) fn stdin() -> Lines {
        let (sender, receiver) = mpsc::channel(64);
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Lines { receiver: Rc::new(Mutex::new(receiver)) }
    }

    /// The next line without its end; `None` once there are no more.
    pub(crate) async fn next(&self) -> Option<String> {
        self.receiver.lock().await.recv().await
    }

    /// Asks on stderr and reads the answer.
    pub(crate) async fn ask(&self, question: &str) -> Option<String> {
        err!("{question}");
        self.next().await.map(|line| line.trim().to_owned())
    }
}
