//! What can be started from a line.

use ntro_grammar::ast;

use crate::analysis::File;
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
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let mut lenses = Vec::new();
        for decl in &file.tree().decls {
            match decl {
                ast::Decl::Runbook(decl) if !decl.name.is_missing() => {
                    let (span, runbook) = (decl.name.span, decl.name.text.clone());
                    let mut lens = |title: &str, command| {
                        lenses.push(CodeLens { span, title: title.to_owned(), command });
                    };
                    lens("Run", LensCommand::Run { runbook: runbook.clone() });
                    if self.files.values().any(|file| has_scenario(file, &runbook)) {
                        lens("Test all", LensCommand::TestAll { runbook: runbook.clone() });
                    }
                    lens("Show graph", LensCommand::Graph { runbook });
                }
                ast::Decl::Scenario(decl) if !decl.title.is_missing() && !decl.target.is_missing() => {
                    let (scenario, target) = (decl.title.text.clone(), decl.target.text.clone());
                    let command = LensCommand::Test { scenario, target };
                    lenses.push(CodeLens { span: decl.title.span, title: "Test".to_owned(), command });
                }
                _ => {}
            }
        }
        Ok(lenses)
    }
}

fn has_scenario(file: &File, runbook: &str) -> bool {
    let is_one = |decl: &ast::Decl| matches!(decl, ast::Decl::Scenario(x) if x.target.text == runbook);
    file.text.contains("scenario") && file.tree().decls.iter().any(is_one)
}
