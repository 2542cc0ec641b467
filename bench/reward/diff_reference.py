"""Answers each JSON line {"a", "b"} of two lists of lines with their unified diff and CPython's CPU seconds."""

import difflib
import json
import sys
import time

for line in sys.stdin:
    pair = json.loads(line)
    started = time.process_time()
    diff = list(difflib.unified_diff(pair["a"], pair["b"], lineterm="", n=3))[2:]
    print(json.dumps({"diff": diff, "seconds": time.process_time() - started}), flush=True)
