"""Nothing that a snippet started is left behind, however it is looked for."""

from __future__ import annotations

import subprocess
import sys

OVERLOOKED = """
import os, time
from quizapp.lab.worker import processes

def look(*arguments):
    looks.append(1)
    return set() if len(looks) == 1 else descendants(*arguments)

looks, descendants = [], processes.descendants
processes.descendants = look
processes.adopt_orphans()
spared = os.fork() or time.sleep(20)
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(20)
    os._exit(0)
time.sleep(0.2)
processes.sweep({})
print(sorted(descendants(os.getpid())) == {})
processes.kill(spared)
"""


def sweeps(spared: str, left: str) -> bool:
    """Whether exactly these are left by a sweep whose first look misses everything."""
    code = OVERLOOKED.replace("sweep({})", f"sweep({spared})").replace("== {}", f"== {left}")
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "True\n"


def test_a_process_that_one_look_missed_is_found_by_the_next() -> None:
    """As when its parent ends while the processes are read one by one."""
    assert sweeps("[]", "[]")
    assert sweeps("[spared]", "[spared]")
