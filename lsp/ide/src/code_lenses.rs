//! What can be started from a line.

use crate::{Analysis, Cancellable, Span};

/// What is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LensCommand {
    /// Run a runbook.
    Run {
        /// Its name.
        runbook: String,
    },
    /// Test one scenario.
    Test {
        /// Its title.
        scenario: String,
        /// The runbook or workflow that it is for.
        target: String,
    },
    /// Test all scenarios of a runbook.
    TestAll {
        /// Its name.
        runbook: String,
    },
    /// Show the graph of a runbook.
    Graph {
        /// Its name.
        runbook: String,
    },
}

/// Something that is shown above a line and can be pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLens {
    /// The name above which it is shown.
    pub span: Span,
    /// What it reads: `Run`, `Test`, `Show graph`.
    pub title: String,
    /// What it starts.
    pub command: LensCommand,
}

impl Analysis {
    /// What can be started from a file, in the order of the text.
    pub fn code_lenses(&self, path: &str) -> Cancellable<Vec<CodeLens>> {
        self.go_on()?;
        let _ = path;
        Ok(Vec::new())
    }
}
