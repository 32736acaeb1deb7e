//! Formatting.

use ntro_grammar::{parse, same, unguarded};

/// Formatting refuses broken texts, loses nothing, and a second run changes nothing. The formatter is asked without its guard too, which
/// would give back a text that it cannot format as it came: the guard is never to be needed.
///
/// # Panics
/// Where that does not hold.
pub fn format(text: &str) {
    let before = parse(text);
    let formatted = match ntro_grammar::format(text) {
        Err(problems) => {
            assert_eq!(problems, before.problems);
            return;
        }
        Ok(formatted) => formatted,
    };
    assert_eq!(before.problems, [], "a broken text was formatted");
    let after = parse(&formatted);
    assert_eq!(after.problems, [], "the result is broken\n{formatted}");
    assert!(same(&before, &after), "the tree or the comments changed\n{formatted}");
    assert_eq!(ntro_grammar::format(&formatted).as_ref(), Ok(&formatted), "a second run changes something");
    assert_eq!(unguarded(text).as_ref(), Some(&formatted), "the guard was needed");
}
