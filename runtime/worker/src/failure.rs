//! Failures in and out of Temporal: a kind for programs and a sentence for people, whatever language the other side is written in.

use ntro_machine::{ActivityFailure, Json, RunFailure};
use temporalio_common::protos::temporal::api::common::v1::Payloads;
use temporalio_common::protos::temporal::api::enums::v1::TimeoutType;
use temporalio_common::protos::temporal::api::failure::v1::{
    ApplicationFailureInfo, CanceledFailureInfo, Failure, failure::FailureInfo,
};

use crate::payload;

/// How deep causes are followed: the interesting one lies under one or two wrappers.
const DEPTH: u32 = 16;

/// A failure of ours. Its type is the kind.
pub fn application(kind: &str, message: &str, non_retryable: bool, details: Option<&Json>) -> Failure {
    Failure {
        message: message.to_owned(),
        source: "ntro".to_owned(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(ApplicationFailureInfo {
            r#type: kind.to_owned(),
            non_retryable,
            details: details.map(|details| Payloads { payloads: vec![payload::json(details)] }),
            ..Default::default()
        })),
        ..Default::default()
    }
}

/// A run's failure. Another attempt of the whole run would repeat what people have decided, so it is never retried by the server.
pub fn of_run(failure: &RunFailure) -> Failure {
    let details = serde_json::json!({
        "step": failure.step, "capability": failure.capability, "pc": failure.pc,
    });
    application(&failure.kind, &failure.message, true, Some(&details))
}

/// What a cancelled activity must answer.
pub fn cancelled(message: &str) -> Failure {
    Failure {
        message: message.to_owned(),
        source: "ntro".to_owned(),
        failure_info: Some(FailureInfo::CanceledFailureInfo(CanceledFailureInfo::default())),
        ..Default::default()
    }
}

/// What a failure from the server means to a machine.
pub fn read(failure: Option<&Failure>) -> ActivityFailure {
    let Some(failure) = failure else {
        return made("failed", "It failed without saying why.");
    };
    find(failure, DEPTH)
}

fn find(failure: &Failure, depth: u32) -> ActivityFailure {
    let cause = failure.cause.as_deref().filter(|_| depth > 0);
    match &failure.failure_info {
        Some(FailureInfo::ApplicationFailureInfo(info)) => {
            let kind = if info.r#type.is_empty() { "failed" } else { &info.r#type };
            // Wrapping types of other SDKs say nothing: what they wrap does.
            made(kind, or(&failure.message, "It failed without saying why."))
        }
        Some(FailureInfo::TimeoutFailureInfo(info)) => {
            let message = match info.timeout_type() {
                TimeoutType::ScheduleToStart => "No worker took it up in time.",
                TimeoutType::Heartbeat => "Its worker went silent.",
                TimeoutType::StartToClose | TimeoutType::ScheduleToClose | TimeoutType::Unspecified => {
                    "It did not end in time."
                }
            };
            // The last attempt's own failure tells more than that there was no time for another one.
            match cause.map(|cause| find(cause, depth - 1)) {
                Some(last) => made("timeout", &format!("{message} The last attempt: {}", last.message)),
                None => made("timeout", message),
            }
        }
        Some(FailureInfo::CanceledFailureInfo(_)) => made("cancelled", or(&failure.message, "It was cancelled.")),
        Some(FailureInfo::TerminatedFailureInfo(_)) => made("terminated", or(&failure.message, "It was terminated.")),
        Some(
            FailureInfo::ActivityFailureInfo(_)
            | FailureInfo::ChildWorkflowExecutionFailureInfo(_)
            | FailureInfo::NexusOperationExecutionFailureInfo(_)
            | FailureInfo::NexusHandlerFailureInfo(_)
            | FailureInfo::ServerFailureInfo(_)
            | FailureInfo::ResetWorkflowFailureInfo(_),
        )
        | None => match cause {
            Some(cause) => find(cause, depth - 1),
            None => made("failed", or(&failure.message, "It failed without saying why.")),
        },
    }
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

fn made(kind: &str, message: &str) -> ActivityFailure {
    ActivityFailure { kind: kind.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use temporalio_common::protos::temporal::api::failure::v1::{ActivityFailureInfo, TimeoutFailureInfo};

    fn wrapped(cause: Failure) -> Failure {
        Failure {
            message: "Activity task failed".into(),
            cause: Some(Box::new(cause)),
            failure_info: Some(FailureInfo::ActivityFailureInfo(ActivityFailureInfo::default())),
            ..Default::default()
        }
    }

    #[test]
    fn the_cause_tells_the_kind() {
        let failure = wrapped(application("unreadable_file", "It is no PDF.", true, None));
        assert_eq!(read(Some(&failure)), made("unreadable_file", "It is no PDF."));
        assert_eq!(read(Some(&wrapped(cancelled("stop")))), made("cancelled", "stop"));
        assert_eq!(read(None).kind, "failed");
    }

    #[test]
    fn a_timeout_keeps_the_last_attempts_words() {
        let mut timeout = Failure {
            message: "activity ScheduleToClose timeout".into(),
            failure_info: Some(FailureInfo::TimeoutFailureInfo(TimeoutFailureInfo::default())),
            ..Default::default()
        };
        assert_eq!(read(Some(&wrapped(timeout.clone()))).kind, "timeout");
        timeout.cause = Some(Box::new(application("down", "The bank is away.", false, None)));
        let read = read(Some(&timeout));
        assert_eq!(read.kind, "timeout");
        assert!(read.message.contains("The bank is away."), "{}", read.message);
    }
}
