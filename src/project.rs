//! Finding a project: its root, its `ntro.yaml` and its files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use ntro_compiler::hands::{Alone, Hands};
use ntro_compiler::{Checked, Diagnostic, Sources, hands};
use ntro_lsp::ManyHands;
use serde::Deserialize;

use crate::stop::Stop;
use crate::{cache, overrides, suggest, terminal, yaml};

/// The name of the settings file.
pub(crate) const SETTINGS: &str = "ntro.yaml";
/// The largest runbook file.
pub(crate) const LARGEST_FILE: u64 = 4_000_000;
/// How many files a project may have.
pub(crate) const MOST_FILES: usize = 10_000;
/// How deep folders may lie in one another.
const MOST_FOLDERS: usize = 32;
/// How many files are read one after the other.
const READ_ALONE: usize = 32;

/// What `ntro.yaml` may say. Everything is optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The project's name.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// The database file, relative to the project; `.ntro/ntro.db`.
    #[serde(default)]
    pub(crate) database: Option<PathBuf>,
    /// The folder of documents and generated files; `.ntro/storage`.
    #[serde(default)]
    pub(crate) storage: Option<PathBuf>,
    /// Whether somebody without a name may act. Where the project does not say, `ntroc run` and `ntroc dev` allow it and
    /// `ntroc worker` does not.
    #[serde(default)]
    pub(crate) anonymous: Option<Anonymous>,
    /// The IANA name of the time zone.
    #[serde(default)]
    pub(crate) zone: Option<serde_saphyr::Spanned<String>>,
    /// The tenant.
    #[serde(default)]
    pub(crate) tenant: Option<String>,
    /// Days that are no working days, besides Saturday and Sunday.
    #[serde(default)]
    pub(crate) holidays: Vec<serde_saphyr::Spanned<String>>,
    /// The configuration of runbooks, by their names.
    #[serde(default)]
    pub(crate) config: overrides::Configs,
    /// What tenants and their entities override in it.
    #[serde(default)]
    pub(crate) tenants: BTreeMap<String, Option<overrides::Tenant>>,
    /// The runbook that `ntroc run` takes where several could be meant.
    #[serde(default)]
    pub(crate) run: Option<serde_saphyr::Spanned<String>>,
}

/// Whether somebody without a name may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Anonymous {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

impl Settings {
    fn check(&self, file: &str) -> Result<(), Stop> {
        if let Some(zone) = &self.zone
            && jiff::tz::TimeZone::get(&zone.value).is_err()
        {
            let at = zone.referenced;
            return Err(Stop::new(format!(
                "{file}:{}:{}: there is no time zone `{}`",
                at.line(),
                at.column(),
                zone.value
            ))
            .help("write a name such as `Europe/London` or `UTC`"));
        }
        for day in &self.holidays {
            if day.value.parse::<jiff::civil::Date>().is_err() {
                let at = day.referenced;
                return Err(Stop::new(format!("{file}:{}:{}: `{}` is no date", at.line(), at.column(), day.value))
                    .help("write a date such as `2026-12-25`"));
            }
        }
        Ok(())
    }

    /// Whether they say anything of the configuration of runbooks.
    fn has_configs(&self) -> bool {
        !self.config.is_empty() || !self.tenants.is_empty()
    }

    /// The holidays as dates.
    pub(crate) fn holidays(&self) -> Vec<jiff::civil::Date> {
        self.holidays.iter().filter_map(|day| day.value.parse().ok()).collect()
    }
}

/// A project.
#[derive(Debug)]
pub(crate) struct Project {
    /// Its folder.
    pub(crate) root: PathBuf,
    /// What `ntro.yaml` says.
    pub(crate) settings: Settings,
    /// Its text, where there is one.
    pub(crate) settings_text: Option<Arc<str>>,
    /// Its `.ntro` files by path relative to the folder.
    pub(crate) sources: Sources,
    /// Which of them the person named: all, where the path was a folder above them.
    pub(crate) wanted: BTreeSet<String>,
}

impl Project {
    /// The project that a file or a folder belongs to.
    pub(crate) fn of(path: &Path) -> Result<Project, Stop> {
        let meta = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        let mut absolute = std::path::absolute(path).map_err(|error| unreadable(path, &error))?;
        if absolute.components().any(|part| part == Component::ParentDir) {
            // The folders above `a/../b` are those above `b`.
            absolute = std::fs::canonicalize(&absolute).map_err(|error| unreadable(path, &error))?;
        }
        let folder = if meta.is_dir() { absolute.clone() } else { parent(&absolute) };
        let settings_file = settings_above(&folder);
        let root = settings_file.as_deref().map_or_else(|| folder.clone(), parent);
        if meta.is_file() && path.extension().is_none_or(|extension| extension != "ntro") {
            return Err(Stop::new(format!("{} is no runbook: its name does not end in .ntro", path.display()))
                .help("name a `.ntro` file or the folder of a project"));
        }
        let (settings, settings_text) = match &settings_file {
            Some(file) => read_settings(file).map(|(settings, text)| (settings, Some(text)))?,
            None => (Settings::default(), None),
        };
        let sources = collect(&root)?;
        let below = relative(&root, &absolute);
        let wanted = sources.keys().filter(|file| is_below(file, &below)).cloned().collect();
        Ok(Project { root, settings, settings_text, sources, wanted })
    }

    /// Checks the project.
    pub(crate) fn check(&self) -> Checked {
        let mut checked = self.check_files();
        self.look_around(&mut checked);
        checked
    }

    /// The same for those who want to know only what is wrong: where these very files were checked before, they are not checked again.
    /// Programs may be missing.
    pub(crate) fn messages(&self, cached: bool) -> Checked {
        // Settings of runbooks are compared with programs, which are not kept.
        let place = Some(&self.sources).filter(|_| cached && !self.settings.has_configs()).and_then(cache::place);
        let mut checked = place.as_ref().and_then(cache::Place::look).unwrap_or_else(|| {
            let checked = self.check_files();
            place.iter().for_each(|place| place.keep(&checked));
            checked
        });
        self.look_around(&mut checked);
        checked
    }

    fn check_files(&self) -> Checked {
        terminal::while_waiting(&format!("checking {} files …", self.sources.len()), || {
            ntro_compiler::check_with(&self.sources, &ManyHands)
        })
    }

    /// Whether what is wrong with a file concerns whoever named files of the project. What its settings say concerns everybody.
    pub(crate) fn is_wanted(&self, file: &str) -> bool {
        file == SETTINGS || self.wanted.contains(file)
    }

    /// Reports what lies around the runbooks and does not go with them: files that scenarios take from the project and that are not
    /// there, and settings of runbooks that do not fit them.
    pub(crate) fn look_around(&self, checked: &mut Checked) {
        if let Some(text) = &self.settings_text {
            self.settings.check_configs(text, checked);
        }
        for (path, place) in std::mem::take(&mut checked.samples) {
            // A path that leads out of the project names no file of it.
            let inside = Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
            let tried = [path.clone(), format!("inputs/{path}")];
            if !inside || !tried.iter().any(|path| self.root.join(path).is_file()) {
                checked.diagnostics.push(ntro_compiler::missing_sample(&path, place, &tried, self.beside(&path)));
            }
        }
        ntro_compiler::report::sort(&mut checked.diagnostics);
    }

    /// The files that lie where a sample was looked for, each as a scenario would name it.
    fn beside(&self, sample: &str) -> Vec<String> {
        let folder = Path::new(sample).parent().unwrap_or(Path::new(""));
        if !folder.components().all(|part| matches!(part, Component::Normal(_))) {
            return Vec::new();
        }
        let folders = [self.root.join(folder), self.root.join("inputs").join(folder)];
        let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        let files = entries.filter_map(Result::ok).take(1_000).filter(|entry| entry.path().is_file());
        files.map(|entry| folder.join(entry.file_name()).to_string_lossy().replace('\\', "/")).collect()
    }

    /// The diagnostics and the files with paths that lead there from where the person is.
    pub(crate) fn displayed(&self, diagnostics: &[Diagnostic]) -> (Vec<Diagnostic>, Sources) {
        let sources = self.sources.iter().map(|(file, text)| (self.display(file), text.clone()));
        let settings = self.settings_text.iter().map(|text| (self.display(SETTINGS), text.clone()));
        let sources = sources.chain(settings).collect();
        let diagnostics = diagnostics.iter().cloned().map(|mut diagnostic| {
            diagnostic.place.file = self.display(&diagnostic.place.file);
            for (place, _) in &mut diagnostic.related {
                place.file = self.display(&place.file);
            }
            for edit in &mut diagnostic.fix {
                edit.place.file = self.display(&edit.place.file);
            }
            diagnostic
        });
        (diagnostics.collect(), sources)
    }

    /// The path of a file of the project as the person can open it from where they are.
    pub(crate) fn display(&self, file: &str) -> String {
        shown(&self.root.join(file))
    }

    /// Where the database lies.
    pub(crate) fn database(&self) -> PathBuf {
        self.root.join(self.settings.database.clone().unwrap_or_else(|| ".ntro/ntro.db".into()))
    }

    /// Where generated files lie.
    pub(crate) fn storage(&self) -> PathBuf {
        self.root.join(self.settings.storage.clone().unwrap_or_else(|| ".ntro/storage".into()))
    }
}

/// A path as short as it can be from where the person is.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    for (up, above) in here.ancestors().take(3).enumerate() {
        // A path from the root of the file system is as short as one with all the `..` that lead there.
        if let Ok(below) = path.strip_prefix(above)
            && (up == 0 || above.parent().is_some())
        {
            let short: PathBuf = std::iter::repeat_n(Component::ParentDir, up).chain(below.components()).collect();
            return if short.as_os_str().is_empty() { ".".to_owned() } else { short.display().to_string() };
        }
    }
    path.display().to_string()
}

/// Why a file cannot be read.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Stop {
    let shown = path.display();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            let stop = Stop::new(format!("there is no file or folder {shown}"));
            match neighbour(path) {
                Some(meant) => stop.help(format!("did you mean {meant}?")),
                None => stop,
            }
        }
        std::io::ErrorKind::PermissionDenied => {
            Stop::new(format!("{shown} may not be read")).help("look at its permissions")
        }
        std::io::ErrorKind::IsADirectory => Stop::new(format!("{shown} is a folder, not a file")),
        _ => Stop::new(format!("{shown} cannot be read: {error}")),
    }
}

fn neighbour(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let folder = parent(path);
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    let names: Vec<String> = std::fs::read_dir(&folder)
        .ok()?
        .take(1_000)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        // A link that leads nowhere has the very name.
        .filter(|other| other != name)
        .collect();
    let meant = suggest::nearest(name, names.iter().map(String::as_str))?;
    Some(path.with_file_name(meant).display().to_string())
}

/// Reads a text file; other encodings than UTF-8 are an error that names the place.
pub(crate) fn read_text(path: &Path, largest: u64) -> Result<String, Stop> {
    let meta = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if meta.is_dir() {
        return Err(Stop::new(format!("{} is a folder, not a file", path.display())));
    }
    if meta.len() > largest {
        let message = format!("{} has {} bytes; at most {largest} are read", path.display(), meta.len());
        return Err(Stop::new(message));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Stop::new(format!("{}:1:1: this is UTF-16 text, and UTF-8 is read", shown(path)))
            .help("save the file with the encoding UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(before.get(start..).unwrap_or_default()).chars().count() + 1;
        Stop::new(format!("{}:{line}:{column}: this is no UTF-8 text", shown(path)))
            .help("save the file with the encoding UTF-8")
    })
}

pub(crate) fn read_settings(file: &Path) -> Result<(Settings, Arc<str>), Stop> {
    let text = read_text(file, 1_000_000)?;
    Ok((settings_of(&text, file)?, text.into()))
}

/// What a settings file says where its text is this.
pub(crate) fn settings_of(text: &str, file: &Path) -> Result<Settings, Stop> {
    let name = shown(file);
    // An empty file, or one of comments, says nothing, and that is allowed.
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Settings::default());
    }
    let settings: Settings = yaml::read(text, &name)?;
    settings.check(&name)?;
    Ok(settings)
}

/// What a walk through a project comes upon.
pub(crate) enum Entry {
    /// A `.ntro` file.
    Runbook(PathBuf),
    /// Another file.
    Other(PathBuf),
    /// A folder that is not looked into, and why.
    Closed(Stop),
}

/// Goes through the files of a folder and below. A folder with its own `ntro.yaml` is a project of its own.
pub(crate) fn walk(folder: &Path, depth: usize, visit: &mut dyn FnMut(Entry) -> Result<(), Stop>) -> Result<(), Stop> {
    if depth > MOST_FOLDERS {
        return visit(Entry::Closed(Stop::new(format!(
            "{} lies too deep: more than {MOST_FOLDERS} folders in one another",
            folder.display()
        ))));
    }
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return visit(Entry::Closed(unreadable(folder, &error))),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Ok(kind) = std::fs::symlink_metadata(&path).map(|meta| meta.file_type()) else { continue };
        // Links to folders are not followed, so that a ring of them does not matter.
        if kind.is_dir() {
            if !is_skipped(&name) && !path.join(SETTINGS).is_file() {
                walk(&path, depth + 1, visit)?;
            }
        } else if path.is_file() {
            visit(if name.ends_with(".ntro") { Entry::Runbook(path) } else { Entry::Other(path) })?;
        }
    }
    Ok(())
}

/// Whether no project looks for files in a folder with this name.
pub(crate) fn is_skipped(folder: &str) -> bool {
    folder.starts_with('.') || folder == "target" || folder == "node_modules"
}

/// The settings of the project that a folder lies in: the nearest, from the folder upwards.
pub(crate) fn settings_above(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|above| above.join(SETTINGS)).find(|file| file.is_file())
}

/// All `.ntro` files of a project.
fn collect(root: &Path) -> Result<Sources, Stop> {
    let mut paths = Vec::new();
    walk(root, 0, &mut |entry| {
        match entry {
            Entry::Closed(why) => return Err(why),
            Entry::Other(_) => {}
            Entry::Runbook(_) if paths.len() >= MOST_FILES => {
                return Err(Stop::new(format!("{} has more than {MOST_FILES} .ntro files", root.display())));
            }
            Entry::Runbook(path) => paths.push(path),
        }
        Ok(())
    })?;
    // To begin a thread takes longer than to read a few files.
    let hands: &dyn Hands = if paths.len() <= READ_ALONE { &Alone } else { &ManyHands };
    let texts = hands::map(hands, paths.len(), |at| paths.get(at).map(|path| read_text(path, LARGEST_FILE)));
    // Of several files that cannot be read, the first is told, whichever was tried first.
    let files = paths.iter().zip(texts.into_iter().flatten());
    files.map(|(path, text)| Ok((relative(root, path), Arc::from(text?)))).collect()
}

/// The folders below a path that are projects of their own, the path itself included where it is none.
pub(crate) fn projects_in(path: &Path) -> Result<Vec<PathBuf>, Stop> {
    let meta = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    let mut found = vec![path.to_path_buf()];
    if meta.is_dir() {
        nested(path, 0, &mut found);
    }
    Ok(found)
}

fn nested(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    if depth > MOST_FOLDERS {
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path()))
        .collect();
    folders.sort();
    for path in folders {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_skipped(&name) {
            continue;
        }
        if path.join(SETTINGS).is_file() {
            found.push(path.clone());
        }
        nested(&path, depth + 1, found);
    }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// A path below the root, with `/`; `.` parts are left out.
pub(crate) fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts = below.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn is_below(file: &str, folder: &str) -> bool {
    folder.is_empty() || file == folder || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
