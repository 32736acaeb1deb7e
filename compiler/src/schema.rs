//! The JSON Schema (2020-12) of what goes into a runbook and comes out of it, for forms, gateways and those who start runs.
//!
//! Input and configuration are described as they are read, every form that `ntroc run` takes included, and unknown fields refused as it does;
//! results as they are written. Documentation becomes descriptions, defaults are given.

use ntro_ir::{Program, Type, json};
use serde_json::{Map, Value as Json};

/// What of a runbook is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What a run is started with.
    Input,
    /// Its settings.
    Config,
    /// What it yields.
    Output,
    /// What its signals carry, by name: an object whose properties are the schemas of their payloads.
    Signals,
}

/// The schema of a part of a runbook.
pub fn schema(program: &Program, part: Part) -> Json {
    match part {
        Part::Input => closed(program, Type::Named(program.input), "Input"),
        Part::Config => closed(program, Type::Named(program.config), "Configuration"),
        Part::Output => titled(json::schema(&program.output, &program.types), program, "Result"),
        Part::Signals => signals(program),
    }
}

/// A record in which no other fields may stand: they are usually slips of the pen.
fn closed(program: &Program, ty: Type, what: &str) -> Json {
    let mut schema = json::accepted(&ty, &program.types);
    if let Some(fields) = schema.as_object_mut() {
        inline(fields);
        fields.insert("additionalProperties".to_owned(), Json::Bool(false));
    }
    titled(schema, program, what)
}

/// The record itself stands at the top, where forms look for its fields, and not behind a reference. Nothing else refers to it: no type can hold
/// the input or the configuration of a runbook.
fn inline(fields: &mut Map<String, Json>) {
    let Some(name) = fields.get("$ref").and_then(Json::as_str).and_then(|path| path.strip_prefix("#/$defs/")) else {
        return;
    };
    let name = name.to_owned();
    let Some(defs) = fields.get_mut("$defs").and_then(Json::as_object_mut) else { return };
    let Some(Json::Object(record)) = defs.remove(&name) else { return };
    if defs.is_empty() {
        fields.remove("$defs");
    }
    fields.remove("$ref");
    fields.extend(record);
}

/// Each signal has a schema of its own, complete in itself, so that a client can take the one that it needs.
fn signals(program: &Program) -> Json {
    let payloads: Map<String, Json> = program
        .signals
        .iter()
        .map(|signal| {
            let mut schema = json::accepted(&signal.payload, &program.types);
            if let Some(fields) = schema.as_object_mut() {
                fields.insert("title".to_owned(), Json::from(signal.name.as_str()));
            }
            (signal.name.clone(), schema)
        })
        .collect();
    Json::Object(payloads)
}

fn titled(mut schema: Json, program: &Program, what: &str) -> Json {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("title".to_owned(), Json::from(format!("{what} of {}", program.name)));
        if !program.doc.is_empty() && !fields.contains_key("description") {
            fields.insert("description".to_owned(), Json::from(program.doc.as_str()));
        }
    }
    schema
}
