//! Plays a run to its end in virtual time: activities are answered by mocks, people by a book of answers or, where there is none, by
//! somebody who says yes to everything.

use jiff::Timestamp;
use ntro_machine::{ActivityCall, Event, Json};
use serde_json::{Map, json};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::answers::{Book, Move, Next};
use crate::local::{Local, RunEnd, RunKey, Step};
use crate::mocks::Mocks;
use crate::sample::sample;
use crate::waiting::{Waiting, waiting};

/// How many steps a play may take. A runbook that goes on for ever ends here.
const MOST_STEPS: u32 = 200_000;

/// How often one wait is answered with the same yes.
const MOST_TRIES: u32 = 16;

/// How often each wait was answered, by its run and address.
type Tried = BTreeMap<(RunKey, String), u32>;

/// Who answers for people.
#[derive(Debug)]
pub enum People<'a> {
    /// The entries of a book, and nobody else.
    Book(&'a mut Book),
    /// Everything is approved, every file handed in, every signal sent.
    Yes,
}

/// What happened, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A capability was called.
    Call {
        /// Whose call.
        run: RunKey,
        /// What.
        call: Arc<ActivityCall>,
        /// The attempt, from 1.
        attempt: u32,
        /// When.
        at: Timestamp,
    },
    /// An event of a run.
    Event {
        /// Whose.
        run: RunKey,
        /// What.
        event: Event,
    },
    /// A person was refused.
    Refused {
        /// Whose gate.
        run: RunKey,
        /// Why.
        message: String,
        /// When.
        at: Timestamp,
    },
    /// A run ended.
    Finished {
        /// Which.
        run: RunKey,
        /// How.
        end: RunEnd,
        /// When.
        at: Timestamp,
    },
}

/// What a play gave.
#[derive(Debug)]
pub struct Played {
    /// What happened, in order.
    pub happenings: Vec<Happening>,
    /// What the runs still wait for, where nobody could answer.
    pub stuck: Vec<Waiting>,
    /// A defect of the interpreter, or an entry of the book that could not be used.
    pub fault: Option<String>,
}

/// Plays until all runs have ended, nobody can answer, or there is no end in sight.
pub fn play(local: &mut Local, root: &RunKey, mocks: &mut Mocks, people: &mut People<'_>) -> Played {
    let mut played = Played { happenings: Vec::new(), stuck: Vec::new(), fault: None };
    let mut tried = Tried::new();
    for _ in 0..MOST_STEPS {
        match local.next() {
            Step::Activity { run, call, attempt } => {
                let result = match local.info(&run) {
                    Some(info) => mocks.answer(&info.program.clone(), &call),
                    None => continue,
                };
                local.resolve(&run, call.seq, attempt, result);
                played.happenings.push(Happening::Call { run, call, attempt, at: local.now() });
            }
            Step::Event { run, event } => played.happenings.push(Happening::Event { run, event }),
            Step::Finished { run, end } => {
                played.happenings.push(Happening::Finished { run, end, at: local.now() });
            }
            Step::Fault { run, message } => {
                played.fault = Some(format!("{run}: {message}"));
                return played;
            }
            Step::Child { run, call } => local.start_child(&run, &call),
            Step::Started { .. } | Step::CancelActivity { .. } | Step::Retry { .. } => {}
            Step::Idle { next_timer } => {
                if local.runs().iter().all(|run| local.info(run).is_some_and(|info| info.end.is_some())) {
                    return played;
                }
                if !go_on(local, root, people, &mut tried, next_timer, &mut played) {
                    return played;
                }
            }
        }
    }
    played.fault = Some(format!("no end after {MOST_STEPS} steps"));
    played
}

/// Somebody acts, or time passes. `false` where neither can be.
fn go_on(
    local: &mut Local,
    root: &RunKey,
    people: &mut People<'_>,
    tried: &mut Tried,
    next_timer: Option<Timestamp>,
    played: &mut Played,
) -> bool {
    let next = match people {
        People::Book(book) => book.next(local, root),
        People::Yes => Ok(yes(local, tried)),
    };
    match next {
        Err(message) => {
            played.fault = Some(message);
            false
        }
        Ok(Next::Do(what, address)) => {
            let times = tried.entry((run_of(&what), address)).or_insert(0);
            *times = if perform(local, what, played) { *times + 1 } else { MOST_TRIES };
            true
        }
        Ok(next) => {
            let at = match next {
                Next::At(due) => Some(next_timer.map_or(due, |timer| timer.min(due))),
                _ => next_timer,
            };
            match at {
                Some(at) => {
                    local.advance_to(at);
                    // A signal of the same instant as a timer goes first.
                    if matches!(next, Next::At(due) if due <= at) {
                        return go_on(local, root, people, tried, next_timer, played);
                    }
                    true
                }
                None => {
                    played.stuck = waiting(local);
                    false
                }
            }
        }
    }
}

fn run_of(what: &Move) -> RunKey {
    match what {
        Move::Signal { run, .. } | Move::Upload { run, .. } | Move::Act { run, .. } => run.clone(),
    }
}

/// Does it; `false` where it was refused.
fn perform(local: &mut Local, what: Move, played: &mut Played) -> bool {
    let run = run_of(&what);
    let refused = match what {
        Move::Signal { run, name, payload } => local.signal(&run, &name, payload).err().map(|error| error.to_string()),
        Move::Upload { run, name, file, payload, .. } => {
            let mut body = document(&file);
            body.extend(payload);
            local.signal(&run, &name, Json::Object(body)).err().map(|error| error.to_string())
        }
        Move::Act { run, bodies } => bodies.into_iter().find_map(|body| local.update(&run, "act", body).err()),
    };
    match refused {
        Some(message) => {
            played.happenings.push(Happening::Refused { run, message, at: local.now() });
            false
        }
        None => true,
    }
}

/// The document keys of a submission, for a file that only has a name.
pub(crate) fn document(file: &str) -> Map<String, Json> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let mut body = Map::new();
    body.insert("document_ref".to_owned(), json!(format!("doc_{file}")));
    body.insert("filename".to_owned(), json!(name));
    body.insert("content_type".to_owned(), json!("application/octet-stream"));
    body
}

/// The first thing that can be said yes to. A yes that was refused, or that never helps, is not repeated for ever: then time passes.
fn yes(local: &Local, tried: &Tried) -> Next {
    for at in waiting(local) {
        if tried.get(&(at.run.clone(), at.address.clone())).is_some_and(|times| *times >= MOST_TRIES) {
            continue;
        }
        let roles = local.info(&at.run).map(|info| info.program.roles.clone()).unwrap_or_default();
        let actor = json!({ "id": "happy", "roles": roles });
        let found = match at.kind.as_str() {
            "interactive_review" => {
                let mut body = json!({ "type": "approved", "step": at.step, "actor": actor });
                if let (Some(payload), Some(body)) = (form_of(local, &at), body.as_object_mut()) {
                    body.insert("payload".to_owned(), payload);
                }
                Some(Move::Act { run: at.run.clone(), bodies: vec![body] })
            }
            "submit_file" | "submit_files" => {
                let answer = crate::answers::Answer { file: Some("sample.pdf".to_owned()), ..Default::default() };
                crate::answers::for_wait(&answer, &at).ok()
            }
            _ => signal_for(local, &at, &actor),
        };
        if let Some(what) = found {
            return Next::Do(what, at.address);
        }
    }
    Next::Nothing
}

/// A made payload for the signal that a wait is for.
pub(crate) fn signal_for(local: &Local, at: &Waiting, actor: &Json) -> Option<Move> {
    let (name, _) = *at.signals().first()?;
    let program = &local.info(&at.run)?.program;
    let known = program.signals.iter().find(|signal| signal.name == name)?;
    let mut payload = sample(program, &known.payload);
    payload.as_object_mut()?.insert("actor".to_owned(), actor.clone());
    Some(Move::Signal { run: at.run.clone(), name: name.to_owned(), payload })
}

/// What a form could be filled with: a sample of the payload of the await that asks for it.
pub(crate) fn form_of(local: &Local, at: &Waiting) -> Option<Json> {
    if at.is_gate() || at.form_fields().is_empty() {
        return None;
    }
    let program = &local.info(&at.run)?.program;
    let path = at.text(&["step_id"])?;
    let wait = program.awaits.iter().find(|wait| {
        let block = usize::try_from(wait.block).ok().and_then(|block| program.blocks.get(block));
        block.is_some_and(|block| block.path == path)
    })?;
    Some(sample(program, &wait.arms.first()?.payload))
}
