//! Diagnostics as text for a terminal and as JSON for programs. The only module that names codespan.

use std::sync::Arc;

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term;
use codespan_reporting::term::termcolor::Ansi;
use serde_json::{Value, json};

use crate::Sources;
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::lines::{Lines, floor_boundary};

/// How many diagnostics of one file are shown.
const MOST: usize = 100;

/// The diagnostics as text, in the order of files and places, at most 100 of a file (a line says how many more there are).
///
/// Each begins with `error[N0301]: what is wrong` and the place as `file:line:column`, and ends with what to write.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let files = SourceFiles::new(diagnostics, sources);
    let config = term::Config::default();
    let mut out = Vec::new();
    for_each_shown(diagnostics, |item| match item {
        Shown::Diagnostic(diagnostic) => {
            let diagnostic = to_codespan(diagnostic, &files);
            // Writing to memory cannot fail, and an unknown file was left out before.
            let _ = if color {
                term::emit_to_write_style(&mut Ansi::new(&mut out), &config, &files, &diagnostic)
            } else {
                term::emit_to_io_write(&mut out, &config, &files, &diagnostic)
            };
        }
        Shown::More { file, count } => {
            out.extend_from_slice(format!("{file}: {count} more messages are not shown.\n\n").as_bytes());
        }
    });
    let text = String::from_utf8(out).unwrap_or_default();
    // Codespan pads its empty lines; nothing else is meant by blanks at the end of a line.
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut text = lines.join("\n").trim_end().to_owned();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The diagnostics as a JSON array, in the order of files and places, at most 100 of a file.
///
/// Each has `code`, `level`, `message`, `file`, `line`, `column`, `end_line`, `end_column` (from 1, in characters), `label`,
/// `help`, `edits` (a place and `text`; they belong together) and `related` (a place and `label`). With edits it has `certain`: whether they
/// may be made unasked. The last object of a file with more than 100 has the level `note` and says how many are left out.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    let files = SourceFiles::new(diagnostics, sources);
    let mut out = Vec::new();
    for_each_shown(diagnostics, |item| match item {
        Shown::Diagnostic(d) => {
            let edits: Vec<Value> = d.fix.iter().map(|edit| files.json(&edit.place, "text", &edit.text)).collect();
            let related: Vec<Value> =
                d.related.iter().map(|(place, label)| files.json(place, "label", label)).collect();
            let mut object = files.json(&d.place, "label", &d.label);
            if let Value::Object(fields) = &mut object {
                fields.insert("code".into(), json!(d.code));
                fields.insert("level".into(), json!(d.level));
                fields.insert("message".into(), json!(d.message));
                fields.insert("help".into(), json!(d.help));
                if !edits.is_empty() {
                    fields.insert("certain".into(), json!(d.certain));
                }
                fields.insert("edits".into(), Value::Array(edits));
                fields.insert("related".into(), Value::Array(related));
            }
            out.push(object);
        }
        Shown::More { file, count } => {
            out.push(
                json!({ "level": "note", "file": file, "message": format!("{count} more messages are not shown.") }),
            );
        }
    });
    Value::Array(out)
}

/// Sorts by file and place, errors first among those of one place.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| (&a.place, a.level, a.code).cmp(&(&b.place, b.level, b.code)));
}

enum Shown<'a> {
    Diagnostic(&'a Diagnostic),
    More { file: &'a str, count: usize },
}

fn for_each_shown<'a>(diagnostics: &'a [Diagnostic], mut each: impl FnMut(Shown<'a>)) {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by(|a, b| (&a.place, a.level, a.code).cmp(&(&b.place, b.level, b.code)));
    for of_file in sorted.chunk_by(|a, b| a.place.file == b.place.file) {
        for diagnostic in of_file.iter().take(MOST) {
            each(Shown::Diagnostic(diagnostic));
        }
        if let Some(last) = of_file.get(MOST) {
            each(Shown::More { file: &last.place.file, count: of_file.len() - MOST });
        }
    }
}

fn to_codespan(diagnostic: &Diagnostic, files: &SourceFiles) -> codespan::Diagnostic<usize> {
    let severity = match diagnostic.level {
        Level::Error => codespan::Severity::Error,
        Level::Warning => codespan::Severity::Warning,
        Level::Hint => codespan::Severity::Help,
    };
    let mut labels = Vec::new();
    if let Some((id, range)) = files.range(&diagnostic.place) {
        labels.push(codespan::Label::primary(id, range).with_message(&diagnostic.label));
    }
    for (place, text) in &diagnostic.related {
        if let Some((id, range)) = files.range(place) {
            labels.push(codespan::Label::secondary(id, range).with_message(text));
        }
    }
    let mut notes = Vec::new();
    if !diagnostic.help.is_empty() {
        notes.push(format!("help: {}", diagnostic.help));
    }
    codespan::Diagnostic::new(severity)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message)
        .with_labels(labels)
        .with_notes(notes)
}

/// The files that the diagnostics speak of, with their lines.
struct SourceFiles {
    files: Vec<SourceFile>,
}

struct SourceFile {
    path: String,
    text: Arc<str>,
    lines: Lines,
    starts: Vec<usize>,
}

impl SourceFiles {
    fn new(diagnostics: &[Diagnostic], sources: &Sources) -> SourceFiles {
        let mut paths: Vec<&str> = diagnostics
            .iter()
            .flat_map(|d| {
                std::iter::once(&d.place)
                    .chain(d.related.iter().map(|(place, _)| place))
                    .chain(d.fix.iter().map(|e| &e.place))
            })
            .map(|place| place.file.as_str())
            .collect();
        paths.sort_unstable();
        paths.dedup();
        let files = paths
            .into_iter()
            .filter_map(|path| {
                let text = sources.get(path).cloned().or_else(|| crate::prelude::text(path).map(Arc::from))?;
                let starts = codespan_reporting::files::line_starts(&text).collect();
                Some(SourceFile { path: path.to_owned(), lines: Lines::new(&text), text, starts })
            })
            .collect();
        SourceFiles { files }
    }

    fn find(&self, path: &str) -> Option<(usize, &SourceFile)> {
        let id = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some((id, self.files.get(id)?))
    }

    fn range(&self, place: &Place) -> Option<(usize, std::ops::Range<usize>)> {
        let (id, file) = self.find(&place.file)?;
        let start = floor_boundary(&file.text, place.span.start as usize);
        let end = floor_boundary(&file.text, place.span.end as usize).max(start);
        Some((id, start..end))
    }

    fn json(&self, place: &Place, name: &str, value: &str) -> Value {
        let (from, to) = match self.find(&place.file) {
            Some((_, file)) => {
                (file.lines.place(&file.text, place.span.start), file.lines.place(&file.text, place.span.end))
            }
            None => ((1, 1), (1, 1)),
        };
        json!({
            "file": place.file, "line": from.0, "column": from.1, "end_line": to.0, "end_column": to.1, name: value,
        })
    }

    fn file(&self, id: usize) -> Result<&SourceFile, Error> {
        self.files.get(id).ok_or(Error::FileMissing)
    }
}

impl<'a> Files<'a> for SourceFiles {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        self.file(id).map(|file| file.path.as_str())
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        self.file(id).map(|file| &*file.text)
    }

    fn line_index(&'a self, id: usize, byte: usize) -> Result<usize, Error> {
        Ok(self.file(id)?.starts.partition_point(|start| *start <= byte).saturating_sub(1))
    }

    fn line_range(&'a self, id: usize, line: usize) -> Result<std::ops::Range<usize>, Error> {
        let file = self.file(id)?;
        let start =
            file.starts.get(line).copied().ok_or(Error::LineTooLarge { given: line, max: file.starts.len() })?;
        let end = file.starts.get(line + 1).copied().unwrap_or(file.text.len());
        Ok(start..end)
    }
}
