"""Drives a run to its end with the client that exists: the unmodified `ntro` package.

Takes one JSON object on standard input: `runbook`, `id`, `input`, `policy` (`happy` or `reject_all`), `documents` (for each source the
document references to hand in, one after the other; nothing where the loop's own invented ones are to go out) and `corrections` (by
step). Prints what came of it. Every answer to a question on the way is checked against the package's own models.
"""

import asyncio
import dataclasses
import json
import os
import sys

from ntro.testing.agent_loop import HarnessAgentLoop
from ntro.testing.scenarios import BUILT_IN_SCENARIOS
from ntro.types.wire import PendingAction, StepDescriptor
from temporalio.client import Client


class Checked(HarnessAgentLoop):
    """The package's loop. It looks at the answers on their way, and says which stored document is meant by the next hand-in."""

    def __init__(self, client, scenario, documents):
        super().__init__(client, scenario)
        self.documents = documents
        self.seen = set()

    async def _safe_query(self, handle, query):
        answer = await HarnessAgentLoop._safe_query(handle, query)
        if answer is not None:
            PendingAction.model_validate(answer)
            self.seen.add((answer["kind"], answer.get("step_id")))
            for step in await HarnessAgentLoop._safe_query(handle, "current_steps") or []:
                StepDescriptor.model_validate(step)
        return answer

    async def _handle_submit_file(self, handle, pending, events, now):
        refs = self.documents.get(pending["args"]["source"])
        if refs:
            # Given back at once, so that the last one is handed in again and again.
            named = {"document_ref": refs.pop(0) if len(refs) > 1 else refs[0]}
            self.scenario.extra_signal_payloads["document_submitted"] = named
        await super()._handle_submit_file(handle, pending, events, now)
        # A loop that asks again before the run has taken the signal would hand in a second document.
        for _ in range(100):
            after = await HarnessAgentLoop._safe_query(handle, "current_pending_action")
            if after is None or after.get("step") != pending.get("step"):
                break
            await asyncio.sleep(0.05)


async def main() -> None:
    told = json.load(sys.stdin)
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    scenario = dataclasses.replace(
        BUILT_IN_SCENARIOS[told["policy"]], corrections=told.get("corrections", {}), extra_signal_payloads={}
    )
    handle = await client.start_workflow(told["runbook"], told["input"], id=told["id"], task_queue="ntro")
    loop = Checked(client, scenario, told.get("documents", {}))
    result = await loop.drive(handle, timeout_s=told.get("timeout", 60))
    json.dump(
        {
            "status": result.status,
            "result": result.result,
            "error": result.error,
            "seen": sorted([kind, step] for kind, step in loop.seen),
            "events": [event.kind for event in result.events],
        },
        sys.stdout,
    )


asyncio.run(main())
# The SDK's own threads may still hold the interpreter when it is taken down, which then aborts: everything is said by now.
sys.stdout.flush()
os._exit(0)
