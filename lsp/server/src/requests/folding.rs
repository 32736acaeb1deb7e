//! `textDocument/foldingRange`

use ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};
use ntro_ide::FoldKind;

use crate::answer::Answer;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: FoldingRangeParams) -> Answer<Option<Vec<FoldingRange>>> {
    let _ = params;
    let whole_lines = here.snapshot.client.whole_lines;
    let folds = here.snapshot.analysis.folding_ranges(&here.file.path)?;
    let ranges = folds.into_iter().filter_map(|fold| {
        let range = here.file.range(fold.span);
        let kind = match fold.kind {
            FoldKind::Block => None,
            FoldKind::Comment => Some(FoldingRangeKind::Comment),
            FoldKind::Imports => Some(FoldingRangeKind::Imports),
        };
        let mut folded =
            FoldingRange { start_line: range.start.line, end_line: range.end.line, kind, ..FoldingRange::default() };
        if whole_lines {
            // A line of which something stays, such as a closing bracket, is not hidden.
            let after = here.file.text.get(fold.span.end as usize..).and_then(|after| after.lines().next());
            if after.is_some_and(|after| !after.trim().is_empty()) {
                folded.end_line = folded.end_line.saturating_sub(1);
            }
        } else {
            folded.start_character = Some(range.start.character);
            folded.end_character = Some(range.end.character);
        }
        (folded.end_line > folded.start_line).then_some(folded)
    });
    Ok(Some(ranges.collect()))
}
