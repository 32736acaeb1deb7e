//! The one door to all capabilities.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ntro_ir::{CallContext, CallOptions};
use ntro_store::{NewDocument, Store};
use serde_json::{Value as Json, json};

use crate::call::Call;
use crate::read::Readers;
use crate::{Accept, CapabilityError, Settings, builtin, content_type, process};

/// All capabilities of a project. Cheap to clone; all clones share one store.
#[derive(Clone)]
pub struct Capabilities {
    host: Arc<Host>,
}

/// What every capability finds.
pub(crate) struct Host {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) readers: Readers,
}

/// What a file is submitted for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Submission {
    /// What the submitter names it; the file's name without its ending where empty.
    pub source: String,
    /// The entity; `default` where empty.
    pub entity: String,
    /// The period as text, if any.
    pub period: Option<String>,
    /// The run that it is submitted to.
    pub task_id: String,
    /// What may be submitted.
    pub accept: Accept,
}

impl Capabilities {
    /// The capabilities of the project in `settings.bundle`.
    ///
    /// # Errors
    /// The project's folder does not exist.
    pub fn new(store: Store, settings: Settings) -> Result<Self, CapabilityError> {
        if !settings.bundle.is_dir() {
            let message = format!("the project's folder {} does not exist", settings.bundle.display());
            return Err(CapabilityError::new("no_project", message));
        }
        Ok(Capabilities { host: Arc::new(Host { store, settings, readers: Readers::new() }) })
    }

    /// The store that everything is kept in.
    pub fn store(&self) -> &Store {
        &self.host.store
    }

    /// The names of the built-in capabilities, sorted.
    pub fn names() -> Vec<&'static str> {
        builtin::names()
    }

    /// Calls a capability; `args` is an object by parameter name. Dropping the future cancels the call: a program is killed, a
    /// write is done wholly or not at all. At most one attempt: retries are the caller's.
    ///
    /// # Errors
    /// The capability's own failures, and `no_worker`, `unknown_capability`, `invalid_argument`, `timeout`.
    pub async fn call(
        &self,
        capability: &str,
        args: Json,
        context: &CallContext,
        options: &CallOptions,
    ) -> Result<Json, CapabilityError> {
        let args = match args {
            Json::Object(args) => args,
            Json::Null => serde_json::Map::new(),
            _ => return Err(CapabilityError::argument(format!("`{capability}` takes its arguments by name"))),
        };
        let call = Call { host: &self.host, capability, args, context, options };
        let Ok(within) = u64::try_from(options.within_ms) else { return self.dispatch(&call).await };
        if within == 0 {
            return self.dispatch(&call).await;
        }
        match tokio::time::timeout(Duration::from_millis(within), self.dispatch(&call)).await {
            Ok(result) => result,
            Err(_) => {
                let message = format!("`{capability}` did not answer within {}", duration(within));
                Err(CapabilityError::new("timeout", message).retry())
            }
        }
    }

    async fn dispatch(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        if let Some(program) = &call.options.program {
            return process::run_capability(call, program).await;
        }
        if let Some(queue) = &call.options.queue {
            let message = format!(
                "`{}` is served by workers on the queue \"{queue}\"; there are none in a local run. Declare a `program:` for it, \
                 or mock it in a scenario",
                call.capability
            );
            return Err(CapabilityError::new("no_worker", message));
        }
        match builtin::find(call.capability) {
            Some(capability) => capability.call(call).await,
            None => {
                let message = format!(
                    "nothing serves `{}` here: it is not built in, and its declaration names neither a `program:` nor a `queue:`",
                    call.capability
                );
                Err(CapabilityError::new("unknown_capability", message))
            }
        }
    }

    /// Puts a file of this machine into the store: checks its size before it is read, finds out what it is, and gives what a
    /// `document_submitted` signal carries: `{document_ref, filename, content_type, source, size_bytes, entity_slug}`.
    ///
    /// # Errors
    /// There is no such file, it cannot be read, it is too large, or `not_accepted`: another kind of file is asked for.
    pub async fn submit_file(&self, path: &Path, submission: &Submission) -> Result<Json, CapabilityError> {
        let filename = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let unreadable = |error: std::io::Error| {
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
                std::io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
                _ => error.to_string(),
            };
            CapabilityError::new("unreadable_file", format!("{}: {reason}", path.display()))
        };
        let meta = tokio::fs::metadata(path).await.map_err(unreadable)?;
        if !meta.is_file() {
            return Err(CapabilityError::new("unreadable_file", format!("{}: it is not a file", path.display())));
        }
        submission.accept.check_size(&filename, meta.len())?;
        self.host.store.check_document_size(&filename, meta.len())?;
        let bytes = tokio::fs::read(path).await.map_err(unreadable)?;
        self.submit_bytes(&filename, None, bytes, submission).await
    }

    /// The same for content that is already at hand, such as an upload over HTTP.
    ///
    /// # Errors
    /// It is too large, `not_accepted`, or the store fails.
    pub async fn submit_bytes(
        &self,
        filename: &str,
        content_type: Option<&str>,
        bytes: Vec<u8>,
        submission: &Submission,
    ) -> Result<Json, CapabilityError> {
        let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
        let stem = Path::new(filename).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let content_type = match content_type {
            Some(given) if !given.is_empty() && given != "application/octet-stream" => given.to_owned(),
            _ => content_type::of(filename, &bytes).to_owned(),
        };
        submission.accept.check_size(filename, bytes.len() as u64)?;
        submission.accept.check_kind(filename, &content_type, &bytes)?;
        let document = self
            .host
            .store
            .put_document(NewDocument {
                filename: filename.to_owned(),
                content_type,
                source: or(&submission.source, &stem),
                entity: or(&submission.entity, "default"),
                period: submission.period.clone(),
                task_id: submission.task_id.clone(),
                bytes,
            })
            .await?;
        Ok(json!({
            "document_ref": document.document_ref, "filename": document.filename, "content_type": document.content_type,
            "source": document.source, "size_bytes": document.size_bytes, "entity_slug": document.entity_slug,
        }))
    }
}

impl std::fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Capabilities").field("settings", &self.host.settings).finish_non_exhaustive()
    }
}

/// A limit as people write it.
pub(crate) fn duration(ms: u64) -> String {
    match ms {
        ms if ms % 3_600_000 == 0 => format!("{}h", ms / 3_600_000),
        ms if ms % 60_000 == 0 => format!("{}m", ms / 60_000),
        ms if ms % 1_000 == 0 => format!("{}s", ms / 1_000),
        ms => format!("{ms}ms"),
    }
}
