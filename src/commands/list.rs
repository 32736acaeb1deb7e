//! `ntroc list`: the runs of the server.

use ntro_worker::client::{RunLine, quoted};
use serde_json::{Value as Json, json};

use crate::remote::patience::patiently;
use crate::remote::{self, Server, text, time, tree};
use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Lists runs
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc list
  ntroc list --all --runbook nav-monthly
  ntroc list --query \"NtroEntity = 'acme' AND NtroDue < '2026-04-01T00:00:00Z'\" --json

Exit codes: 0 listed · 2 the query is wrong, or the server does not answer")]
pub(super) struct Args {
    /// Only runs of this runbook
    #[arg(long)]
    runbook: Option<String>,
    /// Closed runs too
    #[arg(long)]
    all: bool,
    /// Only runs that no other run has started
    #[arg(long)]
    top: bool,
    /// A visibility query of Temporal instead, such as "NtroEntity = 'acme'"
    #[arg(long, value_name = "QUERY", conflicts_with_all = ["runbook", "all"])]
    query: Option<String>,
    /// How many runs at most, the newest first
    #[arg(long, value_name = "N", default_value_t = 200)]
    limit: usize,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut conditions = Vec::new();
    if let Some(runbook) = &args.runbook {
        // The type is known to every server; the attribute, which also knows the alias, only where it is registered.
        conditions.push(format!("WorkflowType = '{}'", quoted(runbook)));
    }
    if !args.all {
        conditions.push("ExecutionStatus = 'Running'".to_owned());
    }
    let query = args.query.clone().unwrap_or_else(|| conditions.join(" AND "));
    remote::block_on(async {
        let runs = args.server.runs().await?;
        let mut found = patiently("listing", runs.list(&query)).await.map_err(remote::stop)?;
        found.retain(|run| !args.top || run.parent.is_none());
        let more = found.len().saturating_sub(args.limit);
        found.truncate(args.limit);
        if args.json {
            let all: Vec<Json> = found.iter().map(as_json).collect();
            terminal::out(&format!("{:#}\n", Json::Array(all)));
        } else if found.is_empty() {
            errln!("There is no {}run here.", if args.all || args.query.is_some() { "" } else { "open " });
        } else {
            let mut rows = vec![text::heads(&["RUN", "RUNBOOK", "STATUS", "STEP", "WAITS FOR", "OF", "DUE", "SINCE"])];
            rows.extend(found.iter().map(row));
            terminal::out(&text::columns(&rows));
        }
        if more > 0 {
            errln!("… and {} more; --limit shows them", tree::thousands(more));
        }
        Ok(DONE)
    })
}

fn row(run: &RunLine) -> Vec<String> {
    let open = run.status == "running";
    let live = |name: &str| if open { text::attribute(run, name) } else { String::new() };
    let waits = live("NtroPending").split(", ").map(plainly).collect::<Vec<_>>().join(", ");
    let due = text::due_of(run).filter(|_| open).map(time::minute).unwrap_or_default();
    let since = run.started.map(time::minute).unwrap_or_default();
    let (step, roles) = (live("NtroStep"), live("NtroRoles"));
    vec![run.id.clone(), run.runbook.clone(), tree::status(&run.status), step, waits, roles, due, since]
}

/// The kind of something that is pending, as people say it.
pub(super) fn plainly(kind: &str) -> &str {
    match kind {
        "submit_file" => "a file",
        "submit_files" => "files",
        "interactive_review" => "a decision",
        "await_signal" => "a signal",
        "drill_down" => "its children",
        other => other,
    }
}

fn as_json(run: &RunLine) -> Json {
    json!({
        "run": run.id, "run_id": run.run_id, "runbook": run.runbook, "status": run.status, "started": run.started,
        "closed": run.closed, "parent": run.parent, "root": run.root, "attributes": run.attributes,
    })
}
