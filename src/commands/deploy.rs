//! `ntroc deploy`: runbooks as bundles, and bindings as schedules.

use std::path::{Path, PathBuf};

use ntro_ir::Binding;
use ntro_worker::bindings::{self, Written};
use ntro_worker::client::Runs;
use ntro_worker::schedules::Schedules;

use crate::project::Project;
use crate::remote::binding_flags::BindingFlags;
use crate::remote::deploying::{self, Versions};
use crate::remote::{self, Places, Server, plan, scheduling};
use crate::stop::{COULD_NOT, DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// Checks and compiles runbooks and writes them where workers find them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc deploy examples/document-ingest
  ntroc deploy . --plan                          what would change, and which runs are in flight
  ntroc deploy . --bundles /srv/ntro/bundles
  ntroc deploy nav --entity acme-spv1 --schedule '0 8 5 * *' --timezone Europe/London \\
      --with '{ period: previous_period(today()) }'

A version never changes its content: give a changed runbook another `version`. Runs in flight keep the program that they began with;
workers take a new version without a restart. The `workflow` blocks of the runbooks, and the options that bind one, become schedules of
the Temporal server; what is bound already and says the same is left alone. Without any no server is needed.
Exit codes: 0 deployed · 1 the runbooks have errors, or --plan found what would be refused · 2 nothing could be written, the version
exists with another content, or the server was not reached")]
pub(super) struct Args {
    /// A file or the folder of a project
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only say what would change
    #[arg(long)]
    plan: bool,
    /// Remove bindings that the project no longer has
    #[arg(long, conflicts_with = "plan")]
    prune: bool,
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    binding: BindingFlags,
}

pub(super) fn run(args: &Args) -> Outcome {
    let root = Project::of(&args.path)?.root;
    let bundles = args.places.bundles(&root);
    let ready = deploying::ready(&args.path, Versions::Own, &args.binding)?;
    if args.plan {
        let text = remote::block_on(async {
            match args.server.link().await {
                Ok(link) => {
                    let schedules = Schedules::new(link.clone(), &args.server.task_queue);
                    let runs = Runs::new(link.clone(), &args.server.task_queue);
                    plan::plan(&ready, &bundles, Ok((&link, &runs, &schedules))).await
                }
                Err(stop) => plan::plan(&ready, &bundles, Err(stop.message)).await,
            }
        })?;
        terminal::out(&text);
        return Ok(if ready.hindrances(&bundles)?.is_empty() { DONE } else { PROBLEMS });
    }
    deploying::refuse(&ready.hindrances(&bundles)?)?;
    let deployed = ready.write(&bundles)?;
    terminal::out(&deploying::told(&deployed));
    let bound = ready.bind(&bundles)?;
    let gone = if args.prune { left_over(&bundles, &ready)? } else { Vec::new() };
    if bound.is_empty() && gone.is_empty() {
        return Ok(DONE);
    }
    remote::block_on(schedule(args, &bundles, &bound, &gone))
}

/// The bindings that are written and that the project does not have.
fn left_over(bundles: &Path, ready: &deploying::Ready) -> Result<Vec<String>, Stop> {
    let names = bindings::names(bundles).map_err(deploying::refused)?;
    Ok(names.into_iter().filter(|name| !ready.bindings.contains_key(name)).collect())
}

async fn schedule(args: &Args, bundles: &Path, bound: &[(Binding, Written)], gone: &[String]) -> Outcome {
    let link = match args.server.link().await {
        Ok(link) => link,
        Err(stop) => {
            let message = format!("the runbooks are deployed, but their schedules are not made: {}", stop.message);
            return Err(Stop { code: COULD_NOT, message, ..stop }
                .help("deploy once more when the server answers; what is done already is left alone"));
        }
    };
    let schedules = Schedules::new(link, &args.server.task_queue);
    let (text, mut wrong) = scheduling::schedule(&schedules, bound).await;
    terminal::out(&text);
    for name in gone {
        match schedules.remove(name).await {
            Ok(_) => {
                bindings::remove(bundles, name).map_err(deploying::refused)?;
                terminal::out(&format!("workflow {name}  removed; its runs go on\n"));
            }
            Err(error) => wrong.push(format!("workflow {name}: {error}")),
        }
    }
    if wrong.is_empty() { Ok(DONE) } else { Err(Stop::new(wrong.join("\n"))) }
}
