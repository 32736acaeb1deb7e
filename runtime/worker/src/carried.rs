//! What a run takes along into a new history: its state, its program, and what was not begun. The second argument of a continued
//! run; the first stays the input.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ntro_machine::{Json, Output, SearchAttributes, Seq, Snapshot};
use prost::Message as _;
use serde::{Deserialize, Serialize};
use temporalio_common::protos::temporal::api::common::v1::Payload;

use crate::children::OpenChild;
use crate::marker::{HABITS, Ir, Marker};
use crate::run::Going;
use crate::{packed, payload};

/// The most that a run may take along, in bytes as they travel.
const MOST_BYTES: usize = 1_500_000;
/// The most that it may take along together with its input, in bytes as they travel: the server refuses two megabytes.
const MOST_TOGETHER: usize = 1_900_000;
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

/// See the module. It travels as deflated JSON. Histories of the first versions have it as plain JSON, with the state packed inside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Carried {
    pub(crate) marker: Marker,
    /// The machine's state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    snapshot: Option<Snapshot>,
    /// The same, deflated and in Base64, as the first versions wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    pub(crate) searched: SearchAttributes,
    pub(crate) timers: BTreeMap<Seq, Timer>,
    /// Calls and children that the machine has asked for and that nobody has been told of.
    pub(crate) withheld: Vec<Output>,
    /// Children that are open.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) children: BTreeMap<Seq, OpenChild>,
}

impl Carried {
    /// # Errors
    /// The program cannot be written.
    pub(crate) fn new(
        going: &Going,
        zone: Option<String>,
        searched: &SearchAttributes,
        timers: &BTreeMap<Seq, Timer>,
        withheld: Vec<Output>,
        children: BTreeMap<Seq, OpenChild>,
    ) -> Result<Carried, String> {
        let program = going.machine.program();
        let json = ntro_ir::canonical::program_json(program).map_err(|error| error.message)?;
        let marker = Marker {
            digest: going.digest.clone(),
            runbook: going.runbook.clone(),
            version: going.version.clone(),
            // All of it is deflated in one.
            ir: Ir::Plain(json),
            // The machine's state holds these already.
            config: Json::Null,
            anonymous: false,
            holidays: Vec::new(),
            tenant: None,
            entity: None,
            input: Json::Null,
            zone,
            search: going.search,
            // A new history begins with the newest habits.
            habits: HABITS,
        };
        let snapshot = Some(going.machine.snapshot());
        let (searched, timers) = (searched.clone(), timers.clone());
        Ok(Carried { marker, snapshot, state: None, searched, timers, withheld, children })
    }

    /// # Errors
    /// It is too large, with or without the input that travels beside it, in a sentence for people.
    pub(crate) fn write(&self, input: &Payload) -> Result<Payload, String> {
        let json = serde_json::to_vec(self).map_err(|error| error.to_string())?;
        let payload = packed::payload(&json)?;
        let (bytes, beside) = (payload.encoded_len(), input.encoded_len());
        let most = MOST_BYTES.min(MOST_TOGETHER.saturating_sub(beside));
        if bytes > most {
            return Err(format!(
                "The run has to go on in a new history and holds too much for that: {bytes} bytes packed, {most} are the most \
                 beside its input of {beside} bytes. Large values belong into the store, as files."
            ));
        }
        Ok(payload)
    }

    /// # Errors
    /// It is damaged.
    pub(crate) fn read(from: &Payload) -> Result<Carried, String> {
        let damaged = |error: serde_json::Error| format!("what it has taken along is damaged ({error})");
        if packed::is_packed(from) {
            let json =
                packed::read_payload(from, MOST_STATE_BYTES).map_err(|why| format!("what it has taken along {why}"))?;
            return serde_json::from_slice(&json).map_err(damaged);
        }
        let json = payload::read(from).map_err(|error| error.to_string())?;
        serde_json::from_value(json).map_err(damaged)
    }

    /// # Errors
    /// It is damaged.
    pub(crate) fn snapshot(&mut self) -> Result<Snapshot, String> {
        if let Some(snapshot) = self.snapshot.take() {
            return Ok(snapshot);
        }
        let state = self.state.as_deref().ok_or("its state is not there")?;
        let state = packed::read_text(state, MOST_STATE_BYTES).map_err(|why| format!("its state {why}"))?;
        serde_json::from_slice(&state).map_err(|error| format!("its state is damaged ({error})"))
    }
}
