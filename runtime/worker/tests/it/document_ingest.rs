//! The example of the documentation, from start to end.

use serde_json::json;

use ntro_worker::client::{End, StartOptions};

use crate::support::{PATIENCE, World, replays, root};

#[tokio::test(flavor = "multi_thread")]
async fn a_rent_roll_is_read_reviewed_and_filed() {
    let world = World::new().await;
    world.deploy_example("document-ingest");
    let worker = world.work().await;
    let input = json!({ "entity": "acme-spv1", "period": "2026-03", "source": "rent-roll" });
    // By the alias that existing clients know.
    world.runs.start("DocumentIngestWorkflow", "ingest-1", &input, &StartOptions::default()).await.unwrap();

    let pending = world.pending("ingest-1", "submitted").await;
    assert_eq!(pending["kind"], "submit_file");
    assert_eq!(pending["args"]["signal_task_id"], "ingest-1");
    let steps = world.runs.query("ingest-1", "current_steps").await.unwrap();
    assert_eq!(steps[0]["status"], "waiting_for_input", "{steps}");

    let file = root().join("examples/document-ingest/inputs/rent-roll.pdf");
    let mut document = world.submit(&file, "ingest-1", "rent-roll", "acme-spv1").await;
    document["tenant_slug"] = json!("acme-fund");
    world.runs.signal("ingest-1", "document_submitted", &document).await.unwrap();

    let review = world.pending("ingest-1", "review").await;
    assert_eq!(review["kind"], "interactive_review", "{review}");
    let refused = world.runs.act("ingest-1", &json!({ "type": "approved", "step": "review" })).await.unwrap_err();
    assert!(refused.to_string().contains("Correct U-03 first"), "{refused}");
    let correct = json!({
        "type": "approved", "step": "review", "comments": "checked",
        "corrections": [{ "line_item_id": "U-03", "field": "monthly_rent", "new_value": "950.00 GBP" }],
        "actor": { "id": "ana", "roles": ["accountant"] },
    });
    world.runs.act("ingest-1", &correct).await.unwrap();

    let end = world.runs.end("ingest-1", PATIENCE).await.unwrap();
    let End::Completed(result) = end else { panic!("{end:?}") };
    assert_eq!(result["corrections_applied"], 1, "{result}");

    replays(&world, "ingest-1", "document-ingest").await;
    worker.stop().await;
    world.server.stop().await;
}
