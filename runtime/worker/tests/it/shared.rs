//! One server for all tests that need nothing special of it: each has a namespace of its own.
//!
//! It runs as long as a test uses it; the last one stops it, so that no process is left behind.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use ntro_worker::connect::{self, Link, Target};
use ntro_worker::server::{self, DevServer, Options};
use temporalio_client::tonic::IntoRequest as _;
use temporalio_common::protos::temporal::api::workflowservice::v1::RegisterNamespaceRequest;
use tokio::sync::Mutex;

static SHARED: Mutex<Weak<DevServer>> = Mutex::const_new(Weak::new());

/// The server of a world.
pub struct Server {
    pub address: String,
    process: Arc<DevServer>,
}

impl Server {
    /// The server that tests share.
    pub async fn shared() -> Server {
        let mut shared = SHARED.lock().await;
        let process = match shared.upgrade() {
            Some(process) => process,
            None => {
                // A task that fails is tried again soon, so that tests of healing need not wait for minutes.
                let settings = vec!["history.workflowTaskRetryMaxInterval=\"1s\"".to_owned()];
                let process = Arc::new(start(&Options { settings, ..Options::default() }).await);
                *shared = Arc::downgrade(&process);
                process
            }
        };
        Server { address: process.address.clone(), process }
    }

    /// A server of its own.
    pub async fn own(options: &Options) -> Server {
        let process = start(options).await;
        Server { address: process.address.clone(), process: Arc::new(process) }
    }

    pub fn pid(&self) -> u32 {
        self.process.pid().unwrap()
    }

    pub fn port(&self) -> u16 {
        self.address.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// Stops it, if nobody else uses it.
    pub async fn stop(self) {
        if let Ok(process) = Arc::try_unwrap(self.process) {
            process.stop().await;
        }
    }

    /// A connection to a namespace.
    pub async fn connect(&self, namespace: &str) -> Link {
        let target =
            Target { address: Some(self.address.clone()), namespace: Some(namespace.to_owned()), profile: None };
        connect::connect(&target).await.unwrap()
    }

    /// A connection to a new namespace.
    pub async fn namespace(&self) -> Link {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let namespace = format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let link = self.connect(&namespace).await;
        let request = RegisterNamespaceRequest {
            namespace,
            workflow_execution_retention_period: Some(Duration::from_secs(86_400).try_into().unwrap()),
            ..Default::default()
        };
        link.connection.workflow_service().register_namespace(request.into_request()).await.unwrap();
        link
    }
}

async fn start(options: &Options) -> DevServer {
    let binary = match server::find(&|text| eprintln!("{text}")).await {
        Ok(binary) => binary,
        Err(why) => panic!("{why}"),
    };
    DevServer::start(&binary, options).await.unwrap()
}
