"""The lab's own life: starting, breaking, being switched off, and leaving nothing behind."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch

from quizapp.cards.proof import Snippet, Verdict
from quizapp.lab.client import Lab, LabState, Phase
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from tests.lab.conftest import eventually, processes_with

HOLDS = Snippet("none", "assert True")


def speaks(script: str, tmp_path: Path, **settings: object) -> Lab:
    """A lab whose worker is this script."""
    path = tmp_path / "worker.py"
    path.write_text(script)
    return Lab(LabSettings.model_validate({"command": (sys.executable, str(path)), **settings}))


GREETING = (
    "import sys, json, time\nprint('quizapp-lab 1', flush=True)\nsay = lambda *f: print(json.dumps(f), flush=True)\n"
)


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
    states: list[LabState] = []
    lab = Lab(LabSettings(device="cpu", models={"causal": str(tmp_path / "no-model")}), states.append)
    lab.start()
    assert lab.state.phase is Phase.STARTING
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.VERIFIED
    assert await eventually(lambda: lab.state.phase is Phase.READY)
    assert (lab.state.device, lab.state.sandbox, lab.state.models) == ("cpu", "basic", (("causal", "no-model"),))
    assert "importing torch…" in [state.message for state in states]

    failed = await lab.run(Snippet("causal", "assert True"), {}, 1)
    assert failed.verdict is Verdict.UNAVAILABLE
    assert "no-model" in failed.error
    assert lab.state.phase is Phase.BROKEN
    assert "no-model" in lab.state.message
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
    lab = Lab(LabSettings(device="cpu"))
    lab.start()
    lab.prepare("causal")
    await asyncio.sleep(seconds)
    await lab.close()
    assert await eventually(lambda: not processes_with(str(tmp_path)))
    assert lab.state.phase is Phase.OFF
    assert caplog.records == [], "asyncio has nothing to complain of"


async def test_only_safetensors_are_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(SHIPPED_MODELS / "causal", folder)
    weights = safetensors.torch.load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    lab = Lab(LabSettings(device="cpu", models={"causal": str(folder)}))
    run = await lab.run(Snippet("causal", "assert True"), {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert "safetensors" in run.error
    assert "models.causal" in run.error
    await lab.close()


async def test_a_killed_worker_leaves_a_folder_that_the_next_one_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "quizapp-lab-left").mkdir()
    (tmp_path / "quizapp-lab-left" / "file").write_text("x")
    (tmp_path / "quizapp-lab-living").mkdir()
    living = os.open(tmp_path / "quizapp-lab-living", os.O_RDONLY)
    fcntl.flock(living, fcntl.LOCK_EX)
    lab = Lab(LabSettings(device="cpu"))
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED
    await lab.close()
    os.close(living)
    assert [path.name for path in tmp_path.iterdir()] == ["quizapp-lab-living"]  # noqa: ASYNC240


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
        (GREETING + "say('end', 1, {'verdict': 'fine'})\ntime.sleep(600)", "does not keep to the protocol"),
        (GREETING + "say('check', 1, {'index': 0, 'line': 'x'})\ntime.sleep(600)", "does not keep to the protocol"),
        (GREETING + "say('chart', 1, {'chart': 'pie'})\ntime.sleep(600)", "does not keep to the protocol"),
    ],
    ids=["dies", "version", "silent", "no frame", "too long", "nothing said", "verdict", "check", "chart"],
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


async def test_a_command_that_does_not_exist_is_named() -> None:
    lab = Lab(LabSettings(command=("/no/such/command", "x")))
    run = await lab.run(HOLDS, {}, 1)
    assert run.verdict is Verdict.UNAVAILABLE
    assert "/no/such/command" in run.error
    await lab.close()


async def test_what_a_wrapper_prints_before_the_greeting_is_skipped(tmp_path: Path) -> None:
    end = "say('started', 1, {})\nsay('end', 1, {'verdict': 'verified'})\nsys.stdin.read()"
    lab = speaks("print('Welcome to the cluster!\\n\\x1b[31m')\n" + GREETING + end, tmp_path)
    assert (await lab.run(HOLDS, {}, 1)).verdict is Verdict.VERIFIED
    await lab.close()


async def test_a_worker_that_does_not_answer_a_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = speaks(GREETING + "say('started', 1, {})\nsay('output', 1, {'text': 'x'})\ntime.sleep(600)", tmp_path)
    printed: list[str] = []
    run = asyncio.create_task(lab.run(HOLDS, {}, 1, printed.append))
    assert await eventually(lambda: bool(printed))
    await lab.stop()
    assert (await run).verdict is Verdict.TIMEOUT
    assert "did not answer" in (await run).error
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
