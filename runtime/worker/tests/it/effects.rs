//! Capabilities that note each of their effects in a file, where another process can count them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use ntro_capabilities::CapabilityError;
use ntro_machine::Json;
use ntro_worker::serve::{Serve, Served};

/// Adds one to `n`. `n` of 13 is refused for good; `n` of 100 fails twice before it succeeds; `n` of 500 takes half a second.
pub struct Effects {
    folder: PathBuf,
}

impl Effects {
    pub fn new(folder: &Path) -> Effects {
        Effects { folder: folder.to_owned() }
    }
}

#[async_trait]
impl Serve for Effects {
    async fn serve(&self, call: Served) -> Result<Json, CapabilityError> {
        let n = call.args["n"].as_i64().unwrap();
        let note = |what: &str| {
            let path = self.folder.join("effects.log");
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
            // One write a line: several calls append at the same time.
            file.write_all(format!("{what} {}\n", call.context.idempotency_key).as_bytes()).unwrap();
        };
        note("attempt");
        match n {
            13 => return Err(CapabilityError::new("unlucky", "thirteen is refused")),
            100 if call.attempt < 3 => return Err(CapabilityError::new("down", "not yet").retry()),
            500 => tokio::time::sleep(std::time::Duration::from_millis(500)).await,
            _ => {}
        }
        note("effect");
        Ok(Json::from(n + 1))
    }
}

/// How often each key had an effect.
pub fn effects(folder: &Path) -> BTreeMap<String, usize> {
    count(folder, "effect ")
}

/// How often each key was tried.
pub fn attempts(folder: &Path) -> BTreeMap<String, usize> {
    count(folder, "attempt ")
}

fn count(folder: &Path, what: &str) -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(folder.join("effects.log")).unwrap_or_default();
    let mut counts = BTreeMap::new();
    for key in text.lines().filter_map(|line| line.strip_prefix(what)) {
        *counts.entry(key.to_owned()).or_default() += 1;
    }
    counts
}
