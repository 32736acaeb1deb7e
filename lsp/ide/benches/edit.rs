//! How long an editor waits: from a keystroke to diagnostics, for a list of completions, and until a large workspace is open.
//!
//! The file has about 2,000 lines: the runbooks of `examples/` over and over under other names, with types, capabilities and scenarios of their
//! own. A session types as people do: mostly letters inside a line of a step, one by one, each of them a text of its own that is broken or not;
//! now and then a new line, a pasted block, a removed line, a field of a type, a new declaration, and everything undone again. What is told
//! are percentiles over all keystrokes, since the slowest are those that one feels.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench looks at the clock, prints and may stop at once"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ntro_ide::{Hands, Host};

#[path = "../../../benches/support/workspace.rs"]
mod workspace;

const TYPES: &str = include_str!("../../../examples/expense-processor/types.ntro");
const RUNBOOK: &str = include_str!("../../../examples/expense-processor/expense-processor.ntro");
/// How many lines the file has at least.
const LINES: usize = 2_000;
/// The files of the large workspace, and about how large each is.
const FILES: usize = 1_000;
const BYTES: usize = 3_000;

fn main() {
    // `cargo test --benches` asks only whether it runs.
    let quick = std::env::args().any(|arg| arg == "--test");
    let rounds = if quick { 1 } else { 12 };
    let (main, lines) = large();
    println!("one file of {} lines, {} KB", lines, main.len() / 1024);
    keystrokes(&main, rounds, 0);
    completion(&main, rounds);
    opening(if quick { 20 } else { FILES });
    if !quick {
        println!("the same file in a workspace of {FILES} files");
        keystrokes(&main, 2, FILES);
    }
}

/// The file: copies of a runbook, each with names of its own.
fn large() -> (String, usize) {
    let head = RUNBOOK.lines().position(|line| line.starts_with("runbook") || line.starts_with("///")).unwrap_or(0);
    let imports: Vec<&str> = RUNBOOK.lines().take(head).collect();
    let body = RUNBOOK.lines().skip(head).collect::<Vec<_>>().join("\n");
    let mut out = imports.join("\n");
    let mut copy = 0;
    while out.lines().count() < LINES {
        copy += 1;
        let named = body.replace("expense-processor", &format!("expense-processor-{copy}"));
        // What is declared beside the runbook is declared once.
        let named = if copy == 1 { named } else { runbooks_only(&named) };
        out.push_str("\n\n");
        out.push_str(&named);
    }
    let lines = out.lines().count();
    (out, lines)
}

/// The runbooks and scenarios of a text.
fn runbooks_only(text: &str) -> String {
    let parsed = ntro_grammar::parse(text);
    let keep = parsed.file.decls.iter().filter_map(|decl| match decl {
        ntro_grammar::ast::Decl::Runbook(x) => Some(x.span),
        ntro_grammar::ast::Decl::Scenario(x) => Some(x.span),
        _ => None,
    });
    keep.map(|span| &text[span.start as usize..span.end as usize]).collect::<Vec<_>>().join("\n\n")
}

/// A project with the large file, and as many small ones beside it.
fn host(main: &str, others: usize) -> Host {
    let mut host = Host::new();
    for index in 0..others {
        host.set_file(&format!("other/{index}.ntro"), Arc::from(small(index)));
    }
    host.set_file("types.ntro", Arc::from(TYPES));
    host.set_file("main.ntro", Arc::from(main));
    host
}

fn small(index: usize) -> String {
    let mut out = format!("type Row{index} {{\n  id: text\n  amount: money\n}}\n\nrole clerk_{index}\n\n");
    let mut part = 0;
    while out.len() < BYTES {
        part += 1;
        out.push_str(&format!(
            "runbook small-{index}-{part} \"Small {part}\" {{\n  input {{\n    rows: list<Row{index}>\n  }}\n  output: int\n\n  approve look \"Look\" {{\n    by: clerk_{index}\n    show data_table {{ title: \"Rows\", rows: rows, key: id, editable: [amount] }}\n    within 2d else fail \"Nobody looked.\"\n    on reject fail \"No: {{{{ look.comment ?? '' }}}}\"\n  }}\n\n  step counted \"Count\" {{\n    let large = look.value.filter(r => r.amount > 10 GBP)\n    return large.count()\n  }}\n\n  return counted\n}}\n\n"
        ));
    }
    out
}

/// The texts of a session, one for each keystroke, beginning and ending with the file as it is.
fn session(main: &str) -> Vec<String> {
    let mut texts = vec![main.to_owned()];
    let place = |share: usize| {
        let from = main.len() * share / 100;
        from + main[from..].find("\n  }\n").unwrap() + 1
    };
    let mut type_at = |at: usize, typed: &str| {
        for end in typed.char_indices().map(|(index, c)| index + c.len_utf8()) {
            texts.push(format!("{}{}{}", &main[..at], &typed[..end], &main[at..]));
        }
        // And it is taken back, letter by letter.
        for end in typed.char_indices().rev().map(|(index, _)| index) {
            texts.push(format!("{}{}{}", &main[..at], &typed[..end], &main[at..]));
        }
    };
    for share in [3, 35, 62, 94] {
        type_at(place(share), "    let found = rows.filter(r => r.amount > 10 GBP)\n");
        type_at(place(share), "    // a note about what is done here\n");
    }
    let outside = main.rfind("\nrunbook").unwrap() + 1;
    type_at(outside, "type Extra {\n  name: text\n}\n");
    let mut whole = |at: usize, end: usize, new: &str| {
        texts.push(format!("{}{new}{}", &main[..at], &main[end..]));
        texts.push(main.to_owned());
    };
    let line = |share: usize| {
        let at = place(share);
        (at, at + main[at..].find('\n').unwrap() + 1)
    };
    let (start, end) = line(50);
    // A line is removed, a block is pasted, a bracket and a quote are opened.
    whole(start, end, "");
    whole(start, start, "  step pasted \"Pasted\" {\n    fail \"not yet\"\n  }\n");
    whole(start, start, "  step open \"Open\" {\n");
    whole(start, start, "    let text = \"open\n");
    texts
}

fn keystrokes(main: &str, rounds: usize, others: usize) {
    let texts = session(main);
    let mut host = host(main, others);
    host.analysis().diagnostics("main.ntro").unwrap();
    let mut times = Vec::new();
    for _ in 0..rounds {
        for text in &texts {
            let text: Arc<str> = Arc::from(text.as_str());
            let start = Instant::now();
            host.set_file("main.ntro", text);
            host.analysis().diagnostics("main.ntro").unwrap();
            times.push(start.elapsed());
        }
    }
    tell("keystroke to diagnostics", times);
}

fn completion(main: &str, rounds: usize) {
    let mut host = host(main, 0);
    let mut times = Vec::new();
    for round in 0..rounds {
        for share in (5..95).step_by(3) {
            let from = main.len() * share / 100;
            let at = from + main[from..].find('.').unwrap() + 1;
            // A letter was typed just now, so that nothing of this text is known but its diagnostics.
            let text = format!("{}{}{}", &main[..at], ["a", "b"][round % 2], &main[at..]);
            host.set_file("main.ntro", Arc::from(text));
            let analysis = host.analysis();
            analysis.diagnostics("main.ntro").unwrap();
            let start = Instant::now();
            let list = analysis.completion("main.ntro", u32::try_from(at).unwrap() + 1).unwrap();
            times.push(start.elapsed());
            std::hint::black_box(list);
        }
    }
    tell("completion", times);
}

/// As many threads as the machine has processors.
#[derive(Debug)]
struct ManyHands;

impl Hands for ManyHands {
    fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().unwrap().get().min(count);
        let work =
            || (0..count).map(|_| next.fetch_add(1, Ordering::Relaxed)).take_while(|at| *at < count).for_each(job);
        std::thread::scope(|scope| {
            (1..threads).for_each(|_| drop(scope.spawn(work)));
            work();
        });
    }
}

fn opening(files: usize) {
    let alike = (0..files).map(|index| (format!("other/{index}.ntro"), Arc::from(small(index)))).collect();
    opening_of("files that import nothing", alike);
    let real = workspace::files(files).into_iter().map(|(path, text)| (path, Arc::from(text))).collect();
    opening_of("files that import types", real);
}

fn opening_of(what: &str, texts: Vec<(String, Arc<str>)>) {
    let size: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let last = texts.last().unwrap().0.clone();
    let mut times = Vec::new();
    for _ in 0..7 {
        let start = Instant::now();
        let mut host = Host::with_hands(Arc::new(ManyHands));
        host.set_files(texts.clone());
        let found = host.analysis().diagnostics(&last).unwrap();
        times.push(start.elapsed());
        assert!(found.is_empty(), "what is measured is sound: {found:?}");
    }
    println!("opening {} {what}, {} KB", texts.len(), size / 1024);
    tell("until diagnostics of all files are known", times);
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!(
        "  {what}: {} times, least {:.2?}, p50 {:.2?}, p95 {:.2?}, p99 {:.2?}, most {:.2?}",
        times.len(),
        at(0),
        at(50),
        at(95),
        at(99),
        at(100)
    );
}
