//! What is pending: what people and systems are asked for, in the order of the text.

use jiff::Timestamp;
use ntro_ir::{Await, BlockId, Gate, Type};
use serde_json::{Map, json};

use crate::bounds;
use crate::codec;
use crate::io::Json;
use crate::query::show::{self, Shown};
use crate::query::{fields, files};
use crate::state::{AwaitWait, ChildStatus, Feedback, Fibre, FibreId, GateWait, StepSnapshot, Wait};
use crate::view::View;

/// The kind of a gate.
const GATE: &str = "interactive_review";

/// Something that is asked for.
pub(crate) struct Pending {
    pub(crate) block: BlockId,
    pub(crate) entry: u32,
    /// `submit_file`, `submit_files`, `interactive_review`, `await_signal`.
    pub(crate) kind: &'static str,
    /// Who may answer; nothing where anyone may.
    pub(crate) roles: Option<Vec<String>>,
    path: String,
    address: String,
    title: String,
    due: Option<Timestamp>,
    shown: Shown,
    feedback: Option<Json>,
    /// What else belongs to it: `args`, `tools`, `warnings` …
    more: Map<String, Json>,
    /// The form in which clients see it that can do one thing at a time; nothing where they see nothing.
    single: Single,
}

/// How [`Pending`] looks in `current_pending_action`.
enum Single {
    Same,
    Hidden,
    /// One file of several.
    File {
        shown: Shown,
        args: Json,
    },
}

impl Pending {
    /// The action as JSON.
    pub(crate) fn json(self) -> Json {
        self.with(None)
    }

    /// The action for clients that can do one thing at a time; nothing where it is nothing for them.
    fn single(mut self) -> Option<Json> {
        match std::mem::replace(&mut self.single, Single::Same) {
            Single::Same => Some(self.json()),
            Single::Hidden => None,
            Single::File { shown, args } => {
                self.kind = "submit_file";
                self.shown = shown;
                Some(self.with(Some(args)))
            }
        }
    }

    /// There may be thousands of rows in it, so that nothing is copied on the way.
    fn with(mut self, args: Option<Json>) -> Json {
        let reason = self.reason(self.kind);
        let display_hint = self.shown.display_hint(&self.title, self.feedback.as_ref());
        let mut out = Map::new();
        let mut put = |name: &str, value: Json| {
            if !value.is_null() {
                out.insert(name.to_owned(), value);
            }
        };
        put("kind", json!(self.kind));
        put("step_id", Json::String(self.path));
        put("step", Json::String(self.address));
        put("title", Json::String(self.title));
        put("round", json!(self.entry));
        put("reason", Json::String(reason));
        put("roles", json!(self.roles));
        put("due", json!(self.due));
        put("display_hint", display_hint);
        put("payload", self.shown.payload.unwrap_or(Json::Null));
        put("feedback", self.feedback.unwrap_or(Json::Null));
        for (name, value) in self.more {
            put(&name, value);
        }
        if let Some(args) = args {
            put("args", args);
        }
        Json::Object(out)
    }

    fn reason(&self, kind: &str) -> String {
        let who = self.roles.as_deref().map(crate::actor::one_of);
        match (kind, who) {
            ("interactive_review", Some(who)) => format!("{}: {who} decides.", self.title),
            ("interactive_review", None) => format!("{}: a decision is needed.", self.title),
            ("await_signal", _) => format!("{}: waits for a signal.", self.title),
            (_, _) => format!("{}: a file is needed.", self.title),
        }
    }

    /// What is kept of it once it is done.
    pub(crate) fn kept(mut self) -> StepSnapshot {
        let display_hint = self.shown.display_hint(&self.title, None);
        let payload = self.shown.payload.map(|mut payload| {
            if codec::size(&payload) > bounds::KEPT_BYTES {
                let total = payload.get("rows").and_then(Json::as_array).map(Vec::len);
                payload = json!({ "truncated": true, "total_rows": total });
            }
            payload
        });
        StepSnapshot { display_hint, payload, decision: None }
    }
}

impl<'a> View<'a> {
    /// Everything that is pending, in the order of the text.
    pub(crate) fn pending(&self) -> Vec<Pending> {
        let open: Vec<_> = (self.state.fibres.iter())
            .filter(|(_, fibre)| matches!(fibre.wait, Wait::Gate(_) | Wait::Await(_)))
            .map(|(id, _)| *id)
            .collect();
        // All answers together must stay under what a host can carry.
        let most = bounds::SHOWN_BYTES / open.len().max(1);
        let mut pending: Vec<_> = open.into_iter().filter_map(|id| self.pending_within(id, most)).collect();
        pending.sort_by_key(|pending| (pending.block, pending.entry));
        pending
    }

    /// The kind of everything that is pending, and who may answer, without what is shown.
    pub(crate) fn asked(&self) -> Vec<(&'static str, Option<Vec<String>>)> {
        let asked = |(id, fibre): (&FibreId, &Fibre)| match &fibre.wait {
            Wait::Gate(wait) => {
                let gate = self.program.gates.get(wait.gate as usize)?;
                Some((GATE, self.gate_roles(*id, gate, wait).ok().flatten()))
            }
            Wait::Await(wait) => {
                let def = self.program.awaits.get(wait.id as usize)?;
                Some((await_kind(def), self.await_roles(*id, wait).ok().flatten()))
            }
            Wait::Ready
            | Wait::Call(_)
            | Wait::Sleep { .. }
            | Wait::Child(_)
            | Wait::Join { .. }
            | Wait::Each(_)
            | Wait::Undo { .. } => None,
        };
        self.state.fibres.iter().filter_map(asked).collect()
    }

    /// What is pending at a fibre.
    pub(crate) fn pending_of(&self, id: FibreId) -> Option<Pending> {
        self.pending_within(id, bounds::SHOWN_BYTES)
    }

    fn pending_within(&self, id: FibreId, most: usize) -> Option<Pending> {
        match &self.fibre(id)?.wait {
            Wait::Gate(wait) => Some(self.pending_gate(id, self.program.gates.get(wait.gate as usize)?, wait, most)),
            Wait::Await(wait) => Some(self.pending_await(id, self.program.awaits.get(wait.id as usize)?, wait, most)),
            Wait::Ready
            | Wait::Call(_)
            | Wait::Sleep { .. }
            | Wait::Child(_)
            | Wait::Join { .. }
            | Wait::Each(_)
            | Wait::Undo { .. } => None,
        }
    }

    /// `current_pending_action`: the first thing in the order of the text, else the children that run.
    pub(crate) fn current_pending_action(&self) -> Json {
        if let Some(first) = self.pending().into_iter().find_map(Pending::single) {
            return first;
        }
        let running: Vec<_> = (self.started_children().iter())
            .filter(|child| child.note.status == ChildStatus::Running)
            .map(|child| json!({ "task_id": child.workflow_id, "step_id": child.path, "slug": child.slug }))
            .collect();
        let step = running.first().and_then(|child| child.get("step_id")).cloned();
        match step {
            None => Json::Null,
            Some(step) => json!({
                "kind": "drill_down",
                "step_id": step,
                "reason": "Children are under way.",
                "children": running,
            }),
        }
    }

    fn pending_gate(&self, id: FibreId, gate: &Gate, wait: &GateWait, most: usize) -> Pending {
        let shown = show::gate(self, id, gate, wait, most);
        let mut more = Map::new();
        let offers = |name: &str| gate.actions.iter().any(|action| action.name == name);
        let tools: Vec<_> = [("approve", "ntro_task_approve"), ("reject", "ntro_task_reject")]
            .into_iter()
            .filter(|(name, _)| offers(name))
            .map(|(_, tool)| tool)
            .collect();
        more.insert("tools".to_owned(), json!(tools));
        if let Ok(barred) = self.barred(id, gate, wait)
            && !barred.is_empty()
        {
            more.insert("not_by".to_owned(), json!(barred));
        }
        if let Ok(quorum) = self.quorum(id, gate, wait)
            && quorum > 1
        {
            more.insert("quorum".to_owned(), json!(quorum));
            more.insert("approvers".to_owned(), json!(wait.approvers));
        }
        let warnings = self.warnings(id, gate, wait);
        let mut feedback = self.told(id);
        if let Some(first) = warnings.first() {
            feedback = feedback.or_else(|| Some(feedback_json(&Feedback::message("warning", first))));
            more.insert("warnings".to_owned(), json!(warnings));
        }
        if let Some(checks) = self.checks(id, gate, wait) {
            more.insert("checks".to_owned(), checks);
        }
        let roles = self.gate_roles(id, gate, wait).ok().flatten();
        let due = self.due_of(id, wait.limit.as_ref().map(|limit| limit.due));
        self.assemble(id, gate.block, wait.entry, GATE, roles, due, shown, feedback, more, Single::Same)
    }

    fn warnings(&self, id: FibreId, gate: &Gate, wait: &GateWait) -> Vec<String> {
        if gate.warnings.is_empty() {
            return Vec::new();
        }
        let Ok(this) = self.this(id, gate, wait, None, None) else { return Vec::new() };
        let locals = [this];
        let one = |warning: &ntro_ir::Warning| {
            let holds = warning.when.map_or(Ok(true), |when| self.bool(id, when, &locals));
            match holds.and_then(|holds| holds.then(|| self.text(id, warning.message, &locals)).transpose()) {
                Ok(message) => message,
                // Silence would say that all is well.
                Err(error) => Some(format!("A warning cannot be worked out: {}", error.message)),
            }
        };
        gate.warnings.iter().filter_map(one).collect()
    }

    fn pending_await(&self, id: FibreId, def: &Await, wait: &AwaitWait, most: usize) -> Pending {
        let feedback = self.told(id).or_else(|| {
            let live =
                |(level, expr): &(String, ntro_ir::ExprId)| Feedback::of(level, &self.eval(id, *expr, &[]).ok()?);
            def.feedback.iter().filter_map(live).next_back().map(|feedback| feedback_json(&feedback))
        });
        let roles = self.await_roles(id, wait).ok().flatten();
        let due = self.due_of(id, wait.limit.as_ref().map(|limit| limit.due));
        let mut more = Map::new();
        let (shown, single) = match def.ask.as_ref().map(|ask| (&*ask.name, ask)) {
            Some(("form" | "confirm", ask)) => {
                more.insert("tools".to_owned(), json!(["ntro_task_approve"]));
                (self.form(id, def, ask), Single::Same)
            }
            Some(("files", _)) if def.asks_files() => self.expected_files(id, def, wait),
            Some((_, ask)) => {
                let config = files::upload_config(show::props(self, id, ask, &[], &[]));
                let signal = def.arms.first().map_or("document_submitted", |arm| &arm.signal);
                more.insert("args".to_owned(), self.upload_args(def, &config, signal));
                (Shown { component: show::component(&ask.name), config, payload: None }, Single::Same)
            }
            None => {
                let signals: Vec<_> = (def.arms.iter())
                    .map(
                        |arm| json!({ "signal_name": arm.signal, "schema": codec::schema(self.program, &arm.payload) }),
                    )
                    .collect();
                let task = self.run().map(|run| run.workflow_id.clone());
                more.insert("args".to_owned(), json!({ "signal_task_id": task, "signals": signals }));
                let shown = match &def.show {
                    Some(show) => show::plain(self, id, show, most),
                    None => Shown { component: "LOADING".to_owned(), config: Map::new(), payload: None },
                };
                (shown, Single::Hidden)
            }
        };
        self.assemble(id, def.block, wait.entry, await_kind(def), roles, due, shown, feedback, more, single)
    }

    /// `ask form` and `ask confirm`: the fields of the await's payload, with the labels of the text.
    fn form(&self, id: FibreId, def: &Await, ask: &ntro_ir::Component) -> Shown {
        let mut config = show::props(self, id, ask, &[], &[]);
        let record = match def.arms.first().map(|arm| &arm.payload) {
            Some(Type::Named(record)) if ask.name == "form" => fields::of(self.program, *record),
            _ => &[],
        };
        let mut columns = Vec::new();
        for field in record {
            let mut column = fields::column(self.program, field, true);
            if let (Some(label), Some(column)) = (config.remove(&field.name), column.as_object_mut()) {
                column.insert("label".to_owned(), label);
            }
            columns.push(column);
        }
        if !columns.is_empty() {
            config.insert("fields".to_owned(), Json::Array(columns));
        }
        let id = if ask.name == "form" { "Submit" } else { "Confirm" };
        config.insert(
            "actions".to_owned(),
            json!([{ "id": "approve", "kind": "approve", "label": id, "primary": true }]),
        );
        Shown { component: show::component(&ask.name), config, payload: None }
    }

    /// `ask files`: all slots for clients that know them, the first missing one for others.
    fn expected_files(&self, id: FibreId, def: &Await, wait: &AwaitWait) -> (Shown, Single) {
        let signal = def.arms.first().map_or("document_submitted", |arm| &arm.signal);
        let mut expected = Vec::new();
        let mut single = Single::Hidden;
        for (slot, source) in def.ask.iter().flat_map(|ask| &ask.props) {
            let source = self.text(id, *source, &[]).unwrap_or_else(|_| slot.clone());
            let title = fields::humanise(slot);
            let config = Map::from_iter([("title".to_owned(), json!(title)), ("source".to_owned(), json!(source))]);
            let args = self.upload_args(def, &config, signal);
            let got = wait.files.contains_key(slot);
            let status = if got { "received" } else { "pending" };
            expected.push(json!({ "key": slot, "title": title, "source": source, "status": status, "args": args }));
            if !got && matches!(single, Single::Hidden) {
                let config = files::upload_config(config);
                single = Single::File {
                    shown: Shown { component: show::component("file_upload"), config, payload: None },
                    args,
                };
            }
        }
        let config = Map::from_iter([("expected".to_owned(), json!(expected))]);
        (Shown { component: show::component("files"), config, payload: None }, single)
    }

    /// What a client sends, and where: existing drivers read every key from here.
    fn upload_args(&self, def: &Await, config: &Map<String, Json>, signal: &str) -> Json {
        let name = self.block(def.block).map(|block| block.name.clone()).unwrap_or_default();
        let source = config.get("source").and_then(Json::as_str).unwrap_or(&name);
        let mut args = json!({ "source": source, "signal_name": signal });
        if let (Some(run), Some(args)) = (self.run(), args.as_object_mut()) {
            args.insert("tenant_id_or_slug".to_owned(), json!(run.tenant));
            args.insert("entity_id_or_slug".to_owned(), json!(run.entity));
            args.insert("signal_task_id".to_owned(), json!(run.workflow_id));
            for key in ["schema_slug", "schema"] {
                if let Some(schema) = config.get(key).and_then(Json::as_str) {
                    args.insert("schema_slug".to_owned(), json!(schema));
                }
            }
        }
        args
    }

    fn told(&self, id: FibreId) -> Option<Json> {
        self.state.notes.feedback.get(&id).map(feedback_json)
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "these are the fields of one record, gathered by the two kinds of waits"
    )]
    fn assemble(
        &self,
        id: FibreId,
        block: BlockId,
        entry: u32,
        kind: &'static str,
        roles: Option<Vec<String>>,
        due: Option<Timestamp>,
        shown: Shown,
        feedback: Option<Json>,
        more: Map<String, Json>,
        single: Single,
    ) -> Pending {
        let path = self.block(block).map(|block| block.path.clone()).unwrap_or_default();
        let mut more = more;
        let mut title = self.title(block);
        let key = self.block(block).and_then(|block| block.key).and_then(|key| self.text(id, key, &[]).ok());
        if let Some(key) = key {
            title = format!("{title}: {key}");
            more.insert("key".to_owned(), Json::String(key));
        }
        let address = self.address(block, entry);
        Pending { block, entry, kind, roles, path, address, title, due, shown, feedback, more, single }
    }
}

/// The kind of an await, by what it asks for.
fn await_kind(def: &Await) -> &'static str {
    match def.ask.as_ref().map(|ask| &*ask.name) {
        Some("form" | "confirm") => "interactive_review",
        Some("files") if def.asks_files() => "submit_files",
        Some(_) => "submit_file",
        None => "await_signal",
    }
}

fn feedback_json(feedback: &Feedback) -> Json {
    json!({ "kind": feedback.kind, "level": feedback.level, "payload": feedback.payload })
}
