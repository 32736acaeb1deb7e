//! Expressions, texts with holes in them, and matches with their patterns.

use super::{Body, Name};
use crate::Span;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands, brackets of its own included.
    pub span: Span,
}

/// What an expression says. Literals keep their text: only the compiler decides whether the number fits or the date exists.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// Nothing was written.
    Missing,
    /// `none`
    None,
    /// `true`, `false`
    Bool(bool),
    /// `12`
    Int(String),
    /// `12.50`
    Decimal(String),
    /// `15%` (the text without the sign)
    Percent(String),
    /// `12.50 GBP`
    Money {
        /// The number.
        amount: String,
        /// The currency code.
        currency: String,
    },
    /// `2026-03-31`
    Date(String),
    /// `2026-03-31T09:00`
    DateTime(String),
    /// `2026-03`
    Period(String),
    /// `1h30m`
    Duration(String),
    /// `25MB`
    Size(String),
    /// `"…"` or `"""…"""`
    Text(Template),
    /// A name.
    Name(String),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a: 1, b, ...c }`
    Record(Vec<RecordItem>),
    /// `a.b` and `a?.b`; the name may be missing (`a.`).
    Member {
        /// Of what.
        object: Box<Expr>,
        /// Which field or function.
        name: Name,
        /// Whether it is `?.`.
        optional: bool,
    },
    /// `f(x)` and `x.f(y)` (the callee is then a member)
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// With what.
        args: Vec<Arg>,
    },
    /// `not a`, `-a`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// `r => …`, `(a, b) => …`
    Lambda {
        /// Its parameters.
        params: Vec<Name>,
        /// What it yields.
        body: Box<Expr>,
    },
    /// `if c then a else b`
    If {
        /// The condition.
        cond: Box<Expr>,
        /// Its yes.
        then: Box<Expr>,
        /// Its no.
        otherwise: Box<Expr>,
    },
    /// `match x { a => 1, else => 2 }`
    Match(Box<Match>),
    /// `(a)`
    Paren(Box<Expr>),
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Neg,
}

/// Operators with two operands, from the loosest: `or`, `and`, comparisons and `in` (they do not chain), `??`, `+ -`, `* /`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    NotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    In,
    NotIn,
    Coalesce,
    Add,
    Sub,
    Mul,
    Div,
}

/// A part of a record literal.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordItem {
    /// `...base`
    Spread {
        /// The record that is taken over.
        value: Expr,
        /// Where it stands.
        span: Span,
    },
    /// `name: value`, or `name` alone for `name: name`
    Field {
        /// The field.
        name: Name,
        /// Its value; `None` for the short form.
        value: Option<Expr>,
        /// Where it stands.
        span: Span,
    },
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// `name:` before it.
    pub name: Option<Name>,
    /// Its value.
    pub value: Expr,
    /// Where it stands.
    pub span: Span,
}

/// A text with holes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template {
    /// Its parts, in order; escapes are resolved and the indentation of a block is removed.
    pub parts: Vec<TemplatePart>,
    /// With its quotes.
    pub span: Span,
    /// Whether it was written with three quotes.
    pub block: bool,
}

impl Template {
    /// The text, where it has no holes.
    pub fn plain(&self) -> Option<String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                TemplatePart::Text(text) => out.push_str(text),
                _ => return None,
            }
        }
        Some(out)
    }
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatePart {
    /// Plain text.
    Text(String),
    /// `{{ expr }}`
    Expr(Expr),
    /// `{% for x in xs %} … {% endfor %}`
    For {
        /// The name of an element.
        name: Name,
        /// The list.
        list: Expr,
        /// What is repeated.
        parts: Vec<TemplatePart>,
        /// The opening tag.
        span: Span,
    },
    /// `{% if a %} … {% elif b %} … {% else %} … {% endif %}`
    If {
        /// Conditions with what they show.
        arms: Vec<(Expr, Vec<TemplatePart>)>,
        /// What is shown else.
        otherwise: Vec<TemplatePart>,
        /// The opening tag.
        span: Span,
    },
}

/// `match x { … }` as a statement or an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// What is looked at.
    pub subject: Expr,
    /// Its arms.
    pub arms: Vec<MatchArm>,
    /// The whole.
    pub span: Span,
}

/// One arm.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchArm {
    /// What it fits.
    pub pattern: Pattern,
    /// `if cond` after the pattern.
    pub guard: Option<Expr>,
    /// What happens.
    pub body: ArmBody,
    /// The whole arm.
    pub span: Span,
}

/// What an arm does.
#[derive(Debug, Clone, PartialEq)]
pub enum ArmBody {
    /// `=> value`
    Expr(Expr),
    /// `{ … }`
    Body(Body),
}

/// What an arm fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// What it says.
    pub kind: PatternKind,
    /// Where it stands.
    pub span: Span,
}

/// What a pattern says.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    /// Nothing was written.
    Missing,
    /// `else`
    Else,
    /// A literal (`none`, `true`, numbers, texts, dates …).
    Literal(Box<Expr>),
    /// `name`, `Enum.value` or `name (binding)`: an enum value, a signal, `late`, `until`, `ok (v)`, `failed (e)`, `some (v)`.
    Name {
        /// The word, dotted where written so.
        name: Name,
        /// `(v)`
        binding: Option<Name>,
    },
}
