//! The outcomes of scenarios for programs.

use ntro_harness::RunEnd;
use serde_json::{Value as Json, json};

use super::{Job, Result, Tested};

/// All projects with their scenarios, in the order in which people see them.
pub(super) fn all(projects: &[Tested]) -> Json {
    let results = || projects.iter().flat_map(|project| &project.results);
    let written = || results().filter(|result| matches!(result.job, Job::Written(_)));
    json!({
        "passed": written().filter(|result| result.played.passed()).count(),
        "failed": results().filter(|result| !result.played.passed()).count(),
        "scenarios": results().map(one).collect::<Vec<_>>(),
        "coverage": projects.iter().flat_map(|project| &project.coverage).map(|coverage| json!({
            "runbook": coverage.runbook,
            "reached": coverage.reached,
            "of": coverage.reached + coverage.missing.len(),
            "missing": coverage.missing,
        })).collect::<Vec<_>>(),
    })
}

fn one(result: &Result) -> Json {
    let played = &result.played;
    let (line, column, builtin) = match &result.job {
        Job::Written(scenario) => (json!(scenario.place.line), json!(scenario.place.column), false),
        Job::Builtin(..) => (Json::Null, Json::Null, true),
    };
    let end = match &played.end {
        None => Json::Null,
        Some(RunEnd::Completed(result)) => json!({ "completed": result }),
        Some(RunEnd::Failed(failure)) => json!({ "failed": failure }),
        Some(RunEnd::Cancelled) => json!("cancelled"),
    };
    let broken = played.broken.as_ref().map(|broken| {
        json!({
            "line": broken.place.line,
            "column": broken.place.column,
            "text": broken.line,
            "expected": broken.expected,
            "happened": broken.happened,
        })
    });
    json!({
        "runbook": result.job.runbook(),
        "title": result.job.title(),
        "builtin": builtin,
        "file": result.file,
        "line": line,
        "column": column,
        "passed": played.passed(),
        "started": played.started,
        "ended": played.ended,
        "steps": played.steps,
        "end": end,
        "unfinished": played.unfinished,
        "broken": broken,
        "story": played.story.iter().map(|moment| json!({ "at": moment.at, "what": moment.text })).collect::<Vec<_>>(),
        "open": played.open.iter().map(|(step, waits)| json!({ "step": step, "waits_for": waits })).collect::<Vec<_>>(),
    })
}
