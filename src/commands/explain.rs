//! `ntroc explain`: what a code means.

use std::io::IsTerminal;

use ntro_compiler::explain;

use crate::stop::{DONE, Outcome, Stop};
use crate::{suggest, terminal};

/// Explains a code such as N0501, or lists all codes
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc explain           all codes
  ntroc explain N0501     one of them

Exit codes: 0 explained · 2 there is no such code")]
pub(super) struct Args {
    /// The code
    code: Option<String>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let Some(code) = &args.code else {
        for (code, title) in explain::codes() {
            terminal::out(&format!("{code}  {title}\n"));
        }
        return Ok(DONE);
    };
    let wanted = code.trim().to_uppercase();
    match explain::page(&wanted) {
        Some(page) => {
            let page = format!("{}\n", page.trim_end());
            let read_here = std::io::stdout().is_terminal();
            terminal::out(&if read_here { laid_out(&page) } else { page });
            Ok(DONE)
        }
        None => {
            let stop = Stop::new(format!("there is no code `{code}`"));
            Err(match suggest::nearest(&wanted, explain::codes().iter().map(|(code, _)| *code)) {
                Some(meant) => stop.help(format!("did you mean `{meant}`? `ntroc explain` lists all codes.")),
                None => stop.help("`ntroc explain` lists all codes"),
            })
        }
    }
}

/// A page for reading on a terminal: headings in bold, examples indented, lines broken between words.
fn laid_out(page: &str) -> String {
    let width = terminal::width().min(100);
    let bold = console::Style::new().bold();
    let dim = console::Style::new().dim();
    let mut text = String::new();
    let mut in_example = false;
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            if !in_example {
                let kind = language.trim_start_matches("ntro").trim();
                text.push_str(&if kind.is_empty() {
                    String::new()
                } else {
                    format!("  {}\n", dim.apply_to(format!("{kind}:")))
                });
            }
            in_example = !in_example;
        } else if in_example {
            text.push_str(&if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") });
        } else if line.starts_with('#') {
            text.push_str(&format!("{}\n", bold.apply_to(line.trim_start_matches('#').trim())));
        } else {
            text.push_str(&broken(line, width));
        }
    }
    text
}

/// A line of prose, broken between words.
fn broken(line: &str, width: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_laid_out_without_its_marks() {
        console::set_colors_enabled(false);
        let page = "# N1: A title\n\nSome words.\n\n```ntro wrong\na {\n}\n```\n";
        assert_eq!(laid_out(page), "N1: A title\n\nSome words.\n\n  wrong:\n    a {\n    }\n");
        assert_eq!(broken("one two three", 8), "one two\nthree\n");
    }
}
