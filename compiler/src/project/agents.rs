//! An agent is of a kind that somebody can reach.

use ntro_grammar::{Span, ast};

use super::capabilities::Props;
use crate::diagnostic::{Diagnostic, Place};
use crate::suggest::{did_you_mean, name_list};

/// The kinds that are known: a program of the project, which every host can run, and managed agents, for which a host has an adapter.
const KINDS: [&str; 2] = ["program", "claude_managed"];

/// Reports a kind that is not known, and a program that is not named.
pub(super) fn check(props: &mut Props<'_>, name: Span, all: &[ast::Prop], kind: Option<&str>, reference: Option<&str>) {
    let place = |span| Place { file: props.file.to_owned(), span };
    match kind {
        Some("program")
            if reference.is_none() && !all.iter().any(|prop| matches!(prop.name.text.as_str(), "ref" | "program")) =>
        {
            let message = "This agent is a program, and it is not said which.";
            let help = "Add its path: `program: \"programs/agent.py\"`.";
            props.out.push(Diagnostic::error("N0220", place(name), message, "which program?", help));
        }
        Some(kind) if !KINDS.contains(&kind) => {
            let span = all.iter().find(|prop| prop.name.text == "kind").map_or(name, |prop| prop.value.span);
            let known: Vec<String> = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
            let near = did_you_mean(kind, known.clone());
            let help = format!(
                "{near}Known are {}. Where your own worker has an adapter for `{kind}`, say so: `// allow(N0219): why`.",
                name_list(&known)
            );
            let message = format!("Agents of the kind `{kind}` are not known.");
            props.out.push(Diagnostic::error("N0219", place(span), message, "not a known kind", help).warning());
        }
        _ => {}
    }
}
