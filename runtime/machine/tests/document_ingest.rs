//! The runbook of the documentation, by hand.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

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
    let mut rig = Rig::start(
        programs::document_ingest(),
        json!({ "entity": "spv1", "period": "2026-03", "source": "rent-roll" }),
    );
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
    insta::assert_snapshot!(
        "pending_review",
        serde_json::to_string_pretty(&rig.query("current_pending_action")).unwrap()
    );
    rig.after(60).act(ana(json!({ "type": "row_action", "payload": { "ledger": "x", "action": "edit_cell", "row_id": "1", "field": "amount", "value": 950 } }))).unwrap();
    rig.act(ana(json!({ "kind": "row_action", "payload": { "action": "reject_row", "row_id": "2" } }))).unwrap();
    rig.act(ana(json!({ "type": "approved", "comments": "fine" }))).unwrap();
    rig.resolve(4, json!({ "corrections_applied": 1 }));
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!("snapshots", serde_json::to_string_pretty(&rig.query("step_snapshots")).unwrap());
    insta::assert_snapshot!("happy", rig.finish());
}

#[test]
fn refusals_say_why_and_change_nothing() {
    let mut rig = at_review();
    let before = rig.machine.decided_hash();
    let edit = |row: &str, field: &str, value: Json| {
        ana(
            json!({ "kind": "row_action", "payload": { "action": "edit_cell", "row_id": row, "field": field, "value": value } }),
        )
    };
    let bodies = [
        json!({ "type": "approved" }),
        json!({ "type": "approved", "actor": { "id": "bob", "roles": ["director"] } }),
        json!({ "type": "approved", "actor": "ana" }),
        ana(json!({ "type": "hold" })),
        ana(json!({ "type": "approved", "step": "review~2" })),
        ana(json!({ "comment": "no verb" })),
        json!(["approved"]),
        edit("9", "amount", json!("1.00 GBP")),
        edit("1", "id", json!("7")),
        edit("1", "colour", json!("red")),
        edit("1", "amount", json!("many")),
        edit("1", "amount", json!({ "amount": "1", "currency": "pounds" })),
        ana(
            json!({ "type": "approved", "corrections": [{ "id": "1", "field": "description", "new_value": "x" }, { "id": "9", "field": "description", "new_value": "x" }] }),
        ),
        ana(json!({ "type": "row_action", "payload": { "action": "explode", "row_id": "1" } })),
    ];
    let mut told = String::new();
    for body in bodies {
        let answer = rig.act(body.clone()).unwrap_err();
        told.push_str(&format!("{body}\n    {answer}\n"));
        assert_eq!(rig.machine.decided_hash(), before, "{body}");
    }
    insta::assert_snapshot!(told);
    rig.user(json!({ "type": "approved" }));
    assert_eq!(rig.machine.decided_hash(), before);
    let shown = rig.query("current_pending_action");
    assert_eq!(shown["feedback"]["level"], "error");
    assert_eq!(shown["display_hint"]["config"]["feedback"], shown["feedback"]);
    assert_eq!(rig.query("ignored_inputs")["count"], 15);
    rig.finish();
}

#[test]
fn corrections_of_an_approval_are_applied_together() {
    let mut rig = at_review();
    rig.user(ana(json!({ "type": "approved", "corrections": [
        { "line_item_id": "1", "field": "description", "old_value": "Flat 1", "new_value": "Flat one" },
        { "id": "2", "field": "category", "new_value": null },
        { "id": "2", "field": "description", "new_value": "Flat 2" },
    ] })));
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_rejection_goes_back_twice_and_then_fails() {
    let mut rig = at_review();
    // Sent before the rejection: dropped. The same document may come again afterwards.
    rig.signal("document_submitted", document("d2"));
    rig.user(ana(json!({ "type": "rejected", "comment": "blurred" })));
    assert_eq!(rig.steps(), "submitted=waiting_for_input extracted=pending review=pending committed=pending");
    rig.after(5).signal("document_submitted", document("d1"));
    rig.resolve(5, extraction());
    assert_eq!(rig.query("current_pending_action")["step"], "review~2");
    assert_eq!(rig.query("current_pending_action")["step_id"], "review");
    rig.after(5).user(ana(json!({ "kind": "reject", "comments": "still" })));
    rig.signal("document_submitted", document("d3"));
    rig.resolve(8, extraction());
    rig.after(5).user(ana(json!({ "action": "reject", "payload": { "comments": "enough" } })));
    assert!(rig.machine.is_closed());
    assert_eq!(rig.steps(), "submitted=completed extracted=completed review=failed committed=pending");
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn limits_escalate_and_then_end() {
    let mut rig = at_review();
    rig.after(86_400).fire(3);
    let pending = rig.query("current_pending_action");
    assert_eq!(pending["roles"], json!(["accountant", "manager"]));
    rig.after(60).act(json!({ "type": "reject", "actor": { "id": "mo", "roles": ["clerk"] } })).unwrap_err();
    rig.after(86_400).fire(4);
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_person_in_the_last_moment_is_not_late() {
    let mut rig = at_review();
    rig.after(86_400).fire(3);
    rig.after(86_400);
    let approve = ana(json!({ "type": "approved" }));
    rig.activate(vec![
        ntro_machine::Input::TimerFired { seq: 4 },
        ntro_machine::Input::Signal { name: "user_action".into(), payload: approve },
    ]);
    assert_eq!(rig.steps(), "submitted=completed extracted=completed review=completed committed=active");
    rig.finish();
}

#[test]
fn signals_that_do_not_fit_change_nothing() {
    let mut rig = Rig::start(programs::document_ingest(), json!({ "source": "rent-roll" }));
    let before = rig.machine.decided_hash();
    rig.signal("document_submitted", json!({ "source": "rent-roll" }));
    assert_eq!(rig.query("current_pending_action")["feedback"]["level"], "error");
    rig.signal("unheard_of", json!({}));
    rig.user(json!({ "type": "approved" }));
    assert_eq!(rig.machine.decided_hash(), before);
    // Another source queues and stays; the right one is taken although it came later.
    let mut other = document("d0");
    other["source"] = json!("bank");
    rig.signal("document_submitted", other);
    rig.signal("document_submitted", document("d1"));
    rig.signal("document_submitted", document("d1"));
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_run_says_what_is_wrong_with_its_input() {
    let rig = Rig::start(programs::document_ingest(), json!({ "entity": 7 }));
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_failing_capability_fails_the_run_with_its_step() {
    let mut rig = Rig::start(programs::document_ingest(), json!({ "source": "rent-roll" }));
    rig.signal("document_submitted", document("d1"));
    rig.fail(2, "timeout", "The model did not answer.");
    assert!(rig.machine.is_closed());
    assert_eq!(rig.steps(), "submitted=completed extracted=failed review=pending committed=pending");
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn an_answer_of_another_type_is_a_failure() {
    let mut rig = Rig::start(programs::document_ingest(), json!({ "source": "rent-roll" }));
    rig.signal("document_submitted", document("d1"));
    rig.resolve(2, json!({ "rows": "none", "summary": "", "confidence": 1 }));
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_cancelled_run_waits_for_the_capability_to_answer() {
    let mut rig = Rig::start(programs::document_ingest(), json!({ "source": "rent-roll" }));
    rig.signal("document_submitted", document("d1"));
    rig.activate(vec![ntro_machine::Input::CancelRequested { reason: "not needed".into() }]);
    assert!(!rig.machine.is_closed());
    rig.user(json!({ "type": "approved" }));
    rig.fail(2, "cancelled", "cancelled");
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn questions_are_answered_before_the_start_and_after_the_end() {
    let rig = Rig::new(programs::document_ingest());
    assert_eq!(rig.query("current_pending_action"), Json::Null);
    assert_eq!(rig.query("pending_actions"), json!([]));
    assert_eq!(rig.steps(), "submitted=pending extracted=pending review=pending committed=pending");
    assert_eq!(rig.machine.query("no_such_query"), None);
    let mut rig = at_review();
    rig.user(ana(json!({ "type": "approved" })));
    rig.resolve(4, json!({}));
    assert_eq!(rig.query("current_pending_action"), Json::Null);
    assert_eq!(
        rig.query("current_ui_state")["steps_completed"],
        json!(["submitted", "extracted", "review", "committed"])
    );
}

#[test]
fn a_waiting_run_is_small() {
    let rig = at_review();
    let bytes = serde_json::to_vec(&rig.machine.snapshot()).unwrap().len();
    assert!(bytes < 8 * 1024, "{bytes} bytes");
}
