//! Bundles: deployed versions of runbooks, as folders.
//!
//! `<bundles>/<runbook>/<version>/` holds `manifest.json`, `program.json` (the canonical IR), `source_map.json` and `files/`: the
//! project's sources, programs, templates and data. `<bundles>/<runbook>/current` names the version that new runs take. A bundle is
//! written beside its place and moved there in one step, so that no worker ever sees half of one, and is never changed afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ntro_ir::{Digest, Program, SourceMap};
use ntro_machine::{Json, Tenants};
use serde::{Deserialize, Serialize};

/// The version of the form of a bundle.
const FORMAT: u32 = 1;
/// The most files of one bundle.
const MOST_FILES: usize = 10_000;
/// The most bytes of one bundle.
const MOST_BYTES: usize = 200_000_000;

/// What is in a bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the form of a bundle.
    pub format: u32,
    /// The runbook's name.
    pub runbook: String,
    /// What people read.
    pub title: String,
    /// The version, as the runbook says it.
    pub version: String,
    /// The digest of the program, as hex.
    pub digest: String,
    /// The digest of its input and output types, as hex.
    pub interface: String,
    /// The version of the IR.
    pub ir_version: u32,
    /// The configuration: overrides of the defaults.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub config: Json,
    /// What tenants and their entities override in it.
    #[serde(default, skip_serializing_if = "Tenants::is_empty")]
    pub tenants: Tenants,
    /// Whether somebody without a name may act; the worker's own setting where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous: Option<bool>,
    /// Holidays besides Saturday and Sunday.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<jiff::civil::Date>,
    /// The time zone's IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The tenant, where a start does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The project's files under `files/`, with their digests.
    pub files: BTreeMap<String, String>,
    /// When it was deployed.
    pub deployed_at: jiff::Timestamp,
}

/// What is to be deployed.
#[derive(Debug, Clone)]
pub struct Deployment<'a> {
    /// The program.
    pub program: &'a Program,
    /// Where its operations stand in the text.
    pub source_map: &'a SourceMap,
    /// The version; the program's own where absent.
    pub version: Option<String>,
    /// The configuration.
    pub config: Json,
    /// See [`Manifest::tenants`].
    pub tenants: Tenants,
    /// See [`Manifest::anonymous`].
    pub anonymous: Option<bool>,
    /// See [`Manifest::holidays`].
    pub holidays: Vec<jiff::civil::Date>,
    /// See [`Manifest::zone`].
    pub zone: Option<String>,
    /// See [`Manifest::tenant`].
    pub tenant: Option<String>,
    /// The project's files by their paths with `/`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Now.
    pub at: jiff::Timestamp,
}

/// What deploying did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    /// The version.
    pub version: String,
    /// The digest of the program.
    pub digest: Digest,
    /// Where it lies.
    pub folder: PathBuf,
    /// Whether it is new; else the same was there already.
    pub new: bool,
    /// The version that new runs took before, where that was another one.
    pub before: Option<String>,
}

/// How what is to be deployed stands against what is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The version is not deployed.
    New,
    /// It is, with the same content.
    Same,
    /// It is, with another content: deploying it would be refused.
    OtherContent,
}

/// Why a bundle could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The name or version cannot be a folder.
    #[error(
        "`{0}` cannot be deployed: a {1} consists of letters, digits, `.`, `-`, `_` and `+`, and begins with a letter or a digit"
    )]
    Name(String, &'static str),
    /// The same version exists with something else in it.
    #[error(
        "version {version} of `{runbook}` is deployed already with another content ({there}, now {now}): runs may depend on it. \
         Give this one another version"
    )]
    OtherContent {
        /// The runbook.
        runbook: String,
        /// The version.
        version: String,
        /// The digest that is there, shortened.
        there: String,
        /// The digest that was to be deployed, shortened.
        now: String,
    },
    /// A file's path leads out of the bundle, or there is too much.
    #[error("{0}")]
    Refused(String),
    /// The disk said no.
    #[error("{path}: {error}")]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// What lies there is no bundle, or was changed.
    #[error("the bundle {folder} {what}")]
    Damaged {
        /// Which.
        folder: PathBuf,
        /// What is wrong.
        what: String,
    },
}

/// Whether a text can be a folder of its own and nothing else.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 100
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
}

/// Says what [`deploy`] would do. Nothing is written.
///
/// # Errors
/// A name cannot be a folder, or what is there cannot be read.
pub fn compare(bundles: &Path, what: &Deployment<'_>) -> Result<Standing, BundleError> {
    let version = version_of(what)?;
    let folder = bundles.join(&what.program.name).join(version);
    if !folder.exists() {
        return Ok(Standing::New);
    }
    let now = manifest(what, version, ntro_ir::digest(what.program))?;
    Ok(if is_same(&read_manifest(&folder)?, &now) { Standing::Same } else { Standing::OtherContent })
}

/// Whether both hold the same for a run. The texts of runbooks do not count beside the digest of the program that they gave: a comment,
/// a scenario or a binding in the same file asks for no new version.
fn is_same(there: &Manifest, now: &Manifest) -> bool {
    let plain = |manifest: &Manifest| {
        let mut files = manifest.files.clone();
        files.retain(|path, _| !path.ends_with(".ntro"));
        Manifest { files, deployed_at: now.deployed_at, ..manifest.clone() }
    };
    plain(there) == plain(now)
}

/// The version, once it and the name can be folders.
fn version_of<'a>(what: &'a Deployment<'_>) -> Result<&'a str, BundleError> {
    let own = if what.program.version.is_empty() { "0.0.0" } else { &what.program.version };
    let version = what.version.as_deref().unwrap_or(own);
    for (text, kind) in [(&*what.program.name, "runbook's name"), (version, "version")] {
        if !is_name(text) {
            return Err(BundleError::Name(text.to_owned(), kind));
        }
    }
    Ok(version)
}

/// Writes a bundle and makes it the one that new runs take. The same content again changes nothing.
///
/// # Errors
/// The version exists with another content, a name cannot be a folder, or the disk refuses.
pub fn deploy(bundles: &Path, what: &Deployment<'_>) -> Result<Deployed, BundleError> {
    let program = what.program;
    let version = version_of(what)?;
    let digest = ntro_ir::digest(program);
    let manifest = manifest(what, version, digest)?;
    let runbook = bundles.join(&program.name);
    let folder = runbook.join(version);
    let before = current(bundles, &program.name).filter(|before| before != version);
    let deployed = |new| Deployed { version: version.to_owned(), digest, folder: folder.clone(), new, before };
    if folder.exists() {
        let there = read_manifest(&folder)?;
        if !is_same(&there, &manifest) {
            return Err(BundleError::OtherContent {
                runbook: program.name.clone(),
                version: version.to_owned(),
                there: content_id(&there),
                now: content_id(&manifest),
            });
        }
        make_current(&runbook, version)?;
        return Ok(deployed(false));
    }
    fs::create_dir_all(&runbook).map_err(|error| BundleError::Io { path: runbook.clone(), error })?;
    let half = runbook.join(format!(".{version}.{}", std::process::id()));
    let written = write(&half, what, &manifest)
        .and_then(|()| fs::rename(&half, &folder).map_err(|error| BundleError::Io { path: folder.clone(), error }));
    if written.is_err() {
        // What was written so far is of no use to anybody.
        fs::remove_dir_all(&half).ok();
    }
    written?;
    make_current(&runbook, version)?;
    Ok(deployed(true))
}

/// A short name of all that a bundle holds.
fn content_id(manifest: &Manifest) -> String {
    let mut plain = manifest.clone();
    plain.deployed_at = jiff::Timestamp::UNIX_EPOCH;
    let text = serde_json::to_string(&plain).unwrap_or_default();
    blake3::hash(text.as_bytes()).to_hex().chars().take(12).collect()
}

fn manifest(what: &Deployment<'_>, version: &str, digest: Digest) -> Result<Manifest, BundleError> {
    if what.files.len() > MOST_FILES {
        return Err(BundleError::Refused(format!("the project has more than {MOST_FILES} files")));
    }
    let mut bytes = 0_usize;
    let mut files = BTreeMap::new();
    for (path, content) in &what.files {
        let inside = !path.is_empty()
            && path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']));
        if !inside {
            return Err(BundleError::Refused(format!("the file `{path}` does not lie in the project")));
        }
        bytes = bytes.saturating_add(content.len());
        if bytes > MOST_BYTES {
            return Err(BundleError::Refused(format!("the project has more than {MOST_BYTES} bytes of files")));
        }
        files.insert(path.clone(), blake3::hash(content).to_hex().to_string());
    }
    Ok(Manifest {
        format: FORMAT,
        runbook: what.program.name.clone(),
        title: what.program.title.clone(),
        version: version.to_owned(),
        digest: digest.to_string(),
        interface: what.program.interface().to_string(),
        ir_version: what.program.ir_version,
        config: what.config.clone(),
        tenants: what.tenants.clone(),
        anonymous: what.anonymous,
        holidays: what.holidays.clone(),
        zone: what.zone.clone(),
        tenant: what.tenant.clone(),
        files,
        deployed_at: what.at,
    })
}

fn write(folder: &Path, what: &Deployment<'_>, manifest: &Manifest) -> Result<(), BundleError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| BundleError::Io { path, error }
    };
    let refused = |error: String| BundleError::Refused(error);
    fs::remove_dir_all(folder).ok();
    fs::create_dir_all(folder).map_err(io(folder))?;
    let files = folder.join("files");
    fs::create_dir_all(&files).map_err(io(&files))?;
    for (path, content) in &what.files {
        let path = files.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io(parent))?;
        }
        write_file(&path, content)?;
    }
    let program = ntro_ir::canonical::program_json(what.program).map_err(|error| refused(error.message))?;
    let map = serde_json::to_vec(what.source_map).map_err(|error| refused(error.to_string()))?;
    let manifest = serde_json::to_vec_pretty(manifest).map_err(|error| refused(error.to_string()))?;
    write_file(&folder.join("program.json"), program.as_bytes())?;
    write_file(&folder.join("source_map.json"), &map)?;
    write_file(&folder.join("manifest.json"), &manifest)
}

/// Writes a file and waits until the disk has it.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), BundleError> {
    use std::io::Write as _;
    let written = fs::File::create(path).and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()));
    written.map_err(|error| BundleError::Io { path: path.to_owned(), error })
}

fn make_current(runbook: &Path, version: &str) -> Result<(), BundleError> {
    let half = runbook.join(format!(".current.{}", std::process::id()));
    let path = runbook.join("current");
    write_file(&half, version.as_bytes())?;
    fs::rename(&half, &path).map_err(|error| BundleError::Io { path, error })
}

/// The version that new runs take.
pub fn current(bundles: &Path, runbook: &str) -> Option<String> {
    let text = fs::read_to_string(bundles.join(runbook).join("current")).ok()?;
    Some(text.trim().to_owned()).filter(|version| is_name(version))
}

/// All runbooks that are deployed, sorted.
///
/// # Errors
/// The folder cannot be read. One that does not exist holds none.
pub fn runbooks(bundles: &Path) -> Result<Vec<String>, BundleError> {
    names(bundles)
}

/// All versions of a runbook that are deployed, sorted by their text.
///
/// # Errors
/// The folder cannot be read. One that does not exist holds none.
pub fn versions(bundles: &Path, runbook: &str) -> Result<Vec<String>, BundleError> {
    names(&bundles.join(runbook))
}

fn names(folder: &Path) -> Result<Vec<String>, BundleError> {
    let io = |error| BundleError::Io { path: folder.to_owned(), error };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(io)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_name(&name) && entry.path().is_dir() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Reads what a bundle says of itself.
///
/// # Errors
/// It cannot be read, or is of a form that this version does not know.
pub fn read_manifest(folder: &Path) -> Result<Manifest, BundleError> {
    let path = folder.join("manifest.json");
    let text = fs::read(&path).map_err(|error| BundleError::Io { path, error })?;
    let damaged = |what: String| BundleError::Damaged { folder: folder.to_owned(), what };
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| damaged(format!("has a manifest that cannot be read: {error}")))?;
    if manifest.format != FORMAT {
        return Err(damaged(format!("has the form {}; this version knows {FORMAT}", manifest.format)));
    }
    Ok(manifest)
}

/// Reads the program of a bundle, as its canonical JSON, and checks that it is the one that was deployed.
///
/// # Errors
/// It cannot be read, is no program, or was changed since.
pub fn read_program(folder: &Path, manifest: &Manifest) -> Result<(Program, String), BundleError> {
    let path = folder.join("program.json");
    let text = fs::read_to_string(&path).map_err(|error| BundleError::Io { path, error })?;
    let damaged = |what: String| BundleError::Damaged { folder: folder.to_owned(), what };
    let program =
        Program::from_json(text.as_bytes()).map_err(|error| damaged(format!("cannot be used: {}", error.message)))?;
    let digest = ntro_ir::digest(&program);
    if digest.to_string() != manifest.digest {
        let (there, said) = (digest.short(), manifest.digest.get(..12).unwrap_or(&manifest.digest));
        return Err(damaged(format!("was changed after it was deployed: its digest is {there}, not {said}")));
    }
    Ok((program, text))
}

/// Reads where the operations of a bundle's program stand in the text.
///
/// # Errors
/// It cannot be read.
pub fn read_source_map(folder: &Path) -> Result<SourceMap, BundleError> {
    let path = folder.join("source_map.json");
    let text = fs::read(&path).map_err(|error| BundleError::Io { path: path.clone(), error })?;
    serde_json::from_slice(&text).map_err(|error| BundleError::Damaged {
        folder: folder.to_owned(),
        what: format!("has a source map that cannot be read: {error}"),
    })
}
