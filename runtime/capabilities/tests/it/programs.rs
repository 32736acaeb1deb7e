use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::world::World;

async fn run(name: &str, text: &str, change: impl FnOnce(&mut World)) -> Result<Json, String> {
    let mut world = World::new().await;
    world.file(name, text);
    world.options.program = Some(vec![name.into(), "an argument".into()]);
    change(&mut world);
    let args = json!({ "rows": [1, 2] });
    world.call("ledger.post", args).await.map_err(|error| format!("{}, {}: {error}", error.kind, error.retryable))
}

const ECHO: &str = "import json,os,sys\nr=json.load(sys.stdin)\n\
    print(json.dumps({'capability':r['capability'],'rows':r['args']['rows'],'key':r['context']['idempotency_key'],\
    'argv':sys.argv[1:],'env':sorted(k for k in os.environ if k in ('HOME','USER','CARGO_MANIFEST_DIR')),'here':os.path.basename(os.getcwd())}))";

#[tokio::test]
async fn a_program_gets_json_and_gives_json() {
    let got = run("programs/echo.py", ECHO, |_| {}).await.unwrap();
    let want = json!({
        "capability": "ledger.post", "rows": [1, 2], "key": "key-1", "argv": ["an argument"], "env": [], "here": "project",
    });
    assert_eq!(got, want);
    let node = "let t='';process.stdin.on('data',d=>t+=d).on('end',()=>console.log(JSON.stringify(JSON.parse(t).args.rows.length)))";
    assert_eq!(run("p.js", node, |_| {}).await.unwrap(), json!(2));
    assert_eq!(run("p.sh", "cat > /dev/null", |_| {}).await.unwrap(), Json::Null);
    let unread = "echo 5";
    assert_eq!(run("p.sh", unread, |_| {}).await.unwrap(), json!(5), "a program need not read its input");
}

#[tokio::test]
async fn what_went_wrong_is_told_with_what_the_program_printed() {
    let exits = "echo 'No account for R-7.' >&2; exit 3";
    assert_eq!(
        run("p.sh", exits, |_| {}).await.unwrap_err(),
        "program_failed, true: the program `p.sh` ended with code 3\nNo account for R-7."
    );
    let error = run("p.sh", "echo hello", |_| {}).await.unwrap_err();
    assert!(error.starts_with("program_failed, false: the program `p.sh` did not print JSON"), "{error}");
    assert!(error.ends_with("It printed:\nhello"), "{error}");
    let typed =
        r#"echo '{"error": {"kind": "ledger_closed", "message": "March is closed.", "retryable": true}}'; exit 1"#;
    assert_eq!(run("p.sh", typed, |_| {}).await.unwrap_err(), "ledger_closed, true: March is closed.");
    let error = run("p.sh", "kill -9 $$", |_| {}).await.unwrap_err();
    assert_eq!(error, "program_failed, true: the program `p.sh` was killed");
    let noisy = "i=0; while [ $i -lt 3000 ]; do echo \"line $i\" >&2; i=$((i+1)); done; exit 1";
    let error = run("p.sh", noisy, |_| {}).await.unwrap_err();
    assert!(error.contains("line 2999") && !error.contains("line 1\n") && error.len() < 4_300, "{}", error.len());
}

#[tokio::test]
async fn a_program_that_spews_is_stopped() {
    let error = run("p.py", "while True: print('x' * 100000)", |_| {}).await.unwrap_err();
    assert_eq!(error, "program_failed, false: the program `p.py` printed more than 8 MB; its answer must be smaller");
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_hangs_is_killed_with_all_it_started() {
    let world_file = std::sync::Mutex::new(std::path::PathBuf::new());
    let text = "sh -c 'echo $$ > child; sleep 1000' & sleep 1000";
    let mut kept = None;
    let error = {
        let mut world = World::new().await;
        *world_file.lock().unwrap() = world.file("p.sh", text);
        world.options.program = Some(vec!["p.sh".into()]);
        world.options.within_ms = 1_500;
        let error = world.call("ledger.post", json!({})).await.unwrap_err();
        kept.replace(world);
        error
    };
    assert_eq!((error.kind.as_str(), error.retryable), ("timeout", true));
    assert_eq!(error.message, "`ledger.post` did not answer within 1500ms");
    let world = kept.unwrap();
    let child = std::fs::read_to_string(world.bundle().join("child")).unwrap();
    let alive =
        || std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).is_ok_and(|stat| !stat.contains(") Z "));
    for _ in 0..100 {
        if !alive() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the program's child still runs");
}

#[tokio::test]
async fn a_program_that_leaves_something_running_is_not_waited_for() {
    let got = run("p.sh", "sleep 1000 & echo 7", |_| {}).await;
    assert_eq!(got.unwrap(), json!(7));
}

#[tokio::test]
async fn programs_are_files_of_the_project() {
    for (path, kind) in [
        ("../p.sh", "path_not_allowed"),
        ("/bin/ls", "path_not_allowed"),
        ("none.sh", "not_found"),
        ("data.csv", "no_program"),
    ] {
        let error = run("data.csv", "a,b", |world| world.options.program = Some(vec![path.into()])).await.unwrap_err();
        assert!(error.starts_with(kind), "{path}: {error}");
    }
    let error = run("data.csv", "", |world| world.options.program = Some(Vec::new())).await.unwrap_err();
    assert!(error.starts_with("no_program"), "{error}");
}

#[tokio::test]
async fn documents_lie_beside_a_program_while_it_runs() {
    let mut world = World::new().await;
    let document = world.submit("list.csv", "a,b\n1,2\n").await;
    let text = "import json,sys\nf=json.load(sys.stdin)['files'][0]\nprint(json.dumps([f['filename'],open(f['path']).read(),f['path']]))";
    world.file("p.py", text);
    world.options.program = Some(vec!["p.py".into()]);
    let got = world.call("ledger.read", json!({ "document": document })).await.unwrap();
    assert_eq!((&got[0], &got[1]), (&json!("list.csv"), &json!("a,b\n1,2\n")));
    assert!(!std::path::Path::new(got[2].as_str().unwrap()).exists(), "they are gone afterwards");
}

#[tokio::test]
async fn what_is_served_elsewhere_says_so() {
    let mut world = World::new().await;
    let error = world.call("ledger.commit", json!({})).await.unwrap_err();
    assert_eq!((error.kind.as_str(), error.retryable), ("unknown_capability", false));
    world.options.queue = Some("ledger".into());
    let error = world.call("ledger.commit", json!({})).await.unwrap_err();
    assert_eq!((error.kind.as_str(), error.retryable), ("no_worker", false));
    assert!(error.message.starts_with("`ledger.commit` is served by workers on the queue \"ledger\""), "{error}");
    let error = world.call("ledger.commit", json!([1])).await.unwrap_err();
    assert_eq!(error.kind, "invalid_argument");
}
