//! Python: the client that exists drives our runs, and a worker of Temporal's Python SDK serves a capability.
//!
//! The packages stand in `tests/python/requirements.txt`. They are installed once, into a folder of the user's cache that is named by
//! that file; a Python or a package that is missing fails the tests.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use ntro_machine::Json;
use ntro_worker::client::{End, StartOptions};
use serde_json::json;
use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

use crate::support::{PATIENCE, World, replays, root};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python")
}

/// The Python that has the packages.
async fn python() -> &'static Path {
    static PYTHON: OnceCell<PathBuf> = OnceCell::const_new();
    let install = async || match install().await {
        Ok(python) => python,
        Err(why) => panic!("the Python tests cannot run: {why}"),
    };
    PYTHON.get_or_init(install).await
}

async fn install() -> Result<PathBuf, String> {
    let requirements = folder().join("requirements.txt");
    let text = std::fs::read(&requirements).map_err(|error| format!("{}: {error}", requirements.display()))?;
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    let cache = cache.ok_or("there is no cache: neither XDG_CACHE_HOME nor HOME is set")?;
    let digest = blake3::hash(&text).to_hex();
    let venv = cache.join("ntro").join(format!("python-{}", &digest[..12]));
    let python = venv.join("bin/python");
    let complete = venv.join("complete");
    if complete.exists() {
        return Ok(python);
    }
    eprintln!("Installing the Python packages of the tests, once …");
    let run = async |program: &Path, arguments: &[&std::ffi::OsStr]| {
        let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().await;
        let what = program.display();
        match output {
            Err(error) => Err(format!("`{what}` does not start: {error}")),
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
                Err(format!("`{what}` failed: {last}"))
            }
        }
    };
    run(Path::new("python3"), &["-m".as_ref(), "venv".as_ref(), "--clear".as_ref(), venv.as_ref()]).await?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    let mut arguments: Vec<&std::ffi::OsStr> = pip.iter().map(std::ffi::OsStr::new).collect();
    arguments.push(requirements.as_ref());
    run(&python, &arguments).await?;
    std::fs::write(&complete, "").map_err(|error| error.to_string())?;
    Ok(python)
}

/// A script of `tests/python` on this world's namespace. It is killed when it is dropped.
pub async fn script(world: &World, name: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(python().await);
    command
        .arg(folder().join(name))
        .args(arguments)
        .env("TEMPORAL_ADDRESS", &world.server.address)
        .env("TEMPORAL_NAMESPACE", &world.link.namespace)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command.spawn().unwrap()
}

/// Lets the package's loop drive a run to its end.
async fn drive(world: &World, told: &Json) -> Json {
    let mut child = script(world, "drive.py", &[]).await;
    child.stdin.take().unwrap().write_all(told.to_string().as_bytes()).await.unwrap();
    let output = tokio::time::timeout(PATIENCE * 2, child.wait_with_output()).await.unwrap().unwrap();
    assert!(output.status.success(), "the client gave up on {told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Stores a file of an example as often as it is to be handed in, each time under another name: the same file is one document.
async fn stored(world: &World, file: &str, run: &str, source: &str, entity: &str, times: usize) -> Json {
    let mut refs = Vec::new();
    let original = root().join("examples").join(file);
    for time in 0..times {
        let copy = world.folder.path().join(format!("{run}-{time}-{}", file.rsplit('/').next().unwrap()));
        std::fs::copy(&original, &copy).unwrap();
        let document = world.submit(&copy, run, source, entity).await;
        refs.push(document["document_ref"].clone());
    }
    assert_eq!(refs.iter().map(Json::to_string).collect::<std::collections::BTreeSet<_>>().len(), times);
    Json::Array(refs)
}

fn correction(row: &str, field: &str, value: &str) -> Json {
    json!({ "line_item_id": row, "field": field, "new_value": value })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_existing_client_drives_document_ingest_and_a_missing_document_is_a_clear_failure() {
    let world = World::new().await;
    world.deploy_example("document-ingest");
    let worker = world.work().await;
    let input = json!({ "entity": "acme-spv1", "period": "2026-03", "source": "rent-roll" });
    let told = async |id: &str, policy: &str, documents: Json| {
        drive(
            &world,
            &json!({
                "runbook": "DocumentIngestWorkflow", "id": id, "input": input, "policy": policy,
                "documents": { "rent-roll": documents },
                "corrections": { "review": [correction("U-03", "monthly_rent", "950.00 GBP")] },
            }),
        )
        .await
    };
    let store = async |id: &str, times| {
        stored(&world, "document-ingest/inputs/rent-roll.xlsx", id, "rent-roll", "acme-spv1", times).await
    };
    let (one, four) = (store("py-happy", 1).await, store("py-reject", 4).await);
    let (happy, rejected, missing) = tokio::join!(
        told("py-happy", "happy", one),
        told("py-reject", "reject_all", four),
        told("py-missing", "happy", json!([]))
    );

    assert_eq!(happy["status"], "completed", "{happy}");
    assert_eq!(happy["result"]["corrections_applied"], 1, "{happy}");
    assert_eq!(happy["seen"], json!([["interactive_review", "review"], ["submit_file", "submitted"]]));
    // A rejection goes back three times; the next one ends the run.
    assert_eq!(rejected["status"], "failed", "{rejected}");
    let end = world.runs.end("py-reject", PATIENCE).await.unwrap();
    assert!(matches!(&end, End::Failed { message, .. } if message.contains("Rejected once more")), "{end:?}");
    // The loop invents a document where nobody names one.
    assert_eq!(missing["status"], "failed", "{missing}");
    let end = world.runs.end("py-missing", PATIENCE).await.unwrap();
    let End::Failed { kind, message } = end else { panic!("{end:?}") };
    assert_eq!(kind, "unknown_document", "{message}");
    assert!(message.contains("Parse document") && message.contains("document"), "{message}");
    for run in ["py-happy", "py-reject", "py-missing"] {
        replays(&world, run, run).await;
    }
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_existing_client_drives_expense_processor() {
    let world = World::new().await;
    world.deploy_example("expense-processor");
    let worker = world.work().await;
    let told = async |id: &str, policy: &str| {
        let documents = stored(&world, "expense-processor/inputs/expenses.csv", id, "expense-csv", id, 1).await;
        let input = json!({ "entity": id, "period": "2026-03" });
        let corrections = json!([correction("R-1010", "category", "Repairs"), correction("R-1010", "account", "7800")]);
        drive(
            &world,
            &json!({
                "runbook": "expense-processor", "id": id, "input": input, "policy": policy,
                "documents": { "expense-csv": documents }, "corrections": { "review": corrections },
            }),
        )
        .await
    };
    let (happy, rejected) = tokio::join!(told("py-expenses", "happy"), told("py-no-expenses", "reject_all"));
    assert_eq!(happy["status"], "completed", "{happy}");
    assert_eq!(happy["result"]["rows"], 10, "{happy}");
    assert_eq!(rejected["status"], "failed", "{rejected}");
    let end = world.runs.end("py-no-expenses", PATIENCE).await.unwrap();
    assert!(matches!(&end, End::Failed { message, .. } if message.contains("Batch rejected")), "{end:?}");
    for run in ["py-expenses", "py-no-expenses"] {
        replays(&world, run, run).await;
    }
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_existing_client_drives_a_family_and_a_named_person_signs_it_off() {
    let world = World::new().await;
    world.deploy_example("nav-monthly");
    let worker = world.work().await;
    let told = async |id: &str, policy: &str| {
        let mut documents = json!({});
        let files = [
            ("trial-balance", "trial-balance.csv"),
            ("rent-roll-north", "rent-roll-north.xlsx"),
            ("rent-roll-south", "rent-roll-south.csv"),
        ];
        for (source, file) in files {
            let times = if policy == "happy" || source == "trial-balance" { 1 } else { 3 };
            documents[source] = stored(&world, &format!("nav-monthly/inputs/{file}"), id, source, id, times).await;
        }
        let input = json!({ "entity": id, "period": "2025-12" });
        let told = json!({
            "runbook": "nav-monthly", "id": id, "input": input, "policy": policy, "documents": documents, "timeout": 100,
        });
        drive(&world, &told).await
    };
    let sign = async {
        world.pending("py-nav", "signoff").await;
        // Nobody in particular may press the button again and again: the gate is for a controller who did not review.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let open = world.pending("py-nav", "signoff").await;
        assert_eq!(open["round"], 1, "{open}");
        let body = json!({ "type": "approved", "step": "signoff", "actor": { "id": "cleo", "roles": ["controller"] } });
        world.runs.act("py-nav", &body).await.unwrap();
    };
    let (happy, rejected, ()) = tokio::join!(told("py-nav", "happy"), told("py-no-nav", "reject_all"), sign);
    assert_eq!(happy["status"], "completed", "{happy}");
    assert_eq!(happy["result"]["signed_by"], "cleo", "{happy}");
    let seen: Vec<_> = happy["seen"].as_array().unwrap().iter().map(|seen| seen[0].as_str().unwrap()).collect();
    for kind in ["drill_down", "submit_file", "interactive_review"] {
        assert!(seen.contains(&kind), "{seen:?}");
    }
    // The children end with their rejections, which the parent collects; its own journals are rejected too.
    assert_eq!(rejected["status"], "failed", "{rejected}");
    let end = world.runs.end("py-no-nav", PATIENCE).await.unwrap();
    assert!(matches!(&end, End::Failed { message, .. } if message.contains("The journals were rejected")), "{end:?}");
    for run in ["py-nav", "py-no-nav"] {
        replays(&world, run, run).await;
    }
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_worker_serves_a_capability_and_its_errors_are_caught() {
    let world = World::new().await;
    world.deploy_fixture("categorise.ntro");
    let worker = world.work().await;
    let _python = script(&world, "capability_worker.py", &[]).await;
    let start = async |run: &str, vendor: &str| {
        let input = json!({ "entity": "acme", "vendor": vendor });
        world.runs.start("categorise", run, &input, &StartOptions::default()).await.unwrap();
        match world.runs.end(run, PATIENCE).await.unwrap() {
            End::Completed(result) => result,
            other => panic!("{run}: {other:?}"),
        }
    };
    let (known, unknown, closed, slow) = tokio::join!(
        start("known", "Trainline"),
        start("unknown", "Nobody & Sons"),
        start("closed", "Closed on Sundays"),
        start("slow", "Slow Coaches"),
    );
    assert_eq!(known, json!({ "category": "Travel", "attempt": 1, "asked_by": "sorted of acme" }));
    assert_eq!(unknown["category"], "unknown_vendor: Nobody & Sons is in no vendor map");
    assert_eq!(closed["category"], "closed: the vendor service is closed");
    // Two attempts told by heartbeat how far they came; the third went on from there.
    assert_eq!((&slow["category"], &slow["attempt"]), (&json!("Travel"), &json!(3)));

    for (run, attempts) in [("known", 1), ("unknown", 1), ("closed", 3), ("slow", 3)] {
        let history = world.runs.history(run).await.unwrap();
        for event in &history.events {
            match event.attributes.as_ref().unwrap() {
                Attributes::ActivityTaskScheduledEventAttributes(scheduled) => {
                    let policy = scheduled.retry_policy.as_ref().unwrap();
                    assert_eq!((policy.maximum_attempts, policy.backoff_coefficient), (3, 3.0));
                    assert_eq!(policy.initial_interval.as_ref().unwrap().nanos, 20_000_000);
                    assert_eq!(policy.maximum_interval.as_ref().unwrap().seconds, 1);
                    assert_eq!(scheduled.start_to_close_timeout.as_ref().unwrap().seconds, 20);
                }
                Attributes::ActivityTaskStartedEventAttributes(started) => {
                    assert_eq!(started.attempt, attempts, "{run}")
                }
                _ => {}
            }
        }
        replays(&world, run, &format!("python-{run}")).await;
    }
    worker.stop().await;
    world.server.stop().await;
}
