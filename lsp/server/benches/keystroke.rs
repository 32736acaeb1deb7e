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
    reason = "a bench may stop where it stands, and prints"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ntro_lsp::{Disk, Files};
use serde_json::{Value as Json, json};

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
    number: i32,
    version: i32,
    text: String,
}

const FILE: &str = "file:///p/large.ntro";

impl Session {
    fn begin(files: Vec<(String, Arc<str>)>) -> Session {
        let (theirs, to) = std::io::pipe().unwrap();
        let (from, answers) = std::io::pipe().unwrap();
        std::thread::spawn(move || {
            let (connection, _threads) = ntro_lsp::connect(BufReader::new(theirs), answers).unwrap();
            ntro_lsp::serve(&connection, Arc::new(Memory { files })).unwrap();
        });
        let mut session = Session { to, from: BufReader::new(from), number: 0, version: 0, text: String::new() };
        let abilities = json!({ "general": { "positionEncodings": ["utf-8"] },
            "textDocument": { "publishDiagnostics": { "versionSupport": true } } });
        let folders = json!([{ "uri": "file:///p", "name": "p" }]);
        session.request("initialize", json!({ "capabilities": abilities, "workspaceFolders": folders }));
        session
    }

    fn send(&mut self, message: &Json) {
        let body = message.to_string();
        self.to.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    }

    fn notify(&mut self, method: &str, params: Json) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn receive(&mut self) -> Json {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => length = line["Content-Length: ".len()..].parse().unwrap(),
            }
        }
        let mut bytes = vec![0; length];
        self.from.read_exact(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
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

    /// Waits for what is wrong with a version of the file.
    fn told(&mut self, version: i32) -> usize {
        loop {
            let said = self.receive();
            if said["params"]["uri"] == FILE && said["params"]["version"] == version {
                return said["params"]["diagnostics"].as_array().unwrap().len();
            }
        }
    }

    fn open(&mut self, text: &str) {
        self.notify("initialized", json!({}));
        self.text = text.to_owned();
        self.version = 1;
        let item = json!({ "uri": FILE, "languageId": "ntro", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
        self.told(1);
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

fn keystrokes() {
    let text = large(2_000);
    println!("{} lines, {} bytes", text.lines().count(), text.len());
    let mut session = Session::begin(Vec::new());
    session.open(&text);
    let near = |share: f64, wanted: &str| {
        let from = text.floor_char_boundary((text.len() as f64 * share) as usize);
        from + text[from..].find(wanted).unwrap_or_else(|| panic!("`{wanted}` behind {share}")) + wanted.len()
    };
    let mut all = Vec::new();
    let mut kind = |session: &mut Session, what: &str, wanted: &str, word: &str| {
        let mut times = Vec::new();
        for share in [0.05, 0.35, 0.6, 0.9] {
            times.extend(type_and_delete(session, near(share, wanted), word));
        }
        all.extend(times.clone());
        print(what, times);
    };
    kind(&mut session, "letters in a text", "Await submission", " of the quarter");
    kind(&mut session, "letters in a comment", "whoever presses the button", ", and however often");
    kind(&mut session, "a name that is not known, letter by letter", "to_correct(review.value) == \"\" ", "or nobody ");
    kind(&mut session, "a new line with a new field", "icon: Inbox\n", "    within 3h\n");
    kind(&mut session, "a quote, open until it is closed", "icon: Eye", "\"");
    kind(&mut session, "a bracket, open until it is closed", "icon: Sparkles", "{");
    kind(&mut session, "the name of a step that is used elsewhere", "step parsed", "_x");
    print("all keystrokes", all);

    let mut times = Vec::new();
    for round in 0..300 {
        let at = near([0.05, 0.35, 0.6, 0.9][round % 4], "submitted.");
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

fn workspace() {
    // One runbook with its types: a little more than 4 KB.
    let text = large(40);
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..5 {
        let files: Vec<(String, Arc<str>)> = (0..1_000)
            .map(|number| {
                let text = text.replace("document-ingest", &format!("ingest-{number}"));
                (format!("folder-{}/file-{number}.ntro", number % 20), text.into())
            })
            .collect();
        bytes = files.iter().map(|(_, text)| text.len()).sum();
        let mut session = Session::begin(files);
        let began = Instant::now();
        session.open("fn one() -> int = 1\n");
        session.request("workspace/symbol", json!({ "query": "ingest-999" }));
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    print(&format!("opening 1,000 files, {} KB", bytes / 1_000), times);
}

fn main() {
    // `cargo test` runs benches too, without wanting a measurement.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    keystrokes();
    workspace();
}
