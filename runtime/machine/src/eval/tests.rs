#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use ntro_ir::{
    BinaryOp, Builtin, Currency, EnumDef, Expr, ExprId, FieldDef, LocalId, Money, Period, Program, RecordDef, Slot,
    Type, TypeDef, UnaryOp, Value, decimal,
};

use super::{Clock, Env, EvalError};

/// Expressions being put into an arena.
#[derive(Default)]
struct Arena(Vec<Expr>);

impl Arena {
    fn put(&mut self, expr: Expr) -> ExprId {
        self.0.push(expr);
        ExprId(self.0.len() as u32 - 1)
    }

    fn constant(&mut self, value: Value) -> ExprId {
        self.put(Expr::Const(value))
    }

    fn call(&mut self, builtin: Builtin, args: &[ExprId]) -> ExprId {
        self.put(Expr::Call(builtin, args.to_vec()))
    }

    /// `l0 => body(l0)`
    fn lambda(&mut self, body: impl FnOnce(&mut Arena, ExprId) -> ExprId) -> ExprId {
        let it = self.put(Expr::Local(LocalId(0)));
        let body = body(self, it);
        self.put(Expr::Lambda { params: vec![LocalId(0)], body })
    }
}

fn program(exprs: Vec<Expr>, types: Vec<TypeDef>) -> Program {
    Program {
        ir_version: ntro_ir::IR_VERSION,
        name: "test".to_owned(),
        title: "Test".to_owned(),
        version: String::new(),
        tags: Vec::new(),
        doc: String::new(),
        types,
        input: 0,
        config: 0,
        output: Type::Nothing,
        exprs,
        locals: 4,
        ops: Vec::new(),
        slots: Vec::new(),
        blocks: Vec::new(),
        gates: Vec::new(),
        awaits: Vec::new(),
        children: Vec::new(),
        calls: Vec::new(),
        handlers: Vec::new(),
        signals: Vec::new(),
        roles: Vec::new(),
        scopes: Vec::new(),
        undos: Vec::new(),
        failures_name_their_own: false,
        answered_steps_are_undone: false,
        escalation_reaches_senders: false,
    }
}

fn clock() -> Clock {
    Clock::new("2026-03-31T23:30:00Z".parse().unwrap(), "run-1")
}

fn eval_in(arena: Arena, id: ExprId, types: Vec<TypeDef>) -> Result<Value, EvalError> {
    let program = program(arena.0, types);
    let slots: Vec<Value> = vec![Value::Int(7)];
    let clock = clock();
    Env::new(&program, &slots, &clock).eval(id)
}

fn eval(build: impl FnOnce(&mut Arena) -> ExprId) -> Result<Value, EvalError> {
    let mut arena = Arena::default();
    let id = build(&mut arena);
    eval_in(arena, id, Vec::new())
}

/// Calls a built-in function with values.
fn call(builtin: Builtin, args: &[Value]) -> Result<Value, EvalError> {
    eval(|a| {
        let args: Vec<_> = args.iter().map(|value| a.constant(value.clone())).collect();
        a.call(builtin, &args)
    })
}

/// Calls a function of a list with a function of its items.
fn over(
    builtin: Builtin,
    items: Vec<Value>,
    body: impl FnOnce(&mut Arena, ExprId) -> ExprId,
    more: &[Value],
) -> Result<Value, EvalError> {
    eval(|a| {
        let mut args = vec![a.constant(Value::list(items)), a.lambda(body)];
        args.extend(more.iter().map(|value| a.constant(value.clone())));
        a.call(builtin, &args)
    })
}

fn op(op: BinaryOp, left: Value, right: Value) -> Result<Value, EvalError> {
    eval(|a| {
        let (left, right) = (a.constant(left), a.constant(right));
        a.put(Expr::Binary(op, left, right))
    })
}

/// A value as it is written in the language, for the tables below.
fn v(text: &str) -> Value {
    if let Some((amount, code)) = text.split_once(' ')
        && let (Some(amount), Some(currency)) = (decimal::parse(amount), Currency::new(code))
    {
        return Value::Money(Money { amount, currency });
    }
    if let Some(quoted) = text.strip_prefix('"') {
        return Value::text(quoted.trim_end_matches('"'));
    }
    if let Some(inner) = text.strip_prefix('[') {
        let inner = inner.trim_end_matches(']');
        return Value::list(inner.split(", ").filter(|part| !part.is_empty()).map(v).collect());
    }
    match text {
        "none" => return Value::None,
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    if let Ok(number) = text.parse() {
        return Value::Int(number);
    }
    if let Some(number) = decimal::parse(text) {
        return Value::Decimal(number);
    }
    if let Some(period) = Period::parse(text) {
        return Value::Period(period);
    }
    if text.len() == 10
        && let Ok(date) = text.parse()
    {
        return Value::Date(date);
    }
    if let Ok(instant) = text.parse() {
        return Value::DateTime(instant);
    }
    if let Some(ms) = ntro_ir::display::parse_duration(text) {
        return Value::Duration(ms);
    }
    Currency::new(text).map(Value::Currency).unwrap_or_else(|| panic!("{text} is no value"))
}

/// A result as text: its kind with its display, or `kind: message` of a failure.
fn show(result: Result<Value, EvalError>) -> String {
    match result {
        Ok(Value::None) => "none".to_owned(),
        Ok(value) => value.display(),
        Err(error) => format!("{}! {}", error.kind, error.message),
    }
}

#[test]
fn operators() {
    use BinaryOp::{Add, Div, Eq, Greater, GreaterEq, In, Less, LessEq, Mul, NotEq, Sub};
    for (left, operator, right, expected) in [
        ("1", Add, "2", "3"),
        ("1", Add, "0.50", "1.50"),
        ("7", Div, "2", "3.5"),
        ("6", Div, "2", "3"),
        ("6", Div, "0", "division_by_zero! 6 is divided by zero."),
        (
            "9223372036854775807",
            Add,
            "1",
            "overflow! 9223372036854775807 + 1 is beyond the largest whole number, 9223372036854775807.",
        ),
        ("500.01 GBP", Add, "0.99 GBP", "501.00 GBP"),
        (
            "500.01 GBP",
            Sub,
            "1.00 EUR",
            "currency! 500.01 GBP - 1.00 EUR: the left side is in GBP and the right side in EUR; amounts in different currencies cannot be put together.",
        ),
        ("500.01 GBP", Mul, "0.10", "50.001 GBP"),
        ("3", Mul, "0.10 GBP", "0.30 GBP"),
        ("10.00 GBP", Div, "4", "2.50 GBP"),
        ("10.00 GBP", Div, "4.00 GBP", "2.50"),
        ("1 GBP", Div, "0 GBP", "division_by_zero! 1.00 GBP is divided by zero."),
        ("1", Eq, "1.0", "true"),
        ("1 GBP", Eq, "1.00 GBP", "true"),
        ("1 GBP", Eq, "1 EUR", "false"),
        ("1 GBP", NotEq, "1 EUR", "true"),
        (
            "1 GBP",
            Less,
            "1 EUR",
            "currency! `<` compares 1.00 GBP with 1.00 EUR; amounts in GBP and EUR have no order.",
        ),
        ("1", Less, "1.5", "true"),
        ("2026-03-31", GreaterEq, "2026-03-31", "true"),
        ("2026-03", Greater, "2026-02", "true"),
        ("90m", LessEq, "1h30m", "true"),
        (
            "none",
            Less,
            "1",
            "none_value! `<` compares `none` with the whole number `1`; nothing is less or more than `none`.",
        ),
        ("none", Eq, "none", "true"),
        ("\"b\"", In, "[\"a\", \"b\"]", "true"),
        ("\"ell\"", In, "\"hello\"", "true"),
        ("\"a\"", Add, "\"b\"", "ab"),
        ("[1]", Add, "[2, 3]", "1, 2, 3"),
        ("2026-03-31", Add, "1d", "2026-04-01"),
        ("2026-03-01", Sub, "1d", "2026-02-28"),
        (
            "2026-03-31",
            Add,
            "1h",
            "out_of_range! 2026-03-31 + 1h: a date has no time of day, so only whole days such as `3d` can be added or taken away.",
        ),
        ("2026-03-31", Sub, "2026-03-01", "30d"),
        (
            "9999-12-31",
            Add,
            "1d",
            "out_of_range! 9999-12-31 + 1d is outside the calendar, which has the years 1 to 9999.",
        ),
        ("2026-03-31T23:30:00Z", Add, "1h", "2026-04-01T00:30:00Z"),
        ("2026-03-31T23:30:00Z", Sub, "2026-03-31T22:00:00Z", "1h30m"),
        ("2026-12", Add, "2", "2027-02"),
        ("2026-03", Sub, "2025-12", "3"),
        ("1h", Add, "30m", "1h30m"),
        ("1h", Mul, "1.5", "1h30m"),
        (
            "none",
            Add,
            "1",
            "none_value! `+` has `none` on its left and the whole number `1` on its right; both must have a value.",
        ),
        (
            "true",
            Add,
            "1",
            "program! The program is not well-formed: `+` has the truth value `true` on its left and the whole number `1` on its right.",
        ),
    ] {
        assert_eq!(show(op(operator, v(left), v(right))), expected, "{left} {operator:?} {right}");
    }
}

#[test]
fn functions_of_values() {
    use Builtin as B;
    let cases: Vec<(Builtin, Vec<&str>, &str)> = vec![
        (B::Count, vec!["[1, 2]"], "2"),
        (B::Count, vec!["\"née\""], "3"),
        (B::First, vec!["[]"], "none"),
        (B::First, vec!["[1, 2]"], "1"),
        (B::Last, vec!["[1, 2]"], "2"),
        (B::Only, vec!["[5]"], "5"),
        (B::Only, vec!["[5, 6]"], "not_one! `only` needs exactly one item, and there are 2."),
        (B::Only, vec!["[]"], "not_one! `only` needs exactly one item, and the list is empty."),
        (B::At, vec!["[5, 6]", "1"], "6"),
        (B::At, vec!["[5, 6]", "-1"], "none"),
        (B::Take, vec!["[1, 2, 3]", "2"], "1, 2"),
        (B::Take, vec!["[1, 2, 3]", "-2"], ""),
        (B::Drop, vec!["[1, 2, 3]", "2"], "3"),
        (B::Present, vec!["[1, none, 3]"], "1, 3"),
        (B::Reverse, vec!["[1, 2, 3]"], "3, 2, 1"),
        (B::Distinct, vec!["[3, 1, 3, 1.0, 2]"], "3, 1, 2"),
        (B::Min, vec!["[3, 1, none, 2]"], "1"),
        (B::Max, vec!["[3 GBP, 4 GBP]"], "4.00 GBP"),
        (
            B::Max,
            vec!["[3 GBP, 4 EUR]"],
            "currency! `max` compares 4.00 EUR with 3.00 GBP; amounts in EUR and GBP have no order.",
        ),
        (B::Average, vec!["[1, 2]"], "1.5"),
        (B::Average, vec!["[]"], "none"),
        (B::Sum, vec!["[1, 2.5]", "none", "none", "0"], "3.5"),
        (B::Sum, vec!["[]", "none", "none", "0"], "0"),
        (B::Sum, vec!["[]", "none", "GBP"], "0.00 GBP"),
        (
            B::Sum,
            vec!["[]"],
            "currency! `sum` of an empty list of amounts has no currency. Name it: `sum(…, in: GBP)`.",
        ),
        (
            B::Sum,
            vec!["[1 GBP, 2 EUR]"],
            "currency! `sum` adds amounts of one currency, and here are GBP and EUR (2.00 EUR). Use `totals` for a sum in each currency.",
        ),
        (
            B::Sum,
            vec!["[1 EUR]", "none", "GBP"],
            "currency! `sum(in: GBP)` meets 1.00 EUR, which is in EUR. Use `totals` for a sum in each currency.",
        ),
        (B::Totals, vec!["[1 GBP, 2 EUR, 3 GBP]"], "{ EUR: 2.00 EUR, GBP: 4.00 GBP }"),
        (B::Contains, vec!["[1, 2]", "2.0"], "true"),
        (B::Join, vec!["[\"a\", \"b\"]", "\" - \""], "a - b"),
        (B::Zip, vec!["[1, 2]", "[3]"], "{ left: 1, right: 3 }"),
        (B::Range, vec!["1", "4"], "1, 2, 3"),
        (B::Range, vec!["4", "1"], ""),
        (B::Range, vec!["0", "10001"], "out_of_range! `range(0, 10001)` has 10001 numbers; 10000 are the most."),
        (B::Abs, vec!["-1.50 GBP"], "1.50 GBP"),
        (B::Round, vec!["2.5"], "3"),
        (B::Round, vec!["1.005 GBP"], "1.01 GBP"),
        (B::Round, vec!["1.2345", "3"], "1.235"),
        (
            B::Round,
            vec!["1.2", "-1"],
            "out_of_range! `round` of the decimal `1.2` to -1 digits: it takes from 0 to 28 digits.",
        ),
        (B::Floor, vec!["-1.5"], "-2"),
        (B::Ceil, vec!["1.2"], "2"),
        (B::ToInt, vec!["3.0"], "3"),
        (
            B::ToInt,
            vec!["3.5"],
            "conversion! 3.5 is not a whole number that fits. Use `round`, `floor` or `ceil` first.",
        ),
        (B::ToText, vec!["none"], ""),
        (B::ToText, vec!["1000.01 GBP"], "1000.01 GBP"),
        (B::Money, vec!["5", "GBP"], "5.00 GBP"),
        (B::InCurrency, vec!["5 GBP", "GBP"], "5.00 GBP"),
        (B::InCurrency, vec!["5 GBP", "EUR"], "currency! `in(EUR)`: 5.00 GBP is in GBP, and EUR is needed here."),
        (B::Upper, vec!["\"straße\""], "STRASSE"),
        (B::Trim, vec!["\" a \""], "a"),
        (B::Replace, vec!["\"a-b-c\"", "\"-\"", "\"+\""], "a+b+c"),
        (B::Replace, vec!["\"abc\"", "\"\"", "\"+\""], "abc"),
        (B::Split, vec!["\"a,b\"", "\",\""], "a, b"),
        (B::Split, vec!["\"né\"", "\"\""], "n, é"),
        (B::Slice, vec!["\"néz\"", "1", "99"], "éz"),
        (B::Slice, vec!["\"néz\"", "2", "1"], ""),
        (B::ParseInt, vec!["\" 12 \""], "12"),
        (B::ParseInt, vec!["\"12.5\""], "none"),
        (B::ParseDecimal, vec!["\"12.50\""], "12.50"),
        (B::ParseDecimal, vec!["\"1e5\""], "none"),
        (B::ParseDate, vec!["\"2026-02-29\""], "none"),
        (B::ParseDate, vec!["\"2026-02-28T10:00\""], "none"),
        (B::ParseDate, vec!["\"2024-02-29\""], "2024-02-29"),
        (B::Now, vec![], "2026-03-31T23:30:00Z"),
        (B::Today, vec![], "2026-03-31"),
        (B::PeriodOf, vec!["2026-03-31"], "2026-03"),
        (B::PreviousPeriod, vec!["2026-01-31"], "2025-12"),
        (B::NextPeriod, vec!["2026-12"], "2027-01"),
        (
            B::NextPeriod,
            vec!["9999-12"],
            "out_of_range! The period after 9999-12 is outside the calendar, which has the years 1 to 9999.",
        ),
        (B::StartOf, vec!["2026-02"], "2026-02-01"),
        (B::EndOf, vec!["2024-02"], "2024-02-29"),
        (B::Weekday, vec!["2026-03-01"], "7"),
        (B::DaysBetween, vec!["2026-03-01", "2026-02-27"], "-2"),
        (B::AddWorkingDays, vec!["2026-01-02", "5"], "2026-01-09"),
        (B::AddWorkingDays, vec!["2026-01-03", "-1"], "2026-01-02"),
        (
            B::AddWorkingDays,
            vec!["2026-01-03", "10001"],
            "out_of_range! `add_working_days(2026-01-03, 10001)`: it takes up to 10000 days and stays within the years 1 to 9999.",
        ),
        (B::IsSome, vec!["none"], "false"),
    ];
    for (builtin, args, expected) in cases {
        let values: Vec<_> = args.iter().map(|arg| v(arg)).collect();
        assert_eq!(show(call(builtin, &values)), expected, "{}({})", builtin.name(), args.join(", "));
    }
}

#[test]
fn functions_over_items() {
    let more_than_one = |a: &mut Arena, it: ExprId| {
        let one = a.constant(v("1"));
        a.put(Expr::Binary(BinaryOp::Greater, it, one))
    };
    let numbers = || vec![v("1"), v("2"), v("3")];
    let check = |builtin, expected: &str| assert_eq!(show(over(builtin, numbers(), more_than_one, &[])), expected);
    check(Builtin::Map, "false, true, true");
    check(Builtin::Filter, "2, 3");
    check(Builtin::Count, "2");
    check(Builtin::Any, "true");
    check(Builtin::All, "false");
    check(Builtin::First, "2");
    check(Builtin::Last, "3");
    let negative = |a: &mut Arena, it: ExprId| a.put(Expr::Unary(UnaryOp::Neg, it));
    assert_eq!(show(over(Builtin::SortBy, numbers(), negative, &[])), "3, 2, 1");
    assert_eq!(show(over(Builtin::Max, numbers(), negative, &[])), "1");
    assert_eq!(show(over(Builtin::Sum, numbers(), negative, &[Value::None, v("0")])), "-6");
    let text = |a: &mut Arena, it: ExprId| a.call(Builtin::ToText, &[it]);
    assert_eq!(show(over(Builtin::GroupBy, vec![v("1"), v("2"), v("1")], text, &[])), "{ 1: 1, 1, 2: 2 }");
    assert_eq!(show(over(Builtin::ToMap, vec![v("1"), v("2")], text, &[])), "{ 1: 1, 2: 2 }");
    let twice = |a: &mut Arena, it: ExprId| a.put(Expr::List(vec![it, it]));
    assert_eq!(show(over(Builtin::FlatMap, vec![v("1"), v("2")], twice, &[])), "1, 1, 2, 2");
}

#[test]
fn sorting_is_stable_and_refuses_two_currencies() {
    let row = |name: &str, amount: &str| Value::record([("name", Value::text(name)), ("amount", v(amount))]);
    let amount = |a: &mut Arena, of: ExprId| a.put(Expr::Field { of, name: "amount".to_owned() });
    let rows = vec![row("a", "2 GBP"), row("b", "1 GBP"), row("c", "2.00 GBP"), row("d", "none")];
    let sorted = over(Builtin::SortBy, rows, amount, &[]).unwrap();
    let Value::List(sorted) = sorted else { panic!("no list") };
    let names: Vec<_> = sorted.iter().map(|row| row.field("name").unwrap().display()).collect();
    assert_eq!(names, ["d", "b", "a", "c"]);
    let error = over(Builtin::SortBy, vec![row("a", "2 GBP"), row("b", "1 EUR")], amount, &[]).unwrap_err();
    assert_eq!(error.message, "`sort_by` compares 2.00 GBP with 1.00 EUR; amounts in GBP and EUR have no order.");
}

#[test]
fn left_join_takes_the_first_match_and_none_without_one() {
    let result = eval(|a| {
        let left = a.constant(v("[1, 2]"));
        let right = a.constant(v("[2.0, 2]"));
        let key = a.lambda(|_, it| it);
        a.call(Builtin::LeftJoin, &[left, right, key, key])
    });
    assert_eq!(show(result), "{ left: 1, right: none }, { left: 2, right: 2.0 }");
}

#[test]
fn outcomes() {
    let failure = |key: Value| Value::record([("kind", v("\"failed\"")), ("message", v("\"late\"")), ("key", key)]);
    let outcomes = Value::list(vec![
        Value::variant("ok", v("1")),
        Value::variant("failed", failure(v("\"rent\""))),
        Value::variant("failed", failure(Value::None)),
    ]);
    assert_eq!(show(call(Builtin::Values, std::slice::from_ref(&outcomes))), "1");
    let failures = call(Builtin::Failures, &[outcomes]).unwrap();
    let Value::List(failures) = failures else { panic!("no list") };
    let keys: Vec<_> = failures.iter().map(|failure| failure.field("key").unwrap().display()).collect();
    assert_eq!(keys, ["rent", "3"], "a failure without a key is called by its place");
}

#[test]
fn a_lambda_sees_what_stands_around_it_and_leaves_locals_as_they_were() {
    // let l1 = 10; [1, 2].map(l0 => l0 + l1).map(l0 => l0 * l1), and l0 of the outer function is untouched by the inner one.
    let result = eval(|a| {
        let ten = a.constant(v("10"));
        let around = a.put(Expr::Local(LocalId(1)));
        let items = a.constant(v("[1, 2]"));
        let outer = a.lambda(|a, it| {
            let inner_items = a.constant(v("[5]"));
            let inner = a.lambda(|a, it| a.put(Expr::Binary(BinaryOp::Add, it, around)));
            let inner = a.call(Builtin::Map, &[inner_items, inner]);
            let inner = a.call(Builtin::Only, &[inner]);
            a.put(Expr::Binary(BinaryOp::Add, inner, it))
        });
        let body = a.call(Builtin::Map, &[items, outer]);
        a.put(Expr::Let { local: LocalId(1), value: ten, body })
    });
    assert_eq!(show(result), "16, 17");
    let unset = eval(|a| a.put(Expr::Local(LocalId(1))));
    assert_eq!(unset.unwrap_err().kind, "program");
}

#[test]
fn only_the_side_that_is_needed_is_evaluated() {
    let fails = |a: &mut Arena| {
        let (one, zero) = (a.constant(v("1")), a.constant(v("0")));
        a.put(Expr::Binary(BinaryOp::Div, one, zero))
    };
    let result = |build: fn(ExprId, ExprId) -> Expr, first: &str| {
        eval(|a| {
            let (first, second) = (a.constant(v(first)), fails(a));
            a.put(build(first, second))
        })
    };
    assert_eq!(show(result(Expr::And, "false")), "false");
    assert_eq!(show(result(Expr::Or, "true")), "true");
    assert_eq!(show(result(Expr::Coalesce, "3")), "3");
    assert_eq!(result(Expr::And, "true").unwrap_err().kind, "division_by_zero");
    assert_eq!(result(Expr::Coalesce, "none").unwrap_err().kind, "division_by_zero");
    assert_eq!(show(result(|first, second| Expr::If(first, first, second), "true")), "true");
}

#[test]
fn fields() {
    let field = |value: Value, name: &str, optional: bool| {
        eval(|a| {
            let of = a.constant(value);
            let name = name.to_owned();
            a.put(if optional { Expr::OptionalField { of, name } } else { Expr::Field { of, name } })
        })
    };
    assert_eq!(show(field(Value::record([("a", v("1"))]), "a", false)), "1");
    assert_eq!(show(field(v("5 GBP"), "currency", false)), "GBP");
    assert_eq!(show(field(Value::None, "a", true)), "none");
    assert_eq!(
        show(field(Value::None, "a", false)),
        "none_value! `.a` is read, but there is no value here (`none`). Use `?.a` or check `!= none` first."
    );
    assert_eq!(field(v("1"), "a", false).unwrap_err().kind, "program");
}

#[test]
fn with_sets_fields_of_a_copy() {
    let result = eval(|a| {
        let base = a.constant(Value::record([("a", v("1")), ("b", v("2"))]));
        let three = a.constant(v("3"));
        let with = a.put(Expr::With { base, fields: vec![("b".to_owned(), three)] });
        a.put(Expr::List(vec![base, with]))
    });
    assert_eq!(show(result), "{ a: 1, b: 2 }, { a: 1, b: 3 }");
}

#[test]
fn fit_completes_records_in_the_order_of_their_type() {
    let field = |name: &str, ty: Type, default: Option<Value>| FieldDef {
        name: name.to_owned(),
        ty,
        default,
        doc: String::new(),
    };
    let types = vec![
        TypeDef::Record(RecordDef {
            name: "Row".to_owned(),
            fields: vec![
                field("id", Type::Text, None),
                field("last", Type::Bool, Some(Value::Bool(false))),
                field("note", Type::Optional(Box::new(Type::Text)), None),
                field("amount", Type::MoneyIn(Currency::new("GBP").unwrap()), None),
                field("status", Type::Named(1), Some(Value::Enum("open".into()))),
            ],
            doc: String::new(),
        }),
        TypeDef::Enum(EnumDef { name: "Status".to_owned(), values: vec!["open".to_owned()], doc: String::new() }),
    ];
    let fit = |value: Value| {
        let mut arena = Arena::default();
        let value = arena.constant(value);
        let id = arena.put(Expr::Fit { value, ty: Type::Named(0) });
        show(eval_in(arena, id, types.clone()))
    };
    let row = |amount: &str| Value::record([("amount", v(amount)), ("id", v("\"1\"")), ("more", v("1"))]);
    assert_eq!(fit(row("2 GBP")), "{ id: 1, last: false, note: none, amount: 2.00 GBP, status: open }");
    assert_eq!(fit(row("2 EUR")), "conversion! `amount`: 2.00 EUR is in EUR, and an amount in GBP is needed here.");
    assert_eq!(fit(Value::record([("id", v("\"1\""))])), "conversion! `amount` is missing in a record Row.");
    let with_status = Value::record([("amount", v("2 GBP")), ("id", v("\"1\"")), ("status", v("\"closed\""))]);
    assert_eq!(fit(with_status), "conversion! `status`: `closed` is no value of Status; it has open.");
}

#[test]
fn evaluation_is_bounded() {
    let deep = eval(|a| {
        let mut id = a.constant(v("1"));
        for _ in 0..10_000 {
            id = a.put(Expr::Unary(UnaryOp::Neg, id));
        }
        id
    });
    assert_eq!(deep.unwrap_err().kind, "depth");
    let long = eval(|a| {
        let items = a.call_range(10_000);
        let outer = a.lambda(|a, _| {
            let inner = a.lambda(|_, it| it);
            a.call(Builtin::Count, &[items]);
            a.call(Builtin::Map, &[items, inner])
        });
        a.call(Builtin::Map, &[items, outer])
    });
    assert_eq!(long.unwrap_err().kind, "fuel");
    let wide = eval(|a| {
        let text = a.constant(Value::text("x".repeat(1024 * 1024)));
        a.put(Expr::Template(vec![text; 5]))
    });
    assert_eq!(wide.unwrap_err().kind, "out_of_range");
    let replaced =
        call(Builtin::Replace, &[Value::text("x".repeat(100_000)), Value::text("x"), Value::text("y".repeat(100_000))]);
    assert_eq!(replaced.unwrap_err().kind, "out_of_range");
    let list = eval(|a| {
        let mut items = a.call_range(10_000);
        for _ in 0..5 {
            items = a.put(Expr::Binary(BinaryOp::Add, items, items));
        }
        items
    });
    assert_eq!(list.unwrap_err().kind, "out_of_range");
}

impl Arena {
    fn call_range(&mut self, to: i64) -> ExprId {
        let (from, to) = (self.constant(Value::Int(0)), self.constant(Value::Int(to)));
        self.call(Builtin::Range, &[from, to])
    }
}

#[test]
fn slots_and_missing_expressions() {
    assert_eq!(show(eval(|a| a.put(Expr::Slot(Slot(0))))), "7");
    assert_eq!(show(eval(|a| a.put(Expr::Slot(Slot(9))))), "none");
    assert_eq!(eval(|_| ExprId(5)).unwrap_err().kind, "program");
}

#[test]
fn identifiers_follow_from_the_seed_and_their_number() {
    let one = Clock::new("2026-01-01T00:00:00Z".parse().unwrap(), "run-1");
    let (first, second) = (one.uuid(), one.uuid());
    assert_ne!(first, second);
    let again = Clock::new("2027-01-01T00:00:00Z".parse().unwrap(), "run-1").with_uuids_used(1);
    assert_eq!(again.uuid(), second, "time plays no part, the number does");
    assert_eq!(again.uuids_used(), 2);
    assert_ne!(Clock::new("2026-01-01T00:00:00Z".parse().unwrap(), "run-2").uuid(), first);
    assert_eq!(first.len(), 36);
    assert_eq!(first.as_bytes()[14], b'4', "{first} is of version 4");
    assert!(matches!(first.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{first} is of the RFC's variant");
}

#[test]
fn the_calendar_knows_zone_and_holidays() {
    let clock = clock().with_zone("Europe/London").unwrap().with_holidays(["2026-04-03".parse().unwrap()]);
    assert_eq!(clock.today().to_string(), "2026-04-01", "half past eleven UTC is past midnight in summer time");
    assert_eq!(clock.add_working_days("2026-04-01".parse().unwrap(), 2).unwrap().to_string(), "2026-04-06");
    assert_eq!(clock.end_of_date("2026-04-01".parse().unwrap()).unwrap().to_string(), "2026-04-01T23:00:00Z");
    let friday: jiff::Timestamp = "2026-03-27T09:00:00Z".parse().unwrap();
    assert_eq!(
        clock.working_days_after(friday, 1).unwrap().to_string(),
        "2026-03-30T08:00:00Z",
        "nine in the morning stays nine in the morning over the change of clocks"
    );
    assert!(clock.with_zone("Europe/Londn").unwrap_err().contains("Europe/Londn"));
}

/// Functions in functions take the most stack of all expressions: as deep as is allowed, they must fit into a megabyte,
/// and so must a chain of operators at the end of them.
#[test]
fn the_deepest_expression_needs_little_stack() {
    let deepest = || {
        let result = eval(|a| {
            let one = a.constant(v("[1]"));
            let mut body = one;
            for _ in 0..200 {
                body = a.put(Expr::Coalesce(body, body));
            }
            for _ in 0..39 {
                let function = a.put(Expr::Lambda { params: vec![LocalId(0)], body });
                body = a.call(Builtin::FlatMap, &[one, function]);
            }
            body
        });
        result.unwrap_err().kind
    };
    let thread = std::thread::Builder::new().stack_size(1024 * 1024);
    #[allow(clippy::disallowed_methods, reason = "a test may choose how much stack there is")]
    let kind = thread.spawn(deepest).unwrap().join().unwrap();
    assert_eq!(kind, "depth");
}
