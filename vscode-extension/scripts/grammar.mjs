// Writes `syntaxes/ntro.tmLanguage.json`, the colours that a file has before the language server has looked at it.
//
//   node scripts/grammar.mjs           writes the file
//   node scripts/grammar.mjs --check   fails where the file is not what would be written
//
// The words of the language are not listed here a second time: they are read from the parser's grammar, the reserved ones and the
// types from where the compiler keeps them. What stands here is which role a word has, for a pest rule does not say whether its word
// begins a block or a clause. A word of the parser that has no role fails this script, and so does a role for a word that is gone.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, "../..");
const target = join(here, "../syntaxes/ntro.tmLanguage.json");

/** The role of each word. A word may have several: `agent` declares one at the top of a file and is a block inside a runbook. */
const ROLES = {
  constant: ["true", "false", "none"],
  operator: ["and", "or", "not", "in", "has"],
  declaration: [
    "runbook", "type", "enum", "role", "signal", "capability", "capabilities", "import", "from", "workflow", "scenario", "fn",
    "extern", "agent",
  ],
  block: ["step", "approve", "await", "child", "agent"],
  control: ["if", "then", "else", "match", "for", "return", "let", "var"],
  statement: ["run", "repeat", "parallel", "try", "undo", "emit", "sleep", "require", "fail", "skip", "rework", "feedback"],
  section: ["input", "config", "output", "checks", "actions", "send", "form"],
  clause: [
    "within", "on", "where", "until", "show", "ask", "warn", "when", "remind", "every", "refuse", "escalate", "to", "because", "reject",
    "collect", "at", "most", "times", "once", "key", "failure", "expect", "never", "working", "days", "day", "info", "warning", "error",
  ],
  scenario: [
    "given", "mock", "after", "row", "by", "as", "with", "fails", "comment", "cancel", "start", "tenant", "entity", "running", "refused", "open", "failed",
    "completed", "calls", "call", "action",
  ],
  template: ["endif", "endfor"],
  // Words of other languages that the parser knows only in order to say what is meant: they get no colour.
  mistaken: ["elif", "const"],
};

/** The words that the parser matches: those of its `k_…` rules, and the hard ones. */
function parserWords() {
  const pest = readFileSync(join(repository, "grammar/src/ntro.pest"), "utf8");
  const words = new Set();
  // Several rules may stand on one line, so a rule ends where the next one begins.
  for (const line of pest.split("\n").map((text) => text.replace(/\s\/\/ .*$/, ""))) {
    for (const chunk of line.split(/(?=\b\w+ *= *[@$!_]?\{)/)) {
      const found = chunk.match(/^(k_\w+|hard|const_) *= *@?\{(.*)$/);
      if (!found) continue;
      // What a look-ahead asks for belongs to what follows. The hard words are one choice, sorted by their first letters.
      const own = found[1].startsWith("k_") ? found[2].replace(/[&!]\(.*/, "") : found[2];
      for (const [, word] of own.matchAll(/"([a-z]{2,})"/g)) words.add(word);
    }
  }
  return words;
}

/** A list of words in Rust source, from its name to its closing bracket. */
function rustList(file, name) {
  const text = readFileSync(join(repository, file), "utf8");
  const list = text.match(new RegExp(`const ${name}: &\\[.*?\\] = &\\[(.*?)\\n?\\];`, "s"));
  if (!list) throw new Error(`${file} has no list ${name}`);
  return [...list[1].matchAll(/"([A-Za-z]+)"/g)].map(([, word]) => word);
}

/** Fails where the roles and the words of the parser are not the same set. */
function compare(words) {
  const placed = new Set(Object.values(ROLES).flat());
  const without = [...words].filter((word) => !placed.has(word));
  const gone = [...placed].filter((word) => !words.has(word));
  if (without.length > 0) throw new Error(`these words of the parser have no role in scripts/grammar.mjs: ${without.join(", ")}`);
  if (gone.length > 0) throw new Error(`these words have a role in scripts/grammar.mjs, and the parser does not know them: ${gone.join(", ")}`);
}

/** Alternatives, the longest first, so that none hides another that begins with it. */
const oneOf = (words) => `(?:${[...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join("|")})`;

/** Not a part of a longer name, and not what is read from a record: `review.by`, `nav-monthly`. */
const ALONE = "(?<![\\w.~-])";
const END = "(?![\\w-])";
/** A clause's word in front of what it introduces. In an expression two words never stand beside each other but with these between. */
const INTRODUCES = "(?=\\s+(?!(?:and|or|in|then|else)\\b|not\\s+in\\b)[\\w\"'\\[({-]|\\s*\\{)";
const NAME = "[A-Za-z_]\\w*";
const KEBAB = "[A-Za-z_]\\w*(?:-\\w+)*";
const DOTTED = `${NAME}(?:\\.${NAME})*`;

const rule = (match, name, captures) => ({
  ...(name ? { name: `${name}.ntro` } : {}),
  match,
  ...(captures ? { captures: Object.fromEntries(Object.entries(captures).map(([n, to]) => [n, { name: `${to}.ntro` }])) } : {}),
});
const include = (...names) => names.map((name) => ({ include: `#${name}` }));

function grammar(words) {
  compare(words);
  const reserved = new Set(rustList("grammar/src/problems/mod.rs", "RESERVED"));
  const types = [...rustList("compiler/src/types.rs", "PLAIN"), "list", "map", "outcome"];
  const firm = (role) => ROLES[role].filter((word) => reserved.has(word));
  const soft = (role) => ROLES[role].filter((word) => !reserved.has(word));

  // A reserved word is one wherever it stands but before a colon, where it names a field. Any other word is one only in front of what it introduces.
  const keyword = (role, scope) => [
    ...(firm(role).length > 0 ? [rule(`${ALONE}${oneOf(firm(role))}${END}(?!\\s*:)`, scope)] : []),
    ...(soft(role).length > 0 ? [rule(`${ALONE}${oneOf(soft(role))}${END}${INTRODUCES}`, scope)] : []),
  ];

  return {
    name: "ntro",
    scopeName: "source.ntro",
    comment: "Written by scripts/grammar.mjs from the words of the parser. Change that file, not this one.",
    patterns: include("declarations", "code"),
    repository: {
      declarations: { patterns: declarations() },
      code: { patterns: include("comments", "strings", "scenario-lines", "blocks", "calls", "properties", "literals", "types", "keywords", "functions", "operators") },
      comments: {
        patterns: [rule("///.*$", "comment.line.documentation"), rule("//.*$", "comment.line.double-slash")],
      },
      strings: { patterns: strings() },
      templates: { patterns: templates() },
      blocks: {
        patterns: [
          // `approve by "ana"` is what a person does in a scenario.
          rule(`${ALONE}(${oneOf(ROLES.block)})\\s+(?!by\\b|comment\\b)(${NAME})(?=\\s*(?:["'{]|when\\b|within\\b|$|//))`, undefined, {
            1: "keyword.control.block",
            2: "entity.name.function.step",
          }),
          rule(`${ALONE}(for)\\s+(${NAME})\\s+(in)${END}`, undefined, { 1: "keyword.control", 2: "variable.other", 3: "keyword.control" }),
          rule(`${ALONE}(let|var)\\s+(${NAME})`, undefined, { 1: "keyword.control", 2: "variable.other" }),
        ],
      },
      calls: {
        patterns: [
          rule(`${ALONE}(run)\\s+(${KEBAB}(?:\\.${NAME})*)(?=\\s*[(<])`, undefined, { 1: "keyword.control", 2: "entity.name.function.capability" }),
          rule(`${ALONE}(emit)\\s+(${DOTTED})(?=\\s*\\{)`, undefined, { 1: "keyword.control", 2: "entity.name.tag.event" }),
          rule(`${ALONE}(ask|show)\\s+(${NAME})(?=\\s*\\{)`, undefined, { 1: "keyword.other.clause", 2: "support.class.component" }),
          rule(`${ALONE}(on)\\s+(failure)${END}`, undefined, { 1: "keyword.other.clause", 2: "keyword.other.clause" }),
          rule(`${ALONE}(on)\\s+(${NAME})${END}`, undefined, { 1: "keyword.other.clause", 2: "entity.name.tag.signal" }),
          rule(`${ALONE}(rework)\\s+(from)\\s+(${DOTTED})`, undefined, {
            1: "keyword.control",
            2: "keyword.other.clause",
            3: "entity.name.function.step",
          }),
          rule(`${ALONE}(escalate)\\s+(to)\\s+(${NAME})`, undefined, { 1: "keyword.other.clause", 2: "keyword.other.clause", 3: "entity.name.tag.role" }),
        ],
      },
      properties: {
        patterns: [
          // A type follows the colon of a field, a value that of a property: a word of a type is one only where no value could be meant.
          rule(`${ALONE}(${NAME})\\s*(:)\\s*(${oneOf(types)})${END}(?!\\s*[.(,]\\s*\\w+\\s*\\()(?!\\.)`, undefined, {
            1: "variable.other.property",
            2: "punctuation.separator.key-value",
            3: "support.type",
          }),
          rule(`${ALONE}(icon)\\s*(:)\\s*(${NAME})`, undefined, {
            1: "variable.other.property",
            2: "punctuation.separator.key-value",
            3: "constant.other.icon",
          }),
          rule(`${ALONE}(output)\\s*(:)`, undefined, { 1: "keyword.other.section", 2: "punctuation.separator.key-value" }),
          rule(`${ALONE}(runbook)\\s*(:)\\s*(${KEBAB})`, undefined, {
            1: "variable.other.property",
            2: "punctuation.separator.key-value",
            3: "entity.name.type.runbook",
          }),
          rule(`${ALONE}(${NAME})\\s*(:)`, undefined, { 1: "variable.other.property", 2: "punctuation.separator.key-value" }),
        ],
      },
      literals: { patterns: literals() },
      types: {
        patterns: [
          rule(`(->)\\s*(${oneOf(types)})${END}`, undefined, { 1: "keyword.operator.arrow", 2: "support.type" }),
          rule(`(?<=<)(${oneOf(types)})${END}`, "support.type"),
          rule(`${ALONE}(?:list|map|outcome|money)(?=<)`, "support.type"),
          rule("\\b[A-Z][A-Z]+\\b", "constant.other.currency"),
          rule("\\b[A-Z]\\w*\\b", "entity.name.type"),
        ],
      },
      keywords: {
        patterns: [
          rule(`${ALONE}${oneOf(ROLES.constant)}${END}(?!\\s*:)`, "constant.language"),
          rule(`${ALONE}${oneOf(ROLES.operator.filter((word) => reserved.has(word)))}${END}(?!\\s*:)`, "keyword.operator.word"),
          rule(`${ALONE}has(?=\\s+")`, "keyword.operator.word"),
          // Ends of clauses, after which nothing is introduced.
          rule(`${ALONE}(within)\\s+(never)${END}`, undefined, { 1: "keyword.other.clause", 2: "keyword.other.clause" }),
          rule(`${ALONE}(working)\\s+(days?)${END}`, undefined, { 1: "keyword.other.clause", 2: "keyword.other.clause" }),
          rule(`${ALONE}(at)\\s+(once)${END}`, undefined, { 1: "keyword.other.clause", 2: "keyword.other.clause" }),
          rule(`(?<=\\s)times(?=\\s*(?:else\\b|\\{|,|$|//|\\}))`, "keyword.other.clause"),
          rule(`(?<=else )(?:approve|reject|collect)${END}`, "keyword.other.clause"),
          rule(`(?<=on failure )(?:collect)${END}`, "keyword.other.clause"),
          rule(`${ALONE}${oneOf(ROLES.template)}${END}`, "keyword.control.template"),
          ...keyword("control", "keyword.control"),
          ...keyword("statement", "keyword.control"),
          ...keyword("section", "keyword.other.section"),
          ...keyword("clause", "keyword.other.clause"),
          rule(`${ALONE}(?:approve)${END}${INTRODUCES}`, "keyword.other.clause"),
          ...keyword("scenario", "keyword.other.scenario"),
        ],
      },
      "scenario-lines": { patterns: scenarioLines() },
      functions: { patterns: [rule(`${NAME}(?=\\()`, "entity.name.function")] },
      operators: {
        patterns: [
          rule("=>|->", "keyword.operator.arrow"),
          rule("==|!=|<=|>=|\\?\\?|\\?\\.", "keyword.operator.comparison"),
          rule("\\+=|-=|=", "keyword.operator.assignment"),
          rule("\\.\\.\\.", "keyword.operator.spread"),
          rule("[+*/<>?-]", "keyword.operator"),
        ],
      },
    },
  };
}

/** What stands at the top of a file, with the name that it introduces. */
function declarations() {
  const head = (word, name, scope) =>
    rule(`^\\s*(${word})\\s+(${name})`, undefined, { 1: "keyword.declaration", 2: scope });
  return [
    rule(`^\\s*(extern)\\s+(runbook|agent)\\s+(${KEBAB})`, undefined, {
      1: "keyword.declaration",
      2: "keyword.declaration",
      3: "entity.name.type.runbook",
    }),
    head("runbook|workflow", KEBAB, "entity.name.type.runbook"),
    head("type|enum", `${NAME}(?=\\s*[<{]|\\s*$)`, "entity.name.type"),
    head("signal", `${NAME}(?=\\s*(?:[:{<]|$)(?!\\s*\\{\\s*document:\\s*sample))`, "entity.name.tag.signal"),
    head("capability|capabilities", `${DOTTED}(?=\\s*[(<{])`, "entity.name.function.capability"),
    head("fn", NAME, "entity.name.function"),
    {
      begin: "^\\s*(role)(?=\\s+\\w)",
      end: "$",
      beginCaptures: { 1: { name: "keyword.declaration.ntro" } },
      patterns: [{ include: "#comments" }, rule(NAME, "entity.name.tag.role")],
    },
    rule("^\\s*(import)(?=\\s*\\{)", undefined, { 1: "keyword.declaration" }),
    rule("(?<=\\})\\s*(from)(?=\\s*[\"'])", undefined, { 1: "keyword.declaration" }),
    {
      begin: "^\\s*(scenario)(?=\\s+\")",
      end: `(?:(for)\\s+(?:(workflow)\\s+)?(${KEBAB}))|$`,
      beginCaptures: { 1: { name: "keyword.declaration.ntro" } },
      endCaptures: { 1: { name: "keyword.declaration.ntro" }, 2: { name: "keyword.declaration.ntro" }, 3: { name: "entity.name.type.runbook.ntro" } },
      patterns: [{ include: "#strings" }, { include: "#comments" }],
    },
  ];
}

/** Texts. A text of one line ends with it, so that a missing quotation mark does not colour the rest of the file. */
function strings() {
  const quoted = (begin, end, name) => ({
    name: `${name}.ntro`,
    begin,
    end,
    beginCaptures: { 0: { name: "punctuation.definition.string.begin.ntro" } },
    endCaptures: { 0: { name: "punctuation.definition.string.end.ntro" } },
    patterns: [rule("\\\\.", "constant.character.escape"), { include: "#templates" }],
  });
  return [
    quoted('"""', '"""', "string.quoted.triple"),
    quoted('"', '"|$', "string.quoted.double"),
    { ...quoted("'", "'|$", "string.quoted.single"), patterns: [rule("\\\\.", "constant.character.escape")] },
  ];
}

/** `{{ … }}` and `{% … %}` hold the language itself. The parser wants both on one line, and so does this: half of one is plain text. */
function templates() {
  const embedded = (open, close, kind) => ({
    name: `meta.template.${kind}.ntro`,
    begin: `${open}(?=[^\\n]*?${close})`,
    end: close,
    beginCaptures: { 0: { name: `punctuation.definition.template-expression.begin.ntro` } },
    endCaptures: { 0: { name: `punctuation.definition.template-expression.end.ntro` } },
    contentName: "meta.embedded.line.ntro",
    patterns: [{ include: "#code" }],
  });
  return [embedded("\\{\\{", "\\}\\}", "expression"), embedded("\\{%", "%\\}", "tag")];
}

/** Numbers, amounts, times. The order is that of the parser: what is longer goes first. */
function literals() {
  const edge = "(?<![\\w.])";
  return [
    rule(`${edge}\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(?::\\d{2})?Z?(?!\\w)`, "constant.numeric.datetime"),
    rule(`${edge}\\d{4}-\\d{2}-\\d{2}(?!\\w)`, "constant.numeric.date"),
    rule(`${edge}\\d{4}-\\d{2}(?![\\w-])`, "constant.numeric.period"),
    rule(`${edge}(?:\\d+(?:ms|s|m|h|d))+(?!\\w)`, "constant.numeric.duration"),
    rule(`${edge}\\d+(?:KB|MB|GB)(?!\\w)`, "constant.numeric.size"),
    rule(`${edge}\\d+(?:\\.\\d+)?%(?!\\})`, "constant.numeric.percent"),
    rule(`${edge}(\\d+(?:\\.\\d+)?)[ \\t]+([A-Z]{3})(?!\\w)`, "constant.numeric.money"),
    rule(`${edge}\\d+(?:\\.\\d+)?(?!\\w)`, "constant.numeric"),
  ];
}

/** `at review~2 …` and what is expected: forms of scenarios whose words are ordinary names anywhere else. */
function scenarioLines() {
  const step = `${NAME}(?:~\\d+)?(?:\\.${NAME}(?:~\\d+)?)*`;
  return [
    rule(`^\\s*(mock)\\s+(${KEBAB}(?:\\.${NAME})*)`, undefined, { 1: "keyword.other.scenario", 2: "entity.name.function.capability" }),
    rule(`^\\s*(cancel)(?=\\s*(?:$|//))`, undefined, { 1: "keyword.other.scenario" }),
    rule(`${ALONE}(after)\\s+(\\w+)\\s+(cancel)${END}`, undefined, { 1: "keyword.other.scenario", 2: "constant.numeric.duration", 3: "keyword.other.scenario" }),
    rule(`(?:(?<=^|\\s))(signal)\\s+(${NAME})(?=\\s+(?:for\\b|\\{))`, undefined, { 1: "keyword.other.scenario", 2: "entity.name.tag.signal" }),
    rule(`${ALONE}(at)\\s+(?!most\\b|once\\b)(${step})\\s+(for)\\s+("[^"]*")\\s+(${NAME})${END}`, undefined, {
      1: "keyword.other.scenario",
      2: "entity.name.function.step",
      3: "keyword.other.scenario",
      4: "string.quoted.double",
      5: "keyword.other.scenario",
    }),
    rule(`${ALONE}(at)\\s+(?!most\\b|once\\b)(${step})\\s+(${NAME})${END}`, undefined, {
      1: "keyword.other.scenario",
      2: "entity.name.function.step",
      3: "keyword.other.scenario",
    }),
    rule(`${ALONE}(expect)\\s+(open|never)\\s+(${step})`, undefined, {
      1: "keyword.other.clause",
      2: "keyword.other.scenario",
      3: "entity.name.function.step",
    }),
    rule(`${ALONE}(expect)\\s+(failed)\\s+(at)\\s+(${step})`, undefined, {
      1: "keyword.other.clause",
      2: "keyword.other.scenario",
      3: "keyword.other.scenario",
      4: "entity.name.function.step",
    }),
    rule(`${ALONE}(expect)\\s+(completed|failed|input)${END}`, undefined, { 1: "keyword.other.clause", 2: "keyword.other.scenario" }),
    rule(`${ALONE}(calls?|running)\\s+(${KEBAB}(?:\\.${NAME})*)(?=\\s|$)`, undefined, {
      1: "keyword.other.scenario",
      2: "entity.name.function.capability",
    }),
    rule(`${ALONE}(refused)${END}(?=\\s*(?:"|$|,|//))`, undefined, { 1: "keyword.other.scenario" }),
  ];
}

const written = `${JSON.stringify(grammar(parserWords()), undefined, 2)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== written) {
    console.error("error: syntaxes/ntro.tmLanguage.json is not what the words of the parser give; run `npm run grammar` and commit it");
    process.exit(1);
  }
} else {
  writeFileSync(target, written);
}
