//! The two scenarios that every runbook has without anybody writing them: `happy` and `reject_all`.
//!
//! In both the input and all answers are made from their types and every file and signal comes. In `happy` every gate is approved by
//! somebody who may, in `reject_all` every gate is rejected. They show how a runbook ends when nothing is known of its values, which need
//! not be well: a runbook that checks its figures refuses made ones, and says so. One that comes to no end is left after some hundred answers.

use std::collections::BTreeMap;

use ntro_ir::{BinaryOp, Expr, ExprId, Program, Type, TypeDef, Value};
use ntro_machine::Json;
use serde_json::{Map, json};

use super::stage::Stage;
use super::{Outcome, Programs, start};
use crate::answers::{Answer, Move, for_wait};
use crate::local::{Local, Options, RunKey};
use crate::player::{document, form_of, signal_for};
use crate::sample::sample;
use crate::waiting::{Waiting, waiting};

/// How often people act in all. A runbook whose rework has no bound ends here.
const MOST_ACTS: u32 = 200;
/// How many different people try at one gate.
const MOST_TRIES: u32 = 4;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    /// Everything is approved.
    Happy,
    /// Everything is rejected.
    RejectAll,
}

impl Builtin {
    /// Both.
    pub const ALL: [Builtin; 2] = [Builtin::Happy, Builtin::RejectAll];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Builtin::Happy => "happy",
            Builtin::RejectAll => "reject_all",
        }
    }
}

/// Plays it. The outcome's `broken` is set only where the interpreter has a defect: how a runbook ends, or that it does not, is for people to judge.
pub fn play(programs: &Programs, runbook: &str, which: Builtin, options: &Options) -> Outcome {
    let start = start();
    let mut options = Options { seed: "scenario".to_owned(), ..options.clone() };
    let children = programs.values().flat_map(|program| &program.children).map(|child| &child.runbook);
    options.asked_for = children.filter(|name| !programs.contains_key(*name)).cloned().collect();
    let mut stage = Stage::new(programs, &[], start, options);
    let given = programs.get(runbook).map_or(Json::Null, |program| input(program));
    if let Err(why) = stage.start(runbook, given) {
        return unfinished(stage, start, why);
    }
    let mut tried: BTreeMap<(RunKey, String), u32> = BTreeMap::new();
    let mut acts = 0;
    while stage.end().is_none() {
        let next = stage.settle();
        if stage.end().is_some() {
            break;
        }
        match move_for(&stage.local, which, &tried, acts) {
            Some((what, at)) if acts < MOST_ACTS => {
                acts += 1;
                *tried.entry(at).or_insert(0) += 1;
                perform(&mut stage.local, what);
            }
            Some(_) => {
                let why = format!("after {MOST_ACTS} answers {}", stage.now_in_words());
                return unfinished(stage, start, why);
            }
            None => match next {
                Some(next) => stage.local.advance_to(next),
                None => {
                    let why = stage.now_in_words();
                    return unfinished(stage, start, why);
                }
            },
        }
    }
    stage.outcome(None, start)
}

fn unfinished(stage: Stage<'_>, start: jiff::Timestamp, why: String) -> Outcome {
    Outcome { unfinished: Some(why), ..stage.outcome(None, start) }
}

/// A made input; what has a default is left to it.
fn input(program: &ntro_ir::Program) -> Json {
    match program.types.get(program.input as usize) {
        Some(TypeDef::Record(record)) => {
            let fields = record.fields.iter().filter(|field| field.default.is_none());
            Json::Object(fields.map(|field| (field.name.clone(), sample(program, &field.ty))).collect::<Map<_, _>>())
        }
        _ => sample(program, &Type::Named(program.input)),
    }
}

/// The first thing that somebody can do, and where.
fn move_for(
    local: &Local,
    which: Builtin,
    tried: &BTreeMap<(RunKey, String), u32>,
    acts: u32,
) -> Option<(Move, (RunKey, String))> {
    for at in waiting(local) {
        let place = (at.run.clone(), at.address.clone());
        let times = tried.get(&place).copied().unwrap_or(0);
        if times >= MOST_TRIES.max(at.slots()) {
            continue;
        }
        if let Some(what) = one_move(local, &at, which, times, acts) {
            return Some((what, place));
        }
    }
    None
}

fn one_move(local: &Local, at: &Waiting, which: Builtin, times: u32, acts: u32) -> Option<Move> {
    let program = &local.info(&at.run)?.program;
    // Each try is somebody else, so that four eyes and several approvals are what they are.
    let who = if times == 0 { which.name().to_owned() } else { format!("{}-{}", which.name(), times + 1) };
    let id = format!("{who} at {}", at.step);
    let who = json!({ "id": id, "roles": program.roles });
    match at.kind.as_str() {
        "interactive_review" => {
            let rejects = which == Builtin::RejectAll && at.is_gate() && offers_reject(program, &at.step);
            let word = if rejects { "rejected" } else { "approved" };
            let mut body = json!({ "type": word, "step": at.step, "actor": who, "comments": which.name() });
            if let (Some(payload), Some(body)) = (form_of(local, at), body.as_object_mut()) {
                body.insert("payload".to_owned(), payload);
            }
            Some(Move::Act { run: at.run.clone(), bodies: vec![body] })
        }
        "submit_file" | "submit_files" => {
            // Each is another document: a run takes the same one only once.
            let file = Some(format!("sample-{acts}.pdf"));
            let (by, roles) = (Some(id), program.roles.clone());
            let source = if at.slots() == 0 { made_source(program, at, times) } else { None };
            for_wait(&Answer { file, source, by, roles, ..Answer::default() }, at).ok()
        }
        _ => signal_for(local, at, &who),
    }
}

/// What a document is submitted as where the wait asks for no source: a text that its `where` names, and at last a made one, which is what an
/// input of the run is too. Each try is the next of them.
fn made_source(program: &Program, at: &Waiting, times: u32) -> Option<String> {
    let path = super::stage::without_round(&at.step);
    let block = program.blocks.iter().position(|block| block.path == path);
    let wait = program.awaits.iter().find(|wait| usize::try_from(wait.block).ok() == block)?;
    let filters: Vec<ExprId> = wait.arms.iter().filter_map(|arm| arm.filter).collect();
    if filters.is_empty() || wait.ask.iter().any(|ask| ask.props.iter().any(|(name, _)| name == "source")) {
        return None;
    }
    let mut texts = Vec::new();
    for filter in filters {
        compared(program, filter, 0, &mut texts);
    }
    texts.truncate(usize::try_from(MOST_TRIES).unwrap_or(usize::MAX) - 1);
    let made = sample(program, &Type::Text).as_str().map(str::to_owned);
    texts.extend(made);
    let count = texts.len().max(1);
    texts.into_iter().nth(usize::try_from(times).unwrap_or(0) % count)
}

/// The texts with which a condition compares something.
fn compared(program: &Program, id: ExprId, depth: u32, texts: &mut Vec<String>) {
    /// How deeply a condition is looked into.
    const MOST: u32 = 16;
    let Some(expr) = program.exprs.get(id.0 as usize).filter(|_| depth < MOST) else { return };
    match expr {
        Expr::And(left, right) | Expr::Or(left, right) | Expr::Binary(BinaryOp::Eq, left, right) => {
            compared(program, *left, depth + 1, texts);
            compared(program, *right, depth + 1, texts);
        }
        Expr::Const(Value::Text(text)) if !texts.iter().any(|known| known.as_str() == &**text) => {
            texts.push(text.to_string());
        }
        Expr::Fit { value, .. } => compared(program, *value, depth + 1, texts),
        _ => {}
    }
}

/// Whether a gate offers to reject. One that does not is approved in both.
fn offers_reject(program: &ntro_ir::Program, step: &str) -> bool {
    let path = super::stage::without_round(step);
    let block = program.blocks.iter().position(|block| block.path == path);
    let gate = program.gates.iter().find(|gate| usize::try_from(gate.block).ok() == block);
    gate.is_some_and(|gate| gate.actions.iter().any(|action| action.name == "reject"))
}

/// Does it. What is refused changes nothing; the next try is somebody else's.
fn perform(local: &mut Local, what: Move) {
    match what {
        Move::Signal { run, name, payload } => {
            local.signal(&run, &name, payload).ok();
        }
        Move::Upload { run, name, file, payload, .. } => {
            let mut body = document(&file);
            body.extend(payload);
            local.signal(&run, &name, Json::Object(body)).ok();
        }
        Move::Act { run, bodies } => {
            for body in bodies {
                local.update(&run, "act", body).ok();
            }
        }
    }
}
