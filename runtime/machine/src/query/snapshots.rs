//! What was shown and decided at each completed step.

use serde_json::{Map, json};

use crate::bounds;
use crate::codec;
use crate::io::Json;
use crate::state::Finished;
use crate::view::View;

/// `step_snapshots`: the newest round under the bare id.
pub(crate) fn all(view: &View<'_>) -> Json {
    let mut steps = Map::new();
    let mut left = bounds::SHOWN_BYTES * 2;
    for (id, state) in &view.state.blocks {
        let (Some(block), Some(finish)) = (view.block(*id), &state.finish) else { continue };
        if finish.how != Finished::Completed {
            continue;
        }
        let mut one = match &state.snapshot {
            Some(kept) => {
                let mut one = json!({ "display_hint": kept.display_hint, "completed_at": finish.at });
                if let Some(fields) = one.as_object_mut() {
                    fields.extend(kept.payload.clone().map(|payload| ("payload".to_owned(), payload)));
                    fields.extend(kept.decision.clone().map(|decision| ("decision".to_owned(), decision)));
                }
                one
            }
            None => json!({
                "display_hint": { "component": "SUMMARY", "config": { "title": view.title(*id) } },
                "completed_at": finish.at,
            }),
        };
        match left.checked_sub(codec::size(&one)) {
            Some(rest) => left = rest,
            // The answer must stay under what a host can carry; the decision is small and always told.
            None => {
                if let Some(fields) = one.as_object_mut() {
                    fields.insert("payload".to_owned(), json!({ "truncated": true }));
                }
            }
        }
        steps.insert(block.path.clone(), one);
    }
    Json::Object(steps)
}
