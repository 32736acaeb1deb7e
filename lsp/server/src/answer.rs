//! What comes of a request.

use lsp_server::ErrorCode;
use ntro_ide::Cancelled;

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The files have changed since it was asked.
    Stale,
    /// Its parameters are not those that the protocol names.
    Parameters(String),
    /// It cannot be done; a sentence for the person who asked.
    Refused(String),
    /// A fault of the server.
    Fault(String),
}

/// An answer, or why there is none.
pub(crate) type Answer<T> = Result<T, Failure>;

impl From<Cancelled> for Failure {
    fn from(_: Cancelled) -> Failure {
        Failure::Stale
    }
}

impl Failure {
    /// The number of the protocol and what is said.
    pub(crate) fn parts(self) -> (i32, String) {
        /// The request is right and was refused; version 3.17 of the protocol.
        const REQUEST_FAILED: i32 = -32803;
        match self {
            Failure::Stale => (ErrorCode::ContentModified as i32, "the text has changed since".to_owned()),
            Failure::Parameters(what) => (ErrorCode::InvalidParams as i32, what),
            Failure::Refused(why) => (REQUEST_FAILED, why),
            Failure::Fault(what) => {
                (ErrorCode::InternalError as i32, format!("the language server has a fault, please report it: {what}"))
            }
        }
    }
}
