"""Serves a capability of a runbook from Python: an ordinary Temporal activity that takes one JSON object.

The idempotency key of the call is the activity's id. Whoever wants more of the call's context (step, tenant, entity, period) reads the
header `ntro-context` in an interceptor. The type of an `ApplicationError` is the `kind` that the runbook catches.
"""

import asyncio
import contextvars
import json
import logging
import os

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, Interceptor, Worker

context = contextvars.ContextVar("context")


class ReadContext(ActivityInboundInterceptor):
    async def execute_activity(self, input):
        context.set(json.loads(input.headers["ntro-context"].data))
        return await super().execute_activity(input)


class Context(Interceptor):
    def intercept_activity(self, next):
        return ReadContext(next)


@activity.defn(name="expense_processor.categorise")
async def categorise(args: dict) -> dict:
    info = activity.info()
    vendor = args["vendor"]
    if vendor == "Nobody & Sons":
        raise ApplicationError(f"{vendor} is in no vendor map", type="unknown_vendor", non_retryable=True)
    if vendor == "Closed on Sundays":
        raise ApplicationError("the vendor service is closed", type="closed")
    if vendor == "Slow Coaches":
        # What an attempt has done is told by a heartbeat; the next attempt goes on from there.
        done = info.heartbeat_details[0] if info.heartbeat_details else 0
        if done < 2:
            activity.heartbeat(done + 1)
            raise ApplicationError("not yet", type="busy")
    asked = context.get()
    assert info.activity_id == asked["idempotency_key"], (info.activity_id, asked)
    return {"category": "Travel", "attempt": info.attempt, "asked_by": f"{asked['step']} of {asked['entity']}"}


async def main() -> None:
    # The SDK logs each error that it hands on; here they are what is tested.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    async with Worker(client, task_queue="python", activities=[categorise], interceptors=[Context()]):
        await asyncio.Event().wait()


asyncio.run(main())
