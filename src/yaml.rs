//! Reading YAML with errors that name the place and, for a wrong key, the one that was probably meant.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};
use serde_saphyr::Spanned;

use crate::stop::Stop;
use crate::suggest;

/// Reads a YAML text; `file` is how messages call it.
pub(crate) fn read<T: DeserializeOwned>(text: &str, file: &str) -> Result<T, Stop> {
    serde_saphyr::from_str(text).map_err(|error| explain(&error, file))
}

/// Values by name, each with where it stands.
pub(crate) type Placed = BTreeMap<String, Spanned<Json>>;

/// Where the values of fields stand, as messages say it: `ntro.yaml:3:12`.
pub(crate) type Places = BTreeMap<String, String>;

/// Takes the places off.
pub(crate) fn parted(placed: Placed, file: &str) -> (Map<String, Json>, Places) {
    let mut places = Places::new();
    let mut values = Map::new();
    for (name, value) in placed {
        places.insert(name.clone(), format!("{file}:{}:{}", value.referenced.line(), value.referenced.column()));
        values.insert(name, value.value);
    }
    (values, places)
}

fn explain(error: &serde_saphyr::Error, file: &str) -> Stop {
    let error = error.without_snippet();
    let place = match error.location() {
        Some(at) if at.line() > 0 => format!("{file}:{}:{}", at.line(), at.column()),
        _ => file.to_owned(),
    };
    if let serde_saphyr::Error::SerdeUnknownField { field, expected, .. } = error {
        let stop = Stop::new(format!("{place}: there is no key `{field}` here"));
        let known = expected.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return match suggest::nearest(field, expected.iter().copied()) {
            Some(meant) => stop.help(format!("did you mean `{meant}`? The keys here are {known}.")),
            None => stop.help(format!("the keys here are {known}")),
        };
    }
    let (message, help) = worded(error);
    let stop = Stop::new(format!("{place}: {message}"));
    match help {
        Some(help) => stop.help(help),
        None => stop,
    }
}

/// What is wrong in words of people who write settings, and what to do where that is known.
fn worded(error: &serde_saphyr::Error) -> (String, Option<String>) {
    use serde_saphyr::Error;
    match error {
        Error::Eof { .. } => ("the text ends too early".to_owned(), None),
        Error::Unexpected { expected, .. } => (format!("{} belongs here", wanted(expected)), shape(expected)),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("{} belongs here, and this is {}", wanted(expected), wanted(unexpected)), shape(expected))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let known = expected.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let near = suggest::nearest(variant, expected.iter().copied());
            let help = near.map_or_else(|| format!("write one of {known}"), |meant| format!("did you mean `{meant}`?"));
            (format!("`{variant}` is none of {known}"), Some(help))
        }
        Error::SerdeMissingField { field, .. } => (format!("the key `{field}` is missing here"), None),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            (format!("the key `{key}` stands here a second time"), Some("leave one of them out".to_owned()))
        }
        Error::UnknownAnchor { .. } => {
            let help = "a text that begins with `*` stands in quotes".to_owned();
            ("this refers to something that is not there".to_owned(), Some(help))
        }
        _ => of_the_text(error),
    }
}

/// What the reader of the text itself says, for the mistakes that people make most.
fn of_the_text(error: &serde_saphyr::Error) -> (String, Option<String>) {
    let text = error.render_with_formatter(&serde_saphyr::UserMessageFormatter);
    let first = text.lines().next().unwrap_or("it cannot be read").trim_start_matches("error: ");
    // The place is told in front.
    let first = first.rsplit_once(" at line ").map_or(first, |(message, _)| message);
    if first.contains("mapping values are not allowed") {
        let help = "begin it right below the key above, or put a value that has a colon in quotes: `name: \"a: b\"`";
        return ("no further key can stand here".to_owned(), Some(help.to_owned()));
    }
    if first.contains("tab") {
        let help = "indent with blanks, and write a blank behind each colon".to_owned();
        return ("there is a tab here, which YAML does not take".to_owned(), Some(help));
    }
    (first.to_owned(), None)
}

/// What belongs in a place, as people call it.
fn wanted(expected: &str) -> &str {
    match expected {
        "string scalar" | "a string" | "string" => "a text",
        "sequence start" | "a sequence" | "sequence" => "a list",
        "mapping start" | "a map" | "map" => "a group of keys",
        _ if expected.starts_with("struct ") => "a group of keys",
        _ => expected,
    }
}

/// How what belongs in a place is written, where its name does not say it.
fn shape(expected: &str) -> Option<String> {
    match wanted(expected) {
        "a list" => Some("write `[one, another]`, or each on a line that begins with `- `".to_owned()),
        "a group of keys" => {
            Some("write `key: value`, each on a line of its own and further in than the key above".to_owned())
        }
        _ => None,
    }
}
