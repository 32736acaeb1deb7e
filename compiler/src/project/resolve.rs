//! Fills declarations in once all names are known: fields, parameters, results, inputs and properties.

use std::collections::BTreeMap;

use ntro_grammar::{Span, ast};

use super::capabilities::Props;
use super::declare::{Declared, Origin};
use super::{file_id, twice};
use crate::diagnostic::Diagnostic;
use crate::items::{DefKind, FileId, Items, Param};
use crate::ty::Ty;
use crate::types::TypeCx;

/// Fills everything in.
pub(super) fn resolve(items: &mut Items, declared: &Declared, out: &mut Vec<Diagnostic>) {
    defs(items, declared, out);
    signals(items, declared, out);
    capabilities(items, declared, out);
    agents(items, declared, out);
    functions(items, declared, out);
    runbooks(items, declared, out);
}

fn decl(items: &Items, origin: Origin) -> Option<&ast::Decl> {
    items.files.get(origin.file)?.tree.decls.get(origin.decl)
}

/// Fields or parameters with their types. A second one of a name is reported and left out.
fn params(
    items: &Items,
    file: FileId,
    type_params: &[String],
    fields: &[ast::Field],
    what: &str,
    out: &mut Vec<Diagnostic>,
) -> Vec<Param> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut all = Vec::new();
    for field in fields {
        let ty = TypeCx { items, file, params: type_params, out }.resolve(&field.ty);
        if field.name.is_missing() {
            continue;
        }
        if let Some(first) = seen.insert(&field.name.text, field.name.span) {
            out.push(twice(what, &field.name.text, items.place(file, first), items.place(file, field.name.span)));
            continue;
        }
        all.push(Param {
            name: field.name.text.clone(),
            ty,
            default: field.default.clone(),
            span: field.name.span,
            file,
            doc: field.doc.clone(),
        });
    }
    all
}

fn defs(items: &mut Items, declared: &Declared, out: &mut Vec<Diagnostic>) {
    for (index, origin) in declared.defs.iter().enumerate() {
        let fields = match decl(items, *origin) {
            Some(ast::Decl::Type(decl)) => &decl.fields,
            Some(ast::Decl::Signal(ast::SignalDecl { payload: ast::SignalPayload::Fields(fields), .. })) => fields,
            _ => continue,
        };
        let Some(def) = items.defs.get(index) else { continue };
        let fields = params(items, file_id(origin.file), &def.type_params, fields, "field", out);
        if let Some(def) = items.defs.get_mut(index) {
            def.kind = DefKind::Record(fields);
        }
    }
}

fn signals(items: &mut Items, declared: &Declared, out: &mut Vec<Diagnostic>) {
    for (index, origin) in declared.signals.iter().enumerate() {
        let Some(ast::Decl::Signal(ast::SignalDecl { payload: ast::SignalPayload::Type(written), .. })) =
            decl(items, *origin)
        else {
            continue;
        };
        let Some(signal) = items.signals.get(index) else { continue };
        let file = file_id(origin.file);
        let ty = TypeCx { items, file, params: &signal.type_params, out }.resolve(written);
        if !matches!(ty, Ty::Error | Ty::Param(_)) && items.record(&ty).is_none() {
            let message = format!("The signal `{}` must carry a record, and this is {}.", signal.name, items.show(&ty));
            let help = format!("Name the fields: `signal {} {{ value: {} }}`.", signal.name, items.show(&ty));
            out.push(Diagnostic::error("N0302", items.place(file, written.span), message, "not a record", help));
        }
        if let Some(signal) = items.signals.get_mut(index) {
            signal.payload = ty;
        }
    }
}

fn capabilities(items: &mut Items, declared: &Declared, out: &mut Vec<Diagnostic>) {
    for (index, origin) in declared.capabilities.iter().enumerate() {
        let Some(capability) = items.capabilities.get(index) else { continue };
        let (group, item) = match decl(items, *origin) {
            Some(ast::Decl::Capability(item)) => (None, item),
            Some(ast::Decl::Capabilities(group)) => match origin.inner.and_then(|at| group.items.get(at)) {
                Some(item) => (Some(group), item),
                None => continue,
            },
            _ => continue,
        };
        let file = file_id(origin.file);
        let type_params = &capability.type_params;
        let parameters = params(items, file, type_params, &item.params, "parameter", out);
        let result = match &item.result {
            Some(written) => TypeCx { items, file, params: type_params, out }.resolve(written),
            None => Ty::Nothing,
        };
        let mut options = capability.options.clone();
        let path = items.path(file);
        if let Some(group) = group {
            // What is wrong in the group's own properties is said with its first capability only.
            let mut scratch = Vec::new();
            let out = if origin.inner == Some(0) { &mut *out } else { &mut scratch };
            Props { file: path, out }.capability(&mut options, &group.props, group.within.as_ref());
        }
        Props { file: path, out }.capability(&mut options, &item.props, item.within.as_ref());
        if let Some(capability) = items.capabilities.get_mut(index) {
            capability.params = parameters;
            capability.result = result;
            capability.options = options;
        }
    }
}

fn agents(items: &mut Items, declared: &Declared, out: &mut Vec<Diagnostic>) {
    for (index, origin) in declared.agents.iter().enumerate() {
        let Some(ast::Decl::Agent(agent)) = decl(items, *origin) else { continue };
        let path = items.path(file_id(origin.file));
        let (kind, reference) = Props { file: path, out }.agent(agent.name.span, &agent.props);
        if let Some(agent) = items.agents.get_mut(index) {
            agent.kind = kind;
            agent.reference = reference;
        }
    }
}

fn functions(items: &mut Items, declared: &Declared, out: &mut Vec<Diagnostic>) {
    for (index, origin) in declared.fns.iter().enumerate() {
        let Some(ast::Decl::Fn(function)) = decl(items, *origin) else { continue };
        let file = file_id(origin.file);
        let parameters = params(items, file, &[], &function.params, "parameter", out);
        let result = function.result.as_ref().map(|written| TypeCx { items, file, params: &[], out }.resolve(written));
        if let Some(function) = items.fns.get_mut(index) {
            function.params = parameters;
            function.result = result;
        }
    }
}

fn runbooks(items: &mut Items, declared: &Declared, out: &mut Vec<Diagnostic>) {
    for (name, origin) in &declared.runbooks {
        let Some(ast::Decl::Runbook(runbook) | ast::Decl::ExternRunbook(runbook)) = decl(items, *origin) else {
            continue;
        };
        let file = file_id(origin.file);
        let mut input = Vec::new();
        let mut output = Ty::Nothing;
        let mut has_more = false;
        for stmt in &runbook.body.stmts {
            match stmt {
                ast::Stmt::Input(decl) => input.extend(params(items, file, &[], &decl.fields, "input", out)),
                ast::Stmt::Output { ty, .. } => output = TypeCx { items, file, params: &[], out }.resolve(ty),
                ast::Stmt::Prop(_) => {}
                _ if items.runbook(name).is_some_and(|item| item.external) && !has_more => {
                    has_more = true;
                    let message = "An `extern runbook` says only what goes in and what comes out.";
                    let help = "Keep `input { … }` and `output: …`; what it does is written where it is deployed from.";
                    let place = items.place(file, runbook.name.span);
                    out.push(Diagnostic::error("N0218", place, message, "not possible here", help));
                }
                _ => {}
            }
        }
        if let Some(item) = items.runbooks.get_mut(name) {
            item.input = input;
            item.output = output;
        }
    }
}
