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
    assert!(pdf["rows"].as_array().unwrap().len() >= 5, "{pdf:#}");
    assert_eq!(pdf["rows"], xlsx["rows"], "{pdf:#}\n{xlsx:#}");
    println!("{pdf:#}\n{xlsx:#}");
}
