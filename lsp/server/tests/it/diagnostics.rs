//! What the client is told is wrong, and what it learns when it asks.

use serde_json::{Value as Json, json};

use crate::support::{Client, able, uri};

pub const TYPES: &str = "type Lease {\n  unit: text\n}\n";
pub const MAIN: &str = "import { Lease } from \"./types.ntro\"\n\nfn unit(lease: Lease) -> text = lease.unit\n";
/// The same with a field that there is not.
pub const WRONG: &str = "import { Lease } from \"./types.ntro\"\n\nfn unit(lease: Lease) -> text = lease.unite\n";

fn project() -> [(&'static str, &'static str); 3] {
    [("ntro.yaml", ""), ("types.ntro", TYPES), ("main.ntro", MAIN)]
}

#[test]
fn every_change_is_answered_with_its_version() {
    let mut client = Client::new(&project());
    client.open("main.ntro", MAIN);
    assert_eq!(client.told("main.ntro", Some(1)), [] as [Json; 0]);
    client.change("main.ntro", 2, WRONG);
    let told = client.told("main.ntro", Some(2));
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["range"]["start"]["line"], 2);
    assert_eq!((&told[0]["severity"], &told[0]["source"]), (&json!(1), &json!("ntro")));
    assert!(told[0]["code"].as_str().unwrap().starts_with('N'), "{told:?}");
    assert!(told[0]["data"]["fixable"].is_boolean());
    // An edit of one letter mends it.
    client.edit("main.ntro", 3, json!([{ "range": { "start": { "line": 2, "character": 42 }, "end": { "line": 2, "character": 43 } }, "text": "" }]));
    assert_eq!(client.told("main.ntro", Some(3)), [] as [Json; 0]);
    client.leave();
}

#[test]
fn a_change_is_told_about_in_all_files_that_it_breaks() {
    let mut client = Client::new(&project());
    client.open("types.ntro", TYPES);
    client.told("types.ntro", Some(1));
    client.change("types.ntro", 2, &TYPES.replace("unit", "flat"));
    let told = client.told("main.ntro", None);
    assert_eq!(told.len(), 1, "a file that is not open: {told:?}");
    client.change("types.ntro", 3, TYPES);
    assert_eq!(client.told("main.ntro", None), [] as [Json; 0]);
    client.leave();
}

#[test]
fn a_place_in_the_language_itself_can_be_opened() {
    let mut client = Client::new(&[("ntro.yaml", "")]);
    let text = "capability read.all(of: file) -> Extraction<text>\n\nrunbook a \"A\" {\n  input { of: file }\n  output: list<text>\n  step all \"All\" { run read.all(of) }\n  return all.sources\n}\n";
    client.open("a.ntro", text);
    let told = client.told("a.ntro", Some(1));
    let place = told[0]["relatedInformation"][0]["location"].clone();
    assert_eq!(place["uri"], uri("/language/types.ntro"), "{told:?}");
    // The file is one that the editor can open, and the name stands where the link leads.
    let text = client.disk.files.lock().unwrap()[std::path::Path::new("/language/types.ntro")].clone();
    let line = text.lines().nth(place["range"]["start"]["line"].as_u64().unwrap() as usize).unwrap();
    assert!(line.starts_with("type Extraction<"), "{line}");
    client.open("/language/types.ntro", &text);
    let hover =
        client.request("textDocument/hover", crate::support::at("/language/types.ntro", &place["range"]["start"]));
    assert!(hover["contents"]["value"].as_str().unwrap().contains("Extraction"), "{hover}");
    client.leave();
}

#[test]
fn what_is_not_saved_is_forgotten_when_it_is_closed() {
    let mut client = Client::new(&project());
    client.open("main.ntro", MAIN);
    client.open("types.ntro", TYPES);
    client.told("types.ntro", Some(1));
    client.change("types.ntro", 2, "// nothing is left\n");
    while client.told("main.ntro", None).is_empty() {}
    client.close("types.ntro");
    while !client.told("main.ntro", None).is_empty() {}
    client.leave();
}

#[test]
fn a_document_alone_is_looked_at_alone_and_forgotten() {
    let mut client = Client::new(&project());
    client.open("untitled:Untitled-1", "fn broken() -> text = nothing_here\n");
    assert_eq!(client.told("untitled:Untitled-1", Some(1)).len(), 1);
    client.open("/elsewhere/a.ntro", "import { B } from \"./b.ntro\"\n");
    assert!(!client.told("/elsewhere/a.ntro", Some(1)).is_empty());
    client.close("untitled:Untitled-1");
    assert_eq!(client.told("untitled:Untitled-1", None), [] as [Json; 0]);
    client.close("/elsewhere/a.ntro");
    assert_eq!(client.told("/elsewhere/a.ntro", None), [] as [Json; 0]);
    client.leave();
}

#[test]
fn one_file_under_two_spellings_of_its_address_is_one_file() {
    let mut client = Client::new(&[("ntro.yaml", ""), ("wrong one.ntro", WRONG), ("types.ntro", TYPES)]);
    let ours = "file:///p/wrong%20one.ntro";
    assert_eq!(client.told(ours, None).len(), 1);
    let theirs = "file:///p/./wrong%20%6Fne.ntro";
    client.open(theirs, WRONG);
    assert_eq!(client.told(ours, None), [] as [Json; 0], "taken back where the client does not look");
    assert_eq!(client.told(theirs, Some(1)).len(), 1);
    client.leave();
}

#[test]
fn of_very_many_mistakes_a_hundred_are_shown_and_the_others_counted() {
    let mut client = Client::new(&project());
    let lines = |count: usize| "fn broken() -> text = nothing_here\n".repeat(count);
    client.open("many.ntro", &lines(300));
    let told = client.told("many.ntro", Some(1));
    assert_eq!(told.len(), 101);
    let (last, line) = (told[100]["message"].as_str().unwrap(), &told[100]["range"]["start"]["line"]);
    let count: usize = last.split(' ').next().unwrap().parse().unwrap();
    assert!(count >= 200 && last.ends_with("Mend what is shown first."), "{last}");
    assert!(told[..100].iter().all(|shown| shown["range"]["start"]["line"].as_u64() <= line.as_u64()));
    assert_eq!(told[100]["severity"], 3);
    client.leave();
}

#[test]
fn a_document_that_is_too_large_is_said_to_be_so() {
    let mut client = Client::new(&project());
    let mut large = "// much\n".repeat(500_001);
    client.open("large.ntro", &large);
    let told = client.told("large.ntro", Some(1));
    assert!(told[0]["message"].as_str().unwrap().contains("at most 4000000 bytes"), "{told:?}");
    let document = json!({ "textDocument": { "uri": uri("large.ntro") } });
    assert_eq!(client.request("textDocument/documentSymbol", document.clone()), Json::Null);
    let report = client.request("textDocument/diagnostic", document);
    assert_eq!(report["items"].as_array().unwrap().len(), 1);
    large.truncate(16);
    client.change("large.ntro", 2, &large);
    assert!(client.codes("large.ntro", Some(2)).iter().all(|code| code == "N0441"), "it is like any other again");
    client.leave();
}

#[test]
fn what_else_is_said_of_a_mistake() {
    let text = "fn twice() -> int = 1\n\nfn twice() -> int = 2\n";
    let mut client = Client::with(&[], able(), json!({ "explain": "x-editor://explain/{code}" }));
    client.open("a.ntro", text);
    let told = client.told("a.ntro", Some(1));
    let twice = told.iter().find(|it| it["code"] == "N0202").expect("declared twice");
    assert_eq!(twice["codeDescription"]["href"], "x-editor://explain/N0202");
    let related = &twice["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], uri("a.ntro"));
    assert_eq!(related["location"]["range"]["start"], json!({ "line": 0, "character": 3 }));
    client.leave();

    // A client that knows none of it is told none of it.
    let mut client = Client::with(&[], json!({}), json!({ "explain": "x-editor://explain/{code}" }));
    client.open("a.ntro", text);
    let told = client.told("a.ntro", Some(1));
    for field in ["codeDescription", "relatedInformation", "tags", "data"] {
        assert!(told.iter().all(|it| it.get(field).is_none()), "{field}: {told:?}");
    }
    client.leave();
}

#[test]
fn what_is_not_needed_is_faded() {
    let mut client = Client::new(&project());
    client.open("main.ntro", "import { Lease } from \"./types.ntro\"\n\nfn one() -> int = 1\n");
    let told = client.told("main.ntro", Some(1));
    let unused = told.iter().find(|it| it["code"] == "N0213").expect("an import that is never used");
    assert_eq!(unused["tags"], json!([1]));
    client.leave();
}

#[test]
fn a_client_that_asks_is_not_told() {
    let mut client = Client::with(&project(), able(), json!({ "diagnostics": "pull" }));
    assert_eq!(client.capabilities["diagnosticProvider"]["workspaceDiagnostics"], true);
    client.open("main.ntro", WRONG);
    let params = |previous: &Json| json!({ "textDocument": { "uri": uri("main.ntro") }, "previousResultId": previous });
    let first = client.request("textDocument/diagnostic", params(&Json::Null));
    assert_eq!((&first["kind"], first["items"].as_array().unwrap().len()), (&json!("full"), 1));
    let again = client.request("textDocument/diagnostic", params(&first["resultId"]));
    assert_eq!((&again["kind"], &again["resultId"]), (&json!("unchanged"), &first["resultId"]));
    client.change("main.ntro", 2, MAIN);
    let mended = client.request("textDocument/diagnostic", params(&first["resultId"]));
    assert_eq!((&mended["kind"], &mended["items"]), (&json!("full"), &json!([])));
    client.wait_asked("workspace/diagnostic/refresh");
    client.leave();
}

#[test]
fn the_whole_workspace_is_asked_about_and_only_news_are_sent() {
    let mut client = Client::with(&project(), able(), json!({ "diagnostics": "pull" }));
    let ask = |client: &mut Client, previous: Json| {
        let report = client.request("workspace/diagnostic", json!({ "previousResultIds": previous }));
        report["items"].as_array().unwrap().clone()
    };
    let first = ask(&mut client, json!([]));
    assert_eq!(first.iter().map(|it| &it["uri"]).collect::<Vec<_>>(), ["file:///p/main.ntro", "file:///p/types.ntro"]);
    let known: Vec<Json> = first.iter().map(|it| json!({ "uri": it["uri"], "value": it["resultId"] })).collect();
    client.open("types.ntro", &TYPES.replace("unit", "flat"));
    let second = ask(&mut client, json!(known));
    let kinds: Vec<_> = second.iter().map(|it| (it["uri"].as_str().unwrap(), it["kind"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("file:///p/main.ntro", "full"), ("file:///p/types.ntro", "unchanged")]);
    assert_eq!((&second[0]["version"], &second[1]["version"]), (&Json::Null, &json!(1)));
    // A file that is gone has nothing wrong with it any more.
    let known = json!([{ "uri": "file:///p/gone.ntro", "value": "something" }]);
    let third = ask(&mut client, known);
    assert!(third.iter().any(|it| it["uri"] == "file:///p/gone.ntro" && it["items"] == json!([])));
    client.leave();
}

#[test]
fn what_the_settings_say_is_held_against_the_runbooks() {
    let runbook = "runbook demo \"D\" {\n  config { most: int = 1 }\n  output: int\n  step s \"S\" { return config.most }\n  return s\n}\n";
    let mut client = Client::new(&[("ntro.yaml", "demo most 3\ndemo mots 3\ndemo most many\n"), ("a.ntro", runbook)]);
    client.open("a.ntro", runbook);
    let told = client.told("ntro.yaml", None);
    let codes: Vec<_> = told.iter().map(|one| (one["code"].clone(), one["range"]["start"].clone())).collect();
    let at = |line: u32, character: u32| json!({ "line": line, "character": character });
    assert_eq!(codes, [(json!("N0612"), at(1, 5)), (json!("N0613"), at(2, 10))], "{told:?}");
    // They are looked at again when they are saved, and when the runbook changes.
    client.disk.write("/p/ntro.yaml", "demo most 3\n! what\n");
    let changed = json!({ "changes": [{ "uri": uri("ntro.yaml"), "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    let told = client.told("ntro.yaml", None);
    assert_eq!(
        (&told[0]["message"], &told[0]["range"]["start"]),
        (&json!("It cannot be read."), &at(1, 0)),
        "{told:?}"
    );
    client.disk.write("/p/ntro.yaml", "demo most 3\n");
    client.notify("workspace/didChangeWatchedFiles", changed);
    assert_eq!(client.told("ntro.yaml", None), [] as [Json; 0]);
    client.change("a.ntro", 2, &runbook.replace("most", "least"));
    assert_eq!(client.told("ntro.yaml", None)[0]["code"], "N0612");
    client.leave();
}

#[test]
fn settings_are_looked_at_while_they_are_written() {
    let runbook = "runbook demo \"D\" {\n  config { most: int = 1 }\n  output: int\n  step s \"S\" { return config.most }\n  return s\n}\n";
    let able = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } });
    let mut client = Client::with(&[("ntro.yaml", "demo most 3\n"), ("a.ntro", runbook)], able, Json::Null);
    client.open("a.ntro", runbook);
    assert_eq!(client.told("a.ntro", Some(1)), [] as [Json; 0]);
    client.open("ntro.yaml", "demo mots 3\n");
    assert_eq!(client.told("ntro.yaml", Some(1))[0]["code"], "N0612");
    // What lies on the disk is not what is asked about.
    client.disk.write("/p/ntro.yaml", "! what\n");
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri("ntro.yaml"), "type": 2 }] }));
    assert_eq!(client.told("ntro.yaml", Some(1))[0]["code"], "N0612");
    client.change("ntro.yaml", 2, "\ndemo most 3\n");
    assert_eq!(client.told("ntro.yaml", Some(2)), [] as [Json; 0]);
    // A name is changed where it stands now.
    let renamed = client.request("textDocument/rename", json!({ "textDocument": { "uri": uri("a.ntro") }, "position": { "line": 0, "character": 9 }, "newName": "other" }));
    let edits = renamed["documentChanges"].as_array().unwrap();
    let of = edits.iter().find(|it| it["textDocument"]["uri"] == uri("ntro.yaml").as_str()).unwrap();
    assert_eq!(
        (&of["textDocument"]["version"], &of["edits"][0]["range"]["start"]["line"]),
        (&json!(2), &json!(1)),
        "{of}"
    );
    // Closed, they say what the disk says.
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri("ntro.yaml") } }));
    assert_eq!(client.told("ntro.yaml", None)[0]["message"], "It cannot be read.");
    client.leave();
}

#[test]
fn settings_that_nobody_has_saved_are_no_runbook() {
    let mut client = Client::new(&[("ntro.yaml", ""), ("a.ntro", "")]);
    client.open("below/ntro.yaml", "demo mots 3\n");
    client.open("a.ntro", "let\n");
    assert!(!client.told("a.ntro", Some(1)).is_empty());
    client.change("below/ntro.yaml", 2, "what\n");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri("below/ntro.yaml") } }));
    client.change("a.ntro", 2, "");
    client.told("a.ntro", Some(2));
    client.leave();
}
