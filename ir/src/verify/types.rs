//! Types: in range, of bounded size, none holding itself.

use std::fmt::Display;

use super::{Check, MAX_DOC, MAX_TABLE, exprs, index, name, refuse, text};
use crate::program::Program;
use crate::types::{Type, TypeDef};

/// How deep types may nest, records within records included.
const MAX_NESTING: u32 = 48;

/// Checks the types of a program and every use of them.
pub(super) fn check(program: &Program) -> Check {
    let mut depths = vec![None; program.types.len()];
    for (number, def) in program.types.iter().enumerate() {
        definition(program, number, def)?;
    }
    for number in 0..program.types.len() {
        depth_of(program, number, &mut depths, 0)?;
    }
    record(program, "the input", program.input)?;
    record(program, "the configuration", program.config)?;
    of(program, &"the output", &program.output)?;
    for (number, slot) in program.slots.iter().enumerate() {
        of(program, &format_args!("slot {number} (`{}`)", slot.name), &slot.ty)?;
    }
    for signal in &program.signals {
        of(program, &format_args!("signal `{}`", signal.name), &signal.payload)?;
    }
    Ok(())
}

/// Checks that a type is a record of the program.
pub(super) fn record(program: &Program, place: &str, id: u32) -> Check {
    index(&place, "type", id, program.types.len())?;
    match program.types.get(id as usize) {
        Some(TypeDef::Record(_)) => Ok(()),
        _ => refuse(format!("{place} has type {id}, which is no record")),
    }
}

/// Checks a type that is used somewhere.
pub(super) fn of(program: &Program, place: &dyn Display, ty: &Type) -> Check {
    nested(program, place, ty, 0)
}

fn nested(program: &Program, place: &dyn Display, ty: &Type, depth: u32) -> Check {
    if depth > MAX_NESTING {
        return refuse(format!("{place} has a type that is nested more than {MAX_NESTING} levels deep"));
    }
    match ty {
        Type::Named(id) => index(place, "type", *id, program.types.len()),
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) | Type::Outcome(inner) => {
            nested(program, place, inner, depth + 1)
        }
        Type::Choice(choices) => {
            if choices.len() > MAX_TABLE {
                return refuse(format!("{place} has a choice of {}; {MAX_TABLE} are the most", choices.len()));
            }
            choices.iter().try_for_each(|(tag, ty)| {
                name("the name of a choice", tag)?;
                nested(program, place, ty, depth + 1)
            })
        }
        _ => Ok(()),
    }
}

fn definition(program: &Program, number: usize, def: &TypeDef) -> Check {
    // Places are worded only when something is refused.
    let place = format_args!("type {number} (`{}`)", def.name());
    text("the name of a type", def.name(), super::MAX_NAME * 4)?;
    match def {
        TypeDef::Enum(def) => {
            text("documentation", &def.doc, MAX_DOC)?;
            if def.values.is_empty() || def.values.len() > MAX_TABLE {
                return refuse(format!("{place} has {} values; 1 to {MAX_TABLE} are possible", def.values.len()));
            }
            def.values.iter().try_for_each(|value| name("a value of an enumeration", value))
        }
        TypeDef::Record(def) => {
            text("documentation", &def.doc, MAX_DOC)?;
            if def.fields.len() > MAX_TABLE {
                return refuse(format!("{place} has {} fields; {MAX_TABLE} are the most", def.fields.len()));
            }
            let mut names = std::collections::BTreeSet::new();
            for field in &def.fields {
                let place = format_args!("field `{}` of {place}", field.name);
                name("the name of a field", &field.name)?;
                text("documentation", &field.doc, MAX_DOC)?;
                if !names.insert(&field.name) {
                    return refuse(format!("{place} stands there twice"));
                }
                of(program, &place, &field.ty)?;
                field.default.iter().try_for_each(|value| exprs::constant(&place, value))?;
            }
            Ok(())
        }
    }
}

/// How deep values of a named type nest. A type that is being looked at and met again holds itself.
fn depth_of(program: &Program, number: usize, depths: &mut [Option<u32>], above: u32) -> Check<u32> {
    const LOOKED_AT: u32 = u32::MAX;
    match depths.get(number) {
        Some(Some(LOOKED_AT)) => {
            let name = program.types.get(number).map_or("", TypeDef::name);
            return refuse(format!("type {number} (`{name}`) holds itself; use `json` for data of any depth"));
        }
        Some(Some(depth)) => return Ok(*depth),
        _ => {}
    }
    if above > MAX_NESTING {
        return refuse(format!("type {number} stands more than {MAX_NESTING} levels deep in others"));
    }
    let Some(TypeDef::Record(def)) = program.types.get(number) else { return Ok(0) };
    if let Some(place) = depths.get_mut(number) {
        *place = Some(LOOKED_AT);
    }
    let mut depth = 0;
    for field in &def.fields {
        depth = depth.max(inner_depth(program, &field.ty, depths, above + 1)? + 1);
    }
    if depth > MAX_NESTING {
        return refuse(format!(
            "type {number} (`{}`) is nested {depth} levels deep; {MAX_NESTING} are the most",
            def.name
        ));
    }
    if let Some(place) = depths.get_mut(number) {
        *place = Some(depth);
    }
    Ok(depth)
}

fn inner_depth(program: &Program, ty: &Type, depths: &mut [Option<u32>], above: u32) -> Check<u32> {
    match ty {
        Type::Named(id) => depth_of(program, *id as usize, depths, above),
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) | Type::Outcome(inner) => {
            Ok(inner_depth(program, inner, depths, above)? + 1)
        }
        Type::Choice(choices) => {
            let mut depth = 0;
            for (_, ty) in choices {
                depth = depth.max(inner_depth(program, ty, depths, above)? + 1);
            }
            Ok(depth)
        }
        _ => Ok(0),
    }
}
