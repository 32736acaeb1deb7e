//! The steps of a run and how far each is.

use std::collections::BTreeSet;

use ntro_ir::{BlockId, BlockKind};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::bounds;
use crate::ids;
use crate::io::Json;
use crate::state::{ChildStatus, Finished, Wait};
use crate::view::View;

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Not begun, or to be done again.
    Pending,
    /// Under way.
    Active,
    /// Under way, and a person is asked for something.
    WaitingForInput,
    /// Done.
    Completed,
    /// Not to be done.
    Skipped,
    /// Ended by a failure.
    Failed,
    /// Ended because something else did.
    Cancelled,
}

impl StepStatus {
    /// The word that existing clients know.
    pub fn word(self) -> &'static str {
        match self {
            StepStatus::Pending => "pending",
            StepStatus::Active => "active",
            StepStatus::WaitingForInput => "waiting_for_input",
            StepStatus::Completed | StepStatus::Skipped => "completed",
            StepStatus::Failed | StepStatus::Cancelled => "failed",
        }
    }

    /// Whether it is under way.
    pub fn is_active(self) -> bool {
        matches!(self, StepStatus::Active | StepStatus::WaitingForInput)
    }
}

/// A step as a terminal shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// Its static address: `collect.upload`.
    pub path: String,
    /// Its address in its newest round: `collect.upload~2`.
    pub address: String,
    /// What people read.
    pub title: String,
    /// What kind of block.
    pub kind: BlockKind,
    /// How deep it is nested; 0 for the breadcrumb.
    pub depth: u32,
    /// How far it is.
    pub status: StepStatus,
    /// How often it was entered.
    pub round: u32,
    /// `icon: Inbox`
    pub icon: Option<String>,
    /// Why it was skipped or failed.
    pub why: Option<String>,
    /// `3/7`, for children.
    pub progress: Option<String>,
}

/// All blocks in the order of the text.
pub(crate) fn all(view: &View<'_>) -> Vec<StepView> {
    collect(view, false)
}

/// The blocks of the breadcrumb.
pub(crate) fn outermost(view: &View<'_>) -> Vec<StepView> {
    collect(view, true)
}

fn collect(view: &View<'_>, outermost: bool) -> Vec<StepView> {
    let (active, asked) = under_way(view);
    let mut steps = Vec::new();
    for (id, block) in (0_u32..).zip(&view.program.blocks) {
        if outermost && block.parent.is_some() {
            continue;
        }
        let state = view.block_state(id);
        let finish = state.and_then(|state| state.finish.as_ref());
        let status = if active.contains(&id) {
            if asked.contains(&id) { StepStatus::WaitingForInput } else { StepStatus::Active }
        } else {
            match finish.map(|finish| finish.how) {
                None => StepStatus::Pending,
                Some(Finished::Completed) => StepStatus::Completed,
                Some(Finished::Skipped) => StepStatus::Skipped,
                Some(Finished::Failed) => StepStatus::Failed,
                Some(Finished::Cancelled) => StepStatus::Cancelled,
            }
        };
        let round = state.map_or(0, |state| state.entries);
        steps.push(StepView {
            path: block.path.clone(),
            address: ids::address(&block.path, round),
            title: view.title(id),
            kind: block.kind,
            depth: depth(view, id),
            status,
            round,
            icon: block.icon.clone(),
            why: finish.filter(|_| !status.is_active()).and_then(|finish| finish.why.clone()),
            progress: progress(view, id),
        });
    }
    steps
}

fn depth(view: &View<'_>, block: BlockId) -> u32 {
    let mut depth = 0;
    let mut at = view.block(block).and_then(|block| block.parent);
    while let Some(parent) = at {
        depth += 1;
        if depth as usize > bounds::NESTING {
            break;
        }
        at = view.block(parent).and_then(|block| block.parent);
    }
    depth
}

/// Blocks that are active, and those of them in which a person is asked for something.
fn under_way(view: &View<'_>) -> (BTreeSet<BlockId>, BTreeSet<BlockId>) {
    let mut active = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for (id, fibre) in &view.state.fibres {
        active.extend(fibre.active.iter().filter(|_| !fibre.settles).map(|active| active.block));
        let asks = match &fibre.wait {
            Wait::Gate(_) => true,
            Wait::Await(wait) => view.program.awaits.get(wait.id as usize).is_some_and(|def| def.ask.is_some()),
            Wait::Ready
            | Wait::Call(_)
            | Wait::Sleep { .. }
            | Wait::Child(_)
            | Wait::Join { .. }
            | Wait::Each(_)
            | Wait::Undo { .. } => false,
        };
        let mut at = asks.then_some(*id);
        while let Some(fibre) = at.and_then(|id| view.fibre(id)) {
            asked.extend(fibre.active.iter().map(|active| active.block));
            at = fibre.parent;
        }
    }
    (active, asked)
}

fn progress(view: &View<'_>, block: BlockId) -> Option<String> {
    let children = &view.block_state(block)?.children;
    let ended =
        children.iter().filter(|child| matches!(child.status, ChildStatus::Completed | ChildStatus::Failed)).count();
    (!children.is_empty()).then(|| format!("{ended}/{}", children.len()))
}

/// `current_steps`
pub(crate) fn current(view: &View<'_>) -> Json {
    let one = |step: StepView| {
        let mut json = json!({ "id": step.path, "title": step.title, "status": step.status.word() });
        if let Some(fields) = json.as_object_mut() {
            let texts = [("icon", step.icon), ("progress", step.progress), ("why", step.why)];
            for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text?))) {
                fields.insert(name.to_owned(), Json::String(text));
            }
            if step.status == StepStatus::Skipped {
                fields.insert("skipped".to_owned(), Json::Bool(true));
            }
            if step.round > 1 {
                fields.insert("round".to_owned(), Json::from(step.round));
            }
        }
        json
    };
    Json::Array(outermost(view).into_iter().map(one).collect())
}
