//! What travels with a call to a capability, besides its arguments.

use serde::{Deserialize, Serialize};

/// What a capability is told besides its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallContext {
    /// The same for every attempt of this call and for no other: first run id, address, number of the call in the run.
    pub idempotency_key: String,
    /// The workflow id.
    pub workflow_id: String,
    /// The step's address: `collect.upload~2`.
    pub step: String,
    /// The tenant.
    pub tenant: String,
    /// The entity.
    pub entity: String,
    /// The input field `period`, as text, where there is one.
    pub period: Option<String>,
    /// The JSON Schema of the type argument, where the capability takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<serde_json::Value>,
    /// The agent, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<crate::Agent>,
}
