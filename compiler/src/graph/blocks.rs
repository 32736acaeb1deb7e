//! What each kind of block is in the graph: its node, what is worth knowing of it, and the ways that leave it.

use ntro_grammar::ast::{self, BlockKind, Clause, OutcomeKind, Stmt};

use super::walk::{Ends, Walk, arms, flows, labelled, onward};
use super::{NodeKind, words};
use crate::quote;

/// How many calls of a step are named.
const MOST_CALLS: usize = 5;

impl Walk<'_> {
    /// A block with its condition and its limit.
    pub(super) fn block(&mut self, block: &ast::Block, ends: Ends) -> Ends {
        let (ends, not) = match &block.when {
            Some(when) => {
                let title = format!("{}?", words::at(self.text, when.span));
                let choice = self.made(NodeKind::Choice, title, when.span, ends);
                (labelled(choice, "yes"), labelled(choice, "no"))
            }
            None => (ends, Vec::new()),
        };
        let kind = match block.kind {
            BlockKind::Step => NodeKind::Step,
            BlockKind::Approve => NodeKind::Approve,
            BlockKind::Await => NodeKind::Await,
            BlockKind::Child => NodeKind::Child,
            BlockKind::Agent => NodeKind::Agent,
        };
        let title = match &block.title {
            Some(title) => words::template(self.text, title),
            None => block.name.text.clone(),
        };
        let id = self.address(&block.name.text);
        let notes = self.notes(block);
        let node = self.put(kind, id, title, block.span, notes, ends);
        let mut after = match &block.content {
            ast::BlockContent::Step(body) => self.step(node, &block.name.text, body),
            ast::BlockContent::Clauses(clauses) if block.kind == BlockKind::Approve => self.approve(node, clauses),
            ast::BlockContent::Clauses(clauses) => self.waiting(node, clauses),
        };
        if let Some(within) = &block.within {
            after.extend(self.late(within, node, None));
        }
        after.extend(not);
        after
    }

    /// The address of a block. Where the text lacks a name or has one twice, a number tells them apart.
    fn address(&self, name: &str) -> String {
        let name = if name.is_empty() { "?" } else { name };
        let path: Vec<&str> = self.path.iter().map(String::as_str).chain([name]).collect();
        let path = path.join(".");
        let twice = self.nodes.iter().filter(|node| node.id.split('#').next() == Some(path.as_str())).count();
        if twice == 0 { path } else { format!("{path}#{}", twice + 1) }
    }

    fn step(&mut self, node: usize, name: &str, body: &ast::Body) -> Ends {
        if !expands(body) {
            let mut after = onward(node);
            self.exits(body, node, "", &mut after);
            return after;
        }
        self.path.push(name.to_owned());
        self.parents.push(node);
        self.leaves.push(Vec::new());
        let mut after = self.body(body, onward(node));
        after.extend(self.leaves.pop().unwrap_or_default());
        self.parents.pop();
        self.path.pop();
        after
    }

    /// The failures of a step that is shown as one node; `when` says in which case.
    fn exits(&mut self, body: &ast::Body, node: usize, when: &str, after: &mut Ends) {
        for stmt in &body.stmts {
            match stmt {
                Stmt::Fail { message, span } => self.fail(labelled(node, when), message.as_ref(), *span),
                Stmt::Require(require) => {
                    let label = format!("unless {}", words::at(self.text, require.cond.span));
                    if let Some(outcome) = &require.otherwise {
                        self.outcome(outcome, labelled(node, label), None);
                    }
                }
                Stmt::Skip { .. } => after.extend(labelled(node, if when.is_empty() { "skipped" } else { when })),
                Stmt::If(it) => {
                    let cond = words::at(self.text, it.cond.span);
                    self.exits(&it.then, node, &cond, after);
                    if let Some(otherwise) = &it.otherwise {
                        self.exits(otherwise, node, &format!("not {cond}"), after);
                    }
                }
                Stmt::Match(it) => {
                    for arm in &it.arms {
                        if let ast::ArmBody::Body(body) = &arm.body {
                            self.exits(body, node, &words::pattern(self.text, &arm.pattern), after);
                        }
                    }
                }
                Stmt::For(it) => self.exits(&it.body, node, when, after),
                Stmt::Repeat(it) => {
                    self.exits(&it.body, node, when, after);
                    if let Some(outcome) = &it.otherwise {
                        let times = it.at_most.as_ref().map(|most| words::at(self.text, most.span));
                        let label = format!("not after {} times", times.unwrap_or_default());
                        self.outcome(outcome, labelled(node, label), None);
                    }
                }
                // What is tried fails nobody; what follows a failure may.
                Stmt::Try { on_failure: Some(failed), .. } => match &failed.outcome.kind {
                    OutcomeKind::Body(body) => self.exits(body, node, "on failure", after),
                    _ => after.extend(self.outcome(&failed.outcome, labelled(node, "on failure"), None)),
                },
                _ => {}
            }
        }
    }

    fn approve(&mut self, node: usize, clauses: &[Clause]) -> Ends {
        let reject = clauses.iter().find_map(|clause| match clause {
            Clause::OnAction { name, outcome, .. } if name.text == "reject" => Some(outcome),
            _ => None,
        });
        let decided = clauses.iter().any(|clause| matches!(clause, Clause::OnAction { .. }));
        let mut after = labelled(node, if decided { "approved" } else { "" });
        for clause in clauses {
            match clause {
                Clause::OnAction { name, outcome, .. } => {
                    let label = if name.text == "reject" { "rejected" } else { &name.text };
                    after.extend(self.outcome(outcome, labelled(node, label), reject));
                }
                Clause::Within(within) => after.extend(self.late(within, node, reject)),
                _ => {}
            }
        }
        after
    }

    /// An `await`, a `child` or an `agent`.
    fn waiting(&mut self, node: usize, clauses: &[Clause]) -> Ends {
        let mut after = onward(node);
        for clause in clauses {
            match clause {
                Clause::Within(within) => after.extend(self.late(within, node, None)),
                // That a failure fails the block is so without a word.
                Clause::OnFailure(failed)
                    if !matches!(failed.outcome.kind, OutcomeKind::Fail(None) | OutcomeKind::Collect) =>
                {
                    let mut ends = labelled(node, "on failure");
                    ends.iter_mut().for_each(|end| end.kind = super::EdgeKind::Failure);
                    after.extend(self.outcome(&failed.outcome, ends, None));
                }
                _ => {}
            }
        }
        after
    }

    /// What is worth knowing of a block, a few words each.
    fn notes(&self, block: &ast::Block) -> Vec<String> {
        let mut notes = Vec::new();
        match &block.content {
            ast::BlockContent::Step(body) => {
                let calls = quote::calls(body).into_iter().filter(|run| !run.target.is_missing()).take(MOST_CALLS);
                notes.extend(calls.map(|run| format!("calls {}", run.target.text)));
                if body.stmts.iter().any(|stmt| matches!(stmt, Stmt::Undo { .. })) {
                    notes.push("can be taken back".into());
                }
            }
            ast::BlockContent::Clauses(clauses) => {
                notes.extend(clauses.iter().filter_map(|clause| self.note(block.kind, clause)));
            }
        }
        notes
    }

    fn note(&self, kind: BlockKind, clause: &Clause) -> Option<String> {
        let at = |span| words::at(self.text, span);
        Some(match clause {
            Clause::Prop(prop) => match prop.name.text.as_str() {
                "by" => format!("by {}", at(prop.value.span)),
                "not_by" => format!("not by {}", at(prop.value.span)),
                "quorum" => format!("quorum {}", at(prop.value.span)),
                "use" => format!("uses {}", at(prop.value.span)),
                _ => return None,
            },
            Clause::Within(within) => match escalated(within) {
                Some(role) => format!("within {}, then {role} too", words::limit(self.text, &within.limit)),
                None => format!("within {}", words::limit(self.text, &within.limit)),
            },
            Clause::OnSignal(signal) => format!("on {}", signal.name.text),
            Clause::Remind { every, .. } => format!("reminds every {}", at(every.span)),
            Clause::Checks { items, .. } => {
                let names: Vec<&str> = items.iter().map(|item| item.name.text.as_str()).collect();
                format!("checks {}", names.join(", "))
            }
            Clause::Run(run) if kind == BlockKind::Child => format!("runs {}", run.target.text),
            Clause::Fan { name, list, .. } => format!("for each {} in {}", name.text, at(list.span)),
            Clause::OnFailure(failed) if matches!(failed.outcome.kind, OutcomeKind::Collect) => {
                "failures are collected".into()
            }
            _ => return None,
        })
    }
}

/// The role to which a limit escalates first.
fn escalated(within: &ast::Within) -> Option<&str> {
    match within.otherwise.as_deref().map(|outcome| &outcome.kind) {
        Some(OutcomeKind::Escalate { role, .. }) => Some(&role.text),
        _ => None,
    }
}

/// Whether a step holds what is shown as nodes of its own.
fn expands(body: &ast::Body) -> bool {
    body.stmts.iter().any(|stmt| match stmt {
        Stmt::Block(_) | Stmt::Rework(_) | Stmt::Sleep { .. } | Stmt::Parallel { .. } | Stmt::Handler(_) => true,
        Stmt::If(it) => expands(&it.then) || it.otherwise.as_ref().is_some_and(expands),
        Stmt::Match(it) => arms(it).any(expands),
        Stmt::For(it) => expands(&it.body),
        Stmt::Repeat(it) => expands(&it.body),
        Stmt::Try { body, on_failure, .. } => {
            let handled = on_failure.as_ref().is_some_and(|failed| match &failed.outcome.kind {
                OutcomeKind::Body(body) => expands(body),
                OutcomeKind::Rework(_) => true,
                _ => false,
            });
            expands(body) || handled
        }
        _ => false,
    }) && flows(body)
}
