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
use ntro_machine::Input;
use ntro_worker::marker::{Ir, Marker};
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
use temporalio_common::protos::coresdk::workflow_commands::{query_result, update_response};

/// The local activity that finds the program.
const PROGRAM: u32 = 1 << 31;

struct Rig {
    run: Run,
    programs: Recorded,
}

impl Rig {
    fn new() -> Rig {
        Rig { run: Run::new(), programs: Recorded::default() }
    }

    fn activate(&mut self, jobs: Vec<Happened>) -> Result<Activated, TaskFailure> {
        let around = Surroundings { namespace: "ns", task_queue: "q", programs: &self.programs };
        let now: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        self.run.activate(&around, Moment { now, long: false }, jobs)
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
    let path = format!("{}/tests/fixtures/family.ntro", env!("CARGO_MANIFEST_DIR"));
    let text: Arc<str> = std::fs::read_to_string(path).unwrap().into();
    let checked = ntro_compiler::check(&BTreeMap::from([("family.ntro".to_owned(), text)]));
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
    assert_eq!(payload::read(&asks.arguments[0]).unwrap(), json!({ "runbook": "kid", "interface": "abc" }));
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

#[test]
fn a_question_changes_nothing_even_when_the_history_is_long() {
    let mut rig = Rig::new();
    rig.activate(vec![start("kid", &json!({ "name": "ana" }))]).unwrap();
    rig.activate(vec![found(program("kid"))]).unwrap();
    let around = Surroundings { namespace: "ns", task_queue: "q", programs: &rig.programs };
    let moment = Moment { now: "2026-01-06T09:00:00Z".parse().unwrap(), long: true };
    let asked = rig.run.activate(&around, moment, vec![query("current_steps")]).unwrap();
    assert_eq!(commands(&asked).len(), 1);
    let noted = rig.activate(vec![Happened::Input(Input::Signal { name: "x".into(), payload: Json::Null })]).unwrap();
    let goes_on = commands(&noted).iter().any(|command| matches!(command, Command::ContinueAsNewWorkflowExecution(_)));
    assert!(!goes_on, "{noted:?}");
}
