//! Operations, one a line.

use std::fmt::{self, Write};

use super::Listing;
use crate::program::Op;

impl Listing<'_> {
    pub(super) fn ops(&mut self) -> fmt::Result {
        self.section("ops", self.program.ops.len())?;
        for (pc, op) in self.program.ops.iter().enumerate() {
            let text = self.op(op);
            writeln!(self.out, "{pc:05} | {text}")?;
        }
        Ok(())
    }

    fn op(&self, op: &Op) -> String {
        let name = op.name();
        let after = |word: &str, expr: Option<crate::ExprId>| {
            expr.map(|expr| format!(" {word}{}", self.expr(expr))).unwrap_or_default()
        };
        match op {
            Op::Enter(block) => format!("{name} {}", self.block(*block)),
            Op::Complete { block, value } => format!("{name} {}{}", self.block(*block), after("= ", *value)),
            Op::Skip { block, why } => format!("{name} {}{}", self.block(*block), after("", *why)),
            Op::Set { slot, value } => format!("{} = {}", self.slot(*slot), self.expr(*value)),
            Op::Drop(slots) => {
                let slots: Vec<_> = slots.iter().map(|slot| self.slot(*slot)).collect();
                format!("{name} {}", slots.join(", "))
            }
            Op::Jump(to) => format!("{name} -> {to}"),
            Op::JumpUnless { cond, to } => format!("{name} {} -> {to}", self.expr(*cond)),
            Op::Call { call, slot } => {
                let capability = self.program.calls.get(*call as usize).map_or("", |call| call.capability.as_str());
                let slot = slot.map(|slot| format!("{} = ", self.slot(slot))).unwrap_or_default();
                format!("{slot}{name} k{call} {capability}")
            }
            Op::Gate(gate) => format!("{name} g{gate}"),
            Op::Await(wait) => {
                let Some(table) = self.program.awaits.get(*wait as usize) else { return format!("{name} a{wait}") };
                let arms = table.arms.iter().map(|arm| arm.to).chain(table.until.map(|(_, to)| to)).chain(table.late);
                let arms: Vec<_> = arms.map(|to| to.to_string()).collect();
                format!("{name} a{wait} -> {}", arms.join(", "))
            }
            Op::Child(child) => format!("{name} c{child}"),
            Op::Sleep(until) => format!("{name} {}", self.expr(*until)),
            Op::Fork(bodies) => {
                let bodies: Vec<_> = bodies.iter().map(u32::to_string).collect();
                format!("{name} -> {}", bodies.join(", "))
            }
            Op::ForkEach { list, item, scope, at_once, body } => format!(
                "{name} {} in {} at most {} at once, scope {scope} -> {body}",
                self.slot(*item),
                self.expr(*list),
                self.expr(*at_once)
            ),
            Op::End | Op::EndHandler | Op::EndTry | Op::EndLimit | Op::EndUndo => name.to_owned(),
            Op::Limit { after, to } => format!("{name} {} -> {to}", self.after(after)),
            Op::Undoable(undo) => format!("{name} u{undo}"),
            Op::Listen(handler) | Op::Unlisten(handler) => format!("{name} h{handler}"),
            Op::Try { to, slot } => {
                let slot = slot.map(|slot| format!(" {}", self.slot(slot))).unwrap_or_default();
                format!("{name}{slot} -> {to}")
            }
            Op::Feedback { level, value } => format!("{name} {level} {}", self.expr(*value)),
            Op::Emit { name: event, value } => format!("{name} {event} {}", self.expr(*value)),
            Op::Rework { target, to, redo, unlisten, tries, limits, comment, by } => {
                let redo: Vec<_> = redo.iter().map(|block| format!("b{block}")).collect();
                let mut text = format!("{name} from {} redo {}", self.block(*target), redo.join(", "));
                if !unlisten.is_empty() {
                    let handlers: Vec<_> = unlisten.iter().map(|handler| format!("h{handler}")).collect();
                    text.push_str(&format!(" unlisten {}", handlers.join(", ")));
                }
                if *tries > 0 {
                    text.push_str(&format!(" leaving {tries} tries"));
                }
                if *limits > 0 {
                    text.push_str(&format!(" leaving {limits} limits"));
                }
                format!("{text}{}{} -> {to}", after("because ", *comment), after("by ", *by))
            }
            Op::Fail(message) => format!("{name} {}", self.expr(*message)),
            Op::Raise(slot) => format!("{name} {}", self.slot(*slot)),
            Op::Return(value) => format!("{name}{}", after("", *value)),
        }
    }
}
