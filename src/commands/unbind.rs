//! `ntroc unbind`: a binding is removed.

use std::path::Path;

use ntro_worker::bindings;
use ntro_worker::schedules::Schedules;

use crate::project::Project;
use crate::remote::deploying::refused;
use crate::remote::{self, Places, Server};
use crate::stop::{DONE, Outcome, Stop};
use crate::terminal;

/// Removes a binding and its schedule; runs that it has started go on
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc unbind acme-spv1-nav

Exit codes: 0 removed · 2 there is no such binding, or the server was not reached")]
pub(super) struct Args {
    /// The binding
    name: String,
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let link = args.server.link().await?;
        let bundles = args.places.bundles(&Project::of(Path::new("."))?.root);
        // The schedule first: one without its binding would start runs that wait for it.
        let scheduled =
            Schedules::new(link, &args.server.task_queue).remove(&args.name).await.map_err(remote::schedule_stop)?;
        let written = bindings::remove(&bundles, &args.name).map_err(refused)?;
        if !scheduled && !written {
            return Err(
                Stop::new(format!("there is no binding `{}` here", args.name)).help("`ntroc bindings` lists them")
            );
        }
        terminal::out(&format!("workflow {}  removed; its runs go on\n", args.name));
        Ok(DONE)
    })
}
