//! The commands: one file each.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::terminal::{self, Color};

mod act;
mod bindings;
mod build;
mod cancel;
mod check;
mod completions;
mod deploy;
mod dev;
mod diff;
mod doc;
mod explain;
mod fmt;
mod graph;
mod import;
mod list;
mod logs;
mod lsp;
mod new;
mod pending;
mod replay;
mod retry;
mod run;
mod schema;
mod show;
mod signal;
mod skill;
mod start;
mod submit;
mod terminate;
mod test;
mod trigger;
mod unbind;
mod version;
mod worker;

/// Checks, builds and runs .ntro runbooks.
#[derive(Debug, Parser)]
#[command(
    name = "ntroc",
    version,
    propagate_version = false,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Examples:
  ntroc new close-books                 a small project to start from
  ntroc check close-books               what is wrong with it
  ntroc run close-books                 run it here, with you as the people in it
  ntroc dev close-books                 run it as a durable workflow on a Temporal server

Exit codes: 0 all is well · 1 the runbook has problems or its run failed · 2 the command could not do its work"
)]
pub(crate) struct Cli {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Build(build::Args),
    Run(Box<run::Args>),
    Test(test::Args),
    Fmt(fmt::Args),
    Explain(explain::Args),
    Lsp(lsp::Args),
    New(new::Args),
    Dev(dev::Args),
    Deploy(Box<deploy::Args>),
    Diff(diff::Args),
    Graph(graph::Args),
    Schema(schema::Args),
    Doc(doc::Args),
    Skill(skill::Args),
    Import(import::Args),
    Bindings(bindings::Args),
    Trigger(trigger::Args),
    Unbind(unbind::Args),
    Worker(worker::Args),
    Start(start::Args),
    List(list::Args),
    Show(show::Args),
    Logs(logs::Args),
    Pending(pending::Args),
    Submit(submit::Args),
    Act(act::Args),
    Signal(signal::Args),
    Retry(retry::Args),
    Cancel(cancel::Args),
    Terminate(terminate::Args),
    Replay(replay::Args),
    Completions(completions::Args),
    Version(version::Args),
}

/// Reads the command line and does what it says.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.kind() == clap::error::ErrorKind::DisplayHelp => {
            // Only now, since it takes all commands apart.
            if let Err(help) = crate::filled_help::filled(Cli::command()).try_get_matches() {
                help.print().ok();
            }
            return ExitCode::from(crate::stop::DONE);
        }
        Err(error) => {
            // Help and version are asked for and go to stdout with exit code 0; all else is a mistake in the command line.
            let code = if error.use_stderr() { crate::stop::COULD_NOT } else { crate::stop::DONE };
            error.print().ok();
            return ExitCode::from(code);
        }
    };
    terminal::set_color(cli.color);
    let outcome = match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Build(args) => build::run(&args),
        Command::Run(args) => run::run(*args),
        Command::Test(args) => test::run(args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Lsp(args) => lsp::run(&args),
        Command::New(args) => new::run(&args),
        Command::Dev(args) => dev::run(args),
        Command::Deploy(args) => deploy::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Doc(args) => doc::run(&args),
        Command::Skill(args) => skill::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Bindings(args) => bindings::run(&args),
        Command::Trigger(args) => trigger::run(&args),
        Command::Unbind(args) => unbind::run(&args),
        Command::Worker(args) => worker::run(args),
        Command::Start(args) => start::run(&args),
        Command::List(args) => list::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Logs(args) => logs::run(&args),
        Command::Pending(args) => pending::run(&args),
        Command::Submit(args) => submit::run(&args),
        Command::Act(args) => act::run(&args),
        Command::Signal(args) => signal::run(&args),
        Command::Retry(args) => retry::run(&args),
        Command::Cancel(args) => cancel::run(&args),
        Command::Terminate(args) => terminate::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Version(args) => version::run(&args),
    };
    outcome.map_or_else(|stop| stop.report(), ExitCode::from)
}
