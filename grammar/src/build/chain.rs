//! Operators by precedence over the flat list that the parser gives, and what follows a value: `.field`, `(args)`.

use std::iter::Peekable;

use super::expr::missing;
use super::{Builder, P, Quotes};
use crate::Span;
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::problems;
use crate::syntax::Rule;

/// One operator of the flat list.
#[derive(Clone, Copy)]
struct Op {
    op: BinaryOp,
    span: Span,
}

/// An operand with the prefixes that stand before it, outermost first.
struct Operand {
    prefixes: Vec<(UnaryOp, Span)>,
    value: Expr,
}

/// How tightly an operator binds; `not` stands between `and` and the comparisons.
fn power(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Eq
        | BinaryOp::NotEq
        | BinaryOp::Less
        | BinaryOp::LessEq
        | BinaryOp::Greater
        | BinaryOp::GreaterEq
        | BinaryOp::In
        | BinaryOp::NotIn => COMPARE,
        BinaryOp::Coalesce => 5,
        BinaryOp::Add | BinaryOp::Sub => 6,
        BinaryOp::Mul | BinaryOp::Div => 7,
    }
}

const NOT: u8 = 3;
const COMPARE: u8 = 4;
const NEG: u8 = 8;

impl<'t> Builder<'t> {
    /// The flat list of an expression as a tree.
    pub(super) fn chain(&mut self, pair: P<'t>) -> Expr {
        let at = self.span(&pair);
        let mut operands = Vec::new();
        let mut ops: Vec<Op> = Vec::new();
        let mut items = pair.into_inner().peekable();
        // Every operator and every `.member` is one level of the tree, so they count as depth.
        let mut links = 0;
        while items.peek().is_some() {
            let (operand, depth) = self.operand(&mut items, at);
            let more = operand.prefixes.len();
            if !self.down(more, at) {
                self.up(links + depth);
                return missing(at);
            }
            links += more;
            self.up(depth);
            // Most expressions are one value.
            if operands.is_empty() && more == 0 && items.peek().is_none() {
                return placed(operand.value, at);
            }
            operands.push(operand);
            if let Some(op) = self.operator(&mut items) {
                if !self.down(1, at) {
                    self.up(links);
                    return missing(at);
                }
                links += 1;
                ops.push(op);
            }
        }
        let mut climb = Climb {
            operands: operands.into_iter().peekable(),
            ops: ops.into_iter().peekable(),
            chained: Vec::new(),
            end: at.after(),
        };
        let out = climb.climb(0);
        for (first, second) in std::mem::take(&mut climb.chained) {
            if self.is_type_argument(first, second) {
                self.report(problems::type_argument(
                    Span::new(first.start, second.end),
                    self.leaf_before(first.start).map_or("", |leaf| self.at(leaf)),
                ));
                continue;
            }
            let parts = self.words_around(first, &[]).zip(self.words_around(second, &['<', '>', '=']));
            let parts = parts.map(|((a, b), (_, c))| [a, self.at(first), b, self.at(second), c]);
            self.report(problems::chained(first, second, parts));
        }
        self.up(links);
        placed(out, at)
    }

    /// `xs.first<int>()`: a type where other languages have one, and no comparison.
    fn is_type_argument(&self, first: Span, second: Span) -> bool {
        let between = self.at(Span::new(first.end, second.start.max(first.end)));
        let is_type = !between.is_empty() && between.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
        let called = self.text.get(second.end as usize..).is_some_and(|rest| rest.starts_with('('));
        is_type && called && self.at(first) == "<" && self.at(second) == ">"
    }

    fn operator(&mut self, items: &mut Peekable<pest::iterators::Pairs<'t, Rule>>) -> Option<Op> {
        let pair = items.next_if(|p| matches!(p.as_rule(), Rule::op | Rule::bad_op | Rule::tight_minus))?;
        let span = self.span(&pair);
        let text = pair.as_str();
        if pair.as_rule() == Rule::tight_minus {
            self.report(problems::tight_minus(span, self.words_around(span, &['='])));
        }
        if pair.as_rule() == Rule::bad_op {
            self.report(problems::foreign_operator(span, text, self.words_around(span, &[])));
        }
        let op = match text {
            "or" | "||" => BinaryOp::Or,
            "and" | "&&" => BinaryOp::And,
            "==" | "===" | "=" => BinaryOp::Eq,
            "!=" | "!==" | "<>" => BinaryOp::NotEq,
            "<" => BinaryOp::Less,
            "<=" => BinaryOp::LessEq,
            ">" => BinaryOp::Greater,
            ">=" => BinaryOp::GreaterEq,
            "is" => BinaryOp::Eq,
            "in" => BinaryOp::In,
            sign if sign.starts_with("is") => BinaryOp::NotEq,
            "??" => BinaryOp::Coalesce,
            "+" => BinaryOp::Add,
            "-" => BinaryOp::Sub,
            "*" => BinaryOp::Mul,
            "/" => BinaryOp::Div,
            _ => BinaryOp::NotIn,
        };
        Some(Op { op, span })
    }

    /// What stands on both sides of a sign, where that is one word or one value each, behind nothing but a word, a bracket or `also`.
    fn words_around(&self, sign: Span, also: &[char]) -> Option<(&'t str, &'t str)> {
        let before = self.leaf_before(sign.start).map(|leaf| (leaf, self.at(leaf)))?;
        let text = self.text.get(..before.0.start as usize)?.trim_end_matches([' ', '\t']);
        let alone = text
            .ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | '{' | '\n') || also.contains(&c))
            || text.is_empty();
        (alone && is_plain(before.1)).then_some(())?;
        Some((before.1, self.word_after(sign)?))
    }

    /// The word or value after a sign, where nothing is done with it.
    fn word_after(&self, sign: Span) -> Option<&'t str> {
        let leaf = self.leaf_after(sign.end)?;
        let word = self.at(leaf);
        let goes_on = self.text.get(leaf.end as usize..)?.starts_with(['.', '(', '[', '?', '%']);
        (is_plain(word) && !goes_on).then_some(word)
    }

    /// Prefixes, a primary, postfixes; and how many levels the postfixes added.
    fn operand(&mut self, items: &mut Peekable<pest::iterators::Pairs<'t, Rule>>, at: Span) -> (Operand, usize) {
        let mut prefixes = Vec::new();
        while let Some(pair) = items.next_if(|p| matches!(p.as_rule(), Rule::neg | Rule::not_ | Rule::bang)) {
            let span = self.span(&pair);
            if pair.as_rule() == Rule::bang {
                self.report(problems::bang(span, self.word_after(span)));
            }
            prefixes.push((if pair.as_rule() == Rule::neg { UnaryOp::Neg } else { UnaryOp::Not }, span));
        }
        let mut value = match items.next() {
            Some(pair) => self.primary(pair),
            None => missing(at.after()),
        };
        let mut depth = 0;
        while let Some(pair) = items.next_if(|p| matches!(p.as_rule(), Rule::args | Rule::member | Rule::index)) {
            if !self.down(1, at) {
                continue;
            }
            depth += 1;
            value = self.postfix(value, pair);
        }
        (Operand { prefixes, value }, depth)
    }

    fn postfix(&mut self, object: Expr, pair: P<'t>) -> Expr {
        let here = self.span(&pair);
        let span = object.span.to(here);
        let kind = match pair.as_rule() {
            Rule::args => {
                let args = self.args(pair);
                ExprKind::Call { callee: Box::new(object), args }
            }
            Rule::index => {
                let mut inner = missing(here);
                for child in pair.into_inner() {
                    if Self::is_expr(child.as_rule()) {
                        inner = self.expr(child);
                    } else {
                        self.hole(child, Rule::index);
                    }
                }
                let field = self.text.get(here.end as usize..).is_some_and(|behind| behind.starts_with('.'));
                self.report(problems::index(here, self.at(inner.span), field));
                let name = crate::ast::Name { text: "at".to_owned(), span: here };
                let callee = Expr { kind: ExprKind::Member { object: Box::new(object), name, optional: false }, span };
                let arg = crate::ast::Arg { name: None, span: inner.span, value: inner };
                ExprKind::Call { callee: Box::new(callee), args: vec![arg] }
            }
            _ => {
                let mut name = self.no_name_at(here);
                let mut optional = false;
                for child in pair.into_inner() {
                    match child.as_rule() {
                        Rule::qdot => optional = true,
                        Rule::word => name = self.word(&child),
                        _ => self.hole(child, Rule::member),
                    }
                }
                ExprKind::Member { object: Box::new(object), name, optional }
            }
        };
        Expr { kind, span }
    }

    /// Whether a `"` string at this place should have single quotes.
    pub(super) fn wants_single(&self) -> bool {
        self.quotes == Quotes::Single
    }
}

/// Precedence climbing; its recursion is bounded by the number of levels times the prefixes, which were counted.
struct Climb {
    operands: Peekable<std::vec::IntoIter<Operand>>,
    ops: Peekable<std::vec::IntoIter<Op>>,
    /// Comparisons that follow another.
    chained: Vec<(Span, Span)>,
    end: Span,
}

impl Climb {
    fn climb(&mut self, least: u8) -> Expr {
        let mut left = self.unary();
        let mut compared: Option<Span> = None;
        while let Some(op) = self.ops.next_if(|op| power(op.op) > least) {
            let power = power(op.op);
            if power == COMPARE {
                if let Some(first) = compared {
                    self.chained.push((first, op.span));
                }
                compared = Some(op.span);
            } else {
                compared = None;
            }
            let right = self.climb(power);
            let span = left.span.to(right.span);
            left = Expr {
                kind: ExprKind::Binary { op: op.op, op_span: op.span, left: Box::new(left), right: Box::new(right) },
                span,
            };
        }
        left
    }

    fn unary(&mut self) -> Expr {
        let Some(first) = self.operands.peek_mut() else { return missing(self.end) };
        if first.prefixes.is_empty() {
            return self.operands.next().map_or_else(|| missing(self.end), |o| o.value);
        }
        let (op, at) = first.prefixes.remove(0);
        let operand = self.climb(match op {
            UnaryOp::Not => NOT,
            UnaryOp::Neg => NEG,
        });
        Expr { span: at.to(operand.span), kind: ExprKind::Unary { op, operand: Box::new(operand) } }
    }
}

/// An expression that stands somewhere, if only where it was looked for.
fn placed(mut expr: Expr, at: Span) -> Expr {
    if expr.span == Span::default() {
        expr.span = at;
    }
    expr
}

/// One word or number.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= 30 && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}
