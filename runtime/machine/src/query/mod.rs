//! Questions, answered as `wire.md` says. Answering changes nothing and never fails: what cannot be computed is said in its place.

mod beside;
mod children;
mod fields;
mod files;
mod pending;
mod show;
mod snapshots;
pub(crate) mod steps;

use serde_json::json;

use crate::io::Json;
use crate::view::View;

pub use steps::{StepStatus, StepView};

/// The answer to a query by name.
pub(crate) fn answer(view: &View<'_>, name: &str) -> Option<Json> {
    match name {
        "current_pending_action" => Some(view.current_pending_action()),
        "pending_actions" => Some(Json::Array(view.pending().into_iter().map(|pending| pending.json()).collect())),
        "current_steps" => Some(steps::current(view)),
        "current_ui_state" => Some(ui_state(view)),
        "step_snapshots" => Some(snapshots::all(view)),
        "children_by_step_id" => Some(children::by_step(view)),
        "ignored_inputs" => Some(ignored(view)),
        _ => None,
    }
}

fn ui_state(view: &View<'_>) -> Json {
    let outermost = steps::outermost(view);
    let current = outermost.iter().find(|step| step.status.is_active());
    let completed: Vec<_> =
        outermost.iter().filter(|step| step.status.word() == "completed").map(|step| step.path.clone()).collect();
    let pending = view.current_pending_action();
    json!({
        "current_step_id": current.map(|step| step.path.clone()),
        "steps_completed": completed,
        "children": children::by_step(view),
        "pending_payload": pending.get("payload").cloned().unwrap_or(Json::Null),
    })
}

fn ignored(view: &View<'_>) -> Json {
    let notes = &view.state.notes;
    json!({ "count": notes.ignored_count, "newest": notes.ignored })
}
