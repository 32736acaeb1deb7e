//! The edits that messages carry, and all certain ones of a file at once.

use super::{ActionKind, At, CodeAction};
use crate::format::line_edits;
use crate::{Cancellable, Diagnostic};

/// How long a title may be.
const MOST_LETTERS: usize = 70;

pub(super) fn offer(at: &At<'_>, all: &mut Vec<CodeAction>) -> Cancellable<()> {
    let found = at.analysis.diagnostics(at.path)?;
    let here: Vec<&Diagnostic> =
        found.iter().filter(|found| !found.fix.is_empty() && at.touches(found.place.span)).collect();
    for found in &here {
        all.push(CodeAction {
            title: title(found),
            kind: ActionKind::QuickFix,
            diagnostic: Some((*found).clone()),
            edits: found.fix.clone(),
            preferred: found.certain,
            rename_at: None,
        });
    }
    let certain = found.iter().filter(|found| found.certain && !found.fix.is_empty()).count();
    if certain > 1 && here.iter().any(|found| found.certain) {
        let fixed = ntro_compiler::fix::fix(&at.analysis.sources(), |path| path == at.path);
        let Some(text) = fixed.sources.get(at.path) else { return Ok(()) };
        let edits = line_edits(&at.file.text, text).into_iter().map(|edit| at.edit(edit.span, edit.text)).collect();
        all.push(CodeAction {
            title: "Mend everything in this file that is certain".to_owned(),
            kind: ActionKind::QuickFix,
            diagnostic: None,
            edits,
            preferred: false,
            rename_at: None,
        });
    }
    Ok(())
}

/// What the edit does, in a few words.
fn title(found: &Diagnostic) -> String {
    if let [edit] = found.fix.as_slice() {
        let text = edit.text.trim();
        let short = !text.is_empty() && text.chars().count() <= 40 && !text.contains('\n');
        match (short, edit.place.span.start == edit.place.span.end, edit.text.is_empty()) {
            (true, true, _) => return format!("Add `{text}`"),
            (true, false, _) => return format!("Write `{text}`"),
            (_, _, true) => return "Remove it".to_owned(),
            _ => {}
        }
    }
    let first = found.help.split(". ").next().unwrap_or_default().trim_end_matches('.');
    let short: String = first.chars().take(MOST_LETTERS).collect();
    if short.len() < first.len() { format!("{short}…") } else { short }
}
