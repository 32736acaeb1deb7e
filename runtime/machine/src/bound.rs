//! What a binding gives a run as its input: its `with`, evaluated by the ordinary machine at the run's nominal time.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use ntro_ir::Binding;

use crate::io::{Input, Json, Output, Start};
use crate::machine::Machine;

/// Evaluates a binding's `with`. `at` is what `now()` says: the schedule's nominal time, else the run's own start; `run` is the first
/// run's id, which `uuid()` follows from; `zone` and `holidays` count where the binding has no zone of its own, and for working days.
///
/// # Errors
/// A sentence: the zone is not known, or an expression has no value (a division by zero, a date outside the calendar).
pub fn bound_input(
    binding: &Binding,
    at: Timestamp,
    run: &str,
    zone: Option<&str>,
    holidays: &[Date],
) -> Result<Json, String> {
    let empty = || Json::Object(serde_json::Map::new());
    let start = Start {
        workflow_id: binding.name.clone(),
        first_run_id: run.to_owned(),
        input: empty(),
        config: empty(),
        tenant: binding.tenant.clone(),
        entity: binding.entity.clone(),
        zone: binding.zone.clone().or_else(|| zone.map(str::to_owned)),
        scheduled_at: Some(at),
        holidays: holidays.to_vec(),
        anonymous: false,
    };
    let mut machine = Machine::new(Arc::new(binding.with.clone()));
    machine.handle(at, Input::Started(Box::new(start)));
    while let Some(output) = machine.poll_output() {
        match output {
            Output::Complete { result } => return Ok(result),
            Output::Fail(failure) => return Err(failure.message),
            _ => {}
        }
    }
    Err(machine.fault().unwrap_or("it gives nothing").to_owned())
}
