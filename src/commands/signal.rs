//! `ntroc signal`.

use serde_json::{Map, Value as Json};

use crate::remote::{self, Server};
use crate::run::input::object_argument;
use crate::stop::{DONE, Outcome};

/// Sends a signal to a run
#[derive(Debug, clap::Args)]
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
        runs.signal(&args.run, &args.name, &Json::Object(body)).await.map_err(remote::stop)?;
        Ok(DONE)
    })
}
