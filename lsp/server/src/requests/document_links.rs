//! `textDocument/documentLink`

use ls_types::{DocumentLink, DocumentLinkParams};

use crate::answer::Answer;
use crate::paths;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: DocumentLinkParams) -> Answer<Option<Vec<DocumentLink>>> {
    let _ = params;
    let links = here.snapshot.analysis.document_links(&here.file.path)?;
    let links = links.into_iter().filter_map(|link| {
        Some(DocumentLink {
            range: here.file.range(link.span),
            target: Some(paths::uri(&here.snapshot.absolute(&link.target)?)?),
            tooltip: None,
            data: None,
        })
    });
    Ok(Some(links.collect()))
}
