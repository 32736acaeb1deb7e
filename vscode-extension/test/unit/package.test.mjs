// The package of every platform has its binary where the extension looks for it, and no other one.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = mkdtempSync(join(tmpdir(), "ntro-package-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A file that has nothing of a binary but its header. */
const binaries = {
  "darwin-arm64": (header) => (header.writeUInt32LE(0xfeedfacf, 0), header.writeUInt32LE(0x0100000c, 4)),
  "win32-x64": (header) => (header.write("MZ"), header.writeUInt32LE(0x80, 0x3c), header.write("PE\0\0", 0x80), header.writeUInt16LE(0x8664, 0x84)),
};

const script = (...args) => spawnSync(process.execPath, [join(root, "scripts/package.mjs"), ...args], { encoding: "utf8" });

test("each platform gets its own binary under its own name", () => {
  for (const [target, write] of Object.entries(binaries)) {
    const header = Buffer.alloc(4096);
    write(header);
    const name = target.startsWith("win32") ? "ntroc.exe" : "ntroc";
    mkdirSync(join(folder, target));
    writeFileSync(join(folder, target, name), header);
    const out = join(folder, `${target}.vsix`);
    const made = script("--target", target, "--binary", join(folder, target, name), "--out", out);
    assert.equal(made.status, 0, made.stderr);
    const held = execFileSync("python3", ["-m", "zipfile", "-l", out], { encoding: "utf8" });
    assert.deepEqual(held.match(/extension\/server\/\S+/g), [`extension/server/${name}`]);
    const manifest = execFileSync("python3", ["-c", "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('extension.vsixmanifest').decode())", out], { encoding: "utf8" });
    assert.match(manifest, new RegExp(`TargetPlatform="${target}"`));
  }
});

test("a binary of another platform is refused", () => {
  const made = script("--target", "linux-x64", "--binary", join(folder, "darwin-arm64/ntroc"), "--out", join(folder, "wrong.vsix"));
  assert.equal(made.status, 2);
  assert.match(made.stderr, /is for darwin-arm64, not for linux-x64/);
});
