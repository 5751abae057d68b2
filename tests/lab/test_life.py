"""The lab's own life: starting, breaking, being switched off, and leaving nothing behind."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import safetensors.torch
import torch

from quizapp.cards.proof import Run, Snippet, Verdict
from quizapp.lab.client import Lab, LabState, Phase
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from quizapp.lab.worker.scratch import make_scratch
from tests.lab.conftest import eventually, processes_with

HOLDS = Snippet("none", "assert True")


def speaks(script: str, tmp_path: Path, jobs: int = 1, **settings: object) -> Lab:
    """A lab whose worker is this script."""
    path = tmp_path / "worker.py"
    path.write_text(SKIP_PARCEL + script)
    return Lab(LabSettings.model_validate({"command": (sys.executable, str(path)), **settings}), jobs=jobs)


SKIP_PARCEL = "import sys\nsys.stdin.buffer.readline(), sys.stdin.buffer.read(int(sys.argv[-1]))\n"
"""What is sent for a Python to take is nothing to a script."""
GREETING = (
    "import sys, json, time\nprint('quizapp-lab 1', flush=True)\nsay = lambda *f: print(json.dumps(f), flush=True)\n"
)


async def begun(lab: Lab, **kwargs: float) -> asyncio.Task[Run]:
    """A run that has printed something by now."""
    printed: list[str] = []
    run = asyncio.create_task(lab.run(HOLDS, {}, 1, printed.append, **kwargs))
    assert await eventually(lambda: bool(printed))
    return run


async def test_switched_off_nothing_runs_and_it_says_why(tmp_path: Path) -> None:
    states: list[LabState] = []
    lab = Lab(LabSettings(enabled=False), states.append)
    lab.start()
    lab.prepare("causal")
    run = await lab.run(HOLDS, {}, 1)
    assert (lab.state.phase, run.verdict) == (Phase.OFF, Verdict.UNAVAILABLE)
    assert "switched off" in run.error
    assert states == []
    await lab.close()


async def test_a_role_without_a_model_is_unavailable_and_the_message_names_those_that_have_one() -> None:
    lab = Lab(LabSettings())
    run = await lab.run(Snippet("vision", "assert True"), {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert "'vision'" in run.error
    assert "causal, masked, none" in run.error
    assert lab.state.phase is Phase.OFF, "nothing was started for it"


async def test_from_the_start_to_ready_it_says_what_it_does_and_closing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("LC_QUIZAPP_TEST", str(tmp_path))
    states: list[LabState] = []
    lab = Lab(LabSettings(device="cpu", models={"causal": "/no-model"}), states.append)
    lab.start()
    assert lab.state.phase is Phase.STARTING
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.VERIFIED
    assert await eventually(lambda: lab.state.phase is Phase.READY)
    assert (lab.state.device, lab.state.sandbox, lab.state.models) == (
        "cpu",
        "strong",
        (("causal", "no-model"), ("masked", "masked")),
    )
    assert "importing torch…" in [state.message for state in states]

    failed = await lab.run(Snippet("causal", "assert True"), {}, 1)
    assert failed.verdict is Verdict.UNAVAILABLE
    assert (lab.state.phase, lab.state.message) == (Phase.BROKEN, failed.error)
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED, "other roles go on"

    assert processes_with(str(tmp_path))
    going = asyncio.create_task(lab.run(Snippet("none", "import time\ntime.sleep(600)"), {}, 1))
    await asyncio.sleep(0.1)
    await lab.close()
    assert (await going).verdict in {Verdict.DIED, Verdict.UNAVAILABLE}
    assert await eventually(lambda: not processes_with(str(tmp_path)))
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240
    assert lab.state.phase is Phase.OFF


@pytest.mark.parametrize("seconds", [0, 0.01, 0.3, 1])
async def test_closing_while_it_starts_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, seconds: float
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("LC_QUIZAPP_TEST", str(tmp_path))
    lab = Lab(LabSettings(device="cpu"))
    lab.start()
    lab.prepare("causal")
    await asyncio.sleep(seconds)
    await lab.close()
    assert await eventually(lambda: not processes_with(str(tmp_path)))
    assert lab.state.phase is Phase.OFF
    assert caplog.records == [], "asyncio has nothing to complain of"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bad_roles(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """A lab whose roles have each something wrong with them, but one."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "empty").mkdir()
    shutil.copytree(SHIPPED_MODELS / "causal", folder / "whole")
    shutil.copytree(SHIPPED_MODELS / "causal", folder / "pickled")
    weights = folder / "pickled" / "model.safetensors"
    torch.save(safetensors.torch.load_file(weights), folder / "pickled" / "pytorch_model.bin")
    weights.unlink()
    shutil.copytree(SHIPPED_MODELS / "causal", folder / "damaged")
    (folder / "damaged" / "model.safetensors").write_bytes(b"not weights")
    here = {name: str(folder / name) for name in ("gone", "empty", "pickled", "damaged")}
    home = {"home": "~/gone", "stranger": "~nobody-here/x", "kept": "~/whole"}
    below = {"below": "./gone", "beside": "../gone"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.chdir(folder / "empty")
        lab = Lab(LabSettings(device="cpu", models={**here, **home, **below, "id": "nobody/nothing", "unnamed": ""}))
        assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED, "it has started by now, with that home"
    yield lab
    await lab.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("gone", "/models0/gone' cannot be loaded: there is no such folder."),
        ("home", "/models0/gone' cannot be loaded: there is no such folder."),
        ("below", "/models0/empty/gone' cannot be loaded: there is no such folder."),
        ("beside", "/models0/gone' cannot be loaded: there is no such folder."),
        ("stranger", "'~nobody-here/x' cannot be loaded: there is no such folder."),
        ("empty", "/empty' cannot be loaded: the folder has no config.json."),
        ("pickled", "/pickled' cannot be loaded: the folder has no *.safetensors"),
        ("damaged", "/damaged' cannot be loaded: "),
        ("id", "'nobody/nothing' cannot be loaded: it is neither a folder nor in the cache"),
        ("unnamed", "'' cannot be loaded: there is no such folder."),
    ],
)
async def test_a_model_that_cannot_be_had_is_named_with_its_setting_and_other_roles_go_on(
    bad_roles: Lab, role: str, said: str
) -> None:
    run = await bad_roles.run(Snippet(role, "assert True"), {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert run.error.startswith(f"The role {role!r} cannot be had. The model ")
    assert said in run.error
    assert run.error.endswith(f"\n`lab.models.{role}` in the settings names it.")
    assert (await bad_roles.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED


@pytest.mark.asyncio(loop_scope="module")
async def test_a_model_in_the_home_folder_is_found_and_pinned_by_its_weights(bad_roles: Lab) -> None:
    run = await bad_roles.run(Snippet("kept", "assert model is not None"), {}, 1)
    weights = (SHIPPED_MODELS / "causal" / "model.safetensors").read_bytes()
    assert run.verdict is Verdict.VERIFIED, run
    assert run.environment is not None
    assert run.environment.model == "whole"
    assert run.environment.revision == f"sha256:{hashlib.sha256(weights).hexdigest()[:12]}"


async def test_a_device_that_is_not_there_is_named_with_its_setting() -> None:
    lab = Lab(LabSettings(device="cuda:63"))
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert "cuda:63" in run.error
    assert run.error.endswith("`lab.device` in the settings names it.")
    await lab.close()


def test_a_folder_that_another_worker_takes_for_left_over_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_at_first(**kwargs: Any) -> str:
        made = make(**kwargs)
        if len(folders) < 2:
            Path(made).rmdir()
        folders.append(made)
        return made

    folders: list[str] = []
    make = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", taken_at_first)
    assert make_scratch(tmp_path).path == Path(folders[2])
    assert Path(folders[2]).is_dir()


async def test_a_killed_worker_leaves_a_folder_that_the_next_one_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "quizapp-lab-left").mkdir()
    (tmp_path / "quizapp-lab-left" / "file").write_text("x")
    (tmp_path / "quizapp-lab-living").mkdir()
    living = os.open(tmp_path / "quizapp-lab-living", os.O_RDONLY)
    fcntl.flock(living, fcntl.LOCK_EX)
    lab = Lab(LabSettings(device="cpu", sandbox="basic"))
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED
    await lab.close()
    os.close(living)
    assert [path.name for path in tmp_path.iterdir()] == ["quizapp-lab-living"]  # noqa: ASYNC240


async def test_a_folder_that_a_snippet_removed_is_replaced_by_one_that_other_workers_leave_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    removes = Snippet("none", "import shutil\nfrom pathlib import Path\nassert not shutil.rmtree(Path.cwd().parent)")
    writes = Snippet("none", "assert open('file', 'w')")
    one, other = (Lab(LabSettings(device="cpu", sandbox="basic")) for _ in range(2))
    for lab, snippet in ((one, removes), (other, HOLDS), (one, writes), (other, writes)):
        run = await lab.run(snippet, {}, 1)
        assert run.verdict is Verdict.VERIFIED, run
    await one.close()
    assert (await other.run(writes, {}, 1)).verdict is Verdict.VERIFIED
    await other.close()
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240


async def test_a_run_can_be_stopped_while_the_worker_still_starts(tmp_path: Path) -> None:
    lab = speaks(GREETING + "time.sleep(600)", tmp_path)
    run = asyncio.create_task(lab.run(HOLDS, {}, 1))
    await asyncio.sleep(0.05)
    await lab.stop()
    assert (await run).verdict is Verdict.TIMEOUT
    assert "before it began" in (await run).error
    await lab.close()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys\nsys.exit('no torch here')", "no torch here"),
        ("print('quizapp-lab 99')", "version 99"),
        ("print('hello')", "has ended"),
        (GREETING + "print('{}')", "does not keep to the protocol"),
        (GREETING + "print('x' * 3_000_000)", "does not keep to the protocol"),
        (GREETING + "say('ready', 0, {})", "has ended"),
    ],
    ids=["dies", "version", "silent", "no frame", "too long", "nothing said"],
)
async def test_a_worker_that_cannot_be_talked_to_is_unavailable_in_words(
    tmp_path: Path, script: str, said: str
) -> None:
    lab = speaks(script, tmp_path)
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert said in run.error
    assert lab.state.phase is Phase.BROKEN
    await lab.close()


async def test_a_python_without_torch_is_named_and_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('no torch here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    lab = Lab(LabSettings(sandbox="basic"))  # others see no more of that path than the packages in it
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert run.error.startswith(f"The worker has ended. {sys.executable} cannot import what snippets need: no torch")
    assert "Traceback" not in run.error
    assert (lab.state.phase, lab.state.message) == (Phase.BROKEN, run.error)
    await lab.close()


async def test_a_run_ordered_while_the_last_worker_is_still_dying_has_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.lab.process.FAREWELL", 10.0)
    count = tmp_path / "count"
    lab = speaks(
        GREETING + f"open({str(count)!r}, 'a').write('x')\nimport os\nif os.path.getsize({str(count)!r}) == 1:\n"
        "    os.system('sleep 3 >/dev/null &')  # holds standard error, whose end is waited for\n    sys.exit()\n"
        "say('started', 1, {})\nsay('end', 1, {'verdict': 'verified'})\nsys.stdin.read()",
        tmp_path,
    )
    lab.start()
    assert await eventually(lambda: not lab._worker.alive)
    assert lab.state.phase is Phase.STARTING, "its end is not told yet"
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED
    await lab.close()


@pytest.mark.parametrize("kind", ["missing", "no program", "forbidden"])
async def test_a_command_that_cannot_be_started_is_named(tmp_path: Path, kind: str) -> None:
    command = tmp_path / "command"
    if kind != "missing":
        command.write_text("not a program")
        command.chmod(0o755 if kind == "no program" else 0o644)
    lab = Lab(LabSettings(command=(str(command), "x")))
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert str(command) in run.error
    assert (lab.state.phase, lab.state.message) == (Phase.BROKEN, run.error)
    await lab.close()


async def test_a_command_that_prints_for_ever_is_no_worker() -> None:
    lab = Lab(LabSettings(command=("yes", "--")))
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert "'yes --' starts no worker" in run.error
    assert lab.state.phase is Phase.BROKEN
    await lab.close()


@pytest.mark.parametrize(
    ("script", "busy"),
    [
        ("import time\ntime.sleep(600)", "starting…"),
        ("import os, time\nos.system('setsid sleep 5 &')\ntime.sleep(600)", "starting…"),
        (GREETING + "say('status', 0, {'message': 'importing torch…'})\ntime.sleep(600)", "importing torch…"),
        (GREETING + "say('ready', 0, {})\ntime.sleep(600)", ""),
    ],
    ids=["no greeting", "held pipes", "no import", "no spare"],
)
async def test_a_worker_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, busy: str
) -> None:
    monkeypatch.setattr("quizapp.lab.supervisor.SILENCE_SECONDS", 1.0)
    lab = speaks(script, tmp_path)
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert run.error.startswith("The worker said nothing for 1 s")
    assert busy in run.error
    assert (lab.state.phase, lab.state.message) == (Phase.BROKEN, run.error)
    await lab.close()


async def test_a_worker_that_is_slow_but_speaks_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizapp.lab.supervisor.SILENCE_SECONDS", 2.0)
    busy = "for n in range(6): say('status', 0, {'message': f'step {n}'}); time.sleep(0.5)\n"
    end = "say('started', 1, {})\nsay('end', 1, {'verdict': 'verified'})\nsys.stdin.read()"
    lab = speaks(GREETING + busy + end, tmp_path)
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED
    await lab.close()


async def test_closing_ends_runs_that_have_not_begun_and_those_that_wait_and_nothing_starts_again(
    tmp_path: Path,
) -> None:
    lab = speaks(GREETING + "time.sleep(600)", tmp_path)
    runs = [asyncio.create_task(lab.run(HOLDS, {}, 1)) for _ in range(3)]
    await asyncio.sleep(0)
    await lab.close()
    assert {run.verdict for run in await asyncio.gather(*runs)} == {Verdict.UNAVAILABLE}
    lab.start()
    lab.prepare("causal")
    assert (await lab.run(HOLDS, {}, 1)).error == "The lab was closed."
    assert lab.state.phase is Phase.OFF


async def test_a_cancelled_run_that_ended_leaves_the_worker_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.lab.pending.LATE_SECONDS", 0.0)
    lab = speaks(
        GREETING + "say('started', 1, {})\nsay('output', 1, {'text': 'x'})\n"
        "for line in sys.stdin:\n    if 'stop' in line: break\n"
        "say('end', 1, {'verdict': 'timeout'})\n"
        "for line in sys.stdin:\n    if 'run' in line: break\n"
        "say('started', 2, {})\ntime.sleep(1.5)\nsay('end', 2, {'verdict': 'verified'})\nsys.stdin.read()",
        tmp_path,
    )
    first = await begun(lab, timeout=1.0)
    first.cancel()
    second = await lab.run(HOLDS, {}, 1, timeout=60)
    assert second.verdict is Verdict.VERIFIED, second
    await lab.close()


async def test_a_cancelled_run_that_does_not_end_takes_the_worker_along(tmp_path: Path) -> None:
    lab = speaks(GREETING + "say('started', 1, {})\nsay('output', 1, {'text': 'x'})\ntime.sleep(600)", tmp_path)
    run = await begun(lab)
    run.cancel()
    assert await eventually(lambda: lab.state.phase is Phase.BROKEN)
    await lab.close()


@pytest.mark.parametrize(
    "nonsense",
    ["'end', 1, {'verdict': 'fine'}", "'check', 1, {'index': 0, 'line': 'x'}", "'chart', 1, {'chart': 'pie'}"],
    ids=["verdict", "check", "chart"],
)
async def test_a_frame_that_makes_no_sense_ends_its_run_only(tmp_path: Path, nonsense: str) -> None:
    lab = speaks(
        GREETING + f"say('ready', 0, {{}})\nsay('started', 1, {{}})\nsay({nonsense})\n"
        "for line in sys.stdin:\n    if 'stop' in line: break\n"
        "say('end', 1, {'verdict': 'timeout'})\nsay('started', 2, {})\nsay('end', 2, {'verdict': 'verified'})\n"
        "sys.stdin.read()",
        tmp_path,
    )
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.DIED
    assert "does not keep to the protocol" in run.error
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED
    await lab.close()


async def test_what_a_wrapper_prints_before_the_greeting_is_skipped(tmp_path: Path) -> None:
    end = "say('started', 1, {})\nsay('end', 1, {'verdict': 'verified'})\nsys.stdin.read()"
    lab = speaks("print('Welcome to the cluster!\\n\\x1b[31m')\n" + GREETING + end, tmp_path)
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED
    await lab.close()


async def test_a_worker_that_does_not_answer_a_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = speaks(GREETING + "say('started', 1, {})\nsay('output', 1, {'text': 'x'})\ntime.sleep(600)", tmp_path)
    run = await begun(lab)
    await lab.stop()
    assert (await run).verdict is Verdict.TIMEOUT
    assert "did not answer" in (await run).error
    await lab.close()


async def test_asking_again_and_again_to_stop_does_not_put_the_kill_off(tmp_path: Path) -> None:
    lab = speaks(GREETING + "say('started', 1, {})\nsay('output', 1, {'text': 'x'})\ntime.sleep(600)", tmp_path)
    run = await begun(lab, timeout=600)
    stops = set()
    for _ in range(100):
        stops.add(asyncio.create_task(lab.stop()))
        await asyncio.wait({run}, timeout=0.1)
    assert run.done(), "though nobody waited a second between two stops"
    assert "did not answer" in (await run).error
    await asyncio.wait(stops)
    await lab.close()


async def test_runs_that_wait_for_one_that_says_nothing_do_not_cost_it_its_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.lab.supervisor.SILENCE_SECONDS", 0.5)
    first = "say('ready', 0, {})\nsay('started', 1, {})\ntime.sleep(2)\nsay('end', 1, {'verdict': 'verified'})\n"
    second = "say('started', 2, {})\nsay('end', 2, {'verdict': 'verified'})\nsys.stdin.read()"
    lab = speaks(GREETING + "say('ready', 0, {'role': 'none'})\n" + first + second, tmp_path, jobs=2)
    runs = await asyncio.gather(*(lab.run(HOLDS, {}, 1) for _ in range(2)))
    assert [(run.verdict, run.error) for run in runs] == [(Verdict.VERIFIED, "")] * 2
    await lab.close()


async def test_an_app_that_was_halted_reads_what_came_meanwhile_before_it_gives_a_run_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.lab.pending.LATE_SECONDS", 0.0)
    end = "time.sleep(0.3)\nsay('end', 1, {'verdict': 'verified'})\nsys.stdin.read()"
    lab = speaks(GREETING + "say('started', 1, {})\nsay('output', 1, {'text': 'x'})\n" + end, tmp_path)
    run = await begun(lab, timeout=0.5)
    time.sleep(1.0)  # noqa: ASYNC251 - as ctrl+z does
    assert (await run).verdict is Verdict.VERIFIED
    await lab.close()


async def test_frames_of_a_run_that_is_over_are_not_taken_for_the_next(tmp_path: Path) -> None:
    lab = speaks(
        GREETING + "say('end', 1, {'verdict': 'verified'})\nsay('end', 1, {'verdict': 'refuted'})\n"
        "say('output', 9, {'text': 'x'})\ntime.sleep(1)\n"
        "say('end', 2, {'verdict': 'verified', 'observed': '2'})\nsys.stdin.read()",
        tmp_path,
    )
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED
    second = await lab.run(HOLDS, {}, 1)
    assert (second.verdict, second.observed, second.output) == (Verdict.VERIFIED, "2", "")
    await lab.close()


async def test_a_snippet_too_long_to_send_is_unavailable() -> None:
    lab = Lab(LabSettings())
    run = await lab.run(Snippet("none", "x" * 2_000_000), {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert "longer than" in run.error
    await lab.close()
