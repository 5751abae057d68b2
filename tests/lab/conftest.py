"""One real worker for all tests of a module, and a look at every process of this machine."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio

from quizapp.cards.deck import Value
from quizapp.cards.proof import Run, Snippet
from quizapp.lab.client import Lab
from quizapp.lab.settings import LabSettings

T = TypeVar("T")
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


def parent_and_session(pid: int) -> tuple[int, int] | None:
    """Whose child a process is and whose session it is in; None for one that has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    state, parent, _, session = stat[stat.rindex(b")") + 2 :].split()[:4]
    return None if state == b"Z" else (int(parent), int(session))


def threads_of(pid: int) -> int:
    """How many threads a process has."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


async def eventually(holds: Callable[[], T]) -> T:
    """What it gives once that is true; what it gave last when it never is."""
    give_up = time.monotonic() + GONE_SECONDS
    while True:
        if (found := holds()) or time.monotonic() > give_up:
            return found
        await asyncio.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Household:
    """A worker at rest: what stays from run to run. Each role has a spare besides, which does not."""

    zygote: int
    roles: frozenset[int]


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

    @property
    def zygote(self) -> int:
        """The worker's first process: the only one that this process started. Ids tell nothing of age, they wrap."""
        (zygote,) = (pid for pid, (parent, _) in self._kin().items() if parent == os.getpid())
        return zygote

    def at_rest(self) -> Household | None:
        """The worker, when it has a role zygote for each role ever wanted, one spare for each of those, and no more.

        A spare leads a session of its own, which no process that a snippet forked does without asking for it.
        """
        kin = self._kin()
        zygotes = {pid for pid, (parent, _) in kin.items() if parent == os.getpid()}
        roles = {pid for pid, (parent, _) in kin.items() if parent in zygotes}
        spares = {pid: parent for pid, (parent, session) in kin.items() if parent in roles and session == pid}
        alone = kin.keys() == zygotes | roles | spares.keys() and len(zygotes) == 1
        complete = len(roles) == len(self.lab._wanted) and sorted(spares.values()) == sorted(roles)
        return Household(zygotes.pop(), frozenset(roles)) if alone and complete else None

    def _kin(self) -> dict[int, tuple[int, int]]:
        """Parent and session of each process of the worker that lives."""
        return {pid: found for pid in self.processes() if (found := parent_and_session(pid))}


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
