//! A record type without a name (`input { who: { name: text } }`) gets one, declared before what it stands in.

use ntro_compiler::index::visit;
use ntro_grammar::english::pascal;

use super::extract_type::{declaration_start, fresh_beside, split};
use super::{ActionKind, At, CodeAction};
use crate::{Cancellable, Span};

/// What is said of a record type without a name.
const WITHOUT_NAME: &str = "N0112";
/// How deep records in records are taken apart.
const DEEPEST: usize = 16;

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let found = at.analysis.found()?;
    let Some(diagnostics) = found.by_file.get(at.path) else { return Ok(()) };
    let own = diagnostics.iter().filter(|found| found.code == WITHOUT_NAME && at.touches(found.place.span));
    for diagnostic in own {
        let span = diagnostic.place.span;
        let around = |decl: &&ntro_grammar::ast::Decl| {
            let decl = visit::decl_span(decl);
            decl.start <= span.start && span.end <= decl.end
        };
        let Some(decl) = at.file.tree().decls.iter().find(around) else { continue };
        let before = declaration_start(at, visit::decl_span(decl));
        let mut lifted = Lifted { text: &at.file.text, names: Vec::new(), declared: Vec::new() };
        let Some(name) = lifted.record(at.file.at(span), &field_before(&at.file.text, span.start), 0) else { continue };
        let edits = vec![at.edit(Span::new(before, before), lifted.declared.concat()), at.edit(span, name.clone())];
        if at.analysis.broken_by(&edits)?.is_some() {
            continue;
        }
        all.push(CodeAction {
            title: format!("Declare the type `{name}`"),
            kind: ActionKind::QuickFix,
            diagnostic: Some(diagnostic.clone()),
            edits,
            preferred: true,
            rename_at: Some(before + 5),
        });
    }
    Ok(())
}

/// Records that became declarations, the inner ones first.
struct Lifted<'t> {
    text: &'t str,
    names: Vec<String>,
    declared: Vec<String>,
}

impl Lifted<'_> {
    /// `{ name: text, home: { city: text } }` as a declaration, and its name.
    fn record(&mut self, written: &str, field: &str, depth: usize) -> Option<String> {
        let inside = written.strip_prefix('{')?.strip_suffix('}')?;
        if depth == DEEPEST || inside.contains("//") {
            return None;
        }
        let name = self.fresh(&pascal(&singular(field)));
        let mut fields = String::new();
        for part in split(&inside.replace('\n', ",")).into_iter().filter(|part| !part.is_empty()) {
            let (key, ty) = part.split_once(':')?;
            let ty = match (ty.find('{'), ty.rfind('}')) {
                (Some(open), Some(close)) => {
                    let inner = self.record(ty.get(open..=close)?, key.trim(), depth + 1)?;
                    format!("{}{inner}{}", ty.get(..open)?, ty.get(close + 1..)?)
                }
                _ => ty.to_owned(),
            };
            fields.push_str(&format!("  {}: {}\n", key.trim(), ty.trim()));
        }
        self.declared.push(format!("type {name} {{\n{fields}}}\n\n"));
        Some(name)
    }

    /// A name that nothing bears.
    fn fresh(&mut self, wanted: &str) -> String {
        let name = fresh_beside(self.text, wanted, &|name| self.names.iter().any(|known| known == name));
        self.names.push(name.clone());
        name
    }
}

/// The name of the field whose type stands at a place; that of the runbook's output is its own.
fn field_before(text: &str, at: u32) -> String {
    let before = text.get(..at as usize).unwrap_or_default();
    let before = before.rsplit_once(':').map_or("", |(before, _)| before).trim_end();
    let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    match before.get(start..) {
        Some("") | None => "row".to_owned(),
        Some(name) => name.to_owned(),
    }
}

/// Of `rows` one is a `row`.
fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').filter(|stem| !stem.ends_with('s')).unwrap_or(name).to_owned(),
    }
}
