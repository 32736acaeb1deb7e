//! Programs of the project.

use serde_json::Value as Json;

use crate::CapabilityError;
use crate::call::Call;

pub(crate) async fn run_capability(_call: &Call<'_>, _program: &[String]) -> Result<Json, CapabilityError> {
    Err(CapabilityError::new("unsupported", "programs are not built yet"))
}
