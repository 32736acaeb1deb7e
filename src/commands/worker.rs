//! `ntroc worker`: serves deployed runbooks.

use std::path::Path;

use crate::remote::{self, Places, Server, working};
use crate::stop::{DONE, Outcome};

/// Runs deployed runbooks on a Temporal server
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc worker
  TEMPORAL_ADDRESS=temporal.example:7233 ntroc worker --bundles /srv/bundles --db /srv/ntro.db

Bundles that are deployed later are picked up without a restart. Ctrl-C ends it in order; what it was doing goes on elsewhere or later.
While the server is away it says so and goes on when it is back. Who may act without a name is what ntro.yaml says; where it does not, nobody.
Exit codes: 0 ended by Ctrl-C · 2 it cannot work: no server, no namespace, no database")]
pub(super) struct Args {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    places: Places,
    /// Let people act who do not say who they are, where a project does not forbid it
    #[arg(long)]
    allow_anonymous: bool,
}

pub(super) fn run(args: Args) -> Outcome {
    remote::block_on(async {
        let link = args.server.link().await?;
        let here = Path::new(".");
        let (bundles, database) = (args.places.bundles(here), args.places.database(here));
        errln!(
            "Working for {} (namespace {}, task queue {}) from {}",
            link.address,
            link.namespace,
            args.server.task_queue,
            bundles.display()
        );
        let queue = &args.server.task_queue;
        working::work(&link, queue, (&bundles, &database), args.allow_anonymous, remote::interrupted()).await?;
        errln!("Stopped.");
        Ok(DONE)
    })
}
