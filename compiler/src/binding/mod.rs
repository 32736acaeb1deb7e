//! `workflow NAME { runbook: …, tenant: …, schedule: … }`: a runbook bound to an entity.
//!
//! What `with` says becomes a program of its own, so that the ordinary machine evaluates it when a run starts. It gives the whole
//! input: the binding's tenant and entity fill inputs of those names.

mod cron;
mod props;
mod with;

use ntro_grammar::ast;
use ntro_ir::Binding;

use crate::cx::{Cx, Expressions};
use crate::diagnostic::{Diagnostic, Level};
use crate::index::Recorder;
use crate::items::{FileId, Items};
use crate::source_map::{self, LazySourceMap, Spans};

use props::Props;
pub use props::zones;

/// No runbook is named, or none of that name is known.
const NO_RUNBOOK: &str = "N0605";

/// Checks a binding and lowers it. A binding is given only where nothing is wrong.
pub(crate) fn lower_workflow(
    items: &Items,
    file: FileId,
    decl: &ast::WorkflowDecl,
) -> (Option<(Binding, LazySourceMap)>, Vec<Diagnostic>) {
    lower(Cx::new(items, file), decl)
}

/// Checks a binding for an editor: what its names mean, what could be written at a place.
pub(crate) fn record_workflow(
    items: &Items,
    file: FileId,
    decl: &ast::WorkflowDecl,
    recorder: Box<Recorder>,
) -> Option<Box<Recorder>> {
    let mut cx = Cx::new(items, file);
    cx.notes.recorder = Some(recorder);
    let props = Props::read(&mut cx, &decl.props);
    if let Some(runbook) = props.runbook.as_ref().and_then(|(name, _)| items.runbook(name)) {
        with::lower(&mut cx, decl, &props, runbook);
    }
    cx.notes.recorder.take()
}

fn lower(mut cx: Cx<'_>, decl: &ast::WorkflowDecl) -> (Option<(Binding, LazySourceMap)>, Vec<Diagnostic>) {
    let (items, file) = (cx.items, cx.file);
    let props = Props::read(&mut cx, &decl.props);
    let runbook = props.runbook.as_ref().and_then(|(name, span)| {
        let known = items.runbook(name);
        if known.is_none() {
            let near = crate::suggest::did_you_mean(name, items.runbook_names());
            let help = format!(
                "Name a runbook of this project, or one that is declared: `extern runbook {name} {{ input {{ … }} }}`."
            );
            let help = crate::suggest::or_else(&near, &help);
            cx.report(NO_RUNBOOK, *span, format!("There is no runbook `{name}`."), "not known".into(), help);
        }
        known
    });
    if props.runbook.is_none() && !props.damaged {
        let help = "Add `runbook: NAME`, the name of a runbook.".to_owned();
        let message = format!("The workflow `{}` does not say which runbook runs.", decl.name.text);
        cx.report(NO_RUNBOOK, decl.name.span, message, "no runbook".into(), help);
    }
    if let Some(runbook) = runbook {
        with::lower(&mut cx, decl, &props, runbook);
    }
    if cx.diagnostics.iter().any(|found| found.level == Level::Error) || runbook.is_none() {
        return (None, cx.diagnostics);
    }
    let spans = Spans { ops: vec![(0, decl.span)], exprs: cx.expr_places, blocks: Vec::new() };
    let binding = Binding {
        name: decl.name.text.clone(),
        doc: decl.doc.clone(),
        runbook: props.runbook.map(|(name, _)| name).unwrap_or_default(),
        tenant: props.tenant.map(|(text, _)| text),
        entity: props.entity.map(|(text, _)| text),
        schedule: props.schedule,
        zone: props.zone,
        overlap: props.overlap,
        catch_up_ms: props.catch_up_ms,
        pin: props.pin,
        with: cx.program,
    };
    (Some((binding, source_map::later(items, file, spans))), cx.diagnostics)
}
