//! `ntroc graph`: the flow of a runbook as a picture.

use std::path::PathBuf;

use clap::ValueEnum;
use ntro_compiler::graph::{self, Graph};

use crate::generated;
use crate::project::Project;
use crate::stop::{DONE, Outcome, Stop};

/// Draws the flow of a runbook
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc graph nav-monthly                          a Mermaid flowchart, for wikis and code hosts
  ntroc graph nav-monthly --format svg -o nav.svg  a picture, for browsers and documents
  ntroc graph . close-books --format json          blocks, their places and ways, for programs

A runbook with mistakes has a picture too: of what could be read. `ntroc check` says what is wrong.
Exit codes: 0 drawn · 2 a path or a runbook is missing, or the file cannot be written")]
pub(super) struct Args {
    /// A file or a folder
    path: PathBuf,
    /// Which runbook, where the path has several
    runbook: Option<String>,
    /// As what
    #[arg(long, value_enum, default_value = "mermaid")]
    format: Format,
    /// The file that is written; standard output where absent
    #[arg(short, long = "out", value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// The text of a flowchart
    Mermaid,
    /// A picture that stands for itself
    Svg,
    /// Nodes and edges
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    let project = Project::of(&args.path)?;
    let (graph, text) = wanted(args, &project)?;
    let text = match args.format {
        Format::Mermaid => graph.mermaid(),
        Format::Svg => graph.svg(),
        Format::Json => format!("{:#}\n", graph.json(&text)),
    };
    generated::deliver(&text, args.out.as_deref())?;
    Ok(DONE)
}

/// The graph that is meant, and the text that it was made from.
fn wanted(args: &Args, project: &Project) -> Result<(Graph, String), Stop> {
    let mut found: Vec<(Graph, &str)> = Vec::new();
    for file in &project.wanted {
        if let Some(text) = project.sources.get(file) {
            found.extend(graph::graphs(text).into_iter().map(|graph| (graph, &**text)));
        }
    }
    let names: Vec<&str> = found.iter().map(|(graph, _)| graph.runbook.as_str()).collect();
    let name = generated::choose(&names, args.runbook.as_deref(), project, &args.path)?.to_owned();
    let graph = found.into_iter().find(|(graph, _)| graph.runbook == name);
    let (graph, text) = graph.ok_or_else(|| Stop::new(format!("there is no runbook `{name}`")))?;
    Ok((graph, text.to_owned()))
}
