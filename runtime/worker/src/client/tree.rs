//! What takes a whole tree of runs: cancelling and ending. Children are started to outlive their parent, so the server would leave
//! them running.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    RequestCancelWorkflowExecutionRequest, TerminateWorkflowExecutionRequest,
};

use super::{ClientError, RunLine, Runs, quoted, request_id};

/// How many runs are told at once.
const AT_ONCE: usize = 16;
/// How often the tree is looked at again: a child may have started another one just before it was ended.
const ROUNDS: usize = 10;

impl Runs {
    /// Asks a run to end: it cancels its children, runs its `undo`s and ends. Every open run below is asked too, also one that
    /// outlived an earlier part of the run. How many were asked.
    ///
    /// # Errors
    /// There is no such open run.
    pub async fn cancel(&self, id: &str, reason: &str) -> Result<usize, ClientError> {
        // The server takes a cancellation of an ended run without a word, and an ended run may have left children.
        let open = self.describe(id).await?.status == "running";
        let below = self.tree_below(id).await?;
        if !open && below.is_empty() {
            return Err(ClientError::Ended(id.to_owned()));
        }
        if open {
            self.cancel_one(id, reason).await?;
        }
        let asked = below.iter().map(|run| self.cancel_one(&run.id, reason));
        let mut count = usize::from(open);
        let mut asked = stream::iter(asked).buffer_unordered(AT_ONCE);
        while let Some(told) = asked.next().await {
            count += usize::from(counts(told)?);
        }
        drop(asked);
        // A listing lags behind: what it called open may have ended long ago.
        if count > 0 { Ok(count) } else { Err(ClientError::Ended(id.to_owned())) }
    }

    async fn cancel_one(&self, id: &str, reason: &str) -> Result<(), ClientError> {
        let request = RequestCancelWorkflowExecutionRequest {
            namespace: self.link.namespace.clone(),
            workflow_execution: Self::execution(id),
            identity: "ntroc".to_owned(),
            request_id: request_id(),
            reason: reason.to_owned(),
            ..Default::default()
        };
        match self
            .call(
                request,
                |mut service, request| async move { service.request_cancel_workflow_execution(request).await },
            )
            .await?
        {
            Ok(_) => Ok(()),
            Err(status) => Err(self.refusal(id, &status)),
        }
    }

    /// Ends a run and its whole tree at once, without `undo`. How many were ended.
    ///
    /// # Errors
    /// There is no such open run, and none below it.
    pub async fn terminate(&self, id: &str, reason: &str) -> Result<usize, ClientError> {
        // The tree is read before: children that the run has open are only known to it while it is.
        let mut below = self.tree_below(id).await?;
        let own = self.terminate_one(id, reason).await;
        match &own {
            Err(ClientError::Ended(_)) if !below.is_empty() => {}
            Err(error) => return Err(error.clone()),
            Ok(()) => {}
        }
        let mut ended = usize::from(own.is_ok());
        for _ in 0..ROUNDS {
            if below.is_empty() {
                break;
            }
            let mut told =
                stream::iter(below.iter().map(|run| self.terminate_one(&run.id, reason))).buffer_unordered(AT_ONCE);
            while let Some(told) = told.next().await {
                ended += usize::from(counts(told)?);
            }
            drop(told);
            below = self.still_open(id).await?;
        }
        if ended > 0 { Ok(ended) } else { Err(ClientError::Ended(id.to_owned())) }
    }

    async fn terminate_one(&self, id: &str, reason: &str) -> Result<(), ClientError> {
        let request = TerminateWorkflowExecutionRequest {
            namespace: self.link.namespace.clone(),
            workflow_execution: Self::execution(id),
            identity: "ntroc".to_owned(),
            reason: reason.to_owned(),
            ..Default::default()
        };
        match self
            .call(request, |mut service, request| async move { service.terminate_workflow_execution(request).await })
            .await?
        {
            Ok(_) => Ok(()),
            Err(status) => Err(self.refusal(id, &status)),
        }
    }

    /// The open runs below a run, at any depth.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn tree_below(&self, id: &str) -> Result<Vec<RunLine>, ClientError> {
        let mut below: BTreeMap<String, RunLine> =
            self.listed_below(id).await?.into_iter().map(|run| (run.id.clone(), run)).collect();
        // A listing lags behind; what a run itself has open is known at once.
        let mut ask = vec![id.to_owned()];
        ask.extend(below.keys().cloned());
        let mut asked: BTreeSet<String> = BTreeSet::new();
        while !ask.is_empty() {
            asked.extend(ask.iter().cloned());
            let found: Vec<_> = stream::iter(ask.drain(..).map(|id| async move { self.details(&id).await }))
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            for details in found {
                let details = match details {
                    Ok(details) => details,
                    Err(ClientError::NoRun(_)) => continue,
                    Err(error) => return Err(error),
                };
                for (child, runbook) in details.children {
                    if !asked.contains(&child) {
                        ask.push(child.clone());
                    }
                    below.entry(child.clone()).or_insert_with(|| RunLine::named(&child, &runbook));
                }
            }
        }
        Ok(below.into_values().filter(|run| run.id != id).collect())
    }

    /// The open runs below a run as the server lists them.
    async fn listed_below(&self, id: &str) -> Result<Vec<RunLine>, ClientError> {
        let root = self.describe(id).await?.root.unwrap_or_else(|| id.to_owned());
        let open = self.list(&format!("RootWorkflowId = '{}' AND ExecutionStatus = 'Running'", quoted(&root))).await?;
        let mut by_parent: BTreeMap<&str, Vec<&RunLine>> = BTreeMap::new();
        for run in &open {
            by_parent.entry(run.parent.as_deref().unwrap_or_default()).or_default().push(run);
        }
        let mut below: BTreeMap<String, RunLine> = BTreeMap::new();
        let mut above = vec![id.to_owned()];
        // A run of another branch of the same tree is left alone.
        while let Some(parent) = above.pop() {
            for run in by_parent.get(parent.as_str()).into_iter().flatten().filter(|run| run.id != parent) {
                if below.insert(run.id.clone(), (*run).clone()).is_none() {
                    above.push(run.id.clone());
                }
            }
        }
        Ok(below.into_values().collect())
    }

    /// Those that are listed as open and really are.
    async fn still_open(&self, id: &str) -> Result<Vec<RunLine>, ClientError> {
        let listed = self.listed_below(id).await?;
        let mut open = Vec::new();
        let mut described = stream::iter(listed.iter().map(|run| self.describe(&run.id))).buffer_unordered(AT_ONCE);
        while let Some(run) = described.next().await {
            match run {
                Ok(run) if run.status == "running" => open.push(run),
                Ok(_) | Err(ClientError::NoRun(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(open)
    }
}

/// What has ended meanwhile needs nothing.
fn counts(told: Result<(), ClientError>) -> Result<bool, ClientError> {
    match told {
        Ok(()) => Ok(true),
        Err(ClientError::Ended(_) | ClientError::NoRun(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
