// `ntroc explain` in the editor: a list of codes to choose from, and the page of one as Markdown.

import { execFile } from "node:child_process";
import * as vscode from "vscode";

import type { Session } from "../server/session";
import { codesOf, page } from "./pages";

const SCHEME = "ntro-explain";
/** How long the binary may take for a page, in milliseconds. It only prints what it holds. */
const PATIENCE = 10_000;

/** Offers the command, and the documents that it opens. */
export function registerExplain(session: Session): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: async (uri) => page(await ask(session, [uri.path.slice(1).replace(/\.md$/, "")])),
    }),
    vscode.commands.registerCommand("ntro.explain", async (code?: unknown) => {
      try {
        const chosen = typeof code === "string" && /^N\d{4}$/.test(code) ? code : await choose(session);
        if (chosen) await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.from({ scheme: SCHEME, path: `/${chosen}.md` }));
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    }),
  );
}

/** Lets the user choose a code. Those of the problems at the cursor come first, for they are what is mostly asked about. */
async function choose(session: Session): Promise<string | undefined> {
  const here = new Set(codesHere());
  const all = codesOf(await ask(session, []));
  const items = [...all.filter((it) => here.has(it.code)), ...all.filter((it) => !here.has(it.code))].map(
    (it): vscode.QuickPickItem => ({ label: it.code, description: it.title, ...(here.has(it.code) ? { detail: "at the cursor" } : {}) }),
  );
  const chosen = await vscode.window.showQuickPick(items, { title: "Explain a code", placeHolder: "N0301, or a word of its title", matchOnDescription: true });
  return chosen?.label;
}

function codesHere(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return [];
  return vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((it) => it.range.start.line <= editor.selection.active.line && it.range.end.line >= editor.selection.active.line)
    .map((it) => (typeof it.code === "object" ? String(it.code.value) : String(it.code ?? "")));
}

function ask(session: Session, args: string[]): Promise<string> {
  const binary = session.binary();
  if (binary.kind === "missing") return Promise.reject(new Error(binary.why));
  return new Promise((done, fail) => {
    execFile(binary.file, ["explain", ...args], { timeout: PATIENCE, maxBuffer: 4 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) fail(new Error(stderr.trim() || error.message));
      else done(stdout);
    });
  });
}
