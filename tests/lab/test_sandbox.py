"""What a snippet cannot reach, tried on real files, sockets and processes; and that it could, without a sandbox."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from quizapp.cards.proof import Snippet, Verdict
from quizapp.lab.client import Lab
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from quizapp.lab.worker import bubblewrap, landlock, seccomp, visible
from tests.lab.conftest import Bench, lab_bench
from tests.lab.pulled import NAME, pull

pytestmark = pytest.mark.asyncio(loop_scope="module")


def lack_of(level: str) -> str:
    """Why a kind of sandbox cannot be had on this machine; empty where it can."""
    if level == "bubblewrap":
        return bubblewrap.lack(visible.files([], os.environ, gpu=False), [])
    return "" if landlock.version() and seccomp.is_known() else "there is no Landlock"


@dataclass(frozen=True, slots=True)
class Learner:
    """What there is to be reached: files, and sockets that hear what is sent to them."""

    home: Path
    tcp: socket.socket
    udp: socket.socket
    path: socket.socket
    abstract: socket.socket

    def heard(self) -> bool:
        """Whether anybody connected or sent something."""
        for listener in (self.tcp, self.path, self.abstract):
            try:
                listener.accept()
            except BlockingIOError:
                continue
            return True
        received = b""
        while True:
            try:
                received += self.udp.recv(10)
            except BlockingIOError:
                return bool(received)


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    home = tmp_path_factory.mktemp("home")
    data = home / ".local/share/quizapp"
    data.mkdir(parents=True)
    for file in (home / "secret", data / "quizapp.db", data / "trust.key"):
        file.write_text("secret of the learner")
    tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
    path, abstract = (socket.socket(socket.AF_UNIX) for _ in range(2))
    for made, address in (
        (tcp, ("127.0.0.1", 0)),
        (udp, ("127.0.0.1", 0)),
        (path, str(home / "socket")),
        (abstract, f"\0quizapp-test-{os.getpid()}"),
    ):
        made.bind(address)
        made.setblocking(False)
    for listener in (tcp, path, abstract):
        listener.listen()
    yield Learner(home, tcp, udp, path, abstract)
    for made in (tcp, udp, path, abstract):
        made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["bubblewrap", "landlock", "basic"])
async def locked(request: pytest.FixtureRequest, learner: Learner) -> AsyncIterator[Bench]:
    """A lab of each kind, of a learner with that home."""
    if request.param != "basic" and (lack := lack_of(request.param)):
        pytest.skip(lack)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(learner.home))
        async with lab_bench(f"mark-of-{request.param}", patch, sandbox=request.param) as bench:
            yield bench


MEANS = """\
import os, socket, time
data = home + '/.local/share/quizapp'
def leave(folder):
    name = folder + '/left'
    open(name, 'w').write('x')
    os.unlink(name)
def redate(path):
    known = os.stat(path)
    os.utime(path, (known.st_atime, known.st_mtime + 60))
    changed = os.stat(path).st_mtime != known.st_mtime
    os.utime(path, (known.st_atime, known.st_mtime))
    return changed
def send_twice(port):
    sender = socket.socket(type=socket.SOCK_DGRAM)
    sender.connect(('127.0.0.1', port))
    sender.send(b'x')
    time.sleep(0.1)
    sender.send(b'x')  # now it is known whether anybody heard the first
"""
TRIES = {
    "read the home folder": "open(home + '/secret').read()",
    "list the home folder": "os.listdir(home)[0]",
    "read the data folder": "open(data + '/quizapp.db').read()",
    "read the secret of trust": "open(data + '/trust.key').read()",
    "write there": "leave(data)",
    "write into the package": "leave(os.path.dirname(torch.__file__))",
    "change the settings of the machine": "os.close(os.open('/proc/sys/kernel/core_pattern', os.O_WRONLY))",
    "change a device file": "redate('/dev/full') or 1 / 0",
    "open a TCP connection": "socket.create_connection(('127.0.0.1', tcp), 5)",
    "send by UDP": "send_twice(udp)",
    "use a socket by its path": "socket.socket(socket.AF_UNIX).connect(home + '/socket')",
    "use an abstract socket": "socket.socket(socket.AF_UNIX).connect(abstract)",
    "signal its parent": "os.kill(os.getppid() or 1 / 0, 0)",
    "read its parent's environment": "open(f'/proc/{os.getppid() or 1}/environ').read()",
    "write its parent's memory": "os.open(f'/proc/{os.getppid() or 1}/mem', os.O_RDWR)",
    "open its parent's pipes": "os.open(f'/proc/{os.getppid() or 1}/fd/0', os.O_RDONLY | os.O_NONBLOCK)",
}
ALWAYS_REFUSED = {"write /proc/1/mem": "os.open('/proc/1/mem', os.O_RDWR)"}
SILENT = {"open a TCP connection", "send by UDP", "use a socket by its path", "use an abstract socket"}
ROOT_ONLY = {
    "read its parent's environment",
    "write its parent's memory",
    "open its parent's pipes",
    "write into the package",
    "change the settings of the machine",
    "change a device file",
}
"""What an ordinary user cannot do without a sandbox either."""


@pytest.mark.parametrize("what", [*TRIES, *ALWAYS_REFUSED])
async def test_a_snippet_cannot(locked: Bench, learner: Learner, what: str) -> None:
    code = f"{MEANS}try:\n    {({**TRIES, **ALWAYS_REFUSED})[what]}\n    done = True\n"
    code += (
        "except (OSError, LookupError, ZeroDivisionError) as error:\n    done = False; print(type(error).__name__)\n"
    )
    run = await locked.run(
        code + "assert not done",
        values={
            "home": str(learner.home),
            "tcp": learner.tcp.getsockname()[1],
            "udp": learner.udp.getsockname()[1],
            "abstract": f"\0quizapp-test-{os.getpid()}",
        },
    )
    level = run.environment.sandbox if run.environment else ""
    heard = learner.heard()
    if level == "strong":
        assert run.verdict is Verdict.VERIFIED, run
        assert not heard
    elif what in TRIES and (os.geteuid() == 0 or what not in ROOT_ONLY):
        assert run.verdict is Verdict.REFUTED, f"without a sandbox this can be done, or it proves nothing: {run}"
        assert heard == (what in SILENT)


async def test_the_level_is_told_with_every_run(locked: Bench) -> None:
    run = await locked.run("assert True")
    assert run.environment is not None
    assert run.environment.sandbox == locked.lab.state.sandbox
    assert (locked.lab.state.sandbox == "strong") == (locked.lab.state.why_not_strong == "")


async def test_what_a_snippet_needs_is_there(locked: Bench) -> None:
    run = await locked.run(
        "import os, json, socket, subprocess, tempfile, asyncio, multiprocessing, peft, datasets\n"
        "from transformers import Trainer\n"
        "assert subprocess.run(['echo', 'x'], capture_output=True).stdout == b'x\\n'\n"
        "open('file', 'w').write('x'); os.mkdir('folder'); os.rename('file', 'folder/file')\n"
        "assert tempfile.NamedTemporaryFile().name\n"
        "assert asyncio.run(asyncio.sleep(0, 3)) == 3\n"
        "a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'\n"
        "assert datasets.Dataset.from_dict({'x': [1, 2]}).map(lambda row: {'y': row['x'] + 1})['y'][1] == 3\n"
        "assert model(**tokenizer('a cat', return_tensors='pt')).logits.shape[-1] > 0",
        "causal",
    )
    assert run.verdict is Verdict.VERIFIED, run.error or run.checks


async def test_shared_memory_is_its_own(locked: Bench) -> None:
    run = await locked.run("torch.ones(3).share_memory_()\nassert True")
    private = locked.lab.state.sandbox == "basic" or run.verdict is Verdict.VERIFIED
    assert private or "Permission denied" in run.error, "Landlock cannot give each run a folder of shared memory"


async def test_no_run_finds_anything_of_another_in_any_place_that_can_be_written(locked: Bench) -> None:
    """Nor a port in use: what one has bound is free again."""
    places = (
        "places = {line.split()[1] for line in open('/proc/self/mounts')} | {os.getcwd(), '/tmp', '/dev', '/var/tmp'}"
    )
    leave = "for place in places:\n    try: open(place + '/left', 'w').close()\n    except OSError: pass"
    look = "found = [place for place in places if os.path.exists(place + '/left')]\nassert found == []"
    bind = "    s = socket.socket(); s.bind(('127.0.0.1', 29500)); s.listen()\n"
    bind += "    c = socket.create_connection(('127.0.0.1', 29500)); s.accept()[0].close()\n"
    if locked.lab.state.sandbox != "strong":
        return
    for _ in range(2):
        run = await locked.run(
            f"import os\ntry: {places}\nexcept OSError: places = {{'/tmp', '/dev'}}\n{look}\n{leave}"
        )
        assert run.verdict is Verdict.VERIFIED, run
        run = await locked.run(
            f"import socket\ndef bind():\n{bind}try: bind()\nexcept PermissionError: pass\nassert True"
        )
        assert run.verdict is Verdict.VERIFIED, run


async def test_a_model_is_found_by_whatever_links_lead_to_it(tmp_path: Path) -> None:
    """As in the cache of Hugging Face: files are links to blobs, and the cache may be a link to a larger disk."""
    snapshot, blobs = tmp_path / "disk/hub/model/snapshots/1", tmp_path / "disk/hub/model/blobs"
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    for file in (SHIPPED_MODELS / "causal").iterdir():
        shutil.copy(file, blobs / f"blob-{file.name}")
        (blobs / f"link-{file.name}").symlink_to(f"blob-{file.name}")
        (snapshot / file.name).symlink_to(f"../../blobs/link-{file.name}")
    (tmp_path / "cache").symlink_to("disk/hub")
    (tmp_path / "mine").symlink_to("cache/model/snapshots/1")
    models = {"causal": str(tmp_path / "mine"), "masked": str(tmp_path / "cache/model/snapshots/1")}
    lab = Lab(LabSettings(device="cpu", models=models))
    run = await lab.run(Snippet("causal", "assert model is not None"), {}, 1)
    await lab.close()
    assert run.verdict is Verdict.VERIFIED, run.error
    assert run.environment is not None
    assert (run.environment.model, run.environment.sandbox) == ("mine", "strong")


OF_PULLED = """\
import os
def of(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
def reads(path):
    try:
        return bool(open(path, 'rb').read(1))
    except OSError:
        return False
assert reads(models + '/Owner--Small-Model/config.json')
assert [file for file in secrets if reads(file)] == []
assert set(of(models)) <= {'Owner--Small-Model'}
assert set(of(os.path.dirname(models))) <= {'models'}
assert of(models + '/Other--Model') == []
assert model(**tokenizer('a cat', return_tensors='pt')).logits.shape[-1] == model.config.vocab_size
"""


@pytest.mark.parametrize("around", [".", "visible"])
@pytest.mark.parametrize("sandbox", ["bubblewrap", "landlock"])
async def test_of_the_data_folder_a_pulled_model_is_seen_and_nothing_else(
    tmp_path: Path, sandbox: str, around: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the data folder lies in something that can be seen; Landlock cannot hide it there, and says so."""
    if lack := lack_of(sandbox):
        pytest.skip(lack)
    data = tmp_path / around / "data"
    chosen, other = pull(data / "models"), pull(data / "models", "Other/Model", "masked")
    secrets = [data / "trust.key", data / "quizapp.db", other / "config.json"]
    for file in secrets[:2]:
        file.write_text("secret of the learner")
    models = {"causal": str(chosen)} | ({"masked": str(tmp_path / around)} if around != "." else {})
    monkeypatch.setenv("HOME", str(tmp_path))
    lab = Lab(LabSettings(device="cpu", sandbox=sandbox, models=models), private=[data, tmp_path / "nowhere"])
    values = {"models": str(data / "models"), "secrets": [str(file) for file in secrets]}
    run = await lab.run(Snippet("causal", OF_PULLED), values, 1)
    await lab.close()
    if sandbox == "landlock" and around != ".":
        assert "see the learner's files" in run.error
        return
    assert run.verdict is Verdict.VERIFIED, run.error or [check for check in run.checks if not check.passed]
    assert run.environment is not None
    assert (run.environment.model, run.environment.sandbox) == (NAME, "strong")
    assert run.environment.revision.startswith("sha256:")


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("exit 0", "bubblewrap is refused here (exit code 0)."),
        ("printf '\\377' >&2; exit 1", "bubblewrap is refused here"),
    ],
)
async def test_a_bubblewrap_that_does_nothing_is_not_relied_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    (tmp_path / "bwrap").write_text(f"#!/bin/sh\n{program}\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    lab = Lab(LabSettings(device="cpu", sandbox="bubblewrap"))
    run = await lab.run(Snippet("none", "assert True"), {}, 1)
    await lab.close()
    assert run.verdict is Verdict.UNAVAILABLE
    assert why in run.error


@pytest.mark.parametrize("sandbox", ["bubblewrap", "landlock"])
async def test_a_sandbox_that_is_named_is_had_or_nothing_runs(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    lab = Lab(LabSettings(sandbox=sandbox, device="cpu"))
    run = await lab.run(Snippet("none", "assert True"), {}, 1)
    await lab.close()
    if sandbox == "landlock":
        assert run.verdict is Verdict.VERIFIED, "it needs no program"
    else:
        assert run.verdict is Verdict.UNAVAILABLE
        assert "'bubblewrap', which `lab.sandbox` in the settings names, cannot be had" in run.error
        assert "not installed" in run.error


async def test_runs_are_parallel_where_they_are_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of two runs waits for the other; where they share processes they come one by one, all the same."""
    if lack := lack_of("bubblewrap"):
        pytest.skip(lack)
    lab = Lab(LabSettings(device="cpu", timeout=20.0), jobs=2)
    heard: list[asyncio.Event] = [asyncio.Event(), asyncio.Event()]
    meeting = [
        asyncio.create_task(
            lab.run(
                Snippet("none", "print('here', flush=True)\nimport time\ntime.sleep(600)"),
                {},
                1,
                lambda _, mine=event: mine.set(),
            )
        )
        for event in heard
    ]
    await asyncio.wait_for(asyncio.gather(*(event.wait() for event in heard)), 60)
    await lab.stop()
    assert [(await run).verdict for run in meeting] == [Verdict.TIMEOUT] * 2
    runs = await asyncio.gather(*(lab.run(Snippet("causal", f"assert {n} != 3", str(n)), {}, n) for n in range(6)))
    await lab.close()
    assert [run.observed for run in runs] == ["0", "1", "2", "3", "4", "5"]
    assert [run.verdict for run in runs].count(Verdict.REFUTED) == 1


async def test_runs_of_a_lab_that_cannot_keep_them_apart_come_one_by_one() -> None:
    lab = Lab(LabSettings(device="cpu", timeout=20.0, sandbox="landlock"), jobs=3)
    code = "import time\nprint('in', flush=True)\ntime.sleep(0.4)\nprint('out', flush=True)\nassert True"
    told: list[str] = []
    runs = await asyncio.gather(
        *(lab.run(Snippet(role, code), {}, 1, told.append) for role in ("none", "none", "causal"))
    )
    await lab.close()
    assert "".join(told).split() == ["in", "out"] * 3
    assert {run.verdict for run in runs} == {Verdict.VERIFIED}
