//! What another version of a runbook means for those who run it: two programs in, a list of changes out.
//!
//! Pure, and about meaning: a moved comment, another order of fields or a renamed variable of a step's own is no change. What is
//! said of a step is found by its address; a step that only has another name is recognised by what it does. Whatever differs and
//! is of none of the known kinds is still said, in general, so that no difference is lost.

mod blocks;
mod calls;
mod children;
mod gates;
mod limits;
mod lines;
mod pairs;
mod shapes;
mod waits;

use ntro_ir::Program;
use ntro_ir::listing::expr_text;
use serde::Serialize;

/// What a change means for those who run the runbook; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Fewer people look, or look less: somebody should agree to that.
    Weakens,
    /// Whoever starts it, answers it or reads its result has to follow.
    Breaks,
    /// It does something else.
    Changes,
    /// More people look, or look more closely.
    Strengthens,
    /// Only what people see is different.
    Shows,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum About {
    Input,
    Config,
    Output,
    StepAdded,
    StepRemoved,
    StepRenamed,
    StepMoved,
    StepKind,
    Condition,
    Approval,
    Limit,
    Wait,
    Capability,
    Child,
    Agent,
    Signal,
    Body,
    Text,
    Other,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it means.
    pub weight: Weight,
    /// What it is about.
    pub about: About,
    /// The step's address, or `input`, `config`, `output`; empty for the runbook itself.
    pub place: String,
    /// A sentence without its beginning: `manager may decide too`.
    pub message: String,
    /// What was there, line by line, where that helps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<String>,
    /// What is there now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub now: Vec<String>,
}

/// The changes from one program to another, by their place in the runbook. Empty for two that mean the same.
pub fn diff(old: &Program, new: &Program) -> Vec<Change> {
    let mut changes = Changes { old, new, found: Vec::new() };
    shapes::compare(&mut changes);
    let pairs = pairs::pairs(&mut changes);
    // A step's new name was said once; whatever reads it would be told as another thing otherwise.
    let named = pairs::with_old_names(old, new, &pairs);
    let mut changes = Changes { old, new: &named, found: changes.found };
    blocks::compare(&mut changes, &pairs);
    calls::compare(&mut changes);
    waits::signals(&mut changes);
    changes.rest();
    changes.found
}

/// What is found on the way.
struct Changes<'a> {
    old: &'a Program,
    new: &'a Program,
    found: Vec<Change>,
}

impl Changes<'_> {
    fn add(&mut self, weight: Weight, about: About, place: &str, message: impl Into<String>) {
        self.add_lines(weight, about, place, message, (Vec::new(), Vec::new()));
    }

    fn add_lines(
        &mut self,
        weight: Weight,
        about: About,
        place: &str,
        message: impl Into<String>,
        (was, now): (Vec<String>, Vec<String>),
    ) {
        self.found.push(Change { weight, about, place: place.to_owned(), message: message.into(), was, now });
    }

    /// A property that is there or not, and says something: nothing is added where both say the same.
    fn text(
        &mut self,
        weight: Weight,
        about: About,
        place: &str,
        what: &str,
        was: Option<String>,
        now: Option<String>,
    ) {
        let message = match (&was, &now) {
            _ if was == now => return,
            (Some(_), Some(_)) => format!("{what} is another one"),
            (None, _) => format!("{what} is new"),
            (_, None) => format!("{what} is no longer there"),
        };
        self.add_lines(weight, about, place, message, (was.into_iter().collect(), now.into_iter().collect()));
    }

    /// Expressions of both programs as text, absent ones as none.
    fn texts(&self, old: Option<ntro_ir::ExprId>, new: Option<ntro_ir::ExprId>) -> (Option<String>, Option<String>) {
        (old.map(|id| expr_text(self.old, id)), new.map(|id| expr_text(self.new, id)))
    }

    /// The runbook's own texts, and what is of none of the known kinds.
    fn rest(&mut self) {
        if self.old.title != self.new.title {
            let message = format!("its title is \"{}\"", self.new.title);
            self.add(Weight::Shows, About::Text, "", message);
        }
        let same = |program: &Program| {
            // The version and the documentation change nothing that runs.
            let plain = Program { version: String::new(), doc: String::new(), tags: Vec::new(), ..program.clone() };
            ntro_ir::digest(&plain)
        };
        if self.found.is_empty() && same(self.old) != same(self.new) {
            self.add(Weight::Changes, About::Other, "", "it differs in details that no other line tells of");
        }
    }
}
