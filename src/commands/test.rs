//! `ntroc test`: the scenarios of a project.

use std::path::PathBuf;

use crate::stop::Outcome;
use crate::testing;

/// Plays the scenarios of runbooks in virtual time
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc test                          all scenarios of this folder
  ntroc test nav.ntro                 those that stand in one file
  ntroc test --filter \"rejected\"      those with this in their runbook or title
  ntroc test --json > results.json    for programs

Results go to stdout, everything else to stderr. Every runbook also has `happy` and `reject_all`, with made values: they show how it
ends, and expect nothing. Nothing outside is called: what is not mocked is made from its type.

Exit codes: 0 all scenarios hold · 1 one does not, or there are errors · 2 a path is missing, or no scenario is meant")]
pub(super) struct Args {
    /// Files or folders
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Only scenarios with this in their runbook or title
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Write the results as JSON
    #[arg(long)]
    json: bool,
    /// Leave out `happy` and `reject_all`
    #[arg(long)]
    no_builtin: bool,
}

pub(super) fn run(args: Args) -> Outcome {
    testing::run(&testing::Request {
        paths: args.paths,
        filter: args.filter.filter(|text| !text.is_empty()),
        json: args.json,
        builtin: !args.no_builtin,
    })
}
