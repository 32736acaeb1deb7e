//! `ntroc fmt`: one form for all.

use std::io::Read;
use std::path::PathBuf;

use crate::project::{self, LARGEST_FILE, Project, read_text, shown};
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::terminal;

/// Formats runbooks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc fmt                    all runbooks of this folder
  ntroc fmt --check            only say which are not formatted
  ntroc fmt - < a.ntro         from stdin to stdout

Files with errors are left alone.
Exit codes: 0 formatted · 1 --check found files that are not, or a file has errors · 2 a path cannot be read or written")]
pub(super) struct Args {
    /// Files or folders; `-` for stdin
    #[arg(default_value = ".", conflicts_with = "stdin")]
    paths: Vec<PathBuf>,
    /// Only say which files are not formatted
    #[arg(long)]
    check: bool,
    /// Read from stdin and write to stdout
    #[arg(long)]
    stdin: bool,
}

pub(super) fn run(args: &Args) -> Outcome {
    if args.stdin || matches!(args.paths.as_slice(), [only] if only.as_os_str() == "-") {
        return from_stdin(args.check);
    }
    let (mut seen, mut different, mut broken) = (std::collections::BTreeSet::new(), 0_usize, 0_usize);
    for path in &args.paths {
        for folder in project::projects_in(path)? {
            let project = Project::of(&folder)?;
            for file in project.wanted.iter().map(|file| project.root.join(file)) {
                if !seen.insert(file.clone()) {
                    continue;
                }
                let text = read_text(&file, u64::MAX)?;
                match ntro_grammar::format(&text) {
                    Err(problems) => {
                        broken += 1;
                        tell(&shown(&file), &text, &problems);
                    }
                    Ok(formatted) if formatted == text => {}
                    Ok(formatted) => {
                        different += 1;
                        errln!("{} {}", if args.check { "not formatted:" } else { "formatted" }, shown(&file));
                        if !args.check {
                            crate::write::replace(&file, &formatted)?;
                        }
                    }
                }
            }
        }
    }
    Ok(if broken > 0 || (args.check && different > 0) { PROBLEMS } else { DONE })
}

fn from_stdin(check: bool) -> Outcome {
    let mut text = String::new();
    std::io::stdin()
        .take(LARGEST_FILE + 1)
        .read_to_string(&mut text)
        .map_err(|error| Stop::new(format!("stdin cannot be read as UTF-8 text: {error}")))?;
    // What is left out would be lost.
    if u64::try_from(text.len()).is_ok_and(|length| length > LARGEST_FILE) {
        return Err(Stop::new(format!("stdin has more than {LARGEST_FILE} bytes")));
    }
    match ntro_grammar::format(&text) {
        Ok(formatted) if check => Ok(if formatted == text { DONE } else { PROBLEMS }),
        Ok(formatted) => {
            terminal::out(&formatted);
            Ok(DONE)
        }
        Err(problems) => {
            tell("<stdin>", &text, &problems);
            Ok(PROBLEMS)
        }
    }
}

fn tell(file: &str, text: &str, problems: &[ntro_grammar::Problem]) {
    for problem in problems {
        let (line, column) = place(text, problem.span.start as usize);
        errln!("{file}:{line}:{column}: {}", problem.message);
    }
    errln!("{file} has errors and was left as it is");
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or_default().chars().count() + 1)
}
