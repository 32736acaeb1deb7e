//! Soft words are keywords only where a block, a property or a clause may begin: everywhere else they are names.
#![allow(clippy::unwrap_used, reason = "a test should stop where it is surprised")]

use ntro_grammar::parse;
use ntro_grammar::problems::{RESERVED, RESERVED_NAME};

const WORDS: &str = "text key source by commit file period step approve await child agent run within on where until show \
    ask warn when checks actions remind every feedback fail skip rework from escalate to reject collect at most times once \
    failure send expect parallel repeat try undo emit sleep require input config output given mock after correct row as \
    with runbook type enum role signal capability import workflow scenario fn for never working days form error late it \
    kind ref value id icon version tags money date list map int bool use title open completed failed calls call action \
    cancel start comment refused running because extern info";

const HARD: &str = "if then else let var return match in and or not true false none";

/// Where any word may stand.
const FIELDS: &[(&str, &str)] = &[
    ("field", "type T { a: int, W: text\n W: W? }"),
    ("argument", "fn f() -> int = g(W: 1, b: 2)"),
    ("record", "fn f() -> json = { W: 1, b: 2,\n W: 3 }"),
    ("member", "fn f(a: T) -> int = a.W + a?.W.W"),
    ("property", "workflow w {\n W: 1\n b: 2\n W: 3\n}"),
];

/// Where a name that is no hard word may stand.
const NAMES: &[(&str, &str)] = &[
    ("value", "fn f() -> int = W + [W, W] == W.W and W in W ?? (W)"),
    ("bare argument", "fn f() -> int = g(W: W, W, W)"),
    ("short field", "fn f() -> json = { W: 1, W, b: W }"),
    ("newline", "runbook r { step s {\n let a = W\n let b = W\n run x.y(W)\n return W\n} }"),
    (
        "condition",
        "runbook r { step s { if W { return W } if a == W { skip \"x\" } match W { W { } } for a in W { run a.b() } } }",
    ),
    (
        "clause",
        "runbook r { child c { for a in W key W.id at most 3 at once\n run x-y(W)\n on failure skip } approve a { by: W\n show t { rows: W, key: W }\n warn when W \"x\"\n within W else skip \"x\"\n on W fail } }",
    ),
    ("rework", "runbook r { approve a { on reject rework from W } }"),
    ("assignment", "runbook r { step s {\n W = 1\n W += 1\n W.W = 2\n let x = W\n W = 3\n} }"),
];

/// Where a variable, step or parameter is named: reserved words are told by name.
const DECLARED: &[(&str, &str)] = &[
    ("variable", "runbook r \"R\" {\n  var W: text = \"a\"\n let W = 1\n}"),
    ("parameter", "fn f(W: text, b: W) -> int = b"),
    ("lambda", "fn f() -> int = xs.map(W => a.id)"),
    ("step", "runbook r { step W { run a.b() } step W \"W\" { run a.b() } }"),
    ("loop", "runbook r { step s { for W in xs { run a.b() } } }"),
    ("binding", "runbook r { on x (W) { a = 1 } }"),
];

#[test]
fn any_word_names_a_field() {
    for word in WORDS.split_whitespace().chain(HARD.split_whitespace()) {
        for (form, text) in FIELDS {
            // A type is never called by a hard word.
            if HARD.split_whitespace().any(|hard| hard == word) && *form == "field" {
                continue;
            }
            // These three mean something of their own among properties.
            if *form == "property" && ["within", "output", "runbook"].contains(&word) {
                continue;
            }
            let text = text.replace('W', word);
            assert_eq!(parse(&text).problems, [], "{form}: {text}");
        }
    }
}

#[test]
fn soft_words_are_names() {
    for word in WORDS.split_whitespace().filter(|word| !RESERVED.contains(word)) {
        for (form, text) in NAMES {
            let text = text.replace('W', word);
            assert_eq!(parse(&text).problems, [], "{form} {word}: {text}");
        }
    }
}

#[test]
fn reserved_words_are_told() {
    for word in WORDS.split_whitespace().chain(HARD.split_whitespace()) {
        let reserved = RESERVED.contains(&word);
        for (form, text) in DECLARED {
            let text = text.replace('W', word);
            let problems = parse(&text).problems;
            if reserved {
                let hard = HARD.split_whitespace().any(|hard| hard == word);
                assert!(!problems.is_empty(), "{form} {word}");
                // Hard words stand where they stand only in some forms; the others say that a name is missing.
                if !hard {
                    assert!(problems.iter().all(|p| p.code == RESERVED_NAME), "{form} {word}: {problems:#?}");
                    assert!(problems.first().unwrap().message.contains(word));
                }
            } else {
                assert_eq!(problems, [], "{form} {word}: {text}");
            }
        }
    }
}
