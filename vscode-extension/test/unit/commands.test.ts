// What a lens means, what the binary is started with, and what it prints.

import assert from "node:assert/strict";
import { test } from "node:test";

import { codesOf, page } from "../../src/commands/pages";
import { argumentsOf, lensTarget } from "../../src/commands/targets";

test("a lens names a file, a runbook and a scenario; anything else names nothing", () => {
  assert.deepEqual(lensTarget([{ uri: "file:///a.ntro", runbook: "nav" }]), { uri: "file:///a.ntro", runbook: "nav" });
  assert.deepEqual(lensTarget([{ uri: "file:///a.ntro", runbook: "nav", scenario: "late" }]), { uri: "file:///a.ntro", runbook: "nav", scenario: "late" });
  for (const args of [[], [undefined], [{}], [{ uri: 3 }], [{ uri: "no address" }], ["file:///a.ntro"]]) assert.equal(lensTarget(args), undefined);
});

test("a path and a name never pass for options", () => {
  assert.deepEqual(argumentsOf({ type: "ntro", command: "check" }), ["check"]);
  assert.deepEqual(argumentsOf({ type: "ntro", command: "run", path: "a.ntro", name: "nav" }), ["run", "--runbook=nav", "--", "a.ntro"]);
  assert.deepEqual(argumentsOf({ type: "ntro", command: "test", path: "-a.ntro", name: "--late" }), ["test", "--filter=--late", "--", "-a.ntro"]);
});

test("codes are read from the list, and nothing else of it", () => {
  assert.deepEqual(codesOf("N0101  a word is missing\nsomething\nN0301  there is no such field  \n"), [
    { code: "N0101", title: "a word is missing" },
    { code: "N0301", title: "there is no such field" },
  ]);
});

test("examples of a page are headed by what they are", () => {
  assert.equal(page("# T\n\n```ntro wrong\na\n```\n\n```ntro right\nb\n```\n"), "# T\n\n**Wrong**\n\n```ntro\na\n```\n\n**Right**\n\n```ntro\nb\n```\n");
});
