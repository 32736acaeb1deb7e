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
    let text = error.render_with_formatter(&serde_saphyr::UserMessageFormatter);
    let first = text.lines().next().unwrap_or("it cannot be read").trim_start_matches("error: ");
    Stop::new(format!("{place}: {first}"))
}
