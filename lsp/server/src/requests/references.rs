//! `textDocument/references`

use ls_types::{Location, ReferenceParams};

use crate::answer::Answer;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: ReferenceParams) -> Answer<Option<Vec<Location>>> {
    let (analysis, path, offset) = here.at(params.text_document_position.position);
    let places = analysis.references(path, offset, params.context.include_declaration)?;
    Ok(Some(places.iter().filter_map(|place| here.snapshot.location(place)).collect()))
}
