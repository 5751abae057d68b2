"""One real worker for all tests of a module, and a look at every process of this machine."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
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


def is_bubblewrap(pid: int) -> bool:
    """Whether a process is bubblewrap itself."""
    try:
        return Path(f"/proc/{pid}/comm").read_text() == "bwrap\n"
    except OSError:
        return False


def ticks_of(pid: int) -> int:
    """How long a process has computed."""
    return int(Path(f"/proc/{pid}/stat").read_bytes().rsplit(b")", 1)[1].split()[11])


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
    """A lab, with the mark of every process it starts."""

    def __init__(self, lab: Lab, mark: str | Path) -> None:
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
        """The first process that is Python: the only one that this process started, or bubblewrap in there."""
        (zygote,) = self._zygotes(self._kin())
        return zygote

    def at_rest(self) -> Household | None:
        """The worker, when it has a role zygote for each role ever wanted, one spare for each of those, and no more.

        A spare leads a session of its own, which no process that a snippet forked does without asking for it. One with
        namespaces of its own has a keeper beside it.
        """
        kin = self._kin()
        zygotes = self._zygotes(kin)
        around = {pid for pid in kin if is_bubblewrap(pid)}
        roles = {pid for pid, (parent, _) in kin.items() if parent in zygotes}
        spares = {pid: parent for pid, (parent, session) in kin.items() if parent in roles and session == pid}
        keepers = {pid: parent for pid, (parent, session) in kin.items() if parent in roles and session != pid}
        alone = kin.keys() == around | zygotes | roles | spares.keys() | keepers.keys() and len(zygotes) == 1
        complete = len(roles) == len(self.lab._wanted) and sorted(spares.values()) == sorted(roles)
        kept = sorted(keepers.values()) == (sorted(roles) if around else [])
        return Household(zygotes.pop(), frozenset(roles)) if alone and complete and kept else None

    def spares(self) -> dict[int, int]:
        """The processes that snippets run in, and the role zygote of each."""
        kin = self._kin()
        roles = {pid for pid, (parent, _) in kin.items() if parent in self._zygotes(kin)}
        return {pid: parent for pid, (parent, session) in kin.items() if parent in roles and session == pid}

    def only_apart(self) -> None:
        """Skip a test of what only namespaces give, on a machine that gives none."""
        if not any(is_bubblewrap(pid) for pid in self.processes()):
            pytest.skip("runs have no namespaces of their own here")

    def keepers_of(self, role: int) -> list[int]:
        """What keeps the namespaces of a role's spares."""
        return [pid for pid, (parent, session) in self._kin().items() if parent == role and session != pid]

    async def role_of_the_busiest(self) -> int:
        """The role zygote whose spare computes."""
        ticks = os.sysconf("SC_CLK_TCK") // 5
        busy = await eventually(lambda: [role for spare, role in self.spares().items() if ticks_of(spare) > ticks])
        return busy[0]

    def _kin(self) -> dict[int, tuple[int, int]]:
        """Parent and session of each process of the worker that lives."""
        return {pid: found for pid in self.processes() if (found := parent_and_session(pid))}

    def _zygotes(self, kin: dict[int, tuple[int, int]]) -> set[int]:
        started = {os.getpid(), *(pid for pid in kin if is_bubblewrap(pid))}
        return {pid for pid, (parent, _) in kin.items() if parent in started and not is_bubblewrap(pid)}


@asynccontextmanager
async def lab_bench(mark: str, patch: pytest.MonkeyPatch, jobs: int = 1, **settings: object) -> AsyncIterator[Bench]:
    """A lab on the CPU with the shipped models. The mark travels as a variable that a worker keeps."""
    patch.setenv("LC_QUIZAPP_TEST", mark)
    patch.setenv("HF_TOKEN", "secret-of-the-learner")
    limits = {"timeout": 20.0, "memory_gb": 2.0, "output_kb": 16, "imports": ()}
    bench = Bench(Lab(LabSettings(device="cpu", **(limits | settings)), jobs=jobs), mark)
    bench.lab.start()
    try:
        yield bench
    finally:
        await bench.lab.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """One for a module, in the best sandbox there is."""
    with pytest.MonkeyPatch.context() as patch:
        async with lab_bench(f"mark-of-{request.module.__name__}-{os.getpid()}", patch) as bench:
            yield bench
