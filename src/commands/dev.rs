//! `ntroc dev`: a server, a worker and the runbooks of a folder, with one command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ntro_worker::schedules::Schedules;
use ntro_worker::server::{self, DevServer, Options};

use crate::project::{Project, shown};
use crate::remote::binding_flags::BindingFlags;
use crate::remote::deploying::{self, Versions};
use crate::remote::{self, Places, Server, scheduling, working};
use crate::stop::{DONE, Outcome, Stop};

/// How often files are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// The port that every Temporal tool tries first.
const PORT: u16 = 7233;

/// Starts a Temporal server, deploys runbooks and runs them, until Ctrl-C
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc dev examples/document-ingest
  TEMPORAL_ADDRESS=127.0.0.1:7233 ntroc dev        with a server that runs already

Runbooks are deployed again whenever a file is saved; runs in flight go on as they began. `workflow` blocks are bound as `ntroc deploy`
binds them: `ntroc bindings` lists them, `ntroc trigger NAME` starts one now. The server is the one that TEMPORAL_ADDRESS
names; else NTRO_TEMPORAL_CLI, `temporal` on PATH or a copy kept from before is started; else one is downloaded, or built where Go is
installed, once. It keeps its state in .ntro/temporal.db.
Exit codes: 0 ended by Ctrl-C · 2 there is no server, or the project cannot be read")]
pub(super) struct Args {
    /// A file or the folder of a project
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The server's port
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Forget all runs when it ends
    #[arg(long)]
    in_memory: bool,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: Args) -> Outcome {
    remote::block_on(async {
        let root = Project::of(&args.path)?.root;
        let (bundles, database) = (args.places.bundles(&root), args.places.database(&root));
        let mut server = args.server.clone();
        let outside = server.address.is_some() || std::env::var_os("TEMPORAL_ADDRESS").is_some();
        let own = if outside {
            None
        } else {
            tokio::select! {
                started = start(&args, &root) => Some(started?),
                () = remote::interrupted() => return Ok(DONE),
            }
        };
        if let Some(own) = &own {
            server.address = Some(own.address.clone());
        }
        let link = server.link().await?;
        errln!("Temporal    {} (namespace {})", link.address, link.namespace);
        if let Some(ui) = own.as_ref().and_then(|own| own.ui.as_ref()) {
            errln!("Its UI      {ui}");
        }
        if link.address != format!("127.0.0.1:{PORT}") {
            errln!("Elsewhere   export TEMPORAL_ADDRESS={}", link.address);
        }
        let schedules = Schedules::new(link.clone(), &server.task_queue);
        let first = redeploy(&args.path, &bundles, &schedules).await?;
        let watch = tokio::spawn(watch(args.path.clone(), root.clone(), bundles.clone(), schedules));
        if let Some(runbook) = first {
            errln!("To start a run, in another terminal:  ntroc start {runbook} --set FIELD=VALUE …");
        }
        errln!("Ctrl-C ends it.\n");
        let queue = &server.task_queue;
        let worked = working::work(&link, queue, (&bundles, &database), true, remote::interrupted()).await;
        watch.abort();
        if let Some(own) = own {
            own.stop().await;
        }
        worked?;
        errln!("Stopped.");
        Ok(DONE)
    })
}

async fn start(args: &Args, root: &Path) -> Result<DevServer, Stop> {
    let failed = |error: server::ServerError| Stop::new(error.to_string());
    let binary = server::find(&|text| errln!("{text}")).await.map_err(failed)?;
    let folder = root.join(".ntro");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Stop::new(format!("{} cannot be made: {error}", shown(&folder))))?;
    let free = std::net::TcpListener::bind(("127.0.0.1", PORT)).is_ok();
    let options = Options {
        database: (!args.in_memory).then(|| folder.join("temporal.db")),
        port: args.port.or(free.then_some(PORT)),
        ui: true,
        log: Some(folder.join("temporal.log")),
        settings: Vec::new(),
    };
    DevServer::start(&binary, &options).await.map_err(failed)
}

/// Deploys and says what came of it. Errors in a runbook are shown and leave everything as it was.
async fn redeploy(path: &Path, bundles: &Path, schedules: &Schedules) -> Result<Option<String>, Stop> {
    let ready = match deploying::ready(path, Versions::Marked, &BindingFlags::default()) {
        Ok(ready) => ready,
        Err(stop) if stop.code == crate::stop::PROBLEMS => {
            errln!("{stop}; mend it and save.");
            return Ok(None);
        }
        Err(stop) => return Err(stop),
    };
    let deployed = ready.write(bundles)?;
    err!("{}", deploying::told(&deployed));
    let (bound, unfit) = ready.bind_fitting(bundles)?;
    let (text, wrong) = scheduling::schedule(schedules, &bound).await;
    err!("{text}");
    for why in unfit.iter().chain(&wrong) {
        errln!("warning: {why}");
    }
    Ok(deployed.first().map(|(name, _)| name.clone()))
}

/// Deploys again whenever a file has changed.
async fn watch(path: PathBuf, root: PathBuf, bundles: PathBuf, schedules: Schedules) {
    let mut before = stamps(&root);
    loop {
        tokio::time::sleep(LOOK).await;
        let now = stamps(&root);
        if now != before {
            before = now;
            if let Err(stop) = redeploy(&path, &bundles, &schedules).await {
                stop.report();
            }
        }
    }
}

/// When each file was last written.
fn stamps(root: &Path) -> BTreeMap<PathBuf, Option<SystemTime>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(kind) = entry.file_type() else { continue };
            if name.starts_with('.') || name == "target" || name == "node_modules" || found.len() > 10_000 {
                continue;
            }
            if kind.is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path(), entry.metadata().and_then(|meta| meta.modified()).ok());
            }
        }
    }
    found
}
