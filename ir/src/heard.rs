//! What an `await` and a whole program can be sent.

use crate::program::{Await, AwaitArm, Program};
use crate::types::Type;

impl Await {
    /// Whether it collects files for named slots (`ask files`). Its first arm is for all of them together.
    pub fn asks_files(&self) -> bool {
        self.ask.as_ref().is_some_and(|ask| ask.name == "files")
    }

    /// Whether it is answered by people's actions (`ask form`, `ask confirm`). Its first arm is theirs.
    pub fn asks_action(&self) -> bool {
        self.ask.as_ref().is_some_and(|ask| matches!(&*ask.name, "form" | "confirm"))
    }

    /// The arms that a single signal may take. The first one of `ask files` collects, that of `ask form` and `ask confirm` is an action.
    pub fn heard(&self) -> &[AwaitArm] {
        if self.asks_files() || self.asks_action() { self.arms.get(1..).unwrap_or_default() } else { &self.arms }
    }
}

impl Program {
    /// The signals that a run may be sent, each as often as something hears it, with what they carry there.
    pub fn heard(&self) -> impl Iterator<Item = (&str, &Type)> {
        let arms = self.awaits.iter().flat_map(Await::heard).map(|arm| (arm.signal.as_str(), &arm.payload));
        // Slots are filled document by document: each is the signal as it is declared.
        let collected = self.awaits.iter().filter(|wait| wait.asks_files()).filter_map(|wait| wait.arms.first());
        let documents = collected.filter_map(|arm| self.signals.iter().find(|signal| signal.name == arm.signal));
        let handlers = self.handlers.iter().map(|handler| (handler.signal.as_str(), &handler.payload));
        arms.chain(documents.map(|signal| (signal.name.as_str(), &signal.payload))).chain(handlers)
    }
}
