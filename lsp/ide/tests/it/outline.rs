//! Symbols, folding, selection, lenses, links, hints.

use ntro_ide::{DocumentSymbol, LensCommand, Span};

use crate::fixture::{INGEST, fixture, ingest_at};

fn tree(symbols: &[DocumentSymbol], depth: usize, out: &mut String) {
    for symbol in symbols {
        out.push_str(&format!("{}{} {:?} {}\n", "  ".repeat(depth), symbol.name, symbol.kind, symbol.detail));
        tree(&symbol.children, depth + 1, out);
    }
}

#[test]
fn a_file_has_an_outline() {
    let found = fixture(INGEST);
    let mut out = String::new();
    tree(&found.analysis.document_symbols("main.ntro").unwrap(), 0, &mut out);
    insta::assert_snapshot!(out);
}

#[test]
fn names_are_found_by_their_letters() {
    let found = fixture(INGEST);
    let of = |query: &str| -> Vec<String> {
        found.analysis.workspace_symbols(query).unwrap().into_iter().map(|symbol| symbol.name).collect()
    };
    assert_eq!(of("revw"), ["review"]);
    assert_eq!(of("ing"), ["ingest"]);
    assert!(of("").len() > 10);
}

#[test]
fn blocks_fold() {
    let found = fixture(INGEST);
    let text = found.text("main.ntro");
    let all = found.analysis.folding_ranges("main.ntro").unwrap();
    assert!(all.iter().all(|folding| text[folding.span.start as usize..folding.span.end as usize].contains('\n')));
    assert_eq!(all.len(), 5, "the runbook, its input, the gate, the step and the scenario: {all:?}");
}

#[test]
fn a_selection_grows() {
    let found = ingest_at("l.status == open", 0, 3);
    let text = found.text("main.ntro");
    let all = found.analysis.selection_ranges(&found.path, found.offset).unwrap();
    let first: Vec<&str> = all.iter().take(4).map(|span| &text[span.start as usize..span.end as usize]).collect();
    assert_eq!(first, ["status", "l.status", "l.status == open", "l => l.status == open"]);
    assert_eq!(all.last(), Some(&Span::new(0, text.len() as u32)));
    assert!(all.windows(2).all(|pair| pair[1].start <= pair[0].start && pair[0].end <= pair[1].end));
}

#[test]
fn runbooks_and_scenarios_can_be_started() {
    let found = fixture(INGEST);
    let lenses = found.analysis.code_lenses("main.ntro").unwrap();
    let titles: Vec<&str> = lenses.iter().map(|lens| lens.title.as_str()).collect();
    assert_eq!(titles, ["Run", "Test all", "Show graph", "Test"]);
    assert_eq!(lenses[0].command, LensCommand::Run { runbook: "ingest".to_owned() });
}

#[test]
fn imports_are_links() {
    let found = fixture(INGEST);
    let links = found.analysis.document_links("main.ntro").unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(found.show("main.ntro", links[0].span), "main.ntro:1: import { Line } from \"[./types.ntro]\"");
    assert_eq!(links[0].target, "types.ntro");
}

#[test]
fn what_is_not_written_is_hinted() {
    let found = fixture(INGEST);
    let text = found.text("main.ntro");
    let all = found.analysis.inlay_hints("main.ntro", Span::new(0, u32::MAX)).unwrap();
    let shown: Vec<String> = all
        .iter()
        .map(|hint| {
            let before = &text[..hint.offset as usize];
            format!("{}|{}", before.rsplit(['\n', ' ']).next().unwrap(), hint.label)
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}
