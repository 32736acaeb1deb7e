//! What happened, kept: the audit table and `.ntro/runs/RUN.jsonl`, line by line as it happens, so that a process that is killed loses nothing.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use ntro_store::{AuditEntry, Store};
use serde_json::{Value as Json, json};

use crate::project::shown;
use crate::stop::Stop;

/// Where everything is written down.
pub(crate) struct Audit {
    store: Store,
    lines: Option<File>,
    /// Where the lines lie.
    pub(crate) path: PathBuf,
    trace: Option<File>,
    told: bool,
}

impl Audit {
    /// Opens the files.
    pub(crate) fn open(store: Store, folder: &Path, run: &str, trace: Option<&Path>) -> Result<Audit, Stop> {
        let name: String =
            run.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
        let path = folder.join(format!("{name}.jsonl"));
        let failed =
            |path: &Path, error: std::io::Error| Stop::new(format!("{} cannot be written: {error}", shown(path)));
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        let lines = File::options().create(true).append(true).open(&path).map_err(|error| failed(&path, error))?;
        let trace = trace.map(|trace| File::create(trace).map_err(|error| failed(trace, error))).transpose()?;
        Ok(Audit { store, lines: Some(lines), path, trace, told: false })
    }

    /// Writes down an event of a run.
    pub(crate) async fn event(&mut self, run: &str, event: &ntro_harness::Event) {
        let at = event.at.to_string();
        self.line(&json!({ "at": at, "run": run, "event": event.name, "step": event.step, "data": event.data }));
        let actor = ["by", "actor"].iter().find_map(|key| {
            let value = event.data.get(key)?;
            value.as_str().or_else(|| value.get("id")?.as_str()).map(str::to_owned)
        });
        let entry = AuditEntry {
            at,
            task_id: run.to_owned(),
            step: event.step.clone(),
            actor,
            event: event.name.clone(),
            detail: event.data.clone(),
        };
        if let Err(error) = self.store.audit(&entry).await {
            self.tell_once(&format!("the audit trail cannot be kept: {error}"));
        }
    }

    /// Writes down something besides events: calls, answers, the end.
    pub(crate) fn line(&mut self, line: &Json) {
        let text = format!("{line}\n");
        let mut failed = None;
        if let Some(file) = &mut self.lines
            && let Err(error) = file.write_all(text.as_bytes())
        {
            failed = Some(error.to_string());
        }
        if let Some(file) = &mut self.trace
            && let Err(error) = file.write_all(text.as_bytes())
        {
            failed = Some(error.to_string());
        }
        if let Some(error) = failed {
            self.tell_once(&format!("{} cannot be written: {error}", shown(&self.path)));
        }
    }

    /// Writes to the trace alone: what only a developer wants to see.
    pub(crate) fn detail(&mut self, line: &Json) {
        if let Some(file) = &mut self.trace
            && let Err(error) = file.write_all(format!("{line}\n").as_bytes())
        {
            let error = format!("the trace cannot be written: {error}");
            self.tell_once(&error);
        }
    }

    fn tell_once(&mut self, problem: &str) {
        if !self.told {
            self.told = true;
            errln!("warning: {problem}");
        }
    }
}
