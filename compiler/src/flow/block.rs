//! What all blocks have in common: a name, a title, an icon, `when`, a value, a place in the breadcrumb; and `step`.

use ntro_grammar::{Span, ast};
use ntro_ir::{Block, BlockId, BlockKind, Expr, ExprId, Op, Slot, Value};

use super::body::{Last, optional};
use super::{Exit, Flow, Frame, OpenBlock, Target};
use crate::cx::Expressions;
use crate::diagnostic::Level;
use crate::scope::{Binding, Scope, Source};
use crate::ty::Ty;

/// What the body of a block comes to.
#[derive(Debug)]
pub(super) struct Yields {
    /// What the slot holds at the end.
    pub ty: Ty,
    /// A value that takes the place of what the slot holds.
    pub value: Option<ExprId>,
}

impl Yields {
    /// The slot holds the value already.
    pub(super) fn slot(ty: Ty) -> Yields {
        Yields { ty, value: None }
    }
}

impl Flow<'_> {
    /// A block. Gives what can be read of it afterwards.
    pub(super) fn block(&mut self, block: &ast::Block) -> Option<Binding> {
        let from = self.cx.diagnostics.len();
        let bound = self.sound_block(block);
        let damage = self.cx.items.file(self.cx.file).map(|file| file.damage.clone()).unwrap_or_default();
        crate::consequences::drop_incomplete(&mut self.cx.diagnostics, from, block.name.span, &damage, block.span);
        bound
    }

    /// A block, whatever is wrong in it.
    fn sound_block(&mut self, block: &ast::Block) -> Option<Binding> {
        let from = self.cx.diagnostics.len();
        let reserved = block.name.is_missing() || self.name_is_reserved(&block.name);
        let twice = !reserved && self.block_name_twice(block);
        let (id, slot) = self.new_block(block);
        let (start, done, after, skipped) =
            (self.code.label(), self.code.label(), self.code.label(), self.code.label());
        self.code.bind(start);
        self.mark_target(block, id, start);
        let facts = block.when.as_ref().map(|when| {
            let (cond, facts) = self.cx.condition(when);
            self.jump_unless(cond.id, skipped, when.span);
            facts.when_true
        });
        self.emit(Op::Enter(id), block.head_span);
        self.exits.push(Exit::Block(OpenBlock {
            id,
            kind: block.kind,
            slot,
            done,
            after,
            returns: Vec::new(),
            skipped: false,
        }));
        let limit = block.within.as_ref().and_then(|within| self.open_head_limit(within, block.head_span));
        // Blocks in the clauses of this one (`on reject { … }`) are read as `outer.inner`.
        self.frames.push(Frame::default());
        self.cx.scope.push();
        for path in facts.iter().flatten() {
            self.cx.scope.narrow(path.clone());
        }
        if twice {
            let slot = Source::Slot(slot);
            self.cx.scope.declare(&block.name.text, Binding::new(slot, Ty::Error, block.name.span));
        } else {
            self.hide_own_name(&block.name);
        }
        let mut made = Vec::new();
        let yields = match &block.content {
            ast::BlockContent::Step(body) => {
                let (yields, names) = self.step(block, body, slot);
                made = names;
                yields
            }
            ast::BlockContent::Clauses(clauses) => match block.kind {
                ast::BlockKind::Approve => self.approve(block, clauses, id, slot),
                ast::BlockKind::Await => self.wait(block, clauses, id, slot),
                ast::BlockKind::Child => self.child(block, clauses, id, slot),
                ast::BlockKind::Agent => self.agent(block, clauses, slot),
                ast::BlockKind::Step => Yields::slot(Ty::Nothing),
            },
        };
        self.cx.scope.pop();
        let inner = self.frames.pop().map(|frame| frame.exports).unwrap_or_default();
        if let Some(limit) = limit {
            self.close_head_limit(limit, done, block.head_span);
        }
        let undo = undo_of(block).map(|(body, span)| self.undo(block, id, &yields.ty, made, done, (body, span)));
        self.code.bind(done);
        if let Some(undo) = undo {
            self.emit(Op::Undoable(undo), block.head_span);
        }
        self.emit(Op::Complete { block: id, value: yields.value }, block.head_span);
        let Some(Exit::Block(open)) = self.exits.pop() else { return None };
        if block.when.is_some() {
            self.jump(after, block.head_span);
            self.code.bind(skipped);
            self.emit(Op::Skip { block: id, why: None }, block.head_span);
        }
        self.code.bind(after);
        let may_lack = block.when.is_some() || open.skipped;
        let ty = if may_lack { Ty::optional(yields.ty) } else { yields.ty };
        self.retype(slot, &ty);
        // What comes of a block with a mistake in it is not known for certain, and nothing is said about it.
        let wrong = self.cx.diagnostics.iter().skip(from).any(|found| found.level == Level::Error);
        let nothing = ty == Ty::Nothing && (wrong || self.is_damaged(block.span));
        let ty = if twice || nothing || self.is_damaged(block.head_span) { Ty::Error } else { ty };
        (!reserved).then(|| self.declare_block(block, inner, slot, ty, may_lack))
    }

    /// Whether something in a place could not be read, or right behind it.
    pub(super) fn is_damaged(&self, place: Span) -> bool {
        let damage = self.cx.items.file(self.cx.file).map(|file| &file.damage);
        let next = damage.and_then(|damage| damage.get(damage.partition_point(|span| span.start < place.start)));
        next.is_some_and(|span| span.start <= place.end + 1)
    }

    /// Makes the value of a block visible.
    fn declare_block(
        &mut self,
        block: &ast::Block,
        inner: Vec<(String, Binding)>,
        slot: Slot,
        ty: Ty,
        may_lack: bool,
    ) -> Binding {
        let name = &block.name.text;
        let source = if ty == Ty::Nothing { Source::NotHere(nothing_text(block)) } else { Source::Slot(slot) };
        let ty = if ty == Ty::Nothing { Ty::Error } else { ty };
        self.cx.note_type(block.name.span, &ty);
        let mut binding = Binding::new(source, ty, block.name.span);
        for (name, inner) in inner {
            binding.inner.insert(name, if may_lack { optional(inner) } else { inner });
        }
        self.cx.scope.declare(name, binding.clone());
        if let Some(frame) = self.frames.last_mut() {
            frame.exports.push((name.clone(), binding.clone()));
        }
        binding
    }

    fn new_block(&mut self, block: &ast::Block) -> (BlockId, Slot) {
        let slot = self.cx.new_slot(&block.name.text, &Ty::Nothing, false);
        let title = block.title.as_ref().map(|title| self.title(title));
        let outer = self.open_block().map(|open| open.id);
        let parent = outer.and_then(|id| self.cx.program.blocks.get(id as usize)).map(|outer| outer.path.clone());
        let path = match parent {
            Some(parent) => format!("{parent}.{}", block.name.text),
            None => block.name.text.clone(),
        };
        let id = BlockId::try_from(self.cx.program.blocks.len()).unwrap_or(BlockId::MAX);
        let kind = match block.kind {
            ast::BlockKind::Step => BlockKind::Step,
            ast::BlockKind::Approve => BlockKind::Approve,
            ast::BlockKind::Await => BlockKind::Await,
            ast::BlockKind::Child => BlockKind::Child,
            ast::BlockKind::Agent => BlockKind::Agent,
        };
        let name = block.name.text.clone();
        let restore = self.vars.iter().filter(|var| var.forks == self.forks).map(|var| var.slot).collect();
        let key = self.round_key(block.name.span);
        self.cx.program.blocks.push(Block { name, path, parent: outer, kind, title, icon: None, key, slot, restore });
        self.cx.block_spans.push(block.head_span);
        (id, slot)
    }

    /// A `rework` may name this block from here on.
    fn mark_target(&mut self, block: &ast::Block, id: BlockId, start: super::Label) {
        let target = Target { name: block.name.text.clone(), id, start, exits: self.exits.len() };
        if let Some(frame) = self.frames.last_mut() {
            frame.targets.push(target);
        }
        if self.rework_targets.contains(&block.name.text) {
            self.waited();
        }
    }

    /// Inside a block its name stands for nothing yet.
    fn hide_own_name(&mut self, name: &ast::Name) {
        if name.is_missing() {
            return;
        }
        let text = format!(
            "`{0}` is what this block yields once it is complete, so it has no value inside `{0}` itself: use what it is made from, or read it below.",
            name.text
        );
        self.cx.scope.declare(&name.text, Binding::new(Source::NotHere(text), Ty::Error, name.span));
    }

    /// A title: a text over the input and the configuration, because it is shown before the run has anything else.
    fn title(&mut self, title: &ast::Template) -> ExprId {
        // A title without holes, as most are, names nothing.
        if title.parts.iter().all(|part| matches!(part, ast::TemplatePart::Text(_))) {
            return self.cx.template(title);
        }
        let mut scope = Scope::default();
        scope.push();
        let elsewhere: Vec<String> = self.cx.scope.near_names().map(str::to_owned).collect();
        for name in elsewhere {
            let text = format!(
                "A title is shown before the run has done anything, so it may use only the input and `config`, and `{name}` is known later: put it into the `title:` of what is shown."
            );
            let span = self.cx.scope.get(&name).map_or(Span::default(), |binding| binding.span);
            scope.declare(&name, Binding::new(Source::NotHere(text), Ty::Error, span));
        }
        for (name, binding) in &self.head_names {
            scope.declare(name, binding.clone());
        }
        let outside = std::mem::replace(&mut self.cx.scope, scope);
        let was = self.cx.set_live(true);
        let id = self.cx.template(title);
        self.cx.set_live(was);
        self.cx.scope = outside;
        id
    }

    /// `icon: Inbox`
    pub(super) fn icon(&mut self, id: BlockId, prop: &ast::Prop) {
        let word = match &prop.value.kind {
            ast::ExprKind::Name(word) => Some(word.clone()),
            ast::ExprKind::Text(template) => template.plain(),
            _ => None,
        };
        match word {
            Some(word) => {
                self.misspelt_icon(&word, prop.value.span);
                if let Some(block) = self.cx.program.blocks.get_mut(id as usize) {
                    block.icon = Some(word);
                }
            }
            None => self.icon_not_a_word(prop.value.span),
        }
    }

    /// A step: its statements in order. Gives also the names that its undo may use.
    fn step(&mut self, block: &ast::Block, body: &ast::Body, slot: Slot) -> (Yields, Vec<(String, Binding)>) {
        self.step_icon(body);
        let stmts = match body.stmts.as_slice() {
            [before @ .., ast::Stmt::Undo { .. }] => before,
            all => all,
        };
        let (last, inner, made) = self.statements_and_names(stmts, Some(slot), false);
        if let Some(frame) = self.frames.last_mut() {
            frame.exports = inner;
        }
        (self.step_value(block, slot, last), made)
    }

    /// The properties of a step: its icon.
    fn step_icon(&mut self, body: &ast::Body) {
        let id = self.open_block().map(|open| open.id).unwrap_or_default();
        let mut icon = None;
        for stmt in &body.stmts {
            match stmt {
                ast::Stmt::Prop(prop) if prop.name.text == "icon" => {
                    self.seen(&mut icon, "icon", prop.span);
                    self.icon(id, prop);
                }
                ast::Stmt::Prop(prop) => self.unknown_property(&prop.name, "a step", &["icon"]),
                _ => {}
            }
        }
    }

    /// What a step yields: what its last statement leaves, or what it returns.
    fn step_value(&mut self, block: &ast::Block, slot: Slot, last: Last) -> Yields {
        let ends = self.code.live;
        let returns = self.open_block().map(|open| std::mem::take(&mut open.returns)).unwrap_or_default();
        let mut ty: Option<Ty> = None;
        for (found, span) in &returns {
            let joined = match ty.take() {
                None => Some(found.clone()),
                Some(before) if (before == Ty::Nothing) != (*found == Ty::Nothing) => None,
                Some(before) => self.cx.join(&before, found),
            };
            ty = Some(joined.unwrap_or_else(|| {
                self.returns_differ(&block.name, *span);
                Ty::Error
            }));
        }
        if !ends {
            return Yields::slot(ty.unwrap_or(Ty::Nothing));
        }
        let (last_ty, value) = match last {
            Last::Nothing => (Ty::Nothing, None),
            Last::Run(ty) => (ty, None),
            Last::Block(binding) => match binding.source {
                Source::Slot(inner) => {
                    let value = self.slot_value(inner, block.head_span);
                    (binding.ty, Some(value))
                }
                _ => (Ty::Nothing, None),
            },
        };
        let Some(before) = ty else {
            return self.last_value(slot, last_ty, value, block.head_span);
        };
        if matches!(before, Ty::Nothing | Ty::Error) {
            return Yields::slot(before);
        }
        if last_ty == Ty::Nothing {
            self.step_yields_sometimes(&block.name, returns.first().map_or(block.head_span, |(_, span)| *span));
            return Yields::slot(Ty::Error);
        }
        match self.cx.join(&before, &last_ty) {
            Some(joined) => self.last_value(slot, joined, value, block.head_span),
            None => {
                self.returns_differ(&block.name, block.name.span);
                Yields::slot(Ty::Error)
            }
        }
    }

    /// The last block's value is copied where a `return` may have put another one.
    fn last_value(&mut self, slot: Slot, ty: Ty, value: Option<ExprId>, span: Span) -> Yields {
        if let Some(value) = value {
            self.set(slot, value, span);
        }
        Yields::slot(ty)
    }

    /// Whether the value of a gate is a named action.
    pub(super) fn is_decision(&mut self, slot: Slot, decision: &str, span: Span) -> ExprId {
        let gate = self.slot_value(slot, span);
        let held = self.field(gate, "decision", span);
        let wanted = self.cx.push(Expr::Const(Value::Enum(decision.into())), span);
        self.binary(ntro_ir::BinaryOp::Eq, held, wanted, span)
    }
}

/// The `undo { … }` that a step ends with.
fn undo_of(block: &ast::Block) -> Option<(&ast::Body, Span)> {
    match &block.content {
        ast::BlockContent::Step(body) => match body.stmts.last() {
            Some(ast::Stmt::Undo { body, span }) => Some((body, *span)),
            _ => None,
        },
        ast::BlockContent::Clauses(_) => None,
    }
}

/// Why the name of a block that yields nothing cannot be read.
pub(super) fn nothing_text(block: &ast::Block) -> String {
    let name = &block.name.text;
    match block.kind {
        ast::BlockKind::Step => format!(
            "The step `{name}` yields nothing, so there is no value to read: end it with `return …`, or with the `run` whose result is meant."
        ),
        kind => format!("The {} `{name}` yields nothing: there is no value to read.", kind.word()),
    }
}
