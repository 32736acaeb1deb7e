//! What capabilities, agents and children answer in a scenario.

use std::collections::BTreeMap;

use ntro_ir::json::{JsonLimits, from_json};
use ntro_ir::scenario::{Mock, MockAnswer};
use ntro_ir::{Program, Type};
use ntro_machine::{ActivityCall, ActivityFailure, ChildCall, Json};
use serde_json::json;

use super::stage::has_key;
use crate::local::{Local, RunKey};
use crate::mocks::{agent_answer, all_well, call_of, made};
use crate::sample::{completed, sample};
use crate::waiting::{lineage, part};

/// The answers of a scenario and how many of each list were given.
pub(super) struct Answers<'a> {
    mocks: &'a [Mock],
    /// By the lines that make up a list: the answer that is next, and how often it was given.
    used: BTreeMap<Vec<usize>, (usize, u32)>,
}

/// What a list says next.
enum Next<'a> {
    Value(&'a Json),
    Fails(&'a str),
    /// Nothing any more: the answer is made from the type.
    Made,
}

impl<'a> Answers<'a> {
    pub(super) fn new(mocks: &'a [Mock]) -> Answers<'a> {
        Answers { mocks, used: BTreeMap::new() }
    }

    /// The answer to a call, and whether another attempt makes sense where it fails.
    pub(super) fn call(
        &mut self,
        local: &Local,
        run: &RunKey,
        call: &ActivityCall,
    ) -> Result<Json, (ActivityFailure, bool)> {
        let Some(program) = local.info(run).map(|info| info.program.clone()) else { return Ok(Json::Null) };
        let agent = call.context.agent.as_ref();
        let target = agent.map_or(call.capability.as_str(), |agent| agent.name.as_str());
        let lines = self.lines(target, &lineage(local, run));
        if lines.is_empty() {
            return Ok(made(&program, call));
        }
        let known = call_of(&program, call);
        let result = known.map(|known| &known.result).filter(|_| agent.is_none());
        // One name may stand for calls of several types: an answer is for the calls that it fits.
        let fits = |value: &Json| match (result, known.and_then(|known| known.type_arg.as_ref())) {
            (Some(ty), Some(_)) => reads(&program, ty, value),
            _ => true,
        };
        match self.next(lines, &fits) {
            Next::Made => Ok(made(&program, call)),
            Next::Fails(message) => {
                Err((ActivityFailure { kind: "failed".to_owned(), message: message.to_owned() }, true))
            }
            Next::Value(value) => Ok(match (agent, result) {
                (Some(agent), _) => answer_of_agent(&program, known, &agent.name, value),
                (None, Some(ty)) if value.get("outcome").is_none() => {
                    all_well(&call.capability, completed(&program, ty, value))
                }
                (None, Some(ty)) => completed(&program, ty, value),
                (None, None) => value.clone(),
            }),
        }
    }

    /// What stands in the place of a child; `None` where it has to run.
    pub(super) fn child(
        &mut self,
        local: &Local,
        run: &RunKey,
        call: &ChildCall,
    ) -> Option<Result<Json, ActivityFailure>> {
        let mut path = lineage(local, run);
        path.push(part(run.as_str(), &call.workflow_id, &call.runbook));
        let program = local.info(run)?.program.clone();
        let known = program.children.iter().find(|child| child.runbook == call.runbook);
        let lines = self.lines(&call.runbook, &path);
        let made = |value: Option<&Json>| match (known.map(|child| &child.output), value) {
            (Some(ty), Some(value)) => completed(&program, ty, value),
            (Some(ty), None) => sample(&program, ty),
            (None, value) => value.cloned().unwrap_or_default(),
        };
        if lines.is_empty() {
            // One that runs elsewhere cannot run here.
            return (!local.knows(&call.runbook)).then(|| Ok(made(None)));
        }
        Some(match self.next(lines, &|_| true) {
            Next::Value(value) => Ok(made(Some(value))),
            Next::Made => Ok(made(None)),
            Next::Fails(message) => Err(ActivityFailure { kind: "failed".to_owned(), message: message.to_owned() }),
        })
    }

    /// The lines that are for a call: those that name its child, else those that name none.
    fn lines(&self, target: &str, lineage: &[(String, Option<String>)]) -> Vec<usize> {
        let of = |keyed: bool| {
            let right = move |mock: &Mock| match &mock.key {
                Some(key) => keyed && has_key(lineage, key),
                None => !keyed,
            };
            let lines = self.mocks.iter().enumerate().filter(move |(_, mock)| mock.target == target && right(mock));
            lines.map(|(index, _)| index).collect::<Vec<_>>()
        };
        let keyed = of(true);
        if keyed.is_empty() { of(false) } else { keyed }
    }

    /// What of the answers was never given, a sentence each.
    pub(super) fn unused(&self) -> Vec<String> {
        let mut told = Vec::new();
        for (line, mock) in self.mocks.iter().enumerate() {
            let of = mock.key.as_ref().map(|key| format!(" for {key:?}")).unwrap_or_default();
            let name = format!("`mock {}{of}`", mock.target);
            // The answers of several lines are one list: how many of it come before this line, and how many were reached.
            let given = self.used.iter().filter(|(lines, _)| lines.contains(&line)).map(|(lines, (index, times))| {
                let before = lines.iter().filter(|other| **other < line).filter_map(|other| self.mocks.get(*other));
                (index + usize::from(*times > 0)).saturating_sub(before.map(|mock| mock.answers.len()).sum())
            });
            match given.max().unwrap_or(0) {
                0 => told.push(format!("{name} was never used")),
                given if given < mock.answers.len() => {
                    told.push(format!("{name}: only {given} of its {} answers were asked for", mock.answers.len()));
                }
                _ => {}
            }
        }
        told
    }

    /// The next answer of some lines, taken as one list.
    fn next(&mut self, lines: Vec<usize>, fits: &dyn Fn(&Json) -> bool) -> Next<'a> {
        let mut list = Vec::new();
        let mut kept = Vec::new();
        for line in lines {
            let Some(mock) = self.mocks.get(line) else { continue };
            let right = |answer: &MockAnswer| match answer {
                MockAnswer::Value(value) => fits(value),
                MockAnswer::Fails { .. } => true,
            };
            if mock.answers.iter().all(right) {
                list.extend(&mock.answers);
                kept.push(line);
            }
        }
        let (index, times) = self.used.entry(kept).or_insert((0, 0));
        let last = *index + 1 >= list.len();
        *times = times.saturating_add(1);
        let answer = list.get(*index).copied().or_else(|| list.last().copied());
        let (spent, over) = match answer {
            Some(MockAnswer::Fails { times: Some(most), .. }) => (*times >= *most, *times > *most),
            Some(MockAnswer::Fails { times: None, .. }) => (false, false),
            Some(MockAnswer::Value(_)) => (true, false),
            None => return Next::Made,
        };
        if spent && !last {
            *index += 1;
            *times = 0;
        }
        match answer {
            Some(MockAnswer::Value(value)) => Next::Value(value),
            // A failure that was said for a number of times and that nothing follows gives way to a made value.
            Some(MockAnswer::Fails { message, .. }) if !over => Next::Fails(message),
            _ => Next::Made,
        }
    }
}

/// Whether a value that may leave fields out is one of a type.
pub(super) fn reads(program: &Program, ty: &Type, value: &Json) -> bool {
    from_json(&completed(program, ty, value), ty, &program.types, JsonLimits::default()).is_ok()
        && keys_are_known(program, ty, value)
}

/// Whether a record that leaves fields out at least names no others: `{ rows: … }` fits no type without `rows`.
fn keys_are_known(program: &Program, ty: &Type, value: &Json) -> bool {
    match (ty, value) {
        (Type::Optional(of), value) => value.is_null() || keys_are_known(program, of, value),
        (Type::List(of), Json::Array(items)) => items.iter().all(|item| keys_are_known(program, of, item)),
        (Type::Named(id), Json::Object(fields)) => match program.types.get(*id as usize) {
            Some(ntro_ir::TypeDef::Record(record)) => fields.iter().all(|(name, value)| {
                let field = record.fields.iter().find(|field| field.name == *name);
                field.is_some_and(|field| keys_are_known(program, &field.ty, value))
            }),
            _ => true,
        },
        _ => true,
    }
}

/// What an agent answers, from what a scenario says of it: `{ value }`, `{ text }`, `{ files }`, or several of them.
fn answer_of_agent(program: &Program, known: Option<&ntro_ir::Call>, name: &str, value: &Json) -> Json {
    let text = match (value.get("value"), known.and_then(|known| known.type_arg.as_ref())) {
        (Some(of), Some(Type::Text)) => of.as_str().unwrap_or_default().to_owned(),
        (Some(of), Some(ty)) => completed(program, ty, of).to_string(),
        _ => value.get("text").and_then(Json::as_str).unwrap_or("sample").to_owned(),
    };
    let mut answer = agent_answer(name, &text, value.get("files").cloned().unwrap_or_else(|| json!([])));
    if let (Some(session), Some(answer)) = (value.get("session"), answer.as_object_mut()) {
        answer.insert("session_id".to_owned(), session.clone());
    }
    answer
}
