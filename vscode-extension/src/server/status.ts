// The state of the server among the language's items in the status bar.

import * as vscode from "vscode";

import { SERVED } from "./session";
import type { Session, State } from "./session";

/** What the item shows of a document that lies where `scheme` says. Its own function, so that a test reads it without a status bar. */
export function describe(state: State, scheme: string): { text: string; detail: string; busy: boolean; bad: boolean } {
  if (!SERVED.includes(scheme)) {
    return { text: "ntro: colours only", detail: "The language server looks at files on a disk and at new documents. This one is neither.", busy: false, bad: false };
  }
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
    const { text, detail, busy, bad } = describe(state, vscode.window.activeTextEditor?.document.uri.scheme ?? "file");
    item.text = text;
    item.detail = detail;
    item.busy = busy;
    item.severity = bad ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    item.command = { command: "ntro.restartServer", title: bad ? "Try again" : "Restart" };
  };
  update(session.state);
  const listening = session.onDidChange(update);
  const looking = vscode.window.onDidChangeActiveTextEditor(() => update(session.state));
  return vscode.Disposable.from(item, listening, looking);
}
