//! What the client tells: documents open, change and close, files and settings change.

use std::path::PathBuf;

use ls_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileChangeType, Uri,
};
use lsp_server::{Notification, RequestId};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::disk::SETTINGS;
use crate::documents::Document;
use crate::paths;
use crate::project::{Home, Kind};
use crate::server::{Asked, Server};
use crate::settings::{SECTION, Settings};

impl Server {
    /// Does what a notification says. One that is not known is left alone, as the protocol wants it.
    pub(crate) fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => self.with(&method, params, Server::opened),
            "textDocument/didChange" => self.with(&method, params, Server::changed),
            "textDocument/didClose" => self.with(&method, params, Server::closed),
            "textDocument/didSave" => self.with(&method, params, Server::saved),
            "workspace/didChangeWatchedFiles" => self.with(&method, params, Server::files_changed),
            "workspace/didChangeWorkspaceFolders" => self.with(&method, params, Server::folders_changed),
            "workspace/didChangeConfiguration" => self.settings_changed(&params),
            "$/cancelRequest" => {
                let id = params.get("id").and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok());
                if let Some(id) = id {
                    self.cancel(id);
                }
            }
            _ => {}
        }
    }

    fn with<P: DeserializeOwned>(&mut self, method: &str, params: Json, then: fn(&mut Server, P)) {
        match serde_json::from_value(params) {
            Ok(params) => then(self, params),
            Err(what) => self.log(&format!("`{method}` has parameters that cannot be read, and is left out: {what}")),
        }
    }

    fn initialized(&mut self) {
        self.watch();
        self.ask_for_settings();
        self.look_for_projects();
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let path = paths::path(&item.uri);
        let home = Home { project: PathBuf::new(), kind: Kind::Alone, file: String::new() };
        let document = Document { uri: item.uri, version: item.version, text: item.text.into(), home };
        self.documents.insert(path.clone(), document);
        self.settle(&path);
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let path = paths::path(&params.text_document.uri);
        let encoding = self.client.encoding;
        let Some(document) = self.documents.get_mut(&path) else {
            let uri = params.text_document.uri.as_str();
            return self.log(&format!("{uri} was changed but not opened; the change is left out"));
        };
        document.change(params.content_changes, encoding);
        document.version = params.text_document.version;
        self.tell_host(&path);
    }

    /// The disk says again what the file says.
    fn closed(&mut self, params: DidCloseTextDocumentParams) {
        let path = paths::path(&params.text_document.uri);
        let Some(document) = self.documents.remove(&path) else { return };
        let Home { project: key, kind, file } = document.home;
        if document.text.len() > crate::documents::LARGEST || kind == Kind::Alone {
            self.untell(&path);
        }
        if kind == Kind::Alone {
            self.projects.remove(&key);
            return;
        }
        let own = kind == Kind::Folder && file != SETTINGS;
        let text = if own { self.disk.read(&path).unwrap_or_default() } else { None };
        let Some(project) = self.project(&key) else { return };
        project.set_open(&file, None);
        project.set_text(&file, text);
        if kind == Kind::Language && project.open.is_empty() {
            self.projects.remove(&key);
            return;
        }
        self.check(&key);
    }

    /// Where the client does not tell when files change, they are looked at when one is saved.
    fn saved(&mut self, params: DidSaveTextDocumentParams) {
        if self.client.watches {
            return;
        }
        let path = paths::path(&params.text_document.uri);
        if let Some(key) = self.documents.get(&path).map(|document| document.home.project.clone()) {
            self.load(&key);
        }
    }

    fn files_changed(&mut self, params: DidChangeWatchedFilesParams) {
        let mut plan_anew = false;
        let mut read_again = std::collections::BTreeSet::new();
        for event in params.changes {
            let path = paths::path(&event.uri);
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name == SETTINGS {
                // Whether it is there says which file belongs to which project, and what it says may be wrong.
                plan_anew |= event.typ != FileChangeType::CHANGED;
                if event.typ == FileChangeType::DELETED {
                    self.untell(&path);
                }
                if let Some(folder) = path.parent() {
                    self.check(folder);
                }
            } else if self.documents.contains_key(&path) {
                // What is open is as the client has it.
            } else if name.ends_with(".ntro") {
                self.changed_on_disk(&path);
            } else if event.typ != FileChangeType::CHANGED {
                // A sample, or a folder with all that was in it.
                read_again.extend(self.project_above(&path));
            }
        }
        if plan_anew {
            return self.plan_anew();
        }
        for key in read_again {
            self.load(&key);
        }
    }

    fn folders_changed(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let paths_of = |folders: Vec<ls_types::WorkspaceFolder>| -> Vec<PathBuf> {
            folders.iter().map(|folder| &folder.uri).filter(|uri: &&Uri| paths::is_file(uri)).map(paths::path).collect()
        };
        let (added, removed) = (paths_of(params.event.added), paths_of(params.event.removed));
        let mut folders = self.client.folders.clone();
        folders.retain(|folder| !removed.contains(folder));
        folders.extend(added);
        self.set_folders(folders);
    }

    fn settings_changed(&mut self, params: &Json) {
        if self.client.configuration {
            self.ask_for_settings();
        } else if let Some(settings) = params.get("settings") {
            // Some clients send the section, others everything.
            let settings = settings.get(SECTION).unwrap_or(settings).clone();
            self.set_settings(&settings);
        }
    }

    fn ask_for_settings(&mut self) {
        if self.client.configuration {
            self.ask("workspace/configuration", json!({ "items": [{ "section": SECTION }] }), Asked::Settings);
        }
    }

    /// The client has said what the person wants.
    pub(crate) fn set_settings(&mut self, section: &Json) {
        let settings = Settings::read(section);
        if settings != self.settings {
            self.settings = settings;
            self.refresh();
        }
    }
}
