//! Asking the person at the terminal. One question is one future: it is dropped where the wait ends while nobody has answered.

use std::path::{Path, PathBuf};

use ntro_capabilities::Accept;
use ntro_harness::answers::{Answer, Move, accepted, described, for_wait};
use ntro_harness::{Json, Waiting};
use serde_json::json;

use super::lines::Lines;
use super::table::{cell, plain, table};
use super::tree::feedback_text;
use crate::terminal;

/// Who sits at the terminal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Me {
    /// The name, once it is known; empty for nobody in particular.
    pub(crate) name: Option<String>,
    /// Fixed roles; where there are none, the person acts in the roles that are asked for.
    pub(crate) roles: Vec<String>,
}

/// What a question gave.
pub(crate) enum Reply {
    /// Do this.
    Do(Move),
    /// The person wants to look at the next wait.
    Next,
    /// Ask again.
    Again,
    /// Nobody is there any more.
    Gone,
}

/// What a question gave, and who answers from now on.
pub(crate) struct Answered {
    pub(crate) reply: Reply,
    pub(crate) me: Me,
}

/// What is asked about.
pub(crate) struct About {
    /// The wait.
    pub(crate) wait: Waiting,
    /// How many more there are.
    pub(crate) others: usize,
    /// Whether its heading does not stand on the terminal yet.
    pub(crate) fresh: bool,
    /// The signals that the run hears besides.
    pub(crate) heard: Vec<String>,
}

/// Asks about one wait.
pub(crate) async fn ask(lines: Lines, about: About, me: Me, folder: PathBuf) -> Answered {
    let mut me = me;
    let reply = match about.wait.kind.as_str() {
        "submit_file" | "submit_files" => file(&lines, &about, &folder).await,
        "interactive_review" if about.wait.is_gate() => review(&lines, &about, &mut me).await,
        _ => data(&lines, &about, &mut me).await,
    };
    Answered { reply: reply.unwrap_or(Reply::Gone), me }
}

/// `signal NAME {…}`: what may be typed wherever something is asked, for what only a handler hears. The run says what is wrong with the content.
fn signal(typed: &str, wait: &Waiting) -> Option<Reply> {
    let rest = typed.strip_prefix("signal").filter(|rest| rest.is_empty() || rest.starts_with(' '))?.trim();
    let (name, json) = rest.split_once(char::is_whitespace).unwrap_or((rest, "{}"));
    if name.is_empty() {
        errln!("  write: signal NAME {{ \"field\": value, … }}");
        return Some(Reply::Again);
    }
    match serde_json::from_str(json.trim()) {
        Ok(payload) => Some(Reply::Do(Move::Signal { run: wait.run.clone(), name: name.to_owned(), payload })),
        Err(error) => {
            errln!("  this is no JSON: {error}; write: signal {name} {{ \"field\": value, … }}");
            Some(Reply::Again)
        }
    }
}

fn heading(about: &About) {
    let (wait, others) = (&about.wait, about.others);
    let bold = console::Style::new().for_stderr().bold();
    errln!("\n{}  {}", bold.apply_to(plain(wait.title())), plain(&wait.address));
    for path in [
        ["display_hint", "config", "instructions"],
        ["display_hint", "config", "subtitle"],
        ["display_hint", "config", "summary"],
    ] {
        if let Some(text) = wait.text(&path) {
            errln!("  {}", plain(text));
        }
    }
    let feedback = wait.action.get("feedback").filter(|feedback| !feedback.is_null());
    let feedback = feedback.map(|feedback| feedback.as_array().cloned().unwrap_or_else(|| vec![feedback.clone()]));
    let warned = wait.action.get("warnings").and_then(Json::as_array).cloned().unwrap_or_default();
    for item in feedback.unwrap_or_default() {
        // The first warning is repeated as feedback for clients that know no warnings.
        if warned.iter().any(|warning| warning.as_str() == Some(&feedback_text(&item))) {
            continue;
        }
        errln!("  {}: {}", item.get("level").map_or_else(|| "note".to_owned(), cell), plain(&feedback_text(&item)));
    }
    if others > 0 {
        errln!("  ({others} more wait; `next` shows the next one)");
    }
    if !about.heard.is_empty() {
        errln!("  signals are heard too: {} (write: signal NAME {{ … }})", plain(&about.heard.join(", ")));
    }
}

/// Asks for a file. An unusable path is said at once; the store says the rest.
async fn file(lines: &Lines, about: &About, folder: &Path) -> Option<Reply> {
    let wait = &about.wait;
    if about.fresh {
        heading(about);
        let (types, most_mb) = accepted(wait, None);
        let accept = Accept { types, most_mb }.described();
        if !accept.is_empty() {
            errln!("  accepts {}", plain(&accept));
        }
    }
    let what = missing_file(wait);
    let typed = lines.ask(&format!("Path of {} (empty lists files): ", plain(&what))).await?;
    if let Some(reply) = signal(&typed, wait) {
        return Some(reply);
    }
    let typed = typed.trim_matches(['"', '\'']).trim();
    match typed {
        "next" => return Some(Reply::Next),
        "" => {
            list(folder);
            return Some(Reply::Again);
        }
        _ => {}
    }
    let Some(path) = find(typed, folder) else {
        errln!("  there is no file {typed}");
        return Some(Reply::Again);
    };
    if path.is_dir() {
        errln!("  {} is a folder; in it:", path.display());
        list(&path);
        return Some(Reply::Again);
    }
    let answer = Answer { file: Some(path.display().to_string()), ..Answer::default() };
    Some(made(&answer, wait))
}

/// What the next file is: of several, the first that is missing.
fn missing_file(wait: &Waiting) -> String {
    let slots = at(&wait.action, &["display_hint", "config", "expected"]).and_then(Json::as_array);
    let missing = slots.and_then(|slots| slots.iter().find(|slot| slot.get("status") != Some(&json!("received"))));
    let Some(slot) = missing else { return wait.text(&["args", "source"]).unwrap_or("file").to_owned() };
    let word = |key: &str| slot.get(key).and_then(Json::as_str).unwrap_or_default();
    match (word("title"), word("source")) {
        ("", source) => source.to_owned(),
        (title, source) if title.eq_ignore_ascii_case(source) => title.to_owned(),
        (title, source) => format!("{title}, {source}"),
    }
}

fn made(answer: &Answer, wait: &Waiting) -> Reply {
    match for_wait(answer, wait) {
        Ok(what) => Reply::Do(what),
        Err(problem) => {
            errln!("  {problem}");
            Reply::Again
        }
    }
}

/// A path as typed, from where the person is, else from the project.
fn find(typed: &str, folder: &Path) -> Option<PathBuf> {
    let home = typed.strip_prefix("~/").and_then(|rest| std::env::home_dir().map(|home| home.join(rest)));
    let given = home.unwrap_or_else(|| PathBuf::from(typed));
    [given.clone(), folder.join(&given), folder.join("inputs").join(&given)].into_iter().find(|path| path.exists())
}

fn list(folder: &Path) {
    let inputs = folder.join("inputs");
    let folder = if inputs.is_dir() { inputs } else { folder.to_path_buf() };
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .map(|entries| entries.take(200).filter_map(|entry| Some(entry.ok()?.path().display().to_string())).collect())
        .unwrap_or_default();
    names.sort();
    for name in names.iter().take(40) {
        errln!("    {}", plain(name));
    }
    if names.is_empty() {
        errln!("    {} is empty", folder.display());
    }
}

/// Asks for a decision: one command at a time, so that every edit is checked at once.
async fn review(lines: &Lines, about: &About, me: &mut Me) -> Option<Reply> {
    let wait = &about.wait;
    if about.fresh {
        heading(about);
        show(wait, None);
        errln!("  {}", commands(wait));
    }
    let typed = lines.ask("> ").await?;
    if let Some(reply) = signal(&typed, wait) {
        return Some(reply);
    }
    let mut words = typed.split_whitespace();
    let command = words.next().unwrap_or_default().to_lowercase();
    let answer = match command.as_str() {
        "" | "?" | "help" => {
            errln!("  {}", commands(wait));
            return Some(Reply::Again);
        }
        "next" => return Some(Reply::Next),
        "as" => {
            become_other(typed.get(2..).unwrap_or_default().trim(), me);
            return Some(Reply::Again);
        }
        "show" => {
            show(wait, words.next());
            return Some(Reply::Again);
        }
        "edit" => match edit(wait, typed.get(4..).unwrap_or_default().trim()) {
            Some(correct) => Answer { correct: Some(correct), ..Answer::default() },
            None => {
                errln!(
                    "  write: edit ROW FIELD VALUE, for example: edit 3 amount 950.00 GBP (in a form: edit FIELD VALUE)"
                );
                return Some(Reply::Again);
            }
        },
        "drop" => match words.next() {
            Some(row) => Answer { reject_rows: vec![row.to_owned()], ..Answer::default() },
            None => {
                errln!("  write: drop ROW");
                return Some(Reply::Again);
            }
        },
        _ => match actions(wait)
            .into_iter()
            .find(|kind| *kind == command || (command.len() == 1 && kind.starts_with(&command)))
        {
            Some(kind) => {
                let said = words.collect::<Vec<_>>().join(" ");
                let comment = if said.is_empty() { lines.ask("Comment (may be empty): ").await? } else { said };
                Answer { decide: Some(kind), comment: (!comment.is_empty()).then_some(comment), ..Answer::default() }
            }
            None => {
                errln!("  `{}` is not known; {}", plain(&command), commands(wait));
                return Some(Reply::Again);
            }
        },
    };
    let answer = sign(lines, wait, me, answer).await?;
    Some(made(&answer, wait))
}

/// Adds who it is, and asks for it the first time.
async fn sign(lines: &Lines, wait: &Waiting, me: &mut Me, mut answer: Answer) -> Option<Answer> {
    if me.name.is_none() {
        me.name = Some(lines.ask("Your name (may be empty): ").await?);
    }
    answer.by = me.name.clone().filter(|name| !name.is_empty());
    if answer.by.is_some() {
        answer.roles = if me.roles.is_empty() { wait.roles() } else { me.roles.clone() };
    }
    Some(answer)
}

/// `as NAME`: somebody else sits down at the terminal, as a sign-off by another person needs.
fn become_other(name: &str, me: &mut Me) {
    if name.is_empty() {
        errln!("  write: as NAME");
        return;
    }
    errln!("  you are {} from here on", plain(name));
    me.name = Some(name.to_owned());
}

/// `ROW FIELD VALUE`, or `FIELD VALUE` where no rows are shown; `=` may stand before the value.
fn edit(wait: &Waiting, typed: &str) -> Option<Json> {
    if rows(wait).is_empty() {
        if at(&wait.action, &["payload", "text"]).is_some() {
            return Some(json!(typed));
        }
        let (field, text) = set(typed)?;
        return Some(json!({ field: value(text) }));
    }
    let (first, rest) = typed.split_once(char::is_whitespace)?;
    let (field, text) = set(rest.trim())?;
    Some(json!({ first: { field: value(text) } }))
}

/// `FIELD VALUE`, `FIELD=VALUE` or `FIELD = VALUE`.
fn set(typed: &str) -> Option<(&str, &str)> {
    let (field, text) = typed.split_once(|sign: char| sign.is_whitespace() || sign == '=')?;
    let text = text.trim_start();
    let text =
        if typed.as_bytes().get(field.len()) == Some(&b'=') { text } else { text.strip_prefix('=').unwrap_or(text) };
    (!field.is_empty()).then_some((field, text.trim()))
}

/// JSON where it is an object, a list or a number, else the text as it stands.
fn value(text: &str) -> Json {
    let text = text.trim();
    let structured = text.starts_with(['{', '[']) || matches!(text, "true" | "false" | "null");
    if structured { serde_json::from_str(text).unwrap_or_else(|_| json!(text)) } else { json!(text) }
}

/// What is offered: the kinds of the actions shown, in order.
fn actions(wait: &Waiting) -> Vec<String> {
    let shown = at(&wait.action, &["display_hint", "config", "actions"]).and_then(Json::as_array);
    shown.into_iter().flatten().filter_map(|action| Some(action.get("kind")?.as_str()?.to_owned())).collect()
}

fn commands(wait: &Waiting) -> String {
    let config = |key: &str| at(&wait.action, &["display_hint", "config", key]).and_then(Json::as_bool) == Some(true);
    let mut all = actions(wait);
    let table = !rows(wait).is_empty();
    if config("allow_corrections") {
        all.push(if table { "edit ROW FIELD VALUE" } else { "edit FIELD VALUE" }.to_owned());
    }
    if config("removable") {
        all.push("drop ROW".to_owned());
    }
    all.push(if table { "show [ROW]" } else { "show" }.to_owned());
    all.push("as NAME".to_owned());
    all.push("next".to_owned());
    all.join(", ")
}

/// The rows under review and the name of their key.
fn rows(wait: &Waiting) -> Vec<Json> {
    let payload = wait.action.get("payload").unwrap_or(&Json::Null);
    payload.get("rows").and_then(Json::as_array).cloned().unwrap_or_default()
}

fn columns(wait: &Waiting, rows: &[Json]) -> Vec<String> {
    let dataset = at(&wait.action, &["display_hint", "config", "datasets"]).and_then(|sets| sets.get(0));
    let named = dataset.and_then(|set| set.get("columns")).and_then(Json::as_array);
    let named: Vec<String> =
        named.into_iter().flatten().filter_map(|column| Some(column.get("key")?.as_str()?.to_owned())).collect();
    if !named.is_empty() {
        let key = wait.text(&["display_hint", "config", "row_key"]);
        let key = key.filter(|key| !named.iter().any(|column| column == key)).map(str::to_owned);
        return key.into_iter().chain(named).collect();
    }
    match rows.first() {
        Some(Json::Object(row)) => row.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Shows what is under review: rows as a table, one row or a record field by field.
fn show(wait: &Waiting, row: Option<&str>) {
    let rows = rows(wait);
    if let Some(wanted) = row {
        let key = wait.text(&["display_hint", "config", "row_key"]);
        let found = rows.iter().find(|row| key.is_some_and(|key| row.get(key).map(cell).as_deref() == Some(wanted)));
        match found {
            Some(row) => record(row),
            None => errln!("  there is no row {wanted}"),
        }
        return;
    }
    if rows.is_empty() {
        let payload = wait.action.get("payload").unwrap_or(&Json::Null);
        // What a form or a summary shows stands in one field of what is told about it.
        let inner = ["value", "figures"].iter().find_map(|field| payload.get(field).filter(|it| it.is_object()));
        record(inner.unwrap_or(payload));
    } else {
        err!("{}", table(&columns(wait, &rows), &rows, terminal::width().saturating_sub(3)));
    }
    for list in [at(&wait.action, &["warnings"]), at(&wait.action, &["display_hint", "config", "problems"])] {
        for warning in list.and_then(Json::as_array).into_iter().flatten() {
            errln!("  ! {}", plain(&cell(warning)));
        }
    }
    for check in at(&wait.action, &["checks", "items"]).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
    {
        let text = |key: &str| check.get(key).map(cell).unwrap_or_default();
        let line = format!("  [{}] {} {}", text("status"), plain(&text("title")), plain(&text("detail")));
        errln!("{}", line.trim_end());
    }
    let by = wait.roles();
    if !by.is_empty() {
        errln!("  decided by: {}", by.join(" or "));
    }
}

fn record(value: &Json) {
    match value {
        Json::Object(fields) => {
            for (field, value) in fields {
                errln!("  {field}: {}", plain(&cell(value)));
            }
        }
        Json::Null => {}
        other => errln!("  {}", plain(&cell(other))),
    }
}

/// Asks for the payload of a signal or the fields of a form.
async fn data(lines: &Lines, about: &About, me: &mut Me) -> Option<Reply> {
    let wait = &about.wait;
    if about.fresh {
        heading(about);
        errln!("  waits for {}", described(wait));
    }
    let fields = form_fields(wait);
    let mut given = serde_json::Map::new();
    let confirm = wait.kind == "interactive_review" && fields.is_empty();
    if confirm {
        match lines.ask("Confirm? (yes, next): ").await?.as_str() {
            "next" => return Some(Reply::Next),
            "yes" | "y" => {}
            typed => return Some(signal(typed, wait).unwrap_or(Reply::Again)),
        }
    } else if fields.is_empty() {
        let typed = lines.ask("Payload as JSON (empty for {}): ").await?;
        if let Some(reply) = signal(&typed, wait) {
            return Some(reply);
        }
        match typed.as_str() {
            "next" => return Some(Reply::Next),
            "" => {}
            typed => match serde_json::from_str(typed) {
                Ok(Json::Object(object)) => given = object,
                Ok(_) => {
                    errln!("  it must be an object such as {{ \"accepted\": true }}");
                    return Some(Reply::Again);
                }
                Err(error) => {
                    errln!("  this is no JSON: {error}");
                    return Some(Reply::Again);
                }
            },
        }
    }
    for (field, label) in fields {
        let typed = lines.ask(&format!("{label}: ")).await?;
        if typed == "next" {
            return Some(Reply::Next);
        }
        // In a form a text may begin with any word; a signal has its braces.
        if let Some(reply) = Some(&typed).filter(|typed| typed.ends_with('}')).and_then(|typed| signal(typed, wait)) {
            return Some(reply);
        }
        if !typed.is_empty() {
            given.insert(field, value(&typed));
        }
    }
    let answer = sign(lines, wait, me, Answer { data: Some(Json::Object(given)), ..Answer::default() }).await?;
    Some(made(&answer, wait))
}

/// The fields of a form or of a signal's schema, with what to ask.
fn form_fields(wait: &Waiting) -> Vec<(String, String)> {
    let form = wait.form_fields();
    if wait.kind == "interactive_review" || !form.is_empty() {
        return form;
    }
    let schema = wait.signals().first().and_then(|(_, schema)| *schema);
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Json::as_object);
    let flat = properties.filter(|properties| {
        properties.values().all(|p| !matches!(p.get("type").and_then(Json::as_str), Some("object" | "array")))
    });
    flat.map(|properties| properties.keys().map(|key| (key.clone(), key.clone())).collect()).unwrap_or_default()
}

fn at<'a>(json: &'a Json, path: &[&str]) -> Option<&'a Json> {
    path.iter().try_fold(json, |json, key| json.get(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_set_with_and_without_an_equals_sign() {
        for typed in ["amount 9.50 GBP", "amount=9.50 GBP", "amount = 9.50 GBP", "amount  9.50 GBP "] {
            assert_eq!(set(typed), Some(("amount", "9.50 GBP")), "{typed}");
        }
        // An equals sign of the value stays.
        assert_eq!(set("note ==x"), Some(("note", "=x")));
        assert_eq!(set("note==x"), Some(("note", "=x")));
        assert_eq!(set("amount"), None);
        assert_eq!(set("=1"), None);
    }

    #[test]
    fn of_several_files_the_next_one_is_named() {
        let slot =
            |title: &str, source: &str, status: &str| json!({ "title": title, "source": source, "status": status });
        let wait = |slots: Json| Waiting {
            run: ntro_harness::RunKey::new("a"),
            step: "a".into(),
            address: "a".into(),
            kind: "submit_files".into(),
            action: json!({ "display_hint": { "config": { "expected": slots } } }),
        };
        let first = slot("Bank form", "bank-details", "received");
        let next = slot("Tax form", "tax-form", "pending");
        assert_eq!(missing_file(&wait(json!([first, next]))), "Tax form, tax-form");
        assert_eq!(missing_file(&wait(json!([slot("Tax", "tax", "pending")]))), "Tax");
        assert_eq!(missing_file(&wait(json!([]))), "file");
    }

    #[test]
    fn a_signal_is_typed_with_its_name_and_what_it_carries() {
        let run = ntro_harness::RunKey::new("monthly-1");
        let wait = Waiting {
            run: run.clone(),
            step: "a".into(),
            address: "a".into(),
            kind: "submit_file".into(),
            action: json!({}),
        };
        let sent = |typed: &str| match signal(typed, &wait) {
            Some(Reply::Do(Move::Signal { run: to, name, payload })) if to == run => Some((name, payload)),
            _ => None,
        };
        assert_eq!(sent("signal noted { \"id\": 1 }"), Some(("noted".to_owned(), json!({ "id": 1 }))));
        assert_eq!(sent("signal noted"), Some(("noted".to_owned(), json!({}))));
        assert!(matches!(signal("signal", &wait), Some(Reply::Again)));
        assert!(matches!(signal("signal noted {id}", &wait), Some(Reply::Again)));
        assert!(signal("signals.csv", &wait).is_none());
        assert!(signal("rent-roll.csv", &wait).is_none());
    }
}
