"""Drives a run with the client that exists: the unmodified `ntro` package.

    drive.py RUNBOOK WORKFLOW_ID happy|reject INPUT_JSON SIGNAL_PAYLOADS_JSON

Every answer of `current_pending_action` on the way is checked against the package's own model.
"""

import asyncio
import dataclasses
import json
import os
import sys

from ntro.testing.agent_loop import HarnessAgentLoop
from ntro.testing.scenarios import HAPPY, REJECT_ALL
from ntro.types.wire import PendingAction
from temporalio.client import Client


class Checked(HarnessAgentLoop):
    seen: list

    async def _safe_query(self, handle, query):
        answer = await HarnessAgentLoop._safe_query(handle, query)
        if answer:
            PendingAction.model_validate(answer)
            self.seen.append(answer["kind"])
        return answer


async def main() -> None:
    runbook, workflow_id, policy, given, payloads = sys.argv[1:]
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    scenario = HAPPY if policy == "happy" else REJECT_ALL
    if dataclasses.is_dataclass(scenario):
        scenario = dataclasses.replace(scenario, extra_signal_payloads=json.loads(payloads))
    else:
        scenario = scenario.model_copy(update={"extra_signal_payloads": json.loads(payloads)})
    handle = await client.start_workflow(runbook, json.loads(given), id=workflow_id, task_queue="ntro")
    loop = Checked(client, scenario)
    loop.seen = []
    result = await loop.drive(handle, timeout_s=60)
    print(json.dumps({
        "status": result.status, "result": result.result, "error": result.error, "kinds": sorted(set(loop.seen)),
        "events": [event.kind for event in result.events],
    }))


asyncio.run(main())
