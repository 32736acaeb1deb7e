//! Who acts, as the commands are told it.

use serde_json::{Value as Json, json};

/// Who acts, and with which roles.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Actor {
    /// Who you are
    #[arg(long = "as", value_name = "NAME", env = "NTRO_ACTOR")]
    actor: Option<String>,
    /// Your roles
    #[arg(long, value_delimiter = ',', value_name = "ROLE,…", requires = "actor", env = "NTRO_ROLES")]
    roles: Vec<String>,
}

impl Actor {
    /// `{id, roles}`, as a run is told it; nothing where nobody is named.
    pub(crate) fn json(&self) -> Option<Json> {
        self.actor.as_ref().map(|name| json!({ "id": name, "roles": self.roles }))
    }
}
