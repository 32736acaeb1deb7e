//! Handing a file to a run: into the store of its worker, then a signal that says where it lies.

use std::path::Path;

use ntro_capabilities::{Accept, Capabilities, Settings, Submission};
use ntro_store::Store;
use ntro_worker::client::Runs;
use serde_json::{Value as Json, json};

use crate::remote::{self, asking, text, working};
use crate::stop::Stop;

/// Who hands in what, and where.
pub(crate) struct Handed<'a> {
    /// The run's id.
    pub(crate) run: &'a str,
    /// The file.
    pub(crate) file: &'a Path,
    /// The step that asks for it; the first that does where absent.
    pub(crate) step: Option<&'a str>,
    /// The source, where a step asks for several files.
    pub(crate) source: Option<&'a str>,
    /// `{id, roles}` of the person.
    pub(crate) actor: Option<Json>,
}

/// Hands a file in, and gives the signal that was sent. `before`: what the run asks for.
pub(crate) async fn submit(runs: &Runs, database: &Path, handed: &Handed<'_>, before: &[Json]) -> Result<Json, Stop> {
    let asked = slot(handed, before)?;
    let word = |key: &str| asked.pointer(&format!("/args/{key}")).and_then(Json::as_str).unwrap_or_default().to_owned();
    let failed = |error: &dyn std::fmt::Display| Stop::new(error.to_string());
    let store = Store::open(database).await.map_err(|error| failed(&error))?;
    let settings = Settings::new(".", working::storage(database));
    let capabilities = Capabilities::new(store.clone(), settings).map_err(|error| failed(&error))?;
    let submission = Submission {
        source: word("source"),
        entity: word("entity_id_or_slug"),
        period: None,
        task_id: handed.run.to_owned(),
        accept: accepted(&asked),
    };
    let submitted = capabilities.submit_file(handed.file, &submission).await;
    let mut document = submitted.map_err(|error| failed(&error))?;
    if let Some(fields) = document.as_object_mut() {
        fields.insert("tenant_slug".to_owned(), json!(word("tenant_id_or_slug")));
        if let Some(actor) = &handed.actor {
            fields.insert("actor".to_owned(), actor.clone());
        }
    }
    let or = |given: String, other: &str| if given.is_empty() { other.to_owned() } else { given };
    let signal = or(word("signal_name"), "document_submitted");
    let target = or(word("signal_task_id"), handed.run);
    let sent = runs.signal(&target, &signal, &document).await.map_err(remote::stop);
    store.close().await;
    sent.map(|()| document)
}

/// What asks for the file: an action of its own, or one of several files that are expected together.
fn slot(handed: &Handed<'_>, before: &[Json]) -> Result<Json, Stop> {
    let mut open = Vec::new();
    for action in before {
        let at = action.get("step").and_then(Json::as_str).unwrap_or_default();
        if handed.step.is_some_and(|step| step != at) {
            continue;
        }
        match action.get("kind").and_then(Json::as_str) {
            Some("submit_file") => open.push(action.clone()),
            Some("submit_files") => {
                let slots = action.pointer("/display_hint/config/expected").and_then(Json::as_array);
                let empty = |slot: &&Json| slot.get("status").and_then(Json::as_str) != Some("received");
                open.extend(slots.into_iter().flatten().filter(empty).cloned());
            }
            _ => {}
        }
    }
    let source = |slot: &Json| slot.pointer("/args/source").and_then(Json::as_str).unwrap_or_default().to_owned();
    if let Some(wanted) = handed.source {
        open.retain(|slot| source(slot) == wanted);
    }
    match open.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            Err(Stop::new(format!("the run `{}` asks for no such file now", handed.run)).help(asks(handed.run, before)))
        }
        several => {
            let which: Vec<String> = several
                .iter()
                .map(|slot| match slot.get("step").and_then(Json::as_str) {
                    Some(step) => format!("--step {}", text::shell(step)),
                    None => format!("--source {}", text::shell(&source(slot))),
                })
                .collect();
            Err(Stop::new(format!("the run `{}` asks for several files", handed.run))
                .help(format!("say which: {}", which.join(" or "))))
        }
    }
}

fn asks(run: &str, before: &[Json]) -> String {
    if before.is_empty() {
        return format!("it asks for nothing; `ntroc show {}` tells what it does", text::shell(run));
    }
    let lines: Vec<String> = before.iter().map(|action| asking::lines(run, action)).collect();
    format!("it asks for this:\n{}", lines.concat().trim_end())
}

/// What the run asks for: kinds of files and their size. Anything where it does not say.
fn accepted(asked: &Json) -> Accept {
    let config = |key: &str| asked.pointer(&format!("/display_hint/config/{key}"));
    let types = config("accept").and_then(Json::as_array).into_iter().flatten();
    Accept {
        types: types.filter_map(|one| Some(one.as_str()?.to_owned())).collect(),
        most_mb: config("max_size_mb").and_then(Json::as_u64),
    }
}
