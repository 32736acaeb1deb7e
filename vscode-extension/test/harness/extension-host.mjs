// Runs a module of tests inside VS Code's own extension host, with its real API, and ends with its verdict.
//
//   node test/harness/extension-host.mjs CODE_SERVER EXTENSION MODULE WORKSPACE
//
// EXTENSION is the folder of an extension, for instance an unpacked .vsix. WORKSPACE is copied, so that tests may change it.

import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { freePort, openBrowser, startServer, temporaryFolder, writeSettings, PATIENCE } from "./editor.mjs";

const [codeServer, extension, module, workspace] = process.argv.slice(2);
const { folder, remove } = temporaryFolder();
const port = await freePort();
let code = 1;
let stop;
let browser;
try {
  const copy = join(folder, "workspace");
  cpSync(workspace, copy, { recursive: true });
  mkdirSync(join(folder, "data/data/Machine"), { recursive: true });
  writeSettings(join(folder, "data/data/Machine/settings.json"));
  // VS Code's server itself: code-server's own command refuses the flag without which tests of extensions are passed over.
  const args = [
    join(codeServer, "node_modules/code-server/lib/vscode/out/server-main.js"),
    "--server-data-dir", join(folder, "data"), "--host", "127.0.0.1", "--port", String(port), "--without-connection-token",
    "--accept-server-license-terms", "--disable-telemetry", "--disable-workspace-trust", "--enable-smoke-test-driver",
  ];
  stop = await startServer(args, { port, health: "version", log: join(folder, "server.log") });
  browser = await openBrowser(join(folder, "profile"));
  const page = browser.pages()[0];
  const verdict = new Promise((done) => {
    void page.exposeFunction("codeAutomationExit", done);
    setTimeout(() => done("no verdict in time"), 3 * PATIENCE);
  });
  await page.exposeFunction("codeAutomationLog", (_type, parts) => {
    const text = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" ");
    if (/^(ok|not ok) |^# /m.test(text)) console.log(text);
  });
  const remote = `vscode-remote://127.0.0.1:${port}`;
  const payload = JSON.stringify([
    ["extensionDevelopmentPath", `${remote}${extension}`],
    ["extensionTestsPath", `${remote}${module}`],
    ["skipWelcome", "true"],
  ]);
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(copy)}&payload=${encodeURIComponent(payload)}`);
  const said = await verdict;
  code = said === 0 ? 0 : 1;
  if (code !== 0) console.log(`# the tests ended with: ${said}`);
} finally {
  await browser?.close().catch(() => undefined);
  await stop?.();
  remove();
}
process.exit(code);
