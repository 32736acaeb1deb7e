//! A Temporal server for development and tests: found or made, started on a free port, and stopped by its process.
//!
//! The binary comes from, in this order: `NTRO_TEMPORAL_CLI`; `temporal` on `PATH`; the cache; the documented download, into the
//! cache; `go install`, into the cache. Each way that fails says why in one line.

use std::env;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::{download, search};

/// What Go installs: later versions of the CLI refuse `go install`.
const GO_PACKAGE: &str = "github.com/temporalio/cli/cmd/temporal@v1.5.1";
/// How long building the server may take: 2.5 minutes on two cores.
const BUILD: Duration = Duration::from_secs(15 * 60);
/// How long the server may take until it answers.
const START: Duration = Duration::from_secs(60);

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Nothing was found, fetched or made. One line for each way.
    #[error("no Temporal server could be found, fetched or built:\n{}", .0.iter().map(|why| format!("  - {why}")).collect::<Vec<_>>().join("\n"))]
    None(Vec<String>),
    /// It does not start.
    #[error("the Temporal server {binary} does not start: {why}")]
    Start {
        /// Which.
        binary: PathBuf,
        /// Why not.
        why: String,
    },
}

/// What is told while somebody waits.
pub type Tell<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// Finds the binary; where there is none, fetches it or builds it.
///
/// # Errors
/// A line for each way that failed.
pub async fn find(tell: Tell<'_>) -> Result<PathBuf, ServerError> {
    let mut tried = Vec::new();
    match env::var_os("NTRO_TEMPORAL_CLI") {
        Some(path) if is_program(Path::new(&path)) => return Ok(path.into()),
        Some(path) => tried.push(format!("NTRO_TEMPORAL_CLI names {}, which is no program", path.to_string_lossy())),
        None => tried.push("NTRO_TEMPORAL_CLI is not set".to_owned()),
    }
    if let Some(found) = on_path("temporal") {
        return Ok(found);
    }
    tried.push("`temporal` is not on PATH".to_owned());
    let Some(cache) = cache() else {
        tried.push("there is no cache: neither XDG_CACHE_HOME nor HOME is set".to_owned());
        return Err(ServerError::None(tried));
    };
    let cached = cache.join(program_name("temporal"));
    if is_program(&cached) {
        return Ok(cached);
    }
    tried.push(format!("there is none in the cache {}", cache.display()));
    match download::fetch(&cached, tell).await {
        Ok(()) if is_program(&cached) => return Ok(cached),
        Ok(()) => tried.push(format!("the download ended well and left no {}", cached.display())),
        Err(why) => {
            tell(&why);
            tried.push(why);
        }
    }
    match go_install(&cache, tell).await {
        Ok(()) if is_program(&cached) => Ok(cached),
        Ok(()) => {
            tried.push(format!("`go install` ended well and left no {}", cached.display()));
            Err(ServerError::None(tried))
        }
        Err(why) => {
            tried.push(why);
            Err(ServerError::None(tried))
        }
    }
}

/// The folder that keeps what was made once.
fn cache() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let base =
        set("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| set("HOME").map(|home| Path::new(&home).join(".cache")));
    Some(base?.join("ntro").join("bin"))
}

fn program_name(name: &str) -> OsString {
    let mut name = OsString::from(name);
    name.push(env::consts::EXE_SUFFIX);
    name
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program_name(name))).find(|file| is_program(file))
}

fn is_program(path: &Path) -> bool {
    let Ok(meta) = path.metadata() else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        meta.is_file() && meta.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    {
        meta.is_file()
    }
}

async fn go_install(cache: &Path, tell: Tell<'_>) -> Result<(), String> {
    let go = on_path("go")
        .ok_or("Go, which could build it, is not on PATH; install Temporal's CLI from https://temporal.io/setup")?;
    std::fs::create_dir_all(cache).map_err(|error| format!("the cache {} cannot be made: {error}", cache.display()))?;
    tell("Building a Temporal server, once; this takes some minutes …");
    let mut command = Command::new(go);
    command.args(["install", GO_PACKAGE]).env("GOBIN", cache).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(BUILD, command.output())
        .await
        .map_err(|_| format!("`go install {GO_PACKAGE}` did not end within {} minutes", BUILD.as_secs() / 60))?
        .map_err(|error| format!("`go install {GO_PACKAGE}` does not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
    Err(format!("`go install {GO_PACKAGE}` failed: {last}"))
}

/// How a server is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The file that keeps its state; in memory where absent.
    pub database: Option<PathBuf>,
    /// The port; a free one where absent.
    pub port: Option<u16>,
    /// Whether it has the web UI.
    pub ui: bool,
    /// Where what it says goes; nowhere where absent.
    pub log: Option<PathBuf>,
    /// Settings of the server itself, as `NAME=VALUE`.
    pub settings: Vec<String>,
}

/// A server that runs.
#[derive(Debug)]
pub struct DevServer {
    child: Child,
    /// `HOST:PORT`
    pub address: String,
    /// Where the UI is, if anywhere.
    pub ui: Option<String>,
}

impl DevServer {
    /// Starts a server and waits until it answers. It is killed when this is dropped.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start(binary: &Path, options: &Options) -> Result<DevServer, ServerError> {
        let fail = |why: String| ServerError::Start { binary: binary.to_owned(), why };
        let port = match options.port {
            Some(port) => port,
            None => free_port().map_err(|error| fail(format!("there is no free port ({error})")))?,
        };
        let ui_port = if options.ui { Some(free_port().map_err(|error| fail(error.to_string()))?) } else { None };
        let mut command = Command::new(binary);
        command.args(["server", "start-dev", "--ip", "127.0.0.1", "--log-level", "error", "--port", &port.to_string()]);
        match ui_port {
            Some(port) => command.args(["--ui-port", &port.to_string()]),
            None => command.arg("--headless"),
        };
        if let Some(file) = &options.database {
            command.arg("--db-filename").arg(file);
        }
        for setting in &options.settings {
            command.arg("--dynamic-config-value").arg(setting);
        }
        for (name, kind) in search::ATTRIBUTES {
            command.arg("--search-attribute").arg(format!("{name}={}", search::type_name(kind)));
        }
        let log = match &options.log {
            Some(path) => {
                let file = std::fs::File::create(path).map_err(|error| fail(format!("{}: {error}", path.display())))?;
                Stdio::from(file)
            }
            None => Stdio::null(),
        };
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| fail(error.to_string()))?;
        let socket = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let begun = Instant::now();
        loop {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(fail(format!("it ended at once ({status})")));
            }
            // The port opens when the frontend serves; a worker's own first calls are retried until the namespace is there.
            if TcpStream::connect_timeout(&socket, Duration::from_millis(200)).is_ok() {
                break;
            }
            if begun.elapsed() > START {
                return Err(fail(format!("it does not answer within {} seconds", START.as_secs())));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let ui = ui_port.map(|port| format!("http://127.0.0.1:{port}"));
        Ok(DevServer { child, address: format!("127.0.0.1:{port}"), ui })
    }

    /// Its process.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Stops it and waits for its end.
    pub async fn stop(mut self) {
        // It may have ended by itself.
        self.child.kill().await.ok();
    }
}

/// A port that nobody listens on now.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
