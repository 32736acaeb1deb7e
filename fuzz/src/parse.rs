//! Reading.

use ntro_grammar::{LineIndex, Parsed, Span, parse_pieces};

/// Whatever the text, there is a tree; what is wrong is told at places that lie within it. Read in pieces, as editors and the compiler do, a
/// text without mistakes is the same tree, and what was read before makes no difference.
///
/// # Panics
/// Where that does not hold.
pub fn parse(text: &str) {
    let whole = ntro_grammar::parse(text);
    looks_right(&whole, text);
    assert!(whole.problems.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start), "{:?}", whole.problems);
    // After another text, every piece is read by itself.
    let (other, placed) = parse_pieces("role other\n", None);
    let (parsed, pieces) = parse_pieces(text, Some((&other.file, &placed)));
    looks_right(&parsed, text);
    assert!(!whole.problems.is_empty() || parsed == whole, "read in pieces it is another text");
    assert_eq!(parse_pieces(text, None).0, parsed, "opened it is another text");
    assert_eq!(pieces.iter().map(|placed| placed.piece.text()).collect::<String>(), text, "pieces are missing");
    // An edit in the middle, and back.
    let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let edited = format!("{}\n}}\n{}", &text[..middle], &text[middle..]);
    let (broken, between) = parse_pieces(&edited, Some((&parsed.file, &pieces)));
    assert_eq!(parse_pieces(text, Some((&broken.file, &between))).0, parsed, "what was read before makes a difference");
}

fn looks_right(parsed: &Parsed, text: &str) {
    let lies_within = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    for problem in &parsed.problems {
        assert!(lies_within(problem.span), "{problem:?}");
        assert!(problem.related.iter().all(|(span, _)| lies_within(*span)), "{problem:?}");
        assert!(problem.fix.as_ref().is_none_or(|edit| lies_within(edit.span)), "{problem:?}");
        assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{problem:?}");
        let _ = LineIndex::new(text).line_col(text, problem.span.start);
    }
    assert!(parsed.problems.len() <= 5_000);
}
