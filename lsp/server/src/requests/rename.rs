//! `textDocument/prepareRename` and `textDocument/rename`

use ls_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit};
use ntro_ide::RenameRefused;

use crate::answer::{Answer, Failure};
use crate::snapshot::Here;

impl From<RenameRefused> for Failure {
    fn from(refused: RenameRefused) -> Failure {
        Failure::Refused(refused.0)
    }
}

pub(crate) fn prepare(here: &Here, params: TextDocumentPositionParams) -> Answer<Option<PrepareRenameResponse>> {
    let (analysis, path, offset) = here.at(params.position);
    let target = analysis.prepare_rename(path, offset)??;
    let range = here.file.range(target.span);
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: target.name }))
}

pub(crate) fn answer(here: &Here, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let (analysis, path, offset) = here.at(params.text_document_position.position);
    let edits = analysis.rename(path, offset, &params.new_name)??;
    here.snapshot.workspace_edit(&edits).map(Some)
}
