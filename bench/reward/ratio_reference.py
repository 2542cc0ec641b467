"""Answers each JSON line {"a", "b"} with ratio and CPU seconds of CPython's difflib (unless "fast") and of cydifflib."""

import difflib
import json
import sys
import time

import cydifflib


def measured(module, a, b):
    seconds = []
    while len(seconds) < 5 and sum(seconds) < 0.25:
        started = time.process_time()
        ratio = module.SequenceMatcher(None, a, b, autojunk=False).ratio()
        seconds.append(time.process_time() - started)
    return {"ratio": ratio, "seconds": sorted(seconds)[len(seconds) // 2]}


for line in sys.stdin:
    pair = json.loads(line)
    a, b = pair["a"], pair["b"]
    fast = {"cydifflib": measured(cydifflib, a, b)}
    answer = fast if pair.get("fast") else fast | {"cpython": measured(difflib, a, b)}
    print(json.dumps(answer), flush=True)
