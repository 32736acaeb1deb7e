//! The store through its public face, with databases on disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test that meets something unexpected should stop there"
)]

use ntro_store::{AuditEntry, Commit, DocumentFilter, Grid, Limits, NewDocument, NewMessage, Sheet, Store, StoreError};
use serde_json::json;

fn document(filename: &str, task: &str, bytes: &[u8]) -> NewDocument {
    NewDocument {
        filename: filename.into(),
        content_type: "text/csv".into(),
        source: "rent-roll".into(),
        entity: "spv1".into(),
        period: Some("2026-03".into()),
        task_id: task.into(),
        bytes: bytes.to_vec(),
    }
}

fn commit(period: Option<&str>, amount: &str) -> Commit {
    Commit {
        tenant: "t1".into(),
        entity: "spv1".into(),
        period: period.map(str::to_owned),
        source: "rent-roll".into(),
        document_ref: None,
        schema: None,
        value: json!([{ "id": "a", "amount": { "amount": amount, "currency": "GBP" } }]),
        corrections: vec![],
        task_id: "run-1".into(),
    }
}

#[tokio::test]
async fn a_document_is_its_content_name_and_purpose() {
    let store = Store::open_in_memory().await.unwrap();
    let first = store.put_document(document("a.csv", "run-1", b"x")).await.unwrap();
    assert_eq!(store.put_document(document("a.csv", "run-1", b"x")).await.unwrap(), first);
    for other in [document("b.csv", "run-1", b"x"), document("a.csv", "run-2", b"x"), document("a.csv", "run-1", b"y")]
    {
        assert_ne!(store.put_document(other).await.unwrap().document_ref, first.document_ref);
    }
    assert_eq!(store.document_bytes(&first.document_ref).await.unwrap(), b"x");
    assert_eq!((first.size_bytes, first.period.as_deref()), (1, Some("2026-03")));
    let of_run = DocumentFilter { task_id: Some("run-1".into()), ..DocumentFilter::default() };
    let names: Vec<String> = store.list_documents(&of_run).await.unwrap().into_iter().map(|d| d.filename).collect();
    assert_eq!(names, ["a.csv", "b.csv", "a.csv"]);
    assert_eq!(store.list_documents(&DocumentFilter::default()).await.unwrap().len(), 4);
    let error = store.document_bytes("doc_none").await.unwrap_err();
    assert_eq!(error.to_string(), "there is no document `doc_none` in the store");
}

#[tokio::test]
async fn a_document_over_the_limit_is_refused() {
    let store = Store::open_in_memory().await.unwrap().with_limits(Limits { max_document_bytes: 3 });
    store.put_document(document("a.csv", "run-1", b"123")).await.unwrap();
    let error = store.put_document(document("a.csv", "run-1", b"1234")).await.unwrap_err();
    assert_eq!(error.to_string(), "file a.csv is 4 bytes; the limit is 3 bytes");
    let usual = Store::open_in_memory().await.unwrap();
    let error = usual.check_document_size("b.pdf", 312_400_000).unwrap_err();
    assert_eq!(error.to_string(), "file b.pdf is 312 MB; the limit is 200 MB");
    usual.check_document_size("b.pdf", 200_000_000).unwrap();
}

#[tokio::test]
async fn grids_come_back_as_they_were() {
    let store = Store::open_in_memory().await.unwrap();
    let document = store.put_document(document("a.csv", "run-1", b"x")).await.unwrap();
    let grid = Grid { sheets: vec![Sheet { name: "1".into(), rows: vec![vec!["£".into(), String::new()], vec![]] }] };
    let id = store.put_grid(Some(&document.document_ref), &grid).await.unwrap();
    assert_eq!(store.put_grid(Some(&document.document_ref), &grid).await.unwrap(), id);
    assert_eq!(store.get_grid(&id).await.unwrap(), grid);
    assert_eq!((grid.row_count(), grid.cell_count()), (2, 2));
    assert!(store.put_grid(Some("doc_none"), &grid).await.is_err(), "a grid of no document");
}

#[tokio::test]
async fn everything_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/store.db");
    let store = Store::open(&path).await.unwrap();
    let first = store.commit("k1", commit(Some("2026-03"), "1.10")).await.unwrap();
    let entry = AuditEntry {
        at: String::new(),
        task_id: "run-1".into(),
        step: "review".into(),
        actor: Some("ana".into()),
        event: "gate.decided".into(),
        detail: json!({ "decision": "approved" }),
    };
    store.audit(&entry).await.unwrap();
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.commit("k1", commit(Some("2026-03"), "1.10")).await.unwrap(), first);
    let found = store.committed("t1", "spv1", Some("2026-03"), "rent-roll").await.unwrap().unwrap();
    assert_eq!((found.id, found.value), (first.id, commit(None, "1.10").value));
    let trail = store.audit_entries("run-1").await.unwrap();
    assert_eq!((trail.len(), &trail[0].detail, trail[0].at.len()), (1, &entry.detail, 24));
}

#[tokio::test]
async fn a_commit_supersedes_only_its_own_period() {
    let store = Store::open_in_memory().await.unwrap();
    store.commit("k1", commit(Some("2026-03"), "1.00")).await.unwrap();
    store.commit("k2", commit(None, "2.00")).await.unwrap();
    store.commit("k3", commit(Some("2026-03"), "3.00")).await.unwrap();
    store.commit("k4", commit(None, "4.00")).await.unwrap();
    let amount = async |period| {
        let found = store.committed("t1", "spv1", period, "rent-roll").await.unwrap().unwrap();
        found.value[0]["amount"]["amount"].as_str().unwrap().to_owned()
    };
    assert_eq!((amount(Some("2026-03")).await, amount(None).await), ("3.00".into(), "4.00".into()));
    assert_eq!(store.commit_count("t1", "spv1", Some("2026-03"), "rent-roll").await.unwrap(), 2);
    assert_eq!(store.committed("t1", "spv1", Some("2026-04"), "rent-roll").await.unwrap(), None);
}

#[tokio::test]
async fn tenants_do_not_see_what_others_committed() {
    let store = Store::open_in_memory().await.unwrap();
    let of = |tenant: &str, amount| Commit { tenant: tenant.into(), ..commit(None, amount) };
    store.commit("k1", of("t1", "1.00")).await.unwrap();
    assert_eq!(store.committed("t2", "spv1", None, "rent-roll").await.unwrap(), None);
    store.commit("k2", of("t2", "2.00")).await.unwrap();
    for (tenant, amount) in [("t1", "1.00"), ("t2", "2.00")] {
        let found = store.committed(tenant, "spv1", None, "rent-roll").await.unwrap().unwrap();
        assert_eq!(found.value, commit(None, amount).value, "{tenant}");
        assert_eq!(store.commit_count(tenant, "spv1", None, "rent-roll").await.unwrap(), 1);
    }
}

/// Runs SQL on a database file as another program would, and gives the rows of its last statement.
fn sqlite(path: &std::path::Path, sql: &str) -> String {
    let script = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nfirst,_,last=sys.argv[2].rpartition('--last--')\n\
                  c.executescript(first)\nfor row in c.execute(last): print('|'.join(map(str,row)))";
    let out = std::process::Command::new("python3").args(["-c", script]).arg(path).arg(sql).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[tokio::test]
async fn what_was_committed_before_tenants_were_known_belongs_to_runs_that_name_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let layout =
        [include_str!("../migrations/0001_ingest.sql"), include_str!("../migrations/0002_values.sql")].concat();
    let row =
        "INSERT INTO ingest_committed_rows (payload_id, entity_slug, source, row_number, row_key, \"row\", task_id)";
    let commits = format!(
        "INSERT INTO ingest_extracted_payloads (id, entity_slug, source, payload, row_count, task_id, superseded_by)
         VALUES ('com_1', 'spv1', 'rent-roll', '[1]', 1, 'run-1', 'com_2'), ('com_2', 'spv1', 'rent-roll', '[2]', 1, 'run-2', NULL);
         {row} VALUES ('com_1', 'spv1', 'rent-roll', 1, '1', '1', 'run-1'), ('com_2', 'spv1', 'rent-roll', 1, '1', '2', 'run-2');
         INSERT INTO ingest_committed_amounts VALUES (2, 'rent', '2.00', 'GBP', 200);
         PRAGMA application_id = {}; PRAGMA user_version = 2;",
        0x6e74_726f
    );
    sqlite(&path, &format!("{layout}{commits} --last-- SELECT 1"));
    let store = Store::open(&path).await.unwrap();
    let found = store.committed("default", "spv1", None, "rent-roll").await.unwrap().unwrap();
    assert_eq!((found.id.as_str(), found.value), ("com_2", json!([2])));
    assert_eq!(store.commit_count("default", "spv1", None, "rent-roll").await.unwrap(), 2);
    assert_eq!(store.committed("t1", "spv1", None, "rent-roll").await.unwrap(), None);
    store.commit("k1", commit(None, "3.00")).await.unwrap();
    store.close().await;
    // The columns that others read are where they were; the tenant is the last one.
    assert_eq!(
        sqlite(
            &path,
            "--last-- SELECT entity_slug, source, row_number, \"row\", tenant_slug FROM ingest_current_rows ORDER BY id"
        )
        .lines()
        .map(|line| line.split('|').map(str::to_owned).collect::<Vec<_>>())
        .map(|row| (row[3].contains("3.00"), row[4].clone()))
        .collect::<Vec<_>>(),
        [(false, "default".to_owned()), (true, "t1".to_owned())]
    );
    let amounts = sqlite(&path, "--last-- SELECT * FROM ingest_current_amounts ORDER BY tenant_slug");
    assert_eq!(
        amounts,
        "spv1|None|rent-roll|1|1|rent|2.00|GBP|200|default\nspv1|None|rent-roll|1|a|amount|3.00|GBP|300|t1\n"
    );
}

#[tokio::test]
async fn a_failed_commit_leaves_nothing() {
    let store = Store::open_in_memory().await.unwrap();
    let of_nothing = Commit { document_ref: Some("doc_none".into()), ..commit(None, "1.00") };
    let error = store.commit("k1", of_nothing).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownDocument(_)), "{error}");
    assert_eq!(store.effect("k1").await.unwrap(), None);
    store.commit("k1", commit(None, "1.00")).await.unwrap();
    let error = store.commit("k1", commit(None, "2.00")).await.unwrap_err();
    assert!(matches!(error, StoreError::KeyReused { .. }), "{error}");
    assert_eq!(store.commit_count("t1", "spv1", None, "rent-roll").await.unwrap(), 1);
}

#[tokio::test]
async fn effects_outside_keep_their_first_answer() {
    let store = Store::open_in_memory().await.unwrap();
    let keep = |answer| store.keep_effect("k", "storage.write", &serde_json::Value::Null, json!(answer));
    assert_eq!(keep("one").await.unwrap(), json!("one"));
    assert_eq!(keep("two").await.unwrap(), json!("one"));
    assert_eq!(store.effect("k").await.unwrap(), Some(json!("one")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    // Two programs have the file open.
    let stores = [Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap()];
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move {
                let message = NewMessage {
                    recipient: "ana".into(),
                    subject: String::new(),
                    message: (n / 4).to_string(),
                    tenant: "t".into(),
                    entity: "e".into(),
                    task_id: "run".into(),
                };
                store.put_message(&format!("key-{}", n / 4), message).await.unwrap()
            })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for task in tasks {
        ids.insert(task.await.unwrap());
    }
    assert_eq!((ids.len(), stores[0].outbox(100).await.unwrap().len()), (10, 10));
}

#[tokio::test]
async fn a_large_value_is_kept_once_under_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("store.db")).await.unwrap();
    let value = json!({ "rows": (0..20_000).collect::<Vec<i64>>(), "rate": 0.1 });
    let reference = store.put_value(value.to_string()).await.unwrap();
    assert_eq!(reference, format!("blake3:{}", blake3::hash(value.to_string().as_bytes()).to_hex()));
    assert_eq!(store.put_value(value.to_string()).await.unwrap(), reference);
    assert_eq!(store.get_value(&reference).await.unwrap(), Some(value));
    assert_eq!(store.get_value("blake3:0").await.unwrap(), None);
    assert!(store.put_value("no JSON".into()).await.is_err());
}

#[tokio::test]
async fn files_that_are_no_store_are_refused_and_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.db");
    let text = "This is a letter, not a database. ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::NotADatabase { .. }), "{error:?}");
    assert!(error.to_string().contains("notes.db is not a database of ntro"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let error = Store::open(folder.path()).await.unwrap_err();
    assert!(error.to_string().ends_with("cannot be opened: it is a folder"), "{error}");
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = Store::open(folder.path().join("file/store.db")).await.unwrap_err();
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error:?}");
}

#[tokio::test]
async fn databases_of_others_and_of_the_future_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = |name: &str, sql: &str| {
        let path = folder.path().join(name);
        let script = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nc.executescript(sys.argv[2])\nc.close()";
        let done = std::process::Command::new("python3").args(["-c", script]).arg(&path).arg(sql).status().unwrap();
        assert!(done.success());
        path
    };
    let error = Store::open(sqlite("other.db", "CREATE TABLE songs (title)")).await.unwrap_err();
    assert!(matches!(error, StoreError::ForeignDatabase { .. }), "{error:?}");
    let path = folder.path().join("ours.db");
    Store::open(&path).await.unwrap().close().await;
    sqlite("ours.db", "PRAGMA user_version = 99");
    let error = Store::open(&path).await.unwrap_err();
    assert!(error.to_string().contains("written by a newer version of ntro (its layout is 99"), "{error}");
}

#[tokio::test]
async fn a_damaged_database_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = Store::open(&path).await.unwrap();
    for n in 0..50 {
        store.put_document(document(&format!("{n}.csv"), "run", &[b'x'; 4_000])).await.unwrap();
    }
    store.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    // The head of the file stays, so that it is still taken for a database.
    bytes.iter_mut().skip(4_096).for_each(|byte| *byte = 0xa5);
    std::fs::write(&path, bytes).unwrap();
    let error = match Store::open(&path).await {
        Ok(store) => store.list_documents(&DocumentFilter::default()).await.unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("is damaged") && !error.retryable(), "{error}");
}
