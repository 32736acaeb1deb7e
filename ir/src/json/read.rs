//! JSON to values, directed by a type.

mod scalars;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::types::{EnumDef, RecordDef, Type, TypeDef, TypeId};
use crate::value::{FileRef, Record, Value};

/// How many problems are told at once.
const MAX_PROBLEMS: usize = 10;

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonLimits {
    /// How deep values may nest.
    pub depth: u32,
    /// How many values in all, those inside others included.
    pub nodes: u32,
    /// How long one text may be, in bytes.
    pub text: usize,
    /// How many items a list or a map may have.
    pub items: usize,
}

impl Default for JsonLimits {
    fn default() -> Self {
        JsonLimits { depth: 64, nodes: 2_000_000, text: 4 * 1024 * 1024, items: 100_000 }
    }
}

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonProblem {
    /// Where: `rows[3].amount`; empty for the whole.
    pub path: String,
    /// A sentence for people: what was found and what is needed.
    pub message: String,
}

/// Why JSON is no value of a type: up to ten problems, never none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct JsonError {
    /// The problems, in the order of the document.
    pub problems: Vec<JsonProblem>,
    /// Whether there are more.
    pub more: bool,
}

impl JsonError {
    /// Where the first problem is.
    pub fn path(&self) -> &str {
        self.problems.first().map_or("", |problem| problem.path.as_str())
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let between = if index == 0 { "" } else { " " };
            write!(f, "{between}{}", problem.message)?;
        }
        if self.more { f.write_str(" There are more such problems.") } else { Ok(()) }
    }
}

/// Reads a value of a type from JSON. See the table at [`crate::json`].
///
/// # Errors
/// Every problem up to ten, each with its place.
pub fn from_json(json: &Json, ty: &Type, types: &[TypeDef], limits: JsonLimits) -> Result<Value, JsonError> {
    let mut reader = Reader { types, limits, nodes: limits.nodes, path: Vec::new(), problems: Vec::new(), more: false };
    let value = reader.value(json, ty);
    match value {
        Some(value) if reader.problems.is_empty() => Ok(value),
        _ => {
            if reader.problems.is_empty() {
                let _: Read<()> = reader.problem("cannot be read");
            }
            Err(JsonError { problems: reader.problems, more: reader.more })
        }
    }
}

enum Step {
    Field(String),
    Item(usize),
}

struct Reader<'a> {
    types: &'a [TypeDef],
    limits: JsonLimits,
    nodes: u32,
    path: Vec<Step>,
    problems: Vec<JsonProblem>,
    more: bool,
}

/// `None` stands for a problem that has been noted.
type Read<T = Value> = Option<T>;

impl Reader<'_> {
    fn path_text(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Field(name) if text.is_empty() => text.push_str(name),
                Step::Field(name) => text.push_str(&format!(".{name}")),
                Step::Item(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }

    /// Notes what is wrong here: the place, then these words.
    fn problem<T>(&mut self, words: impl fmt::Display) -> Read<T> {
        let path = self.path_text();
        let place = if path.is_empty() { "The value".to_owned() } else { format!("`{path}`") };
        self.note(path, format!("{place} {words}."))
    }

    fn note<T>(&mut self, path: String, message: String) -> Read<T> {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(JsonProblem { path, message });
        } else {
            self.more = true;
        }
        None
    }

    fn wrong<T>(&mut self, found: &Json, needed: impl fmt::Display) -> Read<T> {
        self.problem(format!("is {}; it must be {needed}", describe(found)))
    }

    fn value(&mut self, json: &Json, ty: &Type) -> Read {
        // The depth of the value is that of the path; optional types add none.
        if self.path.len() > self.limits.depth as usize {
            return self.problem(format!("is nested more than {} levels deep", self.limits.depth));
        }
        let Some(left) = self.nodes.checked_sub(1) else {
            return self
                .problem(format!("is where the reading stops: there are more than {} values", self.limits.nodes));
        };
        self.nodes = left;
        match ty {
            Type::Nothing => Some(Value::None),
            Type::Optional(_) if json.is_null() => Some(Value::None),
            Type::Optional(inner) => self.value(json, inner),
            Type::List(item) => self.list(json, item),
            Type::Map(item) => self.map(json, item),
            Type::Named(id) => self.named(json, *id),
            Type::Outcome(inner) => self.outcome(json, inner),
            Type::Choice(choices) => self.choice(json, choices),
            Type::File => self.file(json),
            Type::Json => self.opaque(json),
            scalar => self.scalar(json, scalar),
        }
    }

    /// Reads something that stands inside this value.
    fn inside(&mut self, step: Step, json: &Json, ty: &Type) -> Read {
        self.path.push(step);
        let value = self.value(json, ty);
        self.path.pop();
        value
    }

    fn list(&mut self, json: &Json, item: &Type) -> Read {
        let Json::Array(items) = json else { return self.wrong(json, "a list, such as [ … ]") };
        self.check_items(items.len())?;
        let mut values = Vec::with_capacity(items.len());
        let mut all_well = true;
        for (index, json) in items.iter().enumerate() {
            match self.inside(Step::Item(index), json, item) {
                Some(value) => values.push(value),
                None if self.more || self.nodes == 0 => return None,
                None => all_well = false,
            }
        }
        all_well.then(|| Value::list(values))
    }

    fn map(&mut self, json: &Json, item: &Type) -> Read {
        let Json::Object(fields) = json else { return self.wrong(json, "an object, such as { \"key\": … }") };
        self.check_items(fields.len())?;
        let mut values = BTreeMap::new();
        let mut all_well = true;
        for (key, json) in fields {
            match self.inside(Step::Field(key.clone()), json, item) {
                Some(value) => drop(values.insert(Arc::from(key.as_str()), value)),
                None => all_well = false,
            }
        }
        all_well.then(|| Value::Map(Arc::new(values)))
    }

    fn check_items(&mut self, count: usize) -> Read<()> {
        if count > self.limits.items {
            return self.problem(format!("has {count} items; {} are the most", self.limits.items));
        }
        Some(())
    }

    fn named(&mut self, json: &Json, id: TypeId) -> Read {
        let types = self.types;
        match types.get(id as usize) {
            Some(TypeDef::Record(def)) => self.record(json, def),
            Some(TypeDef::Enum(def)) => self.enumeration(json, def),
            None => self.problem("is of a type that the program does not have"),
        }
    }

    fn record(&mut self, json: &Json, def: &RecordDef) -> Read {
        let Json::Object(object) = json else {
            let fields: Vec<_> = def.fields.iter().take(8).map(|field| field.name.as_str()).collect();
            return self.wrong(json, format!("an object with {}", listed(&fields)));
        };
        let flat_file = flat_file_field(object, def);
        let mut values = Vec::with_capacity(def.fields.len());
        let mut missing = Vec::new();
        let mut all_well = true;
        for field in &def.fields {
            let value = match object.get(&field.name).filter(|json| !json.is_null()) {
                Some(json) => self.inside(Step::Field(field.name.clone()), json, &field.ty),
                None if flat_file == Some(field.name.as_str()) => self.file(json),
                None => match (&field.default, &field.ty) {
                    (Some(default), _) => Some(default.clone()),
                    (None, Type::Optional(_) | Type::Nothing) => Some(Value::None),
                    // JSON itself may be null.
                    (None, Type::Json) if object.contains_key(&field.name) => Some(Value::Json("null".into())),
                    _ => {
                        missing.push(field.name.as_str());
                        None
                    }
                },
            };
            match value {
                Some(value) => values.push((Arc::from(field.name.as_str()), value)),
                None => all_well = false,
            }
        }
        if !missing.is_empty() {
            self.missing(&missing, object, def);
        }
        all_well.then(|| Value::Record(Arc::new(Record(values))))
    }

    /// Names all missing fields at once, with the key that was perhaps meant.
    fn missing(&mut self, missing: &[&str], object: &Map<String, Json>, def: &RecordDef) {
        let path = self.path_text();
        let within = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
        let verb = if missing.len() == 1 { "is" } else { "are" };
        let named: Vec<_> = missing.iter().map(|name| format!("`{name}`")).collect();
        let named: Vec<_> = named.iter().map(String::as_str).collect();
        let unknown: Vec<&str> = object
            .keys()
            .map(String::as_str)
            .filter(|key| !def.fields.iter().any(|field| field.name == *key))
            .take(100)
            .collect();
        let hints: Vec<String> = missing
            .iter()
            .filter_map(|name| Some(format!(" There is `{}`; was `{name}` meant?", nearest(name, &unknown)?)))
            .collect();
        let _: Read<()> = self.note(path, format!("{} {verb} missing{within}.{}", listed(&named), hints.concat()));
    }

    fn enumeration(&mut self, json: &Json, def: &EnumDef) -> Read {
        let values: Vec<&str> = def.values.iter().map(String::as_str).collect();
        let Json::String(text) = json else { return self.wrong(json, format!("one of {}", values.join(", "))) };
        if values.contains(&text.as_str()) {
            return Some(Value::Enum(text.as_str().into()));
        }
        let hint = nearest(text, &values).map(|near| format!(" Was `{near}` meant?")).unwrap_or_default();
        let path = self.path_text();
        let place = if path.is_empty() { "The value".to_owned() } else { format!("`{path}`") };
        self.note(path, format!("{place} is {}; it must be one of {}.{hint}", describe(json), values.join(", ")))
    }

    fn outcome(&mut self, json: &Json, inner: &Type) -> Read {
        let needed = "{ \"ok\": … } or { \"failed\": … }";
        let Json::Object(object) = json else { return self.wrong(json, needed) };
        match (object.get("ok"), object.get("failed")) {
            (Some(ok), None) => Some(Value::variant("ok", self.inside(Step::Field("ok".to_owned()), ok, inner)?)),
            (None, Some(Json::Object(failure))) => Some(Value::variant("failed", failure_record(failure))),
            (None, Some(Json::String(message))) => {
                let record = Value::record([
                    ("kind", Value::text("failed")),
                    ("message", Value::text(message.as_str())),
                    ("step", Value::text("")),
                    ("capability", Value::None),
                    ("key", Value::text("")),
                ]);
                Some(Value::variant("failed", record))
            }
            _ => self.wrong(json, needed),
        }
    }

    fn choice(&mut self, json: &Json, choices: &[(String, Type)]) -> Read {
        let tags: Vec<&str> = choices.iter().map(|(tag, _)| tag.as_str()).collect();
        let needed = format!("{{ \"tag\": …, \"value\": … }} with one of {}", tags.join(", "));
        let Json::Object(object) = json else { return self.wrong(json, needed) };
        let null = Json::Null;
        let (tag, value) = match object.get("tag").and_then(Json::as_str) {
            Some(tag) => (tag, object.get("value").unwrap_or(&null)),
            // What `ok` and `failed` are written as.
            None => match object.iter().next() {
                Some((tag, value)) if object.len() == 1 => (tag.as_str(), value),
                _ => return self.wrong(json, needed),
            },
        };
        match choices.iter().find(|(name, _)| name == tag) {
            Some((tag, ty)) => Some(Value::variant(tag, self.inside(Step::Field("value".to_owned()), value, ty)?)),
            None => self.wrong(json, needed),
        }
    }

    fn file(&mut self, json: &Json) -> Read {
        let needed = "a document such as { \"document_ref\": \"…\", \"filename\": \"…\" }";
        let (reference, filename, content_type) = match json {
            Json::String(reference) => (Some(reference.as_str()), None, None),
            Json::Object(object) => (
                object.get("document_ref").and_then(Json::as_str),
                object.get("filename").and_then(Json::as_str),
                object.get("content_type").and_then(Json::as_str),
            ),
            _ => (None, None, None),
        };
        let Some(document_ref) = reference.filter(|text| !text.is_empty()) else { return self.wrong(json, needed) };
        let [document_ref, filename, content_type] =
            [document_ref, filename.unwrap_or_default(), content_type.unwrap_or_default()].map(str::to_owned);
        for text in [&document_ref, &filename, &content_type] {
            self.check_text(text)?;
        }
        Some(Value::File(Arc::new(FileRef { document_ref, filename, content_type })))
    }

    fn opaque(&mut self, json: &Json) -> Read {
        let text = crate::canonical::text(json);
        self.check_text(&text)?;
        Some(Value::Json(text.into()))
    }

    fn check_text(&mut self, text: &str) -> Read<()> {
        if text.len() > self.limits.text {
            return self.problem(format!("is a text of {} bytes; {} are the most", text.len(), self.limits.text));
        }
        Some(())
    }
}

/// The field that the flat keys of a signal fill: the only field of type `file` that has no key of its own.
fn flat_file_field<'a>(object: &Map<String, Json>, def: &'a RecordDef) -> Option<&'a str> {
    object.get("document_ref").filter(|reference| reference.is_string())?;
    let is_file = |ty: &Type| match ty {
        Type::File => true,
        Type::Optional(inner) => **inner == Type::File,
        _ => false,
    };
    let mut absent = def
        .fields
        .iter()
        .filter(|field| is_file(&field.ty) && object.get(&field.name).is_none_or(Json::is_null))
        .map(|field| field.name.as_str());
    let first = absent.next()?;
    absent.next().is_none().then_some(first)
}

/// A failure that came as JSON, with the fields that the language gives one.
fn failure_record(failure: &Map<String, Json>) -> Value {
    let text = |name: &str| failure.get(name).and_then(Json::as_str).map(Value::text);
    let fields = [
        ("kind", text("kind").unwrap_or_else(|| Value::text("failed"))),
        ("message", text("message").unwrap_or_else(|| Value::text(""))),
        ("step", text("step").unwrap_or_else(|| Value::text(""))),
        ("capability", text("capability").unwrap_or(Value::None)),
        ("key", text("key").unwrap_or_else(|| Value::text(""))),
    ];
    Value::record(fields)
}

/// What a piece of JSON is, for a message.
fn describe(json: &Json) -> String {
    match json {
        Json::Null => "empty (null)".to_owned(),
        Json::Bool(value) => format!("{value}"),
        Json::Number(number) => format!("the number {number}"),
        Json::String(text) if text.chars().count() > 60 => {
            format!("the text \"{}…\"", text.chars().take(59).collect::<String>())
        }
        Json::String(text) => format!("the text \"{text}\""),
        Json::Array(items) => format!("a list of {}", items.len()),
        Json::Object(_) => "an object".to_owned(),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The candidate that a name was perhaps meant to be.
fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    if name.len() > 100 {
        return None;
    }
    let close = (name.chars().count() / 3).max(1);
    let plain = |text: &str| text.to_lowercase().replace(['-', ' ', '_'], "");
    candidates
        .iter()
        .filter(|candidate| candidate.len() <= 100)
        .map(|candidate| (distance(&plain(name), &plain(candidate)), *candidate))
        .filter(|(distance, _)| *distance <= close)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, left out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (place, y) in row.iter_mut().skip(1).zip(&b) {
            let next = (diagonal + usize::from(x != *y)).min(left + 1).min(*place + 1);
            diagonal = std::mem::replace(place, next);
            left = next;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
