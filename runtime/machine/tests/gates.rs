//! People: who may act, on which gate, and what a second action does.

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
use ntro_ir::*;
use serde_json::{Value as Json, json};

fn by(id: &str, role: &str, mut action: Json) -> Json {
    action["actor"] = json!({ "id": id, "roles": [role] });
    action
}

/// Gates one after another, each with what `set` does to it; the run yields what the last one decided.
fn gates(names: &[&str], set: impl Fn(&mut Build, usize, GateId, &[BlockId])) -> Program {
    let mut b = Build::new("gates", &[]);
    let mut blocks = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let block = b.block(name, &format!("Gate {name}"), BlockKind::Approve, None);
        let role = b.text("accountant");
        let gate = b.gate(block, Some(role));
        set(&mut b, index, gate, &blocks);
        b.op(Op::Enter(block));
        b.op(Op::Gate(gate));
        b.op(Op::Complete { block, value: None });
        blocks.push(block);
    }
    let last = b.read(b.of(*blocks.last().unwrap()));
    b.op(Op::Return(Some(last)));
    b.done()
}

#[test]
fn a_repeated_action_never_decides_the_next_gate() {
    let mut rig = Rig::start_with(gates(&["first", "second"], |_, _, _, _| ()), json!({}), true);
    let approve = json!({ "type": "approved" });
    let signal = || ntro_machine::Input::Signal { name: "user_action".into(), payload: approve.clone() };
    // Twice in one activation: the second one's sender saw only the first gate.
    rig.activate(vec![signal(), signal()]);
    assert_eq!(rig.steps(), "first=completed second=waiting_for_input");
    // And again while the new gate is younger than a second.
    rig.user(approve.clone());
    assert_eq!(rig.steps(), "first=completed second=waiting_for_input");
    // Another body, or a name, is meant for the new gate.
    assert!(rig.act(json!({ "type": "approved", "step": "first" })).unwrap_err().contains("`second` is"));
    rig.after(2).user(approve);
    assert!(rig.machine.is_closed());
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn an_action_with_a_step_decides_a_young_gate() {
    let mut rig = Rig::start_with(gates(&["first", "second"], |_, _, _, _| ()), json!({}), true);
    rig.user(json!({ "type": "approved" }));
    rig.user(json!({ "type": "approved", "step": "second" }));
    assert!(rig.machine.is_closed());
}

#[test]
fn two_different_people_must_approve() {
    let program = gates(&["pay"], |b, _, gate, _| {
        let two = b.int(2);
        b.gate_mut(gate).quorum = Some(two);
    });
    let mut rig = Rig::start_with(program.clone(), json!({}), true);
    rig.act(json!({ "type": "approved" })).unwrap_err();
    assert_eq!(rig.act(by("ana", "accountant", json!({ "type": "approved" }))).unwrap()["result"], "recorded");
    assert_eq!(rig.query("current_pending_action")["approvers"], json!(["ana"]));
    rig.act(by("ana", "accountant", json!({ "type": "approved" }))).unwrap_err();
    rig.act(by("bob", "accountant", json!({ "type": "approved" }))).unwrap();
    insta::assert_snapshot!(rig.finish());
    let mut rig = Rig::start(program, json!({}));
    rig.act(by("ana", "accountant", json!({ "type": "approved" }))).unwrap();
    rig.act(by("bob", "accountant", json!({ "type": "rejected", "comments": "no" }))).unwrap();
    assert!(rig.machine.is_closed(), "the first rejection closes");
}

#[test]
fn four_eyes_need_a_second_person() {
    let program = gates(&["prepare", "release"], |b, index, gate, blocks| {
        if index == 1 {
            let first = b.slot_field(b.of(blocks[0]), "by");
            b.gate_mut(gate).not_by = vec![first];
        }
    });
    let mut rig = Rig::start_with(program, json!({}), true);
    rig.act(by("ana", "accountant", json!({ "type": "approved" }))).unwrap();
    rig.after(5);
    let told = rig.act(by("ana", "accountant", json!({ "type": "approved" }))).unwrap_err();
    assert_eq!(told, "ana may not decide here: it takes somebody other than ana.");
    assert!(rig.act(json!({ "type": "approved" })).unwrap_err().contains("does not say who acts"));
    rig.act(by("bob", "accountant", json!({ "type": "approved" }))).unwrap();
    assert!(rig.machine.is_closed());
    rig.finish();
}

#[test]
fn anonymous_people_decide_only_where_that_is_allowed() {
    let mut closed = Rig::start_with(gates(&["g"], |_, _, _, _| ()), json!({}), false);
    closed.act(json!({ "type": "approved" })).unwrap_err();
    let mut open = Rig::start_with(gates(&["g"], |_, _, _, _| ()), json!({}), true);
    open.act(json!({ "type": "approved", "actor": { "id": "anonymous", "roles": ["accountant"] } })).unwrap();
    assert!(open.machine.is_closed());
    let anyone = gates(&["g"], |b, _, gate, _| b.gate_mut(gate).by = None);
    let mut anyone = Rig::start_with(anyone, json!({}), false);
    anyone.act(json!({ "type": "approved" })).unwrap();
    assert!(anyone.machine.is_closed());
}

#[test]
fn named_actions_and_no_actions() {
    let program = gates(&["hold_or_go"], |b, _, gate, _| {
        let label = b.text("Put on hold");
        b.gate_mut(gate).actions = vec![GateAction { name: "hold".into(), label: Some(label) }];
    });
    let mut rig = Rig::start_with(program, json!({}), true);
    assert!(rig.act(json!({ "type": "approved" })).unwrap_err().contains("`approve` is not offered here; hold is."));
    assert_eq!(rig.query("current_pending_action")["tools"], json!([]));
    rig.act(json!({ "action": "hold", "payload": { "comment": "later" } })).unwrap();
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn a_requirement_refuses_an_approval_and_leaves_the_gate_open() {
    let program = gates(&["sign"], |b, _, gate, _| {
        let this = b.this(gate);
        let comment = b.field(this, "comment");
        let cond = b.call_fn(Builtin::IsSome, &[comment]);
        let refuse = b.text("Say why.");
        b.gate_mut(gate).requires = vec![GateRequire { cond, refuse }];
    });
    let mut rig = Rig::start_with(program, json!({}), true);
    assert_eq!(rig.act(json!({ "type": "approved" })).unwrap_err(), "Say why.");
    rig.user(json!({ "type": "approved" }));
    assert_eq!(rig.query("current_pending_action")["feedback"]["payload"]["message"], "Say why.");
    rig.user(json!({ "type": "approved", "comments": "because" }));
    assert!(rig.machine.is_closed());
    rig.finish();
}

#[test]
fn limits_approve_and_reject_by_nobody() {
    for (then, decision) in [(LimitThen::Approve, "approved"), (LimitThen::Reject, "rejected")] {
        let program = gates(&["g"], |b, _, gate, _| {
            let after = After::Duration(b.hours(1));
            b.gate_mut(gate).limits = vec![Limit { after, then: then.clone() }];
        });
        let mut rig = Rig::start(program, json!({}));
        let outputs = rig.after(3600).fire(1);
        let result = outputs.iter().find_map(|output| match output {
            ntro_machine::Output::Complete { result } => Some(result.clone()),
            _ => None,
        });
        let result = result.unwrap();
        assert_eq!((&result["decision"], &result["by"]), (&json!(decision), &Json::Null));
        rig.finish();
    }
}

/// A gate over two rows that stay when they are rejected, and whose edits set a status back.
fn table() -> Program {
    let mut b = Build::new("table", &[]);
    let row = b.ty("Row", vec![field("id", Type::Text), field("n", Type::Int), field("status", Type::Text)]);
    let rows = b.slot("rows", Type::List(Box::new(Type::Named(row))));
    let one = |id: &str, n: i64| {
        Value::record([("id", Value::text(id)), ("n", Value::Int(n)), ("status", Value::text("ok"))])
    };
    let two = b.value(Value::list(vec![one("a", 1), one("b", 2)]));
    b.op(Op::Set { slot: rows, value: two });
    let block = b.block("review", "Review", BlockKind::Approve, None);
    let gate = b.gate(block, None);
    let (on_edit, edited) = b.local();
    let (on_reject, rejected) = b.local();
    let pending = b.text("pending");
    let edited = b.expr(Expr::With { base: edited, fields: vec![("status".into(), pending)] });
    let gone = b.text("rejected");
    let rejected = b.expr(Expr::With { base: rejected, fields: vec![("status".into(), gone)] });
    let live = b.read(rows);
    let two_people = b.int(2);
    {
        let gate = b.gate_mut(gate);
        gate.draft = Draft::Rows { rows: live, row, key: "id".into(), editable: vec!["n".into()] };
        gate.on_edit = Some((on_edit, edited));
        gate.on_reject_row = Some((on_reject, rejected));
        gate.quorum = Some(two_people);
    }
    let (handler, after) = (b.label(), b.label());
    let payload = b.ty("Added", vec![field("row", Type::Named(row))]);
    let (it, _) = b.local();
    let held = b.slot("added", Type::Named(payload));
    b.program.signals.push(SignalDef { name: "row_added".into(), payload: Type::Named(payload) });
    b.program.handlers.push(Handler {
        signal: "row_added".into(),
        payload: Type::Named(payload),
        it,
        filter: None,
        from: None,
        slot: held,
        body: handler,
    });
    b.op(Op::Listen(0));
    b.op(Op::Jump(after));
    b.here(handler);
    let added = b.slot_field(held, "row");
    let list = b.expr(Expr::List(vec![added]));
    let sum = b.binary(BinaryOp::Add, live, list);
    b.op(Op::Set { slot: rows, value: sum });
    b.op(Op::EndHandler);
    b.here(after);
    b.op(Op::Enter(block));
    b.op(Op::Gate(gate));
    b.op(Op::Complete { block, value: None });
    let value = b.slot_field(b.of(block), "value");
    b.op(Op::Return(Some(value)));
    b.done()
}

#[test]
fn edits_survive_changes_beneath_and_clear_approvals() {
    let mut rig = Rig::start(table(), json!({}));
    let edit = |row: &str, n: i64| {
        by(
            "ana",
            "x",
            json!({ "kind": "row_action", "payload": { "action": "edit_cell", "row_id": row, "field": "n", "value": n } }),
        )
    };
    rig.act(edit("a", 10)).unwrap();
    rig.act(by("ana", "x", json!({ "type": "approved" }))).unwrap();
    rig.signal("row_added", json!({ "row": { "id": "c", "n": 3, "status": "ok" } }));
    assert_eq!(rig.query("current_pending_action")["approvers"], json!(["ana"]));
    rig.act(edit("c", 30)).unwrap();
    assert_eq!(rig.query("current_pending_action")["approvers"], json!([]), "a correction clears approvals");
    rig.act(by("ana", "x", json!({ "kind": "row_action", "payload": { "action": "reject_row", "row_id": "b" } })))
        .unwrap();
    rig.act(by("ana", "x", json!({ "type": "approved" }))).unwrap();
    rig.act(by("bob", "x", json!({ "type": "approved" }))).unwrap();
    insta::assert_snapshot!(rig.finish());
}

#[test]
fn forms_and_texts_are_edited() {
    let mut b = Build::new("form", &[]);
    let form = b.ty("Form", vec![field("balance", Type::Int), field("fixed", Type::Text)]);
    let value = b.value(Value::record([("balance", Value::Int(1)), ("fixed", Value::text("x"))]));
    let text = b.text("Dear Sir");
    let mut values = Vec::new();
    for (name, draft) in [
        ("form", Draft::Form { value, record: form, editable: vec!["balance".into()] }),
        ("letter", Draft::Text { value: text, editable: true }),
    ] {
        let block = b.block(name, name, BlockKind::Approve, None);
        let gate = b.gate(block, None);
        b.gate_mut(gate).draft = draft;
        b.op(Op::Enter(block));
        b.op(Op::Gate(gate));
        b.op(Op::Complete { block, value: None });
        values.push(b.slot_field(b.of(block), "value"));
    }
    let both = b.expr(Expr::List(values));
    b.op(Op::Return(Some(both)));
    let mut rig = Rig::start(b.done(), json!({}));
    rig.act(json!({ "kind": "row_action", "payload": { "action": "edit_cell", "field": "fixed", "value": "y" } }))
        .unwrap_err();
    rig.act(json!({ "kind": "row_action", "payload": { "action": "edit_cell", "field": "balance", "value": 2 } }))
        .unwrap();
    rig.act(json!({ "type": "approved" })).unwrap();
    rig.act(json!({ "kind": "row_action", "payload": { "action": "edit_cell", "value": "Dear Madam" } })).unwrap();
    rig.act(json!({ "type": "approved", "comments": "sent" })).unwrap();
    insta::assert_snapshot!(rig.finish());
}
