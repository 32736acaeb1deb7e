//! `ntroc explain`: what a code means.

use ntro_compiler::explain;

use crate::stop::{DONE, Outcome, Stop};
use crate::{suggest, terminal};

/// Explains a code such as N0501, or lists all codes
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc explain           all codes
  ntroc explain N0501     one of them

Exit codes: 0 explained · 2 there is no such code")]
pub(super) struct Args {
    /// The code
    code: Option<String>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let Some(code) = &args.code else {
        for (code, title) in explain::codes() {
            terminal::out(&format!("{code}  {title}\n"));
        }
        return Ok(DONE);
    };
    let wanted = code.trim().to_uppercase();
    match explain::page(&wanted) {
        Some(page) => {
            terminal::out(&format!("{}\n", page.trim_end()));
            Ok(DONE)
        }
        None => {
            let stop = Stop::new(format!("there is no code `{code}`"));
            Err(match suggest::nearest(&wanted, explain::codes().iter().map(|(code, _)| *code)) {
                Some(meant) => stop.help(format!("did you mean `{meant}`? `ntroc explain` lists all codes.")),
                None => stop.help("`ntroc explain` lists all codes"),
            })
        }
    }
}
