//! Lines, their columns, and the comments at their ends.

use super::layout::Placed;
use super::pieces::{Column, Kind};

/// A line before its columns are aligned.
#[derive(Default)]
struct Line {
    indent: usize,
    /// Up to the column, where the line has one.
    head: String,
    /// After the column.
    tail: String,
    column: Option<Column>,
    /// Whether the item of the line goes on below it.
    open: bool,
    comment: String,
    /// Whether an empty line stands before it.
    blank: bool,
}

/// Prints placed pieces.
pub(super) fn print(placed: &[Placed<'_, '_>]) -> String {
    let mut lines = lines(placed);
    align(&mut lines);
    let mut out = String::new();
    let texts: Vec<String> = lines.iter().map(Line::text).collect();
    let columns = comment_columns(&lines, &texts);
    for ((line, text), column) in lines.iter().zip(&texts).zip(columns) {
        if line.blank && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(text);
        if !line.comment.is_empty() {
            let last = text.rsplit('\n').next().unwrap_or(text);
            let pad = column.saturating_sub(last.chars().count());
            out.push_str(&" ".repeat(if text.is_empty() { line.indent } else { pad.max(2) }));
            out.push_str(&line.comment);
        }
        out.push('\n');
    }
    out
}

impl Line {
    fn text(&self) -> String {
        if self.head.is_empty() && self.tail.is_empty() {
            return String::new();
        }
        format!("{}{}{}", " ".repeat(self.indent), self.head, self.tail)
    }
}

fn lines(placed: &[Placed<'_, '_>]) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut splitting = false;
    for (i, at) in placed.iter().enumerate() {
        let piece = at.piece;
        if !piece.trailing.is_empty()
            && let Some(last) = out.last_mut()
        {
            last.comment = piece.trailing.join(" ");
        }
        // Comments before a closer stand as deep as what it closes.
        let closes = piece.kind == Kind::Close;
        let comment_indent = at.indent.unwrap_or(0) + if closes { 2 } else { 0 };
        for (n, (comment, blank)) in piece.above.iter().enumerate() {
            let first_inside = n == 0 && (i == 0 || opens(placed, i));
            out.push(Line {
                indent: comment_indent,
                comment: (*comment).to_owned(),
                blank: *blank && !first_inside,
                ..Line::default()
            });
        }
        // A comma that goes leaves no line behind, where it began one.
        if piece.text.is_empty() || at.dropped {
            continue;
        }
        if let Some(indent) = at.indent {
            if let Some(last) = out.last_mut() {
                // A line whose item goes on, or that opens a bracket, has no single line to align with.
                last.open |= !(piece.item || closes) || opens(placed, i);
            }
            let blank = at.blank || (piece.blank && !piece.above.is_empty() && !closes);
            out.push(Line { indent, column: piece.column, blank, ..Line::default() });
            splitting = piece.column.is_some();
        }
        let Some(line) = out.last_mut() else { continue };
        let blank = at.indent.is_none() && at.gap;
        let tail = line.column.is_some() && !splitting;
        let part = if tail { &mut line.tail } else { &mut line.head };
        if blank && !(tail && part.is_empty()) {
            part.push(' ');
        }
        part.push_str(piece.text);
        // The head ends with the colon of a property, or with the first word of a clause.
        let ends = match line.column {
            Some(Column::Prop) => piece.text == ":",
            Some(_) => true,
            None => false,
        };
        if splitting && ends {
            splitting = false;
        }
    }
    out
}

/// Whether the piece before the `i`th opens a bracket.
fn opens(placed: &[Placed<'_, '_>], i: usize) -> bool {
    i.checked_sub(1)
        .and_then(|p| placed.get(p))
        .is_some_and(|p| matches!(p.piece.kind, Kind::OpenBrace | Kind::OpenTight | Kind::OpenLoose))
}

/// Aligns what stands after the heads of adjacent lines.
fn align(lines: &mut [Line]) {
    let mut from = 0;
    while from < lines.len() {
        let mut to = from;
        while lines.get(to).is_some_and(|line| fits(line) && (to == from || (!line.blank && together(lines, from, to))))
        {
            to += 1;
        }
        let run = lines.get_mut(from..to.max(from + 1)).unwrap_or(&mut []);
        let aligned = run.len() > 1;
        // A clause beside properties leaves room for the colon that it has not.
        let props = run.iter().any(|line| line.column == Some(Column::Prop));
        let wide = |line: &Line| line.head.chars().count() + usize::from(props && line.column == Some(Column::Clause));
        let widest = run.iter().map(wide).max().unwrap_or(0);
        for line in run.iter_mut().filter(|line| line.column.is_some() && !line.tail.is_empty()) {
            let pad = if aligned { widest - line.head.chars().count() + 1 } else { 1 };
            line.head.push_str(&" ".repeat(pad));
        }
        from = to.max(from + 1);
    }
}

/// Whether two lines have their columns in common.
fn together(lines: &[Line], a: usize, b: usize) -> bool {
    let group = |column: Option<Column>| match column {
        Some(Column::Clause) => Some(Column::Prop),
        other => other,
    };
    let of = |i: usize| lines.get(i).map(|l| (l.indent, group(l.column)));
    of(a) == of(b)
}

/// Whether a line takes part in columns.
fn fits(line: &Line) -> bool {
    match line.column {
        None => false,
        Some(Column::Scenario) => true,
        Some(_) => !line.open && !line.tail.is_empty() && !line.tail.contains('\n'),
    }
}

/// Where the comment at the end of each line begins.
fn comment_columns(lines: &[Line], texts: &[String]) -> Vec<usize> {
    let mut out = vec![0; lines.len()];
    let mut from = 0;
    let ends = |i: usize| {
        lines.get(i).is_some_and(|l| !l.comment.is_empty())
            && texts.get(i).is_some_and(|t| !t.is_empty() && !t.contains('\n'))
    };
    while from < lines.len() {
        let mut to = from;
        while ends(to) && (to == from || lines.get(to).is_some_and(|l| !l.blank)) {
            to += 1;
        }
        let widest = texts.get(from..to).unwrap_or(&[]).iter().map(|t| t.chars().count()).max().unwrap_or(0);
        for column in out.get_mut(from..to).unwrap_or(&mut []) {
            *column = widest + 2;
        }
        from = to.max(from + 1);
    }
    out
}
