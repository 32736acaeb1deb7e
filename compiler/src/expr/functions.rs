//! The built-in functions: their signatures, and what the docs say of them.
//!
//! The signatures are read by the checker itself, so the docs cannot differ from what compiles. In them `T U A B` stand for any type, `K` for one
//! that has an order, `N` for int or decimal, `Q` for int, decimal or money, `R` for decimal or money.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ntro_ir::Builtin;

/// A built-in function for docs and hover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionDoc {
    /// Its name: `flat_map`.
    pub name: &'static str,
    /// How it may be called: `flat_map(list<T>, T => list<U>) -> list<U>`, one for each form.
    pub signatures: Vec<String>,
    /// What it does.
    pub doc: &'static str,
}

/// A built-in function in the table.
pub(crate) struct Function {
    pub name: &'static str,
    pub builtin: Builtin,
    /// Without the name, one form after another.
    pub forms: &'static [&'static str],
    pub doc: &'static str,
}

const fn f(name: &'static str, builtin: Builtin, forms: &'static [&'static str], doc: &'static str) -> Function {
    Function { name, builtin, forms, doc }
}

/// All built-in functions, by subject.
#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Function] = &[
    // Lists and maps.
    f("count", Builtin::Count, &["(list<T>) -> int", "(list<T>, T => bool) -> int", "(map<T>) -> int", "(text) -> int"],
        "How many elements there are; with a condition, how many fulfil it; of a text, how many characters."),
    f("map", Builtin::Map, &["(list<T>, T => U) -> list<U>"], "What becomes of each element."),
    f("filter", Builtin::Filter, &["(list<T>, T => bool) -> list<T>"], "The elements that fulfil a condition."),
    f("flat_map", Builtin::FlatMap, &["(list<T>, T => list<U>) -> list<U>"], "The lists that become of the elements, one after the other in one list."),
    f("any", Builtin::Any, &["(list<T>, T => bool) -> bool"], "Whether at least one element fulfils a condition; of an empty list `false`."),
    f("all", Builtin::All, &["(list<T>, T => bool) -> bool"], "Whether every element fulfils a condition; of an empty list `true`."),
    f("first", Builtin::First, &["(list<T>) -> T?", "(list<T>, T => bool) -> T?"], "The first element, or the first that fulfils a condition; `none` where there is none."),
    f("last", Builtin::Last, &["(list<T>) -> T?", "(list<T>, T => bool) -> T?"], "The last element, or the last that fulfils a condition; `none` where there is none."),
    f("only", Builtin::Only, &["(list<T>) -> T"], "The single element. The step fails where there is none or more than one."),
    f("at", Builtin::At, &["(list<T>, int) -> T?", "(map<T>, text) -> T?"], "The element at a place, counted from 0, or under a key; `none` where there is none."),
    f("take", Builtin::Take, &["(list<T>, int) -> list<T>"], "The first so many elements."),
    f("drop", Builtin::Drop, &["(list<T>, int) -> list<T>"], "All but the first so many elements."),
    f("present", Builtin::Present, &["(list<T?>) -> list<T>"], "The elements that are not `none`."),
    f("reverse", Builtin::Reverse, &["(list<T>) -> list<T>"], "The elements from the last to the first."),
    f("distinct", Builtin::Distinct, &["(list<T>) -> list<T>", "(list<T>, T => U) -> list<T>"], "Each element once: the first of equal ones stays. With a rule, those for which it gives the same count as equal."),
    f("sort_by", Builtin::SortBy, &["(list<T>, T => K) -> list<T>"], "The elements in ascending order of what the rule gives; equal ones keep their order."),
    f("group_by", Builtin::GroupBy, &["(list<T>, T => text) -> map<list<T>>"], "The elements by what the rule gives."),
    f("sum", Builtin::Sum, &["(list<Q>) -> Q", "(list<T>, T => Q) -> Q"],
        "The sum of the elements, or of what the rule gives. Money must be of one known currency (`money<GBP>`), or it is named: `sum(r => r.amount, in: GBP)`; the step fails where an amount has another one."),
    f("totals", Builtin::Totals, &["(list<money>) -> map<money>", "(list<T>, T => money) -> map<money>"], "One sum for each currency, by its code."),
    f("min", Builtin::Min, &["(list<K>) -> K?", "(list<T>, T => K) -> T?", "(K, K) -> K"], "The smallest element, or the element for which the rule gives the least; `none` of an empty list. Of two values the lesser."),
    f("max", Builtin::Max, &["(list<K>) -> K?", "(list<T>, T => K) -> T?", "(K, K) -> K"], "The largest element, or the element for which the rule gives the most; `none` of an empty list. Of two values the greater."),
    f("average", Builtin::Average, &["(list<N>) -> decimal?", "(list<T>, T => N) -> decimal?"], "The mean of numbers; `none` of an empty list."),
    f("contains", Builtin::Contains, &["(list<T>, T) -> bool", "(text, text) -> bool"], "Whether an element, or a piece of text, is in it."),
    f("join", Builtin::Join, &["(list<text>, text) -> text"], "The texts one after the other, with another between them."),
    f("left_join", Builtin::LeftJoin, &["(list<A>, list<B>, A => K, B => K) -> list<Joined<A, B>>"], "Each element of the first list as `left`, and as `right` the first element of the second list with the same key, or `none`."),
    f("zip", Builtin::Zip, &["(list<A>, list<B>) -> list<Pair<A, B>>"], "The elements of two lists side by side as `left` and `right`, up to the end of the shorter."),
    f("range", Builtin::Range, &["(int, int) -> list<int>"], "The whole numbers from the first to before the second, at most 10,000."),
    f("keys", Builtin::Keys, &["(map<T>) -> list<text>"], "The keys of a map, in order."),
    f("values", Builtin::Values, &["(map<T>) -> list<T>", "(list<outcome<T>>) -> list<T>"], "The values of a map in the order of its keys; of outcomes, the values of those that went well."),
    f("failures", Builtin::Failures, &["(list<outcome<T>>) -> list<KeyedFailure>"], "The outcomes that failed: each with its `key` and its `error`."),
    f("to_map", Builtin::ToMap, &["(list<T>, T => text) -> map<T>"], "The elements under the keys that the rule gives; the last of equal keys stays."),
    // Numbers and money.
    f("abs", Builtin::Abs, &["(Q) -> Q"], "The number or the amount without its minus."),
    f("round", Builtin::Round, &["(R) -> R", "(R, int) -> R"], "Rounded half away from zero, as on an invoice: money to 2 digits, a decimal to 0, unless the digits are given."),
    f("floor", Builtin::Floor, &["(decimal) -> int"], "The whole number below."),
    f("ceil", Builtin::Ceil, &["(decimal) -> int"], "The whole number above."),
    f("to_decimal", Builtin::ToDecimal, &["(int) -> decimal"], "The whole number as a decimal."),
    f("to_int", Builtin::ToInt, &["(decimal) -> int"], "The decimal as a whole number. The step fails where it is not whole: round it first."),
    f("to_text", Builtin::ToText, &["(T) -> text"], "The text that people see of a value."),
    f("money", Builtin::Money, &["(decimal, currency) -> money", "(int, currency) -> money"], "An amount of a currency: `money(12.50, GBP)`."),
    f("in", Builtin::InCurrency, &["(money, currency) -> money"], "The same money, known to be of this currency. The step fails where it is another."),
    // Text.
    f("upper", Builtin::Upper, &["(text) -> text"], "In capitals."),
    f("lower", Builtin::Lower, &["(text) -> text"], "In small letters."),
    f("trim", Builtin::Trim, &["(text) -> text"], "Without blanks at both ends."),
    f("starts_with", Builtin::StartsWith, &["(text, text) -> bool"], "Whether a text begins with another."),
    f("ends_with", Builtin::EndsWith, &["(text, text) -> bool"], "Whether a text ends with another."),
    f("replace", Builtin::Replace, &["(text, text, text) -> text"], "With every occurrence of the second text replaced by the third."),
    f("split", Builtin::Split, &["(text, text) -> list<text>"], "The pieces between the occurrences of the second text."),
    f("slice", Builtin::Slice, &["(text, int, int) -> text"], "The characters from one place to before another, counted from 0."),
    f("parse_int", Builtin::ParseInt, &["(text) -> int?"], "The whole number that a text says; `none` where it says none."),
    f("parse_decimal", Builtin::ParseDecimal, &["(text) -> decimal?"], "The number that a text says; `none` where it says none."),
    f("parse_date", Builtin::ParseDate, &["(text) -> date?"], "The date that a text says as `2026-03-31`; `none` where it says none."),
    // Time.
    f("now", Builtin::Now, &["() -> datetime"], "The present moment, by the run's own clock."),
    f("today", Builtin::Today, &["() -> date"], "The present day, in the run's zone."),
    f("uuid", Builtin::Uuid, &["() -> text"], "An identifier that no other has."),
    f("date_of", Builtin::DateOf, &["(datetime) -> date"], "The day of a moment, in the run's zone."),
    f("period_of", Builtin::PeriodOf, &["(date) -> period"], "The month of a day."),
    f("previous_period", Builtin::PreviousPeriod, &["(date) -> period", "(period) -> period"], "The month before."),
    f("next_period", Builtin::NextPeriod, &["(date) -> period", "(period) -> period"], "The month after."),
    f("start_of", Builtin::StartOf, &["(period) -> date"], "The first day of a month."),
    f("end_of", Builtin::EndOf, &["(period) -> date"], "The last day of a month."),
    f("year", Builtin::Year, &["(date) -> int", "(period) -> int"], "The year."),
    f("month", Builtin::Month, &["(date) -> int", "(period) -> int"], "The month, 1 to 12."),
    f("day", Builtin::Day, &["(date) -> int"], "The day of the month."),
    f("weekday", Builtin::Weekday, &["(date) -> int"], "The day of the week, Monday 1 to Sunday 7."),
    f("days", Builtin::DaysBetween, &["(date, date) -> int"], "How many days lie between the first and the second."),
    f("add_working_days", Builtin::AddWorkingDays, &["(date, int) -> date"], "The day that many working days later."),
];

/// The functions that take a value of a type first.
pub(crate) fn fitting(items: &crate::items::Items, ty: &crate::ty::Ty) -> Vec<FunctionDoc> {
    let takes = |function: &&Function| super::signature::takes_first(items, function, ty);
    FUNCTIONS.iter().filter(takes).map(doc).collect()
}

fn doc(function: &Function) -> FunctionDoc {
    FunctionDoc {
        name: function.name,
        signatures: function.forms.iter().map(|form| format!("{}{form}", function.name)).collect(),
        doc: function.doc,
    }
}

/// The function of a name.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    // Every call and every name that stands for nothing asks.
    static BY_NAME: LazyLock<BTreeMap<&str, &Function>> =
        LazyLock::new(|| FUNCTIONS.iter().map(|function| (function.name, function)).collect());
    BY_NAME.get(name).copied()
}

/// All built-in functions, by subject.
pub fn functions() -> Vec<FunctionDoc> {
    FUNCTIONS.iter().map(doc).collect()
}
