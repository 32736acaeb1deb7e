use ntro_ir::Type;
use serde_json::{Value as Json, json};

use crate::world::{World, gbp, schema};

async fn table(path: &str) -> Result<Json, String> {
    let mut world = World::new().await;
    world.file("data/vendors.csv", "Name,Account,Limit\nTotal,7400,5.00\nShell,7401,6.50\n");
    world.file("data/wrong.csv", "Name,Account,Limit\nA,7400,5.00\nB,,much\n");
    world.file("data/short.csv", "Name,Account\nA,7400\n");
    world.file("data/notes.txt", "Name  Account  Limit\nA  1  2\n");
    std::fs::write(world.folder.path().join("secret.csv"), "Name,Account,Limit\nA,1,2\n").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(world.folder.path().join("secret.csv"), world.bundle().join("data/link.csv")).unwrap();
    world.context.schema = Some(schema(&[("name", Type::Text), ("account", Type::Text), ("limit", gbp())]));
    world.call("files.table", json!({ "path": path })).await.map_err(|error| format!("{}: {error}", error.kind))
}

#[tokio::test]
async fn a_file_of_the_project_becomes_typed_rows() {
    let rows = table("data/vendors.csv").await.unwrap();
    let limit = |amount: &str| json!({ "amount": amount, "currency": "GBP" });
    assert_eq!(
        rows,
        json!([
            { "name": "Total", "account": "7400", "limit": limit("5.00") },
            { "name": "Shell", "account": "7401", "limit": limit("6.50") },
        ])
    );
}

#[tokio::test]
async fn mistakes_are_told_with_file_row_and_column() {
    assert_eq!(
        table("data/wrong.csv").await.unwrap_err(),
        "invalid_table: data/wrong.csv, row 3, column Account: it is empty\n\
         data/wrong.csv, row 3, column Limit: `much` is not an amount of money"
    );
    assert_eq!(
        table("data/short.csv").await.unwrap_err(),
        "invalid_table: data/short.csv has no column for limit; its columns are Name, Account"
    );
    assert!(table("data/notes.txt").await.unwrap_err().starts_with("unsupported_format"));
    assert!(table("data/none.csv").await.unwrap_err().starts_with("not_found: `data/none.csv`"));
}

#[tokio::test]
async fn nothing_outside_the_project_is_read() {
    for path in
        ["../secret.csv", "/etc/passwd", "data/../../secret.csv", "data/link.csv", "", "data\\..\\x.csv", "a\0b"]
    {
        let error = table(path).await.unwrap_err();
        assert!(error.starts_with("path_not_allowed"), "{path:?}: {error}");
    }
}
