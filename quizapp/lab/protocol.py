"""What the app and its worker say to each other: JSON lines, one frame a line.

    magic line                    worker → app, once: `quizapp-lab <version>`; what came before it is not ours
    ["run", 3, {...}]             kind, number of the run (0 where none is meant), body

Both sides import this module, so it needs nothing but the standard library and names no type of the house.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

VERSION = 1
MAGIC = b"quizapp-lab "
MAX_FRAME = 1 << 20
"""Bytes a line may have, its newline included."""

MAX_DEPTH = 8
"""Lists and objects in one another that the body of a frame may have, itself included."""

NO_MODEL = "none"
"""The role of snippets that need no model."""

SHIPPED = "shipped:"
"""What the path of a model starts with that comes with the worker, wherever that is; its name follows."""

SIDE, POINTS, ROWS, COLUMNS = 64, 1_000, 50, 12
"""The most that a chart has: bars, and rows and columns of a matrix; points of a line; rows and columns of a table."""

MOST_MEMORY = 1 << 50
"""Bytes that no run has used."""


class Malformed(ValueError):
    """A line that is not a frame; the message says what is wrong with it."""


class Kind(StrEnum):
    """What a frame is about."""

    CONFIGURE = "configure"
    """app → worker, first: models by role, device and limits."""
    PREPARE = "prepare"
    """app → worker: have a spare of this role ready."""
    RUN = "run"
    """app → worker: run this code in a spare of this role."""
    STOP = "stop"
    """app → worker: end the run of this number."""

    STATUS = "status"
    """worker → app: what it is busy with."""
    READY = "ready"
    """worker → app: it answers. Without a role the worker itself, with one a spare of that role."""
    FAILED = "failed"
    """worker → app: a role cannot be had, and why."""

    STARTED = "started"
    """The code begins."""
    OUTPUT = "output"
    """A piece of what it printed."""
    CHECK = "check"
    """How one assertion went: the first time it held, and the first time it failed."""
    CHART = "chart"
    """A chart, as data."""
    END = "end"
    """The verdict. Nothing follows of this run."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message."""

    kind: Kind
    run: int = 0
    body: dict[str, Any] = field(default_factory=dict)


def magic_line() -> bytes:
    """What the worker says first."""
    return MAGIC + str(VERSION).encode() + b"\n"


def version_in(line: bytes) -> int | None:
    """The version a magic line names, or None where the line is something else."""
    match = re.fullmatch(re.escape(MAGIC) + rb"(\d{1,9})\r?\n?", line)
    return int(match[1]) if match else None


def encode(frame: Frame) -> bytes:
    """The frame as a line of ASCII.

    Raises:
        Malformed: it would be longer than `MAX_FRAME`, or its body is not JSON.
    """
    try:
        line = json.dumps([frame.kind, frame.run, frame.body], separators=(",", ":")).encode() + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed(f"The body of a {frame.kind} frame is not JSON: {error}") from error
    if len(line) > MAX_FRAME:
        raise Malformed(f"A {frame.kind} frame of {len(line)} bytes is longer than {MAX_FRAME}.")
    return line


def decode(line: bytes) -> Frame:
    """Read one line.

    Raises:
        Malformed: it is not a frame.
    """
    if len(line) > MAX_FRAME:
        raise Malformed(f"A line of {len(line)} bytes is longer than {MAX_FRAME}.")
    try:
        kind, run, body = json.loads(line)
        known = Kind(kind)
    except (ValueError, TypeError, RecursionError) as error:
        raise Malformed(f"Not a frame: {line[:80]!r}") from error
    if type(run) is not int or not isinstance(body, dict):
        raise Malformed(f"Not a frame: {line[:80]!r}")
    if _depth(body) > MAX_DEPTH:  # each side has another depth at which Python itself gives up
        raise Malformed(f"Nested too deep for a frame: {line[:80]!r}")
    return Frame(known, run, body)


def _depth(body: dict[str, Any]) -> int:
    """How many lists and objects are in one another."""
    depth = 0
    level: list[Collection[Any]] = [body.values()]
    while level:
        depth += 1
        inner = [item for items in level for item in items if isinstance(item, dict | list)]
        level = [item.values() if isinstance(item, dict) else item for item in inner]
    return depth


class Decoder:
    """Frames from bytes that arrive in pieces of any size."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Add what was read, give the frames that are complete now.

        Raises:
            Malformed: a line is not a frame, or is too long to become one.
        """
        self._rest += data
        while (end := self._rest.find(b"\n")) >= 0:
            line = bytes(self._rest[: end + 1])
            del self._rest[: end + 1]
            yield decode(line)
        if len(self._rest) > MAX_FRAME:
            raise Malformed(f"A line is longer than {MAX_FRAME} bytes.")


PASSED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|PYTHONPATH|VIRTUAL_ENV|CONDA_PREFIX|LD_LIBRARY_PATH"
    r"|HF_HOME|HF_HUB_CACHE|XDG_CACHE_HOME|CUDA_VISIBLE_DEVICES|CUDA_HOME|CUDA_PATH|NVIDIA_VISIBLE_DEVICES|SYSTEMROOT"
)
"""The variables of the learner's environment that a worker may keep. Everything else could be a token."""

WORKER_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",  # threads before a fork hang the children
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # the allocator of datasets' tables starts one otherwise
    "HF_DEACTIVATE_ASYNC_LOAD": "1",  # transformers loads weights with a pool of threads otherwise
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # asking for a GPU must not initialise it before the fork
    "PYTHONHASHSEED": "0",
}
"""What the worker's environment holds besides."""


def worker_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a worker, from the one it would inherit."""
    kept = {name: value for name, value in environment.items() if PASSED_ON.fullmatch(name)}
    return kept | WORKER_ENVIRONMENT
