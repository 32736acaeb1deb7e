//! Children: other runbooks, once or for each element of a list.

use std::collections::{BTreeMap, BTreeSet};

use ntro_ir::{BlockId, Child, ChildId, OnFailure, Value};

use crate::bounds;
use crate::codec;
use crate::cx::Cx;
use crate::failure::{Failure, Run, fault};
use crate::ids;
use crate::io::{ActivityFailure, ChildCall, Json, Output, Seq};
use crate::state::{ChildNote, ChildStatus, ChildWait, CommandKind, FibreId, Wait};

impl<'a> Cx<'a> {
    /// Starts what a `child` block starts.
    pub(crate) fn start_children(&mut self, id: FibreId, child_id: ChildId) -> Run {
        let child = self.child_def(child_id)?;
        let entry = self.entry_of(id, child.block)?;
        let mut at_once = 1;
        let mut waiting = Vec::new();
        let mut notes = Vec::new();
        if let Some(fan) = &child.fan {
            let items = self.with_env(id, &[], |env| env.eval_list(fan.list))?;
            at_once = self.eval_at_once(id, fan.at_once)?;
            if items.len() > bounds::CHILDREN {
                let message =
                    format!("{} children would be started; at most {} can be.", items.len(), bounds::CHILDREN);
                return Err(Failure::new("limit", message).into());
            }
            let mut keys = BTreeSet::new();
            for (index, item) in (0_u32..).zip(items.iter()) {
                let key = match fan.key {
                    Some(key) => self.eval_text(id, key, &[(fan.it, item.clone())])?,
                    None => (index + 1).to_string(),
                };
                if !keys.insert(key.clone()) {
                    let message = format!("The key `{key}` occurs twice. Each element needs a `key` of its own.");
                    return Err(Failure::new("duplicate_key", message).into());
                }
                self.fits_an_id(child, entry, Some(&key))?;
                notes.push(ChildNote { key: Some(key), entry, run_id: None, status: ChildStatus::Waiting });
                waiting.push((index, item.clone()));
            }
        } else {
            self.fits_an_id(child, entry, None)?;
            notes.push(ChildNote { key: None, entry, run_id: None, status: ChildStatus::Waiting });
            waiting.push((0, Value::None));
        }
        if waiting.is_empty() {
            let slot = self.block_slot(child.block)?;
            self.put(id, slot, Some(Value::list(Vec::new())));
            return Ok(());
        }
        waiting.reverse();
        self.block_mut(child.block).children.extend(notes);
        let limit = self.start_limit(id, &child.limits, 0, child.block, &[])?;
        self.fibre_mut(id)?.wait = Wait::Child(Box::new(ChildWait {
            child: child_id,
            entry,
            limit,
            waiting,
            at_once,
            running: BTreeMap::new(),
            results: BTreeMap::new(),
        }));
        self.start_waiting(id)
    }

    /// Starts children as far as the limit allows.
    fn start_waiting(&mut self, id: FibreId) -> Run {
        loop {
            let Wait::Child(wait) = &mut self.fibre_mut(id)?.wait else {
                return fault(format!("fibre {id} does not wait for children"));
            };
            if wait.running.len() >= wait.at_once as usize {
                return Ok(());
            }
            let Some((index, item)) = wait.waiting.pop() else { return Ok(()) };
            let (child_id, entry) = (wait.child, wait.entry);
            let child = self.child_def(child_id)?;
            let locals: Vec<_> = child.fan.iter().map(|fan| (fan.it, item.clone())).collect();
            let input = codec::encode(&self.eval_with(id, child.input, &locals)?);
            let seq = self.command(CommandKind::Child, id);
            if let Wait::Child(wait) = &mut self.fibre_mut(id)?.wait {
                wait.running.insert(seq, index);
            }
            let key = self.note_child(child.block, entry, index, |note| {
                note.status = ChildStatus::Running;
                note.key.clone()
            });
            let key = key.flatten();
            let view = self.view();
            let Some(run) = view.run() else { return fault("a child before the start of the run") };
            let title = view.title(child.block);
            let call = ChildCall {
                seq,
                workflow_id: ids::child_id(
                    &run.workflow_id,
                    &view.address(child.block, entry),
                    &child.runbook,
                    key.as_deref(),
                ),
                runbook: child.runbook.clone(),
                interface: child.interface.clone(),
                input,
                tenant: run.tenant.clone(),
                entity: run.entity.clone(),
                summary: key.map_or(title.clone(), |key| format!("{title}: {key}")),
            };
            self.out.push_back(Output::StartChild(Box::new(call)));
        }
    }

    /// A child was started, or could not be.
    pub(crate) fn child_started(&mut self, seq: Seq, result: Result<String, ActivityFailure>) -> Run {
        match result {
            Err(failure) => self.child_resolved(seq, Err(failure)),
            Ok(run_id) => {
                let Some((_, wait)) = self.child_wait(seq)? else { return Ok(()) };
                let child = self.child_def(wait.child)?;
                let entry = wait.entry;
                if let Some(index) = wait.running.get(&seq).copied() {
                    self.note_child(child.block, entry, index, |note| note.run_id = Some(run_id));
                }
                Ok(())
            }
        }
    }

    /// A child ended.
    pub(crate) fn child_resolved(&mut self, seq: Seq, result: Result<Json, ActivityFailure>) -> Run {
        let found =
            self.child_wait(seq)?.map(|(id, wait)| (id, wait.child, wait.entry, wait.running.get(&seq).copied()));
        self.state.commands.remove(&seq);
        // The end of a cancelled child changes nothing.
        let Some((id, child_id, entry, index)) = found else { return Ok(()) };
        let Some(index) = index else {
            return fault(format!("child {seq} ended, for which fibre {id} does not wait"));
        };
        let child = self.child_def(child_id)?;
        let program = self.program;
        let result = result.map_err(|failure| Failure::new(failure.kind, failure.message)).and_then(|json| {
            let misfit = |why: String| {
                let message = format!("`{}` yielded something else than it declares: {why}", child.runbook);
                Failure::new("unexpected_answer", message)
            };
            codec::check_size(&json).map_err(misfit)?;
            codec::decode(program, &json, &child.output).map_err(misfit)
        });
        let status = if result.is_ok() { ChildStatus::Completed } else { ChildStatus::Failed };
        let key = self
            .note_child(child.block, entry, index, |note| {
                note.status = status;
                note.key.clone()
            })
            .flatten();
        if let Wait::Child(wait) = &mut self.fibre_mut(id)?.wait {
            wait.running.remove(&seq);
        }
        let value = match (result, child.on_failure) {
            (Ok(value), OnFailure::Collect) => Value::variant("ok", value),
            (Ok(value), OnFailure::Fail | OnFailure::Skip) => value,
            (Err(failure), OnFailure::Fail) => {
                let message = match key {
                    Some(key) => format!("{key}: {}", failure.message),
                    None => failure.message,
                };
                return self.raise_waiting(id, Failure { message, ..failure });
            }
            (Err(failure), OnFailure::Collect) => self.failed_outcome(child.block, entry, key.as_deref(), failure),
            (Err(failure), OnFailure::Skip) => {
                if child.fan.is_none() {
                    let fibre = self.fibre_mut(id)?;
                    if let Some(active) = fibre.active.iter_mut().rev().find(|active| active.block == child.block) {
                        active.skipped = Some(failure.message);
                    }
                }
                return self.child_done(id, child, None);
            }
        };
        self.child_done(id, child, Some((index, value)))
    }

    /// A server refuses a longer id, and would be asked again and again.
    fn fits_an_id(&self, child: &Child, entry: u32, key: Option<&str>) -> Run<()> {
        let view = self.view();
        let Some(run) = view.run() else { return fault("a child before the start of the run") };
        let id = ids::child_id(&run.workflow_id, &view.address(child.block, entry), &child.runbook, key);
        if id.len() <= bounds::WORKFLOW_ID_BYTES {
            return Ok(());
        }
        let most = bounds::WORKFLOW_ID_BYTES;
        let message = match key {
            Some(key) => {
                let start: String = key.chars().take(40).collect();
                format!(
                    "The key that begins with `{start}` is too long: the id of its run would have {} bytes, and at most {most} are taken.",
                    id.len()
                )
            }
            None => format!("The id of the child's run would have {} bytes, and at most {most} are taken.", id.len()),
        };
        Err(Failure::new("limit", message).into())
    }

    /// `failed ({ key, kind, message, step, capability })`
    fn failed_outcome(&self, block: BlockId, entry: u32, key: Option<&str>, mut failure: Failure) -> Value {
        failure.step = Some(self.view().address(block, entry));
        let mut record = vec![(std::sync::Arc::from("key"), key.map_or(Value::text(""), Value::text))];
        if let Value::Record(fields) = failure.to_value() {
            record.extend(fields.0.iter().cloned());
        }
        Value::variant("failed", Value::record(record))
    }

    /// One child is done: the next one starts, or the block has its value.
    fn child_done(&mut self, id: FibreId, child: &Child, result: Option<(u32, Value)>) -> Run {
        let Wait::Child(wait) = &mut self.fibre_mut(id)?.wait else {
            return fault(format!("fibre {id} does not wait for children"));
        };
        if let Some((index, value)) = result {
            wait.results.insert(index, value);
        }
        if !wait.waiting.is_empty() || !wait.running.is_empty() {
            let started = self.start_waiting(id);
            return self.or_raise(id, started);
        }
        let results = std::mem::take(&mut wait.results);
        let limit = wait.limit.take();
        if let Some(limit) = limit {
            self.cancel_command(limit.seq);
        }
        let value = match &child.fan {
            Some(_) => Value::list(results.into_values().collect()),
            None => results.into_values().next().unwrap_or(Value::None),
        };
        let slot = self.block_slot(child.block)?;
        self.put(id, slot, Some(value));
        self.wake(id, None)
    }

    /// The limit has run out: the children are cancelled, and the fibre goes on elsewhere.
    pub(crate) fn children_late(&mut self, id: FibreId) -> Run {
        let Wait::Child(wait) = &self.fibre(id)?.wait else {
            return fault(format!("fibre {id} does not wait for children"));
        };
        let child = self.child_def(wait.child)?;
        let Some(late) = child.late else { return fault("a child's limit leads nowhere") };
        self.clear_wait(id)?;
        let slot = self.block_slot(child.block)?;
        self.put(id, slot, Some(Value::None));
        self.wake(id, Some(late))
    }

    /// The wait that a child belongs to; nothing where it was cancelled.
    fn child_wait(&self, seq: Seq) -> Run<Option<(FibreId, &ChildWait)>> {
        let Some(command) = self.state.commands.get(&seq) else { return Ok(None) };
        if command.kind != CommandKind::Child {
            return fault(format!("child {seq} answered, which is no child"));
        }
        let Some(id) = command.fibre else { return Ok(None) };
        match &self.fibre(id)?.wait {
            Wait::Child(wait) => Ok(Some((id, wait))),
            _ => fault(format!("child {seq} answered, for which fibre {id} does not wait")),
        }
    }

    fn note_child<T>(
        &mut self,
        block: BlockId,
        entry: u32,
        index: u32,
        work: impl FnOnce(&mut ChildNote) -> T,
    ) -> Option<T> {
        // Side by side, the rounds of a block have their children at the same time.
        let mut notes = self.block_mut(block).children.iter_mut().filter(|note| note.entry == entry);
        notes.nth(index as usize).map(work)
    }

    /// The children of a round are cancelled: what they answer is not heard any more.
    pub(crate) fn note_cancelled(&mut self, child: ChildId, entry: u32) {
        let Some(child) = self.program.children.get(child as usize) else { return };
        for note in self.block_mut(child.block).children.iter_mut().filter(|note| note.entry == entry) {
            if note.status == ChildStatus::Running {
                note.status = ChildStatus::Failed;
            }
        }
    }

    /// Forgets the children of a block's earlier rounds, but not of those that still wait for theirs.
    pub(crate) fn forget_children(&mut self, block: BlockId) {
        let Some(state) = self.state.blocks.get_mut(&block).filter(|state| !state.children.is_empty()) else { return };
        let rounds: BTreeSet<u32> = (self.state.fibres.values())
            .filter_map(|fibre| match &fibre.wait {
                Wait::Child(wait) => self
                    .program
                    .children
                    .get(wait.child as usize)
                    .filter(|child| child.block == block)
                    .map(|_| wait.entry),
                _ => None,
            })
            .collect();
        state.children.retain(|note| rounds.contains(&note.entry));
    }

    fn child_def(&self, id: ChildId) -> Run<&'a Child> {
        match self.program.children.get(id as usize) {
            Some(child) => Ok(child),
            None => fault(format!("child {id} does not exist")),
        }
    }

    /// The round of a block that a fibre is in.
    pub(crate) fn entry_of(&self, id: FibreId, block: BlockId) -> Run<u32> {
        let found = self.fibre(id)?.active.iter().rev().find(|active| active.block == block);
        match found {
            Some(active) => Ok(active.entry),
            None => fault(format!("block {block} waits without being entered")),
        }
    }
}
