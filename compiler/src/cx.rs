//! The context in which one body is checked and lowered: what can be seen, the program that grows, what is wrong.
//!
//! `expr/` implements the expression half (this file states its face), `flow/` the half of blocks and statements.

use ntro_grammar::{Span, ast};
use ntro_ir::{Builtin, Expr, ExprId, LocalId, Program, Slot};

use crate::diagnostic::Diagnostic;
use crate::items::{FileId, Items};
use crate::scope::{Path, Scope};
use crate::ty::Ty;

/// The context.
pub(crate) struct Cx<'p> {
    /// All declarations of the project and the prelude.
    pub items: &'p Items,
    /// The file that is being checked.
    pub file: FileId,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// The program that grows. Expressions are added by [`Cx::push`].
    pub program: Program,
    /// The place of each expression.
    pub expr_places: Vec<(FileId, Span)>,
    /// The place of each block.
    pub block_spans: Vec<Span>,
    /// The names that can be seen.
    pub scope: Scope,
    /// How many slots were numbered before the first of this program: none where it is to run. Where a part of a runbook is checked by
    /// itself, no slot may be taken for one of the other parts.
    pub(crate) slots_before: u32,
    /// Numbers the IR types that are registered already.
    pub(crate) types: Vec<(Ty, ntro_ir::TypeId)>,
    /// Whether what is looked at is evaluated again whenever somebody looks, rather than once.
    pub(crate) live: bool,
    /// What the expression half notes for itself.
    pub(crate) notes: crate::expr::Notes,
}

/// A call of a capability, checked.
#[derive(Debug, Clone)]
pub(crate) struct CheckedCall {
    /// The arguments, one record in the order of the parameters.
    pub args: ExprId,
    /// What it yields, type parameters filled in.
    pub result: Ty,
    /// The type argument, where the capability takes one.
    pub type_arg: Option<Ty>,
}

/// An expression that was checked and lowered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Typed {
    /// Where it lies in the program.
    pub id: ExprId,
    /// Its type.
    pub ty: Ty,
}

/// What a condition tells about optional values where it is true and where it is false.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// Not `none` where the condition is true.
    pub when_true: Vec<Path>,
    /// Not `none` where the condition is false.
    pub when_false: Vec<Path>,
}

impl<'p> Cx<'p> {
    /// A context with an empty program and nothing in sight. Slots 0 to 2 are the caller's to make.
    pub(crate) fn new(items: &'p Items, file: FileId) -> Cx<'p> {
        let program = Program {
            ir_version: ntro_ir::IR_VERSION,
            name: String::new(),
            title: String::new(),
            version: String::new(),
            tags: Vec::new(),
            doc: String::new(),
            types: Vec::new(),
            input: 0,
            config: 0,
            output: ntro_ir::Type::Nothing,
            exprs: Vec::new(),
            locals: 0,
            ops: Vec::new(),
            slots: Vec::new(),
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
        };
        Cx {
            items,
            file,
            diagnostics: Vec::new(),
            program,
            block_spans: Vec::new(),
            expr_places: Vec::new(),
            scope: Scope::default(),
            slots_before: 0,
            types: Vec::new(),
            live: false,
            notes: crate::expr::Notes::default(),
        }
    }

    /// Looks at what is evaluated again and again, or, inside of that, at what is evaluated once.
    pub(crate) fn set_live(&mut self, live: bool) -> bool {
        std::mem::replace(&mut self.live, live)
    }

    /// Adds an expression to the program, with its place.
    pub(crate) fn push(&mut self, expr: Expr, span: Span) -> ExprId {
        let id = ExprId(u32::try_from(self.program.exprs.len()).unwrap_or(u32::MAX));
        self.program.exprs.push(expr);
        self.expr_places.push((self.file, span));
        id
    }

    /// A new local.
    pub(crate) fn new_local(&mut self) -> LocalId {
        let id = LocalId(self.program.locals);
        self.program.locals += 1;
        id
    }

    /// Whether one of the expressions from one on reads a local.
    pub(crate) fn reads_local(&self, from: usize, local: LocalId) -> bool {
        self.program.exprs.iter().skip(from).any(|expr| matches!(expr, Expr::Local(read) if *read == local))
    }

    /// Whether one of the expressions from one on reads a slot.
    pub(crate) fn reads_slot(&self, from: usize, slot: Slot) -> bool {
        self.program.exprs.iter().skip(from).any(|expr| matches!(expr, Expr::Slot(read) if *read == slot))
    }

    /// Whether an expression of the program calls one of these, itself or in a function that it calls.
    pub(crate) fn calls_any(&self, id: ExprId, builtins: &[Builtin]) -> bool {
        let mut next = vec![id];
        // Expressions refer only to earlier ones; those that are shared are looked at once.
        let mut seen = std::collections::BTreeSet::new();
        while let Some(id) = next.pop() {
            let Some(expr) = self.program.exprs.get(id.0 as usize).filter(|_| seen.insert(id.0)) else { continue };
            if matches!(expr, Expr::Call(builtin, _) if builtins.contains(builtin)) {
                return true;
            }
            crate::flow::parts_of(expr, &mut |part| next.push(part));
        }
        false
    }

    /// A new slot. Its IR type is registered here.
    pub(crate) fn new_slot(&mut self, name: &str, ty: &Ty, var: bool) -> Slot {
        let ty = crate::cx::Expressions::ir_type(self, ty);
        let slot = self.next_slot();
        self.program.slots.push(ntro_ir::SlotDef { name: name.to_owned(), ty, var, written_by_handler: false });
        slot
    }

    /// The number of the next slot.
    pub(crate) fn next_slot(&self) -> Slot {
        let count = u32::try_from(self.program.slots.len()).unwrap_or(u32::MAX);
        Slot(self.slots_before.saturating_add(count))
    }

    /// What is known of a slot, unless it is one of another part.
    pub(crate) fn slot_def(&mut self, slot: Slot) -> Option<&mut ntro_ir::SlotDef> {
        self.program.slots.get_mut(slot.0.checked_sub(self.slots_before)? as usize)
    }
}

/// The face of the expression half, implemented in `expr/`.
pub(crate) trait Expressions {
    /// Checks and lowers an expression. With `expected`, literals, records, lists, enum values and lambdas take that type, and a value that does
    /// not fit is reported once, here. A wrong expression yields [`Ty::Error`] and a `none` constant.
    fn expr(&mut self, expr: &ast::Expr, expected: Option<&Ty>) -> Typed;
    /// The same for a condition: bool is expected; tells what it proves.
    fn condition(&mut self, expr: &ast::Expr) -> (Typed, Facts);
    /// A text with holes. Everything in it must be displayable.
    fn template(&mut self, template: &ast::Template) -> ExprId;
    /// Arguments of a capability, a child or a runbook against its parameters, as one record expression in the order of the parameters. Positional, named
    /// and short forms as `language.md` says; missing, unknown, doubled and ill-typed ones are reported. `what` is for messages: "`files.parse`".
    fn arguments(&mut self, args: &[ast::Arg], params: &[crate::items::Param], what: &str, span: Span) -> ExprId;
    /// A call of a capability: type arguments are taken as written or inferred from the arguments, arguments are checked as by [`Expressions::arguments`].
    fn capability_call(
        &mut self,
        capability: &crate::items::Capability,
        type_args: &[ast::TypeExpr],
        args: &[ast::Arg],
        span: Span,
    ) -> CheckedCall;
    /// A written type. Unknown names are reported; `T` among the given type parameters is [`Ty::Param`].
    fn written_type(&mut self, ty: &ast::TypeExpr) -> Ty;
    /// The IR's form of a type; records and enumerations are registered in the program once.
    fn ir_type(&mut self, ty: &Ty) -> ntro_ir::Type;
    /// How a type is written, for messages.
    fn show(&self, ty: &Ty) -> String;
    /// The fields of a record type, in order (type parameters filled in); `None` for anything else.
    fn fields(&self, ty: &Ty) -> Option<Vec<(String, Ty)>>;
    /// Whether a value of `from` may stand where `to` is expected.
    fn fits(&self, from: &Ty, to: &Ty) -> bool;
    /// The type of either of two values (branches of a match, arms that yield); `None` where they have nothing in common.
    fn join(&self, a: &Ty, b: &Ty) -> Option<Ty>;
    /// Reports, at a place of the file at hand.
    fn report(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
        label: String,
        help: String,
    ) -> &mut Diagnostic;
    /// "Did you mean `x`? " where a name in `among` is near, else empty.
    fn did_you_mean(&self, word: &str, among: &mut dyn Iterator<Item = String>) -> String;
}
