//! `ntroc act`: what a person does about a waiting run.

use std::path::{Path, PathBuf};

use ntro_capabilities::{Accept, Capabilities, Settings, Submission};
use ntro_store::Store;
use ntro_worker::client::Runs;
use serde_json::{Map, Value as Json, json};

use crate::remote::{self, Places, Server};
use crate::run::input::object_argument;
use crate::stop::{DONE, Outcome, Stop};
use crate::terminal;

/// Decides, corrects or submits a file
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc act ingest-1 --file rent-roll.pdf
  ntroc act ingest-1 --step review --correct U-03.monthly_rent='950.00 GBP' --approve --as ana --roles accountant
  ntroc act ingest-1 --step review --reject --comment \"The lease says otherwise\" --as ana --roles accountant
  ntroc act ingest-1 --body '{ \"type\": \"hold\", \"step\": \"review\" }'

The run's answer goes to stdout as JSON; what it refuses is said, and nothing has changed.")]
pub(super) struct Args {
    /// The run's id
    run: String,
    /// Approve
    #[arg(long, conflicts_with_all = ["reject", "file", "body"])]
    approve: bool,
    /// Reject
    #[arg(long, conflicts_with_all = ["file", "body"])]
    reject: bool,
    /// The step; the first that is open where absent
    #[arg(long)]
    step: Option<String>,
    /// A comment
    #[arg(long)]
    comment: Option<String>,
    /// Correct a field of a row; may be repeated
    #[arg(long, value_name = "ROW.FIELD=VALUE")]
    correct: Vec<String>,
    /// Submit a file where one is asked for
    #[arg(long, value_name = "FILE", conflicts_with = "body")]
    file: Option<PathBuf>,
    /// The action as JSON
    #[arg(long, value_name = "JSON|@FILE")]
    body: Option<String>,
    /// Who you are
    #[arg(long = "as", value_name = "NAME")]
    actor: Option<String>,
    /// Your roles
    #[arg(long, value_delimiter = ',', value_name = "ROLE,…", requires = "actor")]
    roles: Vec<String>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let runs = args.server.runs().await?;
        if let Some(file) = &args.file {
            submit(args, &runs, file).await?;
            return Ok(DONE);
        }
        let answer = runs.act(&args.run, &Json::Object(body(args)?)).await.map_err(remote::stop)?;
        terminal::out(&format!("{answer}\n"));
        Ok(DONE)
    })
}

fn body(args: &Args) -> Result<Map<String, Json>, Stop> {
    let mut body = match &args.body {
        Some(argument) => object_argument("--body", argument)?,
        None => Map::new(),
    };
    match (args.approve, args.reject) {
        (true, _) => body.insert("type".to_owned(), json!("approved")),
        (_, true) => body.insert("type".to_owned(), json!("rejected")),
        _ if args.body.is_none() => {
            return Err(Stop::new("what is to be done?").help("say --approve, --reject, --file FILE or --body JSON"));
        }
        _ => None,
    };
    let mut corrections = Vec::new();
    for correct in &args.correct {
        let parts = correct.split_once('=').and_then(|(place, value)| Some((place.rsplit_once('.')?, value)));
        let Some(((row, field), value)) = parts else {
            return Err(
                Stop::new(format!("--correct {correct} is not understood")).help("write --correct ROW.FIELD=VALUE")
            );
        };
        corrections.push(json!({ "line_item_id": row, "field": field, "new_value": value }));
    }
    let more = [
        ("step", args.step.as_ref().map(|step| json!(step))),
        ("comments", args.comment.as_ref().map(|comment| json!(comment))),
        ("corrections", (!corrections.is_empty()).then_some(Json::Array(corrections))),
        ("actor", args.actor.as_ref().map(|actor| json!({ "id": actor, "roles": args.roles }))),
    ];
    body.extend(more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    Ok(body)
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

/// Puts a file into the store and tells the run that asks for it.
async fn submit(args: &Args, runs: &Runs, file: &Path) -> Result<(), Stop> {
    let pending = runs.query(&args.run, "pending_actions").await.map_err(remote::stop)?;
    let asked = pending.as_array().into_iter().flatten().find(|action| {
        let word = |key: &str| action.get(key).and_then(Json::as_str);
        word("kind") == Some("submit_file") && args.step.as_deref().is_none_or(|step| word("step") == Some(step))
    });
    let Some(asked) = asked else {
        return Err(Stop::new(format!("the run `{}` asks for no file now", args.run))
            .help("`ntroc pending` shows what it asks for"));
    };
    let word = |key: &str| asked.pointer(&format!("/args/{key}")).and_then(Json::as_str).unwrap_or_default().to_owned();
    let store =
        Store::open(args.places.database(Path::new("."))).await.map_err(|error| Stop::new(error.to_string()))?;
    let capabilities = Capabilities::new(store.clone(), Settings::new(".", ".ntro/storage"))
        .map_err(|error| Stop::new(error.to_string()))?;
    let submission = Submission {
        source: word("source"),
        entity: word("entity_id_or_slug"),
        period: None,
        task_id: args.run.clone(),
        accept: accepted(asked),
    };
    let mut document =
        capabilities.submit_file(file, &submission).await.map_err(|error| Stop::new(error.to_string()))?;
    if let Some(fields) = document.as_object_mut() {
        fields.insert("tenant_slug".to_owned(), json!(word("tenant_id_or_slug")));
        if let Some(actor) = &args.actor {
            fields.insert("actor".to_owned(), json!({ "id": actor, "roles": args.roles }));
        }
    }
    let signal =
        Some(word("signal_name")).filter(|name| !name.is_empty()).unwrap_or_else(|| "document_submitted".to_owned());
    let target = Some(word("signal_task_id")).filter(|id| !id.is_empty()).unwrap_or_else(|| args.run.clone());
    runs.signal(&target, &signal, &document).await.map_err(remote::stop)?;
    terminal::out(&format!("{document}\n"));
    store.close().await;
    Ok(())
}
