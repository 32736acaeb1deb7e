//! `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls` and `callHierarchy/outgoingCalls`

use ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams,
};
use ntro_ide::{CallItem, Span};

use super::symbols;
use crate::answer::Answer;
use crate::snapshot::{Here, Snapshot};

pub(crate) fn prepare(here: &Here, params: CallHierarchyPrepareParams) -> Answer<Option<Vec<CallHierarchyItem>>> {
    let (analysis, path, offset) = here.at(params.text_document_position_params.position);
    let found = analysis.prepare_call_hierarchy(path, offset)?;
    Ok(found.and_then(|found| item(&here.snapshot, &found)).map(|item| vec![item]))
}

pub(crate) fn incoming(
    here: &Here,
    params: CallHierarchyIncomingCallsParams,
) -> Answer<Option<Vec<CallHierarchyIncomingCall>>> {
    let Some(of) = again(here, &params.item)? else { return Ok(None) };
    let calls = here.snapshot.analysis.incoming_calls(&of)?;
    let calls = calls.into_iter().filter_map(|call| {
        let from_ranges = ranges(&here.snapshot, &call.item.place.file, &call.places)?;
        Some(CallHierarchyIncomingCall { from: item(&here.snapshot, &call.item)?, from_ranges })
    });
    Ok(Some(calls.collect()))
}

pub(crate) fn outgoing(
    here: &Here,
    params: CallHierarchyOutgoingCallsParams,
) -> Answer<Option<Vec<CallHierarchyOutgoingCall>>> {
    let Some(of) = again(here, &params.item)? else { return Ok(None) };
    let calls = here.snapshot.analysis.outgoing_calls(&of)?;
    let calls = calls.into_iter().filter_map(|call| {
        // The calls stand in the text of the one that was asked about.
        let from_ranges = ranges(&here.snapshot, &of.place.file, &call.places)?;
        Some(CallHierarchyOutgoingCall { to: item(&here.snapshot, &call.item)?, from_ranges })
    });
    Ok(Some(calls.collect()))
}

/// The item that the client has kept: what stands where its name stood.
fn again(here: &Here, item: &CallHierarchyItem) -> Answer<Option<CallItem>> {
    let (analysis, path, offset) = here.at(item.selection_range.start);
    Ok(analysis.prepare_call_hierarchy(path, offset)?)
}

fn ranges(snapshot: &Snapshot, path: &str, places: &[Span]) -> Option<Vec<ls_types::Range>> {
    let file = snapshot.file(path).ok()?;
    Some(places.iter().map(|span| file.range(*span)).collect())
}

fn item(snapshot: &Snapshot, item: &CallItem) -> Option<CallHierarchyItem> {
    let file = snapshot.file(&item.place.file).ok()?;
    Some(CallHierarchyItem {
        name: item.name.clone(),
        kind: symbols::kind(item.kind),
        tags: None,
        detail: Some(item.detail.clone()).filter(|detail| !detail.is_empty()),
        uri: snapshot.uri(&item.place.file)?,
        range: file.range(item.whole.to(item.place.span)),
        selection_range: file.range(item.place.span),
        data: None,
    })
}
