"""What a command does when nobody takes what it prints: it leaves, and its exit code is no verdict."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.conftest import eventually, processes_with
from tests.program.terminal import environment_of

COMMANDS = [["due"], ["due", "--json"], ["check"], ["verify", "logits-and-loss"], ["schema"], ["--version"]]


@pytest.fixture
def gone() -> Iterator[int]:
    """A pipe that nobody reads any more, as of `| head -1` when head has its line."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.fixture
def full() -> Iterator[int]:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


def printing_to(home: Path, arguments: list[str], stdout: int, stderr: int = subprocess.PIPE) -> tuple[int, str]:
    """Exit code and stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "quizapp", *arguments],
        env=environment_of(home),
        stdout=stdout,
        stderr=stderr,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr or ""


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
async def test_a_reader_that_has_enough_ends_the_command_quietly(
    tmp_path: Path, arguments: list[str], gone: int
) -> None:
    assert printing_to(tmp_path, arguments, gone) == (141, "")
    assert await eventually(lambda: not processes_with(f"HOME={tmp_path}"))


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, arguments: list[str], full: int) -> None:
    code, told = printing_to(tmp_path, arguments, full)
    assert (code, told.count("\n")) == (2, 1), told
    assert told.startswith("quizapp: What is printed cannot be written (No space left on device)")


def test_problems_that_nobody_reads_change_no_exit_code(tmp_path: Path, gone: int, full: int) -> None:
    for nobody in (gone, full):
        assert printing_to(tmp_path, ["verify", "nowhere"], subprocess.DEVNULL, nobody)[0] == 2
        assert printing_to(tmp_path, ["schema"], full, nobody)[0] == 2
