//! Whatever comes from outside: nothing panics, nothing moves the run unless it says so.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

mod common;

use common::{Rig, programs};
use ntro_machine::{Input, Output};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

const KEYS: [&str; 17] = [
    "type",
    "kind",
    "action",
    "payload",
    "row_id",
    "rowId",
    "id",
    "line_item_id",
    "field",
    "value",
    "new_value",
    "corrections",
    "actor",
    "roles",
    "step",
    "comments",
    "comment",
];
const WORDS: [&str; 16] = [
    "approved",
    "approve",
    "rejected",
    "reject",
    "row_action",
    "edit_cell",
    "reject_row",
    "hold",
    "1",
    "2",
    "amount",
    "description",
    "accountant",
    "review",
    "review~2",
    "",
];

/// JSON made of the words that actions are made of, in any shape.
fn body() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        4 => prop::sample::select(&WORDS[..]).prop_map(|word| json!(word)),
        1 => any::<i64>().prop_map(|number| json!(number)),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => Just(Json::Null),
        1 => any::<bool>().prop_map(|truth| json!(truth)),
        1 => "\\PC{0,20}".prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec((prop::sample::select(&KEYS[..]), inner), 0..6).prop_map(|fields| Json::Object(
                fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>()
            )),
        ]
    })
}

fn at_review() -> Rig {
    let mut rig = Rig::start_with(programs::document_ingest(), json!({ "source": "rent-roll" }), true);
    rig.signal("document_submitted", json!({ "document_ref": "d1", "source": "rent-roll" }));
    rig.resolve(
        2,
        json!({
            "rows": [{ "id": "1", "description": "a", "amount": "1 GBP" }, { "id": "2", "description": "b", "amount": "2 GBP" }],
            "summary": "", "confidence": 1,
        }),
    );
    rig
}

/// Whether the machine itself says that something was done.
fn moved(outputs: &[Output]) -> bool {
    outputs.iter().any(|output| match output {
        Output::Event(event) => matches!(event.name.as_str(), "gate.decided" | "row.edited" | "row.rejected"),
        Output::UpdateAccepted { .. } => true,
        _ => false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_refused_or_ignored_changes_nothing(bodies in prop::collection::vec((body(), any::<bool>()), 1..5)) {
        let mut rig = at_review();
        for (body, update) in bodies {
            let before = rig.machine.decided_hash();
            let input = if update {
                Input::Update { id: "u".into(), name: "act".into(), payload: body.clone() }
            } else {
                Input::Signal { name: "user_action".into(), payload: body.clone() }
            };
            let outputs = rig.activate(vec![input]);
            prop_assert_eq!(rig.machine.fault(), None);
            if !moved(&outputs) {
                prop_assert_eq!(rig.machine.decided_hash(), before, "{}", body);
            }
            rig.query("pending_actions");
            rig.query("current_ui_state");
            if rig.machine.is_closed() {
                break;
            }
        }
        rig.finish();
    }

    #[test]
    fn named_signals_of_any_shape_are_taken_or_recorded(payload in body(), name in prop::sample::select(vec!["document_submitted", "data_submitted", "x"])) {
        let mut rig = Rig::start(programs::document_ingest(), json!({ "source": "rent-roll" }));
        let before = rig.machine.decided_hash();
        let outputs = rig.signal(name, payload.clone());
        prop_assert_eq!(rig.machine.fault(), None);
        let ignored = outputs.iter().any(|output| matches!(output, Output::Event(event) if event.name == "signal.ignored"));
        if ignored {
            prop_assert_eq!(rig.machine.decided_hash(), before, "{}", payload);
        }
        rig.finish();
    }

    #[test]
    fn any_input_starts_or_fails_a_run(input in body(), config in body()) {
        let mut rig = Rig::new(programs::document_ingest());
        rig.activate(vec![Input::Started(Box::new(ntro_machine::Start {
            workflow_id: "wf".into(), first_run_id: "r".into(), input, config, tenant: None, entity: None, zone: None,
            scheduled_at: None, holidays: Vec::new(), anonymous: false,
        }))]);
        prop_assert_eq!(rig.machine.fault(), None);
        rig.finish();
    }

    #[test]
    fn answers_of_any_shape_are_taken_or_fail_the_step(answer in body()) {
        let mut rig = Rig::start(programs::document_ingest(), json!({ "source": "rent-roll" }));
        rig.signal("document_submitted", json!({ "document_ref": "d1", "source": "rent-roll" }));
        rig.resolve(2, answer);
        prop_assert_eq!(rig.machine.fault(), None);
        rig.finish();
    }
}

/// Late and unknown answers of a host change nothing: a cancelled command may still answer, and twice.
#[test]
fn answers_to_nothing_are_dropped() {
    let mut rig = at_review();
    let before = rig.machine.decided_hash();
    rig.resolve(2, json!({}));
    rig.resolve(99, json!({}));
    rig.fire(1);
    rig.activate(vec![Input::ChildResolved { seq: 98, result: Ok(Json::Null) }]);
    rig.activate(vec![Input::ChildStarted { seq: 98, result: Ok("r".into()) }]);
    assert_eq!(rig.machine.decided_hash(), before);
    assert_eq!(rig.machine.fault(), None);
    rig.finish();
}
