//! A small assembler for programs.

use ntro_ir::*;

const LABEL: Pc = 1_000_000;

pub struct Build {
    pub program: Program,
    labels: Vec<Pc>,
}

impl Build {
    /// A runbook whose input is `{ entity: text?, period: text? }` with more text fields, and whose configuration is empty.
    pub fn new(name: &str, inputs: &[&str]) -> Build {
        let optional = |name: &str| field(name, Type::Optional(Box::new(Type::Text)));
        let mut fields = vec![optional("entity"), optional("period")];
        fields.extend(inputs.iter().map(|name| field(name, Type::Text)));
        let types = vec![record("Input", fields), record("Config", Vec::new())];
        let slot = |name: &str, ty| SlotDef { name: name.into(), ty, var: false, written_by_handler: false };
        let slots = vec![
            slot("input", Type::Named(0)),
            slot("config", Type::Named(1)),
            slot("rework", Type::Optional(Box::new(Type::Json))),
        ];
        Build {
            program: Program {
                ir_version: IR_VERSION,
                name: name.into(),
                title: name.into(),
                version: String::new(),
                tags: Vec::new(),
                doc: String::new(),
                types,
                input: 0,
                config: 1,
                output: Type::Json,
                exprs: Vec::new(),
                locals: 0,
                ops: Vec::new(),
                slots,
                blocks: Vec::new(),
                gates: Vec::new(),
                awaits: Vec::new(),
                children: Vec::new(),
                calls: Vec::new(),
                handlers: Vec::new(),
                signals: Vec::new(),
                roles: Vec::new(),
                scopes: Vec::new(),
                undos: Vec::new(),
                failures_name_their_own: false,
                answered_steps_are_undone: false,
                escalation_reaches_senders: false,
            },
            labels: Vec::new(),
        }
    }

    // ── Expressions ──────────────────────────────────────────────────────────────────────────────────────────────────

    pub fn expr(&mut self, expr: Expr) -> ExprId {
        self.program.exprs.push(expr);
        ExprId(self.program.exprs.len() as u32 - 1)
    }

    pub fn value(&mut self, value: Value) -> ExprId {
        self.expr(Expr::Const(value))
    }

    pub fn text(&mut self, text: &str) -> ExprId {
        self.value(Value::text(text))
    }

    pub fn int(&mut self, int: i64) -> ExprId {
        self.value(Value::Int(int))
    }

    pub fn hours(&mut self, hours: i64) -> ExprId {
        self.value(Value::Duration(hours * 3_600_000))
    }

    pub fn read(&mut self, slot: Slot) -> ExprId {
        self.expr(Expr::Slot(slot))
    }

    pub fn field(&mut self, of: ExprId, name: &str) -> ExprId {
        self.expr(Expr::Field { of, name: name.into() })
    }

    pub fn slot_field(&mut self, slot: Slot, name: &str) -> ExprId {
        let of = self.read(slot);
        self.field(of, name)
    }

    pub fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId) -> ExprId {
        self.expr(Expr::Binary(op, left, right))
    }

    pub fn eq(&mut self, left: ExprId, right: ExprId) -> ExprId {
        self.binary(BinaryOp::Eq, left, right)
    }

    pub fn call_fn(&mut self, builtin: Builtin, args: &[ExprId]) -> ExprId {
        self.expr(Expr::Call(builtin, args.to_vec()))
    }

    pub fn record(&mut self, fields: &[(&str, ExprId)]) -> ExprId {
        self.expr(Expr::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()))
    }

    pub fn local(&mut self) -> (LocalId, ExprId) {
        let local = LocalId(self.program.locals);
        self.program.locals += 1;
        let expr = self.expr(Expr::Local(local));
        (local, expr)
    }

    // ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────

    pub fn ty(&mut self, name: &str, fields: Vec<FieldDef>) -> TypeId {
        self.program.types.push(record(name, fields));
        self.program.types.len() as TypeId - 1
    }

    pub fn slot(&mut self, name: &str, ty: Type) -> Slot {
        self.program.slots.push(SlotDef { name: name.into(), ty, var: false, written_by_handler: false });
        Slot(self.program.slots.len() as u32 - 1)
    }

    pub fn block(&mut self, name: &str, title: &str, kind: BlockKind, parent: Option<BlockId>) -> BlockId {
        let path = match parent {
            Some(parent) => format!("{}.{name}", self.program.blocks[parent as usize].path),
            None => name.to_owned(),
        };
        let slot = self.slot(name, Type::Json);
        let title = Some(self.text(title));
        self.program.blocks.push(Block {
            name: name.into(),
            path,
            parent,
            kind,
            title,
            icon: Some("Eye".into()),
            slot,
            key: None,
            restore: Vec::new(),
        });
        self.program.blocks.len() as BlockId - 1
    }

    pub fn of(&self, block: BlockId) -> Slot {
        self.program.blocks[block as usize].slot
    }

    pub fn capability(&mut self, name: &str, args: ExprId, result: Type) -> CallId {
        self.program.calls.push(Call {
            capability: name.into(),
            agent: None,
            args,
            result,
            type_arg: None,
            within: None,
            options: CallOptions {
                queue: None,
                activity: None,
                program: None,
                within_ms: 60_000,
                retry: Retry::default(),
                quick: false,
            },
        });
        self.program.calls.len() as CallId - 1
    }

    pub fn gate(&mut self, block: BlockId, by: Option<ExprId>) -> GateId {
        let (this, _) = self.local();
        let action = |name: &str| GateAction { name: name.into(), label: None };
        self.program.gates.push(Gate {
            block,
            by,
            not_by: Vec::new(),
            quorum: None,
            show: None,
            draft: Draft::None,
            this,
            actions: vec![action("approve"), action("reject")],
            requires: Vec::new(),
            warnings: Vec::new(),
            until: None,
            limits: Vec::new(),
            on_edit: None,
            on_reject_row: None,
            reminders: Vec::new(),
            checks: Vec::new(),
        });
        self.program.gates.len() as GateId - 1
    }

    pub fn gate_mut(&mut self, gate: GateId) -> &mut Gate {
        &mut self.program.gates[gate as usize]
    }

    pub fn this(&mut self, gate: GateId) -> ExprId {
        let local = self.program.gates[gate as usize].this;
        self.expr(Expr::Local(local))
    }

    pub fn arm(&mut self, signal: &str, payload: Type, to: Pc) -> AwaitArm {
        if !self.program.signals.iter().any(|known| known.name == signal) {
            self.program.signals.push(SignalDef { name: signal.into(), payload: payload.clone() });
        }
        let (it, _) = self.local();
        AwaitArm { signal: signal.into(), payload, it, filter: None, from: None, to }
    }

    pub fn wait(&mut self, block: BlockId, arms: Vec<AwaitArm>) -> AwaitId {
        self.program.awaits.push(Await {
            block,
            arms,
            until: None,
            choice: false,
            show: None,
            ask: None,
            feedback: Vec::new(),
            by: None,
            limits: Vec::new(),
            late: None,
            reminders: Vec::new(),
        });
        self.program.awaits.len() as AwaitId - 1
    }

    pub fn wait_mut(&mut self, wait: AwaitId) -> &mut Await {
        &mut self.program.awaits[wait as usize]
    }

    // ── Operations ───────────────────────────────────────────────────────────────────────────────────────────────────

    pub fn op(&mut self, op: Op) {
        self.program.ops.push(op);
    }

    pub fn label(&mut self) -> Pc {
        self.labels.push(0);
        LABEL + self.labels.len() as Pc - 1
    }

    pub fn here(&mut self, label: Pc) {
        self.labels[(label - LABEL) as usize] = self.program.ops.len() as Pc;
    }

    pub fn at(&mut self) -> Pc {
        let label = self.label();
        self.here(label);
        label
    }

    /// A step that calls a capability.
    pub fn step_call(&mut self, block: BlockId, call: CallId) {
        let slot = self.of(block);
        self.op(Op::Enter(block));
        self.op(Op::Call { call, slot: Some(slot) });
        self.op(Op::Complete { block, value: None });
    }

    /// The condition that a gate's decision is this one.
    pub fn decided(&mut self, block: BlockId, decision: &str) -> ExprId {
        let decided = self.slot_field(self.of(block), "decision");
        let word = self.value(Value::Enum(decision.into()));
        self.eq(decided, word)
    }

    pub fn jump_unless(&mut self, cond: ExprId, to: Pc) {
        self.op(Op::JumpUnless { cond, to });
    }

    pub fn done(mut self) -> Program {
        let labels = self.labels;
        let fix = |pc: &mut Pc| {
            if *pc >= LABEL {
                *pc = labels[(*pc - LABEL) as usize];
            }
        };
        for op in &mut self.program.ops {
            match op {
                Op::Jump(to) | Op::JumpUnless { to, .. } | Op::Try { to, .. } | Op::Rework { to, .. } => fix(to),
                Op::Fork(bodies) => bodies.iter_mut().for_each(fix),
                Op::ForkEach { body, .. } => fix(body),
                _ => {}
            }
        }
        for wait in &mut self.program.awaits {
            wait.arms.iter_mut().for_each(|arm| fix(&mut arm.to));
            wait.until.iter_mut().for_each(|(_, to)| fix(to));
            wait.late.iter_mut().for_each(fix);
        }
        self.program.children.iter_mut().for_each(|child| child.late.iter_mut().for_each(fix));
        self.program.handlers.iter_mut().for_each(|handler| fix(&mut handler.body));
        self.program
    }
}

pub fn field(name: &str, ty: Type) -> FieldDef {
    FieldDef { name: name.into(), ty, default: None, doc: String::new() }
}

pub fn record(name: &str, fields: Vec<FieldDef>) -> TypeDef {
    TypeDef::Record(RecordDef { name: name.into(), fields, doc: String::new() })
}
