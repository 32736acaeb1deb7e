//! `ntroc replay`: a run once more, from its history.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ntro_ir::SourceMap;
use ntro_worker::programs::Recorded;
use ntro_worker::replay::{Replay, replay};
use ntro_worker::{bundle, history_json};

use crate::project::read_text;
use crate::remote::{self, Places, Server};
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// The largest history file, in bytes.
const LARGEST: u64 = 200_000_000;

/// Runs a history again and prints what happened, step by step
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc replay ingest-1
  temporal workflow show -w ingest-1 --output json > h.json && ntroc replay h.json

The program comes from the history itself; where its bundle is at hand, each step is shown with its line of the source.
Exit codes: 0 history and program agree · 1 they do not, and where · 2 there is no such run or file")]
pub(super) struct Args {
    /// The run's id, or a history file as Temporal's CLI and UI write it
    run: String,
    /// Save the history to a file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let file = Path::new(&args.run);
        let history = if file.is_file() {
            let text = read_text(file, LARGEST)?;
            history_json::read(&text).map_err(|error| Stop::new(format!("{}: {error}", args.run)))?
        } else {
            args.server.runs().await?.history(&args.run).await.map_err(remote::stop)?
        };
        if let Some(save) = &args.save {
            let text = history_json::write(&history).map_err(|error| Stop::new(error.to_string()))?;
            std::fs::write(save, text).map_err(|error| Stop::new(format!("{}: {error}", save.display())))?;
        }
        let replay = replay(history, &args.run, Arc::new(Recorded::default()))
            .await
            .map_err(|error| Stop::new(format!("the history cannot be replayed: {error}")))?;
        terminal::out(&told(&replay, source_of(&replay, &args.places).as_ref()));
        match replay.problem {
            None => Ok(DONE),
            Some(problem) => Err(Stop { code: PROBLEMS, ..Stop::new(problem) }),
        }
    })
}

/// The source map of the bundle whose program has the digest that ran.
fn source_of(replay: &Replay, places: &Places) -> Option<SourceMap> {
    let machine = replay.machine.as_ref()?;
    let digest = ntro_ir::digest(machine.program()).to_string();
    let bundles = places.bundles(Path::new("."));
    let runbook = &machine.program().name;
    let folder =
        bundle::versions(&bundles, runbook).ok()?.into_iter().map(|version| bundles.join(runbook).join(version));
    let mut fitting =
        folder.filter(|folder| bundle::read_manifest(folder).is_ok_and(|manifest| manifest.digest == digest));
    bundle::read_source_map(&fitting.next()?).ok()
}

fn told(replay: &Replay, source: Option<&SourceMap>) -> String {
    let mut text = String::new();
    let place = |path: &str| -> Option<String> {
        let blocks = &replay.machine.as_ref()?.program().blocks;
        let path = path.split('~').next().unwrap_or(path);
        let index = blocks.iter().position(|block| block.path == path)?;
        let place = source?.blocks.get(&u32::try_from(index).ok()?)?;
        let file = source?.files.get(usize::try_from(place.file).ok()?)?;
        Some(format!("{file}:{}", place.line))
    };
    for activation in &replay.activations {
        for event in &activation.events {
            let at = activation.at.strftime("%Y-%m-%d %H:%M:%S");
            let place = place(&event.step).map(|place| format!("  {place}")).unwrap_or_default();
            let data = if event.data.as_object().is_some_and(serde_json::Map::is_empty) {
                String::new()
            } else {
                format!("  {}", event.data)
            };
            text.push_str(&format!("{at}  {}  {}{place}{data}\n", event.name, event.step));
        }
    }
    text
}
