//! Typed rows out of tables of text.

use crate::{CapabilityError, ExtractRequest, Extraction};

pub(crate) fn extract(_request: &ExtractRequest<'_>) -> Result<Extraction, CapabilityError> {
    Err(CapabilityError::new("unsupported", "`ai.extract` is not built yet"))
}
