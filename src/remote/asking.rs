//! What comes of what a person has just done.

use std::time::Duration;

use ntro_worker::client::{ClientError, Runs};
use serde_json::Value as Json;

use crate::remote::text;
use crate::run::table::{plain, table};
use crate::terminal;

/// How long is looked for what follows.
const LOOK: Duration = Duration::from_secs(3);
/// How often.
const EVERY: Duration = Duration::from_millis(150);

/// What is pending in a run, as far as it answers.
pub(crate) async fn pending(runs: &Runs, run: &str) -> Result<Vec<Json>, ClientError> {
    match runs.query(run, "pending_actions").await? {
        Json::Array(actions) => Ok(actions.into_iter().filter(text::is_asked).collect()),
        _ => Ok(Vec::new()),
    }
}

/// What a run has ignored, how often and the newest.
pub(crate) async fn ignored(runs: &Runs, run: &str) -> Option<(u64, String)> {
    let ignored = runs.query(run, "ignored_inputs").await.ok()?;
    let count = ignored.get("count")?.as_u64()?;
    let newest = ignored.get("newest").and_then(Json::as_array).and_then(|newest| newest.last());
    let why = newest.and_then(|one| one.get("why")?.as_str()).unwrap_or_default();
    Some((count, plain(why)))
}

/// Looks for a moment what the run asks for now, and tells it on stderr. Silence is no error: the run may be busy.
pub(crate) async fn tell_next(runs: &Runs, run: &str, before: &[Json]) {
    let until = tokio::time::Instant::now() + LOOK;
    while tokio::time::Instant::now() < until {
        tokio::time::sleep(EVERY).await;
        match runs.describe(run).await {
            Ok(line) if line.status != "running" => {
                errln!("The run has ended: {}. `ntroc show {}` tells more.", line.status, text::shell(run));
                return;
            }
            Ok(_) => {}
            Err(_) => return,
        }
        let Ok(now) = pending(runs, run).await else { return };
        if now != before && !now.is_empty() {
            for action in &now {
                tell(run, action);
            }
            return;
        }
    }
}

/// One thing that is asked for, with the commands that answer it.
pub(crate) fn tell(run: &str, action: &Json) {
    err!("{}", lines(run, action));
}

/// The rows that are shown for a decision, at most this many; nothing where no rows are shown.
pub(crate) fn rows(action: &Json, most: usize) -> Option<String> {
    let data = action.pointer("/display_hint/config/datasets/0")?;
    let key = data.get("data_key").and_then(Json::as_str).unwrap_or("rows");
    let rows = action.get("payload")?.get(key)?.as_array()?;
    let mut columns: Vec<String> = Vec::new();
    // The key of a row, by which it is corrected, comes first.
    let id =
        ["key", "row_key"].iter().find_map(|name| action.pointer(&format!("/display_hint/config/{name}"))?.as_str());
    columns.extend(id.map(str::to_owned));
    let shown = data.get("columns").and_then(Json::as_array).into_iter().flatten();
    for column in shown.filter_map(|column| Some(column.get("key")?.as_str()?.to_owned())) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let mut text = table(&columns, rows.get(..most.min(rows.len()))?, terminal::width());
    if rows.len() > most {
        text.push_str(&format!("  … and {} more rows; --json has them all\n", rows.len() - most));
    }
    Some(text)
}

/// The same as text.
pub(crate) fn lines(run: &str, action: &Json) -> String {
    let step = action.get("step").and_then(Json::as_str).unwrap_or_default();
    let mut lines = format!("{} at {}: {}\n", text::title(action), plain(step), text::waiting(action));
    for told in text::told(action) {
        lines.push_str(&format!("    {told}\n"));
    }
    for command in text::commands(run, action) {
        lines.push_str(&format!("    {command}\n"));
    }
    lines
}
