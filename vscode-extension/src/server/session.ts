// The language server as one thing that is on, off or in trouble: who starts it, who hears of its state, who restarts it.

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State as ClientState, TransportKind } from "vscode-languageclient/node";
import type { CloseHandlerResult, ErrorHandlerResult, LanguageClientOptions } from "vscode-languageclient/node";

import { findBinary } from "./binary";
import type { Found, Missing } from "./binary";

/** How it is with the server. */
export type State =
  | { readonly kind: "stopped" }
  | { readonly kind: "starting"; readonly file: string }
  | { readonly kind: "running"; readonly file: string; readonly version: string }
  | { readonly kind: "failed"; readonly file: string; readonly why: string }
  | { readonly kind: "missing"; readonly why: string };

/** Where documents lie that the server knows. The older side of a comparison and what lies on another machine have their colours, and no more. */
export const SERVED: readonly string[] = ["file", "untitled"];
/** How often a server that ends by itself is started again before the user is asked. */
const RESTARTS = 3;
/** A server that lived so long, in milliseconds, has earned its restarts anew. */
const LONG_LIFE = 3 * 60_000;

/** Starts, stops and restarts the server. There is one for a window. */
export class Session implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private current: State = { kind: "stopped" };
  /** Starts and stops happen one after the other, however fast they are asked for. */
  private turn: Promise<void> = Promise.resolve();
  private readonly changed = new vscode.EventEmitter<State>();

  /** Fires whenever the state changes. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly output: vscode.OutputChannel,
  ) {}

  /** How it is now. */
  get state(): State {
    return this.current;
  }

  /** The client while the server runs. */
  get running(): LanguageClient | undefined {
    return this.current.kind === "running" ? this.client : undefined;
  }

  /** The binary, which also checks, runs and tests; or why there is none. */
  binary(): Found | Missing {
    const settings = vscode.workspace.getConfiguration("ntro.server");
    return findBinary({
      setting: settings.get<string>("path", ""),
      extension: this.extension.fsPath,
      path: process.env["PATH"] ?? "",
      home: homedir(),
      folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      trusted: vscode.workspace.isTrusted,
      windows: process.platform === "win32",
      executable,
    });
  }

  /** Starts the server anew, with the settings as they are now. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.stopNow()).then(() => this.startNow());
    return this.turn;
  }

  /** Stops the server. */
  stop(): Promise<void> {
    this.turn = this.turn.then(() => this.stopNow());
    return this.turn;
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
  }

  private async startNow(): Promise<void> {
    const binary = this.binary();
    if (binary.kind === "missing") {
      this.output.appendLine(binary.why);
      this.become(binary);
      return;
    }
    const settings = vscode.workspace.getConfiguration("ntro.server");
    const args = settings.get<string[]>("arguments", ["lsp"]);
    this.output.appendLine(`starting ${binary.file} ${args.join(" ")} (${FROM[binary.from]})`);
    this.become({ kind: "starting", file: binary.file });
    const executable = {
      command: binary.file,
      args,
      transport: TransportKind.stdio,
      options: { env: { ...process.env, ...settings.get<Record<string, string>>("environment", {}) } },
    };
    const client = new QuietClient("ntro", "ntro", executable, this.options(binary.file));
    this.client = client;
    client.onDidChangeState((event) => {
      if (this.client === client && event.newState === ClientState.Running) this.runs(client, binary.file);
    });
    try {
      await client.start();
      this.runs(client, binary.file);
    } catch (error) {
      this.output.appendLine(error instanceof Error ? error.message : String(error));
      this.fail(binary.file, neverAnswered(binary.file));
    }
  }

  private runs(client: LanguageClient, file: string): void {
    this.become({ kind: "running", file, version: client.initializeResult?.serverInfo?.version ?? "" });
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client) {
      // One that never came up cannot be stopped in order; it is let go.
      await client.dispose(2_000).catch(() => undefined);
    }
    this.become({ kind: "stopped" });
  }

  private options(file: string): LanguageClientOptions {
    let ends: number[] = [];
    return {
      documentSelector: SERVED.map((scheme) => ({ language: "ntro", scheme })),
      // Which files it wants to hear of the server says itself. Of its settings it hears when they change, and asks for them then.
      synchronize: { configurationSection: "ntro" },
      initializationOptions: {
        commands: ["ntro.run", "ntro.test", "ntro.showGraph", "ntro.rename"],
        // A click on the code of a problem opens its page.
        explain: `command:ntro.explain?${encodeURIComponent("[\"")}{code}${encodeURIComponent("\"]")}`,
      },
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      markdown: { isTrusted: false, supportHtml: false },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (): ErrorHandlerResult => ({ action: ErrorAction.Continue, handled: true }),
        closed: (): CloseHandlerResult => {
          const now = Date.now();
          ends = [...ends.filter((end) => now - end < LONG_LIFE), now];
          if (this.current.kind !== "running" || ends.length > RESTARTS) {
            this.fail(file, this.current.kind === "starting" ? neverAnswered(file) : `${file} ended by itself, again and again.`);
            return { action: CloseAction.DoNotRestart, handled: true };
          }
          this.output.appendLine("The language server ended by itself and is started again.");
          this.become({ kind: "starting", file });
          return { action: CloseAction.Restart, handled: true };
        },
      },
    };
  }

  private fail(file: string, why: string): void {
    // A server that ends while it starts is told of twice: by its connection and by its start.
    if (this.current.kind === "failed") return;
    this.output.appendLine(why);
    this.become({ kind: "failed", file, why });
  }

  private become(state: State): void {
    this.current = state;
    void vscode.commands.executeCommand("setContext", "ntro.serverRunning", state.kind === "running");
    this.changed.fire(state);
  }
}

/** A client that shows no messages of its own while it starts: the session tells what went wrong, and what can be done. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown, show: boolean | "force" = true): void {
    super.error(message, data, this.state === ClientState.Running ? show : false);
  }
}

/** What is told where a program ends, or cannot even be started, before it answers. */
function neverAnswered(file: string): string {
  return `${file} ended before it answered. Run it with --version in a terminal: it may be too old, made for another system, or another program.`;
}

const FROM = { setting: "named by the setting ntro.server.path", bundled: "of this extension", path: "found on the PATH" } as const;

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
