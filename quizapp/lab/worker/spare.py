"""The process that runs one snippet: forked beforehand, made ready, used once."""

from __future__ import annotations

import io
import os
import random
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from quizapp.lab.kin import kill
from quizapp.lab.protocol import Frame, Kind
from quizapp.lab.worker import linux
from quizapp.lab.worker.limits import limit_memory, limit_processes
from quizapp.lab.worker.loading import Model, place, warm_up
from quizapp.lab.worker.memory import Meter, confine_gpu, go_first, limit_in_words
from quizapp.lab.worker.namespaces import Keeper
from quizapp.lab.worker.processes import live
from quizapp.lab.worker.sandbox import Sandbox
from quizapp.lab.worker.snippet import execute
from quizapp.lab.worker.wire import Channel, keep_only

OWN_FOLDER = Path("/tmp/run")  # noqa: S108 - in a `/tmp` of its own
"""The working folder of a snippet that has namespaces of its own."""
REHEARSAL = "x = torch.ones(2)\nassert torch.equal(x @ x, x.sum()) and str(x)"


@dataclass(frozen=True, slots=True)
class Spare:
    """A spare as the role zygote holds it."""

    pid: int
    exit: int
    """A descriptor that becomes readable when the process ends."""
    channel: Channel
    output: int
    """The reading end of its standard output and error."""
    here: Path
    """Its working folder, as it sees it."""
    keeper: Keeper | None
    """What keeps its namespaces, where it has some of its own."""

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the snippet."""
        kill(self.pid, signal.SIGINT, group=True)

    def kill(self) -> None:
        """End it at once, with all that lives in its namespaces, or else with its process group."""
        if self.keeper is not None:
            self.keeper.kill()
        kill(self.pid, group=True)
        kill(self.pid)

    def exit_code(self) -> int:
        """How it ended; the number of a signal is negative. It waits for the end, and leaves the process unburied."""
        ended = os.waitid(os.P_PIDFD, self.exit, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def fork_spare(model: Model, sandbox: Sandbox, scratch: Path, memory: int) -> Spare:
    """Fork a spare; it says READY, or FAILED and why, over its channel.

    Raises:
        OSError: this machine has no process or descriptor left.
    """
    here = OWN_FOLDER if sandbox.apart else Path(tempfile.mkdtemp(dir=scratch))
    jobs, orders = os.pipe()
    reports, frames = os.pipe()
    output, printed = os.pipe()
    parent = os.getpid()
    with sandbox.fork_in() as keeper:
        pid = os.fork()
        if pid == 0:
            os.dup2(printed, 1)
            os.dup2(printed, 2)
            keep_only({jobs, frames})
            linux.die_with_parent(parent)
            live(_serve, Channel(jobs, frames), model, sandbox, here, memory)
    for descriptor in (jobs, frames, printed):
        os.close(descriptor)
    os.set_blocking(reports, False)  # a snippet can take out of the pipe what it wrote
    return Spare(pid, os.pidfd_open(pid), Channel(reports, orders), output, here, keeper)


def _serve(channel: Channel, model: Model, sandbox: Sandbox, here: Path, memory: int) -> None:
    """Get ready, wait for the one job, do it."""
    try:
        os.setsid()
        limit_processes()
        go_first()
        sandbox.move_in(str(here))
        _settle(here)
        model = place(model)
        _rehearse(model)
        if model.device == "cpu":
            limit_memory(memory)
        confine_gpu(model.device, memory)
        meter = Meter(model.device)
    except Exception as error:
        channel.send(Kind.FAILED, message=f"{type(error).__name__}: {error}"[:2000])
        return
    channel.send(Kind.READY)
    if (job := channel.one()) is not None:
        _run(channel, model, job, meter, memory)


def _rehearse(model: Model) -> None:
    """Do once what any snippet does, so that the first of it costs the learner nothing.

    Modules load when first used, and pages are copied when first touched: half of what a short run would take.
    """
    seed_everything(0)
    if model.model is not None:
        warm_up(model.model, model.tokenizer)
    practise(model)


def practise(model: Model) -> None:
    """Run a snippet of which nothing is told. Modules that load when first used are loaded then, here and in forks."""
    execute(REHEARSAL, "x", model.names(), on_check=lambda **_: None, on_chart=lambda _: None)


def _run(channel: Channel, model: Model, job: Frame, meter: Meter, memory: int) -> None:
    """Run the snippet of a RUN frame and report as it goes."""
    seed_everything(job.body["seed"])
    outcome = execute(
        job.body["code"],
        job.body["predict"],
        {**model.names(), **job.body["values"]},
        on_check=partial(channel.send, Kind.CHECK),
        on_chart=lambda chart: channel.send(Kind.CHART, **chart),
    )
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError, OSError):  # the snippet has closed it, or put something else there
            stream.flush()
    told = asdict(outcome) | {"memory": meter.added()}
    if told.pop("short"):
        told["error"] = f"Out of memory. {limit_in_words(model.device, memory)}\n{outcome.error}"
    with suppress(OSError):  # it has closed this channel: the role zygote says how it ended
        channel.send(Kind.END, **told)


def _settle(here: Path) -> None:
    """Own folder, own streams; an interrupt is an exception again."""
    os.chdir(here)
    os.environ.update(HOME=str(here), TMPDIR=str(here))
    tempfile.tempdir = None
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        raw = io.FileIO(descriptor, "w", closefd=False)  # unbuffered: what was printed survives a crash, in its order
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def seed_everything(seed: int) -> None:
    """Random numbers of Python, NumPy and torch: a fork does not carry Python's on, and shares the others'."""
    import numpy
    import torch

    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    torch.manual_seed(seed % 2**63)
