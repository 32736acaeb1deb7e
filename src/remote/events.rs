//! What happened in a run, an event a line.

use ntro_machine::Event;
use serde_json::{Value as Json, json};

use crate::remote::{text, time};
use crate::run::table::{cell, plain};
use crate::run::tree::feedback_text;

/// The longest value in a line, in characters.
const VALUE: usize = 100;

/// What happened, in words, with who did it.
pub(crate) fn words(event: &Event) -> String {
    let data = |key: &str| event.data.get(key).map(cell).unwrap_or_default();
    let value = || event.data.get("value").map(|value| text::brief(value, VALUE)).unwrap_or_default();
    let joined = |parts: &[String]| parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
    let after = |word: &str, text: String| if text.is_empty() { String::new() } else { format!("{word}{text}") };
    let due = || data("due").parse().map(|at| format!("until {}", time::minute(at))).unwrap_or_default();
    let words = match event.name.as_str() {
        "step.entered" => "begins".to_owned(),
        // What was decided has just been told.
        "step.completed" if event.data.pointer("/value/decision").is_some() => "done".to_owned(),
        "step.completed" => joined(&["done".to_owned(), after("→ ", value())]),
        "step.skipped" => joined(&["skipped".to_owned(), after("because ", data("why"))]),
        "step.failed" => joined(&["failed:".to_owned(), data("why"), data("message")]),
        "step.cancelled" if data("why") == "cancelled" => "cancelled".to_owned(),
        "step.cancelled" => joined(&["cancelled".to_owned(), data("why")]),
        "gate.opened" => joined(&["waits for".to_owned(), roles(&event.data), due()]),
        "gate.approved" => format!("approved by {}, one of several", data("by")),
        "gate.decided" => {
            let corrections = event.data.get("corrections").and_then(Json::as_array).map_or(0, Vec::len);
            let corrected = (corrections > 0).then(|| format!("with {corrections} corrections"));
            joined(&[
                data("decision"),
                after("by ", by(&event.data)),
                corrected.unwrap_or_default(),
                after("— ", data("comment")),
            ])
        }
        "gate.escalated" => format!("passed on to {}", data("role")),
        "row.edited" => format!(
            "{} {}: {} → {} by {}",
            data("row"),
            data("field"),
            data("old_value"),
            data("new_value"),
            data("by")
        ),
        "row.rejected" => format!("{} taken out by {}", data("row"), data("by")),
        "await.opened" => joined(&["waits for".to_owned(), data("signals"), due()]),
        "await.closed" => joined(&["got".to_owned(), data("by")]),
        "feedback" => feedback_text(&event.data),
        "rework" => joined(&[
            "once more, round".to_owned(),
            data("round"),
            after("by ", data("by")),
            after("— ", data("comment")),
        ]),
        "signal.ignored" | "action.ignored" => format!("ignored: {}: {}", data("name"), data("why")),
        name => joined(&[name.to_owned(), text::brief(&event.data, VALUE)]),
    };
    plain(words.trim())
}

fn by(data: &Json) -> String {
    let by = data.get("by").map(cell).unwrap_or_default();
    if by.is_empty() { data.get("approvers").map(cell).unwrap_or_default() } else { by }
}

fn roles(data: &Json) -> String {
    let roles: Vec<String> = data.get("roles").and_then(Json::as_array).into_iter().flatten().map(cell).collect();
    if roles.is_empty() { "anyone".to_owned() } else { roles.join(" or ") }
}

/// An event for programs.
pub(crate) fn as_json(run: &str, event: &Event) -> Json {
    json!({ "at": event.at, "run": run, "step": event.step, "event": event.name, "data": event.data })
}
