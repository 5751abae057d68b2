"""The worker's process as the app holds it: spawned with a clean environment, drained all its life, killed whole."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from quizapp.errors import LabError, ProtocolError
from quizapp.lab.kin import descendants, kill
from quizapp.lab.protocol import (
    MAGIC,
    MAX_FRAME,
    VERSION,
    Frame,
    Malformed,
    decode,
    version_in,
    worker_environment,
)
from quizapp.lab.sending import opening, pack, words
from quizapp.lab.settings import LabSettings

PACKAGE_ROOT = Path(__file__).parents[2]
LAST_WORDS = 4_000
"""Bytes of standard error that are kept."""
FAREWELL = 1.0
"""Seconds a worker has to end by itself after its input did."""
PREAMBLE = 1 << 20
"""Bytes a wrapper may print before the worker's greeting."""
LOOKS = 10
"""How often a worker's descendants are looked for that multiply while they are halted."""


class WorkerProcess:
    """A child process that speaks the protocol."""

    def __init__(self, transport: asyncio.SubprocessTransport, process: Process, command: str, wrapped: bool) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._transport = transport
        self._process = process
        self._command = command
        self._wrapped = wrapped
        self._input, self._frames, self._errors = process.stdin, process.stdout, process.stderr
        self._said = bytearray()
        self._drain = asyncio.create_task(self._drain_errors())

    @classmethod
    async def spawn(cls, settings: LabSettings) -> WorkerProcess:
        """Start the worker.

        Raises:
            LabError: the command cannot be started.
        """
        command = settings.command or (sys.executable, "-P", "-m", "quizapp.lab.worker")
        parcel = await asyncio.to_thread(pack, settings.models.values()) if settings.command else b""
        loop = asyncio.get_running_loop()
        try:
            transport, protocol = await loop.subprocess_exec(  # with pipes, and the transport to close them by
                lambda: SubprocessStreamProtocol(limit=MAX_FRAME, loop=loop),
                *command,
                *(words(parcel) if parcel else ()),
                env=_environment(settings),
                start_new_session=True,
            )
        except OSError as error:
            raise LabError(f"The worker cannot be started with {' '.join(command)!r}: {error}.") from error
        worker = cls(transport, Process(transport, protocol, loop), " ".join(command), bool(settings.command))
        if parcel:
            worker.write(opening() + parcel)
        return worker

    async def frames(self) -> AsyncIterator[Frame]:
        """Check the greeting, then give each frame until the worker ends.

        Raises:
            ProtocolError: what it says is not this protocol, or not this version of it.
        """
        try:
            await self._greet()
            while line := await self._frames.readline():
                yield decode(line)
        except (Malformed, ValueError) as error:  # asyncio says ValueError for a line over the limit
            raise ProtocolError(f"The worker does not keep to the protocol: {error}") from error

    async def _greet(self) -> None:
        """Skip what a wrapper prints first, up to the magic line."""
        skipped = 0
        while skipped < PREAMBLE and (line := await self._frames.readline()):
            skipped += len(line)
            if MAGIC in line:
                version = version_in(line[line.index(MAGIC) :])
                if version != VERSION:
                    raise ProtocolError(
                        f"The worker speaks version {version} of the protocol, this quizapp {VERSION}: "
                        "`lab.command` should start a Python and nothing else."
                    )
                return
        if skipped >= PREAMBLE:
            raise ProtocolError(f"{self._command!r} starts no worker: it prints and prints, but never its greeting.")

    def write(self, line: bytes) -> None:
        """Write an encoded frame; to a worker that has ended it is lost, which `frames` tells soon enough."""
        self._input.write(line)

    async def _drain_errors(self) -> None:
        while piece := await self._errors.read(1 << 16):
            self._said += piece
            del self._said[:-LAST_WORDS]

    async def last_words(self) -> str:
        """The end of what it wrote on standard error, once it has ended."""
        await asyncio.wait({self._drain}, timeout=FAREWELL)
        return bytes(self._said).decode(errors="replace").strip()

    async def close(self) -> None:
        """End its input and ask it to go; it ends what it started, then itself. Kill its group if it does not.

        A wrapper is not asked: it would go at once, and leave the worker that it started to be killed.
        """
        if self._process.returncode is None and not self._wrapped:
            with suppress(ProcessLookupError):  # it may be importing, not reading; terminate() would reap it
                os.kill(self._process.pid, signal.SIGTERM)
        for descriptor in range(3):  # ours, or `wait` would wait for whoever else holds the other ends
            self._transport.get_pipe_transport(descriptor).close()  # type: ignore[union-attr]
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), FAREWELL)
        self.kill()
        await self._process.wait()
        self._drain.cancel()

    def kill(self) -> None:
        """Kill it, all that it started, and what is left of its process group."""
        family = _halted(self._process.pid) if self._process.returncode is None else set()
        with suppress(ProcessLookupError, PermissionError):  # gone, or only what has become another user's is left
            os.killpg(self._process.pid, signal.SIGKILL)
        for pid in family:
            kill(pid, group=True)
            kill(pid)


def _halted(worker: int) -> set[int]:
    """A worker and all that it started on this machine, halted: they fork no more, and none is lost to sight."""
    family: set[int] = set()
    fresh = {worker}
    for _ in range(LOOKS):
        for pid in fresh:
            kill(pid, signal.SIGSTOP)
        family |= fresh
        fresh = (descendants(worker) if sys.platform == "linux" else set()) - family
        if not fresh:
            break
    return family


def _environment(settings: LabSettings) -> dict[str, str]:
    """A wrapper such as ssh gets the learner's whole environment, the worker itself only what it needs."""
    if settings.command:
        return dict(os.environ)
    environment = worker_environment(dict(os.environ))
    if "site-packages" not in PACKAGE_ROOT.parts:  # a checkout, which Python does not find by itself
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PACKAGE_ROOT), environment.get("PYTHONPATH")]))
    return environment
