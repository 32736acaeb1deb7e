//! What stands in bodies: statements, limits and what follows them.

use super::expr::missing;
use super::{Builder, P, between};
use crate::ast::{
    AssignOp, Body, Expr, ExprKind, Feedback, FieldsDecl, ForStmt, Handler, IfStmt, Let, Limit, Name, OnFailure,
    Outcome, OutcomeKind, Prop, RepeatStmt, Require, Rework, Rhs, Run, SignalRef, Stmt, Template, TemplatePart,
    TypeExpr, TypeKind, Within,
};
use crate::problems;
use crate::syntax::Rule;
use crate::{Edit, Span};

/// A body that is not there.
pub(super) fn no_body(at: Span) -> Body {
    Body { stmts: Vec::new(), span: at.after() }
}

impl<'t> Builder<'t> {
    /// `{ … }`; `owner` says in a message what it belongs to.
    pub(crate) fn body(&mut self, pair: P<'t>, owner: &str) -> Body {
        let span = self.span(&pair);
        if !self.down(1, span) {
            return no_body(span);
        }
        let inner = pair.into_inner();
        let mut stmts = between(&inner);
        let mut open = None;
        for child in inner {
            match child.as_rule() {
                Rule::body => {
                    let inner = self.body(child, owner);
                    self.up(1);
                    return inner;
                }
                Rule::nested => self.nested(child),
                Rule::lbrace => open = Some(self.span(&child)),
                Rule::missing_rbrace => self.unclosed(&child, open),
                Rule::missing_lbrace => self.no_brace(&child, owner),
                Rule::junk_b => {
                    let value = stmts.last_mut().and_then(|last| self.goes_on(last, &child));
                    let (found, sign) = (self.found.len(), self.span(&child));
                    stmts.extend(self.stmt(child));
                    if let Some(value) = value
                        && self.found.len() > found
                        && self.at(sign) == "?"
                    {
                        self.ternary(value, sign);
                    }
                }
                _ => stmts.extend(self.stmt(child)),
            }
        }
        self.up(1);
        Body { stmts, span }
    }

    /// What is not understood behind a value on its line belongs to the value, which is not known then. Says where the value stands.
    fn goes_on(&self, last: &mut Stmt, junk: &P<'t>) -> Option<Span> {
        let (Stmt::Let(Let { value, .. })
        | Stmt::Var(Let { value, .. })
        | Stmt::Assign { value, .. }
        | Stmt::Return { value: Some(value), .. }) = last
        else {
            return None;
        };
        let Rhs::Expr(expr) = value else { return None };
        let between = Span::new(expr.span.end, self.span(junk).start.max(expr.span.end));
        if self.at(between).contains(['\n', ',']) || matches!(expr.kind, ExprKind::Missing) {
            return None;
        }
        let span = expr.span;
        *expr = missing(span);
        Some(span)
    }

    /// `c ? a : b`: where all of it stands on its line, what to write is certain.
    fn ternary(&mut self, condition: Span, sign: Span) {
        let rest = self.rest_of_line(sign);
        let Some((yes, no)) = problems::split_choice(rest) else { return };
        let written = format!("if {} then {yes} else {no}", self.at(condition));
        let end = sign.end + u32::try_from(no.as_ptr() as usize - rest.as_ptr() as usize + no.len()).unwrap_or(0);
        if let Some(found) = self.found.last_mut().filter(|found| found.problem.code == problems::TERNARY) {
            found.problem.help = format!("Write `{written}`.");
            found.problem.fix = Some(Edit { span: Span::new(condition.start, end), text: written });
        }
    }

    fn stmt(&mut self, pair: P<'t>) -> Option<Stmt> {
        let span = self.trim_comma(self.span(&pair));
        Some(match pair.as_rule() {
            Rule::prop => return self.prop_or_output(pair),
            Rule::prop_bad => return self.bad_prop(pair),
            Rule::stmt_run_colon => return self.run_colon(pair),
            Rule::assign => self.assign(pair, span),
            Rule::step_ | Rule::approve_ | Rule::await_ | Rule::child_ | Rule::agent_ => {
                Stmt::Block(Box::new(self.block(pair)))
            }
            Rule::unknown_block => return self.unknown_block(pair),
            Rule::let_ => self.let_(pair, span),
            Rule::return_ => self.return_(pair, span),
            Rule::if_ => Stmt::If(self.if_(pair)),
            Rule::match_ => Stmt::Match(self.match_(pair)),
            Rule::for_ => Stmt::For(self.for_(pair)),
            Rule::run_stmt => Stmt::Run(self.only_run(pair)?),
            Rule::require_ => Stmt::Require(self.require(pair)),
            Rule::fail_ => Stmt::Fail { message: self.message(pair, "fail"), span },
            Rule::skip_ => Stmt::Skip { message: self.message(pair, "skip"), span },
            Rule::feedback_stmt => Stmt::Feedback(self.only_feedback(pair)?),
            Rule::handler => Stmt::Handler(self.handler(pair)),
            Rule::repeat_ => Stmt::Repeat(self.repeat(pair)),
            Rule::rework_ => Stmt::Rework(self.rework_of(pair)),
            Rule::parallel_ => Stmt::Parallel { body: self.only_body(pair, "`parallel`"), span },
            Rule::undo_ => Stmt::Undo { body: self.only_body(pair, "`undo`"), span },
            Rule::try_ => self.try_(pair, span),
            Rule::emit_ => self.emit(pair, span),
            Rule::sleep_ => self.sleep(pair, span),
            Rule::input_ => Stmt::Input(self.fields_decl(pair, span, true)),
            Rule::config_ => Stmt::Config(self.fields_decl(pair, span, false)),
            Rule::misplaced_clause => {
                self.misplaced_clause(&pair);
                return None;
            }
            _ => {
                self.hole(pair, Rule::body);
                return None;
            }
        })
    }

    /// A span without the comma that ends an item.
    pub(crate) fn trim_comma(&self, span: Span) -> Span {
        let text = self.at(span);
        match text.strip_suffix(',') {
            Some(rest) => {
                let cut = span.start + rest.len() as u32;
                self.leaf_before(cut).map_or(span, |leaf| Span::new(span.start, leaf.end.max(span.start)))
            }
            None => span,
        }
    }

    /// A property, or `output:` with its type.
    fn prop_or_output(&mut self, pair: P<'t>) -> Option<Stmt> {
        let span = self.trim_comma(self.span(&pair));
        let child = pair.into_inner().next()?;
        if child.as_rule() != Rule::output_prop {
            return Some(Stmt::Prop(self.prop(child)));
        }
        let mut ty = TypeExpr { kind: TypeKind::Missing, span: span.after() };
        for inner in child.into_inner() {
            if inner.as_rule() == Rule::ty { ty = self.ty(inner) } else { self.hole(inner, Rule::output_prop) }
        }
        Some(Stmt::Output { ty, span })
    }

    /// A property without its colon.
    fn bad_prop(&mut self, pair: P<'t>) -> Option<Stmt> {
        let span = self.trim_comma(self.span(&pair));
        if pair.as_str().starts_with("output") {
            let mut ty = TypeExpr { kind: TypeKind::Missing, span: span.after() };
            for inner in pair.into_inner() {
                if inner.as_rule() == Rule::ty { ty = self.ty(inner) } else { self.hole(inner, Rule::prop_bad) }
            }
            return Some(Stmt::Output { ty, span });
        }
        Some(Stmt::Prop(self.prop(pair)))
    }

    /// `plain_prop`, `runbook_prop`, `prop_bad`, `prop_open`: a name and a value.
    pub(crate) fn prop(&mut self, pair: P<'t>) -> Prop {
        let whole = self.trim_comma(self.span(&pair));
        let rule = pair.as_rule();
        let mut name = self.no_name(&pair);
        let mut value = missing(whole.after());
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::key | Rule::key_v => name = self.key(&child),
                Rule::pkw | Rule::k_runbook | Rule::k_output | Rule::k_output_v => name = self.word(&child),
                Rule::kname => {
                    let word = self.word(&child);
                    value = Expr { kind: crate::ast::ExprKind::Name(word.text), span: word.span };
                }
                Rule::ty => {
                    // `output:` among plain properties: the type's name stands in for a value.
                    let ty = self.ty(child);
                    value = Expr { kind: crate::ast::ExprKind::Name(self.at(ty.span).to_owned()), span: ty.span };
                }
                r if Self::is_expr(r) => value = self.expr(child),
                _ => self.hole(child, rule),
            }
        }
        let span = name.span.to(value.span);
        Prop { doc: self.doc(whole), name, value, span }
    }

    fn run_colon(&mut self, pair: P<'t>) -> Option<Stmt> {
        let span = self.span(&pair);
        let input = pair.as_str().starts_with("input");
        let mut out = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::run_ => out = Some(Stmt::Run(self.run(child))),
                Rule::fields => {
                    let decl = FieldsDecl { fields: self.fields(child, input, false), span };
                    out = Some(if input { Stmt::Input(decl) } else { Stmt::Config(decl) });
                }
                _ => self.hole(child, Rule::stmt_run_colon),
            }
        }
        out
    }

    fn assign(&mut self, pair: P<'t>, span: Span) -> Stmt {
        let mut target = self.no_name(&pair);
        let mut op = AssignOp::Set;
        let mut value = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::lpath => target = self.word(&child),
                Rule::asgop => {
                    op = match child.as_str() {
                        "+=" => AssignOp::Add,
                        "-=" => AssignOp::Sub,
                        _ => AssignOp::Set,
                    }
                }
                _ => value = self.rhs(child, Rule::assign).or(value),
            }
        }
        Stmt::Assign { target, op, value: value.unwrap_or_else(|| Rhs::Expr(missing(span.after()))), span }
    }

    fn rhs(&mut self, pair: P<'t>, parent: Rule) -> Option<Rhs> {
        match pair.as_rule() {
            Rule::run_ => Some(Rhs::Run(self.run(pair))),
            rule if Self::is_expr(rule) => Some(Rhs::Expr(self.expr(pair))),
            _ => {
                self.hole(pair, parent);
                None
            }
        }
    }

    fn let_(&mut self, pair: P<'t>, span: Span) -> Stmt {
        let mut is_var = false;
        let mut name = self.no_name_at(span);
        let mut ty = None;
        let mut value = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::k_var => is_var = true,
                Rule::k_const => {
                    let at = self.span(&child);
                    self.report(problems::const_word(at));
                }
                Rule::vname => name = self.variable(&child, "variable"),
                Rule::ty => ty = Some(self.ty(child)),
                _ => value = self.rhs(child, Rule::let_).or(value),
            }
        }
        let value = value.unwrap_or_else(|| Rhs::Expr(missing(span.after())));
        let out = Let { name, ty, value, doc: self.doc(span), span };
        if is_var { Stmt::Var(out) } else { Stmt::Let(out) }
    }

    fn return_(&mut self, pair: P<'t>, span: Span) -> Stmt {
        let mut value = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::k_return => {
                    let next = self.leaf_after(span.end).map(|leaf| self.at(leaf));
                    if next.is_some_and(|next| next != "}") {
                        self.report(problems::bare_return(span));
                    }
                }
                _ => value = self.rhs(child, Rule::return_).or(value),
            }
        }
        Stmt::Return { value, span }
    }

    fn if_(&mut self, pair: P<'t>) -> IfStmt {
        let span = self.span(&pair);
        let mut cond = missing(self.before(span.start + 2));
        let mut bodies: Vec<(Expr, Body, Span)> = Vec::new();
        let mut otherwise: Option<Body> = None;
        let mut start = span;
        let mut levels = 0;
        for child in pair.into_inner() {
            let at = self.span(&child);
            match child.as_rule() {
                rule if Self::is_expr(rule) => cond = self.expr(child),
                Rule::k_elif => {
                    self.report(problems::elif(at));
                    start = at;
                }
                Rule::body => {
                    let body = self.body(child, "`if`");
                    if start.start == u32::MAX {
                        otherwise = Some(body);
                    } else {
                        let c = std::mem::replace(&mut cond, missing(at));
                        bodies.push((c, body, start));
                    }
                }
                Rule::k_else => start = Span::new(u32::MAX, u32::MAX),
                Rule::if_ => {
                    if self.down(1, at) {
                        levels += 1;
                        let inner = self.if_(child);
                        otherwise = Some(Body { span: inner.span, stmts: vec![Stmt::If(inner)] });
                    }
                }
                Rule::missing_expr => {
                    self.hole(child, Rule::if_);
                    cond = missing(self.before(at.end));
                }
                _ => self.hole(child, Rule::if_),
            }
        }
        self.up(levels);
        self.fold_ifs(bodies, otherwise, span)
    }

    /// `if … elif … else` becomes nested `if`s, as `else if` does.
    fn fold_ifs(&mut self, bodies: Vec<(Expr, Body, Span)>, otherwise: Option<Body>, span: Span) -> IfStmt {
        let mut rest = otherwise;
        let mut out: Option<IfStmt> = None;
        let mut kept = bodies;
        if kept.len() > super::MAX_DEPTH {
            self.report(problems::too_deep(span));
            kept.truncate(super::MAX_DEPTH / 2);
        }
        for (cond, then, start) in kept.into_iter().rev() {
            if let Some(inner) = out.take() {
                rest = Some(Body { span: inner.span, stmts: vec![Stmt::If(inner)] });
            }
            let whole = Span::new(start.start, span.end);
            out = Some(IfStmt { cond, then, otherwise: rest.take(), span: whole });
        }
        out.unwrap_or(IfStmt { cond: missing(span), then: no_body(span), otherwise: rest, span })
    }

    fn for_(&mut self, pair: P<'t>) -> ForStmt {
        let span = self.span(&pair);
        let mut out = ForStmt {
            name: self.no_name_at(span),
            list: missing(span.after()),
            key: None,
            at_once: None,
            until: None,
            body: no_body(span),
            span,
            head_span: span,
        };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::vname => out.name = self.variable(&child, "variable"),
                rule if Self::is_expr(rule) => out.list = self.expr(child),
                Rule::key_clause => out.key = Some(self.only_expr(child)),
                Rule::at_once => out.at_once = Some(self.only_expr(child)),
                Rule::until_ => out.until = Some(self.only_expr(child)),
                Rule::body => {
                    out.body = self.body(child, "`for`");
                    out.head_span = self.head(span, out.body.span);
                }
                _ => self.hole(child, Rule::for_),
            }
        }
        out
    }

    /// From the keyword to the last piece before the brace.
    pub(crate) fn head(&self, whole: Span, body: Span) -> Span {
        let end = self.before(body.start).end;
        Span::new(whole.start, end.clamp(whole.start, whole.end.max(whole.start)))
    }

    fn repeat(&mut self, pair: P<'t>) -> RepeatStmt {
        let span = self.span(&pair);
        let mut out =
            RepeatStmt { until: None, at_most: None, otherwise: None, body: no_body(span), span, head_span: span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::until_ => out.until = Some(self.only_expr(child)),
                Rule::at_most => out.at_most = Some(self.only_expr(child)),
                Rule::else_ => out.otherwise = Some(self.else_(child)),
                Rule::body => {
                    out.body = self.body(child, "`repeat`");
                    out.head_span = self.head(span, out.body.span);
                }
                _ => self.hole(child, Rule::repeat_),
            }
        }
        out
    }

    fn only_body(&mut self, pair: P<'t>, owner: &str) -> Body {
        let rule = pair.as_rule();
        let mut out = no_body(self.span(&pair));
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::body | Rule::body_only => out = self.body(child, owner),
                _ => self.hole(child, rule),
            }
        }
        out
    }

    fn try_(&mut self, pair: P<'t>, span: Span) -> Stmt {
        let mut body = no_body(span);
        let mut on_failure = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::body => body = self.body(child, "`try`"),
                Rule::on_failure => on_failure = Some(self.on_failure(child)),
                _ => self.hole(child, Rule::try_),
            }
        }
        Stmt::Try { body, on_failure, span }
    }

    fn emit(&mut self, pair: P<'t>, span: Span) -> Stmt {
        let mut name = self.no_name_at(span);
        let mut value = missing(span.after());
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::dname => name = self.word(&child),
                Rule::record => value = self.record(child),
                _ => self.hole(child, Rule::emit_),
            }
        }
        Stmt::Emit { name, value, span }
    }

    fn sleep(&mut self, pair: P<'t>, span: Span) -> Stmt {
        let mut until = false;
        let mut value = missing(span.after());
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::k_until => until = true,
                rule if Self::is_expr(rule) => value = self.expr(child),
                _ => self.hole(child, Rule::sleep_),
            }
        }
        Stmt::Sleep { until, value, span }
    }

    fn fields_decl(&mut self, pair: P<'t>, span: Span, input: bool) -> FieldsDecl {
        let mut fields = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::fields => fields = self.fields(child, input, false),
                _ => self.hole(child, Rule::input_),
            }
        }
        FieldsDecl { fields, span }
    }

    /// The one call of a pair.
    pub(crate) fn only_run(&mut self, pair: P<'t>) -> Option<Run> {
        let rule = pair.as_rule();
        let mut out = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::run_ => out = Some(self.run(child)),
                _ => self.hole(child, rule),
            }
        }
        out
    }

    /// `run target<T>(args) within …`
    pub(crate) fn run(&mut self, pair: P<'t>) -> Run {
        let span = self.trim_comma(self.span(&pair));
        let mut out =
            Run { target: self.no_name_at(span), type_args: Vec::new(), args: Vec::new(), within: None, span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::target => {
                    for inner in child.into_inner() {
                        match inner.as_rule() {
                            Rule::tname => out.target = self.word(&inner),
                            Rule::targs => out.type_args = self.targs(inner),
                            Rule::args => out.args = self.args(inner),
                            _ => self.hole(inner, Rule::target),
                        }
                    }
                }
                Rule::within => out.within = Some(self.within(child)),
                _ => self.hole(child, Rule::run_),
            }
        }
        out
    }

    /// `require c else …`
    pub(crate) fn require(&mut self, pair: P<'t>) -> Require {
        let span = self.trim_comma(self.span(&pair));
        let mut cond = missing(span.after());
        let mut otherwise = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                rule if Self::is_expr(rule) => cond = self.expr(child),
                Rule::else_ => otherwise = Some(self.else_(child)),
                _ => self.hole(child, Rule::require_),
            }
        }
        Require { cond, otherwise, span }
    }

    /// The text of `fail`, `skip`, `refuse`.
    pub(crate) fn message(&mut self, pair: P<'t>, word: &str) -> Option<Template> {
        let rule = pair.as_rule();
        let mut out = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::bad_msg => {
                    let span = self.span(&child);
                    self.report(problems::message_not_text(span, word, self.at(span)));
                    let value = self.only_expr(child);
                    out = Some(Template { parts: vec![TemplatePart::Expr(value)], span, block: false });
                }
                _ => out = self.text(child, rule).or(out),
            }
        }
        out
    }

    /// A string in either quotes, else a hole.
    pub(crate) fn text(&mut self, pair: P<'t>, parent: Rule) -> Option<Template> {
        match pair.as_rule() {
            Rule::string => Some(self.template(pair)),
            Rule::sq_string => Some(self.single_quoted(&pair)),
            _ => {
                self.hole(pair, parent);
                None
            }
        }
    }

    /// The one `feedback` of a pair.
    pub(crate) fn only_feedback(&mut self, pair: P<'t>) -> Option<Feedback> {
        let mut out = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::feedback => {
                    let span = self.span(&child);
                    let mut feedback = Feedback { level: None, value: missing(span.after()), span };
                    for inner in child.into_inner() {
                        match inner.as_rule() {
                            Rule::word | Rule::k_level => feedback.level = Some(self.word(&inner)),
                            Rule::string => feedback.value = self.primary(inner),
                            rule if Self::is_expr(rule) => feedback.value = self.expr(inner),
                            _ => self.hole(inner, Rule::feedback),
                        }
                    }
                    out = Some(feedback);
                }
                _ => self.hole(child, Rule::feedback_stmt),
            }
        }
        out
    }

    fn handler(&mut self, pair: P<'t>) -> Handler {
        let span = self.span(&pair);
        let mut signal = None;
        let mut body = no_body(span);
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::sigref => signal = Some(self.signal_ref(child)),
                Rule::body => body = self.body(child, "`on`"),
                _ => self.hole(child, Rule::handler),
            }
        }
        let signal = signal.unwrap_or_else(|| self.no_signal(span));
        Handler { signal, body, span }
    }

    /// A signal that is not there.
    pub(crate) fn no_signal(&self, at: Span) -> SignalRef {
        SignalRef {
            name: self.no_name_at(at),
            type_args: Vec::new(),
            binding: None,
            filter: None,
            from: None,
            span: at.after(),
        }
    }

    /// `SIGNAL<T> (e) where c from role`
    pub(crate) fn signal_ref(&mut self, pair: P<'t>) -> SignalRef {
        let span = self.span(&pair);
        let mut out = self.no_signal(span);
        out.span = span;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::ty_name => out.name = self.word(&child),
                Rule::targs => out.type_args = self.targs(child),
                Rule::binding => out.binding = Some(self.binding(child)),
                Rule::where_ => out.filter = Some(self.only_expr(child)),
                Rule::from_ => out.from = Some(self.only_expr(child)),
                _ => self.hole(child, Rule::sigref),
            }
        }
        out
    }

    /// `within D else …`
    pub(crate) fn within(&mut self, pair: P<'t>) -> Within {
        let span = self.trim_comma(self.span(&pair));
        let mut limit = Limit::Expr(missing(span.after()));
        let mut otherwise = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::limit => limit = self.limit(child),
                Rule::else_ => otherwise = Some(Box::new(self.else_(child))),
                Rule::bare_else => otherwise = Some(Box::new(self.bare_else(child))),
                _ => self.hole(child, Rule::within),
            }
        }
        Within { limit, otherwise, span }
    }

    fn limit(&mut self, pair: P<'t>) -> Limit {
        let span = self.span(&pair);
        let mut value = missing(span.after());
        let mut working = false;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::k_never => return Limit::Never(self.span(&child)),
                Rule::k_working => working = true,
                rule if Self::is_expr(rule) => value = self.expr(child),
                _ => self.hole(child, Rule::limit),
            }
        }
        if working { Limit::WorkingDays(value) } else { Limit::Expr(value) }
    }

    /// What follows a limit, without `else`.
    fn bare_else(&mut self, pair: P<'t>) -> Outcome {
        let before = self.before(self.span(&pair).start);
        let mut out = Outcome { kind: OutcomeKind::Missing, span: self.span(&pair).after() };
        for child in pair.into_inner() {
            if child.as_rule() == Rule::outcome {
                let gap = Span::new(before.end, self.span(&child).start);
                let word = child.as_str().split_whitespace().next().unwrap_or("");
                self.report(problems::limit_without_else(gap, self.span(&child), word));
                out = self.outcome(child);
            }
        }
        out
    }

    /// `else …`
    pub(crate) fn else_(&mut self, pair: P<'t>) -> Outcome {
        let mut out = Outcome { kind: OutcomeKind::Missing, span: self.span(&pair).after() };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::outcome => out = self.outcome(child),
                _ => self.hole(child, Rule::else_),
            }
        }
        out
    }

    /// `fail "…"`, `rework from …`, `{ … }` and so on.
    pub(crate) fn outcome(&mut self, pair: P<'t>) -> Outcome {
        let span = self.trim_comma(self.span(&pair));
        let mut kind = OutcomeKind::Missing;
        if !self.down(1, span) {
            return Outcome { kind, span };
        }
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::o_fail => kind = OutcomeKind::Fail(self.message(child, "fail")),
                Rule::o_skip => kind = OutcomeKind::Skip(self.message(child, "skip")),
                Rule::o_refuse => kind = OutcomeKind::Refuse(self.message(child, "refuse")),
                Rule::o_rework => kind = OutcomeKind::Rework(Box::new(self.rework(child))),
                Rule::o_escalate => kind = self.escalate(child),
                Rule::k_approve => kind = OutcomeKind::Approve,
                Rule::k_reject => kind = OutcomeKind::Reject,
                Rule::k_collect => kind = OutcomeKind::Collect,
                Rule::body_only => kind = OutcomeKind::Body(self.body(child, "`else`")),
                _ => self.hole(child, Rule::outcome),
            }
        }
        self.up(1);
        Outcome { kind, span }
    }

    fn escalate(&mut self, pair: P<'t>) -> OutcomeKind {
        let mut role = self.no_name_at(self.span(&pair));
        let mut within = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => role = self.word(&child),
                Rule::within => within = Some(Box::new(self.within(child))),
                _ => self.hole(child, Rule::o_escalate),
            }
        }
        OutcomeKind::Escalate { role, within }
    }

    fn rework_of(&mut self, pair: P<'t>) -> Rework {
        let span = self.span(&pair);
        for child in pair.into_inner() {
            if child.as_rule() == Rule::o_rework {
                return self.rework(child);
            }
        }
        Rework { from: self.no_name_at(span), because: None, at_most: None, otherwise: None, span }
    }

    fn rework(&mut self, pair: P<'t>) -> Rework {
        let span = self.span(&pair);
        let mut out = Rework { from: self.no_name_at(span), because: None, at_most: None, otherwise: None, span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::dname => out.from = self.word(&child),
                Rule::because => {
                    for inner in child.into_inner() {
                        out.because = self.text(inner, Rule::because).or(out.because.take());
                    }
                }
                Rule::at_most => out.at_most = Some(self.only_expr(child)),
                Rule::else_ => out.otherwise = Some(Box::new(self.else_(child))),
                _ => self.hole(child, Rule::o_rework),
            }
        }
        out
    }

    /// `on failure (e) …`
    pub(crate) fn on_failure(&mut self, pair: P<'t>) -> OnFailure {
        let span = self.span(&pair);
        let mut binding: Option<Name> = None;
        let mut outcome = Outcome { kind: OutcomeKind::Missing, span: span.after() };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::binding => binding = Some(self.binding(child)),
                Rule::outcome => outcome = self.outcome(child),
                _ => self.hole(child, Rule::on_failure),
            }
        }
        OnFailure { binding, outcome, span }
    }
}
