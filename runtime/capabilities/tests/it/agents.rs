use ntro_ir::Agent;
use serde_json::{Value as Json, json};

use crate::world::World;

async fn invoke(kind: Option<&str>, answer: &str) -> (World, Result<Json, String>) {
    let mut world = World::new().await;
    world.file("agents/audit.py", format!("import json,sys\nr=json.load(sys.stdin)\nprint(json.dumps({answer}))"));
    world.context.agent = Some(Agent {
        name: "audit".into(),
        kind: kind.map(str::to_owned),
        reference: Some("agents/audit.py".into()),
        expect: "files".into(),
    });
    let result =
        world.call("agent.invoke", json!({ "agent_id": "audit", "input": { "text": "Go" }, "task_id": "run-1" })).await;
    let result = result.map_err(|error| format!("{}: {error}", error.kind));
    (world, result)
}

#[tokio::test]
async fn a_program_is_an_agent_and_its_files_are_kept() {
    let answer = "{'output_text': r['input']['text'] + ' ' + r['entity_slug'], 'session_id': 's1', 'output_files': [\
        {'filename': 'a.txt', 'content': 'x'}, {'filename': 'b.bin', 'content_base64': 'AAH/', 'content_type': 'x/y'}]}";
    let (world, result) = invoke(Some("program"), answer).await;
    let result = result.unwrap();
    assert_eq!(
        (&result["text"], &result["session"], &result["status"]),
        (&json!("Go spv1"), &json!("s1"), &json!("completed"))
    );
    let files = result["output_files"].as_array().unwrap();
    let sources: Vec<&str> = files.iter().map(|file| file["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["agent_output:audit", "agent_output:audit"]);
    assert_eq!((&files[0]["content_type"], &files[1]["content_type"]), (&json!("text/plain"), &json!("x/y")));
    let bytes =
        world.capabilities.store().document_bytes(result["files"][1]["document_ref"].as_str().unwrap()).await.unwrap();
    assert_eq!(bytes, [0, 1, 255]);
}

#[tokio::test]
async fn an_agent_that_fails_is_a_failure() {
    let (_, result) = invoke(Some("program"), "{'status': 'failed', 'error': {'message': 'No access.'}}").await;
    assert_eq!(result.unwrap_err(), "agent_failed: the agent `audit` failed: No access.");
    let (_, result) = invoke(Some("program"), "{'output_files': [{'filename': '../x', 'content': ''}]}").await;
    assert!(result.unwrap_err().starts_with("agent_failed"));
    let (_, result) = invoke(Some("program"), "{'output_files': 5}").await;
    assert!(result.unwrap_err().starts_with("program_failed"));
    let (_, result) = invoke(Some("claude_managed"), "{}").await;
    let error = result.unwrap_err();
    assert!(
        error.starts_with("no_adapter: no adapter for agents of kind `claude_managed` is configured here"),
        "{error}"
    );
    let (_, result) = invoke(None, "{}").await;
    assert!(result.unwrap_err().starts_with("no_adapter"));
}
