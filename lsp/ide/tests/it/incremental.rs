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

fn edit(text: &str, numbers: &mut Numbers) -> String {
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap();
    let start = boundary(numbers.below(text.len() + 1));
    let length = [0, 0, 0, 1, 1, 3, 12, 60][numbers.below(8)];
    let end = boundary((start + length).min(text.len())).max(start);
    // Often something that stands elsewhere is copied, as people do.
    let from = boundary(numbers.below(text.len() + 1));
    let to = boundary((from + numbers.below(40)).min(text.len())).max(from);
    let new = if numbers.below(4) == 0 { &text[from..to] } else { TYPED[numbers.below(TYPED.len())] };
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

fn play(seed: u64, edits: usize) {
    let mut numbers = Numbers(seed);
    let mut host = fixture(&format!("{INGEST}//- more.ntro\n{MORE}")).host;
    let sound: Vec<(String, Arc<str>)> = {
        let analysis = host.analysis();
        analysis.paths().map(|path| (path.to_owned(), analysis.text(path).unwrap())).collect()
    };
    for step in 0..edits {
        let (path, original) = &sound[numbers.below(sound.len())];
        match numbers.below(12) {
            // Now and then a file is whole again, gone, or new: otherwise everything stays broken.
            0 | 1 => host.set_file(path, original.clone()),
            2 => host.remove_file(path),
            3 => host.set_file("aside.ntro", Arc::from(edit("type Aside { line: text }\n", &mut numbers))),
            _ => {
                let text = host.text(path).unwrap_or(original).clone();
                host.set_file(path, Arc::from(edit(&text, &mut numbers)));
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
        play(seed, 60);
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
