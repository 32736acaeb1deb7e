//! `textDocument/definition`, `textDocument/declaration` and `textDocument/typeDefinition`

use ls_types::{GotoDefinitionParams, GotoDefinitionResponse, LocationLink};
use ntro_ide::Target;

use crate::answer::Answer;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: GotoDefinitionParams) -> Answer<Option<GotoDefinitionResponse>> {
    let (analysis, path, offset) = here.at(params.text_document_position_params.position);
    Ok(response(here, &analysis.definition(path, offset)?))
}

pub(crate) fn of_type(here: &Here, params: GotoDefinitionParams) -> Answer<Option<GotoDefinitionResponse>> {
    let (analysis, path, offset) = here.at(params.text_document_position_params.position);
    Ok(response(here, &analysis.type_definition(path, offset)?))
}

fn response(here: &Here, targets: &[Target]) -> Option<GotoDefinitionResponse> {
    if targets.is_empty() {
        return None;
    }
    if !here.snapshot.client.links {
        let places = targets.iter().filter_map(|target| here.snapshot.location(&target.place));
        return Some(GotoDefinitionResponse::Array(places.collect()));
    }
    let links = targets.iter().filter_map(|target| {
        let file = here.snapshot.file(&target.place.file).ok()?;
        Some(LocationLink {
            origin_selection_range: Some(here.file.range(target.origin)),
            target_uri: here.snapshot.uri(&target.place.file)?,
            // The protocol wants the name inside the whole.
            target_range: file.range(target.whole.to(target.place.span)),
            target_selection_range: file.range(target.place.span),
        })
    });
    Some(GotoDefinitionResponse::Link(links.collect()))
}
