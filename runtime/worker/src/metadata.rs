//! What a run says about itself to Temporal's UI and tools.

use std::collections::HashMap;

use ntro_machine::{Json, Machine};
use serde_json::json;
use temporalio_common::protos::temporal::api::common::v1::Payload;

/// The query by which the UI and `temporal workflow metadata` ask.
pub(crate) const QUERY: &str = "__temporal_workflow_metadata";

/// The queries that a run answers, with what they give.
pub(crate) const QUERIES: [(&str, &str); 7] = [
    ("current_pending_action", "What a person is asked for now, or null"),
    ("pending_actions", "Everything that people are asked for"),
    ("current_steps", "The steps and how far each is"),
    ("current_ui_state", "The current step, the completed ones, the children, what is under review"),
    ("step_snapshots", "What was shown and decided at each completed step"),
    ("children_by_step_id", "The runs that each step has started"),
    ("ignored_inputs", "What came and changed nothing, with the reason"),
];

/// The answers of a run that has no program yet.
pub(crate) fn unready(query: &str) -> Option<Json> {
    match query {
        "current_pending_action" => Some(Json::Null),
        "pending_actions" | "current_steps" => Some(json!([])),
        "step_snapshots" | "children_by_step_id" => Some(json!({})),
        "current_ui_state" => {
            Some(json!({ "current_step_id": null, "steps_completed": [], "children": {}, "pending_payload": null }))
        }
        "ignored_inputs" => Some(json!({ "count": 0, "newest": [] })),
        _ => None,
    }
}

/// The steps that are under way, a line each.
pub(crate) fn active(machine: Option<&Machine>) -> String {
    let Some(machine) = machine else { return "The program is being found.".to_owned() };
    let steps = machine.steps();
    let active = steps.iter().filter(|step| step.status.is_active());
    active.map(|step| format!("{} ({})\n", step.title, step.address)).collect()
}

/// The answer to [`QUERY`], as the JSON of the protocol's `WorkflowMetadata`.
pub(crate) fn answer(runbook: &str, machine: Option<&Machine>) -> Payload {
    let definition = |(name, description): (&str, &str)| json!({ "name": name, "description": description });
    let mut signals = vec![definition(("user_action", "A person's decision: approved, rejected, corrections, a row"))];
    if let Some(machine) = machine {
        let known = machine.program().signals.iter();
        signals.extend(known.map(|signal| definition((&signal.name, "A signal that the runbook declares"))));
    }
    let metadata = json!({
        "definition": {
            "type": runbook,
            "queryDefinitions": QUERIES.map(definition),
            "signalDefinitions": signals,
            "updateDefinitions": [definition(("act", "The same as user_action, with an answer"))],
        },
        "currentDetails": active(machine),
    });
    Payload {
        metadata: HashMap::from([
            ("encoding".to_owned(), b"json/protobuf".to_vec()),
            ("messageType".to_owned(), b"temporal.api.sdk.v1.WorkflowMetadata".to_vec()),
        ]),
        data: metadata.to_string().into_bytes(),
        ..Default::default()
    }
}
