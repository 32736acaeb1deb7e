//! `ntroc list`: the runs of the server.

use ntro_worker::client::quoted;

use crate::remote::{self, Server, text};
use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Lists runs
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only runs of this runbook
    #[arg(long)]
    runbook: Option<String>,
    /// Closed runs too
    #[arg(long)]
    all: bool,
    /// A visibility query of Temporal instead, such as "NtroEntity = 'acme'"
    #[arg(long, value_name = "QUERY", conflicts_with_all = ["runbook", "all"])]
    query: Option<String>,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut conditions = Vec::new();
    if let Some(runbook) = &args.runbook {
        conditions.push(format!("NtroRunbook = '{}'", quoted(runbook)));
    }
    if !args.all {
        conditions.push("ExecutionStatus = 'Running'".to_owned());
    }
    let query = args.query.clone().unwrap_or_else(|| conditions.join(" AND "));
    remote::block_on(async {
        let runs = args.server.runs().await?.list(&query).await.map_err(remote::stop)?;
        let head = ["RUN", "RUNBOOK", "STATUS", "STEP", "WAITS FOR", "OF", "SINCE"].map(str::to_owned).to_vec();
        let mut rows = vec![head];
        rows.extend(runs.iter().map(|run| {
            let since = run.started.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
            let open = run.status == "running";
            let live = |name: &str| if open { text::attribute(run, name) } else { String::new() };
            let (step, pending, roles) = (live("NtroStep"), live("NtroPending"), live("NtroRoles"));
            vec![run.id.clone(), run.runbook.clone(), run.status.clone(), step, pending, roles, since]
        }));
        terminal::out(&text::columns(&rows));
        Ok(DONE)
    })
}
