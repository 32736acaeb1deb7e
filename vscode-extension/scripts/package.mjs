// Makes the package of a platform, with the binary of that platform inside.
//
//   npm run package -- --target linux-x64 --binary ../target/dist/ntroc [--out ntro.vsix]
//   npm run package -- --binaries FOLDER      one package for each FOLDER/PLATFORM/ntroc[.exe]
//
// The binary is looked at: one of another platform would install well and start nowhere.

import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { PLATFORMS, platformOf } from "./platforms.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { target: { type: "string" }, binary: { type: "string" }, binaries: { type: "string" }, out: { type: "string" } },
});

function stop(why) {
  console.error(`error: ${why}`);
  process.exit(2);
}

/** The beginning of a file, in which its header stands. */
function header(file) {
  const buffer = Buffer.alloc(4096);
  const handle = openSync(file, "r");
  try {
    return buffer.subarray(0, readSync(handle, buffer));
  } finally {
    closeSync(handle);
  }
}

const nameOf = (target) => (target.startsWith("win32") ? "ntroc.exe" : "ntroc");

function pack(target, binary, out) {
  if (!(target in PLATFORMS)) stop(`there is no platform ${target}; there are ${Object.keys(PLATFORMS).join(", ")}`);
  if (!existsSync(binary)) stop(`${binary} is not there; build it with \`cargo build --profile dist\``);
  const is = platformOf(header(binary));
  if (is !== target) stop(`${binary} is ${is ? `for ${is}` : "no binary of a platform that we know"}, not for ${target}`);
  const server = join(root, "server");
  rmSync(server, { recursive: true, force: true });
  mkdirSync(server);
  try {
    const inside = join(server, nameOf(target));
    copyFileSync(binary, inside);
    chmodSync(inside, 0o755);
    const args = ["package", "--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--target", target, "--out", out];
    execFileSync(process.execPath, [join(root, "node_modules/@vscode/vsce/vsce"), ...args], { cwd: root, stdio: "inherit" });
  } finally {
    rmSync(server, { recursive: true, force: true });
  }
}

execFileSync(process.execPath, [join(root, "scripts/grammar.mjs"), "--check"], { stdio: "inherit" });
execFileSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: "inherit" });
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const called = (target) => resolve(values.out ?? join(root, `ntro-${target}-${version}.vsix`));
if (values.binaries !== undefined) {
  const there = Object.keys(PLATFORMS).filter((target) => existsSync(join(values.binaries, target, nameOf(target))));
  if (there.length === 0) stop(`${values.binaries} holds no PLATFORM/ntroc`);
  if (values.out !== undefined && there.length > 1) stop("--out names one package, and there would be several");
  for (const target of there) pack(target, join(values.binaries, target, nameOf(target)), called(target));
} else {
  if (values.target === undefined || values.binary === undefined) stop("say --target PLATFORM and --binary FILE, or --binaries FOLDER");
  pack(values.target, resolve(values.binary), called(values.target));
}
