//! The files that come with the examples are read as the examples need them.

use std::path::Path;

use ntro_ir::Type;
use serde_json::{Value as Json, json};

use crate::world::{World, gbp, optional, schema};

fn example(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lease() -> Vec<(&'static str, Type)> {
    vec![
        ("unit", Type::Text),
        ("tenant", Type::Text),
        ("annual_rent", gbp()),
        ("monthly_rent", gbp()),
        ("lease_start", Type::Date),
        ("lease_end", optional(Type::Date)),
    ]
}

async fn extract(path: &str) -> Json {
    let mut world = World::new().await;
    let name = Path::new(path).file_name().unwrap().to_str().unwrap();
    let (parsed, rows) = world.parse(name, example(path)).await.unwrap();
    world.context.schema = Some(schema(&lease()));
    let args = json!({ "content": parsed["plain_text"], "cells": parsed["cells"], "notes": null });
    let mut found = world.call("ai.extract", args).await.unwrap();
    found["cells"] = json!(rows);
    found
}

#[tokio::test]
async fn the_pdf_and_the_workbook_hold_the_same_leases() {
    let pdf = extract("document-ingest/inputs/rent-roll.pdf").await;
    let xlsx = extract("document-ingest/inputs/rent-roll.xlsx").await;
    assert_eq!(pdf["rows"].as_array().unwrap().len(), 10, "{pdf:#}");
    assert_eq!(pdf["rows"], xlsx["rows"]);
    for found in [&pdf, &xlsx] {
        assert_eq!((&found["confidence"], &found["unmapped"]), (&json!("1"), &json!([])), "{found:#}");
        assert_eq!(found["rows"][6]["monthly_rent"], json!({ "amount": "1062.50", "currency": "GBP" }));
        assert_eq!(
            (&found["rows"][5]["tenant"], &found["rows"][5]["lease_end"]),
            (&json!("Riverbank Yoga CIC"), &Json::Null)
        );
    }
}

async fn ingest(path: &str, fields: &[(&str, Type)]) -> Json {
    let mut world = World::new().await;
    let document = world.submit(Path::new(path).file_name().unwrap().to_str().unwrap(), example(path)).await;
    world.context.schema = Some(schema(fields));
    world.call("ingest.rows", json!({ "document": document })).await.unwrap()
}

#[tokio::test]
async fn the_expenses_are_ingested_and_two_rows_refused() {
    let fields = [
        ("receipt", Type::Text),
        ("spent_on", Type::Date),
        ("vendor", Type::Text),
        ("description", optional(Type::Text)),
        ("amount", gbp()),
    ];
    let found = ingest("expense-processor/inputs/expenses.csv", &fields).await;
    let outcome = &found["outcome"];
    assert_eq!((&outcome["accepted_rows"], &outcome["rejected_rows"]), (&json!(10), &json!(2)), "{outcome:#}");
    let found = ingest("expense-processor/inputs/expenses-2.xlsx", &fields).await;
    assert_eq!(
        (&found["outcome"]["status"], &found["outcome"]["rejected_rows"]),
        (&json!("success"), &json!(0)),
        "{found:#}"
    );
}

#[tokio::test]
async fn the_trial_balance_balances() {
    let fields =
        [("account", Type::Text), ("name", Type::Text), ("debit", optional(gbp())), ("credit", optional(gbp()))];
    let found = ingest("nav-monthly/inputs/trial-balance.csv", &fields).await;
    let rows = found["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &found["outcome"]["rejected_rows"]), (12, &json!(0)), "{found:#}");
    let sum = |side: &str| -> rust_decimal::Decimal {
        rows.iter()
            .filter_map(|row| row[side]["amount"].as_str())
            .map(|text| text.parse::<rust_decimal::Decimal>().unwrap())
            .sum()
    };
    assert_eq!((sum("debit").to_string(), sum("credit")), ("4630385.26".to_owned(), sum("debit")));
}

#[tokio::test]
async fn the_rent_rolls_of_the_parent_are_ingested() {
    let fields =
        [("unit", Type::Text), ("tenant", Type::Text), ("monthly_rent", gbp()), ("lease_end", optional(Type::Date))];
    for path in ["nav-monthly/inputs/rent-roll-north.xlsx", "nav-monthly/inputs/rent-roll-south.csv"] {
        let found = ingest(path, &fields).await;
        assert_eq!(found["outcome"]["status"], "success", "{path}: {found:#}");
        assert!(!found["rows"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_vendors_are_a_table() {
    let mut world = World::new().await;
    world.file("inputs/vendors.csv", example("expense-processor/inputs/vendors.csv"));
    world.context.schema = Some(schema(&[("name", Type::Text), ("category", Type::Text), ("account", Type::Text)]));
    let rows = world.call("files.table", json!({ "path": "inputs/vendors.csv" })).await.unwrap();
    assert_eq!(rows[0], json!({ "name": "Trainline", "category": "Travel", "account": "7400" }));
    assert_eq!(rows.as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn the_programs_of_the_examples_answer() {
    let mut world = World::new().await;
    world.file("programs/gl_post.py", example("expense-processor/programs/gl_post.py"));
    world.options.program = Some(vec!["programs/gl_post.py".into()]);
    let args = json!({ "ledger": "main", "rows": [{ "receipt": "R-1", "account": "7400" }] });
    assert_eq!(world.call("gl.post", args).await.unwrap()["entries"], 2);
    let error = world.call("gl.post", json!({ "ledger": "main", "rows": [{ "receipt": "R-9" }] })).await.unwrap_err();
    assert!(error.message.contains("R-9"), "{error}");
    world.file("programs/audit_agent.py", example("nav-monthly/programs/audit_agent.py"));
    world.options.program = None;
    world.context.agent = Some(ntro_ir::Agent {
        name: "audit".into(),
        kind: Some("program".into()),
        reference: Some("programs/audit_agent.py".into()),
        expect: "text".into(),
    });
    let sent = json!({ "agent_id": "audit", "input": { "text": "Prepare.", "files": [] } });
    let answer = world.call("agent.invoke", sent).await.unwrap();
    assert_eq!(answer["session"], "audit-spv1", "{answer}");
    assert!(answer["text"].as_str().unwrap().starts_with("Prepare."), "{answer}");
}
