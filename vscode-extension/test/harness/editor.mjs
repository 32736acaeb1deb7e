// A real VS Code for tests: its server (code-server), and a browser that shows its window. Whatever is started here is stopped here, with all
// that it started itself: each server is the head of a process group of its own, and it is the group that is ended.

import { spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** The browser: what the tests are given, else Debian's. */
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
/** How long something that must happen may take, in milliseconds. It is only ever waited for so long where it does not happen. */
export const PATIENCE = 60_000;

/** A folder that is gone after the test. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "ntro-vscode-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }) };
}

/** A port that nobody uses now. */
export function freePort() {
  return new Promise((done, fail) => {
    const server = net.createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts a program of code-server and waits until it answers. */
export async function startServer(args, { port, health, log, env = {} }) {
  const server = spawn(process.execPath, args, {
    detached: true,
    stdio: ["ignore", openSync(log, "w"), openSync(log, "a")],
    env: { ...process.env, ...env },
  });
  const stop = async () => {
    const gone = new Promise((done) => (server.exitCode === null && server.signalCode === null ? server.once("exit", done) : done()));
    end(server.pid, "SIGTERM");
    await Promise.race([gone, wait(5_000)]);
    // What it started may outlive it, so the group is ended whether or not its head is gone.
    end(server.pid, "SIGKILL");
    await gone;
  };
  try {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      if (server.exitCode !== null) throw new Error(`the editor's server ended with ${server.exitCode}; see ${log}`);
      const answer = await fetch(`http://127.0.0.1:${port}/${health}`).catch(() => undefined);
      if (answer?.ok) return stop;
      if (Date.now() > deadline) throw new Error(`the editor's server does not answer; see ${log}`);
      await wait(100);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

function end(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

export const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Opens a browser without a window. */
export function openBrowser(profile, viewport = { width: 1280, height: 800 }) {
  return chromium.launchPersistentContext(profile, { executablePath: BROWSER, headless: true, viewport, args: FLAGS });
}

/** Settings under which nothing moves by itself and nothing asks for anything. */
export const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.reduceMotion": "on",
  "workbench.colorTheme": "Default Light Modern",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "chat.commandCenter.enabled": false,
  "window.menuBarVisibility": "classic",
  "editor.minimap.enabled": false,
  "files.autoSave": "off",
  // So that what a terminal shows stands in the page, and not only in a picture of it.
  "terminal.integrated.gpuAcceleration": "off",
};

/** Writes a file of settings. */
export function writeSettings(file, settings = {}) {
  writeFileSync(file, JSON.stringify({ ...SETTINGS, ...settings }, undefined, 2));
}
