//! What runbooks can do: the built-in capabilities, programs of a project that serve capabilities, and adapters to agents.
//!
//! # Invariants
//! - **Effects count once.** Whatever a built-in capability writes, it writes under the call's idempotency key.
//! - **Nothing leaves the project's folder.** Paths in arguments are relative to it; links that lead out are refused.
//! - **Nothing is silently lost.** What cannot be read is counted and named; what is cut says so.
//! - **Money is never a binary fraction.** It is read from text and written as text.
//! - **Broken files are normal.** No document makes a call panic or hang: size, time, pages and cells are bounded.
//!
//! One capability is one file in `builtin/`; [`Capabilities::call`] finds it by its name.

mod accept;
mod agent;
mod base64;
mod builtin;
mod call;
mod content_type;
mod error;
mod host;
mod paths;
mod process;
mod provider;
mod read;
mod settings;
mod typed;

pub use accept::Accept;
pub use agent::{AgentAdapter, AgentOutputFile, AgentResult, AgentTask};
pub use error::CapabilityError;
pub use host::{Capabilities, Submission};
pub use ntro_store::Store;
pub use provider::{ExtractRequest, Extraction, Offline, Provider};
pub use settings::{Limits, Settings};
