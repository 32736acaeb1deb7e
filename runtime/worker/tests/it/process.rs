//! A worker as a process of its own, to be stopped and killed: this test program again.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use ntro_worker::connect::{self, Target};
use ntro_worker::programs::Programs;
use ntro_worker::serve::Serve;
use ntro_worker::worker;
use serde::{Deserialize, Serialize};

use crate::effects::Effects;
use crate::steps::Steps;
use crate::support::World;

/// What the process is to be.
const ROLE: &str = "NTRO_TEST_WORKER";

/// What serves its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Serves {
    /// The capabilities of the tests' own runbooks.
    Effects,
    /// The real ones, which note what they do and can be held.
    Steps,
}

#[derive(Debug, Serialize, Deserialize)]
struct Role {
    address: String,
    namespace: String,
    folder: std::path::PathBuf,
    serves: Serves,
}

#[test]
#[ignore = "no test, but the process of a worker, which the tests start"]
fn worker_process() {
    let role: Role = serde_json::from_str(&std::env::var(ROLE).unwrap()).unwrap();
    let core = worker::core_runtime().unwrap();
    core.tokio_handle().block_on(async {
        let target = Target { address: Some(role.address), namespace: Some(role.namespace), profile: None };
        let link = connect::connect(&target).await.unwrap();
        let programs = Arc::new(Programs::new(role.folder.join("bundles"), true));
        assert_eq!(worker::register_search(&link, &programs).await, worker::Registered::Yes);
        let serve: Arc<dyn Serve> = match role.serves {
            Serves::Effects => Arc::new(Effects::new(&role.folder)),
            Serves::Steps => Arc::new(Steps::open(&role.folder).await),
        };
        worker::run(&core, &link, &worker::Settings::default(), programs, serve, std::future::pending()).await.unwrap();
    });
}

/// A worker process; killed when it goes out of scope.
pub struct Process(Child);

impl Process {
    pub fn start(world: &World, serves: Serves) -> Process {
        let role = Role {
            address: world.server.address.clone(),
            namespace: world.link.namespace.clone(),
            folder: world.folder.path().to_owned(),
            serves,
        };
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process::worker_process", "--ignored", "--nocapture"])
            .env(ROLE, serde_json::to_string(&role).unwrap())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process(child)
    }

    /// Stops it where it stands: it holds what it was given, and answers nothing.
    pub fn freeze(&self) {
        let frozen = Command::new("kill").args(["-STOP", &self.0.id().to_string()]).status().unwrap();
        assert!(frozen.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: no goodbye, as when a machine loses its power.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
