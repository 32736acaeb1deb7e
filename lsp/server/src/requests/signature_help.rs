//! `textDocument/signatureHelp`

use ls_types::{
    Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp, SignatureHelpParams,
    SignatureInformation,
};
use ntro_ide::{Signature, Span};

use crate::answer::Answer;
use crate::positions::Encoding;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: SignatureHelpParams) -> Answer<Option<SignatureHelp>> {
    let (analysis, path, offset) = here.at(params.text_document_position_params.position);
    let Some(help) = analysis.signature_help(path, offset)? else { return Ok(None) };
    let offsets = here.snapshot.client.label_offsets;
    let active = help.parameter.map(whole);
    let signatures = help.signatures.into_iter().map(|signature| information(signature, offsets, active));
    Ok(Some(SignatureHelp {
        signatures: signatures.collect(),
        active_signature: Some(whole(help.active)),
        active_parameter: active,
    }))
}

fn information(signature: Signature, offsets: bool, active: Option<u32>) -> SignatureInformation {
    let label = signature.label;
    let parameters = signature.parameters.into_iter().map(|parameter| ParameterInformation {
        label: place(&label, parameter.span, offsets),
        documentation: documentation(parameter.documentation),
    });
    // Where no parameter is left, a number past the last marks none.
    let parameters: Vec<_> = parameters.collect();
    let none_left = whole(parameters.len());
    SignatureInformation {
        parameters: Some(parameters),
        label,
        documentation: documentation(signature.documentation),
        active_parameter: Some(active.unwrap_or(none_left)),
    }
}

/// Offsets in labels are counted in UTF-16, whatever positions are counted in.
fn place(label: &str, span: Span, offsets: bool) -> ParameterLabel {
    let units = |to: u32| whole(label.get(..to as usize).map_or(0, |before| Encoding::Utf16.length(before)));
    if offsets {
        ParameterLabel::LabelOffsets([units(span.start), units(span.end)])
    } else {
        ParameterLabel::Simple(label.get(span.start as usize..span.end as usize).unwrap_or_default().to_owned())
    }
}

fn documentation(text: String) -> Option<Documentation> {
    let value = Some(text).filter(|text| !text.is_empty())?;
    Some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }))
}

fn whole(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
