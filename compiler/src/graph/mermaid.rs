//! A graph as the text of a Mermaid flowchart, which many wikis and code hosts draw.

use std::fmt::Write as _;

use super::{Edge, EdgeKind, Graph, Node, NodeKind};

pub(super) fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart TD\n");
    let _ = writeln!(out, "  accTitle: {}", plain(&graph.title));
    let _ = writeln!(out, "  accDescr: {}", plain(&super::svg::described(graph)));
    members(graph, None, 1, &mut out);
    for edge in &graph.edges {
        line(edge, &mut out);
    }
    for (index, node) in graph.nodes.iter().enumerate() {
        let class = match node.kind {
            NodeKind::Approve | NodeKind::Await => "people",
            NodeKind::Child | NodeKind::Agent => "others",
            NodeKind::Failed => "failed",
            _ => continue,
        };
        let _ = writeln!(out, "  class n{index} {class}");
    }
    // Dark text on light grounds, so that the words can be read whatever lies around the picture.
    out.push_str("  classDef people fill:#fff4d6,stroke:#8a5a00,color:#1b1f24\n");
    out.push_str("  classDef others fill:#e3effd,stroke:#0b5394,color:#1b1f24\n");
    out.push_str("  classDef failed fill:#fdecea,stroke:#b42318,color:#1b1f24\n");
    out
}

/// The nodes that stand in a step, and those of steps within as groups.
fn members(graph: &Graph, parent: Option<usize>, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.parent == parent) {
        let _ = writeln!(out, "{pad}n{index}{}", shape(node));
        if graph.nodes.iter().any(|inner| inner.parent == Some(index)) {
            let _ = writeln!(out, "{pad}subgraph g{index} [\"{}\"]", titled(node));
            members(graph, Some(index), depth + 1, out);
            let _ = writeln!(out, "{pad}end");
        }
    }
}

fn shape(node: &Node) -> String {
    let mut text = titled(node);
    if let Some(note) = node.notes.first() {
        text = format!("{text}<br/>{}", escaped(note));
    }
    match node.kind {
        NodeKind::Start | NodeKind::End => format!("([\"{text}\"])"),
        NodeKind::Approve => format!("{{{{\"{text}\"}}}}"),
        NodeKind::Await | NodeKind::Sleep | NodeKind::Handler => format!("[/\"{text}\"/]"),
        NodeKind::Child => format!("[[\"{text}\"]]"),
        NodeKind::Agent => format!("(\"{text}\")"),
        NodeKind::Choice => format!("{{\"{text}\"}}"),
        NodeKind::Loop | NodeKind::Parallel | NodeKind::Join | NodeKind::Try => format!("([\"{text}\"])"),
        NodeKind::Failed => format!(">\"{text}\"]"),
        NodeKind::Step | NodeKind::More => format!("[\"{text}\"]"),
    }
}

/// What stands in a node. Mermaid takes none without a word.
fn titled(node: &Node) -> String {
    if node.title.trim().is_empty() { node.kind.word().to_owned() } else { escaped(&node.title) }
}

fn line(edge: &Edge, out: &mut String) {
    let arrow = if edge.kind == EdgeKind::Failure { "-.->" } else { "-->" };
    let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", escaped(&edge.label)) };
    let _ = writeln!(out, "  n{} {arrow}{label} n{}", edge.from, edge.to);
}

/// A text in quotes. Whatever Mermaid or HTML could take for a sign of theirs becomes a number.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        match sign {
            '"' | '<' | '>' | '&' | '#' | ';' | '`' | '{' | '}' | '|' | '[' | ']' | '\\' => {
                let _ = write!(out, "#{};", u32::from(sign));
            }
            sign if sign.is_control() => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}

/// Signs that Mermaid could take for its own, and what is read in their place.
const SPOKEN: [(&str, &str); 16] = [
    ("{{ ", ""),
    (" }}", ""),
    ("=>", "→"),
    ("<=", "≤"),
    (">=", "≥"),
    ("!=", "≠"),
    ("<", "less than"),
    (">", "more than"),
    (".; ", ", or "),
    ("; ", ", or "),
    (";", ","),
    ("&", "and"),
    ("\"\"", "an empty text"),
    ("\"", ""),
    ("{", ""),
    ("}", ""),
];

/// A text behind `accTitle:`, which ends with its line and knows no escapes. A reader of screens says it, so nothing is only left out.
fn plain(text: &str) -> String {
    let text: String = text.chars().map(|sign| if sign.is_control() || sign == '#' { ' ' } else { sign }).collect();
    let spoken = SPOKEN.iter().fold(text, |text, (sign, spoken)| text.replace(sign, spoken));
    spoken.split_whitespace().collect::<Vec<_>>().join(" ")
}
