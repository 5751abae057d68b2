"""`lab.command`: the worker is sent to a Python elsewhere, of other versions, through shells, and leaves nothing."""

from __future__ import annotations

import hashlib
import io
import os
import platform
import signal
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import ValidationError

from quizapp.cards.proof import Snippet, Verdict
from quizapp.lab import sending
from quizapp.lab.client import Lab
from quizapp.lab.protocol import SHIPPED
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from quizapp.lab.worker import arrival
from quizapp.lab.worker.loading import located
from tests.lab.conftest import Bench, eventually
from tests.lab.elsewhere import lend_packages, make_environment, make_hop, set_version

OTHER = "5.0.1"
"""A version of transformers that is not this environment's."""


def of_sources(folder: Path) -> list[Path]:
    """The folders that workers have been unpacked into."""
    return [path.parent for path in folder.glob("quizapp-*/quizapp")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """A lab whose worker was sent over a hop to another environment."""
    python = make_environment(tmp_path_factory.mktemp("environment"))
    lend_packages(python)
    set_version(python, "transformers", OTHER)
    mark, home = tmp_path_factory.mktemp("lab-of-a-test"), tmp_path_factory.mktemp("home")
    (home / "tempfile.py").write_text("raise ImportError('taken from where the command happens to be')")
    hop = make_hop(tmp_path_factory.mktemp("bin") / "hop", home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(mark))
        patch.setenv("LC_QUIZAPP_TEST", str(mark))
        command, models = (str(hop), str(python)), {"local": str(home / "only-here")}
        bench = Bench(Lab(LabSettings(command=command, device="cpu", timeout=20.0, models=models)), mark)
        bench.lab.start()
        yield bench
        await bench.lab.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("role", ["causal", "masked"])
async def test_a_claim_is_proved_there_with_its_versions_and_the_shipped_models(box: Bench, role: str) -> None:
    code = "batch = tokenizer('The cat sat', return_tensors='pt')\nassert model(**batch).logits.ndim == 3"
    run = await box.run(code, role)
    weights = (SHIPPED_MODELS / role / "model.safetensors").read_bytes()
    assert (run.verdict, run.error) == (Verdict.VERIFIED, "")
    assert run.environment is not None
    assert run.environment.transformers == OTHER != version("transformers")
    assert run.environment.model == role
    assert run.environment.revision == f"sha256:{hashlib.sha256(weights).hexdigest()[:12]}"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_worker_is_the_one_that_was_sent_and_its_modules_can_be_imported_after_the_fork(box: Bench) -> None:
    run = await box.run(
        "import importlib.util, sys\n"
        "before = set(sys.modules)\n"
        "from quizapp.lab.worker import arrival\n"
        "assert 'quizapp.lab.worker.arrival' not in before\n"
        "assert importlib.util.find_spec('quizapp.tui') is None",
        predict="(sys.executable, arrival.__file__)",
    )
    (sources,) = of_sources(box.mark)
    assert run.verdict is Verdict.VERIFIED, run
    assert run.observed is not None
    assert f"{sources}/quizapp/lab/worker/arrival.py" in run.observed
    assert "/environment0/bin/python" in run.observed


@pytest.mark.asyncio(loop_scope="module")
async def test_it_runs_there_as_it_would_here(box: Bench) -> None:
    run = await box.run(
        "import os\n"
        "assert 'SECRET_OF_THE_BOX' not in os.environ\n"
        "assert (os.environ['PYTHONHASHSEED'], os.environ['OMP_NUM_THREADS']) == ('0', '1')\n"
        "assert os.getcwd() == os.environ['HOME']\n"
        "print('π')\n"
        "def f(): return 1 / 0\n"
        "f()"
    )
    assert [check.passed for check in run.checks] == [True] * 3
    assert (run.verdict, run.output) == (Verdict.ERROR, "π\n")
    assert "return 1 / 0" in run.error
    assert run.error.count("File ") == 2
    assert box.lab.state.device == "cpu"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_model_that_is_not_there_is_told_with_the_machine_it_was_looked_for_on(box: Bench) -> None:
    run = await box.run("assert True", "local")
    assert run.verdict is Verdict.UNAVAILABLE
    assert "only-here' cannot be loaded: there is no such folder.\n`lab.models.local` in the settings names it." in (
        run.error
    )
    assert run.error.endswith(f" The worker runs on {platform.node()}, where `lab.command` started it.")
    assert (await box.run("assert True")).verdict is Verdict.VERIFIED


async def test_nothing_is_left_there_when_it_was_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    box = Bench(Lab(LabSettings(command=(sys.executable,), device="cpu")), tmp_path)
    assert (await box.run("assert True")).verdict is Verdict.VERIFIED
    assert len(of_sources(tmp_path)) == 1
    await box.lab.close()
    assert await eventually(lambda: not box.processes() and not any(tmp_path.iterdir()))


async def test_nothing_is_left_there_when_it_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    box = Bench(Lab(LabSettings(command=(sys.executable,), device="cpu")), tmp_path)
    assert (await box.run("assert True")).verdict is Verdict.VERIFIED
    os.killpg(os.getpgid(box.zygote), signal.SIGKILL)
    assert await eventually(lambda: not box.processes() and not of_sources(tmp_path))
    await box.lab.close()


async def test_a_python_that_has_no_torch_is_named(tmp_path: Path) -> None:
    python = make_environment(tmp_path / "bare")
    lab = Lab(LabSettings(command=(str(python),)))
    run = await lab.run(Snippet("none", "assert True"), {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert f"{python} cannot import what snippets need: No module named 'torch'. Install torch and" in run.error
    await lab.close()


async def test_a_command_that_starts_something_else_is_told_in_its_own_words(tmp_path: Path) -> None:
    hop = make_hop(tmp_path / "hop", tmp_path)
    lab = Lab(LabSettings(command=(str(hop), "no-such-python")))
    run = await lab.run(Snippet("none", "assert True"), {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert "no-such-python: not found" in run.error or "no-such-python: command not found" in run.error
    await lab.close()


def test_a_python_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r" is Python .*; the worker needs 3\.11 or newer\.$"):
        arrival.main(1)


@pytest.mark.parametrize("shells", [0, 1, 2])
def test_the_first_program_gets_through_shells_and_takes_its_line_and_no_byte_more(tmp_path: Path, shells: int) -> None:
    hop = make_hop(tmp_path / "hop", tmp_path)
    command = [*[str(hop)] * shells, sys.executable, *sending.words(b"parcel")]
    line = b"import os, sys; print(sys.argv, os.read(0, 100))\n"
    done = subprocess.run(command, input=line + b"parcel and frames", capture_output=True, check=False)
    assert done.stdout.endswith(b"['-c', '6'] b'parcel and frames'\n"), done.stderr.decode()
    assert done.stdout.count(b"Welcome!") == shells


def test_the_parcel_holds_the_worker_and_of_the_models_those_that_are_shipped_and_wanted() -> None:
    wanted = [str(SHIPPED_MODELS / "masked"), "gpt2", "/somewhere/causal"]
    names = zipfile.ZipFile(io.BytesIO(sending.pack(wanted))).namelist()
    assert {"quizapp/__init__.py", "quizapp/lab/protocol.py", "quizapp/lab/worker/__main__.py"} <= set(names)
    assert {name for name in names if "models" in name} == {
        f"quizapp/lab/models/masked/{file.name}" for file in (SHIPPED_MODELS / "masked").iterdir()
    }
    assert all(name.startswith(("quizapp/__init__", "quizapp/lab/")) for name in names)
    assert "quizapp/lab/client.py" not in names


def test_a_shipped_model_is_told_by_name_and_any_other_as_it_is_set() -> None:
    shipped = str(SHIPPED_MODELS / "causal")
    assert sending.told(shipped) == SHIPPED + "causal"
    assert located(sending.told(shipped)) == shipped
    assert [sending.told(model) for model in ("gpt2", "~/causal", "/x/causal")] == ["gpt2", "~/causal", "/x/causal"]


def test_a_command_that_starts_a_worker_itself_is_refused_with_what_to_leave_out() -> None:
    with pytest.raises(ValidationError, match=r"should end with the name of a Python.*leave out `-m"):
        LabSettings(command=("ssh", "box", "python", "-m", "quizapp.lab.worker"))


@pytest.mark.long
async def test_a_claim_is_proved_with_another_release_that_was_installed_elsewhere(tmp_path: Path) -> None:
    other = next(release for release in ("5.22.2", "5.21.1") if release != version("transformers"))
    python = make_environment(tmp_path / "environment")
    lend_packages(python)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--ignore-installed", f"transformers=={other}"], check=True)  # noqa: ASYNC221
    hop = make_hop(tmp_path / "hop", tmp_path)
    box = Bench(Lab(LabSettings(command=(str(hop), str(python)), device="cpu", timeout=60.0)), tmp_path)
    run = await box.run(
        "import importlib.metadata\n"
        "batch = tokenizer('The cat sat on the', return_tensors='pt')\n"
        f"assert importlib.metadata.version('transformers') == {other!r}\n"
        "assert model(**batch).logits.shape[-1] == model.config.vocab_size",
        "causal",
    )
    assert (run.verdict, run.error) == (Verdict.VERIFIED, "")
    assert run.environment is not None
    assert run.environment.transformers == other
    await box.lab.close()
