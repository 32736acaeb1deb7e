//! Signals and actions that come too early, twice, too late, or at the same time.

use std::sync::Arc;

use futures_util::future::join_all;
use ntro_worker::client::{ClientError, End, StartOptions};
use ntro_worker::{payload, worker};
use serde_json::{Value as Json, json};
use temporalio_client::tonic::IntoRequest as _;
use temporalio_common::protos::temporal::api::common::v1::{Payloads, WorkflowType};
use temporalio_common::protos::temporal::api::enums::v1::{EventType, TaskQueueKind};
use temporalio_common::protos::temporal::api::taskqueue::v1::TaskQueue;
use temporalio_common::protos::temporal::api::workflowservice::v1::SignalWithStartWorkflowExecutionRequest;

use crate::effects::Effects;
use crate::support::{PATIENCE, World, replays};

fn note(text: &str, event: &str) -> Json {
    json!({ "kind": "note", "event_id": event, "data": text })
}

fn payloads(body: &Json) -> Option<Payloads> {
    Some(Payloads { payloads: vec![payload::json(body)] })
}

/// One request that starts the run and signals it.
async fn signal_with_start(world: &World, runbook: &str, id: &str, input: &Json, signal: &str, body: &Json) {
    let request = SignalWithStartWorkflowExecutionRequest {
        namespace: world.link.namespace.clone(),
        workflow_id: id.to_owned(),
        workflow_type: Some(WorkflowType { name: runbook.to_owned() }),
        task_queue: Some(TaskQueue {
            name: worker::TASK_QUEUE.to_owned(),
            kind: TaskQueueKind::Normal as i32,
            ..Default::default()
        }),
        input: payloads(input),
        request_id: format!("start-{id}"),
        signal_name: signal.to_owned(),
        signal_input: payloads(body),
        ..Default::default()
    };
    let mut service = world.link.connection.workflow_service();
    service.signal_with_start_workflow_execution(request.into_request()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_may_come_before_the_run_the_worker_and_the_wait() {
    let world = World::new().await;
    world.deploy_fixture("notes.ntro");
    let input = json!({ "wanted": 3 });
    // Nobody works yet: the first comes with the start, and one of them twice.
    signal_with_start(&world, "notes", "early", &input, "data_submitted", &note("one", "e1")).await;
    for (text, event) in [("two", "e2"), ("two again", "e2"), ("three", "e3"), ("too many", "e4")] {
        world.runs.signal("early", "data_submitted", &note(text, event)).await.unwrap();
    }
    // An approval of a gate that nobody has seen decides nothing.
    world.runs.signal("early", "user_action", &json!({ "type": "approved" })).await.unwrap();
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let asked = world.pending("early", "first").await;
    assert_eq!(asked["display_hint"]["config"]["text"], Json::Null, "{asked}");
    assert_eq!(world.runs.query("early", "current_ui_state").await.unwrap()["steps_completed"], json!(["collected"]));

    // The driver that exists sends the same action up to six times while an answer is slow: it decides one gate.
    for _ in 0..6 {
        world.runs.signal("early", "user_action", &json!({ "type": "approved" })).await.unwrap();
    }
    world.pending("early", "second").await;
    let late = world.runs.act("early", &json!({ "type": "rejected", "step": "first" })).await.unwrap_err();
    assert!(matches!(&late, ClientError::Refused(_)), "{late:?}");
    // A late signal cannot be refused; it changes nothing.
    world.runs.signal("early", "user_action", &json!({ "type": "rejected", "step": "first" })).await.unwrap();
    world.runs.act("early", &json!({ "type": "approved", "step": "second" })).await.unwrap();
    let end = world.runs.end("early", PATIENCE).await.unwrap();
    assert_eq!(end, End::Completed(json!(["one", "two", "three"])));
    let ended = world.runs.act("early", &json!({ "type": "approved", "step": "second" })).await;
    assert_eq!(ended, Err(ClientError::Ended("early".into())));
    let ended = world.runs.signal("early", "user_action", &json!({ "type": "approved" })).await;
    assert_eq!(ended, Err(ClientError::Ended("early".into())));
    replays(&world, "early", "early-signals").await;
    worker.stop().await;
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_actions_at_the_same_time_one_decides() {
    let world = World::new().await;
    world.deploy_fixture("notes.ntro");
    let worker = world.work_with(Arc::new(Effects::new(world.folder.path()))).await;
    let input = json!({ "wanted": 0 });
    world.runs.start("notes", "race", &input, &StartOptions::default()).await.unwrap();
    world.pending("race", "first").await;
    let act = async |who: usize| {
        let decision = if who.is_multiple_of(2) { "approved" } else { "rejected" };
        let body = json!({ "type": decision, "step": "first", "actor": { "id": format!("p{who}"), "roles": [] } });
        (decision, world.runs.act("race", &body).await)
    };
    let answers = join_all((0..8).map(act)).await;
    let won: Vec<_> = answers.iter().filter(|(_, answer)| answer.is_ok()).collect();
    let [(decision, _)] = won[..] else { panic!("{answers:?}") };
    for (_, answer) in answers.iter().filter(|(_, answer)| answer.is_err()) {
        assert!(matches!(answer, Err(ClientError::Refused(_) | ClientError::Ended(_))), "{answer:?}");
    }
    if *decision == "approved" {
        world.pending("race", "second").await;
        let both = join_all(
            [0, 1].map(async |_| world.runs.act("race", &json!({ "type": "approved", "step": "second" })).await),
        );
        assert_eq!(both.await.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(world.runs.end("race", PATIENCE).await.unwrap(), End::Completed(json!([])));
    } else {
        let end = world.runs.end("race", PATIENCE).await.unwrap();
        assert!(matches!(&end, End::Failed { message, .. } if message.contains("Nobody wants it")), "{end:?}");
    }
    // The history notes those that were accepted, and no other.
    let history = world.runs.history("race").await.unwrap();
    let accepted = |event: &&_| EventType::WorkflowExecutionUpdateAccepted == temporal_type(event);
    let expected = if *decision == "approved" { 2 } else { 1 };
    assert_eq!(history.events.iter().filter(accepted).count(), expected);
    replays(&world, "race", "racing-actions").await;
    worker.stop().await;
    world.server.stop().await;
}

fn temporal_type(event: &temporalio_common::protos::temporal::api::history::v1::HistoryEvent) -> EventType {
    event.event_type()
}
