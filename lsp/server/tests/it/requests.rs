//! Each request, asked at a place that is marked in a text, and what of its answer matters to a client. What the words say is tested where they
//! are made.

use serde_json::{Value as Json, json};

use crate::fixture::{MAIN, TYPES};
use crate::support::{Client, able, at, marked, uri};

fn project() -> [(&'static str, &'static str); 3] {
    [("ntro.yaml", ""), ("types.ntro", TYPES), ("main.ntro", MAIN)]
}

/// A client with the project, `main.ntro` open, and the place in it before the first `before`, that many characters further.
fn opened(capabilities: Json, before: &str, further: usize) -> (Client, Json) {
    let place = MAIN.find(before).unwrap_or_else(|| panic!("`{before}` is there")) + further;
    let (text, position) = marked(&format!("{}$0{}", &MAIN[..place], &MAIN[place..]));
    assert_eq!(text, MAIN);
    let commands = json!({ "commands": ["ntro.run", "ntro.test", "ntro.showGraph", "ntro.rename"] });
    let mut client = Client::with(&project(), capabilities, commands);
    client.open("main.ntro", MAIN);
    assert_eq!(client.told("main.ntro", Some(1)), [] as [Json; 0], "the text is right");
    (client, position)
}

fn ask(method: &str, before: &str, further: usize) -> Json {
    let (mut client, position) = opened(able(), before, further);
    let answer = client.request(method, at("main.ntro", &position));
    client.leave();
    answer
}

/// `[line, character, line, character]`
fn range(json: &Json) -> [u64; 4] {
    let number = |path: &str| json.pointer(path).and_then(Json::as_u64).unwrap_or_else(|| panic!("{path} in {json}"));
    [number("/start/line"), number("/start/character"), number("/end/line"), number("/end/character")]
}

fn document() -> Json {
    json!({ "textDocument": { "uri": uri("main.ntro") } })
}

#[test]
fn hover() {
    let hover = ask("textDocument/hover", "double(count)", 2);
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("Doubles."), "{hover}");
    assert_eq!(range(&hover["range"]), [21, 9, 21, 15]);
    let (mut client, position) = opened(json!({}), "double(count)", 2);
    assert_eq!(client.request("textDocument/hover", at("main.ntro", &position))["contents"]["kind"], "plaintext");
    client.leave();
}

#[test]
fn definition_in_another_file_and_columns_behind_wide_characters() {
    let links = ask("textDocument/definition", "Lease>", 1);
    assert_eq!(links[0]["targetUri"], uri("types.ntro"));
    assert_eq!(range(&links[0]["targetSelectionRange"]), [1, 5, 1, 10]);
    assert_eq!(range(&links[0]["originSelectionRange"]), [9, 17, 9, 22]);
    let links = ask("textDocument/definition", "count }}", 0);
    assert_eq!(range(&links[0]["targetSelectionRange"]), [13, 6, 13, 11]);
    assert_eq!(range(&links[0]["originSelectionRange"]), [18, 33, 18, 38]);

    let mut bytes = able();
    bytes["general"]["positionEncodings"] = json!(["utf-8"]);
    bytes["textDocument"]["definition"]["linkSupport"] = json!(false);
    let (mut client, _) = opened(bytes, "role", 0);
    // Counted in bytes, this is behind the signs, and in UTF-16 it would be behind the name.
    let places = client.request("textDocument/definition", at("main.ntro", &json!({ "line": 18, "character": 41 })));
    assert_eq!(range(&places[0]["range"]), [13, 6, 13, 11]);
    client.leave();
}

#[test]
fn definition_in_the_language_itself_can_be_opened() {
    let text = "runbook a \"A\" {\n  input {\n    document: file\n  }\n  step one \"One\" {\n    run files.parse(document)\n  }\n}\n";
    let mut client = Client::new(&[("a.ntro", text)]);
    client.open("a.ntro", text);
    let links = client.request("textDocument/definition", at("a.ntro", &json!({ "line": 5, "character": 15 })));
    let target = links[0]["targetUri"].as_str().unwrap();
    assert!(target.starts_with("file:///language/"), "{target}");
    assert!(client.disk.files.lock().unwrap().contains_key(std::path::Path::new(&target["file://".len()..])));
    client.leave();
}

#[test]
fn type_definition() {
    let links = ask("textDocument/typeDefinition", "leases.count()", 1);
    assert_eq!(links[0]["targetUri"], uri("types.ntro"));
}

#[test]
fn references_highlights_and_linked_places() {
    let (mut client, position) = opened(able(), "count = ", 1);
    let mut params = at("main.ntro", &position);
    params["context"] = json!({ "includeDeclaration": true });
    let places = client.request("textDocument/references", params.clone());
    let lines: Vec<_> = places.as_array().unwrap().iter().map(|it| range(&it["range"])[0]).collect();
    assert_eq!(lines, [13, 18, 21], "the template's too");
    params["context"]["includeDeclaration"] = json!(false);
    assert_eq!(client.request("textDocument/references", params).as_array().unwrap().len(), 2);
    let highlights = client.request("textDocument/documentHighlight", at("main.ntro", &position));
    let kinds: Vec<_> = highlights.as_array().unwrap().iter().map(|it| it["kind"].as_u64().unwrap()).collect();
    assert_eq!(kinds, [3, 2, 2]);
    let linked = client.request("textDocument/linkedEditingRange", at("main.ntro", &position));
    assert_eq!(linked["ranges"].as_array().unwrap().len(), 3, "{linked}");
    client.leave();
}

#[test]
fn rename_over_files_with_the_versions_of_what_is_open() {
    let (mut client, position) = opened(able(), "Lease>", 1);
    let prepared = client.request("textDocument/prepareRename", at("main.ntro", &position));
    assert_eq!((&prepared["placeholder"], range(&prepared["range"])), (&json!("Lease"), [9, 17, 9, 22]));
    let mut params = at("main.ntro", &position);
    params["newName"] = json!("Contract");
    let edit = client.request("textDocument/rename", params.clone());
    let documents: Vec<_> =
        edit["documentChanges"].as_array().unwrap().iter().map(|it| it["textDocument"].clone()).collect();
    let expected =
        [json!({ "uri": uri("main.ntro"), "version": 1 }), json!({ "uri": uri("types.ntro"), "version": null })];
    assert_eq!(documents, expected);
    params["newName"] = json!("not a name");
    let (code, why) = client.try_request("textDocument/rename", params).unwrap_err();
    assert_eq!(code, -32803);
    assert!(why.ends_with('.'), "a sentence: {why}");
    let nothing = at("main.ntro", &json!({ "line": 1, "character": 0 }));
    assert_eq!(client.try_request("textDocument/prepareRename", nothing).unwrap_err().0, -32803);
    client.leave();

    let (mut client, position) = opened(json!({}), "Lease>", 1);
    let mut params = at("main.ntro", &position);
    params["newName"] = json!("Contract");
    let edit = client.request("textDocument/rename", params);
    assert_eq!(edit["changes"].as_object().unwrap().len(), 2, "for a client that knows no versions");
    client.leave();
}

#[test]
fn the_settings_of_the_project_are_renamed_along() {
    let text = "runbook demo \"D\" {\n  config { most: int = 1 }\n  output: int\n  step s \"S\" { return config.most }\n  return s\n}\n";
    for able in [able(), json!({})] {
        let settings = "run: demo\ndemo most 3\ndemo-two most 3\ndemo other 4\n";
        let mut client = Client::with(&[("ntro.yaml", settings), ("a.ntro", text)], able, Json::Null);
        client.open("a.ntro", text);
        client.told("a.ntro", Some(1));
        let mut renamed = |line: u32, character: u32, name: &str| {
            let mut params = at("a.ntro", &json!({ "line": line, "character": character }));
            params["newName"] = json!(name);
            let edit = client.request("textDocument/rename", params);
            let documents = edit["documentChanges"].as_array().cloned().unwrap_or_default();
            let own = documents.iter().find(|it| it["textDocument"]["uri"] == uri("ntro.yaml"));
            let edits = own.map_or(&edit["changes"][uri("ntro.yaml")], |own| &own["edits"]).as_array().cloned();
            let edits = edits.unwrap_or_default();
            edits.iter().map(|it| (range(&it["range"]), it["newText"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(renamed(1, 12, "count"), [([1, 5, 1, 9], json!("count"))]);
        let runbook = [[0, 5, 0, 9], [1, 0, 1, 4], [3, 0, 3, 4]].map(|range| (range, json!("order")));
        assert_eq!(renamed(0, 9, "order"), runbook);
        assert_eq!(renamed(3, 8, "work"), [], "a step is none of them");
        client.leave();
    }
}

#[test]
fn a_list_never_takes_the_enter_behind_a_bracket_or_a_text() {
    let (mut client, mut position) = opened(able(), "accountant\n    on reject", 0);
    let mut listed = |position: &Json, sign: &str| {
        let mut params = at("main.ntro", position);
        params["context"] = json!({ "triggerKind": 2, "triggerCharacter": sign });
        client.request("textDocument/completion", params)["items"].as_array().unwrap().len()
    };
    assert!(listed(&position, ":") > 0, "roles are offered behind `by:`");
    // The end of `approve review "Review" {`, and of its title.
    position = json!({ "line": position["line"].as_u64().unwrap() - 1, "character": 27 });
    assert_eq!(listed(&position, "{"), 0);
    position["character"] = json!(25);
    assert_eq!(listed(&position, "\""), 0);
    client.leave();
}

#[test]
fn completion_and_what_is_looked_up_later() {
    let (mut client, position) = opened(able(), "double(count)", 3);
    let list = client.request("textDocument/completion", at("main.ntro", &position));
    let items = list["items"].as_array().unwrap();
    let double = items.iter().find(|it| it["label"] == "double").expect("the function is offered");
    assert_eq!(double["kind"], 3);
    assert_eq!(range(&double["textEdit"]["range"])[..2], [21, 9]);
    assert!(double.get("documentation").is_none());
    // The text may change before the client looks an entry up.
    client.change("main.ntro", 2, "");
    let resolved = client.request("completionItem/resolve", double.clone());
    assert!(resolved["documentation"]["value"].as_str().unwrap().contains("Doubles."), "{resolved}");
    let strange = json!({ "label": "double", "data": "nonsense" });
    assert_eq!(client.request("completionItem/resolve", strange)["label"], "double");
    client.leave();
}

#[test]
fn snippets_only_for_clients_that_know_them() {
    let formats = |capabilities: Json| {
        let (mut client, position) = opened(capabilities, "  approve review", 0);
        let list = client.request("textDocument/completion", at("main.ntro", &position));
        client.leave();
        let items = list["items"].as_array().unwrap().clone();
        assert!(!items.is_empty());
        items.iter().any(|it| it["insertTextFormat"] == 2)
    };
    assert!(formats(able()));
    assert!(!formats(json!({})));
}

#[test]
fn signature_help() {
    let help = ask("textDocument/signatureHelp", "double(count)", 7);
    assert_eq!(help["activeSignature"], 0);
    assert_eq!(help["signatures"][0]["activeParameter"], 0);
    let label = help["signatures"][0]["label"].as_str().unwrap();
    let place = &help["signatures"][0]["parameters"][0]["label"];
    let place = place[0].as_u64().unwrap() as usize..place[1].as_u64().unwrap() as usize;
    assert!(label[place].starts_with("amount"), "{help}");
}

#[test]
fn outline() {
    let (mut client, _) = opened(able(), "role", 0);
    let symbols = client.request("textDocument/documentSymbol", document());
    let names: Vec<_> = symbols.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["accountant", "double", "close"]);
    let close = &symbols[2];
    assert!(!close["children"].as_array().unwrap().is_empty());
    let (whole, name) = (range(&close["range"]), range(&close["selectionRange"]));
    assert_eq!((whole[0], name), (7, [7, 8, 7, 13]));
    client.leave();

    let (mut client, _) = opened(json!({}), "role", 0);
    let symbols = client.request("textDocument/documentSymbol", document());
    let review = symbols.as_array().unwrap().iter().find(|it| it["name"] == "review").unwrap();
    assert_eq!((&review["containerName"], &review["location"]["uri"]), (&json!("close"), &json!(uri("main.ntro"))));
    client.leave();
}

#[test]
fn symbols_of_the_workspace() {
    let (mut client, _) = opened(able(), "role", 0);
    let symbols = client.request("workspace/symbol", json!({ "query": "lea" }));
    let lease = symbols.as_array().unwrap().iter().find(|it| it["name"] == "Lease").unwrap();
    assert_eq!((&lease["location"]["uri"], &lease["kind"]), (&json!(uri("types.ntro")), &json!(23)));
    client.leave();
}

#[test]
fn colours_whole_in_part_and_as_difference() {
    let (mut client, _) = opened(able(), "role", 0);
    let full = client.request("textDocument/semanticTokens/full", document());
    let data = full["data"].as_array().unwrap();
    assert!(data.len() > 50 && data.len() % 5 == 0, "{}", data.len());
    let mut params = document();
    params["range"] = json!({ "start": { "line": 13, "character": 0 }, "end": { "line": 14, "character": 0 } });
    let part = client.request("textDocument/semanticTokens/range", params);
    assert_eq!(part["data"][0], 13, "the first is on the line asked for");
    assert!(part["data"].as_array().unwrap().len() < data.len());

    client.edit("main.ntro", 2, json!([{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "text": "\n" }]));
    let mut params = document();
    params["previousResultId"] = full["resultId"].clone();
    let delta = client.request("textDocument/semanticTokens/full/delta", params.clone());
    let edits = delta["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1);
    assert_eq!((&edits[0]["start"], &edits[0]["deleteCount"]), (&json!(0), &json!(5)), "one token has moved");
    let again = client.request("textDocument/semanticTokens/full/delta", params);
    assert!(again.get("data").is_some(), "what an old number stands for is not known any more");
    client.leave();
}

#[test]
fn hints_as_the_settings_want_them() {
    let text = MAIN.replace("role accountant\n", "role accountant, manager\n");
    let text = text.replace("within 2d else fail", "within 2d else escalate to manager within 1d else fail");
    let hints = |settings: Json| {
        let mut client = Client::with(&project(), json!({}), json!({ "settings": settings }));
        client.open("main.ntro", &text);
        let mut params = document();
        params["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
        let hints = client.request("textDocument/inlayHint", params);
        client.leave();
        hints.as_array().unwrap().clone()
    };
    let all = hints(json!({}));
    let count = all.iter().find(|it| it["kind"] == 1).expect("the type of `count`");
    assert_eq!(count["position"], json!({ "line": 13, "character": 11 }));
    let due = all.iter().filter(|it| it.get("kind").is_none()).count();
    assert!(due > 0, "{all:?}");
    // What is written like code stands right behind its name, all else apart from it.
    for hint in &all {
        assert_eq!(hint["paddingLeft"], !hint["label"].as_str().unwrap().starts_with(':'), "{hint}");
    }
    assert_eq!(hints(json!({ "inlayHints": { "types": false } })).len(), due);
}

#[test]
fn folding_as_whole_lines_and_to_the_letter() {
    let folds = |capabilities: Json| {
        let (mut client, _) = opened(capabilities, "role", 0);
        let folds = client.request("textDocument/foldingRange", document());
        client.leave();
        folds.as_array().unwrap().clone()
    };
    let exact = folds(able());
    let runbook = exact.iter().find(|it| it["startLine"] == 7).expect("the runbook");
    assert_eq!(runbook["endLine"], 22, "to its closing bracket");
    assert!(runbook["startCharacter"].is_u64());
    let whole = folds(json!({ "textDocument": { "foldingRange": { "lineFoldingOnly": true } } }));
    let runbook = whole.iter().find(|it| it["startLine"] == 7).expect("the runbook");
    assert_eq!((&runbook["endLine"], runbook.get("startCharacter")), (&json!(21), None), "its closing bracket stays");
}

#[test]
fn selection_grows() {
    let (mut client, position) = opened(able(), "count)", 1);
    let mut params = document();
    params["positions"] = json!([position, { "line": 0, "character": 0 }]);
    let answer = client.request("textDocument/selectionRange", params);
    assert_eq!(answer.as_array().unwrap().len(), 2);
    assert_eq!(range(&answer[0]["range"]), [21, 16, 21, 21]);
    let mut outer = &answer[0];
    while let Some(parent) = outer.get("parent").filter(|parent| !parent.is_null()) {
        let (inner, around) = (range(&outer["range"]), range(&parent["range"]));
        assert!(around[..2] <= inner[..2] && around[2..] >= inner[2..], "{around:?} around {inner:?}");
        outer = parent;
    }
    assert_eq!(range(&outer["range"])[0], 0);
    client.leave();
}

#[test]
fn formatting() {
    let crooked = MAIN.replace("  let count", "  let    count");
    let mut client = Client::new(&project());
    client.open("main.ntro", &crooked);
    let mut params = document();
    params["options"] = json!({ "tabSize": 8, "insertSpaces": false });
    let edits = client.request("textDocument/formatting", params.clone());
    assert!(!edits.as_array().unwrap().is_empty());
    client.change("main.ntro", 2, &applied(&crooked, &edits));
    assert_eq!(client.request("textDocument/formatting", params.clone()), json!([]), "it is in its form now");
    params["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 3, "character": 0 } });
    assert_eq!(client.request("textDocument/rangeFormatting", params.clone()), json!([]));
    params["position"] = json!({ "line": 22, "character": 1 });
    params["ch"] = json!("}");
    assert_eq!(client.request("textDocument/onTypeFormatting", params), json!([]));
    client.leave();
}

/// A text with edits made, as a client makes them.
fn applied(text: &str, edits: &Json) -> String {
    let offset = |line: u64, character: u64| {
        let start: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
        start
            + String::from_utf16(&text[start..].encode_utf16().take(character as usize).collect::<Vec<_>>())
                .unwrap()
                .len()
    };
    let mut all: Vec<_> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| (range(&edit["range"]), edit["newText"].as_str().unwrap()))
        .collect();
    all.sort_by_key(|(range, _)| std::cmp::Reverse(*range));
    let mut made = text.to_owned();
    for ([a, b, c, d], new) in all {
        made.replace_range(offset(a, b)..offset(c, d), new);
    }
    made
}

#[test]
fn repairs_come_with_their_edits() {
    let text = MAIN.replace("double(count)\n", "dubble(count)\n");
    let mut client = Client::new(&project());
    client.open("main.ntro", &text);
    let told = client.told("main.ntro", Some(1));
    let mut params = document();
    params["range"] = told[0]["range"].clone();
    params["context"] = json!({ "diagnostics": told, "only": ["quickfix"] });
    let actions = client.request("textDocument/codeAction", params.clone());
    let repair = &actions[0];
    assert_eq!((&repair["kind"], &repair["diagnostics"][0]), (&json!("quickfix"), &told[0]));
    assert_eq!(applied(&text, &repair["edit"]["documentChanges"][0]["edits"]), MAIN);
    params["context"]["only"] = json!(["source"]);
    assert_eq!(client.request("textDocument/codeAction", params), json!([]));
    client.leave();
}

#[test]
fn refactorings_are_worked_out_once_they_are_chosen() {
    let text = MAIN.replace("  let count", "  let summary = { total: 1, note: \"x\" }\n  let count");
    let mut client = Client::new(&project());
    client.open("main.ntro", &text);
    let mut params = document();
    params["range"] = json!({ "start": { "line": 13, "character": 8 }, "end": { "line": 13, "character": 8 } });
    params["context"] = json!({ "diagnostics": [], "only": ["refactor"] });
    let actions = client.request("textDocument/codeAction", params);
    let action = actions.as_array().unwrap().first().expect("the record can get a type").clone();
    assert!(action["kind"].as_str().unwrap().starts_with("refactor."), "{action}");
    assert!(action.get("edit").is_none());
    let resolved = client.request("codeAction/resolve", action.clone());
    let made = applied(&text, &resolved["edit"]["documentChanges"][0]["edits"]);
    assert!(made.contains("total: int"), "{made}");
    // What it is called should be said at once, where the name stands now.
    let command = &resolved["command"];
    assert_eq!(
        (&command["command"], &command["arguments"][0]["uri"]),
        (&json!("ntro.rename"), &json!(uri("main.ntro")))
    );
    let position = &command["arguments"][0]["position"];
    let line = made.lines().nth(position["line"].as_u64().unwrap() as usize).unwrap();
    assert!(line[position["character"].as_u64().unwrap() as usize..].starts_with("Summary"), "{line}, {position}");
    client.change("main.ntro", 2, &format!("\n{text}"));
    assert_eq!(client.try_request("codeAction/resolve", action).unwrap_err().0, -32801);
    client.leave();
}

#[test]
fn lenses_for_what_somebody_carries_out() {
    let commands = |commands: Json| {
        let mut client = Client::with(&project(), able(), json!({ "commands": commands }));
        client.open("main.ntro", MAIN);
        let lenses = client.request("textDocument/codeLens", document());
        client.leave();
        let lenses = lenses.as_array().unwrap().clone();
        let mut names: Vec<_> = lenses.iter().map(|it| it["command"]["command"].as_str().unwrap().to_owned()).collect();
        assert!(lenses.iter().all(|it| it["command"]["arguments"][0]["runbook"] == "close"), "{lenses:?}");
        names.sort();
        names
    };
    assert_eq!(commands(json!(["ntro.run", "ntro.showGraph"])).first().map(String::as_str), Some("ntro.run"));
    assert!(!commands(json!([])).contains(&"ntro.run".to_owned()));
}

#[test]
fn links() {
    let (mut client, _) = opened(able(), "role", 0);
    let links = client.request("textDocument/documentLink", document());
    assert_eq!(links[0]["target"], uri("types.ntro"));
    assert_eq!(range(&links[0]["range"]), [0, 23, 0, 35]);
    client.leave();
}

#[test]
fn who_starts_whom() {
    let child = "runbook child \"Child\" {\n  step one \"One\" {\n  }\n}\n";
    let parent = "import { child } from \"./child.ntro\"\n\nrunbook parent \"Parent\" {\n  step go \"Go\" {\n    run child()\n  }\n}\n";
    let mut client = Client::new(&[("child.ntro", child), ("parent.ntro", parent)]);
    client.open("child.ntro", child);
    let items =
        client.request("textDocument/prepareCallHierarchy", at("child.ntro", &json!({ "line": 0, "character": 10 })));
    let item = items[0].clone();
    assert_eq!((&item["name"], &item["uri"]), (&json!("child"), &json!(uri("child.ntro"))));
    let calls = client.request("callHierarchy/incomingCalls", json!({ "item": item }));
    assert_eq!((&calls[0]["from"]["name"], range(&calls[0]["fromRanges"][0])[0]), (&json!("parent"), 4));
    let calls = client.request("callHierarchy/outgoingCalls", json!({ "item": calls[0]["from"] }));
    assert_eq!((&calls[0]["to"]["name"], range(&calls[0]["fromRanges"][0])[0]), (&json!("child"), 4));
    client.leave();
}

#[test]
fn imports_follow_a_file_that_is_renamed() {
    let (mut client, _) = opened(able(), "role", 0);
    let files = json!([{ "oldUri": uri("types.ntro"), "newUri": uri("shared/all.ntro") }]);
    let edit = client.request("workspace/willRenameFiles", json!({ "files": files }));
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri("main.ntro"), "version": 1 }));
    assert!(applied(MAIN, &change["edits"]).starts_with("import { Lease } from \"./shared/all.ntro\"\n"), "{edit}");
    let elsewhere = json!([{ "oldUri": "file:///x/y.ntro", "newUri": "file:///x/z.ntro" }]);
    assert_eq!(client.request("workspace/willRenameFiles", json!({ "files": elsewhere })), Json::Null);
    client.leave();
}

#[test]
fn the_flow_of_a_runbook() {
    let two = format!("{MAIN}\nrunbook second \"Second\" {{\n  step one \"One\" {{\n  }}\n}}\n");
    let mut client = Client::new(&project());
    client.open("main.ntro", &two);
    let mut graph =
        |position: Json| client.request("ntro/graph", json!({ "uri": uri("main.ntro"), "position": position }));
    let flow = graph(Json::Null);
    assert_eq!((&flow["runbook"], &flow["title"]), (&json!("close"), &json!("Close 𝄞")));
    let review = flow["nodes"].as_array().unwrap().iter().find(|it| it["id"] == "review").unwrap();
    assert_eq!(range(&review["range"])[..2], [15, 2]);
    assert!(flow["svg"].as_str().unwrap().starts_with("<svg"));
    assert!(flow["edges"].as_array().unwrap().iter().any(|it| it["to"] == "review"));
    assert_eq!(graph(json!({ "line": 24, "character": 3 }))["runbook"], "second");
    assert_eq!(graph(json!({ "line": 13, "character": 3 }))["runbook"], "close");
    assert_eq!(client.request("ntro/graph", json!({ "uri": uri("types.ntro") })), Json::Null);
    client.leave();
}

#[test]
fn the_page_of_a_code() {
    let mut client = Client::new(&[]);
    let page = client.request("ntro/explain", json!({ "code": "n0201" }));
    assert_eq!(page["code"], "N0201");
    assert!(page["markdown"].as_str().unwrap().starts_with("# N0201: "), "{page}");
    assert_eq!(client.request("ntro/explain", json!({ "code": "N9999" })), Json::Null);
    client.leave();
}
