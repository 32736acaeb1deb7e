//! What a run takes along into a new history: its state, its program, and what was not begun. The second argument of a continued
//! run; the first stays the input.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ntro_machine::{Json, Output, SearchAttributes, Seq, Snapshot};
use serde::{Deserialize, Serialize};
use temporalio_common::protos::temporal::api::common::v1::Payload;

use crate::marker::{self, Ir, Marker};
use crate::payload;
use crate::run::Going;

/// The most that a run may take along, in bytes: the server refuses two megabytes.
const MOST_BYTES: usize = 1_500_000;
/// The largest state, unpacked.
const MOST_STATE_BYTES: usize = 256 * 1024 * 1024;

/// A timer that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Timer {
    /// When it is due; it stays due then in the new history.
    pub(crate) due: Timestamp,
    /// What it is for.
    pub(crate) summary: String,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Carried {
    pub(crate) marker: Marker,
    /// The machine's state, packed.
    state: String,
    pub(crate) searched: SearchAttributes,
    pub(crate) timers: BTreeMap<Seq, Timer>,
    /// Calls and children that the machine has asked for and that nobody has been told of.
    pub(crate) withheld: Vec<Output>,
}

impl Carried {
    /// # Errors
    /// The state cannot be written.
    pub(crate) fn new(
        going: &Going,
        zone: Option<String>,
        searched: &SearchAttributes,
        timers: &BTreeMap<Seq, Timer>,
        withheld: Vec<Output>,
    ) -> Result<Carried, String> {
        let program = going.machine.program();
        let json = ntro_ir::canonical::program_json(program).map_err(|error| error.message)?;
        let state = serde_json::to_vec(&going.machine.snapshot()).map_err(|error| error.to_string())?;
        let marker = Marker {
            digest: ntro_ir::digest(program).to_string(),
            runbook: going.runbook.clone(),
            version: going.version.clone(),
            ir: Ir::pack(&json),
            // The machine's state holds these already.
            config: Json::Null,
            anonymous: false,
            holidays: Vec::new(),
            tenant: None,
            entity: None,
            input: Json::Null,
            zone,
            search: going.search,
        };
        let state = marker::pack(&state)?;
        Ok(Carried { marker, state, searched: searched.clone(), timers: timers.clone(), withheld })
    }

    /// # Errors
    /// It is too large, in a sentence for people.
    pub(crate) fn write(&self) -> Result<Payload, String> {
        let json = serde_json::to_vec(self).map_err(|error| error.to_string())?;
        if json.len() > MOST_BYTES {
            return Err(format!(
                "The run has to go on in a new history and holds too much for that: {} bytes packed, {MOST_BYTES} are the most. \
                 Large values belong into the store, as files.",
                json.len()
            ));
        }
        Ok(payload::bytes(json))
    }

    /// # Errors
    /// It is damaged.
    pub(crate) fn read(from: &Payload) -> Result<Carried, String> {
        let json = payload::read(from).map_err(|error| error.to_string())?;
        serde_json::from_value(json).map_err(|error| format!("what it has taken along is damaged ({error})"))
    }

    /// # Errors
    /// It is damaged.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, String> {
        let state = marker::unpack(&self.state, MOST_STATE_BYTES).map_err(|why| format!("its state {why}"))?;
        serde_json::from_slice(&state).map_err(|error| format!("its state is damaged ({error})"))
    }
}
