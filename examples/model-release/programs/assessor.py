#!/usr/bin/env python3
"""Stands in for an agent, so that the example runs offline."""

import json
import sys

task = json.load(sys.stdin)
json.dump(
    {
        "session_id": f"assessment-{task.get('entity_slug', 'default')}",
        "status": "completed",
        "output_text": "Assessed.",
        "value": {
            "summary": task["input"]["text"] + " It holds what it promises.",
            "risks": ["Rare languages are served worse."],
            "ready": True,
        },
        "output_files": [],
    },
    sys.stdout,
)
