"""The three shapes by hand, and the activity that they call; each is served by a worker of its own (`workflows` or `activities`).

No worker keeps runs in memory, so that the tasks of a run do not depend on who was there before.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

LIMIT = timedelta(seconds=30)


@activity.defn
async def noop(given: dict) -> int:
    return given["n"]


def call() -> workflow.ActivityHandle:
    return workflow.start_activity("noop", {"n": 1}, start_to_close_timeout=LIMIT, task_queue="noop")


@workflow.defn(name="hand_seq")
class Seq:
    @workflow.run
    async def run(self, given: dict) -> dict:
        for _ in range(3):
            n = await call()
        return {"n": n}


@workflow.defn(name="hand_fan")
class Fan:
    @workflow.run
    async def run(self, given: dict) -> dict:
        return {"n": sum(await asyncio.gather(*[call() for _ in range(50)]))}


@workflow.defn(name="hand_signal")
class Signal:
    def __init__(self) -> None:
        self.got = None

    @workflow.run
    async def run(self, given: dict) -> dict:
        await workflow.wait_condition(lambda: self.got is not None)
        await workflow.sleep(timedelta(milliseconds=1))
        return self.got

    @workflow.signal
    def go(self, given: dict) -> None:
        self.got = given


async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    if sys.argv[1] == "activities":
        worker = Worker(client, task_queue="noop", activities=[noop])
    else:
        worker = Worker(
            client,
            task_queue="hand",
            workflows=[Seq, Fan, Signal],
            max_cached_workflows=0,
            max_concurrent_workflow_task_polls=1,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
    async with worker:
        print("ready", flush=True)
        # Ends, in order, when its standard input does.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
