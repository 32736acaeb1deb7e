//! Front matter as YAML. Every text stands in quotes with JSON's escapes, which YAML reads as they are, so that no text can be
//! taken for something else.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use super::{Setting, Skill, SkillStep};

pub(super) fn front_matter(skill: &Skill) -> String {
    let mut out = String::from("---\n");
    for (key, value) in [
        ("id", &skill.id),
        ("slug", &skill.slug),
        ("name", &skill.name),
        ("description", &skill.description),
        ("version", &skill.version),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "{key}: {}", quoted(value));
        }
    }
    out.push_str("state: DRAFT\n");
    if !skill.tags.is_empty() {
        let tags: Vec<String> = skill.tags.iter().map(|tag| quoted(tag)).collect();
        let _ = writeln!(out, "tags: [{}]", tags.join(", "));
    }
    // A key with nothing beneath would be nothing, and no list.
    out.push_str(if skill.steps.is_empty() { "\nsteps: []\n" } else { "\nsteps:\n" });
    for step in &skill.steps {
        of_step(step, &mut out);
    }
    if !skill.config.is_empty() {
        out.push_str("\nconfig_schema:\n  global:\n");
        settings(&skill.config, 4, &mut out);
    }
    if !skill.input.is_empty() {
        out.push_str("\ninput_schema:\n  type: object\n");
        let needed = |field: &&Setting| !field.optional && field.schema.get("default").is_none();
        let required: Vec<String> = skill.input.iter().filter(needed).map(|field| quoted(&field.name)).collect();
        let _ = writeln!(out, "  required: [{}]\n  properties:", required.join(", "));
        settings(&skill.input, 4, &mut out);
    }
    out.push_str("---\n");
    out
}

fn of_step(step: &SkillStep, out: &mut String) {
    let _ = writeln!(out, "  - id: {}", quoted(&step.id));
    for (key, value) in [
        ("label", &step.label),
        ("component", &step.component),
        ("responsibility", &step.responsibility),
        ("activity", &step.activity),
        ("runbook", &step.runbook),
        ("description", &step.description),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "    {key}: {}", quoted(value));
        }
    }
    if let Some(minutes) = step.timeout_minutes {
        let _ = writeln!(out, "    timeout_minutes: {minutes}");
    }
    if step.instructions.is_empty() && step.accept.is_empty() && step.columns.is_empty() {
        return;
    }
    out.push_str("    config:\n");
    if !step.instructions.is_empty() {
        let _ = writeln!(out, "      instructions: {}", quoted(&step.instructions));
    }
    if !step.accept.is_empty() {
        let kinds: Vec<String> = step.accept.iter().map(|kind| quoted(kind)).collect();
        let _ = writeln!(out, "      accept: [{}]", kinds.join(", "));
    }
    if !step.columns.is_empty() {
        let columns: Vec<String> = step.columns.iter().map(|key| format!("{{ key: {} }}", quoted(key))).collect();
        let _ = writeln!(out, "      columns: [{}]", columns.join(", "));
    }
}

fn settings(settings: &[Setting], depth: usize, out: &mut String) {
    for setting in settings {
        let _ = writeln!(out, "{}{}:", " ".repeat(depth), quoted(&setting.name));
        match &setting.schema {
            Json::Object(fields) if !fields.is_empty() => mapping(fields, depth + 2, out),
            _ => {
                let _ = writeln!(out, "{}{{}}", " ".repeat(depth + 2));
            }
        }
    }
}

fn mapping(fields: &Map<String, Json>, depth: usize, out: &mut String) {
    let pad = " ".repeat(depth);
    for (key, value) in fields {
        match value {
            Json::Object(inner) if !inner.is_empty() && depth < 40 => {
                let _ = writeln!(out, "{pad}{}:", quoted(key));
                mapping(inner, depth + 2, out);
            }
            // JSON is YAML.
            value => {
                let _ = writeln!(out, "{pad}{}: {value}", quoted(key));
            }
        }
    }
}

/// A text in quotes; a plain word without.
fn quoted(text: &str) -> String {
    const WORDS_OF_YAML: [&str; 8] = ["true", "false", "null", "yes", "no", "on", "off", "y"];
    let plain = text.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && text.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.'))
        && !WORDS_OF_YAML.contains(&text.to_ascii_lowercase().as_str())
        && text.len() > 1;
    if plain { text.to_owned() } else { Json::from(text).to_string() }
}
