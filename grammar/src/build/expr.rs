//! Expressions: literals, lists, records, functions, `if` and `match`. Operators and postfixes are in `chain.rs`.

use super::{Builder, P, Quotes, with_commas};
use crate::Span;
use crate::ast::{
    Arg, ArmBody, Expr, ExprKind, Match, MatchArm, Name, Pattern, PatternKind, RecordItem, Template, TemplatePart,
};
use crate::problems;
use crate::syntax::Rule;

/// An expression that is not there.
pub(super) fn missing(span: Span) -> Expr {
    Expr { kind: ExprKind::Missing, span }
}

impl<'t> Builder<'t> {
    /// `expr`, `elem` or `gexpr`.
    pub(crate) fn expr(&mut self, pair: P<'t>) -> Expr {
        let at = self.span(&pair);
        if !self.down(1, at) {
            return missing(at);
        }
        let out = self.chain(pair);
        self.up(1);
        out
    }

    /// Whether a rule is an expression on its own.
    pub(super) fn is_expr(rule: Rule) -> bool {
        matches!(rule, Rule::expr | Rule::elem | Rule::gexpr)
    }

    /// A primary expression.
    pub(super) fn primary(&mut self, pair: P<'t>) -> Expr {
        let span = self.span(&pair);
        let text = pair.as_str();
        let own = || text.to_owned();
        let kind = match pair.as_rule() {
            Rule::number if text.contains('.') => ExprKind::Decimal(own()),
            Rule::number => ExprKind::Int(own()),
            Rule::percent => ExprKind::Percent(text.trim_end_matches('%').to_owned()),
            Rule::money => {
                let (amount, currency) = text.split_once([' ', '\t']).unwrap_or((text, ""));
                ExprKind::Money { amount: amount.to_owned(), currency: currency.trim().to_owned() }
            }
            Rule::date => ExprKind::Date(own()),
            Rule::datetime => ExprKind::DateTime(own()),
            Rule::period => ExprKind::Period(own()),
            Rule::duration => ExprKind::Duration(own()),
            Rule::size => ExprKind::Size(own()),
            Rule::bad_number | Rule::paper_date => match problems::paper_date(span, text) {
                Some((problem, meant)) => {
                    self.report(problem);
                    meant.map_or(ExprKind::Missing, ExprKind::Date)
                }
                None => {
                    self.report(problems::bad_number(span, text));
                    ExprKind::Missing
                }
            },
            Rule::worded => {
                let (problem, meant) = problems::worded_duration(span, text);
                self.report(problem);
                ExprKind::Duration(meant)
            }
            Rule::thousands => {
                self.report(problems::thousands(span, text));
                let (amount, currency) = text.split_once([' ', '\t']).unwrap_or((text, ""));
                ExprKind::Money { amount: amount.replace(',', ""), currency: currency.trim().to_owned() }
            }
            Rule::const_ => match text {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                _ => ExprKind::None,
            },
            Rule::ident => match problems::foreign_constant(text) {
                Some(ours) => {
                    self.report(problems::foreign_word(span, text, ours));
                    match ours {
                        "true" => ExprKind::Bool(true),
                        "false" => ExprKind::Bool(false),
                        _ => ExprKind::None,
                    }
                }
                None => ExprKind::Name(own()),
            },
            Rule::string => ExprKind::Text(self.template(pair)),
            Rule::sq_string => ExprKind::Text(self.single_quoted(&pair)),
            Rule::has_ => return self.has(pair),
            Rule::list => return self.list(pair),
            Rule::record => return self.record(pair),
            Rule::paren => return self.paren(pair),
            Rule::lambda1 | Rule::lambda_n => return self.lambda(pair),
            Rule::if_expr => return self.if_expr(pair),
            Rule::match_ => ExprKind::Match(Box::new(self.match_(pair))),
            _ => {
                self.hole(pair, Rule::expr);
                ExprKind::Missing
            }
        };
        Expr { kind, span }
    }

    /// `'…'`: right inside a hole of a text, a habit elsewhere.
    pub(crate) fn single_quoted(&mut self, pair: &P<'t>) -> Template {
        let span = self.span(pair);
        let raw = pair.as_str();
        if self.quotes == Quotes::Double {
            self.report(problems::single_quotes(span, raw));
        }
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or("");
        let mut text = String::new();
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(other) => text.push(other),
                None => {}
            }
        }
        let parts = if text.is_empty() { Vec::new() } else { vec![TemplatePart::Text(text)] };
        Template { parts, span, block: false }
    }

    /// `has "…"` is a call of `has`.
    fn has(&mut self, pair: P<'t>) -> Expr {
        let span = self.span(&pair);
        let mut callee = missing(span);
        let mut args = Vec::new();
        for child in pair.into_inner() {
            let here = self.span(&child);
            match child.as_rule() {
                Rule::string => {
                    let value = self.primary(child);
                    args.push(Arg { name: None, value, span: here });
                }
                _ => callee = Expr { kind: ExprKind::Name(child.as_str().to_owned()), span: here },
            }
        }
        Expr { kind: ExprKind::Call { callee: Box::new(callee), args }, span }
    }

    fn list(&mut self, pair: P<'t>) -> Expr {
        let span = self.span(&pair);
        let inner = pair.into_inner();
        let mut items = with_commas(&inner);
        for child in inner {
            if Self::is_expr(child.as_rule()) { items.push(self.expr(child)) } else { self.hole(child, Rule::list) }
        }
        Expr { kind: ExprKind::List(items), span }
    }

    fn paren(&mut self, pair: P<'t>) -> Expr {
        let span = self.span(&pair);
        let mut inner = missing(self.before(span.end));
        for child in pair.into_inner() {
            if Self::is_expr(child.as_rule()) { inner = self.expr(child) } else { self.hole(child, Rule::paren) }
        }
        Expr { kind: ExprKind::Paren(Box::new(inner)), span }
    }

    fn lambda(&mut self, pair: P<'t>) -> Expr {
        let span = self.span(&pair);
        let mut params = Vec::new();
        let mut body = missing(self.before(span.end));
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::vname1 => params.push(self.variable(&child, "parameter")),
                rule if Self::is_expr(rule) => body = self.expr(child),
                _ => self.hole(child, Rule::lambda1),
            }
        }
        Expr { kind: ExprKind::Lambda { params, body: Box::new(body) }, span }
    }

    fn if_expr(&mut self, pair: P<'t>) -> Expr {
        let span = self.span(&pair);
        let mut parts = Vec::new();
        for child in pair.into_inner() {
            if Self::is_expr(child.as_rule()) { parts.push(self.expr(child)) } else { self.hole(child, Rule::if_expr) }
        }
        let mut parts = parts.into_iter();
        let mut next = || Box::new(parts.next().unwrap_or_else(|| missing(span.after())));
        let (cond, then, otherwise) = (next(), next(), next());
        Expr { kind: ExprKind::If { cond, then, otherwise }, span }
    }

    /// `{ a: 1, b, ...c }`
    pub(crate) fn record(&mut self, pair: P<'t>) -> Expr {
        let span = self.span(&pair);
        let mut items = Vec::new();
        let mut last = None;
        for child in pair.into_inner() {
            let at = self.span(&child);
            match child.as_rule() {
                Rule::spread => {
                    self.separated(last, at);
                    items.push(self.spread(child));
                    last = Some(at);
                }
                Rule::rfield => {
                    self.separated(last, at);
                    items.push(self.record_field(child));
                    last = Some(at);
                }
                _ => {
                    if child.as_rule() == Rule::junk_r {
                        last = None;
                    }
                    self.hole(child, Rule::record);
                }
            }
        }
        Expr { kind: ExprKind::Record(items), span }
    }

    fn spread(&mut self, pair: P<'t>) -> RecordItem {
        let start = self.span(&pair);
        let mut value = missing(self.before(start.end));
        for child in pair.into_inner() {
            if Self::is_expr(child.as_rule()) { value = self.expr(child) } else { self.hole(child, Rule::spread) }
        }
        let span = Span::new(start.start, value.span.end.max(start.start + 3));
        RecordItem::Spread { value, span }
    }

    fn record_field(&mut self, pair: P<'t>) -> RecordItem {
        let mut name = Name::default();
        let mut value = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::key | Rule::key_v | Rule::word => name = self.key(&child),
                rule if Self::is_expr(rule) => value = Some(self.expr(child)),
                _ => self.hole(child, Rule::rfield),
            }
        }
        let span = value.as_ref().map_or(name.span, |v: &Expr| name.span.to(v.span));
        RecordItem::Field { name, value, span }
    }

    /// `(a, b: 1)`
    pub(crate) fn args(&mut self, pair: P<'t>) -> Vec<Arg> {
        let inner = pair.into_inner();
        let mut out = with_commas(&inner);
        for child in inner {
            match child.as_rule() {
                Rule::arg => out.push(self.arg(child)),
                _ => self.hole(child, Rule::args),
            }
        }
        out
    }

    fn arg(&mut self, pair: P<'t>) -> Arg {
        let span = self.span(&pair);
        let mut name = None;
        let mut value = missing(self.before(span.end));
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::key => name = Some(self.key(&child)),
                rule if Self::is_expr(rule) => value = self.expr(child),
                _ => self.hole(child, Rule::arg),
            }
        }
        Arg { name, value, span }
    }

    /// `match x { … }`
    pub(crate) fn match_(&mut self, pair: P<'t>) -> Match {
        let span = self.span(&pair);
        let mut subject = missing(self.before(span.start));
        let mut arms = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                rule if Self::is_expr(rule) => subject = self.expr(child),
                Rule::arms => arms = self.arms(child),
                _ => self.hole(child, Rule::match_),
            }
        }
        Match { subject, arms, span }
    }

    fn arms(&mut self, pair: P<'t>) -> Vec<MatchArm> {
        let mut out = Vec::new();
        let mut last: Option<Span> = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::arm => {
                    let raw = self.span(&child);
                    let arm = self.arm(child);
                    if matches!(arm.body, ArmBody::Expr(_)) {
                        // The end of a line separates cases as it does fields.
                        let between = |before: Span| self.text.get(before.end as usize..raw.start as usize);
                        if let Some(before) = last
                            && !self.at(before).ends_with(',')
                            && !between(before).is_some_and(|gap| gap.contains('\n'))
                        {
                            self.report_noise(problems::missing_comma_of_case(before.after()));
                        }
                        last = Some(raw);
                    } else {
                        last = None;
                    }
                    out.push(arm);
                }
                _ => {
                    if child.as_rule() == Rule::junk_b {
                        last = None;
                    }
                    self.hole(child, Rule::arms);
                }
            }
        }
        out
    }

    fn arm(&mut self, pair: P<'t>) -> MatchArm {
        let start = self.span(&pair);
        let mut pattern = Pattern { kind: PatternKind::Missing, span: start };
        let mut guard = None;
        let mut body = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::pattern => pattern = self.pattern(child),
                Rule::guard => {
                    for inner in child.into_inner() {
                        if Self::is_expr(inner.as_rule()) {
                            guard = Some(self.expr(inner));
                        } else {
                            self.hole(inner, Rule::guard);
                        }
                    }
                }
                Rule::body => body = Some(ArmBody::Body(self.body(child, "arm"))),
                rule if Self::is_expr(rule) => body = Some(ArmBody::Expr(self.expr(child))),
                _ => self.hole(child, Rule::arm),
            }
        }
        let body = body.unwrap_or_else(|| ArmBody::Expr(missing(start.after())));
        let end = match &body {
            ArmBody::Expr(e) => e.span,
            ArmBody::Body(b) => b.span,
        };
        MatchArm { span: pattern.span.to(end), pattern, guard, body }
    }

    fn pattern(&mut self, pair: P<'t>) -> Pattern {
        let span = self.span(&pair);
        let mut kind = PatternKind::Missing;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::pname => {
                    let name = self.word(&child);
                    if matches!(name.text.as_str(), "_" | "default" | "otherwise") {
                        self.report(problems::else_pattern(&name));
                        kind = PatternKind::Else;
                    } else {
                        kind = PatternKind::Name { name, binding: None };
                    }
                }
                Rule::binding => {
                    let bound = self.binding(child);
                    if let PatternKind::Name { binding, .. } = &mut kind {
                        *binding = Some(bound);
                    }
                }
                Rule::k_else => kind = PatternKind::Else,
                Rule::neg_lit => kind = PatternKind::Literal(Box::new(self.negative(child))),
                Rule::junk_b => self.hole(child, Rule::pattern),
                _ => kind = PatternKind::Literal(Box::new(self.primary(child))),
            }
        }
        Pattern { kind, span }
    }

    fn negative(&mut self, pair: P<'t>) -> Expr {
        let span = self.span(&pair);
        let mut operand = missing(span.after());
        for child in pair.into_inner() {
            if child.as_rule() != Rule::neg {
                operand = self.primary(child);
            }
        }
        Expr { kind: ExprKind::Unary { op: crate::ast::UnaryOp::Neg, operand: Box::new(operand) }, span }
    }

    /// `(e)`
    pub(crate) fn binding(&mut self, pair: P<'t>) -> Name {
        let mut out = self.no_name(&pair);
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::vname => out = self.variable(&child, "name"),
                _ => self.hole(child, Rule::binding),
            }
        }
        out
    }
}
