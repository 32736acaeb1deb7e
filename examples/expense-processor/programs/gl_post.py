#!/usr/bin/env python3
"""Books approved expenses in a general ledger.

Reads one JSON object from standard input, {"capability": …, "args": …, "context": …}, and writes the result as JSON to
standard output. What cannot be booked is an "error"; it would be the same next time, so it is not tried again.

A real one would call the ledger's interface and hand it context.idempotency_key, so that a repeated attempt books
nothing twice. This one only works out the entries: the same rows always have the same reference.
"""

import hashlib
import json
import sys


def main() -> int:
    args = json.load(sys.stdin)["args"]
    rows, ledger = args["rows"], args["ledger"]

    without_account = [row["receipt"] for row in rows if not row.get("account")]
    if without_account:
        message = f"There is no account for {', '.join(without_account)}."
        json.dump({"error": {"kind": "no_account", "message": message, "retryable": False}}, sys.stdout)
        return 0

    # One debit for each account; the credit against the bank makes one entry more.
    accounts = {row["account"] for row in rows}
    digest = hashlib.sha256(json.dumps([ledger, rows], sort_keys=True).encode()).hexdigest()
    json.dump({"reference": f"{ledger}/{digest[:10]}", "entries": len(accounts) + 1}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
