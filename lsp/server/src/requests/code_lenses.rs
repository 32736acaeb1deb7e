//! `textDocument/codeLens`

use ls_types::{CodeLens, CodeLensParams, Command};
use ntro_ide::LensCommand;
use serde_json::json;

use crate::answer::Answer;
use crate::client::commands;
use crate::snapshot::Here;

pub(crate) fn answer(here: &Here, params: CodeLensParams) -> Answer<Option<Vec<CodeLens>>> {
    if !here.snapshot.settings.lenses {
        return Ok(Some(Vec::new()));
    }
    let uri = params.text_document.uri;
    let client = &here.snapshot.client;
    let lenses = here.snapshot.analysis.code_lenses(&here.file.path)?;
    let lenses = lenses.into_iter().filter_map(|lens| {
        let range = here.file.range(lens.span);
        let (command, argument) = match lens.command {
            LensCommand::Run { runbook } => (commands::RUN, json!({ "uri": uri, "runbook": runbook })),
            LensCommand::Test { scenario, target } => {
                (commands::TEST, json!({ "uri": uri, "runbook": target, "scenario": scenario }))
            }
            LensCommand::TestAll { runbook } => (commands::TEST, json!({ "uri": uri, "runbook": runbook })),
            LensCommand::Graph { runbook } => {
                (commands::GRAPH, json!({ "uri": uri, "runbook": runbook, "position": range.start }))
            }
        };
        // Only what somebody carries out is offered.
        if command != commands::TEST && !client.carries_out(command) {
            return None;
        }
        let command = Command { title: lens.title, command: command.to_owned(), arguments: Some(vec![argument]) };
        Some(CodeLens { range, command: Some(command), data: None })
    });
    Ok(Some(lenses.collect()))
}
