//! What people see of a run: a tree of steps that is drawn anew on a terminal, plain lines otherwise. All of it on stderr.

use std::io::{IsTerminal, Write};

use console::{Style, Term, truncate_str};
use ntro_harness::{Event, Json, Local, RunKey, StepStatus, Waiting, waiting};

use super::table::{cell, plain};
use crate::terminal;

const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// The display.
pub(crate) struct Tree {
    term: Term,
    live: bool,
    /// How many lines of the last drawing stand on the terminal.
    drawn: usize,
    tick: usize,
}

impl Tree {
    /// A display that suits stderr.
    pub(crate) fn new() -> Tree {
        let live = std::io::stderr().is_terminal() && std::env::var("TERM").as_deref() != Ok("dumb");
        Tree { term: Term::stderr(), live, drawn: 0, tick: 0 }
    }

    /// Whether it draws anew, so that ticks make sense.
    pub(crate) fn live(&self) -> bool {
        self.live
    }

    /// Writes lines that stay.
    pub(crate) fn say(&mut self, text: &str) {
        self.clear();
        errln!("{text}");
    }

    /// Takes the drawing away.
    pub(crate) fn clear(&mut self) {
        if self.drawn > 0 {
            self.term.clear_last_lines(self.drawn).ok();
            self.drawn = 0;
        }
    }

    /// Leaves the drawing where it stands; what follows comes below it.
    pub(crate) fn leave(&mut self) {
        self.drawn = 0;
    }

    /// Draws the tree.
    pub(crate) fn draw(&mut self, local: &Local, now_doing: &[String]) {
        if !self.live {
            return;
        }
        self.tick += 1;
        let (rows, _) = self.term.size();
        let width = terminal::width().saturating_sub(1);
        let mut lines = tree(local, self.tick);
        // A drawing taller than the terminal could not be taken away again: then only what is under way is shown.
        let room = usize::from(rows).saturating_sub(2).max(3);
        if lines.len() + now_doing.len() > room {
            lines.retain(|line| line.open);
        }
        let mut text: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
        text.extend(now_doing.iter().map(|doing| format!("    {}", dim().apply_to(doing))));
        text.truncate(room);
        self.clear();
        let mut out = std::io::stderr().lock();
        for line in &text {
            writeln!(out, "{}", truncate_str(line, width, "…")).ok();
        }
        self.drawn = text.len();
    }

    /// Tells of an event where the tree does not show it.
    pub(crate) fn event(&mut self, local: &Local, run: &RunKey, event: &Event) {
        let child = local.info(run).is_some_and(|info| info.parent.is_some());
        let step = if child { format!("{} · {}", short(run), event.step) } else { event.step.clone() };
        let data = |key: &str| event.data.get(key).map(cell).unwrap_or_default();
        let text = match event.name.as_str() {
            "feedback" => Some(format!("{step}: {}", feedback_text(&event.data))),
            // A refused update has been answered already, to the person who sent it.
            "signal.ignored" | "action.ignored" if data("name") == "act" => None,
            "signal.ignored" | "action.ignored" => {
                Some(format!("ignored: {}: {}", data("name"), first(&[data("why"), data("reason"), data("message")])))
            }
            "gate.escalated" => Some(format!("{step}: passed on to {}", data("role"))),
            "rework" => Some(format!("{step}: once more {}", data("comment"))),
            _ if self.live => None,
            "step.entered" => Some(format!("{step} …")),
            "step.completed" => Some(format!("{step} done")),
            "step.skipped" => Some(format!("{step} skipped {}", data("why"))),
            "step.failed" => Some(format!("{step} failed: {}", first(&[data("message"), data("why")]))),
            "gate.decided" => Some(format!("{step}: {} {}", data("decision"), data("by"))),
            "gate.opened" | "await.opened" => Some(format!("{step} waits")),
            _ => None,
        };
        if let Some(text) = text {
            self.say(&plain(text.trim_end()));
        }
    }
}

fn first(texts: &[String]) -> String {
    texts.iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
}

/// What feedback says, in a line: a text, or the message of an ingest outcome.
pub(crate) fn feedback_text(data: &Json) -> String {
    let payload = data.get("payload").unwrap_or(data);
    let text = payload.as_str().or_else(|| ["message", "text"].iter().find_map(|key| payload.get(key)?.as_str()));
    text.map_or_else(|| payload.to_string(), str::to_owned)
}

struct Line {
    text: String,
    open: bool,
}

fn dim() -> Style {
    Style::new().for_stderr().dim()
}

/// The steps of all runs, children beneath the run that started them.
fn tree(local: &Local, tick: usize) -> Vec<Line> {
    let waits = waiting(local);
    let mut lines = Vec::new();
    for root in local.runs().iter().filter(|run| local.info(run).is_some_and(|info| info.parent.is_none())) {
        run_lines(local, root, &waits, tick, 0, &mut lines);
    }
    lines
}

fn run_lines(local: &Local, run: &RunKey, waits: &[Waiting], tick: usize, depth: usize, lines: &mut Vec<Line>) {
    let Some(info) = local.info(run) else { return };
    let indent = "  ".repeat(depth);
    if depth > 0 {
        let open = info.end.is_none();
        lines.push(Line { text: format!("{indent}{}", dim().apply_to(plain(&short(run)))), open });
    }
    let steps = local.machine(run).map(|machine| machine.steps()).unwrap_or_default();
    for step in steps {
        // Inner steps that have not begun would only make the tree long.
        if step.depth > 0 && step.status == StepStatus::Pending {
            continue;
        }
        let color = |style: Style, mark: &str| style.for_stderr().apply_to(mark.to_owned()).to_string();
        let mark = match step.status {
            StepStatus::Skipped => color(Style::new().dim(), "-"),
            StepStatus::Completed => color(Style::new().green(), "✓"),
            StepStatus::Failed | StepStatus::Cancelled => color(Style::new().red(), "✗"),
            StepStatus::WaitingForInput => color(Style::new().yellow(), "?"),
            StepStatus::Active => color(Style::new().cyan(), SPINNER.get(tick % SPINNER.len()).unwrap_or(&"*")),
            StepStatus::Pending => color(Style::new().dim(), "·"),
        };
        let waits_for = waits.iter().find(|wait| wait.run == *run && wait.step == step.address);
        let round = if step.round > 1 { format!(" ({})", step.round) } else { String::new() };
        let more = match waits_for {
            Some(wait) => format!("  waits for {}", ntro_harness::answers::described(wait)),
            None => [step.progress, step.why].into_iter().flatten().map(|text| format!("  {}", plain(&text))).collect(),
        };
        let open = step.status.is_active() || step.status == StepStatus::Failed;
        let title = format!("{}{round}", plain(&step.title));
        let faint = matches!(step.status, StepStatus::Pending | StepStatus::Skipped);
        let title = if faint { dim().apply_to(title).to_string() } else { title };
        let inner = "  ".repeat(usize::try_from(step.depth).unwrap_or(0).min(8));
        lines.push(Line { text: format!("{indent}{inner}{mark} {title}{}", dim().apply_to(more)), open });
        let of_step = |child: &&RunKey| {
            let rest = child.as_str().strip_prefix(run.as_str()).unwrap_or_default().trim_start_matches(':');
            rest.split([':', '~']).next() == Some(step.path.as_str())
        };
        let children =
            local.runs().iter().filter(|child| local.info(child).is_some_and(|info| info.parent.as_ref() == Some(run)));
        for child in children.filter(of_step) {
            run_lines(local, child, waits, tick, depth + 1, lines);
        }
    }
}

/// A child's key, else its runbook: the end of its id.
fn short(run: &RunKey) -> String {
    run.as_str().rsplit(':').next().unwrap_or_default().replace("%3A", ":")
}
