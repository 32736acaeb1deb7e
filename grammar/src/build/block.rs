//! Blocks: `step`, `approve`, `await`, `child`, `agent`, and their clauses.

use super::expr::missing;
use super::stmt::no_body;
use super::{Builder, P, between};
use crate::Span;
use crate::ast::{
    Action, Block, BlockContent, BlockKind, Check, Clause, Component, Expr, Name, Outcome, OutcomeKind, Prop, Stmt,
    Template, TypeExpr, TypeKind,
};
use crate::problems;
use crate::syntax::Rule;

impl<'t> Builder<'t> {
    /// A block of any kind.
    pub(crate) fn block(&mut self, pair: P<'t>) -> Block {
        let kind = match pair.as_rule() {
            Rule::approve_ => BlockKind::Approve,
            Rule::await_ => BlockKind::Await,
            Rule::child_ => BlockKind::Child,
            Rule::agent_ => BlockKind::Agent,
            _ => BlockKind::Step,
        };
        self.block_as(pair, kind)
    }

    fn block_as(&mut self, pair: P<'t>, kind: BlockKind) -> Block {
        let span = self.span(&pair);
        let empty = match kind {
            BlockKind::Step => BlockContent::Step(no_body(span)),
            _ => BlockContent::Clauses(Vec::new()),
        };
        let mut out = Block {
            kind,
            name: self.no_name_at(Span::new(span.start, span.start + kind.word().len() as u32)),
            title: None,
            when: None,
            within: None,
            content: empty,
            doc: self.doc(span),
            span,
            head_span: span,
            body_span: span.after(),
        };
        let owner = format!("`{} {}`", kind.word(), self.block_name(&pair));
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::bname => out.name = self.variable(&child, kind.word()),
                Rule::kname => out.name = self.word(&child),
                Rule::string | Rule::sq_string => out.title = self.text(child, Rule::step_),
                Rule::when => {
                    for part in child.into_inner() {
                        match part.as_rule() {
                            Rule::xif => {
                                let here = self.span(&part);
                                self.report(problems::foreign_word(here, "if", "when"));
                            }
                            rule if Self::is_expr(rule) => out.when = Some(self.expr(part)),
                            _ => self.hole(part, Rule::when),
                        }
                    }
                }
                Rule::within => out.within = Some(self.within(child)),
                Rule::body => {
                    let body = self.body(child, &owner);
                    self.finish(&mut out, body.span);
                    if kind == BlockKind::Step {
                        out.content = BlockContent::Step(body);
                    }
                }
                Rule::await_body | Rule::approve_body | Rule::child_body | Rule::agent_body => {
                    let body = self.span(&child);
                    out.content = BlockContent::Clauses(self.clauses(child, kind, &owner));
                    self.finish(&mut out, body);
                }
                _ => self.hole(child, Rule::step_),
            }
        }
        out
    }

    fn finish(&self, block: &mut Block, body: Span) {
        block.body_span = body;
        block.head_span = self.head(block.span, body);
    }

    fn block_name(&self, pair: &P<'t>) -> &'t str {
        let named = pair.clone().into_inner().find(|c| matches!(c.as_rule(), Rule::bname | Rule::kname));
        named.map_or("", |c| c.as_str())
    }

    /// `stp parsed "Parse" { … }`: a word that is none of ours before what is clearly a block.
    pub(crate) fn unknown_block(&mut self, pair: P<'t>) -> Option<Stmt> {
        let word = pair.clone().into_inner().next()?;
        let name = self.word(&word);
        let rest = self.text.get(name.span.end as usize..).unwrap_or("").split('\n').next().unwrap_or("");
        let foreign = problems::foreign_statement(name.span, &name.text, rest);
        let guess = problems::kind_meant(&name.text)
            .or_else(|| problems::nearest(&name.text, &["step", "approve", "await", "child", "agent"]))
            .filter(|_| foreign.is_none());
        self.report(foreign.unwrap_or_else(|| problems::unknown_block(&name, guess)));
        // What stands inside was read as statements; only a step can hold them, so nothing more is said about them.
        let before = self.found.len();
        let mut block = self.block_as(pair, BlockKind::Step);
        if guess != Some("step") {
            self.found.truncate(before);
            block.content = BlockContent::Step(crate::ast::Body { stmts: Vec::new(), span: block.body_span });
        }
        Some(Stmt::Block(Box::new(block)))
    }

    fn clauses(&mut self, pair: P<'t>, kind: BlockKind, owner: &str) -> Vec<Clause> {
        let span = self.span(&pair);
        if !self.down(1, span) {
            return Vec::new();
        }
        let inner = pair.into_inner();
        let mut out = between(&inner);
        let mut open = None;
        for child in inner {
            match child.as_rule() {
                Rule::lbrace => open = Some(self.span(&child)),
                Rule::missing_rbrace => self.unclosed(&child, open),
                Rule::missing_lbrace => self.no_brace(&child, owner),
                Rule::unknown_block if self.misspelt_clause(&child) => {}
                Rule::misplaced | Rule::unknown_block => self.misplaced_statement(&child, kind),
                Rule::nested => self.nested(child),
                _ => {
                    out.extend(self.clause(child));
                    out.append(&mut self.hoisted);
                }
            }
        }
        self.up(1);
        out
    }

    fn clause(&mut self, pair: P<'t>) -> Option<Clause> {
        let span = self.trim_comma(self.span(&pair));
        Some(match pair.as_rule() {
            Rule::prop => Clause::Prop(self.inner_prop(pair)?),
            Rule::prop_bad => Clause::Prop(self.prop(pair)),
            Rule::within => Clause::Within(self.within(pair)),
            Rule::until_ => Clause::Until { cond: self.only_expr(pair), span },
            Rule::await_on => {
                let mut signal = self.no_signal(span);
                for child in pair.into_inner() {
                    match child.as_rule() {
                        Rule::sigref => signal = self.signal_ref(child),
                        _ => self.hole(child, Rule::await_on),
                    }
                }
                signal.span = span;
                Clause::OnSignal(signal)
            }
            Rule::on_failure => Clause::OnFailure(self.on_failure(pair)),
            Rule::on_outcome => self.on_outcome(pair, span),
            Rule::show_ => Clause::Show(self.component(pair, span)),
            Rule::ask_ => self.ask(pair, span),
            Rule::warn => self.warn(pair, span),
            Rule::require_ => Clause::Require(self.require(pair)),
            Rule::checks => self.checks(pair, span),
            Rule::actions => self.actions(pair, span),
            Rule::remind => self.remind(pair, span),
            Rule::feedback_clause => Clause::Feedback(self.only_feedback(pair)?),
            Rule::send => Clause::Send { value: self.only_expr(pair), span },
            Rule::expect => {
                let mut ty = TypeExpr { kind: TypeKind::Missing, span: span.after() };
                for child in pair.into_inner() {
                    if child.as_rule() == Rule::ty { ty = self.ty(child) } else { self.hole(child, Rule::expect) }
                }
                Clause::Expect { ty, span }
            }
            Rule::run_clause => Clause::Run(self.only_run(pair)?),
            Rule::fan => self.fan(pair, span),
            _ => {
                self.hole(pair, Rule::approve_body);
                return None;
            }
        })
    }

    /// The property inside a `prop`.
    pub(crate) fn inner_prop(&mut self, pair: P<'t>) -> Option<Prop> {
        let child = pair.into_inner().next()?;
        Some(self.prop(child))
    }

    fn on_outcome(&mut self, pair: P<'t>, span: Span) -> Clause {
        let mut name = self.no_name_at(span);
        let mut binding: Option<Name> = None;
        let mut value: Option<Expr> = None;
        let mut outcome = Outcome { kind: OutcomeKind::Missing, span: span.after() };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => name = self.word(&child),
                Rule::binding => binding = Some(self.binding(child)),
                Rule::outcome => outcome = self.outcome(child),
                rule if Self::is_expr(rule) => value = Some(self.expr(child)),
                _ => self.hole(child, Rule::on_outcome),
            }
        }
        match value {
            Some(value) => Clause::OnEdit { name, binding, value, span },
            None => Clause::OnAction { name, outcome, span },
        }
    }

    fn component(&mut self, pair: P<'t>, span: Span) -> Component {
        let mut out = Component { name: self.no_name_at(span), props: Vec::new(), span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => out.name = self.word(&child),
                Rule::props => {
                    let owner = format!("`{}`", out.name.text);
                    let found = self.props(child, &owner);
                    if let Some(within) = found.within {
                        self.report(problems::misplaced(within.span, "within", &owner));
                    }
                    out.props = found.props;
                    // The tree holds these beside the component; their spans tell that they stood inside.
                    self.hoisted.extend(found.edits);
                }
                _ => self.hole(child, Rule::show_),
            }
        }
        out
    }

    fn ask(&mut self, pair: P<'t>, span: Span) -> Clause {
        let form = pair.clone().into_inner().any(|c| c.as_rule() == Rule::k_form);
        if !form {
            return Clause::Ask(self.component(pair, span));
        }
        let mut fields = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::fields => fields = self.fields(child, false, true),
                _ => self.hole(child, Rule::ask_),
            }
        }
        Clause::AskForm { fields, span }
    }

    fn warn(&mut self, pair: P<'t>, span: Span) -> Clause {
        let mut message: Option<Template> = None;
        let mut when = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                rule if Self::is_expr(rule) => when = Some(self.expr(child)),
                _ => message = self.text(child, Rule::warn).or(message),
            }
        }
        Clause::Warn { message, when, span }
    }

    fn checks(&mut self, pair: P<'t>, span: Span) -> Clause {
        let mut items = Vec::new();
        let mut open = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::lbrace => open = Some(self.span(&child)),
                Rule::missing_rbrace => self.unclosed(&child, open),
                Rule::missing_lbrace => self.no_brace(&child, "`checks`"),
                Rule::check => {
                    let span = self.trim_comma(self.span(&child));
                    let mut item = Check { name: self.no_name_at(span), title: None, run: None, span };
                    for inner in child.into_inner() {
                        match inner.as_rule() {
                            Rule::vname => item.name = self.word(&inner),
                            Rule::string => item.title = Some(self.template(inner)),
                            Rule::run_ => item.run = Some(self.run(inner)),
                            _ => self.hole(inner, Rule::check),
                        }
                    }
                    items.push(item);
                }
                _ => self.hole(child, Rule::checks),
            }
        }
        Clause::Checks { items, span }
    }

    fn actions(&mut self, pair: P<'t>, span: Span) -> Clause {
        let mut items: Vec<Action> = Vec::new();
        let mut open = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::lbrace => open = Some(self.span(&child)),
                Rule::missing_rbrace => self.unclosed(&child, open),
                Rule::missing_lbrace => self.no_brace(&child, "`actions`"),
                Rule::action => {
                    let span = self.trim_comma(self.span(&child));
                    self.separated(items.last().map(|a| a.span), span);
                    let mut item = Action { name: self.no_name_at(span), label: None, span };
                    for inner in child.into_inner() {
                        match inner.as_rule() {
                            Rule::vname => item.name = self.word(&inner),
                            _ => item.label = self.text(inner, Rule::action).or(item.label),
                        }
                    }
                    items.push(item);
                }
                _ => self.hole(child, Rule::actions),
            }
        }
        Clause::Actions { items, span }
    }

    fn remind(&mut self, pair: P<'t>, span: Span) -> Clause {
        let mut every = missing(span.after());
        let mut body = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                rule if Self::is_expr(rule) => every = self.expr(child),
                Rule::body_only => body = Some(self.body(child, "`remind`")),
                _ => self.hole(child, Rule::remind),
            }
        }
        Clause::Remind { every, body, span }
    }

    fn fan(&mut self, pair: P<'t>, span: Span) -> Clause {
        let mut name = self.no_name_at(span);
        let mut list = missing(span.after());
        let mut key = None;
        let mut at_once = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::vname => name = self.variable(&child, "variable"),
                rule if Self::is_expr(rule) => list = self.expr(child),
                Rule::key_clause => key = Some(self.only_expr(child)),
                Rule::at_once => at_once = Some(self.only_expr(child)),
                _ => self.hole(child, Rule::fan),
            }
        }
        Clause::Fan { name, list, key, at_once, span }
    }

    /// A clause in a body of statements.
    pub(crate) fn misplaced_clause(&mut self, pair: &P<'t>) {
        let span = self.span(pair);
        let word = first_word(self.at(span));
        // `repaet until …`: what is wrong with the word before it was told.
        let follows = self.junk.is_some_and(|(index, last, _)| {
            let misspelt = self.found.get(index).is_some_and(|found| found.problem.code == problems::UNKNOWN_WORD);
            misspelt && self.before(span.start).end <= last.end
        });
        if follows && !self.at(Span::new(self.before(span.start).end, span.start)).contains('\n') {
            return;
        }
        let end = span.start + u32::try_from(word.len()).unwrap_or(0);
        let rest = self.text.get(end as usize..).unwrap_or("").trim_start();
        if word == "within" {
            self.report(problems::stray_within(span, self.before(span.start)));
        } else if word == "show" && rest.starts_with('"') {
            self.report(problems::text_shown(Span::new(span.start, end)));
        } else {
            self.report(problems::misplaced(span, word, "a `step`"));
        }
    }

    /// `shwo table { … }`: whether it was told as a slip.
    fn misspelt_clause(&mut self, pair: &P<'t>) -> bool {
        let span = self.span(pair);
        let text = self.at(span);
        let word = first_word(text);
        let at = Span::new(span.start, span.start + u32::try_from(word.len()).unwrap_or(0));
        let rest = text.get(word.len()..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let Some(found) = problems::slip_of_clause(at, word, rest) else { return false };
        self.report(found);
        true
    }

    /// A statement among clauses.
    fn misplaced_statement(&mut self, pair: &P<'t>, kind: BlockKind) {
        let span = self.span(pair);
        let word = first_word(self.at(span));
        let properties = ["icon", "by", "not_by", "quorum", "use", "title", "description"];
        let after = self.at(span).get(word.len()..).unwrap_or("");
        let blanks = after.len() - after.trim_start().len();
        if properties.contains(&word) && after.trim_start().starts_with('=') {
            let from = span.start + u32::try_from(word.len()).unwrap_or(0);
            let sign = Span::new(from, from + u32::try_from(blanks).unwrap_or(0) + 1);
            self.report(problems::equals_for_colon(sign, word));
            return;
        }
        let owner = match kind {
            BlockKind::Approve | BlockKind::Await | BlockKind::Agent => format!("an `{}`", kind.word()),
            _ => format!("a `{}`", kind.word()),
        };
        let found = problems::misplaced(span, word, &owner);
        // Behind something else on its line it may belong to that.
        let before = self.text.get(..span.start as usize).and_then(|text| text.rsplit('\n').next()).unwrap_or("");
        if before.trim().is_empty() { self.report(found) } else { self.report_noise(found) }
    }
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}
