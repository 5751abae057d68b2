"""Child processes of a pull: each has a session of its own, is watched, and ends with whoever asked for it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from quizapp.lab.kin import kill
from quizapp.lab.process import PACKAGE_ROOT
from quizapp.lab.pulling.watching import Watcher

FULL = tuple(map(os.strerror, (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)))
TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
LAST_WORDS = 1 << 16
"""Bytes of standard error that are read."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended."""

    code: int
    """Its exit code; the number of a signal that killed it, negative."""
    output: str
    errors: str

    @property
    def full(self) -> bool:
        """Whether it says that a disk, or what may be written of it, is."""
        return self.code != 0 and any(words in self.errors for words in FULL)

    @property
    def reason(self) -> str:
        """The last line that it wrote of what was wrong."""
        return next((line.strip() for line in reversed(self.errors.splitlines()) if line.strip()), "it says nothing")


def run(module: str, arguments: Sequence[str], more: Mapping[str, str], watch: Watcher) -> Ended:
    """Run a module of Python until it ends, or until something is raised here.

    Args:
        module: As after `python -m`.
        arguments: What follows it.
        more: Environment variables besides those that there are.
        watch: Told of lines such as `Progress 10 of 20`.
    """
    command = [sys.executable, "-P", "-m", "quizapp.lab.pulling.child", module, *arguments]
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**_without_tokens(), **_found_by_python(), **more},
            start_new_session=True,
        )
        try:
            assert child.stdout is not None
            output = "".join(_followed(child.stdout, watch))
            code = child.wait()
        finally:
            kill(child.pid, signal.SIGKILL, group=True)
            child.wait()
        return Ended(code, output, _end_of(errors))


def _without_tokens() -> dict[str, str]:
    """The environment, but for what opens the hub: it is asked by no child."""
    return {name: value for name, value in os.environ.items() if not name.startswith(TOKENS)}


def _found_by_python() -> dict[str, str]:
    """Where this package is, for a checkout, which Python does not find by itself."""
    path = os.pathsep.join(filter(None, [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH")]))
    return {} if "site-packages" in PACKAGE_ROOT.parts else {"PYTHONPATH": path}


def _followed(stream: IO[bytes], watch: Watcher) -> Iterator[str]:
    """The lines that a child writes, but for those that say how far it is."""
    for line in stream:
        words = line.split()
        if words[:1] == [b"Progress"] and words[1:2] and words[1].isdigit():
            watch.at(int(words[1]))
        else:
            yield line.decode(errors="replace")


def _end_of(errors: IO[bytes]) -> str:
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - LAST_WORDS))
    return errors.read().decode(errors="replace")
