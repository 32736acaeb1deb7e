//! What the terminal can do and what the person wants of it.

use std::io::IsTerminal;

use clap::ValueEnum;

/// Writes to stderr, as `eprint!` does.
macro_rules! err {
    ($($text:tt)*) => { $crate::terminal::err(format_args!($($text)*)) };
}

/// Writes a line to stderr, as `eprintln!` does.
macro_rules! errln {
    () => { $crate::terminal::err(format_args!("\n")) };
    ($($text:tt)*) => { $crate::terminal::err(format_args!("{}\n", format_args!($($text)*))) };
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Decides once for the whole process, for stdout and stderr each.
pub(crate) fn set_color(color: Color) {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let on = |terminal: bool| match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !plain && std::env::var("TERM").as_deref() != Ok("dumb"),
    };
    console::set_colors_enabled(on(std::io::stdout().is_terminal()));
    console::set_colors_enabled_stderr(on(std::io::stderr().is_terminal()));
}

/// Whether a person can be asked: the question is read on stderr and answered on stdin.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// How many characters fit beside one another on stderr.
pub(crate) fn width() -> usize {
    let (_, columns) = console::Term::stderr().size();
    usize::from(columns).clamp(20, 200)
}

/// Does something, and says on a terminal what is being done where it takes longer than a second.
pub(crate) fn while_waiting<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let (done, waits) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let second = std::time::Duration::from_secs(1);
            if waits.recv_timeout(second) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                err!("{what}");
                waits.recv().ok();
                err!("\r{}\r", " ".repeat(what.chars().count()));
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// Writes to stdout. A reader that has gone away (`ntroc … | head`) is no error worth telling.
#[allow(clippy::print_stdout, reason = "the one door to stdout")]
pub(crate) fn out(text: &str) {
    use std::io::Write;
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).ok();
}

/// Writes to stderr. The macros of the standard library panic where its reader has gone away (`ntroc … 2>&1 | head`).
pub(crate) fn err(text: std::fmt::Arguments<'_>) {
    use std::io::Write;
    std::io::stderr().lock().write_fmt(text).ok();
}
