//! Runs as lines of text.

use ntro_worker::client::{ClientError, End, RunLine, Runs};
use serde_json::Value as Json;

/// A word of a run's attributes.
pub(crate) fn attribute(run: &RunLine, name: &str) -> String {
    match run.attributes.get(name) {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

/// Columns that stand beneath one another.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            let width = console::measure_text_width(cell);
            match widths.get_mut(index) {
                Some(known) => *known = (*known).max(width),
                None => widths.push(width),
            }
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            let gap = width.saturating_sub(console::measure_text_width(cell));
            format!("{cell}{}", " ".repeat(gap))
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// The mark of a step's status.
pub(crate) fn mark(status: &str, skipped: bool) -> &'static str {
    match status {
        _ if skipped => "–",
        "completed" => "✓",
        "failed" => "✗",
        "active" | "running" => "●",
        "waiting_for_input" => "?",
        _ => "·",
    }
}

/// How deep children are shown.
const DEPTH: usize = 16;

/// A run with its steps, what waits for whom, and its children beneath their steps.
pub(crate) async fn tree(runs: &Runs, id: &str) -> Result<String, ClientError> {
    let mut text = String::new();
    // A stack instead of a recursion, so that the order of the text is that of the calls.
    let mut open = vec![Draw::Run { id: id.to_owned(), depth: 0 }];
    while let Some(draw) = open.pop() {
        let (id, depth) = match draw {
            Draw::Line(line) => {
                text.push_str(&line);
                continue;
            }
            Draw::Run { id, depth } => (id, depth),
        };
        let indent = "  ".repeat(depth);
        let run = runs.describe(&id).await?;
        text.push_str(&format!("{indent}{id}  {}  {}\n", run.runbook, run.status));
        let steps = runs.query(&id, "current_steps").await?;
        let pending = runs.query(&id, "pending_actions").await?;
        let children = runs.query(&id, "children_by_step_id").await?;
        let mut below = Vec::new();
        for step in steps.as_array().into_iter().flatten() {
            let word = |key: &str| step.get(key).and_then(Json::as_str).unwrap_or_default();
            let skipped = step.get("skipped").and_then(Json::as_bool).unwrap_or_default();
            let extra: Vec<&str> =
                [word("progress"), word("why")].into_iter().filter(|text| !text.is_empty()).collect();
            let mut line = format!("{indent}  {} {}", mark(word("status"), skipped), word("title"));
            if !extra.is_empty() {
                line.push_str(&format!("  ({})", extra.join("; ")));
            }
            line.push('\n');
            below.push(Draw::Line(line));
            let own = |action: &&Json| {
                let at = action.get("step").and_then(Json::as_str).unwrap_or_default();
                let outer = at.split(['.', '~']).next().unwrap_or_default();
                outer == word("id") && action.get("kind").and_then(Json::as_str) != Some("drill_down")
            };
            for action in pending.as_array().into_iter().flatten().filter(own) {
                below.push(Draw::Line(format!("{indent}      waits: {}\n", waiting(action))));
            }
            for child in children.get(word("id")).and_then(Json::as_array).into_iter().flatten() {
                if let Some(id) = child.get("workflow_id").and_then(Json::as_str).filter(|_| depth < DEPTH) {
                    below.push(Draw::Run { id: id.to_owned(), depth: depth + 3 });
                }
            }
        }
        open.extend(below.into_iter().rev());
    }
    Ok(text)
}

enum Draw {
    Line(String),
    Run { id: String, depth: usize },
}

/// What an action asks, of whom, where.
pub(crate) fn waiting(action: &Json) -> String {
    let word = |key: &str| action.get(key).and_then(Json::as_str).unwrap_or_default();
    let title = action.pointer("/display_hint/config/title").and_then(Json::as_str).unwrap_or_default();
    let roles: Vec<&str> =
        action.get("roles").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let who = if roles.is_empty() { "anyone".to_owned() } else { roles.join(" or ") };
    format!("{} at {} for {who}: {title}", word("kind"), word("step"))
}

/// How a run ended, in words.
pub(crate) fn end(end: &End) -> String {
    match end {
        End::Completed(result) => format!("completed: {result:#}"),
        End::Failed { kind, message } => format!("failed ({kind}): {message}"),
        End::Cancelled => "cancelled".to_owned(),
        End::Terminated(why) => format!("terminated: {why}"),
        End::TimedOut => "its time was over".to_owned(),
    }
}
