//! Broken texts and odd places: every question has an answer, at every place.

use crate::fixture::{INGEST, fixture};

#[test]
fn every_question_is_answered_at_every_place_of_a_broken_text() {
    let main = INGEST.split_once("//- main.ntro\n").unwrap().1;
    for cut in (0..main.len()).step_by(97).filter(|cut| main.is_char_boundary(*cut)) {
        let found = fixture(&format!("//- main.ntro\n{}", &main[..cut]));
        for offset in [0, cut as u32 / 2, cut as u32, cut as u32 + 7, u32::MAX] {
            let (analysis, path) = (&found.analysis, "main.ntro");
            analysis.hover(path, offset).unwrap();
            analysis.completion(path, offset).unwrap();
            analysis.signature_help(path, offset).unwrap();
            analysis.definition(path, offset).unwrap();
            analysis.type_definition(path, offset).unwrap();
            analysis.references(path, offset, true).unwrap();
            analysis.document_highlights(path, offset).unwrap();
            analysis.prepare_rename(path, offset).unwrap().ok();
            analysis.linked_editing(path, offset).unwrap();
            analysis.selection_ranges(path, offset).unwrap();
            analysis.prepare_call_hierarchy(path, offset).unwrap();
            analysis.code_actions(path, ntro_ide::Span::new(offset, offset)).unwrap();
            analysis.format_on_type(path, offset, '}').unwrap();
        }
        found.analysis.semantic_tokens("main.ntro", None).unwrap();
        found.analysis.inlay_hints("main.ntro", ntro_ide::Span::new(0, u32::MAX)).unwrap();
        found.analysis.folding_ranges("main.ntro").unwrap();
        found.analysis.document_symbols("main.ntro").unwrap();
        found.analysis.code_lenses("main.ntro").unwrap();
        found.analysis.document_links("main.ntro").unwrap();
    }
}

#[test]
fn files_that_are_not_there_have_nothing() {
    let found = fixture(INGEST);
    assert_eq!(found.analysis.hover("other.ntro", 0).unwrap(), None);
    assert!(found.analysis.completion("other.ntro", 0).unwrap().is_empty());
    assert!(found.analysis.format("other.ntro").unwrap().is_empty());
}
