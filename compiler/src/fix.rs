//! Makes the certain edits that messages carry, again and again until none is left.
//!
//! One edit may bring another to light: a file whose brackets fit again is read anew. So the files are checked after each round. A round makes
//! all edits of a message or none, and never two that overlap: the second waits for the next round, when it is known what is left of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Edit};
use crate::hands::{Alone, Hands};
use crate::lines::Lines;
use crate::{Checked, Sources};

/// How often the files are checked anew. What is left then is left to the author.
pub const MOST_ROUNDS: usize = 20;

/// A message whose edits were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The message, its places as they were when the edits were made.
    pub diagnostic: Diagnostic,
    /// The line at that time, from 1.
    pub line: u32,
    /// The column at that time, in characters from 1.
    pub column: u32,
}

/// What became of the files.
#[derive(Debug)]
pub struct Fixed {
    /// The files as they are now.
    pub sources: Sources,
    /// What was changed, in the order in which it was.
    pub made: Vec<Made>,
    /// What is found in them now.
    pub checked: Checked,
}

/// Makes the certain edits in the files that may be changed. Edits that reach into another file are left out as a whole.
pub fn fix(sources: &Sources, may_change: impl Fn(&str) -> bool) -> Fixed {
    fix_with(sources, &Alone, may_change)
}

/// The same, with the help of others: what comes out does not depend on them.
pub fn fix_with(sources: &Sources, hands: &dyn Hands, may_change: impl Fn(&str) -> bool) -> Fixed {
    let mut sources = sources.clone();
    let mut made = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let checked = crate::check_with(&sources, hands);
        let chosen = choose(&sources, &checked.diagnostics, &may_change);
        if chosen.is_empty() {
            return Fixed { sources, made, checked };
        }
        let mut by_file: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        for found in &chosen {
            let text = sources.get(&found.place.file).map_or("", |text| text);
            let (line, column) = Lines::new(text).place(text, found.place.span.start);
            made.push(Made { diagnostic: (*found).clone(), line, column });
            for edit in &found.fix {
                by_file.entry(&edit.place.file).or_default().push(edit.clone());
            }
        }
        let mut changed = Vec::new();
        for (file, edits) in by_file {
            if let Some(text) = sources.get(file) {
                changed.push((file.to_owned(), with_edits(text, edits)));
            }
        }
        sources.extend(changed);
    }
    let checked = crate::check_with(&sources, hands);
    Fixed { sources, made, checked }
}

/// The messages whose edits are made in this round: certain, inside the texts, and apart from each other.
fn choose<'d>(
    sources: &Sources,
    diagnostics: &'d [Diagnostic],
    may_change: &impl Fn(&str) -> bool,
) -> Vec<&'d Diagnostic> {
    let mut taken: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
    let mut chosen = Vec::new();
    for found in diagnostics.iter().filter(|found| found.certain && !found.fix.is_empty()) {
        let fits = |edit: &Edit| {
            let span = edit.place.span;
            let text = sources.get(&edit.place.file).filter(|_| may_change(&edit.place.file));
            text.and_then(|text| text.get(span.start as usize..span.end as usize)).is_some_and(|old| old != edit.text)
        };
        // Two edits that touch would depend on their order.
        let apart = |edit: &Edit| {
            let span = edit.place.span;
            let others = taken.get(edit.place.file.as_str()).into_iter().flatten();
            others.into_iter().all(|(start, end)| span.end < *start || *end < span.start)
        };
        let own_apart = found.fix.iter().enumerate().all(|(index, a)| {
            found.fix.iter().skip(index + 1).all(|b| {
                a.place.file != b.place.file
                    || a.place.span.end <= b.place.span.start
                    || b.place.span.end <= a.place.span.start
            })
        });
        if own_apart && found.fix.iter().all(|edit| fits(edit) && apart(edit)) {
            for edit in &found.fix {
                taken.entry(&edit.place.file).or_default().push((edit.place.span.start, edit.place.span.end));
            }
            chosen.push(found);
        }
    }
    chosen
}

/// A text with edits that do not overlap. Line breaks are written as the text has them.
fn with_edits(text: &str, mut edits: Vec<Edit>) -> Arc<str> {
    edits.sort_by_key(|edit| (edit.place.span.start, edit.place.span.end));
    let crlf = text.contains("\r\n");
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        let (mut start, mut end) = (edit.place.span.start as usize, edit.place.span.end as usize);
        // What is put in before a line break stands before the whole of it.
        if text.get(..start).is_some_and(|before| before.ends_with('\r'))
            && text.get(start..).is_some_and(|after| after.starts_with('\n'))
            && start > from
        {
            end = if end == start { end - 1 } else { end };
            start -= 1;
        }
        out.push_str(text.get(from..start).unwrap_or(""));
        if crlf {
            out.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            out.push_str(&edit.text);
        }
        from = end.max(from);
    }
    out.push_str(text.get(from..).unwrap_or(""));
    Arc::from(out)
}

#[cfg(test)]
mod tests {
    use ntro_grammar::Span;

    use super::with_edits;
    use crate::diagnostic::{Edit, Place};

    fn edited(text: &str, edits: &[(u32, u32, &str)]) -> String {
        let edit = |(start, end, new): &(u32, u32, &str)| Edit {
            place: Place { file: "a.ntro".to_owned(), span: Span::new(*start, *end) },
            text: (*new).to_owned(),
        };
        with_edits(text, edits.iter().map(edit).collect()).to_string()
    }

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        assert_eq!(edited("abcdef", &[(4, 5, "E"), (0, 1, ""), (2, 2, "-")]), "b-cdEf");
    }

    #[test]
    fn line_breaks_stay_those_of_the_text() {
        assert_eq!(edited("a {\r\nb\r\n", &[(7, 7, "\n}")]), "a {\r\nb\r\n}\r\n");
        assert_eq!(edited("a {\r\nb\r\n", &[(6, 6, "\n}")]), "a {\r\nb\r\n}\r\n");
        assert_eq!(edited("a {\nb\n", &[(5, 5, "\n}")]), "a {\nb\n}\n");
    }
}
