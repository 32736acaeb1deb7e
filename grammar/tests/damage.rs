//! Damaged texts: nothing fails, nothing is slow, and a mistake is told where it was made.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test reads files, and should stop where it is surprised"
)]

mod support;

use ntro_grammar::{LineIndex, Parsed, parse};
use support::{Random, corpus};

/// Parses, and checks what holds for every text.
fn check(text: &str) -> Parsed {
    let parsed = parse(text);
    for problem in &parsed.problems {
        let mut spans = vec![problem.span];
        spans.extend(problem.fix.as_ref().map(|fix| fix.span));
        spans.extend(problem.related.iter().map(|(span, _)| *span));
        for span in spans {
            assert!(span.start <= span.end, "{problem:?}");
            assert!(text.is_char_boundary(span.start as usize), "{problem:?}");
            assert!(text.is_char_boundary(span.end as usize), "{problem:?}");
        }
    }
    assert!(parsed.problems.len() <= 5_000);
    parsed
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[test]
fn truncated_anywhere() {
    for (name, text) in corpus() {
        for at in (0..text.len()).step_by(37) {
            let cut = &text[..floor(&text, at)];
            let parsed = check(cut);
            assert!(parsed.problems.len() <= 8, "{name} cut at {at}: {:#?}", parsed.problems);
        }
    }
}

#[test]
fn holes_anywhere() {
    let files = corpus();
    let mut random = Random::new(0x9E37_79B9_7F4A_7C15);
    let mut most = Vec::new();
    for _ in 0..1000 {
        let text = &files[random.below(files.len())].1;
        let start = floor(text, random.below(text.len()));
        let end = floor(text, start + 1 + random.below(40)).max(start);
        let damaged = format!("{}{}", &text[..start], &text[end..]);
        most.push(check(&damaged).problems.len());
    }
    most.sort_unstable();
    println!(
        "holes: problems median {} p90 {} worst {}",
        most[most.len() / 2],
        most[most.len() * 9 / 10],
        most[most.len() - 1]
    );
    assert!(most[most.len() * 9 / 10] <= 3);
}

/// Where `what` stands outside of texts and comments; of quotes only those that end or begin a text.
fn sites(text: &str, what: u8) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (mut out, mut i, mut inside) = (Vec::new(), 0, false);
    while i < bytes.len() {
        if text.as_bytes()[i..].starts_with(b"\"\"\"") {
            let end = text[i + 3..].find("\"\"\"").map_or(bytes.len(), |n| i + 3 + n + 3);
            i = end;
            continue;
        }
        if inside {
            if bytes[i] == b'"' {
                inside = false;
                if what == b'"' {
                    out.push(i);
                }
            }
        } else if bytes[i..].starts_with(b"//") {
            while i < bytes.len() && bytes[i] != b'\n' {
                i += 1;
            }
            continue;
        } else if bytes[i] == b'"' {
            inside = true;
            if what == b'"' {
                out.push(i);
            }
        } else if bytes[i] == what {
            out.push(i);
        }
        i += 1;
    }
    out
}

struct Figures {
    distances: Vec<u32>,
    counts: Vec<usize>,
    silent: usize,
}

fn delete_each(what: u8) -> Figures {
    let mut out = Figures { distances: Vec::new(), counts: Vec::new(), silent: 0 };
    let verbose = std::env::var("DAMAGE").is_ok();
    for (name, text) in corpus() {
        let lines = LineIndex::new(&text);
        for site in sites(&text, what) {
            let damaged = format!("{}{}", &text[..site], &text[site + 1..]);
            let parsed = check(&damaged);
            let line = lines.line(site as u32);
            let Some(first) = parsed.problems.first() else {
                if verbose {
                    println!("silent {name}:{line}: {}", text.lines().nth(line as usize - 1).unwrap());
                }
                out.silent += 1;
                continue;
            };
            let after = LineIndex::new(&damaged);
            let distance = after.line(first.span.start).abs_diff(line);
            if verbose && (distance > 1 || parsed.problems.len() > 1) {
                println!("{name}:{line}: {}", text.lines().nth(line as usize - 1).unwrap());
                for p in &parsed.problems {
                    println!("    {} {} {}", after.line(p.span.start), p.code, p.message);
                }
            }
            out.distances.push(distance);
            out.counts.push(parsed.problems.len());
        }
    }
    out.distances.sort_unstable();
    out.counts.sort_unstable();
    let at = |list: &[u32], part: usize| list[(list.len() - 1) * part / 100];
    println!(
        "delete {}: {} sites, {} silent; lines off: median {} p90 {} p99 {} worst {}; problems: p90 {} p99 {} worst {}; {} with one",
        char::from(what),
        out.distances.len() + out.silent,
        out.silent,
        at(&out.distances, 50),
        at(&out.distances, 90),
        at(&out.distances, 99),
        at(&out.distances, 100),
        out.counts[(out.counts.len() - 1) * 90 / 100],
        out.counts[(out.counts.len() - 1) * 99 / 100],
        out.counts[out.counts.len() - 1],
        out.counts.iter().filter(|n| **n == 1).count(),
    );
    out
}

impl Figures {
    fn p90(&self) -> u32 {
        self.distances[(self.distances.len() - 1) * 90 / 100]
    }
    fn worst(&self) -> u32 {
        self.distances[self.distances.len() - 1]
    }
    /// How many of a hundred have exactly one problem.
    fn single(&self) -> usize {
        self.counts.iter().filter(|n| **n == 1).count() * 100 / self.counts.len()
    }
}

#[test]
fn a_deleted_closing_brace() {
    let figures = delete_each(b'}');
    assert!(figures.p90() <= 2);
    assert!(figures.worst() <= 3);
    assert!(figures.single() >= 95);
    assert_eq!(figures.silent, 0);
}

#[test]
fn a_deleted_colon() {
    let figures = delete_each(b':');
    assert!(figures.p90() == 0);
}

#[test]
fn a_deleted_quote() {
    let figures = delete_each(b'"');
    assert!(figures.p90() == 0);
    assert!(figures.single() >= 95);
}

#[test]
fn a_deleted_opening_brace() {
    let figures = delete_each(b'{');
    assert!(figures.p90() <= 1);
}

#[test]
fn a_deleted_bracket() {
    for what in b"()[]," {
        let figures = delete_each(*what);
        assert!(figures.p90() <= 1);
    }
}

#[test]
fn deep_nesting_is_told_and_never_overflows() {
    for (before, piece) in [
        ("fn f() = ", "("),
        ("fn f() = ", "["),
        ("fn f() = ", "{ a: "),
        ("fn f() = ", "f("),
        ("fn f() = ", "- "),
        ("fn f() = ", "-"),
        ("fn f() = ", "not "),
        ("fn f() = ", "x => "),
        ("fn f() = ", "(x) => "),
        ("fn f() = ", "if a then "),
        ("fn f() = ", "match a { b => "),
        ("fn f() = a", " + a"),
        ("fn f() = a", ".b"),
        ("fn f() = a", "(b)"),
        ("fn f() = a", "[0]"),
        ("fn f() = a", " < a"),
        ("fn f() = ", "\"{{ "),
        ("fn f() = \"", "{% if a %}"),
        ("type T { a: ", "list<"),
        ("type T { a: text", "?"),
        ("type T { a: text", "[]"),
        ("runbook x {\n", "step s {\n"),
        ("runbook x {\n", "if a { "),
        ("runbook x { if a { }", " else if a { }"),
        ("runbook x { if a { }", " elif a { }"),
        ("runbook x { await a { within 1h ", "else escalate to b within 1h "),
        ("runbook x { rework from a ", "else rework from a "),
        ("", "{"),
        ("", "}"),
        ("runbook x {\n", "{"),
    ] {
        // Twenty thousand of the short ones; long ones to a size that a slow machine reads in a moment.
        for count in [200, (40_000 / piece.len()).min(20_000)] {
            let text = format!("{before}{}", piece.repeat(count));
            let parsed = check(&text);
            assert!(count == 200 || !parsed.problems.is_empty(), "{piece}");
            drop(parsed.clone());
        }
    }
}

#[test]
fn a_file_beyond_the_bound_is_one_problem() {
    let text = "// a line of a comment\n".repeat(200_000);
    let parsed = check(&text);
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(parsed.problems[0].code, ntro_grammar::problems::TOO_LARGE);
    assert!(parsed.file.decls.is_empty());
}

#[test]
fn separate_mistakes_are_all_told() {
    let text = corpus().into_iter().find(|(name, _)| name.contains("document-ingest")).unwrap().1;
    let damaged = text
        .replace("icon: Inbox", "icon Inbox")
        .replace("    run files.parse(submitted.document)\n  }\n", "    run files.parse(submitted.document)\n")
        .replace("by:   accountant", "by accountant")
        .replace("within 24h else fail \"No", "within: 24h else fail \"No");
    let codes: Vec<&str> = check(&damaged).problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["N0107", "N0108", "N0102", "N0107", "N0108"]);
}

#[test]
fn lines_of_another_language_are_told_and_end() {
    // What goes on with a body that was begun by a colon is looked for below it, and nowhere else.
    for text in
        ["else:\n", "else:\nif x:", "if x:\n  y\nelse:", "else:\n  if x:\n    try:\n", "try:\nexcept:\nexcept:\n"]
    {
        let parsed = parse(text);
        assert!(!parsed.problems.is_empty(), "{text:?}");
        assert!(parsed.problems.len() <= text.lines().count(), "{text:?}: {:?}", parsed.problems);
    }
    let many = "if x:\n  y\nelse:\n  z\n".repeat(5_000);
    assert!(parse(&many).problems.len() <= 5_000);
}
