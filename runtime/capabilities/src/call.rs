//! One call of a capability, and how its arguments are read.

use async_trait::async_trait;
use ntro_ir::{CallContext, CallOptions, FileRef};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::CapabilityError;
use crate::host::Host;

/// What a built-in capability is. It has no state of its own: what it needs is in the call.
#[async_trait]
pub(crate) trait Capability: Send + Sync {
    /// Its dotted name.
    fn name(&self) -> &'static str;
    /// Does it. May be dropped at any await: what it wrote until then must be right or counted once.
    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError>;
}

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) host: &'a Host,
    pub(crate) capability: &'a str,
    pub(crate) args: Map<String, Json>,
    pub(crate) context: &'a CallContext,
    pub(crate) options: &'a CallOptions,
}

impl Call<'_> {
    /// An argument, where it is given and is not `none`.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.args.get(name).filter(|value| !value.is_null())
    }

    /// An argument that must be given.
    pub(crate) fn required(&self, name: &str) -> Result<&Json, CapabilityError> {
        self.get(name)
            .ok_or_else(|| CapabilityError::argument(format!("`{}` needs the argument `{name}`", self.capability)))
    }

    /// A text that must be given.
    pub(crate) fn text(&self, name: &str) -> Result<&str, CapabilityError> {
        self.required(name)?.as_str().ok_or_else(|| self.wrong(name, "a text"))
    }

    /// A text that may be absent.
    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&str>, CapabilityError> {
        self.get(name).map(|value| value.as_str().ok_or_else(|| self.wrong(name, "a text"))).transpose()
    }

    /// A document that must be given. A bare text is taken as its reference.
    pub(crate) fn file(&self, name: &str) -> Result<FileRef, CapabilityError> {
        let value = self.required(name)?;
        if let Some(reference) = value.as_str() {
            return Ok(FileRef {
                document_ref: reference.into(),
                filename: String::new(),
                content_type: String::new(),
            });
        }
        self.decode(name, value, "a document")
    }

    /// A table of cells that may be absent: `{"grid_ref": "…"}`.
    pub(crate) fn grid_ref(&self, name: &str) -> Result<Option<&str>, CapabilityError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let reference = value.get("grid_ref").unwrap_or(value).as_str();
        reference.map(Some).ok_or_else(|| self.wrong(name, "a table of cells"))
    }

    fn decode<T: DeserializeOwned>(&self, name: &str, value: &Json, what: &str) -> Result<T, CapabilityError> {
        serde_json::from_value(value.clone()).map_err(|_| self.wrong(name, what))
    }

    pub(crate) fn wrong(&self, name: &str, what: &str) -> CapabilityError {
        CapabilityError::argument(format!("the argument `{name}` of `{}` is not {what}", self.capability))
    }

    /// The schema of the type argument.
    pub(crate) fn schema(&self) -> Result<&Json, CapabilityError> {
        self.context.schema.as_ref().ok_or_else(|| {
            CapabilityError::argument(format!(
                "`{0}` needs to know the type of a row: write it as in `run {0}<Row>(…)`",
                self.capability
            ))
        })
    }
}
