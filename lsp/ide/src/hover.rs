//! What something is: its type, its documentation, what a step waits for, what a text reads like.

use ntro_compiler::index::visit::{self, Node};
use ntro_compiler::index::{Ask, Meaning};
use ntro_grammar::ast;

use crate::analysis::File;
use crate::declared::Declared;
use crate::hover_words::Written;
use crate::{Analysis, Cancellable, Place, Span, SymbolKind, hover_words, lex, words};

/// What is shown beside a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The word that it speaks of.
    pub span: Span,
    /// The text, as Markdown.
    pub markdown: String,
}

/// How many calls of a step are shown.
const MOST_CALLS: usize = 6;
/// How long a declaration may be to be shown as a whole.
const MOST_LINES: usize = 24;

impl Analysis {
    /// What stands at an offset.
    pub fn hover(&self, path: &str, offset: u32) -> Cancellable<Option<Hover>> {
        let Some(file) = self.file(path) else { return Ok(None) };
        let offset = file.inside(offset);
        if let Some(symbol) = self.symbol_at(path, offset)? {
            let mut parts = Vec::new();
            for means in &symbol.means {
                parts.extend(self.described(means)?);
            }
            if !parts.is_empty() {
                return Ok(Some(Hover { span: symbol.origin, markdown: parts.join("\n\n---\n\n") }));
            }
        }
        match hover_words::written(file, offset) {
            Written::Means(hover) => Ok(Some(hover)),
            Written::Own(name, value) => self.own_field(path, file, name, value),
            Written::Nothing => match keyword(file, offset) {
                Some(hover) => Ok(Some(hover)),
                None => self.expression(path, file, offset),
            },
        }
    }

    /// A field that nothing declares: what it holds.
    fn own_field(&self, path: &str, file: &File, name: Span, value: Option<Span>) -> Cancellable<Option<Hover>> {
        let decl = file.tree().decls.iter().find(|decl| touches(visit::decl_span(decl), name.start));
        let ty = match (decl, value) {
            (Some(decl), Some(value)) => self.type_of_value(path, decl, value)?,
            _ => None,
        };
        let markdown = match ty.filter(|ty| ty != "something unknown") {
            Some(ty) => format!("```ntro\n{}: {ty}\n```", file.at(name)),
            None => format!("```ntro\n{}\n```\n\nA field of this record.", file.at(name)),
        };
        Ok(Some(Hover { span: name, markdown }))
    }

    /// The type of a whole expression.
    pub(crate) fn type_of_value(&self, path: &str, decl: &ast::Decl, value: Span) -> Cancellable<Option<String>> {
        let project = &self.found()?.project;
        let first = project.seen(path, decl, Ask::TypeAt(value.start));
        // The smallest expression at its beginning may be only its first word; its end tells more.
        let seen = if first.span == value { first } else { project.seen(path, decl, Ask::TypeAt(value.end)) };
        Ok(seen.ty.filter(|_| seen.span == value))
    }

    /// What a name means, as Markdown.
    pub(crate) fn described(&self, means: &Meaning) -> Cancellable<Option<String>> {
        match means {
            Meaning::Function(name) => Ok(function(name)),
            Meaning::Declared(place) => {
                let Some(declared) = self.declaration(place) else { return Ok(None) };
                let ty = self.type_of(place)?;
                Ok(self.file(&place.file).map(|file| declaration(file, declared, ty.as_deref())))
            }
        }
    }

    /// The type of what is declared at a place, where it is a value in a body.
    pub(crate) fn type_of(&self, place: &Place) -> Cancellable<Option<String>> {
        Ok(self.facts(&place.file)?.types.get(&place.span).cloned())
    }

    /// The type of an expression, or what a text with holes reads like.
    fn expression(&self, path: &str, file: &File, offset: u32) -> Cancellable<Option<Hover>> {
        let found = self.found()?;
        let Some(decl) = file.tree().decls.iter().find(|decl| touches(visit::decl_span(decl), offset)) else {
            return Ok(None);
        };
        let mut template: Option<&ast::Template> = None;
        visit::walk(Node::Decl(decl), &mut |node: Node<'_>| match node {
            Node::Template(text) if touches(text.span, offset) => {
                // The walk gives no lifetime of its own; the text is found again by its place.
                template = find_template(decl, text.span);
                true
            }
            node => node.span().is_none_or(|span| touches(span, offset)),
        });
        let seen = found.project.seen(path, decl, Ask::TypeAt(offset));
        let in_hole = seen.ty.is_some() && template.is_some_and(|text| seen.span != text.span);
        if let Some(text) = template.filter(|text| !in_hole && text.plain().is_none()) {
            let mut example = String::new();
            self.read_aloud(path, decl, file, &text.parts, &mut example)?;
            let markdown = format!("Reads like:\n\n> {}", example.trim().replace('\n', "\n> "));
            return Ok(Some(Hover { span: text.span, markdown }));
        }
        let shown = seen.ty.filter(|ty| ty != "something unknown");
        Ok(shown.map(|ty| Hover { span: seen.span, markdown: format!("```ntro\n{ty}\n```") }))
    }

    /// A text with an example in each hole.
    fn read_aloud(
        &self,
        path: &str,
        decl: &ast::Decl,
        file: &File,
        parts: &[ast::TemplatePart],
        out: &mut String,
    ) -> Cancellable<()> {
        for part in parts {
            match part {
                ast::TemplatePart::Text(text) => out.push_str(text),
                ast::TemplatePart::Expr(expr) => {
                    let ty = self.type_of_value(path, decl, expr.span)?;
                    out.push_str(&example(&ty.unwrap_or_default(), file.at(expr.span)));
                }
                ast::TemplatePart::For { parts, .. } => self.read_aloud(path, decl, file, parts, out)?,
                ast::TemplatePart::If { arms, otherwise, .. } => {
                    let first = arms.first().map_or(otherwise, |(_, parts)| parts);
                    self.read_aloud(path, decl, file, first, out)?;
                }
            }
        }
        Ok(())
    }
}

fn find_template(decl: &ast::Decl, span: Span) -> Option<&ast::Template> {
    struct Find<'a>(Span, Option<&'a ast::Template>);
    impl<'a> visit::Visitor<'a> for Find<'a> {
        fn enter(&mut self, node: Node<'a>) -> bool {
            if let Node::Template(text) = node
                && text.span == self.0
            {
                self.1 = Some(text);
            }
            self.1.is_none()
        }
    }
    let mut find = Find(span, None);
    visit::walk(Node::Decl(decl), &mut find);
    find.1
}

/// A value of a type as people read it.
fn example(ty: &str, source: &str) -> String {
    match ty.trim_end_matches('?') {
        "int" => "3".to_owned(),
        "decimal" => "12.5".to_owned(),
        "bool" => "true".to_owned(),
        "date" => "2026-03-31".to_owned(),
        "datetime" => "2026-03-31T09:00".to_owned(),
        "period" => "2026-03".to_owned(),
        "duration" => "24h".to_owned(),
        "money" => "1000.01 GBP".to_owned(),
        "currency" => "GBP".to_owned(),
        other => match other.strip_prefix("money<") {
            Some(currency) => format!("1000.01 {}", currency.trim_end_matches('>')),
            None => format!("‹{}›", source.trim()),
        },
    }
}

/// A declaration as it is written, with its type and what it waits for.
fn declaration(file: &File, declared: &Declared, ty: Option<&str>) -> String {
    let whole = file.at(declared.whole);
    let is_block = matches!(
        declared.kind,
        SymbolKind::Step | SymbolKind::Approve | SymbolKind::Await | SymbolKind::Child | SymbolKind::Agent
    );
    let short =
        matches!(declared.kind, SymbolKind::Type | SymbolKind::Enum | SymbolKind::Signal | SymbolKind::Capability);
    let code = match declared.kind {
        _ if short && whole.lines().count() <= MOST_LINES => whole.to_owned(),
        SymbolKind::Variable => match ty {
            Some(ty) => format!("{}: {ty}", declared.name),
            None => declared.name.clone(),
        },
        SymbolKind::EnumValue if !declared.container.is_empty() => format!("{}.{}", declared.container, declared.name),
        // Fields in columns stand alone here.
        _ => one_blank(&declared.head),
    };
    let mut out = format!("```ntro\n{}\n```", code.trim());
    if let Some(ty) = ty.filter(|_| is_block) {
        out.push_str(&yields(declared, ty));
    }
    if is_block {
        out.push_str(&waits(file, declared));
    }
    if declared.kind == SymbolKind::Runbook {
        out.push_str(&borders(file, declared));
    }
    if matches!(declared.kind, SymbolKind::Field | SymbolKind::Parameter) && !declared.container.is_empty() {
        out.push_str(&format!("\n\nOf `{}`.", declared.container));
    }
    if matches!(declared.kind, SymbolKind::Input | SymbolKind::Config) && !declared.container.is_empty() {
        let what = if declared.kind == SymbolKind::Input { "Input" } else { "Setting" };
        out.push_str(&format!("\n\n{what} of `{}`.", declared.container));
    }
    if !declared.doc.is_empty() {
        out.push_str(&format!("\n\n{}", declared.doc));
    }
    out
}

/// A line without the blanks that align it with others; those in texts stay.
fn one_blank(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut quoted, mut blank) = (false, false);
    for c in line.chars() {
        quoted ^= c == '"';
        if quoted || c != ' ' || !blank {
            out.push(c);
        }
        blank = c == ' ';
    }
    out
}

/// What a block leaves to those that follow.
fn yields(declared: &Declared, ty: &str) -> String {
    let name = &declared.name;
    // Of a gate everybody wants to know what it decides, and what becomes of what was shown.
    if let Some(gate) = ty.strip_prefix("{ decision: one of ") {
        let mut parts = gate.split(", ");
        let decisions: Vec<String> =
            parts.by_ref().take_while(|part| !part.contains(':')).map(|word| format!("`{word}`")).collect();
        let value =
            gate.split_once(", value: ").map(|(_, rest)| rest.split_once(", corrections:").map_or(rest, |(ty, _)| ty));
        let value = value.map_or_else(String::new, |ty| format!(" `{name}.value` is `{ty}`, as people left it."));
        return format!(
            "\n\n`{name}.decision` is {}.{value} `{name}.by`, `{name}.comment` and `{name}.at` say who, why and when.",
            either(&decisions)
        );
    }
    match ty.strip_suffix('?') {
        Some(_) => format!("\n\nYields `{ty}`: `none` where it does not run or is skipped."),
        None => format!("\n\nYields `{ty}`."),
    }
}

/// `a`, `b` or `c`.
fn either(words: &[String]) -> String {
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
    }
}

/// What a runbook takes and yields.
fn borders(file: &File, declared: &Declared) -> String {
    let own = file.tree().decls.iter().find_map(|decl| match decl {
        ast::Decl::Runbook(own) | ast::Decl::ExternRunbook(own) if own.name.span == declared.span => Some(own),
        _ => None,
    });
    let mut out = String::new();
    for stmt in own.iter().flat_map(|own| &own.body.stmts) {
        match stmt {
            ast::Stmt::Input(input) => {
                for field in &input.fields {
                    let doc = if field.doc.is_empty() {
                        String::new()
                    } else {
                        format!(": {}", field.doc.replace('\n', " "))
                    };
                    out.push_str(&format!(
                        "\n- `{}`{doc}",
                        one_blank(file.at(field.span).lines().next().unwrap_or_default().trim())
                    ));
                }
            }
            ast::Stmt::Output { ty, .. } => out.push_str(&format!("\n\nYields `{}`.", file.at(ty.span))),
            _ => {}
        }
    }
    if out.starts_with("\n- ") { format!("\n\nTakes\n{out}") } else { out }
}

/// Who decides a block, what it shows and waits for, and for how long: its own clauses, as they are written; of a step, what it calls.
fn waits(file: &File, declared: &Declared) -> String {
    let mut lines = Vec::new();
    let mut note = |before: &str, span: Span| {
        let first = file.at(span).lines().next().unwrap_or_default().trim().trim_end_matches(['{', ',']).trim_end();
        lines.push(format!("- `{before}{}`", one_blank(first)));
    };
    for decl in &file.tree().decls {
        visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
            if let Node::Block(block) = node
                && block.name.span == declared.span
            {
                block.when.iter().for_each(|when| note("when ", when.span));
                block.within.iter().for_each(|within| note("", within.span));
                match &block.content {
                    ast::BlockContent::Clauses(clauses) => {
                        clauses.iter().filter(|clause| tells(clause)).for_each(|clause| note("", clause.span()));
                    }
                    ast::BlockContent::Step(body) => {
                        calls(body).into_iter().take(MOST_CALLS).for_each(|call| note("", call));
                    }
                }
            }
            node.span().is_none_or(|span| touches(span, declared.span.start))
        });
    }
    if lines.is_empty() { String::new() } else { format!("\n\n{}", lines.join("\n")) }
}

/// Whether a clause says who, what, or how long.
fn tells(clause: &ast::Clause) -> bool {
    match clause {
        ast::Clause::Prop(prop) => matches!(prop.name.text.as_str(), "by" | "not_by" | "quorum" | "use"),
        ast::Clause::OnSignal(_)
        | ast::Clause::Within(_)
        | ast::Clause::Until { .. }
        | ast::Clause::Run(_)
        | ast::Clause::Show(_)
        | ast::Clause::Ask(_)
        | ast::Clause::AskForm { .. }
        | ast::Clause::Fan { .. }
        | ast::Clause::Expect { .. }
        | ast::Clause::OnAction { .. }
        | ast::Clause::OnFailure(_)
        | ast::Clause::Remind { .. } => true,
        _ => false,
    }
}

/// What a step calls itself, not in blocks of its own.
fn calls(body: &ast::Body) -> Vec<Span> {
    let mut all = Vec::new();
    visit::walk(Node::Body(body), &mut |node: Node<'_>| {
        if let Node::Run(run) = node {
            all.push(run.span);
        }
        !matches!(node, Node::Block(_) | Node::Expr(_) | Node::Template(_))
    });
    all
}

/// A function of the language.
pub(crate) fn function(name: &str) -> Option<String> {
    let found = ntro_compiler::functions().into_iter().find(|function| function.name == name)?;
    Some(format!("```ntro\n{}\n```\n\n{}", found.signatures.join("\n"), found.doc))
}

/// A word of the language.
fn keyword(file: &File, offset: u32) -> Option<Hover> {
    let span = lex::word_at(&file.text, offset);
    let code = lex::pieces(&file.text).iter().any(|(piece, kind)| *piece == span && *kind == lex::Piece::Word);
    let before = file.text.get(..span.start as usize).unwrap_or_default();
    if !code || before.ends_with('.') {
        return None;
    }
    let markdown = words::hover(file.at(span), hover_words::in_scenario(file, offset))?;
    Some(Hover { span, markdown })
}

fn touches(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
