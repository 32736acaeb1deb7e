//! The loop: it does what the local host asks for, and brings back what comes from capabilities, timers and people.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ntro_capabilities::{Accept, Capabilities, Submission};
use ntro_harness::answers::{Book, Move, Next};
use ntro_harness::{ActivityCall, ActivityFailure, Json, Local, RunEnd, RunKey, Seq, Step, Waiting, waiting};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::answers_file::Answers;
use super::audit::Audit;
use super::lines::Lines;
use super::people::{self, Answered, Me, Reply};
use super::snippet::{sentence, snippet};
use super::tree::Tree;
use crate::stop::{COULD_NOT, Stop};
use crate::terminal;

/// How long a call may go on after nobody wants it any more: a write that is under way gets the time to end.
const GRACE: Duration = Duration::from_secs(5);
/// How long a run without a person and without answers waits for a timer in real time before it gives up.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);
/// The exit code of a second Ctrl-C.
const QUIT: u8 = 130;

type Attempt = (RunKey, Seq, u32);
type Ended = (Attempt, Result<Json, (ActivityFailure, bool)>);
type Question = Pin<Box<dyn Future<Output = Answered>>>;

/// Drives the runs of one host.
pub(crate) struct Driver {
    local: Local,
    root: RunKey,
    capabilities: Capabilities,
    audit: Audit,
    book: Book,
    folder: PathBuf,
    project: PathBuf,
    me: Me,
    fast_forward: bool,
    /// How far virtual time is ahead of the clock.
    ahead: SignedDuration,
    tasks: JoinSet<Ended>,
    running: BTreeMap<Attempt, (AbortHandle, String)>,
    tree: Tree,
    lines: Option<Lines>,
    question: Option<(Waiting, Question)>,
    /// Which of the open waits the person looks at.
    chosen: usize,
    /// The wait whose heading stands on the terminal.
    shown: Option<Waiting>,
    end: Option<RunEnd>,
    cancelled: bool,
    nobody: bool,
    given_up: bool,
}

impl Driver {
    /// A driver for a run that was started in this host.
    #[allow(clippy::too_many_arguments, reason = "called once, and each argument is something else")]
    pub(crate) fn new(
        local: Local,
        root: RunKey,
        capabilities: Capabilities,
        audit: Audit,
        answers: Option<Answers>,
        me: Me,
        fast_forward: bool,
        project: PathBuf,
    ) -> Driver {
        let Answers { book, folder, .. } = answers.unwrap_or_default();
        Driver {
            local,
            root,
            capabilities,
            audit,
            book,
            folder,
            project,
            me,
            fast_forward,
            ahead: SignedDuration::ZERO,
            tasks: JoinSet::new(),
            running: BTreeMap::new(),
            tree: Tree::new(),
            lines: terminal::can_ask().then(Lines::stdin),
            question: None,
            chosen: 0,
            shown: None,
            end: None,
            cancelled: false,
            nobody: false,
            given_up: false,
        }
    }

    /// Whether the run was given up because it waits for somebody who is not there.
    pub(crate) fn nobody_came(&self) -> bool {
        self.given_up || self.nobody
    }

    /// Entries of the answers file that were not used.
    pub(crate) fn unused(&self) -> Vec<(String, String)> {
        self.book.unused()
    }

    /// Where the lines of what happened lie.
    pub(crate) fn audit_path(&self) -> PathBuf {
        self.audit.path.clone()
    }

    /// Drives the runs until all have ended.
    pub(crate) async fn drive(&mut self) -> Result<RunEnd, Stop> {
        let mut interrupts = interrupts();
        loop {
            self.local.advance_to(self.clock());
            match self.local.next() {
                Step::Idle { next_timer } => {
                    if self.all_ended() {
                        self.tree.draw(&self.local, &[]);
                        self.tree.leave();
                        return self
                            .end
                            .clone()
                            .ok_or_else(|| Stop::new("the run ended without a result; this is a defect of ntroc"));
                    }
                    self.idle(next_timer, &mut interrupts).await?;
                }
                step => self.perform(step).await?,
            }
        }
    }

    fn clock(&self) -> Timestamp {
        wall_clock().checked_add(self.ahead).unwrap_or(Timestamp::MAX)
    }

    fn all_ended(&self) -> bool {
        self.local.runs().iter().all(|run| self.local.info(run).is_some_and(|info| info.end.is_some()))
    }

    async fn perform(&mut self, step: Step) -> Result<(), Stop> {
        match step {
            Step::Started { run } => {
                let input = self.local.start_of(&run).map(|start| start.input.clone());
                let runbook = self.local.info(&run).map(|info| info.runbook.clone());
                self.audit.line(&json!({ "at": self.now(), "run": run.as_str(), "event": "run.started", "runbook": runbook, "input": input }));
            }
            Step::Activity { run, call, attempt } => self.call(run, call, attempt),
            Step::Child { run, call } => self.local.start_child(&run, &call),
            Step::CancelActivity { run, seq, attempt } => self.stop((run, seq, attempt)),
            Step::Retry { call, attempt, failure, due, run } => {
                let pause = readable(due.duration_since(self.local.now()));
                self.tree.say(&format!("{}: {} (attempt {attempt} in {pause})", call.capability, failure.message));
                self.audit.line(
                    &json!({ "at": self.now(), "run": run.as_str(), "event": "call.retried", "step": call.context.step,
                    "data": { "capability": call.capability, "attempt": attempt, "message": failure.message } }),
                );
            }
            Step::Event { run, event } => {
                self.tree.event(&self.local, &run, &event);
                self.audit.event(run.as_str(), &event).await;
            }
            Step::Finished { run, end } => {
                let data = match &end {
                    RunEnd::Completed(result) => json!({ "status": "completed", "result": result }),
                    RunEnd::Failed(failure) => json!({ "status": "failed", "failure": failure }),
                    RunEnd::Cancelled => json!({ "status": "cancelled" }),
                };
                self.audit.line(&json!({ "at": self.now(), "run": run.as_str(), "event": "run.ended", "data": data }));
                if run == self.root {
                    self.end = Some(end);
                }
            }
            Step::Fault { run, message } => {
                self.tree.leave();
                return Err(Stop::new(format!("the interpreter cannot go on with `{run}`: {message}"))
                    .help("this is a defect of ntroc, not of the runbook; what has happened so far is kept"));
            }
            Step::Idle { .. } => {}
        }
        Ok(())
    }

    fn now(&self) -> String {
        self.local.now().to_string()
    }

    /// Starts an attempt of an activity.
    fn call(&mut self, run: RunKey, call: Arc<ActivityCall>, attempt: u32) {
        let key = (run, call.seq, attempt);
        self.audit.detail(&json!({ "at": self.now(), "run": key.0.as_str(), "call": call.capability, "seq": call.seq, "attempt": attempt, "args": call.args }));
        let capabilities = self.capabilities.clone();
        let id = key.clone();
        let doing = format!("{} …", call.capability);
        let handle = self.tasks.spawn(async move {
            let result = capabilities.call(&call.capability, call.args.clone(), &call.context, &call.options).await;
            (
                id,
                result.map_err(|error| (ActivityFailure { kind: error.kind, message: error.message }, error.retryable)),
            )
        });
        self.running.insert(key, (handle, doing));
    }

    /// Ends an attempt that nobody wants any more, after a while in which what is under way may end well.
    fn stop(&mut self, attempt: Attempt) {
        if let Some((handle, _)) = self.running.get(&attempt) {
            let handle = handle.clone();
            let id = attempt;
            self.tasks.spawn(async move {
                tokio::time::sleep(GRACE).await;
                handle.abort();
                (
                    id,
                    Err((
                        ActivityFailure { kind: "cancelled".to_owned(), message: "it was cancelled".to_owned() },
                        false,
                    )),
                )
            });
        }
    }

    fn ended(&mut self, (attempt, result): Ended) {
        self.running.remove(&attempt);
        let (run, seq, number) = attempt;
        let told = match &result {
            Ok(value) => json!({ "ok": value }),
            Err((failure, retryable)) => json!({ "failed": failure, "retryable": retryable }),
        };
        self.local.advance_to(self.clock());
        if self.local.resolve(&run, seq, number, result) {
            self.audit.detail(
                &json!({ "at": self.now(), "run": run.as_str(), "seq": seq, "attempt": number, "answer": told }),
            );
        }
    }

    /// Nothing can be done at once: people act, or time passes.
    async fn idle(&mut self, next_timer: Option<Timestamp>, interrupts: &mut mpsc::Receiver<()>) -> Result<(), Stop> {
        let busy = self.local.busy();
        let mut wake = next_timer;
        let mut signal_due = None;
        let open = waiting(&self.local);
        if !busy && !self.cancelled {
            match self.book.next(&self.local, &self.root).map_err(Stop::new)? {
                Next::Do(what, place) => return self.act(what, Some(&place)).await,
                Next::At(due) => {
                    signal_due = Some(due);
                    wake = Some(wake.map_or(due, |timer| timer.min(due)));
                }
                Next::Nothing if !open.is_empty() && self.lines.is_none() => self.nobody_there(&open, next_timer)?,
                Next::Nothing => {}
            }
        }
        self.keep_question(&open, busy);
        if !busy && self.question.is_none() && self.jump(wake) {
            // A signal of the same instant as a timer goes first.
            if signal_due.is_some_and(|due| due <= self.local.now())
                && let Next::Do(what, place) = self.book.next(&self.local, &self.root).map_err(Stop::new)?
            {
                return self.act(what, Some(&place)).await;
            }
            return Ok(());
        }
        if !busy && self.question.is_none() && wake.is_none() {
            return Err(Stop::new("the run waits for something that can never happen")
                .help("this is a defect of ntroc; what has happened so far is kept"));
        }
        self.wait(wake, interrupts).await
    }

    /// With `--fast-forward` time passes at once.
    fn jump(&mut self, wake: Option<Timestamp>) -> bool {
        let Some(wake) = wake.filter(|_| self.fast_forward) else { return false };
        let gap = wake.duration_since(self.clock());
        if gap.is_positive() {
            self.ahead = self.ahead.checked_add(gap).unwrap_or(self.ahead);
            if gap > SignedDuration::from_mins(1) {
                self.tree.say(&format!("{} pass", readable(gap)));
            }
        }
        self.local.advance_to(wake);
        true
    }

    /// Somebody is waited for who will not come.
    fn nobody_there(&mut self, open: &[Waiting], next_timer: Option<Timestamp>) -> Result<(), Stop> {
        if self.fast_forward && next_timer.is_some() {
            if !self.nobody {
                self.nobody = true;
                self.tree.say(&format!("warning: {}, and nobody is there; time passes", sentence(open)));
            }
            return Ok(());
        }
        if next_timer.is_some_and(|due| due.duration_since(self.clock()) <= PATIENCE) {
            return Ok(());
        }
        self.tree.leave();
        self.given_up = true;
        Err(Stop {
            code: COULD_NOT,
            message: format!("{}, and nobody is there to answer", sentence(open)),
            help: Some(snippet(open)),
        })
    }

    /// Keeps the question about an open wait up to date, or begins one.
    fn keep_question(&mut self, open: &[Waiting], busy: bool) {
        let Some(lines) = self.lines.clone().filter(|_| !self.cancelled) else {
            self.question = None;
            return;
        };
        if let Some((about, _)) = &self.question {
            if open.iter().any(|wait| wait.run == about.run && wait.step == about.step) {
                return;
            }
            errln!("\n`{}` no longer waits.", about.address);
            self.question = None;
            self.shown = None;
        }
        if busy {
            return;
        }
        let Some(wait) = open.get(self.chosen % open.len().max(1)).cloned() else { return };
        let fresh = self.shown.as_ref() != Some(&wait);
        if fresh {
            self.tree.draw(&self.local, &[]);
        }
        self.tree.leave();
        self.shown = Some(wait.clone());
        let heard = self.local.info(&wait.run).map(|info| heard(&info.program)).unwrap_or_default();
        let about = people::About { wait: wait.clone(), others: open.len() - 1, fresh, heard };
        let question = people::ask(lines, about, self.me.clone(), self.project.clone());
        self.question = Some((wait, Box::pin(question)));
    }

    /// Waits for whatever comes first.
    async fn wait(&mut self, wake: Option<Timestamp>, interrupts: &mut mpsc::Receiver<()>) -> Result<(), Stop> {
        let gap = wake.map(|due| due.duration_since(self.clock()));
        let gap = gap.map(|gap| Duration::try_from(gap).unwrap_or_default().min(Duration::from_secs(3_600)));
        let drawing = self.tree.live() && self.question.is_none();
        if drawing {
            let doing: Vec<String> = self.running.values().map(|(_, doing)| doing.clone()).collect();
            self.tree.draw(&self.local, &doing);
        }
        let tick = Duration::from_millis(120);
        let question = async {
            match &mut self.question {
                Some((_, question)) => question.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            _ = interrupts.recv() => self.interrupted(),
            Some(ended) = self.tasks.join_next(), if !self.tasks.is_empty() => {
                if let Ok(ended) = ended {
                    self.ended(ended);
                }
                Ok(())
            }
            answered = question => self.answered(answered).await,
            () = tokio::time::sleep(gap.unwrap_or_default()), if gap.is_some() => Ok(()),
            () = tokio::time::sleep(tick), if drawing && !self.running.is_empty() => Ok(()),
        }
    }

    fn interrupted(&mut self) -> Result<(), Stop> {
        self.question = None;
        if self.cancelled {
            self.tree.leave();
            return Err(Stop {
                code: QUIT,
                message: "quit before the run had ended".to_owned(),
                help: Some("what has happened so far is kept".to_owned()),
            });
        }
        self.cancelled = true;
        self.tree.leave();
        errln!("\ncancelling the run; Ctrl-C once more quits at once");
        // A run that has just ended needs no cancelling.
        self.local.cancel(&self.root.clone(), "cancelled at the terminal").ok();
        Ok(())
    }

    async fn answered(&mut self, answered: Answered) -> Result<(), Stop> {
        self.question = None;
        self.me = answered.me;
        match answered.reply {
            Reply::Do(what) => {
                self.act(what, None).await?;
            }
            Reply::Next => {
                self.chosen += 1;
                self.shown = None;
            }
            Reply::Again => {}
            Reply::Gone => {
                self.lines = None;
                errln!();
            }
        }
        Ok(())
    }

    /// Does what a person, or an entry of the answers file, wants.
    async fn act(&mut self, what: Move, place: Option<&str>) -> Result<(), Stop> {
        self.audit.detail(&json!({ "at": self.now(), "act": what.to_json() }));
        let refused = match what {
            Move::Signal { run, name, payload } => {
                self.local.signal(&run, &name, payload).err().map(|error| error.to_string())
            }
            Move::Upload { run, name, file, payload, accept, most_mb } => {
                let accept = Accept { types: accept, most_mb };
                self.upload(&run, &name, &file, payload, accept, place).await?
            }
            Move::Act { run, bodies } => {
                let mut refused = None;
                for body in bodies {
                    match self.local.update(&run, "act", body) {
                        Ok(answer) => {
                            if let Some(message) = answer.get("message").and_then(Json::as_str) {
                                self.tree.say(message);
                            }
                        }
                        Err(message) => {
                            refused = Some(message);
                            break;
                        }
                    }
                }
                refused
            }
        };
        if let Some(message) = refused {
            let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
            self.tree.say(&format!("{place}refused: {message}"));
            self.audit.line(&json!({ "at": self.now(), "run": self.root.as_str(), "event": "action.refused", "data": { "message": message } }));
        }
        Ok(())
    }

    /// Puts a file into the store and tells the run. From an answers file a file that cannot be used ends the command; a person is asked again.
    async fn upload(
        &mut self,
        run: &RunKey,
        name: &str,
        file: &str,
        payload: serde_json::Map<String, Json>,
        accept: Accept,
        place: Option<&str>,
    ) -> Result<Option<String>, Stop> {
        let path = if place.is_some() { self.folder.join(file) } else { PathBuf::from(file) };
        let text = |key: &str| payload.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        let attributes = self.local.info(run).map(|info| info.attributes.clone()).unwrap_or_default();
        let entity = text("entity_slug");
        let input = self.local.start_of(run).map(|start| start.input.clone()).unwrap_or_default();
        let submission = Submission {
            source: text("source"),
            entity: if entity.is_empty() { attributes.entity } else { entity },
            period: input.get("period").and_then(Json::as_str).map(str::to_owned),
            task_id: run.to_string(),
            accept,
        };
        let document = match self.capabilities.submit_file(&path, &submission).await {
            Ok(document) => document,
            Err(error) => match place {
                Some(place) => {
                    self.tree.leave();
                    let relative =
                        if error.kind == "not_accepted" { "" } else { "paths are relative to the answers file; " };
                    let help = format!("{relative}the run was stopped here, and what it has done is kept");
                    return Err(Stop::new(format!("{place}: {error}")).help(help));
                }
                None => return Ok(Some(error.to_string())),
            },
        };
        let mut body = document.as_object().cloned().unwrap_or_default();
        body.extend(payload);
        self.audit.line(&json!({ "at": self.now(), "run": run.as_str(), "event": "document.submitted", "data": body }));
        let sent = self.local.signal(run, name, Json::Object(body));
        Ok(sent.err().map(|error| error.to_string()))
    }
}

/// Ctrl-C, and the request to end that a supervisor sends.
fn interrupts() -> mpsc::Receiver<()> {
    let (sender, receiver) = mpsc::channel(4);
    let other = sender.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if sender.send(()).await.is_err() {
                return;
            }
        }
    });
    #[cfg(unix)]
    tokio::spawn(async move {
        let Ok(mut ends) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else { return };
        while ends.recv().await.is_some() {
            if other.send(()).await.is_err() {
                return;
            }
        }
    });
    #[cfg(not(unix))]
    drop(other);
    receiver
}

/// The signals that handlers of a runbook hear while it does something else.
fn heard(program: &ntro_ir::Program) -> Vec<String> {
    let mut names: Vec<String> = program.handlers.iter().map(|handler| handler.signal.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// The time of this machine.
pub(crate) fn wall_clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let nanoseconds = i128::try_from(since.as_nanos()).unwrap_or_default();
    Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A length of time as people say it.
fn readable(gap: SignedDuration) -> String {
    let seconds = (gap.as_millis() + 999) / 1_000;
    match (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0, seconds) => format!("{seconds} s"),
        (0, 0, minutes, _) => format!("{minutes} min"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (days, hours, _, _) => format!("{days} d {hours} h"),
    }
}
