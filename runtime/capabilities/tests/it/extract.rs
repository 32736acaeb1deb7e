use ntro_ir::Type;
use serde_json::{Value as Json, json};

use crate::pdf::pdf;
use crate::world::{World, gbp, optional, schema};

async fn extract(name: &str, content: impl AsRef<[u8]>, notes: Json, fields: &[(&str, Type)]) -> Json {
    let mut world = World::new().await;
    let (parsed, _) = world.parse(name, content).await.unwrap();
    world.context.schema = Some(schema(fields));
    let args = json!({ "content": parsed["plain_text"], "cells": parsed["cells"], "notes": notes });
    world.call("ai.extract", args).await.unwrap()
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

#[tokio::test]
async fn a_rent_roll_is_read_by_the_names_of_its_columns() {
    let text = "Rent roll,,,,,\nUnit,Lessee,Rent p.a.,Monthly rent,Start date,Expiry date\n\
                U-1,Harbour Books,\"£15,000.00\",£1250.00,01/02/2024,31/01/2029\n\
                U-2,Cafe,\"10,866.04\",905.50,1 Mar 2025,\n\
                Total,,\"25,866.04\",\"2,155.50\",,\n";
    let found = extract("a.csv", text, Json::Null, &lease()).await;
    assert_eq!(
        found["rows"],
        json!([
            { "unit": "U-1", "tenant": "Harbour Books", "annual_rent": { "amount": "15000.00", "currency": "GBP" },
              "monthly_rent": { "amount": "1250.00", "currency": "GBP" }, "lease_start": "2024-02-01", "lease_end": "2029-01-31" },
            { "unit": "U-2", "tenant": "Cafe", "annual_rent": { "amount": "10866.04", "currency": "GBP" },
              "monthly_rent": { "amount": "905.50", "currency": "GBP" }, "lease_start": "2025-03-01", "lease_end": null },
        ])
    );
    assert_eq!(found["confidence"], "1");
    assert_eq!(found["summary"], "2 rows read. 1 line of totals not taken as rows.");
    assert_eq!(found["unmapped"], json!([]));
}

#[tokio::test]
async fn a_total_that_disagrees_is_said_and_halves_the_confidence() {
    let found = extract(
        "a.csv",
        "Name,Amount\nA,£1.00\nB,£2.00\nTotal,£3.01\n",
        Json::Null,
        &[("name", Type::Text), ("amount", gbp())],
    )
    .await;
    assert_eq!(found["rows"].as_array().unwrap().len(), 2);
    assert_eq!(found["confidence"], "0.5");
    let summary = found["summary"].as_str().unwrap();
    assert!(summary.contains("row 4 gives 3.01 as the total of `amount`, the rows read add up to 3.00"), "{summary}");
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_named_and_lower_the_confidence() {
    let text = "Name,Amount,Note\nA,12.00,x\nB,not kept,y\nC,USD 5,z\nTotal Energies,7,w\n";
    let found = extract("a.csv", text, Json::Null, &[("name", Type::Text), ("amount", gbp())]).await;
    let names: Vec<&str> = found["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["A", "Total Energies"]);
    assert_eq!(found["confidence"], "0.75");
    assert_eq!(
        found["unmapped"],
        json!([
            "Note",
            "row 3, Amount: `not kept` is not an amount of money",
            "row 4, Amount: `USD 5` is in USD, but GBP is expected",
        ])
    );
}

#[tokio::test]
async fn money_needs_a_currency_from_somewhere() {
    let fields = [("id", Type::Text), ("vendor", Type::Text), ("amount", Type::Money)];
    let amount = |found: &Json| found["rows"][0]["amount"].clone();
    let plain = "Supplier,Total\nA,5.00\nB,6.00\n";
    let nowhere = extract("a.csv", plain, Json::Null, &fields).await;
    assert_eq!((nowhere["rows"].as_array().unwrap().len(), &nowhere["confidence"]), (0, &json!("0")));
    assert!(nowhere["summary"].as_str().unwrap().contains("no currency is written anywhere"), "{nowhere}");
    let eur = json!({ "amount": "5.00", "currency": "EUR" });
    let by_note = extract("a.csv", plain, json!("All figures are in EUR."), &fields).await;
    assert_eq!(amount(&by_note), eur);
    assert_eq!(by_note["rows"][1]["id"], "2", "rows without an id are numbered");
    let by_heading = extract("a.csv", "Supplier,Total (EUR)\nA,5.00\n", Json::Null, &fields).await;
    assert_eq!(amount(&by_heading), eur);
    let by_column = extract("a.csv", "Supplier,Total,Ccy\nA,5.00,eur\nB,6,USD\n", Json::Null, &fields).await;
    assert_eq!((amount(&by_column), &by_column["rows"][1]["amount"]["currency"]), (eur.clone(), &json!("USD")));
    let by_neighbour = extract("a.csv", "Supplier,Total\nA,5.00\nB,€6\n", Json::Null, &fields).await;
    assert_eq!(amount(&by_neighbour), eur);
    let by_title = extract("a.csv", "\"Costs, in EUR\",\nSupplier,Total\nA,5.00\n", Json::Null, &fields).await;
    assert_eq!(amount(&by_title), eur);
}

#[tokio::test]
async fn every_kind_of_cell_is_read_as_its_type_asks() {
    let cases: &[(Type, &str, Json)] = &[
        (gbp(), "(1,234.56)", json!({ "amount": "-1234.56", "currency": "GBP" })),
        (gbp(), "-£5", json!({ "amount": "-5.00", "currency": "GBP" })),
        (gbp(), "£ 1 234.50 -", json!({ "amount": "-1234.50", "currency": "GBP" })),
        (gbp(), "GBP 0.10", json!({ "amount": "0.10", "currency": "GBP" })),
        (gbp(), "90071992547409.93", json!({ "amount": "90071992547409.93", "currency": "GBP" })),
        (Type::Money, "1.234,56 €", json!({ "amount": "1234.56", "currency": "EUR" })),
        (Type::Money, "A$12", json!({ "amount": "12.00", "currency": "AUD" })),
        (Type::Money, "¥1,200", json!({ "amount": "1200", "currency": "JPY" })),
        (Type::Decimal, "12.5%", json!("0.125")),
        (Type::Decimal, "0,5", json!("0.5")),
        (Type::Int, "1,250", json!(1250)),
        (Type::Int, "12.0", json!(12)),
        (Type::Bool, "Yes", json!(true)),
        (Type::Date, "31.12.26", json!("2026-12-31")),
        (Type::Date, "1st March 2026", json!("2026-03-01")),
        (Type::Date, "Mar 1, 2026", json!("2026-03-01")),
        (Type::Date, "03/04/2026", json!("2026-04-03")),
        (Type::Date, "2026-03-31 00:00:00", json!("2026-03-31")),
        (Type::Period, "March 2026", json!("2026-03")),
        (Type::Period, "03/2026", json!("2026-03")),
        (Type::Period, "31/03/2026", json!("2026-03")),
        (Type::Currency, "gbp", json!("GBP")),
        (Type::DateTime, "2026-03-31 9:05", json!("2026-03-31T09:05:00Z")),
        (Type::List(Box::new(Type::Text)), "a; b", json!(["a", "b"])),
    ];
    for (ty, text, want) in cases {
        let fields = [("name", Type::Text), ("thing", ty.clone())];
        let found = extract("a.csv", format!("Name|Thing\nA|{text}\n"), Json::Null, &fields).await;
        assert_eq!(found["rows"][0]["thing"], *want, "{ty:?} {text}: {found}");
    }
    let wrong: &[(Type, &str)] = &[
        (gbp(), "12.34.56"),
        (gbp(), "1,23,456"),
        (gbp(), "twelve"),
        (gbp(), "(5-)"),
        (Type::Int, "1.5"),
        (Type::Date, "31 Febuary"),
        (Type::Date, "31/02/2026"),
        (Type::Bool, "maybe"),
        (Type::Period, "2026-13"),
    ];
    for (ty, text) in wrong {
        let fields = [("name", Type::Text), ("thing", ty.clone())];
        let found = extract("a.csv", format!("Name|Thing\nA|{text}\n"), Json::Null, &fields).await;
        assert_eq!(found["rows"], json!([]), "{ty:?} {text}: {found}");
    }
}

#[tokio::test]
async fn a_column_shows_whether_the_month_or_the_day_comes_first() {
    let fields = [("name", Type::Text), ("date", Type::Date)];
    let found = extract("a.csv", "Name,Date\nA,03/04/2026\nB,03/25/2026\n", Json::Null, &fields).await;
    assert_eq!(found["rows"], json!([{ "name": "A", "date": "2026-03-04" }, { "name": "B", "date": "2026-03-25" }]));
}

#[tokio::test]
async fn a_missing_column_is_said_and_no_row_is_made_up() {
    let found = extract("a.csv", "Unit,Tenant,Colour\nU-1,Books,red\n", Json::Null, &lease()).await;
    assert_eq!((&found["rows"], &found["confidence"]), (&json!([]), &json!("0")));
    let summary = found["summary"].as_str().unwrap();
    assert!(summary.contains("No column fits `annual_rent`, `lease_start`, `monthly_rent`"), "{summary}");
    assert_eq!(found["unmapped"], json!(["Colour"]));
}

#[tokio::test]
async fn a_pdf_over_two_pages_is_one_table() {
    let line = |y: f64, cells: [&'static str; 3]| vec![(50.0, y, cells[0]), (120.0, y, cells[1]), (300.0, y, cells[2])];
    let first = [line(740.0, ["Unit", "Tenant", "Monthly rent"]), line(720.0, ["U-1", "Books Ltd", "£1.01"])].concat();
    let second = [line(740.0, ["U-2", "Cafe Ltd", "£2.02"]), line(720.0, ["Total", "", "£3.03"])].concat();
    let fields = [("unit", Type::Text), ("tenant", Type::Text), ("monthly_rent", gbp())];
    let found = extract("a.pdf", pdf(&[first, second]), Json::Null, &fields).await;
    assert_eq!(found["rows"].as_array().unwrap().len(), 2, "{found}");
    assert_eq!((&found["confidence"], &found["rows"][1]["unit"]), (&json!("1"), &json!("U-2")));
}

#[tokio::test]
async fn a_letter_with_labels_is_one_row() {
    let fields = [("invoice_no", Type::Text), ("date", Type::Date), ("total", gbp())];
    let letter = "Dear all,\n\nInvoice number: INV-7\nDate: 3 March 2026\nTotal: £12.50\n\nKind regards\n";
    let found = extract("a.txt", letter, Json::Null, &fields).await;
    let want =
        json!([{ "invoice_no": "INV-7", "date": "2026-03-03", "total": { "amount": "12.50", "currency": "GBP" } }]);
    assert_eq!(found["rows"], want, "{found}");
}
