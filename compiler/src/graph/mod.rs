//! The flow of a runbook as plain data: its blocks, and the ways from one to the next.
//!
//! It is made from the tree alone, so a text with mistakes elsewhere, or one that is being typed, has its graph too; what is missing in the
//! text is missing in the graph. The same text always gives the same graph. [`mermaid`] and [`svg`] are two ways to write it down.
//!
//! Invariants: nodes stand in the order of the text, `@start` first and `@end` last; ids are unique; an edge that leads to its own
//! node or to an earlier one goes back ([`EdgeKind::Back`]), all others lead onward; a [`NodeKind::Failed`] has exactly one edge, which leads
//! to it; there are at most [`MOST_NODES`] nodes and [`MOST_EDGES`] edges.

use ntro_grammar::{Span, ast};
use serde_json::{Value as Json, json};

use crate::lines::Lines;

mod blocks;
mod layout;
mod mermaid;
mod svg;
mod walk;
mod words;

/// The most nodes that a graph has. What is beyond them is one node of the kind [`NodeKind::More`].
pub const MOST_NODES: usize = 1_000;
/// The most edges that a graph has.
pub const MOST_EDGES: usize = 4_000;

/// The flow of one runbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// The runbook's name; empty where the text lacks it.
    pub runbook: String,
    /// Its title as written, holes included; its name where there is none.
    pub title: String,
    /// What it consists of, in the order of the text.
    pub nodes: Vec<Node>,
    /// The ways between them.
    pub edges: Vec<Edge>,
    /// Whether something was left out because there is too much of it.
    pub truncated: bool,
}

/// A block, or a place where the flow parts or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its address for a block (`collect.upload`), else a made-up name that starts with `@`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What it is.
    pub kind: NodeKind,
    /// Where it stands in the text: the whole block, or the words that part the flow. Empty for `@start` and `@end`.
    pub span: Span,
    /// The step in which it stands, an index into [`Graph::nodes`].
    pub parent: Option<usize>,
    /// What else is worth knowing, a few words each: who decides, what is called, for how long.
    pub notes: Vec<String>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// Where a run begins.
    Start,
    /// `step`
    Step,
    /// `approve`
    Approve,
    /// `await`
    Await,
    /// `child`
    Child,
    /// `agent`
    Agent,
    /// `when`, `if` or `match`: one of several ways is taken.
    Choice,
    /// `for` or `repeat`.
    Loop,
    /// `parallel`: all ways are taken.
    Parallel,
    /// Where the ways of a `parallel` come together.
    Join,
    /// `try`: a failure of what follows goes on elsewhere.
    Try,
    /// `sleep`
    Sleep,
    /// `on SIGNAL { … }`: heard whenever the run waits, so nothing leads to it.
    Handler,
    /// The run, or the step, fails.
    Failed,
    /// Where a run is complete.
    End,
    /// Stands for all that a bounded graph has no room for.
    More,
}

impl NodeKind {
    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            NodeKind::Start => "start",
            NodeKind::Step => "step",
            NodeKind::Approve => "approve",
            NodeKind::Await => "await",
            NodeKind::Child => "child",
            NodeKind::Agent => "agent",
            NodeKind::Choice => "choice",
            NodeKind::Loop => "loop",
            NodeKind::Parallel => "parallel",
            NodeKind::Join => "join",
            NodeKind::Try => "try",
            NodeKind::Sleep => "sleep",
            NodeKind::Handler => "handler",
            NodeKind::Failed => "failed",
            NodeKind::End => "end",
            NodeKind::More => "more",
        }
    }

    /// Whether it is a block of the text.
    pub fn is_block(self) -> bool {
        matches!(self, NodeKind::Step | NodeKind::Approve | NodeKind::Await | NodeKind::Child | NodeKind::Agent)
    }
}

/// A way from one node to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// An index into [`Graph::nodes`].
    pub from: usize,
    /// An index into [`Graph::nodes`].
    pub to: usize,
    /// When this way is taken; empty where it always is.
    pub label: String,
    /// What kind of way.
    pub kind: EdgeKind,
}

/// What kind of way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeKind {
    /// Onward.
    Next,
    /// To an earlier node: another round, or a rework.
    Back,
    /// What follows a failure or a limit that ran out.
    Failure,
}

impl EdgeKind {
    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            EdgeKind::Next => "next",
            EdgeKind::Back => "back",
            EdgeKind::Failure => "failure",
        }
    }
}

/// The graphs of all runbooks of a text, in its order.
pub fn graphs(text: &str) -> Vec<Graph> {
    of_file(text, &ntro_grammar::parse(text).file)
}

/// The graphs of all runbooks of a file. `text` must be what the tree was made from.
pub fn of_file(text: &str, file: &ast::File) -> Vec<Graph> {
    let runbooks = file.decls.iter().filter_map(|decl| match decl {
        ast::Decl::Runbook(runbook) => Some(runbook),
        _ => None,
    });
    runbooks.map(|runbook| of_runbook(text, runbook)).collect()
}

/// The graph of a runbook. `text` must be what the tree was made from.
pub fn of_runbook(text: &str, runbook: &ast::RunbookDecl) -> Graph {
    walk::walk(text, runbook)
}

impl Graph {
    /// As the text of a Mermaid flowchart.
    pub fn mermaid(&self) -> String {
        mermaid::mermaid(self)
    }

    /// As an SVG picture: one element without scripts, fonts or references, for light and dark surroundings.
    pub fn svg(&self) -> String {
        svg::svg(self)
    }

    /// As JSON: `{ runbook, title, nodes: [{ id, kind, title, parent, notes, range }], edges: [{ from, to, label, kind }], truncated }`. A range
    /// has `start` and `end` with `line` and `column` from 1, the column in characters, and `offset` in bytes. `text` must be what the
    /// graph was made from.
    pub fn json(&self, text: &str) -> Json {
        let lines = Lines::new(text);
        let place = |byte: u32| {
            let (line, column) = lines.place(text, byte);
            json!({ "line": line, "column": column, "offset": byte })
        };
        let id = |index: usize| self.nodes.get(index).map(|node| node.id.as_str());
        let nodes: Vec<Json> = self
            .nodes
            .iter()
            .map(|node| {
                json!({
                    "id": node.id,
                    "kind": node.kind.word(),
                    "title": node.title,
                    "parent": node.parent.and_then(id),
                    "notes": node.notes,
                    "range": (node.span.end > node.span.start)
                        .then(|| json!({ "start": place(node.span.start), "end": place(node.span.end) })),
                })
            })
            .collect();
        let edges: Vec<Json> = self
            .edges
            .iter()
            .map(|edge| {
                json!({ "from": id(edge.from), "to": id(edge.to), "label": edge.label, "kind": edge.kind.word() })
            })
            .collect();
        json!({
            "runbook": self.runbook,
            "title": self.title,
            "nodes": nodes,
            "edges": edges,
            "truncated": self.truncated,
        })
    }

    /// The node with this id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}
