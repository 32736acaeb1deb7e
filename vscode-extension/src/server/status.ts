// The state of the server among the language's items in the status bar.

import * as vscode from "vscode";

import type { Session, State } from "./session";

/** What the item shows. Its own function, so that a test reads it without a status bar. */
export function describe(state: State): { text: string; detail: string; busy: boolean; bad: boolean } {
  switch (state.kind) {
    case "stopped":
      return { text: "ntro: stopped", detail: "The language server is stopped.", busy: false, bad: false };
    case "starting":
      return { text: "ntro: starting", detail: state.file, busy: true, bad: false };
    case "running":
      return { text: state.version === "" ? "ntroc" : `ntroc ${state.version}`, detail: `running: ${state.file}`, busy: false, bad: false };
    case "failed":
    case "missing":
      return { text: "ntro: no server", detail: state.why, busy: false, bad: true };
  }
}

/** Makes the item, and keeps it true. */
export function showStatus(session: Session): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("ntro.server", { language: "ntro" });
  item.name = "ntro language server";
  const update = (state: State) => {
    const { text, detail, busy, bad } = describe(state);
    item.text = text;
    item.detail = detail;
    item.busy = busy;
    item.severity = bad ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    item.command = { command: "ntro.restartServer", title: bad ? "Try again" : "Restart" };
  };
  update(session.state);
  const listening = session.onDidChange(update);
  return vscode.Disposable.from(item, listening);
}
