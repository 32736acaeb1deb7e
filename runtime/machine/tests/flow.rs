//! Failures, fibres, children, signals, agents, bounds.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

mod common;

use common::Rig;
use common::build::{Build, field};
use common::rig::failure;
use ntro_ir::*;
use ntro_machine::{Input, Output};
use serde_json::{Value as Json, json};

fn result(outputs: &[Output]) -> Json {
    let found = outputs.iter().find_map(|output| match output {
        Output::Complete { result } => Some(result.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("the run is not complete: {outputs:?}"))
}

/// A step that calls `bank.pay` inside a `try`.
fn with_try() -> Program {
    let mut b = Build::new("with-try", &[]);
    let step = b.block("pay", "Pay", BlockKind::Step, None);
    let caught = b.slot("e", Type::Json);
    let args = b.record(&[]);
    let call = b.capability("bank.pay", args, Type::Text);
    let (failed, done) = (b.label(), b.label());
    b.op(Op::Enter(step));
    b.op(Op::Try { to: failed, slot: Some(caught) });
    let slot = b.of(step);
    b.op(Op::Call { call, slot: Some(slot) });
    b.op(Op::EndTry);
    b.op(Op::Complete { block: step, value: None });
    b.op(Op::Jump(done));
    b.here(failed);
    let message = b.slot_field(caught, "message");
    b.op(Op::Skip { block: step, why: Some(message) });
    b.here(done);
    let both = b.read(caught);
    let paid = b.read(slot);
    let out = b.record(&[("caught", both), ("paid", paid)]);
    b.op(Op::Return(Some(out)));
    b.done()
}

#[test]
fn a_failure_is_caught() {
    let mut rig = Rig::start(with_try(), json!({}));
    let outputs = rig.fail(1, "down", "The bank is closed.");
    assert_eq!(
        result(&outputs),
        json!({ "caught": { "kind": "down", "message": "The bank is closed.", "step": "pay", "capability": "bank.pay" }, "paid": null })
    );
    let steps = rig.query("current_steps");
    assert_eq!(
        (&steps[0]["status"], &steps[0]["skipped"], &steps[0]["why"]),
        (&json!("completed"), &json!(true), &json!("The bank is closed."))
    );
    rig.finish();
    let mut rig = Rig::start(with_try(), json!({}));
    assert_eq!(result(&rig.resolve(1, json!("yes"))), json!({ "caught": null, "paid": "yes" }));
    rig.finish();
}

#[test]
fn a_cancellation_is_not_caught() {
    let mut rig = Rig::start(with_try(), json!({}));
    rig.activate(vec![Input::CancelRequested { reason: String::new() }]);
    let outputs = rig.resolve(1, json!("too late"));
    assert_eq!(outputs, [Output::Cancelled]);
}

#[test]
fn a_failed_computation_is_a_typed_failure() {
    let mut b = Build::new("divide", &[]);
    let step = b.block("ratio", "Ratio", BlockKind::Step, None);
    let (one, zero) = (b.int(1), b.int(0));
    let ratio = b.binary(BinaryOp::Div, one, zero);
    b.op(Op::Enter(step));
    b.op(Op::Complete { block: step, value: Some(ratio) });
    let rig = Rig::start(b.done(), json!({}));
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_failure_between_blocks_names_the_next_one() {
    let mut b = Build::new("between", &[]);
    let message = b.text("It does not balance.");
    b.op(Op::Fail(message));
    let step = b.block("post", "Post", BlockKind::Step, None);
    b.op(Op::Enter(step));
    let mut rig = Rig::new(b.done());
    let outputs = rig.activate(vec![start()]);
    let Some(Output::Fail(failed)) = outputs.last() else { panic!("{outputs:?}") };
    assert_eq!((failed.message.as_str(), failed.step.as_str()), ("Post: It does not balance.", "post"));
}

fn start() -> Input {
    Input::Started(Box::new(ntro_machine::Start {
        workflow_id: "wf".into(),
        first_run_id: "run-1".into(),
        input: json!({}),
        config: Json::Null,
        tenant: None,
        entity: None,
        zone: Some("Europe/London".into()),
        scheduled_at: None,
        holidays: Vec::new(),
        anonymous: false,
    }))
}

/// A loop side by side over three names, each with a call, two at once.
fn side_by_side() -> Program {
    let mut b = Build::new("side-by-side", &[]);
    let outer = b.block("all", "All", BlockKind::Step, None);
    let item = b.slot("name", Type::Text);
    let inner = b.block("one", "One", BlockKind::Step, Some(outer));
    b.program.scopes.push(Scope { first: item, count: 2 });
    let total = b.slot("total", Type::List(Box::new(Type::Text)));
    let empty = b.value(Value::list(Vec::new()));
    b.op(Op::Set { slot: total, value: empty });
    let names = b.value(Value::list(["a", "b", "c"].map(Value::text).to_vec()));
    let two = b.int(2);
    let (body, after) = (b.label(), b.label());
    b.op(Op::Enter(outer));
    b.op(Op::ForkEach { list: names, item, scope: 0, at_once: two, body });
    b.op(Op::Jump(after));
    b.here(body);
    let name = b.read(item);
    let args = b.record(&[("name", name)]);
    let call = b.capability("greet", args, Type::Text);
    b.step_call(inner, call);
    let got = b.read(b.of(inner));
    let list = b.expr(Expr::List(vec![got]));
    let before = b.read(total);
    let sum = b.binary(BinaryOp::Add, before, list);
    b.op(Op::Set { slot: total, value: sum });
    b.op(Op::End);
    b.here(after);
    b.op(Op::Complete { block: outer, value: None });
    let out = b.read(total);
    b.op(Op::Return(Some(out)));
    b.done()
}

#[test]
fn iterations_have_slots_of_their_own() {
    let mut rig = Rig::start(side_by_side(), json!({}));
    rig.resolve(2, json!("B"));
    rig.resolve(3, json!("C"));
    assert_eq!(result(&rig.resolve(1, json!("A"))), json!(["B", "C", "A"]));
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn one_failing_iteration_ends_the_others() {
    let mut rig = Rig::start(side_by_side(), json!({}));
    rig.fail(2, "failed", "no");
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn parallel_blocks_are_waited_for() {
    let mut b = Build::new("parallel", &[]);
    let (left, right, after) = (b.label(), b.label(), b.label());
    b.op(Op::Fork(vec![left, right]));
    b.op(Op::Jump(after));
    for (label, name) in [(left, "left"), (right, "right")] {
        b.here(label);
        let block = b.block(name, name, BlockKind::Approve, None);
        let gate = b.gate(block, None);
        b.op(Op::Enter(block));
        b.op(Op::Gate(gate));
        b.op(Op::Complete { block, value: None });
        b.op(Op::End);
    }
    b.here(after);
    b.op(Op::Return(None));
    let mut rig = Rig::start(b.done(), json!({}));
    assert_eq!(rig.query("pending_actions").as_array().unwrap().len(), 2);
    assert_eq!(rig.query("current_pending_action")["step"], "left");
    rig.act(json!({ "type": "approved", "step": "right" })).unwrap();
    assert_eq!(rig.steps(), "left=waiting_for_input right=completed");
    rig.after(5).act(json!({ "type": "approved" })).unwrap();
    assert!(rig.machine.is_closed());
    rig.finish();
}

/// A child for each element, two at once.
fn fan(on_failure: OnFailure, keys: &[&str]) -> Program {
    let mut b = Build::new("parent", &[]);
    let block = b.block("documents", "Ingest documents", BlockKind::Child, None);
    let list = b.value(Value::list(keys.iter().map(|key| Value::text(*key)).collect()));
    let (it, key) = b.local();
    let input = b.record(&[("source", key)]);
    let at_once = b.int(2);
    b.program.children.push(Child {
        block,
        runbook: "document-ingest".into(),
        interface: "i".into(),
        input,
        output: Type::Text,
        fan: Some(Fan { list, it, key: Some(key), at_once }),
        on_failure,
        limits: Vec::new(),
        late: None,
    });
    b.op(Op::Enter(block));
    b.op(Op::Child(0));
    b.op(Op::Complete { block, value: None });
    let out = b.read(b.of(block));
    b.op(Op::Return(Some(out)));
    b.done()
}

fn child_ended(seq: u32, result: Result<Json, ntro_machine::ActivityFailure>) -> Vec<Input> {
    vec![Input::ChildResolved { seq, result }]
}

#[test]
fn children_yield_in_the_order_of_the_list() {
    let mut rig = Rig::start(fan(OnFailure::Collect, &["a:1", "b", "c"]), json!({}));
    rig.activate(vec![Input::ChildStarted { seq: 1, result: Ok("r1".into()) }]);
    assert_eq!(rig.query("current_pending_action")["kind"], "drill_down");
    rig.activate(child_ended(2, Err(failure("failed", "unreadable"))));
    rig.activate(child_ended(3, Ok(json!("C"))));
    assert_eq!(rig.query("current_steps")[0]["progress"], "2/3");
    insta::assert_snapshot!(
        "children_while_running",
        serde_json::to_string_pretty(&rig.query("current_ui_state")).unwrap()
    );
    rig.activate(child_ended(1, Ok(json!("A"))));
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_failing_child_is_left_out_or_ends_the_others() {
    let mut rig = Rig::start(fan(OnFailure::Skip, &["a", "b"]), json!({}));
    rig.activate(child_ended(1, Err(failure("failed", "no"))));
    assert_eq!(result(&rig.activate(child_ended(2, Ok(json!("B"))))), json!(["B"]));
    rig.finish();
    let mut rig = Rig::start(fan(OnFailure::Fail, &["a", "b", "c"]), json!({}));
    rig.activate(vec![Input::ChildStarted { seq: 2, result: Err(failure("not_found", "no such runbook")) }]);
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_key_that_occurs_twice_is_named() {
    let rig = Rig::start(fan(OnFailure::Collect, &["a", "b", "a"]), json!({}));
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_child_that_yields_another_type_has_failed() {
    let mut rig = Rig::start(fan(OnFailure::Collect, &["a"]), json!({}));
    let outputs = rig.activate(child_ended(1, Ok(json!([1]))));
    assert_eq!(result(&outputs)[0]["failed"]["kind"], "unexpected_answer");
}

/// `await upload { on document_submitted until n >= 2 within 1h else { … } }` with a handler that counts `tick`.
fn choice() -> Program {
    let mut b = Build::new("choice", &[]);
    let n = b.slot("n", Type::Int);
    let zero = b.int(0);
    b.op(Op::Set { slot: n, value: zero });
    let (handler, after, done) = (b.label(), b.label(), b.label());
    let tick = b.ty("Tick", vec![field("by", Type::Int)]);
    let (it, _) = b.local();
    let held = b.slot("tick", Type::Named(tick));
    b.program.signals.push(SignalDef { name: "tick".into(), payload: Type::Named(tick) });
    let it_expr = b.expr(Expr::Local(it));
    let by = b.field(it_expr, "by");
    let positive = b.binary(BinaryOp::Greater, by, zero);
    b.program.handlers.push(Handler {
        signal: "tick".into(),
        payload: Type::Named(tick),
        it,
        filter: Some(positive),
        from: None,
        slot: held,
        body: handler,
    });
    b.op(Op::Listen(0));
    b.op(Op::Jump(after));
    b.here(handler);
    let count = b.read(n);
    let more = b.slot_field(held, "by");
    let sum = b.binary(BinaryOp::Add, count, more);
    b.op(Op::Set { slot: n, value: sum });
    b.op(Op::Feedback { level: "info".into(), value: count });
    b.op(Op::EndHandler);
    b.here(after);
    let answer = b.ty("Answer", vec![field("document", Type::File)]);
    let block = b.block("upload", "Upload", BlockKind::Await, None);
    let arm = b.arm("document_submitted", Type::Named(answer), done);
    let wait = b.wait(block, vec![arm]);
    let two = b.int(2);
    let enough = b.binary(BinaryOp::GreaterEq, count, two);
    let hour = b.hours(1);
    {
        let wait = b.wait_mut(wait);
        wait.choice = true;
        wait.until = Some((enough, done));
        wait.limits = vec![Limit { after: After::Duration(hour), then: LimitThen::Late }];
        wait.late = Some(done);
    }
    b.op(Op::Enter(block));
    b.op(Op::Await(wait));
    b.here(done);
    b.op(Op::Complete { block, value: None });
    let out = b.read(b.of(block));
    b.op(Op::Return(Some(out)));
    b.done()
}

#[test]
fn an_await_ends_by_a_signal_a_condition_or_its_limit() {
    let mut rig = Rig::start(choice(), json!({}));
    let got = result(&rig.signal("document_submitted", json!({ "document_ref": "d" })));
    assert_eq!(got["tag"], "document_submitted");
    rig.finish();

    let mut rig = Rig::start(choice(), json!({}));
    rig.signal("tick", json!({ "by": -5 }));
    rig.signal("tick", json!({ "by": 1 }));
    let pending = rig.query("pending_actions");
    assert_eq!(pending[0]["kind"], "await_signal");
    assert_eq!(pending[0]["feedback"]["payload"]["message"], "1");
    assert_eq!(rig.query("current_pending_action"), Json::Null);
    assert_eq!(result(&rig.signal("tick", json!({ "by": 1 })))["tag"], "until");
    insta::assert_snapshot!(rig.finish());

    let mut rig = Rig::start(choice(), json!({}));
    assert_eq!(result(&rig.after(3600).fire(1))["tag"], "late");
    rig.finish();

    // A handler that makes the condition true goes before the limit of the same moment.
    let mut rig = Rig::start(choice(), json!({}));
    rig.after(3600);
    let tick = Input::Signal { name: "tick".into(), payload: json!({ "by": 2 }) };
    assert_eq!(result(&rig.activate(vec![Input::TimerFired { seq: 1 }, tick]))["tag"], "until");
    rig.finish();
}

/// A call, then two awaits for the same signal.
fn queue() -> Program {
    let mut b = Build::new("queue", &[]);
    let step = b.block("first", "First", BlockKind::Step, None);
    let args = b.record(&[]);
    let call = b.capability("work", args, Type::Nothing);
    b.step_call(step, call);
    let note = b.ty("Note", vec![field("n", Type::Int)]);
    let mut read = Vec::new();
    for name in ["one", "two"] {
        let block = b.block(name, name, BlockKind::Await, None);
        let done = b.label();
        let arm = b.arm("note", Type::Named(note), done);
        let wait = b.wait(block, vec![arm]);
        b.op(Op::Enter(block));
        b.op(Op::Await(wait));
        b.here(done);
        b.op(Op::Complete { block, value: None });
        read.push(b.slot_field(b.of(block), "n"));
    }
    let out = b.expr(Expr::List(read));
    b.op(Op::Return(Some(out)));
    b.done()
}

#[test]
fn signals_queue_before_the_wait_opens() {
    let mut rig = Rig::start(queue(), json!({}));
    rig.signal("note", json!({ "n": 1 }));
    rig.signal("note", json!({ "n": 2 }));
    rig.signal("note", json!({ "n": "many" }));
    assert_eq!(result(&rig.resolve(1, Json::Null)), json!([1, 2]));
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn the_queue_is_bounded() {
    let mut rig = Rig::start(queue(), json!({}));
    let many = (0..1_005).map(|n| Input::Signal { name: "note".into(), payload: json!({ "n": n }) }).collect();
    rig.activate(many);
    assert_eq!(rig.query("ignored_inputs")["count"], 5);
    let huge = "x".repeat(3_000_000);
    let before = rig.machine.decided_hash();
    rig.signal("note", json!({ "n": 1, "huge": huge }));
    assert_eq!(rig.machine.decided_hash(), before);
}

#[test]
fn a_loop_that_never_waits_runs_out_of_fuel() {
    let mut b = Build::new("forever", &[]);
    let step = b.block("spin", "Spin", BlockKind::Step, None);
    let caught = b.label();
    b.op(Op::Enter(step));
    b.op(Op::Try { to: caught, slot: None });
    b.here(caught);
    let again = b.at();
    b.op(Op::Jump(again));
    let mut rig = Rig::new(b.done());
    let outputs = rig.activate(vec![start()]);
    let Some(Output::Fail(failed)) = outputs.last() else { panic!("{outputs:?}") };
    assert_eq!(failed.kind, "fuel");
    assert!(failed.message.starts_with("Spin: This ran 1000000 operations"), "{}", failed.message);
}

#[test]
fn an_ill_typed_program_fails_the_task_and_not_the_run() {
    let mut b = Build::new("broken", &[]);
    b.op(Op::Jump(500_000));
    let mut rig = Rig::new(b.done());
    assert_eq!(rig.activate(vec![start()]), []);
    assert_eq!(rig.machine.fault(), Some("operation 500000 does not exist"));
    assert!(!rig.machine.is_closed());
}

fn agent(expect: &str, ty: Option<Type>) -> Program {
    let mut b = Build::new("hand-over", &[]);
    let block = b.block("audit", "Audit", BlockKind::Agent, None);
    let text = b.text("Prepare it.");
    let args = b.record(&[("text", text)]);
    let within = b.hours(1);
    let call = b.capability("agent.invoke", args, Type::Json);
    let def = &mut b.program.calls[call as usize];
    def.agent = Some(Agent {
        name: "auditor".into(),
        kind: Some("claude_managed".into()),
        reference: Some("agent_01".into()),
        expect: expect.into(),
    });
    def.type_arg = ty;
    def.within = Some(within);
    b.step_call(block, call);
    let out = b.read(b.of(block));
    b.op(Op::Return(Some(out)));
    b.done()
}

#[test]
fn an_agent_answers_with_files() {
    let mut rig = Rig::start(agent("files", None), json!({ "entity": "spv1" }));
    let answer = json!({
        "agent_id": "agent_01", "session_id": "s1", "status": "completed", "output_text": "done", "error": null, "raw": {},
        "output_files": [{ "document_ref": "d9", "filename": "pack.pdf", "content_type": "application/pdf", "size_bytes": 5, "source": "agent_output:agent_01" }],
    });
    let got = result(&rig.resolve(1, answer));
    assert_eq!(got["files"][0]["document_ref"], "d9");
    insta::assert_snapshot!(rig.finish());
    let mut rig = Rig::start(agent("files", None), json!({}));
    let outputs = rig.resolve(1, json!({ "status": "terminated", "error": "stopped by hand" }));
    let Some(Output::Fail(failed)) = outputs.last() else { panic!("{outputs:?}") };
    assert_eq!((failed.kind.as_str(), failed.message.as_str()), ("terminated", "Audit: stopped by hand"));
}

#[test]
fn an_answer_of_an_agent_that_does_not_fit_is_sent_back_once() {
    let mut rig = Rig::start(agent("value", Some(Type::List(Box::new(Type::Int)))), json!({}));
    rig.resolve(1, json!({ "status": "completed", "session_id": "s1", "output_text": "three" }));
    let got = result(&rig.resolve(2, json!({ "status": "completed", "output_text": "Here:\n```json\n[1, 2]\n```" })));
    assert_eq!(got["value"], json!([1, 2]));
    insta::assert_snapshot!(rig.finish());
    let mut rig = Rig::start(agent("value", Some(Type::List(Box::new(Type::Int)))), json!({}));
    rig.resolve(1, json!({ "status": "completed", "output_text": "three" }));
    let outputs = rig.resolve(2, json!({ "status": "completed", "output_text": "four" }));
    let Some(Output::Fail(failed)) = outputs.last() else { panic!("{outputs:?}") };
    assert_eq!(failed.kind, "unexpected_answer");
}

#[test]
fn sleep_waits_for_a_duration_and_not_for_the_past() {
    let mut b = Build::new("sleep", &[]);
    let past = b.value(Value::Date("2020-01-01".parse().unwrap()));
    b.op(Op::Sleep(past));
    let hour = b.hours(1);
    b.op(Op::Sleep(hour));
    b.op(Op::Return(None));
    let mut rig = Rig::start(b.done(), json!({}));
    assert!(!rig.machine.is_closed());
    rig.after(3600).fire(1);
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}

/// `ask files { bank: "bank-details", tax: "tax-form" }`
#[test]
fn files_are_collected_by_their_source() {
    let mut b = Build::new("files", &[]);
    let both = b.ty("Both", vec![field("bank", Type::File), field("tax", Type::File)]);
    let block = b.block("papers", "Papers", BlockKind::Await, None);
    let done = b.label();
    let arm = b.arm("document_submitted", Type::Named(both), done);
    let wait = b.wait(block, vec![arm]);
    let (bank, tax) = (b.text("bank-details"), b.text("tax-form"));
    b.wait_mut(wait).ask =
        Some(Component { name: "files".into(), props: vec![("bank".into(), bank), ("tax".into(), tax)] });
    b.op(Op::Enter(block));
    b.op(Op::Await(wait));
    b.here(done);
    b.op(Op::Complete { block, value: None });
    let out = b.read(b.of(block));
    b.op(Op::Return(Some(out)));
    let mut rig = Rig::start(b.done(), json!({}));
    assert_eq!(rig.query("current_pending_action")["kind"], "submit_file");
    assert_eq!(rig.query("current_pending_action")["args"]["source"], "bank-details");
    rig.signal("document_submitted", json!({ "document_ref": "t1", "source": "tax-form" }));
    rig.signal("document_submitted", json!({ "document_ref": "x", "source": "other" }));
    rig.signal("document_submitted", json!({ "document_ref": "t2", "source": "tax-form" }));
    let expected = &rig.query("pending_actions")[0]["display_hint"]["config"]["expected"];
    assert_eq!((&expected[0]["status"], &expected[1]["status"]), (&json!("pending"), &json!("received")));
    let got = result(&rig.signal("document_submitted", json!({ "document_ref": "b1", "source": "bank-details" })));
    assert_eq!((&got["bank"]["document_ref"], &got["tax"]["document_ref"]), (&json!("b1"), &json!("t2")));
    rig.finish();
}

/// `ask form { reason: text "Why?" }`
#[test]
fn a_form_is_answered_by_an_action() {
    let mut b = Build::new("form", &[]);
    let reason = b.ty("Reason", vec![field("reason", Type::Text)]);
    let block = b.block("why", "Why", BlockKind::Await, None);
    let done = b.label();
    let arm = b.arm("why_answered", Type::Named(reason), done);
    let wait = b.wait(block, vec![arm]);
    let label = b.text("Why did it move?");
    let role = b.text("accountant");
    b.wait_mut(wait).by = Some(role);
    b.wait_mut(wait).ask = Some(Component { name: "form".into(), props: vec![("reason".into(), label)] });
    b.op(Op::Enter(block));
    b.op(Op::Await(wait));
    b.here(done);
    b.op(Op::Complete { block, value: None });
    let out = b.read(b.of(block));
    b.op(Op::Return(Some(out)));
    let mut rig = Rig::start(b.done(), json!({}));
    insta::assert_snapshot!(
        "form_pending",
        serde_json::to_string_pretty(&rig.query("current_pending_action")).unwrap()
    );
    let ana = json!({ "id": "ana", "roles": ["accountant"] });
    rig.act(json!({ "type": "approved", "payload": { "reason": "rent" } })).unwrap_err();
    rig.act(json!({ "type": "approved", "payload": { "reason": 7 }, "actor": ana })).unwrap_err();
    rig.act(json!({ "type": "approved", "payload": { "reason": "rent" }, "actor": ana })).unwrap();
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}
