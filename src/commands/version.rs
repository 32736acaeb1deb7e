//! `ntroc version`.

use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Says which version this is
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc version

Exit codes: 0 printed")]
pub(super) struct Args {}

pub(super) fn run(_args: &Args) -> Outcome {
    terminal::out(&format!("ntroc {} (IR version {})\n", env!("CARGO_PKG_VERSION"), ntro_ir::IR_VERSION));
    Ok(DONE)
}
