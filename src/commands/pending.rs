//! `ntroc pending`: what waits for whom.

use ntro_worker::client::{RunLine, Runs, quoted};
use serde_json::{Value as Json, json};

use crate::remote::{self, Server, text};
use crate::stop::{DONE, Outcome, Stop};
use crate::terminal;

/// Lists what people are asked for
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only this run and its children
    run: Option<String>,
    /// Only what this role may do
    #[arg(long)]
    role: Option<String>,
    /// As JSON, with all that is shown
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let mut rows = Vec::new();
        let mut all = Vec::new();
        for run in waiting_runs(&runs, args).await? {
            let actions = match runs.query(&run.id, "pending_actions").await {
                Ok(Json::Array(actions)) => actions,
                Ok(_) => Vec::new(),
                Err(error) => {
                    eprintln!("warning: {error}");
                    continue;
                }
            };
            for action in actions {
                let may = |role: &String| {
                    action.get("roles").and_then(Json::as_array).is_none_or(|roles| roles.contains(&json!(role)))
                };
                if action.get("kind").and_then(Json::as_str) != Some("drill_down") && args.role.as_ref().is_none_or(may)
                {
                    rows.push(vec![run.id.clone(), text::waiting(&action)]);
                    all.push(json!({ "run": run.id, "action": action }));
                }
            }
        }
        if args.json {
            terminal::out(&format!("{:#}\n", Json::Array(all)));
        } else if rows.is_empty() {
            eprintln!("Nothing waits for anybody.");
        } else {
            terminal::out(&text::columns(&rows));
        }
        Ok(DONE)
    })
}

async fn waiting_runs(runs: &Runs, args: &Args) -> Result<Vec<RunLine>, Stop> {
    match &args.run {
        Some(run) => {
            let mut found = vec![runs.describe(run).await.map_err(remote::stop)?];
            found.extend(runs.tree_below(run).await.map_err(remote::stop)?);
            Ok(found)
        }
        None => {
            let role =
                args.role.as_ref().map(|role| format!(" AND (NtroRoles = '{}' OR NtroRoles IS NULL)", quoted(role)));
            let query = format!("ExecutionStatus = 'Running' AND NtroPending IS NOT NULL{}", role.unwrap_or_default());
            runs.list(&query).await.map_err(remote::stop)
        }
    }
}
