// Looks at what a package holds: all that is needed, and nothing of the workshop.
//
//   node test/shipped-files.mjs LIST      a file with the names of a package's files, one a line

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const files = new Set(readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean).map((name) => name.replace(/^\.\//, "")));
const needed = new Set(["package.json", "readme.md", "LICENSE.txt", "dist/extension.js", "dist/webview.js", "server/ntroc"]);

/** Whatever the manifest names must be there: a picture that is missing shows as a hole, a grammar as a file without colours. */
const named = (value) => {
  if (typeof value === "string" && /^(\.\/)?(media|schemas|syntaxes|snippets|language-configuration)[\w./-]*\.\w+$/.test(value)) needed.add(value.replace(/^\.\//, ""));
  else if (typeof value === "object" && value !== null) Object.values(value).forEach(named);
};
named(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
for (const [, picture] of readFileSync(join(root, "README.md"), "utf8").matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) needed.add(picture);

const missing = [...needed].filter((name) => !files.has(name));
assert.deepEqual(missing, [], "the package lacks these");
const strange = [...files].filter((name) => !needed.has(name) && !/^media\/(walkthrough\/)?[\w-]+\.(md|png|svg)$/.test(name));
assert.deepEqual(strange, [], "the package need not hold these");
console.log(`${files.size} files, none too many`);
