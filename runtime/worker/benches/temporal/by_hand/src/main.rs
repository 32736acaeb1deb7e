//! The three shapes by hand with Temporal's SDK for Rust: what a runbook is compared with. `by_hand TASK_QUEUE`; the server is named by
//! `TEMPORAL_ADDRESS`.

use std::time::Duration;

use temporalio_client::envconfig::LoadClientConfigProfileOptions;
use temporalio_client::{Client, ClientOptions, Connection};
use temporalio_macros::{activities, workflow, workflow_methods};
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use temporalio_sdk::{
    ActivityOptions, Runtime, SyncWorkflowContext, Worker, WorkerOptions, WorkflowContext, WorkflowResult,
};
use temporalio_workflow::join_all;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct N {
    n: i64,
}

pub struct Noop;

#[activities]
impl Noop {
    #[activity(name = "noop")]
    pub async fn noop(_context: ActivityContext, n: N) -> Result<N, ActivityError> {
        Ok(n)
    }
}

fn limit() -> ActivityOptions {
    ActivityOptions::start_to_close_timeout(Duration::from_secs(30))
}

#[workflow]
#[derive(Default)]
pub struct InARow;

#[workflow_methods]
impl InARow {
    #[run(name = "bench_seq")]
    pub async fn run(context: &mut WorkflowContext<Self>, n: N) -> WorkflowResult<N> {
        let one = context.execute_activity(Noop::noop, n, limit()).await?;
        let two = context.execute_activity(Noop::noop, one, limit()).await?;
        Ok(context.execute_activity(Noop::noop, two, limit()).await?)
    }
}

#[workflow]
#[derive(Default)]
pub struct AtOnce;

#[workflow_methods]
impl AtOnce {
    #[run(name = "bench_fan")]
    pub async fn run(context: &mut WorkflowContext<Self>, n: N) -> WorkflowResult<N> {
        let calls: Vec<_> = (0..50).map(|_| context.execute_activity(Noop::noop, n.clone(), limit())).collect();
        let mut sum = 0;
        for result in join_all(calls).await {
            sum += result?.n;
        }
        Ok(N { n: sum })
    }
}

#[workflow]
#[derive(Default)]
pub struct Signalled {
    come: Option<N>,
}

#[workflow_methods]
impl Signalled {
    #[run(name = "bench_signal")]
    pub async fn run(context: &mut WorkflowContext<Self>, n: N) -> WorkflowResult<N> {
        context.wait_condition(|state| state.come.is_some()).await?;
        context.timer(Duration::from_millis(1)).await;
        Ok(n)
    }

    #[signal]
    pub fn go(&mut self, _context: &mut SyncWorkflowContext<Self>, n: N) {
        self.come = Some(n);
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let queue = std::env::args().nth(1).unwrap_or_else(|| "by-hand".to_owned());
    let runtime = Runtime::from_current_tokio(Default::default())?;
    let (connection, client) = ClientOptions::load_from_config(LoadClientConfigProfileOptions::default())
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let client = Client::new(Connection::connect(connection).await?, client)?;
    let options = WorkerOptions::new(queue)
        .register_activities(Noop)
        .register_workflow::<InARow>()?
        .register_workflow::<AtOnce>()?
        .register_workflow::<Signalled>()?
        .build();
    let mut worker = Worker::new(&runtime, client, options).map_err(|error| anyhow::anyhow!("{error}"))?;
    worker.run().await.map_err(|error| anyhow::anyhow!("{error}"))
}
