//! Calls of capabilities.

use ntro_ir::{Call, CallContext, CallId, Slot, Value};

use crate::agent;
use crate::codec;
use crate::cx::Cx;
use crate::failure::{Failure, Run, fault};
use crate::io::{ActivityCall, ActivityFailure, Json, Output, Seq};
use crate::state::{CallWait, CommandKind, FibreId, Wait};

impl Cx<'_> {
    /// Starts a call and waits. `again` is what an agent is told when its answer is sent back.
    pub(crate) fn call(
        &mut self,
        id: FibreId,
        call_id: CallId,
        slot: Option<Slot>,
        again: Option<&agent::Again>,
    ) -> Run {
        let Some(call) = self.program.calls.get(call_id as usize) else {
            return fault(format!("call {call_id} does not exist"));
        };
        let args = codec::encode(&self.eval(id, call.args)?);
        let within = call.within.map(|within| self.with_env(id, &[], |env| env.eval_duration(within))).transpose()?;
        let within = within.map(|ms| ms.max(1));
        let seq = self.command(CommandKind::Activity, id);
        let Some((context, summary)) = self.call_context(id, call, seq) else {
            return fault("a call before the start of the run");
        };
        let args = match &call.agent {
            Some(bound) => agent::args(bound, args, &context, within, again),
            None => args,
        };
        self.out.push_back(Output::ScheduleActivity(Box::new(ActivityCall {
            seq,
            capability: call.capability.clone(),
            args,
            context,
            options: call.options.clone(),
            schedule_to_close_ms: within,
            summary,
        })));
        self.fibre_mut(id)?.wait = Wait::Call(CallWait { seq, call: call_id, slot, again: again.is_some() });
        Ok(())
    }

    fn call_context(&self, id: FibreId, call: &Call, seq: Seq) -> Option<(CallContext, String)> {
        let view = self.view();
        let run = view.run()?;
        let place = view.innermost(id);
        let step = place.map(|(block, entry)| view.address(block, entry)).unwrap_or_default();
        let summary = place.map(|(block, _)| view.title(block)).unwrap_or_else(|| call.capability.clone());
        let context = CallContext {
            idempotency_key: format!("{}:{step}:{seq}", run.first_run_id),
            workflow_id: run.workflow_id.clone(),
            step,
            tenant: run.tenant.clone(),
            entity: run.entity.clone(),
            period: run.period.clone(),
            schema: call.type_arg.as_ref().map(|ty| codec::schema(self.program, ty)),
            agent: call.agent.clone(),
        };
        Some((context, summary))
    }

    /// An activity ended.
    pub(crate) fn activity_resolved(&mut self, seq: Seq, result: Result<Json, ActivityFailure>) -> Run {
        let Some(command) = self.state.commands.get(&seq).cloned() else { return Ok(()) };
        if command.kind != CommandKind::Activity {
            return fault(format!("activity {seq} ended, which is no activity"));
        }
        self.state.commands.remove(&seq);
        // The answer of a cancelled activity changes nothing.
        let Some(id) = command.fibre else { return Ok(()) };
        let Wait::Call(wait) = &self.fibre(id)?.wait else {
            return fault(format!("activity {seq} ended, for which fibre {id} does not wait"));
        };
        let wait = wait.clone();
        if self.fibre(id)?.settles {
            return self.settle(id, &wait, result);
        }
        let Some(call) = self.program.calls.get(wait.call as usize) else {
            return fault(format!("call {} does not exist", wait.call));
        };
        match self.answer(call, result) {
            Ok(value) => {
                if let Some(slot) = wait.slot {
                    self.put(id, slot, Some(value));
                }
                self.wake(id, None)
            }
            Err(Answer::Again(again)) if !wait.again => {
                let started = self.call(id, wait.call, wait.slot, Some(&again));
                if started.is_err() {
                    // Nothing is under way any more, so nothing may be cancelled.
                    self.fibre_mut(id)?.wait = Wait::Ready;
                }
                self.or_raise(id, started)
            }
            Err(Answer::Again(again)) => {
                self.fibre_mut(id)?.wait = Wait::Ready;
                let failure = Failure::new("unexpected_answer", again.problem).of_capability(&call.capability);
                self.raise_waiting(id, failure)
            }
            Err(Answer::Failed(failure)) => {
                self.fibre_mut(id)?.wait = Wait::Ready;
                self.raise_waiting(id, failure.of_capability(&call.capability))
            }
        }
    }

    /// What an answer is worth.
    pub(crate) fn answer(&self, call: &Call, result: Result<Json, ActivityFailure>) -> Result<Value, Answer> {
        let json = result.map_err(|failure| Answer::Failed(Failure::new(failure.kind, failure.message)))?;
        let misfit = |why: String| {
            let message = format!("`{}` answered with something else than it declares: {why}", call.capability);
            Answer::Failed(Failure::new("unexpected_answer", message))
        };
        codec::check_size(&json).map_err(misfit)?;
        match &call.agent {
            Some(bound) => agent::answer(self.program, call, bound, &json),
            None => codec::decode(self.program, &json, &call.result).map_err(misfit),
        }
    }
}

/// Why an answer is no value.
pub(crate) enum Answer {
    /// It is a failure.
    Failed(Failure),
    /// An agent's answer does not fit; it may be sent back once.
    Again(agent::Again),
}
