#!/usr/bin/env python3
"""Stands in for an agent, so that the example runs offline.

Reads one JSON object from standard input and writes what an agent answers: how it ended, its text and its files. What
was sent is the text and the references of the files; a real agent would read them.
"""

import json
import sys


def main() -> int:
    call = json.load(sys.stdin)
    sent, context = call.get("args", {}), call.get("context", {})
    sent = sent.get("input", sent)
    files = [file.get("filename", "") for file in sent.get("files", [])]
    text = f"{sent.get('text', '')} Received {len(files)} file(s): {', '.join(files)}. Nothing is outstanding."
    json.dump(
        {
            "session_id": f"audit-{context.get('entity', 'default')}",
            "status": "completed",
            "output_text": text,
            "output_files": [],
        },
        sys.stdout,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
