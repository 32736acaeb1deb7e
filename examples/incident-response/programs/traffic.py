#!/usr/bin/env python3
"""Stands in for a load balancer, so that the example runs offline."""

import json
import sys

task = json.load(sys.stdin)
service = task["args"]["service"]
if task["capability"] == "traffic.drain":
    json.dump({"route": f"{service}-standby"}, sys.stdout)
else:
    json.dump(None, sys.stdout)
