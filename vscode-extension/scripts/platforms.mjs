// The platforms that there is a package for, and how a binary shows which one it is for.

/** What stands in the header of a binary for each platform: its kind, and the number of its processor. */
export const PLATFORMS = {
  "linux-x64": { kind: "elf", machine: 0x3e },
  "linux-arm64": { kind: "elf", machine: 0xb7 },
  "darwin-x64": { kind: "mach-o", machine: 0x01000007 },
  "darwin-arm64": { kind: "mach-o", machine: 0x0100000c },
  "win32-x64": { kind: "pe", machine: 0x8664 },
};

/** The platform that a binary is for, by its header; nothing where it is no binary of one of them. */
export function platformOf(header) {
  const found = read(header);
  return found && Object.keys(PLATFORMS).find((name) => PLATFORMS[name].kind === found.kind && PLATFORMS[name].machine === found.machine);
}

function read(header) {
  if (header.length < 64) return undefined;
  if (header.readUInt32BE(0) === 0x7f454c46) return { kind: "elf", machine: header.readUInt16LE(18) };
  if (header.readUInt32LE(0) === 0xfeedfacf) return { kind: "mach-o", machine: header.readUInt32LE(4) };
  if (header.readUInt16BE(0) === 0x4d5a) {
    const at = header.readUInt32LE(0x3c);
    if (at + 6 <= header.length && header.readUInt32BE(at) === 0x50450000) return { kind: "pe", machine: header.readUInt16LE(at + 4) };
  }
  return undefined;
}
