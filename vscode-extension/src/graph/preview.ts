// The picture of a runbook beside its text: it follows the cursor and changes as one types.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { LSPErrorCodes, RequestType, ResponseError } from "vscode-languageclient/node";

import { SERVED } from "../server/session";
import type { Session } from "../server/session";
import { lensTarget } from "../commands/targets";
import { nodeAt } from "./protocol";
import type { FromPicture, Graph, GraphParams, ToPicture } from "./protocol";

const REQUEST = new RequestType<GraphParams, Graph | null, void>("ntro/graph");
/** How long nothing may happen before the server is asked anew, in milliseconds: less than a pause between words, more than one between letters. */
const REST = 120;

/** What the server says of a question that no longer fits its texts. */
const OVERTAKEN = new Set<number>([LSPErrorCodes.ContentModified, LSPErrorCodes.RequestCancelled, LSPErrorCodes.ServerCancelled]);

/** Offers the command that opens the picture. */
export function registerGraph(session: Session, extension: vscode.Uri): vscode.Disposable {
  let open: Preview | undefined;
  const command = vscode.commands.registerCommand("ntro.showGraph", (...args: unknown[]) => {
    const target = lensTarget(args);
    const editor = vscode.window.activeTextEditor;
    const uri = target ? vscode.Uri.parse(target.uri) : editor?.document.languageId === "ntro" ? editor.document.uri : undefined;
    if (!uri) {
      void vscode.window.showInformationMessage("Put the cursor into a runbook, and ask for its flow again.");
      return;
    }
    if (!SERVED.includes(uri.scheme)) {
      void vscode.window.showInformationMessage("The flow is drawn of files on a disk and of new documents. Open the file itself.");
      return;
    }
    const position = positionOf(args[0]) ?? (editor?.document.uri.toString() === uri.toString() ? editor.selection.active : new vscode.Position(0, 0));
    if (!open) {
      const preview = new Preview(session, extension);
      preview.onClose(() => {
        if (open === preview) open = undefined;
      });
      open = preview;
    }
    open.show(uri, position);
  });
  return vscode.Disposable.from(command, { dispose: () => open?.dispose() });
}

/** The position that a code lens names. */
function positionOf(from: unknown): vscode.Position | undefined {
  if (typeof from !== "object" || from === null) return undefined;
  const at = (from as { position?: { line?: unknown; character?: unknown } }).position;
  return typeof at?.line === "number" && typeof at.character === "number" ? new vscode.Position(at.line, at.character) : undefined;
}

/** The panel. There is at most one. */
class Preview implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private readonly parts: vscode.Disposable[] = [];
  private uri: vscode.Uri | undefined;
  private position = new vscode.Position(0, 0);
  private graph: Graph | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Counts what was asked, so that an answer which comes after a later question is not shown. */
  private asked = 0;
  private last: ToPicture = { type: "nothing", why: "The flow is being read…" };

  constructor(
    private readonly session: Session,
    extension: vscode.Uri,
  ) {
    const code = vscode.Uri.joinPath(extension, "dist");
    this.panel = vscode.window.createWebviewPanel("ntro.graph", "Flow", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, {
      enableScripts: true,
      localResourceRoots: [code],
    });
    this.panel.webview.html = html(this.panel.webview, vscode.Uri.joinPath(code, "webview.js"));
    this.parts.push(
      this.panel.webview.onDidReceiveMessage((message: FromPicture) => void this.heard(message)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.moved(event)),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor?.document.languageId === "ntro" && SERVED.includes(editor.document.uri.scheme)) this.show(editor.document.uri, editor.selection.active);
      }),
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document.uri.toString() === this.uri?.toString()) this.soon();
      }),
      session.onDidChange(() => this.soon()),
    );
    this.panel.onDidDispose(() => this.dispose());
  }

  /** Calls back once, when the panel is closed. */
  onClose(closed: () => void): void {
    this.parts.push({ dispose: closed });
  }

  /** Shows the runbook around a position. */
  show(uri: vscode.Uri, position: vscode.Position): void {
    if (uri.toString() !== this.uri?.toString()) this.graph = undefined;
    this.uri = uri;
    this.position = position;
    this.panel.reveal(undefined, true);
    void this.ask();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const part of this.parts.splice(0)) part.dispose();
    this.panel.dispose();
  }

  private moved(event: vscode.TextEditorSelectionChangeEvent): void {
    const place = event.selections[0]?.active;
    if (!place || event.textEditor.document.uri.toString() !== this.uri?.toString()) return;
    if (!vscode.workspace.getConfiguration("ntro").get<boolean>("graph.followCursor", true)) return;
    this.position = place;
    // The mark moves at once, from what is known; whether it is another runbook the server says a little later.
    if (this.graph) this.tell({ type: "current", current: nodeAt(this.graph, place)?.id });
    this.soon();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), REST);
  }

  private async ask(): Promise<void> {
    const { uri, position } = this;
    const client = this.session.running;
    if (!uri) return;
    if (!client) {
      this.tell({ type: "nothing", why: "The flow is shown as soon as the language server runs." });
      return;
    }
    const number = ++this.asked;
    try {
      const graph = await client.sendRequest(REQUEST, { uri: client.code2ProtocolConverter.asUri(uri), position: client.code2ProtocolConverter.asPosition(position) });
      if (number === this.asked) this.answered(graph);
    } catch (error) {
      if (number !== this.asked) return;
      // A question that was overtaken, by typing or by a file that somebody saved, is asked again of the text as it is then.
      if (error instanceof ResponseError && OVERTAKEN.has(error.code)) this.soon();
      else this.tell({ type: "nothing", why: `The flow cannot be shown: ${error instanceof Error ? error.message : String(error)}` });
    }
  }

  private answered(graph: Graph | null): void {
    if (graph) {
      this.graph = graph;
      this.panel.title = `Flow of ${graph.runbook || graph.title || "a runbook"}`;
      this.tell({ type: "graph", graph, current: nodeAt(graph, this.position)?.id });
    } else if (!this.graph) {
      this.tell({ type: "nothing", why: "This file has no runbook." });
    }
    // Else the picture stays as it was: somebody is typing the line in which the runbook begins.
  }

  private tell(message: ToPicture): void {
    // A mark alone says nothing to a picture that is loaded anew, so it is not what is remembered.
    if (message.type !== "current") this.last = message;
    void this.panel.webview.postMessage(message);
  }

  private async heard(message: FromPicture): Promise<void> {
    if (message.type === "ready") {
      this.tell(this.last);
      return;
    }
    const range = this.graph?.nodes.find((node) => node.id === message.id)?.range;
    if (!range || !this.uri) return;
    const start = new vscode.Position(range.start.line, range.start.character);
    const beside = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === this.uri?.toString());
    await vscode.window.showTextDocument(this.uri, { selection: new vscode.Range(start, start), viewColumn: beside?.viewColumn ?? vscode.ViewColumn.One });
  }
}

/** The page around the picture: it may run the one script of this extension, and load nothing else from anywhere. */
function html(webview: vscode.Webview, script: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64url");
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Flow</title>
<style nonce="${nonce}">
body { margin: 0; padding: 12px; }
#picture svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
#nothing { color: var(--vscode-descriptionForeground); }
[data-id] { cursor: pointer; }
[data-id]:focus { outline: none; }
[data-id]:focus .box, [data-id]:hover .box { stroke: var(--vscode-focusBorder) !important; }
[data-id].current .box { stroke: var(--vscode-focusBorder) !important; stroke-width: 3.5 !important; }
body .ntro-graph {
  --ground: var(--vscode-editor-background); --ink: var(--vscode-editor-foreground); --soft: var(--vscode-descriptionForeground, var(--vscode-editor-foreground));
  --line: var(--vscode-charts-lines, #808080);
}
.vscode-light .ntro-graph {
  --plain: #f6f8fa; --people: #fff4d6; --people-line: #8a5a00; --others: #e3effd; --others-line: #0b5394; --fail: #fdecea; --fail-line: #b42318; --line: #59636e;
  --ink: #1b1f24; --soft: #4a5360;
}
.vscode-dark .ntro-graph {
  --plain: #242a31; --people: #3a2e0c; --people-line: #e0b040; --others: #10294a; --others-line: #79b8ff; --fail: #451512; --fail-line: #ff9a8f; --line: #9aa6b2;
  --ink: #f0f3f6; --soft: #b6c0cb;
}
.vscode-high-contrast .ntro-graph {
  --plain: var(--vscode-editor-background); --people: var(--vscode-editor-background); --others: var(--vscode-editor-background); --fail: var(--vscode-editor-background);
  --people-line: var(--vscode-contrastBorder); --others-line: var(--vscode-contrastBorder); --fail-line: var(--vscode-contrastBorder); --line: var(--vscode-contrastBorder);
}
</style>
</head>
<body>
<p id="nothing" role="status"></p>
<div id="picture"></div>
<script nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script>
</body>
</html>`;
}
