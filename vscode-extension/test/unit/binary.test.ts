// Where the binary is looked for, and what is said where it is not.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findBinary } from "../../src/server/binary";
import type { Surroundings } from "../../src/server/binary";

function find(changes: Partial<Surroundings>, ...there: string[]) {
  return findBinary({
    setting: "",
    extension: "/ext",
    path: "/usr/bin:/opt/bin",
    home: "/home/ana",
    folders: ["/srv/nav"],
    trusted: true,
    windows: false,
    executable: (file) => there.includes(file),
    ...changes,
  });
}

test("the setting goes before the binary inside, and that before the PATH", () => {
  const all = ["/own/ntroc", "/ext/server/ntroc", "/usr/bin/ntroc", "/opt/bin/ntroc"];
  assert.deepEqual(find({ setting: "/own/ntroc" }, ...all), { kind: "found", file: "/own/ntroc", from: "setting" });
  assert.deepEqual(find({}, ...all), { kind: "found", file: "/ext/server/ntroc", from: "bundled" });
  assert.deepEqual(find({}, "/opt/bin/ntroc"), { kind: "found", file: "/opt/bin/ntroc", from: "path" });
  assert.deepEqual(find({}, "/usr/bin/ntroc", "/opt/bin/ntroc"), { kind: "found", file: "/usr/bin/ntroc", from: "path" });
});

test("a setting that leads nowhere is told, and nothing is taken instead", () => {
  const found = find({ setting: "/gone/ntroc" }, "/ext/server/ntroc");
  assert.equal(found.kind, "missing");
  assert.match(found.kind === "missing" ? found.why : "", /ntro\.server\.path names \/gone\/ntroc/);
});

test("a setting may begin at home, in the folder, or relative to it", () => {
  assert.deepEqual(find({ setting: "~/bin/ntroc" }, "/home/ana/bin/ntroc"), { kind: "found", file: "/home/ana/bin/ntroc", from: "setting" });
  assert.deepEqual(find({ setting: "${workspaceFolder}/t/ntroc" }, "/srv/nav/t/ntroc"), { kind: "found", file: "/srv/nav/t/ntroc", from: "setting" });
  assert.deepEqual(find({ setting: " t/../t/ntroc " }, "/srv/nav/t/ntroc"), { kind: "found", file: "/srv/nav/t/ntroc", from: "setting" });
});

test("nothing of a folder that is not trusted is started, whoever names it", () => {
  const inside = find({ trusted: false, setting: "${workspaceFolder}/t/ntroc" }, "/srv/nav/t/ntroc");
  assert.match(inside.kind === "missing" ? inside.why : "", /do not trust yet/);
  assert.equal(find({ trusted: false, path: "/srv/nav/bin" }, "/srv/nav/bin/ntroc").kind, "missing");
  assert.equal(find({ trusted: false }, "/ext/server/ntroc").kind, "found");
  assert.equal(find({ trusted: false, setting: "/own/ntroc" }, "/own/ntroc").kind, "found");
  // A folder beside it whose name begins alike is not inside it.
  assert.equal(find({ trusted: false, setting: "/srv/nav-tools/ntroc" }, "/srv/nav-tools/ntroc").kind, "found");
});

test("a relative entry of the PATH is passed over", () => {
  assert.equal(find({ path: ".:bin:" }, "bin/ntroc", "ntroc", "./ntroc").kind, "missing");
});

test("where there is none, it is said where it was sought", () => {
  const found = find({});
  assert.equal(found.kind === "missing" && found.why, "The program ntroc was found neither in this extension nor on the PATH.");
});
