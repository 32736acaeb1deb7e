//! Who reads typed rows out of documents.

use async_trait::async_trait;
use ntro_store::Grid;
use serde_json::{Map, Value as Json};

use crate::{CapabilityError, typed};

/// What is to be read.
#[derive(Debug, Clone, Copy)]
pub struct ExtractRequest<'a> {
    /// The document's text.
    pub content: &'a str,
    /// Its cells, where it has a table.
    pub cells: Option<&'a Grid>,
    /// What the runbook's author says about it.
    pub notes: Option<&'a str>,
    /// The JSON Schema of a row.
    pub schema: &'a Json,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extraction {
    /// The rows, each an object that fits the schema.
    pub rows: Vec<Map<String, Json>>,
    /// What a reviewer should know, in words.
    pub summary: String,
    /// From 0 to 1, in thousandths.
    pub confidence_thousandths: u32,
    /// What was found and has no place in the schema: columns, rows.
    pub unmapped: Vec<String>,
}

/// Reads typed rows out of documents.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Its name, for people.
    fn name(&self) -> &str;
    /// Reads.
    async fn extract(&self, request: ExtractRequest<'_>) -> Result<Extraction, CapabilityError>;
}

/// Reads tables by the names of their columns. Needs no network and no model, and always gives the same answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offline;

#[async_trait]
impl Provider for Offline {
    fn name(&self) -> &str {
        "offline"
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Result<Extraction, CapabilityError> {
        typed::extract(&request)
    }
}
