#!/usr/bin/env python3
"""Stands in for an evaluation service and a router, so that the example runs offline."""

import json
import sys
from decimal import Decimal

task = json.load(sys.stdin)
args = task["args"]
match task["capability"]:
    case "models.evaluate":
        # The same model always has the same scores.
        worst = Decimal("0.84") + Decimal(len(args["model"]) % 5) / 100
        json.dump({"accuracy": "0.934", "worst_group": str(worst), "latency_ms": 41}, sys.stdout)
    case "quality.at_least":
        good = Decimal(str(args["value"])) >= Decimal(str(args["least"]))
        json.dump({"status": "pass" if good else "fail", "detail": f"{args['value']} of {args['least']}"}, sys.stdout)
    case _:
        json.dump(None, sys.stdout)
