//! The half of blocks and statements: a runbook's body becomes operations, tables and slots.
//!
//! One file a form. Rules that are broken are reported by the files in `rules/`, one a rule; expressions belong to `expr/`.
//! A program is given only where nothing is wrong.

use std::collections::BTreeSet;

use ntro_grammar::{Span, ast};
use ntro_ir::{BlockId, Expr, ExprId, HandlerId, Op, Program, Slot, Value};

use crate::cx::{Cx, Expressions};
use crate::diagnostic::{Diagnostic, Level};
use crate::index::Recorder;
use crate::items::{FileId, Items};
use crate::scope::Binding;
use crate::source_map::LazySourceMap;
use crate::ty::Ty;

mod agent;
mod approve;
mod ask;
mod attempt;
mod beside;
mod block;
mod body;
mod branch;
mod child;
mod clauses;
mod code;
mod components;
mod finish;
mod handler;
mod head;
mod head_limit;
mod limits;
mod liveness;
mod loop_key;
mod loops;
mod matching;
mod outcome;
mod parts;
mod people;
mod rework;
mod rules;
mod scan;
mod side_by_side;
mod slots;
mod stmt;
mod undo;
mod wait;

pub(crate) use liveness::parts as parts_of;

use code::{Code, Label};
pub(crate) use components::described;
pub(crate) use parts::{Memo, record_parts, remembered_runbook};
pub(crate) use rules::unknown_property::supplied;
pub(crate) use scan::heard;

/// A runbook that was lowered.
pub(crate) struct Lowered {
    /// Its program.
    pub program: Program,
    /// Where its parts stand.
    pub map: LazySourceMap,
    /// What the types of its program are here.
    pub types: Vec<(Ty, ntro_ir::TypeId)>,
}

/// Checks a runbook and lowers it.
pub(crate) fn lower_runbook(
    items: &Items,
    file: FileId,
    decl: &ast::RunbookDecl,
) -> (Option<Lowered>, Vec<Diagnostic>) {
    let mut flow = Flow::new(items, file);
    flow.head(decl);
    flow.runbook_body(decl);
    flow.finish(decl)
}

/// Checks a runbook for an editor: what its names mean, what could be written at a place.
pub(crate) fn record_runbook(
    items: &Items,
    file: FileId,
    decl: &ast::RunbookDecl,
    recorder: Box<Recorder>,
) -> Option<Box<Recorder>> {
    let mut flow = Flow::new(items, file);
    flow.cx.notes.recorder = Some(recorder);
    flow.head(decl);
    flow.runbook_body(decl);
    flow.cx.notes.recorder.take()
}

/// What must be undone when a body is left early, and what bounds it. Innermost last.
#[derive(Debug)]
enum Exit {
    /// An open [`Op::Try`].
    Try,
    /// An open [`Op::Limit`].
    Limit,
    /// A handler that listens.
    Listen(HandlerId),
    /// The start of a fibre: nothing jumps out of it. The text says what it is (`parallel`).
    Fork(&'static str),
    /// A block.
    Block(OpenBlock),
}

/// A block whose body is being lowered.
#[derive(Debug)]
struct OpenBlock {
    id: BlockId,
    kind: ast::BlockKind,
    slot: Slot,
    /// Where it is complete.
    done: Label,
    /// Where it goes on once it was skipped.
    after: Label,
    /// What its `return`s yield.
    returns: Vec<(Ty, Span)>,
    /// Whether a `skip` may leave it without a value.
    skipped: bool,
}

/// A `var` that can be seen.
#[derive(Debug, Clone)]
struct VarInSight {
    name: String,
    slot: Slot,
    /// How many forks stand around its declaration.
    forks: usize,
}

/// A list of statements that is being lowered.
#[derive(Debug, Default)]
struct Frame {
    /// The blocks that a `rework` may name.
    targets: Vec<Target>,
    /// Blocks that can be seen after this list.
    exports: Vec<(String, Binding)>,
    /// What has a name here, to tell which nobody reads.
    named: Vec<Named>,
}

/// A `let` or a `var`.
#[derive(Debug, Clone)]
struct Named {
    name: String,
    slot: Slot,
    /// Where its name stands.
    span: Span,
    /// The whole statement.
    stmt: Span,
    /// The call whose result it names, where it names one.
    call: Option<Span>,
    var: bool,
}

/// A block that a `rework` may name.
#[derive(Debug, Clone)]
struct Target {
    name: String,
    id: BlockId,
    /// Before its `when`.
    start: Label,
    /// How many exits were open there.
    exits: usize,
}

/// A range of operations, the end left out.
type OpRange = std::ops::Range<u32>;

/// Lowers one runbook.
struct Flow<'p> {
    cx: Cx<'p>,
    code: Code,
    exits: Vec<Exit>,
    frames: Vec<Frame>,
    vars: Vec<VarInSight>,
    /// The names that handlers write which may run while this waits.
    heard: Vec<String>,
    /// What the run yields.
    output: Ty,
    /// The paths of all blocks so far.
    paths: BTreeSet<String>,
    /// The same in the order in which they came.
    new_paths: Vec<String>,
    /// The signals that were spoken of, each with what it carries.
    signals: Vec<(String, Ty)>,
    /// Every block name of this runbook, for messages.
    block_names: Vec<String>,
    /// Blocks that a `rework` names, by name: handlers' variables are unknown there.
    rework_targets: BTreeSet<String>,
    /// Blocks that a rework goes back to.
    redone: BTreeSet<BlockId>,
    /// How many forks stand around this place.
    forks: usize,
    /// Whether this is the body of an `on SIGNAL` handler.
    in_handler: bool,
    /// Whether this is a body that runs by itself, out of the run's own way: `undo`, `remind`.
    alone: Option<(&'static str, usize)>,
    /// The bodies of undos.
    undos: Vec<undo::UndoBody>,
    /// What runs beside open gates and awaits.
    beside: Vec<beside::BesideBody>,
    /// The keys of the loops around this place, the outermost first.
    keys: Vec<ExprId>,
    /// Numbers what has no name in the text.
    hidden: u32,
    /// Where each handler listens.
    listening: Vec<(HandlerId, OpRange)>,
    /// The bodies of handlers.
    handler_bodies: Vec<OpRange>,
    /// What is tried, and where a failure goes on.
    tried: Vec<(OpRange, Label)>,
    /// What has a name, to tell which nobody reads.
    named: Vec<Named>,
    /// Where a variable is read only to be added to.
    added_to: Vec<ExprId>,
    /// What counts reworks, each with the block that it goes back to.
    counters: Vec<(Slot, BlockId)>,
    /// Names of inputs: what titles may use.
    head_names: Vec<(String, Binding)>,
}

impl<'p> Flow<'p> {
    fn new(items: &'p Items, file: FileId) -> Flow<'p> {
        Flow {
            cx: Cx::new(items, file),
            code: Code::new(),
            exits: Vec::new(),
            frames: Vec::new(),
            vars: Vec::new(),
            heard: Vec::new(),
            output: Ty::Nothing,
            paths: BTreeSet::new(),
            new_paths: Vec::new(),
            signals: Vec::new(),
            block_names: Vec::new(),
            rework_targets: BTreeSet::new(),
            redone: BTreeSet::new(),
            forks: 0,
            in_handler: false,
            alone: None,
            undos: Vec::new(),
            beside: Vec::new(),
            keys: Vec::new(),
            hidden: 0,
            listening: Vec::new(),
            handler_bodies: Vec::new(),
            tried: Vec::new(),
            named: Vec::new(),
            added_to: Vec::new(),
            counters: Vec::new(),
            head_names: Vec::new(),
        }
    }

    // ---- small makers of expressions

    fn constant(&mut self, value: Value, span: Span) -> ExprId {
        self.cx.push(Expr::Const(value), span)
    }

    fn text(&mut self, text: &str, span: Span) -> ExprId {
        self.constant(Value::text(text), span)
    }

    fn slot_value(&mut self, slot: Slot, span: Span) -> ExprId {
        self.cx.push(Expr::Slot(slot), span)
    }

    fn field(&mut self, of: ExprId, name: &str, span: Span) -> ExprId {
        self.cx.push(Expr::Field { of, name: name.to_owned() }, span)
    }

    fn not(&mut self, of: ExprId, span: Span) -> ExprId {
        self.cx.push(Expr::Unary(ntro_ir::UnaryOp::Not, of), span)
    }

    fn binary(&mut self, op: ntro_ir::BinaryOp, left: ExprId, right: ExprId, span: Span) -> ExprId {
        self.cx.push(Expr::Binary(op, left, right), span)
    }

    // ---- small makers of operations

    fn emit(&mut self, op: Op, span: Span) {
        self.code.emit(op, span);
    }

    fn set(&mut self, slot: Slot, value: ExprId, span: Span) {
        self.emit(Op::Set { slot, value }, span);
    }

    fn jump(&mut self, to: Label, span: Span) {
        self.emit(Op::Jump(to), span);
    }

    fn jump_unless(&mut self, cond: ExprId, to: Label, span: Span) {
        self.emit(Op::JumpUnless { cond, to }, span);
    }

    /// A slot without a name in the text.
    fn hidden_slot(&mut self, what: &str, ty: &Ty) -> Slot {
        self.hidden += 1;
        let name = format!("%{what}{}", self.hidden);
        self.cx.new_slot(&name, ty, false)
    }

    /// The type of a slot is known only now.
    fn retype(&mut self, slot: Slot, ty: &Ty) {
        let ty = self.cx.ir_type(ty);
        if let Some(def) = self.cx.slot_def(slot) {
            def.ty = ty;
        }
    }

    /// This place waits: handlers may have written since, so what was known of their variables is not known any more.
    fn waited(&mut self) {
        for name in self.heard.clone() {
            self.cx.scope.forget(&name);
        }
    }

    /// The innermost open block.
    fn open_block(&mut self) -> Option<&mut OpenBlock> {
        self.exits.iter_mut().rev().find_map(|exit| match exit {
            Exit::Block(open) => Some(open),
            _ => None,
        })
    }

    /// Reports an error of this half.
    #[cold]
    fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Diagnostic {
        self.cx.report(code, span, message.into(), label.into(), help.into())
    }

    /// Reports what does not stop the runbook from compiling.
    #[cold]
    fn lesser(
        &mut self,
        level: Level,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Diagnostic {
        let found = self.cx.report(code, span, message.into(), label.into(), help.into());
        found.level = level;
        found
    }

    /// Another place of this file, for a message.
    fn place(&self, span: Span) -> crate::diagnostic::Place {
        crate::diagnostic::Place { file: self.cx.items.path(self.cx.file).to_owned(), span }
    }

    /// "Did you mean …? "
    fn near(&self, word: &str, among: impl IntoIterator<Item = String>) -> String {
        self.cx.did_you_mean(word, &mut among.into_iter())
    }
}
