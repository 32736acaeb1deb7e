//! The whole way from files to programs.

use std::collections::BTreeSet;
use std::sync::Arc;

use ntro_grammar::ast;

use crate::diagnostic::{Diagnostic, Level};
use crate::items::{FileId, Items};
use crate::project::{Project, Read};
use crate::scenario::{Bindings, Known, Lowered, Runbooks, lower_scenario, told_twice};
use crate::{
    Checked, Compiled, CompiledBinding, Sources, allow, binding, consequences, expr, flow, mend, project, report,
    unused,
};

/// What to do about a program that the verifier refuses.
const REFUSED: &str =
    "Where a limit is named, make it smaller. Otherwise this is a fault of the compiler: please report it.";

/// Checks all files of a project and lowers its runbooks.
///
/// A runbook has a program where neither its file nor a file that it imports has an error.
pub fn check(sources: &Sources) -> Checked {
    checking(sources).checked
}

/// All that a check gives, what editors ask for included.
#[derive(Debug, Default)]
pub(crate) struct Checking {
    /// The declarations.
    pub project: Project,
    /// What was found.
    pub checked: Checked,
    /// The runbooks that have a program, as scenarios know them.
    pub runbooks: Runbooks,
    /// The bindings that compile.
    pub bindings: Bindings,
}

/// A runbook that was lowered.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// Its program.
    pub program: Arc<ntro_ir::Program>,
    /// Where its parts stand.
    pub map: Arc<ntro_ir::SourceMap>,
    /// What the types of its program are here.
    pub types: Arc<[(crate::ty::Ty, ntro_ir::TypeId)]>,
    /// Why the verifier refuses it, where it does. The verifier is the machine's own door.
    pub refused: Option<String>,
}

/// A binding that was lowered, and where its parts stand.
pub(crate) type Bound = (Arc<ntro_ir::Binding>, Arc<ntro_ir::SourceMap>);

/// Lowers single declarations: anew, or as they were found before. `at` is the declaration's index in its file.
pub(crate) trait Work {
    /// Whether somebody still wants to know.
    fn go_on(&self) -> bool {
        true
    }
    /// A runbook, with what is wrong in it.
    fn runbook(
        &mut self,
        items: &Items,
        id: FileId,
        at: usize,
        decl: &ast::RunbookDecl,
    ) -> (Option<Made>, Vec<Diagnostic>);
    /// A binding, with what is wrong in it.
    fn workflow(
        &mut self,
        items: &Items,
        id: FileId,
        at: usize,
        decl: &ast::WorkflowDecl,
    ) -> (Option<Bound>, Vec<Diagnostic>);
    /// A scenario.
    fn scenario(
        &mut self,
        items: &Items,
        id: FileId,
        at: usize,
        decl: &ast::ScenarioDecl,
        known: (&Runbooks, &Bindings),
    ) -> Lowered;
}

/// Lowers everything anew.
pub(crate) struct Anew;

impl Work for Anew {
    fn runbook(
        &mut self,
        items: &Items,
        id: FileId,
        _at: usize,
        decl: &ast::RunbookDecl,
    ) -> (Option<Made>, Vec<Diagnostic>) {
        let (lowered, mut found) = flow::lower_runbook(items, id, decl);
        consequences::once(&mut found);
        let made = lowered.map(|flow::Lowered { program, map, types }| {
            let refused = ntro_ir::verify(&program).err().map(|refused| refused.to_string());
            Made { program: Arc::new(program), map: Arc::new(map), types: types.into(), refused }
        });
        (made, found)
    }

    fn workflow(
        &mut self,
        items: &Items,
        id: FileId,
        _at: usize,
        decl: &ast::WorkflowDecl,
    ) -> (Option<Bound>, Vec<Diagnostic>) {
        let (binding, mut found) = binding::lower_workflow(items, id, decl);
        consequences::once(&mut found);
        (binding.map(|(binding, map)| (Arc::new(binding), Arc::new(map))), found)
    }

    fn scenario(
        &mut self,
        items: &Items,
        id: FileId,
        _at: usize,
        decl: &ast::ScenarioDecl,
        (runbooks, bindings): (&Runbooks, &Bindings),
    ) -> Lowered {
        let mut lowered = lower_scenario(items, id, decl, runbooks, bindings);
        consequences::once(&mut lowered.diagnostics);
        lowered
    }
}

/// The same as [`check`], with what it found on the way.
pub(crate) fn checking(sources: &Sources) -> Checking {
    let files = sources.iter().map(|(path, text)| (path.clone(), Read::whole(text))).collect();
    // Nobody stops this one.
    checking_with(sources, files, &mut Anew).unwrap_or_default()
}

/// The same for files that were read before. `None` where it was stopped.
pub(crate) fn checking_with(sources: &Sources, files: Vec<(String, Read)>, work: &mut dyn Work) -> Option<Checking> {
    let mut project = project::load(files);
    let mut diagnostics = std::mem::take(&mut project.diagnostics);
    let items = &project.items;
    expr::declarations::check(items, &mut diagnostics);

    let (mut lowered, mut bound) = (Vec::new(), Vec::new());
    for (index, file) in items.files.iter().enumerate() {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        if !work.go_on() {
            return None;
        }
        for (at, decl) in file.tree.decls.iter().enumerate() {
            if let ast::Decl::Workflow(workflow) = decl {
                let (binding, found) = work.workflow(items, id, at, workflow);
                diagnostics.extend(found);
                let place = items.place(id, workflow.name.span);
                // Of two with one name, the second was reported and is none.
                if items.workflows.get(&workflow.name.text) == Some(&place) {
                    bound.extend(binding.map(|(binding, map)| (index, place, binding, map)));
                }
                continue;
            }
            let ast::Decl::Runbook(runbook) = decl else { continue };
            let (program, found) = work.runbook(items, id, at, runbook);
            diagnostics.extend(found);
            // Of two runbooks with one name, the second was reported and is no runbook.
            let is_it =
                items.runbook(&runbook.name.text).is_some_and(|item| item.file == id && item.span == runbook.name.span);
            if let Some(found) = program.filter(|_| is_it) {
                lowered.push((index, runbook.name.clone(), found));
            }
        }
    }

    let broken: BTreeSet<String> =
        diagnostics.iter().filter(|d| d.level == Level::Error).map(|d| d.place.file.clone()).collect();
    let (mut checked, mut known) = (Checked::default(), Runbooks::new());
    for (index, name, Made { program, map, types, refused }) in lowered {
        let is_broken = |file: &u32| broken.contains(items.path(FileId(*file)));
        if project.reaches.get(index).is_some_and(|files| files.iter().any(is_broken)) {
            continue;
        }
        let file = items.path(FileId(u32::try_from(index).unwrap_or(u32::MAX))).to_owned();
        // A program that the verifier refuses is a fault of this compiler, and is said rather than shipped.
        if let Some(refused) = refused {
            diagnostics.push(Diagnostic::error(
                "N0602",
                items.place(FileId(u32::try_from(index).unwrap_or(u32::MAX)), name.span),
                format!("The program made of `{}` is refused: {refused}", name.text),
                "this runbook",
                REFUSED,
            ));
            continue;
        }
        known.insert(name.text.clone(), Known { program: program.clone(), types });
        checked.runbooks.insert(name.text, Compiled { program, source_map: map, file });
    }
    for (index, place, binding, map) in bound {
        let is_broken = |file: &u32| broken.contains(items.path(FileId(*file)));
        let known = items.runbook(&binding.runbook);
        let runs = known.is_some_and(|item| item.external) || checked.runbooks.contains_key(&binding.runbook);
        if !runs || project.reaches.get(index).is_some_and(|files| files.iter().any(is_broken)) {
            continue;
        }
        let file = place.file.clone();
        if let Err(refused) = binding.verify() {
            let message = format!("The workflow `{}` is refused: {refused}", binding.name);
            diagnostics.push(Diagnostic::error("N0602", place, message, "this workflow", REFUSED));
            continue;
        }
        let compiled = CompiledBinding { binding, source_map: map, file };
        checked.bindings.insert(compiled.binding.name.clone(), compiled);
    }
    // Where something is wrong, what nobody uses is probably used by what is wrong.
    if !diagnostics.iter().any(|found| found.level == Level::Error) {
        unused::report(items, &mut diagnostics);
    }
    // What is wrong with a scenario says nothing about its runbook, whose program is given all the same.
    let bindings = checked.bindings.iter().map(|(name, of)| (name.clone(), of.binding.clone())).collect();
    if !work.go_on() {
        return None;
    }
    scenarios(items, (&known, &bindings), &mut checked, &mut diagnostics, work);
    report::sort(&mut diagnostics);
    // Inputs and outputs are looked at by the runbook itself and by those that call it.
    diagnostics.dedup();
    consequences::drop_followers(sources, &mut diagnostics);
    allow::apply(items, &mut diagnostics);
    mend::rename(sources, &mut diagnostics);
    report::sort(&mut diagnostics);
    checked.diagnostics = diagnostics;
    Some(Checking { project, checked, runbooks: known, bindings })
}

/// Checks the scenarios of all files and lowers those whose runbook has a program.
fn scenarios(
    items: &Items,
    known: (&Runbooks, &Bindings),
    checked: &mut Checked,
    diagnostics: &mut Vec<Diagnostic>,
    work: &mut dyn Work,
) {
    told_twice(items, diagnostics);
    for (index, file) in items.files.iter().enumerate() {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        for (at, decl) in file.tree.decls.iter().enumerate() {
            let ast::Decl::Scenario(decl) = decl else { continue };
            let found = work.scenario(items, id, at, decl, known);
            diagnostics.extend(found.diagnostics);
            checked.samples.extend(found.samples);
            checked.scenarios.extend(found.scenario.map(Arc::new));
        }
    }
}
