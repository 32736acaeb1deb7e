//! `ntroc signal`.

use std::time::Duration;

use serde_json::{Map, Value as Json};

use crate::remote::{self, Server, asking, text};
use crate::run::input::object_argument;
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};

/// How long a refusal is looked for.
const LOOK: Duration = Duration::from_secs(2);

/// Sends a signal to a run
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc signal march data_submitted '{ \"kind\": \"expense\", \"data\": { \"receipt\": \"R-1\" } }'
  ntroc signal march data_submitted @event.json

A signal waits in the run until a step hears it. It cannot be refused, so where the run ignores it that is told.
Exit codes: 0 sent · 1 the run has ignored it · 2 there is no such open run, or the server does not answer")]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// The signal's name
    name: String,
    /// What it carries: JSON, @FILE, or - for stdin
    body: Option<String>,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    let body = match &args.body {
        Some(argument) => object_argument("the signal", argument)?,
        None => Map::new(),
    };
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let runs_quickly = runs.clone().with_patience(LOOK);
        let before = asking::ignored(&runs_quickly, &args.run).await;
        let pending = asking::pending(&runs_quickly, &args.run).await.unwrap_or_default();
        runs.signal(&args.run, &args.name, &Json::Object(body)).await.map_err(remote::stop)?;
        let Some((before, _)) = before else {
            errln!("Sent. The run does not answer now; `ntroc show {}` tells why.", text::shell(&args.run));
            return Ok(DONE);
        };
        // A question waits for the task that takes the signal, so one look is enough.
        if let Some((after, why)) = asking::ignored(&runs_quickly, &args.run).await
            && after > before
        {
            return Err(Stop { code: PROBLEMS, ..Stop::new(format!("the run has ignored the signal: {why}")) });
        }
        asking::tell_next(&runs, &args.run, &pending).await;
        Ok(DONE)
    })
}
