//! The local host: retries, limits, children, cancellation, replay, order.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop where it stands"
)]

mod common;

use common::{example, host, one_lease, text};
use ntro_harness::mocks::Mocks;
use ntro_harness::player::{Happening, People, Played, play};
use ntro_harness::{ActivityFailure, Json, Local, RunEnd, RunKey, Step, replay};
use serde_json::json;

const PAY: &str = r#"
type Paid { reference: text }
capability bank.pay(payee: text) -> Paid {
  queue:  "bank"
  within  1m
  retry:  { attempts: 3, first: 2s, factor: 2, max: 1m }
}
runbook pay "Pay" {
  output: Paid
  step paid "Pay" { run bank.pay(payee: "Ana") }
  return paid
}
"#;

fn failure(message: &str) -> ActivityFailure {
    ActivityFailure { kind: "failed".into(), message: message.into() }
}

/// The next step that is no event.
fn next(local: &mut Local) -> Step {
    loop {
        match local.next() {
            Step::Event { .. } | Step::Started { .. } => {}
            step => return step,
        }
    }
}

#[track_caller]
fn activity(local: &mut Local) -> (u32, u32) {
    match next(local) {
        Step::Activity { call, attempt, .. } => (call.seq, attempt),
        other => panic!("an activity was expected: {other:?}"),
    }
}

#[track_caller]
fn idle_until(local: &mut Local) -> jiff::Timestamp {
    match next(local) {
        Step::Idle { next_timer: Some(due) } => due,
        other => panic!("a timer was expected: {other:?}"),
    }
}

#[track_caller]
fn ended(local: &mut Local) -> RunEnd {
    match next(local) {
        Step::Finished { end, .. } => end,
        other => panic!("an end was expected: {other:?}"),
    }
}

#[test]
fn a_failed_attempt_is_repeated_after_its_pause_and_the_last_failure_counts() {
    let (mut local, run) = host(&text(PAY), "pay", json!({}), None);
    let start = local.now();
    let mut pauses = Vec::new();
    for number in 1..=3 {
        let (seq, attempt) = activity(&mut local);
        assert_eq!(attempt, number);
        assert!(local.resolve(&run, seq, attempt, Err((failure("closed"), true))));
        // A second answer of the same attempt changes nothing.
        assert!(!local.resolve(&run, seq, attempt, Ok(json!({ "reference": "late" }))));
        if number < 3 {
            assert!(matches!(next(&mut local), Step::Retry { attempt, .. } if attempt == number + 1));
            let due = idle_until(&mut local);
            pauses.push(due.duration_since(local.now()).as_secs());
            local.advance_to(due);
        }
    }
    assert_eq!(pauses, [2, 4]);
    assert_eq!(local.now().duration_since(start).as_secs(), 6);
    match ended(&mut local) {
        RunEnd::Failed(failed) => {
            assert_eq!((failed.message.as_str(), failed.capability.as_deref()), ("Pay: closed", Some("bank.pay")))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_failure_that_will_be_the_same_is_not_repeated() {
    let (mut local, run) = host(&text(PAY), "pay", json!({}), None);
    let (seq, attempt) = activity(&mut local);
    local.resolve(&run, seq, attempt, Err((failure("no such payee"), false)));
    assert!(matches!(ended(&mut local), RunEnd::Failed(_)));
}

#[test]
fn an_attempt_without_an_answer_runs_out_and_its_late_answer_is_ignored() {
    let (mut local, run) = host(&text(PAY), "pay", json!({}), None);
    let (seq, attempt) = activity(&mut local);
    let due = idle_until(&mut local);
    assert_eq!(due.duration_since(local.now()).as_secs(), 60);
    local.advance_to(due);
    assert!(matches!(next(&mut local), Step::CancelActivity { attempt: 1, .. }));
    assert!(matches!(next(&mut local), Step::Retry { attempt: 2, ref failure, .. } if failure.kind == "timeout"));
    assert!(!local.resolve(&run, seq, attempt, Ok(json!({ "reference": "late" }))));
    let due = idle_until(&mut local);
    local.advance_to(due);
    let (seq, attempt) = activity(&mut local);
    local.resolve(&run, seq, attempt, Ok(json!({ "reference": "B-2" })));
    assert_eq!(ended(&mut local), RunEnd::Completed(json!({ "reference": "B-2" })));
}

#[test]
fn the_limit_of_all_attempts_ends_them() {
    let limited = PAY.replace("run bank.pay(payee: \"Ana\")", "run bank.pay(payee: \"Ana\") within 5s");
    let (mut local, run) = host(&text(&limited), "pay", json!({}), None);
    let (seq, attempt) = activity(&mut local);
    local.resolve(&run, seq, attempt, Err((failure("closed"), true)));
    let due = loop {
        match next(&mut local) {
            Step::Retry { .. } => {}
            Step::Activity { call, attempt, .. } => {
                local.resolve(&run, call.seq, attempt, Err((failure("closed"), true)));
            }
            Step::Idle { next_timer: Some(due) } => local.advance_to(due),
            Step::Finished { .. } => break local.now(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(due.duration_since("2026-01-05T09:00:00Z".parse().unwrap()).as_secs(), 5);
    match &local.info(&run).unwrap().end {
        Some(RunEnd::Failed(failed)) => assert_eq!(failed.kind, "timeout"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_runbook_that_is_not_here_fails_its_parent_and_says_what_is() {
    let programs = text(
        r#"
extern runbook elsewhere { input { n: int } output: int }
runbook parent "Parent" {
  child other "Elsewhere" { run elsewhere(n: 1) on failure fail }
}
"#,
    );
    let (mut local, _) = host(&programs, "parent", json!({}), None);
    match ended(&mut local) {
        RunEnd::Failed(failed) => assert!(
            failed.message.contains("no runbook `elsewhere`") && failed.message.contains("`parent`"),
            "{failed:?}"
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_host_cannot_do_it_refuses() {
    let (mut local, run) = host(&text(PAY), "pay", json!({}), None);
    assert!(local.start("pya", "other", json!({})).unwrap_err().to_string().contains("pya"));
    assert!(local.start("pay", "run", json!({})).is_err(), "the id is taken");
    assert!(local.signal(&RunKey::new("nobody"), "x", json!({})).is_err());
    local.cancel(&run, "enough").unwrap();
    let (seq, attempt) = activity(&mut local);
    while let Step::CancelActivity { .. } = next(&mut local) {
        local.resolve(
            &run,
            seq,
            attempt,
            Err((ActivityFailure { kind: "cancelled".into(), message: "stopped".into() }, false)),
        );
    }
    assert_eq!(local.info(&run).unwrap().end, Some(RunEnd::Cancelled));
    assert!(local.signal(&run, "x", json!({})).is_err(), "it has ended");
    assert!(local.update(&run, "act", json!({})).unwrap_err().contains("ended"));
}

#[test]
fn an_unusable_input_fails_the_run() {
    let programs = text("runbook r \"R\" { input { n: int } output: int\n return n }");
    let (mut local, _) = host(&programs, "r", json!({ "n": "many" }), None);
    assert!(matches!(ended(&mut local), RunEnd::Failed(failed) if failed.kind == "invalid_input"));
}

fn happy(name: &str, runbook: &str, input: &Json, seed: Option<u64>) -> (Local, RunKey, Played) {
    let (mut local, run) = host(&example(name), runbook, input.clone(), seed);
    let played = play(&mut local, &run, &mut one_lease(), &mut People::Yes);
    (local, run, played)
}

fn examples() -> [(&'static str, &'static str, Json); 3] {
    [
        ("document-ingest", "document-ingest", json!({ "entity": "a", "period": "2026-03", "source": "s" })),
        ("expense-processor", "expense-processor", json!({ "entity": "a" })),
        ("nav-monthly", "nav-monthly", json!({ "entity": "a", "period": "2025-12" })),
    ]
}

#[test]
fn the_examples_run_on_made_values_and_replay_to_the_same_state() {
    for (name, runbook, input) in examples() {
        let (local, run, played) = happy(name, runbook, &input, None);
        assert_eq!(played.fault, None, "{name}");
        assert!(local.info(&run).unwrap().end.is_some(), "{name} waits: {:?}", played.stuck);
        for run in local.runs() {
            let program = local.info(run).unwrap().program.clone();
            let again = replay(program, local.recording(run));
            assert_eq!(again.machine.state_hash(), local.machine(run).unwrap().state_hash(), "{run}");
            let wanted = again
                .outputs
                .iter()
                .flatten()
                .filter(|output| matches!(output, ntro_machine::Output::ScheduleActivity(_)))
                .count();
            let first =
                |happening: &&Happening| matches!(happening, Happening::Call { run: of, attempt: 1, .. } if of == run);
            assert_eq!(wanted, played.happenings.iter().filter(first).count(), "{run}");
        }
    }
}

#[test]
fn somebody_who_says_yes_completes_a_document() {
    let (_, runbook, input) = &examples()[0];
    let (local, run, played) = happy("document-ingest", runbook, input, None);
    match &local.info(&run).unwrap().end {
        Some(RunEnd::Completed(result)) => {
            assert_eq!(result["monthly_total"], json!({ "amount": "100.00", "currency": "GBP" }))
        }
        other => panic!("{other:?}: {:?}", played.happenings.last()),
    }
    let calls: Vec<&str> = played
        .happenings
        .iter()
        .filter_map(|happening| match happening {
            Happening::Call { call, .. } => Some(call.capability.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(calls, ["files.parse", "ai.extract", "records.commit"]);
}

#[test]
fn results_that_wait_together_may_come_in_any_order() {
    let programs = text(
        r#"
capability one(n: int) -> int
runbook many "Many" {
  output: int
  var total: int = 0
  step all "All" {
    for n in [1, 2, 3, 4] at most 4 at once {
      let got = run one(n: n)
      total += got
    }
  }
  return total
}
"#,
    );
    let mut orders = std::collections::BTreeSet::new();
    for seed in 0..12 {
        let (mut local, run) = host(&programs, "many", json!({}), Some(seed));
        let played = play(&mut local, &run, &mut Mocks::default(), &mut People::Yes);
        assert_eq!(played.fault, None);
        assert_eq!(local.info(&run).unwrap().end, Some(RunEnd::Completed(json!(4))));
        let order: Vec<u32> = local
            .recording(&run)
            .iter()
            .filter_map(|recorded| match recorded.input {
                ntro_machine::Input::ActivityResolved { seq, .. } => Some(seq),
                _ => None,
            })
            .collect();
        assert_eq!(order.len(), 4);
        orders.insert(order);
    }
    assert!(orders.len() > 1, "the seeds choose different orders");
}

#[test]
fn a_run_in_review_stays_small() {
    let (name, runbook, input) = &examples()[0];
    let (mut local, run) = host(&example(name), runbook, input.clone(), None);
    let mut book = ntro_harness::answers::Book::new([(
        ntro_harness::answers::Answer {
            step: Some("submitted".into()),
            file: Some("a.pdf".into()),
            ..Default::default()
        },
        "here".to_owned(),
    )]);
    // The book stops at the review; its limits do not run out, because nobody lets time pass.
    loop {
        match local.next() {
            Step::Activity { call, attempt, run } => {
                let program = local.info(&run).unwrap().program.clone();
                let result = Mocks::default().answer(&program, &call);
                local.resolve(&run, call.seq, attempt, result);
            }
            Step::Idle { .. } => match book.next(&local, &run).unwrap() {
                ntro_harness::answers::Next::Do(ntro_harness::answers::Move::Upload { name, payload, .. }, _) => {
                    let mut body = payload;
                    body.insert("document_ref".into(), json!("doc_a"));
                    local.signal(&run, &name, Json::Object(body)).unwrap();
                }
                _ => break,
            },
            _ => {}
        }
    }
    assert_eq!(ntro_harness::waiting(&local)[0].step, "review");
    let bytes = serde_json::to_vec(&local.machine(&run).unwrap().snapshot()).unwrap().len();
    assert!(bytes < 8_000, "the state of a run that waits has {bytes} bytes");
}
