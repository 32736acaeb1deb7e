//! A run's state on its way elsewhere: continue-as-new, a restart of the local host, a fork of an exploration.

use ntro_ir::Digest;
use serde::{Deserialize, Serialize};

use crate::state::State;

/// The version of the form of a snapshot.
pub const SNAPSHOT_VERSION: u32 = 1;

/// A run's state with the digest of its program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    version: u32,
    program: String,
    state: State,
}

/// Why a snapshot cannot be continued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// It was written by a newer machine.
    #[error("this snapshot has version {found}; this machine knows {known}")]
    Version {
        /// The snapshot's.
        found: u32,
        /// This machine's.
        known: u32,
    },
    /// It belongs to another program.
    #[error("this snapshot is of program {found}, not of {given}")]
    Program {
        /// The snapshot's, as hex.
        found: String,
        /// The one that was given, as hex.
        given: String,
    },
}

impl Snapshot {
    pub(crate) fn new(program: Digest, state: State) -> Snapshot {
        Snapshot { version: SNAPSHOT_VERSION, program: hex(program), state }
    }

    pub(crate) fn open(self, program: Digest) -> Result<State, RestoreError> {
        if self.version != SNAPSHOT_VERSION {
            return Err(RestoreError::Version { found: self.version, known: SNAPSHOT_VERSION });
        }
        let given = hex(program);
        if self.program != given {
            return Err(RestoreError::Program { found: self.program, given });
        }
        Ok(self.state)
    }
}

fn hex(digest: Digest) -> String {
    blake3::Hash::from_bytes(digest.0).to_hex().to_string()
}
