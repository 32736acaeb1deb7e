//! Scenarios, line by line.

use super::expr::missing;
use super::{Builder, P};
use crate::Span;
use crate::ast::{
    Expr, ExprKind, Name, ScenarioAction, ScenarioDecl, ScenarioExpect, ScenarioLine, ScenarioLineKind, Template,
};
use crate::syntax::Rule;

impl<'t> Builder<'t> {
    /// `scenario "…" for name { … }`
    pub(crate) fn scenario(&mut self, pair: P<'t>) -> ScenarioDecl {
        let span = self.span(&pair);
        let none = self.no_name_at(span);
        let mut out = ScenarioDecl { title: none.clone(), for_workflow: false, target: none, lines: Vec::new(), span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::string | Rule::sq_string => {
                    let at = self.span(&child);
                    let text = self.text(child, Rule::scenario_).and_then(|t| t.plain()).unwrap_or_default();
                    out.title = Name { text, span: at };
                }
                Rule::k_workflow => out.for_workflow = true,
                Rule::kname => out.target = self.word(&child),
                Rule::scenario_body => out.lines = self.scenario_lines(child),
                _ => self.hole(child, Rule::scenario_),
            }
        }
        out
    }

    fn scenario_lines(&mut self, pair: P<'t>) -> Vec<ScenarioLine> {
        let mut out = Vec::new();
        let mut open = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::lbrace => open = Some(self.span(&child)),
                Rule::missing_rbrace => self.unclosed(&child, open),
                Rule::missing_lbrace => self.no_brace(&child, "`scenario`"),
                _ => out.extend(self.scenario_line(child)),
            }
        }
        out
    }

    fn scenario_line(&mut self, pair: P<'t>) -> Option<ScenarioLine> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::given => ScenarioLineKind::Given(self.only_value(pair)),
            Rule::s_config => ScenarioLineKind::Config(self.only_value(pair)),
            Rule::s_start => ScenarioLineKind::Start(self.only_value(pair)),
            Rule::s_tenant => ScenarioLineKind::Tenant(self.only_value(pair)),
            Rule::s_entity => ScenarioLineKind::Entity(self.only_value(pair)),
            Rule::mock => self.mock(pair, span),
            Rule::after | Rule::s_signal | Rule::s_cancel => self.after(pair, span),
            Rule::s_at => self.at_line(pair, span),
            Rule::s_expect => self.expectation(pair),
            _ => {
                self.hole(pair, Rule::scenario_body);
                return None;
            }
        };
        Some(ScenarioLine { kind, span })
    }

    /// The one record or expression of a pair.
    fn only_value(&mut self, pair: P<'t>) -> Expr {
        let rule = pair.as_rule();
        let mut out = missing(self.span(&pair).after());
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::record => out = self.record(child),
                Rule::number => out = self.primary(child),
                r if Self::is_expr(r) => out = self.expr(child),
                _ => self.hole(child, rule),
            }
        }
        out
    }

    fn mock(&mut self, pair: P<'t>, span: Span) -> ScenarioLineKind {
        let mut target = self.no_name_at(span);
        let mut key = None;
        let mut answers = Vec::new();
        let mut fails: Option<(Template, Option<Expr>)> = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::tname => target = self.word(&child),
                Rule::mock_for => key = Some(self.only_expr(child)),
                Rule::mock_fails => {
                    let at = self.span(&child);
                    let mut message = Template { parts: Vec::new(), span: at.after(), block: false };
                    let mut times = None;
                    for inner in child.into_inner() {
                        match inner.as_rule() {
                            Rule::number => times = Some(self.primary(inner)),
                            _ => message = self.text(inner, Rule::mock_fails).unwrap_or(message),
                        }
                    }
                    fails = Some((message, times));
                }
                rule if Self::is_expr(rule) => answers.push(self.expr(child)),
                _ => self.hole(child, Rule::mock),
            }
        }
        ScenarioLineKind::Mock { target, key, answers, fails }
    }

    fn after(&mut self, pair: P<'t>, span: Span) -> ScenarioLineKind {
        let mut after = None;
        let mut cancel = false;
        let mut signal = self.no_name_at(span);
        let mut key = None;
        let mut payload = missing(span.after());
        let (mut by, mut role) = (None, None);
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::k_cancel => cancel = true,
                Rule::s_by => by = Some(self.only_expr(child)),
                Rule::s_as => role = Some(self.only_name(child)),
                Rule::mock_for => key = Some(self.only_expr(child)),
                Rule::name => signal = self.word(&child),
                Rule::record => payload = self.record(child),
                rule if Self::is_expr(rule) => after = Some(self.expr(child)),
                _ => self.hole(child, Rule::after),
            }
        }
        if cancel {
            ScenarioLineKind::Cancel { after }
        } else {
            ScenarioLineKind::Signal { after, signal, key, payload, by, role }
        }
    }

    fn at_line(&mut self, pair: P<'t>, span: Span) -> ScenarioLineKind {
        let mut address = self.no_name_at(span);
        let mut key = None;
        let mut after = None;
        let mut actions = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::s_after => after = Some(self.only_expr(child)),
                Rule::address => address = self.word(&child),
                Rule::mock_for => key = Some(self.only_expr(child)),
                Rule::s_action => actions.push(self.scenario_action(child)),
                _ => self.hole(child, Rule::s_at),
            }
        }
        ScenarioLineKind::At { after, address, key, actions }
    }

    fn scenario_action(&mut self, pair: P<'t>) -> ScenarioAction {
        let span = self.span(&pair);
        let mut out = ScenarioAction {
            verb: self.no_name(&pair),
            row: None,
            value: None,
            comment: None,
            by: None,
            role: None,
            refused: None,
            span,
        };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::k_action | Rule::verb => out.verb = self.word(&child),
                Rule::vname => {
                    let name = self.word(&child);
                    out.value = Some(Expr { kind: ExprKind::Name(name.text), span: name.span });
                }
                Rule::record => out.value = Some(self.record(child)),
                Rule::string => out.value = Some(self.primary(child)),
                Rule::s_row => out.row = Some(self.only_expr(child)),
                Rule::s_comment => out.comment = Some(self.only_expr(child)),
                Rule::s_by => out.by = Some(self.only_expr(child)),
                Rule::s_as => out.role = Some(self.only_name(child)),
                Rule::s_refused => {
                    let mut text = None;
                    for inner in child.into_inner() {
                        if inner.as_rule() == Rule::string {
                            text = Some(self.primary(inner));
                        } else {
                            self.hole(inner, Rule::s_refused);
                        }
                    }
                    out.refused = Some(text);
                }
                _ => self.hole(child, Rule::s_action),
            }
        }
        out
    }

    /// The one name of a pair.
    fn only_name(&mut self, pair: P<'t>) -> Name {
        let rule = pair.as_rule();
        let mut out = self.no_name_at(self.span(&pair));
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name | Rule::address | Rule::tname | Rule::kname => out = self.word(&child),
                _ => self.hole(child, rule),
            }
        }
        out
    }

    /// An address, and which child is meant.
    fn keyed_address(&mut self, pair: P<'t>) -> (Name, Option<Expr>) {
        let rule = pair.as_rule();
        let (mut address, mut key) = (self.no_name_at(self.span(&pair)), None);
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::address => address = self.word(&child),
                Rule::mock_for => key = Some(self.only_expr(child)),
                _ => self.hole(child, rule),
            }
        }
        (address, key)
    }

    fn expectation(&mut self, pair: P<'t>) -> ScenarioLineKind {
        let mut out = ScenarioExpect::Missing;
        let mut after = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::s_after => after = Some(self.only_expr(child)),
                Rule::x_completed => {
                    let (with, within, ..) = self.expect_parts(child);
                    out = ScenarioExpect::Completed { with, within };
                }
                Rule::x_failed => out = self.expect_failed(child),
                Rule::x_open => {
                    let (address, key) = self.keyed_address(child);
                    out = ScenarioExpect::Open(address, key);
                }
                Rule::x_never => {
                    let (address, key) = self.keyed_address(child);
                    out = ScenarioExpect::Never(address, key);
                }
                Rule::x_input => out = ScenarioExpect::Input(self.only_value(child)),
                Rule::x_calls => {
                    let mut names = Vec::new();
                    for inner in child.into_inner() {
                        if inner.as_rule() == Rule::tname {
                            names.push(self.word(&inner));
                        } else {
                            self.hole(inner, Rule::x_calls);
                        }
                    }
                    out = ScenarioExpect::Calls(names);
                }
                Rule::x_count | Rule::x_most => {
                    let most = child.as_rule() == Rule::x_most;
                    let (_, _, count, target) = self.expect_parts(child);
                    let count = count.unwrap_or_else(|| missing(target.span));
                    out = if most {
                        ScenarioExpect::AtMostRunning { count, target }
                    } else {
                        ScenarioExpect::Count { count, target }
                    };
                }
                Rule::x_call => {
                    let (with, _, nth, target) = self.expect_parts(child);
                    out = ScenarioExpect::Call { target, nth, with };
                }
                _ => self.hole(child, Rule::s_expect),
            }
        }
        ScenarioLineKind::Expect { after, what: out }
    }

    /// `with`, `within`, a number and a name, whichever occur.
    fn expect_parts(&mut self, pair: P<'t>) -> (Option<Expr>, Option<Expr>, Option<Expr>, Name) {
        let rule = pair.as_rule();
        let (mut with, mut within, mut count) = (None, None, None);
        let mut target = self.no_name_at(self.span(&pair));
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::x_with | Rule::x_result => with = Some(self.only_value(child)),
                Rule::x_within => within = Some(self.only_value(child)),
                Rule::number => count = Some(self.primary(child)),
                Rule::tname | Rule::kname => target = self.word(&child),
                r if Self::is_expr(r) => count = Some(self.expr(child)),
                _ => self.hole(child, rule),
            }
        }
        (with, within, count, target)
    }

    fn expect_failed(&mut self, pair: P<'t>) -> ScenarioExpect {
        let (mut at, mut message, mut within) = (None, None, None);
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::address => at = Some(self.word(&child)),
                Rule::string => message = Some(self.primary(child)),
                Rule::x_within => within = Some(self.only_value(child)),
                _ => self.hole(child, Rule::x_failed),
            }
        }
        ScenarioExpect::Failed { at, message, within }
    }
}
