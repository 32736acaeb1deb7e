//! What a project declares and nothing uses. It stops nothing, but readers look for its use, and often another name was meant.
//!
//! Nothing that is used is ever called unused: what counts is whether the word stands anywhere else in the project, in a quoted text too, but
//! in no comment. So a word with two meanings may keep a declaration that nobody needs; a declaration that somebody needs is never reported. A
//! name that begins with `_` is meant to be unused. Where a file has an error nothing is said: what is wrong may be the use.

mod actions;
mod agents;
mod capabilities;
pub(crate) mod carried;
pub(crate) mod elements;
mod empty_files;
mod extern_runbooks;
mod functions;
mod imports;
mod parameters;
pub(crate) mod removal;
mod roles;
mod signals;
mod types;
mod words;

use std::collections::BTreeSet;

use ntro_grammar::{Span, ast};

use crate::diagnostic::Diagnostic;
use crate::hands::{self, Hands};
use crate::items::{FileId, Items, SourceFile};

pub(crate) use imports::unused as imports;

/// Whether a name says that it is meant to be unused, or is none.
fn marks_unused(name: &ast::Name) -> bool {
    name.text.is_empty() || name.text.starts_with('_')
}

/// A declaration that somebody should use.
struct Declared<'p> {
    file: FileId,
    /// The name by which it is used.
    name: String,
    /// Where its name stands.
    span: Span,
    /// What goes when it goes, line breaks included.
    whole: Span,
    rule: &'p Rule,
}

/// A name as it is used, where it stands, and what goes with it.
type Named = (String, Span, Span);

/// One kind of declaration that may be unused.
struct Rule {
    code: &'static str,
    /// The names that a declaration declares: each as it is used, where it stands, and what goes with it.
    names: fn(&ast::Decl, &str) -> Vec<Named>,
    /// What is wrong, for a name.
    message: fn(&str) -> String,
    /// What to do, for a name.
    help: fn(&str) -> String,
}

const RULES: [&Rule; 6] =
    [&types::RULE, &functions::RULE, &roles::RULE, &capabilities::RULE, &agents::RULE, &extern_runbooks::RULE];

/// Reports what nothing in a project without errors uses.
pub(crate) fn report(items: &Items, hands: &dyn Hands, diagnostics: &mut Vec<Diagnostic>) {
    empty_files::report(items, diagnostics);
    // A project without a runbook is a collection for others.
    if !declarations(items).any(|(_, decl)| matches!(decl, ast::Decl::Runbook(_))) {
        return;
    }
    signals::report(items, diagnostics);
    parameters::report(items, diagnostics);
    actions::report(items, diagnostics);
    let declared = declared(items);
    let names: BTreeSet<&str> = declared.iter().map(|of| of.name.as_str()).collect();
    let mut left_out: Vec<Vec<Span>> = vec![Vec::new(); items.files.len()];
    for of in &declared {
        if let Some(spans) = left_out.get_mut(of.file.0 as usize) {
            spans.push(of.span);
        }
    }
    let files: Vec<(&SourceFile, Vec<Span>)> =
        items.files.iter().zip(left_out).filter(|(file, _)| !file.path.starts_with("ntro:")).collect();
    let used: BTreeSet<&str> = hands::map(hands, files.len(), |at| {
        let mut used = BTreeSet::new();
        if let Some((file, own)) = files.get(at) {
            let comments = file.tree.comments.iter().map(|comment| comment.span);
            words::mentioned(&file.text, own.iter().copied().chain(comments).collect(), &names, &mut used);
        }
        used
    })
    .into_iter()
    .flatten()
    .collect();
    for of in declared.iter().filter(|of| !used.contains(of.name.as_str())) {
        let place = items.place(of.file, of.span);
        let (message, help) = ((of.rule.message)(&of.name), (of.rule.help)(&of.name));
        let mut found = Diagnostic::error(of.rule.code, place, message, "not used", help).warning();
        // It may have been written a moment ago, for what comes next: a person decides.
        found.certain = false;
        diagnostics.push(found.edit(items.place(of.file, of.whole), ""));
    }
}

fn declared(items: &Items) -> Vec<Declared<'static>> {
    let mut all = Vec::new();
    for (file, decl) in declarations(items) {
        let text = items.file(file).map_or("", |file| &file.text);
        for rule in RULES {
            let names = (rule.names)(decl, text).into_iter();
            let meant = names.filter(|(name, ..)| !name.is_empty() && !name.starts_with('_'));
            all.extend(meant.map(|(name, span, whole)| Declared { file, name, span, whole, rule }));
        }
    }
    all
}

/// The declarations of the project; what ships with the compiler is there for whoever needs it.
fn declarations(items: &Items) -> impl Iterator<Item = (FileId, &ast::Decl)> {
    let files = items.files.iter().enumerate().filter(|(_, file)| !file.path.starts_with("ntro:"));
    files.flat_map(|(index, file)| {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        file.tree.decls.iter().map(move |decl| (id, decl))
    })
}
