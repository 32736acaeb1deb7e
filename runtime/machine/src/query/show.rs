//! Components: what a person is shown, as existing clients draw it.

use ntro_ir::{Component, Draft, Gate, LocalId, Value};
use serde_json::{Map, json};

use crate::bounds;
use crate::codec;
use crate::draft::{self, DraftNow};
use crate::io::Json;
use crate::query::fields;
use crate::state::{FibreId, GateWait};
use crate::view::View;

/// What is shown.
pub(crate) struct Shown {
    /// `DATA_TABLE` …
    pub(crate) component: String,
    pub(crate) config: Map<String, Json>,
    pub(crate) payload: Option<Json>,
}

/// The evaluated properties of a component. One that cannot be computed is left out and said in `problems`.
pub(crate) fn props(
    view: &View<'_>,
    fibre: FibreId,
    component: &Component,
    locals: &[(LocalId, Value)],
    without: &[&str],
) -> Map<String, Json> {
    let mut config = Map::new();
    let mut problems = Vec::new();
    for (name, expr) in component.props.iter().filter(|(name, _)| !without.contains(&name.as_str())) {
        match view.eval(fibre, *expr, locals) {
            Ok(value) => {
                config.insert(name.clone(), codec::encode(&value));
            }
            Err(error) => problems.push(format!("`{name}`: {}", error.message)),
        }
    }
    if !problems.is_empty() {
        config.insert("problems".to_owned(), json!(problems));
    }
    config
}

/// The name under which existing clients know a component.
pub(crate) fn component(name: &str) -> String {
    match name {
        "form" | "text" | "confirm" | "approval_form" => "APPROVAL_FORM".to_owned(),
        "file_upload" => "FILE_UPLOAD".to_owned(),
        "files" => "MULTI_FILE_UPLOAD".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}

/// What an open gate shows.
pub(crate) fn gate(view: &View<'_>, fibre: FibreId, gate: &Gate, wait: &GateWait, most: usize) -> Shown {
    let (draft, without_draft) = match view.draft(fibre, gate, wait) {
        Ok(draft) => (Some(draft), None),
        Err(error) => (None, Some(error.message)),
    };
    let locals: Vec<_> = view.this(fibre, gate, wait, None, None).into_iter().collect();
    // The rows under review are shown as they stand in the draft, and there may be thousands.
    let without: &[&str] = match &gate.draft {
        Draft::Rows { .. } => &["rows", "key", "editable"],
        Draft::None | Draft::Form { .. } | Draft::Text { .. } => &[],
    };
    let mut config = gate.show.as_ref().map(|show| props(view, fibre, show, &locals, without)).unwrap_or_default();
    let mut payload = match &draft {
        Some(draft) => match &gate.draft {
            Draft::None => plain_payload(&mut config, most),
            Draft::Rows { row, key, editable, .. } => {
                table(view, &mut config, draft, (*row, key, editable), gate, most)
            }
            Draft::Form { record, editable, .. } => {
                let fields: Vec<_> = fields::of(view.program, *record)
                    .iter()
                    .map(|field| fields::column(view.program, field, editable.contains(&field.name)))
                    .collect();
                config.insert("fields".to_owned(), json!(fields));
                config.remove("value");
                Some(json!({ "value": codec::encode(&draft.value) }))
            }
            Draft::Text { editable, .. } => {
                config.insert("editable".to_owned(), Json::Bool(*editable));
                for name in ["value", "text"] {
                    config.remove(name);
                }
                Some(json!({ "text": codec::encode(&draft.value) }))
            }
        },
        None => None,
    };
    if !wait.corrections.is_empty()
        && let Some(payload) = payload.as_mut().and_then(Json::as_object_mut)
    {
        payload.insert("corrections".to_owned(), codec::encode(&draft::corrections(&wait.corrections)));
    }
    if let Some(why) = without_draft {
        problem(&mut config, why);
    }
    let editable = match &gate.draft {
        Draft::None => false,
        Draft::Rows { editable, .. } | Draft::Form { editable, .. } => !editable.is_empty(),
        Draft::Text { editable, .. } => *editable,
    };
    config.insert("allow_corrections".to_owned(), Json::Bool(editable));
    config.insert("actions".to_owned(), actions(view, fibre, gate, &locals));
    let name = gate.show.as_ref().map_or("approval_form", |show| &show.name);
    Shown { component: component(name), config, payload }
}

/// A component that is only looked at: lists of rows and records become its payload.
pub(crate) fn plain(view: &View<'_>, fibre: FibreId, show: &Component, most: usize) -> Shown {
    let mut config = props(view, fibre, show, &[], &[]);
    let payload = plain_payload(&mut config, most);
    Shown { component: component(&show.name), config, payload }
}

fn plain_payload(config: &mut Map<String, Json>, most: usize) -> Option<Json> {
    let mut payload = Map::new();
    if let Some(Json::Array(rows)) = config.remove("rows") {
        let columns: Vec<_> = match (config.get("columns"), rows.first()) {
            (Some(Json::Array(names)), _) => names.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            (_, Some(Json::Object(row))) => row.keys().cloned().collect(),
            _ => Vec::new(),
        };
        let columns: Vec<_> = columns
            .iter()
            .map(|name| json!({ "key": name, "label": fields::humanise(name), "type": "text", "editable": false }))
            .collect();
        datasets(config, columns);
        put_rows(&mut payload, rows, most);
    }
    for name in ["value", "figures", "document", "text"] {
        if let Some(value) = config.remove(name) {
            payload.insert(name.to_owned(), value);
        }
    }
    (!payload.is_empty()).then_some(Json::Object(payload))
}

fn table(
    view: &View<'_>,
    config: &mut Map<String, Json>,
    draft: &DraftNow,
    (row, key, editable): (ntro_ir::TypeId, &str, &[String]),
    gate: &Gate,
    most: usize,
) -> Option<Json> {
    let all = fields::of(view.program, row);
    let named: Vec<_> = match config.get("columns") {
        Some(Json::Array(names)) => names
            .iter()
            .filter_map(Json::as_str)
            .filter_map(|name| all.iter().find(|field| field.name == name))
            .collect(),
        _ => all.iter().collect(),
    };
    let columns =
        named.iter().map(|field| fields::column(view.program, field, editable.contains(&field.name))).collect();
    datasets(config, columns);
    let removable = gate.on_reject_row.is_some() || config.get("removable").and_then(Json::as_bool).unwrap_or(false);
    config.insert("removable".to_owned(), Json::Bool(removable));
    config.insert("row_key".to_owned(), json!(key));
    if let Some(unclear) = draft.unclear() {
        problem(config, unclear);
    }
    let mut payload = Map::new();
    put_rows(
        &mut payload,
        draft.rows.iter().filter(|row| !row.removed).map(|row| codec::encode(&row.now)).collect(),
        most,
    );
    if !draft.removed.is_empty() {
        payload.insert("removed".to_owned(), json!(draft.removed.len()));
    }
    Some(Json::Object(payload))
}

/// Adds to what could not be shown as it should be.
fn problem(config: &mut Map<String, Json>, what: String) {
    if let Json::Array(problems) = config.entry("problems").or_insert_with(|| json!([])) {
        problems.push(Json::String(what));
    }
}

fn datasets(config: &mut Map<String, Json>, columns: Vec<Json>) {
    let label = config.get("title").cloned().unwrap_or_else(|| json!("Rows"));
    config.remove("columns");
    config.insert(
        "datasets".to_owned(),
        json!([{ "key": "rows", "label": label, "data_key": "rows", "columns": columns }]),
    );
}

/// Rows up to a size; what is cut is said.
fn put_rows(payload: &mut Map<String, Json>, mut rows: Vec<Json>, most: usize) {
    let total = rows.len();
    let mut left = most.min(bounds::SHOWN_BYTES);
    let fits = rows.iter().take_while(|row| {
        let size = codec::size(row).saturating_add(1);
        left.checked_sub(size).inspect(|rest| left = *rest).is_some()
    });
    let fits = fits.count();
    if fits < total {
        rows.truncate(fits);
        payload.insert("truncated".to_owned(), Json::Bool(true));
        payload.insert("total_rows".to_owned(), json!(total));
    }
    payload.insert("rows".to_owned(), Json::Array(rows));
}

fn actions(view: &View<'_>, fibre: FibreId, gate: &Gate, locals: &[(LocalId, Value)]) -> Json {
    let one = |action: &ntro_ir::GateAction| {
        let label = action.label.and_then(|label| view.text(fibre, label, locals).ok());
        json!({
            "id": action.name,
            "kind": action.name,
            "label": label.unwrap_or_else(|| fields::humanise(&action.name)),
            "primary": action.name == "approve",
        })
    };
    Json::Array(gate.actions.iter().map(one).collect())
}
