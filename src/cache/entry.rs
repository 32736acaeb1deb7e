//! A result as text: JSON with a seal, so that one that was cut off or changed is not believed.

use ntro_compiler::{Checked, Diagnostic, Edit, Level, Place, explain};
use ntro_grammar::Span;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Entry {
    /// What it is the result of.
    key: String,
    /// A hash of the result.
    seal: String,
    /// The result, as JSON.
    result: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    diagnostics: Vec<Found>,
    samples: Vec<(String, At)>,
}

/// File, start and end.
type At = (String, u32, u32);

#[derive(Serialize, Deserialize)]
struct Found {
    code: String,
    level: u8,
    at: At,
    message: String,
    label: String,
    help: String,
    fix: Vec<(At, String)>,
    certain: bool,
    related: Vec<(At, String)>,
}

const LEVELS: [Level; 3] = [Level::Error, Level::Warning, Level::Hint];

/// The diagnostics and samples of a check as text.
pub(super) fn write(checked: &Checked, key: &str) -> String {
    let diagnostics = checked.diagnostics.iter().map(found).collect();
    let samples = checked.samples.iter().map(|(path, place)| (path.clone(), at(place))).collect();
    let result = serde_json::to_string(&Kept { diagnostics, samples }).unwrap_or_default();
    let entry = Entry { key: key.to_owned(), seal: seal(&result), result };
    serde_json::to_string(&entry).unwrap_or_default()
}

/// The same read back; none where anything of it is not as it was written.
pub(super) fn read(text: &str, key: &str) -> Option<Checked> {
    let entry: Entry = serde_json::from_str(text).ok()?;
    if entry.key != key || entry.seal != seal(&entry.result) {
        return None;
    }
    let kept: Kept = serde_json::from_str(&entry.result).ok()?;
    let codes = explain::codes();
    let diagnostics = kept.diagnostics.into_iter().map(|found| diagnostic(found, &codes));
    let samples = kept.samples.into_iter().map(|(path, at)| (path, place(at))).collect();
    Some(Checked { diagnostics: diagnostics.collect::<Option<_>>()?, samples, ..Checked::default() })
}

fn seal(result: &str) -> String {
    blake3::hash(result.as_bytes()).to_hex().to_string()
}

fn at(place: &Place) -> At {
    (place.file.clone(), place.span.start, place.span.end)
}

fn place((file, start, end): At) -> Place {
    Place { file, span: Span::new(start, end) }
}

fn found(of: &Diagnostic) -> Found {
    let level = LEVELS.iter().position(|level| *level == of.level).unwrap_or_default();
    Found {
        code: of.code.to_owned(),
        level: u8::try_from(level).unwrap_or_default(),
        at: at(&of.place),
        message: of.message.clone(),
        label: of.label.clone(),
        help: of.help.clone(),
        fix: of.fix.iter().map(|edit| (at(&edit.place), edit.text.clone())).collect(),
        certain: of.certain,
        related: of.related.iter().map(|(place, label)| (at(place), label.clone())).collect(),
    }
}

fn diagnostic(of: Found, codes: &[(&'static str, &'static str)]) -> Option<Diagnostic> {
    let index = codes.binary_search_by(|(code, _)| (*code).cmp(&of.code)).ok()?;
    Some(Diagnostic {
        code: codes.get(index)?.0,
        level: *LEVELS.get(usize::from(of.level))?,
        place: place(of.at),
        message: of.message,
        label: of.label,
        help: of.help,
        fix: of.fix.into_iter().map(|(at, text)| Edit { place: place(at), text }).collect(),
        certain: of.certain,
        related: of.related.into_iter().map(|(at, label)| (place(at), label)).collect(),
    })
}
