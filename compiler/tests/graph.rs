//! The flow of runbooks as graphs: what the nodes and ways are, that pictures are sound, and that damaged text does no harm.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may stop at once, and read examples from files"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ntro_compiler::graph::{EdgeKind, Graph, MOST_EDGES, MOST_NODES, NodeKind, graphs};

/// The graph as lines: nodes with what is known of them, each followed by the ways that leave it.
fn outline(text: &str) -> String {
    let mut out = String::new();
    for graph in graphs(text) {
        sound(&graph, text);
        writeln!(out, "{} \"{}\"", graph.runbook, graph.title).unwrap();
        for (index, node) in graph.nodes.iter().enumerate() {
            let parent = node.parent.map(|parent| format!(" in {}", graph.nodes[parent].id)).unwrap_or_default();
            let notes = if node.notes.is_empty() { String::new() } else { format!(" [{}]", node.notes.join("; ")) };
            writeln!(out, "  {} {} \"{}\"{parent}{notes}", node.kind.word(), node.id, node.title).unwrap();
            for edge in graph.edges.iter().filter(|edge| edge.from == index) {
                let label = if edge.label.is_empty() { String::new() } else { format!(" when \"{}\"", edge.label) };
                writeln!(out, "    {} -> {}{label}", edge.kind.word(), graph.nodes[edge.to].id).unwrap();
            }
        }
    }
    out
}

/// What holds for every graph.
fn sound(graph: &Graph, text: &str) {
    let ids: BTreeSet<&str> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids.len(), graph.nodes.len(), "ids are unique: {:?}", graph.nodes);
    assert!(graph.nodes.len() <= MOST_NODES && graph.edges.len() <= MOST_EDGES);
    assert_eq!(graph.nodes.first().map(|node| node.kind), Some(NodeKind::Start));
    assert_eq!(graph.nodes.last().map(|node| node.kind), Some(NodeKind::End));
    for node in &graph.nodes {
        assert!(text.get(node.span.start as usize..node.span.end as usize).is_some(), "{node:?}");
    }
    for edge in &graph.edges {
        assert!(edge.from < graph.nodes.len() && edge.to < graph.nodes.len());
        assert_eq!(edge.to <= edge.from, edge.kind == EdgeKind::Back, "{edge:?}");
    }
    for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.kind == NodeKind::Failed) {
        assert_eq!(graph.edges.iter().filter(|edge| edge.to == index).count(), 1, "{node:?}");
        assert!(graph.edges.iter().all(|edge| edge.from != index), "{node:?}");
    }
    picture(graph);
}

/// The picture is well-formed, and no two boxes lie on one another.
fn picture(graph: &Graph) {
    let svg = graph.svg();
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (inside, text) = tag.split_once('>').expect("every tag is closed");
        assert!(!text.contains('>') || open.last() == Some(&"style"), "a stray > in {text}");
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !inside.ends_with('/') {
            open.push(inside.split([' ', '\n']).next().unwrap());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for foreign in ["<script", "href", "http://", "url(", "onload=\"", "@import"] {
        let found = svg.replace("http://www.w3.org/2000/svg", "").contains(foreign);
        assert!(!found, "{foreign} in a picture");
    }
    let boxes: Vec<[i32; 4]> = svg.lines().filter_map(boxed).collect();
    for (index, one) in boxes.iter().enumerate() {
        assert!(one[0] >= 0 && one[1] >= 0, "{one:?} sticks out");
        for other in &boxes[index + 1..] {
            let apart = one[2] <= other[0] || other[2] <= one[0] || one[3] <= other[1] || other[3] <= one[1];
            assert!(apart, "{one:?} and {other:?} overlap in the picture of {}", graph.runbook);
        }
    }
}

/// Left, top, right and bottom of the outline on a line of a picture.
fn boxed(line: &str) -> Option<[i32; 4]> {
    if let Some(points) = line.split("class=\"box\" points=\"").nth(1) {
        let points = points.split('"').next()?.split(' ');
        let points: Vec<(i32, i32)> = points
            .map(|point| point.split_once(',').unwrap())
            .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
            .collect();
        let (xs, ys) = (points.iter().map(|p| p.0), points.iter().map(|p| p.1));
        return Some([xs.clone().min()?, ys.clone().min()?, xs.max()?, ys.max()?]);
    }
    let rect = line.split("<rect class=\"box\" ").nth(1)?;
    let number = |name: &str| rect.split(&format!("{name}=\"")).nth(1)?.split('"').next()?.parse::<i32>().ok();
    let (x, y) = (number("x")?, number(" y")?);
    Some([x, y, x + number("width")?, y + number("height")?])
}

fn examples() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut found = Vec::new();
    for project in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(&project).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|ext| ext == "ntro") {
                found.push((file.display().to_string(), fs::read_to_string(&file).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() >= 3);
    found
}

const ALL: &str = r#"
runbook all "All {{ x }} forms" {
  input { x: text }
  on data_submitted (e) { n += 1 }
  step checked "Check" {
    require x != "" else fail "Nothing given."
    if x == "stop" { fail "Stopped." }
    run files.parse(x)
    undo { run a.b() }
  }
  parallel {
    await one "First" { on document_submitted within 1h else skip "late" }
    child many "Many" { for y in ys key y at most 3 at once run other(y) on failure collect }
  }
  if x == "a" {
    step inner "Inner" { run a.b() }
  } else {
    sleep 3d
    return 1
  }
  step collect "Collect" when x != "q" within 2d else fail "Too slow." {
    repeat until done at most 5 times else fail "Five times." {
      await upload { on document_submitted until done within 1d else fail "None came." }
      match upload {
        document_submitted (d) { if d.bad { rework from upload at most 2 times else fail "Bad." } }
        until { return 1 }
      }
    }
  }
  try {
    child risky { run other(x) on failure skip }
    agent helper "Help" { use: bot, send { text: "a" }, expect text, within 1h else { fail "The agent is slow." } }
  } on failure (e) {
    for y in ys { step repaired { run a.b() } }
  }
  for y in ys at most 2 at once { step each_one { run a.b() } }
  approve review "Review" {
    by: [accountant, manager]
    not_by: one.by
    quorum: 2
    show text { title: "T", value: x }
    checks { sums "Sums" run q.sums(x) }
    actions { approve "Yes", reject "No", hold "Wait" }
    remind every 1d
    on hold { sleep 1d }
    within 5 working days else escalate to director within 2d else reject
    on reject rework from review at most 2 times else fail "Rejected: {{ review.comment }}"
  }
  return 2
}
"#;

#[test]
fn every_form_has_its_place() {
    insta::assert_snapshot!("all_forms", outline(ALL));
    insta::assert_snapshot!("all_forms_mermaid", graphs(ALL)[0].mermaid());
}

#[test]
fn a_node_without_a_title_has_a_word_all_the_same() {
    let mermaid = graphs("runbook a \"A\" {\n  step one \"\" { sleep 1d }\n}\n")[0].mermaid();
    assert!(!mermaid.contains("[\"\"]"), "{mermaid}");
    assert!(mermaid.contains("[\"step\"]"), "{mermaid}");
}

#[test]
fn the_examples_have_graphs() {
    for (name, text) in examples().iter().filter(|(_, text)| text.contains("\nrunbook ")) {
        let found = outline(text);
        assert!(found.contains("start @start"), "{name} has no graph");
    }
    let (_, nav) = examples().into_iter().find(|(name, _)| name.ends_with("nav-monthly.ntro")).unwrap();
    insta::assert_snapshot!("nav_monthly", outline(&nav));
}

#[test]
fn json_has_ids_and_places() {
    let text = "runbook a \"A\" {\n  step é \"É\" { }\n  step one { run b.c() }\n}\n";
    let json = graphs(text)[0].json(text);
    assert_eq!(json["runbook"], "a");
    let one = json["nodes"].as_array().unwrap().iter().find(|node| node["id"] == "one").unwrap();
    assert_eq!(one["kind"], "step");
    assert_eq!(
        one["range"]["start"],
        serde_json::json!({ "line": 3, "column": 3, "offset": text.find("step one").unwrap() })
    );
    assert_eq!(one["range"]["end"]["line"], 3);
    assert_eq!(one["notes"], serde_json::json!(["calls b.c"]));
    assert_eq!(json["nodes"][0]["range"], serde_json::Value::Null);
    assert!(json["edges"].as_array().unwrap().iter().any(|edge| edge["from"] == "one" && edge["to"] == "@end"));
}

#[test]
fn what_is_written_by_people_is_escaped() {
    let text = "runbook a \"<b onload='x'>& \\\"\" {\n  step one \"</title><script>1</script>\" { run b.c() }\n}\n";
    let graph = &graphs(text)[0];
    picture(graph);
    assert!(graph.svg().contains("&lt;/title&gt;&lt;script&gt;"));
    let mermaid = graph.mermaid();
    assert!(mermaid.contains("#60;/title#62;"), "{mermaid}");
    assert!(!mermaid.contains("<script"), "{mermaid}");
}

/// A text that is being typed has a graph at every moment, and the same one each time.
#[test]
fn damaged_text_has_a_sound_graph() {
    let mut texts: Vec<String> =
        examples().into_iter().map(|(_, text)| text).filter(|text| text.contains("\nrunbook ")).collect();
    texts.push(ALL.to_owned());
    for text in texts {
        let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for at in boundaries.iter().step_by(boundaries.len() / 20 + 1) {
            let (before, after) = text.split_at(*at);
            for damaged in [before.to_owned(), format!("{before}}}{after}"), format!("{before} step {after}")] {
                for (graph, again) in graphs(&damaged).iter().zip(graphs(&damaged)) {
                    sound(graph, &damaged);
                    assert_eq!(graph, &again);
                }
            }
        }
    }
}

#[test]
fn a_large_runbook_is_bounded() {
    let mut text = "runbook large \"Large\" {\n".to_owned();
    for step in 0..3_000 {
        writeln!(text, "  step s{step} when x {{ require x else fail \"m\" }}").unwrap();
    }
    text.push_str("}\n");
    let graph = &graphs(&text)[0];
    assert!(graph.truncated);
    assert_eq!(graph.nodes.len(), MOST_NODES);
    sound(graph, &text);
    assert!(graph.svg().contains("700 more are not drawn"));
    assert!(graph.svg().len() < 1_000_000 && graph.mermaid().len() < 1_000_000);
}

#[test]
fn a_deeply_nested_runbook_is_drawn() {
    let depth = 60;
    let text = format!("runbook deep {{ {} step x {{ run a.b() }} {} }}", "if c { ".repeat(depth), "} ".repeat(depth));
    sound(&graphs(&text)[0], &text);
}
