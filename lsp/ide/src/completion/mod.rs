//! What may be written at a place.

pub(crate) mod context;
mod outcomes;
mod phrases;
mod played;
pub(crate) mod snippets;
mod values;

use ntro_compiler::index::{Ask, Known, KnownKind, Seen, components, imported_path};
use ntro_grammar::ast;

use crate::analysis::{File, Found};

use crate::file_renamed::relative;
use crate::{Analysis, Cancellable, Span, SymbolKind, TextEdit, lex, schedule, words};
use context::{Context, Start};

/// What kind of thing is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum CompletionKind {
    Keyword,
    Snippet,
    Type,
    Enum,
    EnumValue,
    Field,
    Property,
    Variable,
    Step,
    Input,
    Function,
    Capability,
    Runbook,
    Signal,
    Role,
    Agent,
    Icon,
    Currency,
    File,
    Workflow,
}

/// Something that may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What kind of thing it is.
    pub kind: CompletionKind,
    /// A few words beside the label, mostly a type.
    pub detail: String,
    /// What it is, as Markdown; empty where nothing is known.
    pub documentation: String,
    /// What is replaced: the word that is being written, up to its end.
    pub span: Span,
    /// What is written. With [`Completion::is_snippet`], `${1:name}`, `$2` and `$0` are places to fill in, and `$`, `}` and `\\` that are meant
    /// as such have a `\\` before them.
    pub insert: String,
    /// Whether `insert` has places to fill in.
    pub is_snippet: bool,
    /// The same without places to fill in, for editors that know none.
    pub plain: String,
    /// Sorts the list: by this, then by label.
    pub sort: u8,
    /// Edits elsewhere in the file that go with it (an import).
    pub additional: Vec<TextEdit>,
}

impl Analysis {
    /// What may be written at an offset. The list is not filtered by what is written already; editors do that.
    pub fn completion(&self, path: &str, offset: u32) -> Cancellable<Vec<Completion>> {
        self.completions(path, offset, true)
    }

    /// The same by reading and checking the whole declaration, for tests: it is what holds where a part of a runbook does not tell enough.
    #[doc(hidden)]
    pub fn completion_as_a_whole(&self, path: &str, offset: u32) -> Cancellable<Vec<Completion>> {
        self.completions(path, offset, false)
    }

    fn completions(&self, path: &str, offset: u32, in_parts: bool) -> Cancellable<Vec<Completion>> {
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let offset = file.inside(offset);
        if file.is_comment(offset) {
            return Ok(Vec::new());
        }
        let word = lex::word_at(&file.text, offset);
        let part = if in_parts { context::marked_part(file, word) } else { None };
        let found = self.found()?;
        let seen = part.and_then(|(part, context)| Some((found.project.seen_in(path, &part, Ask::Instead)?, context)));
        let (seen, context) = match seen {
            Some(seen) => seen,
            None => {
                let marked = context::marked(file, word, ("", ""));
                let seen = marked.decl.as_ref().map(|decl| found.project.seen(path, decl, Ask::Instead));
                (seen.unwrap_or_default(), marked.context)
            }
        };
        self.go_on()?;
        let (seen, context) = match self.as_case(found, path, word, &context)? {
            Some(seen) => (seen, Context::Value),
            None => (seen, context),
        };
        let (context, values) = context_at(file, word, context);
        let mut known = found.project.known(path, kinds(&context));
        if matches!(context, Context::Called | Context::Signal) {
            self.called_by(found, path, word, kinds(&context), &mut known);
        }
        let mut list = List { analysis: self, path, file, word, known: &known, all: Vec::new() };
        list.fill(&context, &seen);
        if values {
            list.value(&seen);
        }
        Ok(list.all)
    }
}

impl Analysis {
    /// What may stand at the beginning of a case: it is one only with its arrow, which nobody has written yet.
    fn as_case(&self, found: &Found, path: &str, word: Span, context: &Context) -> Cancellable<Option<Seen>> {
        let begins = matches!(context, Context::Start(_) | Context::Value);
        let Some(file) = self.file(path).filter(|file| begins && is_in_match(file, word)) else { return Ok(None) };
        let marked = context::marked(file, word, ("", " => none"));
        self.go_on()?;
        let decl = marked.decl.as_ref().filter(|_| marked.context == Context::Value);
        Ok(decl.map(|decl| found.project.seen(path, decl, Ask::Instead)))
    }

    /// What a scenario can mock or count besides what its own file names: what the file of its runbook names.
    fn called_by(&self, found: &Found, path: &str, word: Span, kinds: &[KnownKind], known: &mut Vec<Known>) {
        let target = self.file(path).and_then(|file| scenario_around(file, word)).map(|scenario| &scenario.target.text);
        let runbooks = found.project.known(path, &[KnownKind::Runbook]);
        let own = target.and_then(|target| runbooks.iter().find(|one| one.name == *target));
        let Some(own) = own.filter(|own| own.place.file != path) else { return };
        for more in found.project.known(&own.place.file, kinds) {
            if !known.iter().any(|one| one.name == more.name && one.kind == more.kind) {
                known.push(more);
            }
        }
    }
}

/// The scenario around a word.
fn scenario_around(file: &File, word: Span) -> Option<&ast::ScenarioDecl> {
    file.tree().decls.iter().find_map(|decl| match decl {
        ast::Decl::Scenario(it) if it.span.start <= word.start && word.start <= it.span.end => Some(it),
        _ => None,
    })
}

/// Whether a word begins a line in the brackets of a `match`.
fn is_in_match(file: &File, word: Span) -> bool {
    let before = file.text.get(..word.start as usize).unwrap_or_default();
    if !before.trim_end_matches([' ', '\t']).ends_with(['\n', '{', ',']) {
        return false;
    }
    let mut depth = 0_u32;
    let open = before.bytes().enumerate().rev().find(|(_, byte)| {
        match byte {
            b'}' => depth += 1,
            b'{' if depth == 0 => return true,
            b'{' => depth -= 1,
            _ => {}
        }
        false
    });
    let head = open.and_then(|(at, _)| before.get(..at)).and_then(|head| head.rsplit('\n').next());
    head.is_some_and(|head| head.split(|c: char| !c.is_alphanumeric()).any(|word| word == "match"))
}

/// What the words of the line say stands at a place, where they say it, else what the tree says; and whether values may stand there too.
fn context_at(file: &File, word: Span, tree: Context) -> (Context, bool) {
    if matches!(tree, Context::Nothing) {
        // Behind the number of a default a new field might begin; a text has numbers too.
        let amount = phrases::follows_number(file, word) && phrases::is_code(file, word);
        return (if amount { Context::Currency } else { tree }, false);
    }
    if let Some(outcome) = outcomes::before(file, word) {
        return (Context::Outcome(outcome), false);
    }
    // A signal may stand behind the time without its word before it.
    let named = matches!(tree, Context::Role | Context::Step | Context::Called | Context::Target { .. });
    if named && let Some(found) = phrases::after(file, word, scenario_around(file, word).map(|_| Start::Scenario)) {
        return (Context::Phrases(found.all), false);
    }
    if matches!(tree, Context::Value | Context::Start(_) | Context::Signal) {
        let start = match &tree {
            Context::Start(start) => Some(*start),
            _ => scenario_around(file, word).map(|_| Start::Scenario),
        };
        if let Some(found) = phrases::after(file, word, start) {
            return (Context::Phrases(found.all), found.values && tree == Context::Value);
        }
        if tree != Context::Signal && phrases::follows_number(file, word) {
            return (Context::Currency, false);
        }
    }
    (tree, false)
}

/// The list that grows.
struct List<'a> {
    analysis: &'a Analysis,
    path: &'a str,
    file: &'a File,
    word: Span,
    known: &'a [Known],
    all: Vec<Completion>,
}

impl List<'_> {
    fn fill(&mut self, context: &Context, seen: &Seen) {
        match context {
            Context::Nothing => {}
            Context::Type => self.types(),
            Context::Call { child } => self.calls(*child),
            Context::Signal => self.known_of(KnownKind::Signal, CompletionKind::Signal),
            Context::Property(name) => self.property(name, seen),
            Context::ComponentProperty(component) => self.component_properties(component),
            Context::Component { ask } => self.components(if *ask { "ask" } else { "show" }),
            Context::Role => self.known_of(KnownKind::Role, CompletionKind::Role),
            Context::Step => self.cases(&seen.cases, CompletionKind::Step),
            Context::Called => {
                self.known_of(KnownKind::Capability, CompletionKind::Capability);
                self.known_of(KnownKind::Runbook, CompletionKind::Runbook);
                self.known_of(KnownKind::Agent, CompletionKind::Agent);
            }
            Context::Target { workflow: true } => self.known_of(KnownKind::Workflow, CompletionKind::Workflow),
            Context::Target { workflow: false } => {
                self.known_of(KnownKind::Runbook, CompletionKind::Runbook);
                self.push("workflow", CompletionKind::Keyword, "a binding", "", 1);
                self.inserts("workflow $0".to_owned());
            }
            Context::Verb => {
                let all = if seen.cases.is_empty() { &VERBS.map(str::to_owned)[..] } else { &seen.cases[..] };
                self.cases(all, CompletionKind::Keyword);
                self.push("for", CompletionKind::Keyword, "which child is meant, by its key", "", 1);
                self.inserts("for \"$1\"".to_owned());
            }
            Context::Imported(from) => self.importable(from),
            Context::Path { sample } => self.paths(*sample),
            Context::Currency => self.currencies(),
            Context::Usual(name) => self.usual(name),
            Context::Fields(all) => {
                for (name, insert) in *all {
                    self.push(name, CompletionKind::Property, "", "", 0);
                    self.inserts((*insert).to_owned());
                }
            }
            Context::Actions => self.actions(),
            Context::Phrases(all) => {
                self.phrases(all);
                self.own_actions(all);
            }
            Context::Outcome(after) => self.outcomes(*after),
            Context::Value => self.value(seen),
            Context::Start(start) => self.start(*start),
        }
    }

    fn push(&mut self, label: &str, kind: CompletionKind, detail: &str, doc: &str, sort: u8) {
        self.all.push(Completion {
            label: label.to_owned(),
            kind,
            detail: detail.to_owned(),
            documentation: doc.to_owned(),
            span: self.word,
            insert: label.to_owned(),
            is_snippet: false,
            plain: label.to_owned(),
            sort,
            additional: Vec::new(),
        });
    }

    /// The last one writes more than its label.
    fn inserts(&mut self, insert: String) {
        if let Some(last) = self.all.last_mut() {
            last.plain = snippets::plain(&insert);
            last.insert = insert;
            last.is_snippet = true;
        }
    }

    /// The last one replaces more than the word: the dotted or dashed name around it.
    fn replaces_name(&mut self, sign: u8) {
        let bytes = self.file.text.as_bytes();
        let part = |byte: &&u8| lex::is_word(**byte) || **byte == sign;
        let before = bytes.get(..self.word.start as usize).unwrap_or_default().iter().rev().take_while(part).count();
        let after = bytes.get(self.word.end as usize..).unwrap_or_default().iter().take_while(part).count();
        let (start, end) = (self.word.start as usize - before, self.word.end as usize + after);
        if let Some(last) = self.all.last_mut() {
            last.span = lex::span(start, end);
        }
    }

    /// Whether brackets follow already.
    fn is_called(&self) -> bool {
        let bytes = self.file.text.as_bytes();
        let name = |byte: &&u8| lex::is_word(**byte) || matches!(**byte, b'.' | b'-');
        let rest = bytes.get(self.word.end as usize..).unwrap_or_default();
        rest.iter().find(|byte| !name(byte)).is_some_and(|byte| matches!(byte, b'(' | b'<'))
    }

    fn known_of(&mut self, kind: KnownKind, shown: CompletionKind) {
        for known in self.known.iter().filter(|known| known.kind == kind) {
            let sort = u8::from(known.place.file.starts_with("ntro:"));
            self.push(&known.name, shown, &known.signature, &known.doc, sort);
            match kind {
                KnownKind::Capability => self.replaces_name(b'.'),
                KnownKind::Runbook | KnownKind::Workflow => self.replaces_name(b'-'),
                _ => {}
            }
        }
    }

    fn cases(&mut self, cases: &[String], kind: CompletionKind) {
        for case in cases {
            self.push(case, kind, "", "", 0);
            if case.contains('.') {
                self.replaces_name(b'.');
            }
        }
    }

    fn types(&mut self) {
        for (name, doc) in words::TYPES {
            self.push(name, CompletionKind::Type, "", doc, 1);
            if matches!(*name, "list" | "map" | "outcome") {
                self.inserts(format!("{name}<${{1:text}}>"));
            }
        }
        for known in self.known.iter().filter(|known| matches!(known.kind, KnownKind::Type | KnownKind::Enum)) {
            let kind = if known.kind == KnownKind::Enum { CompletionKind::Enum } else { CompletionKind::Type };
            // What the language brings besides is seldom named.
            self.push(&known.name, kind, "", &known.doc, if known.place.file.starts_with("ntro:") { 2 } else { 0 });
        }
        self.types_elsewhere();
    }

    /// Types of other files; taking one writes its import.
    fn types_elsewhere(&mut self) {
        let Some(found) = self.analysis.found_before() else { return };
        for (name, place, doc) in found.project.types_elsewhere(self.path, MOST_ELSEWHERE) {
            let from = relative(self.path, &place.file);
            self.push(&name, CompletionKind::Type, &format!("from {from}"), &doc, 3);
            let import = self.import(&name, &from);
            if let Some(last) = self.all.last_mut() {
                last.additional = vec![import];
            }
        }
    }

    /// The edit that imports a name.
    fn import(&self, name: &str, from: &str) -> TextEdit {
        let imports = self.file.tree().decls.iter().filter_map(|decl| match decl {
            ast::Decl::Import(import) => Some(import),
            _ => None,
        });
        let last = imports.clone().next_back().map_or(0, |import| import.span.end);
        let same = imports.filter(|import| import.path.text == from).find_map(|import| import.names.last());
        match same {
            Some(after) => TextEdit { span: after.span.after(), text: format!(", {name}") },
            None if last == 0 => {
                TextEdit { span: Span::default(), text: format!("import {{ {name} }} from \"{from}\"\n\n") }
            }
            None => TextEdit { span: Span::new(last, last), text: format!("\nimport {{ {name} }} from \"{from}\"") },
        }
    }

    fn calls(&mut self, child: bool) {
        let kind = if child { KnownKind::Runbook } else { KnownKind::Capability };
        let shown = if child { CompletionKind::Runbook } else { CompletionKind::Capability };
        let called = self.is_called();
        for known in self.known.iter().filter(|known| known.kind == kind) {
            let sort = u8::from(known.place.file.starts_with("ntro:"));
            self.push(&known.name, shown, &known.signature, &known.doc, sort);
            if !called {
                self.inserts(call_snippet(known));
            }
            self.replaces_name(if child { b'-' } else { b'.' });
        }
    }

    fn property(&mut self, name: &str, seen: &Seen) {
        match name {
            "icon" => {
                for icon in ICONS.lines() {
                    self.push(icon, CompletionKind::Icon, "Lucide", "", 0);
                }
            }
            "use" => self.known_of(KnownKind::Agent, CompletionKind::Agent),
            "runbook" => self.known_of(KnownKind::Runbook, CompletionKind::Runbook),
            "overlap" => self.cases(&["skip", "queue", "beside"].map(str::to_owned), CompletionKind::EnumValue),
            "by" => {
                self.known_of(KnownKind::Role, CompletionKind::Role);
                self.push("anyone", CompletionKind::Keyword, "whoever has access", "", 1);
                self.push("if", CompletionKind::Keyword, "a role by cases", "", 1);
                self.inserts("if ${1:condition} then ${2:role} else ${3:role}".to_owned());
            }
            "not_by" => {
                self.deciders(seen);
                self.value(seen);
            }
            "kind" => self.cases(&["program", "claude_managed"].map(str::to_owned), CompletionKind::EnumValue),
            "accept" => {
                for (kind, detail) in FORMATS {
                    self.push(kind, CompletionKind::EnumValue, detail, "", 0);
                }
            }
            "max_size" => self.cases(&["10MB", "50MB", "100MB"].map(str::to_owned), CompletionKind::EnumValue),
            _ => self.value(seen),
        }
    }

    fn components(&mut self, verb: &str) {
        for component in components().into_iter().filter(|component| component.verb == verb) {
            self.push(component.name, CompletionKind::Keyword, "component", "", 0);
            let required = component.props.iter().filter(|(_, _, required)| *required);
            let lines: Vec<String> = required.zip(1..).map(|((name, ..), at)| format!("  {name}: ${at}")).collect();
            let inside = if lines.is_empty() { "  $0".to_owned() } else { lines.join("\n") };
            self.inserts(format!("{} {{\n{inside}\n}}", component.name));
        }
        if verb == "ask" {
            self.push("files", CompletionKind::Keyword, "several documents", "", 0);
            self.inserts("files { ${1:slot}: \"${2:source}\" }".to_owned());
            self.push("form", CompletionKind::Keyword, "questions", "", 0);
            self.inserts("form { ${1:reason}: ${2:text} \"${3:Why?}\" }".to_owned());
        }
    }

    fn component_properties(&mut self, name: &str) {
        for component in components().into_iter().filter(|component| component.name == name) {
            for (prop, form, required) in component.props {
                let doc = if required { "Must be there." } else { "" };
                self.push(prop, CompletionKind::Property, form, doc, u8::from(!required));
                self.inserts(format!("{prop}: $0"));
            }
        }
    }

    fn start(&mut self, start: Start) {
        for snippet in snippets::at(start) {
            let doc = words::meaning(snippet.word).unwrap_or_default();
            self.push(snippet.word, CompletionKind::Snippet, snippet.detail, doc, 1);
            self.inserts(snippet.insert.to_owned());
        }
    }

    fn importable(&mut self, from: &str) {
        let Some(target) = imported_path(self.path, from).and_then(|path| self.analysis.files.get(&path)) else {
            return;
        };
        for declared in target.declared().iter().filter(|declared| declared.container.is_empty() && !declared.local) {
            let kind = match declared.kind {
                SymbolKind::Type => CompletionKind::Type,
                SymbolKind::Enum => CompletionKind::Enum,
                SymbolKind::Signal => CompletionKind::Signal,
                SymbolKind::Capability => CompletionKind::Capability,
                SymbolKind::Agent => CompletionKind::Agent,
                SymbolKind::Function => CompletionKind::Function,
                SymbolKind::Role => CompletionKind::Role,
                _ => continue,
            };
            let name = declared.name.split('.').next().unwrap_or_default().to_owned();
            if !self.all.iter().any(|known| known.label == name) {
                self.push(&name, kind, "", &declared.doc, 0);
            }
        }
    }

    /// Texts that are usual for a property.
    fn usual(&mut self, name: &str) {
        let span = self.quoted();
        let mut texts: Vec<(String, String)> = match name {
            "zone" => ntro_compiler::zones().into_iter().map(|zone| (zone, String::new())).collect(),
            _ => Vec::new(),
        };
        if name == "schedule" {
            let said = |text: &&str| ((*text).to_owned(), schedule::said(text).unwrap_or_default());
            texts.extend(SCHEDULES.iter().map(said));
        }
        for (text, said) in texts {
            self.push(&text, CompletionKind::EnumValue, &said, "", 0);
            if let Some(last) = self.all.last_mut() {
                last.span = span;
            }
        }
    }

    /// The text in quotes around the word.
    fn quoted(&self) -> Span {
        let text = &self.file.text;
        let before = text.get(..self.word.start as usize).unwrap_or_default();
        let start = before.rfind(['"', '\n']).map_or(0, |at| at + 1);
        let after = text.get(self.word.end as usize..).unwrap_or_default();
        let end = self.word.end as usize + after.find(['"', '\n']).unwrap_or(0);
        lex::span(start, end)
    }

    fn paths(&mut self, sample: bool) {
        let paths: Vec<String> = if sample {
            // The documents lie in `inputs`. What lies beside is offered where there is no such folder.
            let others: Vec<&String> = self.analysis.others.iter().flat_map(|others| others.iter()).collect();
            let documents: Vec<_> = others.iter().filter_map(|path| path.strip_prefix("inputs/")).collect();
            let beside = others.iter().map(|path| path.as_str());
            if documents.is_empty() {
                beside.map(str::to_owned).collect()
            } else {
                documents.into_iter().map(str::to_owned).collect()
            }
        } else {
            let others = self.analysis.files.keys().filter(|path| path.as_str() != self.path);
            others.map(|path| relative(self.path, path)).collect()
        };
        let span = self.quoted();
        for path in paths {
            self.push(&path, CompletionKind::File, "", "", 0);
            if let Some(last) = self.all.last_mut() {
                last.span = span;
            }
        }
    }
}

/// Which kinds of things may stand at a place: only those are looked up.
fn kinds(context: &Context) -> &'static [KnownKind] {
    match context {
        Context::Type => &[KnownKind::Type, KnownKind::Enum],
        Context::Call { child: true } => &[KnownKind::Runbook],
        Context::Call { child: false } => &[KnownKind::Capability],
        Context::Signal => &[KnownKind::Signal],
        Context::Role => &[KnownKind::Role],
        Context::Called => &[KnownKind::Capability, KnownKind::Runbook, KnownKind::Agent],
        Context::Target { workflow: true } => &[KnownKind::Workflow],
        Context::Target { workflow: false } => &[KnownKind::Runbook],
        Context::Property(name) => match name.as_str() {
            "use" => &[KnownKind::Agent],
            "runbook" => &[KnownKind::Runbook],
            "by" => &[KnownKind::Role],
            "accept" | "max_size" | "kind" | "icon" | "overlap" => &[],
            _ => &[KnownKind::Function, KnownKind::Enum],
        },
        Context::Value => &[KnownKind::Function, KnownKind::Enum],
        _ => &[],
    }
}

/// What a person can do in a scenario.
const VERBS: [&str; 7] = ["approve", "reject", "edit", "correct", "action", "submit", "confirm"];
/// The kinds of documents that people mostly give; any other ending may be written too.
pub(crate) const FORMATS: [(&str, &str); 8] = [
    ("csv", "a table as text"),
    ("docx", "a Word document"),
    ("jpg", "a picture"),
    ("json", "data"),
    ("pdf", "a PDF"),
    ("png", "a picture"),
    ("txt", "plain text"),
    ("xlsx", "an Excel workbook"),
];
/// Schedules to begin with.
const SCHEDULES: [&str; 6] = ["0 8 * * *", "0 8 * * 1-5", "0 8 * * 1", "0 8 1 * *", "0 8 5 * *", "0 8 1 1,4,7,10 *"];
/// How many types of files that are not imported are offered.
const MOST_ELSEWHERE: usize = 200;
/// The names of the Lucide icons, one a line.
const ICONS: &str = include_str!("../icons.txt");

/// A call with what must be given.
fn call_snippet(known: &Known) -> String {
    let mut at = 0;
    let mut next = || {
        at += 1;
        at
    };
    let generic = known.type_params.iter().map(|name| format!("${{{}:{name}}}", next())).collect::<Vec<_>>();
    let generic = if generic.is_empty() { String::new() } else { format!("<{}>", generic.join(", ")) };
    let needed: Vec<&str> =
        known.params.iter().filter(|param| !param.optional).map(|param| param.name.as_str()).collect();
    let args: Vec<String> = match needed.as_slice() {
        [one] => vec![format!("${{{}:{one}}}", next())],
        many => many.iter().map(|name| format!("{name}: ${{{}:{name}}}", next())).collect(),
    };
    format!("{}{generic}({})", known.name, args.join(", "))
}
