#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::*;
use crate::types::{EnumDef, FieldDef, RecordDef, Type, TypeDef};
use crate::value::{Currency, FileRef, Money, Period, Value};

fn field(name: &str, ty: Type) -> FieldDef {
    FieldDef { name: name.to_owned(), ty, default: None, doc: String::new() }
}

fn optional(ty: Type) -> Type {
    Type::Optional(Box::new(ty))
}

fn list(ty: Type) -> Type {
    Type::List(Box::new(ty))
}

fn gbp() -> Currency {
    Currency::new("GBP").unwrap()
}

/// 0 a batch of rows (1), whose status is 2; 3 a submitted document.
fn types() -> Vec<TypeDef> {
    let record = |name: &str, fields| TypeDef::Record(RecordDef { name: name.to_owned(), fields, doc: String::new() });
    vec![
        record(
            "Batch",
            vec![
                field("rows", list(Type::Named(1))),
                field("entity", Type::Text),
                FieldDef { default: Some(Value::Bool(false)), ..field("last", Type::Bool) },
                field("period", optional(Type::Period)),
            ],
        ),
        record(
            "Row",
            vec![
                field("id", Type::Text),
                field("amount", Type::Money),
                FieldDef { default: Some(Value::Enum("pending".into())), ..field("status", Type::Named(2)) },
            ],
        ),
        TypeDef::Enum(EnumDef {
            name: "RowStatus".to_owned(),
            values: vec!["pending".to_owned(), "needs_attention".to_owned(), "approved".to_owned()],
            doc: String::new(),
        }),
        record("Submitted", vec![field("document", Type::File), field("source", Type::Text)]),
    ]
}

fn read(json: Json, ty: Type) -> Result<Value, JsonError> {
    from_json(&json, &ty, &types(), JsonLimits::default())
}

/// What reading gives: the display text, or the message.
fn show(json: Json, ty: Type) -> String {
    match read(json, ty) {
        Ok(Value::None) => "none".to_owned(),
        Ok(value) => value.display(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn scalars() {
    let needs_decimal = "it must be a decimal such as \"0.10\" with at most 28 digits.";
    for (json, ty, expected) in [
        (json!(true), Type::Bool, "true".to_owned()),
        (json!("true"), Type::Bool, "The value is the text \"true\"; it must be true or false.".to_owned()),
        (json!(12), Type::Int, "12".to_owned()),
        (json!(12.0), Type::Int, "12".to_owned()),
        (json!("12"), Type::Int, "12".to_owned()),
        (json!(12.5), Type::Int, "The value is the number 12.5; it must be a whole number such as 12.".to_owned()),
        (json!("twelve"), Type::Int, "The value is the text \"twelve\"; it must be a whole number such as 12.".to_owned()),
        (json!("0.10"), Type::Decimal, "0.10".to_owned()),
        (json!(0.1), Type::Decimal, "0.1".to_owned()),
        (json!(123_456_789_012_345_678_i64), Type::Decimal, "123456789012345678".to_owned()),
        (json!(18_446_744_073_709_551_615_u64), Type::Decimal, "18446744073709551615".to_owned()),
        (json!(1e20), Type::Decimal, "100000000000000000000".to_owned()),
        (
            json!(0.1 + 0.2),
            Type::Decimal,
            "The value is a number with more than 15 digits, which programs that read JSON round; write it as a text, such as \"0.30000000000000004\".".to_owned(),
        ),
        (json!("1,000"), Type::Decimal, format!("The value is the text \"1,000\"; {needs_decimal}")),
        (json!(1e40), Type::Decimal, format!("The value is the number 1e+40; {needs_decimal}")),
        (json!("2026-03-31"), Type::Date, "2026-03-31".to_owned()),
        (json!("31.03.2026"), Type::Date, "The value is the text \"31.03.2026\"; it must be a date such as \"2026-03-31\".".to_owned()),
        (json!("2026-03-31T10:00"), Type::Date, "The value is the text \"2026-03-31T10:00\"; it must be a date such as \"2026-03-31\".".to_owned()),
        (json!("2026-03-31T10:00:00+01:00"), Type::DateTime, "2026-03-31T09:00:00Z".to_owned()),
        (json!("2026-03"), Type::Period, "2026-03".to_owned()),
        (json!("2026-13"), Type::Period, "The value is the text \"2026-13\"; it must be a month such as \"2026-03\".".to_owned()),
        (json!("1h30m"), Type::Duration, "1h30m".to_owned()),
        (json!("PT1H30M"), Type::Duration, "1h30m".to_owned()),
        (json!("P1DT0.5S"), Type::Duration, "1d500ms".to_owned()),
        (json!("P1M"), Type::Duration, "The value is the text \"P1M\"; it must be a length of time such as \"1h30m\".".to_owned()),
        (json!("GBP"), Type::Currency, "GBP".to_owned()),
        (json!("gbp"), Type::Currency, "The value is the text \"gbp\"; it must be a currency code such as \"GBP\".".to_owned()),
        (json!(null), optional(Type::Int), "none".to_owned()),
        (json!(null), Type::Text, "The value is empty (null); it must be a text.".to_owned()),
        (json!(5), Type::Text, "The value is the number 5; it must be a text.".to_owned()),
        (json!("x"), Type::File, "x".to_owned()),
        (json!({ "grid_ref": "g" }), Type::Grid, "g".to_owned()),
        (json!({ "b": 1, "a": [null, "ä"] }), Type::Json, "{\"a\":[null,\"ä\"],\"b\":1}".to_owned()),
    ] {
        assert_eq!(show(json.clone(), ty.clone()), expected, "{json} as {ty:?}");
    }
}

#[test]
fn money() {
    let in_gbp = || Type::MoneyIn(gbp());
    let shape = "an amount of money such as {\"amount\": \"500.01\", \"currency\": \"GBP\"}";
    for (json, ty, expected) in [
        (json!({ "amount": "500.01", "currency": "GBP" }), Type::Money, "500.01 GBP".to_owned()),
        (json!({ "amount": 500.1, "currency": "GBP" }), Type::Money, "500.10 GBP".to_owned()),
        (json!("500.01 GBP"), Type::Money, "500.01 GBP".to_owned()),
        (json!(500), Type::Money, format!("The value is the number 500; it must be {shape}.")),
        (json!(500), in_gbp(), "500.00 GBP".to_owned()),
        (json!("500.5"), in_gbp(), "500.50 GBP".to_owned()),
        (json!({ "amount": "1" }), in_gbp(), "1.00 GBP".to_owned()),
        (
            json!({ "amount": "1", "currency": "EUR" }),
            in_gbp(),
            "The value is 1.00 EUR, which is in EUR; it must be in GBP.".to_owned(),
        ),
        (
            json!({ "amount": "1" }),
            Type::Money,
            format!("The value has no currency code such as \"GBP\" in `currency`; it must be {shape}."),
        ),
        (
            json!({ "amount": "x", "currency": "GBP" }),
            Type::Money,
            "`amount` is the text \"x\"; it must be an amount such as \"500.01\" with at most 28 digits.".to_owned(),
        ),
    ] {
        assert_eq!(show(json.clone(), ty.clone()), expected, "{json} as {ty:?}");
    }
}

#[test]
fn problems_have_their_places_and_come_together() {
    let error = read(
        json!({ "rows": [
            { "id": "1", "amount": { "amount": "1", "currency": "GBP" } },
            { "id": "2", "amount": "abc", "status": "needs-attention" },
            { "ID": "3", "amount": { "amount": "1", "currency": "GBP" } },
        ], "more": 1 }),
        Type::Named(0),
    )
    .unwrap_err();
    let found: Vec<_> =
        error.problems.iter().map(|problem| (problem.path.as_str(), problem.message.as_str())).collect();
    assert_eq!(
        found,
        [
            (
                "rows[1].amount",
                "`rows[1].amount` is the text \"abc\"; it must be an amount of money such as {\"amount\": \"500.01\", \"currency\": \"GBP\"}."
            ),
            (
                "rows[1].status",
                "`rows[1].status` is the text \"needs-attention\"; it must be one of pending, needs_attention, approved. Was `needs_attention` meant?"
            ),
            ("rows[2]", "`id` is missing in `rows[2]`. There is `ID`; was `id` meant?"),
            ("", "`entity` is missing."),
        ]
    );
    assert!(!error.more);
    let many = read(json!({ "rows": vec![json!({}); 50], "entity": "e" }), Type::Named(0)).unwrap_err();
    assert_eq!(many.problems.len(), 10);
    assert_eq!(many.problems[9].message, "`id` and `amount` are missing in `rows[9]`.");
    assert!(many.to_string().ends_with("There are more such problems."));
}

#[test]
fn records_are_completed_and_unknown_keys_ignored() {
    let batch =
        read(json!({ "rows": [], "entity": "e", "period": null, "last": null, "x": {} }), Type::Named(0)).unwrap();
    assert_eq!(batch.display(), "{ rows: , entity: e, last: false, period: none }");
}

#[test]
fn a_document_is_found_flat_or_nested() {
    let flat =
        json!({ "document_ref": "d1", "filename": "a.pdf", "content_type": "application/pdf", "source": "rent" });
    let nested = json!({ "document": { "document_ref": "d1", "filename": "a.pdf", "content_type": "application/pdf" }, "source": "rent" });
    let expected = Value::File(Arc::new(FileRef {
        document_ref: "d1".to_owned(),
        filename: "a.pdf".to_owned(),
        content_type: "application/pdf".to_owned(),
    }));
    for json in [flat, nested] {
        assert_eq!(read(json, Type::Named(3)).unwrap().field("document"), Some(&expected));
    }
    assert_eq!(show(json!({ "source": "rent" }), Type::Named(3)), "`document` is missing.");
}

#[test]
fn outcomes_and_choices() {
    let outcome = Type::Outcome(Box::new(Type::Int));
    let ok = read(json!({ "ok": 1 }), outcome.clone()).unwrap();
    assert_eq!(ok, Value::variant("ok", Value::Int(1)));
    let failed = |key: &str| json!({ "failed": { "kind": "timeout", "message": "late", "step": "a", "capability": null, "key": key } });
    assert_eq!(to_json(&read(failed("rent"), outcome.clone()).unwrap()), failed("rent"));
    let mut without = failed("");
    without["failed"].as_object_mut().unwrap().remove("key");
    assert_eq!(
        to_json(&read(without, outcome).unwrap()),
        failed(""),
        "a failure always has a key, so that `e.key` can be read"
    );
    let choice = Type::Choice(vec![("answered".to_owned(), Type::Int), ("late".to_owned(), Type::Nothing)]);
    let answered = json!({ "tag": "answered", "value": 2 });
    assert_eq!(to_json(&read(answered.clone(), choice.clone()).unwrap()), answered);
    assert_eq!(
        show(json!({ "tag": "answerd", "value": 2 }), choice),
        "The value is an object; it must be { \"tag\": …, \"value\": … } with one of answered, late."
    );
}

#[test]
fn reading_is_bounded() {
    let limits = JsonLimits { depth: 5, nodes: 100, text: 10, items: 50 };
    let message = |json: Json, ty: Type| from_json(&json, &ty, &types(), limits).unwrap_err().to_string();
    let (mut deep, mut ty) = (json!(1), Type::Int);
    for _ in 0..6 {
        (deep, ty) = (json!([deep]), list(ty));
    }
    assert_eq!(message(deep, ty), "`[0][0][0][0][0][0]` is nested more than 5 levels deep.");
    assert_eq!(message(json!(vec![1; 51]), list(Type::Int)), "The value has 51 items; 50 are the most.");
    assert_eq!(message(json!("elf chars.."), Type::Text), "The value is a text of 11 bytes; 10 are the most.");
    let many = json!(vec![json!(vec![1; 40]); 40]);
    assert!(message(many, list(list(Type::Int))).contains("more than 100 values"));
}

#[test]
fn a_schema_says_what_a_model_must_give() {
    let mut types = types();
    if let TypeDef::Record(row) = &mut types[1] {
        row.doc = "One line.".to_owned();
        row.fields[1].doc = "With tax.".to_owned();
    }
    let schema = schema(&Type::Named(0), &types);
    insta::assert_snapshot!(serde_json::to_string_pretty(&schema).unwrap());
}

/// A type with a value of it.
fn typed() -> impl Strategy<Value = (Type, Value)> {
    let text = "[a-zäß\"\\\\ ]{0,8}";
    let scalar = prop_oneof![
        any::<bool>().prop_map(|value| (Type::Bool, Value::Bool(value))),
        any::<i64>().prop_map(|value| (Type::Int, Value::Int(value))),
        amounts().prop_map(|value| (Type::Decimal, Value::Decimal(value))),
        text.prop_map(|value| (Type::Text, Value::text(value))),
        amounts().prop_map(|amount| (Type::Money, Value::Money(Money { amount, currency: gbp() }))),
        amounts().prop_map(|amount| (Type::MoneyIn(gbp()), Value::Money(Money { amount, currency: gbp() }))),
        (1_i16..=9999, 1_i8..=12, 1_i8..=28)
            .prop_map(|(y, m, d)| (Type::Date, Value::Date(jiff::civil::Date::new(y, m, d).unwrap()))),
        (-60_000_000_000_i64..200_000_000_000, 0_i32..1_000_000_000)
            .prop_map(|(s, ns)| (Type::DateTime, Value::DateTime(jiff::Timestamp::new(s, ns.abs()).unwrap()))),
        (1_i16..=9999, 1_i8..=12).prop_map(|(y, m)| (Type::Period, Value::Period(Period::new(y, m).unwrap()))),
        any::<i64>()
            .prop_filter("-2^63 has no opposite", |ms| *ms != i64::MIN)
            .prop_map(|ms| (Type::Duration, Value::Duration(ms))),
        prop_oneof!["pending", "approved"].prop_map(|name| (Type::Named(2), Value::Enum(name.into()))),
        text.prop_map(|name| {
            let file = FileRef { document_ref: format!("d{name}"), filename: name, content_type: String::new() };
            (Type::File, Value::File(Arc::new(file)))
        }),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            (inner.clone(), 0_usize..4).prop_map(|((ty, value), n)| (list(ty), Value::list(vec![value; n]))),
            (inner.clone(), any::<bool>()).prop_map(|((ty, value), some)| match ty {
                Type::Optional(_) => (ty, value),
                ty => (optional(ty), if some { value } else { Value::None }),
            }),
            (inner.clone(), "[a-z]{1,4}").prop_map(|((ty, value), key)| {
                (Type::Map(Box::new(ty)), Value::Map(Arc::new([(Arc::from(key), value)].into_iter().collect())))
            }),
            inner.prop_map(|(ty, value)| (Type::Outcome(Box::new(ty)), Value::variant("ok", value))),
        ]
    })
}

fn amounts() -> impl Strategy<Value = Decimal> {
    (-(10_i128.pow(28) - 1)..10_i128.pow(28), 0_u32..=28)
        .prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_is_written_reads_back((ty, value) in typed()) {
        let text = to_json(&value).to_string();
        let json: Json = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read(json, ty), Ok(value));
    }

    #[test]
    fn snapshots_read_back((_, value) in typed()) {
        let text = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    /// Whatever was written with up to 15 digits is taken as it was written.
    #[test]
    fn numbers_of_fifteen_digits_are_taken_as_written(digits in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 0_u32..=15) {
        let written = Decimal::new(digits, scale);
        let json: Json = serde_json::from_str(&written.to_string()).unwrap();
        prop_assert_eq!(read(json, Type::Decimal), Ok(Value::Decimal(written)));
    }

    #[test]
    fn durations_read_back(ms in any::<i64>()) {
        prop_assume!(ms != i64::MIN);
        prop_assert_eq!(crate::display::parse_duration(&crate::display::duration_text(ms)), Some(ms));
    }

    #[test]
    fn moving_a_period_there_and_back_changes_nothing(year in 1_i16..=9999, month in 1_i8..=12, months in -130_000_i64..130_000) {
        let period = Period::new(year, month).unwrap();
        if let Some(moved) = period.add_months(months) {
            prop_assert_eq!(moved.add_months(-months), Some(period));
            prop_assert_eq!(moved > period, months > 0);
        } else {
            let index = i64::from(year) * 12 + i64::from(month) - 1 + months;
            prop_assert!(!(12..120_000).contains(&index));
        }
    }
}
