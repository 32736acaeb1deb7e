//! What can be done at a place: certain repairs, and refactorings.

mod add_limit;
mod add_rejection;
mod allow;
mod extract_step;
mod extract_type;
mod missing_branches;
mod name_record;
mod quick_fix;

use crate::analysis::File;
use crate::{Analysis, Cancellable, Diagnostic, Edit, Place, Span};

/// What an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ActionKind {
    QuickFix,
    Extract,
    Rewrite,
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeAction {
    /// What it does, as the menu shows it.
    pub title: String,
    /// What it is.
    pub kind: ActionKind,
    /// The diagnostic that it mends.
    pub diagnostic: Option<Diagnostic>,
    /// The edits, by file and place, without overlap.
    pub edits: Vec<Edit>,
    /// Whether it is what one nearly always wants.
    pub preferred: bool,
    /// What the editor should rename at once, in the text with the edits made: a made-up name.
    pub rename_at: Option<u32>,
}

impl Analysis {
    /// What can be done in a range.
    pub fn code_actions(&self, path: &str, range: Span) -> Cancellable<Vec<CodeAction>> {
        let Some(file) = self.file(path).filter(|_| self.files.contains_key(path)) else { return Ok(Vec::new()) };
        let at = At { analysis: self, path, file, range };
        let mut all = Vec::new();
        quick_fix::offer(&at, &mut all)?;
        allow::offer(&at, &mut all)?;
        add_limit::offer(&at, &mut all)?;
        add_rejection::offer(&at, &mut all)?;
        missing_branches::offer(&at, &mut all)?;
        name_record::offer(&at, &mut all)?;
        extract_step::offer(&at, &mut all)?;
        extract_type::offer(&at, &mut all)?;
        self.go_on()?;
        Ok(all)
    }
}

/// Where actions are asked for.
struct At<'a> {
    analysis: &'a Analysis,
    path: &'a str,
    file: &'a File,
    range: Span,
}

impl At<'_> {
    /// Whether a part of the text touches the range.
    fn touches(&self, span: Span) -> bool {
        span.start <= self.range.end && self.range.start <= span.end
    }

    /// Whether the cursor, or the whole selection, stands in a part of the text.
    fn is_in(&self, span: Span) -> bool {
        span.start <= self.range.start && self.range.end <= span.end
    }

    fn edit(&self, span: Span, text: impl Into<String>) -> Edit {
        Edit { place: Place { file: self.path.to_owned(), span }, text: text.into() }
    }

    /// The blanks before the line of a place.
    fn indent(&self, offset: u32) -> String {
        let line = self.line_start(offset);
        let rest = self.file.text.get(line as usize..).unwrap_or_default();
        rest.chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
    }

    fn line_start(&self, offset: u32) -> u32 {
        let lines = self.file.lines();
        lines.start(lines.line(offset)).unwrap_or(0)
    }

    /// A new line before the closing brace of a part of the text, and the place where it goes in.
    fn at_end_of(&self, braces: Span, line: &str) -> Option<Edit> {
        let close = braces.end.checked_sub(1)?;
        if self.file.at(Span::new(close, braces.end)) != "}" {
            return None;
        }
        let indent = self.indent(close);
        let inside = self.file.at(Span::new(braces.start, close));
        if inside.contains('\n') {
            let start = self.line_start(close);
            return Some(self.edit(Span::new(start, start), format!("{indent}  {line}\n")));
        }
        let end = braces.start + u32::try_from(inside.trim_end().len()).unwrap_or(0);
        Some(self.edit(Span::new(end, close), format!("\n{indent}  {line}\n{indent}")))
    }
}
