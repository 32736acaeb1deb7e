//! Lines of YAML that would answer a wait, ready to be put into an answers file.

use ntro_harness::Waiting;
use ntro_harness::answers::described;

/// What waits and what would answer it.
pub(crate) fn snippet(waits: &[Waiting]) -> String {
    let mut text = String::from("put this into an answers file (--answers FILE), or run it on a terminal:\nanswers:\n");
    for wait in waits.iter().take(10) {
        text.push_str(&entry(wait));
    }
    text.trim_end().to_owned()
}

fn entry(wait: &Waiting) -> String {
    let step = quoted(&wait.address);
    match wait.kind.as_str() {
        "submit_file" | "submit_files" => {
            format!("  - step: {step}\n    file: path/to/{}\n", wait.text(&["args", "source"]).unwrap_or("file"))
        }
        "interactive_review" => {
            let roles = wait.roles();
            let roles = if roles.is_empty() { String::new() } else { format!("    roles: [{}]\n", roles.join(", ")) };
            let what = if wait.is_gate() || wait.form_fields().is_empty() {
                "decide: approve".to_owned()
            } else {
                let fields: Vec<String> = wait.form_fields().iter().map(|(key, _)| format!("{key}: …")).collect();
                format!("data: {{ {} }}", fields.join(", "))
            };
            format!("  - step: {step}\n    {what}\n    by: you@example.com\n{roles}")
        }
        _ => match wait.signals().first() {
            Some((name, _)) => format!("  - signal: {name}\n    data: {{}}\n"),
            None => format!("  # {step} waits for something that happens in the run\n"),
        },
    }
}

/// What waits, in a sentence.
pub(crate) fn sentence(waits: &[Waiting]) -> String {
    let parts: Vec<String> =
        waits.iter().take(10).map(|wait| format!("`{}` waits for {}", wait.address, described(wait))).collect();
    parts.join(", ")
}

fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_alphanumeric() || "._-/~".contains(c));
    if plain { text.to_owned() } else { format!("{text:?}") }
}
