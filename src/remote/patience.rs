//! Nothing is waited for in silence.

use std::io::IsTerminal as _;
use std::time::Duration;

/// Waits, and says after a second what for. On a terminal the line goes away again.
pub(crate) async fn patiently<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
    if !std::io::stderr().is_terminal() {
        errln!("{what} …");
        return work.await;
    }
    err!("{what} …");
    let done = work.await;
    err!("\r{}\r", " ".repeat(console::measure_text_width(what).saturating_add(2)));
    done
}
