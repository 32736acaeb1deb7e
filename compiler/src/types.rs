//! Written types, how types are shown, and which value may stand where.

use std::sync::Arc;

use ntro_grammar::ast;

use crate::currency;
use crate::diagnostic::{Diagnostic, Place};
use crate::items::{Def, DefKind, FileId, Items, Param};
use crate::suggest::did_you_mean;
use crate::ty::Ty;

/// How a type is shown that is not known because of a mistake that was reported. No message with it is ever told.
pub(crate) const NOT_KNOWN: &str = "something unknown";

/// How deep a written type may nest.
const MAX_DEPTH: u32 = 32;

/// The types of the language that take no argument.
const PLAIN: &[(&str, Ty)] = &[
    ("bool", Ty::Bool),
    ("currency", Ty::Currency),
    ("date", Ty::Date),
    ("datetime", Ty::DateTime),
    ("decimal", Ty::Decimal),
    ("duration", Ty::Duration),
    ("file", Ty::File),
    ("Grid", Ty::Grid),
    ("int", Ty::Int),
    ("json", Ty::Json),
    ("money", Ty::Money(None)),
    ("period", Ty::Period),
    ("text", Ty::Text),
];

/// Whether a type of this name is one of the language's own.
pub(crate) fn is_of_the_language(name: &str) -> bool {
    matches!(name, "list" | "map" | "outcome") || PLAIN.iter().any(|(word, _)| *word == name)
}

/// Words of other languages, and what they are called here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("string", "text"),
    ("str", "text"),
    ("number", "decimal"),
    ("float", "decimal"),
    ("double", "decimal"),
    ("integer", "int"),
    ("boolean", "bool"),
    ("array", "list"),
    ("dict", "map"),
    ("record", "map"),
    ("hash", "map"),
    ("set", "list"),
    ("char", "text"),
    ("long", "int"),
    ("bigint", "int"),
    ("varchar", "text"),
    ("uuid", "text"),
    ("percent", "decimal"),
    ("instant", "datetime"),
    ("object", "json"),
    ("any", "json"),
    ("timestamp", "datetime"),
    ("time", "datetime"),
    ("month", "period"),
    ("document", "file"),
    ("grid", "Grid"),
];

/// Where a written type stands.
pub(crate) struct TypeCx<'a> {
    /// All declarations.
    pub items: &'a Items,
    /// The file at hand.
    pub file: FileId,
    /// The type parameters in sight.
    pub params: &'a [String],
    /// What is wrong.
    pub out: &'a mut Vec<Diagnostic>,
}

impl TypeCx<'_> {
    /// The type that was written; what is wrong is reported once and gives [`Ty::Error`].
    pub(crate) fn resolve(&mut self, written: &ast::TypeExpr) -> Ty {
        self.resolve_at(written, 0)
    }

    fn resolve_at(&mut self, written: &ast::TypeExpr, depth: u32) -> Ty {
        if depth > MAX_DEPTH {
            self.report(
                "N0210",
                written,
                "This type is nested more than 32 deep.".into(),
                "nested too deep",
                "Give the inner part a name of its own: `type Inner { … }`.".into(),
            );
            return Ty::Error;
        }
        match &written.kind {
            ast::TypeKind::Missing => Ty::Error,
            ast::TypeKind::Optional(of) => Ty::optional(self.resolve_at(of, depth + 1)),
            ast::TypeKind::Named { name, .. } if name.is_missing() => Ty::Error,
            ast::TypeKind::Named { name, args } => self.named(written, &name.text, args, depth),
        }
    }

    fn named(&mut self, written: &ast::TypeExpr, name: &str, args: &[ast::TypeExpr], depth: u32) -> Ty {
        if self.params.iter().any(|param| param == name) {
            return Ty::Param(name.into());
        }
        if name == "money" && !args.is_empty() {
            return self.money(written, args);
        }
        if let Some((_, ty)) = PLAIN.iter().find(|(word, _)| *word == name) {
            let right = self.count(written, name, args, 0);
            return if right { ty.clone() } else { Ty::Error };
        }
        if matches!(name, "list" | "map" | "outcome") {
            if !self.count(written, name, args, 1) {
                return Ty::Error;
            }
            let of = Arc::new(args.first().map_or(Ty::Error, |arg| self.resolve_at(arg, depth + 1)));
            return match name {
                "list" => Ty::List(of),
                "map" => Ty::Map(of),
                _ => Ty::Outcome(of),
            };
        }
        let Some(id) = self.items.type_named(self.file, name) else {
            self.unknown(written, name);
            return Ty::Error;
        };
        let wanted = self.items.def(id).map_or(0, |def| def.type_params.len());
        if !self.count(written, name, args, wanted) {
            return Ty::Error;
        }
        Ty::Named(id, args.iter().map(|arg| self.resolve_at(arg, depth + 1)).collect())
    }

    fn money(&mut self, written: &ast::TypeExpr, args: &[ast::TypeExpr]) -> Ty {
        if !self.count(written, "money", args, 1) {
            return Ty::Error;
        }
        let code = match args.first().map(|arg| &arg.kind) {
            Some(ast::TypeKind::Named { name, args }) if args.is_empty() => name.text.as_str(),
            _ => "",
        };
        match currency::known(code) {
            Some(currency) => Ty::Money(Some(currency)),
            None if code.is_empty() => Ty::Error,
            None => {
                let span = args.first().map_or(written.span, |arg| arg.span);
                self.out.push(currency::unknown(code, self.items.place(self.file, span)));
                Ty::Error
            }
        }
    }

    fn count(&mut self, written: &ast::TypeExpr, name: &str, args: &[ast::TypeExpr], wanted: usize) -> bool {
        if args.len() == wanted {
            return true;
        }
        let example = match (name, wanted) {
            (_, 0) => format!("Write `{name}` alone."),
            ("list" | "map" | "outcome", _) => format!("Say of what: `{name}<text>`."),
            _ => format!("Say of what: `{name}<Row>`."),
        };
        let message = match wanted {
            0 => format!("`{name}` takes no type in `<…>`."),
            1 => format!("`{name}` needs one type in `<…>`."),
            _ => format!("`{name}` needs {wanted} types in `<…>`."),
        };
        self.report("N0204", written, message, "this type", example);
        false
    }

    fn unknown(&mut self, written: &ast::TypeExpr, name: &str) {
        if self.items.is_broken_import(self.file, name) {
            return;
        }
        if self.items.signal(self.file, name).is_some() {
            let message = format!("`{name}` is a signal, and no type.");
            let help = format!(
                "Declare a type with the same fields, `type NAME {{ … }}`, and use it here; `on {name}` gives the fields of one that came."
            );
            return self.report("N0203", written, message, "a signal", help);
        }
        if let Some(ours) = self.foreign_generic(written, name, 0) {
            let place = self.items.place(self.file, written.span);
            let message = format!("There is no type `{name}` here.");
            let help = format!("Write `{ours}`.");
            self.out.push(Diagnostic::error("N0203", place.clone(), message, "not a type", help).edit(place, ours));
            return;
        }
        let own_word = OTHER_WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(_, ours)| *ours);
        let help = match own_word {
            Some(ours) => format!("Here it is called `{ours}`."),
            None => {
                let known = PLAIN.iter().map(|(word, _)| (*word).to_owned());
                let known = known.chain(["list".to_owned(), "map".to_owned()]).chain(self.items.type_names(self.file));
                let near = did_you_mean(name, known);
                match (near.is_empty(), declared_elsewhere(self.items, name)) {
                    (true, Some(path)) => {
                        let from = relative(self.items.path(self.file), &path);
                        format!(
                            "It is declared in another file: write `import {{ {name} }} from \"{from}\"` at the top."
                        )
                    }
                    (true, None) => format!("Declare it: `type {name} {{ … }}`, or import it from the file that does."),
                    (false, _) => near.trim().to_owned(),
                }
            }
        };
        let place = self.items.place(self.file, written.span);
        let message = format!("There is no type `{name}` here.");
        let new = Diagnostic::error("N0203", place.clone(), message, "not a type", help);
        self.out.push(match own_word {
            Some(ours) if matches!(&written.kind, ast::TypeKind::Named { args, .. } if args.is_empty()) => {
                new.edit(place, ours)
            }
            _ => new,
        });
    }

    /// `Optional<String>`, `Dict<str, int>` and their like as we write them.
    fn foreign_generic(&self, written: &ast::TypeExpr, name: &str, depth: usize) -> Option<String> {
        let ast::TypeKind::Named { args, .. } = &written.kind else { return None };
        let of = |arg: &ast::TypeExpr| {
            let text = &self.items.file(self.file)?.text;
            let source = text.get(arg.span.start as usize..arg.span.end as usize)?;
            let word = OTHER_WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(source));
            let inner = match &arg.kind {
                ast::TypeKind::Named { name, args, .. } if !args.is_empty() && depth < 4 => {
                    self.foreign_generic(arg, &name.text, depth + 1)
                }
                _ => None,
            };
            inner.or_else(|| Some(word.map_or(source, |(_, ours)| *ours).to_owned()))
        };
        match (name.to_ascii_lowercase().as_str(), args.as_slice()) {
            ("list" | "array" | "set" | "seq" | "sequence" | "vec" | "arraylist", [one]) => {
                Some(format!("list<{}>", of(one)?))
            }
            ("map" | "dict" | "hashmap" | "record", [one] | [_, one]) => Some(format!("map<{}>", of(one)?)),
            ("optional" | "option" | "maybe" | "nullable", [one]) => {
                let inner = of(one)?;
                Some(if inner.ends_with('?') { inner } else { format!("{inner}?") })
            }
            _ => None,
        }
    }

    #[cold]
    fn report(&mut self, code: &'static str, at: &ast::TypeExpr, message: String, label: &str, help: String) {
        let place: Place = self.items.place(self.file, at.span);
        self.out.push(Diagnostic::error(code, place, message, label, help));
    }
}

/// The file that declares a type, where another one does.
fn declared_elsewhere(items: &Items, name: &str) -> Option<String> {
    items.defs.iter().find(|def| def.name == name).map(|def| items.path(def.file).to_owned())
}

/// The path from one file to another as an import writes it.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let folders = from.len().saturating_sub(1).min(to.len().saturating_sub(1));
    let same = from.iter().zip(&to).take(folders).take_while(|(a, b)| a == b).count();
    let up = from.len().saturating_sub(1).saturating_sub(same);
    let mut path = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    path.push_str(&to.iter().skip(same).copied().collect::<Vec<_>>().join("/"));
    path
}

/// How many fields of a record without a name are shown.
const MOST_FIELDS: usize = 6;
/// How many bytes its fields take together.
const LONGEST_SHOWN: usize = 90;
/// How many bytes the type of one of them takes.
const LONGEST_INNER: usize = 32;
/// How many words of a choice are shown.
const MOST_WORDS: usize = 8;

/// "one of a, b"
fn one_of<'w>(words: impl ExactSizeIterator<Item = &'w str>) -> String {
    let more = if words.len() > MOST_WORDS { ", …" } else { "" };
    let words: Vec<&str> = words.take(MOST_WORDS).collect();
    format!("one of {}{more}", words.join(", "))
}

impl Items {
    /// How a type is written.
    #[cold]
    pub(crate) fn show(&self, ty: &Ty) -> String {
        match ty {
            Ty::Error => NOT_KNOWN.into(),
            Ty::Nothing => "nothing".into(),
            Ty::NoneLit => "none".into(),
            Ty::Unknown => "anything".into(),
            Ty::Money(Some(currency)) => format!("money<{currency}>"),
            Ty::List(of) => format!("list<{}>", self.show(of)),
            Ty::Map(of) => format!("map<{}>", self.show(of)),
            Ty::Outcome(of) => format!("outcome<{}>", self.show(of)),
            Ty::Optional(of) => format!("{}?", self.show(of)),
            Ty::Param(name) => name.to_string(),
            Ty::Named(id, args) => {
                let name = self.def(*id).map_or("?", |def| def.name.as_str());
                if args.is_empty() {
                    return name.to_owned();
                }
                let args: Vec<String> = args.iter().map(|arg| self.show(arg)).collect();
                format!("{name}<{}>", args.join(", "))
            }
            Ty::Anonymous(fields) => self.show_fields(fields),
            Ty::Choice(arms) => one_of(arms.iter().map(|(name, _)| name.as_str())),
            Ty::Words(words) => one_of(words.iter().map(String::as_str)),
            plain => PLAIN.iter().find(|(_, ty)| ty == plain).map_or("?", |(word, _)| word).into(),
        }
    }

    /// The first fields of a record without a name. What is in them is shown where it is short: a type should be seen at a glance.
    fn show_fields(&self, fields: &[(String, Ty)]) -> String {
        let mut shown = Vec::new();
        let mut length = 0;
        for (name, ty) in fields.iter().take(MOST_FIELDS) {
            let inner = self.show(ty);
            let inner = if inner.len() > LONGEST_INNER { "…".to_owned() } else { inner };
            let field = format!("{name}: {inner}");
            length += field.len() + 2;
            if length > LONGEST_SHOWN && !shown.is_empty() {
                break;
            }
            shown.push(field);
        }
        let more = if fields.len() > shown.len() { ", …" } else { "" };
        format!("{{ {}{more} }}", shown.join(", "))
    }

    /// The declared fields of a record type, type parameters filled in; `None` for anything else.
    pub(crate) fn record(&self, ty: &Ty) -> Option<(&Def, Vec<Param>)> {
        let Ty::Named(id, args) = ty else { return None };
        let def = self.def(*id)?;
        let DefKind::Record(fields) = &def.kind else { return None };
        let filled = fields.iter().map(|field| Param { ty: field.ty.with(&def.type_params, args), ..field.clone() });
        Some((def, filled.collect()))
    }

    /// The names and types of the fields of a record; `None` for anything else.
    pub(crate) fn fields(&self, ty: &Ty) -> Option<Vec<(String, Ty)>> {
        match ty {
            Ty::Anonymous(fields) => Some(fields.to_vec()),
            Ty::Named(id, args) => {
                let def = self.def(*id)?;
                let DefKind::Record(fields) = &def.kind else { return None };
                Some(fields.iter().map(|f| (f.name.clone(), f.ty.with(&def.type_params, args))).collect())
            }
            _ => None,
        }
    }

    /// The type of one field of a record.
    pub(crate) fn field(&self, ty: &Ty, name: &str) -> Option<Ty> {
        match ty {
            Ty::Anonymous(fields) => fields.iter().find(|(field, _)| field == name).map(|(_, ty)| ty.clone()),
            Ty::Named(id, args) => {
                let def = self.def(*id)?;
                let DefKind::Record(fields) = &def.kind else { return None };
                fields.iter().find(|f| f.name == name).map(|f| f.ty.with(&def.type_params, args))
            }
            _ => None,
        }
    }

    /// The values of an enumeration; `None` for anything else.
    pub(crate) fn enum_values(&self, ty: &Ty) -> Option<Vec<String>> {
        match ty {
            Ty::Words(words) => Some(words.to_vec()),
            Ty::Named(id, _) => match &self.def(*id)?.kind {
                DefKind::Enum(values) => Some(values.clone()),
                DefKind::Record(_) => None,
            },
            _ => None,
        }
    }

    /// Whether a value of `from` may stand where `to` is expected.
    pub(crate) fn fits(&self, from: &Ty, to: &Ty) -> bool {
        match (from, to) {
            (Ty::Error, _) | (_, Ty::Error) | (Ty::Unknown, _) => true,
            (Ty::NoneLit, Ty::Optional(_) | Ty::NoneLit) => true,
            (Ty::Optional(a), Ty::Optional(b)) => self.fits(a, b),
            (Ty::Nothing | Ty::NoneLit | Ty::Optional(_), _) => from == to,
            (from, Ty::Optional(b)) => self.fits(from, b),
            (Ty::Money(_), Ty::Money(None)) => true,
            (from, Ty::Json) => self.is_data(from, 0),
            (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) | (Ty::Outcome(a), Ty::Outcome(b)) => self.fits(a, b),
            (Ty::Named(a, x), Ty::Named(b, y)) => {
                a == b && x.len() == y.len() && x.iter().zip(y.iter()).all(|(x, y)| self.fits(x, y))
            }
            (Ty::Anonymous(a), Ty::Anonymous(b)) => {
                let other = |name: &str| b.iter().find(|(field, _)| field == name);
                a.len() == b.len() && a.iter().all(|(name, ty)| other(name).is_some_and(|(_, to)| self.fits(ty, to)))
            }
            (Ty::Anonymous(given), Ty::Named(..)) => match self.record(to) {
                Some((_, fields)) => self.anonymous_fits(given, &fields),
                None => false,
            },
            _ => from == to,
        }
    }

    fn anonymous_fits(&self, given: &[(String, Ty)], fields: &[Param]) -> bool {
        let named = |name: &str| given.iter().find(|(field, _)| field == name);
        let all_there = fields.iter().all(|field| match named(&field.name) {
            Some((_, ty)) => self.fits(ty, &field.ty),
            None => field.default.is_some() || field.ty.may_be_none(),
        });
        all_there && given.iter().all(|(name, _)| fields.iter().any(|field| field.name == *name))
    }

    /// Whether values of a type can be written as JSON.
    fn is_data(&self, ty: &Ty, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        match ty {
            Ty::Nothing | Ty::Param(_) | Ty::Choice(_) => false,
            Ty::List(of) | Ty::Map(of) | Ty::Optional(of) | Ty::Outcome(of) => self.is_data(of, depth + 1),
            Ty::Anonymous(fields) => fields.iter().all(|(_, ty)| self.is_data(ty, depth + 1)),
            _ => true,
        }
    }

    /// The type of either of two values; `None` where they have nothing in common.
    pub(crate) fn join(&self, a: &Ty, b: &Ty) -> Option<Ty> {
        match (a, b) {
            (Ty::Error, _) | (_, Ty::Error) => Some(Ty::Error),
            (Ty::Nothing, Ty::Nothing) => Some(Ty::Nothing),
            (Ty::Nothing, _) | (_, Ty::Nothing) => None,
            (Ty::Money(x), Ty::Money(y)) => Some(Ty::Money(if x == y { *x } else { None })),
            (Ty::NoneLit, other) | (other, Ty::NoneLit) => Some(Ty::optional(other.clone())),
            (Ty::Optional(x), Ty::Optional(y)) => self.join(x, y).map(Ty::optional),
            (Ty::Optional(x), y) | (y, Ty::Optional(x)) => self.join(x, y).map(Ty::optional),
            (Ty::List(x), Ty::List(y)) => self.join(x, y).map(Ty::list),
            (Ty::Json, _) | (_, Ty::Json) => (a == b).then_some(Ty::Json),
            _ if self.fits(a, b) => Some(b.clone()),
            _ if self.fits(b, a) => Some(a.clone()),
            _ => None,
        }
    }

    /// Whether a value that was checked against `from` must be reshaped at run time to be one of `to`: an anonymous record gets the fields and
    /// the order of its type, and data becomes JSON.
    pub(crate) fn needs_fit(&self, from: &Ty, to: &Ty) -> bool {
        match (from, to) {
            (Ty::Json, Ty::Json) | (Ty::Unknown | Ty::Error, _) => false,
            (Ty::NoneLit, _) => false,
            (Ty::Optional(a), Ty::Optional(b)) => self.needs_fit(a, b),
            (from, Ty::Optional(b)) => self.needs_fit(from, b),
            (_, Ty::Json) => true,
            (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) | (Ty::Outcome(a), Ty::Outcome(b)) => {
                self.needs_fit(a, b)
            }
            (Ty::Named(_, a), Ty::Named(_, b)) => a.iter().zip(b.iter()).any(|(a, b)| self.needs_fit(a, b)),
            (Ty::Anonymous(_), Ty::Named(..)) => true,
            (Ty::Anonymous(a), Ty::Anonymous(b)) => a != b,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn an_import_path_leads_from_one_file_to_another() {
        assert_eq!(relative("main.ntro", "types.ntro"), "./types.ntro");
        assert_eq!(relative("a/main.ntro", "a/types.ntro"), "./types.ntro");
        assert_eq!(relative("a/main.ntro", "types.ntro"), "../types.ntro");
        assert_eq!(relative("a/b/main.ntro", "a/c/types.ntro"), "../c/types.ntro");
    }
}
