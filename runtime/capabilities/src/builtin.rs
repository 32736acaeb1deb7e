//! The built-in capabilities, one a file.

mod agent_invoke;
mod ai_extract;
mod documents_store;
mod documents_text;
mod files_parse;
mod files_table;
mod ingest_rows;
mod notify_send;
mod records_commit;
mod records_previous;
mod records_submit;
mod storage_read;
mod storage_write;
mod template_render;

use crate::call::Capability;

/// All of them, sorted by name.
const ALL: &[&dyn Capability] = &[
    &agent_invoke::AgentInvoke,
    &ai_extract::AiExtract,
    &documents_store::DocumentsStore,
    &documents_text::DocumentsText,
    &files_parse::FilesParse,
    &files_table::FilesTable,
    &ingest_rows::IngestRows,
    &notify_send::NotifySend,
    &records_commit::RecordsCommit,
    &records_previous::RecordsPrevious,
    &records_submit::RecordsSubmit,
    &storage_read::StorageRead,
    &storage_write::StorageWrite,
    &template_render::TemplateRender,
];

pub(crate) fn find(name: &str) -> Option<&'static dyn Capability> {
    ALL.iter().copied().find(|capability| capability.name() == name)
}

pub(crate) fn names() -> Vec<&'static str> {
    ALL.iter().map(|capability| capability.name()).collect()
}
