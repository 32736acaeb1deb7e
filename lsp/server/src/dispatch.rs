//! From a request to a thread that answers it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lsp_server::Request;
use serde_json::Value as Json;

use crate::answer::{Answer, Failure};
use crate::diagnostics;
use crate::documents::LARGEST;
use crate::paths;
use crate::pool;
use crate::project::Project;
use crate::routes::{self, Routes, Scope};
use crate::server::{Event, Server};
use crate::snapshot::{Here, Snapshot};

impl Server {
    /// Has a request answered, or puts it aside until the files have been read that it is about.
    pub(crate) fn dispatch(&mut self, request: Request) {
        let routes = self.routes();
        let Some(route) = routes.get(&request.method) else { return };
        match route.scope {
            Scope::World(_) => {
                let reading = self.looking > 0 || self.projects.values().any(|project| !project.load.done);
                if reading && route.waits {
                    return self.park(request);
                }
                let keys: Vec<_> = self.projects.keys().cloned().collect();
                let world = keys.iter().filter_map(|key| self.snapshot(key)).collect();
                self.spawn(routes, request, Of::World(world));
            }
            Scope::Document(_) => match self.look_up(&request.params, route.document) {
                Err(failure) => self.respond(request.id, Err(failure)),
                Ok(Found::Reading) => self.park(request),
                Ok(Found::TooLarge(bytes)) => {
                    let answer = too_large(&request, bytes);
                    self.respond(request.id, answer);
                }
                Ok(Found::File(snapshot, file)) => self.spawn(routes, request, Of::Document(snapshot, file)),
            },
        }
    }

    fn spawn(&self, routes: Routes, request: Request, of: Of) {
        let events = self.events.clone();
        let unwanted = self.unwanted(&request.id);
        self.pool.spawn(move || {
            if unwanted.load(Ordering::Relaxed) {
                return;
            }
            let Some(route) = routes.get(&request.method) else { return };
            let params = request.params.clone();
            // What takes long looks at the sign now and then, and stops.
            let of = of.until(&unwanted);
            let answer = pool::guarded(|| match (&route.scope, of) {
                (Scope::Document(answer), Of::Document(snapshot, path)) => {
                    let file = snapshot.file(&path)?;
                    answer(&Here { snapshot, file }, params)
                }
                (Scope::World(answer), Of::World(world)) => answer(&world, params),
                _ => Ok(Json::Null),
            });
            let answer = answer.unwrap_or_else(|fault| Err(Failure::Fault(fault)));
            events.send(Event::Answered { again: route.again, request, answer }).ok();
        });
    }

    /// The file that a request is about: one that is open, or one of a project that was read.
    fn look_up(&mut self, params: &Json, at: &str) -> Answer<Found> {
        let uri = routes::document(params, at)?;
        let path = paths::path(&uri);
        let (key, file) = match self.documents.get(&path) {
            Some(document) if document.is_too_large() => return Ok(Found::TooLarge(document.text.len())),
            Some(document) => (document.home.project.clone(), document.home.file.clone()),
            None => match self.in_a_project(&path) {
                Some(found) => found,
                None if self.is_being_read(&path) => return Ok(Found::Reading),
                None => {
                    let why = format!("{} is not open, and in no project that is", uri.as_str());
                    return Err(Failure::Refused(why));
                }
            },
        };
        if self.projects.get(&key).is_some_and(|project| !project.load.done) {
            return Ok(Found::Reading);
        }
        let snapshot = self.snapshot(&key).ok_or_else(|| Failure::Fault("a document without a project".to_owned()))?;
        Ok(Found::File(snapshot, file))
    }

    /// The project that has read a file, and the file's path in it.
    fn in_a_project(&self, path: &Path) -> Option<(PathBuf, String)> {
        self.projects.iter().find_map(|(key, project)| {
            let file = paths::below(key, path).filter(|file| project.host.text(file).is_some())?;
            Some((key.clone(), file))
        })
    }

    fn is_being_read(&self, path: &Path) -> bool {
        let is_in = |project: &Project| project.root.as_ref().is_some_and(|root| path.starts_with(root));
        self.looking > 0 || self.projects.values().any(|project| !project.load.done && is_in(project))
    }
}

/// What a request is answered from.
enum Of {
    World(Vec<Snapshot>),
    Document(Snapshot, String),
}

impl Of {
    /// The same, given up once an answer is not wanted any more.
    fn until(self, unwanted: &Arc<AtomicBool>) -> Of {
        let until = |snapshot: Snapshot| Snapshot { analysis: snapshot.analysis.until(unwanted.clone()), ..snapshot };
        match self {
            Of::World(world) => Of::World(world.into_iter().map(until).collect()),
            Of::Document(snapshot, path) => Of::Document(until(snapshot), path),
        }
    }
}

/// What is known of a document.
enum Found {
    /// A file of a project.
    File(Snapshot, String),
    /// Its project is still being read.
    Reading,
    /// It has so many bytes that it is not looked at.
    TooLarge(usize),
}

/// Nothing is known of a document that is too large but that it is.
fn too_large(request: &Request, bytes: usize) -> Answer<Json> {
    if request.method != "textDocument/diagnostic" {
        return Ok(Json::Null);
    }
    let previous = request.params.get("previousResultId").and_then(Json::as_str);
    let report = diagnostics::report(vec![diagnostics::too_large(bytes, LARGEST)], previous);
    serde_json::to_value(report).map_err(|what| Failure::Fault(what.to_string()))
}
