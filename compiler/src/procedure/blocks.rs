//! The steps of a procedure in order, and what is collected from them on the way: who decides, limits, failures, undo.

use ntro_grammar::ast::{self, BlockKind, Clause, OutcomeKind, Stmt};

use super::facts::{at, outcome, rework, template, within_line};
use super::{Line, Piece, words};
use crate::quote;

/// What is found on the way through the text.
#[derive(Default)]
pub(super) struct Found {
    /// The steps, as parts of the document.
    pub(super) pieces: Vec<Piece>,
    /// Who decides: role, step, what.
    pub(super) people: Vec<Vec<Line>>,
    /// Step, limit and what then.
    pub(super) limits: Vec<Vec<Line>>,
    /// Step, case and message.
    pub(super) failures: Vec<Vec<Line>>,
    /// Step and what takes it back.
    pub(super) undos: Vec<Vec<Line>>,
    /// Step, whom, and what a failure means.
    pub(super) children: Vec<Vec<Line>>,
}

/// Walks through a runbook.
pub(super) struct Walk<'t> {
    pub(super) text: &'t str,
    pub(super) found: Found,
    /// The numbers of the open steps.
    numbers: Vec<usize>,
    /// The names of the open steps.
    path: Vec<String>,
    /// What holds for everything at this place.
    cases: Vec<Line>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str) -> Walk<'t> {
        Walk { text, found: Found::default(), numbers: vec![0], path: Vec::new(), cases: Vec::new() }
    }

    /// The statements of a body; `of` is the step in which they stand.
    pub(super) fn body(&mut self, body: &ast::Body, of: &Line) {
        for stmt in &body.stmts {
            self.stmt(stmt, of);
        }
    }

    fn stmt(&mut self, stmt: &Stmt, of: &Line) {
        let text = self.text;
        match stmt {
            Stmt::Block(block) => self.block(block),
            Stmt::If(it) => {
                let cond = at(text, it.cond.span);
                self.inside(Line::plain("only where ").and_code(cond.as_str()), |walk| walk.body(&it.then, of));
                if let Some(otherwise) = &it.otherwise {
                    self.inside(Line::plain("only where not ").and_code(cond), |walk| walk.body(otherwise, of));
                }
            }
            Stmt::Match(it) => {
                let subject = at(text, it.subject.span);
                for arm in &it.arms {
                    let ast::ArmBody::Body(body) = &arm.body else { continue };
                    let case = Line::plain("only where ").and_code(subject.as_str()).and(" is ");
                    self.inside(case.and_code(at(text, arm.pattern.span)), |walk| walk.body(body, of));
                }
            }
            Stmt::For(it) => {
                let mut case = Line::plain("for each ")
                    .and_code(it.name.text.as_str())
                    .and(" of ")
                    .and_code(at(text, it.list.span));
                if let Some(most) = &it.at_once {
                    case = case.and(", at most ").and_code(at(text, most.span)).and(" at once");
                }
                self.inside(case, |walk| walk.body(&it.body, of));
            }
            Stmt::Repeat(it) => {
                let mut case = Line::plain("again and again");
                if let Some(until) = &it.until {
                    case = case.and(" until ").and_code(at(text, until.span));
                }
                if let Some(most) = &it.at_most {
                    case = case.and(", at most ").and_code(at(text, most.span)).and(" times");
                }
                if let Some(otherwise) = &it.otherwise {
                    let limit = Line::plain("the most rounds are over");
                    self.limited(of, limit, otherwise);
                }
                self.inside(case, |walk| walk.body(&it.body, of));
            }
            Stmt::Parallel { body, .. } => {
                self.inside(Line::plain("beside what stands with it"), |walk| walk.body(body, of));
            }
            Stmt::Try { body, on_failure, .. } => {
                self.inside(Line::plain("a failure here is caught"), |walk| walk.body(body, of));
                if let Some(ast::OnFailure { outcome: ast::Outcome { kind: OutcomeKind::Body(body), .. }, .. }) =
                    on_failure
                {
                    self.inside(Line::plain("only after a failure before"), |walk| walk.body(body, of));
                }
            }
            Stmt::Require(it) => {
                if let Some(otherwise) = &it.otherwise {
                    let case = Line::plain("unless ").and_code(at(text, it.cond.span));
                    self.failed(of, case, otherwise);
                }
            }
            Stmt::Fail { message, .. } => {
                let message = message.as_ref().map(|message| template(text, message)).unwrap_or_default();
                let case = self.cases.last().cloned().unwrap_or_else(|| Line::plain("always"));
                self.found.failures.push(vec![of.clone(), case, Line::plain(message)]);
            }
            Stmt::Rework(it) => {
                let case = self.cases.last().cloned().unwrap_or_else(|| Line::plain("always"));
                self.found.failures.push(vec![of.clone(), case, rework(text, it)]);
            }
            Stmt::Undo { span, .. } => {
                self.found.undos.push(vec![of.clone(), Line::code(self.braces(*span))]);
            }
            _ => {}
        }
    }

    /// What stands between the braces of an item.
    fn braces(&self, span: ntro_grammar::Span) -> String {
        let whole = at(self.text, span);
        let inner = whole.split_once('{').map_or(whole.as_str(), |(_, rest)| rest);
        inner.trim_end_matches('}').trim().to_owned()
    }

    fn inside(&mut self, case: Line, walk: impl FnOnce(&mut Self)) {
        self.cases.push(case);
        walk(self);
        self.cases.pop();
    }

    pub(super) fn failed(&mut self, of: &Line, case: Line, what: &ast::Outcome) {
        if let OutcomeKind::Fail(Some(message)) = &what.kind {
            let message = Line::plain(template(self.text, message));
            self.found.failures.push(vec![of.clone(), case, message]);
        }
    }

    fn limited(&mut self, of: &Line, limit: Line, then: &ast::Outcome) {
        self.found.limits.push(vec![of.clone(), limit.clone(), outcome(self.text, then)]);
        self.failed(of, limit, then);
    }

    /// A `within` and all that follow it.
    pub(super) fn late(&mut self, of: &Line, within: &ast::Within) {
        let limit = Line::plain("late: ").then(words::limit(self.text, &within.limit));
        if matches!(within.limit, ast::Limit::Never(_)) {
            self.found.limits.push(vec![of.clone(), Line::plain("none"), Line::plain("it waits without end")]);
            return;
        }
        let Some(then) = &within.otherwise else { return };
        match &then.kind {
            OutcomeKind::Escalate { role, within } => {
                let then = Line::plain("").and_code(role.text.as_str()).and(" may decide too");
                self.found.limits.push(vec![of.clone(), limit, then]);
                if let Some(next) = within {
                    self.late(of, next);
                }
            }
            _ => self.limited(of, limit, then),
        }
    }

    fn block(&mut self, block: &ast::Block) {
        let text = self.text;
        if let Some(last) = self.numbers.last_mut() {
            *last += 1;
        }
        let number: Vec<String> = self.numbers.iter().map(usize::to_string).collect();
        let title = block.title.as_ref().map_or_else(|| block.name.text.clone(), |title| template(text, title));
        let path: Vec<&str> = self.path.iter().map(String::as_str).chain([block.name.text.as_str()]).collect();
        let address = path.join(".");
        let of = Line::plain(format!("{} {title}", number.join(".")));
        let level = if self.numbers.len() == 1 { 2 } else { 3 };
        self.found.pieces.push(Piece::Heading(level, of.clone()));
        if !block.doc.is_empty() {
            self.found.pieces.push(Piece::Text(Line::plain(block.doc.replace('\n', " "))));
        }
        let kind = match block.kind {
            BlockKind::Step => "done by the system",
            BlockKind::Approve => "a decision",
            BlockKind::Await => "waits for somebody, or for another system",
            BlockKind::Child => "another procedure",
            BlockKind::Agent => "work for an agent",
        };
        let mut facts = vec![("What".to_owned(), Line::plain(format!("{kind} (")).and_code(address).and(")"))];
        if let Some(when) = &block.when {
            facts.push(("Only where".into(), Line::code(at(text, when.span))));
        }
        facts.extend(self.cases.iter().map(|case| ("Case".to_owned(), case.clone())));
        if let Some(within) = &block.within {
            facts.push(("Time".into(), within_line(text, within)));
            self.late(&of, within);
        }
        match &block.content {
            ast::BlockContent::Step(body) => {
                for run in quote::calls(body) {
                    facts.push(("Calls".into(), Line::code(run.target.text.as_str())));
                }
                let undo = body.stmts.iter().find_map(|stmt| match stmt {
                    Stmt::Undo { span, .. } => Some(*span),
                    _ => None,
                });
                if let Some(span) = undo {
                    facts.push(("Taken back by".into(), Line::code(self.braces(span))));
                }
                self.found.pieces.push(Piece::Facts(facts));
                let cases = std::mem::take(&mut self.cases);
                self.numbers.push(0);
                self.path.push(block.name.text.clone());
                self.body(body, &of);
                self.path.pop();
                self.numbers.pop();
                self.cases = cases;
            }
            ast::BlockContent::Clauses(clauses) => {
                for clause in clauses {
                    self.clause(block.kind, clause, &of, &mut facts);
                }
                self.found.pieces.push(Piece::Facts(facts));
                // What a clause has in braces comes after the block's own facts.
                for clause in clauses {
                    self.inner(clause, &of);
                }
            }
        }
    }

    /// Steps inside the clauses of a block.
    fn inner(&mut self, clause: &Clause, of: &Line) {
        let (case, outcome) = match clause {
            Clause::OnAction { name, outcome, .. } => (format!("only after `{}`", name.text), outcome),
            Clause::OnFailure(failed) => ("only after a failure before".to_owned(), &failed.outcome),
            Clause::Within(within) => {
                let mut last = within.otherwise.as_deref();
                while let Some(ast::Outcome { kind: OutcomeKind::Escalate { within: Some(next), .. }, .. }) = last {
                    last = next.otherwise.as_deref();
                }
                let Some(last) = last else { return };
                ("only when the time is over".to_owned(), last)
            }
            _ => return,
        };
        if let OutcomeKind::Body(body) = &outcome.kind {
            self.inside(Line::plain(case), |walk| walk.body(body, of));
        }
    }
}
