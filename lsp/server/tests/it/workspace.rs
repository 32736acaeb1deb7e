//! Folders, projects, files that come and go, settings.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::diagnostics::{MAIN, TYPES, WRONG};
use crate::support::{Client, able, uri};

fn event(path: &str, kind: u32) -> Json {
    json!({ "changes": [{ "uri": uri(path), "type": kind }] })
}

const CREATED: u32 = 1;
const CHANGED: u32 = 2;
const DELETED: u32 = 3;

#[test]
fn files_that_are_not_open_follow_the_disk() {
    let mut client = Client::new(&[("ntro.yaml", ""), ("main.ntro", MAIN)]);
    let registered = client.wait_asked("client/registerCapability");
    let watchers = &registered["registrations"][0]["registerOptions"]["watchers"];
    assert!(watchers.as_array().unwrap().iter().any(|it| it["globPattern"] == "**/*.ntro"), "{watchers}");
    assert!(!client.told("main.ntro", None).is_empty(), "it imports a file that is not there");
    client.disk.write("/p/types.ntro", TYPES);
    client.notify("workspace/didChangeWatchedFiles", event("types.ntro", CREATED));
    while !client.told("main.ntro", None).is_empty() {}
    client.disk.write("/p/types.ntro", &TYPES.replace("unit", "flat"));
    client.notify("workspace/didChangeWatchedFiles", event("types.ntro", CHANGED));
    while client.told("main.ntro", None).is_empty() {}
    client.disk.write("/p/types.ntro", TYPES);
    client.notify("workspace/didChangeWatchedFiles", event("types.ntro", CHANGED));
    while !client.told("main.ntro", None).is_empty() {}
    client.disk.remove("/p/types.ntro");
    client.notify("workspace/didChangeWatchedFiles", event("types.ntro", DELETED));
    while client.told("main.ntro", None).is_empty() {}
    client.leave();
}

#[test]
fn a_client_that_must_be_asked_is_asked_for_files_and_settings() {
    let registered = |able: Json| {
        let mut client = Client::with(&[], able, Json::Null);
        client.open("a.ntro", "");
        client.told("a.ntro", Some(1));
        let asked: Vec<Json> = client
            .asked
            .iter()
            .filter(|(method, _)| method == "client/registerCapability")
            .flat_map(|(_, params)| params["registrations"].as_array().unwrap())
            .map(|it| it["method"].clone())
            .collect();
        client.leave();
        asked
    };
    let (files, settings) = ("workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration");
    let dynamic = json!({ "dynamicRegistration": true });
    assert_eq!(registered(json!({ "workspace": { "didChangeConfiguration": dynamic } })), [settings]);
    let both = json!({ "workspace": { "didChangeConfiguration": dynamic, "didChangeWatchedFiles": dynamic } });
    assert_eq!(registered(both), [files, settings]);
    let documents = ["didOpen", "didChange", "didClose"].map(|what| format!("textDocument/{what}"));
    assert_eq!(registered(json!({ "textDocument": { "synchronization": dynamic } })), documents);
    assert_eq!(registered(json!({})), [] as [Json; 0]);
}

#[test]
fn what_is_open_does_not_follow_the_disk() {
    let mut client = Client::new(&[("ntro.yaml", ""), ("main.ntro", MAIN), ("types.ntro", TYPES)]);
    client.open("main.ntro", WRONG);
    assert_eq!(client.told("main.ntro", Some(1)).len(), 1);
    client.notify("workspace/didChangeWatchedFiles", event("main.ntro", CHANGED));
    client.change("main.ntro", 2, &format!("{WRONG}\n"));
    assert_eq!(client.told("main.ntro", Some(2)).len(), 1);
    client.leave();
}

#[test]
fn a_folder_with_settings_is_a_project_of_its_own() {
    let runbook = "runbook close \"Close\" {\n  step one \"One\" {\n  }\n}\n";
    let files = [("close.ntro", runbook), ("inner/ntro.yaml", ""), ("inner/close.ntro", runbook)];
    let mut client = Client::new(&files);
    let names = |client: &mut Client| -> BTreeSet<String> {
        let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
        report["items"].as_array().unwrap().iter().map(|it| it["uri"].as_str().unwrap().to_owned()).collect()
    };
    let all: BTreeSet<String> = ["close.ntro", "inner/close.ntro"].map(uri).into();
    assert_eq!(names(&mut client), all);
    // One name in two projects is no mistake; in one it is.
    client.open("inner/close.ntro", runbook);
    assert!(!client.codes("inner/close.ntro", Some(1)).contains("N0202"));
    client.disk.remove("/p/inner/ntro.yaml");
    client.notify("workspace/didChangeWatchedFiles", event("inner/ntro.yaml", DELETED));
    while !client.codes("inner/close.ntro", None).contains("N0202") {}
    assert_eq!(names(&mut client), all);
    client.leave();
}

#[test]
fn folders_come_and_go() {
    let mut client = Client::new(&[("types.ntro", TYPES), ("main.ntro", WRONG)]);
    assert_eq!(client.told("main.ntro", None).len(), 1);
    client.disk.write("/q/other.ntro", WRONG);
    let change = |added: Json, removed: Json| json!({ "event": { "added": added, "removed": removed } });
    let folder = |path: &str| json!([{ "uri": format!("file://{path}"), "name": "x" }]);
    client.notify("workspace/didChangeWorkspaceFolders", change(folder("/q"), json!([])));
    assert!(!client.told("/q/other.ntro", None).is_empty());
    client.notify("workspace/didChangeWorkspaceFolders", change(json!([]), folder("/q")));
    assert_eq!(client.told("/q/other.ntro", None), [] as [Json; 0]);
    client.leave();
}

#[test]
fn what_cannot_be_read_is_said() {
    let mut client = Client::new(&[("ntro.yaml", ""), ("binary.ntro", "\u{0}"), ("types.ntro", TYPES)]);
    let shown = client.wait("window/showMessage", |_| true);
    assert_eq!(shown, json!({ "type": 2, "message": "binary.ntro is no text" }));
    client.leave();
}

#[test]
fn reading_is_shown_while_it_goes_on() {
    let mut client = Client::new(&[("ntro.yaml", ""), ("types.ntro", TYPES)]);
    let token = client.wait_asked("window/workDoneProgress/create")["token"].clone();
    let begin = client.wait("$/progress", |it| it["token"] == token);
    assert_eq!(begin["value"]["kind"], "begin");
    let end = client.wait("$/progress", |it| it["token"] == token);
    assert_eq!(end["value"], json!({ "kind": "end" }));
    client.leave();
}

#[test]
fn settings_are_asked_for_and_take_effect() {
    let text = "runbook a \"A\" {\n  step one \"One\" {\n  }\n}\n";
    let mut client = Client::with(&[("a.ntro", text)], json!({}), json!({ "commands": ["ntro.run"] }));
    let document = json!({ "textDocument": { "uri": uri("a.ntro") } });
    client.open("a.ntro", text);
    assert_ne!(client.request("textDocument/codeLens", document.clone()), json!([]));
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "ntro": { "codeLens": { "enable": false } } } }),
    );
    assert_eq!(client.request("textDocument/codeLens", document), json!([]));
    client.leave();

    let mut client = Client::with(&[], able(), Json::Null);
    assert_eq!(client.wait_asked("workspace/configuration"), json!({ "items": [{ "section": "ntro" }] }));
    client.leave();
}

#[test]
fn files_of_the_language_can_be_opened_and_nothing_is_said_against_them() {
    let mut client = Client::new(&[("ntro.yaml", "")]);
    let text = "/// A type of the language itself.\ntype Whatever { broken }\n";
    client.open("/language/types.ntro", text);
    let document = json!({ "textDocument": { "uri": uri("/language/types.ntro") } });
    assert!(client.try_request("textDocument/foldingRange", document.clone()).is_ok());
    client.open("a.ntro", "");
    client.told("a.ntro", Some(1));
    client.close("/language/types.ntro");
    client.leave();
}
