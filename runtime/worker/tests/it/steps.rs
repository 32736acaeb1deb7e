//! The real capabilities, watched: each attempt and each effect is noted in a file, and a run can be held before or after a call.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use ntro_capabilities::{CapabilityError, Settings, Store};
use ntro_machine::Json;
use ntro_worker::serve::{BundleCapabilities, Serve, Served};

use crate::effects::Effects;

/// Serves the calls of the examples with the real capabilities, and those of the tests' own runbooks with [`Effects`].
pub struct Steps {
    real: BundleCapabilities,
    effects: Effects,
    folder: PathBuf,
}

/// A call of a run: `WORKFLOW STEP:ROUND`, the same for all attempts and on any worker.
pub fn name(call: &Served) -> String {
    let key = &call.context.idempotency_key;
    let place = key.split_once(':').map_or(&**key, |(_, place)| place);
    format!("{} {place}", call.context.workflow_id)
}

impl Steps {
    pub async fn open(folder: &Path) -> Steps {
        let store = Store::open(folder.join("ntro.db")).await.unwrap();
        let settings = Settings::new(folder, folder.join("storage"));
        Steps {
            real: BundleCapabilities::new(store, folder.join("bundles"), settings),
            effects: Effects::new(folder),
            folder: folder.to_owned(),
        }
    }

    fn note(&self, what: &str, call: &str) {
        let path = self.folder.join("steps.log");
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        // One write, so that lines of several calls do not mix.
        file.write_all(format!("{what} {call}\n").as_bytes()).unwrap();
    }

    /// Waits here for ever if this is where the run is to be held.
    async fn hold(&self, place: &str, call: &str) {
        let holds = std::fs::read_to_string(self.folder.join("holds")).unwrap_or_default();
        let here = format!("{place} {call}");
        // The number at the end may be left out.
        let step = here.rsplit_once(':').map_or(&*here, |(step, _)| step);
        if holds.lines().any(|line| line == here || line == step) {
            self.note("held", &here);
            while self.folder.join("holds").exists() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

#[async_trait]
impl Serve for Steps {
    async fn serve(&self, call: Served) -> Result<Json, CapabilityError> {
        let name = name(&call);
        self.note("attempt", &name);
        self.hold("before", &name).await;
        let own = matches!(&*call.capability, "flaky.run" | "fast.run");
        let result = if own { self.effects.serve(call).await } else { self.real.serve(call).await };
        if result.is_ok() {
            self.note("effect", &name);
        }
        self.hold("after", &name).await;
        result
    }
}

/// What has been noted of one kind, `attempt`, `effect` or `held`, without repetitions.
pub fn noted(folder: &Path, what: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(folder.join("steps.log")).unwrap_or_default();
    let mine = text.lines().filter_map(|line| line.strip_prefix(what)?.strip_prefix(' '));
    mine.map(str::to_owned).collect()
}
