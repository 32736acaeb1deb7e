//! What is under review at an open gate: the live value with people's edits laid over it.
//!
//! Edits are kept by row key and field, never as a copy of the rows. So they survive whatever changes beneath, and a row that
//! vanishes takes nothing with it: should it come back, its edits are there.

use std::collections::BTreeSet;

use ntro_ir::{Draft, Gate, LocalId, Value};

use crate::action::clip;
use crate::eval::{Eval, EvalError};
use crate::state::{Correction, FibreId, GateWait};
use crate::view::View;

/// The field under which the edit of a text is kept.
pub(crate) const TEXT_FIELD: &str = "text";

/// A row as it stands.
pub(crate) struct RowNow {
    pub(crate) key: String,
    /// Without edits.
    pub(crate) base: Value,
    /// With them, and with `on edit` and `on reject_row`.
    pub(crate) now: Value,
    /// Whether it is shown no more.
    pub(crate) removed: bool,
    /// Whether a row before it has the same key.
    pub(crate) twice: bool,
}

/// What is under review.
pub(crate) struct DraftNow {
    /// `review.value`
    pub(crate) value: Value,
    /// `review.removed`
    pub(crate) removed: Vec<Value>,
    /// The rows of a table, the removed ones included.
    pub(crate) rows: Vec<RowNow>,
    /// The record or text without edits, where it is no table.
    pub(crate) base: Value,
}

impl DraftNow {
    /// The row of a key.
    ///
    /// # Errors
    /// A sentence for the person who acts: there is none, or it cannot be told which is meant.
    pub(crate) fn row(&self, key: &str) -> Result<&RowNow, String> {
        let mut found = self.rows.iter().filter(|row| row.key == key);
        let Some(row) = found.next() else { return Err(format!("There is no row `{}` here.", clip(key))) };
        match found.next() {
            None => Ok(row),
            Some(_) => {
                Err(format!("Several rows are called `{}` here, so it is not clear which one is meant.", clip(key)))
            }
        }
    }

    /// What people should know about rows that share a key.
    pub(crate) fn unclear(&self) -> Option<String> {
        let row = self.rows.iter().find(|row| row.twice)?;
        Some(format!("Several rows are called `{}`: they cannot be edited or rejected one by one.", clip(&row.key)))
    }
}

impl View<'_> {
    /// What is under review at an open gate.
    pub(crate) fn draft(&self, fibre: FibreId, gate: &Gate, wait: &GateWait) -> Eval<DraftNow> {
        let whole = |base: Value, value: Value| DraftNow { value, removed: Vec::new(), rows: Vec::new(), base };
        match &gate.draft {
            Draft::None => Ok(whole(Value::None, Value::None)),
            Draft::Rows { rows, key, .. } => {
                let items = self.with_env(fibre, &[], |env| env.eval_list(*rows))?;
                let mut keys = BTreeSet::new();
                let mut rows = Vec::with_capacity(items.len());
                for item in items.iter() {
                    let key = row_key(item, key)?;
                    let twice = !keys.insert(key.clone());
                    rows.push(self.row(fibre, gate, wait, (key, twice), item)?);
                }
                let pick = |removed| rows.iter().filter(move |row| row.removed == removed).map(|row| row.now.clone());
                let value = Value::list(pick(false).collect());
                let removed = pick(true).collect();
                Ok(DraftNow { value, removed, rows, base: Value::None })
            }
            Draft::Form { value, .. } => {
                let base = self.eval(fibre, *value, &[])?;
                let now = self.edited(fibre, gate, wait, "", &base)?;
                Ok(whole(base, now))
            }
            Draft::Text { value, .. } => {
                let base = self.eval(fibre, *value, &[])?;
                let edit = wait.edits.get("").and_then(|fields| fields.get(TEXT_FIELD));
                let now = edit.unwrap_or(&base).clone();
                Ok(whole(base, now))
            }
        }
    }

    /// A row with what people made of it. Of rows with one key only the first was meant when there was but one.
    fn row(
        &self,
        fibre: FibreId,
        gate: &Gate,
        wait: &GateWait,
        (key, twice): (String, bool),
        row: &Value,
    ) -> Eval<RowNow> {
        if twice {
            return Ok(RowNow { key, base: row.clone(), now: row.clone(), removed: false, twice });
        }
        let mut now = self.edited(fibre, gate, wait, &key, row)?;
        let rejected = wait.rejected.contains(&key);
        let mut removed = false;
        if rejected {
            match gate.on_reject_row {
                Some((local, becomes)) => now = self.eval(fibre, becomes, &[(local, now)])?,
                None => removed = true,
            }
        }
        Ok(RowNow { key, base: row.clone(), now, removed, twice })
    }

    /// A record with its edits, and what `on edit` makes of it.
    fn edited(&self, fibre: FibreId, gate: &Gate, wait: &GateWait, key: &str, base: &Value) -> Eval {
        let Some(edits) = wait.edits.get(key) else { return Ok(base.clone()) };
        let Value::Record(record) = base else { return Ok(base.clone()) };
        let mut record = record.as_ref().clone();
        for (field, value) in edits {
            record.set(field, value.clone());
        }
        let edited = Value::Record(std::sync::Arc::new(record));
        match gate.on_edit {
            Some((local, becomes)) => self.eval(fibre, becomes, &[(local, edited)]),
            None => Ok(edited),
        }
    }

    /// The gate inside its own clauses: `{ value, corrections, removed, comment, by, round }`. While an approval is being made,
    /// `comment` and `by` are those of it.
    pub(crate) fn this(
        &self,
        fibre: FibreId,
        gate: &Gate,
        wait: &GateWait,
        comment: Option<&str>,
        by: Option<&str>,
    ) -> Eval<(LocalId, Value)> {
        let draft = self.draft(fibre, gate, wait)?;
        let value = Value::record([
            ("value", draft.value),
            ("corrections", corrections(&wait.corrections)),
            ("removed", Value::list(draft.removed)),
            ("comment", optional_text(comment)),
            ("by", optional_text(by)),
            ("round", Value::Int(i64::from(wait.entry))),
        ]);
        Ok((gate.this, value))
    }
}

/// The text that identifies a row.
pub(crate) fn row_key(row: &Value, key: &str) -> Eval<String> {
    match row.field(key) {
        Some(value) => Ok(value.display()),
        None => Err(EvalError::program(format!("a row has no field `{key}`"))),
    }
}

/// `review.corrections`: records of `line_item_id` (the row's key; empty for a form or a text), `field`, `old_value` and
/// `new_value` (JSON or `none`), which is the `Correction` of the language.
pub(crate) fn corrections(corrections: &[Correction]) -> Value {
    let json = |value: &Value| match value {
        Value::None => Value::None,
        value => Value::Json(crate::codec::canonical(&crate::codec::encode(value)).into()),
    };
    let one = |correction: &Correction| {
        Value::record([
            ("line_item_id", Value::text(correction.row.as_deref().unwrap_or_default())),
            ("field", Value::text(correction.field.as_str())),
            ("old_value", json(&correction.old)),
            ("new_value", json(&correction.new)),
        ])
    };
    Value::list(corrections.iter().map(one).collect())
}

/// A text or `none`.
pub(crate) fn optional_text(text: Option<&str>) -> Value {
    text.map_or(Value::None, Value::text)
}
