//! Bindings that were written become schedules of the server, each told in a line.

use ntro_ir::Binding;
use ntro_worker::bindings::Written;
use ntro_worker::schedules::{Applied, Schedules, Standing};

use super::{plan, schedule_times};

/// Makes each binding's schedule what the binding says. Gives what is to be told, and what went wrong, a line each.
pub(crate) async fn schedule(schedules: &Schedules, bound: &[(Binding, Written)]) -> (String, Vec<String>) {
    let (mut text, mut wrong) = (String::new(), Vec::new());
    for (binding, written) in bound {
        match schedules.apply(binding).await {
            Ok(applied) => text.push_str(&told(binding, *written, &applied)),
            Err(error) => wrong.push(format!("workflow {}: {error}", binding.name)),
        }
    }
    (text, wrong)
}

/// A line for a binding.
fn told(binding: &Binding, written: Written, applied: &Applied) -> String {
    let how = match (written, applied.before) {
        (Written::New, _) => "bound",
        (Written::Same, Standing::Missing) => "scheduled",
        (Written::Changed, _) | (_, Standing::Differs | Standing::Superfluous) => "changed",
        (Written::Same, Standing::Same | Standing::NotNeeded) => "unchanged",
    };
    let mut text = format!("workflow {}  {how}  {}\n", binding.name, plan::told(binding));
    if applied.paused {
        text.push_str("  it is paused\n");
    } else if !applied.next.is_empty() {
        let zone = binding.zone.as_deref().unwrap_or("UTC");
        text.push_str(&format!("  next  {}\n", schedule_times::told(&applied.next, zone)));
    }
    text
}
