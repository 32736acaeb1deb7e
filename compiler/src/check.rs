//! The whole way from files to programs.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use ntro_grammar::{Placed, ast};

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::flow::Memo;
use crate::hands::{self, Alone, Hands};
use crate::items::{FileId, Items};
use crate::project::{Project, Read};
use crate::scenario::{Bindings, Known, Lowered, Runbooks, lower_scenario, told_twice};
use crate::source_map::LazySourceMap;
use crate::{
    Checked, Compiled, CompiledBinding, Sources, allow, binding, circles, consequences, expr, flow, mend, project,
    report, unused,
};

/// What to do about a program that the verifier refuses.
const REFUSED: &str =
    "Where a limit is named, make it smaller. Otherwise this is a fault of the compiler: please report it.";

/// Checks all files of a project and lowers its runbooks.
///
/// A runbook has a program where neither its file nor a file that it imports has an error.
pub fn check(sources: &Sources) -> Checked {
    check_with(sources, &Alone)
}

/// The same, with the help of others: what comes out does not depend on them.
pub fn check_with(sources: &Sources, hands: &dyn Hands) -> Checked {
    checking(sources, hands).checked
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

/// A runbook in which nothing is wrong.
#[derive(Debug, Clone)]
pub(crate) enum Made {
    /// Nobody here asks for its program.
    Sound,
    /// It was lowered.
    Code(Code),
}

/// What was made of a runbook.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    /// Its program.
    pub program: Arc<ntro_ir::Program>,
    /// Where its parts stand.
    pub map: LazySourceMap,
    /// What the types of its program are here.
    pub types: Arc<[(crate::ty::Ty, ntro_ir::TypeId)]>,
    /// Why the verifier refuses it, where it does. The verifier is the machine's own door.
    pub refused: Option<String>,
}

/// A binding that was lowered, and where its parts stand.
pub(crate) type Bound = (Arc<ntro_ir::Binding>, LazySourceMap);

/// A declaration that has a body: its file, its index in the file, and itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Task<'t> {
    pub id: FileId,
    pub at: usize,
    pub body: Body<'t>,
}

/// The declarations that have a body. Each is looked at by itself once all names are known.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body<'t> {
    Runbook(&'t ast::RunbookDecl),
    Workflow(&'t ast::WorkflowDecl),
    /// With the programs and the bindings that it may speak of.
    Scenario(&'t ast::ScenarioDecl, (&'t Runbooks, &'t Bindings)),
}

/// What a declaration gave.
pub(crate) enum Done {
    /// A runbook, with what is wrong in it.
    Runbook(Option<Made>, Vec<Diagnostic>),
    /// A binding, with what is wrong in it.
    Workflow(Option<Bound>, Vec<Diagnostic>),
    /// A scenario.
    Scenario(Lowered),
}

/// What was found before. Nothing is, where a project is checked once.
pub(crate) trait Memory {
    /// What a declaration gave before, where it would give the same now.
    fn recall(&mut self, _items: &Items, _task: &Task<'_>) -> Option<Done> {
        None
    }
    /// What is known of the parts of a runbook that is not recalled as a whole, to be taken further.
    fn lend(&mut self, _items: &Items, _task: &Task<'_>) -> Option<Lent> {
        None
    }
    /// Takes it back, before what the runbook gave is noted.
    fn give_back(&mut self, _lent: Lent) {}
    /// Takes note of what a declaration gave, and tells what of it is needed here.
    fn note(&mut self, _items: &Items, _task: &Task<'_>, done: Done) -> Done {
        done
    }
}

/// What is known of the parts of a runbook, while somebody checks it.
#[derive(Debug)]
pub(crate) struct Lent {
    /// The file, and the runbook's name.
    pub key: (String, String),
    /// Its text.
    pub placed: Placed,
    /// What its parts gave; nothing, where they are not known.
    pub memo: Option<Arc<Memo>>,
    /// Whether its program is needed.
    pub wanted: bool,
}

/// Remembers nothing.
struct Forgetful;

impl Memory for Forgetful {}

/// How a check goes about its work.
pub(crate) struct How<'h> {
    /// Who does it.
    pub hands: &'h dyn Hands,
    /// Whether somebody still wants to know.
    pub go_on: &'h (dyn Fn() -> bool + Sync),
    /// What was found before.
    pub memory: &'h mut dyn Memory,
}

impl How<'_> {
    /// What declarations give, in their order. `None` where it was stopped; what was found until then is noted.
    fn bodies(&mut self, items: &Items, tasks: &[Task<'_>]) -> Option<Vec<Done>> {
        let mut all: Vec<Option<Done>> = tasks.iter().map(|task| self.memory.recall(items, task)).collect();
        let open: Vec<(usize, &Task<'_>, Mutex<Option<Lent>>)> = tasks
            .iter()
            .enumerate()
            .filter(|(at, _)| matches!(all.get(*at), Some(None)))
            .map(|(at, task)| (at, task, Mutex::new(self.memory.lend(items, task))))
            .collect();
        let go_on = self.go_on;
        let new = hands::map(self.hands, open.len(), |at| {
            open.get(at).filter(|_| go_on()).map(|(_, task, lent)| {
                // What was being changed when something went wrong is not used again.
                let mut lent = lent.lock().ok().and_then(|mut lent| lent.take());
                (anew(items, task, lent.as_mut()), lent)
            })
        });
        for ((at, task, kept), new) in open.into_iter().zip(new) {
            let (done, lent) = match new {
                Some((done, lent)) => (Some(done), lent),
                None => (None, kept.into_inner().ok().flatten()),
            };
            lent.into_iter().for_each(|lent| self.memory.give_back(lent));
            if let (Some(place), Some(done)) = (all.get_mut(at), done) {
                *place = Some(self.memory.note(items, task, done));
            }
        }
        all.into_iter().collect()
    }
}

/// What a declaration gives.
fn anew(items: &Items, task: &Task<'_>, lent: Option<&mut Lent>) -> Done {
    match task.body {
        Body::Runbook(decl) => {
            if let Some(done) = lent.and_then(|lent| by_parts(items, task.id, decl, lent)) {
                return done;
            }
            let (lowered, mut found) = flow::lower_runbook(items, task.id, decl);
            consequences::once(&mut found);
            let made = lowered.map(|flow::Lowered { program, map, types }| {
                let refused = ntro_ir::verify(&program).err().map(|refused| refused.to_string());
                Made::Code(Code { program: Arc::new(program), map, types: types.into(), refused })
            });
            Done::Runbook(made, found)
        }
        Body::Workflow(decl) => {
            let (binding, mut found) = binding::lower_workflow(items, task.id, decl);
            consequences::once(&mut found);
            Done::Workflow(binding.map(|(binding, map)| (Arc::new(binding), map)), found)
        }
        Body::Scenario(decl, (runbooks, bindings)) => {
            let mut lowered = lower_scenario(items, task.id, decl, runbooks, bindings);
            consequences::once(&mut lowered.diagnostics);
            Done::Scenario(lowered)
        }
    }
}

/// What a runbook gives of which only some parts have changed. `None` where it is to be checked as a whole.
fn by_parts(items: &Items, file: FileId, decl: &ast::RunbookDecl, lent: &mut Lent) -> Option<Done> {
    let old = lent.memo.take().unwrap_or_default();
    let (mut found, memo) = flow::remembered_runbook(items, file, decl, &lent.placed, &old)?;
    lent.memo = memo.map(Arc::new);
    consequences::once(&mut found);
    let sound = !found.iter().any(|found| found.level == Level::Error);
    (!sound || !lent.wanted).then(|| Done::Runbook(sound.then_some(Made::Sound), found))
}

/// The same as [`check`], with what it found on the way.
pub(crate) fn checking(sources: &Sources, hands: &dyn Hands) -> Checking {
    let all: Vec<(&String, &Arc<str>)> = sources.iter().collect();
    let read = hands::map(hands, all.len() + 1, |at| match at.checked_sub(1) {
        Some(at) => all.get(at).map(|(path, text)| ((*path).clone(), Read::whole(text))),
        // The language's own files are read meanwhile: of a small project they are a good part.
        None => {
            project::prelude();
            None
        }
    });
    let how = How { hands, go_on: &|| true, memory: &mut Forgetful };
    // Nobody stops this one.
    checking_with(sources, read.into_iter().flatten().collect(), how).unwrap_or_default()
}

/// The same for files that were read before. `None` where it was stopped.
pub(crate) fn checking_with(sources: &Sources, files: Vec<(String, Read)>, mut how: How<'_>) -> Option<Checking> {
    let mut project = project::load(files);
    let mut diagnostics = std::mem::take(&mut project.diagnostics);
    let items = &project.items;
    expr::declarations::check(items, &mut diagnostics);

    let tasks = tasks(items, |decl| match decl {
        ast::Decl::Runbook(decl) => Some(Body::Runbook(decl)),
        ast::Decl::Workflow(decl) => Some(Body::Workflow(decl)),
        _ => None,
    });
    let done = how.bodies(items, &tasks)?;
    let (mut lowered, mut bound) = (Vec::new(), Vec::new());
    for (Task { id, body, .. }, done) in tasks.into_iter().zip(done) {
        match (body, done) {
            (Body::Runbook(decl), Done::Runbook(made, found)) => {
                diagnostics.extend(found);
                // Of two runbooks with one name, the second was reported and is no runbook.
                let is_it =
                    items.runbook(&decl.name.text).is_some_and(|item| item.file == id && item.span == decl.name.span);
                lowered.extend(made.filter(|_| is_it).map(|made| (id, &decl.name, made)));
            }
            (Body::Workflow(decl), Done::Workflow(made, found)) => {
                diagnostics.extend(found);
                let place = items.place(id, decl.name.span);
                // Of two with one name, the second was reported and is none.
                if items.workflows.get(&decl.name.text) == Some(&place) {
                    bound.extend(made.map(|made| (id, place, made)));
                }
            }
            _ => {}
        }
    }

    circles::report(items, &mut diagnostics);
    let mut checked = Checked::default();
    let broken = project.broken(&diagnostics);
    let unmade = lowered.iter().filter(|(.., made)| matches!(made, Made::Sound));
    let sound: BTreeSet<&str> = unmade.map(|(_, name, _)| name.text.as_str()).collect();
    let known = runbooks(items, lowered, &broken, &mut checked, &mut diagnostics);
    workflows(items, bound, (&broken, &sound), &mut checked, &mut diagnostics);
    // Where something is wrong, what nobody uses is probably used by what is wrong.
    if !diagnostics.iter().any(|found| found.level == Level::Error) {
        unused::report(items, how.hands, &mut diagnostics);
    }
    // What is wrong with a scenario says nothing about its runbook, whose program is given all the same.
    let bindings = checked.bindings.iter().map(|(name, of)| (name.clone(), of.binding.clone())).collect();
    scenarios(items, (&known, &bindings), &mut checked, &mut diagnostics, &mut how)?;
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

/// The declarations of all files that have a body of some kind.
fn tasks<'t>(items: &'t Items, body: impl Fn(&'t ast::Decl) -> Option<Body<'t>>) -> Vec<Task<'t>> {
    let mut all = Vec::new();
    for (file, id) in items.files.iter().zip(0..) {
        let decls = file.tree.decls.iter().enumerate();
        all.extend(decls.filter_map(|(at, decl)| Some(Task { id: FileId(id), at, body: body(decl)? })));
    }
    all
}

/// Takes the runbooks over that have a program, and reports those whose program is refused.
fn runbooks(
    items: &Items,
    lowered: Vec<(FileId, &ast::Name, Made)>,
    broken: &BTreeSet<u32>,
    checked: &mut Checked,
    diagnostics: &mut Vec<Diagnostic>,
) -> Runbooks {
    let mut known = Runbooks::new();
    for (id, name, made) in lowered {
        let Made::Code(Code { program, map, types, refused }) = made else { continue };
        if broken.contains(&id.0) {
            continue;
        }
        // A program that the verifier refuses is a fault of this compiler, and is said rather than shipped.
        if let Some(refused) = refused {
            let message = format!("The program made of `{}` is refused: {refused}", name.text);
            diagnostics.push(Diagnostic::error("N0602", items.place(id, name.span), message, "this runbook", REFUSED));
            continue;
        }
        known.insert(name.text.clone(), Known { program: program.clone(), types });
        let file = items.path(id).to_owned();
        checked.runbooks.insert(name.text.clone(), Compiled { program, source_map: map, file });
    }
    known
}

/// Takes the bindings over whose runbook compiles, and reports those that are refused.
fn workflows(
    items: &Items,
    bound: Vec<(FileId, Place, Bound)>,
    (broken, sound): (&BTreeSet<u32>, &BTreeSet<&str>),
    checked: &mut Checked,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (id, place, (binding, map)) in bound {
        let compiles = |item: &crate::items::RunbookItem| {
            checked.runbooks.contains_key(&binding.runbook)
                // Nobody asked for the program.
                || sound.contains(binding.runbook.as_str()) && !broken.contains(&item.file.0)
        };
        let known = items.runbook(&binding.runbook);
        let runs = known.is_some_and(|item| item.external || compiles(item));
        if !runs || broken.contains(&id.0) {
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
}

/// Checks the scenarios of all files and lowers those whose runbook has a program. `None` where it was stopped.
fn scenarios(
    items: &Items,
    known: (&Runbooks, &Bindings),
    checked: &mut Checked,
    diagnostics: &mut Vec<Diagnostic>,
    how: &mut How<'_>,
) -> Option<()> {
    told_twice(items, diagnostics);
    let tasks = tasks(items, |decl| match decl {
        ast::Decl::Scenario(decl) => Some(Body::Scenario(decl, known)),
        _ => None,
    });
    for done in how.bodies(items, &tasks)? {
        let Done::Scenario(found) = done else { continue };
        diagnostics.extend(found.diagnostics);
        checked.samples.extend(found.samples);
        checked.scenarios.extend(found.scenario);
    }
    Some(())
}
