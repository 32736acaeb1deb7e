//! All that a file can name: its own declarations, what it imports, what the language brings.

use ntro_grammar::ast;

use super::seen;
use crate::diagnostic::Place;
use crate::items::{FileId, Items, Param};
use crate::ty::Ty;

/// What kind of thing a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum KnownKind {
    Type,
    Enum,
    Signal,
    Capability,
    Runbook,
    Agent,
    Role,
    Function,
    Workflow,
}

/// Something that a file can name.
#[derive(Debug, Clone)]
pub struct Known {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: KnownKind,
    /// How it is called or what it carries: `(document: file) -> Grid`; empty where there is nothing to say.
    pub signature: String,
    /// Its documentation.
    pub doc: String,
    /// Where it is declared.
    pub place: Place,
    /// Its type parameters.
    pub type_params: Vec<String>,
    /// Its parameters, inputs or fields.
    pub params: Vec<seen::SeenField>,
    /// The values of an enumeration.
    pub values: Vec<String>,
}

/// Those of some kinds, by kind and name.
pub(super) fn known(items: &Items, file: FileId, kinds: &[KnownKind]) -> Vec<Known> {
    let mut all = Vec::new();
    let wanted = |kind| kinds.contains(&kind);
    let names = |kind, names: &dyn Fn() -> Vec<String>| if wanted(kind) { names() } else { Vec::new() };
    let types = wanted(KnownKind::Type) || wanted(KnownKind::Enum);
    for name in if types { items.type_names(file) } else { Vec::new() } {
        let Some(def) = items.type_named(file, &name).and_then(|id| items.def(id)) else { continue };
        let kind = if seen::is_enum(&def.kind) { KnownKind::Enum } else { KnownKind::Type };
        if !wanted(kind) {
            continue;
        }
        let mut new = plain(items, &name, kind, (def.file, def.span));
        new.doc.clone_from(&def.doc);
        new.type_params.clone_from(&def.type_params);
        match &def.kind {
            crate::items::DefKind::Record(fields) => new.params = params(items, fields),
            crate::items::DefKind::Enum(values) => new.values.clone_from(values),
        }
        all.push(new);
    }
    for name in names(KnownKind::Signal, &|| items.signal_names(file)) {
        let Some(signal) = items.signal(file, &name) else { continue };
        let mut new = plain(items, &name, KnownKind::Signal, (signal.file, signal.span));
        if let Some((_, fields)) = items.record(&signal.payload) {
            new.params = params(items, &fields);
        }
        new.type_params.clone_from(&signal.type_params);
        all.push(new);
    }
    for name in names(KnownKind::Capability, &|| items.capability_names(file)) {
        let Some(item) = items.capability(file, &name) else { continue };
        let mut new = plain(items, &name, KnownKind::Capability, (item.file, item.span));
        new.params = params(items, &item.params);
        new.type_params.clone_from(&item.type_params);
        new.signature = signature(items, &item.type_params, &item.params, &item.result);
        all.push(new);
    }
    for name in names(KnownKind::Agent, &|| items.agent_names(file)) {
        let Some(item) = items.agent(file, &name) else { continue };
        all.push(plain(items, &name, KnownKind::Agent, (item.file, item.span)));
    }
    for name in names(KnownKind::Function, &|| items.function_names(file)) {
        let Some((_, item)) = items.function(file, &name) else { continue };
        let mut new = plain(items, &name, KnownKind::Function, (item.file, item.span));
        new.params = params(items, &item.params);
        new.signature = items.fn_signature(item).get(name.len()..).unwrap_or_default().to_owned();
        all.push(new);
    }
    for item in items.runbooks.values().filter(|_| wanted(KnownKind::Runbook)) {
        let mut new = plain(items, &item.name, KnownKind::Runbook, (item.file, item.span));
        new.params = params(items, &item.input);
        new.signature = signature(items, &[], &item.input, &item.output);
        all.push(new);
    }
    for (name, place) in items.roles.iter().filter(|_| wanted(KnownKind::Role)) {
        if let Some(file) = items.file_named(&place.file) {
            all.push(plain(items, name, KnownKind::Role, (file, place.span)));
        }
    }
    for (name, place) in items.workflows.iter().filter(|_| wanted(KnownKind::Workflow)) {
        if let Some(file) = items.file_named(&place.file) {
            all.push(plain(items, name, KnownKind::Workflow, (file, place.span)));
        }
    }
    all
}

/// The records and enumerations that other files of the project declare: their names, where they stand and their documentation.
pub(super) fn types_elsewhere(items: &Items, file: FileId, most: usize) -> Vec<(String, Place, String)> {
    let own = items.files.len().saturating_sub(crate::prelude::FILES.len());
    let mut all = Vec::new();
    let files = items.visible.iter().take(own).zip(0_u32..).filter(|(_, other)| *other != file.0);
    for (names, other) in files {
        for (name, id) in &names.types {
            let Some(def) = items.def(*id).filter(|def| def.file.0 == other) else { continue };
            if items.type_named(file, name).is_none() {
                all.push((name.clone(), items.place(def.file, def.span), def.doc.clone()));
            }
            if all.len() == most {
                return all;
            }
        }
    }
    all
}

fn plain(items: &Items, name: &str, kind: KnownKind, (file, span): (FileId, ntro_grammar::Span)) -> Known {
    Known {
        name: name.to_owned(),
        kind,
        signature: String::new(),
        doc: doc_at(items, file, span),
        place: items.place(file, span),
        type_params: Vec::new(),
        params: Vec::new(),
        values: Vec::new(),
    }
}

fn params(items: &Items, params: &[Param]) -> Vec<seen::SeenField> {
    params.iter().map(|param| seen::field(items, param)).collect()
}

fn signature(items: &Items, type_params: &[String], params: &[Param], result: &Ty) -> String {
    let generic = if type_params.is_empty() { String::new() } else { format!("<{}>", type_params.join(", ")) };
    let params: Vec<String> = params.iter().map(|p| format!("{}: {}", p.name, items.show(&p.ty))).collect();
    let result = if *result == Ty::Nothing { String::new() } else { format!(" -> {}", items.show(result)) };
    format!("{generic}({}){result}", params.join(", "))
}

/// The documentation of what is declared at a place.
fn doc_at(items: &Items, file: FileId, span: ntro_grammar::Span) -> String {
    let decls = items.file(file).map(|file| file.tree.decls.as_slice()).unwrap_or_default();
    let doc = decls.iter().find_map(|decl| match decl {
        ast::Decl::Type(x) if x.name.span == span => Some(&x.doc),
        ast::Decl::Enum(x) if x.name.span == span => Some(&x.doc),
        ast::Decl::Signal(x) if x.name.span == span => Some(&x.doc),
        ast::Decl::Capability(x) if x.name.span == span => Some(&x.doc),
        ast::Decl::Capabilities(x) => x.items.iter().find(|item| item.name.span == span).map(|item| &item.doc),
        ast::Decl::Agent(x) if x.name.span == span => Some(&x.doc),
        ast::Decl::Runbook(x) | ast::Decl::ExternRunbook(x) if x.name.span == span => Some(&x.doc),
        ast::Decl::Workflow(x) if x.name.span == span => Some(&x.doc),
        ast::Decl::Fn(x) if x.name.span == span => Some(&x.doc),
        ast::Decl::Role(x) if x.names.iter().any(|name| name.span == span) => Some(&x.doc),
        _ => None,
    });
    doc.cloned().unwrap_or_default()
}
