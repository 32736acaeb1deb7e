// The tests of the extension inside the real extension host: what VS Code makes of the server's answers, through its own API.

const assert = require("node:assert/strict");
const vscode = require("vscode");

const PATIENCE = 20_000;

/** Waits until something holds, and gives it. What never holds fails with what was seen last. */
async function until(what, look) {
  const deadline = Date.now() + PATIENCE;
  let seen;
  for (;;) {
    try {
      seen = await look();
      if (seen) return seen;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > deadline) throw new Error(`${what} never came; last seen: ${seen instanceof Error ? seen.stack : JSON.stringify(seen)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const folder = () => vscode.workspace.workspaceFolders[0].uri;
const file = (name) => vscode.Uri.joinPath(folder(), name);

/** Shows a file as it is on the disk: what a test before this one left in the editor is not its matter. */
async function open(name) {
  const document = await vscode.workspace.openTextDocument(file(name));
  const editor = await vscode.window.showTextDocument(document);
  if (document.isDirty) await run("workbench.action.files.revert");
  return { document, editor };
}

/** The place of a word: the `which`th time that it occurs, `into` characters behind its beginning. */
function at(document, word, which = 1, into = 1) {
  let offset = -1;
  for (let count = 0; count < which; count += 1) {
    offset = document.getText().indexOf(word, offset + 1);
    assert.notEqual(offset, -1, `${word} does not occur ${which} times`);
  }
  return document.positionAt(offset + into);
}

async function replace(document, from, to) {
  const edit = new vscode.WorkspaceEdit();
  const start = document.getText().indexOf(from);
  assert.notEqual(start, -1, `${from} does not occur`);
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)), to);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

const problems = (document) => vscode.languages.getDiagnostics(document.uri);
/** What a provider says, at the first time of asking: the server runs, and what it was told before it knows. */
async function answer(command, ...args) {
  const given = await run(command, ...args);
  assert.ok(given && (given.length ?? given.size ?? given.items?.length ?? 1) > 0, `${command} says nothing: ${JSON.stringify(given)}`);
  return given;
}
const run = (command, ...args) => vscode.commands.executeCommand(command, ...args);
const code = (problem) => String(typeof problem.code === "object" ? problem.code.value : problem.code);

const tests = {
  async "the language is known and the server runs"() {
    const { document } = await open("rent-roll.ntro");
    assert.equal(document.languageId, "ntro");
    const extension = vscode.extensions.getExtension("ntro.ntro");
    const { session } = await extension.activate();
    await until("the running server", () => session.state.kind === "running");
    assert.match(session.state.version, /^\d+\.\d+\.\d+/);
    assert.equal(session.binary().from, "bundled", "the binary inside the package is the one that runs");
  },

  async "a mistake is told, and is gone as soon as it is mended in the text"() {
    const { document } = await open("broken.ntro");
    const [problem] = await until("the mistake", () => problems(document).length > 0 && problems(document));
    assert.equal(problems(document).length, 1);
    assert.equal(code(problem), "N0301");
    assert.match(problem.message, /no field `confidnce`/);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(document.getText(problem.range), "confidnce");
    await replace(document, "extracted.confidnce", "extracted.confidence");
    await until("the mended text", () => problems(document).length === 0);
    await replace(document, "extracted.confidence", "extracted.confidnce");
    await until("the mistake again", () => problems(document).length === 1);
  },

  async "a mistake in one file is told in another one that it concerns"() {
    const { document: types } = await open("types.ntro");
    const { document } = await open("rent-roll.ntro");
    await until("the sound file", () => problems(document).length === 0);
    await replace(types, "  unit:        text", "  flat:        text");
    await until("the mistake in the other file", () => problems(document).some((it) => it.severity === vscode.DiagnosticSeverity.Error));
    await replace(types, "  flat:        text", "  unit:        text");
    await until("the sound file again", () => problems(document).length === 0);
  },

  async "the certain fix of a mistake is offered and mends it"() {
    const { document } = await open("broken.ntro");
    const [problem] = await until("the mistake", () => problems(document).length > 0 && problems(document));
    const actions = await answer("vscode.executeCodeActionProvider", document.uri, problem.range, vscode.CodeActionKind.QuickFix.value, 10);
    const fix = actions.find((it) => it.edit && it.edit.get(document.uri).some((edit) => edit.newText.includes("confidence")));
    assert.ok(fix, `no fix among ${JSON.stringify(actions.map((it) => it.title))}`);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await until("the mended text", () => problems(document).length === 0);
    assert.match(document.getText(), /extracted\.confidence > 0\.5/);
    await replace(document, "extracted.confidence", "extracted.confidnce");
    await until("the mistake again", () => problems(document).length === 1);
  },

  async "hover says what a step is"() {
    const { document } = await open("rent-roll.ntro");
    const hovers = await answer("vscode.executeHoverProvider", document.uri, at(document, "extracted.rows"));
    const text = hovers.flatMap((it) => it.contents).map((it) => it.value ?? it).join("\n");
    assert.match(text, /Extraction<Lease>/);
  },

  async "hover shows the documentation of a type of another file"() {
    const { document } = await open("rent-roll.ntro");
    const hovers = await answer("vscode.executeHoverProvider", document.uri, at(document, "ai.extract<Lease>", 1, "ai.extract<L".length));
    assert.match(hovers.flatMap((it) => it.contents).map((it) => it.value ?? it).join("\n"), /One lease of a building/);
  },

  async "definition leads to a step of this file and to a type of another"() {
    const { document } = await open("rent-roll.ntro");
    const place = (it) => ({ uri: (it.targetUri ?? it.uri).toString(), range: it.targetSelectionRange ?? it.targetRange ?? it.range });
    const [step] = (await answer("vscode.executeDefinitionProvider", document.uri, at(document, "extracted.rows"))).map(place);
    assert.equal(document.getText(document.getWordRangeAtPosition(step.range.start)), "extracted");
    assert.equal(step.range.start.line, at(document, 'step extracted "').line);
    const [type] = (await answer("vscode.executeDefinitionProvider", document.uri, at(document, "ai.extract<Lease>", 1, "ai.extract<L".length))).map(place);
    assert.equal(type.uri, file("types.ntro").toString());
  },

  async "references are those of the code and of the templates"() {
    const { document } = await open("rent-roll.ntro");
    const found = await answer("vscode.executeReferenceProvider", document.uri, at(document, "extracted.rows"));
    const lines = found.map((it) => document.lineAt(it.range.start.line).text.trim());
    assert.ok(lines.some((line) => line.startsWith("rows:")), lines.join("\n"));
    assert.ok(lines.some((line) => line.includes("{{ extracted.confidence }}")), lines.join("\n"));
  },

  async "completion offers the fields of a value, inside a template too"() {
    const { document } = await open("rent-roll.ntro");
    for (const word of ["extracted.rows", "{{ extracted.confidence"]) {
      const place = at(document, word, 1, word.indexOf(".") + 1);
      const { items } = await answer("vscode.executeCompletionItemProvider", document.uri, place, ".");
      const labels = items.map((it) => (typeof it.label === "string" ? it.label : it.label.label));
      for (const field of ["rows", "confidence", "summary"]) assert.ok(labels.includes(field), `${field} is missing at ${word}: ${labels.slice(0, 20)}`);
    }
  },

  async "a step gets another name wherever it is used"() {
    const { document } = await open("rent-roll.ntro");
    const edit = await answer("vscode.executeDocumentRenameProvider", document.uri, at(document, "extracted.rows"), "leases_found");
    const edits = edit.get(document.uri);
    assert.equal(edits.length, document.getText().match(/\bextracted\b/g).length);
    assert.ok(edits.every((it) => it.newText === "leases_found"), JSON.stringify(edits));
  },

  async "a type gets another name in every file"() {
    const { document } = await open("rent-roll.ntro");
    const edit = await answer("vscode.executeDocumentRenameProvider", document.uri, at(document, "ai.extract<Lease>", 1, "ai.extract<L".length), "Tenancy");
    const touched = edit.entries().map(([uri]) => uri.path.split("/").pop()).sort();
    assert.deepEqual(touched, ["broken.ntro", "rent-roll.ntro", "types.ntro"]);
  },

  async "formatting brings a text into its one form"() {
    const { document } = await open("types.ntro");
    const before = document.getText();
    await replace(document, "  unit:        text", "      unit : text");
    const edits = await answer("vscode.executeFormatDocumentProvider", document.uri, { tabSize: 2, insertSpaces: true });
    assert.ok(edits?.length > 0, "nothing to format");
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.equal(document.getText(), before);
  },

  async "the outline has the runbook, its blocks and the scenario"() {
    const { document } = await open("rent-roll.ntro");
    const symbols = await answer("vscode.executeDocumentSymbolProvider", document.uri);
    const names = [];
    const walk = (list) => list.forEach((it) => (names.push(it.name), walk(it.children ?? [])));
    walk(symbols);
    for (const name of ["rent-roll", "submitted", "extracted", "review"]) assert.ok(names.some((it) => it.includes(name)), `${name} is missing: ${names}`);
    assert.ok(names.some((it) => it.includes("nobody sends anything")), String(names));
  },

  async "symbols of the whole project are found by name"() {
    const found = await answer("vscode.executeWorkspaceSymbolProvider", "RentRoll");
    assert.ok(found.some((it) => it.name === "RentRoll" && it.location.uri.path.endsWith("/types.ntro")), JSON.stringify(found.map((it) => it.name)));
  },

  async "tasks are offered, and what a check finds becomes a problem"() {
    const tasks = await vscode.tasks.fetchTasks({ type: "ntro" });
    assert.deepEqual(tasks.map((it) => it.name).sort(), ["check", "test"]);
    const { document } = await open("broken.ntro");
    await document.save();
    const ended = new Promise((done) => {
      const listening = vscode.tasks.onDidEndTaskProcess((event) => {
        if (event.execution.task.name !== "check") return;
        listening.dispose();
        done(event.exitCode);
      });
    });
    await vscode.tasks.executeTask(tasks.find((it) => it.name === "check"));
    assert.equal(await ended, 1);
    const found = await until("the problem of the task", () => problems(document).filter((it) => it.source === "ntroc check"));
    await until("the problem of the task", () => problems(document).some((it) => it.source === "ntroc check"));
    const [problem] = problems(document).filter((it) => it.source === "ntroc check");
    assert.ok(found);
    assert.equal(code(problem), "N0301");
    assert.equal(problem.range.start.line, at(document, "confidnce").line);
    assert.match(problem.message, /no field `confidnce`/);
  },

  async "a scenario that does not hold becomes a problem, by the command of its lens"() {
    // A project of its own, for scenarios are only played where nothing is wrong.
    const text = `runbook empty "Empty" {\n  input { entity: text }\n  output: text\n\n  return entity\n}\n\nscenario "it gives something else" for empty {\n  given  { entity: "acme" }\n  expect failed\n}\n`;
    await vscode.workspace.fs.writeFile(file("alone/ntro.yaml"), Buffer.from(""));
    await vscode.workspace.fs.writeFile(file("alone/empty.ntro"), Buffer.from(text));
    const { document } = await open("alone/empty.ntro");
    await run("ntro.test", { uri: document.uri.toString(), runbook: "empty", scenario: "it gives something else" });
    const problem = await until("the scenario among the problems", () => problems(document).find((it) => it.source === "ntroc test"));
    assert.match(problem.message, /it gives something else/);
    assert.equal(problem.range.start.line, at(document, "expect failed").line);
  },

  async "a lens leads to commands that the editor knows"() {
    const { document } = await open("rent-roll.ntro");
    const lenses = await answer("vscode.executeCodeLensProvider", document.uri, 50);
    const commands = new Set(lenses.map((it) => it.command?.command));
    const known = new Set(await vscode.commands.getCommands(true));
    for (const command of ["ntro.run", "ntro.test", "ntro.showGraph"]) assert.ok(commands.has(command), `no lens for ${command}: ${[...commands]}`);
    for (const command of commands) assert.ok(known.has(command), `nobody carries out ${command}`);
  },

  async "the lens above a runbook runs it in the terminal"() {
    await vscode.workspace.fs.writeFile(file("alone/quiet.ntro"), Buffer.from('runbook quiet "Quiet" {\n  output: int\n\n  return 1 + 1\n}\n'));
    const { document } = await open("alone/quiet.ntro");
    const lenses = await until("the lenses", async () => {
      const given = await run("vscode.executeCodeLensProvider", document.uri, 50);
      return given.length > 0 && given;
    });
    const lens = lenses.find((it) => it.command?.command === "ntro.run");
    assert.ok(lens, `no lens runs it: ${JSON.stringify(lenses.map((it) => it.command?.command))}`);
    const ended = new Promise((done) => {
      const listening = vscode.tasks.onDidEndTaskProcess((event) => {
        if (event.execution.task.name !== "run") return;
        listening.dispose();
        done({ code: event.exitCode, args: event.execution.task.execution.args });
      });
    });
    await run(lens.command.command, ...lens.command.arguments);
    const { code: left, args } = await ended;
    assert.deepEqual(args.slice(0, 1), ["run"]);
    assert.ok(args.some((it) => it.endsWith("quiet.ntro")), String(args));
    assert.equal(left, 0);
  },

  async "what the settings file of a project says is checked where it stands"() {
    await vscode.workspace.fs.writeFile(file("alone/quiet.ntro"), Buffer.from('runbook quiet "Quiet" {\n  config { most: int = 1 }\n  output: int\n\n  return config.most\n}\n'));
    await open("alone/quiet.ntro");
    const settings = file("alone/ntro.yaml");
    const told = () => vscode.languages.getDiagnostics(settings);
    await vscode.workspace.fs.writeFile(settings, Buffer.from("name: alone\nconfig:\n  quiet: { most: many }\n"));
    const [problem] = await until("the setting that does not fit", () => told().length > 0 && told());
    assert.equal(code(problem), "N0613");
    assert.deepEqual([problem.range.start.line, problem.range.start.character], [2, 17]);
    await vscode.workspace.fs.writeFile(settings, Buffer.from("name: alone\nzoom: 3\n"));
    const unknown = await until("the key that there is not", () => told().find((it) => /no key `zoom`/.test(it.message)));
    assert.deepEqual([unknown.range.start.line, unknown.range.start.character, unknown.range.end.character], [1, 0, 4]);
    await vscode.workspace.fs.writeFile(settings, Buffer.from("name: alone\n"));
    await until("the sound settings", () => told().length === 0);
    // And while it is written, before it is saved.
    const document = await vscode.workspace.openTextDocument(settings);
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(settings, new vscode.Position(1, 0), "zoom: 3\n");
    await vscode.workspace.applyEdit(edit);
    await until("the key that is not saved", () => told().some((it) => /no key `zoom`/.test(it.message)));
    assert.ok(document.isDirty);
    await run("workbench.action.revertAndCloseActiveEditor");
    await until("what is saved", () => told().length === 0);
  },

  async "a new document is checked before it has a file, and is not run"() {
    const document = await vscode.workspace.openTextDocument({ language: "ntro", content: 'runbook a "A" {\n  output: int\n  return "x"\n}\n' });
    await vscode.window.showTextDocument(document);
    await until("its mistake", () => problems(document).some((it) => code(it).startsWith("N")));
    assert.equal(await run("ntro.run"), undefined, "it has no file that could be run");
    await run("workbench.action.revertAndCloseActiveEditor");
  },

  async "a document that is no file has its colours, and nothing fails"() {
    const provider = vscode.workspace.registerTextDocumentContentProvider("elsewhere", { provideTextDocumentContent: () => 'runbook a "A" {\n  output: int\n  return "x"\n}\n' });
    const opened = await vscode.workspace.openTextDocument(vscode.Uri.parse("elsewhere:/a.ntro"));
    assert.equal(opened.languageId, "ntro");
    await vscode.window.showTextDocument(opened);
    await run("ntro.showGraph");
    assert.equal(await run("ntro.run"), undefined);
    assert.deepEqual(problems(opened), []);
    provider.dispose();
    const { session } = vscode.extensions.getExtension("ntro.ntro").exports;
    assert.equal(session.state.kind, "running");
    await run("workbench.action.revertAndCloseActiveEditor");
  },

  async "the page of a code is shown"() {
    const page = await vscode.workspace.openTextDocument(vscode.Uri.parse("ntro-explain:/N0301.md"));
    assert.match(page.getText(), /^# N0301/);
    assert.match(page.getText(), /\*\*Wrong\*\*\n\n```ntro\n/);
  },

  async "a setting of the server counts at once"() {
    const { document } = await open("rent-roll.ntro");
    const settings = vscode.workspace.getConfiguration("ntro");
    const lenses = () => run("vscode.executeCodeLensProvider", document.uri, 50);
    await until("the lenses", async () => (await lenses()).length > 0);
    await settings.update("codeLens.enable", false, vscode.ConfigurationTarget.Workspace);
    await until("no lenses", async () => (await lenses()).length === 0);
    await settings.update("codeLens.enable", undefined, vscode.ConfigurationTarget.Workspace);
    await until("the lenses again", async () => (await lenses()).length > 0);
  },

  async "a setting that leads to no binary is told, and mended by another one"() {
    const { session } = vscode.extensions.getExtension("ntro.ntro").exports;
    const settings = vscode.workspace.getConfiguration("ntro.server");
    await settings.update("path", "/nowhere/ntroc", vscode.ConfigurationTarget.Workspace);
    await until("the missing binary", () => session.state.kind === "missing");
    assert.match(session.state.why, /ntro\.server\.path names \/nowhere\/ntroc, which is not there/);
    await settings.update("path", undefined, vscode.ConfigurationTarget.Workspace);
    await until("the running server", () => session.state.kind === "running");
  },

  async "the server starts again when it is asked to, and knows the open files"() {
    const { document } = await open("broken.ntro");
    const { session } = vscode.extensions.getExtension("ntro.ntro").exports;
    const states = [];
    const listening = session.onDidChange((state) => states.push(state.kind));
    await run("ntro.restartServer");
    listening.dispose();
    assert.deepEqual(states.filter((it, index) => it !== states[index - 1]), ["stopped", "starting", "running"]);
    await until("the mistake", () => problems(document).some((it) => it.source !== "ntroc check"));
  },

  async "every command of the extension exists"() {
    const known = new Set(await vscode.commands.getCommands(true));
    const { contributes } = vscode.extensions.getExtension("ntro.ntro").packageJSON;
    for (const { command } of contributes.commands) assert.ok(known.has(command), `nobody carries out ${command}`);
  },
};

/** Runs tests by their names, and fails where one of them does. */
exports.runTests = async (names) => {
  const failed = [];
  for (const name of names) {
    try {
      await tests[name]();
      console.log(`ok ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(`not ok ${name}\n# ${error.stack?.split("\n").slice(0, 12).join("\n# ")}`);
    }
  }
  if (failed.length > 0) throw new Error(`${failed.length} of ${names.length} tests failed: ${failed.join("; ")}`);
};

exports.run = () => exports.runTests(Object.keys(tests));
