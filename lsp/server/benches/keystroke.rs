//! From a keystroke to what is wrong, and from a request to its answer, over the protocol: bytes go in, bytes come out.
//!
//! `cargo bench -p ntro-lsp`. The edits are those that docs/performance.md describes. Prints percentiles in milliseconds; asserts nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench may stop where it stands, and prints"
)]

use std::collections::BTreeSet;
use std::io::{BufReader, PipeReader, PipeWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

#[path = "../tests/it/frames.rs"]
mod frames;

use ntro_lsp::{Disk, Files};
use serde_json::{Value as Json, json};

/// The allocator of `ntroc`, so that what is measured is what is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The files of a folder that is not on a disk: what is measured is the server.
#[derive(Debug, Default)]
struct Memory {
    files: Vec<(String, Arc<str>)>,
}

impl Disk for Memory {
    fn project_of(&self, path: &Path, _: &[PathBuf]) -> Option<PathBuf> {
        path.starts_with("/p").then(|| "/p".into())
    }
    fn projects_below(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
    fn files(&self, _: &Path) -> Files {
        Files { texts: self.files.iter().cloned().collect(), others: BTreeSet::new(), left_out: Vec::new() }
    }
    fn read(&self, _: &Path) -> Result<Option<Arc<str>>, String> {
        Ok(None)
    }
    fn language_file(&self, _: &str, _: &str) -> Option<PathBuf> {
        None
    }
    fn language_name(&self, _: &Path) -> Option<String> {
        None
    }
    fn test(&self, _: &Path, _: &str, _: Option<&str>) -> Result<String, String> {
        Ok(String::new())
    }
}

struct Session {
    to: PipeWriter,
    from: BufReader<PipeReader>,
    server: JoinHandle<()>,
    number: i32,
    version: i32,
    text: String,
}

const FILE: &str = "file:///p/large.ntro";

impl Session {
    fn begin(files: Vec<(String, Arc<str>)>) -> Session {
        let (theirs, to) = std::io::pipe().unwrap();
        let (from, answers) = std::io::pipe().unwrap();
        let server = std::thread::spawn(move || {
            let (connection, _threads) = ntro_lsp::connect(BufReader::new(theirs), answers).unwrap();
            ntro_lsp::serve(&connection, Arc::new(Memory { files })).unwrap();
        });
        let (number, version, text) = Default::default();
        let mut session = Session { to, from: BufReader::new(from), server, number, version, text };
        let abilities = json!({ "general": { "positionEncodings": ["utf-8"] },
            "textDocument": { "publishDiagnostics": { "versionSupport": true } } });
        let folders = json!([{ "uri": "file:///p", "name": "p" }]);
        session.request("initialize", json!({ "capabilities": abilities, "workspaceFolders": folders }));
        session
    }

    fn send(&mut self, message: &Json) {
        frames::write(&mut self.to, &message.to_string());
    }

    fn notify(&mut self, method: &str, params: Json) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn receive(&mut self) -> Json {
        frames::read(&mut self.from)
    }

    fn request(&mut self, method: &str, params: Json) -> Json {
        self.number += 1;
        let number = self.number;
        self.send(&json!({ "jsonrpc": "2.0", "id": number, "method": method, "params": params }));
        loop {
            let said = self.receive();
            if said["id"] == number {
                return said["result"].clone();
            }
        }
    }

    /// Leaves, and waits until the server is gone: what it gives back would cost the next one time.
    fn end(self) {
        let Session { to, from, server, .. } = self;
        drop((to, from));
        server.join().unwrap();
    }

    /// Waits for what is wrong with a version of the file.
    fn told(&mut self, version: i32) -> usize {
        loop {
            let said = self.receive();
            if said["params"]["uri"] == FILE && said["params"]["version"] == version {
                return said["params"]["diagnostics"].as_array().unwrap().len();
            }
        }
    }

    /// Opens the file and tells how many things are wrong in it.
    fn open(&mut self, text: &str) -> usize {
        self.notify("initialized", json!({}));
        self.text = text.to_owned();
        self.version = 1;
        let item = json!({ "uri": FILE, "languageId": "ntro", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
        self.told(1)
    }

    /// One keystroke: what is between two bytes is replaced. Returns the milliseconds until the client is told what is wrong.
    fn key(&mut self, start: usize, end: usize, new: &str) -> f64 {
        let place = |text: &str, at: usize| {
            let line = text[..at].bytes().filter(|byte| *byte == b'\n').count();
            json!({ "line": line, "character": at - text[..at].rfind('\n').map_or(0, |at| at + 1) })
        };
        let range = json!({ "start": place(&self.text, start), "end": place(&self.text, end) });
        self.text.replace_range(start..end, new);
        self.version += 1;
        let version = self.version;
        let params = json!({ "textDocument": { "uri": FILE, "version": version }, "contentChanges": [{ "range": range, "text": new }] });
        let began = Instant::now();
        self.notify("textDocument/didChange", params);
        self.told(version);
        began.elapsed().as_secs_f64() * 1_000.0
    }
}

/// A file of about this many lines: one example's runbook again and again, under other names, with its types.
fn large(lines: usize) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/document-ingest");
    let runbook = std::fs::read_to_string(root.join("document-ingest.ntro")).unwrap();
    let types = std::fs::read_to_string(root.join("types.ntro")).unwrap();
    let (_, body) = runbook.split_once("\nrole").unwrap();
    let mut text = types;
    let mut number = 0;
    while text.lines().count() < lines {
        let part = format!("\nrole{body}").replace("document-ingest", &format!("document-ingest-{number}"));
        let part = if number == 0 { part } else { part[part.find("/// Waits").unwrap()..].to_owned() };
        text.push('\n');
        text.push_str(&part);
        number += 1;
    }
    text
}

/// Percentiles of a list of times.
fn print(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let (middle, high, higher, most) = (at(0.5), at(0.95), at(0.99), at(1.0));
    println!(
        "{what:<44} {:>6} × p50 {middle:>7.2}  p95 {high:>7.2}  p99 {higher:>7.2}  max {most:>7.2} ms",
        times.len()
    );
}

/// Types a word letter by letter at a place, and takes it away again.
fn type_and_delete(session: &mut Session, at: usize, word: &str) -> Vec<f64> {
    let mut times = Vec::new();
    for (index, letter) in word.char_indices() {
        times.push(session.key(at + index, at + index, &letter.to_string()));
    }
    for (index, letter) in word.char_indices().rev() {
        times.push(session.key(at + index, at + index + letter.len_utf8(), ""));
    }
    times
}

/// What a round of the one large runbook is made of; `@` is its number.
const ROUND: &str = r#"
  /// Somebody sends the roll of building @.
  await submitted_@ "Await roll @" {
    icon: Inbox
    on document_submitted where it.source == source
    ask file_upload {
      title:        "Upload roll @ of {{ source }}"
      instructions: "Upload the {{ source }} of {{ entity }} for {{ period }}."
      source:       source
      accept:       [pdf, xlsx]
      max_size:     50MB
    }
    within 24h else fail "No {{ source }} arrived for {{ entity }} within a day."
  }

  step parsed_@ "Parse document @" {
    icon: FileSearch
    run files.parse(submitted_@.document)
  }

  step extracted_@ "Extract leases @" {
    icon: Sparkles
    run ai.extract<Lease>(content: parsed_@.plain_text, cells: parsed_@.cells, notes) within 10m
  }

  approve review_@ "Review extraction @" {
    icon: Eye
    by:   accountant
    show data_table {
      title:    "Review roll @ of {{ entity }}"
      summary:  extracted_@.summary
      rows:     extracted_@.rows
      key:      unit
      editable: [tenant, annual_rent, monthly_rent]
    }
    warn "Low confidence: check every line." when extracted_@.confidence < 0.7
    warn "Rents do not add up: {{ to_correct(review_@.value) }}." when to_correct(review_@.value) != ""

    // The gate stays open until the figures agree, whoever presses the button.
    require to_correct(review_@.value) == "" else refuse "Correct {{ to_correct(review_@.value) }} first."

    within 24h else escalate to manager within 24h else fail "Nobody reviewed {{ source }}."
    on reject rework from submitted_@ at most 3 times else fail "Rejected once more: {{ review_@.comment }}"
  }

  let rent_@ = review_@.value.sum(l => l.monthly_rent)
  if rent_@ > 100 GBP {
    approve large_@ "Approve roll @" {
      icon: Coins
      by:   manager
      show summary { title: "Roll @", summary: "{{ rent_@ }}" }
      within 2d else fail "Nobody looked at {{ rent_@ }}."
      on reject fail "No: {{ large_@.comment }}"
    }
  }

  step committed_@ "Commit @" {
    icon: CircleCheck
    let last = review_@.value.filter(l => l.monthly_rent > 0 GBP)
    require last.count() > 0 else fail "Nothing is left of {{ source }}."
    run records.commit<list<Lease>>(source, value: last, document: submitted_@.document, corrections: review_@.corrections)
  }
  total += rent_@
"#;

/// A file of about this many lines that is one runbook.
fn single(lines: usize) -> String {
    let mut text = String::from(
        r#"type Lease {
  unit:         text
  tenant:       text
  annual_rent:  money<GBP>
  monthly_rent: money<GBP>
}

role accountant, manager

fn adds_up(lease: Lease) -> bool = (lease.annual_rent / 12).round() == lease.monthly_rent
fn to_correct(leases: list<Lease>) -> text = leases.filter(l => not adds_up(l)).map(l => l.unit).join(", ")

runbook rolls "Rent rolls" {
  version: "0.1.0"

  input {
    entity: text
    period: period
    source: text
    notes:  text?
  }
  output: money<GBP>

  var total: money<GBP> = 0 GBP
"#,
    );
    let mut number = 0;
    while text.lines().count() < lines {
        text.push_str(&ROUND.replace('@', &number.to_string()));
        number += 1;
    }
    text.push_str("\n  return total\n}\n");
    text
}

/// What is typed, each in four places of the file: what is measured, behind which words, and the letters.
const TYPED: [(&str, &str, &str); 7] = [
    ("letters in a text", "Await submission", " of the quarter"),
    ("letters in a comment", "whoever presses the button", ", and however often"),
    ("a name that is not known, letter by letter", "require not review.value.any(is_off) ", "or nobody "),
    ("a new line with a new field", "icon: Inbox\n", "    within 3h\n"),
    ("a quote, open until it is closed", "icon: Eye", "\""),
    ("a bracket, open until it is closed", "icon: Sparkles", "{"),
    ("the name of a step that is used elsewhere", "step parsed", "_x"),
];

/// The same in the file that is one runbook, and what is typed between its blocks.
const TYPED_IN_ONE: [(&str, &str, &str); 9] = [
    ("letters in a text", "Correct {{ to_correct(review", "_again"),
    ("letters in a comment", "whoever presses the button", ", and however often"),
    ("a name that is not known, letter by letter", "> 0 GBP", " or nobody"),
    ("a new line with a new field", "icon: Inbox\n", "    within 3h\n"),
    ("a quote, open until it is closed", "icon: Eye", "\""),
    ("a bracket, open until it is closed", "icon: Sparkles", "{"),
    ("a bracket that closes nothing", "icon: Coins", "}"),
    ("the name of a step that is used elsewhere", "step parsed", "_x"),
    (
        "a new step between two others",
        "corrections)\n  }\n",
        "  step more \"More\" {\n    let all = 1\n    return all\n  }\n",
    ),
];

/// Types all of it, and asks for completions behind some words.
fn keystrokes(text: &str, typed: &[(&str, &str, &str)], completed: &str) {
    println!("{} lines, {} bytes", text.lines().count(), text.len());
    let mut session = Session::begin(Vec::new());
    assert_eq!(session.open(text), 0, "what is measured is sound");
    let near = |share: f64, wanted: &str| {
        let from = text.floor_char_boundary((text.len() as f64 * share) as usize);
        from + text[from..].find(wanted).unwrap_or_else(|| panic!("`{wanted}` behind {share}")) + wanted.len()
    };
    let mut all = Vec::new();
    for (what, wanted, word) in typed {
        let mut times = Vec::new();
        for share in [0.05, 0.35, 0.6, 0.9] {
            times.extend(type_and_delete(&mut session, near(share, wanted), word));
        }
        all.extend(times.clone());
        print(what, times);
    }
    print("all keystrokes", all);

    let mut times = Vec::new();
    for round in 0..300 {
        let at = near([0.05, 0.35, 0.6, 0.9][round % 4], completed);
        let line = session.text[..at].bytes().filter(|byte| *byte == b'\n').count();
        let character = at - session.text[..at].rfind('\n').map_or(0, |at| at + 1);
        let began = Instant::now();
        session.request(
            "textDocument/completion",
            json!({ "textDocument": { "uri": FILE }, "position": { "line": line, "character": character } }),
        );
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    print("completion", times);
}

/// In how many of the files of a workspace something is wrong.
const WRONG: usize = 10;

fn workspace() {
    // One runbook with its types: a little more than 3 KB.
    let text = large(40);
    let (mut own, mut all, mut found) = (Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    for _ in 0..9 {
        let files: Vec<(String, Arc<str>)> = (0..1_000)
            .map(|number| {
                let mut text = text.replace("document-ingest", &format!("ingest-{number}"));
                if number % (1_000 / WRONG) == 0 {
                    text.push_str("\nfn label(yes: bool) -> text = match yes { true => \"Yes\", false => \"No\", else => \"Maybe\" }\n");
                }
                (format!("folder-{}/file-{number}.ntro", number % 20), text.into())
            })
            .collect();
        bytes = files.iter().map(|(_, text)| text.len()).sum();
        let mut session = Session::begin(files);
        let began = Instant::now();
        let passed = || began.elapsed().as_secs_f64() * 1_000.0;
        session.notify("initialized", json!({}));
        let item = json!({ "uri": FILE, "languageId": "ntro", "version": 1, "text": "fn one() -> int = 1\n" });
        session.notify("textDocument/didOpen", json!({ "textDocument": item }));
        let (mut told, mut wrong) = (0, 0);
        while told < 1 || wrong < WRONG {
            let said = session.receive();
            let params = &said["params"];
            if params["uri"] == FILE {
                told += 1;
                own.push(passed());
            } else if params["diagnostics"].as_array().is_some_and(|all| !all.is_empty()) {
                wrong += 1;
            }
        }
        all.push(passed());
        session.request("workspace/symbol", json!({ "query": "ingest-999" }));
        found.push(passed());
        session.end();
    }
    println!("opening 1,000 files, {} KB", bytes / 1_000);
    print("until the open file is told about", own);
    print("until all files are told about", all);
    print("until a symbol of any of them is found", found);
}

fn main() {
    // `cargo test` runs benches too, without wanting a measurement.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // A part alone: `-- one-runbook`.
    let parts: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wanted("many-runbooks") {
        println!("many runbooks in one file");
        keystrokes(&large(2_000), &TYPED, "submitted.");
    }
    if wanted("one-runbook") {
        println!("one runbook");
        keystrokes(&single(2_000), &TYPED_IN_ONE, "where it.");
    }
    if wanted("workspace") {
        workspace();
    }
}
