//! What words mean that only their place explains: components and their properties, icons, the types of the language.

use ntro_compiler::index::visit::{self, Node, Visitor};
use ntro_compiler::index::{ComponentDoc, components};
use ntro_grammar::ast;

use crate::analysis::File;
use crate::hover::Hover;
use crate::{Span, words};

/// What the word at an offset means by where it stands.
pub(crate) fn written(file: &File, offset: u32) -> Option<Hover> {
    let decl = file.tree().decls.iter().find(|decl| holds(visit::decl_span(decl), offset))?;
    let mut find = Find { at: offset, verb: "show", component: None, found: None };
    visit::walk(Node::Decl(decl), &mut find);
    find.found.map(|(span, markdown)| Hover { span, markdown })
}

struct Find {
    at: u32,
    /// `show` or `ask`: what is around.
    verb: &'static str,
    /// The component around.
    component: Option<ComponentDoc>,
    found: Option<(Span, String)>,
}

impl<'a> Visitor<'a> for Find {
    fn enter(&mut self, node: Node<'a>) -> bool {
        if self.found.is_some() || node.span().is_some_and(|span| !holds(span, self.at)) {
            return false;
        }
        match node {
            Node::Clause(ast::Clause::Show(_)) => self.verb = "show",
            Node::Clause(ast::Clause::Ask(_)) => self.verb = "ask",
            Node::Component(x) => {
                let is_it = |doc: &ComponentDoc| doc.verb == self.verb && doc.name == x.name.text;
                self.component = components().into_iter().find(is_it);
                if holds(x.name.span, self.at) {
                    self.found = self.component.as_ref().map(|doc| (x.name.span, component(doc)));
                }
            }
            Node::Prop(x) if holds(x.name.span, self.at) => {
                let props = self.component.iter().flat_map(|doc| &doc.props);
                self.found =
                    props.clone().find(|(name, ..)| *name == x.name.text).map(|prop| (x.name.span, property(prop)));
            }
            Node::Prop(x) if x.name.text == "icon" && holds(x.value.span, self.at) => {
                if let ast::ExprKind::Name(name) = &x.value.kind {
                    self.found = Some((x.value.span, format!("The icon `{name}` of Lucide.")));
                }
            }
            Node::Type(ast::TypeExpr { kind: ast::TypeKind::Named { name, .. }, .. }) if holds(name.span, self.at) => {
                let known = words::TYPES.iter().find(|(known, _)| *known == name.text);
                self.found = known.map(|(known, doc)| (name.span, format!("```ntro\n{known}\n```\n\n{doc}")));
            }
            _ => {}
        }
        true
    }
}

fn component(doc: &ComponentDoc) -> String {
    let mut out = format!("```ntro\n{} {}\n```\n", doc.verb, doc.name);
    for (name, form, required) in &doc.props {
        out.push_str(&format!("\n- `{name}`: {form}{}", if *required { "; must be there" } else { "" }));
    }
    out
}

fn property((name, form, required): &(&str, &str, bool)) -> String {
    format!("```ntro\n{name}: {form}\n```{}", if *required { "\n\nMust be there." } else { "" })
}

fn holds(span: Span, at: u32) -> bool {
    span.start <= at && at <= span.end
}
