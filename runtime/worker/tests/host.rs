//! One run between the server and its machine, without either: activations in, commands out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on should say so at once"
)]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use ntro_machine::{ActivityFailure, Input};
use ntro_worker::marker::{HABITS, Ir, Marker};
use ntro_worker::payload;
use ntro_worker::programs::Recorded;
use ntro_worker::run::{Activated, Moment, Run, Surroundings, TaskFailure};
use ntro_worker::translate::{ActivityEnd, Happened, happened};
use serde_json::{Value as Json, json};
use temporalio_common::protos::coresdk::workflow_activation::workflow_activation_job::Variant as Job;
use temporalio_common::protos::coresdk::workflow_activation::{
    DoUpdate, InitializeWorkflow, QueryWorkflow, SignalWorkflow,
};
use temporalio_common::protos::coresdk::workflow_commands::workflow_command::Variant as Command;
use temporalio_common::protos::coresdk::workflow_commands::{ScheduleActivity, query_result, update_response};
use temporalio_common::protos::temporal::api::common::v1::Payload;

/// The local activity that finds the program.
const PROGRAM: u32 = 1 << 31;

struct Rig {
    run: Run,
    programs: Recorded,
    replaying: bool,
}

impl Rig {
    fn new() -> Rig {
        Rig { run: Run::new(), programs: Recorded::default(), replaying: false }
    }

    fn activate(&mut self, jobs: Vec<Happened>) -> Result<Activated, TaskFailure> {
        self.activate_when(false, jobs)
    }

    /// The same in a history that the server calls long.
    fn activate_long(&mut self, jobs: Vec<Happened>) -> Activated {
        self.activate_when(true, jobs).unwrap()
    }

    fn activate_when(&mut self, long: bool, jobs: Vec<Happened>) -> Result<Activated, TaskFailure> {
        let around = Surroundings { namespace: "ns", task_queue: "q", programs: &self.programs };
        let now: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        self.run.activate(&around, Moment { now, long, replaying: self.replaying }, jobs)
    }
}

fn start(runbook: &str, input: &Json) -> Happened {
    let header = json!({ "tenant": "acme", "entity": "spv1", "interface": "abc" });
    happened(Job::InitializeWorkflow(InitializeWorkflow {
        workflow_type: runbook.into(),
        workflow_id: "wf".into(),
        first_execution_run_id: "run-1".into(),
        arguments: vec![payload::json(input)],
        headers: HashMap::from([("ntro-start".to_owned(), payload::json(&header))]),
        ..Default::default()
    }))
}

fn program(runbook: &str) -> Json {
    program_of("family.ntro", runbook)
}

fn program_of(fixture: &str, runbook: &str) -> Json {
    let path = format!("{}/tests/fixtures/{fixture}", env!("CARGO_MANIFEST_DIR"));
    let text: Arc<str> = std::fs::read_to_string(path).unwrap().into();
    let checked = ntro_compiler::check(&BTreeMap::from([(fixture.to_owned(), text)]));
    let program = &checked.runbooks[runbook].program;
    let marker = Marker {
        digest: ntro_ir::digest(program).to_string(),
        runbook: runbook.into(),
        version: "1.0.0".into(),
        ir: Ir::pack(&ntro_ir::canonical::program_json(program).unwrap()),
        config: Json::Null,
        anonymous: true,
        holidays: Vec::new(),
        zone: None,
        tenant: None,
        entity: None,
        input: Json::Null,
        search: true,
        habits: HABITS,
    };
    serde_json::to_value(marker).unwrap()
}

fn found(marker: Json) -> Happened {
    Happened::Activity(PROGRAM, ActivityEnd::Resolved(Ok(marker)))
}

fn commands(activated: &Activated) -> Vec<&Command> {
    activated.commands.iter().filter_map(|command| command.variant.as_ref()).collect()
}

fn update(validate: bool) -> Happened {
    happened(Job::DoUpdate(DoUpdate {
        name: "act".into(),
        protocol_instance_id: "p1".into(),
        input: vec![payload::json(&json!({ "type": "approved", "step": "ok" }))],
        run_validator: validate,
        ..Default::default()
    }))
}

fn query(name: &str) -> Happened {
    happened(Job::QueryWorkflow(QueryWorkflow {
        query_id: "legacy_query".into(),
        query_type: name.into(),
        ..Default::default()
    }))
}

fn answered(activated: &Activated) -> Json {
    let [Command::RespondToQuery(result)] = commands(activated)[..] else { panic!("{activated:?}") };
    let Some(query_result::Variant::Succeeded(answer)) = &result.variant else { panic!("{result:?}") };
    payload::read(answer.response.as_ref().unwrap()).unwrap()
}

#[test]
fn a_run_asks_for_its_program_first_and_waits_with_all_else() {
    let mut rig = Rig::new();
    let early = happened(Job::SignalWorkflow(SignalWorkflow {
        signal_name: "user_action".into(),
        input: vec![payload::json(&json!({ "type": "approved" }))],
        ..Default::default()
    }));
    let begun = rig.activate(vec![start("kid", &json!({ "name": "ana" })), early, update(true)]).unwrap();
    let [Command::ScheduleLocalActivity(asks), Command::UpdateResponse(refused)] = commands(&begun)[..] else {
        panic!("{begun:?}")
    };
    assert_eq!(asks.activity_type, "ntro.program");
    assert_eq!(
        payload::read(&asks.arguments[0]).unwrap(),
        json!({ "runbook": "kid", "interface": "abc", "tenant": "acme", "entity": "spv1" })
    );
    let Some(update_response::Response::Rejected(failure)) = &refused.response else { panic!("{refused:?}") };
    assert!(failure.message.starts_with("NotReady"), "{}", failure.message);
    assert_eq!(answered(&rig.activate(vec![query("current_pending_action")]).unwrap()), Json::Null);
    assert_eq!(answered(&rig.activate(vec![query("current_steps")]).unwrap()), json!([]));

    let going = rig.activate(vec![found(program("kid"))]).unwrap();
    // The early approval came before the gate was open, so it decided nothing: the gate's limit runs.
    assert!(commands(&going).iter().any(|command| matches!(command, Command::StartTimer(_))), "{going:?}");
    let pending = answered(&rig.activate(vec![query("current_pending_action")]).unwrap());
    assert_eq!((&pending["kind"], &pending["step_id"]), (&json!("interactive_review"), &json!("ok")));

    let decided = rig.activate(vec![update(true)]).unwrap();
    let kinds = commands(&decided);
    assert!(matches!(kinds[..], [.., Command::CompleteWorkflowExecution(_)]), "{kinds:?}");
    let accepted = kinds.iter().position(|command| {
        matches!(command, Command::UpdateResponse(response) if matches!(response.response, Some(update_response::Response::Accepted(()))))
    });
    let completed = kinds.iter().position(|command| {
        matches!(command, Command::UpdateResponse(response) if matches!(response.response, Some(update_response::Response::Completed(_))))
    });
    assert!(accepted.unwrap() < completed.unwrap());
}

#[test]
fn what_cannot_be_run_fails_the_task_and_says_why() {
    let begin = || {
        let mut rig = Rig::new();
        rig.activate(vec![start("kid", &json!({ "name": "ana" }))]).unwrap();
        rig
    };
    let why = |mut rig: Rig, job: Happened| rig.activate(vec![job]).unwrap_err().0;

    let mut marker = program("kid");
    marker["digest"] = json!("0".repeat(64));
    assert!(why(begin(), found(marker)).contains("its digest is"));
    let mut marker = program("kid");
    marker["ir"] = json!("{");
    assert!(why(begin(), found(marker)).contains("not a compiled runbook"));
    let mut marker = program("kid");
    marker.as_object_mut().unwrap().remove("ir");
    marker["ir_deflate"] = json!("AAAA");
    assert!(why(begin(), found(marker)).contains("damaged"));
    let mut marker = program("kid");
    marker["ir"] = json!(r#"{"ir_version":999}"#);
    assert!(why(begin(), found(marker)).contains("Start a newer worker"));
    assert!(why(begin(), found(json!({}))).contains("damaged"));
    assert!(why(begin(), update(false)).contains("before the run had its program"));
    assert!(
        why(Rig::new(), Happened::Input(Input::CancelRequested { reason: String::new() })).contains("before its start")
    );
}

#[test]
fn calls_carry_their_key_and_context_to_any_worker() {
    let mut rig = Rig::new();
    rig.activate(vec![start("foreign", &json!({ "n": 1 }))]).unwrap();
    let going = rig.activate(vec![found(program("foreign"))]).unwrap();
    let call = commands(&going).into_iter().find_map(|command| match command {
        Command::ScheduleActivity(call) => Some(call.clone()),
        _ => None,
    });
    let call = call.unwrap();
    assert_eq!((&*call.task_queue, &*call.activity_type, &*call.activity_id), ("noop", "noop_activity", "run-1:one:1"));
    assert_eq!(payload::read(&call.arguments[0]).unwrap(), json!({ "n": 1 }));
    let context = payload::read(&call.headers["ntro-context"]).unwrap();
    assert_eq!(
        (&context["tenant"], &context["entity"], &context["step"]),
        (&json!("acme"), &json!("spv1"), &json!("one"))
    );
    assert!(!call.headers.contains_key("ntro-call"), "what only our own workers need stays with them");
    assert_eq!(call.heartbeat_timeout, None, "a foreign worker may not heartbeat");
    let policy = call.retry_policy.unwrap();
    assert_eq!((policy.maximum_attempts, policy.backoff_coefficient), (5, 2.0));
}

/// The call that was asked for last.
fn asked(activated: &Activated) -> ScheduleActivity {
    let call = |command: &Command| match command {
        Command::ScheduleActivity(call) => Some(call.clone()),
        _ => None,
    };
    commands(activated).into_iter().filter_map(call).next_back().unwrap()
}

#[test]
fn the_schema_of_a_type_travels_only_where_a_worker_has_no_program_to_make_it_from() {
    let mut rig = Rig::new();
    rig.activate(vec![start("typed", &json!({}))]).unwrap();
    let marker = program_of("large.ntro", "typed");
    let digest = marker["digest"].as_str().unwrap()[..16].to_owned();
    let here = asked(&rig.activate(vec![found(marker)]).unwrap());
    let context = payload::read(&here.headers["ntro-context"]).unwrap();
    assert_eq!((context.get("schema"), context["step"].as_str()), (None, Some("here")));
    let served = payload::read(&here.headers["ntro-call"]).unwrap();
    assert_eq!(served, json!({ "bundle": "typed/1.0.0", "program": digest, "call": 0 }));

    let answer = json!({ "rows": [], "summary": "", "confidence": "1", "unmapped": [] });
    let there = rig.activate(vec![Happened::Activity(here.seq, ActivityEnd::Resolved(Ok(answer)))]).unwrap();
    let there = asked(&there);
    let context = payload::read(&there.headers["ntro-context"]).unwrap();
    let schema = context["schema"].to_string();
    assert!(there.task_queue == "other" && schema.contains("\"unit\"") && schema.contains("\"rent\""), "{schema}");
}

#[test]
fn a_question_changes_nothing_even_when_the_history_is_long() {
    let mut rig = Rig::new();
    rig.activate(vec![start("kid", &json!({ "name": "ana" }))]).unwrap();
    rig.activate(vec![found(program("kid"))]).unwrap();
    let around = Surroundings { namespace: "ns", task_queue: "q", programs: &rig.programs };
    let moment = Moment { now: "2026-01-06T09:00:00Z".parse().unwrap(), long: true, replaying: false };
    let asked = rig.run.activate(&around, moment, vec![query("current_steps")]).unwrap();
    assert_eq!(commands(&asked).len(), 1);
    let noted = rig.activate(vec![Happened::Input(Input::Signal { name: "x".into(), payload: Json::Null })]).unwrap();
    let goes_on = commands(&noted).iter().any(|command| matches!(command, Command::ContinueAsNewWorkflowExecution(_)));
    assert!(!goes_on, "{noted:?}");
}

// ── Children over several histories ──────────────────────────────────────────────────────────────────────────────────────

/// A run of `many.ntro` whose children have been asked for.
fn parent(runbook: &str, names: &[&str]) -> Rig {
    parent_with(program_of("many.ntro", runbook), runbook, names)
}

fn parent_with(marker: Json, runbook: &str, names: &[&str]) -> Rig {
    let mut rig = Rig::new();
    rig.activate(vec![start(runbook, &json!({ "names": names }))]).unwrap();
    let going = rig.activate(vec![found(marker)]).unwrap();
    let starts = commands(&going).iter().filter(|one| matches!(one, Command::StartChildWorkflowExecution(_))).count();
    assert_eq!(starts, names.len());
    rig
}

fn child_started(seq: u32) -> Happened {
    Happened::Input(Input::ChildStarted { seq, result: Ok(format!("child-run-{seq}")) })
}

/// The arguments of the next history, where a run goes on in one.
fn next_history(activated: &Activated) -> Option<Vec<Payload>> {
    commands(activated).into_iter().find_map(|command| match command {
        Command::ContinueAsNewWorkflowExecution(next) => Some(next.arguments.clone()),
        _ => None,
    })
}

/// A run in its next history.
fn resumed(runbook: &str, arguments: Vec<Payload>) -> (Rig, Activated) {
    let mut rig = Rig::new();
    let init = InitializeWorkflow {
        workflow_type: runbook.into(),
        workflow_id: "wf".into(),
        first_execution_run_id: "run-1".into(),
        arguments,
        ..Default::default()
    };
    // However short the server wants histories to be, this one does what it begins with.
    let begun = rig.activate_long(vec![happened(Job::InitializeWorkflow(init))]);
    (rig, begun)
}

/// The watch that was asked for: its number and the workflow ids.
fn watch(activated: &Activated) -> Option<(u32, Vec<String>)> {
    commands(activated).into_iter().find_map(|command| match command {
        Command::ScheduleActivity(watch) if watch.activity_type == "ntro.children" => {
            assert_eq!(watch.task_queue, "q.children");
            assert_eq!(watch.activity_id, format!("ntro.children:{}", watch.seq));
            let asked = payload::read(&watch.arguments[0]).unwrap();
            let ids = asked["children"].as_array().unwrap().iter();
            Some((watch.seq, ids.map(|child| child["workflow_id"].as_str().unwrap().to_owned()).collect()))
        }
        _ => None,
    })
}

fn ends(watch: u32, ended: &Json) -> Happened {
    Happened::Activity(watch, ActivityEnd::Resolved(Ok(json!({ "ended": ended }))))
}

/// The children that the server is asked to cancel, with the numbers of the questions.
fn told(activated: &Activated) -> Vec<(u32, String)> {
    let told = |command: &Command| match command {
        Command::RequestCancelExternalWorkflowExecution(cancel) => {
            let target = cancel.workflow_execution.clone().unwrap();
            assert_eq!((&*target.namespace, &*target.run_id), ("ns", ""));
            Some((cancel.seq, target.workflow_id))
        }
        _ => None,
    };
    commands(activated).into_iter().filter_map(told).collect()
}

fn last(activated: &Activated) -> &Command {
    commands(activated).pop().unwrap()
}

#[test]
fn open_children_stay_while_their_parent_goes_on_in_a_new_history() {
    let mut rig = parent("all", &["ana", "bo", "cy"]);
    // A start that is under way is waited for; only this history hears of it.
    let started = rig.activate_long(vec![child_started(1), child_started(2)]);
    assert!(next_history(&started).is_none(), "{started:?}");
    let on = rig.activate_long(vec![child_started(3)]);
    let arguments = next_history(&on).unwrap();
    assert_eq!(payload::read(&arguments[0]).unwrap(), json!({ "names": ["ana", "bo", "cy"] }));

    let (mut rig, begun) = resumed("all", arguments);
    let (first, ids) = watch(&begun).unwrap();
    assert_eq!(ids, ["wf:kids:asked:ana", "wf:kids:asked:bo", "wf:kids:asked:cy"]);
    let children = answered(&rig.activate(vec![query("children_by_step_id")]).unwrap());
    assert_eq!(
        (&children["kids"][1]["run_id"], &children["kids"][1]["status"]),
        (&json!("child-run-2"), &json!("running"))
    );
    let asked = answered(&rig.activate(vec![query("current_pending_action")]).unwrap());
    assert_eq!((&asked["kind"], &asked["children"][2]["task_id"]), (&json!("drill_down"), &json!("wf:kids:asked:cy")));

    // Two have ended, one twice over: the rest is watched on.
    let failed = json!({ "Err": { "kind": "terminated", "message": "Terminated" } });
    let two = json!([{ "seq": 1, "result": { "Ok": "ana is well" } }, { "seq": 3, "result": failed }]);
    let noted = rig.activate(vec![ends(first, &two)]).unwrap();
    let (second, ids) = watch(&noted).unwrap();
    assert_eq!(ids, ["wf:kids:asked:bo"]);
    assert_ne!(first, second);
    let children = answered(&rig.activate(vec![query("children_by_step_id")]).unwrap());
    let states: Vec<_> = (0..3).map(|at| children["kids"][at]["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["completed", "running", "failed"]);

    // And on into a third history while the last one is watched: the watch is left behind.
    let on = rig.activate_long(vec![Happened::Nothing]);
    let (mut rig, begun) = resumed("all", next_history(&on).unwrap());
    let (third, ids) = watch(&begun).unwrap();
    assert_eq!(ids, ["wf:kids:asked:bo"]);
    let again =
        json!([{ "seq": 1, "result": { "Ok": "somebody else" } }, { "seq": 2, "result": { "Ok": "bo is well" } }]);
    let done = rig.activate(vec![ends(third, &again)]).unwrap();
    let Command::CompleteWorkflowExecution(complete) = last(&done) else { panic!("{done:?}") };
    assert_eq!(
        payload::read(complete.result.as_ref().unwrap()).unwrap(),
        json!({
            "well": ["ana is well", "bo is well"],
            "failed": [{ "key": "cy", "kind": "terminated", "message": "Terminated" }],
        })
    );
    assert_eq!(watch(&done), None);
}

#[test]
fn a_run_that_is_cancelled_later_cancels_the_children_of_its_earlier_histories() {
    let mut rig = parent("all", &["ana", "bo"]);
    let on = rig.activate_long(vec![child_started(1), child_started(2)]);
    let (mut rig, begun) = resumed("all", next_history(&on).unwrap());
    assert!(watch(&begun).is_some());
    let cancel = Happened::Input(Input::CancelRequested { reason: "not needed".into() });
    let asked = rig.activate(vec![cancel]).unwrap();
    let who = told(&asked);
    assert_eq!(who.iter().map(|(_, id)| &**id).collect::<Vec<_>>(), ["wf:kids:asked:ana", "wf:kids:asked:bo"]);
    // One has heard; the other has not when the history becomes long: the question is waited for.
    assert!(next_history(&rig.activate_long(vec![Happened::Told(who[0].0)])).is_none());
    let on = rig.activate_long(vec![Happened::Told(who[1].0)]);
    let (mut rig, begun) = resumed("all", next_history(&on).unwrap());
    assert_eq!(told(&begun), [], "they have heard");
    let cancelled = json!({ "Err": { "kind": "cancelled", "message": "" } });
    let both = json!([{ "seq": 1, "result": cancelled }, { "seq": 2, "result": cancelled }]);
    let done = rig.activate(vec![ends(watch(&begun).unwrap().0, &both)]).unwrap();
    assert!(matches!(last(&done), Command::CancelWorkflowExecution(_)), "{done:?}");
}

#[test]
fn a_run_that_fails_tells_all_its_children_before_it_is_over() {
    // One of this history fails; another one's start is under way, and the server would forget what a closed run asks for.
    let mut rig = parent("strict", &["ana", "bo", "cy"]);
    let failed = || {
        let failure = ActivityFailure { kind: "failed".into(), message: "ana is not well.".into() };
        Happened::Input(Input::ChildResolved { seq: 1, result: Err(failure) })
    };
    let ending = rig.activate(vec![child_started(1), child_started(2), failed()]).unwrap();
    let who = told(&ending);
    assert_eq!(who.iter().map(|(_, id)| &**id).collect::<Vec<_>>(), ["wf:kids:asked:bo"]);
    let is_end = |activated: &Activated| {
        commands(activated).iter().any(|command| matches!(command, Command::FailWorkflowExecution(_)))
    };
    assert!(!is_end(&ending));
    let later = rig.activate(vec![Happened::Told(who[0].0)]).unwrap();
    assert!(!is_end(&later), "the start of cy is under way");
    let later = rig.activate(vec![child_started(3)]).unwrap();
    let who = told(&later);
    assert_eq!(who.len(), 1);
    assert!(!is_end(&later));
    // However long the history: a run that is over does not go on.
    let done = rig.activate_long(vec![Happened::Told(who[0].0)]);
    assert!(is_end(&done) && next_history(&done).is_none(), "{done:?}");

    // The same with a child of an earlier history.
    let mut rig = parent("strict", &["ana", "bo"]);
    let on = rig.activate_long(vec![child_started(1), child_started(2)]);
    let (mut rig, begun) = resumed("strict", next_history(&on).unwrap());
    let end = json!([{ "seq": 1, "result": { "Err": { "kind": "failed", "message": "ana is not well." } } }]);
    let ending = rig.activate(vec![ends(watch(&begun).unwrap().0, &end)]).unwrap();
    let who = told(&ending);
    assert_eq!((who.len(), is_end(&ending)), (1, false));
    let done = rig.activate(vec![Happened::Told(who[0].0)]).unwrap();
    assert!(is_end(&done), "{done:?}");
}

#[test]
fn a_run_that_holds_too_much_to_go_on_fails_clearly_and_tells_its_children() {
    // Noise, which does not pack.
    let mut state = 1_u64;
    let mut noise = |letters: usize| -> String {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(33 + u8::try_from((state >> 33) % 90).unwrap())
        };
        (0..letters).map(|_| next()).collect()
    };
    let names: Vec<String> = (0..18).map(|_| noise(60_000)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut rig = parent("numbered", &names);
    let ending = rig.activate_long((1..=18).map(child_started).collect());
    // One megabyte as the input and once more in the state: each alone could travel.
    assert!(next_history(&ending).is_none());
    let who = told(&ending);
    assert_eq!(who.len(), 18);
    let refused = rig.activate(vec![update(true)]).unwrap();
    assert!(matches!(last(&refused), Command::UpdateResponse(_)), "{refused:?}");
    let done = rig.activate(who.into_iter().map(|(seq, _)| Happened::Told(seq)).collect()).unwrap();
    let Command::FailWorkflowExecution(fail) = last(&done) else { panic!("{done:?}") };
    let failure = ntro_worker::failure::read(fail.failure.as_ref());
    assert_eq!(failure.kind, "too_large");
    assert!(failure.message.contains("bytes packed"), "{}", failure.message);
}

#[test]
fn a_run_of_the_first_versions_goes_on_as_it_began() {
    let mut marker = program_of("many.ntro", "strict");
    marker.as_object_mut().unwrap().remove("habits");
    let mut rig = parent_with(marker, "strict", &["ana", "bo"]);
    let on = rig.activate_long(vec![child_started(1), child_started(2)]);
    assert!(next_history(&on).is_none(), "{on:?}");
    let failure = ActivityFailure { kind: "failed".into(), message: "ana is not well.".into() };
    let failed = Happened::Input(Input::ChildResolved { seq: 1, result: Err(failure) });
    let done = rig.activate(vec![failed]).unwrap();
    let [Command::CancelChildWorkflowExecution(_), .., Command::FailWorkflowExecution(_)] = commands(&done)[..] else {
        panic!("{done:?}")
    };
}

#[test]
fn what_a_watch_tells_and_nobody_can_read_fails_the_task() {
    let begin = || {
        let mut rig = parent("all", &["ana"]);
        let on = rig.activate_long(vec![child_started(1)]);
        let (rig, begun) = resumed("all", next_history(&on).unwrap());
        (rig, watch(&begun).unwrap().0)
    };
    let (mut rig, seq) = begin();
    assert!(rig.activate(vec![ends(seq, &json!("?"))]).unwrap_err().0.contains("damaged"));
    let (mut rig, seq) = begin();
    let failure = ActivityFailure { kind: "defect".into(), message: "why".into() };
    let end = Happened::Activity(seq, ActivityEnd::Resolved(Err(failure)));
    assert!(rig.activate(vec![end]).unwrap_err().0.contains("cannot be watched: why"));
    // What a run takes along may be damaged too.
    let mut rig = parent("all", &["ana"]);
    let on = rig.activate_long(vec![child_started(1)]);
    let mut arguments = next_history(&on).unwrap();
    arguments[1].data.truncate(100);
    let init = InitializeWorkflow { workflow_type: "all".into(), arguments, ..Default::default() };
    let why = Rig::new().activate(vec![happened(Job::InitializeWorkflow(init))]).unwrap_err().0;
    assert!(why.contains("cannot go on where its last history ended"), "{why}");
}

/// The step of each time that a run says what it is searched by, and `-` for the activations in which it says nothing.
fn told_steps(habits: u32) -> Vec<String> {
    let mut rig = Rig::new();
    rig.activate(vec![start("steps", &json!({ "n": 1 }))]).unwrap();
    let mut marker = program_of("brief.ntro", "steps");
    marker["habits"] = json!(habits);
    let mut told = Vec::new();
    let mut next = found(marker);
    loop {
        let going = rig.activate(vec![next]).unwrap();
        let upserts = commands(&going).into_iter().filter_map(|command| match command {
            Command::UpsertWorkflowSearchAttributes(upsert) => upsert.search_attributes.as_ref(),
            _ => None,
        });
        let steps: Vec<_> = upserts
            .filter_map(|attributes| {
                payload::read(attributes.indexed_fields.get("NtroStep")?).ok()?.as_str().map(str::to_owned)
            })
            .collect();
        told.push(if steps.is_empty() { "-".to_owned() } else { steps.join("+") });
        let called = commands(&going).into_iter().find_map(|command| match command {
            Command::ScheduleActivity(call) => Some(call.seq),
            _ => None,
        });
        let Some(seq) = called else { return told };
        next = Happened::Activity(seq, ActivityEnd::Resolved(Ok(json!(1))));
    }
}

#[test]
fn steps_that_are_over_before_anybody_looks_are_not_told() {
    assert_eq!(told_steps(HABITS), ["one", "-", "three", "-", "five", "-", "seven"]);
    // A history that began before goes on as it began.
    assert_eq!(told_steps(1), ["one", "two", "three", "four", "five", "six", "seven"]);
}

#[test]
fn a_search_for_the_program_that_failed_in_the_history_is_done_once_more() {
    let failed = |seq| {
        let failure = ActivityFailure { kind: "no_program".into(), message: "there is no runbook".into() };
        Happened::Activity(seq, ActivityEnd::Resolved(Err(failure)))
    };
    let asked = |activated: &Activated| {
        let [Command::ScheduleLocalActivity(asks)] = commands(activated)[..] else { panic!("{activated:?}") };
        (asks.seq, asks.activity_id.clone())
    };
    let mut rig = Rig::new();
    let first = asked(&rig.activate(vec![start("kid", &json!({ "name": "ana" }))]).unwrap());
    assert_eq!(first, (PROGRAM, "ntro.program".to_owned()));
    // What a history tells cannot happen otherwise any more; what happens now fails the task.
    rig.replaying = true;
    let second = asked(&rig.activate(vec![failed(PROGRAM)]).unwrap());
    assert_eq!(second, (PROGRAM + 1, format!("ntro.program-{}", PROGRAM + 1)));
    rig.replaying = false;
    let error = rig.activate(vec![failed(PROGRAM + 1)]).unwrap_err();
    assert!(error.0.contains("there is no runbook"), "{error:?}");
}

mod early {
    use ntro_worker::workflow_loop::{Log, Runs};
    use temporalio_common::protos::coresdk::activity_result::{ActivityResolution, Success, activity_resolution};
    use temporalio_common::protos::coresdk::workflow_activation::{
        ResolveActivity, WorkflowActivation, WorkflowActivationJob,
    };
    use temporalio_common::protos::coresdk::workflow_completion::workflow_activation_completion::Status;

    use super::*;

    /// A worker's runs, and the second at which the next task begins.
    struct Worker {
        runs: Runs<Log>,
        second: i64,
    }

    impl Worker {
        fn new() -> Worker {
            Worker { runs: Runs::new("ns", "q", Arc::new(Recorded::default()), Log), second: 0 }
        }

        fn answer(&mut self, jobs: Vec<Job>) -> Option<Vec<Command>> {
            let timestamp = Some(prost_types::Timestamp { seconds: self.second, nanos: 0 });
            let jobs = jobs.into_iter().map(|job| WorkflowActivationJob { variant: Some(job) }).collect();
            let run_id = "run-1".to_owned();
            let completion =
                self.runs.answer(WorkflowActivation { run_id, timestamp, jobs, ..WorkflowActivation::default() });
            match completion.status {
                Some(Status::Successful(done)) => {
                    Some(done.commands.into_iter().filter_map(|command| command.variant).collect())
                }
                _ => None,
            }
        }

        /// The same in the next task.
        fn task(&mut self, jobs: Vec<Job>) -> Option<Vec<Command>> {
            self.second += 1;
            self.answer(jobs)
        }
    }

    fn begins(runbook: &str, input: &Json) -> Job {
        Job::InitializeWorkflow(InitializeWorkflow {
            workflow_type: runbook.into(),
            workflow_id: "wf".into(),
            first_execution_run_id: "run-1".into(),
            arguments: vec![payload::json(input)],
            ..Default::default()
        })
    }

    fn done(seq: u32, is_local: bool, value: &Json) -> Job {
        let success = Success { result: Some(payload::json(value)) };
        let status = Some(activity_resolution::Status::Completed(success));
        Job::ResolveActivity(ResolveActivity { seq, is_local, result: Some(ActivityResolution { status }) })
    }

    fn asks(name: &str) -> Job {
        Job::QueryWorkflow(QueryWorkflow {
            query_id: "legacy_query".into(),
            query_type: name.into(),
            ..Default::default()
        })
    }

    #[test]
    fn a_question_between_two_tasks_is_refused_rather_than_told_what_the_next_one_brings() {
        let mut worker = Worker::new();
        worker.task(vec![begins("pause", &json!({ "n": 1 }))]).unwrap();
        // The program comes in the same task.
        let begun = worker.answer(vec![done(PROGRAM, true, &program("pause"))]).unwrap();
        let Some(Command::ScheduleActivity(first)) = begun.first() else { panic!("{begun:?}") };
        assert!(worker.answer(vec![asks("current_steps")]).is_some());
        // The first step has ended, and no task has said so yet.
        assert_eq!(worker.answer(vec![done(first.seq, false, &json!(2))]), None);
        // Nothing of the run is left that could go on from there.
        assert_eq!(worker.answer(vec![asks("current_steps")]), None);
    }

    #[test]
    fn a_task_brings_what_happened_before_it() {
        let mut worker = Worker::new();
        worker.task(vec![begins("pause", &json!({ "n": 1 }))]).unwrap();
        let begun = worker.answer(vec![done(PROGRAM, true, &program("pause"))]).unwrap();
        let Some(Command::ScheduleActivity(first)) = begun.first() else { panic!("{begun:?}") };
        let slept = worker.task(vec![done(first.seq, false, &json!(2))]).unwrap();
        assert!(matches!(slept.first(), Some(Command::StartTimer(_))), "{slept:?}");
    }
}

/// What a run yields that shows its configuration, with what its start says of it.
fn configured(habits: u32, said: &Json) -> Json {
    let mut rig = Rig::new();
    let header = json!({ "tenant": "acme", "config": said });
    rig.activate(vec![happened(Job::InitializeWorkflow(InitializeWorkflow {
        workflow_type: "configured".into(),
        workflow_id: "wf".into(),
        first_execution_run_id: "run-1".into(),
        arguments: vec![payload::json(&json!({}))],
        headers: HashMap::from([("ntro-start".to_owned(), payload::json(&header))]),
        ..Default::default()
    }))])
    .unwrap();
    let mut marker = program_of("configured.ntro", "configured");
    marker["config"] = json!({ "a": 2, "b": 2 });
    marker["habits"] = json!(habits);
    let done = rig.activate(vec![found(marker)]).unwrap();
    let Command::CompleteWorkflowExecution(end) = commands(&done).pop().unwrap() else { panic!("{done:?}") };
    payload::read(end.result.as_ref().unwrap()).unwrap()
}

#[test]
fn what_a_start_says_of_the_configuration_goes_over_what_the_bundle_says() {
    assert_eq!(configured(HABITS, &Json::Null), json!([2, 2, 1]));
    assert_eq!(configured(HABITS, &json!({ "b": 3 })), json!([2, 3, 1]));
    // A history that began when it took its place goes on so.
    assert_eq!(configured(2, &json!({ "b": 3 })), json!([1, 3, 1]));
    assert_eq!(configured(2, &Json::Null), json!([2, 2, 1]));
}
