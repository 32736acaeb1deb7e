//! The list of operations while it grows. Jumps name labels; they become places in the list once everything is lowered.
//!
//! What cannot be reached is not added: a jump from such a place does not count, so that the list holds only what can run.

use ntro_grammar::Span;
use ntro_ir::{Op, Pc, Program};

/// A place in the list that may not be known yet. It stands wherever the program has a [`Pc`].
pub(super) type Label = Pc;

/// The list of operations.
#[derive(Debug)]
pub(super) struct Code {
    /// The operations with labels for places.
    pub ops: Vec<Op>,
    /// Where each stands in the text.
    pub spans: Vec<Span>,
    labels: Vec<LabelState>,
    /// The number of the first label: others belong to a list that was made before.
    first: Label,
    /// Whether the next operation can be reached.
    pub live: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct LabelState {
    at: Option<u32>,
    used: bool,
}

impl Code {
    pub(super) fn new() -> Code {
        Code { ops: Vec::new(), spans: Vec::new(), labels: Vec::new(), first: 0, live: true }
    }

    /// A list whose labels are numbered from here on, so that none is taken for one of another list.
    pub(super) fn numbered_from(first: Label) -> Code {
        Code { first, ..Code::new() }
    }

    /// The number of the next label.
    pub(super) fn next_label(&self) -> Label {
        self.first.saturating_add(u32::try_from(self.labels.len()).unwrap_or(u32::MAX))
    }

    fn state(&mut self, label: Label) -> Option<&mut LabelState> {
        self.labels.get_mut(label.checked_sub(self.first)? as usize)
    }

    /// A label that stands nowhere yet.
    pub(super) fn label(&mut self) -> Label {
        let id = self.next_label();
        self.labels.push(LabelState::default());
        id
    }

    /// The label stands here. This place can be reached where a jump to it was added, or from the operation before.
    pub(super) fn bind(&mut self, label: Label) {
        self.drop_jump_to(label);
        let here = self.here();
        if let Some(state) = self.state(label) {
            state.at = Some(here);
            let used = state.used;
            self.live |= used;
        }
    }

    /// A jump to the next operation is none.
    fn drop_jump_to(&mut self, label: Label) {
        let here = self.here();
        if self.ops.last() == Some(&Op::Jump(label)) && self.labels.iter().all(|state| state.at != Some(here)) {
            self.ops.pop();
            self.spans.pop();
            self.live = true;
        }
    }

    /// Adds an operation, where it can be reached.
    pub(super) fn emit(&mut self, mut op: Op, span: Span) {
        if !self.live {
            return;
        }
        for label in op_targets(&mut op) {
            self.mark(*label);
        }
        self.live = !super::finish::ends(&op);
        self.ops.push(op);
        self.spans.push(span);
    }

    /// Notes that something that is reached goes on at this label.
    pub(super) fn mark(&mut self, label: Label) {
        if let Some(state) = self.state(label) {
            state.used = true;
        }
    }

    /// The index of the next operation.
    pub(super) fn here(&self) -> u32 {
        u32::try_from(self.ops.len()).unwrap_or(u32::MAX)
    }

    /// Where a label stands; a label that was never bound belongs to nothing that runs.
    pub(super) fn place(&self, label: Label) -> Pc {
        let at = label.checked_sub(self.first).and_then(|at| self.labels.get(at as usize));
        at.and_then(|state| state.at).unwrap_or_default()
    }
}

/// The places that an operation itself names.
pub(super) fn op_targets(op: &mut Op) -> &mut [Pc] {
    match op {
        Op::Jump(to)
        | Op::JumpUnless { to, .. }
        | Op::Try { to, .. }
        | Op::Limit { to, .. }
        | Op::Rework { to, .. } => std::slice::from_mut(to),
        Op::Fork(bodies) => bodies,
        Op::ForkEach { body, .. } => std::slice::from_mut(body),
        _ => &mut [],
    }
}

/// The same, to look at.
pub(super) fn targets_of(op: &Op) -> &[Pc] {
    match op {
        Op::Jump(to)
        | Op::JumpUnless { to, .. }
        | Op::Try { to, .. }
        | Op::Limit { to, .. }
        | Op::Rework { to, .. } => std::slice::from_ref(to),
        Op::Fork(bodies) => bodies,
        Op::ForkEach { body, .. } => std::slice::from_ref(body),
        _ => &[],
    }
}

/// The places that the tables of a program name.
pub(super) fn table_targets(program: &mut Program) -> Vec<&mut Pc> {
    let mut all = Vec::new();
    for wait in &mut program.awaits {
        all.extend(wait.arms.iter_mut().map(|arm| &mut arm.to));
        all.extend(wait.until.iter_mut().map(|(_, to)| to));
        all.extend(wait.late.iter_mut());
        all.extend(wait.reminders.iter_mut().map(|reminder| &mut reminder.body));
    }
    for gate in &mut program.gates {
        all.extend(gate.reminders.iter_mut().map(|reminder| &mut reminder.body));
        all.extend(gate.checks.iter_mut().map(|check| &mut check.body));
    }
    all.extend(program.children.iter_mut().filter_map(|child| child.late.as_mut()));
    all.extend(program.handlers.iter_mut().map(|handler| &mut handler.body));
    all.extend(program.undos.iter_mut().map(|undo| &mut undo.body));
    all
}
