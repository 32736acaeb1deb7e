//! `records.previous<T>(source: text) -> T?`: what the run's tenant committed for the calendar month before its period; `none` where
//! nothing was. A run without a period gets what was last committed without one.

use async_trait::async_trait;
use ntro_ir::Period;
use serde_json::Value as Json;

use crate::CapabilityError;
use crate::call::{Call, Capability};

pub(crate) struct RecordsPrevious;

#[async_trait]
impl Capability for RecordsPrevious {
    fn name(&self) -> &'static str {
        "records.previous"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let source = call.text("source")?;
        let before = match &call.context.period {
            None => None,
            Some(text) => {
                let period = Period::parse(text).and_then(|period| period.add_months(-1)).ok_or_else(|| {
                    CapabilityError::argument(format!("the run's period `{text}` is not a month such as 2026-03"))
                })?;
                Some(period.to_string())
            }
        };
        let whose = (&call.context.tenant, &call.context.entity);
        let found = call.host.store.committed(whose.0, whose.1, before.as_deref(), source).await?;
        Ok(found.map_or(Json::Null, |found| found.value))
    }
}
