//! A scenario: what is given, what the world answers, what people do and what must come of it.
//!
//! It is what a `scenario` block of the text says once its names and types were checked: plain data that a host plays. It is no part of
//! a program and of no digest, and it carries its own places, because what it expects is told with the line that says so.

use serde_json::Value as Json;

use crate::value::Value;

/// One scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What it shows.
    pub title: String,
    /// The runbook that it starts.
    pub runbook: String,
    /// What starts it, where the scenario is for a `workflow`: it gives the input.
    pub binding: Option<std::sync::Arc<crate::Binding>>,
    /// The file's path relative to the project, with `/`.
    pub file: String,
    /// Where it begins.
    pub place: LinePlace,
    /// When it starts, where it says.
    pub start: Option<jiff::Timestamp>,
    /// Whose run it is, where it says: the tenant.
    pub tenant: Option<String>,
    /// The entity, where it says.
    pub entity: Option<String>,
    /// The input of the run, an object.
    pub given: Json,
    /// Settings of the runbook that differ from the project's, an object.
    pub config: Json,
    /// What is not done but answered from a list. Several of one name follow one another.
    pub mocks: Vec<Mock>,
    /// What happens and what is expected, in order.
    pub lines: Vec<ScenarioLine>,
}

/// A place in the scenario's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinePlace {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// `mock TARGET for KEY => a then b`
#[derive(Debug, Clone, PartialEq)]
pub struct Mock {
    /// The name of a capability, an agent or a runbook.
    pub target: String,
    /// Only in the child of this key, or for it where a runbook is mocked.
    pub key: Option<String>,
    /// The answers in turn; the last repeats.
    pub answers: Vec<MockAnswer>,
}

/// An answer of a mock.
#[derive(Debug, Clone, PartialEq)]
pub enum MockAnswer {
    /// It yields this. What a record leaves out is made from its type.
    Value(Json),
    /// It fails.
    Fails {
        /// What people are told.
        message: String,
        /// How often, attempts counted; always where absent.
        times: Option<u32>,
    },
}

/// A line that happens or that expects something.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioLine {
    /// Where it stands.
    pub place: LinePlace,
    /// Its text, blanks and line ends made one blank.
    pub text: String,
    /// How long after the line before, in milliseconds.
    pub after_ms: i64,
    /// What it says.
    pub what: ScenarioStep,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub enum ScenarioStep {
    /// A signal comes.
    Signal {
        /// Its name.
        name: String,
        /// What it carries.
        payload: Json,
        /// The child that gets it; the scenario's own run where absent.
        key: Option<String>,
        /// Who sends it; somebody where absent.
        by: Option<String>,
        /// In which role; in all that the run knows where absent.
        role: Option<String>,
    },
    /// Somebody cancels the run.
    Cancel,
    /// A person acts where a step waits. Time moves until it does.
    At {
        /// Where.
        at: Address,
        /// What, in order.
        actions: Vec<PersonAction>,
    },
    /// Something must hold.
    Expect(Expectation),
}

/// A step of the scenario's run, or of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The child steps that lead there, without rounds.
    pub children: Vec<String>,
    /// The step in that run: `collect.upload`, `review~2`. Without `~n` any round is meant.
    pub step: String,
    /// The key of the child that is meant, where several could be.
    pub key: Option<String>,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonAction {
    /// What.
    pub what: PersonDoes,
    /// Why.
    pub comment: Option<String>,
    /// Who; somebody without a name where absent.
    pub by: Option<String>,
    /// In which role; one that may where absent.
    pub role: Option<String>,
    /// Whether it is refused: with a reason that has this text in it.
    pub refused: Option<Option<String>>,
}

/// See [`PersonAction`].
#[derive(Debug, Clone, PartialEq)]
pub enum PersonDoes {
    /// `approve`, `reject` or an action that the gate names; for a form what it is filled with.
    Decide {
        /// The word.
        word: String,
        /// What a form is filled with.
        data: Option<Json>,
    },
    /// Changes fields of a row, of a form (no row), or the text (no field).
    Edit {
        /// The row's key.
        row: Option<String>,
        /// Fields and what they become.
        fields: Vec<(Option<String>, Json)>,
    },
    /// Takes a row out.
    RejectRow(String),
    /// Hands in files, each for a slot.
    HandIn(Vec<(String, Json)>),
}

/// What must hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// The run completes.
    Completed {
        /// What its result holds.
        with: Option<Pattern>,
        /// In which time from the line before, in milliseconds.
        within_ms: Option<i64>,
    },
    /// The run fails.
    Failed {
        /// At which step.
        at: Option<String>,
        /// A part of the message.
        message: Option<String>,
        /// In which time from the line before, in milliseconds.
        within_ms: Option<i64>,
    },
    /// The run was given this as its input.
    Input(Pattern),
    /// The step waits now.
    Open(Address),
    /// The step is never entered in the whole scenario.
    Never(Address),
    /// These were called in this order, others may lie between.
    Calls(Vec<String>),
    /// This was called so often.
    Count {
        /// How often, exactly.
        count: u32,
        /// What.
        target: String,
    },
    /// This was called with these arguments.
    Call {
        /// What.
        target: String,
        /// Which call, from 1; any where absent.
        nth: Option<u32>,
        /// Its arguments.
        with: Option<Pattern>,
    },
    /// No more runs of the runbook are open at any moment of the whole scenario.
    AtMostRunning {
        /// How many.
        count: u32,
        /// Which runbook.
        runbook: String,
    },
}

/// What a value must be. A record that is expected says nothing about fields that it leaves out.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// Exactly this.
    Is(Value),
    /// A text with this in it, or a list of texts with this among them.
    Has(String),
    /// A record or a map with these fields.
    Fields(Vec<(String, Pattern)>),
    /// A list of exactly these.
    Items(Vec<Pattern>),
}

impl Pattern {
    /// What it says as JSON; a part of a text as that text.
    pub fn to_json(&self) -> Json {
        match self {
            Pattern::Is(value) => crate::json::to_json(value),
            Pattern::Has(text) => Json::String(text.clone()),
            Pattern::Fields(fields) => {
                Json::Object(fields.iter().map(|(name, part)| (name.clone(), part.to_json())).collect())
            }
            Pattern::Items(items) => Json::Array(items.iter().map(Pattern::to_json).collect()),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for child in &self.children {
            write!(f, "{child}.")?;
        }
        f.write_str(&self.step)?;
        match &self.key {
            Some(key) => write!(f, " for {key:?}"),
            None => Ok(()),
        }
    }
}
