//! A run with its steps, what waits for whom, and its children beneath their steps; as text and as JSON.

use std::collections::BTreeMap;

use console::Style;
use jiff::Timestamp;
use ntro_machine::{StepStatus, StepView};
use ntro_worker::client::{Call, CallState, ClientError, Details, End, Runs};
use serde_json::{Value as Json, json};

use crate::remote::past::Past;
use crate::remote::{self, text, time};
use crate::run::driver::wall_clock;
use crate::run::table::plain;
use crate::stop::Stop;

/// How deep children are shown.
const DEPTH: usize = 8;
/// How many children of a step are shown.
const WIDTH: usize = 10;
/// How many runs are shown in all.
const MOST: usize = 60;

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// How many children of a step.
    pub(crate) width: usize,
    /// How many runs in all.
    pub(crate) most: usize,
}

impl Room {
    /// A screenful.
    pub(crate) fn usual() -> Room {
        Room { width: WIDTH, most: MOST }
    }

    /// Everything.
    pub(crate) fn all() -> Room {
        Room { width: usize::MAX, most: usize::MAX }
    }
}

/// A run that is shown.
pub(crate) struct Shown {
    details: Details,
    past: Past,
    trouble: Option<String>,
    /// The children of each step, by its path, and how many more there are with which status.
    children: BTreeMap<String, (Vec<Shown>, BTreeMap<String, usize>)>,
}

/// Gathers a run and what is below it.
pub(crate) async fn gather(runs: &Runs, id: &str, room: Room) -> Result<Shown, Stop> {
    let mut left = room.most;
    gather_at(runs, id, room.width, 0, &mut left).await
}

async fn gather_at(runs: &Runs, id: &str, width: usize, depth: usize, left: &mut usize) -> Result<Shown, Stop> {
    *left = left.saturating_sub(1);
    let details = runs.details(id).await.map_err(remote::stop)?;
    let failing = details.task.as_ref().is_some_and(|task| task.attempt > 1);
    let trouble = if failing { runs.trouble(id).await.map_err(remote::stop)? } else { None };
    let past = Past::of(runs, id).await?;
    let mut children = BTreeMap::new();
    let below = past.machine().and_then(|machine| machine.query("children_by_step_id")).unwrap_or_default();
    for (step, list) in below.as_object().into_iter().flatten() {
        let mut shown = Vec::new();
        let mut more: BTreeMap<String, usize> = BTreeMap::new();
        for child in sorted(list) {
            let word = |key: &str| child.get(key).and_then(Json::as_str).unwrap_or_default();
            let room = depth + 1 < DEPTH && shown.len() < width && *left > 0;
            let gathered = match room {
                true => Box::pin(gather_at(runs, word("workflow_id"), width, depth + 1, left)).await.ok(),
                false => None,
            };
            match gathered {
                Some(child) => shown.push(child),
                None => *more.entry(word("status").to_owned()).or_default() += 1,
            }
        }
        children.insert(step.clone(), (shown, more));
    }
    Ok(Shown { details, past, trouble, children })
}

/// Children that failed or are open come before those that are done.
fn sorted(list: &Json) -> Vec<&Json> {
    let mut list: Vec<&Json> = list.as_array().into_iter().flatten().collect();
    let rank = |child: &&Json| match child.get("status").and_then(Json::as_str) {
        Some("failed") => 0,
        Some("running") => 1,
        _ => 2,
    };
    list.sort_by_key(rank);
    list
}

impl Shown {
    /// Whether something of it is still to be done by a worker.
    pub(crate) fn waits_for_worker(&self) -> bool {
        self.details.task.as_ref().is_some_and(|task| !task.taken)
    }

    fn id(&self) -> &str {
        &self.details.run.id
    }

    fn steps(&self) -> Vec<StepView> {
        self.past.machine().map(ntro_machine::Machine::steps).unwrap_or_default()
    }

    fn pending(&self) -> Vec<Json> {
        if self.details.run.status != "running" {
            return Vec::new();
        }
        let pending = self.past.machine().and_then(|machine| machine.query("pending_actions")).unwrap_or_default();
        pending.as_array().into_iter().flatten().filter(|action| text::is_asked(action)).cloned().collect()
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        let run = &self.details.run;
        out.push_str(&format!(
            "{indent}{}  {}  {}{}\n",
            bold(&plain(&run.id)),
            plain(&self.runbook()),
            status(&run.status),
            since(run.started, run.closed)
        ));
        if let Some(why) = &self.trouble {
            let attempt = self.details.task.as_ref().map_or(1, |task| task.attempt);
            let how = format!("! its task fails and is tried again (attempt {attempt}): {}", plain(why));
            out.push_str(&format!("{indent}  {}\n", red(&how)));
            out.push_str(&format!("{indent}    ntroc retry {}\n", text::shell(&run.id)));
        }
        if let Some(problem) = &self.past.replay.problem {
            out.push_str(&format!(
                "{indent}  {}\n",
                red(&format!("! what follows is shown as far as it replays: {}", plain(problem)))
            ));
        }
        let times = self.past.times();
        let pending = self.pending();
        let open = run.status == "running";
        for step in self.steps() {
            // Inner steps that have not begun would only make the tree long.
            if step.depth > 0 && step.status == StepStatus::Pending {
                continue;
            }
            self.write_step(out, depth, &step, &times, open);
            let inner = format!("{indent}      {}", "  ".repeat(usize::try_from(step.depth).unwrap_or(0).min(8)));
            for action in
                pending.iter().filter(|action| action.get("step_id").and_then(Json::as_str) == Some(&step.path))
            {
                out.push_str(&format!("{inner}{}\n", yellow(&text::waiting(action))));
                for told in text::told(action) {
                    out.push_str(&format!("{inner}{told}\n"));
                }
                for command in text::commands(&run.id, action) {
                    out.push_str(&format!("{inner}  {}\n", dim(&command)));
                }
            }
            for call in self.details.calls.iter().filter(|call| call.step.split('~').next() == Some(&step.path)) {
                out.push_str(&format!("{inner}{}\n", said(call, &run.id)));
            }
            if let Some((children, more)) = self.children.get(&step.path) {
                for child in children {
                    child.write(out, depth + 2);
                }
                if !more.is_empty() {
                    let count: usize = more.values().sum();
                    let how: Vec<String> = more.iter().map(|(status, count)| format!("{count} {status}")).collect();
                    out.push_str(&format!(
                        "{indent}    {}\n",
                        dim(&format!("… and {} more ({})", thousands(count), how.join(", ")))
                    ));
                }
            }
        }
        if let (Some(end), false) = (&self.past.end, open) {
            let end = text::brief_end(end);
            let shown =
                if depth == 0 { end } else { console::truncate_str(&end.replace('\n', " "), 120, "…").into_owned() };
            out.push_str(&format!("{indent}  {shown}\n"));
        }
    }

    fn write_step(
        &self,
        out: &mut String,
        depth: usize,
        step: &StepView,
        times: &BTreeMap<String, (Option<Timestamp>, Option<Timestamp>)>,
        open: bool,
    ) {
        let indent = "  ".repeat(depth + 1 + usize::try_from(step.depth).unwrap_or(0).min(8));
        let (entered, ended) = times.get(&step.path).copied().unwrap_or_default();
        let mark = match step.status {
            StepStatus::Skipped => dim("–"),
            StepStatus::Completed => Style::new().green().apply_to("✓").to_string(),
            StepStatus::Failed | StepStatus::Cancelled => red("✗"),
            StepStatus::WaitingForInput => yellow("?"),
            StepStatus::Active => Style::new().cyan().apply_to("●").to_string(),
            StepStatus::Pending => dim("·"),
        };
        let mut more = Vec::new();
        if step.round > 1 {
            more.push(format!("round {}", step.round));
        }
        more.extend(step.progress.clone());
        more.extend(step.why.as_deref().map(plain));
        match (entered, ended) {
            (Some(entered), None) if step.status.is_active() && open => {
                more.push(format!("since {}", time::minute(entered)));
            }
            (_, Some(ended)) => more.push(time::minute(ended)),
            _ => {}
        }
        let more = if more.is_empty() { String::new() } else { dim(&format!("  {}", more.join(" · "))) };
        out.push_str(&format!("{indent}{mark} {}{more}\n", plain(&step.title)));
    }

    fn runbook(&self) -> String {
        match self.past.machine().map(ntro_machine::Machine::program) {
            Some(program) if program.version.is_empty() => program.name.clone(),
            Some(program) => format!("{} {}", program.name, program.version),
            None => self.details.run.runbook.clone(),
        }
    }

    /// For programs.
    pub(crate) fn json(&self) -> Json {
        let run = &self.details.run;
        let times = self.past.times();
        let step = |step: &StepView| {
            let (entered, ended) = times.get(&step.path).copied().unwrap_or_default();
            let mut json = json!(step);
            if let Some(fields) = json.as_object_mut() {
                fields.insert("entered".to_owned(), json!(entered));
                fields.insert("ended".to_owned(), json!(ended));
            }
            json
        };
        let children = self.children.iter().map(|(step, (shown, more))| {
            let shown: Vec<Json> = shown.iter().map(Shown::json).collect();
            (step.clone(), json!({ "runs": shown, "more": more }))
        });
        let calls = self.details.calls.iter().map(|call| {
            json!({ "step": call.step, "capability": call.capability, "state": word(call.state), "attempt": call.attempt,
                "next_attempt": call.next, "why": call.why, "idempotency_key": call.id })
        });
        json!({
            "run": self.id(), "run_id": run.run_id, "runbook": self.runbook(), "status": run.status,
            "started": run.started, "closed": run.closed, "failing": self.trouble,
            "steps": self.steps().iter().map(step).collect::<Vec<_>>(),
            "pending": self.pending(),
            "calls": calls.collect::<Vec<_>>(),
            "children": children.collect::<serde_json::Map<_, _>>(),
            "end": self.past.end.as_ref().map(as_json),
        })
    }
}

/// How a run ended, for programs.
fn as_json(end: &End) -> Json {
    match end {
        End::Completed(result) => json!({ "how": "completed", "result": result }),
        End::Failed { kind, message } => json!({ "how": "failed", "kind": kind, "message": message }),
        End::Cancelled => json!({ "how": "cancelled" }),
        End::Terminated(why) => json!({ "how": "terminated", "message": why }),
        End::TimedOut => json!({ "how": "timed_out" }),
    }
}

fn word(state: CallState) -> &'static str {
    match state {
        CallState::Waits => "waits_for_worker",
        CallState::Runs => "runs",
        CallState::Pauses => "waits_for_next_attempt",
        CallState::Held => "paused",
        CallState::Stops => "is_cancelled",
    }
}

/// What a call does, with what to do about it.
fn said(call: &Call, run: &str) -> String {
    let what = format!("`{}`", plain(&call.capability));
    let retry = || dim(&format!("  ntroc retry {} --step {}", text::shell(run), text::shell(&call.step)));
    let why = call.why.as_deref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
    match call.state {
        CallState::Waits => format!("{what} waits for a worker of the queue `{}`", plain(&call.queue)),
        CallState::Runs if call.attempt > 1 => format!("{what} runs, attempt {} (before{why})", call.attempt),
        CallState::Runs => format!("{what} runs"),
        CallState::Stops => format!("{what} is being cancelled"),
        CallState::Held => format!("{}{}", red(&format!("! {what} was paused by an operator{why}")), retry()),
        CallState::Pauses => {
            let of = if call.most > 0 { format!(" of {}", call.most) } else { String::new() };
            let failed = call.attempt.saturating_sub(1);
            let next = call.next.filter(|next| *next > wall_clock()).map(|next| format!("; next {}", time::due(next)));
            let line = format!("! {what} failed, attempt {failed}{of}{why}{}", next.unwrap_or_default());
            format!("{}{}", red(&line), retry())
        }
    }
}

fn since(started: Option<Timestamp>, closed: Option<Timestamp>) -> String {
    match (started, closed) {
        (Some(started), Some(closed)) => {
            format!(
                "  {} – {} ({})",
                time::minute(started),
                time::minute(closed),
                time::long(closed.duration_since(started))
            )
        }
        (Some(started), None) => {
            format!("  since {} ({})", time::minute(started), time::long(wall_clock().duration_since(started)))
        }
        (None, _) => String::new(),
    }
}

/// A run's status in its colour.
pub(crate) fn status(status: &str) -> String {
    let style = match status {
        "running" => Style::new().cyan(),
        "completed" => Style::new().green(),
        "failed" | "terminated" | "timed_out" | "cancelled" => Style::new().red(),
        _ => Style::new(),
    };
    style.apply_to(status.replace('_', " ")).to_string()
}

fn bold(text: &str) -> String {
    Style::new().bold().apply_to(text).to_string()
}

fn dim(text: &str) -> String {
    Style::new().dim().apply_to(text).to_string()
}

fn red(text: &str) -> String {
    Style::new().red().apply_to(text).to_string()
}

fn yellow(text: &str) -> String {
    Style::new().yellow().apply_to(text).to_string()
}

/// `4,990`
pub(crate) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What is told where nobody works on what has come.
pub(crate) async fn nobody_works(runs: &Runs, queue: &str) -> Result<Option<String>, ClientError> {
    Ok(match runs.has_worker().await? {
        true => None,
        false => Some(format!(
            "no worker polls the task queue `{queue}`: what has come since is not worked on until one does (`ntroc worker`)"
        )),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_parted() {
        assert_eq!(super::thousands(7), "7");
        assert_eq!(super::thousands(4_990), "4,990");
        assert_eq!(super::thousands(1_000_000), "1,000,000");
    }
}
