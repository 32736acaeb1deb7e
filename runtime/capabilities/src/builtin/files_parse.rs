//! `files.parse(document: file) -> Parsed { filename, format, pages, rows, plain_text, cells: Grid, truncated }`: reads a document
//! into text and cells. The result also carries `notes` about the reading, such as a guessed encoding.

use async_trait::async_trait;
use ntro_store::Document;
use serde_json::{Value as Json, json};

use crate::call::{Call, Capability};
use crate::{CapabilityError, read};

pub(crate) struct FilesParse;

#[async_trait]
impl Capability for FilesParse {
    fn name(&self) -> &'static str {
        "files.parse"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let (document, parsed) = parse(call).await?;
        let grid_ref = call.host.store.put_grid(Some(&document.document_ref), &parsed.grid).await?;
        Ok(json!({
            "filename": document.filename,
            "format": parsed.format,
            "pages": parsed.pages,
            "rows": parsed.grid.row_count(),
            "plain_text": parsed.plain_text,
            "cells": { "grid_ref": grid_ref },
            "truncated": parsed.truncated,
            "notes": parsed.notes,
        }))
    }
}

/// Reads the argument `document`.
pub(super) async fn parse(call: &Call<'_>) -> Result<(Document, read::Parsed), CapabilityError> {
    let file = call.file("document")?;
    let document = call.host.store.document_meta(&file.document_ref).await?;
    let limits = call.host.settings.limits;
    if document.size_bytes > limits.parse_bytes {
        let (size, limit) = (document.size_bytes / 1_000_000, limits.parse_bytes / 1_000_000);
        let message = format!("{} is {size} MB; documents of up to {limit} MB are read", document.filename);
        return Err(CapabilityError::new("too_large", message));
    }
    let bytes = call.host.store.document_bytes(&file.document_ref).await?;
    if bytes.is_empty() {
        return Err(read::unreadable(&document.filename, "it is empty"));
    }
    let format = read::format_of(&document.filename, &document.content_type, &bytes)?;
    let parsed = call.host.readers.read(&document.filename, format, bytes, limits).await?;
    Ok((document, parsed))
}
