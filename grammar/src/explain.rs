//! The page behind each code.

/// What `ntroc explain` shows for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemDoc {
    /// The stable code.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// One paragraph: what is wrong, and why the language is so.
    pub text: &'static str,
    /// A text that has the problem.
    pub wrong: &'static str,
    /// The same without it.
    pub right: &'static str,
}

/// One page for each code, in the order of the codes.
pub const PROBLEMS: &[ProblemDoc] = &[
    ProblemDoc {
        code: "N0101",
        title: r#"a word is missing"#,
        text: r#"Some forms are read aloud like a sentence, and each of their words must be there: `at most 3 times`, `remind every 1d`, `escalate to manager`, `if a then b else c`."#,
        wrong: r#"runbook a "A" {
  await one "One" {
    on x
    within 1d else escalate manager within 1d else fail "Late."
  }
}"#,
        right: r#"runbook a "A" {
  await one "One" {
    on x
    within 1d else escalate to manager within 1d else fail "Late."
  }
}"#,
    },
    ProblemDoc {
        code: "N0102",
        title: r#"a bracket is never closed"#,
        text: r#"Every `{`, `(`, `[` and `<` has its partner. Where one is missing, the indentation of the lines tells where it is likely to belong, so indent what stands inside a block by two blanks."#,
        wrong: r#"type Row {
  id: text

enum State { open, closed }"#,
        right: r#"type Row {
  id: text
}

enum State { open, closed }"#,
    },
    ProblemDoc {
        code: "N0103",
        title: r#"a block has no `{`"#,
        text: r#"What belongs to a block stands between `{` and `}`. The `{` stands at the end of the line that begins the block."#,
        wrong: r#"runbook a "A" {
  step one "One"
    run a.b()
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    run a.b()
  }
}"#,
    },
    ProblemDoc {
        code: "N0104",
        title: r#"a closing bracket closes nothing"#,
        text: r#"There is one closing bracket more than there are opening ones."#,
        wrong: r#"runbook a "A" {
  step one "One" { run a.b() } }
}"#,
        right: r#"runbook a "A" {
  step one "One" { run a.b() }
}"#,
    },
    ProblemDoc {
        code: "N0105",
        title: r#"a text does not end"#,
        text: r#"A text in `"` ends on its line. A text of several lines stands between `"""` and `"""`."#,
        wrong: r#"runbook a "A" {
  step one "One {
    run a.b()
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    run a.b()
  }
}"#,
    },
    ProblemDoc {
        code: "N0106",
        title: r#"something does not fit here"#,
        text: r#"What stands here is none of the things that may stand here. Often a word before it is misspelt, or a sign is missing."#,
        wrong: r#"type Row { id: text ! }"#,
        right: r#"type Row { id: text }"#,
    },
    ProblemDoc {
        code: "N0107",
        title: r#"a property has no colon"#,
        text: r#"A property is a name, a colon and a plain value: `icon: Eye`. A clause, such as `within 24h` or `show data_table { … }`, has none."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    icon Inbox
    run a.b()
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    icon: Inbox
    run a.b()
  }
}"#,
    },
    ProblemDoc {
        code: "N0108",
        title: r#"a clause has a colon"#,
        text: r#"A clause is read like a sentence and takes no colon: `within 24h`, `on reject fail`, `show data_table { … }`, `run a.b()`. Only properties with a plain value have one: `icon: Eye`."#,
        wrong: r#"capability a.b(x: file) { within: 5m }"#,
        right: r#"capability a.b(x: file) { within 5m }"#,
    },
    ProblemDoc {
        code: "N0109",
        title: r#"a comma is missing"#,
        text: r#"Parts that stand on one line have commas between them. Between `{` and `}` a new line does as well; between `(` and `)` and between `[` and `]` there is always a comma."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    run a.b(x: 1 y: 2)
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    run a.b(x: 1, y: 2)
  }
}"#,
    },
    ProblemDoc {
        code: "N0110",
        title: r#"a name is missing"#,
        text: r#"Each block, variable and field has a name, by which the rest of the runbook speaks of it."#,
        wrong: r#"runbook a "A" {
  step "Parse" { run a.b() }
}"#,
        right: r#"runbook a "A" {
  step parsed "Parse" { run a.b() }
}"#,
    },
    ProblemDoc {
        code: "N0111",
        title: r#"a value is missing"#,
        text: r#"After a colon, an `=`, a sign such as `+` and a word such as `when` a value must follow, on the same line."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    icon:
    run a.b()
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    icon: Inbox
    run a.b()
  }
}"#,
    },
    ProblemDoc {
        code: "N0112",
        title: r#"a type is missing"#,
        text: r#"A field says what it holds: `text`, `int`, `decimal`, `bool`, `date`, `datetime`, `period`, `duration`, `money`, `currency`, `file`, `json`, `list<…>`, `map<…>`, or a type of yours. A `?` after it says that there may be none."#,
        wrong: r#"type Row {
  id:
  amount: money
}"#,
        right: r#"type Row {
  id: text
  amount: money
}"#,
    },
    ProblemDoc {
        code: "N0113",
        title: r#"a text is missing"#,
        text: r#"People read why something failed or was left out, so `fail` and `skip` take a text in quotes."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    fail
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    fail "Nothing was found."
  }
}"#,
    },
    ProblemDoc {
        code: "N0114",
        title: r#"`else` is missing"#,
        text: r#"`require` says what must hold and, after `else`, what happens if it does not. An `if` that chooses a value has one for both cases."#,
        wrong: r#"runbook a "A" {
  require x > 1
  step one "One" { run a.b() }
}"#,
        right: r#"runbook a "A" {
  require x > 1 else fail "Too small."
  step one "One" { run a.b() }
}"#,
    },
    ProblemDoc {
        code: "N0115",
        title: r#"what follows is missing"#,
        text: r#"After `else`, `on reject` and `on failure` stands what shall happen; after `expect`, what a scenario shall come to; after `try { … }`, what follows a failure."#,
        wrong: r#"runbook a "A" {
  await one "One" { on x within 24h else }
}"#,
        right: r#"runbook a "A" {
  await one "One" { on x within 24h else fail "Late." }
}"#,
    },
    ProblemDoc {
        code: "N0116",
        title: r#"`=` or `=>` is missing"#,
        text: r#"`let` and `var` have an `=` before their value, a `fn` has one before its result, and an arm has `=>`."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    let x 1
    return x
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    let x = 1
    return x
  }
}"#,
    },
    ProblemDoc {
        code: "N0117",
        title: r#"a call has no brackets"#,
        text: r#"What runs is given its arguments in brackets, even if there are none."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    run files.parse
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    run files.parse(document)
  }
}"#,
    },
    ProblemDoc {
        code: "N0118",
        title: r#"a word of the language is used as a name"#,
        text: r#"Some words would make a runbook hard to read if they were names of variables, steps or parameters. Fields and arguments may bear them."#,
        wrong: r#"runbook a "A" {
  var checks: int = 0
}"#,
        right: r#"runbook a "A" {
  var check_count: int = 0
}"#,
    },
    ProblemDoc {
        code: "N0119",
        title: r#"a name has a dash"#,
        text: r#"Names of steps and variables have `_` between their words, because a dash between two values is a minus. Runbooks and workflows are named with dashes."#,
        wrong: r#"runbook a "A" {
  step parse-document "Parse" { run a.b() }
}"#,
        right: r#"runbook a "A" {
  step parse_document "Parse" { run a.b() }
}"#,
    },
    ProblemDoc {
        code: "N0120",
        title: r#"an unknown word begins a block"#,
        text: r#"A block begins with `step`, `approve`, `await`, `child` or `agent`; a declaration with `runbook`, `type` and so on."#,
        wrong: r#"runbook a "A" {
  stp one "One" { run a.b() }
}"#,
        right: r#"runbook a "A" {
  step one "One" { run a.b() }
}"#,
    },
    ProblemDoc {
        code: "N0121",
        title: r#"something stands in the wrong block"#,
        text: r#"Each kind of block has clauses of its own: `show` in an `approve`, `ask` in an `await`, `send` in an `agent`; what is computed stands in a `step` or between the blocks."#,
        wrong: r#"runbook a "A" {
  approve review "Review" {
    by: clerk
    let x = 1
  }
}"#,
        right: r#"runbook a "A" {
  let x = 1
  approve review "Review" { by: clerk }
}"#,
    },
    ProblemDoc {
        code: "N0122",
        title: r#"two comparisons in a row"#,
        text: r#"A comparison is true or false, and that cannot be compared with a number again. Join two comparisons with `and`."#,
        wrong: r#"fn f(x: int) -> bool = 0 < x < 10"#,
        right: r#"fn f(x: int) -> bool = 0 < x and x < 10"#,
    },
    ProblemDoc {
        code: "N0123",
        title: r#"a minus without blanks"#,
        text: r#"A dash without blanks is part of a date (`2026-03-31`), of a period (`2026-03`) or of a runbook's name, so a minus between two values has blanks round it."#,
        wrong: r#"fn f(a: int, b: int) -> int = a-b"#,
        right: r#"fn f(a: int, b: int) -> int = a - b"#,
    },
    ProblemDoc {
        code: "N0124",
        title: r#"a sign of another language"#,
        text: r#"Conditions are written with words: `and`, `or`, `not`. Two values are compared with `==` and `!=`; `=` gives a value to a variable."#,
        wrong: r#"fn f(a: bool, b: bool) -> bool = a && b"#,
        right: r#"fn f(a: bool, b: bool) -> bool = a and b"#,
    },
    ProblemDoc {
        code: "N0125",
        title: r#"a word of another language"#,
        text: r#"The value that stands for nothing is `none`, the truth values are `true` and `false`, what never changes is a `let`, and what no other arm fits is `else`."#,
        wrong: r#"fn f(a: int?) -> bool = a != null"#,
        right: r#"fn f(a: int?) -> bool = a != none"#,
    },
    ProblemDoc {
        code: "N0126",
        title: r#"`=` where a colon belongs"#,
        text: r#"The value of a field or an argument follows a colon."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    run a.b(document = x)
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    run a.b(document: x)
  }
}"#,
    },
    ProblemDoc {
        code: "N0127",
        title: r#"the wrong quotes"#,
        text: r#"A text stands in `"`. Only inside `{{ … }}` of a text do texts stand in `'`, because `"` ends the outer one."#,
        wrong: r#"runbook a "A" {
  version: '0.1.0'
}"#,
        right: r#"runbook a "A" {
  version: "0.1.0"
}"#,
    },
    ProblemDoc {
        code: "N0128",
        title: r#"the name of a field has quotes"#,
        text: r#"Unlike in JSON the names of fields have no quotes."#,
        wrong: r#"fn f() -> json = { "a": 1 }"#,
        right: r#"fn f() -> json = { a: 1 }"#,
    },
    ProblemDoc {
        code: "N0129",
        title: r#"a comment with `#`"#,
        text: r#"A comment begins with `//`; one that documents what follows begins with `///`."#,
        wrong: r#"# who takes part
role clerk"#,
        right: r#"// who takes part
role clerk"#,
    },
    ProblemDoc {
        code: "N0130",
        title: r#"a `;` at the end of a line"#,
        text: r#"A line's end is enough."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    let x = 1;
    return x
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    let x = 1
    return x
  }
}"#,
    },
    ProblemDoc {
        code: "N0131",
        title: r#"a part of a list by its number"#,
        text: r#"`xs.at(0)` gives the first part or `none`, `xs.first()` does too: a list may be shorter than one thinks."#,
        wrong: r#"fn f(xs: list<int>) -> int? = xs[0]"#,
        right: r#"fn f(xs: list<int>) -> int? = xs.at(0)"#,
    },
    ProblemDoc {
        code: "N0132",
        title: r#"a choice with `?`"#,
        text: r#"A choice between two values is a sentence: `if c then a else b`. A value in place of `none` is given by `??`."#,
        wrong: r#"fn f(a: bool) -> int = a ? 1 : 2"#,
        right: r#"fn f(a: bool) -> int = if a then 1 else 2"#,
    },
    ProblemDoc {
        code: "N0133",
        title: r#"a number that cannot be read"#,
        text: r#"Numbers have digits and perhaps a point. Money has a blank and the code of its currency after it."#,
        wrong: r#"fn f() -> money = 5GBP"#,
        right: r#"fn f() -> money = 5 GBP"#,
    },
    ProblemDoc {
        code: "N0134",
        title: r#"a backslash before nothing special"#,
        text: r#"In a text `\n` is a new line, `\t` a tab, `\"` a quote, `\{` a brace and `\\` one backslash."#,
        wrong: r#"fn f() -> text = "C:\docs""#,
        right: r#"fn f() -> text = "C:\\docs""#,
    },
    ProblemDoc {
        code: "N0135",
        title: r#"a `{{` without `}}`"#,
        text: r#"A value in a text stands between `{{` and `}}`, on one line."#,
        wrong: r#"fn f(x: text) -> text = "Hello {{ x }""#,
        right: r#"fn f(x: text) -> text = "Hello {{ x }}""#,
    },
    ProblemDoc {
        code: "N0136",
        title: r#"an unknown tag"#,
        text: r#"A text has the tags `for … endfor` and `if … elif … else … endif`, and no others."#,
        wrong: r#"fn f() -> text = "{% set y = 1 %}""#,
        right: r#"fn f(y: bool) -> text = "{% if y %}yes{% endif %}""#,
    },
    ProblemDoc {
        code: "N0137",
        title: r#"a tag without its partner"#,
        text: r#"`{% for … %}` ends with `{% endfor %}` and `{% if … %}` with `{% endif %}`, in the same text."#,
        wrong: r#"fn f(x: bool) -> text = "{% if x %}yes""#,
        right: r#"fn f(x: bool) -> text = "{% if x %}yes{% endif %}""#,
    },
    ProblemDoc {
        code: "N0138",
        title: r#"a filter in a text"#,
        text: r#"Between `{{` and `}}` stands a value of this language, which has functions after a dot and no filters."#,
        wrong: r#"fn f(x: list<text>) -> text = "{{ x | join }}""#,
        right: r#"fn f(x: list<text>) -> text = "{{ x.join(', ') }}""#,
    },
    ProblemDoc {
        code: "N0139",
        title: r#"a list type with `[]`"#,
        text: r#"A list is written `list<text>`."#,
        wrong: r#"type Row { ids: text[] }"#,
        right: r#"type Row { ids: list<text> }"#,
    },
    ProblemDoc {
        code: "N0140",
        title: r#"`return` in the middle without a value"#,
        text: r#"What follows a `return` would never be done. A value that is returned stands on the same line."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    return
    run a.b()
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    run a.b()
    return
  }
}"#,
    },
    ProblemDoc {
        code: "N0141",
        title: r#"a message that is no text"#,
        text: r#"`fail`, `skip` and `refuse` take a text in quotes; a value goes into it between `{{` and `}}`."#,
        wrong: r#"runbook a "A" {
  step one "One" {
    try { run a.b() } on failure (e) { fail e.message }
  }
}"#,
        right: r#"runbook a "A" {
  step one "One" {
    try { run a.b() } on failure (e) { fail "{{ e.message }}" }
  }
}"#,
    },
    ProblemDoc {
        code: "N0142",
        title: r#"the same thing twice"#,
        text: r#"One block has one limit."#,
        wrong: r#"capability a.b(x: file) {
  within 5m
  within 6m
}"#,
        right: r#"capability a.b(x: file) { within 6m }"#,
    },
    ProblemDoc {
        code: "N0143",
        title: r#"too deeply nested"#,
        text: r#"What is nested deeper than any reader can follow is not read. Give a part of it a name with `let` or `fn`."#,
        wrong: r#"fn f() -> int = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"#,
        right: r#"fn f() -> int = (1)"#,
    },
    ProblemDoc {
        code: "N0144",
        title: r#"a file too large"#,
        text: r#"A file of more than 4 MiB is not read. Put its parts into several files and `import` what they share."#,
        wrong: r#""#,
        right: r#"role clerk"#,
    },
];
