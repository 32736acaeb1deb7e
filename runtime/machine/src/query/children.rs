//! The children of a run.

use serde_json::{Map, json};

use crate::ids;
use crate::io::Json;
use crate::state::{ChildNote, ChildStatus};
use crate::view::View;

/// A child that was started.
pub(crate) struct ChildView<'a> {
    pub(crate) path: &'a str,
    pub(crate) workflow_id: String,
    pub(crate) slug: &'a str,
    pub(crate) note: &'a ChildNote,
}

impl<'a> View<'a> {
    /// The children of the newest round of each block, in the order of the text and of the list.
    pub(crate) fn started_children(&self) -> Vec<ChildView<'a>> {
        let mut all = Vec::new();
        let Some(run) = self.run() else { return all };
        for child in &self.program.children {
            let (Some(block), Some(state)) = (self.block(child.block), self.block_state(child.block)) else { continue };
            for note in state.children.iter().filter(|note| note.status != ChildStatus::Waiting) {
                let address = ids::address(&block.path, note.entry);
                let workflow_id = ids::child_id(&run.workflow_id, &address, &child.runbook, note.key.as_deref());
                all.push(ChildView { path: &block.path, workflow_id, slug: &child.runbook, note });
            }
        }
        all
    }
}

/// `children_by_step_id`
pub(crate) fn by_step(view: &View<'_>) -> Json {
    let mut steps = Map::new();
    for child in view.started_children() {
        let list = steps.entry(child.path).or_insert_with(|| json!([]));
        if let Json::Array(list) = list {
            list.push(json!({
                "workflow_id": child.workflow_id,
                "slug": child.slug,
                "status": child.note.status.word(),
                "run_id": child.note.run_id,
            }));
        }
    }
    Json::Object(steps)
}
