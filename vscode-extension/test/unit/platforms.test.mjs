// A binary shows by its header which platform it is for; a package never gets one of another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { platformOf } from "../../scripts/platforms.mjs";

const elf = (machine) => {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(machine, 18);
  return header;
};
const machO = (machine) => {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(machine, 4);
  return header;
};
const pe = (machine, at = 0x80) => {
  const header = Buffer.alloc(256);
  header.write("MZ");
  header.writeUInt32LE(at, 0x3c);
  if (at + 6 <= header.length) {
    header.write("PE\0\0", at);
    header.writeUInt16LE(machine, at + 4);
  }
  return header;
};

test("binaries are told apart", () => {
  assert.equal(platformOf(elf(0x3e)), "linux-x64");
  assert.equal(platformOf(elf(0xb7)), "linux-arm64");
  assert.equal(platformOf(machO(0x01000007)), "darwin-x64");
  assert.equal(platformOf(machO(0x0100000c)), "darwin-arm64");
  assert.equal(platformOf(pe(0x8664)), "win32-x64");
});

test("anything else is none of ours", () => {
  for (const header of [Buffer.alloc(0), Buffer.alloc(64), elf(0x28), pe(0x14c), pe(0x8664, 0x7fffffff), Buffer.from("#!/bin/sh\n".padEnd(64))]) {
    assert.equal(platformOf(header), undefined);
  }
});
