//! A graph as an SVG picture.
//!
//! It stands for itself: no scripts, no fonts, no references. Its colours follow the surroundings (light, dark, print) and keep a contrast of
//! at least 4.5 to 1; what a block is is said by a word and by its outline, never by colour alone. Readers that see nothing are given the
//! whole flow as a description. Each node bears its id and its place in the text (`data-id`, `data-start`, `data-end`), for editors.

use std::fmt::Write as _;

use super::layout::{self, Layout, Point};
use super::{Edge, EdgeKind, Graph, MOST_NODES, Node, NodeKind, words};
use crate::markup::escaped;

/// The most nodes that are drawn; nobody finds their way in a larger picture.
const MOST_DRAWN: usize = 300;
/// How many characters stand on one line of a node, and how many lines.
const TITLE: (usize, usize) = (30, 3);
const NOTE: (usize, usize) = (36, 1);
/// The same for what stands at a way.
const LABEL: (usize, usize) = (24, 2);
/// The height of a line and the width of a character, in pixels.
const LINE: i32 = 17;
const CHARACTER: i32 = 8;
const SMALL_CHARACTER: i32 = 7;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 4_000;

const STYLE: &str = "\
.ntro-graph{--ground:#ffffff;--ink:#1b1f24;--soft:#4a5360;--line:#59636e;--plain:#f6f8fa;--people:#fff4d6;--people-line:#8a5a00;\
--others:#e3effd;--others-line:#0b5394;--fail:#fdecea;--fail-line:#b42318;font-family:system-ui,-apple-system,'Segoe UI',sans-serif}\
@media (prefers-color-scheme:dark){.ntro-graph{--ground:#16191d;--ink:#f0f3f6;--soft:#b6c0cb;--line:#9aa6b2;--plain:#242a31;--people:#3a2e0c;\
--people-line:#e0b040;--others:#10294a;--others-line:#79b8ff;--fail:#451512;--fail-line:#ff9a8f}}\
@media print{.ntro-graph{--ground:#ffffff;--ink:#000000;--soft:#333333;--line:#333333;--plain:#ffffff;--people:#ffffff;--people-line:#000000;\
--others:#ffffff;--others-line:#000000;--fail:#ffffff;--fail-line:#000000}}\
.ntro-graph .ground{fill:var(--ground)}\
.ntro-graph .box{fill:var(--plain);stroke:var(--line);stroke-width:1.5}\
.ntro-graph .people .box{fill:var(--people);stroke:var(--people-line);stroke-width:2}\
.ntro-graph .others .box{fill:var(--others);stroke:var(--others-line)}\
.ntro-graph .failed .box{fill:var(--fail);stroke:var(--fail-line)}\
.ntro-graph .title{fill:var(--ink);font-size:14px;text-anchor:middle}\
.ntro-graph .block .title{font-weight:600}\
.ntro-graph .kind,.ntro-graph .note{fill:var(--soft);font-size:12px;text-anchor:middle}\
.ntro-graph .way{fill:none;stroke:var(--line);stroke-width:1.5}\
.ntro-graph .failure{stroke:var(--fail-line);stroke-dasharray:5 4}\
.ntro-graph .tip{fill:var(--line)}\
.ntro-graph .failure-tip{fill:var(--fail-line)}\
.ntro-graph .label{fill:var(--ink);font-size:12px;text-anchor:middle;paint-order:stroke;stroke:var(--ground);stroke-width:4px;stroke-linejoin:round}";

pub(super) fn svg(graph: &Graph) -> String {
    let part;
    let graph = if graph.nodes.len() > MOST_DRAWN {
        part = first_part(graph);
        &part
    } else {
        graph
    };
    let boxes: Vec<Drawn> = graph.nodes.iter().map(Drawn::new).collect();
    let sizes: Vec<(i32, i32)> = boxes.iter().map(|drawn| (drawn.width, drawn.height)).collect();
    let layout = layout::layout(graph, &sizes);
    let id = identifier(&graph.runbook);
    let (width, height) = (layout.width, layout.height);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ntro-graph\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"{id}-title {id}-desc\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>\
         <style>{STYLE}</style>\n<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n",
        escaped(&format!("Flow of {}", graph.title)),
        escaped(&described(graph)),
    );
    for (edge, points) in graph.edges.iter().zip(&layout.edges) {
        way(edge, points, &mut out);
    }
    for ((node, drawn), at) in graph.nodes.iter().zip(&boxes).zip(&layout.nodes) {
        drawn.draw(node, *at, &mut out);
    }
    // Labels come last, so that no line runs through them.
    labels(graph, &layout, &mut out);
    out.push_str("</svg>\n");
    out
}

/// The flow in words, for those who do not see the picture.
pub(super) fn described(graph: &Graph) -> String {
    let blocks = graph.nodes.iter().filter(|node| node.kind.is_block()).count();
    let word = if blocks == 1 { "block" } else { "blocks" };
    let mut out = format!("{blocks} {word}.");
    for (index, node) in graph.nodes.iter().enumerate() {
        let ways: Vec<String> = graph
            .edges
            .iter()
            .filter(|edge| edge.from == index)
            .filter_map(|edge| {
                let to = graph.nodes.get(edge.to)?;
                let label = if edge.label.is_empty() { String::new() } else { format!("{}: ", edge.label) };
                let fails = if to.kind == NodeKind::Failed { "fails, " } else { "" };
                Some(format!("{label}{fails}{}", to.title))
            })
            .collect();
        if !ways.is_empty() {
            let _ = write!(out, " {} leads to {}.", node.title, ways.join("; "));
        }
        if out.len() > LONGEST_DESCRIPTION {
            break;
        }
    }
    words::cut(&out, LONGEST_DESCRIPTION)
}

/// The first nodes of a graph that is too large to be drawn, and a word about the rest.
fn first_part(graph: &Graph) -> Graph {
    let mut part = graph.clone();
    part.nodes.truncate(MOST_DRAWN.min(MOST_NODES));
    let more = graph.nodes.len() - part.nodes.len();
    let last = part.nodes.len();
    part.edges.retain(|edge| edge.from < last && edge.to < last);
    // A failure whose block is drawn but which is not, or the other way round, has lost its edge with it.
    let reached: Vec<bool> = (0..last).map(|node| part.edges.iter().any(|edge| edge.to == node)).collect();
    for (node, reached) in part.nodes.iter_mut().zip(reached) {
        if node.kind == NodeKind::Failed && !reached {
            node.kind = NodeKind::More;
        }
    }
    part.nodes.push(Node {
        id: "@more".into(),
        title: format!("{more} more are not drawn"),
        kind: NodeKind::More,
        span: ntro_grammar::Span::default(),
        parent: None,
        notes: Vec::new(),
    });
    part.edges.push(Edge { from: last - 1, to: last, label: String::new(), kind: EdgeKind::Next });
    part
}

/// A node with its lines broken and its size.
struct Drawn {
    lines: Vec<String>,
    kind: Option<&'static str>,
    note: Option<String>,
    width: i32,
    height: i32,
}

impl Drawn {
    fn new(node: &Node) -> Drawn {
        let lines = broken(&node.title, TITLE);
        let kind = match node.kind {
            kind if kind.is_block() => Some(kind.word()),
            NodeKind::Failed => Some("fails"),
            NodeKind::Handler => Some("at any time"),
            _ => None,
        };
        let note = node.notes.first().and_then(|note| broken(note, NOTE).into_iter().next());
        let longest = lines.iter().map(|line| columns(line) * CHARACTER).max().unwrap_or(0);
        let small = note.as_ref().map_or(0, |note| columns(note) * SMALL_CHARACTER);
        let slack = if matches!(node.kind, NodeKind::Choice) { 64 } else { 28 };
        let count = i32::try_from(lines.len()).unwrap_or(1) + i32::from(kind.is_some()) + i32::from(note.is_some());
        Drawn {
            width: (longest.max(small) + slack).max(if kind.is_some() { 130 } else { 60 }),
            height: count * LINE + 18,
            lines,
            kind,
            note,
        }
    }

    fn draw(&self, node: &Node, at: Point, out: &mut String) {
        let class = match node.kind {
            NodeKind::Approve | NodeKind::Await => "block people",
            NodeKind::Child | NodeKind::Agent => "block others",
            NodeKind::Step => "block",
            NodeKind::Failed => "failed",
            _ => "part",
        };
        let place = if node.span.end > node.span.start {
            format!(" data-start=\"{}\" data-end=\"{}\"", node.span.start, node.span.end)
        } else {
            String::new()
        };
        let _ = write!(
            out,
            "<g class=\"{class}\" data-id=\"{}\"{place}><title>{}",
            escaped(&node.id),
            escaped(&node.title)
        );
        for note in &node.notes {
            let _ = write!(out, "\n{}", escaped(note));
        }
        out.push_str("</title>");
        self.outline(node.kind, at, out);
        let mut y = at.y - self.height / 2 + 9 + LINE - 4;
        let mut line = |class: &str, text: &str| {
            let _ = write!(out, "<text class=\"{class}\" x=\"{}\" y=\"{y}\">{}</text>", at.x, escaped(text));
            y += LINE;
        };
        if let Some(kind) = self.kind {
            line("kind", kind);
        }
        for text in &self.lines {
            line("title", text);
        }
        if let Some(note) = &self.note {
            line("note", note);
        }
        out.push_str("</g>\n");
    }

    /// What a block is can be told by its outline: people decide in one with cut corners, children have double sides.
    fn outline(&self, kind: NodeKind, at: Point, out: &mut String) {
        let (left, top) = (at.x - self.width / 2, at.y - self.height / 2);
        let (right, bottom) = (left + self.width, top + self.height);
        let _ = match kind {
            NodeKind::Approve | NodeKind::Choice => {
                let cut = if kind == NodeKind::Choice { self.height / 2 } else { 12 };
                write!(
                    out,
                    "<polygon class=\"box\" points=\"{},{top} {},{top} {right},{} {right},{} {},{bottom} {},{bottom} {left},{} {left},{}\"/>",
                    left + cut,
                    right - cut,
                    top + cut,
                    bottom - cut,
                    right - cut,
                    left + cut,
                    bottom - cut,
                    top + cut,
                )
            }
            _ => {
                let round = match kind {
                    NodeKind::Step | NodeKind::Await | NodeKind::Child | NodeKind::Failed | NodeKind::More => 5,
                    NodeKind::Agent => 14,
                    _ => self.height / 2,
                };
                write!(
                    out,
                    "<rect class=\"box\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" rx=\"{round}\"/>",
                    self.width, self.height
                )
            }
        };
        if kind == NodeKind::Child {
            let _ =
                write!(out, "<path class=\"way\" d=\"M{} {top}V{bottom}M{} {top}V{bottom}\"/>", left + 6, right - 6);
        }
    }
}

/// A way with its tip.
fn way(edge: &Edge, points: &[Point], out: &mut String) {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    let failure = if edge.kind == EdgeKind::Failure { " failure" } else { "" };
    let mut path = format!("M{} {}", first.x, first.y);
    let beside = edge.kind == EdgeKind::Back;
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        let _ = if beside || a.x == b.x {
            write!(path, "L{} {}", b.x, b.y)
        } else if failure.is_empty() || first.y < last.y && points.len() > 2 {
            let middle = i32::midpoint(a.y, b.y);
            write!(path, "C{} {middle} {} {middle} {} {}", a.x, b.x, b.x, b.y)
        } else {
            let middle = i32::midpoint(a.x, b.x);
            write!(path, "C{middle} {} {middle} {} {} {}", a.y, b.y, b.x, b.y)
        };
    }
    let _ = write!(out, "<path class=\"way{failure}\" d=\"{path}\"/>");
    // The tip points to the right where the way comes from the side, else down.
    let from_side = points.iter().rev().nth(1).is_some_and(|before| before.y == last.y && beside)
        || (!failure.is_empty() && points.len() == 2 && last.x > first.x && last.y - first.y < last.x - first.x);
    let (x, y) = (last.x, last.y);
    let tip = if from_side {
        format!("{x},{y} {},{} {},{}", x - 8, y - 4, x - 8, y + 4)
    } else {
        format!("{x},{y} {},{} {},{}", x - 4, y - 8, x + 4, y - 8)
    };
    let class = if failure.is_empty() { "tip" } else { "failure-tip" };
    let _ = writeln!(out, "<polygon class=\"{class}\" points=\"{tip}\"/>");
}

/// What stands at the ways. Ways between the same two nodes have one label together, and labels of ways back from one node stand above one another.
fn labels(graph: &Graph, layout: &Layout, out: &mut String) {
    let mut back: Vec<(usize, i32)> = Vec::new();
    for (index, (edge, points)) in graph.edges.iter().zip(&layout.edges).enumerate() {
        let (Some(first), Some(second)) = (points.first(), points.get(1)) else { continue };
        let same = |other: &&Edge| (other.from, other.to) == (edge.from, edge.to) && !other.label.is_empty();
        if edge.label.is_empty() || graph.edges.iter().take(index).any(|other| same(&other)) {
            continue;
        }
        let all: Vec<&str> = graph.edges.iter().filter(same).map(|edge| edge.label.as_str()).collect();
        let lines = broken(&all.join(" / "), LABEL);
        let count = i32::try_from(lines.len()).unwrap_or(1);
        let (x, y) = match edge.kind {
            EdgeKind::Back => {
                let below: i32 = back.iter().filter(|(from, _)| *from == edge.from).map(|(_, count)| *count).sum();
                back.push((edge.from, count));
                (first.x - layout::BACK_LABEL / 2, first.y - 6 - (below + count - 1) * LINE)
            }
            // Beside the failure, where the ways of one block have parted.
            EdgeKind::Failure if points.len() == 2 && second.y < first.y + layout::TO_FAILURE && second.x > first.x => {
                (i32::midpoint(first.x, second.x), second.y + 4 - (count - 1) * LINE / 2)
            }
            _ => (i32::midpoint(first.x, second.x), i32::midpoint(first.y, second.y) + 4 - (count - 1) * LINE / 2),
        };
        for (line, y) in lines.iter().zip((0..).map(|line| y + line * LINE)) {
            let _ = write!(out, "<text class=\"label\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(line));
        }
        out.push('\n');
    }
}

/// How wide a text is, in characters of a Latin script.
fn columns(text: &str) -> i32 {
    text.chars().map(|sign| if u32::from(sign) >= 0x1100 { 2 } else { 1 }).sum()
}

/// A text in lines of so many characters, and at most so many of them.
fn broken(text: &str, (width, most): (usize, usize)) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = words::cut(word, width);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = words::cut(&format!("{last} …"), width);
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// A name that no other picture on the same page bears.
fn identifier(runbook: &str) -> String {
    let safe: String =
        runbook.chars().map(|sign| if sign.is_ascii_alphanumeric() || sign == '-' { sign } else { '_' }).collect();
    format!("ntro-{safe}")
}
