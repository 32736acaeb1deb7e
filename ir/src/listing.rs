//! A listing of a program that a person can read.
//!
//! It is for reviews, for snapshots in tests and for finding out what a compiler did: one line an operation, expressions
//! written back as in the language, slots as `name#index`. It never fails, also for programs that the verifier refuses, and
//! the same program always gives the same text.

mod expr;
mod ops;

use std::fmt::{self, Write};

use crate::program::{After, Component, Draft, Limit, LimitThen, OnFailure, Program, Reminder, Slot};
use crate::types::{Type, TypeDef};
use crate::value::Value;
use crate::{ExprId, digest};

#[cfg(test)]
mod tests;

/// The listing of a program.
pub fn listing(program: &Program) -> String {
    let mut listing = Listing { program, out: String::new() };
    // Writing into a text cannot fail.
    let _ = listing.write();
    listing.out
}

/// A type as it is written in the language, with the names of records; a record without one is `t3` by its index.
pub fn type_text(ty: &Type, types: &[TypeDef]) -> String {
    let inner = |ty: &Type| type_text(ty, types);
    match ty {
        Type::Nothing => "nothing".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Decimal => "decimal".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Date => "date".to_owned(),
        Type::DateTime => "datetime".to_owned(),
        Type::Period => "period".to_owned(),
        Type::Duration => "duration".to_owned(),
        Type::Money => "money".to_owned(),
        Type::MoneyIn(currency) => format!("money<{currency}>"),
        Type::Currency => "currency".to_owned(),
        Type::File => "file".to_owned(),
        Type::Grid => "Grid".to_owned(),
        Type::Json => "json".to_owned(),
        Type::List(item) => format!("list<{}>", inner(item)),
        Type::Map(item) => format!("map<{}>", inner(item)),
        Type::Optional(item) => format!("{}?", inner(item)),
        Type::Outcome(item) => format!("outcome<{}>", inner(item)),
        Type::Choice(choices) => {
            let choices: Vec<_> = choices.iter().map(|(tag, ty)| format!("{tag}: {}", inner(ty))).collect();
            format!("choice<{}>", choices.join(", "))
        }
        Type::Named(id) => match types.get(*id as usize).map(TypeDef::name) {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => format!("t{id}"),
        },
    }
}

/// An expression as it is written in the language, without any index: equal texts of two programs mean the same.
pub fn expr_text(program: &Program, id: ExprId) -> String {
    expr::plain(program, id)
}

/// A value as a literal.
pub fn value_text(value: &Value) -> String {
    expr::constant(value)
}

/// What a slot is called in the text; one without a name there by what it is for.
pub fn slot_plain(program: &Program, slot: Slot) -> String {
    let name = program.slots.get(slot.0 as usize).map_or("", |def| def.name.as_str());
    match name.strip_prefix('%') {
        Some(hidden) => hidden.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned(),
        None => name.to_owned(),
    }
}

struct Listing<'a> {
    program: &'a Program,
    out: String,
}

impl Listing<'_> {
    fn write(&mut self) -> fmt::Result {
        self.head()?;
        self.types()?;
        self.slots()?;
        self.blocks()?;
        self.ops()?;
        self.gates()?;
        self.awaits()?;
        self.children()?;
        self.calls()?;
        self.handlers()?;
        self.undos()
    }

    fn undos(&mut self) -> fmt::Result {
        self.section("undos", self.program.undos.len())?;
        for (index, undo) in self.program.undos.iter().enumerate() {
            let captures: Vec<_> = undo.captures.iter().map(|slot| self.slot(*slot)).collect();
            let with = if captures.is_empty() { String::new() } else { format!(" with {}", captures.join(", ")) };
            writeln!(self.out, "u{index} of {}{with}, scope {} -> {}", self.block(undo.block), undo.scope, undo.body)?;
        }
        Ok(())
    }

    fn ty(&self, ty: &Type) -> String {
        type_text(ty, &self.program.types)
    }

    fn expr(&self, id: ExprId) -> String {
        expr::text(self.program, id)
    }

    fn slot(&self, slot: Slot) -> String {
        slot_text(self.program, slot)
    }

    fn block(&self, id: u32) -> String {
        match self.program.blocks.get(id as usize) {
            Some(block) => format!("b{id} {}", block.path),
            None => format!("b{id}"),
        }
    }

    fn head(&mut self) -> fmt::Result {
        let p = self.program;
        write!(self.out, "runbook {} {:?}", p.name, p.title)?;
        if !p.version.is_empty() {
            write!(self.out, " {}", p.version)?;
        }
        writeln!(self.out, "\nir {}, digest {}", p.ir_version, digest(p))?;
        writeln!(self.out, "input t{}, config t{}, output {}", p.input, p.config, self.ty(&p.output))?;
        for (what, names) in [("tags", &p.tags), ("roles", &p.roles)] {
            if !names.is_empty() {
                writeln!(self.out, "{what} {}", names.join(", "))?;
            }
        }
        for signal in &p.signals {
            let payload = type_text(&signal.payload, &p.types);
            writeln!(self.out, "signal {}: {payload}", signal.name)?;
        }
        Ok(())
    }

    fn types(&mut self) -> fmt::Result {
        self.section("types", self.program.types.len())?;
        for (index, def) in self.program.types.iter().enumerate() {
            match def {
                TypeDef::Enum(def) => writeln!(self.out, "t{index} enum {} {{ {} }}", def.name, def.values.join(", "))?,
                TypeDef::Record(def) => {
                    let name = if def.name.is_empty() { String::new() } else { format!(" {}", def.name) };
                    writeln!(self.out, "t{index} record{name}")?;
                    for field in &def.fields {
                        write!(self.out, "  {}: {}", field.name, type_text(&field.ty, &self.program.types))?;
                        if let Some(default) = &field.default {
                            write!(self.out, " = {}", expr::constant(default))?;
                        }
                        writeln!(self.out)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn slots(&mut self) -> fmt::Result {
        self.section("slots", self.program.slots.len())?;
        for (index, slot) in self.program.slots.iter().enumerate() {
            write!(self.out, "{}#{index}: {}", slot.name, type_text(&slot.ty, &self.program.types))?;
            for (is, word) in [(slot.var, "var"), (slot.written_by_handler, "written by a handler")] {
                if is {
                    write!(self.out, ", {word}")?;
                }
            }
            writeln!(self.out)?;
        }
        for (index, scope) in self.program.scopes.iter().enumerate() {
            writeln!(self.out, "scope {index}: {} slots from {}", scope.count, self.slot(scope.first))?;
        }
        Ok(())
    }

    fn blocks(&mut self) -> fmt::Result {
        self.section("blocks", self.program.blocks.len())?;
        for (index, block) in self.program.blocks.iter().enumerate() {
            let kind = format!("{:?}", block.kind).to_lowercase();
            write!(self.out, "b{index} {kind} {} -> {}", block.path, self.slot(block.slot))?;
            if let Some(title) = block.title {
                write!(self.out, " {}", self.expr(title))?;
            }
            if let Some(icon) = &block.icon {
                write!(self.out, " icon {icon}")?;
            }
            if let Some(key) = block.key {
                write!(self.out, " key {}", self.expr(key))?;
            }
            if !block.restore.is_empty() {
                let slots: Vec<_> = block.restore.iter().map(|slot| self.slot(*slot)).collect();
                write!(self.out, " restores {}", slots.join(", "))?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn section(&mut self, name: &str, count: usize) -> fmt::Result {
        if count > 0 { write!(self.out, "\n{name}\n") } else { Ok(()) }
    }

    fn line(&mut self, words: &str, value: impl fmt::Display) -> fmt::Result {
        writeln!(self.out, "  {words} {value}")
    }

    fn expr_line(&mut self, words: &str, id: Option<ExprId>) -> fmt::Result {
        match id {
            Some(id) => self.line(words, self.expr(id)),
            None => Ok(()),
        }
    }

    fn component(&mut self, words: &str, component: Option<&Component>) -> fmt::Result {
        let Some(component) = component else { return Ok(()) };
        self.line(words, &component.name)?;
        for (name, value) in &component.props {
            writeln!(self.out, "    {name}: {}", self.expr(*value))?;
        }
        Ok(())
    }

    fn after(&self, after: &After) -> String {
        match after {
            After::Duration(expr) => format!("within {}", self.expr(*expr)),
            After::Until(expr) => format!("until {}", self.expr(*expr)),
            After::WorkingDays(expr) => format!("within {} working days", self.expr(*expr)),
        }
    }

    fn reminders(&mut self, reminders: &[Reminder]) -> fmt::Result {
        for reminder in reminders {
            let slot = reminder.slot.map(|slot| format!(" {}", self.slot(slot))).unwrap_or_default();
            let words = format!("every {}{slot} -> {}", self.expr(reminder.every), reminder.body);
            self.line("remind", words)?;
        }
        Ok(())
    }

    fn limits(&mut self, limits: &[Limit]) -> fmt::Result {
        for limit in limits {
            let after = self.after(&limit.after);
            let then = match &limit.then {
                LimitThen::Late => "late".to_owned(),
                LimitThen::Approve => "approve".to_owned(),
                LimitThen::Reject => "reject".to_owned(),
                LimitThen::Escalate(role) => format!("escalate to {role}"),
            };
            self.line(&after, format!("else {then}"))?;
        }
        Ok(())
    }

    fn gates(&mut self) -> fmt::Result {
        self.section("gates", self.program.gates.len())?;
        for (index, gate) in self.program.gates.iter().enumerate() {
            writeln!(self.out, "g{index} of {}, inside it l{}", self.block(gate.block), gate.this.0)?;
            self.expr_line("by", gate.by)?;
            gate.not_by.iter().try_for_each(|expr| self.expr_line("not_by", Some(*expr)))?;
            self.expr_line("quorum", gate.quorum)?;
            self.component("show", gate.show.as_ref())?;
            match &gate.draft {
                Draft::None => {}
                Draft::Rows { rows, row, key, editable } => {
                    let words = format!("{} as t{row}, key {key}, editable {}", self.expr(*rows), editable.join(", "));
                    self.line("rows", words)?;
                }
                Draft::Form { value, record, editable } => {
                    self.line("form", format!("{} as t{record}, editable {}", self.expr(*value), editable.join(", ")))?;
                }
                Draft::Text { value, editable } => {
                    self.line("text", format!("{}{}", self.expr(*value), if *editable { ", editable" } else { "" }))?;
                }
            }
            for action in &gate.actions {
                let label = action.label.map(|label| format!(" {}", self.expr(label))).unwrap_or_default();
                self.line("action", format!("{}{label}", action.name))?;
            }
            for require in &gate.requires {
                self.line("require", format!("{} else {}", self.expr(require.cond), self.expr(require.refuse)))?;
            }
            for warning in &gate.warnings {
                let when = warning.when.map(|when| format!(" when {}", self.expr(when))).unwrap_or_default();
                self.line("warn", format!("{}{when}", self.expr(warning.message)))?;
            }
            self.expr_line("until", gate.until)?;
            self.limits(&gate.limits)?;
            for (words, hook) in [("on edit", gate.on_edit), ("on reject_row", gate.on_reject_row)] {
                if let Some((local, expr)) = hook {
                    self.line(words, format!("l{} => {}", local.0, self.expr(expr)))?;
                }
            }
            self.reminders(&gate.reminders)?;
            for check in &gate.checks {
                let title = check.title.map(|title| format!(" {}", self.expr(title))).unwrap_or_default();
                let this = check.this.map(|slot| format!(", the gate in {}", self.slot(slot))).unwrap_or_default();
                let words = format!("{}{title} in {}{this} -> {}", check.name, self.slot(check.slot), check.body);
                self.line("check", words)?;
            }
        }
        Ok(())
    }

    fn awaits(&mut self) -> fmt::Result {
        self.section("awaits", self.program.awaits.len())?;
        for (index, wait) in self.program.awaits.iter().enumerate() {
            let choice = if wait.choice { ", a choice" } else { "" };
            writeln!(self.out, "a{index} of {}{choice}", self.block(wait.block))?;
            for arm in &wait.arms {
                let heard = self.heard(&arm.signal, &arm.payload, arm.it.0, arm.filter, arm.from);
                self.line("on", format!("{heard} -> {}", arm.to))?;
            }
            if let Some((until, to)) = wait.until {
                self.line("until", format!("{} -> {to}", self.expr(until)))?;
            }
            self.component("show", wait.show.as_ref())?;
            self.component("ask", wait.ask.as_ref())?;
            for (level, value) in &wait.feedback {
                self.line("feedback", format!("{level} {}", self.expr(*value)))?;
            }
            self.expr_line("by", wait.by)?;
            self.limits(&wait.limits)?;
            if let Some(late) = wait.late {
                self.line("late ->", late)?;
            }
            self.reminders(&wait.reminders)?;
        }
        Ok(())
    }

    fn heard(&self, signal: &str, payload: &Type, it: u32, filter: Option<ExprId>, from: Option<ExprId>) -> String {
        let mut text = format!("{signal} (l{it}: {})", self.ty(payload));
        for (word, expr) in [("where", filter), ("from", from)] {
            if let Some(expr) = expr {
                text.push_str(&format!(" {word} {}", self.expr(expr)));
            }
        }
        text
    }

    fn children(&mut self) -> fmt::Result {
        self.section("children", self.program.children.len())?;
        for (index, child) in self.program.children.iter().enumerate() {
            let on_failure = match child.on_failure {
                OnFailure::Fail => "fail",
                OnFailure::Collect => "collect",
                OnFailure::Skip => "skip",
            };
            writeln!(
                self.out,
                "c{index} of {}: {} -> {}",
                self.block(child.block),
                child.runbook,
                self.ty(&child.output)
            )?;
            if let Some(fan) = &child.fan {
                let key = fan.key.map(|key| format!(" key {}", self.expr(key))).unwrap_or_default();
                let words =
                    format!("l{} in {}{key} at most {} at once", fan.it.0, self.expr(fan.list), self.expr(fan.at_once));
                self.line("for", words)?;
            }
            self.expr_line("input", Some(child.input))?;
            self.line("on failure", on_failure)?;
            self.line("interface", child.interface.chars().take(12).collect::<String>())?;
            self.limits(&child.limits)?;
            if let Some(late) = child.late {
                self.line("late ->", late)?;
            }
        }
        Ok(())
    }

    fn calls(&mut self) -> fmt::Result {
        self.section("calls", self.program.calls.len())?;
        for (index, call) in self.program.calls.iter().enumerate() {
            let type_arg = call.type_arg.as_ref().map(|ty| format!("<{}>", self.ty(ty))).unwrap_or_default();
            let (args, result) = (self.expr(call.args), self.ty(&call.result));
            writeln!(self.out, "k{index} {}{type_arg} {args} -> {result}", call.capability)?;
            if let Some(agent) = &call.agent {
                let kind = agent.kind.as_deref().unwrap_or("bound by its name");
                self.line("agent", format!("{} ({kind}), expects {}", agent.name, agent.expect))?;
            }
            self.expr_line("within", call.within)?;
            let options = &call.options;
            let retry = &options.retry;
            let ms = crate::display::duration_text;
            let mut words = format!(
                "{}, {} attempts, pauses {} to {} by {} %",
                ms(options.within_ms),
                retry.attempts,
                ms(retry.first_ms),
                ms(retry.max_ms),
                retry.factor_percent
            );
            for (word, value) in [("queue", &options.queue), ("activity", &options.activity)] {
                if let Some(value) = value {
                    words.push_str(&format!(", {word} {value}"));
                }
            }
            if let Some(program) = &options.program {
                words.push_str(&format!(", program {}", program.join(" ")));
            }
            if options.quick {
                words.push_str(", quick");
            }
            self.line("attempt", words)?;
        }
        Ok(())
    }

    fn handlers(&mut self) -> fmt::Result {
        self.section("handlers", self.program.handlers.len())?;
        for (index, handler) in self.program.handlers.iter().enumerate() {
            let heard = self.heard(&handler.signal, &handler.payload, handler.it.0, handler.filter, handler.from);
            writeln!(self.out, "h{index} on {heard} as {} -> {}", self.slot(handler.slot), handler.body)?;
        }
        Ok(())
    }
}

/// A slot by its name and its index.
fn slot_text(program: &Program, slot: Slot) -> String {
    let name = program.slots.get(slot.0 as usize).map_or("", |def| def.name.as_str());
    format!("{name}#{}", slot.0)
}
