//! Texts with holes. What stands in a hole must be something that people can read.

use ntro_grammar::{Span, ast};
use ntro_ir::{Builtin, Expr, ExprId, Value};

use crate::cx::{Cx, Expressions};
use crate::items::Items;
use crate::scope::{Binding, Source};
use crate::ty::Ty;
use crate::unused::elements::Each;

/// Why a type cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum NotShown {
    Nothing,
    Record,
    ListOfRecords,
    Map,
    Handle,
    Outcome,
    Choice,
}

/// Whether people can read a value of a type in a text.
pub(super) fn displayable(items: &Items, ty: &Ty) -> Result<(), NotShown> {
    match ty {
        Ty::Nothing => Err(NotShown::Nothing),
        Ty::Json | Ty::Grid => Err(NotShown::Handle),
        Ty::Map(_) => Err(NotShown::Map),
        Ty::Outcome(_) => Err(NotShown::Outcome),
        Ty::Choice(_) => Err(NotShown::Choice),
        Ty::Anonymous(_) => Err(NotShown::Record),
        Ty::Named(..) if items.fields(ty).is_some() => Err(NotShown::Record),
        Ty::Optional(of) => displayable(items, of),
        Ty::List(of) => displayable(items, of).map_err(|why| match why {
            NotShown::Record => NotShown::ListOfRecords,
            other => other,
        }),
        _ => Ok(()),
    }
}

/// How long a name is that is looked for between braces.
const LONGEST_NAME: usize = 64;

impl Cx<'_> {
    /// The text as one expression.
    pub(super) fn text(&mut self, template: &ast::Template) -> ExprId {
        self.warn_of_single_braces(template.span);
        self.hint_at_dollars(template.span);
        if let Some(plain) = template.plain() {
            return self.push(Expr::Const(Value::text(plain)), template.span);
        }
        self.parts(&template.parts, template.span)
    }

    /// `{name}` and `${name}` are shown as they stand, and mean a hole in other languages.
    fn warn_of_single_braces(&mut self, span: Span) {
        let Some(file) = self.items.file(self.file) else { return };
        let source = file.text.get(span.start as usize..span.end as usize).unwrap_or("");
        let mut found = Vec::new();
        for at in memchr::memchr_iter(b'{', source.as_bytes()) {
            let (before, rest) = (source.get(..at).unwrap_or(""), source.get(at + 1..).unwrap_or(""));
            // A name is looked for no further than it may be long, or a text of braces would take the square of its length.
            let Some(end) = rest.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b'}') else { continue };
            let path = rest.get(..end).unwrap_or("");
            let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
            let name = path.split('.').next().unwrap_or("");
            if plain && !before.ends_with(['{', '\\']) && self.scope.get(name).is_some() {
                let from = at - usize::from(before.ends_with('$'));
                found.push((from, at + path.len() + 2, path));
            }
        }
        for (from, to, path) in found {
            let place = |offset: usize| span.start + u32::try_from(offset).unwrap_or(0);
            let here = Span::new(place(from), place(to));
            let ours = format!("{{{{ {path} }}}}");
            let message = format!("`{}` is shown as it stands, without a value.", source.get(from..to).unwrap_or(path));
            let edit = crate::diagnostic::Edit { place: self.items.place(self.file, here), text: ours.clone() };
            let new = self.report("N0135", here, message, "not a hole".into(), format!("Write `{ours}`."));
            new.level = crate::diagnostic::Level::Warning;
            new.fix.push(edit);
        }
    }

    /// `${{ name }}` shows a `$` before the value; in other languages it belongs to the hole.
    fn hint_at_dollars(&mut self, span: Span) {
        let Some(file) = self.items.file(self.file) else { return };
        let source = file.text.get(span.start as usize..span.end as usize).unwrap_or("");
        if memchr::memchr(b'$', source.as_bytes()).is_none() {
            return;
        }
        let last = source.rfind("}}").unwrap_or(0);
        let found: Vec<(u32, String)> = source
            .match_indices("${{")
            .take_while(|(at, _)| at + 3 <= last)
            .filter_map(|(at, _)| {
                let hole: String = source.get(at + 3..)?.chars().take(LONGEST_NAME).collect();
                let hole = hole.split_once("}}").map_or(hole.as_str(), |(hole, _)| hole);
                Some((span.start + u32::try_from(at).unwrap_or(0), hole.trim().chars().take(40).collect()))
            })
            .collect();
        for (at, hole) in found {
            let here = Span::new(at, at + 1);
            let edit = crate::diagnostic::Edit { place: self.items.place(self.file, here), text: String::new() };
            let help = format!(
                "Remove it: `{{{{ {hole} }}}}` alone shows the value. For dollars write `{{{{ {hole} }}}} USD`."
            );
            let message = "This `$` is shown as it stands, before the value.";
            let new = self.report("N0135", here, message.into(), "shown too".into(), help);
            new.level = crate::diagnostic::Level::Hint;
            // It may be the sign of a currency: a person decides.
            new.certain = false;
            new.fix.push(edit);
        }
    }

    fn parts(&mut self, parts: &[ast::TemplatePart], span: Span) -> ExprId {
        let mut ids = Vec::new();
        for part in parts {
            ids.push(match part {
                ast::TemplatePart::Text(text) => self.push(Expr::Const(Value::text(text.as_str())), span),
                ast::TemplatePart::Expr(expr) => self.hole(expr),
                ast::TemplatePart::For { name, list, parts, span } => self.each(name, list, parts, *span),
                ast::TemplatePart::If { arms, otherwise, span } => self.choose(arms, otherwise, *span),
            });
        }
        self.push(Expr::Template(ids), span)
    }

    fn hole(&mut self, expr: &ast::Expr) -> ExprId {
        let typed = self.infer(expr, None);
        if let Err(why) = displayable(self.items, &typed.ty) {
            self.not_shown(&typed.ty, why, expr);
        }
        typed.id
    }

    fn not_shown(&mut self, ty: &Ty, why: NotShown, at: &ast::Expr) {
        let source = self.source_or_dots(at.span);
        let field = |of: &Ty| {
            let fields = self.items.fields(&of.present()).unwrap_or_default();
            fields
                .into_iter()
                .find(|(_, ty)| displayable(self.items, ty).is_ok())
                .map_or("id".to_owned(), |(name, _)| name)
        };
        let dot = if ty.may_be_none() { "?." } else { "." };
        let help = match (why, ty.present()) {
            // `{{{ name }}}`
            (NotShown::Record, Ty::Anonymous(_)) if source.starts_with('{') => {
                let value = source.trim_matches(['{', '}', ' ']);
                format!("Write two braces on each side: `{{{{ {value} }}}}`.")
            }
            (NotShown::Record, of) => format!("Name one of its fields: `{{{{ {source}{dot}{} }}}}`.", field(&of)),
            (NotShown::ListOfRecords, Ty::List(of)) => format!(
                "Go through them (`{{% for x in {source} %}} {{{{ x.{0} }}}} {{% endfor %}}`), or join one field (`{source}.map(x => x.{0}).join(\", \")`).",
                field(&of)
            ),
            (NotShown::Map, _) => format!("Look a key up (`{source}.at(\"…\")`), or go through `{source}.keys()`."),
            (NotShown::Outcome, _) => {
                format!("Look at both cases: `match {source} {{ ok (v) => …, failed (e) => e.message }}`.")
            }
            (NotShown::Choice, _) => format!("Look at what came: `match {source} {{ … }}`."),
            (NotShown::Handle, _) => "Give it to a capability that answers with a text.".to_owned(),
            _ => "Show something that has a value.".to_owned(),
        };
        let shown = self.items.show(ty);
        let message = match why {
            NotShown::Nothing => "This has no value that could be shown.".to_owned(),
            _ => format!("`{shown}` cannot be shown in a text."),
        };
        self.report("N0316", at.span, message, format!("this is {shown}"), help);
    }

    /// `{% for x in xs %}`: the texts of the elements, one after the other.
    fn each(&mut self, name: &ast::Name, list: &ast::Expr, parts: &[ast::TemplatePart], span: Span) -> ExprId {
        let of = self.infer(list, None);
        let element = match &of.ty {
            Ty::List(element) => (**element).clone(),
            Ty::Error => Ty::Error,
            ty if ty.may_be_none() => self.may_be_none(&of.ty, list, None).ty,
            ty => {
                let message = format!("`for` goes through a list, and this is `{}`.", self.items.show(ty));
                let help = "Name a list after `in`; of a map, `keys()` or `values()`.";
                self.wrong("N0302", list.span, message, "not a list", help).ty
            }
        };
        let local = self.new_local();
        self.scope.push();
        self.note_type(name.span, &element);
        self.scope.declare(&name.text, Binding::new(Source::Local(local), element, name.span));
        let from = self.program.exprs.len();
        let body = self.parts(parts, span);
        self.scope.pop();
        if !self.reads_local(from, local) {
            self.unused_element(name, Each::Loop);
        }
        let each = self.push(Expr::Lambda { params: vec![local], body }, span);
        let texts = self.push(Expr::Call(Builtin::Map, vec![of.id, each]), span);
        let nothing = self.push(Expr::Const(Value::text("")), span);
        self.push(Expr::Call(Builtin::Join, vec![texts, nothing]), span)
    }

    /// `{% if a %} … {% elif b %} … {% else %} … {% endif %}`
    fn choose(
        &mut self,
        arms: &[(ast::Expr, Vec<ast::TemplatePart>)],
        otherwise: &[ast::TemplatePart],
        span: Span,
    ) -> ExprId {
        let mut lowered = Vec::new();
        // Each arm stands where all conditions before it are false, so what these prove holds from there on.
        for (cond, parts) in arms {
            let (cond, facts) = self.condition(cond);
            self.scope.push();
            self.narrow_all(facts.when_true);
            let text = self.parts(parts, span);
            self.scope.pop();
            lowered.push((cond.id, text));
            self.scope.push();
            self.narrow_all(facts.when_false);
        }
        let mut id = self.parts(otherwise, span);
        for (cond, text) in lowered.into_iter().rev() {
            self.scope.pop();
            id = self.push(Expr::If(cond, text, id), span);
        }
        id
    }
}
