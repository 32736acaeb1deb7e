//! Runs as lines of text.

use ntro_worker::client::{End, RunLine};
use serde_json::Value as Json;

use crate::remote::time;
use crate::run::table::{cell, plain};

/// A word of a run's attributes.
pub(crate) fn attribute(run: &RunLine, name: &str) -> String {
    match run.attributes.get(name) {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

/// When something of the run is due.
pub(crate) fn due_of(run: &RunLine) -> Option<jiff::Timestamp> {
    attribute(run, "NtroDue").parse().ok()
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

/// The heads of columns.
pub(crate) fn heads(names: &[&str]) -> Vec<String> {
    let bold = console::Style::new().bold();
    names.iter().map(|name| bold.apply_to(name).to_string()).collect()
}

fn word<'a>(action: &'a Json, key: &str) -> &'a str {
    action.get(key).and_then(Json::as_str).unwrap_or_default()
}

fn config<'a>(action: &'a Json, key: &str) -> Option<&'a Json> {
    action.pointer(&format!("/display_hint/config/{key}"))
}

/// Whether it is something for a person or a system, and not only a pointer to children.
pub(crate) fn is_asked(action: &Json) -> bool {
    word(action, "kind") != "drill_down"
}

/// What an action is called.
pub(crate) fn title(action: &Json) -> String {
    let shown = config(action, "title").and_then(Json::as_str).unwrap_or_default();
    plain(if shown.is_empty() { word(action, "title") } else { shown })
}

/// Its roles; nothing where anyone may.
pub(crate) fn roles(action: &Json) -> Vec<String> {
    let roles = action.get("roles").and_then(Json::as_array).into_iter().flatten();
    roles.filter_map(Json::as_str).map(str::to_owned).collect()
}

/// Whom it waits for.
pub(crate) fn who(action: &Json) -> String {
    let roles = roles(action);
    match word(action, "kind") {
        "await_signal" => "a signal".to_owned(),
        _ if roles.is_empty() => "anyone".to_owned(),
        _ => roles.join(" or "),
    }
}

/// When it is due.
pub(crate) fn due(action: &Json) -> Option<jiff::Timestamp> {
    word(action, "due").parse().ok()
}

/// What is to be done, in a word or two.
pub(crate) fn what(action: &Json) -> &'static str {
    match word(action, "kind") {
        "submit_file" => "a file",
        "submit_files" => "files",
        "interactive_review" if !fields(action).is_empty() => "a form",
        "interactive_review" => "a decision",
        "await_signal" => "a signal",
        _ => "an answer",
    }
}

/// The fields of a form; a gate that shows a record has none to fill in.
pub(crate) fn fields(action: &Json) -> Vec<String> {
    let labels = config(action, "actions").and_then(Json::as_array).into_iter().flatten();
    if !labels.map(|one| word(one, "label")).eq(["Submit"]) {
        return Vec::new();
    }
    let fields = config(action, "fields").and_then(Json::as_array).into_iter().flatten();
    fields.filter_map(|field| Some(field.get("key")?.as_str()?.to_owned())).collect()
}

/// The decisions that a gate offers.
pub(crate) fn decisions(action: &Json) -> Vec<String> {
    let actions = config(action, "actions").and_then(Json::as_array).into_iter().flatten();
    actions.filter_map(|one| Some(one.get("kind")?.as_str()?.to_owned())).collect()
}

/// What somebody types to answer: whole commands.
pub(crate) fn commands(run: &str, action: &Json) -> Vec<String> {
    let run = shell(run);
    let step = shell(word(action, "step"));
    let sign = match roles(action).first() {
        Some(role) => format!(" --as NAME --roles {}", shell(role)),
        None => String::new(),
    };
    match word(action, "kind") {
        "submit_file" => vec![format!("ntroc submit {run} FILE --step {step}")],
        "submit_files" => {
            let slots = config(action, "expected").and_then(Json::as_array).into_iter().flatten();
            let open = slots.filter(|slot| word(slot, "status") != "received");
            open.map(|slot| {
                let source = slot.pointer("/args/source").and_then(Json::as_str).unwrap_or_default();
                format!("ntroc submit {run} FILE --step {step} --source {}", shell(source))
            })
            .collect()
        }
        "await_signal" => vec![format!("ntroc signal {run} {} '{{ … }}'", shell(signal(action)))],
        "interactive_review" if !fields(action).is_empty() => {
            let set: Vec<String> = fields(action).iter().map(|field| format!("--set {field}=…")).collect();
            vec![format!("ntroc act {run} --step {step} {}{sign}", set.join(" "))]
        }
        _ => {
            let flag = |decision: &String| match decision.as_str() {
                "approve" | "approved" => "--approve".to_owned(),
                "reject" | "rejected" => "--reject --comment WHY".to_owned(),
                other => format!("--action {}", shell(other)),
            };
            let mut flags: Vec<String> = decisions(action).iter().map(flag).collect();
            if flags.is_empty() {
                flags = vec!["--approve".to_owned(), "--reject --comment WHY".to_owned()];
            }
            flags.iter().map(|flag| format!("ntroc act {run} --step {step} {flag}{sign}")).collect()
        }
    }
}

/// The signal that is waited for.
pub(crate) fn signal(action: &Json) -> &str {
    let named = ["/args/signals/0/signal_name", "/args/signal_name"];
    named.iter().find_map(|at| action.pointer(at)?.as_str()).unwrap_or("NAME")
}

/// A word as a shell takes it.
pub(crate) fn shell(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_.:/~@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        word.to_owned()
    } else {
        format!("'{}'", plain(word).replace('\'', "'\\''"))
    }
}

/// What an action asks, of whom, until when.
pub(crate) fn waiting(action: &Json) -> String {
    let due = due(action).map(|at| format!(", due {}", time::due(at))).unwrap_or_default();
    match word(action, "kind") {
        "await_signal" => format!("waits for the signal `{}`{due}", signal(action)),
        _ => format!("waits for {} of {}{due}", what(action), who(action)),
    }
}

/// What a person is told beside it: warnings and feedback.
pub(crate) fn told(action: &Json) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(feedback) = action.get("feedback").filter(|feedback| !feedback.is_null()) {
        lines.push(plain(&crate::run::tree::feedback_text(feedback)));
    }
    let warnings = action.get("warnings").and_then(Json::as_array).into_iter().flatten();
    lines.extend(warnings.map(cell).filter(|text| !text.is_empty()).map(|text| format!("warning: {text}")));
    lines
}

/// How a run ended, in a line.
pub(crate) fn brief_end(end: &End) -> String {
    match end {
        End::Completed(Json::Null) => "completed".to_owned(),
        End::Completed(result) => format!("completed → {}", brief(result, 400)),
        other => self::end(other),
    }
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

/// A value in a line, as short as it can be.
pub(crate) fn brief(value: &Json, most: usize) -> String {
    let text = match value {
        // What an await took: which of its signals, and what it carried.
        Json::Object(object) if object.len() == 2 && object.contains_key("tag") && object.contains_key("value") => {
            let part = |key: &str, most| object.get(key).map(|part| brief(part, most)).unwrap_or_default();
            format!("{}: {}", part("tag", 40), part("value", most))
        }
        Json::Array(items) if items.iter().any(Json::is_object) => match items.len() {
            1 => "1 row".to_owned(),
            count => format!("{count} rows"),
        },
        Json::Object(object) if !object.contains_key("currency") && !object.contains_key("filename") => {
            let fields = object.iter().filter(|(_, value)| !value.is_null());
            let fields: Vec<String> = fields.map(|(name, value)| format!("{name}: {}", brief(value, 40))).collect();
            fields.join(", ")
        }
        other => cell(other),
    };
    console::truncate_str(&text, most, "…").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wait_is_told_with_the_command_that_answers_it() {
        let file = json!({ "kind": "submit_file", "step": "collect.upload", "roles": null });
        assert_eq!(commands("march", &file), ["ntroc submit march FILE --step collect.upload"]);
        let gate = json!({ "kind": "interactive_review", "step": "review~2", "roles": ["accountant"],
            "display_hint": { "config": { "actions": [{ "kind": "approve" }, { "kind": "hold" }] } } });
        assert_eq!(
            commands("a b", &gate),
            [
                "ntroc act 'a b' --step review~2 --approve --as NAME --roles accountant",
                "ntroc act 'a b' --step review~2 --action hold --as NAME --roles accountant"
            ]
        );
    }

    #[test]
    fn a_value_is_told_briefly() {
        assert_eq!(brief(&json!([{ "a": 1 }, { "a": 2 }]), 40), "2 rows");
        assert_eq!(
            brief(&json!({ "id": "x", "none": null, "total": { "amount": "1.50", "currency": "GBP" } }), 40),
            "id: x, total: 1.50 GBP"
        );
        assert_eq!(brief(&json!("a long text"), 6), "a lon…");
        assert_eq!(brief(&json!("bell\u{7}"), 40), "bell ");
    }
}
