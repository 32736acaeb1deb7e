#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use serde_json::Value as Json;

use super::verify;
use crate::test_program::program;
use crate::*;

/// What the verifier says of the program after a change.
fn after(change: impl FnOnce(&mut Program)) -> String {
    let mut program = program();
    change(&mut program);
    match verify(&program) {
        Ok(()) => "accepted".to_owned(),
        Err(error) => error.message,
    }
}

#[test]
fn a_well_formed_program_is_accepted() {
    assert_eq!(after(|_| {}), "accepted");
}

#[test]
fn indices_out_of_range_are_named_with_their_place() {
    type Case = (fn(&mut Program), &'static str);
    let cases: Vec<Case> = vec![
        (|p| p.ir_version = 9, "the program is of IR version 9; this machine knows version 1"),
        (|p| p.ops[16] = Op::Jump(99), "operation 16 (jump) goes to 99, but there are 34 operations"),
        (|p| p.ops[0] = Op::Listen(4), "operation 0 (listen) names handler 4, but there are 1 of them"),
        (|p| p.ops[9] = Op::Gate(1), "operation 9 (gate) names gate 1, but there are 1 of them"),
        (
            |p| p.ops[2] = Op::Set { slot: Slot(77), value: ExprId(0) },
            "operation 2 (set) names slot 77, but there are 10 of them",
        ),
        (
            |p| p.ops[2] = Op::Set { slot: Slot(0), value: ExprId(0) },
            "operation 2 (set) writes slot 0, which only the run itself fills",
        ),
        (|p| p.ops[25] = Op::Fail(ExprId(500)), "operation 25 (fail) names expression 500, but there are 30 of them"),
        (|p| p.input = 4, "the input has type 4, which is no record"),
        (|p| p.input = 3, "slot 0 must hold the run's input and have its type"),
        (|p| p.slots[2].ty = Type::Text, "slot 2 must hold `rework` and have an optional type"),
        (|p| p.output = Type::List(Box::new(Type::Named(9))), "the output names type 9, but there are 5 of them"),
        (|p| p.blocks[1].parent = Some(1), "block 1 (`upload`) stands in block 1, which does not come before it"),
        (
            |p| p.blocks[1].path = "upload".to_owned(),
            "block 1 (`upload`) has the path `upload`; by its parent it must be `collect.upload`",
        ),
        (
            |p| p.scopes[0].count = u32::MAX,
            "scope 0 has 4294967295 slots from 8, but there are 10 slots and the first three belong to the run",
        ),
        (|p| p.scopes[0].count = 0, "operation 18 (fork_each) puts its element into slot 8, which is not in scope 0"),
        (|p| p.awaits[0].arms[0].to = 34, "await 0 goes to 34, but there are 34 operations"),
        (|p| p.handlers[0].it = LocalId(3), "handler 0 names local 3, but there are 3 of them"),
        (
            |p| p.gates[0].draft = Draft::Form { value: ExprId(0), record: 3, editable: vec!["amounts".to_owned()] },
            "gate 0 names the field `amounts`, which `Row` does not have",
        ),
        (|p| p.ops.clear(), "the program has no operations"),
    ];
    for (change, expected) in cases {
        assert_eq!(after(change), expected);
    }
}

#[test]
fn expressions_refer_to_earlier_ones_and_are_not_too_deep() {
    assert_eq!(
        after(|p| p.exprs[3] = Expr::Template(vec![ExprId(3)])),
        "expression 3 refers to expression 3, which does not come before it"
    );
    assert_eq!(after(|p| p.exprs[0] = Expr::Slot(Slot(10))), "expression 0 names slot 10, but there are 10 of them");
    assert_eq!(after(|p| p.exprs[4] = Expr::Local(LocalId(9))), "expression 4 names local 9, but there are 3 of them");
    assert_eq!(
        after(|p| p.exprs[0] = Expr::Const(Value::Lambda(ExprId(0)))),
        "expression 0 holds a function as a constant"
    );
    let deep = |levels: usize| {
        after(move |p| {
            let first = p.exprs.len();
            p.exprs.push(Expr::Const(Value::Bool(true)));
            p.exprs.extend((1..levels).map(|level| Expr::Unary(UnaryOp::Not, ExprId((first + level - 1) as u32))));
        })
    };
    assert_eq!(deep(200), "accepted");
    assert!(deep(201).ends_with("is nested more than 200 levels deep"));
}

#[test]
fn values_are_only_as_deep_as_their_types() {
    let field = |ty: Type| FieldDef { name: "next".to_owned(), ty, default: None, doc: String::new() };
    let holds =
        |ty: Type| TypeDef::Record(RecordDef { name: "Node".to_owned(), fields: vec![field(ty)], doc: String::new() });
    assert_eq!(
        after(|p| p.types.push(holds(Type::List(Box::new(Type::Named(5)))))),
        "type 5 (`Node`) holds itself; use `json` for data of any depth"
    );
    let chain = |length: u32| {
        after(|p| {
            p.types.extend((0..length).map(|number| holds(Type::Named(6 + number))));
            p.types.push(holds(Type::Text));
        })
    };
    assert_eq!(chain(10), "accepted");
    assert!(chain(10_000).contains("levels deep"));
    let mut list = Type::Text;
    for _ in 0..60 {
        list = Type::List(Box::new(list));
    }
    assert!(after(|p| p.output = list).contains("nested more than 48 levels deep"));
}

#[test]
fn every_path_ends_in_its_own_fibre() {
    type Case = (fn(&mut Program), &'static str);
    let cases: Vec<Case> = vec![
        (
            |p| p.ops[33] = Op::Sleep(ExprId(0)),
            "operation 33 (sleep) is the last one, but the run would go on after it",
        ),
        (|p| p.ops[16] = Op::Jump(29), "operation 30 (end) stands in the run itself, which it cannot end"),
        (
            |p| p.ops[30] = Op::Jump(20),
            "operation 20 is reached by the run itself and by the branch that starts at 29; each must have operations of its own",
        ),
        (|p| p.ops[23] = Op::End, "operation 23 (end) stands in the run itself, which it cannot end"),
        (
            |p| p.ops[32] = Op::EndHandler,
            "operation 32 (end_handler) stands in the branch that starts at 31, which it cannot end",
        ),
        (
            |p| p.ops[27] = Op::Sleep(ExprId(15)),
            "operation 27 (sleep) stands in the handler that starts at 26; a handler neither waits nor leaves its own operations",
        ),
        (
            |p| p.ops[28] = Op::Return(None),
            "operation 28 (return) stands in the handler that starts at 26; a handler neither waits nor leaves its own operations",
        ),
        (
            |p| p.ops[19] = Op::Fork(vec![26]),
            "operation 26 starts two things that are not alike, such as a branch and a handler",
        ),
        (|p| p.ops[20] = Op::EndTry, "operation 20 (end_try) ends a `try` that is not open"),
        (
            |p| {
                p.ops[11] = Op::Rework {
                    target: 0,
                    to: 1,
                    redo: vec![],
                    unlisten: vec![],
                    tries: 1,
                    limits: 0,
                    comment: None,
                    by: None,
                }
            },
            "operation 11 (rework) leaves 1 `try`s, but 0 are open",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(after(change), expected);
    }
    let unbalanced = after(|p| p.ops[15] = Op::Drop(vec![]));
    assert!(unbalanced.contains("is reached with"), "{unbalanced}");
    let in_branch = after(|p| p.ops[29] = Op::Try { to: 30, slot: None });
    assert_eq!(in_branch, "operation 30 (end) ends the branch that starts at 29 while 1 `try`s are open");
}

#[test]
fn limits_follow_one_another() {
    let limit = |then: LimitThen| Limit { after: After::Duration(ExprId(15)), then };
    assert_eq!(
        after(|p| p.gates[0].limits.insert(0, limit(LimitThen::Approve))),
        "limit 0 of gate 0 ends the wait, but another limit follows"
    );
    assert_eq!(
        after(|p| p.gates[0].limits = vec![limit(LimitThen::Escalate("king".to_owned()))]),
        "limit 0 of gate 0 escalates to `king`, which is no role of the program"
    );
    assert_eq!(
        after(|p| p.awaits[0].limits = vec![limit(LimitThen::Approve)]),
        "limit 0 of await 0 ends in a way that is not possible there"
    );
    assert_eq!(after(|p| p.awaits[0].late = None), "await 0 can be late, but it does not say where to go then");
    assert_eq!(
        after(|p| p.awaits[0].limits.clear()),
        "await 0 says where to go when it is late, but no limit makes it late"
    );
    assert_eq!(
        after(|p| {
            p.awaits[0].limits.clear();
            p.awaits[0].late = None;
            p.awaits[0].until = None;
            p.awaits[0].arms.clear();
        }),
        "await 0 waits for nothing, so it would never end"
    );
}

#[test]
fn identifiers_are_made_where_they_are_kept() {
    // Expression 27 is `uuid()`.
    assert_eq!(
        after(|p| p.gates[0].show.as_mut().unwrap().props[0].1 = ExprId(27)),
        "gate 0 uses `uuid()`, but it is evaluated again and again; give the identifier a name in a step first"
    );
    let nested = after(|p| {
        p.exprs.push(Expr::Template(vec![ExprId(27)]));
        p.awaits[0].feedback[0].1 = ExprId(30);
    });
    assert!(nested.starts_with("await 0 uses `uuid()`"), "{nested}");
    assert_eq!(after(|p| p.ops[25] = Op::Fail(ExprId(27))), "accepted");
}

#[test]
fn sizes_are_bounded() {
    assert_eq!(after(|p| p.roles = vec!["r".to_owned(); 20_001]), "the program has 20001 roles; 20000 are the most");
    assert_eq!(after(|p| p.locals = u32::MAX), "the program has 4294967295 locals; 500000 are the most");
    assert_eq!(after(|p| p.name.clear()), "the program's name is empty");
    assert!(after(|p| p.doc = "x".repeat(300_000)).starts_with("the program's documentation is 300000 bytes long"));
    let mut value = Value::None;
    for _ in 0..60 {
        value = Value::list(vec![value]);
    }
    assert_eq!(
        after(|p| p.exprs[0] = Expr::Const(value)),
        "expression 0 holds a value that is nested more than 48 levels deep"
    );
}

/// The numbers of a JSON document, in order.
fn numbers<'a>(json: &'a mut Json, found: &mut Vec<&'a mut Json>) {
    match json {
        Json::Number(_) => found.push(json),
        Json::Array(items) => items.iter_mut().for_each(|item| numbers(item, found)),
        Json::Object(fields) => fields.values_mut().for_each(|item| numbers(item, found)),
        _ => {}
    }
}

/// Follows everything that a program names, without the verifier's code: a slip of the verifier would show as a panic here.
fn touch_everything(p: &Program) {
    let expr = |id: &ExprId| assert!((id.0 as usize) < p.exprs.len());
    let slot = |slot: Slot| assert!((slot.0 as usize) < p.slots.len());
    for (number, e) in p.exprs.iter().enumerate() {
        super::exprs::visit(e, &mut |id| assert!((id.0 as usize) < number));
        match e {
            Expr::Slot(id) => slot(*id),
            Expr::Local(local) | Expr::Let { local, .. } => assert!(local.0 < p.locals),
            Expr::Lambda { params, .. } => params.iter().for_each(|param| assert!(param.0 < p.locals)),
            _ => {}
        }
    }
    let target = |pc: u32| assert!((pc as usize) < p.ops.len());
    for op in &p.ops {
        match op {
            Op::Enter(block) | Op::Complete { block, .. } | Op::Skip { block, .. } => {
                assert!((*block as usize) < p.blocks.len())
            }
            Op::Set { slot: s, value } => {
                slot(*s);
                expr(value);
            }
            Op::Drop(slots) => slots.iter().for_each(|s| slot(*s)),
            Op::Jump(to) | Op::JumpUnless { to, .. } | Op::Try { to, .. } => target(*to),
            Op::Call { call, .. } => assert!((*call as usize) < p.calls.len()),
            Op::Gate(gate) => assert!((*gate as usize) < p.gates.len()),
            Op::Await(wait) => assert!((*wait as usize) < p.awaits.len()),
            Op::Child(child) => assert!((*child as usize) < p.children.len()),
            Op::Fork(bodies) => bodies.iter().for_each(|to| target(*to)),
            Op::ForkEach { scope, body, item, list, at_once } => {
                let scope = &p.scopes[*scope as usize];
                slot(Slot(scope.first.0 + scope.count - 1));
                slot(*item);
                target(*body);
                [list, at_once].into_iter().for_each(expr);
            }
            Op::Listen(handler) | Op::Unlisten(handler) => target(p.handlers[*handler as usize].body),
            Op::Rework { target: block, to, redo, .. } => {
                target(*to);
                redo.iter().chain([block]).for_each(|block| assert!((*block as usize) < p.blocks.len()));
            }
            Op::Raise(s) => slot(*s),
            _ => {}
        }
    }
    for wait in &p.awaits {
        wait.arms.iter().for_each(|arm| target(arm.to));
        wait.late.iter().chain(wait.until.iter().map(|(_, to)| to)).for_each(|to| target(*to));
    }
    for block in &p.blocks {
        slot(block.slot);
        block.restore.iter().for_each(|s| slot(*s));
        block.parent.iter().for_each(|parent| assert!((*parent as usize) < p.blocks.len()));
    }
    assert!((p.input.max(p.config) as usize) < p.types.len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    /// Whatever numbers a program has, the verifier answers, and what it accepts names only what exists.
    #[test]
    fn any_numbers_are_answered(changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![0_i64..40, Just(-1), Just(4_294_967_295), any::<i64>()]), 1..4)) {
        let mut json = serde_json::to_value(program()).unwrap();
        let mut found = Vec::new();
        numbers(&mut json, &mut found);
        let count = found.len();
        for (index, number) in changes {
            *found[index.index(count)] = Json::from(number);
        }
        let Ok(program) = serde_json::from_value::<Program>(json) else { return Ok(()) };
        let _ = crate::listing::listing(&program);
        let _ = digest(&program);
        let accepted = verify(&program).is_ok();
        if accepted {
            touch_everything(&program);
        }
    }

    /// The same with operations moved about.
    #[test]
    fn any_order_of_operations_is_answered(swaps in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4)) {
        let mut program = program();
        let count = program.ops.len();
        for (a, b) in swaps {
            program.ops.swap(a.index(count), b.index(count));
        }
        if verify(&program).is_ok() {
            touch_everything(&program);
        }
    }
}
