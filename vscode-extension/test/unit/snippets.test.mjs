// Every snippet, with its placeholders as they stand, is a text that the compiler takes without an error and the formatter leaves as it is.
// Needs the binary: NTROC names it.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const extension = join(dirname(fileURLToPath(import.meta.url)), "../..");
const snippets = JSON.parse(readFileSync(join(extension, "snippets/ntro.json"), "utf8"));
const binary = process.env.NTROC;

/** What the snippets may refer to, so that their defaults mean something. */
const AROUND = `role accountant, manager

signal vendor_answered { vendor: text }

type Row {
  id:     text
  amount: money
}

enum State { open, closed }

agent writer { kind: program, program: "programs/writer.py" }

/// Reads one document.
runbook ingest "Ingest" {
  input {
    entity: text
  }
  output: text

  return entity
}
`;

const inRunbook = (text) => `
/// The runbook around a snippet.
runbook around "Around" {
  input {
    entity: text
    names:  list<text>
    rows:   list<Row>
    state:  State
  }
  output: text

  var count = 0

  step first "First" { return 1 }

${indent(text, 2)}

  return entity
}
`;
const inStep = (text) => inRunbook(`step inner "Inner" {\n${indent(text, 2)}\n}`);
const inGate = (text, without) => {
  const clauses = [
    ["by", "by: accountant"],
    ["show", 'show text { title: "What to look at", value: entity }'],
    ["within", 'within 24h else fail "Nobody reviewed it."'],
    ["reject", 'on reject fail "Rejected."'],
  ];
  const own = clauses.filter(([name]) => name !== without).map(([, clause]) => clause);
  const first = own.slice(0, 2);
  return inRunbook(`approve review "Review" {\n${indent([...first, text, ...own.slice(2)].join("\n"), 2)}\n}`);
};
const inScenario = (lines) => `${inRunbook('approve review "Review" {\n  by: accountant\n  show text { title: "It", value: entity }\n  within 24h else fail "Nobody."\n  on reject fail "Rejected."\n}\n\nstep kept "Keep" { run storage.write(path: "a.txt", content: "b") }')}
scenario "around" for around {
  given  { entity: "acme", names: [], rows: [], state: open }
${indent(lines, 2)}
  expect completed
}
`;

/** Where each snippet stands. One that is missing here fails the test, so that none goes unchecked. */
const PLACES = {
  Runbook: (text) => `\n${text}\n`,
  Type: (text) => `\n${text}\n`,
  Enumeration: (text) => `\n${text}\n`,
  Role: (text) => `\n${text}\n`,
  Signal: (text) => `\n${text}\n`,
  Capability: (text) => `\n${text}\n`,
  Function: (text) => `\n${text}\n`,
  Import: (text) => `\n${text}\n`,
  "Agent outside": (text) => `\n${text}\n`,
  Workflow: (text) => `\n${text}\n`,
  Scenario: (text) => `\n${text}\n`,
  Step: inRunbook,
  "Step that calls": inRunbook,
  "Await a document": inRunbook,
  "Await a signal": inRunbook,
  "Await a form": inRunbook,
  "Await a confirmation": inRunbook,
  Approve: inRunbook,
  "Approve rows": inRunbook,
  Child: inRunbook,
  "Children for a list": inRunbook,
  "Hand over to an agent": inRunbook,
  "Side by side": inRunbook,
  If: inStep,
  "If, else": inStep,
  Match: inStep,
  "For each": inStep,
  "For each, side by side": inStep,
  Repeat: inStep,
  Try: inStep,
  Undo: (text) => inRunbook(`step inner "Inner" {\n  run storage.write(path: "a.txt", content: "b")\n${indent(text, 2)}\n}`),
  Handler: inRunbook,
  Require: inStep,
  Emit: inStep,
  Sleep: inStep,
  Remind: (text) => inGate(text),
  Warn: (text) => inGate(text),
  Limit: (text) => inGate(text, "within"),
  Actions: (text) => inGate(text),
  Rework: (text) => inGate(text, "reject"),
  Mock: (text) => inScenario(text),
  At: (text) => inScenario(text),
};

function indent(text, by) {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : " ".repeat(by) + line))
    .join("\n");
}

/** The text of a snippet with each placeholder as its default, and each choice as its first one. */
export function filled(body) {
  const text = Array.isArray(body) ? body.join("\n") : body;
  const defaults = new Map();
  let at = 0;
  const until = (ends) => {
    let out = "";
    while (at < text.length && !ends.includes(text[at])) {
      if (text[at] === "\\" && "$}\\,|".includes(text[at + 1] ?? "")) {
        out += text[at + 1];
        at += 2;
      } else if (text[at] === "$" && /\d/.test(text[at + 1] ?? "")) {
        at += 1;
        out += defaults.get(number()) ?? "";
      } else if (text[at] === "$" && text[at + 1] === "{") {
        at += 2;
        const which = number();
        if (text[at] === "|") {
          at += 1;
          const first = until(",|");
          while (text[at] !== "|") at += 1;
          at += 2;
          defaults.set(which, first);
        } else {
          at += 1;
          defaults.set(which, until("}"));
          at += 1;
        }
        out += defaults.get(which);
      } else {
        out += text[at];
        at += 1;
      }
    }
    return out;
  };
  const number = () => {
    const digits = text.slice(at).match(/^\d+/)[0];
    at += digits.length;
    return digits;
  };
  return until("");
}

test("placeholders are filled as an editor fills them", () => {
  assert.equal(filled("a ${1:b ${2:c}} $1 $0${3|x,y|} {{ ${1:z \\}\\}}"), "a b c b c x {{ z }}");
});

test("each snippet has a place where it is checked, and a prefix of its own", () => {
  assert.deepEqual(Object.keys(snippets).sort(), Object.keys(PLACES).sort());
  const prefixes = Object.values(snippets).map((snippet) => snippet.prefix);
  assert.equal(new Set(prefixes).size, prefixes.length);
});

for (const [title, snippet] of Object.entries(snippets)) {
  test(`the snippet "${title}" is taken by the compiler as it stands`, () => {
    assert.ok(binary, "NTROC must name the ntroc binary");
    const text = filled(snippet.body);
    // Imports come first in a file, as people write them.
    const whole = title === "Import" ? `${text}\n\n${AROUND}` : AROUND + PLACES[title](text);
    const folder = mkdtempSync(join(tmpdir(), "ntro-snippet-"));
    try {
      mkdirSync(join(folder, "programs"));
      for (const program of ["writer.py", "drafter.py"]) writeFileSync(join(folder, "programs", program), "");
      if (title === "Import") writeFileSync(join(folder, "types.ntro"), "type Lease { unit: text }\n");
      writeFileSync(join(folder, "snippet.ntro"), whole);
      const checked = spawnSync(binary, ["check", "snippet.ntro"], { cwd: folder, encoding: "utf8" });
      assert.equal(checked.status, 0, `${whole}\n${checked.stderr}`);
      const formatted = execFileSync(binary, ["fmt", "--stdin"], { input: whole, encoding: "utf8" });
      assert.equal(formatted, whole, "the formatter would write it in another way");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
