//! What runs wait for, with one address for each wait over all runs.

use ntro_machine::Json;

use crate::local::{Local, RunKey};

/// Something that a run waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Whose wait it is.
    pub run: RunKey,
    /// The wait's address in its run: `collect.upload`, `review~2`.
    pub step: String,
    /// Its address from the first run on: the addresses of the child steps and their keys before it, with `/`.
    pub address: String,
    /// `submit_file`, `submit_files`, `interactive_review`, `await_signal` …
    pub kind: String,
    /// What is asked for, as clients see it.
    pub action: Json,
}

impl Waiting {
    /// A text of the action, by the path of its keys.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        at(&self.action, path)?.as_str()
    }

    /// What the step is called.
    pub fn title(&self) -> &str {
        self.text(&["display_hint", "config", "title"]).or_else(|| self.text(&["title"])).unwrap_or(&self.step)
    }

    /// Whether a person decides about something, rather than filling a form or confirming.
    pub fn is_gate(&self) -> bool {
        self.kind == "interactive_review"
            && at(&self.action, &["display_hint", "config", "allow_corrections"]).is_some()
    }

    /// How many files are asked for by name.
    pub(crate) fn slots(&self) -> u32 {
        let slots = at(&self.action, &["display_hint", "config", "expected"]).and_then(Json::as_array);
        slots.map_or(0, |slots| u32::try_from(slots.len()).unwrap_or(u32::MAX))
    }

    /// The fields of a form that is asked for, with their labels.
    pub fn form_fields(&self) -> Vec<(String, String)> {
        let fields = at(&self.action, &["display_hint", "config", "fields"]).and_then(Json::as_array);
        let text = |field: &Json, key: &str| field.get(key).and_then(Json::as_str).map(str::to_owned);
        let one = |field: &Json| {
            let key = text(field, "key")?;
            Some((key.clone(), text(field, "label").unwrap_or(key)))
        };
        fields.map(|fields| fields.iter().filter_map(one).collect()).unwrap_or_default()
    }

    /// The signals that an await without a form is for, each with the JSON Schema of what it carries.
    pub fn signals(&self) -> Vec<(&str, Option<&Json>)> {
        if let Some(name) = self.text(&["args", "signal_name"]) {
            return vec![(name, None)];
        }
        let signals = at(&self.action, &["args", "signals"]).and_then(Json::as_array);
        signals
            .into_iter()
            .flatten()
            .filter_map(|signal| Some((signal.get("signal_name")?.as_str()?, signal.get("schema"))))
            .collect()
    }

    /// The roles that may answer; none where anyone may.
    pub fn roles(&self) -> Vec<String> {
        let roles = self.action.get("roles").and_then(Json::as_array);
        roles.into_iter().flatten().filter_map(|role| Some(role.as_str()?.to_owned())).collect()
    }
}

/// The value at a path of keys.
pub(crate) fn at<'a>(json: &'a Json, path: &[&str]) -> Option<&'a Json> {
    path.iter().try_fold(json, |json, key| json.get(key))
}

/// Everything that open runs wait for and that somebody could answer, by the order in which the runs were started.
pub fn waiting(local: &Local) -> Vec<Waiting> {
    let mut found = Vec::new();
    for run in local.runs() {
        let open = local.info(run).is_some_and(|info| info.end.is_none() && info.fault.is_none());
        let Some(Json::Array(actions)) = open.then(|| local.query(run, "pending_actions")).flatten() else { continue };
        let prefix = prefix(local, run);
        for action in actions {
            let text = |key: &str| action.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
            let (step, kind) = (text("step"), text("kind"));
            if kind != "drill_down" {
                found.push(Waiting { run: run.clone(), address: format!("{prefix}{step}"), step, kind, action });
            }
        }
    }
    found
}

/// `documents/rent-roll/` for a run that a child step started; empty for the first run.
pub(crate) fn prefix(local: &Local, run: &RunKey) -> String {
    let one = |(step, key): (String, Option<String>)| match key {
        Some(key) => format!("{step}/{key}/"),
        None => format!("{step}/"),
    };
    lineage(local, run).into_iter().map(one).collect()
}

/// The child steps that lead to a run, outermost first, each with the key under which it was started.
pub(crate) fn lineage(local: &Local, run: &RunKey) -> Vec<(String, Option<String>)> {
    let mut parts = Vec::new();
    let mut run = run;
    while let Some((info, parent)) = local.info(run).and_then(|info| Some((info, info.parent.as_ref()?))) {
        parts.push(part(parent.as_str(), run.as_str(), &info.runbook));
        run = parent;
    }
    parts.reverse();
    parts
}

/// The child's step and key. Its id is its parent's with both added (`{parent}:{step}:{runbook}[:{key}]`), and the parent is known here, so nothing is guessed.
pub(crate) fn part(parent: &str, child: &str, runbook: &str) -> (String, Option<String>) {
    let added = child.strip_prefix(parent).unwrap_or(child).trim_start_matches(':');
    let mut parts = added.splitn(3, ':');
    let step = decode(parts.next().unwrap_or_default());
    match (parts.next(), parts.next()) {
        (Some(name), Some(key)) if name == runbook => (step, Some(decode(key))),
        _ => (step, None),
    }
}

fn decode(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_named_by_its_step_and_key() {
        let of = |parent, child| part(parent, child, "document-ingest");
        let keyed = |step: &str, key: &str| (step.to_owned(), Some(key.to_owned()));
        assert_eq!(of("nav", "nav:documents:document-ingest:rent-roll"), keyed("documents", "rent-roll"));
        assert_eq!(of("a:b", "a:b:documents~2:document-ingest"), ("documents~2".to_owned(), None));
        assert_eq!(of("nav", "nav:d:document-ingest:2026%3A03"), keyed("d", "2026:03"));
        assert_eq!(decode("100%"), "100%");
    }
}
