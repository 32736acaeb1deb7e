//! `ntroc lsp`: the language server, for editors.

use std::io::{BufReader, stdin, stdout};
use std::sync::Arc;

use ntro_lsp::End;

use crate::editor::RealDisk;
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};

/// Serves an editor: mistakes as you type, completion, rename and more
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc lsp                editors start this; docs/editors.md has their settings

It speaks the Language Server Protocol on stdin and stdout, and works until the editor ends it.
Exit codes: 0 the editor ended it in order · 1 the editor went away")]
pub(super) struct Args {
    /// Standard input and output; the only way, and here because editors ask for it by name
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(_: &Args) -> Outcome {
    let no_thread = |error: std::io::Error| Stop::new(format!("no thread can be started: {error}"));
    let (connection, threads) = ntro_lsp::connect(BufReader::new(stdin()), stdout()).map_err(no_thread)?;
    let end = ntro_lsp::serve(&connection, Arc::new(RealDisk)).map_err(no_thread)?;
    drop(connection);
    threads.flush();
    Ok(if end == End::Clean { DONE } else { PROBLEMS })
}
