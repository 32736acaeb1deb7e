//! What a capability says when it fails.

use ntro_store::StoreError;

/// Why a call failed. The message is for people and says what to do; the kind is for `on failure` and retries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{message}")]
pub struct CapabilityError {
    /// A word for programs: `unreadable_file`, `unsupported_format`, `program_failed`, `no_worker` …
    pub kind: String,
    /// A sentence for people.
    pub message: String,
    /// Whether the same call may succeed later without anybody doing anything.
    pub retryable: bool,
}

impl CapabilityError {
    /// A failure that will be the same next time.
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Self {
        CapabilityError { kind: kind.into(), message: message.into(), retryable: false }
    }

    /// The same failure, but worth another attempt.
    #[must_use]
    pub fn retry(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// An argument that is missing or is not what the capability takes.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        CapabilityError::new("invalid_argument", message)
    }
}

impl From<StoreError> for CapabilityError {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::TooLarge { .. } => "too_large",
            StoreError::UnknownDocument(_) => "unknown_document",
            StoreError::UnknownGrid(_) => "unknown_grid",
            StoreError::KeyReused { .. } => "key_reused",
            _ => "store",
        };
        CapabilityError { kind: kind.into(), message: error.to_string(), retryable: error.retryable() }
    }
}
