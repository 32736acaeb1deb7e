//! Expressions in declarations: bodies of `fn`s, and defaults.

use ntro_grammar::{Span, ast};

use crate::cx::{Cx, Expressions};
use crate::diagnostic::Diagnostic;
use crate::index::Recorder;
use crate::items::{DefKind, FileId, FnItem, Items, Param};
use crate::scope::{Binding, Source};
use crate::suggest::{MOST_NAMED, way_round};

/// Checks what stands in declarations, once, for all files.
pub(crate) fn check(items: &Items, out: &mut Vec<Diagnostic>) {
    for index in 0..items.fns.len() {
        function(items, index, out);
    }
    for def in &items.defs {
        if let DefKind::Record(fields) = &def.kind {
            defaults(items, fields, "The default of a field", out);
        }
    }
    for capability in &items.capabilities {
        defaults(items, &capability.params, "The default of a parameter", out);
    }
    for runbook in items.runbooks.values() {
        defaults(items, &runbook.input, "The default of an input", out);
    }
}

/// Checks what stands in the declarations of one file for an editor.
pub(crate) fn record(items: &Items, file: FileId, recorder: Box<Recorder>) -> Option<Box<Recorder>> {
    let mut recorder = Some(recorder);
    for index in 0..items.fns.len() {
        if items.fns.get(index).is_some_and(|item| item.file == file) {
            let mut cx = Cx::new(items, file);
            cx.notes.root = Some(index);
            cx.notes.recorder = recorder.take();
            cx.lower_fn(index);
            recorder = cx.notes.recorder.take();
        }
    }
    let mut defaults = |params: &[Param]| {
        for param in params.iter().filter(|param| param.file == file) {
            let Some(default) = &param.default else { continue };
            let mut cx = Cx::new(items, file);
            cx.notes.recorder = recorder.take();
            cx.known_value(default, &param.ty, "");
            recorder = cx.notes.recorder.take();
        }
    };
    for def in &items.defs {
        if let DefKind::Record(fields) = &def.kind {
            defaults(fields);
        }
    }
    items.capabilities.iter().for_each(|capability| defaults(&capability.params));
    recorder
}

/// Checks a `fn` as it stands, which may be in another text than the one that was checked.
pub(crate) fn record_fn(
    items: &Items,
    file: FileId,
    decl: &ast::FnDecl,
    recorder: Box<Recorder>,
) -> Option<Box<Recorder>> {
    let mut cx = Cx::new(items, file);
    cx.scope.push();
    for param in &decl.params {
        let (ty, local) = (cx.written_type(&param.ty), cx.new_local());
        cx.scope.declare(&param.name.text, Binding::new(Source::Local(local), ty, param.name.span));
    }
    let result = decl.result.as_ref().map(|result| cx.written_type(result));
    cx.notes.recorder = Some(recorder);
    cx.expr(&decl.body, result.as_ref());
    cx.notes.recorder.take()
}

/// Checks the defaults of fields as they stand, which may be in another text than the one that was checked.
pub(crate) fn record_fields(
    items: &Items,
    file: FileId,
    fields: &[ast::Field],
    recorder: Box<Recorder>,
) -> Option<Box<Recorder>> {
    let mut cx = Cx::new(items, file);
    cx.notes.recorder = Some(recorder);
    for field in fields {
        if let Some(default) = &field.default {
            let ty = cx.written_type(&field.ty);
            cx.expr(default, Some(&ty));
        }
    }
    cx.notes.recorder.take()
}

fn defaults(items: &Items, params: &[Param], what: &str, out: &mut Vec<Diagnostic>) {
    for param in params {
        let Some(default) = &param.default else { continue };
        let mut cx = Cx::new(items, param.file);
        cx.known_value(default, &param.ty, what);
        out.extend(cx.diagnostics);
    }
}

fn function(items: &Items, index: usize, out: &mut Vec<Diagnostic>) {
    let Some(item) = items.fns.get(index) else { return };
    let file: FileId = item.file;
    let mut cx = Cx::new(items, file);
    cx.notes.root = Some(index);
    for param in &item.params {
        if let Some(default) = &param.default {
            let help = format!("Leave it out; `{}` is always given all its values.", item.name);
            let span: Span = default.span;
            let place = items.place(file, span);
            let message = "A parameter of a function has no default.";
            out.push(Diagnostic::error("N0328", place, message, "not possible here", help));
        }
    }
    cx.lower_fn(index);
    // A circle is told once, by the first of its functions.
    if cx.notes.circle.iter().any(|member| *member < index) {
        cx.notes.circle.clear();
    }
    let circle: Vec<&FnItem> = cx.notes.circle.iter().filter_map(|index| items.fns.get(*index)).collect();
    if !circle.is_empty() {
        let way = way_round(circle.iter().map(|item| item.name.as_str()));
        let message = format!("`{}` uses itself{way}, so it might never end.", item.name);
        let help = "Work on a list with `map`, `filter`, `sum` and their like instead; every expression has to end.";
        let mut found = Diagnostic::error("N0214", items.place(file, item.span), message, "leads back to itself", help);
        for other in circle.iter().skip(1).take(MOST_NAMED) {
            found = found.related(items.place(other.file, other.span), "by way of this one");
        }
        out.push(found);
    }
    out.extend(cx.diagnostics);
}
