// Where the `ntroc` binary is. Nothing here touches the editor or the disk, so that every case is a line of a test.

import * as path from "node:path";

/** What the search looks at. */
export interface Surroundings {
  /** The setting `ntro.server.path`; empty where nobody set it. */
  readonly setting: string;
  /** The folder of this extension, in which the binary of its platform lies. */
  readonly extension: string;
  /** The variable `PATH`. */
  readonly path: string;
  /** The home folder, for a setting that begins with `~`. */
  readonly home: string;
  /** The folders that are open. */
  readonly folders: readonly string[];
  /** Whether the user trusts them. */
  readonly trusted: boolean;
  /** Whether programs are named `.exe` here. */
  readonly windows: boolean;
  /** Whether a file is there and may be executed. */
  readonly executable: (file: string) => boolean;
}

/** The binary, and how it was found. */
export interface Found {
  readonly kind: "found";
  readonly file: string;
  readonly from: "setting" | "bundled" | "path";
}

/** Why there is none, as a sentence for the user. */
export interface Missing {
  readonly kind: "missing";
  readonly why: string;
}

/**
 * The binary: the one that the setting names, else the one that comes with the extension, else the first on the `PATH`.
 *
 * A setting that leads nowhere is told and not passed over: another version than the one that was asked for would be a riddle.
 * As long as the user does not trust the folder, nothing that lies in it is started, whoever named it.
 */
export function findBinary(at: Surroundings): Found | Missing {
  const usable = (file: string) => at.executable(file) && (at.trusted || !isBeneath(file, at.folders));
  if (at.setting.trim() !== "") {
    const file = expand(at.setting.trim(), at);
    if (usable(file)) return { kind: "found", file, from: "setting" };
    if (at.executable(file)) {
      return { kind: "missing", why: `The setting ntro.server.path names ${file}. It lies in a folder that you do not trust yet, so it is not started.` };
    }
    return { kind: "missing", why: `The setting ntro.server.path names ${file}, which is not there or cannot be executed.` };
  }
  const name = at.windows ? "ntroc.exe" : "ntroc";
  const bundled = path.join(at.extension, "server", name);
  if (at.executable(bundled)) return { kind: "found", file: bundled, from: "bundled" };
  for (const folder of at.path.split(at.windows ? ";" : ":")) {
    // A relative entry would depend on the folder that is open, and so would let it choose what is started.
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    if (usable(file)) return { kind: "found", file, from: "path" };
  }
  return { kind: "missing", why: "The program ntroc was found neither in this extension nor on the PATH." };
}

function expand(setting: string, at: Surroundings): string {
  const folder = at.folders[0] ?? "";
  const expanded = setting.replace(/^~(?=$|[/\\])/, () => at.home).replaceAll("${workspaceFolder}", () => folder);
  // A relative path is one from the folder that is open; from the editor's own it would mean nothing.
  return path.isAbsolute(expanded) ? path.normalize(expanded) : path.join(folder, expanded);
}

function isBeneath(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const inside = path.relative(folder, file);
    return inside !== "" && !inside.startsWith("..") && !path.isAbsolute(inside);
  });
}
