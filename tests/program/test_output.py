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

COMMANDS = [
    ["due"],
    ["due", "--json"],
    ["check"],
    ["verify", "lora", "--role", "none"],
    ["schema"],
    ["--version"],
    ["--help"],
]
COMMANDS += [["trust", "list"], ["trust", "diff"]]
COMMANDS += [[command, "--help"] for command in ("due", "verify")]


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
        assert printing_to(tmp_path, ["nonsense"], subprocess.DEVNULL, nobody)[0] == 2


def printing_without(stream: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that was started with one of its streams closed, `<`, `>` or `2>`."""
    shell = ["sh", "-c", f'exec "$@" {stream}&-', "sh", sys.executable, "-m", "quizapp", *arguments]
    return subprocess.run(shell, env=environment_of(home), capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("arguments", [[], ["due"], ["--help"]], ids=" ".join)
def test_without_any_output_it_says_so(tmp_path: Path, arguments: list[str]) -> None:
    done = printing_without(">", tmp_path, *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith("quizapp: There is no standard output")


def test_without_any_input_it_says_what_to_run_instead(tmp_path: Path) -> None:
    done = printing_without("<", tmp_path)
    assert (done.returncode, done.stderr.startswith("quizapp: The quiz needs a terminal")) == (2, True), done.stderr


def test_without_a_place_for_problems_they_are_not_printed_among_the_rest(tmp_path: Path) -> None:
    done = printing_without("2>", tmp_path, "verify", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
