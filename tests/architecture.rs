//! The arrows between crates and the form of files: what must not depend on what, and what must not grow.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop where it stands"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The platform that this is built for: crates of other platforms were never fetched, and nothing here asks for them.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

/// What `cargo metadata` says, dependencies resolved. Everything that this test needs was needed to build it, so no network is used.
fn metadata() -> Json {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", &host()])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

/// Normal and build dependencies of each crate, as names: what ends up in the product. Tests may use more.
struct Graph {
    direct: BTreeMap<String, BTreeSet<String>>,
    members: BTreeSet<String>,
}

impl Graph {
    fn read() -> Graph {
        let metadata = metadata();
        let names: BTreeMap<&str, &str> = metadata["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|package| (package["id"].as_str().unwrap(), package["name"].as_str().unwrap()))
            .collect();
        let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in metadata["resolve"]["nodes"].as_array().unwrap() {
            // A name that occurs in two versions has the dependencies of both: too many are caught, never too few.
            let known = direct.entry(names[node["id"].as_str().unwrap()].to_owned()).or_default();
            for dependency in node["deps"].as_array().unwrap() {
                let kinds = dependency["dep_kinds"].as_array().unwrap();
                if kinds.iter().any(|kind| kind["kind"].as_str() != Some("dev")) {
                    known.insert(names[dependency["pkg"].as_str().unwrap()].to_owned());
                }
            }
        }
        let members = metadata["workspace_members"].as_array().unwrap();
        let members = members.iter().map(|id| names[id.as_str().unwrap()].to_owned()).collect();
        Graph { direct, members }
    }

    /// All that a crate is built from.
    fn reach(&self, name: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![name.to_owned()];
        while let Some(next) = open.pop() {
            for dependency in self.direct.get(&next).into_iter().flatten() {
                if found.insert(dependency.clone()) {
                    open.push(dependency.clone());
                }
            }
        }
        found
    }

    fn own(&self, name: &str) -> BTreeSet<String> {
        self.direct.get(name).into_iter().flatten().filter(|to| self.members.contains(*to)).cloned().collect()
    }
}

#[test]
fn crates_of_this_workspace_depend_only_where_an_arrow_is_drawn() {
    let arrows: BTreeMap<&str, &[&str]> = [
        ("ntro-grammar", &[][..]),
        ("ntro-ir", &[]),
        ("ntro-compiler", &["ntro-grammar", "ntro-ir"]),
        ("ntro-machine", &["ntro-ir"]),
        ("ntro-harness", &["ntro-ir", "ntro-machine"]),
        ("ntro-store", &[]),
        ("ntro-capabilities", &["ntro-ir", "ntro-store"]),
        ("ntro-ide", &["ntro-compiler", "ntro-grammar", "ntro-ir"]),
        ("ntro-lsp", &["ntro-ide"]),
        ("ntro-worker", &["ntro-machine", "ntro-ir", "ntro-capabilities"]),
        ("ntro-console", &["ntro-store", "ntro-worker"]),
    ]
    .into();
    let graph = Graph::read();
    for member in &graph.members {
        let own = graph.own(member);
        // The binary stands on top of all.
        if member == "ntroc" {
            continue;
        }
        let allowed =
            arrows.get(member.as_str()).unwrap_or_else(|| panic!("`{member}` is new: say here what it may depend on"));
        for dependency in own {
            assert!(allowed.contains(&dependency.as_str()), "`{member}` must not depend on `{dependency}`");
        }
    }
    assert!(graph.members.contains("ntroc"));
}

#[test]
fn what_must_stay_away_stays_away() {
    let graph = Graph::read();
    let bans: [(&str, &[&str], &str); 4] = [
        (
            "ntro-grammar",
            &["tokio", "sqlx", "serde_json", "jiff"],
            "the grammar turns text into a tree and does nothing else",
        ),
        (
            "ntro-ir",
            &["tokio", "sqlx", "pest", "codespan-reporting", "minijinja", "rand", "getrandom"],
            "the contract is plain data",
        ),
        (
            "ntro-machine",
            &[
                "tokio",
                "sqlx",
                "pest",
                "codespan-reporting",
                "minijinja",
                "rand",
                "getrandom",
                "ntro-grammar",
                "ntro-compiler",
            ],
            "the machine has no I/O, no async, no clock and no randomness",
        ),
        ("ntro-compiler", &["tokio", "sqlx", "lsp-types", "clap"], "the compiler does no I/O"),
    ];
    for (name, banned, why) in bans {
        let reach = graph.reach(name);
        for ban in banned {
            assert!(!reach.contains(*ban), "`{name}` reaches `{ban}`: {why}");
        }
    }
    let harness = graph.reach("ntro-harness");
    for ban in ["tokio", "sqlx", "ntro-compiler"] {
        assert!(!harness.contains(ban), "`ntro-harness` reaches `{ban}`: it is sans-I/O");
    }
}

#[test]
fn only_the_grammar_names_pest() {
    let graph = Graph::read();
    for member in graph.members.iter().filter(|member| *member != "ntro-grammar") {
        for dependency in &graph.direct[member] {
            assert!(!dependency.starts_with("pest"), "`{member}` depends on `{dependency}` itself");
        }
    }
    for file in rust_files() {
        if !file.starts_with(root().join("grammar")) && !file.starts_with(root().join("tests")) {
            let text = fs::read_to_string(&file).unwrap();
            let found = text.lines().find(|line| !line.trim_start().starts_with("//") && line.contains("pest::"));
            assert!(found.is_none(), "{} names pest: {found:?}", file.display());
        }
    }
}

#[test]
fn only_the_report_module_names_codespan() {
    for file in rust_files() {
        let report = file.ends_with("compiler/src/report.rs") || file.starts_with(root().join("compiler/src/report"));
        if report || file.starts_with(root().join("tests")) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let found =
            text.lines().find(|line| !line.trim_start().starts_with("//") && line.contains("codespan_reporting"));
        assert!(found.is_none(), "{} names codespan: {found:?}", file.display());
    }
}

#[test]
fn pure_crates_have_a_fence() {
    for krate in ["grammar", "ir", "compiler", "runtime/machine", "lsp/ide"] {
        let file = root().join(krate).join("clippy.toml");
        let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{} is missing", file.display()));
        for fence in ["disallowed-methods", "disallowed-types", "reason"] {
            assert!(text.contains(fence), "{} says nothing of {fence}", file.display());
        }
    }
}

#[test]
fn files_stay_small_and_finished() {
    let mut seen = 0;
    for file in rust_files() {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        seen += 1;
        assert!(text.lines().count() <= 850, "{name} has more than 850 lines");
        // The words are put together here so that this file does not contain them.
        for unfinished in
            [concat!("to", "do!("), concat!("unimpl", "emented!("), concat!("FIX", "ME"), concat!("XX", "X")]
        {
            assert!(!text.contains(unfinished), "{name} contains {unfinished}");
        }
    }
    assert!(seen > 20, "the search for files found only {seen}");
}

#[test]
fn each_command_has_its_file() {
    let output = Command::new(env!("CARGO_BIN_EXE_ntroc")).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let commands: BTreeSet<String> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next().map(str::to_owned))
        .collect();
    let files: BTreeSet<String> = fs::read_dir(root().join("src/commands"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "mod")
        .collect();
    assert_eq!(commands, files);
}

/// All Rust files of the workspace.
fn rust_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> =
        ["src", "grammar", "ir", "compiler", "runtime", "lsp", "tests"].iter().map(|dir| root().join(dir)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.file_name().unwrap().to_string_lossy().starts_with("target") {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
