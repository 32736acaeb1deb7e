//! `ntroc new`: a small project to start from.

use std::path::PathBuf;

use ntro_grammar::english::capitalised;

use crate::project::shown;
use crate::stop::{DONE, Outcome, Stop};

/// Makes a small project to start from
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc new close-books                makes the folder close-books
  ntroc new close-books --dir work     makes work/close-books

Exit codes: 0 made · 2 the folder exists, or cannot be made")]
pub(super) struct Args {
    /// The runbook's name: small letters, digits and dashes
    name: String,
    /// The folder in which the project's folder is made
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

const FILES: [(&str, &str); 6] = [
    ("{{name}}.ntro", include_str!("../starter/runbook.ntro")),
    ("types.ntro", include_str!("../starter/types.ntro")),
    ("scenarios.ntro", include_str!("../starter/scenarios.ntro")),
    ("ntro.yaml", include_str!("../starter/ntro.yaml")),
    ("answers.yaml", include_str!("../starter/answers.yaml")),
    ("inputs/invoices.csv", include_str!("../starter/inputs/invoices.csv")),
];

pub(super) fn run(args: &Args) -> Outcome {
    let name = args.name.trim();
    let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 60
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.ends_with('-')
        && !name.contains("--");
    if !fits {
        let better: String =
            name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let better = better.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        let stop = Stop::new(format!("`{name}` cannot be the name of a runbook"));
        let usable = better.starts_with(|c: char| c.is_ascii_lowercase()) && better.len() <= 60;
        return Err(stop.help(if usable {
            format!("small letters, digits and single dashes, such as `{better}`")
        } else {
            "small letters, digits and single dashes, such as `close-books`".to_owned()
        }));
    }
    let folder = args.dir.join(name);
    if folder.exists() {
        return Err(Stop::new(format!("{} exists already", shown(&folder)))
            .help("choose another name, or another place with --dir"));
    }
    let title = capitalised(&name.replace('-', " "));
    let failed = |error: std::io::Error| Stop::new(format!("{} cannot be made: {error}", shown(&folder)));
    std::fs::create_dir_all(folder.join("inputs")).map_err(failed)?;
    for (path, text) in FILES {
        let fill = |text: &str| text.replace("{{name}}", name).replace("{{title}}", &title);
        std::fs::write(folder.join(fill(path)), fill(text)).map_err(failed)?;
    }
    let at = shown(&folder);
    errln!("made {at}\n");
    let next = [
        (format!("check {at}"), "what is wrong with it"),
        (format!("test {at}"), "what it does, by example"),
        (format!("run {at} --answers {at}/answers.yaml"), "with answers from a file"),
        (format!("run {at} --set entity=acme"), "with you as the accountant"),
    ];
    let width = next.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    for (command, what) in next {
        errln!("  ntroc {command:width$}   {what}");
    }
    Ok(DONE)
}
