// What the user is told when there is no server: why, and what can be done about it with one click.

import * as vscode from "vscode";

import type { Session, State } from "./session";

const CHOOSE = "Choose the program…";
const SETTINGS = "Open the settings";
const AGAIN = "Try again";
const OUTPUT = "Show the output";

/** Tells of each failure once. The status of the language shows the same for as long as it lasts. */
export function tellOfFailures(session: Session, output: vscode.OutputChannel): vscode.Disposable {
  return session.onDidChange((state) => {
    if (state.kind === "missing" || state.kind === "failed") void tell(state, session, output);
  });
}

async function tell(state: Extract<State, { kind: "missing" | "failed" }>, session: Session, output: vscode.OutputChannel): Promise<void> {
  const message =
    state.kind === "missing"
      ? `${state.why} Colours and snippets work without it; mistakes, completion and all else need it.`
      : `The language server of ntro does not run: ${state.why}`;
  const buttons = state.kind === "missing" ? [CHOOSE, SETTINGS, AGAIN] : [AGAIN, OUTPUT, SETTINGS];
  const answer = await vscode.window.showErrorMessage(message, ...buttons);
  if (answer === CHOOSE) await choose();
  if (answer === SETTINGS) await vscode.commands.executeCommand("workbench.action.openSettings", "ntro.server");
  if (answer === AGAIN) await session.restart();
  if (answer === OUTPUT) output.show();
}

async function choose(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({ title: "The ntroc program", canSelectMany: false });
  const file = chosen?.[0];
  // The server is restarted by the change of the setting.
  if (file) await vscode.workspace.getConfiguration("ntro.server").update("path", file.fsPath, vscode.ConfigurationTarget.Global);
}
