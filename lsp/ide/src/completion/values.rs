//! Values: names in sight, fields, functions, what is expected.

use ntro_compiler::FunctionDoc;
use ntro_compiler::index::{KnownKind, Seen, SeenField, SeenName};

use super::{CompletionKind, List, scenario_around, snippets};

/// Currencies that are offered first; every other code may be written too.
pub(super) const CURRENCIES: [&str; 12] =
    ["GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "JPY", "CAD", "AUD", "CZK"];

impl List<'_> {
    pub(super) fn value(&mut self, seen: &Seen) {
        if let Some(members) = &seen.members {
            for inner in &members.inner {
                self.name(inner, None);
            }
            for field in &members.of.fields {
                self.field(field, CompletionKind::Field, false);
            }
            for function in &members.functions {
                self.method(function);
            }
            for (name, signature) in &members.fns {
                self.push(name, CompletionKind::Function, signature, "", 2);
                self.inserts(format!("{name}($0)"));
            }
            return;
        }
        if !seen.value {
            // An enumeration before a dot, or a pattern.
            self.cases(&seen.cases, CompletionKind::EnumValue);
            for field in &seen.fields {
                self.field(field, CompletionKind::Field, false);
            }
            if seen.cases.is_empty() && seen.fields.is_empty() && self.is_first_argument() {
                self.taken();
            }
            return;
        }
        for field in &seen.fields {
            self.field(field, CompletionKind::Field, true);
        }
        let expected = seen.expected.as_ref();
        if let Some(expected) = expected {
            for value in &expected.values {
                self.push(value, CompletionKind::EnumValue, &expected.shown, "", 0);
            }
            match expected.shown.trim_end_matches('?') {
                "bool" => self.words(&["true", "false", "not"]),
                "currency" => self.words(&CURRENCIES),
                other => self.literal(other),
            }
            if expected.shown.ends_with('?') {
                self.words(&["none"]);
            }
        }
        self.by_place();
        for name in &seen.names {
            self.name(name, expected.map(|expected| expected.shown.as_str()));
        }
        self.functions();
        for (word, insert) in [
            ("if", "if ${1:condition} then ${2:a} else ${3:b}"),
            ("match", "match ${1:value} { ${2:case} => ${3:a}, else => ${4:b} }"),
        ] {
            self.push(word, CompletionKind::Keyword, "a value by cases", "", 5);
            self.inserts(insert.to_owned());
        }
    }

    /// What is no value itself and stands where one is expected: a call, a document of a scenario, what a text must have in it.
    fn by_place(&mut self) {
        let before = self.file.text.get(..self.word.start as usize).unwrap_or_default().trim_end_matches([' ', '\t']);
        if scenario_around(self.file, self.word).is_some() {
            // Behind a bracket or a comma a field may be named.
            if !before.ends_with([':', '>', '[']) {
                return;
            }
            self.push("sample", CompletionKind::Function, "a document of the project", "", 1);
            self.inserts("sample(\"$1\")".to_owned());
            self.push("has", CompletionKind::Keyword, "a text that has this in it", "", 3);
            self.inserts("has \"$1\"".to_owned());
            return;
        }
        let assigns = before.ends_with('=') && !["==", "!=", "<=", ">="].iter().any(|sign| before.ends_with(sign));
        let returns = before.strip_suffix("return").is_some_and(|rest| rest.ends_with([' ', '\t', '\n', '{']));
        if assigns || returns {
            self.push("run", CompletionKind::Keyword, "what a capability gives", "", 3);
            self.inserts("run $0".to_owned());
        }
    }

    /// Whether the word stands right behind the bracket of a call.
    fn is_first_argument(&self) -> bool {
        let before = self.file.text.get(..self.word.start as usize).unwrap_or_default().trim_end();
        before.strip_suffix('(').is_some_and(|call| call.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    }

    /// Where a function is wanted, as in `lines.sum(…)`: one that is written there, or one that the file has.
    fn taken(&mut self) {
        self.push("x => …", CompletionKind::Function, "a function of one value", "", 0);
        self.inserts("${1:x} => ${1:x}$0".to_owned());
        let known = self.known;
        for known in known.iter().filter(|known| known.kind == KnownKind::Function) {
            self.push(&known.name, CompletionKind::Function, &known.signature, &known.doc, 1);
        }
    }

    /// How a value of a type is written that has a way of its own to be written.
    fn literal(&mut self, ty: &str) {
        // After `within` the line has offered some already.
        let offered = self.all.iter().any(|one| one.kind == CompletionKind::Snippet);
        let (label, detail) = match ty {
            "duration" if offered => return,
            "date" => ("2026-01-31", "year, month and day"),
            "period" => ("2026-01", "year and month"),
            "datetime" => ("2026-01-31T08:00", "a day and a time"),
            "duration" => ("24h", "days `d`, hours `h`, minutes `m`, seconds `s`"),
            _ => {
                let Some(currency) = ty.strip_prefix("money<").and_then(|rest| rest.strip_suffix('>')) else { return };
                let label = format!("0.00 {currency}");
                self.push(&label, CompletionKind::EnumValue, "an amount", "", 3);
                self.inserts(format!("${{1:0.00}} {}", snippets::escaped(currency)));
                return;
            }
        };
        self.push(label, CompletionKind::EnumValue, detail, "", 1);
        self.inserts(format!("${{1:{label}}}"));
    }

    /// Who decided before, for `not_by`.
    pub(super) fn deciders(&mut self, seen: &Seen) {
        for name in seen.names.iter().filter(|name| name.readable && name.ty.contains("by: text")) {
            self.push(&format!("{}.by", name.name), CompletionKind::Step, "who decided there", "", 0);
        }
    }

    pub(super) fn words(&mut self, words: &[&str]) {
        for word in words {
            self.push(word, CompletionKind::EnumValue, "", "", 1);
        }
    }

    fn name(&mut self, name: &SeenName, expected: Option<&str>) {
        // A step that comes later has no value yet.
        if !name.readable && name.inner.is_empty() {
            return;
        }
        // A runbook without settings.
        if name.name == "config" && name.ty.trim_matches(['{', '}', ' ']).is_empty() {
            return;
        }
        let fits = expected.is_some_and(|expected| expected.trim_end_matches('?') == name.ty.trim_end_matches('?'));
        let kind = match () {
            () if name.input => CompletionKind::Input,
            () if name.ty.starts_with('{') || !name.inner.is_empty() => CompletionKind::Step,
            () => CompletionKind::Variable,
        };
        self.push(&name.name, kind, &name.ty, "", if fits { 0 } else { 2 });
    }

    fn field(&mut self, field: &SeenField, kind: CompletionKind, with_value: bool) {
        self.push(&field.name, kind, &field.ty, &field.doc, u8::from(field.optional));
        if with_value {
            self.inserts(format!("{}: $0", snippets::escaped(&field.name)));
        }
    }

    /// A function after a dot: the value before the dot is its first.
    fn method(&mut self, function: &FunctionDoc) {
        let signature = function.signatures.first().map_or("", String::as_str);
        self.push(function.name, CompletionKind::Function, signature, function.doc, 2);
        let rest = signature.split_once("->").map_or(signature, |(before, _)| before);
        let takes = rest.matches(',').count();
        let insert = match takes {
            0 if !rest.contains("=>") => format!("{}()", function.name),
            _ if rest.contains("=>") => format!("{}(${{1:x}} => $0)", function.name),
            _ => format!("{}($0)", function.name),
        };
        self.inserts(insert);
    }

    /// Functions that stand alone, those of the project first; and enumerations, whose values stand behind a dot.
    fn functions(&mut self) {
        let known = self.known;
        for known in known.iter().filter(|known| known.kind == KnownKind::Function) {
            self.push(&known.name, CompletionKind::Function, &known.signature, &known.doc, 3);
            self.inserts(format!("{}($0)", known.name));
        }
        for known in known.iter().filter(|known| known.kind == KnownKind::Enum) {
            let sort = if known.place.file.starts_with("ntro:") { 6 } else { 4 };
            self.push(&known.name, CompletionKind::Enum, "", &known.doc, sort);
        }
        for function in ntro_compiler::functions() {
            let signature = function.signatures.first().map_or("", String::as_str);
            self.push(function.name, CompletionKind::Function, signature, function.doc, 4);
            let none = signature.contains("()");
            self.inserts(if none { format!("{}()", function.name) } else { format!("{}($0)", function.name) });
        }
    }
}
