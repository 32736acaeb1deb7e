//! `ntro/graph`: the flow of a runbook, as data and as a picture.

use ls_types::{Position, Range};
use ntro_ide::SymbolKind;
use ntro_ide::graph::{self, Graph};
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Failure};
use crate::snapshot::{File, Here};

/// Of which runbook: the one around the position, else the first.
#[derive(Debug, Deserialize)]
pub(crate) struct Params {
    #[serde(default)]
    position: Option<Position>,
}

/// Its flow.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flow {
    runbook: String,
    title: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Whether something was left out because there is too much of it.
    truncated: bool,
    mermaid: String,
    svg: String,
}

#[derive(Debug, Serialize)]
struct Node {
    id: String,
    title: String,
    kind: &'static str,
    parent: Option<String>,
    notes: Vec<String>,
    /// Where it stands; none for what is not written.
    range: Option<Range>,
}

#[derive(Debug, Serialize)]
struct Edge {
    from: Option<String>,
    to: Option<String>,
    label: String,
    kind: &'static str,
}

pub(crate) fn answer(here: &Here, params: Params) -> Answer<Option<Flow>> {
    let around = match params.position {
        Some(position) => runbook_at(here, here.file.offset(position))?,
        None => None,
    };
    let go_on = || if here.snapshot.analysis.is_cancelled() { Err(Failure::Stale) } else { Ok(()) };
    go_on()?;
    let mut graphs = graph::graphs(&here.file.text);
    go_on()?;
    let wanted = graphs.iter().position(|graph| Some(&graph.runbook) == around.as_ref()).unwrap_or(0);
    Ok((wanted < graphs.len()).then(|| flow(&here.file, graphs.swap_remove(wanted))))
}

/// The name of the runbook around a byte, else of the nearest before it.
fn runbook_at(here: &Here, offset: u32) -> Answer<Option<String>> {
    let symbols = here.snapshot.analysis.document_symbols(&here.file.path)?;
    let runbooks = symbols.into_iter().filter(|symbol| symbol.kind == SymbolKind::Runbook);
    Ok(runbooks.take_while(|symbol| symbol.span.start <= offset).last().map(|symbol| symbol.name))
}

fn flow(file: &File, graph: Graph) -> Flow {
    let (mermaid, svg) = (graph.mermaid(), graph.svg());
    let id = |index: usize| graph.nodes.get(index).map(|node| node.id.clone());
    let nodes = graph.nodes.iter().map(|node| Node {
        id: node.id.clone(),
        title: node.title.clone(),
        kind: node.kind.word(),
        parent: node.parent.and_then(id),
        notes: node.notes.clone(),
        range: (node.span.end > node.span.start).then(|| file.range(node.span)),
    });
    let edges = graph.edges.iter().map(|edge| Edge {
        from: id(edge.from),
        to: id(edge.to),
        label: edge.label.clone(),
        kind: edge.kind.word(),
    });
    Flow {
        nodes: nodes.collect(),
        edges: edges.collect(),
        runbook: graph.runbook.clone(),
        title: graph.title.clone(),
        truncated: graph.truncated,
        mermaid,
        svg,
    }
}
