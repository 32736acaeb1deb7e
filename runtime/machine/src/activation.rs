//! One activation: take what happened, run until everything waits, tell what changed.

use std::collections::VecDeque;

use ntro_ir::Program;

use crate::cx::Cx;
use crate::eval::Clock;
use crate::failure::{Run, Stop, fault};
use crate::io::{Input, Output, RunFailure};
use crate::start;
use crate::state::{Phase, State};

/// Runs an activation.
///
/// Signals, updates and answers are taken before timers, in the order given, so that a person who acts in the last moment is not
/// late. What a timer does is settled before the next one.
///
/// # Errors
/// A fault: the state is not to be used any more.
pub(crate) fn run(
    program: &Program,
    state: &mut State,
    clock: &mut Option<Clock>,
    out: &mut VecDeque<Output>,
    inputs: Vec<Input>,
    tells_values: bool,
) -> Result<(), String> {
    state.notes.activation = state.notes.activation.saturating_add(1);
    let (timers, mut others): (Vec<_>, Vec<_>) =
        inputs.into_iter().partition(|input| matches!(input, Input::TimerFired { .. }));
    if state.phase == Phase::New {
        let Some(at) = others.iter().position(|input| matches!(input, Input::Started(_))) else {
            return Err("the first input is not the start of the run".to_owned());
        };
        if let Input::Started(start) = others.remove(at) {
            match start::start(program, state, *start) {
                Ok(made) => *clock = Some(made),
                Err(message) => {
                    state.phase = Phase::Closed;
                    let kind = "invalid_input".to_owned();
                    out.push_back(Output::Fail(RunFailure {
                        kind,
                        message,
                        step: String::new(),
                        capability: None,
                        pc: 0,
                    }));
                }
            }
        }
    }
    let mut now = clock.take().unwrap_or_else(|| Clock::new(state.notes.now, ""));
    now.now = state.notes.now;
    let mut cx = Cx::new(program, state, &now, out);
    cx.tells_values = tells_values;
    let result = all(&mut cx, others, timers);
    state.uuids = now.uuids_used();
    *clock = Some(now);
    match result {
        Ok(()) => Ok(()),
        Err(Stop::Fault(what)) => Err(what),
        Err(Stop::Failure(failure)) => Err(format!("a failure that no fibre could raise: {}", failure.message)),
    }
}

fn all(cx: &mut Cx<'_>, others: Vec<Input>, timers: Vec<Input>) -> Run {
    if cx.state.phase == Phase::Running && cx.state.notes.activation == 1 {
        cx.ready.insert(crate::state::ROOT);
    }
    for input in others {
        take(cx, input)?;
    }
    settle(cx)?;
    // A limit goes before a reminder of the same instant: nobody is reminded of what is over.
    let reminds = |input: &Input| matches!(input, Input::TimerFired { seq } if cx.is_reminder(*seq));
    let (reminders, limits): (Vec<_>, Vec<_>) = timers.into_iter().partition(reminds);
    for input in limits.into_iter().chain(reminders) {
        take(cx, input)?;
        settle(cx)?;
    }
    while cx.end_if_quiet()? {
        settle(cx)?;
    }
    cx.upsert_search();
    Ok(())
}

fn take(cx: &mut Cx<'_>, input: Input) -> Run {
    match input {
        Input::Started(_) => fault("the run was started twice"),
        Input::ActivityResolved { seq, result } => cx.activity_resolved(seq, result),
        Input::TimerFired { seq } => cx.timer_fired(seq),
        Input::ChildStarted { seq, result } => cx.child_started(seq, result),
        Input::ChildResolved { seq, result } => cx.child_resolved(seq, result),
        Input::Signal { name, payload } => cx.signal(&name, payload),
        Input::Update { id, name, payload } => cx.update(id, &name, &payload),
        Input::CancelRequested { reason } => cx.cancel_run(reason),
    }
}

/// Runs fibres, gives queued signals to awaits, looks at conditions, until nothing changes.
fn settle(cx: &mut Cx<'_>) -> Run {
    loop {
        cx.run_ready()?;
        if cx.state.phase != Phase::Running {
            return Ok(());
        }
        // A signal that has come goes before a condition that has come true.
        let delivered = cx.deliver()?;
        let closed = cx.check_until()?;
        if !delivered && !closed && cx.ready.is_empty() {
            return Ok(());
        }
    }
}
