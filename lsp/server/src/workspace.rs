//! Projects come and go: found in the folders that are open, read by the pool, checked after each change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ls_types::{MessageType, TextDocumentSyncKind, Uri};
use ntro_ide::Analysis;
use serde_json::{Value as Json, json};

use crate::answer::{Answer, Failure};
use crate::client::Delivery;
use crate::diagnostics::{self, OfFile};
use crate::disk::{Files, SETTINGS};
use crate::documents::LARGEST;
use crate::paths;
use crate::pool;
use crate::project::{Home, Kind, LANGUAGE, Project};
use crate::server::{Asked, Event, Server};
use crate::settings::SECTION;
use crate::snapshot::Open;

/// How many projects are looked at.
const MOST_PROJECTS: usize = 1_000;
/// How much of their files is kept, in bytes; of a folder with more, the rest is left out and the person told so.
const MOST_TEXT: usize = 256_000_000;
/// How many sentences about what was left out are shown.
const MOST_SENTENCES: usize = 5;

impl Server {
    /// Finds the projects of the folders that are open.
    pub(crate) fn look_for_projects(&mut self) {
        self.plan = self.number();
        self.looking = 0;
        for folder in self.client.folders.clone() {
            self.looking += 1;
            let (disk, events, plan) = (self.disk.clone(), self.events.clone(), self.plan);
            self.pool.spawn(move || {
                let found = pool::guarded(|| {
                    let own = disk.project_of(&folder, &[]).unwrap_or_else(|| folder.clone());
                    let below = disk.projects_below(&folder);
                    std::iter::once(own).chain(below).collect()
                });
                events.send(Event::Found { plan, roots: found.unwrap_or_default() }).ok();
            });
        }
    }

    /// Begins anew, after folders or settings files have come or gone: which file belongs to which project may be another.
    pub(crate) fn plan_anew(&mut self) {
        for (_, uri) in std::mem::take(&mut self.told) {
            self.publish(uri, None, Vec::new());
        }
        for key in self.projects.keys().cloned().collect::<Vec<_>>() {
            self.end_progress(&key);
        }
        self.projects.clear();
        for path in self.documents.keys().cloned().collect::<Vec<_>>() {
            self.settle(&path);
        }
        self.look_for_projects();
        self.unpark();
    }

    /// The projects of a folder are known.
    pub(crate) fn found(&mut self, plan: u64, roots: Vec<PathBuf>) {
        if plan != self.plan {
            return;
        }
        self.looking = self.looking.saturating_sub(1);
        if roots.len() > MOST_PROJECTS {
            self.warn(&format!(
                "There are {} projects in this folder; {MOST_PROJECTS} of them are looked at.",
                roots.len()
            ));
        }
        for root in roots.into_iter().take(MOST_PROJECTS) {
            self.ensure(&root, Kind::Folder);
        }
        self.unpark();
    }

    /// Makes a project, unless there is one, and has its files read.
    fn ensure(&mut self, key: &Path, kind: Kind) {
        if self.projects.contains_key(key) {
            return;
        }
        let serial = self.number();
        self.projects.insert(key.to_path_buf(), Project::new(serial, kind, key));
        if kind == Kind::Folder {
            self.begin_progress(key);
            self.load(key);
        }
    }

    /// Has the files of a project read, again where they were before.
    pub(crate) fn load(&mut self, key: &Path) {
        let (disk, events) = (self.disk.clone(), self.events.clone());
        let Some(project) = self.project(key).filter(|project| project.kind == Kind::Folder) else { return };
        if project.load.running {
            project.load.again = true;
            return;
        }
        project.load.running = true;
        let (key, serial) = (key.to_path_buf(), project.serial);
        self.pool.spawn(move || {
            let files = pool::guarded(|| disk.files(&key));
            let files = files.unwrap_or_else(|fault| Files { left_out: vec![fault], ..Files::default() });
            events.send(Event::Loaded { key, serial, files }).ok();
        });
    }

    /// The files of a project have been read. What is open is as the client has it, whatever the disk says.
    pub(crate) fn loaded(&mut self, key: &Path, serial: u64, mut files: Files) {
        let Some(project) = self.project(key).filter(|project| project.serial == serial) else { return };
        project.load.running = false;
        let first = !std::mem::replace(&mut project.load.done, true);
        let mut kept = 0;
        for (file, text) in files.texts.iter().filter(|(file, _)| !project.open.contains_key(*file)) {
            kept += text.len();
            if kept > MOST_TEXT {
                let sentence = format!(
                    "There is more than {} MB of text; {file} and what follows is left out.",
                    MOST_TEXT / 1_000_000
                );
                files.left_out.push(sentence);
                break;
            }
            project.host.set_file(file, text.clone());
        }
        let analysis = project.host.analysis();
        let gone =
            analysis.paths().filter(|file| !files.texts.contains_key(*file) && !project.open.contains_key(*file));
        for file in gone.map(str::to_owned).collect::<Vec<_>>() {
            project.set_text(&file, None);
        }
        project.host.set_other_files(files.others);
        let again = std::mem::take(&mut project.load.again);
        if first && !files.left_out.is_empty() {
            self.warn(&left_out(&files.left_out));
        }
        if again {
            self.load(key);
        }
        if self.client.delivery == Delivery::Pull {
            self.end_progress(key);
            self.refresh();
        } else {
            self.check(key);
        }
        self.unpark();
    }

    /// Where a document belongs.
    fn home(&self, path: &Path, uri: &Uri) -> Home {
        let alone = || {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            Home { project: path.to_path_buf(), kind: Kind::Alone, file: name }
        };
        if !paths::is_file(uri) {
            return alone();
        }
        if let Some(file) = self.disk.language_name(path) {
            return Home { project: PathBuf::from(LANGUAGE), kind: Kind::Language, file };
        }
        let Some(root) = self.disk.project_of(path, &self.client.folders) else { return alone() };
        match paths::below(&root, path) {
            Some(file) => Home { project: root, kind: Kind::Folder, file },
            None => alone(),
        }
    }

    /// Brings a document that is open, or has changed, into its project.
    pub(crate) fn settle(&mut self, path: &Path) {
        let Some(document) = self.documents.get(path) else { return };
        let home = self.home(path, &document.uri);
        if let Some(document) = self.documents.get_mut(path) {
            document.home = home.clone();
        }
        if is_strange_settings(&home) {
            return;
        }
        self.ensure(&home.project, home.kind);
        self.tell_host(path);
    }

    /// Gives a document's text to its project, and has it checked.
    pub(crate) fn tell_host(&mut self, path: &Path) {
        let Some(document) = self.documents.get(path).filter(|document| !is_strange_settings(&document.home)) else {
            return;
        };
        let (key, file) = (document.home.project.clone(), document.home.file.clone());
        let open = Open { uri: document.uri.clone(), version: document.version };
        let too_large = document.is_too_large().then_some(document.text.len());
        let text = document.text.clone();
        if let Some(project) = self.project(&key) {
            project.set_open(&file, Some(open.clone()));
            project.set_text(&file, if too_large.is_none() { Some(text) } else { None });
            // Of the settings the client is told by every check.
            if file != SETTINGS {
                project.check.wanted.insert(file);
            }
        }
        if let Some(bytes) = too_large.filter(|_| self.client.delivery == Delivery::Push) {
            self.told.insert(path.to_path_buf(), open.uri.clone());
            self.publish(open.uri, Some(open.version), vec![diagnostics::too_large(bytes, LARGEST)]);
        }
        self.check(&key);
    }

    /// Has a project checked, and the client told what is wrong now. While that is under way, a change only notes that it must be done again: so
    /// the client is told as soon as can be, and nothing piles up while somebody types.
    pub(crate) fn check(&mut self, key: &Path) {
        let pull = self.client.delivery == Delivery::Pull;
        let Some(project) = self.projects.get_mut(key) else { return };
        if pull || !project.load.done || project.kind == Kind::Language {
            return;
        }
        if project.check.running {
            project.check.again = true;
            return;
        }
        project.check.running = true;
        project.check.again = false;
        let wanted = std::mem::take(&mut project.check.wanted);
        let (told, serial, key) = (project.check.told.clone(), project.serial, key.to_path_buf());
        let Some(snapshot) = self.snapshot(&key) else { return };
        let events = self.events.clone();
        self.pool.spawn(move || {
            let found = pool::guarded(|| diagnostics::changed(&snapshot, told.as_ref(), &wanted));
            let found = found.unwrap_or_else(|fault| Err(Failure::Fault(fault)));
            let analysis = snapshot.analysis;
            let wanted: Vec<String> = wanted.into_iter().collect();
            // What has just been opened waits for it once, and not the first keystroke.
            pool::guarded(|| wanted.iter().for_each(|path| analysis.prepare(path))).ok();
            events.send(Event::Checked { key, serial, analysis, wanted, found }).ok();
        });
    }

    /// A project has been checked.
    pub(crate) fn checked(
        &mut self,
        key: &Path,
        serial: u64,
        analysis: Analysis,
        wanted: Vec<String>,
        found: Answer<Vec<OfFile>>,
    ) {
        let Some(project) = self.project(key).filter(|project| project.serial == serial) else { return };
        project.check.running = false;
        let stale = analysis.is_cancelled();
        match found {
            Ok(found) if !stale => {
                let before = project.check.told.replace(analysis);
                let wanted: BTreeSet<String> = wanted.into_iter().collect();
                for of in found {
                    let is_wanted = wanted.contains(&of.path);
                    self.tell(key, of, is_wanted);
                }
                self.end_progress(key);
                // It holds the trees of all that was edited since: nobody waits until they are given back.
                self.pool.spawn(move || drop(before));
            }
            Ok(_) | Err(Failure::Stale) => {
                // The text has changed since; the next check tells about these files.
                project.check.wanted.extend(wanted);
                project.check.again = true;
            }
            Err(failure) => {
                let (_, message) = failure.parts();
                self.log(&message);
                self.end_progress(key);
            }
        }
        if self.project(key).is_some_and(|project| project.check.again) {
            self.check(key);
        }
    }

    /// Tells the client what is wrong in one file.
    fn tell(&mut self, key: &Path, of: OfFile, wanted: bool) {
        let Some(project) = self.projects.get(key) else { return };
        let open = project.open.get(&of.path).cloned();
        let path = match (&open, &project.root) {
            (Some(open), _) => paths::path(&open.uri),
            (None, Some(root)) => root.join(&of.path),
            // A document that stood alone and is closed.
            (None, None) => return,
        };
        if self.documents.get(&path).is_some_and(|document| document.is_too_large()) {
            return;
        }
        let Some(uri) = open.as_ref().map(|open| open.uri.clone()).or_else(|| paths::uri(&path)) else { return };
        let before =
            if of.diagnostics.is_empty() { self.told.remove(&path) } else { self.told.insert(path, uri.clone()) };
        // The client has opened the file under another address than it was told before.
        if let Some(before) = before.as_ref().filter(|before| **before != uri) {
            self.publish(before.clone(), None, Vec::new());
        }
        if wanted || before.is_some() || !of.diagnostics.is_empty() {
            self.publish(uri, open.map(|open| open.version), of.diagnostics);
        }
    }

    /// Takes back what was said of a file.
    pub(crate) fn untell(&mut self, path: &Path) {
        if let Some(uri) = self.told.remove(path) {
            self.publish(uri, None, Vec::new());
        }
    }

    fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<ls_types::Diagnostic>) {
        let params = ls_types::PublishDiagnosticsParams { uri, diagnostics, version };
        self.notify("textDocument/publishDiagnostics", serde_json::to_value(params).unwrap_or_default());
    }

    /// Has the client ask again for what it asked before.
    pub(crate) fn refresh(&mut self) {
        let refreshes = self.client.refreshes;
        let all = [
            (refreshes.diagnostics && self.client.delivery == Delivery::Pull, "workspace/diagnostic/refresh"),
            (refreshes.hints, "workspace/inlayHint/refresh"),
            (refreshes.lenses, "workspace/codeLens/refresh"),
            (refreshes.tokens, "workspace/semanticTokens/refresh"),
        ];
        for (_, method) in all.into_iter().filter(|(wanted, _)| *wanted) {
            self.ask(method, Json::Null, Asked::Nothing);
        }
    }

    /// Asks to be told when files and settings change, where the client tells only those who ask.
    pub(crate) fn watch(&mut self) {
        let mut registrations = Vec::new();
        if self.client.watches {
            let watchers =
                ["**/*.ntro", &format!("**/{SETTINGS}"), "**/inputs/**"].map(|glob| json!({ "globPattern": glob }));
            registrations.push(json!({
                "id": "ntro-files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": watchers },
            }));
        }
        if self.client.syncs {
            // The settings of a project are no document of the language, and so not among those that a client sends by itself.
            let selector = json!([{ "scheme": "file", "pattern": format!("**/{SETTINGS}") }]);
            let plain = json!({ "documentSelector": selector });
            let edited = json!({ "documentSelector": selector, "syncKind": TextDocumentSyncKind::INCREMENTAL });
            let all = [("didOpen", plain.clone()), ("didChange", edited), ("didClose", plain)];
            registrations.extend(all.map(|(what, options)| {
                let method = format!("textDocument/{what}");
                json!({ "id": format!("ntro-{what}"), "method": method, "registerOptions": options })
            }));
        }
        if self.client.tells_settings {
            registrations.push(json!({
                "id": "ntro-settings",
                "method": "workspace/didChangeConfiguration",
                "registerOptions": { "section": SECTION },
            }));
        }
        if !registrations.is_empty() {
            self.ask("client/registerCapability", json!({ "registrations": registrations }), Asked::Nothing);
        }
    }

    fn begin_progress(&mut self, key: &Path) {
        if !self.client.progress {
            return;
        }
        let Some(project) = self.project(key) else { return };
        project.check.progress = true;
        let token = token(project.serial);
        let name = key.file_name().unwrap_or(key.as_os_str()).to_string_lossy().into_owned();
        self.ask("window/workDoneProgress/create", json!({ "token": token }), Asked::Nothing);
        let value =
            json!({ "kind": "begin", "title": "ntro", "message": format!("reading {name}"), "cancellable": false });
        self.notify("$/progress", json!({ "token": token, "value": value }));
    }

    fn end_progress(&mut self, key: &Path) {
        let Some(project) = self.project(key) else { return };
        if std::mem::take(&mut project.check.progress) {
            let token = token(project.serial);
            self.notify("$/progress", json!({ "token": token, "value": { "kind": "end" } }));
        }
    }

    /// Shows the person a warning.
    fn warn(&self, message: &str) {
        self.notify("window/showMessage", json!({ "type": MessageType::WARNING, "message": message }));
    }

    /// A file has changed on the disk that is not open.
    pub(crate) fn changed_on_disk(&mut self, path: &Path) {
        let folders = &self.client.folders;
        let Some(key) = self.disk.project_of(path, folders) else { return };
        let Some(file) = paths::below(&key, path) else { return };
        let text = self.disk.read(path);
        let Some(project) = self.project(&key) else { return self.ensure(&key, Kind::Folder) };
        // What is being read right now may be older than what is read here.
        project.load.again |= project.load.running;
        match text {
            Ok(text) => project.set_text(&file, text),
            Err(why) => {
                project.set_text(&file, None);
                self.warn(&why);
            }
        }
        self.check(&key);
    }

    /// The folder of a project in which a path lies.
    pub(crate) fn project_above(&self, path: &Path) -> Option<PathBuf> {
        let above = |project: &&Project| project.root.as_ref().is_some_and(|root| path.starts_with(root));
        let innermost = self.projects.values().filter(above).filter_map(|project| project.root.clone());
        innermost.max_by_key(|root| root.components().count()).map(|root| root.to_path_buf())
    }

    /// The folders that are open have changed.
    pub(crate) fn set_folders(&mut self, folders: Vec<PathBuf>) {
        let mut client = (*self.client).clone();
        client.folders = folders;
        self.client = Arc::new(client);
        self.plan_anew();
    }
}

/// Settings that are not those of the project that they lie in: nobody has saved them yet, or they belong to no folder.
fn is_strange_settings(home: &Home) -> bool {
    let name = home.file.rsplit('/').next();
    name == Some(SETTINGS) && (home.file != SETTINGS || home.kind != Kind::Folder)
}

fn token(serial: u64) -> String {
    format!("ntro-reading-{serial}")
}

fn left_out(sentences: &[String]) -> String {
    let mut text = sentences.iter().take(MOST_SENTENCES).cloned().collect::<Vec<_>>().join("\n");
    if let Some(more) = sentences.len().checked_sub(MOST_SENTENCES).filter(|more| *more > 0) {
        text.push_str(&format!("\nand {more} more"));
    }
    text
}
