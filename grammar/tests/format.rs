//! The formatter: nothing is lost, and a second run changes nothing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test reads files, and should stop where it is surprised"
)]

mod support;

use ntro_grammar::{format, parse, same, unguarded};
use support::corpus;

/// Formats without the guard, so that the guard is seen never to be needed.
fn check(name: &str, text: &str) -> String {
    let before = parse(text);
    assert_eq!(before.problems, [], "{name}");
    let out = unguarded(text).unwrap();
    let after = parse(&out);
    assert_eq!(after.problems, [], "{name}\n{out}");
    assert!(same(&before, &after), "{name}: the tree or the comments changed\n{out}");
    assert_eq!(unguarded(&out).unwrap(), out, "{name}: a second run changes something");
    assert_eq!(format(text).unwrap(), out, "{name}");
    for line in out.lines() {
        assert_eq!(line, line.trim_end(), "{name}: blanks at the end of a line");
    }
    out
}

#[test]
fn the_corpus_is_formatted_already() {
    for (name, text) in corpus() {
        let out = check(&name, &text);
        assert!(out == text, "{name} is not in the style; format it\n{out}");
    }
}

#[test]
fn a_comma_that_begins_a_line_leaves_none_behind() {
    let text = "type Row {\n  id:  text\n  , note: text\n  // why\n  ,due: date\n}\n";
    let out = check("commas before", text);
    assert_eq!(out, "type Row {\n  id:   text\n  note: text\n  // why\n  due: date\n}\n");
}

/// However a text is squeezed or stretched, it comes out with the same meaning, and settles at once.
#[test]
fn other_layouts_settle() {
    for (name, text) in corpus() {
        let wide: String = text.replace("\n", "\n\n\n");
        if !text.contains("\"\"\"") {
            check(&format!("{name} stretched"), &wide);
        }
        let flush: String = text.lines().map(str::trim_start).map(|line| format!("{line}\n")).collect();
        if !text.contains("\"\"\"") {
            check(&format!("{name} flush left"), &flush);
        }
        let tabs = text.replace("  ", "\t");
        if !text.contains("\"\"\"") {
            check(&format!("{name} with tabs"), &tabs);
        }
        let windows = text.replace('\n', "\r\n");
        if !text.contains("\"\"\"") {
            check(&format!("{name} with carriage returns"), &windows);
        }
    }
}

#[test]
fn a_mark_and_line_breaks_stay_as_they_are() {
    let text = "role a\ntype Row {\n  id: text\n}\n";
    let windows = text.replace('\n', "\r\n");
    assert_eq!(format(&windows).unwrap(), format(text).unwrap().replace('\n', "\r\n"));
    let marked = format!("\u{feff}{windows}");
    assert_eq!(format(&marked).unwrap(), format!("\u{feff}{}", format(&windows).unwrap()));
    // A text over several lines says the same, however its lines end.
    let long = "runbook a \"A\" {\r\n  step s \"S\" { fail \"\"\"\r\n    one\r\n    two\r\n    \"\"\" }\r\n}\r\n";
    let out = format(long).unwrap();
    assert!(!out.replace("\r\n", "").contains(['\r', '\n']), "{out:?}");
    assert!(same(&parse(long), &parse(&out)));
}

/// A comment may stand at every place where a line ends or begins.
#[test]
fn comments_anywhere_are_kept() {
    for (name, text) in corpus() {
        for nth in 0..4 {
            for above in [true, false] {
                let mut inside = false;
                let mut with = String::new();
                for (i, line) in text.lines().enumerate() {
                    let was = inside;
                    inside ^= line.matches("\"\"\"").count() % 2 == 1;
                    let here = i % 4 == nth && !was && !inside;
                    if here && above {
                        with.push_str("// a comment on its own line\n");
                    }
                    with.push_str(line);
                    if here && !above && !line.contains("//") {
                        with.push_str(" // a comment at the end");
                    }
                    with.push('\n');
                }
                check(&format!("{name}: {nth} {above}"), &with);
            }
        }
    }
}

#[test]
fn texts_with_problems_are_refused() {
    let problems = format("runbook a {").unwrap_err();
    assert_eq!(problems.len(), 1);
}

#[test]
fn an_empty_file_stays_empty() {
    assert_eq!(format("").unwrap(), "");
    assert_eq!(format("\n\n// only this\n\n").unwrap(), "// only this\n");
}

#[test]
fn columns_and_wide_lines() {
    let text = r#"runbook a "A" {
  icon: Eye
  version: "1"   // one
  tags: []  // two
  approve review "Review" { by: clerk, within 1d else fail "Late, and this line is far too wide for a page.", on reject fail "No." }
  let all = rows.filter(r => r.amount > 0 GBP and r.category != none and r.description != "").map(r => r.amount).sum()
  require review.decision == approved and review.corrections.count() == 0 and review.comment != none else fail "Not so."
  return all }
"#;
    let expected = r#"runbook a "A" {
  icon:    Eye
  version: "1"  // one
  tags:    []   // two
  approve review "Review" {
    by: clerk
    within 1d else fail "Late, and this line is far too wide for a page."
    on reject fail "No."
  }
  let all = rows.filter(
    r => r.amount > 0 GBP and r.category != none and r.description != ""
  ).map(r => r.amount).sum()
  require review.decision == approved
    and review.corrections.count() == 0
    and review.comment != none else fail "Not so."
  return all
}
"#;
    assert_eq!(check("columns", text), expected);
}
