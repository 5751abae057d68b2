"""Nothing that a snippet started is left behind, however it is looked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.lab.worker import processes
from quizapp.lab.worker.scratch import remove

OVERLOOKED = """
import os, time
from quizapp.lab.worker import linux, processes

def look(*arguments):
    looks.append(1)
    return set() if len(looks) == 1 else descendants(*arguments)

looks, descendants = [], processes.descendants
processes.descendants = look
linux.adopt_orphans()
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


@pytest.mark.parametrize("error", [ProcessLookupError, PermissionError])
def test_a_process_that_cannot_be_signalled_is_no_error(monkeypatch: pytest.MonkeyPatch, error: type[OSError]) -> None:
    """As when it has ended, or has become root's."""

    def refuse(pid: int, number: int) -> None:
        asked.append(pid)
        raise error

    asked: list[int] = []
    monkeypatch.setattr(os, "kill", refuse)
    monkeypatch.setattr(os, "killpg", refuse)
    processes.kill(7)
    processes.kill(8, group=True)
    assert asked == [7, 8]


def test_folders_deeper_than_python_goes_are_removed(tmp_path: Path) -> None:
    code = "import os\nfor _ in range(1_200): os.mkdir('x'); os.chdir('x')"
    (tmp_path / "deep").mkdir()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path / "deep")
    remove(tmp_path / "deep")
    assert not any(tmp_path.iterdir())
    remove(tmp_path / "deep")
