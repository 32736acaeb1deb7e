//! `ntro/explain`: the page of a code.

use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::snapshot::Snapshot;

/// Which code.
#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    code: String,
}

/// Its page.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    code: &'static str,
    title: &'static str,
    markdown: String,
}

pub(crate) fn answer(_: &[Snapshot], params: Params) -> Answer<Option<Page>> {
    let wanted = params.code.trim().to_uppercase();
    let known = ntro_ide::explain::codes().into_iter().find(|(code, _)| *code == wanted);
    Ok(known.and_then(|(code, title)| Some(Page { code, title, markdown: ntro_ide::explain::page(code)? })))
}
