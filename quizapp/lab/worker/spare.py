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

from quizapp.lab.protocol import Frame, Kind
from quizapp.lab.worker import sandbox
from quizapp.lab.worker.loading import Model, place, warm_up
from quizapp.lab.worker.memory import Meter, confine_gpu, go_first, limit_in_words
from quizapp.lab.worker.processes import die_with_parent, kill, live
from quizapp.lab.worker.snippet import execute
from quizapp.lab.worker.wire import Channel, keep_only

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
    scratch: Path
    """Its working folder."""

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the snippet."""
        kill(self.pid, signal.SIGINT, group=True)

    def kill(self) -> None:
        """End it and its process group at once."""
        kill(self.pid, group=True)
        kill(self.pid)

    def close(self) -> None:
        """Close what joins it to this process."""
        self.channel.close()
        os.close(self.exit)
        os.close(self.output)


def fork_spare(model: Model, scratch: Path, memory: int) -> Spare:
    """Fork a spare; it says READY, or FAILED and why, over its channel."""
    here = Path(tempfile.mkdtemp(dir=scratch))
    jobs, orders = os.pipe()
    reports, frames = os.pipe()
    output, printed = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.dup2(printed, 1)
        os.dup2(printed, 2)
        keep_only({jobs, frames})
        die_with_parent(parent)
        live(_serve, Channel(jobs, frames), model, here, memory)
    for descriptor in (jobs, frames, printed):
        os.close(descriptor)
    os.set_blocking(reports, False)  # a snippet can take out of the pipe what it wrote
    return Spare(pid, os.pidfd_open(pid), Channel(reports, orders), output, here)


def _serve(channel: Channel, model: Model, here: Path, memory: int) -> None:
    """Get ready, wait for the one job, do it."""
    try:
        _settle(here)
        model = place(model)
        _rehearse(model)
        sandbox.confine(memory if model.device == "cpu" else None)
        confine_gpu(model.device, memory)
        go_first()
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
    """Own session, own folder, own streams; an interrupt is an exception again."""
    os.setsid()
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
