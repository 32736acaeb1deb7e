//! The built-in capabilities, one a file.

mod documents_store;
mod documents_text;
mod notify_send;
mod records_commit;
mod records_previous;
mod records_submit;

use crate::call::Capability;

/// All of them, sorted by name.
const ALL: &[&dyn Capability] = &[
    &documents_store::DocumentsStore,
    &documents_text::DocumentsText,
    &notify_send::NotifySend,
    &records_commit::RecordsCommit,
    &records_previous::RecordsPrevious,
    &records_submit::RecordsSubmit,
];

pub(crate) fn find(name: &str) -> Option<&'static dyn Capability> {
    ALL.iter().copied().find(|capability| capability.name() == name)
}

pub(crate) fn names() -> Vec<&'static str> {
    ALL.iter().map(|capability| capability.name()).collect()
}
