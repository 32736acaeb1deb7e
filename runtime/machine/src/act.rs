//! An action finds its gate: the one that its sender saw.
//!
//! Without `step` an action means the first gate, in the order of the text, that was open before the activation that brings it.
//! Existing clients send the same action several times while an answer is slow, so the body that decided the last gate is dropped
//! while the next one is younger than a second.

use serde_json::json;

use crate::action::{Action, Verb, clip};
use crate::bounds;
use crate::codec;
use crate::cx::Cx;
use crate::failure::Run;
use crate::gate_act::Told;
use crate::ids;
use crate::io::{Json, Output};
use crate::state::{Feedback, FibreId, Phase, Wait};

/// Why an action was not carried out, and where people are told.
struct Refusal {
    why: String,
    /// The wait at which a signal's refusal shows; nothing where it was late or twice, which is nobody's mistake.
    at: Option<FibreId>,
}

/// Something open that an action can be about.
struct Target {
    fibre: FibreId,
    path: String,
    entry: u32,
    opened_in: u64,
    opened_at: jiff::Timestamp,
}

impl Cx<'_> {
    /// `user_action`, which cannot be refused: what cannot be done is recorded, and shown where it was meant.
    pub(crate) fn user_action(&mut self, body: &Json) -> Run {
        if let Err(refusal) = self.act(body)? {
            let step = refusal.at.and_then(|id| self.view().innermost(id));
            let step = step.map(|(block, entry)| self.view().address(block, entry)).unwrap_or_default();
            if let Some(id) = refusal.at {
                self.tell(id, Feedback::message("error", &refusal.why));
            }
            self.ignore("action.ignored", "user_action", step, refusal.why);
        }
        Ok(())
    }

    /// The update `act`: the same, with an answer.
    pub(crate) fn update(&mut self, id: String, name: &str, body: &Json) -> Run {
        let told: Told = if name == "act" {
            self.act(body)?.map_err(|refusal| refusal.why)
        } else {
            Err(format!("There is no update `{}`. People's actions are sent as `act`.", clip(name)))
        };
        match told {
            Ok(result) => self.out.push_back(Output::UpdateAccepted { id, result }),
            Err(message) => {
                self.ignore("action.ignored", name, String::new(), message.clone());
                self.out.push_back(Output::UpdateRejected { id, message });
            }
        }
        Ok(())
    }

    fn act(&mut self, body: &Json) -> Run<Result<Json, Refusal>> {
        self.state.notes.arrivals = self.state.notes.arrivals.saturating_add(1);
        if self.state.phase != Phase::Running {
            return Ok(Err(Refusal { why: "This run is over.".to_owned(), at: None }));
        }
        let targets = self.targets();
        let first = targets.iter().find(|target| target.opened_in < self.state.notes.activation);
        let action = match Action::read(body) {
            Ok(action) => action,
            Err(why) => return Ok(Err(Refusal { why, at: first.map(|target| target.fibre) })),
        };
        let target = match &action.step {
            Some(step) => targets.iter().find(|target| ids::names(step, &target.path, target.entry)),
            None => first,
        };
        let Some(target) = target else {
            return Ok(Err(Refusal { why: not_open(action.step.as_deref(), &targets), at: None }));
        };
        let digest = codec::digest(body);
        let age = self.now().as_millisecond().saturating_sub(target.opened_at.as_millisecond());
        if action.step.is_none()
            && age < bounds::DUPLICATE_MS
            && self.state.last_decision.as_deref() == Some(digest.as_str())
        {
            let why = format!(
                "The same action decided the step before a moment ago, and `{}` has only just opened. Name it with `step`.",
                ids::address(&target.path, target.entry)
            );
            return Ok(Err(Refusal { why, at: None }));
        }
        let fibre = target.fibre;
        let gate = matches!(self.fibre(fibre)?.wait, Wait::Gate(_));
        let told = if gate { self.act_at_gate(fibre, &action)? } else { self.act_at_await(fibre, &action)? };
        let closed =
            !self.state.fibres.get(&fibre).is_some_and(|fibre| matches!(fibre.wait, Wait::Gate(_) | Wait::Await(_)));
        if told.is_ok() && closed {
            self.state.last_decision = Some(digest);
        }
        Ok(told.map_err(|why| Refusal { why, at: Some(fibre) }))
    }

    /// What is open to actions, in the order of the text.
    fn targets(&self) -> Vec<Target> {
        let view = self.view();
        let mut targets = Vec::new();
        for (fibre, state) in &self.state.fibres {
            let (block, entry, opened_in, opened_at) = match &state.wait {
                Wait::Gate(wait) => {
                    let Some(gate) = self.program.gates.get(wait.gate as usize) else { continue };
                    (gate.block, wait.entry, wait.opened_in, wait.opened_at)
                }
                Wait::Await(wait) => {
                    let Some(def) = self.program.awaits.get(wait.id as usize) else { continue };
                    if !def.asks_action() {
                        continue;
                    }
                    (def.block, wait.entry, wait.opened_in, wait.opened_at)
                }
                _ => continue,
            };
            let path = view.block(block).map(|block| block.path.clone()).unwrap_or_default();
            targets.push((block, Target { fibre: *fibre, path, entry, opened_in, opened_at }));
        }
        targets.sort_by_key(|(block, target)| (*block, target.entry));
        targets.into_iter().map(|(_, target)| target).collect()
    }

    /// `ask form` and `ask confirm` are answered by an action; it counts as the signal that the await waits for.
    fn act_at_await(&mut self, id: FibreId, action: &Action) -> Run<Told> {
        let submits = match &action.verb {
            Verb::Approve => true,
            Verb::Named(name) => matches!(&**name, "submit" | "submitted" | "confirm" | "confirmed"),
            Verb::Reject | Verb::Edit(_) | Verb::RejectRow(_) => false,
        };
        if !submits {
            return Ok(Err("Here something is to be filled in or confirmed; it cannot be rejected.".to_owned()));
        }
        let mut payload = match &action.data {
            Some(Json::Object(fields)) => fields.clone(),
            None => serde_json::Map::new(),
            Some(_) => return Ok(Err("`payload` must be an object with the fields of the form.".to_owned())),
        };
        for (name, value) in
            [("comment", json!(action.comment)), ("by", json!(action.actor.id)), ("at", json!(self.now()))]
        {
            payload.entry(name).or_insert(value);
        }
        payload.insert("actor".to_owned(), json!({ "id": action.actor.name(), "roles": action.actor.roles }));
        let told = self.answer_await(id, &Json::Object(payload))?;
        Ok(told.map(|step| json!({ "ok": true, "step": step, "result": "submitted" })))
    }
}

fn not_open(step: Option<&str>, targets: &[Target]) -> String {
    let open: Vec<_> = targets.iter().map(|target| ids::address(&target.path, target.entry)).collect();
    match (step, open.as_slice()) {
        (Some(step), []) => format!("`{}` is not open for a decision; nothing is.", clip(step)),
        (Some(step), open) => format!("`{}` is not open for a decision; `{}` is.", clip(step), open.join("`, `")),
        (None, []) => "Nothing is open for a decision.".to_owned(),
        (None, open) => {
            format!("`{}` opened only after this was sent. Look at it, then decide.", open.join("`, `"))
        }
    }
}
