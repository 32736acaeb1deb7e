//! A server, a store, bundles and workers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ntro_capabilities::Store;
use ntro_capabilities::{Capabilities, Settings, Submission};
use ntro_machine::Json;
use ntro_worker::bundle::{self, Deployed, Deployment};
use ntro_worker::client::{ClientError, RunLine, Runs};
use ntro_worker::connect::Link;
use ntro_worker::programs::{Programs, Recorded};
use ntro_worker::serve::{BundleCapabilities, Serve};
use ntro_worker::{history_json, replay, server, worker};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::shared::Server;

/// The longest that anything here may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A namespace of a server, and a folder for bundles and the store.
pub struct World {
    pub server: Server,
    pub link: Link,
    pub runs: Runs,
    pub folder: TempDir,
}

/// A worker of this process.
pub struct Working {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Working {
    pub async fn stop(self) {
        self.stop.send(()).ok();
        self.task.await.unwrap();
    }
}

impl World {
    /// A namespace of its own on the server that tests share.
    pub async fn new() -> World {
        let server = Server::shared().await;
        let link = server.namespace().await;
        World::on(server, link)
    }

    /// A server of its own.
    pub async fn with(options: server::Options) -> World {
        let server = Server::own(&options).await;
        let link = server.connect("default").await;
        World::on(server, link)
    }

    fn on(server: Server, link: Link) -> World {
        let runs = Runs::new(link.clone(), worker::TASK_QUEUE);
        World { server, link, runs, folder: tempfile::tempdir().unwrap() }
    }

    /// The same runs on a server that was started anew.
    pub fn move_to(&mut self, server: Server, link: Link) {
        self.runs = Runs::new(link.clone(), worker::TASK_QUEUE);
        self.server = server;
        self.link = link;
    }

    pub fn bundles(&self) -> PathBuf {
        self.folder.path().join("bundles")
    }

    /// Compiles an example and deploys all its runbooks.
    pub fn deploy_example(&self, name: &str) -> Vec<Deployed> {
        deploy_project(&self.bundles(), &root().join("examples").join(name))
    }

    /// Compiles a file of `tests/fixtures` and deploys all its runbooks.
    pub fn deploy_fixture(&self, name: &str) -> Vec<Deployed> {
        let sources = BTreeMap::from([(name.to_owned(), fixture(name).into())]);
        deploy_sources(&self.bundles(), &sources, BTreeMap::new())
    }

    /// Asks the server until it lists this many runs.
    pub async fn listed(&self, query: &str, count: usize) -> Vec<RunLine> {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let runs = self.runs.list(query).await.unwrap();
            if runs.len() == count {
                return runs;
            }
            assert!(tokio::time::Instant::now() < until, "{query} gives {runs:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub async fn store(&self) -> Store {
        Store::open(self.folder.path().join("ntro.db")).await.unwrap()
    }

    /// Submits a file to the store and gives the signal's body.
    pub async fn submit(&self, path: &Path, run: &str, source: &str, entity: &str) -> Json {
        let settings = Settings::new(self.folder.path(), self.folder.path().join("storage"));
        let capabilities = Capabilities::new(self.store().await, settings).unwrap();
        let submission = Submission {
            source: source.into(),
            entity: entity.into(),
            period: None,
            task_id: run.into(),
            accept: ntro_capabilities::Accept::default(),
        };
        capabilities.submit_file(path, &submission).await.unwrap()
    }

    pub async fn capabilities(&self) -> Arc<dyn Serve> {
        let settings = Settings::new(self.folder.path(), self.folder.path().join("storage"));
        Arc::new(BundleCapabilities::new(self.store().await, self.bundles(), settings))
    }

    /// Starts a worker of this process with the real capabilities.
    pub async fn work(&self) -> Working {
        let serve = self.capabilities().await;
        self.work_with(serve).await
    }

    pub async fn work_with(&self, serve: Arc<dyn Serve>) -> Working {
        self.work_as(worker::Settings::default(), serve).await
    }

    pub async fn work_as(&self, settings: worker::Settings, serve: Arc<dyn Serve>) -> Working {
        let (stop, stopped) = oneshot::channel();
        let (link, bundles) = (self.link.clone(), self.bundles());
        let programs = Arc::new(Programs::new(bundles, true));
        assert_eq!(worker::register_search(&link, &programs).await, worker::Registered::Yes);
        let task = tokio::spawn(async move {
            // The core has threads of its own; dropping it must not happen inside another runtime.
            let core = tokio::task::block_in_place(|| worker::core_runtime().unwrap());
            let stopped = async {
                stopped.await.ok();
            };
            worker::run(&core, &link, &settings, programs, serve, stopped).await.unwrap();
            tokio::task::block_in_place(|| drop(core));
        });
        Working { stop, task }
    }

    /// Asks until a run pends at this step, and gives what is pending.
    pub async fn pending(&self, run: &str, step: &str) -> Json {
        let until = tokio::time::Instant::now() + PATIENCE;
        let mut last = Json::Null;
        while tokio::time::Instant::now() < until {
            match self.runs.query(run, "pending_actions").await {
                Ok(Json::Array(actions)) => {
                    if let Some(action) = actions.iter().find(|action| action["step"] == step) {
                        return action.clone();
                    }
                    last = Json::Array(actions);
                }
                Ok(other) => panic!("pending_actions is {other}"),
                Err(ClientError::NoRun(_)) => {}
                Err(error) => last = Json::String(error.to_string()),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{run} never waits at {step}: {last}");
    }
}

/// Waits until something holds.
pub async fn until(what: &str, mut there: impl AsyncFnMut() -> bool) {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !there().await {
        assert!(tokio::time::Instant::now() < end, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The text of a file of `tests/fixtures`.
pub fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

/// Replays a run's history without the server, through the form that people download. With `NTRO_KEEP_HISTORIES` it is kept there.
pub async fn replays(world: &World, run: &str, name: &str) {
    let history = world.runs.history(run).await.unwrap();
    let text = history_json::write(&history).unwrap();
    if let Ok(folder) = std::env::var("NTRO_KEEP_HISTORIES") {
        std::fs::write(Path::new(&folder).join(format!("{name}.json")), &text).unwrap();
    }
    let again = history_json::read(&text).unwrap();
    assert_eq!(again, history);
    let replayed = replay::replay(again, run, Arc::new(Recorded::default())).await.unwrap();
    assert_eq!(replayed.problem, None, "{run}");
    assert!(!replayed.activations.is_empty(), "{run}");
}

/// Compiles a project and deploys all its runbooks.
pub fn deploy_project(bundles: &Path, project: &Path) -> Vec<Deployed> {
    deploy_files(bundles, files_of(project))
}

/// The files of a project, by their paths in it.
pub fn files_of(project: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    collect(project, project, &mut files);
    files
}

/// Compiles the sources among these files and deploys all their runbooks with the files.
pub fn deploy_files(bundles: &Path, files: BTreeMap<String, Vec<u8>>) -> Vec<Deployed> {
    let sources = files
        .iter()
        .filter(|(path, _)| path.ends_with(".ntro"))
        .map(|(path, bytes): (&String, &Vec<u8>)| (path.clone(), String::from_utf8(bytes.clone()).unwrap().into()))
        .collect();
    deploy_sources(bundles, &sources, files)
}

/// Compiles sources and deploys all their runbooks, with these files.
pub fn deploy_sources(
    bundles: &Path,
    sources: &ntro_compiler::Sources,
    files: BTreeMap<String, Vec<u8>>,
) -> Vec<Deployed> {
    let checked = ntro_compiler::check(sources);
    assert!(!checked.runbooks.is_empty(), "{:?}", checked.diagnostics);
    let deploy = |compiled: &ntro_compiler::Compiled| {
        let deployment = Deployment {
            program: &compiled.program,
            source_map: &compiled.source_map,
            version: None,
            config: Json::Null,
            tenants: BTreeMap::new(),
            anonymous: None,
            holidays: Vec::new(),
            zone: None,
            tenant: None,
            files: files.clone(),
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        bundle::deploy(bundles, &deployment).unwrap()
    };
    checked.runbooks.values().map(deploy).collect()
}

fn collect(project: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(project, &path, files);
        } else {
            let name = path.strip_prefix(project).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}
