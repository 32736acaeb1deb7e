//! The one loop that owns all state.
//!
//! Messages of the client are taken one after the other. What changes something (opening, editing) is done at once, here; what asks something is
//! given a snapshot and answered by the pool. So an edit never overtakes another, and an answer is about the text that was there when it was
//! asked. Nothing here waits for anything but the next message.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, select};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use ntro_ide::Analysis;
use serde_json::{Value as Json, json};

use crate::answer::{Answer, Failure};
use crate::capabilities::capabilities;
use crate::client::{Client, commands};
use crate::diagnostics::OfFile;
use crate::disk::{Disk, Files};
use crate::documents::Document;
use crate::pool::{self, Pool};
use crate::project::Project;
use crate::requests::completion::Offered;
use crate::routes::Routes;
use crate::settings::Settings;
use crate::snapshot::Snapshot;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As the protocol wants it: `shutdown`, then `exit`.
    Clean,
    /// The client is gone, or went without `shutdown`.
    Abrupt,
}

/// How many requests may be open at once.
const MOST_REQUESTS: usize = 4_096;

/// What the loop is told by its own threads.
pub(crate) enum Event {
    /// An answer is there.
    Answered { request: Request, again: bool, answer: Answer<Json> },
    /// The projects of a folder are known.
    Found { plan: u64, roots: Vec<PathBuf> },
    /// The files of a project have been read.
    Loaded { key: PathBuf, serial: u64, files: Files },
    /// A project has been checked.
    Checked { key: PathBuf, serial: u64, analysis: Analysis, wanted: Vec<String>, found: Answer<Vec<OfFile>> },
    /// Scenarios have been played.
    Tested { id: RequestId, outcome: Result<String, String> },
}

/// How far the session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nobody has said who they are.
    Fresh,
    Running,
    /// Nothing is answered any more.
    ShutDown,
}

/// What an answer of the client is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Settings,
    /// Nothing depends on it.
    Nothing,
}

/// All state.
pub(crate) struct Server {
    pub(crate) client: Arc<Client>,
    pub(crate) settings: Settings,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) projects: BTreeMap<PathBuf, Project>,
    pub(crate) documents: BTreeMap<PathBuf, Document>,
    /// The files about which the client has been told something that is wrong, by the address that it was told.
    pub(crate) told: BTreeMap<PathBuf, ls_types::Uri>,
    /// How many folders are being looked through.
    pub(crate) looking: usize,
    /// The number of the plan by which folders were looked through; those of earlier ones do not count.
    pub(crate) plan: u64,
    pub(crate) pool: Pool,
    pub(crate) events: Sender<Event>,
    sender: Sender<Message>,
    routes: Routes,
    offered: Offered,
    phase: Phase,
    /// The requests of the client that have no answer yet, each with the sign that none is wanted any more.
    open: BTreeMap<RequestId, Arc<AtomicBool>>,
    /// Those that wait until files have been read.
    parked: Vec<Request>,
    /// Our own requests that have none.
    asked: BTreeMap<RequestId, Asked>,
    numbers: u64,
}

/// Serves a client until it leaves.
///
/// # Errors
///
/// Where the system gives no threads.
pub fn serve(connection: &Connection, disk: Arc<dyn Disk>) -> std::io::Result<End> {
    let (events, told) = crossbeam_channel::unbounded();
    let mut server = Server {
        client: Arc::default(),
        settings: Settings::default(),
        disk,
        projects: BTreeMap::new(),
        documents: BTreeMap::new(),
        told: BTreeMap::new(),
        looking: 0,
        plan: 0,
        pool: Pool::start()?,
        events,
        sender: connection.sender.clone(),
        routes: Routes::new(),
        offered: Offered::default(),
        phase: Phase::Fresh,
        open: BTreeMap::new(),
        parked: Vec::new(),
        asked: BTreeMap::new(),
        numbers: 0,
    };
    Ok(server.run(&connection.receiver, &told))
}

impl Server {
    fn run(&mut self, messages: &Receiver<Message>, events: &Receiver<Event>) -> End {
        let ended = |server: &Server| if server.phase == Phase::ShutDown { End::Clean } else { End::Abrupt };
        loop {
            select! {
                recv(messages) -> message => match message {
                    Err(_) => return ended(self),
                    Ok(Message::Notification(it)) if it.method == "exit" => return ended(self),
                    Ok(message) => self.guarded(message),
                },
                recv(events) -> event => {
                    let Ok(event) = event else { continue };
                    if let Err(fault) = pool::guarded(|| self.event(event)) {
                        self.log_fault(&fault);
                    }
                }
            }
        }
    }

    /// Handles a message. A fault of ours while doing so costs the answer, not the session.
    fn guarded(&mut self, message: Message) {
        let id = if let Message::Request(request) = &message { Some(request.id.clone()) } else { None };
        if let Err(fault) = pool::guarded(|| self.message(message)) {
            self.log_fault(&fault);
            if let Some(id) = id {
                self.respond(id, Err(Failure::Fault(fault)));
            }
        }
    }

    fn message(&mut self, message: Message) {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => {
                if self.phase == Phase::Running {
                    self.notification(notification);
                }
            }
            Message::Response(response) => {
                let asked = self.asked.remove(&response.id);
                if let (Some(Asked::Settings), Ok(result)) = (asked, response.response_result) {
                    self.set_settings(result.get(0).unwrap_or(&Json::Null));
                }
            }
        }
    }

    fn request(&mut self, request: Request) {
        let refuse = |server: &Server, code: ErrorCode, why: &str| {
            server.send(Response::new_err(request.id.clone(), code as i32, why.to_owned()).into());
        };
        match (self.phase, request.method.as_str()) {
            (Phase::Fresh, "initialize") => self.initialize(request),
            (Phase::Fresh, _) => refuse(self, ErrorCode::ServerNotInitialized, "`initialize` comes first"),
            (Phase::ShutDown, _) => refuse(self, ErrorCode::InvalidRequest, "the server has been shut down"),
            (Phase::Running, "initialize") => refuse(self, ErrorCode::InvalidRequest, "`initialize` comes once"),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                // Whoever still waits for an answer gets one.
                for (id, unwanted) in std::mem::take(&mut self.open) {
                    unwanted.store(true, Ordering::Relaxed);
                    let why = "the server has been shut down".to_owned();
                    self.send(Response::new_err(id, ErrorCode::RequestCanceled as i32, why).into());
                }
                self.send(Response::new_ok(request.id, Json::Null).into());
            }
            (Phase::Running, _) if self.open.len() >= MOST_REQUESTS => {
                refuse(self, ErrorCode::RequestFailed, "too many requests wait for an answer");
            }
            (Phase::Running, "workspace/executeCommand") => self.execute(request),
            (Phase::Running, method) if self.routes.get(method).is_none() => {
                refuse(self, ErrorCode::MethodNotFound, &format!("`{method}` is not answered here"));
            }
            (Phase::Running, _) => {
                self.open.insert(request.id.clone(), Arc::default());
                self.dispatch(request);
            }
        }
    }

    fn initialize(&mut self, request: Request) {
        self.client = Arc::new(Client::read(&request.params));
        if let Some(settings) = request.params.pointer("/initializationOptions/settings") {
            self.settings = Settings::read(settings);
        }
        self.phase = Phase::Running;
        let result = json!({
            "capabilities": capabilities(&self.client),
            "serverInfo": { "name": "ntroc", "version": env!("CARGO_PKG_VERSION") },
        });
        self.send(Response::new_ok(request.id, result).into());
    }

    /// Carries out a command that the client leaves to the server.
    fn execute(&mut self, request: Request) {
        let argument = request.params.pointer("/arguments/0").cloned().unwrap_or_default();
        let text = |name: &str| argument.get(name).and_then(Json::as_str).map(str::to_owned);
        let path = text("uri").and_then(|uri| uri.parse().ok()).map(|uri| crate::paths::path(&uri));
        let command = request.params.get("command").and_then(Json::as_str).unwrap_or_default();
        let (Some(path), Some(runbook), commands::TEST) = (path, text("runbook"), command) else {
            let why = format!("`{command}` with these arguments is no command of the server");
            return self.send(Response::new_err(request.id, ErrorCode::InvalidParams as i32, why).into());
        };
        let (scenario, disk, events) = (text("scenario"), self.disk.clone(), self.events.clone());
        self.open.insert(request.id.clone(), Arc::default());
        self.pool.spawn(move || {
            let outcome = pool::guarded(|| disk.test(&path, &runbook, scenario.as_deref())).unwrap_or_else(Err);
            events.send(Event::Tested { id: request.id, outcome }).ok();
        });
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Answered { request, again, answer } => self.answered(request, again, answer),
            Event::Found { plan, roots } => self.found(plan, roots),
            Event::Loaded { key, serial, files } => self.loaded(&key, serial, files),
            Event::Checked { key, serial, analysis, wanted, found } => {
                self.checked(&key, serial, analysis, wanted, found);
            }
            Event::Tested { id, outcome } => {
                let (kind, message) = match outcome {
                    Ok(message) => (ls_types::MessageType::INFO, message),
                    Err(message) => (ls_types::MessageType::ERROR, message),
                };
                self.notify("window/showMessage", json!({ "type": kind, "message": message }));
                self.respond(id, Ok(Json::Null));
            }
        }
    }

    fn answered(&mut self, request: Request, again: bool, answer: Answer<Json>) {
        if !self.open.contains_key(&request.id) {
            // It was cancelled, and has been told so.
            return;
        }
        if again && answer == Err(Failure::Stale) {
            return self.dispatch(request);
        }
        if let Err(Failure::Fault(fault)) = &answer {
            self.log_fault(&format!("{}: {fault}", request.method));
        }
        self.respond(request.id, answer);
    }

    /// Answers the requests that waited for files.
    pub(crate) fn unpark(&mut self) {
        for request in std::mem::take(&mut self.parked) {
            if self.open.contains_key(&request.id) {
                self.dispatch(request);
            }
        }
    }

    /// The sign that no answer to a request is wanted any more.
    pub(crate) fn unwanted(&self, id: &RequestId) -> Arc<AtomicBool> {
        self.open.get(id).cloned().unwrap_or_default()
    }

    pub(crate) fn park(&mut self, request: Request) {
        self.parked.push(request);
    }

    pub(crate) fn routes(&self) -> Routes {
        self.routes.clone()
    }

    /// The client no longer wants an answer.
    pub(crate) fn cancel(&mut self, id: RequestId) {
        if let Some(unwanted) = self.open.remove(&id) {
            unwanted.store(true, Ordering::Relaxed);
            self.parked.retain(|request| request.id != id);
            let response = Response::new_err(id, ErrorCode::RequestCanceled as i32, "cancelled".to_owned());
            self.send(response.into());
        }
    }

    pub(crate) fn respond(&mut self, id: RequestId, answer: Answer<Json>) {
        if self.open.remove(&id).is_none() {
            return;
        }
        let response = match answer {
            Ok(result) => Response::new_ok(id, result),
            Err(failure) => {
                let (code, message) = failure.parts();
                Response::new_err(id, code, message)
            }
        };
        self.send(response.into());
    }

    pub(crate) fn notify(&self, method: &str, params: Json) {
        self.send(Notification::new(method.to_owned(), params).into());
    }

    /// Asks the client something.
    pub(crate) fn ask(&mut self, method: &str, params: Json, asked: Asked) {
        let id = RequestId::from(format!("ntro-{}", self.number()));
        if self.asked.len() >= MOST_REQUESTS {
            // A client that never answers is not waited for.
            self.asked.clear();
        }
        self.asked.insert(id.clone(), asked);
        self.send(Request::new(id, method.to_owned(), params).into());
    }

    fn send(&self, message: Message) {
        // Where the client is gone, the loop learns it from the other channel.
        self.sender.send(message).ok();
    }

    /// A number that was not used before.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Writes into the client's log.
    pub(crate) fn log(&self, message: &str) {
        self.notify("window/logMessage", json!({ "type": ls_types::MessageType::WARNING, "message": message }));
    }

    fn log_fault(&self, fault: &str) {
        let message = format!("The language server has a fault, please report it: {fault}");
        self.notify("window/logMessage", json!({ "type": ls_types::MessageType::ERROR, "message": message }));
    }

    /// A project as it is now.
    pub(crate) fn snapshot(&mut self, key: &Path) -> Option<Snapshot> {
        let project = self.projects.get_mut(key)?;
        Some(Snapshot {
            analysis: project.host.analysis(),
            client: self.client.clone(),
            settings: self.settings,
            root: project.root.clone(),
            open: project.open.clone(),
            settings_text: project.settings_text.clone(),
            tokens: project.tokens.clone(),
            offered: self.offered.clone(),
            lines: project.lines.clone(),
            disk: self.disk.clone(),
        })
    }

    /// The project with a key.
    pub(crate) fn project(&mut self, key: &Path) -> Option<&mut Project> {
        self.projects.get_mut(key)
    }
}
