//! After any edits, valid and broken, an analysis that has seen them all says the same as one that begins with the last text.

use std::sync::Arc;

use ntro_ide::{Analysis, Host, Span};

use crate::fixture::{INGEST, fixture};

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

const MORE: &str = r#"import { Line } from "./types.ntro"

fn is_large(line: Line) -> bool = line.amount > 10 GBP

signal hurry { why: text }

runbook parent "Parent" {
  input { period: period }
  output: int
  child all "All" {
    for source in ["a", "b"] key source at most 2 at once
    run ingest(period, source)
    on failure skip
  }
  await word "Word" {
    on hurry where it.why != ""
    within 2d else fail "Nobody hurried."
  }
  step large "Large" {
    let lines: list<Line> = []
    return lines.filter(l => is_large(l)).count()
  }
  return all.sum(n => n) + large
}

workflow monthly { runbook: parent, schedule: "0 8 5 * *", with: { period: previous_period(today()) } }

scenario "both" for parent {
  given { period: 2026-03 }
  mock ingest => 2
  after 1h signal hurry { why: "now" }
  expect completed
}
"#;

/// What is typed: pieces of the language, and what breaks it.
const TYPED: &[&str] = &[
    "",
    "x",
    "}",
    "{",
    "\"",
    "\n",
    " ",
    "(",
    ",",
    ":",
    "text",
    "Line",
    "status",
    "// c\n",
    "\"\"\"",
    "€",
    "é",
    "\r\n",
    "type Extra { a: text }\n",
    "\nrunbook other \"Other\" {\n  step a \"A\" { fail \"x\" }\n}\n",
    "role boss\n",
    "    let z = 1\n",
    "amount",
    "review",
    "enum Status { a }\n",
    "signal hurry { why: text }\n",
    "\u{feff}",
    "{{ period }}",
    "  }\n",
    "    if x {\n",
    "  let y = ",
    "  step new \"New\" {\n",
    "\n  parallel {\n    step new \"New\" { }\n  }\n",
];

fn edit(text: &str, typed: &[&str], numbers: &mut Numbers) -> String {
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap();
    let start = boundary(numbers.below(text.len() + 1));
    let length = [0, 0, 0, 1, 1, 3, 12, 60][numbers.below(8)];
    let end = boundary((start + length).min(text.len())).max(start);
    // Often something that stands elsewhere is copied, as people do.
    let from = boundary(numbers.below(text.len() + 1));
    let to = boundary((from + numbers.below(40)).min(text.len())).max(from);
    let new = if numbers.below(4) == 0 { &text[from..to] } else { typed[numbers.below(typed.len())] };
    format!("{}{new}{}", &text[..start], &text[end..])
}

/// All that an editor would show of a project.
fn shown(analysis: &Analysis) -> Vec<String> {
    let mut out = Vec::new();
    for path in analysis.paths() {
        out.push(format!("{path}: {:#?}", analysis.diagnostics(path).unwrap()));
        out.push(format!("{:?}", analysis.semantic_tokens(path, None).unwrap()));
        out.push(format!("{:?}", analysis.inlay_hints(path, Span::new(0, u32::MAX)).unwrap()));
        out.push(format!("{:?}", analysis.document_symbols(path).unwrap()));
    }
    out
}

fn fresh(analysis: &Analysis) -> Host {
    let mut host = Host::new();
    for path in analysis.paths() {
        host.set_file(path, analysis.text(path).unwrap());
    }
    host
}

/// One runbook with all that a part may leave to those after it: names, facts, handlers, targets, signals with types, dead ends.
const LARGE: &str = r#"role clerk, boss
signal ping { num: int }
capability pay.send(id: text, round: int) -> text
capability pay.cancel(payment: text)
capability custodian.remind(n: int)
type Row { id: text, amount: money<GBP>?, note: text? }
enum Status { opened, closed }

runbook large "Large" {
  version: "0.1.0"
  input {
    period: period
    rows: list<Row>
    note: text?
    status: Status
  }
  config { gl: text = "x", limit: int? }
  output: int

  var total = 0
  var last: text? = none
  require note != none else fail "There is no note."
  on ping (p) where p.num > 0 {
    total += p.num
    last = "{{ p.num }}"
  }

  step first "First of {{ period }}" {
    let found = if note == "x" then 2 else 1
    return found
  }
  parallel {
    step left "Left" {
      return first + 1
    }
    step right "Right" {
      let unused = 1
      return { id: "a", count: first }
    }
  }
  if left > 2 {
    approve looked "Looked" {
      by: clerk
      show summary { title: "{{ right.id }} {{ left }}" }
      within 1d else escalate to boss within 1d else fail "late"
      on reject rework from first at most 2 times else fail "No: {{ looked.comment }}"
    }
  }
  let shown = right.count + left
  for row in rows {
    step paid "Pay" {
      run pay.send(id: row.id, round: rework?.round ?? 1)
      undo { run pay.cancel(payment: paid) }
    }
    require row.note != none else fail "none"
    step told "Told" {
      return "{{ row.note }} {{ paid }}"
    }
  }
  match status {
    opened {
      emit opening { shown }
    }
    closed {
      await word "Word" {
        on data_submitted<int>
        remind every 1h {
          total += 1
          run custodian.remind(total)
        }
        within 3h else skip "Nothing came."
      }
    }
  }
  if last == none {
    last = "nothing"
  }
  step after "After" when total > 1 {
    return last
  }
  try {
    step risky "Risky" {
      run pay.send(id: last ?? "", round: 1)
    }
  } on failure (e) {
    feedback warning "It failed: {{ e.message }}"
  }
  repeat until total > 10 at most 3 times else fail "never" {
    step round "Round" {
      total += 1
      return total
    }
  }
  await again "Again" {
    on data_submitted<int> where it.data > total
    within 2d else fail "Nothing came."
  }
  approve closing "Closing" {
    by: clerk
    show summary { title: "{{ risky ?? last ?? note }} {{ after ?? config.gl }}" }
    within 2d else fail "late"
    on reject rework from first at most 1 times else fail "No."
  }
  step counted "Counted" {
    let kept = rows.filter(row => row.amount != none)
    return kept.count()
  }
  return counted + total
}
"#;

const CALLER: &str = r#"import { Status } from "./large.ntro"

runbook caller "Caller" {
  output: int
  child inner "Inner" {
    run large(period: 2026-03, rows: [], note: "n", status: Status.opened)
    on failure fail "It failed."
  }
  return inner
}
"#;

const SCENARIO: &str = r#"
scenario "it goes on" for large {
  given { period: 2026-03, rows: [], note: "n", status: opened }
  expect open at looked
}
"#;

/// Names that the large runbook has, or nearly has.
const NAMES: &[&str] = &[
    "first",
    "left",
    "right",
    "looked",
    "shown",
    "paid",
    "told",
    "after",
    "risky",
    "again",
    "counted",
    "total",
    "last",
    "note",
    "rows",
    "period",
    "status",
    "firs",
    "config.gl",
    "config.limit",
    "none",
    "fail \"x\"\n",
    "return 1\n",
    "let shown = 2\n",
    "  step first \"Again\" { return 1 }\n",
    "  var more: text? = none\n",
    "  on ping { last = none }\n",
    "  require last != none else fail \"x\"\n",
    "  last = none\n",
    "  sleep 1h\n",
    "  step last_one \"{{ first }}\" { return total }\n",
    "rework from left at most 1 times else fail \"x\"\n",
    "data_submitted<text>",
    "  let _quiet = first\n",
    "  skip \"x\"\n",
];

fn play(project: &str, typed: &[&[&str]], seed: u64, edits: usize) {
    let mut numbers = Numbers(seed);
    let mut host = fixture(project).host;
    let sound: Vec<(String, Arc<str>)> = {
        let analysis = host.analysis();
        analysis.paths().map(|path| (path.to_owned(), analysis.text(path).unwrap())).collect()
    };
    for step in 0..edits {
        let (path, original) = &sound[numbers.below(sound.len())];
        let new = typed[numbers.below(typed.len())];
        match numbers.below(12) {
            // Now and then a file is whole again, gone, or new: otherwise everything stays broken.
            0 | 1 => host.set_file(path, original.clone()),
            2 if sound.len() > 1 => host.remove_file(path),
            3 => host.set_file("aside.ntro", Arc::from(edit("type Aside { line: text }\n", new, &mut numbers))),
            _ => {
                let text = host.text(path).unwrap_or(original).clone();
                host.set_file(path, Arc::from(edit(&text, new, &mut numbers)));
            }
        }
        // Several edits may come before anybody asks.
        if numbers.below(3) > 0 {
            let analysis = host.analysis();
            let (known, new) = (shown(&analysis), shown(&fresh(&analysis).analysis()));
            for (known, new) in known.iter().zip(&new) {
                assert_eq!(known, new, "seed {seed}, step {step}");
            }
            assert_eq!(known.len(), new.len());
        }
    }
}

#[test]
fn what_is_known_from_before_changes_no_answer() {
    for seed in 0..12 {
        play(&format!("{INGEST}//- more.ntro\n{MORE}"), &[TYPED], seed, 60);
    }
}

/// The same in one large runbook, of which only some parts are looked at again.
#[test]
fn what_is_known_of_the_parts_of_a_runbook_changes_no_answer() {
    for seed in 0..seeds() {
        play(&format!("//- large.ntro\n{LARGE}"), &[TYPED, NAMES, NAMES], seed, 60);
        play(&format!("//- large.ntro\n{LARGE}//- caller.ntro\n{CALLER}"), &[TYPED, NAMES], seed + 1_000, 40);
        play(&format!("//- large.ntro\n{LARGE}{SCENARIO}"), &[TYPED, NAMES], seed + 2_000, 30);
    }
}

/// How many sessions are played: more on request.
#[allow(clippy::disallowed_methods, reason = "a test may be asked for more by its environment")]
fn seeds() -> u64 {
    std::env::var("NTRO_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(3)
}

/// What may be written at any place of a large runbook is the same whether a part of it is looked at or all of it.
#[test]
fn completions_of_a_part_are_those_of_the_whole() {
    let mut host = fixture(&format!("//- large.ntro\n{LARGE}")).host;
    for (behind, typed) in [("", ""), ("return first + 1", " + sho"), ("step told \"Told\" {\n", "      run \n")] {
        let at = LARGE.find(behind).unwrap() + behind.len();
        host.set_file("large.ntro", Arc::from(format!("{}{typed}{}", &LARGE[..at], &LARGE[at..])));
        let analysis = host.analysis();
        let end = u32::try_from(LARGE.len() + typed.len()).unwrap();
        for offset in (0..end).step_by(3) {
            let whole = analysis.completion_as_a_whole("large.ntro", offset).unwrap();
            let part = analysis.completion("large.ntro", offset).unwrap();
            assert_eq!(part, whole, "at {offset}: {}", &LARGE[..offset as usize]);
        }
    }
}

/// What somebody writes, letter by letter, and takes back: an error for a while, and the same as before.
#[test]
fn letters_typed_into_a_large_runbook_change_no_answer() {
    let mut host = fixture(&format!("//- large.ntro\n{LARGE}")).host;
    assert_eq!(
        *host.analysis().diagnostics("large.ntro").unwrap(),
        *fresh(&host.analysis()).analysis().diagnostics("large.ntro").unwrap()
    );
    let said: Vec<_> = host.analysis().diagnostics("large.ntro").unwrap().iter().map(|found| found.code).collect();
    assert_eq!(said, ["N0230", "N0430"], "a setting and a name are not read, and nothing else is wrong");
    for (behind, typed) in [
        ("step left", "_x"),
        ("return { id: \"a\", count", "ed"),
        ("return { id: \"a\", count: first", ", more: 1"),
        ("return { id: \"a", "\", count: none }"),
        ("let shown", "ing"),
        ("step risky", "y"),
        ("step after \"After\"", " within 2h"),
        ("var last: text", "<"),
        ("  try {\n", "    require last != none else fail \"x\"\n"),
        ("on ping (p) where p.num > 0 {\n", "    last = none\n"),
        ("  step after", "_first"),
        ("return first + 1", " + sho"),
        ("  var total", "s"),
        ("step first \"First", " {{ total }}"),
        ("    total += p.num\n", "    note = none\n"),
        ("  let shown = ", "total + "),
        ("    return last\n  }\n", "  step late \"Late\" {\n    return after ?? \"\"\n  }\n"),
        ("config { ", "more: int?, "),
        ("  require note ", "== none or note "),
        ("status: Status\n  }", "}"),
        ("output: int", "?"),
        ("rework from first", "_"),
        ("  repeat until total > 10", " or shown > 2"),
    ] {
        let at = LARGE.find(behind).unwrap() + behind.len();
        let mut texts: Vec<String> = (0..=typed.len())
            .filter(|end| typed.is_char_boundary(*end))
            .map(|end| format!("{}{}{}", &LARGE[..at], &typed[..end], &LARGE[at..]))
            .collect();
        let back: Vec<String> = texts.iter().rev().cloned().collect();
        texts.extend(back);
        for text in texts {
            host.set_file("large.ntro", Arc::from(text.clone()));
            let analysis = host.analysis();
            assert_eq!(shown(&analysis), shown(&fresh(&analysis).analysis()), "{behind}: {text}");
        }
    }
}

#[test]
fn a_sound_project_says_the_same_as_the_command() {
    let found = fixture(&format!("{INGEST}//- more.ntro\n{MORE}"));
    let sources = found.analysis.paths().map(|path| (path.to_owned(), found.text(path))).collect();
    let checked = ntro_compiler::check(&sources);
    assert_eq!(checked.diagnostics, [], "the project is sound");
    assert_eq!(checked.scenarios.len(), 2);
    for path in found.analysis.paths() {
        assert_eq!(*found.analysis.diagnostics(path).unwrap(), []);
    }
}
