//! `mock`: what a capability, an agent or a child answers instead of doing anything.

use ntro_grammar::ast;
use ntro_ir::scenario::{Mock, MockAnswer, Pattern};
use serde_json::json;

use super::Checker;
use crate::ty::Ty;

/// What a mock stands for.
enum Stands {
    /// A capability or a child, with what it may yield.
    Yields(Vec<Ty>),
    /// An agent, with what it is asked for (`text`, `files`, `value`) and the type of its value.
    Agent(Vec<(String, Ty)>),
}

impl Checker<'_> {
    pub(super) fn mock(
        &mut self,
        target: &ast::Name,
        key: Option<&ast::Expr>,
        answers: &[ast::Expr],
        fails: Option<&(ast::Template, Option<ast::Expr>)>,
    ) -> Option<Mock> {
        let key = match key {
            Some(key) => Some(self.child_key(key)?),
            None => None,
        };
        if target.is_missing() {
            return None;
        }
        let Some(stands) = self.mocked(&target.text) else {
            self.never_called(target, "A mock of what is never called changes nothing: remove it, or mock what is.");
            return None;
        };
        let mut all = Vec::new();
        for answer in answers {
            all.push(MockAnswer::Value(self.answer(target, answer, &stands)?));
        }
        if let Some((message, times)) = fails {
            let times = match times {
                Some(times) => Some(self.count(times)?),
                None => None,
            };
            let Some(message) = message.plain() else {
                self.not_plain(message.span);
                return None;
            };
            all.push(MockAnswer::Fails { message, times });
        }
        Some(Mock { target: target.text.clone(), key, answers: all })
    }

    /// What a name stands for among what can be called here.
    fn mocked(&self, name: &str) -> Option<Stands> {
        let (mut yields, mut asked) = (Vec::new(), Vec::new());
        let mut add = |ty: Ty| {
            if !yields.contains(&ty) {
                yields.push(ty);
            }
        };
        for known in &self.reach {
            for child in known.program.children.iter().filter(|child| child.runbook == name) {
                add(known.ty(&child.output));
            }
            for call in &known.program.calls {
                match &call.agent {
                    Some(agent) if agent.name == name => {
                        let ty = match (&*agent.expect, &call.type_arg) {
                            ("value", Some(ty)) => known.ty(ty),
                            ("files", _) => Ty::list(Ty::File),
                            _ => Ty::Text,
                        };
                        asked.push((agent.expect.clone(), ty));
                    }
                    None if call.capability == name => add(known.ty(&call.result)),
                    _ => {}
                }
            }
        }
        match (yields.is_empty(), asked.is_empty()) {
            (false, _) => Some(Stands::Yields(yields)),
            (true, false) => Some(Stands::Agent(asked)),
            (true, true) => None,
        }
    }

    fn answer(&mut self, target: &ast::Name, answer: &ast::Expr, stands: &Stands) -> Option<serde_json::Value> {
        match stands {
            Stands::Yields(types) if types.iter().all(|ty| *ty == Ty::Nothing) => {
                self.yields_nothing(target, answer.span);
                None
            }
            Stands::Yields(types) => self.shape_of_one(answer, types).map(|shape| shape.to_json()),
            Stands::Agent(asked) => {
                // What is expected may stand alone (`"fine"`), or with all that an agent gives (`{ text: "fine", session: "s" }`).
                let mut types: Vec<Ty> = asked.iter().map(|(_, ty)| ty.clone()).collect();
                let record = matches!(answer.kind, ast::ExprKind::Record(_));
                let of_types = types.iter().any(|ty| self.cx.items.fields(ty).is_some());
                if record && !of_types {
                    types = asked.iter().map(|(expect, ty)| whole_answer(expect, ty)).collect();
                }
                let shape = self.shape_of_one(answer, &types)?;
                let expect = asked.first().map_or("text", |(expect, _)| expect);
                Some(match shape {
                    Pattern::Fields(_) if record && !of_types => shape.to_json(),
                    other => json!({ expect: other.to_json() }),
                })
            }
        }
    }

    /// The names of all that can be called or started here.
    pub(super) fn callable(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for known in &self.reach {
            names.extend(known.program.children.iter().map(|child| child.runbook.clone()));
            names.extend(known.program.calls.iter().map(|call| match &call.agent {
                Some(agent) => agent.name.clone(),
                None => call.capability.clone(),
            }));
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// All that an agent gives.
fn whole_answer(expect: &str, ty: &Ty) -> Ty {
    let mut fields =
        vec![("text".to_owned(), Ty::Text), ("files".to_owned(), Ty::list(Ty::File)), ("session".to_owned(), Ty::Text)];
    if expect == "value" {
        fields.push(("value".to_owned(), ty.clone()));
    }
    Ty::Anonymous(fields.into())
}
