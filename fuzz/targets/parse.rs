//! Whatever the text, there is a tree; what is wrong is told in the order of the text, at places that lie within it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ntro_grammar::{LineIndex, Span};

fuzz_target!(|text: &str| {
    let parsed = ntro_grammar::parse(text);
    let lies_within = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    for problem in &parsed.problems {
        assert!(lies_within(problem.span), "{problem:?}");
        assert!(problem.related.iter().all(|(span, _)| lies_within(*span)), "{problem:?}");
        assert!(problem.fix.as_ref().is_none_or(|edit| lies_within(edit.span)), "{problem:?}");
        assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{problem:?}");
        let _ = LineIndex::new(text).line_col(text, problem.span.start);
    }
    assert!(parsed.problems.len() <= 5_000);
    assert!(parsed.problems.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
    // An editor reads the same text in pieces, and must be told the same.
    assert_eq!(ntro_grammar::parse_pieces(text, &[]).0, parsed);
});
