//! Input, configuration and output: fields that came, went, or hold something else.

use ntro_ir::listing::{type_text, value_text};
use ntro_ir::{FieldDef, Program, Type, TypeDef};

use super::{About, Changes, Weight};

/// How deep records in records are looked into.
const DEPTH: usize = 8;
/// How many fields are compared in all.
const MOST: usize = 5_000;

pub(super) fn compare(changes: &mut Changes<'_>) {
    let (old, new) = (changes.old, changes.new);
    for (about, place, was, now) in [
        (About::Input, "input", Type::Named(old.input), Type::Named(new.input)),
        (About::Config, "config", Type::Named(old.config), Type::Named(new.config)),
        (About::Output, "output", old.output.clone(), new.output.clone()),
    ] {
        let mut shapes = Shapes { changes, about, place, left: MOST };
        shapes.types(&was, &now, "", DEPTH);
    }
}

/// A type for people: records without a name are told by their fields.
fn written(ty: &Type, program: &Program) -> String {
    match fields(ty, program) {
        Some(fields) if matches!(ty, Type::Named(id) if program.types.get(*id as usize).is_some_and(|def| def.name().is_empty())) =>
        {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            format!("{{ {} }}", names.join(", "))
        }
        _ => type_text(ty, &program.types),
    }
}

fn fields<'p>(ty: &Type, program: &'p Program) -> Option<&'p [FieldDef]> {
    let Type::Named(id) = ty else { return None };
    match program.types.get(*id as usize)? {
        TypeDef::Record(record) => Some(&record.fields),
        TypeDef::Enum(_) => None,
    }
}

fn values<'p>(ty: &Type, program: &'p Program) -> Option<&'p [String]> {
    let Type::Named(id) = ty else { return None };
    match program.types.get(*id as usize)? {
        TypeDef::Enum(def) => Some(&def.values),
        TypeDef::Record(_) => None,
    }
}

fn may_lack(field: &FieldDef) -> bool {
    field.default.is_some() || matches!(field.ty, Type::Optional(_))
}

struct Shapes<'c, 'a> {
    changes: &'c mut Changes<'a>,
    about: About,
    place: &'static str,
    left: usize,
}

impl Shapes<'_, '_> {
    fn say(&mut self, weight: Weight, message: String) {
        let (about, place) = (self.about, self.place);
        self.changes.add(weight, about, place, message);
    }

    /// Both types at one place; `path` is the field's, empty for the whole.
    fn types(&mut self, was: &Type, now: &Type, path: &str, depth: usize) {
        self.left = self.left.saturating_sub(1);
        if depth == 0 || self.left == 0 {
            return;
        }
        let (old, new) = (self.changes.old, self.changes.new);
        if let (Some(a), Some(b)) = (fields(was, old), fields(now, new)) {
            return self.records(a, b, path, depth);
        }
        if let (Some(a), Some(b)) = (values(was, old), values(now, new)) {
            return self.enumerations(a, b, path);
        }
        match (was, now) {
            (Type::List(a), Type::List(b)) => self.types(a, b, &format!("{path}[]"), depth - 1),
            (Type::Map(a), Type::Map(b)) => self.types(a, b, &format!("{path}{{}}"), depth - 1),
            (Type::Optional(a), Type::Optional(b)) | (Type::Outcome(a), Type::Outcome(b)) => {
                self.types(a, b, path, depth - 1);
            }
            (a, Type::Optional(b)) if self.about != About::Output => {
                self.say(Weight::Changes, format!("{} may be left out", called(path)));
                self.types(a, b, path, depth - 1);
            }
            (Type::Optional(a), b) if self.about == About::Output => {
                self.say(Weight::Changes, format!("{} is always there", called(path)));
                self.types(a, b, path, depth - 1);
            }
            (a, b) if a == b && !matches!(a, Type::Named(_)) => {}
            (a, b) => {
                let (was, now) = (written(a, old), written(b, new));
                let message = match (a, b) {
                    (Type::Nothing, _) => format!("there is one now, {now}"),
                    (_, Type::Nothing) => format!("there is none any more; it was {was}"),
                    _ => format!("{} is {now}, no longer {was}", called(path)),
                };
                self.say(Weight::Breaks, message);
            }
        }
    }

    fn records(&mut self, was: &[FieldDef], now: &[FieldDef], path: &str, depth: usize) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let output = self.about == About::Output;
        for field in was {
            let path = below(&field.name);
            let Some(same) = now.iter().find(|other| other.name == field.name) else {
                let message =
                    if output { format!("`{path}` is no longer there") } else { format!("`{path}` is no longer read") };
                self.say(Weight::Breaks, message);
                continue;
            };
            self.types(&field.ty, &same.ty, &path, depth - 1);
            if field.default != same.default && !output {
                let text = |field: &FieldDef| field.default.as_ref().map(value_text);
                match (text(field), text(same)) {
                    (Some(a), Some(b)) => {
                        self.say(Weight::Changes, format!("`{path}` is {b} where nothing is said, no longer {a}"))
                    }
                    (None, Some(b)) => self.say(Weight::Changes, format!("`{path}` is {b} where nothing is said")),
                    (Some(a), None) if may_lack(same) => {
                        self.say(Weight::Changes, format!("`{path}` is none where nothing is said, no longer {a}"));
                    }
                    (Some(_), None) => self.say(Weight::Breaks, format!("`{path}` has to be given now")),
                    (None, None) => {}
                }
            }
        }
        let new = self.changes.new;
        for field in now.iter().filter(|field| was.iter().all(|other| other.name != field.name)) {
            let (path, ty) = (below(&field.name), written(&field.ty, new));
            match (output, may_lack(field)) {
                (true, _) => self.say(Weight::Changes, format!("`{path}` is there too ({ty})")),
                (false, true) => self.say(Weight::Changes, format!("`{path}` may be given ({ty})")),
                (false, false) => self.say(Weight::Breaks, format!("`{path}` has to be given now ({ty})")),
            }
        }
    }

    fn enumerations(&mut self, was: &[String], now: &[String], path: &str) {
        let missing = |from: &[String], of: &[String]| {
            let gone: Vec<String> = from.iter().filter(|value| !of.contains(value)).map(|v| format!("`{v}`")).collect();
            (!gone.is_empty()).then(|| gone.join(", "))
        };
        let output = self.about == About::Output;
        if let Some(gone) = missing(was, now) {
            let weight = if output { Weight::Changes } else { Weight::Breaks };
            self.say(weight, format!("{} can no longer be {gone}", called(path)));
        }
        if let Some(come) = missing(now, was) {
            let weight = if output { Weight::Breaks } else { Weight::Changes };
            self.say(weight, format!("{} can be {come} too", called(path)));
        }
    }
}

fn called(path: &str) -> String {
    if path.is_empty() { "it".to_owned() } else { format!("`{path}`") }
}
