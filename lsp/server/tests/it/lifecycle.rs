//! Beginning, ending, and what is refused in between.

use std::sync::Arc;

use ntro_lsp::End;
use serde_json::{Value as Json, json};

use crate::support::{Client, MemoryDisk, able, at, uri};

fn fresh() -> Client {
    Client::fresh(Arc::new(MemoryDisk::default()))
}

#[test]
fn nothing_is_answered_before_initialize_and_initialize_comes_once() {
    let mut client = fresh();
    client.notify("textDocument/didOpen", json!({ "nonsense": true }));
    let refused = client.try_request("textDocument/hover", at("a.ntro", &json!({ "line": 0, "character": 0 })));
    assert_eq!(refused.unwrap_err().0, -32002);
    let said = client.request("initialize", json!({ "capabilities": able() }));
    assert_eq!(said["serverInfo"]["name"], "ntroc");
    assert_eq!(client.try_request("initialize", json!({})).unwrap_err().0, -32600);
    client.leave();
}

#[test]
fn after_shutdown_nothing_is_answered() {
    let mut client = fresh();
    client.request("initialize", Json::Null);
    client.request("shutdown", Json::Null);
    assert_eq!(client.try_request("workspace/symbol", json!({ "query": "" })).unwrap_err().0, -32600);
    client.notify("exit", Json::Null);
    assert_eq!(client.end(), End::Clean);
}

#[test]
fn leaving_without_shutdown_is_abrupt() {
    let mut client = fresh();
    client.request("initialize", json!({}));
    client.notify("exit", Json::Null);
    assert_eq!(client.end(), End::Abrupt);
    assert_eq!(fresh().end(), End::Abrupt, "the client went without a word");
}

#[test]
fn what_is_unknown_or_malformed_is_refused_and_the_session_goes_on() {
    let mut client = Client::new(&[]);
    client.open("a.ntro", "");
    assert_eq!(client.try_request("textDocument/moniker", json!({})).unwrap_err().0, -32601);
    assert_eq!(client.try_request("$/unheardOf", json!({})).unwrap_err().0, -32601);
    assert_eq!(client.try_request("textDocument/hover", json!({})).unwrap_err().0, -32602);
    assert_eq!(client.try_request("textDocument/hover", json!([1, 2])).unwrap_err().0, -32602);
    let params = json!({ "textDocument": { "uri": uri("a.ntro") }, "position": "here" });
    assert_eq!(client.try_request("textDocument/hover", params).unwrap_err().0, -32602);
    let elsewhere = at("file:///else/where.ntro", &json!({ "line": 0, "character": 0 }));
    assert_eq!(client.try_request("textDocument/hover", elsewhere).unwrap_err().0, -32803);
    for method in
        ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "$/unheardOf", "$/setTrace"]
    {
        client.notify(method, json!({ "nonsense": [] }));
    }
    // A document that was never opened is neither changed nor closed.
    client.change("never.ntro", 3, "x");
    client.close("never.ntro");
    assert_eq!(
        client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri("a.ntro") } })),
        json!([])
    );
    client.leave();
}

#[test]
fn a_request_that_is_cancelled_is_answered_so() {
    let mut client = Client::new(&[]);
    // It waits for the folder to be read or is answered already: it has one answer in any case.
    let id = client.ask("workspace/symbol", json!({ "query": "a" }));
    client.notify("$/cancelRequest", json!({ "id": id }));
    if let Err((code, _)) = client.response(&id) {
        assert_eq!(code, -32800);
    }
    client.notify("$/cancelRequest", json!({ "id": 4711 }));
    client.notify("$/cancelRequest", json!({ "id": { "no": "number" } }));
    client.leave();
}

#[test]
fn what_is_offered() {
    let client = Client::new(&[]);
    insta::assert_snapshot!("offered", format!("{:#}", client.capabilities));
    let encoding = |offered: Json| {
        let mut abilities = able();
        abilities["general"]["positionEncodings"] = offered;
        Client::with(&[], abilities, Json::Null).capabilities["positionEncoding"].clone()
    };
    assert_eq!(encoding(json!(["utf-16", "utf-8"])), "utf-8");
    assert_eq!(encoding(json!(["utf-32"])), "utf-32");
    assert_eq!(encoding(Json::Null), "utf-16");
    client.leave();
}

#[test]
fn scenarios_are_played_for_clients_that_do_not_do_it_themselves() {
    let mut client = Client::with(&[], able(), Json::Null);
    assert_eq!(client.capabilities["executeCommandProvider"]["commands"], json!(["ntro.test"]));
    let mut run = |argument: Json| {
        client.try_request("workspace/executeCommand", json!({ "command": "ntro.test", "arguments": [argument] }))
    };
    assert_eq!(run(json!({ "uri": uri("a.ntro"), "runbook": "close" })), Ok(Json::Null));
    assert_eq!(run(json!({ "uri": uri("a.ntro"), "runbook": "broken", "scenario": "it is late" })), Ok(Json::Null));
    assert_eq!(run(json!({ "runbook": "close" })).unwrap_err().0, -32602);
    assert_eq!(*client.disk.tested.lock().unwrap(), ["/p/a.ntro close None", "/p/a.ntro broken Some(\"it is late\")"]);
    let mut shown = || client.wait("window/showMessage", |_| true);
    assert_eq!(shown(), json!({ "type": 3, "message": "all hold" }));
    assert_eq!(shown(), json!({ "type": 1, "message": "1 does not hold" }));
    let unknown = client.try_request("workspace/executeCommand", json!({ "command": "ntro.run", "arguments": [] }));
    assert_eq!(unknown.unwrap_err().0, -32602);
    client.leave();
}
