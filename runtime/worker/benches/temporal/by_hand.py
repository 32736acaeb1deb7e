"""The three shapes by hand with Temporal's SDK for Python, as it is set up by default. `by_hand.py TASK_QUEUE`."""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

LIMIT = timedelta(seconds=30)


@activity.defn
async def noop(n: dict) -> dict:
    return n


@workflow.defn(name="bench_seq")
class InARow:
    @workflow.run
    async def run(self, n: dict) -> dict:
        for _ in range(3):
            n = await workflow.execute_activity(noop, n, start_to_close_timeout=LIMIT)
        return n


@workflow.defn(name="bench_fan")
class AtOnce:
    @workflow.run
    async def run(self, n: dict) -> dict:
        calls = [workflow.execute_activity(noop, n, start_to_close_timeout=LIMIT) for _ in range(50)]
        return {"n": sum(result["n"] for result in await asyncio.gather(*calls))}


@workflow.defn(name="bench_signal")
class Signalled:
    def __init__(self) -> None:
        self.come = None

    @workflow.run
    async def run(self, n: dict) -> dict:
        await workflow.wait_condition(lambda: self.come is not None)
        await workflow.sleep(timedelta(milliseconds=1))
        return self.come

    @workflow.signal
    def go(self, n: dict) -> None:
        self.come = n


async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    await Worker(client, task_queue=sys.argv[1], workflows=[InARow, AtOnce, Signalled], activities=[noop]).run()


if __name__ == "__main__":
    asyncio.run(main())
