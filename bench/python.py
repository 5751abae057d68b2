"""The same code in an interpreter of its own, by `python -c`: fresh, and warm once everything is loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

from bench.subject import IMPORTS, Subject
from quizapp.lab.protocol import worker_environment

TIMED = """\
import json, sys, time
class Tap:
    def write(self, text):
        heard.append(time.perf_counter())
    def flush(self):
        pass
code, times, stdout = {code!r}, [loading], sys.stdout
for _ in range(2):
    heard, sys.stdout = [], Tap()
    start = time.perf_counter()
    exec(code)
    times += [heard[0] - start, time.perf_counter() - start]
sys.stdout = stdout
print(json.dumps(times))
"""
LOADING = """\
import time
start = time.perf_counter()
{load}
loading = time.perf_counter() - start
"""
ROWS = ("loading the model", "warm → output", "warm → end", "warm, again → output", "warm, again → end")


def time_python(subject: Subject) -> dict[str, float]:
    """Milliseconds to load, to the first output and to the end of the first run and the second, and of it all."""
    script = IMPORTS + LOADING.format(load=subject.load) + TIMED.format(code=subject.code)
    start = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", script], env=worker_environment(dict(os.environ)), check=True, capture_output=True
    ).stdout
    whole = time.perf_counter() - start
    seconds = json.loads(told.splitlines()[-1])
    return {what: took * 1e3 for what, took in zip((*ROWS, "fresh → end"), (*seconds, whole), strict=True)}
