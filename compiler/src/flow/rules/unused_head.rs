//! What of the head of a runbook its body reads.

use std::collections::BTreeSet;

use ntro_grammar::ast;
use ntro_ir::{CONFIG_SLOT, Expr, ExprId, INPUT_SLOT};

use crate::flow::Flow;

impl Flow<'_> {
    /// The inputs and the settings that expressions from one of them on read: `input.NAME`, `config.NAME`, and `config` where it is read as a
    /// whole. No other name has a dot.
    pub(in crate::flow) fn head_read(&self, from: usize) -> BTreeSet<String> {
        let exprs = &self.cx.program.exprs;
        let holder = |of: &ExprId| match exprs.get(of.0 as usize) {
            Some(Expr::Slot(INPUT_SLOT)) => Some("input"),
            Some(Expr::Slot(CONFIG_SLOT)) => Some("config"),
            _ => None,
        };
        let (mut read, mut whole, mut parts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (id, expr) in (0_u32..).zip(exprs).skip(from) {
            match expr {
                Expr::Field { of, name } | Expr::OptionalField { of, name } => {
                    if let Some(holder) = holder(of) {
                        parts.insert(of.0);
                        read.insert((holder, name));
                    }
                }
                Expr::Slot(CONFIG_SLOT) => {
                    whole.insert(id);
                }
                _ => {}
            }
        }
        let mut read: BTreeSet<String> = read.into_iter().map(|(holder, name)| format!("{holder}.{name}")).collect();
        if whole.difference(&parts).next().is_some() {
            read.insert("config".to_owned());
        }
        read
    }

    /// Reports what of the head nothing reads.
    pub(in crate::flow) fn unused_head(&mut self, decl: &ast::RunbookDecl, is_read: impl Fn(&str) -> bool) {
        for stmt in &decl.body.stmts {
            match stmt {
                ast::Stmt::Input(fields) => self.unused_inputs(fields, |name| is_read(&format!("input.{name}"))),
                ast::Stmt::Config(fields) if !is_read("config") => {
                    self.unused_settings(fields, |name| is_read(&format!("config.{name}")));
                }
                _ => {}
            }
        }
    }
}
