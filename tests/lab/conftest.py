"""One real worker for all tests of a module, and a look at every process of this machine."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from quizapp.cards.deck import Value
from quizapp.cards.proof import Run, Snippet
from quizapp.lab.client import Lab
from quizapp.lab.settings import LabSettings

GONE_SECONDS = 20.0
"""Generous: a busy machine takes its time to bury a process."""


def processes_with(mark: str) -> set[int]:
    """Ids of processes whose environment at their start named `mark`."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if mark.encode() in (entry / "environ").read_bytes():
                    found.add(int(entry.name))
            except OSError:
                continue  # ended, or a zombie
    return found


def threads_of(pid: int) -> int:
    """How many threads a process has."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


async def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes true."""
    give_up = time.monotonic() + GONE_SECONDS
    while time.monotonic() < give_up:
        if holds():
            return True
        await asyncio.sleep(0.02)
    return False


class Bench:
    """A lab, with the folder that marks every process it starts."""

    def __init__(self, lab: Lab, mark: Path) -> None:
        self.lab = lab
        self.mark = mark

    async def run(self, code: str, role: str = "none", predict: str | None = None, **kwargs: object) -> Run:
        """Run code in a role."""
        values: dict[str, Value] = kwargs.pop("values", {})
        return await self.lab.run(Snippet(role, code, predict), values, kwargs.pop("seed", 7), **kwargs)

    def processes(self) -> set[int]:
        """All processes of the worker, and whatever they started."""
        return processes_with(str(self.mark))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """A lab on the CPU with the shipped models. The mark travels as TMPDIR, which a worker keeps."""
    mark = tmp_path_factory.mktemp("lab-of-a-test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(mark))
        patch.setenv("HF_TOKEN", "secret-of-the-learner")
        bench = Bench(Lab(LabSettings(device="cpu", timeout=20.0, memory_gb=2.0, output_kb=16)), mark)
        bench.lab.start()
        yield bench
        await bench.lab.close()
