use serde_json::{Value as Json, json};

use crate::world::World;

fn rows() -> Json {
    json!([
        { "id": "a", "amount": { "amount": "0.10", "currency": "GBP" }, "fees": [{ "amount": "0.2", "currency": "EUR" }] },
        { "id": "b", "amount": { "amount": "90071992547409.93", "currency": "GBP" } },
        { "unit": "U-3", "rate": { "amount": "0.125", "currency": "GBP" } },
    ])
}

#[tokio::test]
async fn a_commit_with_the_same_key_counts_once() {
    let world = World::new().await;
    let document = world.submit("a.csv", "x").await;
    let args = json!({ "source": "rent-roll", "value": rows(), "document": document, "corrections": [{ "id": "a" }] });
    let first = world.call("records.commit", args.clone()).await.unwrap();
    assert_eq!((&first["rows"], &first["corrections_applied"]), (&json!(3), &json!(1)));
    assert_eq!(world.call("records.commit", args).await.unwrap(), first);
    assert_eq!(
        world
            .rows("SELECT entity_slug, period, source, row_number, row_key FROM ingest_committed_rows ORDER BY id")
            .await,
        ["spv1|2026-03|rent-roll|1|a", "spv1|2026-03|rent-roll|2|b", "spv1|2026-03|rent-roll|3|3"]
    );
    // To the penny, and SQL can add it up.
    assert_eq!(
        world.rows("SELECT row_key, field, amount, currency, hundredths FROM ingest_current_amounts ORDER BY row_number, field").await,
        ["a|amount|0.10|GBP|10", "a|fees[0]|0.2|EUR|20", "b|amount|90071992547409.93|GBP|9007199254740993", "3|rate|0.125|GBP|None"]
    );
    let error = world.call("records.commit", json!({ "source": "rent-roll", "value": [] })).await.unwrap_err();
    assert_eq!(error.kind, "key_reused");
    assert_eq!(world.rows("SELECT count(*) FROM ingest_extracted_payloads").await, ["1"]);
}

#[tokio::test]
async fn calls_can_be_spawned() {
    let world = World::new().await;
    let (capabilities, context, options) = (world.capabilities.clone(), world.context.clone(), world.options.clone());
    let task = tokio::spawn(async move {
        let args = json!({ "source": "s", "value": [] });
        capabilities.call("records.commit", args, &context, &options).await
    });
    assert_eq!(task.await.unwrap().unwrap()["rows"], 0);
}

#[tokio::test]
async fn two_attempts_at_once_count_once() {
    let world = World::new().await;
    let args = json!({ "source": "rent-roll", "value": rows() });
    let (one, two) = tokio::join!(world.call("records.commit", args.clone()), world.call("records.commit", args));
    assert_eq!(one.unwrap(), two.unwrap());
    assert_eq!(world.rows("SELECT count(*) FROM ingest_committed_rows").await, ["3"]);
}

#[tokio::test]
async fn a_later_commit_supersedes_and_the_history_stays() {
    let mut world = World::new().await;
    for (key, amount) in [("k1", "1.00"), ("k2", "2.00")] {
        world.context.idempotency_key = key.into();
        let value = json!([{ "id": "a", "amount": { "amount": amount, "currency": "GBP" } }]);
        world.call("records.commit", json!({ "source": "s", "value": value })).await.unwrap();
    }
    assert_eq!(world.rows("SELECT amount FROM ingest_current_amounts").await, ["2.00"]);
    assert_eq!(world.rows("SELECT amount FROM ingest_committed_amounts ORDER BY row_id").await, ["1.00", "2.00"]);
}

#[tokio::test]
async fn the_previous_value_is_that_of_the_month_before() {
    let mut world = World::new().await;
    world.context.period = Some("2025-12".into());
    world.call("records.commit", json!({ "source": "s", "value": rows() })).await.unwrap();
    world.context.period = Some("2026-01".into());
    assert_eq!(world.call("records.previous", json!({ "source": "s" })).await.unwrap(), rows());
    assert_eq!(world.call("records.previous", json!({ "source": "other" })).await.unwrap(), Json::Null);
    world.context.period = Some("2026-02".into());
    assert_eq!(world.call("records.previous", json!({ "source": "s" })).await.unwrap(), Json::Null);
    world.context.period = Some("soon".into());
    assert_eq!(world.call("records.previous", json!({ "source": "s" })).await.unwrap_err().kind, "invalid_argument");
}

#[tokio::test]
async fn each_tenant_finds_its_own() {
    let mut world = World::new().await;
    for (tenant, amount) in [("t1", 1), ("t2", 2)] {
        (world.context.tenant, world.context.period) = (tenant.into(), Some("2026-03".into()));
        world.context.idempotency_key = tenant.into();
        world.call("records.commit", json!({ "source": "s", "value": amount })).await.unwrap();
    }
    for (tenant, expected) in [("t1", json!(1)), ("t2", json!(2)), ("t3", Json::Null)] {
        (world.context.tenant, world.context.period) = (tenant.into(), Some("2026-04".into()));
        assert_eq!(world.call("records.previous", json!({ "source": "s" })).await.unwrap(), expected, "{tenant}");
    }
}

#[tokio::test]
async fn records_and_messages_are_kept_once() {
    let mut world = World::new().await;
    let record = json!({ "kind": "expense", "data": { "a": 1 }, "source_ref": "mail-7" });
    let message = json!({ "to": "ana", "subject": "Late", "message": "No rent roll." });
    for _ in 0..2 {
        world.context.idempotency_key = "k1".into();
        assert_eq!(world.call("records.submit", record.clone()).await.unwrap(), Json::Null);
        world.context.idempotency_key = "k2".into();
        assert_eq!(world.call("notify.send", message.clone()).await.unwrap(), Json::Null);
    }
    assert_eq!(
        world.rows("SELECT kind, data, source_ref FROM ingest_submitted_records").await,
        ["expense|{\"a\":1}|\"mail-7\""]
    );
    let outbox = world.capabilities.store().outbox(10).await.unwrap();
    assert_eq!((outbox.len(), outbox[0].recipient.as_str(), outbox[0].delivered_at.as_ref()), (1, "ana", None));
}

#[tokio::test]
async fn arguments_are_checked() {
    let world = World::new().await;
    for (capability, args, part) in [
        ("records.commit", json!({}), "`records.commit` needs the argument `source`"),
        ("records.commit", json!({ "source": 5 }), "`source` of `records.commit` is not a text"),
        ("files.parse", json!({ "document": 5 }), "`document` of `files.parse` is not a document"),
        ("files.parse", json!({ "document": { "document_ref": "doc_none" } }), "there is no document `doc_none`"),
        ("ai.extract", json!({ "content": "" }), "run ai.extract<Row>("),
        ("ai.extract", json!({ "content": "", "cells": { "grid_ref": "no" } }), "there is no table of cells `no`"),
    ] {
        let error = world.call(capability, args).await.unwrap_err();
        assert!(error.message.contains(part) && !error.retryable, "{capability}: {error}");
    }
}
