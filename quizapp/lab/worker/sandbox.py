"""How snippets are locked in, decided once when a worker starts, proved by trying to break out.

    bubblewrap   the whole worker sees an allowlist of files and no network; each spare moves into namespaces of its own
    landlock     each spare is left an allowlist of files and no sockets, where there are no namespaces to be had
    basic        resource limits only

The first two are *strong* when the probe gets nowhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from quizapp.lab.worker import landlock, linux, namespaces, seccomp
from quizapp.lab.worker.namespaces import Keeper
from quizapp.lab.worker.probe import Outside, break_out
from quizapp.lab.worker.processes import live
from quizapp.lab.worker.wire import keep_only

PROC = ("cpuinfo", "meminfo", "stat", "loadavg", "version", "filesystems", "sys/kernel", "sys/vm")
"""What libraries read in `/proc` of the machine."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
REPORT = 10_000
"""Bytes of what a probe can say."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What locks the spares of a worker in."""

    outside: Outside
    nodes: tuple[str, ...] = ()
    """Device files that a snippet may use."""
    apart: bool = False
    """Whether each spare has namespaces of its own; then several can run at once."""
    restricted: bool = False
    """Whether Landlock and seccomp hold each spare."""
    level: str = "basic"
    why: str = ""
    """Why it is not strong."""

    @contextmanager
    def fork_in(self) -> Iterator[Keeper | None]:
        """What is forked within may `move_in`. Whoever forks buries the keeper, if there is one."""
        if not self.apart:
            yield None
            return
        with namespaces.new_pids() as keeper:
            yield keeper

    def move_in(self, here: str) -> None:
        """Lock this process in. It has one thread; `here` is the folder that is its own.

        Raises:
            OSError: the kernel refuses.
        """
        linux.set_readable(True)  # by itself: the kernel takes no orders from a process that is hidden
        if self.apart:
            namespaces.move_in(self.outside.visible)
            os.mkdir(here, 0o700)  # noqa: PTH102
            if seccomp.is_known():
                seccomp.restrict()
        if self.restricted:
            proc = [f"/proc/{name}" for name in PROC] + [f"/proc/{os.getpid()}"]
            landlock.restrict([*self.outside.visible, *proc], [here, *DEVICES, *self.nodes])
            linux.drop_capabilities()
            seccomp.restrict(beside=landlock.version())

    def proved(self, scratch: str) -> Sandbox:
        """This one with its level, after a try to break out of it."""
        if not (self.apart or self.restricted):
            return self
        if found := self._probe(scratch):
            return replace(self, level="basic", why=f"{self.why} A test could {', '.join(found)}.".strip())
        return replace(self, level="strong", why="")

    def _probe(self, scratch: str) -> list[str]:
        """What a process can do that was locked in like a spare."""
        end, told = os.pipe()
        with self.fork_in() as keeper:
            pid = os.fork()
            if pid == 0:
                keep_only({told})
                live(self._try, told, scratch)
        os.close(told)
        with os.fdopen(end, "rb") as report:
            said = report.read(REPORT).decode(errors="replace")
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if keeper is not None:
            keeper.bury()
        return said.splitlines() if code == 0 else [f"not even be locked in ({said or code})"]

    def _try(self, told: int, scratch: str) -> None:
        try:
            self.move_in(scratch)
        except OSError as error:
            os.write(told, str(error).encode())
            os._exit(1)
        os.write(told, "\n".join(break_out(self.outside)).encode())


def plan(wanted: str, outside: Outside, nodes: tuple[str, ...], why: str = "") -> Sandbox:
    """What can be had without bubblewrap, `why` that is not used; not proved yet."""
    if wanted == "basic":
        return Sandbox(outside, nodes, why="`lab.sandbox` in the settings says so.")
    if wanted != "bubblewrap" and landlock.version() and seccomp.is_known():
        return Sandbox(outside, nodes, restricted=True, why=why)
    return Sandbox(outside, nodes, why=why if wanted == "bubblewrap" else f"{why} There is no Landlock here.".strip())


def handed_over(told: dict[str, Any]) -> Sandbox:
    """A sandbox that was taken apart by `asdict` and went through JSON."""
    outside: dict[str, Any] = told["outside"]
    for name in ("private", "visible", "sockets", "hidden"):
        outside[name] = tuple(outside[name])
    return Sandbox(**{**told, "nodes": tuple(told["nodes"]), "outside": Outside(**outside)})
