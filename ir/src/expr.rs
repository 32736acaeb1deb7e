//! Pure expressions. They lie in one arena ([`crate::Program::exprs`]); an expression refers only to expressions before
//! it, so there are no cycles, evaluation always ends, and the verifier proves it by one comparison each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::program::Slot;
use crate::types::Type;
use crate::value::Value;

/// An index into [`crate::Program::exprs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExprId(pub u32);

impl fmt::Display for ExprId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "e{}", self.0)
    }
}

/// A name that exists only while an expression is evaluated: the parameter of a lambda, the payload in a `where`, a match
/// binding, the gate inside its own clauses. Each has a number of its own in the program, below [`crate::Program::locals`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalId(pub u32);

/// A pure expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// A literal.
    Const(Value),
    /// What a slot of the run holds. A slot that holds nothing yet reads as `none`.
    Slot(Slot),
    /// What a local holds.
    Local(LocalId),
    /// `of.name` of a record. On `none`, the failure `none_value`.
    Field {
        /// The record.
        of: ExprId,
        /// The field.
        name: String,
    },
    /// `of?.name`: `none` where `of` is `none`.
    OptionalField {
        /// The record or `none`.
        of: ExprId,
        /// The field.
        name: String,
    },
    /// A list of values.
    List(Vec<ExprId>),
    /// A record of values, in the order of its type.
    Record(Vec<(String, ExprId)>),
    /// A map by its keys, each once.
    Map(Vec<(String, ExprId)>),
    /// `{ ...base, a: 1 }`: the fields of `base`, with some of them set.
    With {
        /// The record that is taken over.
        base: ExprId,
        /// The fields that are set.
        fields: Vec<(String, ExprId)>,
    },
    /// `not a`, `-a`
    Unary(UnaryOp, ExprId),
    /// `a + b` and its like; both sides are evaluated, the left one first.
    Binary(BinaryOp, ExprId, ExprId),
    /// `a and b`; the right side only where the left is true.
    And(ExprId, ExprId),
    /// `a or b`; the right side only where the left is false.
    Or(ExprId, ExprId),
    /// `a ?? b`; the right side only where the left is `none`.
    Coalesce(ExprId, ExprId),
    /// `if c then a else b`; one side only.
    If(ExprId, ExprId, ExprId),
    /// A text made of the display texts of its parts.
    Template(Vec<ExprId>),
    /// A call of a built-in function. Lambdas among the arguments are [`Expr::Lambda`].
    Call(Builtin, Vec<ExprId>),
    /// A function value, only as an argument of a [`Expr::Call`]. Its parameters are set before its body is evaluated.
    Lambda {
        /// Its parameters.
        params: Vec<LocalId>,
        /// What it yields.
        body: ExprId,
    },
    /// Sets a local while `body` is evaluated (a match binding, an inlined `fn`).
    Let {
        /// The local.
        local: LocalId,
        /// Its value.
        value: ExprId,
        /// What is evaluated with it.
        body: ExprId,
    },
    /// A named value: `ok (v)`.
    Variant {
        /// Its name.
        tag: String,
        /// What it carries.
        value: ExprId,
    },
    /// Whether a variant has this name.
    IsVariant {
        /// The variant.
        of: ExprId,
        /// The name.
        tag: String,
    },
    /// What a variant carries.
    VariantValue(ExprId),
    /// The value as one of a type: a record gets the fields of the type in its order (defaults and `none` for absent ones),
    /// money is checked for its currency. The failure is `conversion`.
    Fit {
        /// The value.
        value: ExprId,
        /// The type.
        ty: Type,
    },
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`, on int, decimal, money and duration.
    Neg,
}

/// Operators that evaluate both operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinaryOp {
    /// Equality; never fails. Money of two currencies is unequal.
    Eq,
    /// Its opposite.
    NotEq,
    /// Ordering of numbers, money (one currency, else the failure `currency`), text, dates, datetimes, periods, durations, enumerations never.
    Less,
    /// `<=`
    LessEq,
    /// `>`
    Greater,
    /// `>=`
    GreaterEq,
    /// Whether the right side (list, map key, text) contains the left.
    In,
    /// int+int, decimal+decimal, int and decimal mixed give decimal, money+money, text+text, list+list, date+duration, datetime+duration, period+int (months), duration+duration.
    Add,
    /// The opposite of `+`; date-date and datetime-datetime give a duration, period-period an int (months).
    Sub,
    /// Numbers; money or duration times a number. Exact; more than 28 digits are the failure `overflow`.
    Mul,
    /// Numbers give decimal; money by a number money; money by money decimal. By zero the failure `division_by_zero`. Results that do not end are
    /// rounded half to even at 28 significant digits.
    Div,
}

/// The built-in functions. Arguments come in the order written here; `x.f(y)` is `f(x, y)`. A lambda is written `T => U`.
/// Failures: `conversion`, `currency`, `overflow`, `division_by_zero`, `out_of_range`, `not_one`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Builtin {
    /// `count(list<T> | map<T> | text) -> int`; with a lambda `T => bool`, how many fit.
    Count,
    /// `map(list<T>, T => U) -> list<U>`
    Map,
    /// `filter(list<T>, T => bool) -> list<T>`
    Filter,
    /// `flat_map(list<T>, T => list<U>) -> list<U>`
    FlatMap,
    /// `any(list<T>, T => bool) -> bool`
    Any,
    /// `all(list<T>, T => bool) -> bool`
    All,
    /// `first(list<T>) -> T?`; with a lambda, the first that fits.
    First,
    /// `last(list<T>) -> T?`; with a lambda, the last that fits.
    Last,
    /// `only(list<T>) -> T`: the single element, else the failure `not_one`.
    Only,
    /// `at(list<T>, int) -> T?`, from 0; `at(map<T>, text) -> T?`
    At,
    /// `take(list<T>, int) -> list<T>`
    Take,
    /// `drop(list<T>, int) -> list<T>`
    Drop,
    /// `present(list<T?>) -> list<T>`: those that are not `none`.
    Present,
    /// `reverse(list<T>) -> list<T>`
    Reverse,
    /// `distinct(list<T>) -> list<T>`: the first of equal ones, in order; with a lambda, by what it yields.
    Distinct,
    /// `sort_by(list<T>, T => key) -> list<T>`: stable, ascending.
    SortBy,
    /// `group_by(list<T>, T => text) -> map<list<T>>`
    GroupBy,
    /// `sum(list<T>, T => number | money) -> number | money`. Arguments: list, lambda or `none`, currency or `none`. An empty sum of int or
    /// decimal is given as the fourth argument (`0`); of money it is zero in the currency, and without one the failure `currency`.
    Sum,
    /// `totals(list<T>, T => money) -> map<money>` by currency code.
    Totals,
    /// `min(list<T>, T => key?) -> T?`: with a lambda the element with the smallest key, else the smallest element.
    /// `min(key, key) -> key`: the lesser of two values.
    Min,
    /// `max(list<T>, T => key?) -> T?` and `max(key, key) -> key`
    Max,
    /// `average(list<number>) -> decimal?`
    Average,
    /// `contains(list<T> | text, T | text) -> bool`
    Contains,
    /// `join(list<text>, text) -> text`
    Join,
    /// `left_join(list<A>, list<B>, A => key, B => key) -> list<{ left: A, right: B? }>`, in the order of the left, first match.
    LeftJoin,
    /// `zip(list<A>, list<B>) -> list<{ left: A, right: B }>` up to the shorter.
    Zip,
    /// `range(int, int) -> list<int>`: from the first to before the second; at most 10,000, else `out_of_range`.
    Range,
    /// `keys(map<T>) -> list<text>`
    Keys,
    /// `values(map<T>) -> list<T>`; of `list<outcome<T>>` the values of those that are `ok`.
    Values,
    /// `failures(list<outcome<T>>) -> list<{ key: text, error: Failure }>`
    Failures,
    /// `to_map(list<T>, T => text) -> map<T>`: the last of equal keys wins.
    ToMap,
    /// `abs(number | money)`
    Abs,
    /// `round(decimal | money, int = 0 for decimal, 2 for money) `: half away from zero, as on an invoice.
    Round,
    /// `floor(decimal) -> int`
    Floor,
    /// `ceil(decimal) -> int`
    Ceil,
    /// `to_decimal(int) -> decimal`
    ToDecimal,
    /// `to_int(decimal) -> int`: the failure `conversion` where it is not whole.
    ToInt,
    /// `to_text(value) -> text`: the display text.
    ToText,
    /// `money(decimal | int, currency) -> money`
    Money,
    /// `m.amount -> decimal` and `m.currency -> currency` are fields in the language.
    Amount,
    /// See [`Builtin::Amount`].
    CurrencyOf,
    /// `in(money, currency) -> money<C>`: the failure `currency` where it is another.
    InCurrency,
    /// `upper(text) -> text`
    Upper,
    /// `lower(text) -> text`
    Lower,
    /// `trim(text) -> text`
    Trim,
    /// `starts_with(text, text) -> bool`
    StartsWith,
    /// `ends_with(text, text) -> bool`
    EndsWith,
    /// `replace(text, text, text) -> text`
    Replace,
    /// `split(text, text) -> list<text>`
    Split,
    /// `slice(text, int, int) -> text` by characters, from 0; clamped.
    Slice,
    /// `parse_int(text) -> int?`
    ParseInt,
    /// `parse_decimal(text) -> decimal?`
    ParseDecimal,
    /// `parse_date(text) -> date?`, ISO form.
    ParseDate,
    /// `now() -> datetime`: the run's own clock.
    Now,
    /// `today() -> date`: in the run's zone.
    Today,
    /// `uuid() -> text`: from the run's own seed; each call another. Only where an op evaluates it, never in a live clause.
    Uuid,
    /// `date_of(datetime) -> date`, in the run's zone.
    DateOf,
    /// `period_of(date) -> period`
    PeriodOf,
    /// `previous_period(date | period) -> period`
    PreviousPeriod,
    /// `next_period(date | period) -> period`
    NextPeriod,
    /// `start_of(period) -> date`
    StartOf,
    /// `end_of(period) -> date`: its last day.
    EndOf,
    /// `year(date | period) -> int`
    Year,
    /// `month(date | period) -> int`
    Month,
    /// `day(date) -> int`
    Day,
    /// `weekday(date) -> int`, Monday 1 to Sunday 7.
    Weekday,
    /// `days(date, date) -> int`: from the first to the second.
    DaysBetween,
    /// `add_working_days(date, int) -> date`
    AddWorkingDays,
    /// `roles_of(...)` is not in the language; `is_some(value) -> bool` is what `x != none` is lowered to.
    IsSome,
}
