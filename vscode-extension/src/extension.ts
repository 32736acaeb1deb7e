// The extension: it starts the language server and offers what an editor has besides, commands, tasks and the picture of a runbook.
// It sends nothing anywhere: there is no telemetry, and nothing here opens a connection.

import * as vscode from "vscode";

import { registerExplain } from "./commands/explain";
import { registerTasks } from "./commands/tasks";
import { registerGraph } from "./graph/preview";
import { tellOfFailures } from "./server/notices";
import { Session } from "./server/session";
import { showStatus } from "./server/status";

/** What tests see of the extension. */
export interface Api {
  /** The language server. */
  readonly session: Session;
}

let session: Session | undefined;

/** Called by the editor once, when the first runbook is opened. */
export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const output = vscode.window.createOutputChannel("ntro");
  const server = new Session(context.extensionUri, output);
  session = server;
  context.subscriptions.push(
    output,
    server,
    showStatus(server),
    tellOfFailures(server, output),
    registerTasks(server),
    registerExplain(server),
    registerGraph(server, context.extensionUri),
    vscode.commands.registerCommand("ntro.restartServer", () => server.restart()),
    vscode.commands.registerCommand("ntro.rename", (at: unknown) => rename(at)),
    vscode.commands.registerCommand("ntro.showOutput", () => output.show()),
    vscode.commands.registerCommand("ntro.openWalkthrough", () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`, false),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("ntro.server")) void server.restart();
    }),
    // What a folder's settings name counts from the moment that the folder is trusted.
    vscode.workspace.onDidGrantWorkspaceTrust(() => void server.restart()),
  );
  await server.restart();
  return { session: server };
}

/** Asks for another name of what stands at a place: some actions of the server make one up. */
async function rename(at: unknown): Promise<void> {
  const { uri, position } = (at ?? {}) as { uri?: string; position?: { line: number; character: number } };
  if (uri === undefined || position === undefined) return;
  await vscode.commands.executeCommand("editor.action.rename", [vscode.Uri.parse(uri), new vscode.Position(position.line, position.character)]);
}

/** Called by the editor when the window closes; the server ends in order. */
export function deactivate(): Promise<void> | undefined {
  return session?.stop();
}
