//! What each word means, for its colour.

use std::collections::BTreeMap;

use ntro_compiler::index::Meaning;
use ntro_compiler::index::visit::{self, Node};
use ntro_grammar::ast;

use crate::analysis::File;
use crate::declared::Declared;
use crate::lex::{self, Piece};
use crate::{Analysis, Cancellable, Span, SymbolKind, words};

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum TokenKind {
    Keyword,
    Comment,
    Text,
    Number,
    Operator,
    Type,
    Enum,
    EnumValue,
    Field,
    Property,
    Parameter,
    Variable,
    /// The name of a block: what is declared, and where its value is read.
    Step,
    Function,
    Capability,
    Runbook,
    Signal,
    Role,
    Agent,
    Icon,
}

impl TokenKind {
    /// All kinds, in the order of their numbers (`kind as usize`).
    pub const ALL: &'static [TokenKind] = &[
        TokenKind::Keyword,
        TokenKind::Comment,
        TokenKind::Text,
        TokenKind::Number,
        TokenKind::Operator,
        TokenKind::Type,
        TokenKind::Enum,
        TokenKind::EnumValue,
        TokenKind::Field,
        TokenKind::Property,
        TokenKind::Parameter,
        TokenKind::Variable,
        TokenKind::Step,
        TokenKind::Function,
        TokenKind::Capability,
        TokenKind::Runbook,
        TokenKind::Signal,
        TokenKind::Role,
        TokenKind::Agent,
        TokenKind::Icon,
    ];
}

/// What else is to be said of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers {
    /// It is declared here.
    pub declaration: bool,
    /// It changes: a `var`.
    pub mutable: bool,
    /// It is part of the language: built-in functions, capabilities, types, signals.
    pub builtin: bool,
    /// It is a documentation comment.
    pub documentation: bool,
}

/// A word with its meaning. It never goes over a line's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SemanticToken {
    /// Where it stands.
    pub span: Span,
    /// What it means.
    pub kind: TokenKind,
    /// What else is to be said.
    pub modifiers: Modifiers,
}

/// How many names are looked at before it is asked whether anybody still wants to know.
const LOOKED_AT: usize = 256;

impl Analysis {
    /// The words of a file, or of those parts of it that touch a range, in order and without overlap.
    pub fn semantic_tokens(&self, path: &str, range: Option<Span>) -> Cancellable<Vec<SemanticToken>> {
        let Some(file) = self.file(path) else { return Ok(Vec::new()) };
        let facts = self.facts(path)?;
        let mut names: BTreeMap<Span, (TokenKind, Modifiers)> = BTreeMap::new();
        from_tree(file, &mut names);
        for (number, found) in facts.uses.iter().enumerate() {
            if number % LOOKED_AT == 0 {
                self.go_on()?;
            }
            if let Some(meaning) = self.meaning(&found.means) {
                names.insert(found.span, meaning);
            }
        }
        let inner = |declared: &&Declared| declared.kind != SymbolKind::Scenario;
        for declared in file.declared().iter().filter(inner) {
            let modifiers = Modifiers { declaration: true, mutable: is_var(declared), ..Modifiers::default() };
            names.insert(declared.span, (kind_of(declared), modifiers));
        }
        let mut all: Vec<SemanticToken> =
            names.into_iter().map(|(span, (kind, modifiers))| SemanticToken { span, kind, modifiers }).collect();
        let named: Vec<Span> = all.iter().map(|token| token.span).collect();
        self.go_on()?;
        all.extend(lex::pieces(&file.text).into_iter().filter_map(|(span, piece)| plain(file, span, piece, &named)));
        all.sort_by_key(|token| (token.span.start, std::cmp::Reverse(token.span.end)));
        let mut end = 0;
        all.retain(|token| {
            let free = token.span.start >= end && token.span.start < token.span.end;
            end = if free { token.span.end } else { end };
            let wanted = range.is_none_or(|range| token.span.start < range.end && range.start < token.span.end);
            free && wanted
        });
        Ok(all)
    }

    fn meaning(&self, means: &Meaning) -> Option<(TokenKind, Modifiers)> {
        match means {
            Meaning::Function(_) => Some((TokenKind::Function, Modifiers { builtin: true, ..Modifiers::default() })),
            Meaning::Declared(place) => {
                let declared = self.declaration(place)?;
                let builtin = place.file.starts_with("ntro:");
                let modifiers = Modifiers { builtin, mutable: is_var(declared), ..Modifiers::default() };
                Some((kind_of(declared), modifiers))
            }
        }
    }
}

fn is_var(declared: &Declared) -> bool {
    declared.kind == SymbolKind::Variable && declared.head.starts_with("var ")
}

fn kind_of(declared: &Declared) -> TokenKind {
    match declared.kind {
        SymbolKind::Runbook | SymbolKind::Workflow => TokenKind::Runbook,
        SymbolKind::Agent if declared.container.is_empty() => TokenKind::Agent,
        SymbolKind::Step | SymbolKind::Approve | SymbolKind::Await | SymbolKind::Child | SymbolKind::Agent => {
            TokenKind::Step
        }
        SymbolKind::Type => TokenKind::Type,
        SymbolKind::Field | SymbolKind::Config => TokenKind::Field,
        SymbolKind::Enum => TokenKind::Enum,
        SymbolKind::EnumValue => TokenKind::EnumValue,
        SymbolKind::Signal => TokenKind::Signal,
        SymbolKind::Capability => TokenKind::Capability,
        SymbolKind::Role => TokenKind::Role,
        SymbolKind::Function => TokenKind::Function,
        SymbolKind::Variable => TokenKind::Variable,
        SymbolKind::Input | SymbolKind::Parameter => TokenKind::Parameter,
        SymbolKind::Scenario => TokenKind::Text,
    }
}

/// What the tree alone says: properties, icons, the types of the language.
fn from_tree(file: &File, names: &mut BTreeMap<Span, (TokenKind, Modifiers)>) {
    let builtin = Modifiers { builtin: true, ..Modifiers::default() };
    for decl in &file.tree().decls {
        visit::walk(Node::Decl(decl), &mut |node: Node<'_>| {
            match node {
                Node::Prop(prop) => {
                    names.insert(prop.name.span, (TokenKind::Property, Modifiers::default()));
                    if prop.name.text == "icon" {
                        names.insert(prop.value.span, (TokenKind::Icon, Modifiers::default()));
                    }
                }
                Node::Arg(ast::Arg { name: Some(name), .. }) => {
                    names.insert(name.span, (TokenKind::Parameter, Modifiers::default()));
                }
                Node::RecordItem(ast::RecordItem::Field { name, value: Some(_), .. }) => {
                    names.insert(name.span, (TokenKind::Field, Modifiers::default()));
                }
                Node::Type(ast::TypeExpr { kind: ast::TypeKind::Named { name, .. }, .. })
                    if words::TYPES.iter().any(|(known, _)| *known == name.text) =>
                {
                    names.insert(name.span, (TokenKind::Type, builtin));
                }
                _ => {}
            }
            true
        });
    }
    names.retain(|span, _| span.start < span.end && !file.at(*span).contains('\n'));
}

/// A piece of the text that is no name of something.
fn plain(file: &File, span: Span, piece: Piece, named: &[Span]) -> Option<SemanticToken> {
    let text = file.at(span);
    let mut modifiers = Modifiers::default();
    let kind = match piece {
        Piece::Comment => {
            modifiers.documentation = text.starts_with("///");
            TokenKind::Comment
        }
        Piece::Text => TokenKind::Text,
        Piece::Number => TokenKind::Number,
        Piece::Sign => return None,
        Piece::Word => {
            let at = named.partition_point(|name| name.start <= span.start);
            let inside =
                named.get(at.saturating_sub(1)).is_some_and(|name| span.end <= name.end && name.start <= span.start);
            let before = file.text.get(..span.start as usize).unwrap_or_default();
            let after = file.text.get(span.end as usize..).unwrap_or_default();
            let other = before.ends_with('.') || after.starts_with(':') || inside;
            if words::is_property(text) && after.starts_with(':') && !inside {
                return Some(SemanticToken { span, kind: TokenKind::Property, modifiers });
            }
            if other || !words::is_keyword(text) {
                return None;
            }
            TokenKind::Keyword
        }
    };
    let end = span.start + u32::try_from(text.trim_end().len()).unwrap_or(0);
    Some(SemanticToken { span: Span::new(span.start, end), kind, modifiers })
}
