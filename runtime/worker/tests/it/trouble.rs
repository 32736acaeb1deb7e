//! What goes wrong around runs, what is said about it, and that runs go on when it is mended.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ntro_worker::client::{CallState, ClientError, End, Hurried, StartOptions};
use ntro_worker::connect::{self, Target};
use ntro_worker::programs::Recorded;
use ntro_worker::replay::{Instead, replay};
use ntro_worker::server;
use serde_json::json;

use crate::effects::{Effects, effects};
use crate::support::{PATIENCE, World, deploy_sources, fixture};

fn now() -> jiff::Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    jiff::Timestamp::from_second(i64::try_from(since.as_secs()).unwrap()).unwrap()
}

async fn until<T>(what: &str, mut there: impl AsyncFnMut() -> Option<T>) -> T {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = there().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_task_is_hurried_and_keeps_the_keys_of_the_run() {
    let world = World::new().await;
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let first = world.runs.start("pause", "run", &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    until("its task fails twice", async || {
        let task = world.runs.details("run").await.unwrap().task?;
        (task.taken && task.attempt > 1).then_some(())
    })
    .await;
    let why = world.runs.trouble("run").await.unwrap().unwrap();
    assert!(why.contains("`pause`"), "{why}");
    // What is sent meanwhile is kept.
    world.runs.signal("run", "user_action", &json!({ "type": "approved" })).await.unwrap();

    world.deploy_fixture("family.ntro");
    let hurried = world.runs.retry("run", None, now()).await.unwrap();
    let [Hurried::Task { run_id, .. }] = hurried.as_slice() else { panic!("{hurried:?}") };
    assert_ne!(*run_id, first, "the server begins a run anew");
    assert_eq!(world.runs.end("run", PATIENCE).await.unwrap(), End::Completed(json!(3)));
    let keys = effects(world.folder.path());
    assert_eq!(keys.len(), 2);
    assert!(keys.iter().all(|key| format!("{key:?}").contains(&first)), "keys are of the first run: {keys:?}");
    assert!(matches!(world.runs.retry("run", None, now()).await, Err(ClientError::Ended(_))));
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_children_of_a_run_are_hurried_and_heard() {
    let world = World::new().await;
    let text = fixture("family.ntro");
    world.deploy_fixture("family.ntro");
    let hidden = world.folder.path().join("kid");
    std::fs::rename(world.bundles().join("kid"), &hidden).unwrap();
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    world.runs.start("family", "fam", &json!({ "names": ["ana", "bo"] }), &StartOptions::default()).await.unwrap();
    let kids = ["fam:kids:kid:ana", "fam:kids:kid:bo"];
    for kid in kids {
        until("a child's task fails twice", async || {
            let task = world.runs.details(kid).await.ok()?.task?;
            (task.taken && task.attempt > 1).then_some(())
        })
        .await;
    }
    assert_eq!(world.runs.retry("fam", None, now()).await, Ok(Vec::new()), "the parent itself only waits");
    std::fs::rename(&hidden, world.bundles().join("kid")).unwrap();
    for kid in kids {
        assert_eq!(world.runs.retry(kid, None, now()).await.unwrap().len(), 1, "{text}");
        world.pending(kid, "ok").await;
        world.runs.act(kid, &json!({ "type": "approved", "step": "ok" })).await.unwrap();
    }
    let end = world.runs.end("fam", PATIENCE).await.unwrap();
    assert_eq!(end, End::Completed(json!(["ana is well", "bo is well"])));
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_its_pause_is_hurried_under_its_key() {
    let world = World::new().await;
    let slow = "capability far.run(n: int) -> int {\n  program: \"programs/far\"\n  retry: { attempts: 5, first: 1h, factor: 2, max: 1d }\n}\n\
        runbook far \"Far\" {\n  version: \"1.0.0\"\n  input { n: int }\n  output: int\n  step one \"One\" { run far.run(n: n) }\n  return one\n}\n";
    let program = "#!/bin/sh\ncat > /dev/null\nif [ -e mended ]; then echo 7; else echo '{\"error\":{\"kind\":\"down\",\"message\":\"It is away.\",\"retryable\":true}}'; fi\n";
    let files = std::collections::BTreeMap::from([("programs/far".to_owned(), program.as_bytes().to_vec())]);
    let sources = std::collections::BTreeMap::from([("far.ntro".to_owned(), slow.into())]);
    let deployed = deploy_sources(&world.bundles(), &sources, files);
    assert_eq!(deployed.len(), 1);
    let folder = world.bundles().join("far/1.0.0/files");
    let program = folder.join("programs/far");
    #[cfg(unix)]
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let worker = world.work().await;
    world.runs.start("far", "far", &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    let call = until("the call pauses", async || {
        let calls = world.runs.details("far").await.unwrap().calls;
        calls.into_iter().find(|call| call.state == CallState::Pauses)
    })
    .await;
    assert_eq!((call.step.as_str(), call.capability.as_str()), ("one", "far.run"));
    assert_eq!(call.why.as_deref(), Some("It is away."));
    std::fs::write(folder.join("mended"), "").unwrap();
    assert_eq!(world.runs.retry("far", Some("two"), now()).await, Ok(Vec::new()));
    let hurried = world.runs.retry("far", Some("one"), now()).await.unwrap();
    let [Hurried::Call(hurried)] = hurried.as_slice() else { panic!("{hurried:?}") };
    assert_eq!(hurried.id, call.id);
    assert_eq!(world.runs.end("far", PATIENCE).await.unwrap(), End::Completed(json!(7)));
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_was_changed_is_refused_until_it_is_put_back() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let file = world.bundles().join("kid/1.0.0/program.json");
    let sound = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, sound.replace("is well", "is sick")).unwrap();
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    world.runs.start("kid", "kid", &json!({ "name": "ana" }), &StartOptions::default()).await.unwrap();
    let why = until("its task fails", async || world.runs.trouble("kid").await.unwrap()).await;
    assert!(why.contains("digest"), "{why}");
    std::fs::write(&file, sound).unwrap();
    until("its task waits", async || {
        let task = world.runs.details("kid").await.unwrap().task;
        task.is_none_or(|task| task.taken && task.attempt > 1).then_some(())
    })
    .await;
    world.runs.retry("kid", None, now()).await.unwrap();
    world.pending("kid", "ok").await;
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_to_answer_is_said_and_a_tree_can_be_ended_all_the_same() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    world.runs.start("family", "fam", &json!({ "names": ["ana", "bo"] }), &StartOptions::default()).await.unwrap();
    world.pending("fam:kids:kid:ana", "ok").await;
    world.pending("fam:kids:kid:bo", "ok").await;
    assert_eq!(world.runs.tree_below("fam").await.unwrap().len(), 2);
    let other = ntro_worker::client::Runs::new(world.link.clone(), "nobody-polls-this");
    other.start("kid", "alone", &json!({ "name": "cy" }), &StartOptions::default()).await.unwrap();
    let began = tokio::time::Instant::now();
    let answer = other.query("alone", "current_steps").await;
    assert!(matches!(answer, Err(ClientError::NoWorker { .. })), "{answer:?}");
    assert!(began.elapsed() < PATIENCE, "it was told in time");
    assert_eq!(world.runs.terminate("fam", "enough").await, Ok(3));
    for run in ["fam", "fam:kids:kid:ana", "fam:kids:kid:bo"] {
        assert_eq!(world.runs.describe(run).await.unwrap().status, "terminated", "{run}");
    }
    assert!(matches!(world.runs.terminate("fam", "enough").await, Err(ClientError::Ended(_))));
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_is_tried_against_a_history() {
    let world = World::new().await;
    world.deploy_fixture("family.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    world.runs.start("pause", "run", &json!({ "n": 1 }), &StartOptions::default()).await.unwrap();
    world.runs.end("run", PATIENCE).await.unwrap();
    let history = world.runs.history("run").await.unwrap();
    let same = replay(history.clone(), "run", Arc::new(Recorded::default())).await.unwrap();
    assert_eq!(same.problem, None);
    let values: Vec<_> =
        same.activations.iter().flat_map(|done| &done.events).filter_map(|event| event.data.get("value")).collect();
    assert!(values.contains(&&json!(2)) && values.contains(&&json!(3)), "{values:?}");

    let text = fixture("family.ntro")
        .replace("step second \"Second\" { run flaky.run", "step other \"Other\" { run flaky.run")
        .replace("return second", "return other");
    let sources = std::collections::BTreeMap::from([("family.ntro".to_owned(), text.into())]);
    let checked = ntro_compiler::check(&sources);
    let program = Arc::clone(&checked.runbooks.get("pause").unwrap().program);
    let other = replay(history, "run", Arc::new(Instead(program))).await.unwrap();
    assert!(other.problem.is_some());
    let found = other.disagreement.unwrap();
    assert!(found.history.contains("`second`") && found.program.contains("`other`"), "{found:?}");
    assert_eq!(found.step, "other");
    assert!(found.event.is_some());
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_says_what_is_wrong_with_it() {
    let at = async |address: String| {
        let target = Target { address: Some(address), namespace: Some("default".into()), profile: None };
        match connect::connect(&target).await {
            Ok(_) => panic!("nobody is there"),
            Err(error) => error.to_string(),
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // What the client asks in the first place, whatever it is.
            let mut asked = [0_u8; 24];
            stream.read_exact(&mut asked).ok();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok();
        }
    });
    let said = at(address).await;
    assert!(said.contains("is no Temporal server"), "{said}");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let said = at(closed.clone()).await;
    assert!(said.contains("nothing listens there") && said.contains(&closed), "{said}");
}

/// A server of files; gives its address.
fn serve_files(files: Vec<(&'static str, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let own = address.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = Vec::new();
            let mut byte = [0_u8; 1];
            while !asked.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                asked.push(byte[0]);
            }
            let asked = String::from_utf8_lossy(&asked).into_owned();
            let path = asked.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
            let found = files.iter().find(|(name, _)| *name == path);
            let (status, body) = match found {
                Some((_, body)) => (
                    "200 OK",
                    String::from_utf8(body.clone())
                        .map_or_else(|_| body.clone(), |text| text.replace("HERE", &own).into_bytes()),
                ),
                None => ("404 Not Found", Vec::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).ok();
        }
    });
    address
}

/// An archive with one program in it, and its checksum.
fn archive(program: &[u8]) -> (Vec<u8>, String) {
    let mut header = tar::Header::new_gnu();
    header.set_size(program.len() as u64);
    header.set_mode(0o755);
    header.set_cksum();
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    tar.append_data(&mut header, "temporal", program).unwrap();
    let bytes = tar.into_inner().unwrap().finish().unwrap();
    use sha2::Digest as _;
    let sum = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    (bytes, sum)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_download_is_checked_and_each_way_that_fails_is_told() {
    let program = b"#!/bin/sh\necho a server\n";
    let (bytes, sum) = archive(program);
    let info = br#"{ "archiveUrl": "HERE/files/temporal.tar.gz", "fileToExtract": "temporal" }"#.to_vec();
    let place = |sums: Option<String>| {
        let version = "/cli/v1.5.1";
        let mut files = vec![(version, info.clone()), ("/files/temporal.tar.gz", bytes.clone())];
        files.extend(sums.map(|sums| ("/files/checksums.txt", sums.into_bytes())));
        serve_files(files)
    };
    let folder = tempfile::tempdir().unwrap();
    let fetch = async |place: &str, name: &str| {
        let to = folder.path().join(name);
        ntro_worker::download::fetch_from(place, &to, &|_| {}).await.map(|()| std::fs::read(&to).unwrap())
    };
    let sound = place(Some(format!("{sum}  temporal.tar.gz\n")));
    assert_eq!(fetch(&sound, "sound").await, Ok(program.to_vec()));
    let unpublished = place(None);
    assert_eq!(fetch(&unpublished, "unpublished").await, Ok(program.to_vec()));
    let wrong = place(Some(format!("{}  temporal.tar.gz\n", "0".repeat(64))));
    let why = fetch(&wrong, "wrong").await.unwrap_err();
    assert!(why.contains("nothing of it is used"), "{why}");
    assert!(!folder.path().join("wrong").exists());
    let why = fetch(&serve_files(Vec::new()), "nowhere").await.unwrap_err();
    assert!(why.contains("is not there"), "{why}");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let why = fetch(&format!("http://{closed}"), "closed").await.unwrap_err();
    assert!(why.contains("nothing listens there"), "{why}");
    assert!(matches!(
        server::DevServer::start(Path::new("/nowhere/temporal"), &server::Options::default()).await,
        Err(server::ServerError::Start { .. })
    ));
}
