//! A program made by hand that has one of everything: what the tests of this crate look at and spoil.

#![allow(clippy::unwrap_used, reason = "tests")]

use crate::*;

/// Puts an expression into the arena.
fn put(program: &mut Program, expr: Expr) -> ExprId {
    program.exprs.push(expr);
    ExprId(program.exprs.len() as u32 - 1)
}

fn constant(program: &mut Program, value: Value) -> ExprId {
    put(program, Expr::Const(value))
}

fn field(name: &str, ty: Type) -> FieldDef {
    FieldDef { name: name.to_owned(), ty, default: None, doc: String::new() }
}

fn record(name: &str, fields: Vec<FieldDef>) -> TypeDef {
    TypeDef::Record(RecordDef { name: name.to_owned(), fields, doc: String::new() })
}

fn slot(name: &str, ty: Type) -> SlotDef {
    SlotDef { name: name.to_owned(), ty, var: false, written_by_handler: false }
}

fn block(name: &str, parent: Option<(u32, &str)>, kind: BlockKind, slot: u32) -> Block {
    Block {
        name: name.to_owned(),
        path: parent.map_or(name.to_owned(), |(_, path)| format!("{path}.{name}")),
        parent: parent.map(|(id, _)| id),
        kind,
        title: None,
        icon: None,
        key: None,
        slot: Slot(slot),
        restore: Vec::new(),
    }
}

/// The tables without operations.
fn tables() -> Program {
    let gbp = Currency::new("GBP").unwrap();
    let text = || Type::Optional(Box::new(Type::Text));
    let rows = || Type::List(Box::new(Type::Named(3)));
    Program {
        ir_version: IR_VERSION,
        name: "rent-roll".to_owned(),
        title: "Rent roll".to_owned(),
        version: "0.1.0".to_owned(),
        tags: vec!["rent".to_owned()],
        doc: "Takes the rent roll in.".to_owned(),
        types: vec![
            record("Input", vec![field("period", Type::Period), field("notes", text())]),
            record("Config", vec![FieldDef { default: Some(Value::Int(1)), ..field("min_rows", Type::Int) }]),
            record("", vec![field("comment", text()), field("by", text()), field("round", Type::Int)]),
            record(
                "Row",
                vec![field("id", Type::Text), field("amount", Type::MoneyIn(gbp)), field("status", Type::Named(4))],
            ),
            TypeDef::Enum(EnumDef {
                name: "Status".to_owned(),
                values: vec!["open".to_owned(), "billed".to_owned()],
                doc: String::new(),
            }),
        ],
        input: 0,
        config: 1,
        output: rows(),
        exprs: Vec::new(),
        locals: 3,
        ops: Vec::new(),
        slots: vec![
            slot("input", Type::Named(0)),
            slot("config", Type::Named(1)),
            slot("rework", Type::Optional(Box::new(Type::Named(2)))),
            SlotDef { var: true, written_by_handler: true, ..slot("rows", rows()) },
            slot("upload", Type::File),
            slot("e", Type::Named(3)),
            slot("review", Type::Json),
            slot("failure", Type::Json),
            slot("row", Type::Named(3)),
            slot("posted", Type::Optional(Box::new(Type::Text))),
        ],
        blocks: vec![
            block("collect", None, BlockKind::Step, 3),
            block("upload", Some((0, "collect")), BlockKind::Await, 4),
            block("review", None, BlockKind::Approve, 6),
            block("post", None, BlockKind::Step, 9),
        ],
        gates: Vec::new(),
        awaits: Vec::new(),
        children: Vec::new(),
        calls: Vec::new(),
        handlers: Vec::new(),
        signals: vec![SignalDef { name: "row_added".to_owned(), payload: Type::Named(3) }],
        roles: vec!["accountant".to_owned(), "manager".to_owned()],
        scopes: vec![Scope { first: Slot(8), count: 1 }],
        undos: Vec::new(),
        failures_name_their_own: false,
        answered_steps_are_undone: false,
        escalation_reaches_senders: false,
    }
}

/// The program.
pub(crate) fn program() -> Program {
    let mut p = tables();
    let gbp = Currency::new("GBP").unwrap();
    let input = put(&mut p, Expr::Slot(Slot(0)));
    let period = put(&mut p, Expr::Field { of: input, name: "period".to_owned() });
    let prefix = constant(&mut p, Value::text("Rent roll of \"A\" for "));
    let title = put(&mut p, Expr::Template(vec![prefix, period]));
    let rows = put(&mut p, Expr::Slot(Slot(3)));
    let row = put(&mut p, Expr::Local(LocalId(0)));
    let amount = put(&mut p, Expr::Field { of: row, name: "amount".to_owned() });
    let zero = constant(&mut p, Value::Money(Money { amount: 0.into(), currency: gbp }));
    let positive = put(&mut p, Expr::Binary(BinaryOp::Greater, amount, zero));
    let keep = put(&mut p, Expr::Lambda { params: vec![LocalId(0)], body: positive });
    let kept = put(&mut p, Expr::Call(Builtin::Filter, vec![rows, keep]));
    let count = put(&mut p, Expr::Call(Builtin::Count, vec![rows]));
    let config = put(&mut p, Expr::Slot(Slot(1)));
    let least = put(&mut p, Expr::Field { of: config, name: "min_rows".to_owned() });
    let enough = put(&mut p, Expr::Binary(BinaryOp::GreaterEq, count, least));
    let day = constant(&mut p, Value::Duration(86_400_000));
    let role = constant(&mut p, Value::text("accountant"));
    let heard = put(&mut p, Expr::Slot(Slot(5)));
    let one = put(&mut p, Expr::List(vec![heard]));
    let more = put(&mut p, Expr::Binary(BinaryOp::Add, rows, one));
    let edited = put(&mut p, Expr::Local(LocalId(1)));
    let open = constant(&mut p, Value::Enum("open".into()));
    let reopened = put(&mut p, Expr::With { base: edited, fields: vec![("status".to_owned(), open)] });
    let args = put(&mut p, Expr::Record(vec![("rows".to_owned(), kept), ("period".to_owned(), period)]));
    let two = constant(&mut p, Value::Int(2));
    let failure = put(&mut p, Expr::Slot(Slot(7)));
    let message = put(&mut p, Expr::OptionalField { of: failure, name: "message".to_owned() });
    let key = put(&mut p, Expr::Call(Builtin::Uuid, vec![]));
    let negative = put(&mut p, Expr::Unary(UnaryOp::Not, enough));
    let both = put(&mut p, Expr::And(negative, enough));
    if let Some(first) = p.blocks.first_mut() {
        first.title = Some(title);
        first.icon = Some("Inbox".to_owned());
        first.restore = vec![Slot(3)];
    }
    p.gates.push(Gate {
        block: 2,
        by: Some(role),
        not_by: Vec::new(),
        quorum: Some(two),
        show: Some(Component { name: "data_table".to_owned(), props: vec![("title".to_owned(), title)] }),
        draft: Draft::Rows { rows: kept, row: 3, key: "id".to_owned(), editable: vec!["amount".to_owned()] },
        this: LocalId(2),
        actions: vec![
            GateAction { name: "approve".to_owned(), label: None },
            GateAction { name: "reject".to_owned(), label: Some(title) },
        ],
        requires: vec![GateRequire { cond: enough, refuse: title }],
        warnings: vec![Warning { when: Some(both), message: title }],
        until: None,
        limits: vec![
            Limit { after: After::Duration(day), then: LimitThen::Escalate("manager".to_owned()) },
            Limit { after: After::WorkingDays(two), then: LimitThen::Late },
        ],
        on_edit: Some((LocalId(1), reopened)),
        on_reject_row: None,
        reminders: Vec::new(),
        checks: Vec::new(),
    });
    p.awaits.push(Await {
        block: 1,
        arms: vec![AwaitArm {
            signal: "row_added".to_owned(),
            payload: Type::Named(3),
            it: LocalId(0),
            filter: Some(positive),
            from: None,
            to: 6,
        }],
        until: Some((enough, 6)),
        choice: true,
        show: None,
        ask: Some(Component { name: "file_upload".to_owned(), props: vec![("title".to_owned(), title)] }),
        feedback: vec![("info".to_owned(), title)],
        by: Some(role),
        limits: vec![Limit { after: After::Duration(day), then: LimitThen::Late }],
        late: Some(24),
        reminders: Vec::new(),
    });
    p.children.push(Child {
        block: 3,
        runbook: "post-rent".to_owned(),
        interface: interface_digest(&Type::Named(0), &Type::Text, &p.types).to_string(),
        input,
        output: Type::Text,
        fan: Some(Fan { list: kept, it: LocalId(0), key: None, at_once: two }),
        on_failure: OnFailure::Collect,
        limits: Vec::new(),
        late: None,
    });
    p.calls.push(Call {
        capability: "ledger.post".to_owned(),
        agent: None,
        args,
        result: Type::Text,
        type_arg: None,
        within: Some(day),
        options: CallOptions {
            queue: Some("ledger".to_owned()),
            activity: None,
            program: None,
            within_ms: 300_000,
            retry: Retry::default(),
            quick: false,
        },
    });
    p.handlers.push(Handler {
        signal: "row_added".to_owned(),
        payload: Type::Named(3),
        it: LocalId(0),
        filter: Some(positive),
        from: Some(role),
        slot: Slot(5),
        body: 26,
    });
    p.ops = vec![
        Op::Listen(0),                                // 0
        Op::Enter(0),                                 // 1
        Op::Set { slot: Slot(3), value: kept },       // 2
        Op::Enter(1),                                 // 3
        Op::JumpUnless { cond: enough, to: 5 },       // 4
        Op::Await(0),                                 // 5
        Op::Complete { block: 1, value: None },       // 6
        Op::Complete { block: 0, value: Some(kept) }, // 7
        Op::Enter(2),                                 // 8
        Op::Gate(0),                                  // 9
        Op::JumpUnless { cond: both, to: 12 },        // 10
        Op::Rework {
            target: 0,
            to: 1,
            redo: vec![0, 1, 2],
            unlisten: vec![],
            tries: 0,
            limits: 0,
            comment: Some(message),
            by: None,
        }, // 11
        Op::Enter(3),                                 // 12
        Op::Try { to: 17, slot: Some(Slot(7)) },      // 13
        Op::Call { call: 0, slot: Some(Slot(9)) },    // 14
        Op::EndTry,                                   // 15
        Op::Jump(18),                                 // 16
        Op::Feedback { level: "error".to_owned(), value: message }, // 17
        Op::ForkEach { list: kept, item: Slot(8), scope: 0, at_once: two, body: 29 }, // 18
        Op::Fork(vec![31, 33]),                       // 19
        Op::Drop(vec![Slot(7)]),                      // 20
        Op::Unlisten(0),                              // 21
        Op::Complete { block: 3, value: Some(key) },  // 22
        Op::Return(Some(kept)),                       // 23
        Op::Skip { block: 1, why: Some(title) },      // 24
        Op::Fail(title),                              // 25
        Op::Set { slot: Slot(3), value: more },       // 26
        Op::Emit { name: "row.added".to_owned(), value: heard }, // 27
        Op::EndHandler,                               // 28
        Op::Sleep(day),                               // 29
        Op::End,                                      // 30
        Op::Child(0),                                 // 31
        Op::End,                                      // 32
        Op::Raise(Slot(7)),                           // 33
    ];
    p
}
