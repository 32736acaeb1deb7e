//! A text that is read in pieces says what it says as a whole.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test reads files, and may stop where it stands"
)]

use std::path::Path;

use ntro_grammar::{Parsed, Placed, parse, parse_pieces};

fn texts(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "ntro") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

fn all() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    texts(&root.join("examples"), &mut found);
    texts(&root.join("tests"), &mut found);
    texts(&root.join("compiler/src/prelude"), &mut found);
    assert!(found.len() > 20, "the texts of the repository are here");
    found
}

/// Each piece read by itself, as it is after an edit.
fn by_itself(text: &str) -> (Parsed, Vec<Placed>) {
    let (other, placed) = parse_pieces("role other\n", None);
    parse_pieces(text, Some((&other.file, &placed)))
}

#[test]
fn pieces_give_the_tree_of_the_whole() {
    let (mut sound, mut pieces) = (0, 0);
    for text in all() {
        let whole = parse(&text);
        if !whole.problems.is_empty() {
            continue;
        }
        let (parsed, placed) = by_itself(&text);
        assert_eq!(parsed, whole, "{text}");
        let (parsed, in_one_go) = parse_pieces(&text, None);
        assert_eq!(parsed, whole, "{text}");
        let places = |all: &[Placed]| all.iter().map(|placed| (placed.start, placed.first)).collect::<Vec<_>>();
        assert_eq!(places(&in_one_go), places(&placed), "{text}");
        assert_eq!(placed.iter().map(|placed| placed.piece.text()).collect::<String>(), text, "nothing is lost");
        (sound, pieces) = (sound + 1, pieces + placed.len());
    }
    assert!(pieces > 2 * sound, "most texts have several declarations");
}

#[test]
fn what_was_read_before_changes_nothing() {
    for text in all() {
        let mut before = parse_pieces(&text, None);
        let mut at = 7;
        for cut in 0..12 {
            at = (at * 31 + 17) % (text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let edit = ["{", "}", "\"", "x", "\n", "\n\ntype T { a: text }\n", "", "// ", "\"\"\""][cut % 9];
            let end = (at + cut).min(text.len());
            let end = (at..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(at);
            let edited = format!("{}{edit}{}", &text[..at], &text[end..]);
            let (again, placed) = parse_pieces(&edited, Some((&before.0.file, &before.1)));
            assert_eq!(again, parse_pieces(&edited, None).0);
            assert_eq!(again, by_itself(&edited).0);
            before = (again, placed);
        }
    }
}

/// What is wrong inside a block is told as if the whole text had been read, but for brackets and quotes that drag other blocks with them:
/// there the pieces know less of what is far away, and often say less.
#[test]
fn what_is_wrong_in_a_block_is_told_as_in_the_whole() {
    const TYPED: [&str; 20] = [
        "{",
        "}",
        "\"",
        "x",
        "\n",
        "(",
        ")",
        ",",
        ":",
        " = ",
        "// ",
        "\"\"\"",
        "if ",
        "step ",
        "  let y = ",
        "else",
        "on ",
        "step q \"Q\" {",
        "run ",
        ".",
    ];
    let mut seed: u64 = 1;
    let mut below = |end: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % end.max(1)
    };
    let (mut wrong, mut other) = (0, 0);
    for text in all() {
        let body = text.find("\n  step ").filter(|_| parse(&text).problems.is_empty());
        let Some(body) = body else { continue };
        let end = body + text[body..].find("\n}").unwrap();
        for _ in 0..24 {
            let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let at = boundary(body + 1 + below(end - body));
            let until = boundary((at + [0, 0, 1, 2, 5][below(5)]).min(text.len())).max(at);
            let edited = format!("{}{}{}", &text[..at], TYPED[below(TYPED.len())], &text[until..]);
            let (whole, (pieces, _)) = (parse(&edited), by_itself(&edited));
            wrong += usize::from(!whole.problems.is_empty());
            other += usize::from(whole != pieces);
        }
    }
    assert!(wrong > 100, "most of it breaks something: {wrong}");
    assert!(other * 50 < wrong, "{other} of {wrong} are read otherwise");
}
