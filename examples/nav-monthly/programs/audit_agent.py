#!/usr/bin/env python3
"""Stands in for an agent, so that the example runs offline.

Reads the task as one JSON object from standard input: what was sent is its "input", and "files" lists the documents
with a path each. Writes what an agent answers: how it ended, its text and the files that it made.
"""

import hashlib
import json
import sys


def main() -> int:
    task = json.load(sys.stdin)

    # The agent really looks at what it is given: the checksum lets an auditor see that it was this pack.
    seen = []
    for file in task.get("files", []):
        with open(file["path"], "rb") as document:
            seen.append(f"{file['filename']} (SHA-256 {hashlib.sha256(document.read()).hexdigest()[:12]}…)")

    json.dump(
        {
            "session_id": f"audit-{task.get('entity_slug', 'default')}",
            "status": "completed",
            "output_text": f"{task['input']['text']} Received {', '.join(seen) or 'no files'}. Nothing is outstanding.",
            "output_files": [],
        },
        sys.stdout,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
