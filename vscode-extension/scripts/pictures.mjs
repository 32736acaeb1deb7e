// Takes the pictures of the last run of the tests into `media/`, for the README and the first steps.
//
//   npm run pictures -- [FOLDER]     without a folder, where `test/run` keeps them

import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const from = process.argv[2] ?? join(root, "../target/vscode-pictures");
for (const name of ["mistake", "completion", "flow"]) copyFileSync(join(from, `${name}.png`), join(root, "media", `${name}.png`));
