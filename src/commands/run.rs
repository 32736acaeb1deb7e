//! `ntroc run`: a runbook on this machine.

use std::path::PathBuf;

use crate::run;
use crate::stop::Outcome;

/// Runs a runbook on this machine, with you as the people in it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc run examples/document-ingest --set entity=acme --set period=2026-03 --set source=rent-roll
  ntroc run examples/document-ingest --answers answers.yaml
  ntroc run nav.ntro --answers answers.yaml --fast-forward --json > result.json

On a terminal you are asked whatever people are asked; an answers file answers instead. Documents, rows and the audit trail are kept in
the project's database (.ntro/ntro.db unless ntro.yaml says otherwise). The result goes to stdout as JSON, all else to stderr.
Ctrl-C cancels the run, a second one quits.

Exit codes: 0 completed · 1 the run failed or was cancelled, or the runbook has errors · 2 it could not be run, or waits for somebody
who is not there · 130 quit by a second Ctrl-C")]
pub(super) struct Args {
    /// A file or the folder of a project
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The input: JSON, @FILE, or - for stdin
    #[arg(long, value_name = "JSON|@FILE|-")]
    input: Option<String>,
    /// One field of the input; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// What people will do (YAML)
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Which runbook, where the path has several
    #[arg(long, value_name = "NAME")]
    runbook: Option<String>,
    /// Timers jump when nothing else can happen
    #[arg(long)]
    fast_forward: bool,
    /// Write the result as one line
    #[arg(long)]
    json: bool,
    /// The database file
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// The runbook's configuration: JSON or @FILE
    #[arg(long, value_name = "JSON|@FILE")]
    config: Option<String>,
    /// The tenant
    #[arg(long)]
    tenant: Option<String>,
    /// The entity
    #[arg(long)]
    entity: Option<String>,
    /// Who you are
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Your roles
    #[arg(long, value_delimiter = ',', value_name = "ROLE,…", requires = "actor")]
    roles: Vec<String>,
    /// Write everything that happens to a file, as lines of JSON
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

pub(super) fn run(args: Args) -> Outcome {
    run::run(run::Request {
        path: args.path,
        input: args.input,
        set: args.set,
        answers: args.answers,
        runbook: args.runbook,
        fast_forward: args.fast_forward,
        compact: args.json,
        database: args.db,
        config: args.config,
        tenant: args.tenant,
        entity: args.entity,
        actor: args.actor,
        roles: args.roles,
        trace: args.trace,
    })
}
