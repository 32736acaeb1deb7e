//! A cancelled run takes back what it has done, after whatever runs outside has answered, and is not disturbed while it does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop where it stands"
)]

mod common;

use common::{host, text};
use ntro_harness::{ActivityFailure, Json, Local, RunEnd, RunKey, Step};
use serde_json::json;

const TRIP: &str = r#"
capability hotel.book() -> text
capability hotel.cancel(booking: text)
capability flight.book() -> text
capability flight.cancel(booking: text)
capability slow.work()
runbook trip "Trip" {
  step hotel "Hotel" {
    run hotel.book()
    undo { run hotel.cancel(booking: hotel) }
  }
  step flight "Flight" {
    run flight.book()
    undo {
      sleep 1h
      run flight.cancel(booking: flight)
    }
  }
  step slow "Slow" { run slow.work() }
}
"#;

/// What a capability answers; nothing leaves it open.
type Answer = Option<Result<Json, (ActivityFailure, bool)>>;

/// Goes on until the host is idle; gives what happened, and the activity that was left without an answer.
fn go_on(local: &mut Local, answer: fn(&str) -> Answer) -> (Vec<String>, Option<(RunKey, u32, u32)>) {
    let (mut told, mut open) = (Vec::new(), None);
    loop {
        match local.next() {
            Step::Activity { run, call, attempt } => {
                told.push(format!("{} {}", call.capability, call.args));
                match answer(&call.capability) {
                    Some(result) => _ = local.resolve(&run, call.seq, attempt, result),
                    None => open = Some((run, call.seq, attempt)),
                }
            }
            Step::CancelActivity { .. } => told.push("stop".to_owned()),
            Step::Event { event, .. } if event.name.starts_with("step.und") => {
                told.push(format!("{} {}", event.name, event.step));
            }
            Step::Finished { end, .. } => told.push(match end {
                RunEnd::Completed(_) => "completed".to_owned(),
                RunEnd::Failed(failure) => format!("failed {}", failure.message),
                RunEnd::Cancelled => "cancelled".to_owned(),
            }),
            Step::Fault { message, .. } => panic!("{message}"),
            Step::Idle { .. } => return (told, open),
            _ => {}
        }
    }
}

fn booked(capability: &str) -> Answer {
    match capability {
        "slow.work" => None,
        "hotel.book" => Some(Ok(json!("H"))),
        "flight.book" => Some(Ok(json!("F"))),
        _ => Some(Ok(Json::Null)),
    }
}

/// A run that waits for `slow.work`, and was asked to end.
fn cancelled() -> (Local, RunKey, (RunKey, u32, u32)) {
    let (mut local, run) = host(&text(TRIP), "trip", json!({}), None);
    let (told, open) = go_on(&mut local, booked);
    assert_eq!(told, ["hotel.book {}", "flight.book {}", "slow.work {}"]);
    local.cancel(&run, "changed our mind").unwrap();
    (local, run, open.unwrap())
}

#[test]
fn a_cancelled_run_waits_for_what_runs_outside_and_then_takes_back_newest_first() {
    let (mut local, run, (_, seq, attempt)) = cancelled();
    // Nothing is undone while the capability has not answered.
    assert_eq!(go_on(&mut local, booked).0, ["stop"]);
    assert!(local.resolve(&run, seq, attempt, Ok(Json::Null)));
    assert_eq!(go_on(&mut local, booked).0, ["step.undoing flight"]);
    // It is ending already: a second request, a signal and an action change nothing.
    local.cancel(&run, "now!").unwrap();
    local.signal(&run, "user_action", json!({ "type": "approved" })).unwrap();
    assert!(local.update(&run, "act", json!({ "type": "approved" })).is_err());
    assert_eq!(go_on(&mut local, booked).0, Vec::<String>::new());
    let Step::Idle { next_timer: Some(due) } = local.next() else { panic!("the undo sleeps") };
    local.advance_to(due);
    let expected = [
        r#"flight.cancel {"booking":"F"}"#,
        "step.undone flight",
        "step.undoing hotel",
        r#"hotel.cancel {"booking":"H"}"#,
        "step.undone hotel",
        "cancelled",
    ];
    assert_eq!(go_on(&mut local, booked).0, expected);
}

#[test]
fn a_cancelled_run_that_cannot_take_something_back_fails_and_says_what() {
    let (mut local, run, (_, seq, attempt)) = cancelled();
    go_on(&mut local, booked);
    local.resolve(&run, seq, attempt, Ok(Json::Null));
    go_on(&mut local, booked);
    let Step::Idle { next_timer: Some(due) } = local.next() else { panic!("the undo sleeps") };
    local.advance_to(due);
    let refused = |capability: &str| match capability {
        "flight.cancel" => {
            Some(Err((ActivityFailure { kind: "failed".into(), message: "not refundable".into() }, false)))
        }
        other => booked(other),
    };
    let (told, _) = go_on(&mut local, refused);
    assert_eq!(told.last().unwrap(), "failed The run was cancelled. Undoing `Flight` failed: not refundable");
    assert!(told.contains(&"step.undone hotel".to_owned()), "{told:?}");
}
