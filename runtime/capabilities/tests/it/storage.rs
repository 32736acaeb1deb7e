use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn what_is_written_can_be_read_and_counts_once() {
    let mut world = World::new().await;
    let write = |content: &str| json!({ "path": "packs/2026-03.md", "content": content });
    assert_eq!(world.call("storage.write", write("one")).await.unwrap(), json!("packs/2026-03.md"));
    world.context.idempotency_key = "key-2".into();
    world.call("storage.write", write("two")).await.unwrap();
    // A late second attempt of the first call does not undo the second call.
    world.context.idempotency_key = "key-1".into();
    world.call("storage.write", write("one")).await.unwrap();
    assert_eq!(world.call("storage.read", json!({ "path": "packs/2026-03.md" })).await.unwrap(), json!("two"));
    let names: Vec<_> = std::fs::read_dir(world.folder.path().join("storage/packs")).unwrap().collect();
    assert_eq!(names.len(), 1, "no half-written file stays");
}

#[tokio::test]
async fn storage_has_walls_and_limits() {
    let world = World::with(|settings| settings.limits.storage_bytes = 5).await;
    std::fs::create_dir(world.folder.path().join("storage")).unwrap();
    std::fs::create_dir(world.folder.path().join("outside")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(world.folder.path().join("outside"), world.folder.path().join("storage/link")).unwrap();
    for path in ["../x", "/tmp/x", "a/../../x", "link/x", "link/deeper/x", ""] {
        for capability in ["storage.write", "storage.read"] {
            let error = world.call(capability, json!({ "path": path, "content": "x" })).await.unwrap_err();
            assert!(
                ["path_not_allowed", "invalid_argument"].contains(&error.kind.as_str()),
                "{capability} {path:?}: {error}"
            );
        }
    }
    assert_eq!(std::fs::read_dir(world.folder.path().join("outside")).unwrap().count(), 0);
    let error = world.call("storage.write", json!({ "path": "x", "content": "123456" })).await.unwrap_err();
    assert_eq!(error.kind, "too_large");
    let error = world.call("storage.read", json!({ "path": "none" })).await.unwrap_err();
    assert_eq!((error.kind.as_str(), error.message.as_str()), ("not_found", "there is no file `none` in the storage"));
    std::fs::write(world.folder.path().join("storage/big"), "123456").unwrap();
    assert_eq!(world.call("storage.read", json!({ "path": "big" })).await.unwrap_err().kind, "too_large");
}

#[tokio::test]
async fn documents_are_stored_and_read_as_text() {
    let world = World::new().await;
    let args = json!({ "name": "pack.md", "content": "# Pack £" });
    let file = world.call("documents.store", args.clone()).await.unwrap();
    assert_eq!((&file["filename"], &file["content_type"]), (&json!("pack.md"), &json!("text/markdown")));
    assert_eq!(world.call("documents.store", args).await.unwrap(), file, "the same content is the same document");
    assert_eq!(world.call("documents.text", json!({ "document": file })).await.unwrap(), json!("# Pack £"));
    let error = world.call("documents.store", json!({ "name": "../x", "content": "" })).await.unwrap_err();
    assert_eq!(error.kind, "invalid_argument");
}
