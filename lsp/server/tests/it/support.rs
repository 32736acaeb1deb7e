//! A client for tests, over channels, with a disk in memory.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use ntro_ide::settings::{Field, Section};
use ntro_ide::{Place, Span};
use ntro_lsp::{Disk, End, Files, SettingsFile, disk::SETTINGS};
use serde_json::{Value as Json, json};

/// How long an answer may take before the test fails: no measure of speed, only an end to waiting.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Files in memory, and the scenarios that were asked to be played.
#[derive(Debug, Default)]
pub struct MemoryDisk {
    pub files: Mutex<BTreeMap<PathBuf, String>>,
    pub tested: Mutex<Vec<String>>,
}

impl MemoryDisk {
    pub fn write(&self, path: &str, text: &str) {
        self.files.lock().unwrap().insert(path.into(), text.to_owned());
    }

    pub fn remove(&self, path: &str) {
        self.files.lock().unwrap().remove(Path::new(path));
    }

    fn has(&self, path: &Path) -> bool {
        self.files.lock().unwrap().contains_key(path)
    }
}

impl Disk for MemoryDisk {
    fn project_of(&self, path: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
        let settings = path.ancestors().find(|above| self.has(&above.join(SETTINGS)));
        let open = || folders.iter().filter(|open| path.starts_with(open)).max_by_key(|open| open.components().count());
        settings.map(Path::to_path_buf).or_else(|| open().cloned())
    }

    fn projects_below(&self, folder: &Path) -> Vec<PathBuf> {
        let files = self.files.lock().unwrap();
        let settings = files.keys().filter(|path| path.ends_with(SETTINGS) && path.starts_with(folder));
        settings.filter_map(|path| path.parent()).filter(|root| *root != folder).map(Path::to_path_buf).collect()
    }

    fn files(&self, root: &Path) -> Files {
        let below = self.projects_below(root);
        let mut files = Files::default();
        for (path, text) in self.files.lock().unwrap().iter() {
            let Ok(relative) = path.strip_prefix(root) else { continue };
            if below.iter().any(|below| path.starts_with(below)) {
                continue;
            }
            let name = relative.to_string_lossy().into_owned();
            if name.ends_with(".ntro") && text.starts_with("\u{0}") {
                files.left_out.push(format!("{name} is no text"));
            } else if name.ends_with(".ntro") {
                files.texts.insert(name, text.as_str().into());
            } else {
                files.others.insert(name);
            }
        }
        files
    }

    fn read(&self, path: &Path) -> Result<Option<Arc<str>>, String> {
        Ok(self.files.lock().unwrap().get(path).map(|text| text.as_str().into()))
    }

    /// A line `RUNBOOK SETTING NUMBER` is a setting; one that begins with `!` cannot be read.
    fn settings(&self, root: &Path, text: Option<Arc<str>>) -> Option<SettingsFile> {
        let lying = || Some(self.files.lock().unwrap().get(&root.join(SETTINGS))?.as_str().into());
        let text = text.or_else(lying)?;
        let mut file = SettingsFile { text: text.clone(), sections: Vec::new(), problem: None };
        for (line, number) in text.lines().zip(1..) {
            let place = |word: &str| {
                let start = u32::try_from(word.as_ptr() as usize - text.as_ptr() as usize).unwrap();
                Place { file: SETTINGS.to_owned(), span: Span::new(start, start + word.len() as u32) }
            };
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                [runbook, name, value] => file.sections.push(Section {
                    runbook: (*runbook).to_owned(),
                    place: place(runbook),
                    fields: vec![Field {
                        name: (*name).to_owned(),
                        name_place: place(name),
                        value: value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number)),
                        value_place: place(value),
                    }],
                }),
                _ if line.starts_with('!') => file.problem = Some((number, 1, "It cannot be read.".to_owned())),
                _ => {}
            }
        }
        Some(file)
    }

    fn language_file(&self, name: &str, text: &str) -> Option<PathBuf> {
        let path = Path::new("/language").join(name.strip_prefix("ntro:")?);
        self.write(path.to_str()?, text);
        Some(path)
    }

    fn language_name(&self, path: &Path) -> Option<String> {
        Some(format!("ntro:{}", path.strip_prefix("/language").ok()?.to_str()?))
    }

    fn test(&self, file: &Path, runbook: &str, scenario: Option<&str>) -> Result<String, String> {
        self.tested.lock().unwrap().push(format!("{} {runbook} {scenario:?}", file.display()));
        if runbook == "broken" { Err("1 does not hold".to_owned()) } else { Ok("all hold".to_owned()) }
    }
}

/// A client with its server.
pub struct Client {
    pub disk: Arc<MemoryDisk>,
    pub capabilities: Json,
    connection: Connection,
    server: Option<JoinHandle<End>>,
    next: i32,
    said: VecDeque<Notification>,
    /// What the server has asked, with its parameters.
    pub asked: Vec<(String, Json)>,
}

/// What is said in `initialize` where a test says nothing else: nearly all that there is.
pub fn able() -> Json {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "window": { "workDoneProgress": true },
        "workspace": {
            "workspaceFolders": true, "configuration": true,
            "workspaceEdit": { "documentChanges": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "inlayHint": { "refreshSupport": true }, "codeLens": { "refreshSupport": true },
            "diagnostics": { "refreshSupport": true },
        },
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true, "tagSupport": { "valueSet": [1, 2] },
                "versionSupport": true, "codeDescriptionSupport": true, "dataSupport": true },
            "diagnostic": {},
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "definition": { "linkSupport": true },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "completion": { "completionItem": { "snippetSupport": true } },
            "signatureHelp": { "signatureInformation": { "parameterInformation": { "labelOffsetSupport": true } } },
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } }, "dataSupport": true,
                "resolveSupport": { "properties": ["edit"] } },
        },
    })
}

impl Client {
    /// A server whose session has not begun.
    pub fn fresh(disk: Arc<MemoryDisk>) -> Client {
        let (connection, theirs) = Connection::memory();
        let door = disk.clone();
        let server = std::thread::spawn(move || ntro_lsp::serve(&theirs, door).unwrap());
        Client {
            disk,
            capabilities: Json::Null,
            connection,
            server: Some(server),
            next: 0,
            said: VecDeque::new(),
            asked: Vec::new(),
        }
    }

    /// A client that has opened a folder `/p` with files (paths below it).
    pub fn new(files: &[(&str, &str)]) -> Client {
        Client::with(files, able(), json!({ "commands": ["ntro.run", "ntro.test", "ntro.showGraph", "ntro.rename"] }))
    }

    /// The same with other abilities and options.
    pub fn with(files: &[(&str, &str)], capabilities: Json, options: Json) -> Client {
        let disk = Arc::new(MemoryDisk::default());
        for (path, text) in files {
            disk.write(&format!("/p/{path}"), text);
        }
        let mut client = Client::fresh(disk);
        let params = json!({
            "capabilities": capabilities, "initializationOptions": options,
            "workspaceFolders": [{ "uri": "file:///p", "name": "p" }],
        });
        client.capabilities = client.request("initialize", params)["capabilities"].clone();
        client.notify("initialized", json!({}));
        client
    }

    pub fn send(&self, message: Message) {
        self.connection.sender.send(message).unwrap();
    }

    /// Sends a request and returns its number.
    pub fn ask(&mut self, method: &str, params: Json) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.send(Request::new(id.clone(), method.to_owned(), params).into());
        id
    }

    /// The answer to a request.
    pub fn response(&mut self, id: &RequestId) -> Result<Json, (i32, String)> {
        loop {
            match self.receive() {
                Message::Response(response) if response.id == *id => {
                    return response.response_result.map_err(|error| (error.code, error.message));
                }
                other => self.keep(other),
            }
        }
    }

    pub fn try_request(&mut self, method: &str, params: Json) -> Result<Json, (i32, String)> {
        let id = self.ask(method, params);
        self.response(&id)
    }

    pub fn request(&mut self, method: &str, params: Json) -> Json {
        self.try_request(method, params).unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    pub fn notify(&self, method: &str, params: Json) {
        self.send(Notification::new(method.to_owned(), params).into());
    }

    fn receive(&mut self) -> Message {
        self.connection.receiver.recv_timeout(PATIENCE).expect("the server says something")
    }

    /// Notes what was said, and answers what was asked.
    fn keep(&mut self, message: Message) {
        match message {
            Message::Notification(said) => self.said.push_back(said),
            Message::Request(asked) => {
                let result = if asked.method == "workspace/configuration" { json!([null]) } else { Json::Null };
                self.send(Response::new_ok(asked.id, result).into());
                self.asked.push((asked.method, asked.params));
            }
            Message::Response(response) => panic!("nobody asked for {response:?}"),
        }
    }

    /// The next notification of a kind that is meant, those before it of the same kind forgotten.
    pub fn wait(&mut self, method: &str, meant: impl Fn(&Json) -> bool) -> Json {
        loop {
            while let Some(said) = self.said.pop_front() {
                if said.method == method && meant(&said.params) {
                    return said.params;
                }
            }
            let message = self.receive();
            self.keep(message);
        }
    }

    /// Waits until the server has asked something.
    pub fn wait_asked(&mut self, method: &str) -> Json {
        loop {
            if let Some((_, params)) = self.asked.iter().find(|(asked, _)| asked == method) {
                return params.clone();
            }
            let message = self.receive();
            self.keep(message);
        }
    }

    pub fn open(&self, path: &str, text: &str) {
        let item = json!({ "uri": uri(path), "languageId": "ntro", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
    }

    /// Replaces all of a document.
    pub fn change(&self, path: &str, version: i32, text: &str) {
        self.edit(path, version, json!([{ "text": text }]));
    }

    pub fn edit(&self, path: &str, version: i32, changes: Json) {
        let document = json!({ "uri": uri(path), "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    pub fn close(&self, path: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(path) } }));
    }

    /// What the client is told next about a file, with the version where it is open.
    pub fn told(&mut self, path: &str, version: Option<i32>) -> Vec<Json> {
        let said = self.wait("textDocument/publishDiagnostics", |said| {
            said["uri"] == uri(path) && version.is_none_or(|version| said["version"] == version)
        });
        said["diagnostics"].as_array().unwrap().clone()
    }

    /// The codes of what the client is told next about a file.
    pub fn codes(&mut self, path: &str, version: Option<i32>) -> BTreeSet<String> {
        self.told(path, version).iter().map(|it| it["code"].as_str().unwrap_or("none").to_owned()).collect()
    }

    /// Ends the session as the protocol wants it.
    pub fn leave(mut self) {
        assert_eq!(self.request("shutdown", Json::Null), Json::Null);
        self.notify("exit", Json::Null);
        assert_eq!(self.server.take().unwrap().join().unwrap(), End::Clean);
    }

    /// How the session ended.
    pub fn end(mut self) -> End {
        let server = self.server.take().unwrap();
        drop(self.connection);
        server.join().unwrap()
    }
}

/// The address of a path below `/p`, or of an absolute one.
pub fn uri(path: &str) -> String {
    if path.contains(':') || path.starts_with('/') {
        return if path.contains(':') { path.to_owned() } else { format!("file://{path}") };
    }
    format!("file:///p/{path}")
}

/// A text with a place in it, marked `$0`: the text and the place, the column in UTF-16.
pub fn marked(text: &str) -> (String, Json) {
    let at = text.find("$0").expect("a place is marked");
    let line_start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let position = json!({
        "line": text[..at].matches('\n').count(),
        "character": text[line_start..at].encode_utf16().count(),
    });
    (text.replacen("$0", "", 1), position)
}

/// What a position parameter looks like.
pub fn at(path: &str, position: &Json) -> Json {
    json!({ "textDocument": { "uri": uri(path) }, "position": position })
}
