use ntro_ir::Type;
use serde_json::{Value as Json, json};

use crate::world::{World, gbp, optional, schema};

async fn ingest(name: &str, content: impl AsRef<[u8]>) -> Json {
    let mut world = World::new().await;
    let document = world.submit(name, content).await;
    world.context.schema = Some(schema(&[
        ("receipt", Type::Text),
        ("spent_on", Type::Date),
        ("amount", gbp()),
        ("note", optional(Type::Text)),
    ]));
    world.call("ingest.rows", json!({ "document": document })).await.unwrap()
}

#[tokio::test]
async fn rejected_rows_are_counted_by_reason_and_named() {
    let found = ingest(
        "e.csv",
        "Receipt,Spent on,Amount\nR1,2026-03-01,1.10\nR2,2026-03-01,lost\nR3,31 Febuary,5\nR4,2026-03-02,gone\n,,\n",
    )
    .await;
    assert_eq!(
        found["rows"],
        json!([
            { "receipt": "R1", "spent_on": "2026-03-01", "amount": { "amount": "1.10", "currency": "GBP" }, "note": null }
        ])
    );
    assert_eq!(
        found["outcome"],
        json!({
            "source_ref": "e.csv", "parsed_rows": 4, "accepted_rows": 1, "rejected_rows": 3, "status": "partial",
            "message": "e.csv: 1 of 4 rows accepted. Rejected: row 3, Amount: `lost` is not an amount of money; \
                        row 4, Spent on: `31 Febuary` is not a date; row 5, Amount: `gone` is not an amount of money.",
            "reasons": [
                { "reason": "`amount` is not an amount of money", "count": 2 },
                { "reason": "`spent_on` is not a date", "count": 1 },
            ],
        })
    );
}

#[tokio::test]
async fn an_amount_that_its_own_comma_has_cut_is_not_taken() {
    let found = ingest("e.csv", "Receipt,Spent on,Amount\nR1,2026-03-01,1,200.00\nR2,2026-03-01,5.00,\n").await;
    assert_eq!(found["outcome"]["accepted_rows"], 1);
    let message = found["outcome"]["message"].as_str().unwrap();
    assert!(message.contains("row 2, it has more cells than the table has columns"), "{message}");
}

#[tokio::test]
async fn many_rows_are_taken_whole_where_only_their_text_is_cut() {
    let rows: String =
        (1..=12_000).map(|row| format!("R{row},2026-03-01,{row}.00,a note of some length for row {row}\n")).collect();
    let found = ingest("e.csv", format!("Receipt,Spent on,Amount,Note\n{rows}")).await;
    assert_eq!(found["outcome"]["status"], "success");
    assert_eq!(found["outcome"]["message"], "e.csv: 12000 of 12000 rows accepted.");
}

#[tokio::test]
async fn the_status_tells_how_it_went() {
    let head = "Receipt,Spent on,Amount\n";
    let cases = [
        (format!("{head}R1,2026-03-01,1\n"), "success", 1),
        (head.to_owned(), "empty", 0),
        (format!("{head}R1,2026-03-01,x\n"), "failed", 0),
        (format!("{head}R1,,1\n"), "failed", 0),
        ("Colour,Size\nred,1\n".to_owned(), "failed", 0),
        ("Receipt,Spent on\nR1,2026-03-01\n".to_owned(), "failed", 0),
    ];
    for (text, status, rows) in cases {
        let found = ingest("e.csv", &text).await;
        assert_eq!(
            (found["outcome"]["status"].as_str(), found["rows"].as_array().unwrap().len()),
            (Some(status), rows),
            "{text}: {found}"
        );
    }
    let found = ingest("e.csv", "Receipt,Spent on\nR1,2026-03-01\n").await;
    assert_eq!(found["outcome"]["message"], "e.csv has no column for amount; its columns are Receipt, Spent on.");
    let found = ingest("e.png", b"\x89PNG\r\n\x1a\n").await;
    assert_eq!(found["outcome"]["status"], "failed", "{found}");
    assert!(found["outcome"]["message"].as_str().unwrap().contains("cannot be read"), "{found}");
}

#[tokio::test]
async fn numbered_rows_of_two_documents_differ() {
    let mut world = World::new().await;
    world.context.schema = Some(schema(&[("id", Type::Text), ("amount", gbp())]));
    let mut ids = std::collections::BTreeSet::new();
    for name in ["a.csv", "b.csv"] {
        let document = world.submit(name, "Amount,Other\n1,x\n2,y\n").await;
        world.context.idempotency_key = name.into();
        world.context.schema = Some(schema(&[("id", Type::Text), ("amount", gbp()), ("other", Type::Text)]));
        let found = world.call("ingest.rows", json!({ "document": document })).await.unwrap();
        ids.extend(found["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(ids.len(), 4, "{ids:?}");
}
