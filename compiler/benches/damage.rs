//! Texts with thousands of mistakes: the work must grow with the text and not faster. Each kind of damage comes in sizes that double; what is told is
//! the work for each byte, which must stay about the same.
//!
//! `cargo bench -p ntro-compiler --bench damage` tells the least time of several runs. With `-- count` instructions are told instead: the same on
//! every machine, however busy it is (needs `valgrind`).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    missing_docs,
    reason = "a bench looks at the clock, prints and may stop where it stands"
)]

use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use ntro_compiler::{Sources, check, report};

/// How many mistakes the texts have.
const SIZES: [usize; 4] = [500, 1_000, 2_000, 4_000];

/// A kind of damage: its name, and a text with so many mistakes.
type Kind = (&'static str, fn(usize) -> String);

const KINDS: [Kind; 21] = [
    ("names that are not known", |n| steps(n, |i, out| writeln!(out, "    let value_{i} = vlaue_{i} + 1").unwrap())),
    ("names that are not known, on one line", |n| {
        format!("fn f() -> list<int> = [{}]\n", many(n, |i, out| write!(out, "ä_vlaue_{i}, ").unwrap()))
    }),
    ("nothing but a long line", |n| {
        format!(
            "/// é\nrunbook r \"R\" {{\n  let all = [{}]\n  var x = 1\n}}\n",
            many(n * 8, |i, out| write!(out, "{i}, ").unwrap())
        )
    }),
    ("names that are not used", |n| steps(n, |i, out| writeln!(out, "    let value_{i} = 1 + {i}").unwrap())),
    ("values of a wrong type", |n| steps(n, |_, out| out.push_str("    fail 12 + \"a\"\n"))),
    ("functions that are not known", |n| {
        steps(n, |i, out| writeln!(out, "    let a{i} = round_{i}(1).summ()").unwrap())
    }),
    ("types that are not known", |n| {
        many(n, |i, out| writeln!(out, "type Record{i} {{ a: Recrod{i}, b: list<text> }}").unwrap())
    }),
    ("types that are declared twice", |n| many(n, |i, out| writeln!(out, "type Row {{ a{i}: text }}").unwrap())),
    ("fields that are declared twice", |n| {
        format!("type Row {{\n{}}}\n", many(n, |i, out| writeln!(out, "  field_{}: text", i / 2).unwrap()))
    }),
    ("imports that bring nothing", |n| {
        many(n, |i, out| writeln!(out, "import {{ Nothing{i} }} from \"./types{}.ntro\"", i % 3).unwrap())
    }),
    ("runbooks that are not known", |n| {
        many(n, |i, out| {
            writeln!(out, "runbook r{i} \"R\" {{\n  child c \"C\" {{ run r-{i}-x(a: {i}) }}\n}}").unwrap();
        })
    }),
    ("lines of other languages", |n| many(n, |i, out| writeln!(out, "def f{i}(x): return x + {i};").unwrap())),
    ("quotes that are not closed", |n| steps(n, |i, out| writeln!(out, "    let a{i} = \"open {i}").unwrap())),
    ("brackets that are not closed", |n| steps(n, |i, out| writeln!(out, "    let a{i} = [{i}, (2").unwrap())),
    ("comments that allow", |n| {
        steps(n, |i, out| writeln!(out, "    let value_{i} = {i} // allow(N0430): because").unwrap())
    }),
    ("rules that do not look at their element", |n| {
        steps(n, |i, out| writeln!(out, "    let _a{i} = [{i}].map(x => 1)").unwrap())
    }),
    ("names that are not known, in one body", |n| {
        let lines = many(n, |i, out| writeln!(out, "    let value_{i} = vlaue_{i} + 1").unwrap());
        format!("runbook r \"R\" {{\n  step s \"S\" {{\n{lines}  }}\n}}\n")
    }),
    ("braces that are missing", |n| {
        many(n, |i, out| writeln!(out, "runbook r{i} \"R\" {{\n  step s \"S\" {{\n    let x = {i}\n  }}\n").unwrap())
    }),
    ("blocks without braces, on one line", |n| many(n, |i, out| write!(out, "agent g{i} ").unwrap())),
    ("declarations inside blocks that are not closed", |n| {
        many(n, |i, out| writeln!(out, "if x {{ fn f{i}(a: int) {{ match a {{ 1 {{").unwrap())
    }),
    ("brackets that close nothing", |n| many(n, |_, out| out.push_str("})] step x }\n"))),
];

fn many(count: usize, mut each: impl FnMut(usize, &mut String)) -> String {
    let mut out = String::new();
    (0..count).for_each(|index| each(index, &mut out));
    out
}

/// Runbooks of ten steps with ten lines each.
fn steps(count: usize, mut each: impl FnMut(usize, &mut String)) -> String {
    let mut out = String::new();
    for index in 0..count {
        if index % 100 == 0 {
            writeln!(out, "runbook r{index} \"R\" {{").unwrap();
        }
        if index % 10 == 0 {
            writeln!(out, "  step s{index} \"S\" {{").unwrap();
        }
        each(index, &mut out);
        if index % 10 == 9 {
            out.push_str("  }\n");
        }
        if index % 100 == 99 {
            out.push_str("}\n\n");
        }
    }
    out
}

/// The whole way from the text to what the person reads; how many messages there are.
fn work(text: &str) -> usize {
    let sources = Sources::from([
        ("main.ntro".to_owned(), Arc::from(text)),
        ("types0.ntro".to_owned(), Arc::from("type Something { a: text }\n")),
    ]);
    let checked = check(&sources);
    std::hint::black_box(report::render(&checked.diagnostics, &sources, false));
    checked.diagnostics.len()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [once, kind, size] = args.iter().map(String::as_str).collect::<Vec<_>>()[..]
        && once == "once"
    {
        let (_, text) = KINDS[kind.parse::<usize>().unwrap()];
        work(&text(size.parse().unwrap()));
        return;
    }
    let count = args.iter().any(|arg| arg == "count");
    // `cargo test --benches` asks only whether it runs.
    let quick = !args.iter().any(|arg| arg == "--bench");
    for (index, (name, text)) in KINDS.iter().enumerate() {
        println!("{name}");
        for size in SIZES.into_iter().take(if quick { 1 } else { SIZES.len() }) {
            let text = text(size);
            let messages = work(&text);
            assert!(messages > 0, "{name}: there is something wrong");
            let (spent, unit) = if count { (instructions(index, size), "instructions") } else { (nanos(&text), "ns") };
            let each = spent / text.len() as f64;
            println!(
                "  {size:>5} mistakes, {:>4} KB, {messages:>5} messages: {each:>8.0} {unit} a byte",
                text.len() / 1_000
            );
        }
    }
}

/// The least of some runs.
fn nanos(text: &str) -> f64 {
    let times = (0..5).map(|_| {
        let start = Instant::now();
        work(text);
        start.elapsed().as_nanos() as f64
    });
    times.fold(f64::MAX, f64::min)
}

/// What a process of its own executes for one text, less what it does for an empty one.
fn instructions(kind: usize, size: usize) -> f64 {
    let of = |size: usize| {
        let ran = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().unwrap())
            .args(["once".to_owned(), kind.to_string(), size.to_string()])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        let line = said.lines().find_map(|line| line.split_once("Collected : ")).unwrap_or_else(|| panic!("{said}"));
        line.1.trim().parse::<f64>().unwrap()
    };
    of(size) - of(0)
}
