//! `ntroc act`: what a person does about a waiting run.

use std::path::PathBuf;

use ntro_worker::client::{ClientError, Runs};
use serde_json::{Map, Value as Json, json};

use crate::remote::actor::Actor;
use crate::remote::patience::patiently;
use crate::remote::submitting::Handed;
use crate::remote::{self, Places, Server, asking, submitting, text};
use crate::run::input::object_argument;
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// Decides, corrects rows, fills in a form, or hands in a file
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc act march --correct R-1010.category=Repairs --drop R-1007    corrects, and decides nothing
  ntroc act march --approve --comment \"Fuel is on the card\" --as ana --roles accountant
  ntroc act march --step review --reject --comment \"No lease\" --as ana --roles accountant
  ntroc act march --step review --action hold --as ana --roles accountant
  ntroc act march --step details --set rate=4.5 --set starts=2026-04-01
  ntroc act march --body '{ \"type\": \"approved\", \"step\": \"review\" }'

With a decision, corrections are part of it: all of it counts, or nothing. The run's answer goes to stdout as JSON.
Exit codes: 0 done · 1 the run refuses it, and nothing has changed · 2 there is no such run, or nobody answers")]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// Approve
    #[arg(long, conflicts_with_all = ["reject", "action", "file", "body"])]
    approve: bool,
    /// Reject
    #[arg(long, conflicts_with_all = ["action", "file", "body"])]
    reject: bool,
    /// An action that the gate names
    #[arg(long, value_name = "NAME", conflicts_with_all = ["file", "body"])]
    action: Option<String>,
    /// The step; the first that is open where absent
    #[arg(long)]
    step: Option<String>,
    /// A comment
    #[arg(long)]
    comment: Option<String>,
    /// Correct a field of a row, or of a record; may be repeated
    #[arg(long, value_name = "[ROW.]FIELD=VALUE")]
    correct: Vec<String>,
    /// Take a row out; may be repeated
    #[arg(long, value_name = "ROW", conflicts_with = "body")]
    drop: Vec<String>,
    /// Fill in a field of a form; may be repeated
    #[arg(long, value_name = "FIELD=VALUE", conflicts_with_all = ["approve", "reject", "action", "file", "body"])]
    set: Vec<String>,
    /// Hand in a file, as `ntroc submit` does
    #[arg(long, value_name = "FILE", conflicts_with = "body")]
    file: Option<PathBuf>,
    /// The action as JSON
    #[arg(long, value_name = "JSON|@FILE|-")]
    body: Option<String>,
    #[command(flatten)]
    actor: Actor,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: &Args) -> Outcome {
    let bodies = if args.file.is_some() { Vec::new() } else { bodies(args)? };
    remote::block_on(async {
        let link = args.server.link().await?;
        let runs = args.server.runs_on(&link);
        let run = &args.run;
        let before = patiently("asking the run", asking::pending(&runs, run)).await.map_err(remote::stop)?;
        if let Some(file) = &args.file {
            let database = args.places.database_of(&link, &args.server.task_queue)?;
            let handed = Handed { run, file, step: args.step.as_deref(), source: None, actor: args.actor.json() };
            let document = submitting::submit(&runs, &database, &handed, &before).await?;
            terminal::out(&format!("{document}\n"));
        }
        for body in bodies {
            let answer = patiently("waiting for the run", runs.act(run, &body)).await;
            terminal::out(&format!("{}\n", answer.map_err(|error| refused(&runs, run, &before, error))?));
        }
        asking::tell_next(&runs, run, &before).await;
        Ok(DONE)
    })
}

/// A refusal is no failure of the command: nothing has changed, and the person reads why and what is open.
fn refused(_runs: &Runs, run: &str, before: &[Json], error: ClientError) -> Stop {
    match error {
        ClientError::Refused(why) => {
            let stop = Stop { code: PROBLEMS, ..Stop::new(why) };
            if before.is_empty() {
                return stop
                    .help(format!("nothing waits in this run; `ntroc show {}` tells what it does", text::shell(run)));
            }
            let open: String = before.iter().map(|action| asking::lines(run, action)).collect();
            stop.help(format!("nothing has changed. Open is:\n{}", open.trim_end()))
        }
        other => remote::stop(other),
    }
}

/// The actions to send, in order: with a decision one that has everything, without one each correction by itself.
fn bodies(args: &Args) -> Result<Vec<Json>, Stop> {
    let mut common = Map::new();
    let comment = args.comment.as_ref().map(|comment| json!(comment));
    let more =
        [("step", args.step.as_ref().map(|step| json!(step))), ("comments", comment), ("actor", args.actor.json())];
    common.extend(more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    let with = |fields: Json| {
        let mut body = common.clone();
        body.extend(fields.as_object().cloned().unwrap_or_default());
        Json::Object(body)
    };
    let mut corrections = Vec::new();
    for correct in &args.correct {
        let (place, value) = split(correct, "--correct ROW.FIELD=VALUE")?;
        let (row, field) = match place.rsplit_once('.') {
            Some((row, field)) => (Some(row), field),
            None => (None, place),
        };
        corrections.push(json!({ "line_item_id": row, "field": field, "new_value": value }));
    }
    let dropped = args
        .drop
        .iter()
        .map(|row| with(json!({ "kind": "row_action", "payload": { "action": "reject_row", "row_id": row } })));
    let mut bodies: Vec<Json> = dropped.collect();
    let decision = match (args.approve, args.reject, &args.action) {
        (true, ..) => Some("approved".to_owned()),
        (_, true, _) => Some("rejected".to_owned()),
        (.., named) => named.clone(),
    };
    if let Some(body) = &args.body {
        let mut body = object_argument("--body", body)?;
        body.extend(common.clone());
        if !corrections.is_empty() {
            body.insert("corrections".to_owned(), Json::Array(corrections));
        }
        return Ok(vec![Json::Object(body)]);
    }
    if !args.set.is_empty() {
        let mut fields = Map::new();
        for set in &args.set {
            let (field, value) = split(set, "--set FIELD=VALUE")?;
            // What is no JSON is the text that it is.
            fields.insert(field.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| json!(value)));
        }
        bodies.push(with(json!({ "type": "submit", "payload": fields })));
    } else if let Some(decision) = decision {
        let corrections = if corrections.is_empty() { json!({}) } else { json!({ "corrections": corrections }) };
        let mut body = with(json!({ "type": decision }));
        if let (Some(body), Some(more)) = (body.as_object_mut(), corrections.as_object()) {
            body.extend(more.clone());
        }
        bodies.push(body);
    } else {
        bodies.extend(corrections.iter().map(|correction| {
            let word = |key: &str| correction.get(key).cloned().unwrap_or_default();
            let edit = json!({ "action": "edit_cell", "row_id": word("line_item_id"), "field": word("field"), "value": word("new_value") });
            with(json!({ "kind": "row_action", "payload": edit }))
        }));
    }
    if bodies.is_empty() {
        let run = text::shell(&args.run);
        return Err(Stop::new("what is to be done?").help(format!(
            "say --approve, --reject, --action NAME, --correct ROW.FIELD=VALUE, --set FIELD=VALUE or --file FILE; `ntroc pending {run}` shows what the run asks for"
        )));
    }
    Ok(bodies)
}

fn split<'a>(text: &'a str, form: &str) -> Result<(&'a str, &'a str), Stop> {
    let parts = text.split_once('=').filter(|(place, _)| !place.trim().is_empty());
    parts
        .map(|(place, value)| (place.trim(), value))
        .ok_or_else(|| Stop::new(format!("`{text}` is not understood")).help(format!("write {form}")))
}
