//! Expressions, written back as in the language.

use crate::expr::{BinaryOp, Expr, ExprId, LocalId, UnaryOp};
use crate::program::{INPUT_SLOT, Program, Slot};
use crate::value::Value;

/// How deep an expression is written; a program that was not verified could be deeper.
const MAX_DEPTH: u32 = 60;
/// How long one is; expressions share parts, so a small program can have an endless text.
const MAX_LENGTH: usize = 8_000;

/// An expression as text.
pub(super) fn text(program: &Program, id: ExprId) -> String {
    finish(Writer { program, out: String::new(), plain: None }, id)
}

/// An expression as text in which nothing is an index: the same in another program where it means the same.
pub(super) fn plain(program: &Program, id: ExprId) -> String {
    finish(Writer { program, out: String::new(), plain: Some(Vec::new()) }, id)
}

fn finish(mut writer: Writer<'_>, id: ExprId) -> String {
    writer.expr(id, 0, false);
    if writer.out.len() >= MAX_LENGTH {
        writer.out.push('…');
    }
    writer.out
}

/// A value as a literal.
pub(super) fn constant(value: &Value) -> String {
    match value {
        Value::None => "none".to_owned(),
        Value::Text(text) => format!("{text:?}"),
        Value::Json(text) => format!("json {text}"),
        Value::Grid(reference) => format!("grid {reference:?}"),
        Value::File(file) => format!("file {:?}", file.document_ref),
        Value::List(items) => format!("[{}]", items.iter().map(constant).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => fields("map ", map.iter().map(|(key, value)| (&**key, value))),
        Value::Record(record) => fields("", record.0.iter().map(|(key, value)| (&**key, value))),
        Value::Variant(variant) => format!("{} ({})", variant.0, constant(&variant.1)),
        other => other.display(),
    }
}

fn fields<'a>(prefix: &str, fields: impl Iterator<Item = (&'a str, &'a Value)>) -> String {
    let fields: Vec<_> = fields.map(|(key, value)| format!("{key}: {}", constant(value))).collect();
    if fields.is_empty() { format!("{prefix}{{}}") } else { format!("{prefix}{{ {} }}", fields.join(", ")) }
}

struct Writer<'a> {
    program: &'a Program,
    out: String,
    /// For [`plain`]: the locals met so far, which are numbered by that.
    plain: Option<Vec<LocalId>>,
}

impl Writer<'_> {
    fn local(&mut self, local: LocalId) -> String {
        let Some(met) = &mut self.plain else { return format!("l{}", local.0) };
        let at = met.iter().position(|known| *known == local).unwrap_or_else(|| {
            met.push(local);
            met.len() - 1
        });
        format!("x{}", at + 1)
    }

    fn slot(&self, slot: Slot) -> String {
        match self.plain {
            Some(_) => super::slot_plain(self.program, slot),
            None => super::slot_text(self.program, slot),
        }
    }

    /// A field of the input is written by its name alone, as in the language.
    fn input_field<'n>(&self, of: ExprId, name: &'n str) -> Option<&'n str> {
        let of_input = self.program.exprs.get(of.0 as usize) == Some(&Expr::Slot(INPUT_SLOT));
        (self.plain.is_some() && of_input).then_some(name)
    }

    fn put(&mut self, text: &str) {
        let mut end = text.len().min(MAX_LENGTH.saturating_sub(self.out.len()));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.out.push_str(text.get(..end).unwrap_or_default());
    }

    /// Writes an expression; in brackets where it stands inside another and is made of parts with blanks between them.
    fn expr(&mut self, id: ExprId, depth: u32, inside: bool) {
        let Some(expr) = self.program.exprs.get(id.0 as usize) else { return self.put(&format!("{id}?")) };
        if depth > MAX_DEPTH || self.out.len() >= MAX_LENGTH {
            return self.put("…");
        }
        let brackets = inside && is_loose(expr);
        if brackets {
            self.put("(");
        }
        self.parts(expr, depth + 1);
        if brackets {
            self.put(")");
        }
    }

    fn parts(&mut self, expr: &Expr, depth: u32) {
        match expr {
            Expr::Const(value) => self.put(&constant(value)),
            Expr::Slot(slot) => self.put(&self.slot(*slot)),
            Expr::Local(local) => {
                let text = self.local(*local);
                self.put(&text);
            }
            Expr::Field { of, name } if self.input_field(*of, name).is_some() => self.put(name),
            Expr::Field { of, name } => {
                self.expr(*of, depth, true);
                self.put(&format!(".{name}"));
            }
            Expr::OptionalField { of, name } => {
                self.expr(*of, depth, true);
                self.put(&format!("?.{name}"));
            }
            Expr::List(items) => {
                self.put("[");
                self.listed(items, depth);
                self.put("]");
            }
            Expr::Record(fields) => self.record(None, fields, depth),
            Expr::Map(fields) => {
                self.put("map ");
                self.record(None, fields, depth);
            }
            Expr::With { base, fields } => self.record(Some(*base), fields, depth),
            Expr::Unary(op, of) => {
                self.put(match op {
                    UnaryOp::Not => "not ",
                    UnaryOp::Neg => "-",
                });
                self.expr(*of, depth, true);
            }
            Expr::Binary(op, left, right) => self.two(binary(*op), *left, *right, depth),
            Expr::And(left, right) => self.two("and", *left, *right, depth),
            Expr::Or(left, right) => self.two("or", *left, *right, depth),
            Expr::Coalesce(left, right) => self.two("??", *left, *right, depth),
            Expr::If(cond, then, or) => {
                for (word, part) in [("if ", cond), (" then ", then), (" else ", or)] {
                    self.put(word);
                    self.expr(*part, depth, true);
                }
            }
            Expr::Template(parts) => self.template(parts, depth),
            Expr::Call(builtin, args) => {
                self.put(&format!("{}(", builtin.name()));
                self.listed(args, depth);
                self.put(")");
            }
            Expr::Lambda { params, body } => {
                let params: Vec<_> = params.iter().map(|param| self.local(*param)).collect();
                match params.as_slice() {
                    [one] => self.put(&format!("{one} => ")),
                    more => self.put(&format!("({}) => ", more.join(", "))),
                }
                self.expr(*body, depth, false);
            }
            Expr::Let { local, value, body } => {
                let name = self.local(*local);
                self.put(&format!("let {name} = "));
                self.expr(*value, depth, true);
                self.put(" in ");
                self.expr(*body, depth, false);
            }
            Expr::Variant { tag, value } => {
                self.put(&format!("{tag} ("));
                self.expr(*value, depth, false);
                self.put(")");
            }
            Expr::IsVariant { of, tag } => {
                self.expr(*of, depth, true);
                self.put(&format!(" is {tag}"));
            }
            Expr::VariantValue(of) => {
                self.put("payload(");
                self.expr(*of, depth, false);
                self.put(")");
            }
            Expr::Fit { value, ty } => {
                self.expr(*value, depth, true);
                // Which record it is has no name of its own where it is anonymous, only an index.
                let ty = super::type_text(ty, &self.program.types);
                self.put(&if self.plain.is_some() { " as its type".to_owned() } else { format!(" as {ty}") });
            }
        }
    }

    fn two(&mut self, op: &str, left: ExprId, right: ExprId, depth: u32) {
        self.expr(left, depth, true);
        self.put(&format!(" {op} "));
        self.expr(right, depth, true);
    }

    fn listed(&mut self, items: &[ExprId], depth: u32) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(", ");
            }
            self.expr(*item, depth, false);
        }
    }

    fn record(&mut self, base: Option<ExprId>, fields: &[(String, ExprId)], depth: u32) {
        if base.is_none() && fields.is_empty() {
            return self.put("{}");
        }
        self.put("{ ");
        if let Some(base) = base {
            self.put("...");
            self.expr(base, depth, true);
        }
        for (index, (name, value)) in fields.iter().enumerate() {
            self.put(if index > 0 || base.is_some() { ", " } else { "" });
            self.put(&format!("{name}: "));
            self.expr(*value, depth, false);
        }
        self.put(" }");
    }

    fn template(&mut self, parts: &[ExprId], depth: u32) {
        self.put("\"");
        for part in parts {
            match self.program.exprs.get(part.0 as usize) {
                Some(Expr::Const(Value::Text(text))) => {
                    let quoted = format!("{text:?}");
                    self.put(quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default());
                }
                _ => {
                    self.put("{{ ");
                    self.expr(*part, depth, false);
                    self.put(" }}");
                }
            }
        }
        self.put("\"");
    }
}

fn is_loose(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Unary(..)
            | Expr::Binary(..)
            | Expr::And(..)
            | Expr::Or(..)
            | Expr::Coalesce(..)
            | Expr::If(..)
            | Expr::Lambda { .. }
            | Expr::Let { .. }
            | Expr::IsVariant { .. }
            | Expr::Fit { .. }
    )
}

fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Eq => "==",
        BinaryOp::NotEq => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEq => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEq => ">=",
        BinaryOp::In => "in",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
    }
}
