// `ntroc check`, `test` and `run` as tasks: they run in the terminal, and what they find goes into the list of problems.

import * as path from "node:path";
import * as vscode from "vscode";

import type { Session } from "../server/session";
import { argumentsOf, lensTarget } from "./targets";
import type { Definition, LensTarget } from "./targets";

const MATCHERS = { check: ["$ntro-check"], test: ["$ntro-check", "$ntro-test"], run: [] } as const;

/** Offers the tasks, and the commands and code lenses that start them. */
export function registerTasks(session: Session): vscode.Disposable {
  const start = async (command: Definition["command"], args: unknown[]) => {
    const target = lensTarget(args) ?? activeFile(command);
    const folder = folderOf(target);
    const refused = whyNot(target, folder);
    if (!folder || refused !== undefined) {
      void vscode.window.showInformationMessage(refused ?? "Open a folder with runbooks first.");
      return undefined;
    }
    // The program reads files, so what is only in the editor is written first.
    await Promise.all(vscode.workspace.textDocuments.filter((it) => it.languageId === "ntro" && it.isDirty && !it.isUntitled).map((it) => it.save()));
    const wanted = definition(command, target, folder, args.length > 0);
    const task = taskOf(session, wanted, folder);
    if (task) return vscode.tasks.executeTask(task);
    const binary = session.binary();
    if (binary.kind === "missing") void vscode.window.showErrorMessage(binary.why);
    return undefined;
  };
  return vscode.Disposable.from(
    vscode.tasks.registerTaskProvider("ntro", {
      provideTasks: () => offered(session),
      resolveTask: (task) => {
        const scope = task.scope;
        const folder = typeof scope === "object" ? scope : vscode.workspace.workspaceFolders?.[0];
        return folder && taskOf(session, task.definition as Definition, folder.uri, task);
      },
    }),
    vscode.commands.registerCommand("ntro.check", (...args: unknown[]) => start("check", args)),
    vscode.commands.registerCommand("ntro.test", (...args: unknown[]) => start("test", args)),
    vscode.commands.registerCommand("ntro.run", (...args: unknown[]) => start("run", args)),
  );
}

/** The document in front. One that is no file cannot be run; the folder around it can still be checked and tested. */
function activeFile(command: Definition["command"]): LensTarget | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "ntro") return undefined;
  return document.uri.scheme === "file" || command === "run" ? { uri: document.uri.toString() } : undefined;
}

/** Why the program cannot do what is asked: it reads files and folders of the disk. */
function whyNot(target: LensTarget | undefined, folder: vscode.Uri | undefined): string | undefined {
  const scheme = target && vscode.Uri.parse(target.uri).scheme;
  if (scheme === "untitled") return "Save this document first: ntroc reads files.";
  if (scheme !== undefined && scheme !== "file") return "This document is no file on this disk, and ntroc reads no others. Open the file itself.";
  if (folder && folder.scheme !== "file") return "This folder does not lie on this disk, and ntroc reads no others. Open a copy of it here.";
  return undefined;
}

/** The folder in which a task runs: that of the window which holds the file, else the file's own. */
function folderOf(target: LensTarget | undefined): vscode.Uri | undefined {
  if (!target) return vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = vscode.Uri.parse(target.uri);
  return vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.joinPath(uri, "..");
}

/** A check is of the whole folder; a run is of one file; a test is of the folder, unless a lens names what it stands above. */
function definition(command: Definition["command"], target: LensTarget | undefined, folder: vscode.Uri, asked: boolean): Definition {
  const wanted: Definition = { type: "ntro", command };
  if (target && (command === "run" || (command === "test" && asked))) {
    wanted.path = path.relative(folder.fsPath, vscode.Uri.parse(target.uri).fsPath);
    const name = command === "run" ? target.runbook : (target.scenario ?? target.runbook);
    if (name !== undefined) wanted.name = name;
  }
  return wanted;
}

function offered(session: Session): vscode.Task[] {
  const tasks: vscode.Task[] = [];
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    if (folder.uri.scheme !== "file") continue;
    for (const command of ["check", "test"] as const) {
      const task = taskOf(session, { type: "ntro", command }, folder.uri);
      if (task) tasks.push(task);
    }
  }
  return tasks;
}

/** The task, or nothing where there is no binary; the status of the language says why. `like` is the one that the editor wants resolved. */
function taskOf(session: Session, wanted: Definition, folder: vscode.Uri, like?: vscode.Task): vscode.Task | undefined {
  const binary = session.binary();
  if (binary.kind === "missing" || !vscode.workspace.isTrusted) return undefined;
  const scope = like?.scope ?? vscode.workspace.getWorkspaceFolder(folder) ?? vscode.TaskScope.Workspace;
  const execution = new vscode.ProcessExecution(binary.file, argumentsOf(wanted), { cwd: folder.fsPath });
  // The definition must be the one that the editor asked about, or it takes the task for another.
  const task = new vscode.Task(like?.definition ?? wanted, scope, wanted.command, "ntro", execution, [...MATCHERS[wanted.command]]);
  if (wanted.command !== "run") task.group = wanted.command === "test" ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
  const asks = wanted.command === "run";
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: asks, clear: !asks, panel: vscode.TaskPanelKind.Dedicated };
  return task;
}
