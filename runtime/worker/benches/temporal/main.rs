//! What runs cost on a real server, beside the same work written by hand. Processor time is read from /proc, so this is for Linux.
//!
//! ```text
//! cargo bench -p ntro-worker --features server-tests --bench temporal -- compare    # three shapes, interleaved with workers that were written by hand
//! cargo bench -p ntro-worker --features server-tests --bench temporal -- replay     # a history of 5,000 events once more
//! cargo bench -p ntro-worker --features server-tests --bench temporal -- memory     # 10,000 runs that wait
//! ```
//! `compare` takes from the environment `NTRO_BENCH_RUST` (the program made from `by_hand/`, with `cargo build --release`) and
//! `NTRO_BENCH_PYTHON` (a Python that has `temporalio`); without them it measures ours alone. `NTRO_BENCH_ROUNDS` is 5.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement that cannot go on should say so at once"
)]

mod load;
mod process;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use ntro_capabilities::CapabilityError;
use ntro_machine::Json;
use ntro_worker::bundle::{self, Deployment};
use ntro_worker::client::{Runs, StartOptions};
use ntro_worker::connect::{self, Link, Target};
use ntro_worker::programs::{Programs, Recorded};
use ntro_worker::serve::{Serve, Served};
use ntro_worker::server::{self, DevServer, Options};
use ntro_worker::{replay, worker};
use serde_json::json;

use crate::load::{Cost, Shape};
use crate::process::Process;

/// `ADDRESS BUNDLES`: this process is our worker.
const ROLE: &str = "NTRO_BENCH_WORKER";

/// Gives back what it is given.
struct Noop;

#[async_trait]
impl Serve for Noop {
    async fn serve(&self, call: Served) -> Result<Json, CapabilityError> {
        Ok(call.args["n"].clone())
    }
}

fn main() {
    if let Ok(role) = std::env::var(ROLE) {
        return work(&role);
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // Cargo adds `--bench`.
    let told: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    for what in if told.is_empty() { vec!["compare".into(), "replay".into(), "memory".into()] } else { told } {
        match &*what {
            "compare" => runtime.block_on(compare()),
            "replay" => runtime.block_on(replay_long()),
            "memory" => runtime.block_on(memory()),
            other => panic!("there is no `{other}`: compare, replay or memory"),
        }
    }
}

fn work(role: &str) {
    let (address, bundles) = role.split_once(' ').unwrap();
    let core = worker::core_runtime().unwrap();
    core.tokio_handle().block_on(async {
        let link = connect_to(address).await;
        let programs = Arc::new(Programs::new(bundles, true));
        assert_eq!(worker::register_search(&link, &programs).await, worker::Registered::Yes);
        let settings = worker::Settings::default();
        worker::run(&core, &link, &settings, programs, Arc::new(Noop), std::future::pending()).await.unwrap();
    });
}

async fn connect_to(address: &str) -> Link {
    let target = Target { address: Some(address.into()), namespace: Some("default".into()), profile: None };
    connect::connect(&target).await.unwrap()
}

/// A server, our bundles, and a connection.
struct Place {
    server: DevServer,
    link: Link,
    bundles: tempfile::TempDir,
}

impl Place {
    async fn new(settings: Vec<String>) -> Place {
        let binary = server::find(&|text| println!("{text}")).await.unwrap();
        let server = DevServer::start(&binary, &Options { settings, ..Options::default() }).await.unwrap();
        let link = connect_to(&server.address).await;
        let bundles = tempfile::tempdir().unwrap();
        deploy(bundles.path());
        Place { server, link, bundles }
    }

    fn ours(&self) -> Process {
        let role = format!("{} {}", self.server.address, self.bundles.path().display());
        Process::start(&std::env::current_exe().unwrap(), &[], &[(ROLE, &role)])
    }

    fn runs(&self, queue: &str) -> Runs {
        Runs::new(self.link.clone(), queue)
    }
}

fn deploy(bundles: &Path) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/temporal/shapes.ntro");
    let sources = BTreeMap::from([("shapes.ntro".to_owned(), std::fs::read_to_string(path).unwrap().into())]);
    let checked = ntro_compiler::check(&sources);
    assert!(!checked.runbooks.is_empty(), "{:?}", checked.diagnostics);
    for compiled in checked.runbooks.values() {
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
            files: BTreeMap::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        bundle::deploy(bundles, &deployment).unwrap();
    }
}

async fn compare() {
    let place = Place::new(Vec::new()).await;
    let said = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let address = [("TEMPORAL_ADDRESS", &*place.server.address), ("TEMPORAL_NAMESPACE", "default")];
    let mut workers = vec![("ours", worker::TASK_QUEUE, place.ours())];
    if let Some(program) = said("NTRO_BENCH_RUST") {
        let url = format!("http://{}", place.server.address);
        let variables = [("TEMPORAL_ADDRESS", &*url), address[1]];
        workers.push(("Rust by hand", "rust", Process::start(&program, &["rust"], &variables)));
    }
    if let Some(python) = said("NTRO_BENCH_PYTHON") {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/temporal/by_hand.py");
        let arguments = [&*script.to_string_lossy(), "python"].map(str::to_owned);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        workers.push(("Python by hand", "python", Process::start(&python, &arguments, &address)));
    }
    let rounds = std::env::var("NTRO_BENCH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let server = place.server.pid().unwrap();
    let mut costs: BTreeMap<(usize, &str), Vec<Cost>> = BTreeMap::new();
    for round in 0..rounds {
        for (number, shape) in Shape::ALL.iter().enumerate() {
            for (name, queue, process) in &workers {
                if *shape == Shape::Quick && *name != "ours" {
                    continue;
                }
                let cost = load::measure(&place.link, queue, *shape, process.pid(), server, round).await;
                eprintln!("round {round}, {}, {name}: {cost:.2?}", shape.name());
                costs.entry((number, name)).or_default().push(cost);
            }
        }
    }
    println!(
        "\n| shape | worker | worker ms/run | server ms/run | events | workflow tasks | runs/s |\n|---|---|---:|---:|---:|---:|---:|"
    );
    for ((number, name), costs) in costs {
        let median = |of: fn(&Cost) -> f64| {
            let mut values: Vec<f64> = costs.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        println!(
            "| {} | {name} | {:.2} | {:.2} | {:.1} | {:.1} | {:.0} |",
            Shape::ALL[number].name(),
            median(|cost| cost.worker_ms),
            median(|cost| cost.server_ms),
            median(|cost| cost.events),
            median(|cost| cost.tasks),
            median(|cost| cost.runs_per_s),
        );
    }
    place.server.stop().await;
}

/// How long a worker needs to load a run of 5,000 events that it does not know yet.
async fn replay_long() {
    let place = Place::new(vec!["limit.historyCount.suggestContinueAsNew=50000".into()]).await;
    let process = place.ours();
    let runs = place.runs(worker::TASK_QUEUE);
    runs.start("bench_long", "long", &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    runs.end("long", Duration::from_secs(600)).await.unwrap();
    let history = runs.history("long").await.unwrap();
    drop(process);
    let mut times = Vec::new();
    for _ in 0..7 {
        let begun = Instant::now();
        let replayed = replay::replay(history.clone(), "long", Arc::new(Recorded::default())).await.unwrap();
        assert_eq!(replayed.problem, None);
        times.push(begun.elapsed());
    }
    times.sort();
    println!(
        "a history of {} events is replayed in {:.0?} (median of 7; fastest {:.0?})",
        history.events.len(),
        times[3],
        times[0]
    );
    place.server.stop().await;
}

/// What waiting runs take up in a worker's memory.
async fn memory() {
    const RUNS: usize = 10_000;
    let place = Place::new(Vec::new()).await;
    let process = place.ours();
    let runs = place.runs(worker::TASK_QUEUE);
    load::start_all(&runs, "bench_wait", "warm", 100).await;
    load::waiting(&place.link, 100).await;
    let before = process.memory_kib();
    load::start_all(&runs, "bench_wait", "wait", RUNS - 100).await;
    load::waiting(&place.link, RUNS).await;
    let after = process.memory_kib();
    println!(
        "{RUNS} waiting runs: {} MiB, before {} MiB, so {:.1} KiB a run",
        after / 1024,
        before / 1024,
        (after - before) as f64 / (RUNS - 100) as f64
    );
    place.server.stop().await;
}
