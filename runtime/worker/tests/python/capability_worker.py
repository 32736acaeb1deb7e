"""Serves a capability of a runbook from Python: an ordinary Temporal activity that takes one JSON object.

The idempotency key of the call is the activity's id. Whoever wants more of the call's context (step, tenant, entity, period) reads the
header `ntro-context` in an interceptor.
"""

import asyncio
import os

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker


@activity.defn(name="noop_activity")
async def noop(args: dict) -> int:
    if args["n"] == 13:
        # The type of the error is the `kind` that the runbook catches.
        raise ApplicationError("thirteen is refused", type="unlucky", non_retryable=True)
    assert ":one:" in activity.info().activity_id, activity.info().activity_id
    return args["n"] + 1


async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    async with Worker(client, task_queue="noop", activities=[noop]):
        await asyncio.Event().wait()


asyncio.run(main())
