//! What the commands that talk to Temporal share: the server, the place of bundles, deploying.

pub(crate) mod actor;
pub(crate) mod asking;
pub(crate) mod binding_flags;
pub(crate) mod changes;
pub(crate) mod deploying;
pub(crate) mod events;
pub(crate) mod noted;
pub(crate) mod past;
pub(crate) mod patience;
pub(crate) mod plan;
pub(crate) mod schedule_times;
pub(crate) mod scheduling;
pub(crate) mod submitting;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod tree;
pub(crate) mod warnings;
pub(crate) mod working;

use std::path::{Path, PathBuf};

use ntro_worker::client::{ClientError, Runs};
use ntro_worker::connect::{self, ConnectError, Link, Target};
use ntro_worker::schedules::ScheduleError;
use ntro_worker::worker::TASK_QUEUE;

use crate::stop::Stop;

/// Where the server is. What is not said here comes from `TEMPORAL_*` and `temporal.toml`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Server {
    /// The Temporal server; TEMPORAL_ADDRESS, else localhost:7233
    #[arg(long, value_name = "HOST:PORT", global = true)]
    pub(crate) address: Option<String>,
    /// The namespace; TEMPORAL_NAMESPACE, else default
    #[arg(long, value_name = "NAME")]
    pub(crate) namespace: Option<String>,
    /// The profile of temporal.toml
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The task queue of the workers
    #[arg(long, value_name = "NAME", default_value = TASK_QUEUE)]
    pub(crate) task_queue: String,
}

impl Server {
    /// Connects.
    pub(crate) async fn link(&self) -> Result<Link, Stop> {
        let target =
            Target { address: self.address.clone(), namespace: self.namespace.clone(), profile: self.profile.clone() };
        let connecting = patience::patiently("connecting to the Temporal server", connect::connect(&target));
        connecting.await.map_err(|error| {
            let stop = Stop::new(error.to_string());
            match error {
                ConnectError::Unreachable { .. } => {
                    stop.help("start one with `ntroc dev`, or say where it is with --address or TEMPORAL_ADDRESS")
                }
                ConnectError::Settings(_) => stop.help("look at TEMPORAL_* in the environment and at temporal.toml"),
            }
        })
    }

    /// Connects to the runs of the queue.
    pub(crate) async fn runs(&self) -> Result<Runs, Stop> {
        Ok(self.runs_on(&self.link().await?))
    }

    /// The runs of the queue on a connection.
    pub(crate) fn runs_on(&self, link: &Link) -> Runs {
        Runs::new(link.clone(), &self.task_queue)
    }
}

/// Where bundles and the store are.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Places {
    /// The folder of deployed runbooks [default: .ntro/bundles]
    #[arg(long, value_name = "DIR", env = "NTRO_BUNDLES")]
    pub(crate) bundles: Option<PathBuf>,
    /// The database file [default: .ntro/ntro.db]
    #[arg(long, value_name = "FILE", env = "NTRO_DB")]
    pub(crate) db: Option<PathBuf>,
}

impl Places {
    /// The folder of bundles, for a project or the folder where the person is.
    pub(crate) fn bundles(&self, root: &Path) -> PathBuf {
        self.bundles.clone().unwrap_or_else(|| root.join(".ntro/bundles"))
    }

    /// The database file.
    pub(crate) fn database(&self, root: &Path) -> PathBuf {
        self.db.clone().unwrap_or_else(|| root.join(".ntro/ntro.db"))
    }

    /// The folder of bundles of the workers of a queue, as far as this machine knows.
    pub(crate) fn bundles_of(&self, link: Option<&Link>, queue: &str) -> PathBuf {
        let noted = link.and_then(|link| noted::find(link, queue));
        self.bundles.clone().or(noted.map(|note| note.bundles)).unwrap_or_else(|| self.bundles(Path::new(".")))
    }

    /// The database that the workers of a queue read: what is handed in must lie there.
    pub(crate) fn database_of(&self, link: &Link, queue: &str) -> Result<PathBuf, Stop> {
        if let Some(db) = &self.db {
            return Ok(db.clone());
        }
        if let Some(note) = noted::find(link, queue) {
            return Ok(note.database);
        }
        let here = self.database(Path::new("."));
        if here.is_file() {
            return Ok(here);
        }
        Err(Stop::new(format!("no worker of the queue `{queue}` has noted on this machine where it keeps documents"))
            .help("name the worker's database with --db FILE or NTRO_DB; a file is of no use in another one"))
    }
}

/// Runs something that waits for the network.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| Stop::new(format!("no threads can be started: {error}")))?.block_on(future)
}

/// What a client says, with what to do.
pub(crate) fn stop(error: ClientError) -> Stop {
    let stop = Stop::new(error.to_string());
    match &error {
        ClientError::NoRun(_) => stop.help("`ntroc list` shows the runs"),
        ClientError::Stuck { run, .. } => stop.help(format!(
            "mend that; it is tried again by itself, ever more slowly, or at once by `ntroc retry {run}`"
        )),
        ClientError::Unreachable(_) => stop.help("start one with `ntroc dev`, or say where it is with --address"),
        ClientError::NoWorker { .. } => stop.help("start one with `ntroc worker`, or `ntroc dev` for development"),
        ClientError::AlreadyStarted(_)
        | ClientError::Ended(_)
        | ClientError::Refused(_)
        | ClientError::Late { .. }
        | ClientError::Unreadable(_) => stop,
        ClientError::Server(why) if why.contains("Namespace") && why.contains("not found") => stop
            .help("name another with --namespace, or make it: `temporal operator namespace create --namespace NAME`"),
        ClientError::Server(_) => stop,
    }
}

/// What came of a schedule, with what to do.
pub(crate) fn schedule_stop(error: ScheduleError) -> Stop {
    let stop = Stop::new(error.to_string());
    match error {
        ScheduleError::None(_) => stop.help("`ntroc bindings` lists what is bound and scheduled"),
        ScheduleError::Unreachable(_) => stop.help("start one with `ntroc dev`, or say where it is with --address"),
        ScheduleError::NotOurs(_) | ScheduleError::Server(_) => stop,
    }
}

/// Ends when somebody presses Ctrl-C or a supervisor asks for the end.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match terminate {
            Ok(mut terminate) => tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            },
            Err(_) => {
                tokio::signal::ctrl_c().await.ok();
            }
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await.ok();
    }
}
