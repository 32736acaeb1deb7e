//! `textDocument/selectionRange`

use ls_types::{Range, SelectionRange, SelectionRangeParams};

use crate::answer::Answer;
use crate::snapshot::Here;

/// How many cursors are looked at.
const MOST: usize = 1_000;

pub(crate) fn answer(here: &Here, params: SelectionRangeParams) -> Answer<Option<Vec<SelectionRange>>> {
    let mut all = Vec::new();
    for position in params.positions.into_iter().take(MOST) {
        let (analysis, path, offset) = here.at(position);
        let mut selection = None;
        for span in analysis.selection_ranges(path, offset)?.into_iter().rev() {
            selection = Some(SelectionRange { range: here.file.range(span), parent: selection.map(Box::new) });
        }
        // There is one for each position, in the same order.
        all.push(selection.unwrap_or(SelectionRange { range: Range::new(position, position), parent: None }));
    }
    Ok(Some(all))
}
