//! Programs: found in bundles for new runs, decoded from histories for all, and shared by their content.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ntro_ir::{IR_VERSION, Program};
use ntro_machine::{Json, config_for, whose};

use crate::bundle::{self, BundleError, Manifest};
use crate::marker::{HABITS, Ir, Marker, ProgramRequest};
use crate::run::{Decode, over_given};

mod bound;

/// How many decoded programs are kept. A worker rarely has more versions in flight; the oldest are forgotten and decoded again.
const KEPT: usize = 500;

/// The programs of a worker.
#[derive(Debug)]
pub struct Programs {
    bundles: PathBuf,
    anonymous: bool,
    /// Whether the namespace knows our search attributes.
    search: std::sync::atomic::AtomicBool,
    /// By the digest of what is recorded, so that a damaged record can never stand for a sound one.
    decoded: Mutex<HashMap<[u8; 32], Arc<Program>>>,
    /// The markers of bundles, by their folder and digest: packing a program takes longer than finding it.
    packed: Mutex<HashMap<(PathBuf, String), Marker>>,
}

/// Why no program was found.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// Nothing of that name is deployed.
    #[error("there is no runbook for the workflow type `{asked}` in {bundles}; {known}. Deploy it with `ntroc deploy`")]
    Unknown {
        /// The workflow type.
        asked: String,
        /// Where was looked.
        bundles: PathBuf,
        /// What is there.
        known: String,
    },
    /// The version is not deployed.
    #[error("version {version} of `{runbook}` is not deployed; there are {known}")]
    UnknownVersion {
        /// The runbook.
        runbook: String,
        /// The version that was asked for.
        version: String,
        /// What is there.
        known: String,
    },
    /// No deployed version has the interface that the parent was checked against.
    #[error(
        "no deployed version of `{runbook}` takes the input and gives the result that the run which starts it was checked \
         against. Deploy one that does, or deploy the parent anew"
    )]
    OtherInterface {
        /// The runbook.
        runbook: String,
    },
    /// A binding cannot start this run.
    #[error("the binding `{name}` cannot be used: {why}")]
    Binding {
        /// The binding.
        name: String,
        /// Why not.
        why: String,
    },
    /// A bundle cannot be used.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

impl Programs {
    /// The programs in a folder of bundles. `anonymous`: whether somebody without a name may act where a bundle does not say.
    pub fn new(bundles: impl Into<PathBuf>, anonymous: bool) -> Programs {
        Programs {
            bundles: bundles.into(),
            anonymous,
            search: std::sync::atomic::AtomicBool::new(false),
            decoded: Mutex::default(),
            packed: Mutex::default(),
        }
    }

    /// Where the bundles lie.
    pub fn folder(&self) -> &Path {
        &self.bundles
    }

    /// Says whether the namespace knows our search attributes: runs that begin from now on tell theirs.
    pub fn set_search(&self, known: bool) {
        self.search.store(known, std::sync::atomic::Ordering::Relaxed);
    }

    /// Finds the program of a new run. Blocks on the disk, shortly.
    ///
    /// # Errors
    /// There is none, or its bundle cannot be used. A later attempt may find it.
    pub fn find(&self, request: &ProgramRequest) -> Result<Marker, ProgramError> {
        if let Some(bound) = &request.binding {
            let (marker, manifest) = self.bound(bound, request)?;
            return Ok(configured(marker, &manifest, request));
        }
        let runbook = self.runbook_of(&request.runbook)?;
        let (folder, manifest) = match (&request.version, &request.interface) {
            (Some(version), _) => self.pinned(&runbook, version)?,
            (None, Some(interface)) => self.with_interface(&runbook, interface)?,
            (None, None) => self.newest(&runbook)?,
        };
        let marker = self.marker(&folder, &manifest)?;
        Ok(configured(marker, &manifest, request))
    }

    /// Reads every bundle once, so that what is broken is said when a worker starts. Gives what is sound: runbook, version, digest.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn load(&self) -> Result<(Vec<Manifest>, Vec<ProgramError>), BundleError> {
        let (mut sound, mut broken) = (Vec::new(), Vec::new());
        for runbook in bundle::runbooks(&self.bundles)? {
            match self.newest(&runbook).and_then(|(folder, manifest)| self.marker(&folder, &manifest).map(|_| manifest))
            {
                Ok(manifest) => sound.push(manifest),
                Err(error) => broken.push(error),
            }
        }
        Ok((sound, broken))
    }

    /// The runbook of a workflow type: its name, or the alias that existing clients use.
    fn runbook_of(&self, workflow_type: &str) -> Result<String, ProgramError> {
        if bundle::is_name(workflow_type) && self.bundles.join(workflow_type).is_dir() {
            return Ok(workflow_type.to_owned());
        }
        let known = bundle::runbooks(&self.bundles)?;
        if let Some(runbook) = known.iter().find(|runbook| alias(runbook) == workflow_type) {
            return Ok(runbook.clone());
        }
        let known = if known.is_empty() { "none is there".to_owned() } else { format!("there are {}", listed(&known)) };
        Err(ProgramError::Unknown { asked: workflow_type.to_owned(), bundles: self.bundles.clone(), known })
    }

    fn pinned(&self, runbook: &str, version: &str) -> Result<(PathBuf, Manifest), ProgramError> {
        let folder = self.bundles.join(runbook).join(version);
        if !bundle::is_name(version) || !folder.is_dir() {
            let known = listed(&bundle::versions(&self.bundles, runbook)?);
            return Err(ProgramError::UnknownVersion {
                runbook: runbook.to_owned(),
                version: version.to_owned(),
                known,
            });
        }
        let manifest = bundle::read_manifest(&folder)?;
        Ok((folder, manifest))
    }

    fn newest(&self, runbook: &str) -> Result<(PathBuf, Manifest), ProgramError> {
        match bundle::current(&self.bundles, runbook) {
            Some(version) => self.pinned(runbook, &version),
            None => {
                let version = "current".to_owned();
                let known = listed(&bundle::versions(&self.bundles, runbook)?);
                Err(ProgramError::UnknownVersion { runbook: runbook.to_owned(), version, known })
            }
        }
    }

    fn with_interface(&self, runbook: &str, interface: &str) -> Result<(PathBuf, Manifest), ProgramError> {
        let (folder, manifest) = self.newest(runbook)?;
        if manifest.interface == interface {
            return Ok((folder, manifest));
        }
        let mut fitting = Vec::new();
        for version in bundle::versions(&self.bundles, runbook)? {
            let (folder, manifest) = self.pinned(runbook, &version)?;
            if manifest.interface == interface {
                fitting.push((folder, manifest));
            }
        }
        let newest = fitting.into_iter().max_by_key(|(_, manifest)| manifest.deployed_at);
        newest.ok_or_else(|| ProgramError::OtherInterface { runbook: runbook.to_owned() })
    }

    fn marker(&self, folder: &Path, manifest: &Manifest) -> Result<Marker, ProgramError> {
        let key = (folder.to_owned(), manifest.digest.clone());
        let search = self.search.load(std::sync::atomic::Ordering::Relaxed);
        if let Some(marker) = lock(&self.packed).get(&key) {
            return Ok(Marker { search, ..marker.clone() });
        }
        let (_, json) = bundle::read_program(folder, manifest)?;
        let marker = Marker {
            digest: manifest.digest.clone(),
            runbook: manifest.runbook.clone(),
            version: manifest.version.clone(),
            ir: Ir::pack(&json),
            config: manifest.config.clone(),
            anonymous: manifest.anonymous.unwrap_or(self.anonymous),
            holidays: manifest.holidays.clone(),
            zone: manifest.zone.clone(),
            tenant: manifest.tenant.clone(),
            entity: None,
            input: Json::Null,
            search,
            habits: HABITS,
        };
        let mut packed = lock(&self.packed);
        if packed.len() >= KEPT {
            packed.clear();
        }
        packed.insert(key, marker.clone());
        Ok(marker)
    }
}

/// The marker with the configuration of whoever the run is for. It is worked out here, once: the history keeps what came of it.
fn configured(marker: Marker, manifest: &Manifest, request: &ProgramRequest) -> Marker {
    let input = over_given(marker.input.clone(), request.naming.clone());
    let said = |start: &Option<String>, given: &Option<String>| start.as_ref().or(given.as_ref()).cloned();
    let (tenant, entity) = (said(&request.tenant, &marker.tenant), said(&request.entity, &marker.entity));
    let (tenant, entity) = whose(&input, tenant.as_deref(), entity.as_deref());
    Marker { config: config_for(&marker.config, &manifest.tenants, &tenant, &entity), ..marker }
}

/// The same for histories alone: no bundles are needed to decode what is recorded.
#[derive(Debug, Default)]
pub struct Recorded {
    decoded: Mutex<HashMap<[u8; 32], Arc<Program>>>,
}

impl Decode for Recorded {
    fn decode(&self, marker: &Marker) -> Result<Arc<Program>, String> {
        decode(&self.decoded, marker)
    }
}

impl Decode for Programs {
    fn decode(&self, marker: &Marker) -> Result<Arc<Program>, String> {
        decode(&self.decoded, marker)
    }
}

fn decode(known: &Mutex<HashMap<[u8; 32], Arc<Program>>>, marker: &Marker) -> Result<Arc<Program>, String> {
    let key = *blake3::hash(marker.ir.packed().as_bytes()).as_bytes();
    if let Some(program) = lock(known).get(&key) {
        return Ok(Arc::clone(program));
    }
    let json = marker.ir.unpack()?;
    let version = serde_json::from_slice::<Json>(&json).ok().and_then(|json| json.get("ir_version")?.as_u64());
    if let Some(version) = version.filter(|version| *version > u64::from(IR_VERSION)) {
        return Err(format!(
            "it is of IR version {version} and this worker knows up to {IR_VERSION}. Start a newer worker"
        ));
    }
    let program = Program::from_json(&json).map_err(|error| error.message)?;
    let digest = ntro_ir::digest(&program).to_string();
    if digest != marker.digest {
        return Err(format!("its digest is {digest}, and the history says {}", marker.digest));
    }
    let program = Arc::new(program);
    let mut known = lock(known);
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(key, Arc::clone(&program));
    Ok(program)
}

/// A panic of another thread leaves these maps as they were: each change is one call.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// `document-ingest` → `DocumentIngestWorkflow`, the type that existing clients start.
pub fn alias(runbook: &str) -> String {
    let mut name: String = runbook
        .split('-')
        .flat_map(|part| {
            let mut chars = part.chars();
            chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars)
        })
        .collect();
    name.push_str("Workflow");
    name
}
