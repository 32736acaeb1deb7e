//! What the capabilities are set up with.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::{AgentAdapter, Offline, Provider};

/// Where things lie and who does what.
#[derive(Clone)]
pub struct Settings {
    /// The project's folder: programs, templates, data files.
    pub bundle: PathBuf,
    /// The folder of `storage.write` and `storage.read`; made when it is first written to.
    pub storage: PathBuf,
    /// Who reads documents for `ai.extract`.
    pub provider: Arc<dyn Provider>,
    /// Who reaches agents, besides the kind `program`, which is always there. A later one of the same kind replaces it.
    pub agents: Vec<Arc<dyn AgentAdapter>>,
    /// `PATH` for programs of the project: the only variable that they are given.
    pub path: OsString,
    /// What is refused or cut.
    pub limits: Limits,
}

impl Settings {
    /// Settings with the offline provider, no agents but programs, and the usual limits.
    pub fn new(bundle: impl Into<PathBuf>, storage: impl Into<PathBuf>) -> Settings {
        Settings {
            bundle: bundle.into(),
            storage: storage.into(),
            provider: Arc::new(Offline),
            agents: Vec::new(),
            path: std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into()),
            limits: Limits::default(),
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("bundle", &self.bundle)
            .field("storage", &self.storage)
            .field("provider", &self.provider.name())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What is refused or cut. Sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest document that is read into cells and text.
    pub parse_bytes: u64,
    /// The most cells that are read; the rest is cut and `truncated` says so.
    pub cells: usize,
    /// The longest plain text; the rest is cut and `truncated` says so.
    pub plain_text_bytes: usize,
    /// The most pages of a PDF that are read; the rest is cut and `truncated` says so.
    pub pages: usize,
    /// How long reading one document may take.
    pub parse_time: Duration,
    /// The most that a program may print as its answer.
    pub program_output_bytes: usize,
    /// How much of the end of a program's error output a failure shows.
    pub program_stderr_bytes: usize,
    /// The largest file of `storage.write`, `storage.read`, `documents.store` and `documents.text`.
    pub storage_bytes: u64,
    /// The largest document that a template may make.
    pub template_bytes: usize,
    /// How many steps a template may take.
    pub template_fuel: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            parse_bytes: 50_000_000,
            cells: 200_000,
            plain_text_bytes: 400_000,
            pages: 500,
            parse_time: Duration::from_secs(60),
            program_output_bytes: 8_000_000,
            program_stderr_bytes: 4_096,
            storage_bytes: 10_000_000,
            template_bytes: 4_000_000,
            template_fuel: 5_000_000,
        }
    }
}
