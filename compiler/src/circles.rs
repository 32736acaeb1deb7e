//! Runbooks that start one another in a circle, with nothing on the way that could end it: a run of one would start runs without end.

use std::collections::{BTreeMap, BTreeSet};

use ntro_grammar::{Span, ast};

use crate::diagnostic::Diagnostic;
use crate::items::{FileId, Items};
use crate::suggest::way_round;

/// The same as for one that starts itself, which is looked at where its child is.
const CODE: &str = "N0439";

/// A run of a child that each run of a runbook comes to.
struct Starts<'a> {
    target: &'a str,
    file: FileId,
    span: Span,
}

/// Reports each circle once, at the runbook of it that comes first by its name.
pub(crate) fn report(items: &Items, diagnostics: &mut Vec<Diagnostic>) {
    let mut starts: BTreeMap<&str, Vec<Starts<'_>>> = BTreeMap::new();
    for (file, index) in items.files.iter().zip(0..) {
        for decl in &file.tree.decls {
            let ast::Decl::Runbook(decl) = decl else { continue };
            let mut found = Vec::new();
            certain(&decl.body.stmts, FileId(index), &mut found);
            if !found.is_empty() {
                starts.entry(&decl.name.text).or_insert(found);
            }
        }
    }
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for name in starts.keys() {
        if told.contains(name) {
            continue;
        }
        let Some(way) = way_back(name, &starts) else { continue };
        told.extend(way.iter().map(|step| step.target));
        tell(items, name, &way, diagnostics);
    }
}

fn tell(items: &Items, name: &str, way: &[&Starts<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let [first, rest @ ..] = way else { return };
    // One that starts itself was told.
    if rest.is_empty() {
        return;
    }
    // The last of the way is the first again.
    let mut names = vec![name];
    names.extend(way.iter().map(|step| step.target));
    names.pop();
    let message = format!(
        "`{name}` would be started again by what it starts{}, and that without end.",
        way_round(names.into_iter())
    );
    let help = "Say at one of these places when it goes on: `child next \"Next\" when more { … }`.";
    let mut found = Diagnostic::error(CODE, items.place(first.file, first.span), message, "leads back to it", help);
    for step in rest {
        found = found.related(items.place(step.file, step.span), "by way of this one");
    }
    diagnostics.push(found);
}

/// The shortest way from a runbook back to itself.
fn way_back<'s, 'a>(name: &str, starts: &'s BTreeMap<&'a str, Vec<Starts<'a>>>) -> Option<Vec<&'s Starts<'a>>> {
    let mut came: BTreeMap<&str, (Option<&str>, &'s Starts<'a>)> = BTreeMap::new();
    let mut next: Vec<&str> = Vec::new();
    for step in starts.get(name)? {
        came.entry(step.target).or_insert_with(|| {
            next.push(step.target);
            (None, step)
        });
    }
    while !came.contains_key(name) && !next.is_empty() {
        for from in std::mem::take(&mut next) {
            for step in starts.get(from).into_iter().flatten() {
                came.entry(step.target).or_insert_with(|| {
                    next.push(step.target);
                    (Some(from), step)
                });
            }
        }
    }
    let mut way = Vec::new();
    let mut at = Some(name);
    while let Some((from, step)) = at.and_then(|at| came.get(at)) {
        way.push(*step);
        at = *from;
    }
    way.reverse();
    Some(way).filter(|way| !way.is_empty())
}

/// The children that each run comes to: behind a wait, a condition or a loop it may have ended. Says whether what follows is certain too.
fn certain<'a>(stmts: &'a [ast::Stmt], file: FileId, found: &mut Vec<Starts<'a>>) -> bool {
    stmts.iter().all(|stmt| match stmt {
        ast::Stmt::Block(block) if block.when.is_some() || block.within.is_some() => false,
        ast::Stmt::Block(block) => match (&block.content, block.kind) {
            (ast::BlockContent::Step(body), _) => certain(&body.stmts, file, found),
            (ast::BlockContent::Clauses(clauses), ast::BlockKind::Child) => {
                let fans = clauses.iter().any(|clause| matches!(clause, ast::Clause::Fan { .. }));
                let run = clauses.iter().find_map(|clause| match clause {
                    ast::Clause::Run(run) => Some(run),
                    _ => None,
                });
                let Some(run) = run.filter(|_| !fans) else { return false };
                found.push(Starts { target: &run.target.text, file, span: run.target.span });
                true
            }
            _ => false,
        },
        ast::Stmt::If(_)
        | ast::Stmt::Match(_)
        | ast::Stmt::For(_)
        | ast::Stmt::Repeat(_)
        | ast::Stmt::Require(_)
        | ast::Stmt::Rework(_)
        | ast::Stmt::Return { .. }
        | ast::Stmt::Try { .. }
        | ast::Stmt::Fail { .. }
        | ast::Stmt::Skip { .. }
        | ast::Stmt::Sleep { .. }
        | ast::Stmt::Parallel { .. } => false,
        _ => true,
    })
}
