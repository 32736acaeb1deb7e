//! Large values go through the store and leave histories small.

use std::collections::BTreeMap;

use ntro_machine::Json;
use ntro_worker::client::{End, StartOptions};
use ntro_worker::server::Options;
use prost::Message as _;
use rust_xlsxwriter::Workbook;
use serde_json::json;
use temporalio_common::protos::temporal::api::history::v1::history_event::Attributes;

use crate::support::{PATIENCE, World, deploy_files, fixture, replays};

const ROWS: u32 = 2_500;
const COLUMNS: u16 = 20;

/// Fifty thousand cells that add up to a known sum.
fn workbook() -> (Vec<u8>, u64) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut sum = 0;
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let cell = (row * 7_919 + u32::from(column) * 104_729) % 1_000_003;
            sum += u64::from(cell);
            sheet.write_number(row, column, cell).unwrap();
        }
    }
    (book.save_to_buffer().unwrap(), sum)
}

fn deploy(world: &World) {
    deploy_files(
        &world.bundles(),
        BTreeMap::from([
            ("large.ntro".to_owned(), fixture("large.ntro").into_bytes()),
            ("programs/book.py".to_owned(), fixture("book.py").into_bytes()),
        ]),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_workbook_leaves_the_history_small() {
    // In many histories, so that it is carried over as well.
    let settings = vec!["limit.historyCount.suggestContinueAsNew=12".to_owned()];
    let world = World::with(Options { settings, ..Options::default() }).await;
    deploy(&world);
    let worker = world.work().await;
    world.runs.start("book", "book", &json!({}), &StartOptions::default()).await.unwrap();
    world.pending("book", "submitted").await;
    let (bytes, sum) = workbook();
    let path = world.folder.path().join("book.xlsx");
    std::fs::write(&path, bytes).unwrap();
    let document = world.submit(&path, "book", "book", "default").await;
    world.runs.signal("book", "document_submitted", &document).await.unwrap();
    let asked = world.pending("book", "ok").await;
    assert!(asked.to_string().contains(&format!("{ROWS} rows, {sum} in all")), "{asked}");
    world.runs.act("book", &json!({ "type": "approved", "step": "ok" })).await.unwrap();
    let end = world.runs.end("book", PATIENCE).await.unwrap();
    let End::Completed(result) = end else { panic!("{end:?}") };
    assert_eq!((&result["sum"], &result["rows"]), (&json!(2 * sum), &json!(ROWS)));

    // What the run yields is the reference, and the store has what it stands for; so has the record.
    let reference = result["cells"]["$ntro_ref"].as_str().unwrap();
    let size = result["cells"]["bytes"].as_u64().unwrap();
    let cells = world.store().await.get_value(reference).await.unwrap().unwrap();
    assert_eq!(cells.to_string().len() as u64, size);
    assert!(size > 300_000, "{size}");
    let total: u64 =
        cells.as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap()).filter_map(Json::as_u64).sum();
    assert_eq!(total, sum);

    let before = world.runs.list("WorkflowId = 'book' AND ExecutionStatus = 'ContinuedAsNew'").await.unwrap();
    assert!(!before.is_empty());
    let history = world.runs.history("book").await.unwrap().encoded_len();
    eprintln!("{size} bytes of cells, {} histories, the last one has {history} bytes", before.len() + 1);
    assert!(history < 40_000, "{history}");
    replays(&world, "book", "large").await;
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_costs_the_history_little_however_large_its_types_are() {
    let world = World::new().await;
    world.deploy_example("document-ingest");
    let worker = world.work().await;
    let play = crate::plays::document_ingest();
    play.start(&world, "ingest").await;
    play.drive(&world, "ingest", 0).await;
    let end = world.runs.end("ingest", PATIENCE).await.unwrap();
    assert!(matches!(end, End::Completed(_)), "{end:?}");
    let history = world.runs.history("ingest").await.unwrap();
    let mut calls = 0;
    for event in history.events {
        let Some(Attributes::ActivityTaskScheduledEventAttributes(scheduled)) = event.attributes else { continue };
        let name = scheduled.activity_type.unwrap().name;
        let bytes = scheduled.header.unwrap().encoded_len();
        eprintln!("{name}: {bytes} bytes of headers");
        assert!(bytes < 400, "{name}: {bytes}");
        calls += 1;
    }
    assert_eq!(calls, 3);
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_arguments_go_by_reference_and_what_cannot_is_a_failure_of_its_own() {
    const SIZE: usize = 1_000_000;
    let world = World::new().await;
    deploy(&world);
    let worker = world.work().await;
    let input = json!({ "size": SIZE });
    for runbook in ["long", "far", "grown"] {
        world.runs.start(runbook, runbook, &input, &StartOptions::default()).await.unwrap();
    }
    // The text is in the history once, where the machine finds it again, and not a second time as an argument.
    assert_eq!(world.runs.end("long", PATIENCE).await.unwrap(), End::Completed(json!(SIZE)));
    let history = world.runs.history("long").await.unwrap();
    let bytes = history.encoded_len();
    assert!((SIZE..SIZE + 40_000).contains(&bytes), "{bytes}");
    let given = history.events.iter().filter_map(|event| match event.attributes.as_ref()? {
        Attributes::ActivityTaskScheduledEventAttributes(scheduled) => scheduled.input.as_ref()?.payloads.first(),
        _ => None,
    });
    let given: Vec<Json> = given.map(|payload| serde_json::from_slice(&payload.data).unwrap()).collect();
    assert_eq!(given[0], input);
    let reference = given[1]["content"]["$ntro_ref"].as_str().unwrap();
    assert_eq!(world.store().await.get_value(reference).await.unwrap().unwrap().as_str().unwrap().len(), SIZE);

    // Another worker could not read a reference, and the server would end a run that sends or yields two megabytes.
    let End::Completed(told) = world.runs.end("far", PATIENCE).await.unwrap() else { panic!("it fails") };
    let told = told.as_str().unwrap();
    assert!(told.starts_with("too_large: what `other.read` is given has 2000"), "{told}");
    let End::Failed { kind, message } = world.runs.end("grown", PATIENCE).await.unwrap() else { panic!("it goes") };
    assert_eq!(kind, "too_large");
    assert!(message.contains("the result has 2000"), "{message}");
    for run in ["far", "grown"] {
        replays(&world, run, run).await;
    }
    replays(&world, "long", "long").await;
    worker.stop().await;
    world.server.stop().await;
}
