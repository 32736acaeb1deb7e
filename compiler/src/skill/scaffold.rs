//! From front matter to a runbook to start from. It checks as it is; what front matter does not say is a plain comment at its place, and a note.

use std::fmt::Write as _;

use ntro_grammar::english::pascal;
use serde_json::Value as Json;

use super::{Setting, Skill, SkillStep};

/// A project to start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// The runbook's name, and that of its file without `.ntro`.
    pub name: String,
    /// The text of its file.
    pub runbook: String,
    /// What could not be carried over, a sentence each.
    pub notes: Vec<String>,
}

/// Words that name no variable, and so no step.
const RESERVED: &[&str] = &[
    "true", "false", "none", "and", "or", "not", "in", "if", "then", "else", "let", "var", "return", "match", "try",
    "undo", "parallel", "send", "checks", "actions", "import", "scenario", "fail", "skip", "on", "feedback", "expect",
    "require", "sleep", "role", "config",
];

/// Makes a runbook of front matter.
pub fn scaffold(skill: &Skill) -> Scaffold {
    let mut making = Making { notes: Vec::new(), names: Vec::new(), rows: Vec::new(), roles: Vec::new(), before: None };
    let name = kebab(&skill.slug);
    if name != skill.slug {
        making.note(format!("`{}` is no name of a runbook; it is called `{name}` here.", skill.slug));
    }
    let inputs = making.inputs(skill);
    let config = making.fields(&skill.config, "config_schema");
    let family = name.replace('-', "_");
    // The names of the input can be read in the body, so that no step may have them.
    making.names.extend(inputs.iter().map(|field| field.name.clone()));
    let steps: Vec<(String, String)> = skill.steps.iter().map(|step| making.step(step, &family)).collect();
    let mut out = String::new();
    if !making.roles.is_empty() {
        let _ = writeln!(out, "role {}\n", making.roles.join(", "));
    }
    for row in &making.rows {
        let _ = writeln!(out, "{row}");
    }
    for (capability, _) in steps.iter().filter(|(capability, _)| !capability.is_empty()) {
        let _ = writeln!(out, "{capability}");
    }
    for line in skill.description.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let _ = writeln!(out, "/// {line}");
    }
    let title = if skill.name.is_empty() { &name } else { &skill.name };
    let _ = writeln!(out, "runbook {name} {} {{", text(title));
    let _ = writeln!(out, "  version: {}", text(if skill.version.is_empty() { "0.1.0" } else { &skill.version }));
    if !skill.tags.is_empty() {
        let tags: Vec<String> = skill.tags.iter().map(|tag| text(tag)).collect();
        let _ = writeln!(out, "  tags: [{}]", tags.join(", "));
    }
    for (word, fields) in [("input", &inputs), ("config", &config)] {
        if !fields.is_empty() {
            let _ = writeln!(out, "\n  {word} {{");
            fields.iter().for_each(|field| out.push_str(&field.text));
            out.push_str("  }\n");
        }
    }
    for (_, step) in &steps {
        let _ = writeln!(out, "\n{step}");
    }
    out.push_str("}\n");
    let runbook = ntro_grammar::format(&out).unwrap_or(out);
    Scaffold { name, runbook, notes: making.notes }
}

/// A field of the input or the configuration.
struct Field {
    name: String,
    text: String,
}

struct Making {
    notes: Vec<String>,
    /// The names that are taken.
    names: Vec<String>,
    /// Types of rows.
    rows: Vec<String>,
    roles: Vec<String>,
    /// The step before, where it yields the rows of a table that follows: its name and the place of its capability.
    before: Option<String>,
}

impl Making {
    fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    fn inputs(&mut self, skill: &Skill) -> Vec<Field> {
        if !skill.input.is_empty() {
            return self.fields(&skill.input, "input_schema");
        }
        self.note("Front matter does not say what a run is started with: `entity` and `period` are taken.".to_owned());
        ["entity: text", "period: period?"]
            .map(|field| Field {
                name: field.split(':').next().unwrap_or_default().to_owned(),
                text: format!("    {field}\n"),
            })
            .into()
    }

    fn fields(&mut self, settings: &[Setting], of: &str) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for setting in settings {
            let name = snake(&setting.name);
            if fields.iter().any(|field| field.name == name) {
                self.note(format!("`{}` of {of} stands there twice; the second is left out.", setting.name));
                continue;
            }
            let (ty, default) = type_of(&setting.schema);
            let mut field = format!("    {name}: {ty}");
            match default {
                Some(default) => {
                    let _ = write!(field, " = {default}");
                }
                None if setting.optional => field.push('?'),
                None => {}
            }
            if let Some(doc) = setting.schema.get("description").and_then(Json::as_str) {
                let _ = write!(field, "  /// {}", line(doc));
            }
            if ty == "json" {
                self.note(format!("`{}` of {of} is of a kind that has no type here; it is `json`.", setting.name));
            }
            field.push('\n');
            fields.push(Field { name, text: field });
        }
        fields
    }

    /// A name that no other step has.
    fn name(&mut self, id: &str) -> String {
        let mut name = snake(id);
        if RESERVED.contains(&name.as_str()) {
            name.push_str("_step");
        }
        let first = name.clone();
        let mut count = 1;
        while self.names.contains(&name) {
            count += 1;
            name = format!("{first}_{count}");
        }
        if name != id {
            self.note(format!("The step `{id}` is called `{name}` here."));
        }
        self.names.push(name.clone());
        name
    }

    /// A step: the capability that it needs, and its block.
    fn step(&mut self, step: &SkillStep, family: &str) -> (String, String) {
        let name = self.name(&step.id);
        let mut out = String::new();
        for line in step.description.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let _ = writeln!(out, "  /// {line}");
        }
        let label = text(if step.label.is_empty() { &step.id } else { &step.label });
        let people = step.responsibility.trim();
        let client = people.eq_ignore_ascii_case("client");
        let asks = matches!(step.component.as_str(), "FILE_UPLOAD" | "MULTI_FILE_UPLOAD");
        let mut capability = String::new();
        if asks || client {
            self.upload(step, &name, &label, asks, &mut out);
        } else if !people.is_empty() || step.component.starts_with("APPROVAL") {
            self.review(step, &name, &label, &mut out);
        } else if !step.runbook.is_empty() {
            let _ = writeln!(out, "  // It ran the runbook `{}`, which is not in this project.", line(&step.runbook));
            self.note(format!("`{}` runs `{}`, which is not in this project.", step.id, step.runbook));
            let _ = writeln!(out, "  step {name} {label} {{ emit {family}.{name} {{ done: true }} }}");
        } else if step.activity.is_empty() {
            let _ = writeln!(out, "  // Nothing says what is called here.");
            let _ = writeln!(out, "  step {name} {label} {{ emit {family}.{name} {{ done: true }} }}");
        } else {
            let activity = step.activity.replace('"', "");
            capability = format!("capability {family}.{name}() {{\n  activity: {}\n", text(&activity));
            if let Some(minutes) = step.timeout_minutes {
                let _ = writeln!(capability, "  within   {}", duration(minutes));
            }
            capability.push_str("}\n");
            let _ = writeln!(
                out,
                "  // What it is given and what it yields is not said: add parameters and a result to its capability."
            );
            let _ = writeln!(out, "  step {name} {label} {{ run {family}.{name}() }}");
            self.note(format!("What `{}` is given and what it yields is not said.", step.id));
        }
        self.before = Some(name);
        (capability, out)
    }

    fn upload(&mut self, step: &SkillStep, name: &str, label: &str, asks: bool, out: &mut String) {
        if !asks {
            let _ = writeln!(out, "  // Front matter does not say how it arrives: a document is awaited.");
            self.note(format!("How what `{}` waits for arrives is not said; a document is awaited.", step.id));
        }
        let mut kinds: Vec<&str> = Vec::new();
        for kind in &step.accept {
            match kind.rsplit(['/', '.']).next().unwrap_or_default() {
                "pdf" => kinds.push("pdf"),
                "csv" => kinds.push("csv"),
                "xlsx" | "sheet" => kinds.push("xlsx"),
                _ => self.note(format!("`{}` accepts `{kind}`, which has no word here.", step.id)),
            }
        }
        let _ = writeln!(
            out,
            "  await {name} {label} {{\n    on document_submitted\n    ask file_upload {{\n      title: {label}"
        );
        if !step.instructions.is_empty() {
            let _ = writeln!(out, "      instructions: {}", text(&step.instructions));
        }
        if !kinds.is_empty() {
            let _ = writeln!(out, "      accept: [{}]", kinds.join(", "));
        }
        out.push_str("    }\n");
        self.limit(step, "Nothing arrived", out);
        out.push_str("  }\n");
    }

    fn review(&mut self, step: &SkillStep, name: &str, label: &str, out: &mut String) {
        let role =
            if step.responsibility.trim().is_empty() { "reviewer".to_owned() } else { snake(&step.responsibility) };
        if !self.roles.contains(&role) {
            self.roles.push(role.clone());
        }
        let mut shown = format!("show text {{ title: {label}, value: {label} }}");
        if step.component == "DATA_TABLE" {
            let ty = format!("{}Row", pascal(name));
            let mut columns: Vec<String> = Vec::new();
            for column in step.columns.iter().map(|column| snake(column)).filter(|column| column != "id") {
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
            let fields: Vec<String> = columns.iter().map(|column| format!("  {column}: text?\n")).collect();
            self.rows.push(format!("type {ty} {{\n  id: text  /// identifies a row\n{}}}\n", fields.concat()));
            let _ = writeln!(out, "  // Front matter does not say where the rows come from, nor their types.");
            let _ = writeln!(out, "  let {name}_rows: list<{ty}> = []");
            let editable =
                if columns.is_empty() { String::new() } else { format!(", editable: [{}]", columns.join(", ")) };
            shown = format!("show data_table {{ title: {label}, rows: {name}_rows, key: id{editable} }}");
            self.note(format!(
                "Where the rows of `{}` come from is not said, nor of which types their columns are.",
                step.id
            ));
        } else {
            let _ = writeln!(out, "  // Front matter does not say what is shown: a text stands for it.");
            self.note(format!("What `{}` shows is not said; a text stands for it.", step.id));
        }
        let _ = writeln!(out, "  approve {name} {label} {{\n    by: {role}\n    {shown}");
        self.limit(step, "Nobody decided", out);
        let _ = writeln!(out, "    on reject fail \"Rejected: {{{{ {name}.comment }}}}\"\n  }}");
    }

    fn limit(&mut self, step: &SkillStep, message: &str, out: &mut String) {
        let _ = match step.timeout_minutes {
            Some(minutes) => {
                writeln!(out, "    within {} else fail {}", duration(minutes), text(&format!("{message} in time.")))
            }
            None => {
                self.note(format!("`{}` has no limit in front matter; it waits without end.", step.id));
                writeln!(out, "    within never")
            }
        };
    }
}

/// The type for a JSON Schema, and its default as it is written here.
fn type_of(schema: &Json) -> (String, Option<String>) {
    let word = match schema.get("type") {
        Some(Json::String(word)) => word.as_str(),
        Some(Json::Array(words)) if words.iter().any(|word| word == "number") => "number",
        _ => "",
    };
    let default = schema.get("default").filter(|default| !default.is_null());
    let pattern = schema.get("pattern").and_then(Json::as_str).unwrap_or_default();
    match word {
        "string" if schema.get("format").and_then(Json::as_str) == Some("date") => ("date".into(), None),
        "string" if schema.get("format").and_then(Json::as_str) == Some("date-time") => ("datetime".into(), None),
        "string" if pattern.starts_with("^[0-9]{4}-(0") && !pattern.contains("[12]") => ("period".into(), None),
        "string" => ("text".into(), default.and_then(Json::as_str).map(text)),
        "boolean" => ("bool".into(), default.and_then(Json::as_bool).map(|value| value.to_string())),
        "integer" => ("int".into(), default.and_then(Json::as_i64).map(|value| value.to_string())),
        "number" => match default {
            Some(value) if value.is_i64() => ("int".into(), Some(value.to_string())),
            Some(Json::Number(value)) => ("decimal".into(), Some(value.to_string()).filter(|text| !text.contains('e'))),
            Some(Json::String(value)) if value.parse::<i64>().is_ok() => ("decimal".into(), Some(format!("{value}.0"))),
            Some(Json::String(value)) if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
                ("decimal".into(), Some(value.clone()))
            }
            _ => ("decimal".into(), None),
        },
        "array" if schema.get("items").and_then(|items| items.get("type")).is_some_and(|ty| ty == "string") => {
            let items = default.and_then(Json::as_array);
            let texts =
                items.map(|items| items.iter().filter_map(Json::as_str).map(text).collect::<Vec<_>>().join(", "));
            ("list<text>".into(), texts.map(|texts| format!("[{texts}]")))
        }
        _ => ("json".into(), None),
    }
}

/// A text in quotes, in which nothing is a hole.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in line(text).chars() {
        match sign {
            '"' | '\\' => {
                out.push('\\');
                out.push(sign);
            }
            // Two braces would begin a hole.
            '{' | '}' => out.push(if sign == '{' { '(' } else { ')' }),
            sign => out.push(sign),
        }
    }
    out.push('"');
    out
}

/// On one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn duration(minutes: u64) -> String {
    if minutes.is_multiple_of(60) { format!("{}h", minutes / 60) } else { format!("{minutes}m") }
}

/// A name in lower case with underlines.
pub(super) fn snake(text: &str) -> String {
    let mut out = String::new();
    for sign in text.trim().chars() {
        if sign.is_ascii_alphanumeric() {
            out.push(sign.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    let out = out.trim_end_matches('_').to_owned();
    if out.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
        out
    } else {
        format!("x_{out}").trim_end_matches('_').to_owned()
    }
}

fn kebab(text: &str) -> String {
    snake(text).replace('_', "-")
}
