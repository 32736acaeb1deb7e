//! A project in a folder of its own.

use std::path::{Path, PathBuf};

use ntro_capabilities::{Capabilities, CapabilityError, Settings, Submission};
use ntro_ir::{CallContext, CallOptions, Retry};
use ntro_store::Store;
use serde_json::{Value as Json, json};

pub(crate) struct World {
    pub(crate) capabilities: Capabilities,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) context: CallContext,
    pub(crate) options: CallOptions,
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> World {
        let folder = tempfile::tempdir().unwrap();
        let bundle = folder.path().join("project");
        std::fs::create_dir(&bundle).unwrap();
        let mut settings = Settings::new(&bundle, folder.path().join("storage"));
        change(&mut settings);
        let store = Store::open(folder.path().join("store.db")).await.unwrap();
        World {
            capabilities: Capabilities::new(store, settings).unwrap(),
            folder,
            context: context("key-1"),
            options: options(),
        }
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// Writes a file of the project.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.bundle().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) async fn call(&self, capability: &str, args: Json) -> Result<Json, CapabilityError> {
        self.capabilities.call(capability, args, &self.context, &self.options).await
    }

    /// Submits a file of the project.
    pub(crate) async fn submit(&self, name: &str, content: impl AsRef<[u8]>) -> Json {
        let path = self.file(name, content);
        self.submit_path(&path).await.unwrap()
    }

    pub(crate) async fn submit_path(&self, path: &Path) -> Result<Json, CapabilityError> {
        let submission = Submission { entity: "spv1".into(), task_id: "run-1".into(), ..Submission::default() };
        self.capabilities.submit_file(path, &submission).await
    }

    /// Submits and parses a file; gives the result and its cells.
    pub(crate) async fn parse(
        &self,
        name: &str,
        content: impl AsRef<[u8]>,
    ) -> Result<(Json, Vec<Vec<String>>), CapabilityError> {
        let document = self.submit(name, content).await;
        let parsed = self.call("files.parse", json!({ "document": document })).await?;
        let grid = self.capabilities.store().get_grid(parsed["cells"]["grid_ref"].as_str().unwrap()).await.unwrap();
        Ok((parsed, grid.sheets.into_iter().flat_map(|sheet| sheet.rows).collect()))
    }

    pub(crate) async fn rows(&self, sql: &'static str) -> Vec<String> {
        sqlx_rows(self.folder.path().join("store.db"), sql)
    }
}

/// What another program sees in the database file.
fn sqlx_rows(path: PathBuf, sql: &str) -> Vec<String> {
    let script = "import sqlite3,sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print('|'.join(map(str,row)))";
    let out = std::process::Command::new("python3").args(["-c", script]).arg(path).arg(sql).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect()
}

pub(crate) fn context(key: &str) -> CallContext {
    CallContext {
        idempotency_key: key.into(),
        workflow_id: "run-1".into(),
        step: "step".into(),
        tenant: "acme".into(),
        entity: "spv1".into(),
        period: Some("2026-03".into()),
        schema: None,
        agent: None,
    }
}

pub(crate) fn options() -> CallOptions {
    CallOptions { queue: None, activity: None, program: None, within_ms: 60_000, retry: Retry::default(), quick: false }
}

/// The schema of a record, made as the compiler's programs make it.
pub(crate) fn schema(fields: &[(&str, ntro_ir::Type)]) -> Json {
    let def = ntro_ir::RecordDef {
        name: "Row".into(),
        fields: fields
            .iter()
            .map(|(name, ty)| ntro_ir::FieldDef {
                name: (*name).to_owned(),
                ty: ty.clone(),
                default: None,
                doc: String::new(),
            })
            .collect(),
        doc: String::new(),
    };
    ntro_ir::json::schema(&ntro_ir::Type::Named(0), &[ntro_ir::TypeDef::Record(def)])
}

pub(crate) fn optional(ty: ntro_ir::Type) -> ntro_ir::Type {
    ntro_ir::Type::Optional(Box::new(ty))
}

pub(crate) fn gbp() -> ntro_ir::Type {
    ntro_ir::Type::MoneyIn(ntro_ir::Currency::new("GBP").unwrap())
}
