//! Lists of statements: their names, their order, what can be seen after them.

use ntro_grammar::{Span, ast};
use ntro_ir::{Op, Slot};

use super::{Exit, Flow, Frame, scan};
use crate::scope::{Binding, Source};
use crate::ty::Ty;

/// Names and what they stand for.
type Names = Vec<(String, Binding)>;

/// What the last statement of a list yields.
#[derive(Debug)]
pub(super) enum Last {
    /// Nothing that could be a value.
    Nothing,
    /// The result of a `run`, already in the slot that was offered.
    Run(Ty),
    /// The value of a block.
    Block(Binding),
}

/// What becomes of the blocks of an inner list in the list around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// They have run.
    Ran,
    /// They may have run.
    MayHaveRun,
    /// Each iteration had its own.
    EachItsOwn,
}

/// A list of statements while it is gone through: what there was before it.
#[derive(Debug)]
pub(super) struct List {
    exits: usize,
    vars: usize,
    heard: usize,
    listened: usize,
    /// Whether it was said that the rest is never reached. A list that cannot be reached was reported where it begins.
    pub told: bool,
}

impl Flow<'_> {
    /// The body of the runbook.
    pub(super) fn runbook_body(&mut self, decl: &ast::RunbookDecl) {
        self.before_body(&[&decl.body.stmts]);
        self.statements(&decl.body.stmts, None, true);
        self.after_body(decl);
    }

    /// What is looked at before the statements of the runbook, which may come in several lists.
    pub(super) fn before_body(&mut self, lists: &[&[ast::Stmt]]) {
        let mut targets = Vec::new();
        lists.iter().for_each(|stmts| scan::reworks(stmts, &mut targets));
        self.rework_targets = targets.into_iter().collect();
        for stmt in lists.iter().copied().flatten() {
            if let ast::Stmt::Prop(prop) = stmt {
                self.runbook_prop(prop);
            }
        }
    }

    /// The end of the runbook.
    pub(super) fn after_body(&mut self, decl: &ast::RunbookDecl) {
        if self.code.live {
            if self.output != Ty::Nothing && self.output != Ty::Error {
                self.return_missing(decl);
            }
            self.emit(Op::Return(None), decl.name.span);
        }
    }

    /// The statements of a body inside a body. What was declared in it is gone afterwards, but for its blocks.
    pub(super) fn inner_body(&mut self, stmts: &[ast::Stmt], after: After) {
        let exports = self.statements(stmts, None, false).1;
        self.export(exports, after);
    }

    /// Declares the blocks of an inner list in the list at hand.
    pub(super) fn export(&mut self, blocks: Vec<(String, Binding)>, after: After) {
        for (name, binding) in blocks {
            let binding = match after {
                After::Ran => binding,
                After::MayHaveRun => optional(binding),
                After::EachItsOwn => Binding {
                    source: Source::NotHere(format!(
                        "`{name}` runs once for each element, side by side, so it has no single value after the loop: collect what you need in a variable, as in `found += [{name}]` inside the loop."
                    )),
                    ..binding
                },
            };
            self.cx.scope.declare(&name, binding.clone());
            if let Some(frame) = self.frames.last_mut() {
                frame.exports.push((name, binding));
            }
        }
    }

    /// A list of statements. With a slot, the last one may leave its value there. Gives that, and the blocks that can be seen afterwards.
    pub(super) fn statements(
        &mut self,
        stmts: &[ast::Stmt],
        into: Option<Slot>,
        top: bool,
    ) -> (Last, Vec<(String, Binding)>) {
        let (last, exports, _) = self.statements_and_names(stmts, into, top);
        (last, exports)
    }

    /// The same, and what the list itself declares before a `return` in it may complete the open block: an undo can count on that.
    /// Whatever else leaves the block does not complete it.
    pub(super) fn statements_and_names(
        &mut self,
        stmts: &[ast::Stmt],
        into: Option<Slot>,
        top: bool,
    ) -> (Last, Names, Names) {
        let mut certain: Vec<&str> = Vec::new();
        let mut list = self.open_list(&[stmts]);
        // A step, which alone takes a value from here, has looked at its properties.
        let seen = |stmt: &ast::Stmt| into.is_some() && matches!(stmt, ast::Stmt::Prop(_));
        let last_at = stmts.iter().rposition(|stmt| !is_head(stmt));
        let mut last = Last::Nothing;
        for (index, stmt) in stmts.iter().enumerate() {
            if seen(stmt) {
                continue;
            }
            if is_head(stmt) {
                self.head_statement(stmt, top);
                continue;
            }
            last = self.list_statement(&mut list, stmt, into.filter(|_| Some(index) == last_at));
            let leaves = |open: &mut super::OpenBlock| !open.returns.is_empty();
            if !self.open_block().is_some_and(leaves) {
                certain.extend(declared(stmt));
            }
        }
        let named = |name: &&str| Some(((*name).to_owned(), self.cx.scope.get(name)?.clone()));
        let names = certain.iter().filter_map(named).collect();
        (last, self.close_list(&list), names)
    }

    /// Begins a list of statements, which may come in several.
    pub(super) fn open_list(&mut self, lists: &[&[ast::Stmt]]) -> List {
        self.cx.scope.push();
        self.frames.push(Frame::default());
        lists.iter().for_each(|stmts| self.declare_later(stmts));
        List {
            exits: self.exits.len(),
            vars: self.vars.len(),
            heard: self.heard.len(),
            listened: self.listening.len(),
            told: !self.code.live,
        }
    }

    /// A statement of a list that does not belong to its head.
    pub(super) fn list_statement(&mut self, list: &mut List, stmt: &ast::Stmt, into: Option<Slot>) -> Last {
        if !self.code.live && !list.told {
            list.told = true;
            self.unreachable(scan::span(stmt));
        }
        self.statement(stmt, into)
    }

    /// Ends a list. Gives the blocks that can be seen afterwards.
    pub(super) fn close_list(&mut self, list: &List) -> Vec<(String, Binding)> {
        self.leave_to(list.exits, Span::default());
        self.exits.truncate(list.exits);
        let end = self.code.here();
        for (_, range) in self.listening.iter_mut().skip(list.listened) {
            range.end = range.end.max(end);
        }
        self.vars.truncate(list.vars);
        self.heard.truncate(list.heard);
        self.cx.scope.pop();
        let frame = self.frames.pop().unwrap_or_default();
        self.named.extend(frame.named);
        frame.exports
    }

    /// Undoes what stands between here and an outer place: open tries end, handlers hear no more.
    pub(super) fn leave_to(&mut self, exits: usize, span: Span) {
        let ops = self.exits.iter().skip(exits).rev().filter_map(|exit| match exit {
            Exit::Try => Some(Op::EndTry),
            Exit::Limit => Some(Op::EndLimit),
            Exit::Listen(handler) => Some(Op::Unlisten(*handler)),
            Exit::Fork(_) | Exit::Block(_) => None,
        });
        for op in ops.collect::<Vec<_>>() {
            self.emit(op, span);
        }
    }

    /// Names of blocks that come later can be seen, so that a use of them says what is wrong with it.
    fn declare_later(&mut self, stmts: &[ast::Stmt]) {
        let mut blocks = Vec::new();
        scan::blocks(stmts, &mut blocks);
        for block in blocks {
            let name = &block.name;
            if name.is_missing() || self.cx.scope.get(&name.text).is_some() {
                continue;
            }
            let later = format!(
                "`{name}` has no value yet: the {kind} `{name}` comes later. Move what needs it below `{name}`.",
                name = name.text,
                kind = block.kind.word()
            );
            self.block_names.push(name.text.clone());
            self.cx.scope.declare(&name.text, Binding::new(Source::NotHere(later), Ty::Error, name.span));
        }
    }
}

/// The name that a statement gives to what it makes.
fn declared(stmt: &ast::Stmt) -> Option<&str> {
    match stmt {
        ast::Stmt::Let(made) | ast::Stmt::Var(made) => Some(&made.name.text),
        ast::Stmt::Block(block) => Some(&block.name.text),
        _ => None,
    }
    .map(String::as_str)
    .filter(|name| !name.is_empty())
}

/// What belongs to the head of a runbook or a block.
pub(super) fn is_head(stmt: &ast::Stmt) -> bool {
    matches!(stmt, ast::Stmt::Prop(_) | ast::Stmt::Input(_) | ast::Stmt::Config(_) | ast::Stmt::Output { .. })
}

/// The binding of a block that may not have run.
pub(super) fn optional(binding: Binding) -> Binding {
    let inner = binding.inner.into_iter().map(|(name, inner)| (name, optional(inner))).collect();
    Binding { ty: Ty::optional(binding.ty), inner, ..binding }
}
