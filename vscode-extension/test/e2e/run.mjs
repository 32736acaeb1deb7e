// Drives the shipped package in a real VS Code as a person does: types, hovers, presses keys, looks at the screen and at the disk.
//
//   node test/e2e/run.mjs CODE_SERVER PACKAGE WORKSPACE PICTURES [--expect-no-server | --restricted]
//
// The pictures are kept, also where something fails. With `--expect-no-server` the package has a server that ends at once; the run then
// holds only where the user is told so. With `--restricted` the folder is not trusted, and wants another server to be started.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { freePort, openBrowser, startServer, temporaryFolder, wait, writeSettings, PATIENCE } from "../harness/editor.mjs";
import { checks, checksInRestrictedMode, checksWithoutServer } from "./checks.mjs";

const [codeServer, extension, workspace, pictures] = process.argv.slice(2);
const restricted = process.argv.includes("--restricted");
const wanted = restricted ? checksInRestrictedMode : process.argv.includes("--expect-no-server") ? checksWithoutServer : checks;
mkdirSync(pictures, { recursive: true });
const { folder, remove } = temporaryFolder();
const project = join(folder, "project");
const port = await freePort();
const entry = join(codeServer, "node_modules/code-server/out/node/entry.js");
const base = [
  "--user-data-dir", join(folder, "data"), "--extensions-dir", join(folder, "extensions"), "--config", join(folder, "config.yaml"),
  "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override",
  ...(restricted ? [] : ["--disable-workspace-trust"]),
];
let failed = [];
let stop;
let browser;
let page;
try {
  cpSync(workspace, project, { recursive: true });
  mkdirSync(join(folder, "data/User"), { recursive: true });
  writeSettings(join(folder, "data/User/settings.json"), restricted ? { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" } : {});
  if (restricted) temptation();
  writeFileSync(join(folder, "config.yaml"), "auth: none\n");
  execFileSync(process.execPath, [entry, ...base, "--install-extension", extension], { stdio: ["ignore", "pipe", "pipe"] });
  const args = [entry, ...base, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`];
  stop = await startServer(args, { port, health: "healthz", log: join(pictures, "server.log") });
  browser = await openBrowser(join(folder, "profile"));
  page = browser.pages()[0];
  page.setDefaultTimeout(PATIENCE);
  const offsite = new Set();
  page.on("request", (request) => {
    const { host, protocol } = new URL(request.url());
    // Files of an extension have an address that looks like a host; the page's own worker answers for it.
    const own = host.startsWith("127.0.0.1") || host.endsWith(".vscode-resource.vscode-cdn.net");
    if (/^(http|ws)s?:$/.test(protocol) && !own) offsite.add(host);
  });
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(project)}`);
  await page.waitForSelector(".monaco-workbench");
  const editor = driver(page, project, pictures, offsite);
  for (const [name, check] of Object.entries(wanted)) {
    try {
      await check(editor);
      console.log(`ok ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(`not ok ${name}\n# ${error.stack?.split("\n").slice(0, 10).join("\n# ")}`);
      await editor.picture(`failed-${failed.length}`);
      // What follows builds on what came before: a file that is open, a text that was changed.
      break;
    }
  }
} catch (error) {
  failed.push("the editor opens");
  console.log(`not ok the editor opens\n# ${error.stack}`);
  await page?.screenshot({ path: join(pictures, "failed-to-open.png") }).catch(() => undefined);
} finally {
  await browser?.close().catch(() => undefined);
  await stop?.();
  remove();
}
process.exit(failed.length === 0 ? 0 : 1);

/** A folder whose settings name a program of its own. Where that is started, it leaves a trace. */
function temptation() {
  const program = join(project, "ntroc");
  writeFileSync(program, `#!/bin/sh\ntouch '${join(project, "started")}'\nexit 1\n`);
  chmodSync(program, 0o755);
  mkdirSync(join(project, ".vscode"));
  writeFileSync(join(project, ".vscode/settings.json"), JSON.stringify({ "ntro.server.path": program }));
}

/** What the checks do with the editor. */
function driver(page, project, pictures, offsite) {
  const source = (name) => page.locator(`.monaco-editor[data-uri$="/${name}"]`);
  /** Puts the cursor of the open file at a line and a column, from 1. */
  async function goTo(name, line, column) {
    // The text stands in the first group, the picture of its flow beside it.
    await page.keyboard.press("Control+1");
    await source(name).and(page.locator(".focused")).first().waitFor();
    await page.keyboard.press("Control+G");
    await page.locator(".quick-input-widget input").first().fill(`:${line}:${column}`);
    await page.keyboard.press("Enter");
    await page.waitForFunction(([line, column]) => document.getElementById("status.editor.selection")?.innerText.includes(`Ln ${line}, Col ${column}`), [line, column]);
    // The box closes after the cursor has moved; until the text has the focus again, keys land nowhere.
    await page.locator(".quick-input-widget").first().waitFor({ state: "hidden" });
    await source(name).and(page.locator(".focused")).first().waitFor();
  }
  /** Waits until the words of a line have their colours: only then does the editor know what stands there, and closes brackets and quotes. */
  async function coloured(name, text) {
    await source(name).locator(".view-line", { hasText: text }).locator('span[class*="bracket-highlighting"]').first().waitFor();
  }
  return {
    page,
    source,
    offsite,
    wait,
    /** The program inside the package that is installed. */
    bundled: () => {
      const installed = readdirSync(join(folder, "extensions")).find((name) => name.startsWith("ntro.ntro-"));
      return join(folder, "extensions", installed, "server/ntroc");
    },
    exists: (name) => existsSync(join(project, name)),
    read: (name) => readFileSync(join(project, name), "utf8"),
    picture: (name, clip) => page.screenshot({ path: join(pictures, `${name}.png`), animations: "disabled", ...(clip ? { clip } : {}) }),
    /** Opens a file by its name. */
    async open(name) {
      await page.keyboard.press("Control+P");
      await page.locator(".quick-input-widget input").first().fill(name);
      await page.locator(`.quick-input-list .monaco-list-row.focused[aria-label*="${name}"]`).first().waitFor();
      await page.keyboard.press("Enter");
      await source(name).locator(".view-line").first().waitFor();
    },
    /** Carries out a command by its title. */
    async command(title) {
      await page.keyboard.press("F1");
      await page.locator(".quick-input-widget input").first().fill(`>${title}`);
      await page.locator(`.quick-input-list .monaco-list-row.focused[aria-label*="${title}"]`).first().waitFor();
      await page.keyboard.press("Enter");
      // The command may open such a box of its own, so what is waited for is that this one is gone.
      await page.waitForFunction(() => {
        const box = document.querySelector(".quick-input-widget");
        return !box || getComputedStyle(box).display === "none" || !box.querySelector("input")?.value.startsWith(">");
      });
    },
    goTo,
    coloured,
    /** Waits until the status bar shows a line of the cursor. */
    atLine: (line) => page.waitForFunction((line) => new RegExp(`Ln ${line}\\b`).test(document.getElementById("status.editor.selection")?.innerText ?? ""), line),
    /** Where a text stands in a file: its line and column, from 1. */
    place(name, text, into = 0) {
      const before = readFileSync(join(project, name), "utf8");
      const offset = before.indexOf(text);
      if (offset < 0) throw new Error(`${name} does not hold ${text}`);
      const lines = before.slice(0, offset + into).split("\n");
      return [lines.length, lines.at(-1).length + 1];
    },
    /** The page of a webview that holds something. It stands in a frame within a frame, and comes anew when it is hidden and shown. */
    async pageWith(selector) {
      const deadline = Date.now() + PATIENCE;
      for (;;) {
        for (const frame of page.frames()) {
          if ((await frame.locator(selector).count().catch(() => 0)) > 0) return frame;
        }
        if (Date.now() > deadline) throw new Error(`no page with ${selector} opens`);
        await wait(100);
      }
    },
    /** An empty line above one of the open file, with the cursor in it. */
    async lineAbove(name, line) {
      await goTo(name, line, 1);
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowUp");
    },
  };
}
