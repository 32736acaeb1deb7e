// Bundles the extension and the script of its picture into `dist/`.
//
//   node scripts/build.mjs           once, small
//   node scripts/build.mjs --watch   at each save
//   node scripts/build.mjs --tests   the unit tests besides, into `dist/test`

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const watching = process.argv.includes("--watch");
const shared = { absWorkingDir: root, bundle: true, minify: !watching, sourcemap: watching, logLevel: "warning", legalComments: "none" };

const bundles = [
  { ...shared, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", platform: "node", target: "node20", format: "cjs", external: ["vscode"] },
  { ...shared, entryPoints: ["src/graph/webview.ts"], outfile: "dist/webview.js", platform: "browser", target: "es2022", format: "iife" },
];
if (process.argv.includes("--tests")) {
  const tests = readdirSync(join(root, "test/unit")).filter((name) => name.endsWith(".test.ts"));
  bundles.push({ ...shared, minify: false, entryPoints: tests.map((name) => `test/unit/${name}`), outdir: "dist/test", platform: "node", target: "node20", format: "esm", outExtension: { ".js": ".mjs" } });
}

if (watching) for (const bundle of bundles) await (await context(bundle)).watch();
else await Promise.all(bundles.map((bundle) => build(bundle)));
