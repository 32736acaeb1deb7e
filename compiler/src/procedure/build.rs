//! The document as a whole: its chapters in order.

use ntro_grammar::ast;
use ntro_ir::{Call, Program, Type, TypeDef, TypeId};

use super::blocks::Walk;
use super::facts::type_name;
use super::{Line, Piece, Procedure, words};

pub(super) fn build(text: &str, runbook: &ast::RunbookDecl, program: &Program) -> Procedure {
    let title = if program.title.is_empty() { program.name.clone() } else { program.title.clone() };
    let mut pieces = vec![Piece::Heading(1, Line::plain("Purpose"))];
    if !program.doc.is_empty() {
        pieces.push(Piece::Text(Line::plain(program.doc.replace('\n', " "))));
    }
    let version = if program.version.is_empty() { "none" } else { &program.version };
    let mut facts = vec![
        ("Runbook".to_owned(), Line::code(program.name.as_str())),
        ("Version".to_owned(), Line::plain(version)),
        // A document can be held against what ran: each run records the digest of its program.
        ("Digest".to_owned(), Line::code(ntro_ir::digest(program).to_string())),
    ];
    if !program.tags.is_empty() {
        facts.push(("Tags".to_owned(), Line::plain(program.tags.join(", "))));
    }
    pieces.push(Piece::Facts(facts));
    fields(program, program.input, "What it is given", &mut pieces);
    fields(program, program.config, "Settings", &mut pieces);
    if program.output != Type::Nothing {
        pieces.push(Piece::Heading(1, Line::plain("What it yields")));
        pieces.push(Piece::Text(Line::code(type_name(&program.output, program))));
        if let Type::Named(id) = program.output {
            table_of_fields(program, id, &mut pieces);
        }
    }
    let mut walk = Walk::new(text);
    walk.body(&runbook.body, &Line::plain("between the steps"));
    let found = walk.found;
    pieces.push(Piece::Heading(1, Line::plain("Steps")));
    pieces.extend(found.pieces);
    chapter("Who decides", vec!["Who", "Step", "What"], found.people, "Nobody is asked.", &mut pieces);
    chapter("Limits", vec!["Step", "Limit", "What then"], found.limits, "Nothing waits.", &mut pieces);
    let no_failures = "It fails only where a call or a calculation does.";
    chapter("How it can fail", vec!["Step", "Case", "Message"], found.failures, no_failures, &mut pieces);
    if !found.undos.is_empty() {
        pieces.push(Piece::Heading(1, Line::plain("What is taken back")));
        let order = "When the run fails or is cancelled, what was complete is taken back, the newest first.";
        pieces.push(Piece::Text(Line::plain(order)));
        pieces.push(Piece::Table(vec!["Step", "By"], found.undos));
    }
    if !found.children.is_empty() {
        pieces.push(Piece::Heading(1, Line::plain("Procedures and agents that it starts")));
        pieces.push(Piece::Table(vec!["Step", "Which", "Kind"], found.children));
    }
    evidence(program, &mut pieces);
    calls(program, &mut pieces);
    Procedure { title, pieces }
}

fn chapter(title: &str, columns: Vec<&'static str>, rows: Vec<Vec<Line>>, none: &str, pieces: &mut Vec<Piece>) {
    pieces.push(Piece::Heading(1, Line::plain(title)));
    pieces.push(if rows.is_empty() { Piece::Text(Line::plain(none)) } else { Piece::Table(columns, rows) });
}

fn fields(program: &Program, record: TypeId, title: &str, pieces: &mut Vec<Piece>) {
    if matches!(program.types.get(record as usize), Some(TypeDef::Record(def)) if !def.fields.is_empty()) {
        pieces.push(Piece::Heading(1, Line::plain(title)));
        table_of_fields(program, record, pieces);
    }
}

fn table_of_fields(program: &Program, record: TypeId, pieces: &mut Vec<Piece>) {
    let Some(TypeDef::Record(def)) = program.types.get(record as usize) else { return };
    let rows = def.fields.iter().map(|field| {
        let needed = match (&field.default, &field.ty) {
            (Some(default), _) => Line::plain("no, else ").then(words::value(default)),
            (None, Type::Optional(_)) => Line::plain("no"),
            _ => Line::plain("yes"),
        };
        vec![
            Line::code(field.name.as_str()),
            Line::code(type_name(&field.ty, program)),
            needed,
            Line::plain(field.doc.replace('\n', " ")),
        ]
    });
    pieces.push(Piece::Table(vec!["Name", "Type", "Needed", "Meaning"], rows.collect()));
}

/// What can be looked up afterwards.
fn evidence(program: &Program, pieces: &mut Vec<Piece>) {
    pieces.push(Piece::Heading(1, Line::plain("Evidence that is kept")));
    let mut facts = vec![(
        "Always".to_owned(),
        Line::plain(
            "the program that ran with its digest, the input, each step with its times, each call with its arguments and its answer, each failure",
        ),
    )];
    if !program.gates.is_empty() {
        let what = "who decided what and when, with the comment, the corrections and what was shown";
        facts.push(("Each decision".to_owned(), Line::plain(what)));
    }
    if program.awaits.iter().any(|wait| wait.ask.is_some() || !wait.arms.is_empty()) {
        let what = "each document and each signal that arrived, refused and ignored ones too";
        facts.push(("What arrived".to_owned(), Line::plain(what)));
    }
    for (name, what) in [
        (
            "records.commit",
            "the figures that were committed, with their corrections; an earlier version is never overwritten",
        ),
        ("records.submit", "what was filed as JSON"),
        ("documents.store", "the documents that were written"),
        ("notify.send", "the messages that were sent, in the outbox"),
        (
            "storage.write",
            "the files that were written to the storage folder; a later one takes the place of an earlier one",
        ),
    ] {
        if program.calls.iter().any(|call| call.capability == name) {
            facts.push((name.to_owned(), Line::plain(what)));
        }
    }
    pieces.push(Piece::Facts(facts));
}

/// What is called, and where its data goes.
fn calls(program: &Program, pieces: &mut Vec<Piece>) {
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for call in &program.calls {
        let name = call.agent.as_ref().map_or(call.capability.as_str(), |agent| agent.name.as_str());
        let row = vec![Line::code(name), goes_to(call), attempts(call)];
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return;
    }
    pieces.push(Piece::Heading(1, Line::plain("What is called, and where data goes")));
    pieces.push(Piece::Table(vec!["Capability", "Where its data goes", "Attempts"], rows));
}

fn goes_to(call: &Call) -> Line {
    if let Some(agent) = &call.agent {
        if let ("program", Some(program)) = (agent.kind.as_deref().unwrap_or_default(), &agent.reference) {
            return Line::plain("to a program of this project: ").and_code(program.as_str());
        }
        let kind = agent.kind.as_deref().unwrap_or("the agent that the tenant has registered");
        let line = Line::plain("to an agent outside: ").and_code(kind);
        return match &agent.reference {
            Some(reference) => line.and(" ").and_code(reference.as_str()),
            None => line,
        };
    }
    if let Some(program) = &call.options.program {
        return Line::plain("to a program of this project: ").and_code(program.join(" "));
    }
    if let Some(queue) = &call.options.queue {
        return Line::plain("to the workers of the queue ").and_code(queue.as_str());
    }
    if let Some(activity) = &call.options.activity {
        return Line::plain("to the activity ").and_code(activity.as_str());
    }
    let family = call.capability.split('.').next().unwrap_or_default();
    Line::plain(match family {
        "ai" => "to the extraction of this installation; without one that is configured, nothing leaves it",
        "notify" => "into the outbox of this installation's store",
        "records" | "documents" | "files" | "ingest" => "this installation's store",
        "storage" | "template" => "the project's own folders",
        _ => "to the workers of this installation",
    })
}

fn attempts(call: &Call) -> Line {
    let count = call.options.retry.attempts;
    let limit = ntro_ir::display::duration_text(call.options.within_ms);
    Line::plain(format!("{count}, each within {limit}"))
}
