//! `expect …`: what must hold, and what can never hold.

use ntro_grammar::Span;
use ntro_grammar::ast::{self, ScenarioExpect};
use ntro_ir::Expr;
use ntro_ir::scenario::{Expectation, Pattern};

use super::Checker;
use crate::ty::Ty;

impl Checker<'_> {
    pub(super) fn expectation(
        &mut self,
        expected: &ScenarioExpect,
        span: Span,
        decl: &ast::ScenarioDecl,
    ) -> Option<Expectation> {
        match expected {
            ScenarioExpect::Completed { with, within } => {
                self.ends("completed", span);
                let with = match with {
                    Some(with) => Some(self.result(with)?),
                    None => None,
                };
                Some(Expectation::Completed { with, within_ms: self.duration(within.as_ref()) })
            }
            ScenarioExpect::Failed { at, message, within } => {
                self.ends("failed", span);
                let at = match at {
                    Some(at) => Some(self.failing_step(at)?),
                    None => None,
                };
                let message = self.text(message.as_ref());
                Some(Expectation::Failed { at, message, within_ms: self.duration(within.as_ref()) })
            }
            ScenarioExpect::Open(address, key) => {
                if let Some((how, first)) = self.ended {
                    self.open_after_end(span, how, first);
                }
                let found = self.resolve(address, key.as_ref())?;
                self.can_open(&found, address);
                Some(Expectation::Open(found.address))
            }
            ScenarioExpect::Never(address, key) => {
                let found = self.resolve(address, key.as_ref())?;
                self.acted_and_never(address, key.as_ref(), decl);
                Some(Expectation::Never(found.address))
            }
            ScenarioExpect::Calls(names) => {
                let known = names.iter().filter(|name| self.is_called(name)).count();
                (known == names.len()).then(|| Expectation::Calls(names.iter().map(|name| name.text.clone()).collect()))
            }
            ScenarioExpect::Count { count, target } => {
                let count = self.count(count)?;
                if !self.is_called(target) {
                    return None;
                }
                Some(Expectation::Count { count, target: target.text.clone() })
            }
            ScenarioExpect::Call { target, nth, with } => {
                let nth = match nth {
                    Some(nth) => Some(self.count(nth)?),
                    None => None,
                };
                if let (Some(0), Some(at)) = (nth, expected_nth(expected)) {
                    self.counted_from_one(at);
                }
                if !self.is_called(target) {
                    return None;
                }
                let with = match with {
                    Some(with) => Some(self.called_with(target, with)?),
                    None => None,
                };
                Some(Expectation::Call { target: target.text.clone(), nth, with })
            }
            ScenarioExpect::AtMostRunning { count, target } => {
                let count = self.count(count)?;
                if target.is_missing() {
                    return None;
                }
                let starts = |name: &str| {
                    self.reach.iter().any(|known| known.program.children.iter().any(|child| child.runbook == name))
                };
                if !starts(&target.text) {
                    self.never_called(target, "It can never run here, so this always holds.");
                    return None;
                }
                Some(Expectation::AtMostRunning { count, runbook: target.text.clone() })
            }
            ScenarioExpect::Input(_) | ScenarioExpect::Missing => None,
        }
    }

    /// The run ends here; it cannot end in another way as well.
    fn ends(&mut self, how: &'static str, span: Span) {
        match self.ended {
            Some((other, first)) if other != how => self.ends_twice(how, span, other, first),
            Some(_) => {}
            None => self.ended = Some((how, span)),
        }
    }

    fn result(&mut self, with: &ast::Expr) -> Option<Pattern> {
        let output = self.cx.items.runbook(&self.name).map_or(Ty::Error, |item| item.output.clone());
        if output == Ty::Nothing {
            self.runbook_yields_nothing(with.span);
            return None;
        }
        let fields = matches!(with.kind, ast::ExprKind::Record(_)) && !matches!(output.present(), Ty::Map(_));
        if fields && self.cx.items.fields(&output.present()).is_none() && output != Ty::Error {
            let shown = self.cx.items.show(&output);
            self.result_is_no_record(with.span, &shown);
            return None;
        }
        self.shape(with, Some(&output))
    }

    /// The step of a failure: the run's own, because a child's failure is its own run's.
    fn failing_step(&mut self, at: &ast::Name) -> Option<String> {
        let found = self.resolve(at, None)?;
        if found.address.children.is_empty() {
            return Some(found.address.step);
        }
        self.fails_in_child(at, found.address.children.first().map_or("", String::as_str));
        None
    }

    fn is_called(&mut self, target: &ast::Name) -> bool {
        if target.is_missing() {
            return false;
        }
        let called = self.callable().contains(&target.text);
        if !called {
            self.never_called(target, "An expectation of what is never called says nothing: name what is.");
        }
        called
    }

    /// For editors: what the arguments of a call mean.
    fn note_call(&mut self, target: &ast::Name, fields: &[ast::RecordItem]) {
        let items = self.cx.items;
        // A scenario speaks of what the file of its runbook can name.
        let played = items.runbook(&self.name).map(|item| item.file);
        let files = std::iter::once(self.cx.file).chain(played);
        if let Some(found) = files.filter_map(|file| items.capability(file, &target.text)).next() {
            self.note_params(fields, &found.params, &target.text, &found.type_params);
        } else if let Some(runbook) = items.runbook(&target.text) {
            self.note_params(fields, &runbook.input, &target.text, &[]);
        }
    }

    /// For editors: what an agent is sent has names and nothing else.
    fn note_sent(&mut self, fields: &[ast::RecordItem], names: &[String]) {
        let asked = |item: &ast::RecordItem| matches!(item, ast::RecordItem::Field { name, .. } if self.cx.is_asked(&name.text));
        if fields.iter().any(asked) && self.cx.nothing_seen() {
            self.cx.see_bare(names);
        }
    }

    /// The arguments of a call: those of a capability by their types, those of an agent by what is sent.
    fn called_with(&mut self, target: &ast::Name, with: &ast::Expr) -> Option<Pattern> {
        let ast::ExprKind::Record(fields) = &with.kind else { return None };
        self.note_call(target, fields);
        let mut known: Vec<(String, Option<Ty>)> = Vec::new();
        let params = self.cx.items.capability(self.cx.file, &target.text).map(|found| {
            let generic = !found.type_params.is_empty();
            let one = |param: &crate::items::Param| (param.name.clone(), (!generic).then(|| param.ty.clone()));
            found.params.iter().map(one).collect::<Vec<_>>()
        });
        let inputs = self.cx.items.runbook(&target.text).map(|item| {
            item.input.iter().map(|param| (param.name.clone(), Some(param.ty.clone()))).collect::<Vec<_>>()
        });
        match params.or(inputs) {
            Some(params) => known = params,
            None => {
                for of in &self.reach {
                    for call in &of.program.calls {
                        let name = call.agent.as_ref().map_or(&call.capability, |agent| &agent.name);
                        let args = of.program.exprs.get(call.args.0 as usize).filter(|_| *name == target.text);
                        let Some(Expr::Record(args)) = args else { continue };
                        known.extend(args.iter().map(|(name, _)| (name.clone(), None)));
                    }
                }
            }
        }
        let names: Vec<String> = known.iter().map(|(name, _)| name.clone()).collect();
        self.note_sent(fields, &names);
        let of = |field: &str| {
            if known.is_empty() {
                return Some(None);
            }
            known.iter().find(|(name, _)| name == field).map(|(_, ty)| ty.clone())
        };
        self.fields(fields, with.span, &of, &names, &target.text)
    }
}

fn expected_nth(expected: &ScenarioExpect) -> Option<Span> {
    match expected {
        ScenarioExpect::Call { nth, .. } => nth.as_ref().map(|nth| nth.span),
        _ => None,
    }
}
