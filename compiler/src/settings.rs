//! What `ntro.yaml` says of the configuration of runbooks: that there is such a runbook, that it has such a setting, and that the value fits.
//!
//! The compiler reads no YAML. Its host does, and gives each value with its place; the words are made here, as for all else that is wrong.

use ntro_ir::json::{JsonLimits, from_json};
use ntro_ir::{FieldDef, Program, Type, TypeDef};
use serde_json::Value as Json;

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::suggest::{name_list, nearest};
use crate::{Checked, Compiled};

/// The configuration of one runbook in one section of the settings: for everybody, for a tenant, or for an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The runbook that it names.
    pub runbook: String,
    /// Where it names it.
    pub place: Place,
    /// The values.
    pub fields: Vec<Field>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The setting that it is for.
    pub name: String,
    /// Where its name stands.
    pub name_place: Place,
    /// What it says.
    pub value: Json,
    /// Where that stands.
    pub value_place: Place,
}

/// Checks sections against the runbooks of the project.
pub fn check(checked: &Checked, sections: &[Section]) -> Vec<Diagnostic> {
    // A runbook with mistakes is not among those that compile. Whether one that is not there is one of those, nobody can tell, and
    // one mistake gets one message.
    let broken = checked.diagnostics.iter().any(|found| found.level == Level::Error);
    let mut found = Vec::new();
    for section in sections {
        match checked.runbooks.get(&section.runbook) {
            Some(compiled) => fields(compiled, section, &mut found),
            None if broken => {}
            None => found.push(unknown_runbook(checked, section)),
        }
    }
    found
}

fn fields(compiled: &Compiled, section: &Section, found: &mut Vec<Diagnostic>) {
    let program = &compiled.program;
    let known = config_fields(program);
    for field in &section.fields {
        let Some(def) = known.iter().find(|def| def.name == field.name) else {
            found.push(unknown_field(program, known, field));
            continue;
        };
        if let Err(why) = from_json(&field.value, &def.ty, &program.types, JsonLimits::default()) {
            found.push(misfit(program, def, field, &why.to_string()));
        }
    }
}

fn config_fields(program: &Program) -> &[FieldDef] {
    match program.types.get(program.config as usize) {
        Some(TypeDef::Record(record)) => &record.fields,
        _ => &[],
    }
}

fn unknown_runbook(checked: &Checked, section: &Section) -> Diagnostic {
    let names: Vec<String> = checked.runbooks.keys().cloned().collect();
    let help = match nearest(&section.runbook, names.iter().cloned()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None if names.is_empty() => {
            "This project has none. What a runbook is given is said where it stands.".to_owned()
        }
        None => format!("There is {}. One that is deployed from elsewhere has its settings there.", name_list(&names)),
    };
    let message = format!("There is no runbook `{}` in this project.", section.runbook);
    Diagnostic::error("N0611", section.place.clone(), message, "no such runbook", help)
}

fn unknown_field(program: &Program, known: &[FieldDef], field: &Field) -> Diagnostic {
    let names: Vec<String> = known.iter().map(|def| def.name.clone()).collect();
    let help = match nearest(&field.name, names.iter().cloned()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None if names.is_empty() => {
            format!("`{}` has no settings. It would have them by `config {{ … }}`.", program.name)
        }
        None => format!("Its settings are {}.", name_list(&names)),
    };
    let message = format!("The configuration of `{}` has no field `{}`.", program.name, field.name);
    Diagnostic::error("N0612", field.name_place.clone(), message, "no such setting", help)
}

fn misfit(program: &Program, def: &FieldDef, field: &Field, why: &str) -> Diagnostic {
    let message = format!("The configuration of `{}` does not fit: {}.", program.name, why.trim_end_matches('.'));
    let help = format!("Write `{}: {}`.", def.name, example(program, &def.ty));
    Diagnostic::error("N0613", field.value_place.clone(), message, format!("`{}` does not fit", def.name), help)
}

/// What a value of the type looks like in YAML.
fn example(program: &Program, ty: &Type) -> String {
    match ty {
        Type::Bool => "true".to_owned(),
        Type::Int => "3".to_owned(),
        Type::Decimal => "0.25".to_owned(),
        Type::Date => "2026-03-31".to_owned(),
        Type::DateTime => "2026-03-31T09:00:00Z".to_owned(),
        Type::Period => "2026-03".to_owned(),
        Type::Duration => "1h30m".to_owned(),
        Type::Money => "{ amount: \"12.50\", currency: GBP }".to_owned(),
        Type::MoneyIn(_) => "12.50".to_owned(),
        Type::Currency => "GBP".to_owned(),
        Type::List(of) => format!("[{}]", example(program, of)),
        Type::Map(of) => format!("{{ name: {} }}", example(program, of)),
        Type::Optional(of) => example(program, of),
        Type::Named(id) => match program.types.get(*id as usize) {
            Some(TypeDef::Enum(def)) => def.values.first().cloned().unwrap_or_default(),
            Some(TypeDef::Record(record)) => {
                let fields = record.fields.iter().filter(|field| field.default.is_none());
                let fields: Vec<String> =
                    fields.map(|field| format!("{}: {}", field.name, example(program, &field.ty))).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            None => "…".to_owned(),
        },
        _ => "some text".to_owned(),
    }
}
