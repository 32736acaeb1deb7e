//! What the clauses of a block say, each as a fact about it.

use ntro_grammar::ast::{self, BlockKind, Clause, OutcomeKind};

use super::blocks::Walk;
use super::facts::{at, outcome, template, within_line};
use super::{Line, words};

/// What is known of a block: a word and a sentence each.
pub(super) type Facts = Vec<(String, Line)>;

impl Walk<'_> {
    /// Adds what a clause says to the facts of its block, and to the chapters that list such things.
    pub(super) fn clause(&mut self, kind: BlockKind, clause: &Clause, of: &Line, facts: &mut Facts) {
        let text = self.text;
        let mut fact = |word: &str, line: Line| facts.push((word.to_owned(), line));
        match clause {
            Clause::Prop(prop) => self.property(kind, prop, of, facts),
            Clause::Within(within) => {
                fact("Time", within_line(text, within));
                self.late(of, within);
            }
            Clause::OnSignal(signal) => fact("Waits for", heard(text, signal)),
            Clause::Until { cond, .. } => fact("Ends when", Line::code(at(text, cond.span))),
            Clause::Show(component) => shown(text, component, facts),
            Clause::Ask(component) => fact("Asks for", Line::code(component.name.text.as_str())),
            Clause::AskForm { fields, .. } => {
                let names = words::listed(fields.iter().map(|field| field.name.text.as_str()), ", ");
                fact("Asks for", Line::plain("a form with ").then(names));
            }
            Clause::Warn { message, when, .. } => {
                let message = message.as_ref().map(|message| template(text, message)).unwrap_or_default();
                let line = Line::plain(format!("“{message}”"));
                let condition = |when: &ast::Expr| Line::plain(" where ").and_code(at(text, when.span));
                fact("Warns", line.then(when.as_ref().map(condition).unwrap_or_default()));
            }
            Clause::Require(it) => {
                let line = Line::plain("cannot be approved unless ").and_code(at(text, it.cond.span));
                let otherwise = |it: &ast::Outcome| Line::plain("; else ").then(outcome(text, it));
                fact("Guard", line.then(it.otherwise.as_ref().map(otherwise).unwrap_or_default()));
            }
            Clause::OnAction { name, outcome, .. } => self.after_action(&name.text, outcome, of, facts),
            Clause::Checks { items, .. } => facts.extend(items.iter().map(|item| check(text, item))),
            Clause::Actions { items, .. } => {
                fact("Offers", words::listed(items.iter().map(|item| item.name.text.as_str()), ", "));
            }
            Clause::Remind { every, .. } => fact("Reminds", Line::plain("every ").then(words::length(text, every))),
            Clause::Fan { name, list, at_once, .. } => {
                let each = Line::plain("one for each ").and_code(name.text.as_str());
                let line = each.and(" of ").and_code(at(text, list.span));
                let most = |most: &ast::Expr| Line::plain(", at most ").and_code(at(text, most.span)).and(" at once");
                fact("How often", line.then(at_once.as_ref().map(most).unwrap_or_default()));
            }
            Clause::Run(run) => {
                let target = Line::code(run.target.text.as_str());
                self.found.children.push(vec![of.clone(), target.clone(), Line::plain("procedure")]);
                fact("Runs", target);
            }
            Clause::OnFailure(failed) => {
                fact("On failure", outcome(text, &failed.outcome));
                self.failed(of, Line::plain("it fails"), &failed.outcome);
            }
            Clause::Send { value, .. } => fact("Is sent", Line::code(at(text, value.span))),
            Clause::Expect { ty, .. } => fact("Must answer with", Line::code(at(text, ty.span))),
            Clause::OnEdit { .. } | Clause::Feedback(_) => {}
        }
    }

    /// Who decides, who must not, how many there must be, and which agent works.
    fn property(&mut self, kind: BlockKind, prop: &ast::Prop, of: &Line, facts: &mut Facts) {
        let who = words::people(self.text, &prop.value);
        let value = Line::code(at(self.text, prop.value.span));
        let (people, fact, line) = match prop.name.text.as_str() {
            "by" => {
                let what = if kind == BlockKind::Approve { "decides" } else { "answers" };
                (Some((who.clone(), what)), "Who", who)
            }
            "not_by" => (Some((who.clone(), "must not decide (four eyes)")), "Never", who.and(" (four eyes)")),
            "quorum" => {
                let what = "different people must approve";
                (Some((value.clone(), what)), "How many", value.and(format!(" {what}")))
            }
            "use" => {
                self.found.children.push(vec![of.clone(), value.clone(), Line::plain("agent")]);
                (None, "Agent", value)
            }
            _ => return,
        };
        self.found.people.extend(people.map(|(who, what)| vec![who, of.clone(), Line::plain(what)]));
        facts.push((fact.to_owned(), line));
    }

    /// What comes of a rejection, or of an action with a name.
    fn after_action(&mut self, name: &str, what: &ast::Outcome, of: &Line, facts: &mut Facts) {
        let case = if name == "reject" { "On rejection".to_owned() } else { format!("On {name}") };
        facts.push((case.clone(), outcome(self.text, what)));
        let case = case.to_lowercase();
        if let OutcomeKind::Rework(it) = &what.kind
            && let Some(otherwise) = &it.otherwise
        {
            self.failed(of, Line::plain(format!("{case}, once more than allowed")), otherwise);
        }
        self.failed(of, Line::plain(case), what);
    }
}

/// A signal, which of its kind, and from whom.
fn heard(text: &str, signal: &ast::SignalRef) -> Line {
    let mut line = Line::code(signal.name.text.as_str());
    if let Some(filter) = &signal.filter {
        line = line.and(" where ").and_code(at(text, filter.span));
    }
    if let Some(from) = &signal.from {
        line = line.and(" from ").then(words::people(text, from));
    }
    line
}

fn check(text: &str, item: &ast::Check) -> (String, Line) {
    let title = item.title.as_ref().map_or_else(|| item.name.text.clone(), |title| template(text, title));
    let by = item.run.as_ref().map_or("nothing", |run| run.target.text.as_str());
    let line = Line::plain(format!("{title}, by ")).and_code(by).and("; it advises, people decide");
    ("Check".to_owned(), line)
}

fn shown(text: &str, component: &ast::Component, facts: &mut Facts) {
    let prop = |name: &str| component.props.iter().find(|prop| prop.name.text == name);
    facts.push(("Shows".to_owned(), Line::code(component.name.text.as_str())));
    if let Some(editable) = prop("editable") {
        facts.push(("May be corrected".to_owned(), words::names(text, &editable.value)));
    }
    if prop("removable").is_some() {
        facts.push(("May be taken out".to_owned(), Line::plain("single rows")));
    }
}
