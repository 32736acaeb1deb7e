//! A worker in this process.

use std::path::Path;
use std::sync::Arc;

use ntro_capabilities::Settings;
use ntro_store::Store;
use ntro_worker::client::Runs;
use ntro_worker::connect::Link;
use ntro_worker::health::{self, Health};
use ntro_worker::programs::Programs;
use ntro_worker::serve::BundleCapabilities;
use ntro_worker::worker::{self, Registered};

use crate::remote::{self, noted, warnings};
use crate::stop::Stop;

/// Works until `stop` is ready. `anonymous`: whether somebody without a name may act where a bundle does not say.
pub(crate) async fn work(
    link: &Link,
    task_queue: &str,
    (bundles, database): (&Path, &Path),
    anonymous: bool,
    stop: impl Future<Output = ()>,
) -> Result<(), Stop> {
    warnings::tell();
    // Said before anything else that a wrong namespace would make go wrong.
    Runs::new(link.clone(), task_queue).has_worker().await.map_err(remote::stop)?;
    std::fs::create_dir_all(bundles)
        .map_err(|error| Stop::new(format!("{} cannot be made: {error}", bundles.display())))?;
    let store = Store::open(database).await.map_err(|error| Stop::new(error.to_string()))?;
    let storage = storage(database);
    let programs = Arc::new(Programs::new(bundles, anonymous));
    let (sound, broken) = programs.load().map_err(|error| Stop::new(error.to_string()))?;
    for manifest in &sound {
        let digest: String = manifest.digest.chars().take(12).collect();
        errln!("  {}  {}  {digest}", manifest.runbook, manifest.version);
    }
    for error in &broken {
        errln!("warning: {error}");
    }
    if sound.is_empty() && broken.is_empty() {
        errln!("No runbook is deployed in {} yet; what is deployed there later is taken up.", bundles.display());
    }
    let registered = worker::register_search(link, &programs).await;
    if let Registered::ByOperator { why, commands } = &registered {
        errln!("warning: search attributes are not registered ({why}); runs go on without them until an operator runs");
        for command in commands {
            errln!("  {command}");
        }
    }
    let watched = {
        let (link, programs) = (link.clone(), Arc::clone(&programs));
        let searchable = registered == Registered::Yes;
        tokio::spawn(async move { health::watch(&link, &programs, searchable, |health| told(&link, &health)).await })
    };
    let serve = Arc::new(BundleCapabilities::new(store.clone(), bundles, Settings::new(bundles, storage)));
    let note = noted::leave(link, task_queue, bundles, database);
    // The core has threads of its own, and refuses to be dropped inside another runtime.
    let core = tokio::task::block_in_place(worker::core_runtime).map_err(|error| ended_with(&error))?;
    let settings = worker::Settings { task_queue: task_queue.to_owned(), ..worker::Settings::default() };
    let ended = worker::run(&core, link, &settings, programs, serve, stop).await;
    watched.abort();
    drop(note);
    tokio::task::block_in_place(|| drop(core));
    store.close().await;
    ended.map_err(|error| ended_with(&error))
}

/// Where documents' generated files lie: beside the database.
pub(crate) fn storage(database: &Path) -> std::path::PathBuf {
    database.parent().unwrap_or(Path::new(".")).join("storage")
}

fn told(link: &Link, health: &Health) {
    match health {
        Health::Away(why) => {
            errln!("warning: the Temporal server at {} does not answer: {why}. Runs go on when it does.", link.address);
        }
        Health::Back => errln!("The Temporal server at {} answers again.", link.address),
        Health::Searchable => {
            errln!("The search attributes are registered now: runs that begin from here on are found by them.");
        }
    }
}

fn ended_with(error: &impl std::fmt::Display) -> Stop {
    Stop::new(format!("the worker ended: {error:#}"))
}
