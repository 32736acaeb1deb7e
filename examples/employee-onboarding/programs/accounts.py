#!/usr/bin/env python3
"""Stands in for a directory of accounts, so that the example runs offline."""

import json
import sys

task = json.load(sys.stdin)
if task["capability"] == "accounts.open":
    words = task["args"]["name"].lower().split()
    json.dump({"login": ".".join(words) + "@acme.example"}, sys.stdout)
else:
    json.dump(None, sys.stdout)
