//! Projects as texts: `//- path` begins a file, `$0` is the cursor, `$1` the end of a selection that begins at it.

use std::sync::Arc;

use ntro_ide::{Analysis, Edit, Host, Span};

pub(crate) struct Fixture {
    pub(crate) host: Host,
    pub(crate) analysis: Analysis,
    /// The file with the cursor.
    pub(crate) path: String,
    pub(crate) offset: u32,
    pub(crate) range: Span,
}

pub(crate) fn fixture(text: &str) -> Fixture {
    let mut host = Host::new();
    let (mut path, mut offset, mut end) = ("main.ntro".to_owned(), 0, None);
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("//- ") {
            Some(name) => files.push((name.trim().to_owned(), String::new())),
            None if files.is_empty() => files.push(("main.ntro".to_owned(), line.to_owned())),
            None => files.last_mut().unwrap().1.push_str(line),
        }
    }
    for (name, mut text) in files {
        if let Some(at) = text.find("$0") {
            text.replace_range(at..at + 2, "");
            (path, offset) = (name.clone(), u32::try_from(at).unwrap());
            if let Some(at) = text.find("$1") {
                text.replace_range(at..at + 2, "");
                end = Some(u32::try_from(at).unwrap());
            }
        }
        host.set_file(&name, Arc::from(text));
    }
    let analysis = host.analysis();
    Fixture { host, analysis, path, offset, range: Span::new(offset, end.unwrap_or(offset)) }
}

impl Fixture {
    pub(crate) fn text(&self, path: &str) -> Arc<str> {
        self.analysis.text(path).unwrap()
    }

    /// `main.ntro:3: the line` for each place, the place itself in brackets.
    pub(crate) fn show(&self, path: &str, span: Span) -> String {
        let text = self.text(path);
        let (start, end) = (span.start as usize, span.end as usize);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let number = text[..start].matches('\n').count() + 1;
        let line = format!("{}[{}]{}", &text[line_start..start], &text[start..end], &text[end..line_end]);
        format!("{path}:{number}: {}", line.trim())
    }

    /// The files with edits made; only those that change.
    pub(crate) fn edited(&self, edits: &[Edit]) -> String {
        let mut out = String::new();
        for path in self.analysis.paths() {
            let mut own: Vec<&Edit> = edits.iter().filter(|edit| edit.place.file == path).collect();
            if own.is_empty() {
                continue;
            }
            own.sort_by_key(|edit| std::cmp::Reverse(edit.place.span));
            let mut text = self.text(path).to_string();
            for edit in own {
                text.replace_range(edit.place.span.start as usize..edit.place.span.end as usize, &edit.text);
            }
            out.push_str(&format!("//- {path}\n{text}"));
        }
        out
    }
}

/// A project of two files that most tests can use.
pub(crate) const INGEST: &str = r#"//- types.ntro
/// One line of a statement.
type Line {
  id:     text
  /// What was paid.
  amount: money
  status: Status
}
enum Status { open, closed }
role accountant, manager
//- main.ntro
import { Line } from "./types.ntro"

capability ledger.read(source: text, limit: int = 10) -> list<Line> { queue: "ledger" }

runbook ingest "Ingest" {
  input {
    source: text   /// where it comes from
    period: period
  }
  output: int

  step lines "Read the lines" { run ledger.read(source) }

  approve review "Review {{ source }}" {
    by:   accountant
    show data_table { title: "Lines of {{ source }} in {{ period }}", rows: lines, key: id, editable: [amount] }
    within 24h else escalate to manager within 2d else fail "Nobody reviewed {{ source }}."
    on reject fail "No: {{ review.comment ?? '' }}"
  }

  step counted "Count" {
    let open = review.value.filter(l => l.status == open)
    return open.count()
  }

  return counted
}

scenario "all is well" for ingest {
  given { source: "bank", period: 2026-03 }
  mock ledger.read => [{ id: "1", amount: 2 GBP, status: open }]
  at review approve by "ana" as accountant
  expect completed
}
"#;

/// The same with a cursor before the `nth` occurrence of some words, moved by `inside`.
pub(crate) fn ingest_at(words: &str, nth: usize, inside: usize) -> Fixture {
    let (at, _) = INGEST.match_indices(words).nth(nth).unwrap_or_else(|| panic!("`{words}` is not there"));
    let mut text = INGEST.to_owned();
    text.insert_str(at + inside, "$0");
    fixture(&text)
}
