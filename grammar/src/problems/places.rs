//! What stands where it cannot, twice, or beyond a bound.

use super::{
    BARE_RETURN, MISPLACED, NEEDLESS_COLON, STRAY_CLOSER, TOO_DEEP, TOO_LARGE, TWICE, UNEXPECTED, UNKNOWN_WORD, fixed,
    problem, short,
};
use crate::ast::Name;
use crate::{Problem, Span};

pub(crate) fn stray_closer(at: Span, sign: &str) -> Problem {
    let opener = match sign {
        ")" => "(",
        "]" => "[",
        _ => "{",
    };
    fixed(
        problem(
            STRAY_CLOSER,
            at,
            format!("This `{sign}` closes nothing."),
            format!("one `{sign}` too many"),
            format!("Remove it, or write the `{opener}` that it should close."),
        ),
        at,
        "",
    )
}

pub(crate) fn unexpected(at: Span, text: &str, hint: &str) -> Problem {
    problem(UNEXPECTED, at, format!("`{}` does not fit here.", short(text)), "this is not understood", hint)
}

pub(crate) fn needless_colon(at: Span, word: &str) -> Problem {
    fixed(
        problem(
            NEEDLESS_COLON,
            at,
            format!("`{}` takes no colon.", short(word)),
            "remove this colon",
            format!("Write `{} …` without the colon: it is a clause, not a property.", short(word)),
        ),
        at,
        "",
    )
}

pub(crate) fn unknown_block(name: &Name, guess: Option<&str>) -> Problem {
    unknown(name, guess, "`step`, `approve`, `await`, `child` or `agent`")
}

pub(crate) fn unknown_decl(name: &Name, guess: Option<&str>) -> Problem {
    unknown(
        name,
        guess,
        "`runbook`, `workflow`, `type`, `enum`, `signal`, `capability`, `role`, `fn`, `import` or `scenario`",
    )
}

fn unknown(name: &Name, guess: Option<&str>, all: &str) -> Problem {
    let message = format!("`{}` is not a word that a block begins with.", name.text);
    match guess {
        Some(word) => fixed(
            problem(UNKNOWN_WORD, name.span, message, format!("is `{word}` meant?"), format!("Write `{word}`.")),
            name.span,
            word,
        ),
        None => {
            let help = match name.text.to_ascii_lowercase().as_str() {
                "gateway" | "decision" | "branch" | "condition" | "choice" | "choose" | "router" => {
                    "A choice is `if CONDITION { … } else { … }` in a step, or `when CONDITION` in the head of a block."
                        .to_owned()
                }
                "timer" | "delay" | "pause" => "Write `step pause \"Pause\" { sleep 3d }`.".to_owned(),
                _ => format!("Write {all}."),
            };
            problem(UNKNOWN_WORD, name.span, message, "not known", help)
        }
    }
}

pub(crate) fn misplaced(at: Span, word: &str, owner: &str) -> Problem {
    let help = match word {
        "let" | "var" => "Write it before the block, or in a `step`.".to_owned(),
        "within" => "Write a limit on an `await`, an `approve`, a call or in the head of a block.".to_owned(),
        "show" if owner.contains("step") => {
            "A step shows nothing. Begin this block with `approve` in place of `step`: `approve NAME \"Title\" { by: ROLE, show …, within 3d else fail \"…\", on reject fail \"…\" }`.".to_owned()
        }
        "show" | "checks" | "actions" | "warn" | "remind" => "Write it in an `approve`.".to_owned(),
        "ask" if owner.contains("step") => {
            "A step asks nobody. Begin this block with `await` in place of `step`: `await NAME \"Title\" { ask …, within 24h else fail \"…\" }`.".to_owned()
        }
        "ask" => "Write it in an `await`.".to_owned(),
        "send" => "A run sends no signals: other programs hear `emit NAME { … }`. What an agent is given stands in an `agent` block.".to_owned(),
        "expect" => "Write it in an `agent`.".to_owned(),
        "until" => "Write it in an `await` or after `repeat`.".to_owned(),
        "on" => "Write it in a `show data_table { … }`.".to_owned(),
        _ => "Write it before or after this block, or in a `step` of its own.".to_owned(),
    };
    problem(MISPLACED, at, format!("`{word}` cannot stand in {owner}."), "not here", help)
}

/// `show "All paid."` where nothing is decided: a line about how far the run is.
pub(crate) fn text_shown(at: Span) -> Problem {
    let help = "Write `feedback \"…\"`: who looks at the run reads it. `show` stands in an `approve`, beside what is decided there.";
    let found = problem(MISPLACED, at, "`show` does not stand outside of an `approve`.", "write `feedback`", help);
    fixed(found, at, "feedback")
}

/// `signal paid { id: text }` in a step or a runbook.
pub(crate) fn nested(at: Span, word: &str) -> Problem {
    let declared = |what: &str| format!("{what} is declared at the top of a file, outside of every runbook.");
    let message = match word {
        "import" => "An import stands at the top of a file, outside of every runbook.".to_owned(),
        "runbook" => "A runbook stands at the top of a file, and not inside of another one.".to_owned(),
        "workflow" => "A workflow says for whom a runbook runs: it stands beside the runbook, not inside.".to_owned(),
        "scenario" => "A scenario says how a runbook is tried: it stands beside the runbook, not inside.".to_owned(),
        "enum" => declared("A list of named values (`enum`)"),
        "fn" => declared("A function (`fn`)"),
        "capabilities" => declared("A group of capabilities"),
        "extern" => declared("An agent"),
        _ => declared(&format!("A {word}")),
    };
    let help = match word {
        "signal" => {
            "Move it out of the runbook, to the top of the file. What waits for it stays here: `await NAME \"Title\" { on SIGNAL, within 24h else fail \"…\" }`."
        }
        "fn" => {
            "Move it out of the runbook, to the top of the file. For one value that is needed only here write `let NAME = …`."
        }
        "runbook" => {
            "Move it behind the last `}` of this runbook, and run it from here: `child NAME \"Title\" { run RUNBOOK(…) }`."
        }
        "scenario" | "workflow" => "Move it behind the last `}` of the runbook.",
        _ => "Move it out of the runbook, to the top of the file.",
    };
    problem(MISPLACED, at, message, "not inside", help)
}

/// `import { files.parse } from "./caps.ntro"`
pub(crate) fn dotted_import(at: Span, written: &str, area: &str, again: bool) -> Problem {
    let message = "Capabilities are imported by the word before their dot, all of them at once.";
    if again {
        let help = format!("Remove it: `{area}` is imported already, and `run {}(…)` finds it.", short(written));
        return problem(UNEXPECTED, at, message, "imported already", help);
    }
    let help = format!("Write `{area}` here; `run {}(…)` stays as it is.", short(written));
    fixed(problem(UNEXPECTED, at, message, format!("write `{area}`"), help), at, area)
}

/// `return …` in the braces of a capability.
pub(crate) fn capability_with_body(at: Span) -> Problem {
    problem(
        MISPLACED,
        at,
        "A capability has no body: it says how it is called, and somebody else does it.",
        "not here",
        "Say who does it: `program: \"programs/read.py\"`, or `queue:` and `activity:` of a worker; what is only calculated is a `fn`.",
    )
}

pub(crate) fn stray_within(at: Span, end_of_call: Span) -> Problem {
    let mut out = problem(
        MISPLACED,
        at,
        "A limit on a line of its own belongs to no call here.",
        "not on a line of its own",
        "Write it on the line of the call, as in `run files.parse(document) within 5m`, or in the head of the step.",
    );
    out.related.push((end_of_call, "a limit of this call stands here".to_owned()));
    out
}

pub(crate) fn needless_label(at: Span) -> Problem {
    problem(
        UNEXPECTED,
        at,
        "A field has a question only in `ask form { … }`.",
        "not here",
        "Remove it, or write it as documentation: `/// …` after the field.",
    )
}

pub(crate) fn bare_return(at: Span) -> Problem {
    problem(
        BARE_RETURN,
        at,
        "`return` without a value stands only at the end.",
        "nothing follows on this line",
        "Write the value on the same line, or remove what follows.",
    )
}

pub(crate) fn twice(at: Span, first: Span, word: &str) -> Problem {
    let mut out = problem(TWICE, at, format!("`{word}` stands here twice."), "the second", "Remove one of them.");
    out.related.push((first, "the first".to_owned()));
    out
}

pub(crate) fn too_deep(at: Span) -> Problem {
    problem(
        TOO_DEEP,
        at,
        "This is too deeply nested.",
        "deeper than can be read",
        "Give a part of it a name with `let` or `fn`, and use the name.",
    )
}

pub(crate) fn too_large(size: usize) -> Problem {
    problem(
        TOO_LARGE,
        Span::default(),
        format!("This file is too large: {} MiB, and 4 are read.", size / (1024 * 1024)),
        "the file begins here",
        "Put its parts into several files and `import` what they share.",
    )
}
