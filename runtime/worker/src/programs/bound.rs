//! The program and the input of a run that a binding starts. Both go into the marker, so that the history alone replays the run,
//! whatever becomes of the binding.

use ntro_machine::bound_input;

use super::{ProgramError, Programs};
use crate::bindings;
use crate::bundle::Manifest;
use crate::marker::{Bound, Marker, ProgramRequest};
use crate::run::Decode as _;

impl Programs {
    /// Finds the program of a run that a binding starts, and what the binding gives it.
    ///
    /// # Errors
    /// The binding is not there, is one of another runbook, or does not fit; a later attempt may find it mended.
    pub(super) fn bound(&self, bound: &Bound, request: &ProgramRequest) -> Result<(Marker, Manifest), ProgramError> {
        let runbook = self.runbook_of(&request.runbook)?;
        let refused = |why: String| ProgramError::Binding { name: bound.name.clone(), why };
        let Some(record) = bindings::read(&self.bundles, &bound.name)? else {
            return Err(refused(
                "it is not deployed here; deploy it, or remove its schedule with `ntroc unbind`".into(),
            ));
        };
        let binding = record.binding;
        if binding.runbook != runbook {
            return Err(refused(format!(
                "it is of the runbook `{}`, and its schedule starts `{runbook}`; deploy it again",
                binding.runbook
            )));
        }
        let (folder, manifest) = match request.version.as_ref().or(binding.pin.as_ref()) {
            Some(version) => self.pinned(&runbook, version)?,
            None => self.newest(&runbook)?,
        };
        let mut marker = self.marker(&folder, &manifest)?;
        let program = self.decode(&marker).map_err(refused)?;
        if let Some(why) = binding.misfit(&program) {
            return Err(refused(format!("version {} of `{runbook}` does not fit: {why}", manifest.version)));
        }
        let input = bound_input(&binding, bound.at, &bound.run, manifest.zone.as_deref(), &manifest.holidays)
            .map_err(refused)?;
        marker.input = input;
        marker.zone = binding.zone.or(marker.zone);
        marker.tenant = binding.tenant.or(marker.tenant);
        marker.entity = binding.entity;
        Ok((marker, manifest))
    }
}
