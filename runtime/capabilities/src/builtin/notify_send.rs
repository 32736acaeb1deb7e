//! `notify.send(to: text, subject: text, message: text)`: puts a message into the outbox, from where a host that has a mail
//! service or a chat sends it. Without one it stays there, and nothing is lost.

use async_trait::async_trait;
use ntro_store::NewMessage;
use serde_json::Value as Json;

use crate::CapabilityError;
use crate::call::{Call, Capability};

pub(crate) struct NotifySend;

#[async_trait]
impl Capability for NotifySend {
    fn name(&self) -> &'static str {
        "notify.send"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let message = NewMessage {
            recipient: call.text("to")?.to_owned(),
            subject: call.text("subject")?.to_owned(),
            message: call.text("message")?.to_owned(),
            tenant: call.context.tenant.clone(),
            entity: call.context.entity.clone(),
            task_id: call.context.workflow_id.clone(),
        };
        call.host.store.put_message(&call.context.idempotency_key, message).await?;
        Ok(Json::Null)
    }
}
