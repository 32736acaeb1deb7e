//! A record without a type gets one, declared before the runbook.

use ntro_compiler::index::visit::{self, Node, Visitor};
use ntro_grammar::ast::{Decl, Expr, ExprKind, RecordItem, Rhs, Stmt};
use ntro_grammar::english::pascal;

use super::{ActionKind, At, CodeAction};
use crate::{Cancellable, Span};

/// How deep records in records are taken apart.
const DEEPEST: usize = 16;

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let Some(decl) = at.file.tree().decls.iter().find(|decl| at.is_in(visit::decl_span(decl))) else {
        return Ok(());
    };
    let mut find = Find { at, found: None };
    visit::walk(Node::Decl(decl), &mut find);
    let Some(Named { name, place, value, returned }) = find.found else { return Ok(()) };
    let mut types = Types { at, decl, declared: Vec::new() };
    let Some(written) = types.of(value, &name, 0)?.filter(|_| !types.declared.is_empty()) else { return Ok(()) };
    let before = declaration_start(at, visit::decl_span(decl));
    let outer = types.declared.last().map_or("", |(name, _)| name.as_str()).to_owned();
    let declared: String = types.declared.iter().map(|(_, text)| text.as_str()).collect();
    let mut edits = vec![at.edit(Span::new(before, before), declared.clone())];
    match returned {
        Some(whole) => {
            let indent = at.indent(whole.start);
            edits.push(at.edit(Span::new(whole.start, value.span.start), format!("let {name}: {written} = ")));
            edits.push(at.edit(whole.after(), format!("\n{indent}return {name}")));
        }
        None => edits.push(at.edit(place.after(), format!(": {written}"))),
    }
    if at.analysis.worse_by(&edits)? {
        return Ok(());
    }
    let last = declared.rfind("type ").map_or(0, |at| at + 5);
    all.push(CodeAction {
        title: format!("Extract the type `{outer}`"),
        kind: ActionKind::Extract,
        diagnostic: None,
        edits,
        preferred: false,
        rename_at: Some(before + u32::try_from(last).unwrap_or(0)),
    });
    Ok(())
}

/// The innermost such value around the selection.
struct Find<'a, 'd> {
    at: &'a At<'a>,
    found: Option<Named<'d>>,
}

impl<'d> Visitor<'d> for Find<'_, 'd> {
    fn enter(&mut self, node: Node<'d>) -> bool {
        if let Node::Stmt(stmt) = node {
            self.found = named(self.at, stmt).or(self.found.take());
        }
        node.span().is_none_or(|span| self.at.is_in(span))
    }
}

/// A value that has a type without a name.
struct Named<'a> {
    /// What it is called, or would be.
    name: String,
    /// Behind what its type is written.
    place: Span,
    value: &'a Expr,
    /// The `return` that has no place for a type.
    returned: Option<Span>,
}

fn named<'a>(at: &At<'_>, stmt: &'a Stmt) -> Option<Named<'a>> {
    match stmt {
        Stmt::Let(line) | Stmt::Var(line) if line.ty.is_none() && at.is_in(line.span) => match &line.value {
            Rhs::Expr(value) => {
                Some(Named { name: line.name.text.clone(), place: line.name.span, value, returned: None })
            }
            Rhs::Run(_) => None,
        },
        Stmt::Return { value: Some(Rhs::Expr(value)), span } if at.is_in(*span) => {
            let record = matches!(value.kind, ExprKind::Record(_) | ExprKind::List(_));
            let name = fresh(&at.file.text, "result");
            record.then_some(Named { name, place: *span, value, returned: Some(*span) })
        }
        _ => None,
    }
}

/// The types that are declared for a value and what it holds, the inner ones first.
struct Types<'a> {
    at: &'a At<'a>,
    decl: &'a Decl,
    declared: Vec<(String, String)>,
}

impl Types<'_> {
    /// The type of a value, where it can be written.
    fn of(&mut self, value: &Expr, name: &str, depth: usize) -> Cancellable<Option<String>> {
        if depth == DEEPEST {
            return Ok(None);
        }
        match &value.kind {
            ExprKind::Paren(inner) => self.of(inner, name, depth),
            ExprKind::Record(items) => self.record(items, name, depth),
            ExprKind::List(items) => {
                let Some(first) = items.first().filter(|first| matches!(first.kind, ExprKind::Record(_))) else {
                    return self.shown(value, name);
                };
                Ok(self.of(first, name, depth + 1)?.map(|of| format!("list<{of}>")))
            }
            _ => self.shown(value, name),
        }
    }

    fn record(&mut self, items: &[RecordItem], name: &str, depth: usize) -> Cancellable<Option<String>> {
        let mut fields = String::new();
        for item in items {
            let RecordItem::Field { name, value, .. } = item else { return Ok(None) };
            let short = Expr { kind: ExprKind::Name(name.text.clone()), span: name.span };
            let value = value.as_ref().unwrap_or(&short);
            let Some(ty) = self.of(value, &name.text, depth + 1)? else { return Ok(None) };
            fields.push_str(&format!("  {}: {ty}\n", name.text));
        }
        Ok(Some(self.declare(name, &fields)))
    }

    fn declare(&mut self, name: &str, fields: &str) -> String {
        let declared = |name: &str| self.declared.iter().any(|(known, _)| known == name);
        let name = fresh_beside(&self.at.file.text, &pascal(name), &declared);
        self.declared.push((name.clone(), format!("type {name} {{\n{fields}}}\n\n")));
        name
    }

    /// What is known of a value that is worked out.
    fn shown(&mut self, value: &Expr, name: &str) -> Cancellable<Option<String>> {
        let ty = self.at.analysis.type_of_value(self.at.path, self.decl, value.span)?;
        let Some(ty) =
            ty.filter(|ty| !ty.contains('…') && !ty.contains("one of ") && !ty.contains("something unknown"))
        else {
            return Ok(None);
        };
        let (Some(open), Some(close)) = (ty.find('{'), ty.rfind('}')) else {
            // `none` and the empty list fit any type, and say of none what it is.
            let whole = !ty.split(|c: char| !c.is_alphanumeric()).any(|word| word == "none");
            return Ok(Some(ty).filter(|_| whole));
        };
        let inside = ty.get(open + 1..close).unwrap_or_default();
        if inside.contains(['{', '}']) || inside.split(|c: char| !c.is_alphanumeric()).any(|word| word == "none") {
            return Ok(None);
        }
        let fields: String = split(inside).iter().map(|field| format!("  {field}\n")).collect();
        let name = self.declare(name, &fields);
        Ok(Some(format!("{}{name}{}", ty.get(..open).unwrap_or_default(), ty.get(close + 1..).unwrap_or_default())))
    }
}

/// A name that nothing in a text bears.
pub(super) fn fresh(text: &str, wanted: &str) -> String {
    fresh_beside(text, wanted, &|_| false)
}

/// A name that nothing in a text bears, and that is not promised to something else.
pub(super) fn fresh_beside(text: &str, wanted: &str, promised: &dyn Fn(&str) -> bool) -> String {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let taken = |name: &str| promised(name) || text.split(|c| !word(c)).any(|known| known == name);
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

/// Where a declaration begins, its comments included.
pub(super) fn declaration_start(at: &At<'_>, decl: Span) -> u32 {
    let mut start = at.line_start(decl.start);
    for comment in at.file.tree().comments.iter().rev().filter(|comment| comment.span.end <= decl.start) {
        let between = at.file.at(Span::new(comment.span.end, start));
        if !between.trim().is_empty() || between.matches('\n').count() > 1 {
            break;
        }
        start = at.line_start(comment.span.start);
    }
    start
}

/// `a: int, b: map<text>` at the commas between fields.
pub(super) fn split(fields: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in fields.char_indices() {
        match c {
            '<' | '{' | '(' | '[' => depth += 1,
            '>' | '}' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(fields.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(fields.get(start..).unwrap_or_default().trim());
    parts
}
