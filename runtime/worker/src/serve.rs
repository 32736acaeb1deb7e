//! What our activities do: calls of capabilities, each with the files of the bundle that its run came from.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ntro_capabilities::Store;
use ntro_capabilities::{Capabilities, CapabilityError, Settings};
use ntro_ir::{CallContext, CallOptions};
use ntro_machine::Json;

use crate::bundle;

/// What is wrong with this worker and not with a call: a full disk, a bundle that somebody has moved away.
const OURS: [&str; 2] = ["store", "no_bundle"];
/// How long is waited before it is tried again.
const PAUSE: Duration = Duration::from_secs(5);

/// One attempt of a call.
#[derive(Debug, Clone)]
pub struct Served {
    /// The capability.
    pub capability: String,
    /// The arguments, an object by parameter name.
    pub args: Json,
    /// Who asks, and under which key.
    pub context: CallContext,
    /// How it is reached.
    pub options: CallOptions,
    /// `RUNBOOK/VERSION`: the bundle of the run's program; empty where another SDK's workflow calls.
    pub bundle: String,
    /// The attempt, from 1.
    pub attempt: u32,
}

/// Serves calls. Dropping the future cancels the call.
#[async_trait]
pub trait Serve: Send + Sync + 'static {
    /// Performs one attempt.
    async fn serve(&self, call: Served) -> Result<Json, CapabilityError>;

    /// Keeps a large value, as JSON, and gives its reference; nothing where values are not kept, and then it goes through the history.
    async fn keep(&self, _json: String) -> Result<Option<String>, CapabilityError> {
        Ok(None)
    }

    /// The value of a reference that [`Serve::keep`] has given.
    async fn kept(&self, reference: &str) -> Result<Json, CapabilityError> {
        Err(CapabilityError::new("unknown_value", format!("the value {reference} is not in the store of this worker")))
    }
}

/// Serves calls with the built-in capabilities and the programs of bundles.
pub struct BundleCapabilities {
    store: Store,
    bundles: PathBuf,
    /// What all bundles share; its `bundle` is replaced by each one's files.
    settings: Settings,
    open: Mutex<HashMap<String, Capabilities>>,
}

impl BundleCapabilities {
    /// Capabilities of the bundles in a folder, with one store for all.
    pub fn new(store: Store, bundles: impl Into<PathBuf>, settings: Settings) -> BundleCapabilities {
        BundleCapabilities { store, bundles: bundles.into(), settings, open: Mutex::default() }
    }

    fn of(&self, bundle: &str) -> Result<Capabilities, CapabilityError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(capabilities) = open.get(bundle) {
            return Ok(capabilities.clone());
        }
        let folder = match bundle.split_once('/') {
            Some((runbook, version)) if bundle::is_name(runbook) && bundle::is_name(version) => {
                self.bundles.join(runbook).join(version).join("files")
            }
            // Called from a workflow that is not ours: there are no files, only what is built in.
            _ => self.bundles.clone(),
        };
        if !folder.is_dir() {
            let message = format!(
                "the bundle {bundle} is not in {} any more: put it back, or deploy that version again",
                self.bundles.display()
            );
            return Err(CapabilityError::new("no_bundle", message).retry());
        }
        let settings = Settings { bundle: folder, ..self.settings.clone() };
        let capabilities = Capabilities::new(self.store.clone(), settings)?;
        open.insert(bundle.to_owned(), capabilities.clone());
        Ok(capabilities)
    }
}

#[async_trait]
impl Serve for BundleCapabilities {
    async fn serve(&self, call: Served) -> Result<Json, CapabilityError> {
        loop {
            let answer = match self.of(&call.bundle) {
                Ok(capabilities) => {
                    capabilities.call(&call.capability, call.args.clone(), &call.context, &call.options).await
                }
                Err(error) => Err(error),
            };
            match answer {
                // Nothing of that is the run's fault, and its attempts are few: it waits until somebody has mended it. A quick
                // call would hold back all else.
                Err(error) if error.retryable && OURS.contains(&&*error.kind) && !call.options.quick => {
                    tracing::warn!("a call of `{}` waits: {}", call.capability, error.message);
                    tokio::time::sleep(PAUSE).await;
                }
                answer => return answer,
            }
        }
    }

    async fn keep(&self, json: String) -> Result<Option<String>, CapabilityError> {
        Ok(Some(self.store.put_value(json).await?))
    }

    async fn kept(&self, reference: &str) -> Result<Json, CapabilityError> {
        let value = self.store.get_value(reference).await?;
        value.ok_or_else(|| {
            let message =
                format!("the value {reference} is not in the store. Was the run begun with another database?");
            // Another worker may have the right one.
            CapabilityError::new("unknown_value", message).retry()
        })
    }
}
