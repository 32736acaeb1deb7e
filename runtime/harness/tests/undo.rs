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

const PAY: &str = r#"
capability pay.send(n: int) -> text
capability pay.late(n: int) -> text
capability pay.check(id: text)
capability pay.cancel(id: text)
runbook last "The answer is the last thing" {
  step one "One" {
    run pay.send(n: 1)
    undo { run pay.cancel(id: one) }
  }
  step outer "Outer" {
    step two "Two" {
      let sent = run pay.late(n: 2)
      return { id: sent, n: 2 }
      undo { run pay.cancel(id: two.id) }
    }
    undo { run pay.cancel(id: "outer") }
  }
}
runbook more "More is to be done" {
  step one "One" {
    run pay.late(n: 2)
    run pay.check(id: "two")
    undo { run pay.cancel(id: "one") }
  }
}
runbook beside "One fails while another runs" {
  output: text
  parallel {
    step slow "Slow" {
      run pay.late(n: 3)
      undo { run pay.cancel(id: slow) }
    }
    step quick "Quick" { run pay.check(id: "quick") }
  }
  return slow
}
runbook rounds "Side by side" {
  for n in [1, 2] key n at most 2 at once {
    step each "Each" {
      run pay.late(n)
      undo { run pay.cancel(id: "{{ n }}: {{ each }}") }
    }
  }
}
"#;

/// All payments succeed at once, but for the late ones; checks are refused.
fn paid(capability: &str) -> Answer {
    match capability {
        "pay.late" => None,
        "pay.check" => Some(Err((ActivityFailure { kind: "failed".into(), message: "refused".into() }, false))),
        "pay.cancel" => Some(Ok(Json::Null)),
        _ => Some(Ok(json!("P-1"))),
    }
}

/// A run of [`PAY`] that is asked to end while it waits for `pay.late`, which then answers.
fn answered_late(runbook: &str, answer: Result<Json, (ActivityFailure, bool)>) -> Vec<String> {
    let (mut local, run) = host(&text(PAY), runbook, json!({}), None);
    let (_, open) = go_on(&mut local, paid);
    let (_, seq, attempt) = open.unwrap();
    local.cancel(&run, "changed our mind").unwrap();
    assert_eq!(go_on(&mut local, paid).0, ["stop"]);
    assert!(local.resolve(&run, seq, attempt, answer));
    go_on(&mut local, paid).0
}

#[test]
fn a_step_that_an_answer_completes_after_the_cancellation_is_undone_too() {
    let expected = [
        "step.undoing outer",
        r#"pay.cancel {"id":"outer"}"#,
        "step.undone outer",
        "step.undoing outer.two",
        r#"pay.cancel {"id":"P-2"}"#,
        "step.undone outer.two",
        "step.undoing one",
        r#"pay.cancel {"id":"P-1"}"#,
        "step.undone one",
        "cancelled",
    ];
    assert_eq!(answered_late("last", Ok(json!("P-2"))), expected);
}

#[test]
fn a_step_that_failed_or_had_more_to_do_is_not_undone() {
    let failed = ActivityFailure { kind: "cancelled".into(), message: "stopped".into() };
    assert_eq!(answered_late("last", Err((failed, false))), expected_of_one());
    // An answer that does not fit is no answer.
    assert_eq!(answered_late("last", Ok(json!(2))), expected_of_one());
    assert_eq!(answered_late("more", Ok(json!("P-2"))), ["cancelled"]);
}

/// Only the first step is taken back.
fn expected_of_one() -> [&'static str; 4] {
    ["step.undoing one", r#"pay.cancel {"id":"P-1"}"#, "step.undone one", "cancelled"]
}

#[test]
fn what_answers_after_a_failure_beside_it_is_undone_too() {
    let (mut local, _) = host(&text(PAY), "beside", json!({}), None);
    let (told, open) = go_on(&mut local, paid);
    assert_eq!(told, [r#"pay.late {"n":3}"#, r#"pay.check {"id":"quick"}"#, "stop"]);
    let (run, seq, attempt) = open.unwrap();
    assert!(local.resolve(&run, seq, attempt, Ok(json!("P-3"))));
    let expected = ["step.undoing slow", r#"pay.cancel {"id":"P-3"}"#, "step.undone slow", "failed Quick: refused"];
    assert_eq!(go_on(&mut local, paid).0, expected);
}

#[test]
fn each_round_that_answers_late_is_undone_with_its_own_values() {
    let (mut local, run) = host(&text(PAY), "rounds", json!({}), None);
    let mut open = Vec::new();
    loop {
        match local.next() {
            Step::Activity { call, attempt, .. } => open.push((call.seq, attempt)),
            Step::Idle { .. } => break,
            _ => {}
        }
    }
    local.cancel(&run, "changed our mind").unwrap();
    go_on(&mut local, paid);
    for (at, (seq, attempt)) in open.into_iter().enumerate() {
        assert!(local.resolve(&run, seq, attempt, Ok(json!(["A", "B"][at]))));
    }
    let told = go_on(&mut local, paid).0;
    let calls: Vec<_> = told.iter().filter(|line| line.starts_with("pay")).collect();
    assert_eq!(calls, [r#"pay.cancel {"id":"2: B"}"#, r#"pay.cancel {"id":"1: A"}"#]);
}
