//! `ntroc start`: a run on the server.

use std::time::Duration;

use ntro_worker::client::{End, Runs, StartOptions};
use serde_json::{Map, Value as Json, json};

use crate::remote::patience::patiently;
use crate::remote::{self, Server, asking, text, tree};
use crate::run::driver::wall_clock;
use crate::run::input::object_argument;
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// How long is looked how a run begins.
const LOOK: Duration = Duration::from_secs(3);

/// Starts a run on a Temporal server
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc start document-ingest --set entity=acme --set period=2026-03 --set source=rent-roll
  ntroc start nav-monthly --input @input.json --id nav-2026-03 --wait

The run's id goes to stdout; with --wait its result, as JSON. What it asks for first is said on stderr.
Exit codes: 0 started, or completed · 1 the run failed (--wait) · 2 it could not be started")]
pub(super) struct Args {
    /// The runbook
    runbook: String,
    /// The input: JSON, @FILE, or - for stdin
    #[arg(long, value_name = "JSON|@FILE|-")]
    input: Option<String>,
    /// One field of the input; what is no JSON is a text. May be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The run's id; made from the runbook and the time where absent
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The tenant
    #[arg(long)]
    tenant: Option<String>,
    /// The entity
    #[arg(long)]
    entity: Option<String>,
    /// The version to keep to; the newest where absent
    #[arg(long, value_name = "VERSION")]
    pin: Option<String>,
    /// The runbook's configuration: JSON or @FILE
    #[arg(long, value_name = "JSON|@FILE")]
    config: Option<String>,
    /// Wait for the end
    #[arg(long)]
    wait: bool,
    /// As JSON: `{run, run_id}`
    #[arg(long, conflicts_with = "wait")]
    json: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut input = match &args.input {
        Some(argument) => object_argument("--input", argument)?,
        None => Map::new(),
    };
    for set in &args.set {
        let Some((key, value)) = set.split_once('=') else {
            return Err(Stop::new(format!("--set {set}: there is no `=`")).help("write --set KEY=VALUE"));
        };
        // A period or a date looks like a sum to nobody but JSON, which refuses it: then it is the text that it is.
        let value = serde_json::from_str(value).unwrap_or_else(|_| Json::from(value));
        input.insert(key.trim().to_owned(), value);
    }
    let config = args.config.as_deref().map(|argument| object_argument("--config", argument)).transpose()?;
    let id =
        args.id.clone().unwrap_or_else(|| format!("{}-{}", args.runbook, wall_clock().strftime("%Y%m%d-%H%M%S-%3f")));
    let options = StartOptions {
        tenant: args.tenant.clone(),
        entity: args.entity.clone(),
        version: args.pin.clone(),
        config: config.map(Json::Object),
        ..StartOptions::default()
    };
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let input = Json::Object(input);
        let starting = runs.start(&args.runbook, &id, &input, &options);
        let run_id = patiently("starting", starting).await.map_err(remote::stop)?;
        if !args.wait {
            let line = if args.json { json!({ "run": id, "run_id": run_id }).to_string() } else { id.clone() };
            terminal::out(&format!("{line}\n"));
            look(&runs, args, &id).await;
            return Ok(DONE);
        }
        errln!("{id}");
        look(&runs, args, &id).await;
        match runs.end(&id, Duration::from_secs(u64::from(u32::MAX))).await.map_err(remote::stop)? {
            End::Completed(result) => {
                terminal::out(&format!("{result:#}\n"));
                Ok(DONE)
            }
            End::Failed { message, .. } => Err(Stop { code: PROBLEMS, ..Stop::new(message) }),
            End::Cancelled => Err(Stop { code: PROBLEMS, ..Stop::new("the run was cancelled") }),
            End::Terminated(why) => Err(Stop { code: PROBLEMS, ..Stop::new(format!("the run was terminated: {why}")) }),
            End::TimedOut => Err(Stop { code: PROBLEMS, ..Stop::new("the run's time was over") }),
        }
    })
}

/// Looks for a moment how the run begins, and tells it on stderr: that nobody works on it, that it cannot begin, what it asks for.
async fn look(runs: &Runs, args: &Args, id: &str) {
    if let Ok(Some(_)) = tree::nobody_works(runs, &args.server.task_queue).await {
        errln!("note: no worker polls `{}`; the run begins when one does (`ntroc worker`)", args.server.task_queue);
        return;
    }
    let until = tokio::time::Instant::now() + LOOK;
    while tokio::time::Instant::now() < until {
        match runs.trouble(id).await {
            Ok(None) => {}
            Ok(Some(why)) => {
                let id = text::shell(id);
                errln!("warning: the run cannot begin: {why}");
                errln!(
                    "help: mend that; it is tried again by itself, ever more slowly, or at once by `ntroc retry {id}`"
                );
                return;
            }
            Err(_) => return,
        }
        match runs.details(id).await {
            Ok(details) if details.task.is_none() || details.run.status != "running" => break,
            Ok(_) => {}
            Err(_) => return,
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for action in asking::pending(runs, id).await.unwrap_or_default() {
        asking::tell(id, &action);
    }
}
