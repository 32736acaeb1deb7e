//! A run as its history tells it: replayed here, so that nobody has to answer and nothing can hang.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use ntro_ir::{Program, SourceMap};
use ntro_machine::{Event, Machine};
use ntro_worker::bundle;
use ntro_worker::client::{End, Runs, end_of};
use ntro_worker::programs::Recorded;
use ntro_worker::replay::{Replay, replay};

use crate::remote;
use crate::stop::Stop;

/// A run's past.
pub(crate) struct Past {
    /// The replay.
    pub(crate) replay: Replay,
    /// How it ended, if it has.
    pub(crate) end: Option<End>,
}

impl Past {
    /// Fetches a history and replays it.
    pub(crate) async fn of(runs: &Runs, id: &str) -> Result<Past, Stop> {
        let history = runs.history(id).await.map_err(remote::stop)?;
        let end = end_of(&history).ok();
        let replay = replay(history, id, Arc::new(Recorded::default())).await.map_err(unreplayable)?;
        Ok(Past { replay, end })
    }

    /// The machine, where the history goes far enough to have one.
    pub(crate) fn machine(&self) -> Option<&Machine> {
        self.replay.machine.as_ref()
    }

    /// All events, in order.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.replay.activations.iter().flat_map(|activation| &activation.events)
    }

    /// When each block was last entered, and when it last ended, by its path.
    pub(crate) fn times(&self) -> BTreeMap<String, (Option<Timestamp>, Option<Timestamp>)> {
        let mut times: BTreeMap<String, (Option<Timestamp>, Option<Timestamp>)> = BTreeMap::new();
        for event in self.events() {
            let path = event.step.split('~').next().unwrap_or_default();
            let of = times.entry(path.to_owned()).or_default();
            match event.name.as_str() {
                "step.entered" => *of = (Some(event.at), None),
                "step.completed" | "step.skipped" | "step.failed" | "step.cancelled" => of.1 = Some(event.at),
                _ => {}
            }
        }
        times
    }
}

/// Why a history cannot be replayed at all.
pub(crate) fn unreplayable(error: impl std::fmt::Display) -> Stop {
    Stop::new(format!("the history cannot be replayed: {error}"))
}

/// The source map of the bundle whose program this is.
pub(crate) fn source_map(bundles: &Path, program: &Program) -> Option<SourceMap> {
    let digest = ntro_ir::digest(program).to_string();
    let versions = bundle::versions(bundles, &program.name).ok()?.into_iter();
    let mut folders = versions.map(|version| bundles.join(&program.name).join(version));
    let folder =
        folders.find(|folder| bundle::read_manifest(folder).is_ok_and(|manifest| manifest.digest == digest))?;
    bundle::read_source_map(&folder).ok()
}

/// `FILE:LINE` of the block that an address names.
pub(crate) fn place(program: &Program, source: Option<&SourceMap>, address: &str) -> Option<String> {
    let path = address.split('~').next().unwrap_or(address);
    let index = program.blocks.iter().position(|block| block.path == path)?;
    let place = source?.blocks.get(&u32::try_from(index).ok()?)?;
    let file = source?.files.get(usize::try_from(place.file).ok()?)?;
    Some(format!("{file}:{}", place.line))
}
