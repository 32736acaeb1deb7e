//! The runbook of the documentation, by hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs, reason = "tests stop at the first surprise")]

mod common;

use common::{Rig, programs};
use serde_json::{Value as Json, json};

fn document(reference: &str) -> Json {
    json!({
        "document_ref": reference, "tenant_slug": "t", "entity_slug": "e", "source": "rent-roll",
        "filename": "rent-roll.pdf", "content_type": "application/pdf",
    })
}

fn extraction() -> Json {
    json!({
        "rows": [
            { "id": "1", "description": "Flat 1", "amount": { "amount": "900.00", "currency": "GBP" } },
            { "id": "2", "description": "Flat 2", "amount": "750.00 GBP", "category": "rent" },
        ],
        "summary": "Two flats", "confidence": "0.55",
    })
}

fn at_review() -> Rig {
    let mut rig = Rig::start(programs::document_ingest(), json!({ "entity": "spv1", "period": "2026-03", "source": "rent-roll" }));
    rig.signal("document_submitted", document("d1"));
    rig.resolve(2, extraction());
    rig
}

fn ana(mut action: Json) -> Json {
    action["actor"] = json!({ "id": "ana", "roles": ["accountant"] });
    action
}

#[test]
fn a_document_is_reviewed_and_filed() {
    let mut rig = at_review();
    assert_eq!(rig.steps(), "submitted=completed extracted=completed review=waiting_for_input committed=pending");
    insta::assert_snapshot!("pending_review", serde_json::to_string_pretty(&rig.query("current_pending_action")).unwrap());
    rig.after(60).act(ana(json!({ "type": "row_action", "payload": { "ledger": "x", "action": "edit_cell", "row_id": "1", "field": "amount", "value": 950 } }))).unwrap();
    rig.act(ana(json!({ "kind": "row_action", "payload": { "action": "reject_row", "row_id": "2" } }))).unwrap();
    rig.act(ana(json!({ "type": "approved", "comments": "fine" }))).unwrap();
    rig.resolve(4, json!({ "corrections_applied": 1 }));
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!("snapshots", serde_json::to_string_pretty(&rig.query("step_snapshots")).unwrap());
    insta::assert_snapshot!("happy", rig.finish());
}
