//! Why a command could not do its work.

use std::fmt;
use std::process::ExitCode;

/// All is well.
pub(crate) const DONE: u8 = 0;
/// The command worked and what it looked at has problems, or the run failed.
pub(crate) const PROBLEMS: u8 = 1;
/// The command could not do its work.
pub(crate) const COULD_NOT: u8 = 2;

/// An error for the person at the terminal: what is wrong and what to do.
#[derive(Debug)]
pub(crate) struct Stop {
    /// The exit code.
    pub(crate) code: u8,
    /// What is wrong, with its place.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: Option<String>,
}

impl Stop {
    /// The command could not do its work.
    pub(crate) fn new(message: impl Into<String>) -> Stop {
        Stop { code: COULD_NOT, message: message.into(), help: None }
    }

    /// What to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Stop {
        self.help = Some(help.into());
        self
    }

    /// Shows it and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let red = console::Style::new().for_stderr().red().bold();
        let blue = console::Style::new().for_stderr().cyan().bold();
        errln!("{}: {}", red.apply_to("error"), self.message);
        if let Some(help) = &self.help {
            for (index, line) in help.lines().enumerate() {
                if index == 0 {
                    errln!("{}: {line}", blue.apply_to("help"));
                } else {
                    errln!("      {line}");
                }
            }
        }
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What a command gives: its exit code, or why it could not work.
pub(crate) type Outcome = Result<u8, Stop>;
