//! What ends a step, and what ends the machine.

use ntro_ir::Value;

use crate::eval::EvalError;

/// A typed failure, which a runbook can catch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: String,
    pub(crate) message: String,
    /// The address of the block; filled in where it is raised, unless it is raised again.
    pub(crate) step: Option<String>,
    pub(crate) capability: Option<String>,
    /// The operation; filled in where it is raised.
    pub(crate) pc: Option<u32>,
}

impl Failure {
    /// A failure whose place is the one where it is raised.
    pub(crate) fn new(kind: impl Into<String>, message: impl Into<String>) -> Failure {
        Failure { kind: kind.into(), message: message.into(), step: None, capability: None, pc: None }
    }

    /// The same, of a capability.
    pub(crate) fn of_capability(mut self, capability: &str) -> Failure {
        self.capability = Some(capability.to_owned());
        self
    }

    /// What `on failure (e)` sees: `{ kind, message, step, capability }`.
    pub(crate) fn to_value(&self) -> Value {
        Value::record([
            ("kind", Value::text(self.kind.as_str())),
            ("message", Value::text(self.message.as_str())),
            ("step", Value::text(self.step.as_deref().unwrap_or_default())),
            ("capability", self.capability.as_deref().map_or(Value::None, Value::text)),
        ])
    }

    /// The failure that [`Failure::to_value`] was made from.
    pub(crate) fn from_value(value: &Value) -> Failure {
        let text = |name: &str| value.field(name).and_then(Value::as_str).map(str::to_owned);
        Failure {
            kind: text("kind").unwrap_or_else(|| "failed".to_owned()),
            message: text("message").unwrap_or_default(),
            step: text("step").filter(|step| !step.is_empty()),
            capability: text("capability"),
            pc: None,
        }
    }
}

/// Why an operation did not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The runbook has a say in this.
    Failure(Box<Failure>),
    /// The program or this interpreter is wrong. It fails the task and never the run.
    Fault(String),
}

/// The result of whatever may end a step.
pub(crate) type Run<T = ()> = Result<T, Stop>;

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failure(Box::new(failure))
    }
}

impl From<EvalError> for Stop {
    fn from(error: EvalError) -> Stop {
        match error.kind {
            "program" => Stop::Fault(error.message),
            kind => Failure::new(kind, error.message).into(),
        }
    }
}

/// A fault: an index of the program that leads nowhere, or a state that cannot be.
pub(crate) fn fault<T>(what: impl Into<String>) -> Run<T> {
    Err(Stop::Fault(what.into()))
}
