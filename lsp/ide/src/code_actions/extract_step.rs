//! Lines of a step become a step of their own, whose value the others read by its name: it is then shown, timed and undone by itself.
//!
//! The first lines of a step become one before it; others become a step inside it, at their place, so that what was done before is still done
//! before. Names that are declared in the lines and used behind them are what the new step yields.

use std::collections::BTreeMap;

use ntro_compiler::index::visit::{self, Node, Visitor};
use ntro_compiler::index::{Meaning, Role};
use ntro_grammar::ast::{Block, BlockContent, Body, Decl, Let, Rhs, Stmt};
use ntro_grammar::english::titled;

use super::extract_type::fresh;
use super::{ActionKind, At, CodeAction};
use crate::{Cancellable, Edit, Span};

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let Some(Decl::Runbook(decl)) = at.file.tree().decls.iter().find(|decl| at.is_in(visit::decl_span(decl))) else {
        return Ok(());
    };
    let mut find = Find { at, beside: false, found: None };
    visit::walk(Node::Body(&decl.body), &mut find);
    let Some((block, beside)) = find.found else { return Ok(()) };
    let BlockContent::Step(body) = &block.content else { return Ok(()) };
    let Some(lines) = chosen(at, body) else { return Ok(()) };
    let Some(plan) = Plan::of(at, block, body, lines, beside)? else { return Ok(()) };
    if at.analysis.worse_by(&plan.edits)? {
        return Ok(());
    }
    all.push(CodeAction {
        title: plan.title,
        kind: ActionKind::Extract,
        diagnostic: None,
        edits: plan.edits,
        preferred: false,
        rename_at: Some(plan.rename_at),
    });
    Ok(())
}

/// The innermost step around the selection, and whether it stands beside others that run at the same time.
struct Find<'a, 'r> {
    at: &'a At<'a>,
    beside: bool,
    found: Option<(&'r Block, bool)>,
}

impl<'r> Visitor<'r> for Find<'_, 'r> {
    fn enter(&mut self, node: Node<'r>) -> bool {
        if node.span().is_some_and(|span| !self.at.is_in(span)) {
            return false;
        }
        match node {
            Node::Stmt(Stmt::Parallel { .. } | Stmt::For(_)) => self.beside = true,
            Node::Block(block) => {
                if matches!(block.content, BlockContent::Step(_)) && self.at.is_in(block.body_span) {
                    self.found = Some((block, self.beside));
                }
                self.beside = false;
            }
            _ => {}
        }
        true
    }
}

/// The statements that are selected, or the call at the cursor: their numbers in the body.
fn chosen(at: &At<'_>, body: &Body) -> Option<(usize, usize)> {
    let range = at.range;
    let whole = |stmt: &Stmt| {
        let span = visit::stmt_span(stmt);
        if range.start == range.end { at.is_in(span) } else { range.start <= span.start && span.end <= range.end }
    };
    let first = body.stmts.iter().position(whole)?;
    let count = body.stmts.iter().skip(first).take_while(|stmt| whole(stmt)).count();
    let chosen = body.stmts.get(first..first + count)?;
    let touched = body.stmts.iter().filter(|stmt| at.touches(visit::stmt_span(stmt))).count();
    let cursor_on_call = match chosen {
        [Stmt::Let(Let { value: Rhs::Run(_), .. }) | Stmt::Run(_)] => true,
        _ => range.start != range.end,
    };
    // A step of one call alone is one already.
    let all = body.stmts.iter().filter(|stmt| !matches!(stmt, Stmt::Prop(_))).count();
    (cursor_on_call && touched == count && count < all && chosen.iter().all(may_move)).then_some((first, count))
}

/// Whether a statement means the same in a step of its own.
fn may_move(stmt: &Stmt) -> bool {
    let kind = match stmt {
        Stmt::Let(line) => line.doc.is_empty(),
        Stmt::Run(_)
        | Stmt::Require(_)
        | Stmt::Emit { .. }
        | Stmt::Feedback(_)
        | Stmt::Sleep { .. }
        | Stmt::Fail { .. } => true,
        Stmt::If(_) | Stmt::For(_) | Stmt::Match(_) | Stmt::Try { .. } | Stmt::Assign { .. } => true,
        _ => false,
    };
    // These end or undo the step that they stand in.
    let mut stays = true;
    visit::walk(Node::Stmt(stmt), &mut |node: Node<'_>| {
        stays &= !matches!(
            node,
            Node::Stmt(Stmt::Return { .. } | Stmt::Skip { .. } | Stmt::Undo { .. } | Stmt::Rework(_) | Stmt::Block(_))
                | Node::Rework(_)
        );
        if let Node::Outcome(outcome) = node {
            stays &= !matches!(outcome.kind, ntro_grammar::ast::OutcomeKind::Skip(_));
        }
        true
    });
    kind && stays
}

/// What is done.
struct Plan {
    title: String,
    edits: Vec<Edit>,
    rename_at: u32,
}

impl Plan {
    fn of(
        at: &At<'_>,
        block: &Block,
        body: &Body,
        (first, count): (usize, usize),
        beside: bool,
    ) -> Cancellable<Option<Plan>> {
        let (Some(lines), Some(rest)) = (body.stmts.get(first..first + count), body.stmts.get(first + count..)) else {
            return Ok(None);
        };
        let (Some(begin), Some(end)) = (lines.first().map(visit::stmt_span), lines.last().map(visit::stmt_span)) else {
            return Ok(None);
        };
        let span = Span::new(begin.start, end.end);
        if !alone(at, span) {
            return Ok(None);
        }
        let used = used_behind(at, lines, rest)?;
        // What stands before must have been done before, and a step that may not run has no step before it that always does.
        let leads = body.stmts.iter().take(first).all(|stmt| matches!(stmt, Stmt::Prop(_)));
        let before = leads && !beside && block.when.is_none() && block.within.is_none();
        let outs: Vec<&str> = lines.iter().filter_map(declared).filter(|name| used.contains_key(*name)).collect();
        let (name, content, renamed) = match (outs.as_slice(), lines.last()) {
            ([], Some(Stmt::Let(_))) => return Ok(None),
            ([], _) => (fresh(&at.file.text, &called(lines)), at.file.at(span).to_owned(), false),
            // The last line gives what is used: it is what the step yields, under the same name.
            ([one], Some(Stmt::Let(last))) if last.name.text == *one && last.ty.is_none() => {
                let value = match &last.value {
                    Rhs::Run(run) if count == 1 => at.file.at(run.span).to_owned(),
                    Rhs::Run(run) => format!("return {}", at.file.at(run.span)),
                    Rhs::Expr(value) => format!("return {}", at.file.at(value.span)),
                };
                ((*one).to_owned(), format!("{}{value}", at.file.at(Span::new(span.start, last.span.start))), false)
            }
            (outs, _) => {
                let name = fresh(&at.file.text, &called(lines));
                let indent = at.indent(span.start);
                let yielded = if let [one] = outs { (*one).to_owned() } else { format!("{{ {} }}", outs.join(", ")) };
                (name, format!("{}\n{indent}return {yielded}", at.file.at(span)), true)
            }
        };
        let mut edits = Vec::new();
        let (place, indent) =
            if before { (block.span.start, at.indent(block.span.start)) } else { (span.start, at.indent(span.start)) };
        let lines_at = at.indent(span.start);
        let content = content.replace(&format!("\n{lines_at}"), &format!("\n{indent}  "));
        let head = format!("step {name} \"{}\" {{\n{indent}  {content}\n{indent}}}", titled(&name));
        if before {
            edits.push(at.edit(Span::new(place, place), format!("{head}\n\n{indent}")));
            edits.push(at.edit(whole_lines(at, span), ""));
        } else {
            edits.push(at.edit(span, head));
        }
        if renamed {
            let single = outs.len() == 1;
            for (out, places) in &used {
                let read = if single { name.clone() } else { format!("{name}.{out}") };
                edits.extend(places.iter().map(|(span, short)| {
                    let text = if *short { format!("{out}: {read}") } else { read.clone() };
                    at.edit(*span, text)
                }));
            }
        }
        edits.sort_by(|a, b| a.place.cmp(&b.place));
        let title = match outs.as_slice() {
            [one] if count == 1 => format!("Extract `{one}` into a step of its own"),
            _ if count == 1 => "Extract this line into a step of its own".to_owned(),
            _ => format!("Extract these {count} lines into a step of their own"),
        };
        Ok(Some(Plan { title, edits, rename_at: place + 5 }))
    }
}

fn declared(stmt: &Stmt) -> Option<&str> {
    match stmt {
        Stmt::Let(line) => Some(&line.name.text),
        _ => None,
    }
}

/// The names that lines declare and later ones use: where, and whether in the short form.
fn used_behind(at: &At<'_>, lines: &[Stmt], rest: &[Stmt]) -> Cancellable<BTreeMap<String, Vec<(Span, bool)>>> {
    let facts = at.analysis.facts(at.path)?;
    let behind = |span: Span| {
        rest.iter().any(|stmt| {
            let stmt = visit::stmt_span(stmt);
            stmt.start <= span.start && span.end <= stmt.end
        })
    };
    let mut all: BTreeMap<String, Vec<(Span, bool)>> = BTreeMap::new();
    for stmt in lines {
        let Stmt::Let(line) = stmt else { continue };
        let means = |found: &&ntro_compiler::index::Use| matches!(&found.means, Meaning::Declared(place) if place.file == at.path && place.span == line.name.span);
        for found in facts.uses.iter().filter(means).filter(|found| behind(found.span)) {
            let named = facts.uses.iter().any(|other| other.span == found.span && other.role == Role::Short);
            let short = named || crate::rename::is_short(at.file, found.span);
            all.entry(line.name.text.clone()).or_default().push((found.span, short));
        }
    }
    Ok(all)
}

/// Whether a part of the text has its lines for itself.
fn alone(at: &At<'_>, span: Span) -> bool {
    let start = at.line_start(span.start);
    let rest = at.file.text.get(span.end as usize..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    at.file.at(Span::new(start, span.start)).trim().is_empty() && rest.trim().is_empty()
}

/// A part of the text with its blanks and its line break.
fn whole_lines(at: &At<'_>, span: Span) -> Span {
    let rest = at.file.text.get(span.end as usize..).unwrap_or_default();
    let end = span.end + u32::try_from(rest.find('\n').map_or(0, |at| at + 1)).unwrap_or(0);
    Span::new(at.line_start(span.start), end)
}

/// What a step of lines is called until somebody knows better: after what it calls.
fn called(lines: &[Stmt]) -> String {
    let mut name = None;
    for stmt in lines {
        visit::walk(Node::Stmt(stmt), &mut |node: Node<'_>| {
            if let Node::Run(run) = node {
                // `bills.read` reads the bills.
                let words: Vec<&str> =
                    run.target.text.split(['.', '-']).filter(|word| !word.is_empty()).rev().collect();
                name.get_or_insert_with(|| words.join("_"));
            }
            name.is_none()
        });
    }
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "part".to_owned())
}
