//! `ntroc completions`: for the shell.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Writes completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc completions bash > ~/.local/share/bash-completion/completions/ntroc
  ntroc completions zsh  > ~/.zfunc/_ntroc
  ntroc completions fish > ~/.config/fish/completions/ntroc.fish

Exit codes: 0 printed · 2 there is no such shell")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "ntroc", &mut script);
    terminal::out(&String::from_utf8_lossy(&script));
    Ok(DONE)
}
