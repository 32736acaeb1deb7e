//! What is wrong, as the protocol says it: told to the client after each change, or given to it when it asks.

use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher as _};

use ls_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
    NumberOrString, Range, RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};
use ntro_ide::{Analysis, Level};
use serde_json::json;

use crate::answer::Answer;
use crate::client::Client;
use crate::disk::SETTINGS;
use crate::paths;
use crate::positions::Lines;
use crate::snapshot::{File, Here, Snapshot};

/// Whose they are, for clients with several servers.
const SOURCE: &str = "ntro";
/// How many are shown of one file: as many as `ntroc check` shows.
const MOST_SHOWN: usize = 100;
/// What is wrong with code that could as well not be there.
const UNNECESSARY: [&str; 7] = ["N0213", "N0229", "N0230", "N0231", "N0320", "N0407", "N0430"];

/// The diagnostics of one file.
#[derive(Debug, Clone)]
pub(crate) struct OfFile {
    pub path: String,
    pub diagnostics: Vec<Diagnostic>,
}

/// What is wrong now where it is not what was wrong before, and in the files that are wanted in any case.
pub(crate) fn changed(
    snapshot: &Snapshot,
    before: Option<&Analysis>,
    wanted: &BTreeSet<String>,
) -> Answer<Vec<OfFile>> {
    let mut paths: BTreeSet<String> = snapshot.analysis.affected(before)?.into_iter().collect();
    paths.extend(wanted.iter().cloned());
    let files = paths.into_iter().map(|path| Ok(OfFile { diagnostics: of_file(snapshot, &path)?, path }));
    let mut all = files.collect::<Answer<Vec<_>>>()?;
    all.extend(of_settings(snapshot)?);
    Ok(all)
}

/// What is wrong with the settings of the project.
fn of_settings(snapshot: &Snapshot) -> Answer<Option<OfFile>> {
    let Some(file) = snapshot.settings_file() else { return Ok(None) };
    let lines = Lines::new(&file.text);
    let range = |start, end| lines.range(&file.text, start, end, snapshot.client.encoding);
    let found = snapshot.analysis.settings(&file.sections)?;
    let mut diagnostics: Vec<Diagnostic> = found
        .iter()
        .take(MOST_SHOWN)
        .map(|found| at_range(snapshot, range(found.place.span.start, found.place.span.end), found))
        .collect();
    if let Some((line, column, message)) = &file.problem {
        let (start, end) = word_at(&file.text, *line, *column);
        diagnostics.push(Diagnostic {
            range: range(start, end),
            severity: Some(DiagnosticSeverity::ERROR),
            source: Some(SOURCE.to_owned()),
            message: message.clone(),
            ..Diagnostic::default()
        });
    }
    Ok(Some(OfFile { path: SETTINGS.to_owned(), diagnostics }))
}

/// The bytes of the word at a line and a column, both counted from 1; of an empty place, those up to the end of its line.
fn word_at(text: &str, line: u32, column: u32) -> (u32, u32) {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default().lines().next().unwrap_or_default();
    let skipped: usize = rest.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum();
    let rest = rest.get(skipped..).unwrap_or_default();
    let length = rest.find([' ', ':', ',', '}', ']']).filter(|length| *length > 0).unwrap_or(rest.len());
    let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    (bytes(before + skipped), bytes(before + skipped + length))
}

fn of_file(snapshot: &Snapshot, path: &str) -> Answer<Vec<Diagnostic>> {
    // In a file that is gone nothing is wrong.
    let Ok(file) = snapshot.file(path) else { return Ok(Vec::new()) };
    let found = snapshot.analysis.diagnostics(path)?;
    let mut shown: Vec<Diagnostic> =
        found.iter().take(MOST_SHOWN).map(|found| diagnostic(snapshot, &file, found)).collect();
    if let Some(next) = found.get(MOST_SHOWN) {
        shown.push(more(file.range(next.place.span), found.len() - MOST_SHOWN));
    }
    Ok(shown)
}

/// Says how many there are that are not shown, at the first of them.
fn more(range: Range, count: usize) -> Diagnostic {
    let messages = if count == 1 { "message is" } else { "messages are" };
    Diagnostic {
        range,
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_owned()),
        message: format!("{count} more {messages} not shown. Mend what is shown first."),
        ..Diagnostic::default()
    }
}

/// One of them.
pub(crate) fn diagnostic(snapshot: &Snapshot, file: &File, found: &ntro_ide::Diagnostic) -> Diagnostic {
    at_range(snapshot, file.range(found.place.span), found)
}

fn at_range(snapshot: &Snapshot, range: Range, found: &ntro_ide::Diagnostic) -> Diagnostic {
    let client = &*snapshot.client;
    let related = found.related.iter().filter_map(|(place, label)| {
        Some(DiagnosticRelatedInformation { location: snapshot.location(place)?, message: label.clone() })
    });
    let related: Vec<_> = related.collect();
    let message = match found.help.as_str() {
        "" => found.message.clone(),
        help => format!("{}\n{help}", found.message),
    };
    Diagnostic {
        range,
        severity: Some(match found.level {
            Level::Error => DiagnosticSeverity::ERROR,
            Level::Warning => DiagnosticSeverity::WARNING,
            Level::Hint => DiagnosticSeverity::HINT,
        }),
        code: Some(NumberOrString::String(found.code.to_owned())),
        code_description: code_description(client, found.code),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (client.related && !related.is_empty()).then_some(related),
        tags: (client.tags && UNNECESSARY.contains(&found.code)).then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: client.data.then(|| json!({ "fixable": !found.fix.is_empty() })),
    }
}

fn code_description(client: &Client, code: &str) -> Option<CodeDescription> {
    let template = client.explain.as_ref().filter(|_| client.code_pages)?;
    let href = template.replace("{code}", code).parse().ok()?;
    Some(CodeDescription { href })
}

/// What is said of a file that is too large to be looked at.
pub(crate) fn too_large(bytes: usize, largest: usize) -> Diagnostic {
    Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(SOURCE.to_owned()),
        message: format!(
            "This file has {bytes} bytes, and files of at most {largest} bytes are read. Split it into several."
        ),
        ..Diagnostic::default()
    }
}

/// `textDocument/diagnostic`
pub(crate) fn document(here: &Here, params: DocumentDiagnosticParams) -> Answer<DocumentDiagnosticReportResult> {
    Ok(report(of_file(&here.snapshot, &here.file.path)?, params.previous_result_id.as_deref()))
}

/// A report for a document of which nothing is known but what is said here.
pub(crate) fn report(items: Vec<Diagnostic>, previous: Option<&str>) -> DocumentDiagnosticReportResult {
    let result_id = result_id(&items);
    let report = if previous == Some(&result_id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
        })
    };
    DocumentDiagnosticReportResult::Report(report)
}

/// `workspace/diagnostic`
pub(crate) fn workspace(
    world: &[Snapshot],
    params: WorkspaceDiagnosticParams,
) -> Answer<WorkspaceDiagnosticReportResult> {
    let known = |uri: &Uri| params.previous_result_ids.iter().find(|it| it.uri == *uri).map(|it| it.value.as_str());
    let mut items = Vec::new();
    let mut here = BTreeSet::new();
    for snapshot in world {
        for path in snapshot.analysis.paths() {
            let Some(uri) = snapshot.uri(path) else { continue };
            here.insert(uri.as_str().to_owned());
            let found = of_file(snapshot, path)?;
            let result_id = result_id(&found);
            let version = snapshot.open.get(path).map(|open| i64::from(open.version));
            items.push(if known(&uri) == Some(&result_id) {
                WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version,
                    unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
                })
            } else {
                WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                    uri,
                    version,
                    full_document_diagnostic_report: FullDocumentDiagnosticReport {
                        result_id: Some(result_id),
                        items: found,
                    },
                })
            });
        }
    }
    for snapshot in world {
        let found = of_settings(snapshot)?;
        let uri = || paths::uri(&snapshot.absolute(SETTINGS)?);
        let (Some(OfFile { diagnostics, .. }), Some(uri)) = (found, uri()) else { continue };
        here.insert(uri.as_str().to_owned());
        let result_id = result_id(&diagnostics);
        let news = if diagnostics.is_empty() { known(&uri).is_some() } else { true };
        if news && known(&uri) != Some(&result_id) {
            let report = FullDocumentDiagnosticReport { result_id: Some(result_id), items: diagnostics };
            items.push(WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                uri,
                version: None,
                full_document_diagnostic_report: report,
            }));
        }
    }
    // A file that is gone has nothing wrong with it, and the client is told so once.
    let nothing = result_id(&[]);
    let gone = params
        .previous_result_ids
        .iter()
        .filter(|before| before.value != nothing && !here.contains(before.uri.as_str()));
    items.extend(gone.map(|before| {
        WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
            uri: before.uri.clone(),
            version: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: Some(result_id(&[])),
                items: Vec::new(),
            },
        })
    }));
    Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
}

/// A name for exactly these diagnostics: nothing must be remembered to see that they are still the same.
fn result_id(diagnostics: &[Diagnostic]) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    serde_json::to_string(diagnostics).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
