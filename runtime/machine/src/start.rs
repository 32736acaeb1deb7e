//! The start of a run: its input and configuration are read by the program's types, and its clock is made.

use ntro_ir::{CONFIG_SLOT, INPUT_SLOT, Program, REWORK_SLOT, Type, Value};

use crate::codec;
use crate::eval::Clock;
use crate::io::{Json, Start};
use crate::state::{Fibre, Phase, Run, State};
use crate::whose::whose;

/// Starts a run.
///
/// # Errors
/// A sentence for people: the run fails with it.
pub(crate) fn start(program: &Program, state: &mut State, start: Start) -> Result<Clock, String> {
    let input = read(program, &start.input, program.input).map_err(|why| format!("The input does not fit: {why}"))?;
    let config =
        read(program, &start.config, program.config).map_err(|why| format!("The configuration does not fit: {why}"))?;
    let mut holidays = start.holidays;
    if let Some(Value::List(days)) = config.field("holidays") {
        holidays.extend(days.iter().filter_map(|day| match day {
            Value::Date(date) => Some(*date),
            _ => None,
        }));
        holidays.sort_unstable();
        holidays.dedup();
    }
    let (tenant, entity) = whose(&start.input, start.tenant.as_deref(), start.entity.as_deref());
    let period = input.field("period").filter(|period| **period != Value::None).map(Value::display);
    let run = Run {
        workflow_id: start.workflow_id,
        first_run_id: start.first_run_id,
        tenant,
        entity,
        period,
        zone: start.zone,
        holidays,
        anonymous: start.anonymous,
    };
    let clock = clock(state, &run)?;
    state.run = Some(run);
    state.slots.insert(INPUT_SLOT.0, input);
    state.slots.insert(CONFIG_SLOT.0, config);
    state.slots.insert(REWORK_SLOT.0, Value::None);
    state.fibres.insert(state.next_fibre, Fibre::new(None, 0));
    state.next_fibre += 1;
    state.phase = Phase::Running;
    Ok(clock)
}

/// An absent input or configuration is an empty one.
fn read(program: &Program, json: &Json, ty: ntro_ir::TypeId) -> Result<Value, String> {
    codec::check_size(json)?;
    let empty = Json::Object(serde_json::Map::new());
    codec::decode(program, if json.is_null() { &empty } else { json }, &Type::Named(ty))
}

fn clock(state: &State, run: &Run) -> Result<Clock, String> {
    let clock = Clock::new(state.notes.now, &run.first_run_id)
        .with_holidays(run.holidays.iter().copied())
        .with_uuids_used(state.uuids);
    match &run.zone {
        Some(zone) => clock.with_zone(zone),
        None => Ok(clock),
    }
}

/// The clock of a run that is continued; none before its start.
pub(crate) fn clock_of(state: &State) -> Option<Clock> {
    let run = state.run.as_ref()?;
    // The zone was known when the run started; one that is not any more reads as UTC.
    Some(clock(state, run).unwrap_or_else(|_| Clock::new(state.notes.now, &run.first_run_id)))
}
