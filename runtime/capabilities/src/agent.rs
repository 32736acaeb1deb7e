//! How agents are reached.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::CapabilityError;

/// What an agent is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentTask {
    /// The agent's id, or its name.
    pub agent_id: String,
    /// Its reference on its platform, or a program's path in the bundle.
    pub reference: Option<String>,
    /// What is sent: an object or a text.
    pub input: Json,
    /// The tenant.
    pub tenant_slug: String,
    /// The entity.
    pub entity_slug: String,
    /// The run.
    pub task_id: String,
    /// The same for every attempt of this call.
    pub idempotency_key: String,
    /// What is expected: `files`, `text` or `value`.
    pub expect: String,
    /// The JSON Schema of the value, where one is expected.
    pub schema: Option<Json>,
    /// How often to ask whether it is done.
    pub poll_interval_seconds: u64,
    /// How long to wait for it.
    pub max_poll_seconds: u64,
}

/// What an agent gives back.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AgentResult {
    /// Names the conversation.
    #[serde(default)]
    pub session_id: Option<String>,
    /// `completed`, `failed` or `terminated`; `completed` where absent.
    #[serde(default)]
    pub status: Option<String>,
    /// What it said.
    #[serde(default)]
    pub output_text: Option<String>,
    /// The value, where one is expected.
    #[serde(default)]
    pub value: Option<Json>,
    /// The files that it made.
    #[serde(default)]
    pub output_files: Vec<AgentOutputFile>,
    /// Why it failed.
    #[serde(default)]
    pub error: Option<Json>,
    /// Anything else.
    #[serde(default)]
    pub raw: Option<Json>,
}

/// A file that an agent made. One of `content` and `content_base64` holds what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AgentOutputFile {
    /// Its name.
    pub filename: String,
    /// Its MIME type; found out where absent.
    #[serde(default)]
    pub content_type: Option<String>,
    /// Its content as text.
    #[serde(default)]
    pub content: Option<String>,
    /// Its content as bytes in Base64.
    #[serde(default)]
    pub content_base64: Option<String>,
}

/// Reaches agents of one kind. Implementations bound the time they take by `max_poll_seconds`.
#[async_trait]
pub trait AgentAdapter: Send + Sync {
    /// The kind that it serves: `claude_managed`, `program` …
    fn kind(&self) -> &str;
    /// Asks the agent and waits for its answer.
    async fn invoke(&self, task: &AgentTask) -> Result<AgentResult, CapabilityError>;
}
