//! `workspace/willRenameFiles`

use ls_types::{RenameFilesParams, Uri, WorkspaceEdit};

use crate::answer::Answer;
use crate::paths;
use crate::snapshot::Snapshot;

/// How many renames are followed at once.
const MOST: usize = 1_000;

/// The imports that follow. A move from one project to another is none that imports could follow.
pub(crate) fn answer(world: &[Snapshot], params: RenameFilesParams) -> Answer<Option<WorkspaceEdit>> {
    let mut all: Option<WorkspaceEdit> = None;
    for renamed in params.files.iter().take(MOST) {
        let (Ok(old), Ok(new)) = (renamed.old_uri.parse::<Uri>(), renamed.new_uri.parse::<Uri>()) else { continue };
        let (old, new) = (paths::path(&old), paths::path(&new));
        for snapshot in world {
            let below = |path| snapshot.root.as_ref().and_then(|root| paths::below(root, path));
            let (Some(old), Some(new)) = (below(&old), below(&new)) else { continue };
            let edits = snapshot.analysis.file_renamed(&old, &new)?;
            if !edits.is_empty() {
                join(&mut all, snapshot.workspace_edit(&edits)?);
            }
        }
    }
    Ok(all)
}

fn join(all: &mut Option<WorkspaceEdit>, more: WorkspaceEdit) {
    use ls_types::DocumentChanges::Edits;
    let Some(all) = all else {
        *all = Some(more);
        return;
    };
    if let (Some(Edits(all)), Some(Edits(more))) = (&mut all.document_changes, more.document_changes) {
        all.extend(more);
    }
    if let (Some(all), Some(more)) = (&mut all.changes, more.changes) {
        for (uri, edits) in more {
            all.entry(uri).or_default().extend(edits);
        }
    }
}
