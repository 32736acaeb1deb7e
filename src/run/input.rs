//! The input and the configuration of a run: from the command line, the answers file, `ntro.yaml` and, on a terminal, from the person.

use std::io::{BufRead, Read};
use std::path::Path;

use ntro_ir::json::{JsonLimits, from_json};
use ntro_ir::{FieldDef, Program, Type, TypeDef, TypeId};
use serde_json::{Map, Value as Json};

use crate::project::read_text;
use crate::stop::Stop;
use crate::yaml::Places;
use crate::{suggest, terminal};

/// The largest input in bytes.
const LARGEST: u64 = 8_000_000;

/// Reads JSON from an argument: the text itself, `@FILE`, or `-` for stdin.
pub(crate) fn json_argument(option: &str, argument: &str) -> Result<Json, Stop> {
    let (text, name) = if argument == "-" {
        let mut text = String::new();
        let read = std::io::stdin().take(LARGEST).read_to_string(&mut text);
        read.map_err(|error| Stop::new(format!("{option}: stdin cannot be read as UTF-8 text: {error}")))?;
        (text, "stdin".to_owned())
    } else if let Some(file) = argument.strip_prefix('@') {
        (read_text(Path::new(file), LARGEST)?, file.to_owned())
    } else {
        (argument.to_owned(), option.to_owned())
    };
    serde_json::from_str(&text).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or(&reason);
        Stop::new(format!("{name}:{}:{}: this is no JSON: {reason}", error.line(), error.column()))
            .help("write it such as '{ \"entity\": \"acme\" }', with double quotes inside single ones")
    })
}

/// The same where it must be an object.
pub(crate) fn object_argument(option: &str, argument: &str) -> Result<Map<String, Json>, Stop> {
    match json_argument(option, argument)? {
        Json::Object(object) => Ok(object),
        other => Err(Stop::new(format!("{option} takes an object `{{ … }}`, not {}", kind(&other)))),
    }
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// The fields of a record type of the program.
pub(crate) fn fields(program: &Program, record: TypeId) -> &[FieldDef] {
    match usize::try_from(record).ok().and_then(|id| program.types.get(id)) {
        Some(TypeDef::Record(record)) => &record.fields,
        _ => &[],
    }
}

/// A record that people fill: the input or the configuration.
pub(crate) struct Record<'a> {
    /// How messages call it.
    pub(crate) what: &'static str,
    /// Whose it is.
    pub(crate) program: &'a Program,
    /// Its type.
    pub(crate) ty: TypeId,
}

impl Record<'_> {
    fn fields(&self) -> &[FieldDef] {
        fields(self.program, self.ty)
    }

    fn unknown(&self, key: &str, place: &str) -> Stop {
        let known = self.fields();
        let stop = Stop::new(format!("{place}{} of `{}` has no field `{key}`", self.what, self.program.name));
        let names = known.iter().map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ");
        let names = if names.is_empty() { "it has no fields".to_owned() } else { format!("its fields are {names}") };
        match suggest::nearest(key, known.iter().map(|field| field.name.as_str())) {
            Some(meant) => stop.help(format!("did you mean `{meant}`? {names}")),
            None => stop.help(names),
        }
    }

    /// Refuses fields that the program does not know. They are usually slips of the pen, and would be lost silently.
    pub(crate) fn check_known(&self, given: &Map<String, Json>, places: &Places) -> Result<(), Stop> {
        let known = self.fields();
        match given.keys().find(|key| !known.iter().any(|field| field.name == **key)) {
            Some(key) => Err(self.unknown(key, &place(places, key))),
            None => Ok(()),
        }
    }

    /// Refuses a value that does not fit, with its path.
    pub(crate) fn check_fits(&self, given: &Map<String, Json>, places: &Places) -> Result<(), Stop> {
        let json = Json::Object(given.clone());
        let read = from_json(&json, &Type::Named(self.ty), &self.program.types, JsonLimits::default());
        read.map(|_| ()).map_err(|error| {
            let first = error.path().split(['.', '[']).next().unwrap_or_default();
            let place = place(places, first);
            Stop::new(format!("{place}{} of `{}` does not fit: {error}", self.what, self.program.name)).help(format!(
                "{} is {}",
                self.what,
                shape(self.program, self.ty)
            ))
        })
    }
}

/// `answers.yaml:2:10: `, where the field stands in a file.
fn place(places: &Places, field: &str) -> String {
    places.get(field).map(|place| format!("{place}: ")).unwrap_or_default()
}

/// Puts `key=value` pairs into the input. A field that is a text takes the value as it stands; others are read as JSON where that is possible.
pub(crate) fn apply_sets(
    record: &Record<'_>,
    input: &mut Map<String, Json>,
    places: &mut Places,
    sets: &[String],
) -> Result<(), Stop> {
    for set in sets {
        let Some((key, value)) = set.split_once('=') else {
            return Err(Stop::new(format!("--set {set}: there is no `=`")).help("write --set KEY=VALUE"));
        };
        let Some(field) = record.fields().iter().find(|field| field.name == key.trim()) else {
            return Err(record.unknown(key.trim(), ""));
        };
        places.remove(&field.name);
        input.insert(field.name.clone(), value_of(&field.ty, value.trim()));
    }
    Ok(())
}

/// What a person wrote for a field, as JSON. What does not fit the type is said by its reader, which knows it best.
pub(crate) fn value_of(ty: &Type, text: &str) -> Json {
    match ty {
        Type::Optional(_) if text.is_empty() || text == "none" => Json::Null,
        Type::Optional(inner) => value_of(inner, text),
        Type::Bool if matches!(text, "yes" | "y") => Json::Bool(true),
        Type::Bool if matches!(text, "no" | "n") => Json::Bool(false),
        Type::Text | Type::Date | Type::DateTime | Type::Period | Type::Duration | Type::Currency | Type::Decimal => {
            text.into()
        }
        Type::Money | Type::MoneyIn(_) if !text.starts_with('{') => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// Asks for what is missing on a terminal, else says what is missing and how to give it.
pub(crate) fn complete(program: &Program, input: &mut Map<String, Json>) -> Result<(), Stop> {
    let missing: Vec<&FieldDef> = fields(program, program.input)
        .iter()
        .filter(|field| {
            field.default.is_none() && !matches!(field.ty, Type::Optional(_)) && !input.contains_key(&field.name)
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !terminal::can_ask() {
        let names = missing.iter().map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ");
        let example = example(program);
        return Err(Stop::new(format!("the input of `{}` lacks {names}", program.name)).help(format!(
            "give it with --set {}=…, in an answers file, or as\n--input '{example}'",
            missing.first().map_or("KEY", |f| &f.name)
        )));
    }
    errln!("{} needs:", program.title);
    for field in missing {
        let value = ask_field(program, field)?;
        input.insert(field.name.clone(), value);
    }
    Ok(())
}

fn ask_field(program: &Program, field: &FieldDef) -> Result<Json, Stop> {
    loop {
        let doc = if field.doc.is_empty() { String::new() } else { format!(" - {}", field.doc) };
        err!("  {} ({}{doc}): ", field.name, type_name(program, &field.ty));
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        if read.map_err(|error| Stop::new(format!("the terminal cannot be read: {error}")))? == 0 {
            errln!();
            return Err(Stop::new("the input ended before it was complete"));
        }
        let value = value_of(&field.ty, line.trim());
        match from_json(&value, &field.ty, &program.types, JsonLimits::default()) {
            Ok(_) => return Ok(value),
            Err(error) => errln!("    {error}"),
        }
    }
}

/// An example of the input, as one line of JSON.
pub(crate) fn example(program: &Program) -> String {
    let fields = fields(program, program.input).iter().filter(|field| field.default.is_none());
    let fields = fields.filter(|field| !matches!(field.ty, Type::Optional(_)));
    let fields: Vec<String> = fields
        .map(|field| format!("\"{}\": {}", field.name, ntro_harness::sample::sample(program, &field.ty)))
        .collect();
    format!("{{ {} }}", fields.join(", "))
}

fn shape(program: &Program, record: TypeId) -> String {
    let fields =
        fields(program, record).iter().map(|field| format!("{}: {}", field.name, type_name(program, &field.ty)));
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
}

/// A type as the language writes it.
pub(crate) fn type_name(program: &Program, ty: &Type) -> String {
    let name = |ty: &Type| type_name(program, ty);
    match ty {
        Type::Nothing => "nothing".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Decimal => "decimal".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Date => "date such as 2026-03-31".to_owned(),
        Type::DateTime => "datetime".to_owned(),
        Type::Period => "period such as 2026-03".to_owned(),
        Type::Duration => "duration such as 1h30m".to_owned(),
        Type::Money => "money such as 12.50 GBP".to_owned(),
        Type::MoneyIn(currency) => format!("money such as 12.50 {currency}"),
        Type::Currency => "currency such as GBP".to_owned(),
        Type::File => "file".to_owned(),
        Type::Grid => "Grid".to_owned(),
        Type::Json => "json".to_owned(),
        Type::List(item) => format!("list<{}>", name(item)),
        Type::Map(item) => format!("map<{}>", name(item)),
        Type::Optional(inner) => format!("{}?", name(inner)),
        Type::Outcome(inner) => format!("outcome<{}>", name(inner)),
        Type::Choice(arms) => arms.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" or "),
        Type::Named(id) => match usize::try_from(*id).ok().and_then(|id| program.types.get(id)) {
            Some(TypeDef::Record(record)) if record.name.is_empty() => "a record".to_owned(),
            Some(TypeDef::Record(record)) => record.name.clone(),
            Some(TypeDef::Enum(known)) => known.values.join(" or "),
            None => "?".to_owned(),
        },
    }
}
